"""Processes of the service that are killed or stopped from outside: it replaces them, and loses nothing."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.served import Served, until


@pytest.fixture(autouse=True)
def goes_on(served: Served) -> Iterator[None]:
    """Whatever a test does, the same process answers and writes afterwards."""
    yield
    until(lambda: served.write("INSERT DATA { <urn:after> <urn:p> 1 }")[0] == 204)
    assert served.alive()


def _named(served: Served, module: str) -> dict[int, int]:
    """Return the processes that run a module of ours, with their parents."""
    found = {}
    for number in served.processes():
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if f"graph_service.graph.{module}".encode() in command and fields[0] != "Z":
            found[number] = int(fields[1])
    return found


def _cradle(served: Served) -> int:
    return next(n for n, parent in _named(served, "cradle").items() if parent == served.process.pid)


def _workers(served: Served) -> set[int]:
    return {n for n, parent in _named(served, "cradle").items() if parent != served.process.pid}


def _scribe(served: Served) -> int:
    """Return the process that writes what users wrote; it comes with the first such write."""
    assert served.write("INSERT DATA { <urn:before> <urn:p> 1 }")[0] == 204
    return next(iter(_named(served, "scribe")))


def _ask(number: int) -> str:
    return f"ASK {{ }} # {number} of a kind"


def test_workers_that_were_killed_while_they_waited_cost_no_query_its_answer(served: Served) -> None:
    """All of them at once: what is asked then is answered, by new ones."""
    for number in _workers(served):
        os.kill(number, signal.SIGKILL)
    for number in range(12):
        assert served.ask(_ask(number)) == (200, b'{"head":{},"boolean":true}')


def test_a_worker_that_stands_still_is_replaced(served: Served) -> None:
    """A query that it was given runs out of time; the others are answered."""
    until(lambda: len(_workers(served)) >= 5)
    for number in list(_workers(served)):
        os.kill(number, signal.SIGSTOP)
    statuses = [served.ask(_ask(number))[0] for number in range(3)]
    assert set(statuses) <= {200, 503}
    until(lambda: served.ask(_ask(99))[0] == 200)


def test_the_process_that_workers_are_copies_of_is_replaced(served: Served) -> None:
    """Its copies end with it; queries wait for those of the next one."""
    before = _cradle(served)
    os.kill(before, signal.SIGKILL)
    for number in range(12):
        assert served.ask(_ask(100 + number))[0] == 200
    assert _cradle(served) != before


def test_a_scribe_that_was_killed_between_two_writes_is_replaced(served: Served) -> None:
    """The next write is made as if nothing had been."""
    os.kill(_scribe(served), signal.SIGKILL)
    until(lambda: not _named(served, "scribe"))
    assert served.write("INSERT DATA { <urn:next> <urn:p> 1 }")[0] == 204
    assert b"true" in served.ask("ASK { <urn:before> <urn:p> 1 . <urn:next> <urn:p> 1 }")[1]


def test_a_scribe_that_stands_still_costs_one_write(served: Served) -> None:
    """That write runs out of time and is not made; the next one is."""
    os.kill(_scribe(served), signal.SIGSTOP)
    assert served.write("INSERT DATA { <urn:stuck> <urn:p> 1 }")[0] == 503
    assert served.write("INSERT DATA { <urn:free> <urn:p> 1 }")[0] == 204
    assert b"true" in served.ask("ASK { <urn:free> <urn:p> 1 FILTER NOT EXISTS { <urn:stuck> ?p ?o } }")[1]
