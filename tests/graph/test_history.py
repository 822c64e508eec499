"""The history: who replays it has the store, whoever wrote, whatever ended in between."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError
from graph_service.formats import by_name
from graph_service.graph import history
from graph_service.graph.comparison import differences
from graph_service.graph.history import History
from graph_service.graph.mapping import map_reading
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.store import GraphStore, open_store
from tests.graph.factory import BASE, HEGUANG, PARK, UNTOLD, Draft, put, relocation_story
from tests.web.served import until

A, B, P = (ox.NamedNode(f"urn:{name}") for name in "abp")


def note(number: int) -> Draft:
    """Return a document that nothing else is in."""
    draft = Draft(title=f"{number}")
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(f"和光在镜湖园{number}。"))
    return draft


def held(snapshot: Snapshot) -> set[str]:
    """Return what a snapshot has."""
    return {str(quad) for quad in snapshot.quads(None, None, None, None)}


def replayed(known: History, quads: Iterable[str] = ()) -> set[str]:
    """Return what one has who begins with some quads and follows every page; each must fit the state before."""
    found, at = set(quads), None
    for page in known.pages():
        assert at in {None, page.before} or page.part > 1
        _, lines = known.page(page.name) or (None, "")
        for line in lines.splitlines():
            sign, _, quad = line.removesuffix(" .").partition(" ")
            assert (quad in found) == (sign == "D")
            (found.remove if sign == "D" else found.add)(quad)
        at = page.snapshot
    return found


def written(store: GraphStore) -> History:
    """Return the history of a store once every page of it is written."""
    until(lambda: store.history.unwritten() is None)
    return store.history


def test_replaying_gives_the_store(store: GraphStore) -> None:
    """From the first page on, over documents that come, change and go."""
    first, second = relocation_story().reading(), note(1).reading()
    for readings in ((first,), (second,)):
        put(store, *readings)
    store.delete(first.document.id)
    store.commit()
    put(store, first)
    store.delete(second.document.id)
    store.commit()
    assert len(store.history.pages()) == 5
    assert replayed(store.history) == held(store.snapshot()) != set()


@pytest.mark.parametrize("untold", ["", f" ; {UNTOLD}"])
def test_replaying_follows_updates_and_payloads(store: GraphStore, untold: str) -> None:
    """What users write is told, or found by comparison, together with what documents change meanwhile."""
    put(store, relocation_story().reading())
    for update in (
        "INSERT DATA { <urn:a> a <urn:b> . GRAPH <urn:g> { <urn:a> <urn:p> 'x\\ny' } }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 'z' } WHERE { GRAPH <urn:g> { ?s ?p ?o } ?s a <urn:b> }",
        "DELETE WHERE { <urn:a> ?p ?o }",
    ):
        store.write(lambda writing, update=update: writing.update(update + untold))  # type: ignore[misc]
        store.write(lambda writing, title=update: writing.put(map_reading(note(len(title)).reading(), BASE)))  # type: ignore[misc]
    store.write(lambda writing: writing.load(b"<urn:a> <urn:p> 1 .", by_name("ttl"), "urn:g"))
    store.write(lambda writing: writing.clear(None))
    assert untold or store.history.unwritten() is None
    assert replayed(written(store)) == held(store.snapshot())


def test_what_users_write_is_in_the_history_at_once(store: GraphStore) -> None:
    """Without comparing anything, in one commit with others, and not where it was not made."""
    put(store, relocation_story().reading())
    store.write(lambda writing: writing.update("INSERT DATA { <urn:a> <urn:p> 01 , [] }"))
    store.update("DELETE WHERE { ?s <urn:p> 1 } ; INSERT DATA { <urn:a> <urn:p> 2 }")
    store.put(map_reading(note(1).reading(), BASE))
    store.load(b"<urn:a> <urn:p> 2 , 3 .", by_name("ttl"), None)
    store.commit()
    with pytest.raises(QueryError):
        store.write(lambda writing: writing.update("DELETE WHERE { ?s ?p ?o } ; DROP GRAPH <urn:none>"))
    put(store, note(2).reading())
    assert store.history.unwritten() is None
    assert replayed(store.history) == held(store.snapshot())


def test_history_survives_a_restart(tmp_path: Path) -> None:
    """A store that is opened again goes on where it was, and writes the page that was left open."""
    with open_store(tmp_path / "s", BASE) as store:
        put(store, relocation_story().reading())
        store.write(lambda writing: writing.update(f"INSERT DATA {{ <urn:a> <urn:p> 1 }} ; {UNTOLD}"))
    with open_store(tmp_path / "s", BASE) as store:
        put(store, note(1).reading())
        assert replayed(written(store)) == held(store.snapshot())


def test_history_tells_what_two_states_differ_in(tmp_path: Path) -> None:
    """Whoever knew a state before a restart need not compare everything."""
    with open_store(tmp_path / "store", BASE) as store:
        before, between = put(store, relocation_story().reading()), put(store, note(1).reading())
    with open_store(tmp_path / "store", BASE) as store:
        store.update(f"INSERT DATA {{ {A} {P} '<urn:c>', {B} }}")
        after = store.commit()
        known = written(store)
        quads = [quad for _, quad in differences(before, after)]
        ends = {end.value for q in quads for end in (q.subject, q.object) if isinstance(end, ox.NamedNode)}
        assert known.touched(before.id, after.id) == ends
        assert known.touched(between.id, after.id) == {"urn:a", "urn:b"}
        assert known.touched(after.id, after.id) == set()
        assert known.touched("000001-00000000", after.id) is None
        assert known.touched(before.id, "000099-00000000") is None


def test_an_open_page_hides_no_later_ones(store: GraphStore) -> None:
    """What came after a commit that has still to be compared is known; what came before and after it is not."""
    before = put(store, relocation_story().reading())
    store.write(lambda writing: writing.update(f"INSERT DATA {{ {A} {P} 1 }} ; {UNTOLD}"))
    opened = store.snapshot()
    store.write(lambda writing: writing.update(f"INSERT DATA {{ {A} {P} 2 , 3 }}"))
    store.write(lambda writing: writing.update(f"DELETE DATA {{ {A} {P} 2 }}"))
    store.update(f"INSERT DATA {{ {A} {P} {B} }}")
    if store.history.unwritten():
        assert store.history.touched(before.id, store.snapshot().id) is None
    assert store.history.touched(opened.id, store.snapshot().id) == {A.value}
    came = store.history.changes(opened.id, store.snapshot().id) or []
    assert [(come, str(quad.object)) for come, quad in came if come is False or quad.object == B] == [
        (False, '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'), (True, str(B)),
    ]  # fmt: skip
    store.history.lose()
    assert store.history.changes(opened.id, store.snapshot().id) is None
    store.discard()


def test_commit_of_many_changes_has_several_pages(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page has more changes than it may, and the pages together are the commit."""
    monkeypatch.setattr(history, "PAGE", 20)
    put(store, relocation_story().reading(), note(1).reading())
    pages = store.history.pages()
    assert len(pages) > 5
    assert {page.snapshot for page in pages} == {store.snapshot().id}
    assert max(page.added + page.removed for page in pages) <= 20
    assert replayed(store.history) == held(store.snapshot())


