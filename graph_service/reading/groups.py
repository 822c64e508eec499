"""Unnamed groups in one unit: a count with what is counted (两个上游企业, 签约项目12个), or words like 本地袜企."""

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from graph_service.reading.claims import Document, Entity, Quantity
from graph_service.reading.layout import Unit
from graph_service.reading.lexicon import area_at, area_before, lexicon
from graph_service.reading.passages import Mention
from graph_service.reading.values import Value

_GROUP_TAIL = re.compile(
    r"(?P<what>(?:“[^,。;:“”]{2,12}”(?=项目))?(?:(?!园区|[经新业]区|开发区)(?:[^,。;:、的了在是与“”()0-9]|\d+强)){0,10}?)(?P<noun>"
    + lexicon().group_nouns
    + r")(?![业链区园群库房]|[一-鿿]{0,2}(?:工作|推进|落地|招商|攻坚|服务)?(?:小?组|专班)(?![建织成装]))"
)
_LIST_OF = re.compile("[^,。;:、]{2,14}(?:、[^,。;:、]{2,14})+$")
_TOTALLED = r"(?:共计|共|合计)?(?=\d+[个项],(?:计划|协议|合同|概算|累计)*(?:总投资|投资|引资))"
_INVERTED = re.compile(
    r"(?:;?其中,?|;)(?P<part>(?!其中)[^,。;:、的了\d]{0,12}项目)"
    + _TOTALLED
    + r"|(?:(?<![^,。:])|半年|季度|月)(?:共|累计|集中|新)*(?:签约|签订|签下|开工|开竣工|竣工|投产)?"
    r"(?P<own>(?:新签|续建|在建|储备|实施|重点|重大|工业|产业|招商|外资|内资)*项目)"
    + _TOTALLED
    + r"|(?:集中|累计|共|新|云)?(?:签约|签订|签下|开工|开竣工|竣工|投产)(?:了|的|落地|落户)*(?P<what>(?![和与及])[^,。;:、的了\d]{0,8}项目)"
    r"(?:共计|共有|共|合计|有|达)?(?=[\d一两三四五六七八九十])"
    r"|(?:孵化|带来|引来|引进|招引)(?:[和、并](?:孵化|培育|引进))?(?:了)?(?P<firms>[^,。;:、的了\d]{0,14}企业)(?=[\d一二三四五六七八九十百数两])"
)
_OVER_TIME = re.compile("全年|累计|新签约|今年以来|去年|上半年|年内|力争|每年")
_DEFINITE = re.compile(r"里|中(?!心)|之中|当中|全部|悉数|均|都|皆")
_BARE_TAIL = re.compile(r"(?=也|将|已|正|可能|有望|拟|计划|准备)")
_ELLIPTIC = re.compile(r"还有|另有|另外")
_UNSIZED = re.compile(
    r"(?:本地|当地|一批|多家|众多|若干|不少|上下游|数家|数十家)[^,。;:、的了在“”\d]{0,8}?(?:配套企业|企业|厂商|供应商|袜企|药企|车企|房企|民企|国企|央企|外企|科企)"
)
_ONE_FIRM = re.compile(
    r"[一某]家(?!的)(?:(?:[做生][产]?)[^,。;:、的了在是与“”()0-9]{2,8}的|[^,。;:、的了在是与“”()0-9]{0,8}?)(?:企业|公司|供应商|生产商|制造商|厂商|厂家|厂)(?![业链区园群库商家房])"
)
_COMES = re.compile(
    "(?:引进|引来|引入|引荐|介绍|推荐|带来|带动|拉来|请来|吸引|收购|并购|另有|还有|又有)(?:了|到)?$"
)
"""Before a firm without a name that is brought, or comes as well: 引来一家电机企业."""
_SPELT = re.compile("[〇零一二三四五六七八九]{2,}(?![十百千万亿])")
"""A number spelt digit by digit: it names, and counts nothing (七一八所, 九三工厂)."""
_NO_COUNT = frozenset(("%", "倍", "年", "周年"))
"""Classifiers of figures that count no members."""


def find_groups(
    document: Document, unit: Unit, text: str, values: list[Value], taken: list[tuple[int, int]]
) -> Iterator[Mention]:
    """Yield the unnamed groups of a unit.

    Args:
        document: the document.
        unit: the unit.
        text: its text in shadow form.
        values: its values.
        taken: where its names stand.
    """
    here = _Search(document, unit, text, values, taken, count())
    yield from _sized(here)
    yield from _inverted(here)
    yield from _unsized(here)
    yield from _single(here)


class _Search(NamedTuple):
    """Where groups are looked for: a unit with its values and the places of its names; `numbers` count its groups."""

    document: Document
    unit: Unit
    text: str
    values: list[Value]
    taken: list[tuple[int, int]]
    numbers: Iterator[int]

    def named(self, start: int, end: int) -> bool:
        """Say whether a name stands in a stretch of the text."""
        return any(s < end and start < e for s, e in self.taken)

    def cut(self, start: int, end: int) -> bool:
        """Say whether a name reaches out of a stretch of the text; one that stands in it whole says what is counted."""
        return any(s < end and start < e and not (s >= start and e <= end) for s, e in self.taken)

    def local(self, start: int, number: int) -> str:
        """Return the mark that tells a group from others of the same words: its place in the document."""
        return f"{self.document.id}/{start}/{number}"


