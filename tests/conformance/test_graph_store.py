"""The W3C's tests of the Graph Store HTTP Protocol, each request sent as its manifest says."""

import pyoxigraph as ox
import pytest

from graph_service.formats import by_media_type
from tests.conformance.manifests import (
    CNT,
    HT,
    MF,
    NEEDED,
    Exchange,
    Node,
    entries,
    exchanges,
    fits,
    headers,
)
from tests.conformance.server import Answer, Server

pytestmark = NEEDED
TESTS = (
    *entries("graph-store-protocol/manifest-direct.ttl"),
    *entries("graph-store-protocol/manifest-indirect.ttl"),
)
_HOST, _PREFIX = "www.example", "/gsp"
_WRITES = {"PUT", "POST", "DELETE"}


def test_the_manifests_have_all_their_tests() -> None:
    """Thirteen: four that name graphs by their address, nine by parameters."""
    assert len(TESTS) == 13


@pytest.mark.parametrize("test", TESTS, ids=[test.name for test in TESTS])
def test_graph_store(server: Server, test: Node) -> None:
    """Every answer has the status, the location and the graph that the manifest wants."""
    known: dict[str, str] = {_HOST: server.authority, "/gsp": "/graphs", "%2Fgsp": "%2Fgraphs"}
    for exchange in exchanges(test):
        answer = send(server, exchange, known)
        check(answer, exchange, known)
        variable = exchange.expected.text(MF + "expectedLocation")
        if variable:
            known[variable] = answer.headers["location"]


def send(server: Server, exchange: Exchange, known: dict[str, str]) -> Answer:
    """Send a request to the running service, with the token where it writes."""
    sender = server.write if exchange.method in _WRITES else server.send
    body = placed(exchange.body, known).encode(exchange.encoding)
    return sender(exchange.method, placed(exchange.target, known), exchange.headers, body)


def placed(text: str, known: dict[str, str]) -> str:
    """Return text of the manifest with the address of the running service, and what it said before."""
    for there, here in known.items():
        text = text.replace(there, here)
    return text


def check(answer: Answer, exchange: Exchange, known: dict[str, str]) -> None:
    """Compare an answer with what is expected."""
    assert fits(answer.status, exchange.statuses), (answer.status, answer.body)
    for name, value in headers(exchange.expected).items():
        assert answer.headers[name] == value
    body = exchange.expected.one(HT + "body")
    if body:
        wanted = graph(placed(body.text(CNT + "chars"), known).encode(), "text/turtle")
        assert graph(answer.body, answer.media_type) == wanted


def graph(data: bytes, media_type: str) -> ox.Dataset:
    """Return a graph in canonical form, which is the same for isomorphic graphs."""
    parsed = ox.Dataset(ox.parse(data, format=by_media_type(media_type).rdf))
    parsed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return parsed
