"""What there is to decide, and what was decided, read off a snapshot for lists and for exports."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.labels import Labels, table
from graph_service.graph.named import NamedQueries
from graph_service.graph.reviews import Decision, from_quads
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import PREFIXES, local

STATUSES = ("accepted", "unresolved", "quarantined", "rejected")
"""What can become of a claim."""
OPEN = ("unresolved", "quarantined")
"""Statuses that wait for somebody to decide."""

_CLAIMS = (
    "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    + """
SELECT ?claim ?subject ?predicate ?object ?modality ?status ?rule ?problem ?decision ?text ?document ?start WHERE {
  VALUES ?status { %s }
  GRAPH ?graph {
    ?claim a zg:Claim ; zg:status ?status ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
      zg:modality ?modality ; zg:rule ?rule ; zg:evidence ?piece .
    ?piece zg:document ?document ; zg:text ?text ; zg:start ?start .
    FILTER NOT EXISTS { ?claim prov:wasDerivedFrom ?direct }
    OPTIONAL { ?claim zg:problem ?problem }
    OPTIONAL { ?claim zg:decidedBy ?decision }
  }
} ORDER BY ?document ?start ?claim"""
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A claim as somebody sees it who is to decide on it.

    Attributes:
        claim: its name without the base IRI.
        status: one of `STATUSES`.
        subject: label of what it is about.
        relation: label of the relation.
        object: label, number or words of the other end.
        modality: `actual`, `planned`, `target` or `possible`.
        rule: that read it.
        problem: why it was set aside.
        decision: the decision in force on it, without the base IRI.
        document: identifier of the document.
        sentences: the evidence, in order.
    """

    claim: str
    status: str
    subject: str
    relation: str
    object: Any
    modality: str
    rule: str
    problem: str | None
    decision: str | None
    document: str
    sentences: tuple[str, ...]


def claims(snapshot: Snapshot, statuses: Iterable[str], language: str = "zh") -> list[Pending]:
    """Return the claims of these statuses that documents make directly, in order of their evidence."""
    wanted = " ".join(str(ox.Literal(status)) for status in statuses)
    rows = table(snapshot.query(_CLAIMS % wanted))
    labels = Labels(snapshot, language)
    labels.learn({term.value for row in rows for term in row[1:4] if isinstance(term, ox.NamedNode)})
    grouped: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row[0].value].append(row)
    return [_pending(same, labels, snapshot.base) for same in grouped.values()]


def _pending(rows: Sequence[Sequence[Any]], labels: Labels, base: str) -> Pending:
    claim, subject, predicate, other, modality, status, rule, problem, decision, _, document, _ = rows[0]
    end = labels.value(other)
    return Pending(
        claim=claim.value.removeprefix(base),
        status=status.value,
        subject=labels.of(subject.value),
        relation=labels.of(predicate.value),
        object=end["label"] if isinstance(end, dict) else end,
        modality=local(modality.value).lower(),
        rule=rule.value,
        problem=problem.value if problem else None,
        decision=decision.value.removeprefix(base) if decision else None,
        document=local(document.value),
        sentences=tuple(dict.fromkeys(row[9].value for row in rows)),
    )


def proposals(snapshot: Snapshot, named: NamedQueries, language: str = "zh") -> list[dict[str, Any]]:
    """Return the pairs of things that may be one, as the query `possible-duplicates` has them."""
    rows: list[dict[str, Any]] = named.run(snapshot, "possible-duplicates", {}, language).as_json()["rows"]
    return rows


def decisions(snapshot: Snapshot) -> list[Decision]:
    """Return the decisions in force, sorted."""
    graph = ox.NamedNode(identity.reviews_graph(snapshot.base))
    return from_quads(snapshot.quads(None, None, None, graph), snapshot.base)
