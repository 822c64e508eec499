"""Parts of the graph that can be taken away: datasets by name, one document, one thing with what is around it.

Each part is a view of a snapshot: which graphs it has, and in what order their quads are written. Parts of any size
are read as they come; only one document, or the neighbourhood of one thing, is held in memory.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.changes import Graph
from graph_service.graph.claims import Stated, in_graph, stated
from graph_service.graph.mapping import PREF_LABEL
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, SUBJECT, TYPE, zg
from graph_service.vocabulary import local, vocabulary

DATASETS = ("facts", "prospects", "evidence", "all")
"""What can be taken away by name: actual facts, prospects, document graphs with derivations, everything."""

_SORTED = 100_000
"""Quads up to which they are written in order; more are written in the order of the store's index."""
_DOCUMENT = re.compile(r"[0-9A-Za-z._-]+")
_EVIDENCE, _STATUS, _ACCEPTED = zg("evidence"), zg("status"), "accepted"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a graph.

    Attributes:
        name: of the dataset, of the document, or of the thing below the base IRI (`company/…`).
        snapshot: what it is read from; for a thing a graph in memory with what is around it.
        graphs: that a file with names of graphs has, in the order in which they are written.
        single: those that a file without names of graphs has.
        plain: the graphs of plain statements: facts, prospects, or both.
        view: where `plain` is read from; for a document its accepted claims as plain statements.
    """

    name: str
    snapshot: Snapshot
    graphs: tuple[Graph, ...]
    single: tuple[Graph, ...]
    plain: tuple[Graph, ...] = ()
    view: Snapshot | None = field(default=None)

    @property
    def is_thing(self) -> bool:
        """Whether it is one thing with what is around it."""
        return "/" in self.name

    def quads(self, graph: Graph) -> Iterator[ox.Quad]:
        """Yield the quads of one of its graphs in order (`in_order`)."""
        return in_order(self.snapshot.quads(None, None, None, graph), always=self.snapshot.path is None)

    def claimed(self) -> tuple[ox.NamedNode, ...]:
        """Return the graphs that its claims, and the records of derivations, stand in."""
        prefix = f"{self.snapshot.base}graph/"
        claiming = (f"{prefix}doc/", f"{prefix}derived")
        if self.name in {"facts", "prospects"}:
            return tuple(ox.NamedNode(n) for n in self.snapshot.graphs() if n.startswith(claiming))
        named = (graph for graph in self.graphs if isinstance(graph, ox.NamedNode))
        return tuple(graph for graph in named if graph.value.startswith(claiming))


def part(snapshot: Snapshot, name: str) -> Part:
    """Return a part of a graph.

    Args:
        snapshot: the graph.
        name: one of `DATASETS`, the identifier of a document, or the IRI of a thing, with or without its base.

    Raises:
        NotFoundError: there is no such dataset, document or thing.
    """
    prospects = ox.NamedNode(identity.prospects_graph(snapshot.base))
    if name in DATASETS:
        return _dataset(snapshot, name, prospects)
    graph = _document(snapshot, name)
    if graph is not None:
        return Part(name, snapshot, (graph,), (graph,), (DEFAULT, prospects), _plainly(snapshot, graph))
    node = _thing(snapshot, name)
    around = Snapshot.of(_neighbourhood(snapshot, node, prospects), snapshot.base)
    facts = next(around.quads(None, None, None, DEFAULT), None) is not None
    graphs: tuple[Graph, ...] = (DEFAULT, *map(ox.NamedNode, around.graphs()))
    short = node.value.removeprefix(snapshot.base)
    return Part(short, around, graphs, (DEFAULT if facts else prospects,), (DEFAULT, prospects), around)


def _dataset(snapshot: Snapshot, name: str, prospects: ox.NamedNode) -> Part:
    named = [ox.NamedNode(iri) for iri in snapshot.graphs()]
    graphs: Mapping[str, tuple[Graph, ...]] = {
        "facts": (DEFAULT,),
        "prospects": (prospects,),
        "evidence": tuple(graph for graph in named if graph != prospects),
        "all": (DEFAULT, *named),
    }
    plain: Mapping[str, tuple[Graph, ...]] = {
        "facts": (DEFAULT,),
        "prospects": (prospects,),
        "all": (DEFAULT, prospects),
    }
    return Part(name, snapshot, graphs[name], graphs[name], plain.get(name, ()), snapshot)


def require(snapshot: Snapshot, name: str) -> None:
    """Look whether a graph has a part of this name; that is cheap, however large the part is.

    Raises:
        NotFoundError: there is no such dataset, document or thing.
    """
    if name not in DATASETS and _document(snapshot, name) is None:
        _thing(snapshot, name)


def _document(snapshot: Snapshot, name: str) -> ox.NamedNode | None:
    """Return the graph of the document with this identifier; None where there is none, or nothing in it."""
    if not _DOCUMENT.fullmatch(name):
        return None
    graph = ox.NamedNode(identity.document_graph(snapshot.base, name))
    return graph if next(snapshot.quads(None, None, None, graph), None) is not None else None


def _thing(snapshot: Snapshot, name: str) -> ox.NamedNode:
    """Return the thing of a name if the graph says anything of it.

    Raises:
        NotFoundError: it does not.
    """
    try:
        node = ox.NamedNode(name if "://" in name else snapshot.base + name)
    except ValueError:
        node = None
    if node is None or next(snapshot.quads(node, None, None, None), None) is None:
        raise NotFoundError(
            f"{name!r} is neither a dataset nor a document nor a thing",
            f"Choose {', '.join(DATASETS)}, a document's identifier, or the IRI of a thing.",
        )
    return node


# ---- One thing, one document ---------------------------------------------------------------------


def _neighbourhood(snapshot: Snapshot, node: ox.NamedNode, prospects: ox.NamedNode) -> set[ox.Quad]:
    """Return what is said of a thing: its statements, events and figures whole, names of the ends, its claims."""
    found: set[ox.Quad] = set()
    for graph in (DEFAULT, prospects):
        own = {*snapshot.quads(node, None, None, graph), *snapshot.quads(None, None, node, graph)}
        found |= own
        for end in _ends(own, node):
            if not is_entity(snapshot, end):
                found.update(snapshot.quads(end, None, None, graph))
    for end in _ends(found, node):
        for predicate in (TYPE, PREF_LABEL):
            for graph in (DEFAULT, prospects):
                found.update(snapshot.quads(end, predicate, None, graph))
    return found | _claims_about(snapshot, node)


def _claims_about(snapshot: Snapshot, node: ox.NamedNode) -> set[ox.Quad]:
    """Return the claims that have a thing as subject or object, with their sentences, in the documents' graphs."""
    found: set[ox.Quad] = set()
    for place in (SUBJECT, OBJECT):
        for quad in snapshot.quads(None, place, node, None):
            claim = set(snapshot.quads(quad.subject, None, None, quad.graph_name))
            found |= claim
            for one in claim:
                if one.predicate == _EVIDENCE:
                    found.update(snapshot.quads(one.object, None, None, quad.graph_name))
    return found


