"""Assertions: the claim that a match makes of two ends, with its modality, its speaker and its reasons."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph_service.reading.claims import (
    Claim,
    Date,
    Entity,
    Modality,
    Quantity,
    Reason,
    Status,
    Term,
    Words,
    term_key,
)
from graph_service.reading.hits import Hit
from graph_service.reading.outlook import is_to_come, says_to_come
from graph_service.reading.passages import Passage
from graph_service.reading.rules import Emission
from graph_service.reading.terms import End, fitting
from graph_service.vocabulary import Vocabulary

_DENIED = re.compile("不是|并非|没有|尚未|未能|不再|无法|未曾|缺乏|缺少")
"""What a clause says before a match that takes it back."""
_GENERAL = re.compile(
    "(?:^|(?<=[,。;:]))(?:对(?!于)[^,。;:\ue000-\uf8ff]{0,12}(?:首次|年|达|的)|凡|每(?=引进|新增|培育|招引|孵化)|[^,。;:]{0,6}每(?:引进|新增|培育|招引|孵化))"
)
"""How a clause begins that sets a rule for whomever it fits, and states nothing: 对年产值首次跨过100亿元的企业."""
_ON_QUANTITY = frozenset(("kind", "per"))
_TIMELESS = frozenset(("yearsInIndustry", "hasCount", "area", "capacity", "landPrice"))


def is_withheld(hit: Hit) -> bool:
    """Say whether the clause before a match takes it back, or sets a rule for whomever it fits."""
    code, until = hit.passage.code, hit.start + 1
    denied = _DENIED.search(code, hit.clause(), until) is not None
    return denied or _GENERAL.search(code, hit.clause(",。;:"), until) is not None


def asserted(
    emission: Emission,
    hit: Hit,
    subject: End,
    target: End,
    judged: tuple[Modality, str],
    words: Vocabulary,
    document: str,
) -> Claim | None:
    """Return what is said of these two ends in the document of that name; None where they do not fit the relation or are the same."""
    relation = words.relations[emission.relation]
    subject = _for_whom(subject, emission.relation, hit)
    target = _led(emission, hit, subject, target)
    if target.kind == "AdministrativeArea" and emission.relation == "leads" and not _is_office(emission, hit):
        return None
    if subject.term is not None and not isinstance(subject.term, Entity):
        return None
    term = fitting(target, relation.range, words)
    if (target.term is not None and term is None) or not words.fits(subject.kind, relation.domain):
        return None
    if _is_same(subject.term, term):
        return None
    if isinstance(term, Quantity):
        term = _placed(term, emission, hit)
        term = replace(term, kind=term.kind or subject.part) if subject.part else term
        if judged[0] == "actual" and says_to_come(hit):
            judged = "planned", "a year after the text"
    elif isinstance(term, Date) and judged[0] == "actual" and is_to_come(term, hit.published):
        judged = "planned", f"{term.text}, after the text"
    known = subject.term is not None and term is not None
    status: Status = "accepted" if known else "unresolved"
    spoken = hit.quotation()
    return Claim(
        subject=subject.term or _open(subject, hit.passage, document),
        relation=emission.relation,
        object=term or Words(target.reason),
        modality=judged[0],
        evidence=hit.passage.unit.evidence,
        rule=hit.rule.id,
        qualifiers=_qualifiers(emission, hit, term),
        attributed_to=spoken[0].speaker if spoken else None,
        status=status,
        problem=None if known else f"“{subject.reason or target.reason}” has no antecedent",
        derivation=_derivation(subject, target),
        reasons=tuple(_reasons(emission, hit, subject, target, judged)),
    )


def _for_whom(subject: End, relation: str, hit: Hit) -> End:
    """Return whom a person works for in his place, where that is who brings others along: 经某某介绍,A落户."""
    person = subject.term
    firm = hit.discourse.employers.get(person) if isinstance(person, Entity) else None
    if firm is None or relation != "introduced":
        return subject
    return End(firm, "coreference", f"{subject.surface} works for {firm.name}", firm.kind)


def _open(subject: End, passage: Passage, document: str) -> Entity:
    """Return what a reference without an antecedent is, of which nothing is known but its words."""
    local = f"{document}/{passage.unit.position(0)}/{subject.reason}"
    return Entity(subject.reason, subject.kind, local=local)


def _led(emission: Emission, hit: Hit, subject: End, target: End) -> End:
    """Return whom a person works for, where a title names no organisation (董事长某某)."""
    if emission.relation != "leads" or emission.object != "topic" or not isinstance(subject.term, Entity):
        return target
    firm = hit.discourse.employers.get(subject.term)
    return (
        target if firm is None else End(firm, "coreference", f"{subject.term.name} speaks for it", firm.kind)
    )


def _is_office(emission: Emission, hit: Hit) -> bool:
    """Say whether a position is one that heads a place: 市长, and not 负责人."""
    said = next((hit.words(group) for name, group in emission.qualifiers if name == "position"), "")
    return said.endswith(
        ("书记", "市长", "县长", "区长", "镇长", "部长", "厅长", "主任", "主席", "局长", "秘书长")
    )


def _is_same(subject: Entity | None, term: Term | None) -> bool:
    """Say whether both ends are one thing."""
    if subject is None or not isinstance(term, Entity) or term.kind != subject.kind:
        return False
    return term_key(term) == term_key(subject)


def _qualifiers(emission: Emission, hit: Hit, term: Term | None) -> tuple[tuple[str, str], ...]:
    """Return the qualifiers of a claim; what counts or measures stands on the quantity itself."""
    pairs = ((name, hit.words(group)) for name, group in emission.qualifiers if hit.match[group])
    return tuple(p for p in pairs if not (isinstance(term, Quantity) and p[0] in _ON_QUANTITY))


def _placed(quantity: Quantity, emission: Emission, hit: Hit) -> Quantity:
    """Return a figure with the year that is said before it in its sentence, and with what it counts."""
    passage, match = hit.passage, hit.match
    pairs = [pair for pair in emission.qualifiers if pair[0] in _ON_QUANTITY]
    said: dict[str, Any] = {name: hit.words(group) for name, group in pairs if match[group]}
    if emission.relation not in _TIMELESS:
        at = passage.at[match.start(emission.object) if hit.has(emission.object) else hit.start]
        start = passage.text.rfind("。", 0, at) + 1
        start = max(start, passage.text.rfind("目前", 0, at), passage.text.rfind("如今", 0, at))
        years = [
            m.value.date[:4] for m in passage.mentions if isinstance(m.value, Date) and start <= m.start < at
        ]
        said |= {"year": int(years[-1])} if years else {}
    return replace(quantity, **said) if said else quantity


def _derivation(subject: End, target: End) -> str:
    return next(
        (how for how in ("coreference", "group", "alias") if how in (subject.how, target.how)), "plain"
    )


def _reasons(
    emission: Emission, hit: Hit, subject: End, target: End, judged: tuple[Modality, str]
) -> Iterator[Reason]:
    rule, (modality, cue) = hit.rule, judged
    yield Reason("rule", f"{rule.id} ({rule.file}): {rule.why}")
    yield Reason("match", hit.passage.words(*hit.match.span()))
    for name, end in ((emission.subject, subject), (emission.object, target)):
        label = end.term.name if isinstance(end.term, Entity) else end.term.text if end.term else "?"
        yield Reason("slot", f"{name} = {label}" + (f"; {end.reason}" if end.reason else ""))
    yield Reason("modality", modality + (f" by “{cue}”" if cue else ""))
