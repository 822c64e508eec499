"""Data of a thing that thousands point to: all of it as it is read, or one relation page by page."""

import json
import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph_service.formats import RDF_FORMATS
from graph_service.graph.description import SAID, SORTED
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import TYPE, zg
from tests.graph.factory import BASE, PARK, Draft, put

_PLACE = PARK.iri(BASE).removeprefix(BASE)
_MANY = SORTED + 30


@pytest.fixture
def hub(store: GraphStore) -> ox.NamedNode:
    """The park, where more firms are located than are told in order."""
    draft = Draft(title="名单")
    draft.claim(PARK, "locatedIn", PARK, draft.sentence("园区位于园区。"))
    put(store, draft.reading())
    node = ox.NamedNode(PARK.iri(BASE))
    firms = [ox.NamedNode(f"{BASE}company/n{number}") for number in range(_MANY)]
    store.add(ox.Quad(firm, zg("locatedIn"), node) for firm in firms)
    store.add(ox.Quad(firm, TYPE, zg("Company")) for firm in firms)
    store.commit()
    return node


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_all_facts_of_a_hub_come_once(client: FlaskClient, hub: ox.NamedNode, name: str) -> None:
    """Every firm that points to it, with its kind; no statement twice; HEAD has the same header."""
    answer = client.get(f"/data/{_PLACE}.{name}")
    found = [quad.triple for quad in ox.parse(answer.data, format=RDF_FORMATS[name].rdf)]
    assert len(found) == len(set(found))
    pointing = {triple.subject for triple in found if triple.object == hub}
    assert len(pointing - {hub}) >= _MANY
    assert pointing - {hub} <= {triple.subject for triple in found if triple.predicate == TYPE}
    head = client.head(f"/data/{_PLACE}.{name}")
    assert (head.data, head.headers["ETag"]) == (b"", answer.headers["ETag"])


def test_json_of_a_hub_says_what_more_there_is(client: FlaskClient, hub: ox.NamedNode) -> None:
    """A thousand statements of the relation, and an address from which all can be had in pages, each once."""
    said = json.loads(client.get(f"/data/{_PLACE}.json?lang=en").text)
    located = [s for s in said["facts"] if "subject" in s and s["relation"]["label"] == "located in"]
    assert SAID - 1 <= len(located) <= SAID  # one of them is of the park itself
    (more,) = said["more"]
    assert (more["relation"]["label"], more["direction"], more["prospects"]) == (
        "located in",
        "incoming",
        False,
    )
    firms: list[str] = []
    address, pages = more["url"], 0
    while address:
        page = json.loads(client.get(address).text)
        firms += [statement["subject"]["iri"] for statement in page["statements"]]
        address, pages = page["next"], pages + 1
    assert len(firms) == len(set(firms)) >= _MANY
    assert pages == -(-len(firms) // SAID)
    assert hub.value == page["iri"]


def test_pages_of_a_relation_are_views_of_a_collection(client: FlaskClient, hub: ox.NamedNode) -> None:
    """In Turtle: the statements, and links to the pages beside, which the header has too."""
    here = f"/data/{_PLACE}.ttl?incoming=locatedIn&page=2"
    answer = client.get(here)
    found = {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.TURTLE)}
    hydra = "http://www.w3.org/ns/hydra/core#"
    said = {t.predicate.value.removeprefix(hydra): t.object for t in found if "hydra" in t.predicate.value}
    assert {"first", "previous", "next", "view", "member"} <= said.keys()
    assert sum(t.object == hub and t.predicate == zg("locatedIn") for t in found) == SAID
    links = dict(re.findall(r'<([^>]+)>; rel="(prev|next)"', answer.headers["Link"]))
    assert {name: address for address, name in links.items()} == {
        "prev": f"/data/{_PLACE}.ttl?incoming=locatedIn",
        "next": f"/data/{_PLACE}.ttl?incoming=locatedIn&page=3",
    }
    for address in links:
        assert client.get(address).status_code == 200
    assert client.get(f"/data/{_PLACE}.ttl?incoming=locatedIn&page=9").status_code == 404
    assert client.get(f"/data/{_PLACE}.nt?incoming=nothing").status_code == 404
