"""What reading gives: a document, its sentences, and claims with the evidence for each.

These values are all that the rest of ZoneGraph knows of reading. Offsets count Unicode code points in
`Document.text`, end exclusive. `Claim.as_json` is the form of section 3 of the contracts.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from graph_service import identity

Modality = Literal["actual", "planned", "target", "possible"]
Status = Literal["accepted", "quarantined", "unresolved", "rejected"]
Bound = Literal["=", "<", ">", "~", ">=", "<="]


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was given, and what is known of it.

    Attributes:
        text: the original text; never changed, so that offsets stay true.
        title: its title, or its first line where none was given.
        published: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None where it is not known.
        source: where it comes from, an IRI or words.
        id: sixteen hexadecimal digits of the SHA-256 of the text: the same text is the same document.
    """

    text: str
    title: str = ""
    published: str | None = None
    source: str | None = None
    id: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", identity.digest(self.text))


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that a claim is about.

    Attributes:
        name: its fullest name in the document.
        kind: local name of its class in the ontology, such as `Company`.
        names: its other names in the document, sorted.
        area: the administrative area it belongs to, where that is part of its identity.
        code: an official code (统一社会信用代码, GB/T 2260, 开发区代码), where known.
        size: how many there are, for unnamed groups.
        local: document, sentence and ordinal of an unnamed thing, which is never merged across documents.
    """

    name: str
    kind: str
    names: tuple[str, ...] = ()
    area: str | None = None
    code: str | None = None
    size: int | None = None
    local: str | None = None

    @property
    def key(self) -> str:
        """The identity key: official code, else place in the document, else name with its area."""
        if self.code:
            return f"code:{self.code}"
        if self.local:
            return f"local:{self.local}"
        return f"name:{identity.fold(self.name)}@{self.area or ''}"

    def iri(self, base: str) -> str:
        """Return the entity's IRI under this base."""
        return identity.entity_iri(base, self.kind, self.name, self.key)

    def as_json(self, base: str) -> dict[str, Any]:
        """Return the entity as the contracts have it."""
        out: dict[str, Any] = {
            "iri": self.iri(base), "name": self.name, "names": list(self.names), "type": self.kind,
        }  # fmt: skip
        return out if self.size is None else {**out, "size": self.size}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its bound.

    Attributes:
        value: the number that is written, in the base unit (`500亿元` is 5e10).
        unit: `CNY`, `USD`, `NUM` (things counted), `PERSON`, `M2`, `KM2`, `MU`, `YEAR`, `PERCENT`, `FRACTION`, …
        bound: how the words limit the value.
        text: the words.
        min: lower bound, where there is one.
        max: upper bound, where there is one.
        year: the year it is said for.
        per: what it is per (`亩`, `年`), where said.
        kind: what is counted or measured, in the words of the text (`外资`, `已投产`).
    """

    value: float
    unit: str
    bound: Bound
    text: str
    min: float | None = None
    max: float | None = None
    year: int | None = None
    per: str | None = None
    kind: str | None = None

    def as_json(self, _base: str) -> dict[str, Any]:
        """Return the quantity as the contracts have it; fields that are not said are left out, but for min and max."""
        out: dict[str, Any] = {
            "value": self.value, "unit": self.unit, "bound": self.bound,
            "min": self.min, "max": self.max, "text": self.text,
        }  # fmt: skip
        said = {"year": self.year, "per": self.per, "kind": self.kind}
        return out | {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is said: `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, `text` the words."""

    date: str
    text: str

    def as_json(self, _base: str) -> dict[str, Any]:
        """Return the date as the contracts have it."""
        return {"date": self.date, "text": self.text}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the text where the object of a claim is not a thing."""

    text: str

    def as_json(self, _base: str) -> dict[str, Any]:
        """Return the words as the contracts have them."""
        return {"text": self.text}


Term = Entity | Quantity | Date | Words


class Sentence(NamedTuple):
    """A sentence: `text == document.text[start:end]`.

    Attributes:
        start: first code point.
        end: one past the last code point.
        text: the slice.
        role: what the layout takes it for (`title`, `byline`, `heading`, `caption`, `body`, `credit`).
        duplicate_of: start of the first sentence with the same words, where a paragraph is printed again.
        continued_by: start of the piece that continues it, where the layout broke it in mid-word.
    """

    start: int
    end: int
    text: str
    role: str = "body"
    duplicate_of: int | None = None
    continued_by: int | None = None


class Span(NamedTuple):
    """A piece of evidence: a whole sentence, or the part of one that the layout left."""

    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the span as the contracts have it."""
        return {"start": self.start, "end": self.end, "text": self.text}


class Reason(NamedTuple):
    """One step of why a claim was made: `step` names the stage, `text` says what it saw and decided."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement a document makes, and the sentences that make it.

    Attributes:
        subject: what it is about.
        relation: local name of the property in the ontology.
        object: the other end.
        qualifiers: sorted pairs that narrow it (`milestone`, `position`, `area`).
        modality: whether it is so, planned, wanted or possible.
        attributed_to: the speaker, in the words of the text.
        evidence: one or more pieces, sorted; a repeated sentence gives one each.
        rule: identifier of the rule that made it.
        status: `accepted`, or `unresolved` (a reference has no antecedent), or `quarantined` (breaks a shape), or
            `rejected` (by a review, never by reading).
        problem: why it was not accepted.
        derivation: what it took (`plain`, `coreference`, `alias`, `group`).
        reasons: the steps, for `zonegraph explain`.
    """

    subject: Entity
    relation: str
    object: Term
    modality: Modality
    evidence: tuple[Span, ...]
    rule: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributed_to: str | None = None
    status: Status = "accepted"
    problem: str | None = None
    derivation: str = "plain"
    reasons: tuple[Reason, ...] = ()

    def as_json(self, document: Document, base: str) -> dict[str, Any]:
        """Return the claim as a line of `zonegraph extract` (contracts, section 3)."""
        out: dict[str, Any] = {
            "id": claim_iri(self, document, base),
            "subject": self.subject.as_json(base),
            "relation": self.relation,
            "object": self.object.as_json(base),
            "qualifiers": dict(self.qualifiers),
            "modality": self.modality,
            "attributedTo": self.attributed_to,
            "evidence": [span.as_json() for span in self.evidence],
            "rule": self.rule,
            "derivation": self.derivation,
            "status": self.status,
        }
        return out if self.problem is None else {**out, "problem": self.problem}


def term_key(term: Term) -> str:
    """Return what makes a term the same term: an entity's key with its kind, else all its fields."""
    if isinstance(term, Entity):
        return f"{term.kind}|{term.key}"
    return repr(term)


def claim_iri(claim: Claim, document: Document, base: str) -> str:
    """Return the claim's IRI: a hash of document, subject, predicate, object, qualifiers and modality."""
    return identity.node_iri(
        base, "Claim", document.id, term_key(claim.subject), claim.relation, term_key(claim.object),
        repr(claim.qualifiers), claim.modality,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one document gave: its sentences in order and its claims in order of their evidence."""

    document: Document
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
