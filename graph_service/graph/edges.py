"""Statements between things as edges: how many documents make them, in which modality, whether documents disagree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pyoxigraph as ox

from graph_service.graph.changes import Graph
from graph_service.graph.disputes import disputed
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, SUBJECT
from graph_service.graph.things import Things, asked, graphs, number, relations
from graph_service.vocabulary import MODALITIES, ZG, local

_PEEK = 500
"""How many claims about either end of a statement are looked at to see which end has fewer."""
_BY_CONCEPT = {concept: name for name, concept in MODALITIES.items()}
Key = tuple[str, str, str]
"""Subject, relation and object of a statement, as IRIs."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement between two things.

    Attributes:
        subject: IRI.
        relation: local name.
        label: of the relation.
        object: IRI.
        modality: `actual`, or what the documents say of a prospect: `planned`, `target`, `possible`.
        documents: how many make the statement; of a derived one, those that it was derived from.
        derived: the rule that derived it; empty where documents state it themselves.
        disagree: whether documents contradict each other about it: one tells as a plan what another tells as done, or `disputes`
            has a reason.
    """

    subject: str
    relation: str
    label: str
    object: str
    modality: str
    documents: int
    derived: str
    disagree: bool

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "subject": self.subject, "relation": self.relation, "label": self.label, "object": self.object,
            "modality": self.modality, "documents": self.documents, "derived": self.derived or None,
            "disagree": self.disagree,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ground:
    """What stands behind a statement: number of documents, modalities, the rule where one derived it."""

    documents: int
    modalities: frozenset[str]
    rule: str = ""


def between(snapshot: Snapshot, pairs: Iterable[tuple[str, str]]) -> list[ox.Quad]:
    """Return the statements between things, in either direction, among facts and prospects; each once."""
    found: dict[ox.Quad, None] = {}
    places: tuple[Graph, ...] = (DEFAULT, graphs(snapshot)["prospects"])
    for one, other in pairs:
        for subject, value in ((one, other), (other, one)):
            for graph in places:
                quads = snapshot.quads(ox.NamedNode(subject), None, ox.NamedNode(value), graph)
                found.update(dict.fromkeys(quad for quad in quads if is_relation(quad.predicate.value)))
    return list(found)


def is_relation(iri: str) -> bool:
    """Tell whether a predicate is a relation between things."""
    return iri.startswith(ZG) and local(iri) in relations()


def edges(snapshot: Snapshot, quads: Iterable[ox.Quad], things: Things) -> list[Edge]:
    """Return statements as edges, in order of relation, subject and object."""
    where = {_key(quad): quad.graph_name == DEFAULT for quad in quads}
    grounds = _grounds(snapshot, list(where))
    contradicted = disputed(snapshot, (key for key, fact in where.items() if fact))
    made = [_edge(key, fact, grounds.get(key), things, key in contradicted) for key, fact in where.items()]
    return sorted(made, key=lambda edge: (edge.relation, edge.subject, edge.object))


def _key(quad: ox.Quad) -> Key:
    return quad.subject.value, quad.predicate.value, quad.object.value  # type: ignore[union-attr]


def _edge(key: Key, fact: bool, ground: _Ground | None, things: Things, contradicted: bool) -> Edge:
    subject, relation, value = key
    ground = ground or _Ground(0, frozenset())
    wishes = [name for name in MODALITIES if name in ground.modalities and name != "actual"]
    modality = "actual" if fact else next(iter(wishes), "planned")
    name = local(relation)
    return Edge(
        subject,
        name,
        things.label(name),
        value,
        modality,
        ground.documents,
        ground.rule,
        contradicted or (fact and bool(wishes)),
    )


def _grounds(snapshot: Snapshot, keys: Sequence[Key]) -> dict[Key, _Ground]:
    """Return what stands behind statements; of those that no document states, what they were derived from."""
    apart: tuple[list[Key], list[Key]] = ([], [])
    for key in keys:
        apart[_fewer_by_object(snapshot, key)].append(key)
    found = dict(_read(snapshot, "claims-by-subject", apart[0]))
    found.update(_read(snapshot, "claims-by-object", apart[1]))
    found.update(_read(snapshot, "derivations", [key for key in keys if key not in found]))
    return found


def _read(snapshot: Snapshot, query: str, keys: Sequence[Key]) -> Iterator[tuple[Key, _Ground]]:
    for row in asked(snapshot, query, ("subject", "relation", "object"), keys):
        key = (row["subject"].value, row["relation"].value, row["object"].value)
        modalities = frozenset(_BY_CONCEPT.get(local(iri), "") for iri in row["modalities"].value.split())
        rule = row.get("rule")
        yield key, _Ground(number(row["documents"]), modalities, rule.value if rule else "")


def _fewer_by_object(snapshot: Snapshot, key: Key) -> bool:
    """Tell whether fewer claims have the object of a statement as object than its subject as subject."""
    by_subject = snapshot.quads(None, SUBJECT, ox.NamedNode(key[0]), None)
    by_object = snapshot.quads(None, OBJECT, ox.NamedNode(key[2]), None)
    for place, (one, other) in enumerate(zip_longest(by_subject, by_object)):
        if one is None or place == _PEEK:
            return False
        if other is None:
            return True
    return False
