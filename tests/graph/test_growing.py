"""Dumps that are read while they are written."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.errors import CrashError, ZoneGraphError
from graph_service.formats import export_format
from graph_service.graph.growing import Growing
from graph_service.graph.mapping import map_reading
from graph_service.graph.press import Dump, Press
from graph_service.graph.store import GraphStore, open_store
from tests.graph.factory import BASE, relocation_story


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """A store with a document."""
    with open_store(tmp_path / "store", BASE) as opened:
        opened.put(map_reading(relocation_story().reading(), BASE))
        opened.commit()
        yield opened


def growing(part: Path, done: threading.Event, error: ZoneGraphError | None = None) -> Growing:
    """Return a file that somebody writes."""
    target = part.with_name("whole")
    return Growing(
        "facts", export_format("nt"), "", "000001-ab", 0.0, target, part.open("rb"), done, lambda: error
    )


def test_reader_gets_what_is_written_until_the_file_has_its_name(tmp_path: Path) -> None:
    """What is written after a reader came is read too, and the name that the file gets at last is its end."""
    part = tmp_path / "part"
    with part.open("wb", buffering=0) as out:
        out.write(b"one ")
        blocks = growing(part, threading.Event()).blocks()
        assert next(blocks) == b"one "
        out.write(b"two ")
        assert next(blocks) == b"two "
        out.write(b"three")
    part.rename(tmp_path / "whole")
    assert b"".join(blocks) == b"three"


def test_file_ends_when_the_work_is_done(tmp_path: Path) -> None:
    """A file that has been removed again after it was made is read to its end."""
    part, done = tmp_path / "part", threading.Event()
    part.write_bytes(b"all")
    reading = growing(part, done)
    part.unlink()
    done.set()
    assert b"".join(reading.blocks()) == b"all"


def test_failed_work_breaks_the_reading_off(tmp_path: Path) -> None:
    """Who reads a dump that fails is told so, and never takes a part for the whole."""
    part, done = tmp_path / "part", threading.Event()
    part.write_bytes(b"some")
    blocks = growing(part, done, CrashError("It ended", "Ask again.")).blocks()
    assert next(blocks) == b"some"
    done.set()
    with pytest.raises(CrashError):
        list(blocks)


@pytest.mark.parametrize("coding", ["", ".gz", ".zst"])
def test_dump_is_the_same_while_it_grows(store: GraphStore, coding: str) -> None:
    """Who has no patience gets the same bytes, whichever way they come."""
    press, format_ = Press(60), export_format("trig")
    taken = press.take(store.snapshot(), "all", format_, coding, lambda: False, 0.0)
    data = taken.path.read_bytes() if isinstance(taken, Dump) else b"".join(taken.blocks())
    made = press.get(store.snapshot(), "all", format_, coding)
    assert data == made.path.read_bytes()
    assert (taken.name, taken.media_type) == (made.name, made.media_type)