def test_what_is_discarded_is_no_history(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes that were never published leave no page, be they many."""
    monkeypatch.setattr(history, "PAGE", 20)
    put(store, note(1).reading())
    store.put(map_reading(relocation_story().reading(), BASE))
    store.discard()
    put(store, note(2).reading())
    assert replayed(store.history) == held(store.snapshot())


def test_old_pages_go_and_the_rest_still_leads_on(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bounded room the chain begins later: who has the state it begins at gets to the newest."""
    monkeypatch.setattr(history, "_PAGES", 3)
    states = {store.snapshot().id: held(store.snapshot())}
    for number in range(6):
        snapshot = put(store, note(number).reading())
        states[snapshot.id] = held(snapshot)
    pages = store.history.pages()
    assert len(pages) == 3
    assert replayed(store.history, states[pages[0].before]) == states[pages[-1].snapshot]


def test_pages_of_a_commit_that_was_not_published_are_taken_back(tmp_path: Path) -> None:
    """A writer that ends between the two steps leaves a page too many; the next one removes it."""
    with open_store(tmp_path / "s", BASE) as store:
        put(store, note(1).reading())
        store.history.note([], [ox.Quad(A, P, B)])
        store.history.commit(store.snapshot().id, "000099-" + store.snapshot().id.partition("-")[2], bool)
    with open_store(tmp_path / "s", BASE) as store:
        put(store, note(2).reading())
        assert replayed(store.history) == held(store.snapshot())


def test_history_that_was_lost_begins_anew(tmp_path: Path) -> None:
    """Without its file a store opens as ever, and the chain begins at what it has then."""
    with open_store(tmp_path / "s", BASE) as store:
        before = held(put(store, note(1).reading()))
    for path in (tmp_path / "s").glob("history.sqlite*"):
        path.unlink()
    with open_store(tmp_path / "s", BASE) as store:
        assert store.history.pages() == []
        put(store, note(2).reading())
        assert replayed(store.history, before) == held(store.snapshot())


def test_file_that_is_no_history_is_an_error_with_a_cure(tmp_path: Path) -> None:
    """A damaged file says what to do."""
    with open_store(tmp_path / "s", BASE):
        pass
    (tmp_path / "s" / "history.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(OSError, match="cannot be read") as caught:
        open_store(tmp_path / "s", BASE)
    assert "Remove it" in str(caught.value)


def test_what_is_gone_is_remembered(tmp_path: Path) -> None:
    """An IRI that a document took along is marked, also after a restart; one that others speak of is not."""
    reading = relocation_story().reading()
    with open_store(tmp_path / "s", BASE) as store:
        put(store, reading, note(1).reading())
        before = {q.subject for q in store.quads(None, None, None, None)}
        store.delete(reading.document.id)
        store.commit()
    with open_store(tmp_path / "s", BASE) as store:
        after = {q.subject for q in store.quads(None, None, None, None)}
        typed = {node for node in before if isinstance(node, ox.NamedNode) and node.value.startswith(BASE)}
        for node in typed:
            assert (store.history.gone(node.value) is None) == (node in after), node
        assert typed - after
        assert store.history.gone(f"{BASE}company/nobody") is None


@pytest.mark.parametrize("untold", ["", f" ; {UNTOLD}"])
def test_what_an_update_took_out_is_remembered(store: GraphStore, untold: str) -> None:
    """Marks are set when the page of the update is written."""
    put(store, relocation_story().reading())
    node = next(q.subject for q in store.quads(None, None, None, None) if "/company/" in str(q.subject))
    assert isinstance(node, ox.NamedNode)
    update = f"DELETE {{ {node} ?p ?o . GRAPH ?g {{ {node} ?p ?o }} }} WHERE {{ {{ {node} ?p ?o }} UNION {{ GRAPH ?g {{ {node} ?p ?o }} }} }}"
    store.write(lambda writing: writing.update(update + untold))
    assert written(store).gone(node.value)


@pytest.mark.parametrize("step", [2, 7])
def test_differences_are_those_of_sets(tmp_path: Path, step: int) -> None:
    """Reading side by side finds what a comparison of sets does."""
    every = [
        ox.Quad(ox.NamedNode(f"urn:{n % 50}"), P, ox.Literal(n), ox.NamedNode(f"urn:g{n % 3}"))
        for n in range(600)
    ]
    some, others = every[:500:step] + every[100:200], every[100::2]
    with open_store(tmp_path / "one", BASE) as one, open_store(tmp_path / "two", BASE) as two:
        one.add(some)
        two.add(others)
        found = list(differences(one.commit(), two.commit()))
    assert {str(q) for sign, q in found if sign == "D"} == {str(q) for q in set(some) - set(others)}
    assert {str(q) for sign, q in found if sign == "A"} == {str(q) for q in set(others) - set(some)}
    assert len(found) == len(set(some) ^ set(others))


def test_history_is_on_the_disk_when_a_commit_returns(store: GraphStore, tmp_path: Path) -> None:
    """Another process reads it while the store is open."""
    put(store, note(1).reading())
    (path,) = tmp_path.rglob("history.sqlite")
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT COUNT(*) FROM pages").fetchone() == (1,)
    db.close()
