"""What putting or deleting one document changes in the graphs of facts and of prospects.

Both graphs are a function of all document graphs: a triple is a fact if any accepted actual claim or
derivation makes it, else a prospect if any accepted claim does; a node's description stands where its best
claim stands. `Difference` finds the new state from the claims of the one document that changes, by lookups of
the triples and nodes concerned, so its cost does not depend on how much else is stored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, Self, cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.mapping import ALT_LABEL, DERIVED_FROM, PREF_LABEL
from graph_service.graph.statements import Node
from graph_service.graph.terms import DEFAULT, OBJECT, PREDICATE, SUBJECT, TYPE, zg

Triple = tuple[ox.NamedNode, ox.NamedNode, Node]
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
AnyTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

DESCRIPTIVE = frozenset((
    TYPE, PREF_LABEL, ALT_LABEL, *map(zg, (
        "groupSize", "gbt2260Code", "zoneCode", "creditCode",
        "value", "modifier", "min", "max", "unit", "sourceText", "per", "countedKind",
        "indicator", "earliest", "latest", "timeText", "modality",
    )),
))  # fmt: skip
"""Properties that say what a node is; they follow it from graph to graph and need no claim of their own."""

_ACCEPTED = ox.Literal("accepted")
_MODALITY, _STATUS, _ALIAS, _SIZE, _ACTUAL = (
    zg("modality"), zg("status"), zg("alias"), zg("groupSize"), zg("Actual"),
)  # fmt: skip


class Lookup(Protocol):
    """A store that finds quads by pattern, None standing for anything."""

    def quads(
        self,
        subject: AnyTerm | None,
        predicate: ox.NamedNode | None,
        value: AnyTerm | None,
        graph: Graph | None,
    ) -> Iterable[ox.Quad]:
        """Return the quads of a pattern."""


@dataclass(slots=True)
class Contribution:
    """What one document gives to the graphs of facts and prospects.

    Attributes:
        stated: triples that its accepted claims and derivations make; True where one is actual.
        nodes: what those speak of, as subject or object; True where one is actual.
        described: the descriptions of these nodes in the document's graph.
    """

    stated: dict[Triple, bool] = field(default_factory=dict)
    nodes: dict[ox.NamedNode, bool] = field(default_factory=dict)
    described: dict[ox.NamedNode, set[tuple[ox.NamedNode, Node]]] = field(default_factory=dict)

    def state(self, triple: Triple, actual: bool) -> None:
        """Count one more claim or derivation of a triple."""
        if triple[1] != _ALIAS or not actual:
            self.stated[triple] = self.stated.get(triple, False) or actual
        for node in (triple[0], triple[2]):
            if isinstance(node, ox.NamedNode):
                self.nodes[node] = self.nodes.get(node, False) or actual


def contribution(quads: Iterable[ox.Quad], derived: Iterable[ox.Quad] = ()) -> Contribution:
    """Return what a document gives, read off its own graph and the records of what was derived from it."""
    found = Contribution()
    by_subject: dict[ox.NamedNode, dict[ox.NamedNode, list[Node]]] = {}
    for quad in (*quads, *derived):
        subject, value = cast(ox.NamedNode, quad.subject), cast(Node, quad.object)
        by_subject.setdefault(subject, {}).setdefault(quad.predicate, []).append(value)
    for record in by_subject.values():
        if PREDICATE in record and _counts(record):
            triple = (record[SUBJECT][0], record[PREDICATE][0], record[OBJECT][0])
            found.state(cast(Triple, triple), _ACTUAL in record[_MODALITY])
    for node in found.nodes:
        described = by_subject.get(node, {})
        found.described[node] = {(p, o) for p in DESCRIPTIVE & described.keys() for o in described[p]}
    return found


def _counts(record: dict[ox.NamedNode, list[Node]]) -> bool:
    """Tell whether a record is an accepted claim, or a derivation (which has no status)."""
    return _STATUS not in record or _ACCEPTED in record[_STATUS]


def alone(only: Contribution, base: str) -> list[ox.Quad]:
    """Return the facts and prospects of a store that held this one contribution."""
    prospects = ox.NamedNode(identity.prospects_graph(base))
    quads = [ox.Quad(*t, DEFAULT if actual else prospects) for t, actual in only.stated.items()]
    for node, actual in only.nodes.items():
        graph = DEFAULT if actual else prospects
        quads += [ox.Quad(node, p, o, graph) for p, o in resolved(only.described[node])]
    return quads


def resolved(described: Iterable[tuple[ox.NamedNode, Node]]) -> set[tuple[ox.NamedNode, Node]]:
    """Return a description with one preferred label (the longest) and one size (the largest).

    Other names of the node become alternative labels. The choice depends on the set alone, so the order in
    which documents come does not matter.
    """
    out = set(described)
    labels = sorted((o for p, o in out if p == PREF_LABEL), key=lambda o: (-len(o.value), o.value))
    sizes = sorted((o for p, o in out if p == _SIZE), key=lambda o: -int(o.value))
    out.difference_update((_SIZE, o) for o in sizes[1:])
    out.difference_update((PREF_LABEL, o) for o in labels[1:])
    out.update((ALT_LABEL, o) for o in labels[1:])
    out.difference_update((ALT_LABEL, o) for o in labels[:1])
    return out


@dataclass(slots=True)
class Difference:
    """Finds what goes and what comes when one contribution replaces another.

    Attributes:
        store: holds the state before.
        base: the IRI that data IRIs start with.
        document: graph of the document that changes; what it holds does not count as support by others.
        records: nodes of the derivations of this document, which do not count either.
    """

    store: Lookup
    base: str
    document: ox.NamedNode
    records: frozenset[AnyTerm]
    deleted: set[ox.Quad] = field(default_factory=set)
    inserted: set[ox.Quad] = field(default_factory=set)

    def replace(self, old: Contribution, new: Contribution) -> None:
        """Collect in `deleted` and `inserted` what must change for `new` to stand instead of `old`."""
        for triple in old.stated.keys() | new.stated.keys():
            before, after = old.stated.get(triple), new.stated.get(triple)
            if before != after:
                self._triple(triple, before, after)
        for node in old.nodes.keys() | new.nodes.keys():
            if old.nodes.get(node) != new.nodes.get(node) or old.described.get(node) != new.described.get(
                node
            ):
                self._node(node, old, new)

    @property
    def _prospects(self) -> ox.NamedNode:
        return ox.NamedNode(identity.prospects_graph(self.base))

    # ---- Triples

    def _triple(self, triple: Triple, before: bool | None, after: bool | None) -> None:
        fact, prospect = ox.Quad(*triple, DEFAULT), ox.Quad(*triple, self._prospects)
        gains = before is None or bool(after)
        best = _best(after, self._held(fact) if gains else self._supported(triple))
        self._set(fact, best is True)
        self._set(prospect, best is False)

    def _held(self, fact: ox.Quad) -> bool | None:
        """Return True if others make this a fact: it stands, and the document had no part in it."""
        return True if self._has(fact) else None

    def _supported(self, triple: Triple) -> bool | None:
        """Return the best claim that others make of a triple: True actual, False another, None none."""
        best: bool | None = None
        for record in self._records(triple):
            weight = self._weight(record)
            if triple[1] == _ALIAS and weight:
                continue  # an actual alias is a label of its subject and no triple
            best = _best(best, weight)
            if best:
                break
        return best

    def _records(self, triple: Triple) -> Iterator[ox.Quad]:
        """Yield the claims and derivations of a triple, by whichever of its ends has fewer of them."""
        ends = ((SUBJECT, triple[0]), (PREDICATE, triple[1]), (OBJECT, triple[2]))
        subjects, objects = (self.store.quads(None, end, node, None) for end, node in (ends[0], ends[2]))
        for quad in _shorter(subjects, objects):
            if all(self._has(ox.Quad(quad.subject, p, o, quad.graph_name)) for p, o in ends):
                yield quad

    # ---- Nodes

    def _node(self, node: ox.NamedNode, old: Contribution, new: Contribution) -> None:
        gained = new.described.get(node, set())
        current = self._described(node)
        loses = node in old.nodes and (
            (old.nodes[node] and not new.nodes.get(node)) or not old.described[node] <= gained
        )
        if loses or node not in new.nodes:
            best = _best(new.nodes.get(node), self._spoken_of(node))
            others = self._described_by_others(node) if best is not None else set()
            wanted = resolved(gained | others) if best is not None else set()
        else:
            best = _best(new.nodes[node], self._standing(node))
            wanted = resolved(gained | {(q.predicate, cast(Node, q.object)) for q in current})
        graph = DEFAULT if best else self._prospects
        target = {ox.Quad(node, p, o, graph) for p, o in wanted}
        self.deleted |= current - target
        self.inserted |= target - current

    def _standing(self, node: ox.NamedNode) -> bool | None:
        """Return where a node is described now: True among facts, False among prospects, None nowhere."""
        for graph, standing in ((DEFAULT, True), (self._prospects, False)):
            if any(True for _ in self.store.quads(node, TYPE, None, graph)):
                return standing
        return None

    def _described(self, node: ox.NamedNode) -> set[ox.Quad]:
        standing = self._standing(node)
        if standing is None:
            return set()
        graph = DEFAULT if standing else self._prospects
        return {quad for p in DESCRIPTIVE for quad in self.store.quads(node, p, None, graph)}

    def _described_by_others(self, node: ox.NamedNode) -> set[tuple[ox.NamedNode, Node]]:
        apart = (DEFAULT, self._prospects, self.document)
        return {
            (quad.predicate, cast(Node, quad.object))
            for p in DESCRIPTIVE
            for quad in self.store.quads(node, p, None, None)
            if quad.graph_name not in apart
        }

    def _spoken_of(self, node: ox.NamedNode) -> bool | None:
        best: bool | None = None
        for end in (SUBJECT, OBJECT):
            for quad in self.store.quads(None, end, node, None):
                best = _best(best, self._weight(quad))
                if best:
                    return best
        return best

    # ---- Quads

    def _weight(self, record: ox.Quad) -> bool | None:
        """Return what a claim or derivation of others counts for: True actual, False not, None nothing."""
        if record.graph_name == self.document or record.subject in self.records:
            return None
        node, graph = record.subject, record.graph_name
        status = next(iter(self.store.quads(node, _STATUS, None, graph)), None)
        if status is not None and status.object != _ACCEPTED:
            return None
        return self._has(ox.Quad(node, _MODALITY, _ACTUAL, graph))

    def _has(self, quad: ox.Quad) -> bool:
        found = self.store.quads(quad.subject, quad.predicate, quad.object, quad.graph_name)
        return any(True for _ in found)

    def _set(self, quad: ox.Quad, wanted: bool) -> None:
        if wanted != self._has(quad):
            (self.inserted if wanted else self.deleted).add(quad)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a store holds of one document: the quads of its graph, and the records of what was derived from it."""

    quads: frozenset[ox.Quad]
    records: frozenset[ox.Quad]

    @classmethod
    def of(cls, store: Lookup, base: str, graph: ox.NamedNode) -> Self:
        """Return what a store holds of the document with this graph."""
        quads = frozenset(store.quads(None, None, None, graph))
        derived = ox.NamedNode(identity.derived_graph(base))
        claims = {q.subject for q in quads}
        nodes = {q.subject for claim in claims for q in store.quads(None, DERIVED_FROM, claim, derived)}
        return cls(quads, frozenset(q for node in nodes for q in store.quads(node, None, None, derived)))


