"""Decisions of people: verdicts on claims, and entities that are one thing or are not.

A decision never changes what was read: it is laid over it when the document is mapped, and taken off again by an
`undo`. Decisions name claims and entities without the base IRI, so they hold in stores of any base. Those in force
stand in the graph `…/graph/reviews`; when and by whom they were made stands in the ledger alone, for a graph has no
clock.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import ZoneGraphError
from graph_service.graph import readings
from graph_service.graph.screening import screened
from graph_service.graph.statements import Judged
from graph_service.graph.terms import TYPE, zg
from graph_service.reading.claims import Claim, Document, Entity, Reading, claim_iri
from graph_service.vocabulary import OWL

ON_CLAIMS = ("accept", "reject", "edit")
ON_ENTITIES = ("merge", "distinct")
UNDO = "undo"
VERDICTS = (*ON_CLAIMS, *ON_ENTITIES, UNDO)

DIFFERENT = ox.NamedNode(OWL + "differentFrom")
REPLACED = zg("replacedBy")
_VERDICT, _CONCERNS, _CHANGE, _NOTE = zg("verdict"), zg("concerns"), zg("change"), zg("note")
_CHANGEABLE = ("subject", "relation", "object", "modality", "qualifiers", "attributed_to")
_REJECTED = "经人工审核否定 / rejected on review"


class ReviewError(ZoneGraphError, ValueError):
    """A decision cannot be made: it is about nothing that is there, contradicts another one, or breaks the ontology."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        verdict: one of `VERDICTS`.
        about: the claim or the entity, or the decision that is undone; without the base IRI (`claim/…`).
        other: the entity that a merger keeps, or the one that is another thing.
        change: for `edit`, the fields of the claim that are to be otherwise, as JSON.
        note: why, in words.
        by: who decided.
        at: when, as ISO 8601.
    """

    verdict: str
    about: str
    other: str | None = None
    change: str | None = None
    note: str | None = None
    by: str | None = field(default=None, compare=False)
    at: str | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """The name of the decision, `decision/…`: what it says makes it, not when or by whom."""
        return "decision/" + identity.digest(self.verdict, self.about, self.other or "", self.change or "")

    @property
    def ends(self) -> tuple[str, ...]:
        """What it is about."""
        return (self.about,) if self.other is None else (self.about, self.other)


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions in force: what was undone is gone, and of several on one claim the last one counts.

    Raises:
        ReviewError: entities would replace each other in a circle.
    """
    kept: list[Decision] = []
    for decision in decisions:
        if decision.verdict != UNDO:
            kept.append(decision)
            continue
        undone = next((i for i in reversed(range(len(kept))) if kept[i].id == decision.about), None)
        if undone is not None:
            del kept[undone]
    last = {_slot(decision): decision for decision in kept}
    found = sorted(last.values(), key=lambda decision: decision.id)
    survivors({d.about: d.other for d in found if d.verdict == "merge" and d.other})
    return found


def _slot(decision: Decision) -> tuple[str, ...]:
    """Return what can have one decision at a time: a claim, an entity to be replaced, a pair that is none."""
    if decision.verdict in ON_CLAIMS:
        return "claim", decision.about
    if decision.verdict == "merge":
        return "merge", decision.about
    return "distinct", *sorted(decision.ends)


def survivors(replaced: Mapping[str, str]) -> dict[str, str]:
    """Return, for each entity that is replaced, the one that stands in the end.

    Raises:
        ReviewError: they replace each other in a circle.
    """
    found: dict[str, str] = {}
    for old in replaced:
        passed, now = [old], replaced[old]
        while now in replaced and now not in passed:
            passed.append(now)
            now = replaced[now]
        if now in passed:
            raise ReviewError(
                f"{' → '.join([*passed, now])}: these would replace each other in a circle",
                "Merge the other way round, or undo one of these mergers first.",
            )
        found[old] = now
    return found


# ---- In the graph --------------------------------------------------------------------------------


def as_quads(decisions: Iterable[Decision], base: str) -> list[ox.Quad]:
    """Return the graph of the decisions in force."""
    graph = ox.NamedNode(identity.reviews_graph(base))
    return [ox.Quad(*triple, graph) for decision in decisions for triple in _triples(decision, base)]


