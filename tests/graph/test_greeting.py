"""What is worth seeing first: of a small graph at once, of a large one as soon as it has been made beside the service."""

import threading
from pathlib import Path

import pytest

from graph_service.graph import greeting
from graph_service.graph.answers import Answer
from graph_service.graph.greeting import Greeting
from graph_service.graph.mapping import map_reading
from graph_service.graph.named import ask_here, load
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.store import open_store
from tests.graph.factory import BASE, relocation_story


@pytest.mark.parametrize("large", [False, True])
def test_no_reader_waits_until_that_of_a_large_graph_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """As long as its questions are being tried, there is nothing; then there is all of it."""
    monkeypatch.setattr(greeting, "_PATIENCE", 0.01)
    tried = threading.Event()

    def ask(snapshot: Snapshot, sparql: str, bound: object) -> Answer:
        assert not large or tried.wait(30)
        return ask_here(snapshot, sparql, bound)  # type: ignore[arg-type]

    with open_store(tmp_path / "store", BASE) as store:
        store.put(map_reading(relocation_story().reading(), BASE))
        store.commit()
        if large:
            monkeypatch.setattr(greeting, "_SMALL", 0)
        greeted = Greeting(store, load(), ask)
        assert bool(greeted.ready().worth) is not large
        tried.set()
        assert greeted.newest().worth["zh"].questions
        assert greeted.ready() is greeted.newest()
