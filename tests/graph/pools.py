"""What tests of workers ask, of what, and how they wait for it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import ZoneGraphError
from graph_service.formats import by_name
from graph_service.graph.snapshots import Snapshot
from tests.graph.factory import BASE

JSON = by_name("json")
NODES = 2000
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc, seccomp and signals are those of Linux")


def numbers(folder: Path) -> Snapshot:
    """Return a snapshot in a folder: two thousand things with a number each; a graph with one more."""
    store = ox.Store(str(folder / "data"))
    p = ox.NamedNode("urn:p")
    store.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), p, ox.Literal(n)) for n in range(NODES))
    store.add(ox.Quad(ox.NamedNode("urn:g0"), p, ox.Literal("甲"), ox.NamedNode("urn:g")))
    store.backup(str(folder / "000001-0a0b0c0d"))
    return Snapshot.at(folder / "000001-0a0b0c0d", BASE)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that is bound to come."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)


def outcome(ask: Callable[[], object]) -> str:
    """Return the name of the error that something ends with; nothing where it ends well."""
    try:
        ask()
    except ZoneGraphError as error:
        return type(error).__name__
    return ""
