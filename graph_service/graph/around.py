"""What is said of one thing, read only so far: statements by relation, and the events and figures it takes part in.

Of a relation that has many statements only the first page is read, and how many there are is counted by the engine, which
is quick as it need not look up what they are called; it is counted once for a state of the graph.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph_service.graph.changes import DESCRIPTIVE, Graph
from graph_service.graph.kept import Kept
from graph_service.graph.mapping import DERIVED_FROM
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, zg
from graph_service.vocabulary import ZG, vocabulary

ORDERED = 100
"""Statements of a relation up to which they are read, and sorted; more come in the order of the store's index."""
COUNTED = 100_000
"""How far statements of a relation are counted."""
_FEW = 300
"""Statements of a thing up to which all are read at once, not relation by relation."""
NODES = 100
"""How many figures are read, and how many events."""
_HUBS = 4096
"""Of how many relations of things the count is kept."""
_RECORDS = 1000
"""How many records of derivations about a thing are looked through."""
OF, QUANTITY = zg("ofEntity"), zg("quantity")


@dataclass(frozen=True, slots=True)
class Found:
    """Quads of one predicate, how many there are, and whether there are more than were counted.

    Up to `ORDERED` they are all here, in order of the other end; of more, so many.
    """

    predicate: ox.NamedNode
    quads: Sequence[ox.Quad]
    count: int
    more: bool = False


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
    by_predicate: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    first = list(islice(_quads(snapshot, node, None, graph, inverse), _FEW + 1))
    for quad in first:
        by_predicate[quad.predicate].append(quad)
    wanted = by_predicate.keys() | (_relations() if len(first) > _FEW else set())
    wanted -= DESCRIPTIVE | (parts_of_events() if inverse else set())
    found = []
    for predicate in sorted(wanted, key=str):
        quads: Iterable[ox.Quad] = by_predicate[predicate]
        if len(first) > _FEW:
            quads = islice(_quads(snapshot, node, predicate, graph, inverse), ORDERED + 1)
        found.append(_found(snapshot, node, predicate, graph, list(quads), inverse=inverse))
    return [one for one in found if one.quads]


def some(
    snapshot: Snapshot, node: ox.NamedNode, graph: Graph, most: int
) -> tuple[list[ox.Quad], list[tuple[ox.NamedNode, bool]]]:
    """Return what a graph says of a thing, each statement once, without what describes it.

    Where that is more than so much, so many statements of each relation, and the relations that have more: predicate, and
    whether the thing is their object.

    Args:
        snapshot: the state of the graph.
        node: the thing.
        graph: of facts or of prospects.
        most: how many statements are read.
    """
    found: list[ox.Quad] = []
    cut: list[tuple[ox.NamedNode, bool]] = []
    for inverse in (False, True):
        head = list(islice(_quads(snapshot, node, None, graph, inverse), most + 1))
        if len(head) > most:
            seen = {quad.predicate for quad in head} | _relations()
            head = []
            for predicate in sorted(seen - DESCRIPTIVE, key=str):
                part = list(islice(_quads(snapshot, node, predicate, graph, inverse), most + 1))
                cut += [(predicate, inverse)] if len(part) > most else []
                head += part[:most]
        found += [q for q in head if q.predicate not in DESCRIPTIVE and not (inverse and q.subject == node)]
    return found, cut


def one_relation(
    snapshot: Snapshot, node: ox.NamedNode, relation: ox.NamedNode, graph: Graph, part: tuple[int, int], *, inverse: bool
) -> tuple[list[ox.Quad], bool]:  # fmt: skip
    """Return so many statements of one relation about a thing from a place on, and whether there are more.

    Up to `ORDERED` they are in order of the other end, else in that of the store.

    Args:
        snapshot: the state of the graph.
        node: the thing.
        relation: the relation.
        graph: of facts or of prospects.
        part: how many come before, and how many are wanted.
        inverse: whether the thing is to be the object.
    """
    first, count = part
    head = list(islice(_quads(snapshot, node, relation, graph, inverse), ORDERED + 1))
    if len(head) <= ORDERED:
        some = _in_order(head, inverse)[first : first + count + 1]
    else:
        some = _slice(snapshot, node, relation, graph, (first, count + 1), inverse=inverse)
    return some[:count], len(some) > count


def _slice(
    snapshot: Snapshot, node: ox.NamedNode, relation: ox.NamedNode, graph: Graph, part: tuple[int, int], *, inverse: bool
) -> list[ox.Quad]:  # fmt: skip
    """Return so many statements from a place on; the engine goes over those before without looking up what they are."""
    query = f"SELECT ?other {{ {_pattern(node, relation, inverse)} }} OFFSET {part[0]} LIMIT {part[1]}"
    rows = snapshot.query(query, default_graphs=_graphs(graph)).rows()
    others: Any = (row["other"] for row in rows)
    ends = ((o, node) if inverse else (node, o) for o in others)
    return [ox.Quad(subject, relation, value, graph) for subject, value in ends]


