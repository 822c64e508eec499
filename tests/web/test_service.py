"""The service describes itself from what the store holds."""

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph_service.errors import TimeLimitError
from graph_service.formats import FORMATS
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.web.service import COUNTED, SD, VOID

TTL = {"Accept": "text/turtle"}


def said(client: FlaskClient) -> ox.Store:
    """Return the description."""
    store = ox.Store()
    store.load(client.get("/sparql", headers=TTL).data, format=ox.RdfFormat.TURTLE)
    return store


def ask(store: ox.Store, pattern: str) -> list[tuple[str, ...]]:
    """Return what ?a and ?b are in a pattern, sorted."""
    found = store.query(f"PREFIX sd: <{SD}> PREFIX void: <{VOID}> SELECT ?a ?b WHERE {{ {pattern} }}")
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(getattr(row[name], "value", "") for name in ("a", "b")) for row in found)


COUNTS = "?d sd:namedGraph [ sd:name ?a ; sd:graph [ void:triples ?b ] ]"


def test_every_graph_is_there_with_its_triples(client: FlaskClient, store: GraphStore) -> None:
    """The numbers are those of the snapshot, the default graph among them."""
    snapshot = store.snapshot()
    counted = [
        (name, str(sum(1 for _ in snapshot.quads(None, None, None, ox.NamedNode(name)))))
        for name in snapshot.graphs()
    ]
    default = sum(1 for _ in snapshot.quads(None, None, None, ox.DefaultGraph()))
    found = said(client)
    assert ask(found, COUNTS) == counted
    assert ask(found, "?d sd:defaultGraph [ void:triples ?a ]") == [(str(default), "")]


def test_a_new_graph_is_there_at_once(client: FlaskClient, store: GraphStore) -> None:
    """Also one with nothing in it; a name with quotation marks and the like is no trouble."""
    name = "http://e/'一'(%22)"

    def change(writing: GraphStore) -> None:
        writing.create("http://e/empty")
        writing.add(
            [
                ox.Quad(
                    ox.NamedNode("http://e/s"),
                    ox.NamedNode("http://e/p"),
                    ox.Literal("x"),
                    ox.NamedNode(name),
                )
            ]
        )

    store.write(change)
    assert {("http://e/empty", "0"), (name, "1")} <= set(ask(said(client), COUNTS))


def test_it_says_what_it_can_do(client: FlaskClient, writing: FlaskClient) -> None:
    """Every format of the table, the language, and updates where they are taken."""
    found = said(client)
    assert [a for a, _ in ask(found, "?s sd:resultFormat ?a")] == sorted(f.iri for f in FORMATS.values())
    endpoints = "?s sd:endpoint ?a ; sd:supportedLanguage ?b"
    query = ("http://localhost/sparql", f"{SD}SPARQL11Query")
    update = ("http://localhost/update", f"{SD}SPARQL11Update")
    assert ask(found, endpoints) == [query]
    assert ask(said(writing), endpoints) == [query, update]


def test_a_store_too_large_to_count_still_has_its_graphs(
    client: FlaskClient, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are left out, not guessed."""
    right = Workers.ask

    def ask_in_vain(workers: Workers, snapshot: object, query: str, *rest: object, **more: object) -> object:
        if query == COUNTED:
            raise TimeLimitError("It took too long", "Ask for less.")
        return right(workers, snapshot, query, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Workers, "ask", ask_in_vain)
    found = said(client)
    assert [a for a, _ in ask(found, "?d sd:namedGraph [ sd:name ?a ]")] == store.snapshot().graphs()
    assert ask(found, "?a void:triples ?b") == []


def test_an_unchanged_description_is_not_sent_again(client: FlaskClient) -> None:
    """304 for its tag."""
    tag = client.get("/sparql", headers=TTL).headers["ETag"]
    assert client.get("/sparql", headers={**TTL, "If-None-Match": tag}).status_code == 304
