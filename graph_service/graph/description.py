"""One thing and all that is said of it: as triples for machines, and with labels for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.changes import DESCRIPTIVE, AnyTerm, Graph
from graph_service.graph.labels import Labels
from graph_service.graph.mapping import ALT_LABEL, DERIVED_FROM, PREF_LABEL, READING, TEXT
from graph_service.graph.reviews import REPLACED
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, PREDICATE, SUBJECT, TYPE, zg
from graph_service.vocabulary import RDFS, ZG, local, vocabulary

SEE_ALSO = ox.NamedNode(RDFS + "seeAlso")
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
        ground: subject, predicate and, where it is no literal, object to ask `/evidence` for; of what a rule derived,
            those of a claim that it rests on.
    """

    relation: dict[str, str]
    end: Any
    inverse: bool
    ground: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return it as `{"relation", "object"}`, or with `subject` where the thing is the object."""
        return {"relation": self.relation, "subject" if self.inverse else "object": self.end}


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
    """

    iri: str
    label: str
    names: list[str]
    kinds: list[dict[str, str]]
    facts: list[Said]
    prospects: list[Said]
    replaces: list[str]
    similar: list[dict[str, str]]

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


def triples(snapshot: Snapshot, iri: str, evidence: str) -> list[ox.Triple]:
    """Return the facts that a thing is subject or object of, with names and kinds of the other ends, sorted.

    Events and figures at the other ends come whole. Of what stands among no facts (a claim, a sentence, something only planned) its own graph's triples are given; no
    plan ever comes among facts.

    Args:
        snapshot: the graph.
        iri: of the thing.
        evidence: address that answers with its claims and their sentences.

    Raises:
        NotFoundError: the graph does not have it.
    """
    node = _node(snapshot, iri)
    found = {quad.triple for quad in _facts(snapshot, node, DEFAULT)}
    if not found:
        found = {quad.triple for quad in _own(snapshot, node)}
    for end in _ends(found, node):
        if not _is_entity(snapshot, end):
            found.update(quad.triple for quad in snapshot.quads(end, None, None, DEFAULT))
    for end in _ends(found, node):
        for predicate in (TYPE, PREF_LABEL):
            found.update(quad.triple for quad in snapshot.quads(end, predicate, None, DEFAULT))
    found.add(ox.Triple(node, SEE_ALSO, ox.NamedNode(evidence)))
    return sorted(found, key=str)


def describe(snapshot: Snapshot, iri: str, language: str) -> Description:
    """Return what is said of a thing, labelled in a language.

    Raises:
        NotFoundError: the graph does not have it.
    """
    node = _node(snapshot, iri)
    graphs = (DEFAULT, ox.NamedNode(identity.prospects_graph(snapshot.base)))
    quads = [[q for q in _facts(snapshot, node, graph) if q.predicate not in DESCRIPTIVE] for graph in graphs]
    own = list(_own(snapshot, node))
    kinds = sorted({_value(q.object) for q in own if q.predicate == TYPE and _value(q.object).startswith(ZG)})
    same = sorted({_value(q.object) for q in own if q.predicate == _SAME})
    grounds = _grounds(snapshot, node)
    labels = Labels(snapshot, language)
    ends = (term for part in quads for q in part for term in (q.subject, q.predicate, q.object))
    labels.learn({iri, *kinds, *same, *(term.value for term in ends if isinstance(term, ox.NamedNode))})
    label = labels.of(iri)
    names = {_value(q.object) for q in own if q.predicate in (PREF_LABEL, ALT_LABEL)}
    return Description(
        iri=iri,
        label=label,
        names=sorted(names - {label}),
        kinds=[labels.entity(kind) for kind in kinds],
        facts=_labelled(quads[0], node, labels, grounds),
        prospects=_labelled(quads[1], node, labels, grounds),
        replaces=sorted(_value(q.subject) for q in snapshot.quads(None, REPLACED, node, None)),
        similar=[labels.entity(other) for other in same],
    )


def _ends(found: set[ox.Triple], node: ox.NamedNode) -> set[ox.NamedNode]:
    ends = (end for triple in found for end in (triple.subject, triple.object))
    return {end for end in ends if isinstance(end, ox.NamedNode) and end != node}


def _is_entity(snapshot: Snapshot, node: ox.NamedNode) -> bool:
    kinds = (local(_value(quad.object)) for quad in snapshot.quads(node, TYPE, None, DEFAULT))
    return any(vocabulary().is_a(kind, "Entity") for kind in kinds)


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


def _labelled(
    quads: list[ox.Quad], node: ox.NamedNode, labels: Labels, grounds: Mapping[ox.Triple, ox.Triple]
) -> list[Said]:
    found = []
    for quad in quads:
        inverse = quad.subject != node
        end = labels.value(cast(ox.NamedNode, quad.subject if inverse else quad.object))
        ground = grounds.get(quad.triple, quad.triple)
        asked = {"subject": _value(ground.subject), "predicate": _value(ground.predicate)}
        if isinstance(ground.object, ox.NamedNode):
            asked["object"] = _value(ground.object)
        found.append(Said(labels.entity(quad.predicate.value), end, inverse, asked))
    return sorted(found, key=lambda said: (said.inverse, said.relation["label"], str(said.end)))


def _grounds(snapshot: Snapshot, node: ox.NamedNode) -> dict[ox.Triple, ox.Triple]:
    """Return the triples about a node that rules derived, each with that of a claim it rests on."""
    derived = ox.NamedNode(identity.derived_graph(snapshot.base))
    records = {quad.subject for end in (SUBJECT, OBJECT) for quad in snapshot.quads(None, end, node, derived)}
    found = {}
    for record in records:
        claims = [quad.object for quad in snapshot.quads(record, DERIVED_FROM, None, derived)]
        found[_stated(snapshot, record)] = _stated(snapshot, min(claims, key=str))
    return found


def _stated(snapshot: Snapshot, record: AnyTerm) -> ox.Triple:
    """Return the triple that a claim or a derivation states."""
    said = (next(snapshot.quads(record, part, None, None)).object for part in (SUBJECT, PREDICATE, OBJECT))
    return ox.Triple(*said)  # type: ignore[arg-type]


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
