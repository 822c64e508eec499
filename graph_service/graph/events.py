"""Which events and observations the claims of a document speak of.

Claims of one event class that agree in the value of its anchor and in modality, and share a sentence, are
of one event: 从深圳迁到诸暨 is one relocation with an origin and a destination. Every figure is an
observation of its own. The IRI of an event is a hash of its class, roles, time and modality, so the same
statement in another document is the same node with one more claim.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph import terms
from graph_service.graph.statements import Namer, Node, Statement, follow
from graph_service.reading.claims import Date, Entity, Quantity, Term
from graph_service.resources import resource
from graph_service.vocabulary import DATE, MODALITIES, QUANTITY, SKOS, WORDS, ZG, Relation, vocabulary

OBSERVATION = "Observation"
_TOLD_APART_BY = ("milestone", "position")
"""Qualifiers that become properties of the event, and so tell events of one anchor and sentence apart."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event or observation: its node, the statements of its roles, and what describes the node itself."""

    node: ox.NamedNode
    statements: tuple[Statement, ...]
    described: frozenset[tuple[ox.NamedNode, Node]]


@dataclass(slots=True)
class _Draft:
    kind: str
    modality: str
    roles: dict[tuple[str, Node], list[Statement]] = field(default_factory=dict)
    described: set[tuple[ox.NamedNode, Node]] = field(default_factory=set)
    time: tuple[str, str] | None = None

    def role(self, name: str, value: Node, statement: Statement) -> None:
        self.roles.setdefault((name, value), []).append(statement)


def happenings(stated: Iterable[Statement], namer: Namer) -> list[Happening]:
    """Return the events and observations that accepted direct statements tell of, sorted by IRI."""
    accepted = [s for s in stated if s.accepted and not s.sources]
    drafts = [_observation(s) for s in accepted if isinstance(s.claim.object, Quantity)]
    drafts += [_event(group, namer.base) for group in _groups(accepted)]
    nodes: dict[str, list[_Draft]] = {}
    for draft in drafts:
        nodes.setdefault(_iri(draft, namer), []).append(draft)
    return [_finish(ox.NamedNode(iri), same, namer) for iri, same in sorted(nodes.items())]


def range_name(term: Term) -> str:
    """Return the kind of an entity, or the name that ranges have for the other terms."""
    if isinstance(term, Entity):
        return term.kind
    return QUANTITY if isinstance(term, Quantity) else DATE if isinstance(term, Date) else WORDS


# ---- Observations --------------------------------------------------------------------------------


def _observation(s: Statement) -> _Draft:
    draft = _Draft(OBSERVATION, s.claim.modality)
    draft.role("ofEntity", s.subject, s)
    draft.role("quantity", s.object, s)
    draft.described.add((terms.zg("indicator"), terms.zg(s.relation)))
    year = s.claim.object.year if isinstance(s.claim.object, Quantity) else None
    if year is not None:
        draft.time = terms.period(f"{year:04}")
    return draft


# ---- Events --------------------------------------------------------------------------------------


def _event(group: Sequence[Statement], base: str) -> _Draft:
    relation = vocabulary().relations[group[0].relation]
    draft = _Draft(relation.event or "Event", group[0].claim.modality)
    for s in group:
        relation = vocabulary().relations[s.relation]
        draft.role(relation.subject_role or "", s.subject, s)
        if relation.object_role:
            draft.role(relation.object_role, s.object, s)
        _time(draft, s)
        qualifiers = dict(s.claim.qualifiers)
        if draft.kind == "Opening" and "milestone" in qualifiers:
            draft.role("milestone", milestone(qualifiers["milestone"], base), s)
        if draft.kind == "Leadership" and "position" in qualifiers:
            draft.role("position", terms.zh(qualifiers["position"]), s)
    return draft


def _time(draft: _Draft, s: Statement) -> None:
    said = s.claim.object
    date = said.date if isinstance(said, Date) else dict(s.claim.qualifiers).get("date")
    span = terms.period(date) if date else None
    if span is None:
        return
    draft.time = span
    if isinstance(said, Date) and said.text:
        draft.described.add((terms.zg("timeText"), terms.zh(said.text)))


