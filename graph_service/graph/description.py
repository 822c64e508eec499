"""One thing and all that is said of it: as triples for machines, and with labels for people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.around import some
from graph_service.graph.changes import Graph
from graph_service.graph.labels import Labels
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL, READING, TEXT
from graph_service.graph.reviews import REPLACED
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg
from graph_service.vocabulary import RDFS, ZG, local, vocabulary

SEE_ALSO = ox.NamedNode(RDFS + "seeAlso")
SORTED = 2000
"""Facts of a thing up to which its triples are sorted; those of a hub are told as they are read."""
SAID = 1000
"""Statements of a relation that a description has at most; the others are had page by page (`portions`)."""
_SAME = zg("possiblySameAs")
_LONG = frozenset((READING, TEXT))
"""What documents have in full; it is left out, for the documents themselves are to be had."""


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about a thing.

    Attributes:
        relation: as IRI and label.
        end: the other end, labelled.
        inverse: whether the thing is its object.
    """

    relation: dict[str, str]
    end: Any
    inverse: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as `{"relation", "object"}`, or with `subject` where the thing is the object."""
        return {"relation": self.relation, "subject" if self.inverse else "object": self.end}


@dataclass(frozen=True, slots=True)
class Cut:
    """A relation of which a description has the first statements alone; `prospect` tells facts from plans."""

    relation: dict[str, str]
    inverse: bool
    prospect: bool


@dataclass(frozen=True, slots=True)
class Description:
    """A thing with labels in one language.

    Attributes:
        iri: of the thing.
        label: what it is called.
        names: its other names, sorted.
        kinds: its classes, as IRI and label.
        facts: what is so.
        prospects: what is planned, wanted or possible.
        replaces: IRIs that lead to it since a review merged them.
        similar: things that may be the same, as IRI and label.
        cut: relations that have more statements than are here.
    """

    iri: str
    label: str
    names: list[str]
    kinds: list[dict[str, str]]
    facts: list[Said]
    prospects: list[Said]
    replaces: list[str]
    similar: list[dict[str, str]]
    cut: list[Cut]

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "iri": self.iri, "label": self.label, "names": self.names, "types": self.kinds,
            "facts": [said.as_json() for said in self.facts],
            "prospects": [said.as_json() for said in self.prospects],
            "replaces": self.replaces, "possiblySameAs": self.similar,
        }  # fmt: skip


def survivor(snapshot: Snapshot, iri: str) -> str:
    """Return the IRI that stands for a thing now: the one that replaced it, else its own."""
    reviews, passed = ox.NamedNode(identity.reviews_graph(snapshot.base)), {iri}
    while step := next(snapshot.quads(ox.NamedNode(iri), REPLACED, None, reviews), None):
        iri = _value(step.object)
        if iri in passed:  # nothing writes a circle; a damaged graph must not hold a request for ever
            break
        passed.add(iri)
    return iri


def known(snapshot: Snapshot, iri: str) -> bool:
    """Tell whether anything is said of an IRI."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return False
    return next(snapshot.quads(node, None, None, None), None) is not None


def triples(snapshot: Snapshot, iri: str, evidence: str) -> Iterable[ox.Triple]:
    """Return the facts that a thing is subject or object of, with names and kinds of the other ends.

    Events and figures at the other ends come whole. Of what stands among no facts (a claim, a sentence, something only planned)
    its own graph's triples are given; no plan ever comes among facts. They are sorted, each there once; of a hub they
    come as they are read, the other ends one after the other in the order of the store.

    Args:
        snapshot: the graph.
        iri: of the thing.
        evidence: address that answers with its claims and their sentences.

    Raises:
        NotFoundError: the graph does not have it.
    """
    node = _node(snapshot, iri)
    found = _told(snapshot, node, ox.Triple(node, SEE_ALSO, ox.NamedNode(evidence)))
    if len(list(islice(_facts(snapshot, node, DEFAULT), SORTED + 1))) > SORTED:
        return found
    return sorted(set(found), key=str)


def _told(snapshot: Snapshot, node: ox.NamedNode, more: ox.Triple) -> Iterator[ox.Triple]:
    """Yield one triple more, and what `triples` returns; hardly anything twice, however much it is."""
    yield more
    ends: set[ox.NamedNode] = set()
    own: Iterable[ox.Quad] = snapshot.quads(node, None, None, DEFAULT)
    if next(_facts(snapshot, node, DEFAULT), None) is None:
        own = _own(snapshot, node)
    for quad in own:
        yield quad.triple
        if isinstance(quad.object, ox.NamedNode):
            ends.add(quad.object)
    pointing = (q for q in snapshot.quads(None, None, node, DEFAULT) if q.subject != node)
    for end, quads in groupby(pointing, key=lambda quad: cast(ox.NamedNode, quad.subject)):
        yield from (quad.triple for quad in quads)
        yield from (triple for triple in _end(snapshot, end, ends) if triple.object != node)
    yield from _named(snapshot, ends - {node}, node)


