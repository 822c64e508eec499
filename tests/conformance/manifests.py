"""The manifests of the W3C's SPARQL 1.1 tests, which lie beside the checkout in `../shared/w3c`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

SUITE = Path(__file__).parents[3] / "shared" / "w3c" / "sparql" / "sparql11"
NEEDED = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C tests are not at {SUITE}")
"""Marks tests that need them."""

_PLACE = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = "http://www.w3.org/2011/content#"

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Node:
    """A node of a manifest, and what is said of it."""

    def __init__(self, store: ox.Store, term: Term) -> None:
        self._store = store
        self.term = term

    def all(self, predicate: str) -> list["Node"]:
        """Return the values of a property."""
        if isinstance(self.term, ox.Literal | ox.Triple):
            return []
        quads = self._store.quads_for_pattern(self.term, ox.NamedNode(predicate), None, None)
        return [Node(self._store, quad.object) for quad in quads]

    def one(self, predicate: str) -> "Node | None":
        """Return the value of a property, None where there is none."""
        return next(iter(self.all(predicate)), None)

    def text(self, predicate: str) -> str:
        """Return the value of a property as text, empty where there is none."""
        found = self.one(predicate)
        return found.value if found else ""

    def items(self, predicate: str) -> Iterator["Node"]:
        """Yield what a property lists."""
        rest = self.one(predicate)
        while rest and (first := rest.one(RDF + "first")):
            yield first
            rest = rest.one(RDF + "rest")

    @property
    def value(self) -> str:
        """The IRI, the label of a blank node or the text of a literal."""
        return str(getattr(self.term, "value", ""))

    @property
    def path(self) -> Path:
        """The file of the suite that an IRI stands for."""
        assert self.value.startswith(_PLACE), self.value
        return SUITE / self.value.removeprefix(_PLACE)

    @property
    def kind(self) -> str:
        """The local name of its class."""
        return self.text(RDF + "type").rpartition("#")[2]

    @property
    def name(self) -> str:
        """What comes last in its IRI."""
        return self.value.rpartition("#")[2]


@cache
def entries(manifest: str) -> tuple[Node, ...]:
    """Return the tests of a manifest, in its order; none where the suite is not there.

    Args:
        manifest: path below the suite, such as `protocol/manifest.ttl`.
    """
    if not SUITE.is_dir():
        return ()
    store = ox.Store()
    here = _PLACE + manifest
    store.load(path=str(SUITE / manifest), format=ox.RdfFormat.TURTLE, base_iri=here)
    return tuple(Node(store, ox.NamedNode(here)).items(MF + "entries"))


def folders(kinds: set[str]) -> list[str]:
    """Return the folders of the suite whose manifests have tests of these kinds, sorted."""
    found = sorted(path.parent.name for path in SUITE.glob("*/manifest.ttl"))
    return [folder for folder in found if any(t.kind in kinds for t in entries(f"{folder}/manifest.ttl"))]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of a test and what the answer must be.

    Attributes:
        method: of the request.
        target: path and parameters, as the manifest has them.
        headers: of the request, names in lower case.
        body: of the request.
        statuses: what the status may be, as the manifest says it: `StatusCode4xx`, `Created`.
        expected: the response as the manifest describes it.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: str
    encoding: str
    statuses: frozenset[str]
    expected: Node


def exchanges(test: Node) -> list[Exchange]:
    """Return the requests of a test in order."""
    action = test.one(MF + "action")
    assert action
    return [_exchange(request) for request in action.items(HT + "requests")]


def _exchange(request: Node) -> Exchange:
    response, body = request.one(HT + "resp"), request.one(HT + "body")
    assert response
    statuses = frozenset(status.value.removeprefix(HTS) for status in response.all(MF + "expectedStatus"))
    return Exchange(
        request.text(HT + "methodName"), request.text(HT + "absolutePath"), headers(request),
        body.text(CNT + "chars") if body else "", body.text(CNT + "characterEncoding") if body else "UTF-8",
        statuses, response,
    )  # fmt: skip


def headers(message: Node) -> dict[str, str]:
    """Return the headers of a request or response."""
    return {
        h.text(HT + "fieldName").lower(): h.text(HT + "fieldValue") for h in message.items(HT + "headers")
    }


_NAMES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}


def fits(status: int, allowed: frozenset[str]) -> bool:
    """Tell whether a status is one of those that a manifest names."""
    return any(_NAMES.get(name) == status or name == f"StatusCode{status // 100}xx" for name in allowed)