def _plainly(snapshot: Snapshot, graph: ox.NamedNode) -> Snapshot:
    """Return, in memory, a document's graph with its accepted claims as plain statements beside it."""
    prospects = ox.NamedNode(identity.prospects_graph(snapshot.base))
    quads = list(snapshot.quads(None, None, None, graph))
    found = set(quads)
    where: dict[ox.NamedNode, Graph] = {}
    for claim in stated(quads):
        if claim.value(_STATUS) == _ACCEPTED:
            target = DEFAULT if _is_actual(claim) else prospects
            found.add(in_graph(claim.triple, target))
            for end in (claim.triple.subject, claim.triple.object):
                if isinstance(end, ox.NamedNode) and where.get(end) != DEFAULT:
                    where[end] = target
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject in where:
            found.add(in_graph(quad.triple, where[quad.subject]))
    return Snapshot.of(found, snapshot.base)


def _is_actual(claim: Stated) -> bool:
    return claim.modality == "Actual"


def _ends(quads: Iterable[ox.Quad], node: ox.NamedNode) -> set[ox.NamedNode]:
    ends = (end for quad in quads for end in (quad.subject, quad.object))
    return {end for end in ends if isinstance(end, ox.NamedNode) and end != node}


def is_entity(snapshot: Snapshot, node: ox.NamedNode) -> bool:
    """Tell whether any graph says that a node is a thing with a name, not an event or a figure."""
    kinds = (quad.object for quad in snapshot.quads(node, TYPE, None, None))
    return any(
        vocabulary().is_a(local(kind.value), "Entity") for kind in kinds if isinstance(kind, ox.NamedNode)
    )


# ---- In which order ------------------------------------------------------------------------------


def in_order(quads: Iterable[ox.Quad], *, always: bool = False) -> Iterator[ox.Quad]:
    """Yield quads sorted where they are not too many for it, else as they come; both depend on content alone.

    What is said of one subject stays together in either order.
    """
    coming = iter(quads)
    first = list(islice(coming, _SORTED + 1))
    if always or len(first) <= _SORTED:
        yield from sorted(first, key=str)
    else:
        yield from chain(first, coming)


def is_large(snapshot: Snapshot, graphs: Iterable[Graph]) -> bool:
    """Tell whether graphs have too many quads to be written in order."""
    every = (quad for graph in graphs for quad in snapshot.quads(None, None, None, graph))
    return next(islice(every, _SORTED, None), None) is not None
