"""What users write is followed: what an update is found to change is exactly what the engine makes of it."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.formats import by_name
from graph_service.graph import effects
from graph_service.graph.effects import Effect

STATE = """
PREFIX x: <http://x/>
INSERT DATA {
  x:a x:p 1 , 2 , "一"@zh , x:b . x:b x:p x:a ; a x:Kind .
  GRAPH x:g { x:a x:p 1 ; x:q x:c . x:c x:p x:g } GRAPH x:h { x:a x:p 3 . x:h x:p x:g }
} ; CREATE GRAPH x:empty
"""
P = "PREFIX x: <http://x/>\n"

FOLLOWED = (
    "INSERT DATA { x:n x:p 01 ; a x:Kind . x:a x:p 1 } # x:a is there",
    "DELETE DATA { x:a x:p 1 . x:a x:none 1 . GRAPH x:g { x:a x:p 1 } }",
    "DELETE WHERE { x:a ?p ?o }",
    "delete where { GRAPH ?g { x:a x:p ?o } ?s ?o ?g }",
    "DELETE WHERE { GRAPH ?g { ?s x:p ?o } . ?o ?q ?r }",
    "DELETE { ?s x:p ?o } INSERT { ?s x:p ?o ; x:r ?unbound , ?o } WHERE { ?s x:p ?o }",
    "WITH x:g DELETE { ?s x:p ?o } INSERT { ?s x:r ?o . GRAPH x:new { ?s x:p ?o } } WHERE { ?s x:p ?o }",
    "WITH x:g INSERT { ?s x:r ?o } WHERE { ?s x:p ?o . GRAPH x:h { ?s x:p ?also } }",
    "WITH x:g INSERT { ?s x:r ?o } USING x:h WHERE { ?s x:p ?o }",
    "INSERT { ?s x:r ?o } USING x:g USING NAMED x:h WHERE { ?s x:p ?o . OPTIONAL { GRAPH ?n { ?s x:p ?y } } }",
    "INSERT { GRAPH ?g { ?s x:seen ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?o != 3) }",
    "INSERT { ?o x:of ?s } WHERE { ?s x:p ?o }",
    "INSERT { x:there x:is true } WHERE { ?s a x:Kind }",
    "INSERT { x:there x:is true } WHERE { ?s a x:None }",
    "DELETE { x:b a x:Kind } WHERE {}",
    "INSERT { ?s x:count ?n } WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s x:p ?o } GROUP BY ?s }",
    "BASE <http://x/> INSERT { <a> <r> 'WHERE { } ; DELETE' } WHERE { <a> <p> 1 }",
    "INSERT DATA { x:n x:p 1 } ; DELETE { ?s x:p 1 } INSERT { ?s x:p 9 } WHERE { ?s x:p 1 } ;",
    "PREFIX x: <http://y/> INSERT DATA { x:n x:p 1 } ; DELETE WHERE { ?s x:p ?o } ; INSERT DATA { x:y x:y x:y }",
    "CLEAR GRAPH x:g ; INSERT DATA { GRAPH x:g { x:a x:p 1 } }",
    "DROP DEFAULT ; DROP SILENT GRAPH x:none ; CREATE SILENT GRAPH x:g",
    "drop graph<http://x/g>",
    "INSERT{?s$p 'x'}WHERE{?s$p 2}",
    "",
)  # fmt: skip


def state() -> ox.Store:
    store = ox.Store()
    store.update(STATE)
    return store


@pytest.mark.parametrize("update", FOLLOWED)
def test_what_an_update_changes_is_what_the_engine_makes_of_it(update: str) -> None:
    """And what is told of it, applied to the state before, leads to the state after."""
    alone, store = state(), state()
    replayed = set(store)
    alone.update(P + update)
    told = effects.update(store, P + update, "http://x/")
    assert set(store) == set(alone)
    assert set(store.named_graphs()) == set(alone.named_graphs())
    assert told is not None
    for effect in told:
        _replay(effect, replayed)
    assert replayed == set(store)


def _replay(effect: Effect, quads: set[ox.Quad]) -> None:
    """Apply an effect, every part of which must change something."""
    assert quads.issuperset(effect.removed)
    quads.difference_update(effect.removed)
    assert quads.isdisjoint(effect.added)
    quads.update(effect.added)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { _:a x:p [ x:q _:a ] , ( 1 2 ) }",
        "INSERT { ?s x:r _:new . _:new x:of ?s } WHERE { ?s x:p ?o }",
        "INSERT { _:new x:of 1 } WHERE { ?s x:p ?o } ; DELETE WHERE { ?n x:of 1 }",
    ],
)
def test_blank_nodes_are_new_for_each_solution_and_told_by_their_labels(update: str) -> None:
    alone, store = state(), state()
    replayed = set(store)
    alone.update(P + update)
    for effect in effects.update(store, P + update, "http://x/") or ():
        _replay(effect, replayed)
    assert replayed == set(store)
    assert len(store) == len(alone)


@pytest.mark.parametrize(
    "update",
    [
        "COPY x:g TO x:h", "MOVE x:g TO DEFAULT", "CLEAR ALL", "DROP NAMED",
        "INSERT { << ?s x:p ?o >> x:told 1 } WHERE { ?s x:p ?o }",
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } ; CLEAR ALL",
    ],
)  # fmt: skip
def test_other_operations_are_the_engines_and_nobody_tells(update: str) -> None:
    alone, store = state(), state()
    alone.update(P + update)
    assert effects.update(store, P + update, "http://x/") is None
    assert len(store) == len(alone)
    assert set(store.named_graphs()) == set(alone.named_graphs())


def test_much_is_not_told_and_what_came_before_it_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "MOST", 3)
    for update in (
        "INSERT DATA { x:n x:p 1 } ; INSERT { ?s x:r ?o } WHERE { ?s x:p ?o }",
        "INSERT DATA { x:n x:p 1 , 2 , 3 , 4 } ; DELETE WHERE { x:a x:p ?o }",
        "DROP DEFAULT ; INSERT DATA { x:n x:p 1 }",
    ):
        alone, store = state(), state()
        alone.update(P + update)
        assert effects.update(store, P + update, "http://x/") is None
        assert set(store) == set(alone)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { x:n x:p 1 } ; DELETE", "INSERT DATA { x:n x:p ?v }", "DELETE DATA { _:a x:p 1 }",
        "DELETE { ?s x:p _:b } WHERE { ?s x:p 1 }", "INSERT { ?s x:p 1 }", "WITH x:g DELETE DATA { x:a x:p 1 }",
        "INSERT DATA { x:n x:p 1 } INSERT DATA { x:n x:p 2 }", "INSERT DATA { GRAPH ?g { x:n x:p 1 } }",
        "SELECT * {}", "}", "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o", "WITH", "PREFIX",
    ],
)  # fmt: skip
def test_what_does_not_parse_changes_nothing_and_says_where(update: str) -> None:
    alone, store = state(), state()
    with pytest.raises(SyntaxError) as expected:
        alone.update(P + update)
    with pytest.raises(SyntaxError) as caught:
        effects.update(store, P + update, "http://x/")
    assert str(caught.value) == str(expected.value)
    assert set(store) == set(state())


def test_a_graph_that_is_not_there_is_an_error() -> None:
    with pytest.raises((RuntimeError, OSError), match="none"):
        effects.update(state(), P + "INSERT DATA { x:n x:p 1 } ; DROP GRAPH x:none", "http://x/")


def test_a_payload_tells_what_was_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a disk as in memory; its blank nodes by the labels they have in the graph."""
    turtle, graph = by_name("ttl"), ox.NamedNode("http://x/g")
    store = ox.Store(str(tmp_path / "store"))
    store.update(STATE)
    replayed = set(store)
    payload = b"@prefix x: <http://x/> . x:a x:p 1 , 7 , [ x:q <b> ] ."
    told = effects.load(store, payload, turtle, "http://x/", graph)
    assert told is not None
    assert len(told[0].added) == 3
    _replay(told[0], replayed)
    assert replayed == set(store)
    assert effects.load(store, b"", turtle, "http://x/", graph) == []
    monkeypatch.setattr(effects, "MOST", 3)
    assert effects.load(store, payload, turtle, "http://x/", None) is None
    assert len(store) == len(replayed) + 3
    with pytest.raises(SyntaxError):
        effects.load(store, b"<http://x/a> <http://x/p>", turtle, "http://x/", None)


def test_emptying_tells_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    store = state()
    told = effects.of_emptying(store, ox.NamedNode("http://x/g"))
    assert told is not None
    assert len(told[0].removed) == 3
    monkeypatch.setattr(effects, "MOST", 2)
    assert effects.of_emptying(store, ox.NamedNode("http://x/g")) is None
