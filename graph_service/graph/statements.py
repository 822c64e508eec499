"""Claims as triples with their evidence: the form between reading's values and quads.

A `Statement` is one triple that a document makes. Direct ones come from a claim as it stands; the others (the
roles of an event) follow from direct ones and share their evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph import terms
from graph_service.reading.claims import Claim, Date, Document, Entity, Quantity, Span, Term

Node = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim as it counts: the IRI of what was read, the claim as decisions leave it, the IRI of the decision on it."""

    iri: str
    claim: Claim
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple a document makes.

    Attributes:
        iri: of its claim node.
        subject: of the triple.
        relation: local name of its predicate.
        object: of the triple.
        claim: what was read; of several that say the same the first accepted one.
        evidence: every span that says it.
        sources: the claims it follows from; none for a direct statement.
        decision: IRI of the decision on the claim, where there is one.
    """

    iri: str
    subject: ox.NamedNode
    relation: str
    object: Node
    claim: Claim
    evidence: frozenset[Span]
    sources: frozenset[str] = frozenset()
    decision: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether it gives a triple outside the document's graph."""
        return self.claim.status == "accepted"


@dataclass(frozen=True, slots=True)
class Namer:
    """Gives the nodes of one document their IRIs.

    Attributes:
        document: where they are spoken of.
        base: what their IRIs start with.
        merged: IRIs that a review replaced, each with the IRI now in use.
    """

    document: Document
    base: str
    merged: Mapping[str, str] = field(default_factory=dict)

    def entity(self, entity: Entity) -> ox.NamedNode:
        """Return the node of a thing; the document itself where a claim is about it (its author)."""
        if entity.kind == "Document" and (entity.local or entity.name == self.document.title):
            return ox.NamedNode(identity.document_iri(self.base, self.document.id))
        iri = entity.iri(self.base)
        return ox.NamedNode(self.merged.get(iri, iri))

    def figure(self, claim: Claim, quantity: Quantity) -> ox.NamedNode:
        """Return the node of a quantity: whose figure it is, of what, how much, when and how sure."""
        q = quantity
        numbers = (repr(None if x is None else float(x)) for x in (q.value, q.min, q.max))
        said = (*numbers, q.unit, q.bound, str(q.year), q.per or "", q.kind or "")
        subject = self.entity(claim.subject).value
        return ox.NamedNode(
            identity.node_iri(self.base, "Quantity", subject, claim.relation, claim.modality, *said)
        )

    def object(self, claim: Claim) -> Node:
        """Return the other end of a claim as a term."""
        term: Term = claim.object
        if isinstance(term, Entity):
            return self.entity(term)
        if isinstance(term, Quantity):
            return self.figure(claim, term)
        if isinstance(term, Date):
            return terms.moment(term.date) if terms.period(term.date) else terms.zh(term.date or term.text)
        return terms.zh(term.text)

    def claim(self, subject: str, relation: str, value: Node, modality: str) -> str:
        """Return the IRI of the claim node of a statement that follows from others."""
        return identity.node_iri(
            self.base, "Claim", self.document.id, subject, relation, str(value), modality
        )


def direct(claims: Iterable[Judged], namer: Namer) -> list[Statement]:
    """Return one statement for each different claim, with the evidence of all that say the same."""
    same: dict[str, list[Judged]] = {}
    for judged in claims:
        same.setdefault(judged.iri, []).append(judged)
    return [_direct(iri, group, namer) for iri, group in sorted(same.items())]


def _direct(iri: str, group: list[Judged], namer: Namer) -> Statement:
    claims = [judged.claim for judged in group]
    first = min(claims, key=lambda c: (c.status != "accepted", c.rule, c.attributed_to or "", c.evidence))
    agreeing = [c for c in claims if c.status == first.status]
    return Statement(
        iri=iri,
        subject=namer.entity(first.subject),
        relation=first.relation,
        object=namer.object(first),
        claim=first,
        evidence=frozenset(span for c in agreeing for span in c.evidence),
        decision=group[0].decision,
    )


def follow(
    namer: Namer, subject: ox.NamedNode, relation: str, value: Node, sources: Iterable[Statement]
) -> Statement:
    """Return the statement that follows from others of one modality, with all their evidence."""
    made = sorted(sources, key=lambda s: s.iri)
    modality = made[0].claim.modality
    return Statement(
        iri=namer.claim(subject.value, relation, value, modality),
        subject=subject,
        relation=relation,
        object=value,
        claim=made[0].claim,
        evidence=frozenset(span for s in made for span in s.evidence),
        sources=frozenset(s.iri for s in made),
    )
