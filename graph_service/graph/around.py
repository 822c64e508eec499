"""What is said of one thing, read only so far: statements by relation, and the events and figures it takes part in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import pyoxigraph as ox

from graph_service.graph.changes import DESCRIPTIVE, Graph
from graph_service.graph.mapping import DERIVED_FROM
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, PREDICATE, SUBJECT, zg
from graph_service.vocabulary import ZG, vocabulary

MOST = 1000
"""How far statements of a relation are read and counted."""
_NODES = 200
"""How many figures and events are read."""
OF, QUANTITY = zg("ofEntity"), zg("quantity")


@dataclass(frozen=True, slots=True)
class Found:
    """Quads of one predicate, in order of the other end, and whether there are more than were read."""

    predicate: ox.NamedNode
    quads: Sequence[ox.Quad]
    more: bool


@dataclass(frozen=True, slots=True)
class Node:
    """An event or a figure: its IRI, and what its graph says of it."""

    iri: str
    quads: Sequence[ox.Quad]

    def values(self, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.Literal]:
        """Return the objects of a predicate."""
        found = (quad.object for quad in self.quads if quad.predicate == predicate)
        return [value for value in found if isinstance(value, ox.NamedNode | ox.Literal)]

    def text(self, predicate: ox.NamedNode) -> str:
        """Return the first object of a predicate as text; nothing where there is none."""
        return next((value.value for value in self.values(predicate)), "")


def statements(snapshot: Snapshot, node: ox.NamedNode, graph: Graph, *, inverse: bool) -> list[Found]:
    """Return what a graph says of a thing by predicate, without what describes it or makes it part of an event.

    Args:
        snapshot: the state of the graph.
        node: the thing.
        graph: of facts or of prospects.
        inverse: whether the thing is to be the object.
    """
    first = list(islice(_quads(snapshot, node, None, graph, inverse), MOST + 1))
    by_predicate: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in first:
        by_predicate[quad.predicate].append(quad)
    if len(first) > MOST:
        for predicate in by_predicate.keys() | _relations():
            quads = _quads(snapshot, node, predicate, graph, inverse)
            by_predicate[predicate] = list(islice(quads, MOST + 1))
    wanted = {p: quads for p, quads in by_predicate.items() if quads and p not in DESCRIPTIVE}
    return [
        _found(p, quads, inverse) for p, quads in wanted.items() if not (inverse and p in parts_of_events())
    ]


def one_relation(
    snapshot: Snapshot, node: ox.NamedNode, relation: ox.NamedNode, first: int, count: int, *, inverse: bool
) -> tuple[list[ox.Quad], bool]:
    """Return facts of one relation about a thing from a place on, and whether there are more.

    The first thousand are in order of the other end, what comes after them in that of the store.
    """
    quads = _quads(snapshot, node, relation, DEFAULT, inverse)
    head = _found(relation, list(islice(quads, MOST)), inverse).quads
    rest = islice(quads, max(0, first - len(head)), None)
    some = [*head[first : first + count + 1]]
    some += islice(rest, count + 1 - len(some))
    return some[:count], len(some) > count


def nodes(snapshot: Snapshot, node: ox.NamedNode, graph: Graph, *, figures: bool) -> list[Node]:
    """Return the figures of a thing, or the events that it has a role in, with all their graph says of them."""
    ways = {OF} if figures else parts_of_events() - {OF, QUANTITY}
    found: dict[str, None] = {}
    for way in sorted(ways, key=str):
        quads = islice(snapshot.quads(None, way, node, graph), _NODES)
        found.update(dict.fromkeys(str(getattr(quad.subject, "value", "")) for quad in quads))
    return [
        Node(iri, list(snapshot.quads(ox.NamedNode(iri), None, None, graph))) for iri in list(found)[:_NODES]
    ]


def ground(snapshot: Snapshot, quad: ox.Quad, node: ox.NamedNode, derived: str) -> dict[str, str]:
    """Return what to ask for the claims of a statement; of what a rule derived, for one that it rests on.

    Args:
        snapshot: the state of the graph.
        quad: the statement.
        node: the thing it is shown for; the record of a derivation is looked for by the other end.
        derived: IRI of the graph of derivations.
    """
    inverse = quad.subject != node
    other, end = (quad.subject, SUBJECT) if inverse else (quad.object, OBJECT)
    records = islice(snapshot.quads(None, end, other, ox.NamedNode(derived)), MOST)
    triple = quad.triple
    for record in records:
        if _stated(snapshot, record.subject) == triple:
            claims = (q.object for q in snapshot.quads(record.subject, DERIVED_FROM, None, record.graph_name))
            triple = _stated(snapshot, min(claims, key=str)) or triple
            break
    asked = {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
    return {key: value.value for key, value in asked.items() if isinstance(value, ox.NamedNode)}


@lru_cache(maxsize=1)
def parts_of_events() -> frozenset[ox.NamedNode]:
    """Return the relations that only events and observations have: those who take part are their objects."""
    words = vocabulary()
    kinds = {*words.below("Event"), *words.below("Observation")}
    return frozenset(zg(name) for name, r in words.relations.items() if r.domain and r.domain <= kinds)


@lru_cache(maxsize=1)
def _relations() -> frozenset[ox.NamedNode]:
    return frozenset(ox.NamedNode(ZG + name) for name in vocabulary().relations)


def _quads(
    snapshot: Snapshot, node: ox.NamedNode, predicate: ox.NamedNode | None, graph: Graph, inverse: bool
) -> Iterator[ox.Quad]:
    return (
        snapshot.quads(None, predicate, node, graph)
        if inverse
        else snapshot.quads(node, predicate, None, graph)
    )


def _found(predicate: ox.NamedNode, quads: Iterable[ox.Quad], inverse: bool) -> Found:
    some = list(quads)
    ordered = sorted(some[:MOST], key=lambda q: str(q.subject if inverse else q.object))
    return Found(predicate, ordered, len(some) > MOST)


def _stated(snapshot: Snapshot, record: object) -> ox.Triple | None:
    """Return the triple that a claim or a derivation states."""
    parts = (
        next(snapshot.quads(record, part, None, None), None)  # type: ignore[arg-type]
        for part in (SUBJECT, PREDICATE, OBJECT)
    )
    ends = [part.object for part in parts if part is not None]
    return ox.Triple(*ends) if len(ends) == 3 else None  # type: ignore[arg-type]
