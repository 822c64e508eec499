"""Lists taken apart: the things that A、某某食品和B names, those with names and those that are known by nothing but their words."""

import re
from collections.abc import Iterator

from graph_service.reading.claims import Entity
from graph_service.reading.lexicon import lexicon
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.reading.tokens import in_dictionary

_JOIN = re.compile("、|以及|和|与|及(?!时)|暨")
_OPENS = re.compile("[,。;:!?]")
_LEADS = re.compile(
    "^(?:目前|如今|今年|去年|其中|已|还|先后|陆续|累计|成功|当天|当日|当年|另|又|像|如|由|就)*(?:有|引进|引入|引来|签约|签下|招引|落户|入驻|集聚|聚集|汇聚|培育|吸引|包括)?(?:了)?"
)
"""What may stand in a clause before the first of a list that has no name."""
_SHORT, _LONG = 3, 18
"""How long the words for a thing are, in code points."""
_FIRM = re.compile("[\u4e00-\u9fffA-Za-z·]{3,8}")
_NO_THING = re.compile(
    "[的了在是有将被把为向个家年]|[^\u4e00-\u9fff]$|^[^\u4e00-\u9fffA-Za-z“]|(?:企业|公司|产业|领域|行业|方面|市场|地区|园区|单位|机构)$"
)
"""What the words for a thing that has no name have not."""
_BEGIN_PROJECTS = frozenset("Company Project Facility Product Industry AdministrativeArea".split())
"""Kinds of mentions that the words for a project may begin with."""
_SITE = re.compile("(?:项目|工程|基地|产业园|中心|生产线|产线|平台|分公司|交易所|分所|厂房|工厂)$")
"""Ends of the words for a project that need no 项目 behind them."""


_SUMMED_UP = re.compile(
    f"(?:[、和及与][^,。;:]{{1,60}}?)?等(?:共|共计)?(?P<group>[{symbol('ProjectGroup')}{symbol('CompanyGroup')}{symbol('OrganisationGroup')}])"
)
"""How a list goes on whose names are only some of a group: A、B等27个项目."""


_SPLIT = re.compile("、|以及|和|及(?!时)|与|(?<=”)(?=“)|(?<=》)(?=《)")
_QUOTED = re.compile("[^“]*”|[^《]*》")
_SUMMED = re.compile(
    r"(?:等?(?:[两二三四五六七八九十]|\d+)(?:大|个|类|项|条)|等)(?:重点|关键|主要|核心|主导|优势|新兴|细分|特色|战略性|未来|支柱)*"
    r"(?:环节|领域|方向|方面|板块|赛道|产业链?|行业|任务|工程|目标)$"
)
"""What sums up a list behind its last part: A、B、C三大环节."""
_LACKING = re.compile(
    "等(?:[两二三四五六七八九十0-9]+[个大类项])?(?:细分|重点|主导|缺失|薄弱|短板|空白|核心|关键|重点|上游|下游|配套)*(?:环节|领域)?$"
)
"""The same, where the pattern has taken the noun: A、B等缺失."""
_WITH_ITS_PARTS = re.compile(
    "及(?=(?:关键|核心|重要|其|相关)?(?:零部件|零配件|部件|配件|配套|附件)(?:[、和与及]|$))"
)
"""What joins the parts of a thing to it: 汽车及零部件 is one industry."""


def items(passage: Passage, begin: int, end: int, kinds: frozenset[str], kind: str) -> list[Entity]:
    """Return the things that a list between two offsets of the code names, the last one first as far as it is one list.

    What has no name becomes a thing of `kind` by its words. A part with a verb before its name is the first of its list: 引进A、B.
    """
    found: list[Entity] = []
    for start, stop, first in _parts(passage, begin, end):
        one = _named(passage, start, stop, kinds) or _worded(passage, start, stop, kind, first)
        if one is None:
            break
        found.append(one)
        name = passage.offsets[passage.index[stop - 1]] if stop - 1 in passage.index else start
        if (
            not first
            and passage.code[name - 1] != "的"
            and passage.has_verb(passage.at[start], passage.at[name])
        ):
            break
    return found