def _end(snapshot: Snapshot, end: ox.NamedNode, more: set[ox.NamedNode]) -> Iterator[ox.Triple]:
    """Yield what is told of one other end: kinds and names of an entity, an event or a figure whole; its ends are noted."""
    kinds = [quad.triple for quad in snapshot.quads(end, TYPE, None, DEFAULT)]
    if any(vocabulary().is_a(local(_value(kind.object)), "Entity") for kind in kinds):
        yield from kinds
        yield from (quad.triple for quad in snapshot.quads(end, PREF_LABEL, None, DEFAULT))
        return
    for quad in snapshot.quads(end, None, None, DEFAULT):
        yield quad.triple
        if isinstance(quad.object, ox.NamedNode):
            more.add(quad.object)


def _named(snapshot: Snapshot, ends: set[ox.NamedNode], node: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what is told of ends that a thing, or an event of it, points to; what points to the thing was told of before."""
    more: set[ox.NamedNode] = set()
    for end in _new(snapshot, ends, node):
        yield from _end(snapshot, end, more)
    for end in _new(snapshot, more - ends - {node}, node):
        for predicate in (TYPE, PREF_LABEL):
            yield from (quad.triple for quad in snapshot.quads(end, predicate, None, DEFAULT))


def _new(snapshot: Snapshot, ends: set[ox.NamedNode], node: ox.NamedNode) -> list[ox.NamedNode]:
    return [
        end for end in sorted(ends, key=str) if next(snapshot.quads(end, None, node, DEFAULT), None) is None
    ]


def describe(snapshot: Snapshot, iri: str, language: str) -> Description:
    """Return what is said of a thing, labelled in a language; of each relation `SAID` statements at most.

    Raises:
        NotFoundError: the graph does not have it.
    """
    node = _node(snapshot, iri)
    graphs: tuple[Graph, ...] = (DEFAULT, ox.NamedNode(identity.prospects_graph(snapshot.base)))
    read = [some(snapshot, node, graph, SAID) for graph in graphs]
    kinds = sorted(kind for kind in _ends(snapshot, node, TYPE) if kind.startswith(ZG))
    same = sorted(_ends(snapshot, node, _SAME))
    labels = Labels(snapshot, language)
    ends = (term for quads, _ in read for q in quads for term in (q.subject, q.predicate, q.object))
    labels.learn({iri, *kinds, *same, *(term.value for term in ends if isinstance(term, ox.NamedNode))})
    label = labels.of(iri)
    names = _ends(snapshot, node, PREF_LABEL) | _ends(snapshot, node, ALT_LABEL)
    return Description(
        iri=iri,
        label=label,
        names=sorted(names - {label}),
        kinds=[labels.entity(kind) for kind in kinds],
        facts=_labelled(read[0][0], node, labels),
        prospects=_labelled(read[1][0], node, labels),
        replaces=sorted(_value(q.subject) for q in islice(snapshot.quads(None, REPLACED, node, None), SAID)),
        similar=[labels.entity(other) for other in same],
        cut=[
            Cut(labels.entity(predicate.value), inverse, place == 1)
            for place, (_, cut) in enumerate(read)
            for predicate, inverse in cut
        ],
    )


def _node(snapshot: Snapshot, iri: str) -> ox.NamedNode:
    if not known(snapshot, iri):
        raise NotFoundError(
            f"<{iri}> is not in the graph", "Check the IRI, or look for it by one of its names."
        )
    return ox.NamedNode(iri)


def _facts(snapshot: Snapshot, node: ox.NamedNode, graph: Graph) -> Iterator[ox.Quad]:
    yield from snapshot.quads(node, None, None, graph)
    yield from snapshot.quads(None, None, node, graph)


def _own(snapshot: Snapshot, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield what any graph says of a node as subject; of what is long, nothing."""
    return (quad for quad in snapshot.quads(node, None, None, None) if quad.predicate not in _LONG)


def _ends(snapshot: Snapshot, node: ox.NamedNode, predicate: ox.NamedNode) -> set[str]:
    return {_value(quad.object) for quad in islice(snapshot.quads(node, predicate, None, None), SAID)}


def _labelled(quads: Iterable[ox.Quad], node: ox.NamedNode, labels: Labels) -> list[Said]:
    found = []
    for quad in quads:
        inverse = quad.subject != node
        end = labels.value(cast(ox.NamedNode, quad.subject if inverse else quad.object))
        found.append(Said(labels.entity(quad.predicate.value), end, inverse))
    return sorted(found, key=lambda said: (said.inverse, said.relation["label"], str(said.end)))


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
