"""Owners: whose figure it is by a name that stands right before its noun, or whose thing a clause speaks of."""

import re

from graph_service.reading.hits import Hit
from graph_service.reading.passages import Mention
from graph_service.reading.terms import End, mentioned
from graph_service.reading.topics import topics
from graph_service.vocabulary import QUANTITY, Vocabulary

_OWNED = 4
"""How far from the beginning of its clause an owner stands, in code points."""
_OF_OWNER = frozenset(
    ("formerName", "inIndustry", "leadingIndustry", "focusesOn", "positionedAs", "supplies")
)
"""What is said of a thing by the noun that is its own: A的主营业务为, A的定位是."""
_MEASURE = re.compile(
    "(?:规上|规模以上|工业|全部|年|总|计划|预计|协议|合同|规划|管辖|占地|用地|建筑|设计|实现|完成|去年)*"
    "(?:产值|增加值|产业规模|投资|面积|占地|用地|产能|产量|营收|营业|销售|收入|税收|纳税|员工|职工|从业|就业|企业数)"
)
"""A noun that is measured, at the beginning of a match."""
_NO_POSSESSOR = re.compile(
    "(?:[在于由从对向到至往入与和同跟及、]|落户|入驻|位于|来自|落地|毗邻|超过|高于|相当于|(?<!抢)占[^,。;:]{0,6})$"
)
"""Before a name that is no possessor: where something is, who does it, one of several."""

_AREAS = frozenset(("Zone", "Park", "District", "AdministrativeArea"))
_OF_AREAS = frozenset(("outputValue", "annualSales", "shareOf", "hostsCompanyCount", "employeeCount"))
"""Figures that an industry has as a part of a place."""
_WITHIN = ("区内", "园内", "区里", "园里", "市内", "县内")
"""Words for a place that only say where an industry is."""


def possessor(hit: Hit, words: Vocabulary) -> End | None:
    """Return whose figure it is by the name right before its noun, whatever stands before that: 推动A产值向……, 建设A,总投资."""
    passage, before = hit.passage, hit.start - 1
    number = passage.index.get(before)
    if number is None or not _MEASURE.match(passage.code, hit.start) or not says_figures(hit, words):
        return None
    mention = passage.mentions[number]
    if _NO_POSSESSOR.search(passage.code, 0, before) or not words.fits(mention.kind, hit.rule.topic):
        return None
    return mentioned(mention) if not mention.members and mention.entity is not None else None


def owner(hit: Hit, words: Vocabulary) -> list[End] | None:
    """Return whose thing a clause speaks of that begins with it (A的产值……); none where the match is of the thing; None without one."""
    passage, clause = hit.passage, hit.clause(",。;:“”")
    number = next(
        (n for o, n in passage.index.items() if clause <= o < min(hit.start, clause + _OWNED)), None
    )
    if number is None or passage.code[passage.offsets[number] + 1 : passage.offsets[number] + 2] != "的":
        return None
    whose = passage.mentions[number]
    of_owner = all(
        QUANTITY in words.relations[e.relation].range or e.relation in _OF_OWNER or e.object == "topic"
        for e in hit.rule.emit[:1]
    )
    return [mentioned(whose)] if of_owner and words.fits(whose.kind, hit.rule.topic) else []


def of_area(hit: Hit, ends: list[End], words: Vocabulary) -> list[End]:
    """Return the place whose industry has a figure, where the sentence is about that place: 全市铝产业产值……; else the ends as they are."""
    if len(ends) != 1 or ends[0].kind != "Industry" or hit.rule.emit[0].relation not in _OF_AREAS:
        return ends
    passage, industry = hit.passage, ends[0].term
    clause = hit.clause(",。;:")
    told = [
        n
        for o, n in passage.index.items()
        if clause <= o < hit.start and passage.mentions[n].entity == industry
    ]
    place = _place_before(hit, told[-1], words) if told else None
    if place is None or not words.fits(place.kind, hit.rule.topic):
        return ends
    return [
        mentioned(place)._replace(
            part=passage.words(passage.offsets[told[-1]], passage.offsets[told[-1]] + 1)
        )
    ]


def _place_before(hit: Hit, number: int, words: Vocabulary) -> Mention | None:
    """Return the place whose an industry is: the one named right before it, else the subject of its sentence."""
    passage, industry = hit.passage, hit.passage.mentions[number]
    before = passage.mentions[number - 1] if number else None
    if before is not None and before.end == industry.start and words.fits(before.kind, _AREAS):
        return None if passage.text[before.start : before.end] in _WITHIN else before
    spoken = topics(passage, passage.offsets[number], _AREAS, words)
    return spoken[0] if len(spoken) == 1 and spoken[0].entity is not None else None


def says_figures(hit: Hit, words: Vocabulary) -> bool:
    """Say whether all that a match says are figures."""
    return all(QUANTITY in words.relations[e.relation].range for e in hit.rule.emit)