def exchanged(store: Lookup, base: str, graph: ox.NamedNode, old: Holding, new: Holding) -> Difference:
    """Return what goes and what comes, in all graphs, when a document's holding is exchanged for another."""
    change = Difference(store, base, graph, frozenset[AnyTerm](q.subject for q in old.records))
    change.replace(contribution(old.quads, old.records), contribution(new.quads, new.records))
    change.deleted |= (old.quads - new.quads) | (old.records - new.records)
    change.inserted |= (new.quads - old.quads) | (new.records - old.records)
    return change


def update_text(
    deleted: Iterable[ox.Quad], inserted: Iterable[ox.Quad], dropped: ox.NamedNode | None = None
) -> str:
    """Return a change as one SPARQL update; `dropped` is a graph that no longer holds anything."""
    steps = [f"DELETE DATA {{ {_data(deleted)} }}", f"INSERT DATA {{ {_data(inserted)} }}"]
    return " ;\n".join(steps if dropped is None else [*steps, f"DROP SILENT GRAPH {dropped}"])


def _data(quads: Iterable[ox.Quad]) -> str:
    graphs: dict[Graph, list[str]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(f"{quad.triple} .")
    return "\n".join(
        "\n".join(lines) if graph == DEFAULT else f"GRAPH {graph} {{ {' '.join(lines)} }}"
        for graph, lines in graphs.items()
    )


def _shorter(one: Iterable[ox.Quad], other: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return the sequence that ends first, having read no more of the longer one."""
    left, right = iter(one), iter(other)
    begun: tuple[list[ox.Quad], list[ox.Quad]] = ([], [])
    while True:
        for sequence, read in zip((left, right), begun, strict=True):
            quad = next(sequence, None)
            if quad is None:
                return read
            read.append(quad)


def _best(one: bool | None, other: bool | None) -> bool | None:
    return other if one is None else one if other is None else one or other
