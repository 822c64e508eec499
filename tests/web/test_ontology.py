"""`/ontology`, `/shapes`, `/ont` and `/context.jsonld`: the vocabulary can be looked up, read and taken away."""

import json
import re

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.compare import isomorphic

from graph_service.formats import RDF_FORMATS
from graph_service.graph.ontology import documentation
from graph_service.graph.terms import TYPE, zg
from graph_service.resources import resource
from graph_service.vocabulary import PREFIXES, RDF, ZG
from tests.web.conftest import HTML

TERMS = sorted(documentation().terms)
SCHEMES, SHAPES = "schemes/*.ttl", "shapes/*.ttl"
RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
"""rdflib warns of its own parser of JSON-LD."""
SUFFIXES = pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt"])


def _graph(*patterns: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for pattern in patterns:
        for path in sorted(resource("ontology").glob(pattern)):
            graph.parse(path)
    return graph


def _parsed(data: bytes, suffix: str) -> rdflib.Graph:
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
    return rdflib.Graph().parse(data=data, format=names[suffix])


@RDFLIB
@SUFFIXES
def test_the_ontology_is_served_whole_by_suffix_and_by_accept(client: FlaskClient, suffix: str) -> None:
    """With schemes and alignments, as rdflib reads the files themselves."""
    named = client.get(f"/ontology.{suffix}")
    asked = client.get("/ontology", headers={"Accept": RDF_FORMATS[suffix].media_type})
    assert named.mimetype == asked.mimetype == RDF_FORMATS[suffix].media_type
    assert named.data == asked.data
    assert isomorphic(_parsed(named.data, suffix), _graph("zonegraph.ttl", SCHEMES, "alignments.ttl"))


@RDFLIB
@SUFFIXES
def test_the_shapes_are_served_whole(client: FlaskClient, suffix: str) -> None:
    """Blank nodes and lists included."""
    answer = client.get(f"/shapes.{suffix}")
    assert isomorphic(_parsed(answer.data, suffix), _graph(SHAPES))


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"), ("*/*", "text/turtle"), ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/rdf+xml,text/turtle;q=0.5", "application/rdf+xml"), ("application/ld+json", "application/ld+json"),
        ("application/n-triples, */*;q=0.1", "application/n-triples"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/ontology", "/shapes", "/ontology/Company"])
def test_what_is_accepted_decides(
    client: FlaskClient, address: str, accept: str | None, media_type: str
) -> None:
    """Programs that say nothing get Turtle, browsers a page."""
    answer = client.get(address, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert {"Accept", "Accept-Language"} <= set(answer.vary)


def test_nothing_else_is_offered(client: FlaskClient) -> None:
    """406 with the list, 404 for a suffix or a term that is none."""
    assert client.get("/ontology", headers={"Accept": "image/png"}).status_code == 406
    for address in ("/ontology.xyz", "/shapes.csv", "/ontology/Nothing", "/shapes/nothing", "/ont/Nothing"):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), address


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_term_has_a_page_that_says_what_it_is(client: FlaskClient, language: str) -> None:
    """Its label and its definition in the language, and no IRI for a label."""
    for path in TERMS:
        page = client.get(f"/ontology/{path}?lang={language}", headers=HTML)
        term = documentation().find(path)
        assert page.status_code == 200, path
        assert f"<h1>{documentation().label(term.iri, language)}</h1>" in page.text, path
        assert not re.search(r"<a [^>]*>\s*(?:<code>)?https?:", page.text), path


def test_the_page_of_a_class_says_what_it_goes_with(client: FlaskClient) -> None:
    """Class above, relations, the class of another vocabulary, the shape, all as links with labels."""
    page = client.get("/ontology/Relocation?lang=en", headers=HTML).text
    for words in ('href="/ontology/Event?lang=en">Event</a>', ">mover</a>", ">relocated to</a>", "no mover"):
        assert words in page
    assert "org:FormalOrganization" in client.get("/ontology/Company", headers=HTML).text


def test_every_term_can_be_found_on_the_page_by_its_fragment(client: FlaskClient) -> None:
    """`…/ont#Company` leads to `/ontology#Company`; every shape has an anchor too, and no id comes twice."""
    page = client.get("/ontology", headers=HTML).text
    for term in documentation().terms.values():
        if term.iri.startswith(ZG):
            assert page.count(f' id="{term.path}"') == 1, term.path
    shapes = client.get("/shapes", headers=HTML).text
    for shape in documentation().shapes:
        for one in (shape, *shape.parts):
            assert shapes.count(f' id="{one.name}"') == 1, one.name
    for text in (page, shapes):
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("/ont", "/ontology"), ("/ont/0.1.0", "/ontology"), ("/ont/scheme/modality", "/ontology/scheme/modality"),
        ("/ont/scheme/modality?lang=en", "/ontology/scheme/modality?lang=en"),
        ("/shapes/relocation-mover", "/shapes#relocation-mover"),
    ],
)  # fmt: skip
def test_iris_of_the_ontology_lead_to_its_documentation(client: FlaskClient, address: str, to: str) -> None:
    """303 to the same name, language kept."""
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (303, to)
    assert client.get(to.partition("#")[0]).status_code == 200


def test_the_data_of_a_term_has_what_points_to_it(client: FlaskClient) -> None:
    """Its own triples and those of which it is the object."""
    found = {q.triple for q in ox.parse(client.get("/ontology/Event.nt").data, format=ox.RdfFormat.N_TRIPLES)}
    event, below = zg("Event"), ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
    assert any(t.subject == event and t.predicate == TYPE for t in found)
    assert ox.Triple(zg("Relocation"), below, event) in found
    assert all(event in (t.subject, t.object) for t in found)


def test_a_reader_who_has_the_ontology_is_told_so(client: FlaskClient) -> None:
    """304 by the tag, for pages and files."""
    for address in ("/ontology.ttl", "/ontology/Company", "/context.jsonld", "/shapes"):
        first = client.get(address, headers=HTML)
        again = client.get(address, headers={**HTML, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), address


@RDFLIB
def test_the_context_may_be_used_and_kept_by_every_page(client: FlaskClient) -> None:
    """Any origin, a week, one answer for all readers; it makes plain JSON the terms of the ontology."""
    answer = client.get("/context.jsonld", headers={"Origin": "https://example.org", "Accept": "*/*"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=604800" in answer.headers["Cache-Control"]
    assert "Accept" not in answer.vary
    said = {
        **json.loads(answer.text),
        "@id": "https://example.org/x",
        "@type": "Company",
        "prefLabel": {"zh": "甲"},
    }
    graph = rdflib.Graph().parse(data=json.dumps(said), format="json-ld")
    assert (
        rdflib.URIRef("https://example.org/x"),
        rdflib.URIRef(RDF + "type"),
        rdflib.URIRef(ZG + "Company"),
    ) in graph
