"""Recalled: what 两家公司, 双方, 前者 and 后者 take up of what was named before.

A count at the beginning of a clause that says nothing but how many (两家公司均……) means the things of that kind that were just
named, where there are exactly so many; 前者 and 后者 are one of two. Where it is not told which are meant, nothing is resolved.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from graph_service.reading.claims import Entity, Quantity
from graph_service.reading.discourse import Discourse
from graph_service.reading.passages import Mention, Passage
from graph_service.vocabulary import vocabulary

_SEVERAL = {"三方": 3, "四方": 4}
"""Words for all the sides of one thing, with how many they are."""
PAIRS = frozenset(("双方", "两者", "二者", "前者", "后者", *_SEVERAL))
"""Words for two things named before, for one of the two, or for all of several."""
_BARE = re.compile(
    "(?:[两二三四五六]|[2-6])(?P<measure>[家个座所处大])(?P<noun>企业|公司|厂家|厂商|单位|机构|项目|园区|实验室|基地|平台)?"
)
"""A count that says how many, and nothing of which."""
_KINDS = {
    "企业": "Company", "公司": "Company", "厂家": "Company", "厂商": "Company", "单位": "Actor", "机构": "Actor",
    "项目": "Project", "园区": "Park", "实验室": "Laboratory", "基地": "Facility", "平台": "Actor",
}  # fmt: skip
_BEGINS = re.compile(
    "(?:^|[,。;:!?“”])(?:(?:其后|此后|随后|随即|目前|如今|现在|当天|当日|同日|同年|近年来|近日|日前|今年|去年|次年)|"
    "[\\d年月日底初上下半来起]{2,12}|以上|上述|这|该|而|且|由)*$"
)
"""What stands before such a count: nothing of its clause but when."""
_SINCE = 2
"""How many passages back the things are looked for."""
_SIDES = frozenset(("Organisation", "Zone", "Park", "District", "Team", "CompanyGroup"))
"""What can be one of two sides."""
_JOINED = re.compile(
    "[^,。;:与和同跟及]{0,4}[与和同跟及、](?:[^,。;:]{0,4}|[^,。;:的]{2,10}(?:企业|公司|巨头|龙头|高校|院校))|[^。;]{0,12}另一[^,。;:]{0,6}"
)
"""What stands between two sides of one thing: A还与B, A、B, 一侧是A,另一侧是B."""


def recalled(passage: Passage, number: int, discourse: Discourse) -> Mention:
    """Return a mention as what it takes up, with all of them as its members; as it was where that is not told."""
    mention = passage.mentions[number]
    if mention.how == "coreference" and mention.reason in PAIRS:
        return _of_pair(mention, _before(passage, number, discourse))
    if mention.how != "group" or mention.entity is None or not isinstance(mention.value, Quantity):
        return mention
    words = _BARE.fullmatch(passage.text, mention.start, mention.end)
    if words is None or not _BEGINS.search(passage.text[max(0, mention.start - 24) : mention.start]):
        return mention
    kind = _KINDS.get(words["noun"] or "企业", "Company")
    lately = _since_semicolon(passage, number), *_before(passage, number, discourse)
    found = _just(int(mention.value.value), kind, lately, discourse)
    return _meaning(mention, found) if found else mention


def _before(passage: Passage, number: int, discourse: Discourse) -> Iterator[tuple[Passage, list[Mention]]]:
    """Yield what was named before a mention, sentence by sentence, its own first; only what its paragraph names."""
    yield passage, passage.mentions[:number]
    for earlier in reversed(discourse.passages[-_SINCE:]):
        if earlier.unit.paragraph == passage.unit.paragraph:
            yield earlier, earlier.mentions


def _since_semicolon(passage: Passage, number: int) -> tuple[Passage, list[Mention]]:
    """Return what the part of a sentence names that a mention stands in, as far as it stands before it."""
    mentions = passage.mentions
    begin = passage.text.rfind(";", 0, mentions[number].start)
    return passage, [mention for mention in mentions[:number] if mention.start > begin]


def _just(
    count: int, kind: str, before: Iterable[tuple[Passage, list[Mention]]], discourse: Discourse
) -> list[Entity]:
    """Return the things of a kind that were just named where there are exactly so many; none where there are more or fewer."""
    found: list[Entity] = []
    for _, mentions in before:
        meant = (e for m in mentions for e in m.meant)
        named = [e for e in meant if discourse.words.is_a(e.kind, kind) and e.size is None]
        found = list(dict.fromkeys([*named, *found]))
        if len(found) >= count:
            break
    return found if len(found) == count else []


def _of_pair(mention: Mention, before: Iterable[tuple[Passage, list[Mention]]]) -> Mention:
    """Return what 双方, 前者 or 后者 means: the two sides that were last named together, or one of them."""
    for passage, mentions in before:
        sides = [m for m in mentions if m.entity is not None and vocabulary().fits(m.kind, _SIDES)]
        pair = (
            _all_of(_SEVERAL[mention.reason], sides)
            if mention.reason in _SEVERAL
            else _together(passage, sides)
        )
        if pair:
            one = {"前者": pair[:1], "后者": pair[1:]}.get(mention.reason, pair)
            return _meaning(mention, one)
        if sides:
            break
    return mention


def _all_of(count: int, sides: list[Mention]) -> list[Entity]:
    """Return the sides that a sentence names, where there are exactly so many."""
    named = list(dict.fromkeys(entity for side in sides for entity in side.meant))
    return named if len(named) == count else []


def _together(passage: Passage, sides: list[Mention]) -> list[Entity]:
    """Return the two sides of one thing that a sentence names last, or the only two of one kind in it.

    Of A与B、C nobody knows which two are meant.
    """
    joined = [
        one.entity != other.entity and _JOINED.fullmatch(passage.text, one.end, other.start) is not None
        for one, other in pairwise(sides)
    ]
    for at in reversed(range(len(joined))):
        if joined[at]:
            return [] if at and joined[at - 1] else [*sides[at].meant[:1], *sides[at + 1].meant[:1]]
    only = list(dict.fromkeys(m.entity for m in sides if m.entity is not None))
    return only if len(only) == 2 and only[0].kind == only[1].kind else []


def _meaning(mention: Mention, found: list[Entity]) -> Mention:
    names = ", ".join(entity.name for entity in found)
    return mention._replace(
        kind=found[0].kind, entity=found[0], members=tuple(found), how="coreference", value=None,
        reason=f"“{mention.reason.partition(':')[0]}” → {names} (just named)",
    )  # fmt: skip
