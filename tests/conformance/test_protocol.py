"""The W3C's tests of the SPARQL 1.1 Protocol, each request sent as its manifest says."""

import json
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from graph_service.formats import RDF_FORMATS, RESULT_FORMATS
from tests.conformance.manifests import (
    MF,
    NEEDED,
    QT,
    RDFS,
    UT,
    Exchange,
    Node,
    entries,
    exchanges,
    fits,
)
from tests.conformance.server import Answer, Server

pytestmark = NEEDED
TESTS = entries("protocol/manifest.ttl")
_PREFIX = "/sparql/"


def test_the_manifest_has_all_its_tests() -> None:
    """34 of them; none is left out here."""
    assert len(TESTS) == 34


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_protocol(server: Server, test: Node) -> None:
    """Every answer has the status, the truth and the kind of format that the manifest wants."""
    for data in test.all(UT + "graphData") + test.all(QT + "graphData"):
        graph, file = data.text(RDFS + "label"), data.one(UT + "graph")
        assert file
        target = f"/graphs?graph={quote(graph, safe='')}"
        put = server.write("PUT", target, {"Content-Type": "application/n-triples"}, file.path.read_bytes())
        assert put.status == 201
    for exchange in exchanges(test):
        check(send(server, test, exchange), exchange)


def send(server: Server, test: Node, exchange: Exchange) -> Answer:
    """Send a request to the endpoint that it is meant for, with the token where that is the one of updates."""
    queries = exchange.headers.get("content-type") == "application/sparql-query" or "update" not in test.name
    address = "/sparql" if queries else "/update"
    assert exchange.target.startswith(_PREFIX)
    target = address + exchange.target.removeprefix(_PREFIX)
    body = exchange.body.encode(exchange.encoding)
    sender = server.send if queries else server.write
    return sender(exchange.method, target, exchange.headers, body)


def check(answer: Answer, exchange: Exchange) -> None:
    """Compare an answer with what is expected."""
    assert fits(answer.status, exchange.statuses), (answer.status, answer.body)
    kind = exchange.expected.text(MF + "expectedFormat")
    if kind:
        offered = RDF_FORMATS if kind == "RDF" else RESULT_FORMATS
        assert answer.media_type in {m for f in offered.values() for m in f.media_types}
    truth = exchange.expected.text(MF + "expectedBoolean")
    if truth:
        results = ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QueryBoolean)
        assert bool(results) == (truth == "true")
    if answer.status >= 400:
        said = json.loads(answer.body)
        assert said["status"] == answer.status
        assert all(said[key] for key in ("title", "detail", "cure"))
