"""Which entities may be one: proposals that follow the facts, change by change.

The graph `…/graph/proposals` is a function of the facts, the prospects and the decisions: each entity has in it the
keys that its names can be found by, and each pair that is like enough a `zg:Proposal` with its score and reasons.
`follow` finds what a change of the others changes here, by lookups of the entities concerned, so its cost does not
depend on how much else is stored. Nothing is ever joined; that takes a decision.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, islice
from typing import cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.changes import AnyTerm, Graph, Lookup
from graph_service.graph.likeness import LEAST, Profile, compare
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.reviews import DIFFERENT
from graph_service.graph.terms import DEFAULT, TYPE, decimal, zg
from graph_service.vocabulary import ZG, local, vocabulary

SAME, KEY, CANDIDATE, SCORE = zg("possiblySameAs"), zg("nameKey"), zg("candidate"), zg("score")
SUPPORTED, CONTRADICTED = zg("supportedBy"), zg("contradictedBy")

MOST = 24
"""How many entities may share a key: one that more have says too little for a proposal."""

_CODES = tuple(map(zg, ("creditCode", "zoneCode", "gbt2260Code")))
_PLACES = tuple(map(zg, ("locatedIn", "partOf", "relocatedTo")))
_INDUSTRIES = tuple(map(zg, ("inIndustry", "leadingIndustry")))
_WATCHED = frozenset((TYPE, PREF_LABEL, ALT_LABEL, *_CODES, *_PLACES, *_INDUSTRIES))
_SAID = _WATCHED | {DIFFERENT}
_NEVER_ONE = ("Group", "Document", "Role", "IndustryCategory", "Target")
"""Kinds of which nothing is ever the same elsewhere, or whose names are all there is to them."""

Quads = set[ox.Quad]


def follow(
    store: Lookup, base: str, deleted: Collection[ox.Quad], inserted: Collection[ox.Quad]
) -> tuple[Quads, Quads]:
    """Return what goes from the graph of proposals and what comes, where a change is made to the other graphs.

    Args:
        store: the state before the change.
        base: the IRI that data IRIs start with.
        deleted: the quads that go.
        inserted: the quads that come.
    """
    update = _Update(store, base, deleted, inserted)
    update.run()
    return update.gone - update.come, update.come - update.gone


class _Update:
    """Finds the difference of the graph of proposals for one change."""

    def __init__(
        self, store: Lookup, base: str, deleted: Collection[ox.Quad], inserted: Collection[ox.Quad]
    ) -> None:
        self.store, self.base = store, base
        self.graph = ox.NamedNode(identity.proposals_graph(base))
        self.reviews = ox.NamedNode(identity.reviews_graph(base))
        self.facts = (DEFAULT, ox.NamedNode(identity.prospects_graph(base)))
        self.touched = set(self._touched((*deleted, *inserted)))
        self.deleted = {quad for quad in deleted if quad.predicate in _SAID}
        self.inserted: dict[AnyTerm, list[ox.Quad]] = defaultdict(list)
        for quad in inserted:
            if quad.predicate in _SAID:
                self.inserted[quad.subject].append(quad)
        self.gone: Quads = set()
        self.come: Quads = set()
        self._profiles: dict[str, Profile | None] = {}
        self._members: dict[ox.Literal, frozenset[str]] = {}

    def run(self) -> None:
        """Collect in `gone` and `come` what changes."""
        before = {iri: set(self._keys_of(iri)) for iri in self.touched}
        later = {iri: set(self._keys(iri)) for iri in self.touched}
        pairs = {pair for iri in self.touched for pair in self._proposed(iri)}
        for key in {key for found in (before, later) for keys in found.values() for key in keys}:
            pairs |= self._concerned(key, later)
        for iri in self.touched:
            self.gone |= {self._key(iri, key) for key in before[iri] - later[iri]}
            self.come |= {self._key(iri, key) for key in later[iri] - before[iri]}
        for one, other in pairs:
            self.gone |= set(self._old(one, other))
            self.come |= set(self._new(one, other))

    def _touched(self, quads: Iterable[ox.Quad]) -> Iterator[str]:
        for quad in quads:
            if quad.graph_name in self.facts and quad.predicate in _WATCHED:
                yield from _things(quad.subject)
            elif quad.graph_name == self.reviews and quad.predicate == DIFFERENT:
                yield from _things(quad.subject, quad.object)

    # ---- Keys

    def _key(self, iri: str, key: ox.Literal) -> ox.Quad:
        return ox.Quad(ox.NamedNode(iri), KEY, key, self.graph)

    def _keys_of(self, iri: str) -> Iterator[ox.Literal]:
        """Yield the keys that an entity has now."""
        found = self.store.quads(ox.NamedNode(iri), KEY, None, self.graph)
        return (cast(ox.Literal, quad.object) for quad in found)

    def _keys(self, iri: str) -> Iterator[ox.Literal]:
        """Yield the keys that it will have."""
        profile = self._profile(iri)
        return (_literal(profile.kind, key) for key in profile.name_keys()) if profile else iter(())

    def _concerned(self, key: ox.Literal, later: dict[str, set[ox.Literal]]) -> set[tuple[str, str]]:
        """Return the pairs that a key makes or made, where one of the two is touched or the key gains or loses its say."""
        found = self.store.quads(None, KEY, key, self.graph)
        room = MOST + len(self.touched) + 1
        old = {cast(ox.NamedNode, quad.subject).value for quad in islice(found, room)}
        new = {i for i in old if i not in self.touched} | {i for i in self.touched if key in later[i]}
        self._members[key] = frozenset(new)
        says = [len(members) <= MOST for members in (old, new)]
        if not any(says):
            return set()
        all_pairs = (
            pair for members, say in zip((old, new), says, strict=True) if say for pair in _pairs(members)
        )
        return {p for p in all_pairs if says[0] != says[1] or not self.touched.isdisjoint(p)}

    # ---- Pairs

    def _proposed(self, iri: str) -> Iterator[tuple[str, str]]:
        """Yield the pairs that an entity is proposed in now."""
        for quad in self.store.quads(ox.NamedNode(iri), SAME, None, self.graph):
            other = cast(ox.NamedNode, quad.object).value
            yield (iri, other) if iri < other else (other, iri)

    def _node(self, one: str, other: str) -> ox.NamedNode:
        return ox.NamedNode(
            identity.node_iri(self.base, "Proposal", *(i.removeprefix(self.base) for i in (one, other)))
        )

    def _old(self, one: str, other: str) -> Iterator[ox.Quad]:
        yield from self.store.quads(self._node(one, other), None, None, self.graph)
        for subject, value in ((one, other), (other, one)):
            yield from self.store.quads(ox.NamedNode(subject), SAME, ox.NamedNode(value), self.graph)

    def _new(self, one: str, other: str) -> Iterator[ox.Quad]:
        profiles = (self._profile(one), self._profile(other))
        if profiles[0] is None or profiles[1] is None or self._decided(one, other):
            return
        shared = [
            k
            for k in profiles[0].name_keys().keys() & profiles[1].name_keys().keys()
            if self._says(profiles[0].kind, k)
        ]
        found = compare(profiles[0], profiles[1], shared)
        if found is None or found.score < LEAST:
            return
        node, ends = self._node(one, other), (ox.NamedNode(one), ox.NamedNode(other))
        fields: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
            (node, TYPE, zg("Proposal")), (node, SCORE, decimal(found.score)),
            *((node, CANDIDATE, end) for end in ends),
            *((node, SUPPORTED, zg(reason)) for reason in found.supporting),
            *((node, CONTRADICTED, zg(reason)) for reason in found.contradicting),
            (ends[0], SAME, ends[1]), (ends[1], SAME, ends[0]),
        ]  # fmt: skip
        yield from (ox.Quad(*triple, self.graph) for triple in fields)

    def _says(self, kind: str, key: str) -> bool:
        """Tell whether few enough entities will have a key."""
        literal = _literal(kind, key)
        if literal not in self._members:
            found = islice(self.store.quads(None, KEY, literal, self.graph), MOST + 1)
            self._members[literal] = frozenset(cast(ox.NamedNode, quad.subject).value for quad in found)
        return len(self._members[literal]) <= MOST

    def _decided(self, one: str, other: str) -> bool:
        """Tell whether someone decided that the two are not one."""
        ends = (ox.NamedNode(one), ox.NamedNode(other))
        return any(
            quad.object == b
            for a, b in (ends, ends[::-1])
            for quad in self._later(a, DIFFERENT, self.reviews)
        )

    # ---- Entities

    def _profile(self, iri: str) -> Profile | None:
        """Return what will be known of an entity; None of what is none, or never proposed."""
        if iri not in self._profiles:
            self._profiles[iri] = self._read(iri)
        return self._profiles[iri]

    def _read(self, iri: str) -> Profile | None:
        """Return the profile by what facts and prospects will say: all of it at once, which is two lookups."""
        said: dict[ox.NamedNode, set[str]] = defaultdict(set)
        for graph in self.facts:
            for quad in self._later(ox.NamedNode(iri), None, graph):
                said[quad.predicate].add(cast(ox.NamedNode, quad.object).value)
        kinds = [kind for kind in said[TYPE] if kind.startswith(ZG) and _can_be_one(local(kind))]
        names = said[PREF_LABEL]
        if not kinds or not names:
            return None
        codes, places, industries = (
            frozenset(value for property_ in properties for value in said[property_])
            for properties in (_CODES, _PLACES, _INDUSTRIES)
        )
        others = frozenset(said[ALT_LABEL] | (names - {min(names)}))
        return Profile(iri, local(min(kinds)), min(names), others, codes, places, industries)

    def _later(self, node: ox.NamedNode, predicate: ox.NamedNode | None, graph: Graph) -> Iterator[ox.Quad]:
        """Yield what will be said of a node in a graph once the change is made, of what counts here."""
        for quad in self.store.quads(node, predicate, None, graph):
            if quad.predicate in _SAID and quad not in self.deleted:
                yield quad
        for quad in self.inserted.get(node, ()):
            if predicate in (None, quad.predicate) and quad.graph_name == graph:
                yield quad


def _things(*terms: AnyTerm) -> Iterator[str]:
    return (term.value for term in terms if isinstance(term, ox.NamedNode))


def _literal(kind: str, key: str) -> ox.Literal:
    return ox.Literal(f"{kind} {key}")


def _can_be_one(kind: str) -> bool:
    known = vocabulary()
    return known.is_a(kind, "Entity") and not any(known.is_a(kind, other) for other in _NEVER_ONE)


def _pairs(members: Iterable[str]) -> Iterator[tuple[str, str]]:
    return combinations(sorted(members), 2)
