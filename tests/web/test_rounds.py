"""Rounds of the main thread: what they do, how long they go on, what ends them."""

import socket
import time
from collections.abc import Iterator

import pytest

from graph_service.web.rounds import Ear, go_round


class Talker:
    """One end of a connection that answers what it knows, and notes what it was asked."""

    accepting = False

    def __init__(self, own: socket.socket) -> None:
        self.own = own
        self.looked = 0
        self.heard: list[bytes] = []
        self.faults = 0

    def readable(self) -> bool:
        """Return that it wants to hear, and note that it was looked at."""
        self.looked += 1
        return True

    def writable(self) -> bool:
        """Return that it has nothing to say."""
        return False

    def again(self) -> bool:
        """Hear; tell whether that was a known word."""
        self.heard.append(self.own.recv(100))
        if self.heard[-1] == b"broken":
            raise ValueError
        return self.heard[-1] == b"known"

    def handle_error(self) -> None:
        """Count it."""
        self.faults += 1


@pytest.fixture
def ends() -> Iterator[tuple[Talker, socket.socket]]:
    """A talker, and the other end of its connection."""
    one, other = socket.socketpair()
    with one, other:
        yield Talker(one), other


Ends = tuple[Talker, socket.socket]


def test_a_round_is_over_when_its_time_is(ends: Ends) -> None:
    began = time.monotonic()
    go_round({ends[0].own.fileno(): ends[0]}, 0.05)
    assert 0.045 < time.monotonic() - began < 5
    assert ends[0].heard == []


def test_a_round_goes_on_while_questions_are_answered_again(ends: Ends) -> None:
    """Nobody is looked at a second time; time ends it nevertheless."""
    talker, other = ends
    other.sendall(b"known")
    began = time.monotonic()
    go_round({talker.own.fileno(): talker}, 0.05)
    assert time.monotonic() - began > 0.045
    assert (talker.heard, talker.looked) == ([b"known"], 1)


@pytest.mark.parametrize(("word", "faults"), [(b"new", 0), (b"broken", 1)])
def test_anything_else_ends_it(ends: Ends, word: bytes, faults: int) -> None:
    """So that all are looked at again."""
    talker, other = ends
    other.sendall(word)
    began = time.monotonic()
    go_round({talker.own.fileno(): talker}, 60)
    assert time.monotonic() - began < 30
    assert (talker.heard, talker.faults) == ([word], faults)


def test_all_that_is_ready_is_done_in_one_round(ends: Ends) -> None:
    """Also where one of them ends it, and where one goes away meanwhile."""
    talker, other = ends
    one, gone = socket.socketpair(), socket.socketpair()
    there: dict[int, object] = {}

    def hear() -> None:
        assert one[0].recv(1) == b"x"
        del there[gone[0].fileno()]

    there[one[0].fileno()] = Ear(hear)
    there[gone[0].fileno()] = left = Talker(gone[0])
    there[talker.own.fileno()] = talker
    for end in (one[1], gone[1], other):
        end.sendall(b"x")
    go_round(there, 60)
    assert (talker.heard, left.heard) == ([b"x"], [])
    for end in (*one, *gone):
        end.close()
