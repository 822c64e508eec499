"""The history as a Linked Data Event Stream, and as RDF Patch.

LDES (https://w3id.org/ldes/specification) on TREE (https://w3id.org/tree/specification): the stream's one view leads to
all pages. A member is what one commit did to one graph: it has the time and the graph it is a new version of, and two
named graphs, of what was inserted and what was deleted (http://www.w3.org/2004/delta).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import pyoxigraph as ox

from graph_service.graph.catalog import PREFIXES as CATALOG
from graph_service.graph.catalog import dataset_iri
from graph_service.graph.claims import in_graph
from graph_service.graph.history import Page
from graph_service.graph.terms import DEFAULT, TYPE
from graph_service.vocabulary import DCT, PROV, XSD

LDES, TREE, DELTA = "https://w3id.org/ldes#", "https://w3id.org/tree#", "http://www.w3.org/2004/delta#"
PREFIXES = {**CATALOG, "ldes": LDES, "tree": TREE, "delta": DELTA}
PATCH = "application/rdf-patch"
_TIME, _OF = ox.NamedNode(PROV + "generatedAtTime"), ox.NamedNode(DCT + "isVersionOf")
_TYPES = {"D": DELTA + "deletion", "A": DELTA + "insertion"}


def date_of(page: Page) -> str:
    """Return when a page was committed (RFC 3339, in milliseconds)."""
    return datetime.fromtimestamp(page.made, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def patch(page: Page, lines: str) -> str:
    """Return a page as RDF Patch (https://afs.github.io/rdf-patch/): one transaction from a state to the next."""
    return f"H id <urn:zonegraph:{page.name}> .\nH prev <urn:zonegraph:{page.before}> .\nTX .\n{lines}TC .\n"


def stream(pages: Iterable[Page], root: str) -> list[ox.Quad]:
    """Return the stream and its view, with a relation to each page.

    Args:
        pages: the oldest first.
        root: address of the service, ending in `/`.
    """
    view, events = ox.NamedNode(f"{root}changes"), _events(root)
    found = [
        _said(events, TYPE, ox.NamedNode(LDES + "EventStream")),
        _said(events, ox.NamedNode(LDES + "timestampPath"), _TIME),
        _said(events, ox.NamedNode(LDES + "versionOfPath"), _OF),
        _said(events, ox.NamedNode(DCT + "isVersionOf"), dataset_iri(root, "all")),
        _said(events, ox.NamedNode(TREE + "view"), view),
        _said(view, TYPE, ox.NamedNode(TREE + "Node")),
    ]
    for page in pages:
        relation = ox.NamedNode(f"{view.value}#{page.name}")
        found += [
            _said(view, ox.NamedNode(TREE + "relation"), relation),
            _said(relation, TYPE, ox.NamedNode(TREE + "EqualToRelation")),
            _said(relation, ox.NamedNode(TREE + "path"), _TIME),
            _said(relation, ox.NamedNode(TREE + "value"), _time(page)),
            _said(relation, ox.NamedNode(TREE + "node"), _address(page, root)),
        ]
    return found


def members(page: Page, lines: str, root: str) -> Iterator[ox.Quad]:
    """Yield a page as quads: its members, and their graphs of what was deleted and inserted."""
    node = _address(page, root)
    yield _said(node, TYPE, ox.NamedNode(TREE + "Node"))
    yield _said(node, ox.NamedNode(DCT + "isPartOf"), ox.NamedNode(f"{root}changes"))
    changed: dict[object, dict[str, list[ox.Quad]]] = {}
    for sign, quad in _parsed(lines):
        changed.setdefault(quad.graph_name, {}).setdefault(sign, []).append(quad)
    for number, (graph, signs) in enumerate(sorted(changed.items(), key=lambda item: str(item[0])), start=1):
        member = ox.NamedNode(f"{node.value}#{number}")
        whole = graph if isinstance(graph, ox.NamedNode) else dataset_iri(root, "facts")
        yield _said(_events(root), ox.NamedNode(TREE + "member"), member)
        yield _said(member, _TIME, _time(page))
        yield _said(member, _OF, whole)
        for sign, quads in signs.items():
            part = ox.NamedNode(f"{member.value}-{_TYPES[sign].rpartition('#')[2]}")
            yield _said(member, ox.NamedNode(_TYPES[sign]), part)
            yield from (in_graph(quad.triple, part) for quad in quads)


def _parsed(lines: str) -> Iterator[tuple[str, ox.Quad]]:
    for sign in _TYPES:
        some = "\n".join(line[2:] for line in _with(sign, lines.split("\n")))
        yield from ((sign, quad) for quad in ox.parse(some, format=ox.RdfFormat.N_QUADS))


def _with(sign: str, lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.startswith(sign + " ")]


def _events(root: str) -> ox.NamedNode:
    return ox.NamedNode(f"{root}changes#stream")


def _address(page: Page, root: str) -> ox.NamedNode:
    return ox.NamedNode(f"{root}changes/{page.name}")


def _time(page: Page) -> ox.Literal:
    return ox.Literal(date_of(page), datatype=ox.NamedNode(XSD + "dateTime"))


def _said(subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, predicate, value, DEFAULT)