def _pattern(node: ox.NamedNode, relation: ox.NamedNode, inverse: bool) -> str:
    return f"?other {relation} {node}" if inverse else f"{node} {relation} ?other"


def _graphs(graph: Graph) -> list[str] | None:
    """Return a graph as the default graph of a query."""
    return [graph.value] if isinstance(graph, ox.NamedNode) else None


def nodes(snapshot: Snapshot, node: ox.NamedNode, graph: Graph, *, figures: bool) -> list[Node]:
    """Return the figures of a thing, or the events that it has a role in, with all their graph says of them."""
    ways = {OF} if figures else parts_of_events() - {OF, QUANTITY}
    found: dict[str, None] = {}
    for way in sorted(ways, key=str):
        quads = islice(snapshot.quads(None, way, node, graph), NODES)
        found.update(dict.fromkeys(str(getattr(quad.subject, "value", "")) for quad in quads))
    return [
        Node(iri, list(snapshot.quads(ox.NamedNode(iri), None, None, graph))) for iri in list(found)[:NODES]
    ]


def ground(snapshot: Snapshot, quad: ox.Quad, node: ox.NamedNode, derived: str) -> ox.Triple:
    """Return what to ask for the claims of a statement: itself; of what a rule derived, one that it rests on.

    Args:
        snapshot: the state of the graph.
        quad: the statement.
        node: the thing it is shown for; the record of a derivation is looked for by the other end.
        derived: IRI of the graph of derivations.
    """
    inverse = quad.subject != node
    other, end = (quad.subject, SUBJECT) if inverse else (quad.object, OBJECT)
    records = islice(snapshot.quads(None, end, other, ox.NamedNode(derived)), _RECORDS)
    triple = quad.triple
    for record in records:
        if _states(snapshot, record, triple):
            claims = (q.object for q in snapshot.quads(record.subject, DERIVED_FROM, None, record.graph_name))
            return _stated(snapshot, min(claims, key=str)) or triple
    return triple


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


def _found(
    snapshot: Snapshot, node: ox.NamedNode, predicate: ox.NamedNode, graph: Graph, quads: list[ox.Quad], *, inverse: bool
) -> Found:  # fmt: skip
    if len(quads) <= ORDERED:
        return Found(predicate, _in_order(quads, inverse), len(quads))
    count = _count(snapshot, node, predicate, graph, inverse)
    return Found(predicate, quads[:ORDERED], min(count, COUNTED), count > COUNTED)


def _in_order(quads: Iterable[ox.Quad], inverse: bool) -> list[ox.Quad]:
    return sorted(quads, key=lambda q: str(q.subject if inverse else q.object))


def _count(
    snapshot: Snapshot, node: ox.NamedNode, predicate: ox.NamedNode, graph: Graph, inverse: bool
) -> int:
    """Return how many statements of a relation there are, one more than `COUNTED` at most."""
    key = (node.value, predicate.value, graph, inverse)
    known = _counts.get(snapshot, key)
    if known is None:
        pattern = _pattern(node, predicate, inverse)
        limited = f"SELECT (COUNT(*) AS ?n) {{ SELECT ?other {{ {pattern} }} LIMIT {COUNTED + 1} }}"
        row: Any = next(iter(snapshot.query(limited, default_graphs=_graphs(graph)).rows()))
        known = int(row["n"].value)
        _counts.put(snapshot, key, known)
    return known


_counts: Kept[tuple[str, str, Graph, bool], int] = Kept(_HUBS)


def _states(snapshot: Snapshot, record: ox.Quad, triple: ox.Triple) -> bool:
    """Tell whether the record of a derivation states a triple."""
    parts = zip((SUBJECT, PREDICATE, OBJECT), triple, strict=True)
    return all(
        next(snapshot.quads(record.subject, part, end, record.graph_name), None) is not None
        for part, end in parts
    )


def _stated(snapshot: Snapshot, record: object) -> ox.Triple | None:
    """Return the triple that a claim or a derivation states."""
    parts = (
        next(snapshot.quads(record, part, None, None), None)  # type: ignore[arg-type]
        for part in (SUBJECT, PREDICATE, OBJECT)
    )
    ends = [part.object for part in parts if part is not None]
    return ox.Triple(*ends) if len(ends) == 3 else None  # type: ignore[arg-type]
