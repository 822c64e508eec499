"""What a function writes to a file is sent as it writes."""

import threading
from collections.abc import Generator
from typing import BinaryIO

import pytest

from graph_service.web.streams import streamed

MUCH = 4_000_000


def threads() -> int:
    """Return how many threads there are."""
    return threading.active_count()


@pytest.mark.parametrize("size", [0, 1, 70_000, MUCH])
def test_everything_written_arrives(size: int) -> None:
    """However much it is, and nothing more."""
    before = threads()
    assert b"".join(streamed(lambda out: out.write(b"x" * size))) == b"x" * size
    assert threads() == before


def test_little_is_there_at_once() -> None:
    """As a list, whose length the answer can say."""
    assert streamed(lambda out: out.write(b"little")) == [b"little"]


def test_a_fault_before_the_first_part_is_raised_at_once() -> None:
    """So that it can be an error status."""

    def write(_: BinaryIO) -> None:
        raise ValueError("nothing to say")

    with pytest.raises(ValueError, match="nothing to say"):
        streamed(write)


def test_a_fault_later_breaks_the_stream_off() -> None:
    """What was written before it arrives, then the fault."""

    def write(out: BinaryIO) -> None:
        out.write(b"x" * MUCH)
        raise ValueError("no more")

    parts: list[bytes] = []
    with pytest.raises(ValueError, match="no more"):
        parts.extend(streamed(write))
    assert sum(map(len, parts)) == MUCH


def test_writing_waits_for_the_reader_and_ends_when_there_is_none() -> None:
    """No more than the pipe and a part are ahead of the reader."""
    written: list[int] = []

    def write(out: BinaryIO) -> None:
        for _ in range(1000):
            out.write(b"x" * 65536)
            written.append(65536)

    before = threads()
    parts = streamed(write)
    assert isinstance(parts, Generator)
    next(parts)
    assert sum(written) < 1_000_000
    parts.close()
    assert threads() == before


def test_a_stream_that_is_never_read_leaves_nothing_behind() -> None:
    """Its thread ends when it is let go."""
    before = threads()
    parts = streamed(lambda out: out.write(b"x" * MUCH))
    assert threads() == before + 1
    del parts
    assert threads() == before