def _groups(accepted: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements of each event: of one class, anchor, modality and time, linked by sentences."""
    alike: dict[tuple[str, ...], list[Statement]] = {}
    for s in accepted:
        relation = vocabulary().relations.get(s.relation)
        if relation is None or not _gives_event(relation, s):
            continue
        qualifiers = dict(s.claim.qualifiers)
        apart = [qualifiers.get(name, "") for name in _TOLD_APART_BY]
        date = s.claim.object.date if isinstance(s.claim.object, Date) else ""
        key = (relation.event or "", _anchor(relation, s), s.claim.modality, date, *apart)
        alike.setdefault(key, []).append(s)
    for key, statements in sorted(alike.items()):
        for group in _linked(statements):
            if _whole(key[0], group):
                yield group


def _gives_event(relation: Relation, s: Statement) -> bool:
    if relation.event in (None, OBSERVATION) or relation.subject_role is None:
        return False
    fits, relations = vocabulary().fits, vocabulary().relations
    subject = relations.get(relation.subject_role)
    if subject is not None and not fits(s.claim.subject.kind, subject.range):
        return False
    other = range_name(s.claim.object)
    if relation.object_role is None:
        return other == DATE
    role = relations.get(relation.object_role)
    return role is None or fits(other, role.range)


def _anchor(relation: Relation, s: Statement) -> str:
    return str(s.object if _anchors().get(relation.event or "") == relation.object_role else s.subject)


def _linked(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements that hang together by a shared sentence, directly or through others."""
    todo = list(statements)
    while todo:
        group, spans = [todo.pop(0)], set[object]()
        spans.update(group[0].evidence)
        more = True
        while more:
            near = [s for s in todo if not spans.isdisjoint(s.evidence)]
            todo = [s for s in todo if spans.isdisjoint(s.evidence)]
            group += near
            spans.update(span for s in near for span in s.evidence)
            more = bool(near)
        yield group


def _whole(kind: str, group: Sequence[Statement]) -> bool:
    """Tell whether there is an event at all: a reason to move, say, without the move is none."""
    if any(not isinstance(s.object, ox.Literal) or isinstance(s.claim.object, Date) for s in group):
        return True
    anchor = _anchors().get(kind)
    return not any(
        r.event == kind and r.subject_role == anchor and r.object_role and WORDS not in r.range
        for r in vocabulary().relations.values()
    )


# ---- Nodes ---------------------------------------------------------------------------------------


def _iri(draft: _Draft, namer: Namer) -> str:
    roles = sorted(f"{name} {value}" for name, value in draft.roles)
    indicators = sorted(str(o) for p, o in draft.described if p == terms.zg("indicator"))
    time = draft.time or ("", "")
    return identity.node_iri(namer.base, draft.kind, draft.modality, *time, *indicators, *roles)


def _finish(node: ox.NamedNode, drafts: Sequence[_Draft], namer: Namer) -> Happening:
    """Return the node with its roles; several drafts are one statement made in several places."""
    first = drafts[0]
    made: dict[tuple[str, Node], list[Statement]] = {}
    for draft in drafts:
        for role, sources in draft.roles.items():
            made.setdefault(role, []).extend(sources)
    described = {d for draft in drafts for d in draft.described}
    described.add((terms.TYPE, terms.zg(first.kind)))
    if first.modality != "actual":
        described.add((terms.zg("modality"), terms.zg(MODALITIES[first.modality])))
    if first.time:
        described.add((terms.zg("earliest"), terms.day(first.time[0])))
        described.add((terms.zg("latest"), terms.day(first.time[1])))
    statements = tuple(follow(namer, node, name, value, sources) for (name, value), sources in made.items())
    return Happening(node, statements, frozenset(described))


@lru_cache(maxsize=1)
def _anchors() -> dict[str, str]:
    """Return, by event class, the role that says which event of a sentence is meant (local names)."""
    anchor = ZG + "anchorRole"
    return {
        quad.subject.value.removeprefix(ZG): quad.object.value.removeprefix(ZG)
        for quad in ox.parse(path=str(resource("ontology", "zonegraph.ttl")), format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == anchor
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }


@lru_cache(maxsize=1)
def _milestones() -> dict[str, str]:
    labels = {SKOS + "prefLabel", SKOS + "altLabel"}
    path = str(resource("ontology", "schemes", "milestones.ttl"))
    return {
        identity.fold(quad.object.value): quad.subject.value
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value in labels
        and isinstance(quad.object, ox.Literal)
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(ZG)
    }


def milestone(words: str, base: str) -> ox.NamedNode:
    """Return the milestone that these words name; one is minted where the scheme has none."""
    known = _milestones().get(identity.fold(words))
    return ox.NamedNode(known or identity.entity_iri(base, "Milestone", words, identity.fold(words)))
