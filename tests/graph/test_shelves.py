"""The list of documents of a large graph: made beside the service, kept up to date by what commits touch."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.graph import shelves
from graph_service.graph.press import Press
from graph_service.graph.shelf import Shelf
from graph_service.graph.shelves import Shelves
from graph_service.graph.store import GraphStore, open_store
from graph_service.reading.claims import Reading
from tests.graph.factory import BASE, PARK, Draft, put, relocation_story

_HURRY = 0.05


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """A store with two documents."""
    with open_store(tmp_path / "store", BASE) as opened:
        put(opened, relocation_story().reading())
        put(opened, _more("一"))
        yield opened


@pytest.fixture
def kept(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> Shelves:
    """Shelves that take every store for a large one."""
    monkeypatch.setattr(shelves, "_SMALL", 0)
    return Shelves(store, Press(30))


def _more(number: str) -> Reading:
    draft = Draft(title=f"第{number}篇")
    draft.claim(PARK, "locatedIn", PARK, draft.sentence(f"园区第{number}次位于园区。"))
    return draft.reading()


def _same(one: Shelf, other: Shelf) -> bool:
    return one.as_json() == other.as_json() and one.snapshot.id == other.snapshot.id


def _awaited(kept: Shelves, snapshot: str) -> Shelf:
    """Return the shelf once it is of a snapshot; nobody is kept waiting for it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = kept.ready()
        if found is not None and found.snapshot.id == snapshot:
            return found
        time.sleep(_HURRY)
    raise AssertionError("it never came")


def test_it_is_made_beside_the_service_and_read_back(kept: Shelves, store: GraphStore) -> None:
    """Who asks too early is told to ask again; then it is what the snapshot has."""
    found = _awaited(kept, store.snapshot().id)
    assert _same(found, Shelf.of(store.snapshot()))
    assert len(found.documents) == 2
    assert any(found.places.values())


def test_a_document_that_comes_or_goes_is_seen_at_once(kept: Shelves, store: GraphStore) -> None:
    """Only what commits touched is read; the result is that of reading all."""
    _awaited(kept, store.snapshot().id)
    reading = _more("二")
    put(store, reading)
    assert _same(kept.newest(), Shelf.of(store.snapshot()))
    assert len(kept.newest().documents) == 3
    store.write(lambda written: written.delete(reading.document.id))
    assert _same(kept.newest(), Shelf.of(store.snapshot()))
    assert len(kept.newest().documents) == 2


def test_after_an_update_the_one_before_is_shown_until_the_new_one_is_made(
    kept: Shelves, store: GraphStore
) -> None:
    """What an update changed is not known: all is read anew, and whose state a shelf is stands on it."""
    before = _awaited(kept, store.snapshot().id)
    store.write(lambda written: written.update(f"DELETE DATA {{ <{PARK.iri(BASE)}> <{BASE}p> 1 }}"))
    newest = store.snapshot().id
    assert kept.newest().snapshot.id in {before.snapshot.id, newest}
    assert _same(_awaited(kept, newest), Shelf.of(store.snapshot()))
