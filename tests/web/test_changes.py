"""`/changes`: a consumer that follows it has the store; what is gone answers 410 until it comes back."""

from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from graph_service.graph import history
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore
from graph_service.graph.stream import DELTA, LDES, PATCH, TREE
from graph_service.vocabulary import DCT, PROV
from tests.graph.factory import BASE, HEGUANG, PARK, Draft
from tests.web.conftest import HTML, TOKEN, story

MEMBER, TIME = rdflib.URIRef(TREE + "member"), rdflib.URIRef(PROV + "generatedAtTime")
SECRET = {"Authorization": f"Bearer {TOKEN}"}


def write(store: GraphStore, title: str = "2") -> None:
    """Add one more document."""
    draft = Draft(title=title)
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(f"和光在镜湖园{title}。"))
    store.put(map_reading(draft.reading(), BASE))
    store.commit()


def followed(client: FlaskClient) -> rdflib.Dataset:
    """Return what one has who follows the stream as its own vocabulary tells, with another reader of RDF."""
    view = rdflib.Dataset()
    view.parse(data=client.get("/changes", headers={"Accept": "application/trig"}).data, format="trig")
    nodes = {str(node) for _, _, node, _ in view.quads((None, rdflib.URIRef(TREE + "node"), None, None))}
    events = rdflib.Dataset()
    for node in nodes:
        answer = client.get(urlsplit(node).path, headers={"Accept": "application/trig"})
        assert "immutable" in answer.headers["Cache-Control"]
        events.parse(data=answer.data, format="trig")
    members: list[Any] = [member for _, _, member, _ in events.quads((None, MEMBER, None, None))]
    found = rdflib.Dataset()
    for member in sorted(members, key=lambda one: (events.value(one, TIME), one)):
        _apply(events, member, found)
    return found


def _apply(events: rdflib.Dataset, member: Any, found: rdflib.Dataset) -> None:
    graph = events.value(member, rdflib.URIRef(DCT + "isVersionOf"))
    target = found.default_graph if str(graph).endswith("#facts") else found.graph(graph)
    for kind, change in (("deletion", target.remove), ("insertion", target.add)):
        part = events.value(member, rdflib.URIRef(DELTA + kind))
        for triple in events.graph(part) if part else ():
            change(triple)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own parsers
def test_following_the_stream_gives_the_store(client: FlaskClient, store: GraphStore, document: str) -> None:
    """A consumer that knows LDES alone has every graph of the store as it is now."""
    write(store)
    store.delete(document)
    store.commit()
    write(store, "3")
    found = followed(client)
    for name in (None, *store.snapshot().graphs()):
        here = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        quads = store.snapshot().quads(None, None, None, here)
        expected = rdflib.Graph().parse(
            data=ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES), format="nt"
        )
        ours = found.default_graph if name is None else found.graph(rdflib.URIRef(name))
        assert set(ours) == set(expected), name


def test_patches_lead_from_state_to_state(client: FlaskClient, store: GraphStore) -> None:
    """Whoever has a state asks for what came after it, and applies the lines in turn."""
    before = store.snapshot()
    held = {str(quad) for quad in before.quads(None, None, None, None)}
    write(store)
    write(store, "3")
    told = client.get(f"/changes?format=json&after={before.id}").json
    assert told["from"] == before.id  # type: ignore[index]
    for page in told["pages"]:  # type: ignore[index]
        answer = client.get(urlsplit(page["url"]).path)
        assert answer.mimetype == PATCH
        for line in answer.text.splitlines():
            sign, _, quad = line.removesuffix(" .").partition(" ")
            if sign in "AD":
                (held.add if sign == "A" else held.remove)(quad)
    assert held == {str(quad) for quad in store.snapshot().quads(None, None, None, None)}
    assert client.get(f"/changes?format=json&after={store.snapshot().id}").json["pages"] == []  # type: ignore[index]


def test_states_that_no_page_follows_are_410(
    client: FlaskClient, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that made room, and states they led on from, are gone, and the cure says how to begin again."""
    monkeypatch.setattr(history, "_PAGES", 2)
    first = client.get("/changes?format=json").json["pages"][0]  # type: ignore[index]
    for number in range(3):
        write(store, f"{number}")
    for address in (f"/changes?after={first['before']}", urlsplit(first["url"]).path):
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert "/exports/all.nq" in answer.json["cure"]  # type: ignore[index]
    assert client.get("/changes/nonsense").status_code == 404


@pytest.mark.parametrize("name", ["ttl", "trig", "jsonld", "nq"])
def test_the_stream_says_what_it_is(client: FlaskClient, name: str) -> None:
    """An event stream with its paths and its view, in each format."""
    answer = client.get(f"/changes?format={name}")
    formats = {"ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
    quads = list(ox.parse(answer.data, format=formats.get(name, ox.RdfFormat.N_QUADS)))
    said = {(q.predicate.value, str(q.object)) for q in quads}
    assert ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{LDES}EventStream>") in said
    assert (LDES + "timestampPath", f"<{PROV}generatedAtTime>") in said
    again = client.get(f"/changes?format={name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_pages_are_for_people_too(client: FlaskClient, store: GraphStore) -> None:
    """Browsers get the list and each page in their language; a page names the one before it."""
    write(store)
    for language, title in (("en", "Changes"), ("zh", "变更")):
        listed = client.get("/changes", headers={**HTML, "Accept-Language": language})
        assert f"<h1>{title}</h1>" in listed.text
    name = client.get("/changes?format=json").json["pages"][-1]["url"].rpartition("/")[2]  # type: ignore[index]
    page = client.get(f"/changes/{name}", headers=HTML)
    assert page.mimetype == "text/html"
    assert 'rel="prev"' in page.headers["Link"]
    assert client.get("/changes?format=xyz").status_code == 400


# ---- 410 -----------------------------------------------------------------------------------------


def test_what_is_gone_is_410_until_it_comes_back(writing: FlaskClient, store: GraphStore) -> None:
    """By every address, for things and documents; what was never there is 404."""
    thing = next(
        str(q.subject)[1:-1] for q in store.quads(None, None, None, None) if "/park/" in str(q.subject)
    )
    path = thing.removeprefix(BASE)
    (listed,) = writing.get("/documents").json["documents"]  # type: ignore[index]
    addresses = [
        f"/id/{path}",
        f"/page/{path}",
        f"/data/{path}.ttl",
        f"/documents/{listed['id']}",
        f"/id/{path}.ttl",
    ]
    assert {writing.get(address).status_code for address in addresses} == {200, 303}
    assert writing.delete(f"/documents/{listed['id']}", headers=SECRET).status_code == 204
    for address in addresses:
        answer = writing.get(address)
        assert answer.status_code == 410, address
        assert answer.json["title"] == "已不存在"  # type: ignore[index]
    assert writing.get("/page/park/nobody-12345678").status_code == 404
    assert writing.get("/documents/0123456789abcdef").status_code == 404
    store.write(lambda one: one.put(map_reading(story().reading(), BASE)))
    assert {writing.get(address).status_code for address in addresses} == {200, 303}