def _parts(passage: Passage, begin: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield where the parts of a list begin and end, the last one first, and whether each is the first of its clause."""
    code = passage.code
    begin = max([begin, *(m.end() for m in _OPENS.finditer(code, begin, end))])
    joins = [m for m in _JOIN.finditer(code, begin, end) if _joins(passage, begin, m)]
    within = [m.end() for m in joins[:-1] if m.group() != "、"]
    begin = max([begin, *within])  # X与A、B等6家企业 are X and six others
    cuts = [m.span() for m in joins if m.start() >= begin]
    starts = [begin, *(stop for _, stop in cuts)]
    stops = [*(start for start, _ in cuts), end]
    for number in range(len(starts) - 1, -1, -1):
        yield starts[number], stops[number], number == 0


def _joins(passage: Passage, begin: int, match: re.Match[str]) -> bool:
    """Say whether a word parts two of a list: no part of a word (协和), and not within quotation marks."""
    code, at = passage.code, match.start()
    if code.count("“", begin, at) > code.count("”", begin, at):
        return False
    tokens = passage.tokens
    return match.group() == "、" or tokens.words[tokens.number(passage.at[at])] == match.group()


def _named(passage: Passage, start: int, stop: int, kinds: frozenset[str]) -> Entity | None:
    """Return the thing of these kinds that a part of a list ends with."""
    number = passage.index.get(stop - 1)
    mention = passage.mentions[number] if number is not None and stop > start else None
    if mention is None or mention.kind not in kinds or mention.members or mention.how == "group":
        return None
    return mention.entity


def _worded(passage: Passage, start: int, stop: int, kind: str, first: bool) -> Entity | None:
    """Return the thing of a kind that the words of a part of a list are; None where they can be none."""
    if first:
        lead = _LEADS.match(passage.code, start, stop)
        start = lead.end() if lead else start
    if stop <= start:
        return None
    words = passage.words(start, stop)
    bare = words.strip("“”")
    if not _SHORT <= len(bare) <= _LONG or _NO_THING.search(bare) or bare in lexicon().generic_words:
        return None
    if kind == "Project":
        return _project(passage, start, words)
    if kind != "Company" or _FIRM.fullmatch(bare) is None or in_dictionary(bare):
        return None
    inside = {passage.mentions[passage.index[o]].kind for o in range(start, stop) if o in passage.index}
    if inside - {"Industry"} or passage.has_verb(passage.at[start], passage.at[stop]):
        return None
    return Entity(bare, kind)


def _project(passage: Passage, start: int, words: str) -> Entity | None:
    """Return the project that words are: whose it is, and what is made; 项目 stands for all of a list behind it."""
    first = passage.index.get(start)
    if first is not None and passage.mentions[first].kind not in _BEGIN_PROJECTS:
        return None
    named = words if _SITE.search(words) else f"{words}项目"
    return Entity(named, "Project", (words,) if named != words else ())


def summed_up(passage: Passage, number: int, end: int) -> Mention | None:
    """Return the group that the list which a mention begins is summed up as: A、B等10家企业开工,总投资……."""
    summed = _SUMMED_UP.match(passage.code, passage.offsets[number] + 1, end)
    return passage.mentions[passage.index[summed.start("group")]] if summed is not None else None


def parts(text: str) -> list[str]:
    """Return the parts of a list A、B和C; what stands in quotation marks or is a title is one part, and what sums it up is none."""
    ends = [
        m.span() for m in _SPLIT.finditer(text) if not _QUOTED.match(text[m.end() :]) and not _is_one(text, m)
    ]
    starts = [0, *(end for _, end in ends)]
    pieces = [text[a:b] for a, b in zip(starts, [*(start for start, _ in ends), len(text)], strict=True)]
    return [*pieces[:-1], _LACKING.sub("", _SUMMED.sub("", pieces[-1]))] if len(pieces) > 1 else pieces


def _is_one(text: str, join: re.Match[str]) -> bool:
    """Say whether what 及 joins is one thing: a thing with its parts, or with what is made of it (钛及钛合金)."""
    if _WITH_ITS_PARTS.match(text, join.start()):
        return True
    before = re.split("[、和与]", text[: join.start()])[-1]
    return join.group() == "及" and 0 < len(before) <= 4 and text.startswith(before, join.end())
