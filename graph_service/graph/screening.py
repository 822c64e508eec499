"""What keeps a claim out of the facts: it breaks the ontology, or its figures or evidence cannot be.

Such a claim is quarantined with the reason and stays in its document's graph, to be reported; never dropped.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

from graph_service.graph import terms
from graph_service.graph.events import range_name
from graph_service.reading.claims import Claim, Date, Document, Entity, Quantity, Reading, Words
from graph_service.vocabulary import Relation, vocabulary

Problem = str
"""A reason in Chinese and English, parted by ` / `."""


def screen(reading: Reading) -> Reading:
    """Return the reading with every accepted claim that breaks a rule quarantined, `problem` saying why."""
    return replace(reading, claims=tuple(screened(claim, reading.document) for claim in reading.claims))


def screened(claim: Claim, document: Document) -> Claim:
    """Return the claim, quarantined where it is accepted and breaks a rule."""
    if claim.status != "accepted":
        return claim
    problems = list(dict.fromkeys(_problems(claim, document)))
    return replace(claim, status="quarantined", problem="; ".join(problems)) if problems else claim


def _problems(claim: Claim, document: Document) -> Iterator[Problem]:
    relation = vocabulary().relations.get(claim.relation)
    if relation is None:
        yield f"本体中没有关系 {claim.relation} / the ontology has no relation {claim.relation}"
    else:
        yield from _fit(claim, relation)
    yield from _evidence(claim, document)
    for end in (claim.subject, claim.object):
        yield from _OF_TERM[type(end)](end)


def _fit(claim: Claim, relation: Relation) -> Iterator[Problem]:
    """Yield what is wrong with the kinds at the two ends; a relation that names no kinds takes all."""
    fits, name = vocabulary().fits, relation.name
    subject, other = claim.subject.kind, range_name(claim.object)
    if relation.domain and not fits(subject, relation.domain):
        yield f"{subject} 不能作 {name} 的主语 / {subject} cannot be the subject of {name}"
    if relation.range and not fits(other, relation.range):
        yield f"{other} 不能作 {name} 的宾语 / {other} cannot be the object of {name}"


def _evidence(claim: Claim, document: Document) -> Iterator[Problem]:
    if not claim.evidence:
        yield "没有证据 / there is no evidence"
    for span in claim.evidence:
        inside = 0 <= span.start < span.end <= len(document.text)
        if not inside or document.text[span.start : span.end] != span.text:
            yield (
                f"原文 {span.start} 至 {span.end} 处与证据不符 / "
                f"the evidence differs from the text at {span.start} to {span.end}"
            )


def _entity(entity: Entity) -> Iterator[Problem]:
    if entity.kind not in vocabulary().kinds:
        yield f"本体中没有类型 {entity.kind} / the ontology has no kind {entity.kind}"
    if not entity.name.strip():
        yield "名称为空 / the name is empty"
    if entity.size is not None and entity.size < 1:
        yield f"群体的数量是 {entity.size} / the size of the group is {entity.size}"


def _quantity(quantity: Quantity) -> Iterator[Problem]:
    low, value, high = quantity.min, quantity.value, quantity.max
    if not all(math.isfinite(x) for x in (low, value, high) if x is not None):
        yield f"“{quantity.text}”的数值不是有限数 / the value of {quantity.text!r} is not finite"
    if low is not None and high is not None and low > high:
        yield f"“{quantity.text}”的下限大于上限 / the minimum of {quantity.text!r} is above its maximum"
    elif (low is not None and low > value) or (high is not None and high < value):
        yield f"“{quantity.text}”的数值在上下限之外 / the value of {quantity.text!r} is outside its bounds"
    if not quantity.unit.strip():
        yield f"“{quantity.text}”没有单位 / {quantity.text!r} has no unit"
    if not quantity.text.strip():
        yield "数量没有原文 / the words of the figure are missing"
    if quantity.year is not None and terms.period(f"{quantity.year:04}") is None:
        yield f"没有 {quantity.year} 年 / there is no year {quantity.year}"


def _date(date: Date) -> Iterator[Problem]:
    if terms.period(date.date) is None:
        yield f"“{date.date}”不是日期 / {date.date!r} is not a date"


def _words(words: Words) -> Iterator[Problem]:
    if not words.text.strip():
        yield "宾语没有字词 / the object has no words"


_OF_TERM: dict[type, Callable[..., Iterator[Problem]]] = {
    Entity: _entity, Quantity: _quantity, Date: _date, Words: _words,
}  # fmt: skip