def _sized(here: _Search) -> Iterator[Mention]:
    """Yield the groups that are counted before their noun: 两个上游企业; 还有两家 where the noun is left out."""
    text = here.text
    for value in here.values:
        if not _counts(value) or _sums_up(text, value) or _SPELT.match(text, value.start):
            continue
        tail = _GROUP_TAIL.match(text, value.end)
        if tail and not here.cut(value.end, tail.end()):
            yield _group(here, value, tail.end(), lexicon().group_noun[tail["noun"]])
        elif (
            value.classifier in ("家", "户")
            and _BARE_TAIL.match(text, value.end)
            and _ELLIPTIC.search(text[max(0, value.start - 3) : value.start])
        ):
            yield _group(here, value, value.end, "CompanyGroup")


def _sums_up(text: str, value: Value) -> bool:
    """Say whether a count only sums up the list before it: A、B两家龙头企业."""
    if (
        not isinstance(value.term, Quantity)
        or value.classifier not in ("家", "户")
        or not 2 <= value.term.value <= 6
    ):
        return False
    items = _LIST_OF.search(text, 0, value.start)
    if items is None or items.group().count("、") + 1 != int(value.term.value):
        return False
    last = items.group().rpartition("、")[2]
    return area_at(last) != len(last)  # 台州一家模具厂、温州两家企业: the place is of the two


def _counts(value: Value) -> bool:
    """Say whether a value counts things or people."""
    counted = isinstance(value.term, Quantity) and value.term.unit in ("NUM", "PERSON")
    return counted and value.classifier not in _NO_COUNT


def _group(here: _Search, value: Value, end: int, kind: str) -> Mention:
    """Return a group; “9个项目里” means the 9个项目 named before."""
    assert isinstance(value.term, Quantity)
    number = next(here.numbers)
    size = int(value.term.value) if value.term.value >= 1 else None
    words = here.unit.text[value.start : end]
    again = here.document.text.find(words)
    place = again if again >= 0 and _DEFINITE.match(here.text, end) else here.unit.position(value.start)
    local = here.local(place, 0 if place == again else number)
    entity = Entity(words if end > value.end else f"{words}企业", kind, size=size, local=local)
    return Mention(value.start, end, kind, entity, value.term, "group", f"{words}: {size} unnamed")


def _inverted(here: _Search) -> Iterator[Mention]:
    """Yield the groups that are counted behind their noun: 签约项目12个."""
    for match in _INVERTED.finditer(here.text):
        value = next((v for v in here.values if v.start == match.end()), None)
        if value is None or not isinstance(value.term, Quantity):
            continue
        if (match["what"] or match["own"]) and (
            value.term.bound != "=" or _is_over_time(here.text, match.end())
        ):
            continue
        start = match.start(match.lastgroup or 0)
        if not here.named(start, value.end):
            yield _counted_behind(here, start, value.end, value.term)


def _is_over_time(text: str, position: int) -> bool:
    """Say whether a sentence counts what comes together over time: such a number is a figure, and no group."""
    return _OVER_TIME.search(text[:position].rpartition("。")[2]) is not None


def _counted_behind(here: _Search, start: int, end: int, quantity: Quantity) -> Mention:
    words, size = here.unit.text[start:end], int(quantity.value)
    local = here.local(here.unit.position(start), next(here.numbers))
    kind = "CompanyGroup" if "企业" in words else "ProjectGroup"
    entity = Entity(words, kind, size=size, local=local)
    return Mention(start, end, kind, entity, quantity, "group", f"{words}: {size} unnamed")


def _single(here: _Search) -> Iterator[Mention]:
    """Yield a firm without a name that a place tells, or that somebody brings: 宁波一家电机企业, 引来一家模具厂."""
    for match in _ONE_FIRM.finditer(here.text):
        start, end = match.span()
        of = here.text[start - 1 : start] == "的"  # 东莞的一家模具厂
        before = area_before(here.text, start - of)
        before += of if before else 0
        if (before or _COMES.search(here.text, 0, start)) and not here.named(start, end):
            local = here.local(here.unit.position(start), next(here.numbers))
            entity = Entity(here.text[start - before : end], "CompanyGroup", size=1, local=local)
            yield Mention(start - before, end, "CompanyGroup", entity, how="group")


def _unsized(here: _Search) -> Iterator[Mention]:
    """Yield the groups that nothing counts: 一批配套企业, 本地袜企."""
    for match in _UNSIZED.finditer(here.text):
        start, end = match.span()
        # A figure right before (35家本地企业) counts the group, which is of `_sized` then.
        sized = any(value.start <= start <= value.end + 1 for value in here.values)
        if sized or here.named(start, end):
            continue
        behind = next((v for v in here.values if v.start == end and v.classifier in ("家", "户")), None)
        if behind is not None and isinstance(behind.term, Quantity):
            yield _counted_behind(here, start, behind.end, behind.term)
        else:
            local = here.local(here.unit.position(start), next(here.numbers))
            entity = Entity(match.group(), "CompanyGroup", local=local)
            yield Mention(start, end, "CompanyGroup", entity, how="group")
