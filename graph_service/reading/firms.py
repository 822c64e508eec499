"""Firms without a suffix in one sentence, where only a firm can stand: before a title, in a list, as a subject."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from graph_service.reading.edges import SPELT, Way
from graph_service.reading.firmlike import (
    WORDED,
    can_be_firm,
    is_described,
    is_name_like,
    may_be_called,
    past_trade,
)
from graph_service.reading.lexicon import Lexicon, area_before, areas
from graph_service.reading.needs import Needs, needs
from graph_service.reading.sieve import Sieve
from graph_service.reading.standing import find_standing, is_person
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import cut, in_dictionary

_LED = re.compile("的?(?:带动|牵引|引领|推荐|介绍|引荐|牵线)下(?=[,。;])")
"""Behind a firm that brings others along: 在零跑汽车的带动下."""
_SUPPLIED = re.compile(
    "(?:[为给]|供应给|卖给)(?P<whom>[^,。;:的]{2,30}?)(?:等[^,。;:、]{0,8})?(?:供应|供货|配套|提供配套|批量供货|稳定供货)"
)
"""The firms of a list that others deliver to: 为A、B供应模具."""
_SOLD = re.compile(
    "产品(?:主要|全部|大多|多)?(?:供应|供给|销往|卖给|配套)(?P<whom>[^,。;:的]{2,30}?)(?=等|[,。;]|$)"
)
"""The firms that take what another makes: 产品主要供应A和B."""
_LIST_END = re.compile(
    r"(?:等(?!领域|方面|方向|产品|行业(?!龙头|头部|领军|巨头|知名|骨干))(?:首批|多|一批)?(?:[近超约逾]?\s*\d+\s*余?多?[家个户])?|(?<=[\u4e00-\u9fffA-Za-z])[两三四五六]家)[^,。;:、等]{0,8}?(?:企业|公司|龙头|厂商|巨头|客户|品牌|供应商|(?![央国民外])[\u4e00-\u9fff]企(?!业)|[整主]机?车?厂)"
)
_BEHIND_FIRM = re.compile(
    "(?:旗下|控股子公司|全资子公司|子公司|生产的|制造的|研制的|自主研[发制]|研发的|的[^,。;的]{0,8}(?:车间|厂房|生产线|产线|展厅|厂区|工厂|产品)|投资建设|出资|牵头|拟投|计划投资|总投资|(?:追加)?投资\\d|落户于?|入驻|迁[至入到往]|搬[到进至来]|[为给][^,。;]{2,12}(?:供应|配套|供货|代工)|(?:常务)?副?(?:董事长|总经理|总裁|创始人|厂长|总工程师))"
)
"""What is said of firms alone, right behind their name."""
_OPENS = re.compile("[,。;:“!?]")
_GOES_ON = re.compile(
    "产业|行业|产品|项目|园|基地|企业|公司|研|技术|设备|装备|材料|领域|工程|中心|平台|系统|市场|板块|集群|[链类级业区城港谷群厂]|部件|人才|资源|经济|[、和与及]"
)
"""What makes a longer noun of a trade, or a list of trades, where no firm is spoken of."""
_JOINS = re.compile("[,。;:“!?、由与和同经为给的了在被对向将把是于到至被等)]")
"""What may stand before a firm that only its core and its trade tell."""
_ROLES = (
    "伙伴",
    "巨头",
    "龙头",
    "供应商",
    "服务商",
    "客户",
    "内企业",
    "区企业",
    "土企业",
    "地企业",
    "头企业",
    "营企业",
    "名企业",
    "驻企业",
    "孵企业",
    "化企业",
    "园企业",
    "上市公司",
)
"""What a firm is called right before its name: 生态伙伴明途电机, 本土企业, 龙头企业, 民营企业."""
_SAYING = ("v", "vn", "a", "ad", "d", "p", "c", "m", "r", "u", "f", "t", "q", "b")
"""Tags of words that no core of a firm is made of where nothing but its trade tells it."""
_ZONES = ("开发区", "高新区", "经开区", "园区", "产业园", "工业园", "科技园")
"""Ends of names of zones and parks that a firm there may stand behind: 开发区国德塑业."""
_NAME_TAGS = ("ns", "nr", "nz", "nt", "nrt")
"""Tags of words of the dictionary that are names."""
_ENDING_TAGS = ("v", "p", "d", "c", "t")
_LEADING_TAGS = ("p", "c", "u")
_NO_NOUNS = ("v", "p", "c", "u", "d", "r", "t", "m", "q", "f", "x")
"""Tags of the words that the first of a list of names begins behind."""
"""Tags of the words behind and before a firm that only its core and its trade tell."""
_FIRM_SUBJECT = re.compile(
    "(?:准备|计划|将|拟|与|和|已|在|从|也|有|投资|签|落户|入驻|成立|总部|的|负责|表示|自|于|是|新增|年)"
)
_IS_TRADE = re.compile("(?:已|也|仍|一直)*(?:是|为|作为)[^,。;]{0,16}产业")
"""Behind what is said to be a trade, and is no firm: 铜基新材料是铜陵市的首位产业."""
_FIRM_ENDS = re.compile(
    "(?:准备|计划|将|拟|与|和|已|在|从|也|紧随|紧接|随后|随即|有(?!限)|投资|签|落户|入驻|成立|总部|的|负责|表示|自|于|是|为|系|新增|年|跻身|获|入选|研[发制]|控股|收购|"
    "凭|联合|携手|供应|提供|共同|牵头|董事长|总经理|创始人|去年|今年|则|全资|出资|项目|等(?![^,。;、]{0,6}(?:赛道|领域|方向|产业|行业|产品|方面|环节|技术|业务))|[、,。;)]|$)"
)
"""What may stand behind a firm that only its core and its trade tell."""
_LEADERS = frozenset(
    """
    相关负责人 有关负责人 负责人 董事长 总经理 副总经理 总裁 副总裁 创始人 首席执行官 技术总监
    市场总监
    """.split()
)
_HAN = re.compile("[\u4e00-\u9fff]+")


def find_firms(way: Way) -> Iterator[Name]:
    """Yield the firms that the context alone tells (A负责人, A、B等龙头, A拟投资); they may overlap."""
    text = way.text
    for match in way.words.titles.finditer(text):
        if match.group() in _LEADERS:
            yield from _weak(way, match.start())
    for form in _sieve().promising(text):
        for match in form.pattern.finditer(text):
            yield from form.names(way, match)
    yield from find_standing(way)
    yield from _opening(way)
    yield from _placed(way)


class _Form(NamedTuple):
    """What stands behind firms or around them, with what reads their names there; and what a sentence must hold for it."""

    pattern: re.Pattern[str]
    names: Callable[[Way, re.Match[str]], Iterator[Name]]
    needs: Needs


@lru_cache(maxsize=1)
def _sieve() -> Sieve[_Form]:
    """Return the sieve of the forms: hardly any of them can match in any one sentence."""
    read = (
        (_LIST_END, lambda way, m: _listed(way, _list_start(way.text, m.start()), m.start())),
        (_SUPPLIED, lambda way, m: _listed(way, m.start("whom"), m.end("whom"), sure=True)),
        (_SOLD, lambda way, m: _listed(way, m.start("whom"), m.end("whom"), sure=True)),
        (_LED, lambda way, m: _weak(way, m.start())),
    )
    return Sieve([_Form(pattern, names, needs(pattern.pattern)) for pattern, names in read])


def _placed(way: Way) -> Iterator[Name]:
    """Yield the firms without a legal form that are told by a place or a mark, core and trade: 苏州明途电机, 由明途电机供应."""
    text, words = way.text, way.words
    for match in words.trade.finditer(text, 2):
        end = past_trade(text, match.end(), words)
        if _IS_TRADE.match(text, end):
            continue
        acts = _BEHIND_FIRM.match(text, end) is not None
        ends = acts or _FIRM_ENDS.match(text, end) is not None or way.follows(end, _ENDING_TAGS)
        for core in (match.start() - 3, match.start() - 2):
            called = core >= 0 and text.endswith(_ROLES, 0, core)
            if core < 0 or not (ends or _opens_clause(way, core, match.start(), end)):
                continue
            joined = called or _is_joined(way, core)
            if not _is_core(text[core : match.start()], words, acts or (ends and joined), called):
                continue
            area = area_before(text, core)
            alone = (match.start() - core == 2 or acts) and joined
            if area or alone:
                yield Name(core - area, end, "Company", "form")
                break


def _is_joined(way: Way, start: int) -> bool:
    """Say whether what stands before a place of the text may stand before a firm: a mark, a role, a zone, a short word."""
    text = way.text
    return (
        start == 0
        or _JOINS.match(text, start - 1) is not None
        or text.endswith((*_ROLES, *_ZONES), 0, start)
        or way.precedes(start, _LEADING_TAGS)
    )


def _opens_clause(way: Way, core: int, trade: int, end: int) -> bool:
    """Say whether a clause begins with a core of one word, and its trade begins no other noun: 伍星生物主打产品."""
    opens = core == 0 or _OPENS.match(way.text, core - 1) is not None
    whole = way.starts_word(core) and way.starts_word(trade)
    one_word = whole and way.tags(core, trade).isdisjoint(_SAYING)
    return opens and one_word and _GOES_ON.match(way.text, end) is None and not _noun_begins(way, end)


def _noun_begins(way: Way, at: int) -> bool:
    """Say whether a noun begins at a place of the text, which what stands before it describes: 佑鑫石英坩埚."""
    number = way.tokens.number(at)
    word = way.tokens.words[number] if at < len(way.text) else ""
    noun = len(word) > 1 and way.tokens.tags[number].startswith("n")
    return noun and way.tokens.starts[number] == at and word[:2] not in way.words.no_name


def _is_core(core: str, words: Lexicon, stands: bool, called: bool) -> bool:
    """Say whether characters can be the core of a firm's name: Han, none that describes, and no word of the dictionary unless it stands as a firm does, and is a name.

    Where it is called a firm right before (`called`: 龙头企业宏远铜业) any word can be.
    """
    if _HAN.fullmatch(core) is None or core[0] in words.stops or core[-1] in words.stops:
        return False
    if len(core) > 2 and words.suffix.fullmatch(core):
        return False  # 医药港 before 建设
    if core[:2] in words.no_name:
        return False
    if stands and in_dictionary(core) and not called:
        named = core not in areas() and not words.countries.search(core) and core not in words.regions
        return named and is_name_like(core, words) and cut(core).tags[0] in _NAME_TAGS
    described = words.generic.fullmatch(core) or words.industries.match(core) or words.trade.fullmatch(core)
    return not described and (called or not in_dictionary(core))


def _opening(way: Way) -> Iterator[Name]:
    """Yield the firms that a clause begins with: a word of a trade at the end, the verb of a firm behind it."""
    text, trade = way.text, way.words.trade
    if not trade.search(text, 2):
        return
    for start in (0, *(mark.end() for mark in _OPENS.finditer(text))):
        end = trade.search(text, start + 2, start + 12)
        if end is None or not _FIRM_SUBJECT.match(text, end.end()) or _IS_TRADE.match(text, end.end()):
            continue
        if way.tokens.starts[way.tokens.number(start)] == start:
            yield from (name for name in _weak(way, end.end(), start) if name.start == start)


def _listed(way: Way, first: int, end: int, sure: bool = False) -> Iterator[Name]:
    """Yield the firms of a list A、B、C; common words are one when another item is no common words.

    Where only firms can stand (`sure`), so is a word that the dictionary has as a name: 为华为供货.
    """
    at = first
    found: list[Name] = []
    doubtful: list[Name] = []
    for number, item in enumerate(re.split("[、与]|和(?=.)", way.text[first:end])):
        begin, behind = at + item.rfind("的") + 1 if number else at, at + len(item)
        item = way.text[begin:behind]
        at = behind + 1
        if number == 0:
            if weak := list(_weak(way, behind, begin)):
                found += weak
                continue
            begin = _begins(way, begin, behind)
            item = way.text[begin:behind]
        if 2 <= len(item) <= 14 and WORDED.fullmatch(item):
            name = Name(begin, behind, "Company", "context")
            if can_be_firm(item, way.words) or (sure and _is_name(item)):
                found.append(name)
            elif len(item) <= 4 and (_is_worded(item, way.words) or SPELT.fullmatch(item)):
                doubtful.append(name)
    yield from found
    if found and len(found) + len(doubtful) > 1:
        yield from doubtful


def _is_name(item: str) -> bool:
    """Say whether the dictionary has a word, as the name of somebody or something."""
    return in_dictionary(item) and cut(item).tags[0] in ("nr", "nrt", "nt", "nz")


def _is_worded(item: str, words: Lexicon) -> bool:
    """Say whether common words may be a firm's name between other firms: one word, or one that describes and a trade (宏远精密)."""
    described = is_described(item, words) and not words.industries.match(item) and not in_dictionary(item)
    return may_be_called(item, words) or (described and not words.generic.fullmatch(item))


def _begins(way: Way, floor: int, end: int) -> int:
    """Return where the first of a list begins that no grammar sees: its last word, and the nouns before it."""
    tokens, number = way.tokens, way.tokens.number(end - 1)
    while (start := tokens.starts[number]) > floor:
        tag = tokens.tags[number - 1]
        if tag.startswith(_NO_NOUNS) and not (tag == "f" and len(tokens.words[number - 1]) == 1):
            break
        number -= 1
    return max(start, floor)


def _list_start(text: str, end: int) -> int:
    cuts = [text.rfind(mark, 0, end) for mark in ",。;:!?"]
    return max(cuts) + 1


def _weak(way: Way, end: int, floor: int = 0) -> Iterator[Name]:
    """Yield what stands before a place of the text, if it can be a firm and begins at `floor` or behind it."""
    start = way.through_and(way.start(end, lenient=True), end, "Company")
    start = max(floor, way.trim(start, end, "Company"))
    name = way.text[start:end]
    if (
        2 <= len(name) <= 14
        and not way.words.generic.fullmatch(name)
        and not name.startswith(("(", "“", "区"))
        and not is_person(name)
        and can_be_firm(name, way.words)
    ):
        yield Name(start, end, "Company", "context")
