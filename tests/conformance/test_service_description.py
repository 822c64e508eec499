"""The W3C's tests of SPARQL 1.1 Service Description."""

from collections.abc import Callable, Mapping

import pyoxigraph as ox
import pytest

from graph_service.formats import RDF_FORMATS, by_media_type
from tests.conformance.manifests import NEEDED, Node, entries
from tests.conformance.server import Server

pytestmark = NEEDED
TESTS = entries("service-description/manifest.ttl")
SD = "http://www.w3.org/ns/sparql-service-description#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

_RANGES = {
    "endpoint": ("Service", None), "feature": ("Service", "Feature"), "defaultDataset": ("Service", "Dataset"),
    "supportedLanguage": ("Service", "Language"), "resultFormat": ("Service", None),
    "inputFormat": ("Service", None), "availableGraphs": ("Service", "GraphCollection"),
    "defaultEntailmentRegime": ("Service", None), "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"), "name": ("NamedGraph", None), "graph": ("NamedGraph", "Graph"),
}  # fmt: skip
"""Domain and range of the properties of the vocabulary (section 3.4), where they are classes of it."""
_ABOVE = {"Dataset": {"Dataset", "GraphCollection"}}
_KNOWN = {
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}  # fmt: skip


def described(server: Server) -> list[ox.Triple]:
    """Return the description, in the format that the service chooses."""
    answer = server.send("GET", "/sparql")
    assert answer.status == 200
    return list(ox.parse(answer.body, format=by_media_type(answer.media_type).rdf))


def returns_rdf(server: Server) -> None:
    """GET on the endpoint returns RDF, in each format of graphs."""
    graphs = []
    for format_ in RDF_FORMATS.values():
        answer = server.send("GET", "/sparql", {"Accept": format_.media_type})
        assert (answer.status, answer.media_type) == (200, format_.media_type)
        assert format_.rdf
        graphs.append(ox.Dataset(ox.parse(answer.body, format=format_.rdf)))
        graphs[-1].canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert all(graph == graphs[0] for graph in graphs)


def has_endpoint_triple(server: Server) -> None:
    """It says which address it describes."""
    endpoint = ox.NamedNode(f"{server.url}sparql")
    assert any(t.predicate.value == SD + "endpoint" and t.object == endpoint for t in described(server))


def conforms_to_schema(server: Server) -> None:
    """Every property is one of the vocabulary, between things of its domain and its range."""
    triples = described(server)
    kinds = {t.subject: str(getattr(t.object, "value", "")) for t in triples if t.predicate == _TYPE}

    def is_a(term: object, kind: str) -> bool:
        if kind in _KNOWN:
            return getattr(term, "value", "").removeprefix(SD) in _KNOWN[kind]
        own = kinds.get(term, "").removeprefix(SD)  # type: ignore[call-overload]
        return kind in _ABOVE.get(own, {own})

    for triple in triples:
        if triple.predicate.value.startswith(SD):
            domain, range_ = _RANGES[triple.predicate.value.removeprefix(SD)]
            assert is_a(triple.subject, domain), triple
            assert isinstance(triple.object, ox.NamedNode | ox.BlankNode), triple
            assert range_ is None or is_a(triple.object, range_), triple


CHECKS: Mapping[str, Callable[[Server], None]] = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_the_manifest_has_all_its_tests() -> None:
    """Three of them, each with a check here."""
    assert {test.name for test in TESTS} == CHECKS.keys()


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_service_description(server: Server, test: Node) -> None:
    """The description is RDF, of this endpoint, in the terms of the vocabulary; with graphs in it too."""
    CHECKS[test.name](server)
    data = "INSERT DATA { <a> <b> <c> . GRAPH <g> { <a> <b> <c>, <d> } GRAPH <h> { <a> <b> <c> } }"
    assert server.update(data).status == 204
    CHECKS[test.name](server)
