"""Rounds of the main thread: it waits for connections and workers, then reads and writes what can be.

waitress looks before each wait at all connections, to learn what each waits for. That stays as it is while
questions are only answered again: a round goes on until something else happens.
"""

import logging
import select
import time
from collections.abc import Callable, MutableMapping
from typing import Any

from waitress import wasyncore

_READ, _WRITE = select.POLLIN | select.POLLPRI, select.POLLOUT


def go_round(there: MutableMapping[int, Any], seconds: float) -> None:
    """Wait until something can be done, and do it.

    Args:
        there: connections and other files, by number, as wasyncore has them; one that has `again` is asked to
            answer a question that it was asked before, and tells whether that was all.
        seconds: that this may take, where there is no more to do than that.
    """
    poll = _polling(there)
    end = time.monotonic() + seconds
    same = True
    while same and (left := end - time.monotonic()) > 0:
        ready = poll.poll(left * 1000)
        for number, events in ready:
            if number in there:
                same &= _done(there[number], events)


def _polling(there: MutableMapping[int, Any]) -> select.poll:
    """Return what waits for all that these wait for."""
    poll = select.poll()
    for number, one in list(there.items()):
        events = _READ if one.readable() else 0
        if one.writable() and not one.accepting:
            events |= _WRITE
        if events:
            poll.register(number, events)
    return poll


def _done(one: Any, events: int) -> bool:  # noqa: ANN401 - whatever wasyncore takes
    """Do what can be done; tell whether it waits for the same as before."""
    again = getattr(one, "again", None) if events == select.POLLIN else None
    if again is None:
        wasyncore.readwrite(one, events)
        return False
    try:
        return bool(again())
    except Exception:
        one.handle_error()
        return False


class Ear:
    """A worker's pipe among the connections: calls when something has come, or nothing will any more."""

    accepting = False

    def __init__(self, call: Callable[[], None]) -> None:
        self.handle_read_event = self.handle_close = call

    def readable(self) -> bool:
        """Return that it wants to hear."""
        return True

    def writable(self) -> bool:
        """Return that it says nothing."""
        return False

    def handle_error(self) -> None:
        """Log what went wrong; the question goes to a thread when its time is over."""
        logging.getLogger(__name__).exception("A worker was not understood")