def _triples(
    decision: Decision, base: str
) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    node = ox.NamedNode(base + decision.id)
    ends = [ox.NamedNode(base + end) for end in decision.ends]
    yield node, TYPE, zg("Decision")
    yield node, _VERDICT, ox.Literal(decision.verdict)
    yield from ((node, _CONCERNS, end) for end in ends)
    if decision.change:
        yield node, _CHANGE, ox.Literal(decision.change)
    if decision.note:
        yield node, _NOTE, ox.Literal(decision.note)
    if decision.verdict == "merge":
        yield ends[0], REPLACED, ends[1]
    if decision.verdict == "distinct":
        yield ends[0], DIFFERENT, ends[1]


def from_quads(quads: Iterable[ox.Quad], base: str) -> list[Decision]:
    """Return the decisions that `as_quads` wrote, sorted."""
    said: dict[str, dict[ox.NamedNode, list[str]]] = {}
    pairs: set[tuple[str, str]] = set()
    for quad in quads:
        subject, value = cast(ox.NamedNode, quad.subject).value, cast(ox.NamedNode, quad.object).value
        if quad.predicate in (REPLACED, DIFFERENT):
            pairs.add((subject, value))
        else:
            said.setdefault(subject, {}).setdefault(quad.predicate, []).append(value)
    return sorted((_decision(fields, pairs, base) for fields in said.values()), key=lambda d: d.id)


def _decision(fields: Mapping[ox.NamedNode, list[str]], pairs: Set[tuple[str, str]], base: str) -> Decision:
    ends = sorted(fields[_CONCERNS])
    if len(ends) == 2 and (ends[0], ends[1]) not in pairs:
        ends.reverse()
    about, *other = (end.removeprefix(base) for end in ends)
    change, note = (fields[p][0] if p in fields else None for p in (_CHANGE, _NOTE))
    return Decision(fields[_VERDICT][0], about, other[0] if other else None, change, note)


# ---- Over a reading ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlay:
    """Decisions in force, ready to be laid over readings.

    Attributes:
        verdicts: decisions on claims, by the IRI of the claim.
        merged: IRIs of entities that were replaced, each with the IRI that stands in the end.
        base: what the IRIs start with.
    """

    verdicts: Mapping[str, Decision] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    base: str = ""

    def judged(self, reading: Reading, base: str) -> list[Judged]:
        """Return the claims of a reading as decisions leave them."""
        found = []
        for claim in reading.claims:
            iri = claim_iri(claim, reading.document, base)
            decision = self.verdicts.get(iri)
            if decision is None:
                found.append(Judged(iri, claim))
            else:
                found.append(Judged(iri, decided(claim, decision, reading.document), base + decision.id))
        return found


NOTHING = Overlay()
"""What lies over a reading where nobody decided anything."""


def overlay(decisions: Sequence[Decision], base: str) -> Overlay:
    """Return decisions in force as an overlay.

    Raises:
        ReviewError: entities replace each other in a circle.
    """
    merged = survivors(
        {base + d.about: base + d.other for d in decisions if d.verdict == "merge" and d.other}
    )
    return Overlay({base + d.about: d for d in decisions if d.verdict in ON_CLAIMS}, merged, base)


def decided(claim: Claim, decision: Decision, document: Document) -> Claim:
    """Return a claim as a decision leaves it; one that breaks the ontology is quarantined, whoever accepted it."""
    if decision.verdict == "reject":
        problem = f"{_REJECTED}: {decision.note}" if decision.note else _REJECTED
        return replace(claim, status="rejected", problem=problem)
    changed = _changed(claim, json.loads(decision.change)) if decision.change else claim
    return screened(replace(changed, status="accepted", problem=None), document)


def _changed(claim: Claim, change: Mapping[str, Any]) -> Claim:
    """Return the claim with the fields of a change.

    Raises:
        ReviewError: the change has other fields, or terms that are none.
    """
    unknown = sorted(set(change) - set(_CHANGEABLE))
    if unknown:
        raise ReviewError(
            f"A claim has no field {', '.join(unknown)} to change", f"Change {', '.join(_CHANGEABLE)}."
        )
    fields = dict(change)
    try:
        for end in {"subject", "object"} & fields.keys():
            fields[end] = readings.term(fields[end])
        if "qualifiers" in fields:
            fields["qualifiers"] = tuple(sorted((str(k), str(v)) for k, v in fields["qualifiers"].items()))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ReviewError(
            f"The change of a claim has a term that is none: {error}",
            'Write `{"object": {"entity": {"name": …, "kind": …}}}`, or a quantity, a date or words.',
        ) from error
    if not isinstance(fields.get("subject", claim.subject), Entity):
        raise ReviewError("The subject of a claim is an entity", "Give its name and kind.")
    return replace(claim, **fields)
