"""Rolls of honour: what heads a list says of each line below it (二、科技创新奖, then 1.华芯电子有限公司).

Such lists have no sentences, so no rule of relations reads them. The head is a heading that names an award or a certificate, or
the title of a notice that does (关于公布优秀企业名单的通报); an item is a line that holds names and nothing else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph_service.reading.claims import Claim, Entity, Modality, Reason
from graph_service.reading.lexicon import lexicon
from graph_service.reading.passages import Mention, Passage

_NUMBER = re.compile(
    r"\s*(?:[★☆●■◆▲△○※]\s*)?(?:[(\[]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)\]]?\s*[、.)]?\s*)?"
)
_HEAD = re.compile(
    r"(?:\d{4}年度?)?(?:荣获|获得|授予)?“?(?P<what>[^,。;:“”]{2,24}?)”?(?:称号|荣誉称号)?"
    r"(?:获奖|入选)?(?:企业名单|单位名单|名单|获得者|获奖者)?(?:\(?共?\d+[家个名项位](?:企业|单位|团队|项目|个人)?(?:,[^(),。;]{2,12}(?=\)))?\)?)?:?$"
)
_NOTICE = re.compile(
    r"关于(?:拟)?(?:公布|表彰|命名|认定|公示|授予)(?:\d{4}年度?)?(?P<what>[^,。;:]{3,30}?)(?:拟认定)?(?:名单)?的(?:决定|通报|通知|公示|公告)$"
)
_AWARD = re.compile(
    "(?:奖|十[强佳]|十[强佳](?:企业|单位|园区|个人)|标兵|功臣|劳动模范|(?:先进|优秀|杰出|突出贡献|明星|纳税大户|亩均论英雄|高质量发展)[^,。;:]{0,8}"
    "(?:企业家?|单位|集体|个人|园区|项目|工作者|人物|团队))$"
)
_FOR_PERSONS = re.compile("(?:企业家|个人|人物|工作者|标兵|劳动模范)$")
_TO_COME = re.compile("公示|拟")
_KINDS = frozenset(
    ("Company", "Zone", "Park", "Laboratory", "University", "Organisation", "Alliance", "Project", "Team")
)
_TOLD = re.compile(r"(?:\([^()]{2,24}\))?(?:——|:)")
"""What stands between the name of who is honoured and what for."""
_BETWEEN = re.compile(r"[\s、,;]*")
_PERSON = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff])\s+$")


class Head(NamedTuple):
    """What heads a list: the award or certificate, and whether it is given to persons."""

    honour: Entity
    persons: bool


class Rolls:
    """Reads the lists of one document, passage by passage; it knows which head stands above."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.modality: Modality = "actual"

    def read(self, passage: Passage) -> Iterator[Claim]:
        """Yield what the head above says of the names of a line; a heading becomes the head of what follows."""
        text, role = passage.text, passage.unit.role
        if role == "title":
            self.head = _named(_NOTICE.search(text))
            self.modality = "planned" if _TO_COME.search(text) else "actual"
            return
        items = _items(passage)
        if not items:
            number = _NUMBER.match(text)
            head = _named(_HEAD.match(text, number.end() if number else 0))
            if head or role == "heading":
                self.head = head
            return
        if self.head is not None:
            for mention in items:
                yield from self._said(passage, mention, self.head)

    def _said(self, passage: Passage, mention: Mention, head: Head) -> Iterator[Claim]:
        who, person = mention.entity, _PERSON.search(passage.text, 0, mention.start)
        if head.persons:
            who = Entity(person["who"].replace(" ", ""), "Person") if person else None
        if who is None:
            return
        relation = "certifiedAs" if head.honour.kind == "Certification" else "awarded"
        yield Claim(
            who, relation, head.honour, self.modality, passage.unit.evidence, "roll.honour",
            reasons=(Reason("rule", f"the list is headed “{head.honour.name}”"),),
        )  # fmt: skip


def _first(passage: Passage) -> Mention | None:
    """Return the name that a line begins with, where the line goes on to say what it is honoured for: A——做了什么, A:做了什么."""
    number = _NUMBER.match(passage.text)
    at = number.end() if number else 0
    first = next((m for m in passage.mentions if m.start >= at), None)
    if first is None or first.start != at or first.kind not in _KINDS or first.how not in ("plain", "alias"):
        return None
    return first if _TOLD.match(passage.text, first.end) else None


def _named(match: re.Match[str] | None) -> Head | None:
    """Return the head that words are, where they name an award or a certificate."""
    if match is None:
        return None
    what = match["what"]
    if certificate := lexicon().certificates.search(what):
        return Head(Entity(certificate.group(), "Certification"), False)
    if _AWARD.search(what):
        return Head(Entity(what, "Award"), _FOR_PERSONS.search(what) is not None)
    return None


def _items(passage: Passage) -> list[Mention]:
    """Return the names of a line that holds nothing else but numbers, marks and posts; empty for any other line."""
    if (first := _first(passage)) is not None:
        return [first]
    named = [m for m in passage.mentions if m.kind in _KINDS and m.how in ("plain", "alias") and m.entity]
    if not named or any(mark in passage.text for mark in "。!?:"):
        return []
    number = _NUMBER.match(passage.text)
    at = number.end() if number else 0
    if (person := _PERSON.match(passage.text[at : named[0].start])) is not None:
        at += person.end()
    for mention in named:
        if _BETWEEN.fullmatch(passage.text, at, mention.start) is None:
            return []
        at = mention.end
    rest = passage.text[at:].strip()
    post = rest and lexicon().titles.fullmatch(rest) is not None
    return named if not rest or post or rest.startswith("(") else []
