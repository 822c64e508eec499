"""Firms without a suffix in one sentence, where only a firm can stand: before a title, in a list, as a subject."""

import re
from collections.abc import Iterator

from graph_service.reading.edges import Way
from graph_service.reading.lexicon import Lexicon, area_at, areas
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import cut, in_dictionary

_LED = re.compile("的?(?:带动|牵引|引领|推荐|介绍|引荐|牵线)下(?=[,。;])")
"""Behind a firm that brings others along: 在零跑汽车的带动下."""
_SUPPLIED = re.compile(
    "(?:[为给]|供应给|卖给)(?P<whom>[^,。;:的]{2,30}?)(?:等[^,。;:、]{0,8})?(?:供应|供货|配套|提供配套|批量供货|稳定供货)"
)
"""The firms of a list that others deliver to: 为A、B供应模具."""
_LIST_END = re.compile(
    r"(?:等(?:\s*\d+\s*余?多?[家个户])?|(?<=[\u4e00-\u9fffA-Za-z])[两三四五六]家)[^,。;:、等]{0,8}?(?:企业|公司|龙头|厂商|巨头|客户|品牌|供应商|[整主]机?车?厂)"
)
_LIST = "(?P<who>[^,。;:的“”]{2,36}?)"
_STANDING = tuple(
    re.compile(form.replace("LIST", _LIST))
    for form in (
        "(?:引进|引入|引来|招引|招来|迎来|签下|签约|吸引|对接|拜访|走进|考察)(?:了)?LIST(?:等(?![级号])|[,。;]|在|来|投资|落户|入驻|总部|项目)",
        "(?:由|被)LIST(?:等[^,。;:、]{0,8})?(?:投资|出资|承建|建设|开发|运营|负责|供应|供货|提供|牵头|联合|共同|发起|收购|控股|并购|全资|独资|研发|研制|生产|制造|交付|承担|施工|推荐|介绍|引荐)",
        "(?:与|同|和|携手|联手|牵手|联合)LIST(?:等[^,。;:、]{0,8})?(?:签约|签订|签署|签下|达成|合作|共建|合资|联手|携手|联合|共同|结成|建立|在[^,。;]{2,12}签)",
        "(?:收购|并购|控股|入股|参股)(?:了)?LIST(?=[,。;\\d]|[五六七八九]成)",
        "(?:客户|供应商|伙伴|同行|邻居)(?:有|是|为|包括|如)LIST(?:等|[,。;])",
        "(?:[^,。;:、的]*[、和与])LIST(?:[两三四五六七]方|双方|[两三四五六]家(?:企业|公司)?(?:同时|共同|联合|签|入驻|落户|也|均|都))",
    )
)
"""Where only organisations stand: what was brought, by whom something is done, with whom it is signed, who is bought."""
_BEHIND_FIRM = re.compile(
    "(?:旗下|控股子公司|全资子公司|子公司|生产的|制造的|研制的|自主研[发制]|研发的|的[^,。;的]{0,8}(?:车间|厂房|生产线|产线|展厅|厂区|工厂|产品)|投资建设|出资|牵头|拟投|计划投资|总投资|(?:追加)?投资\\d|落户于?|入驻|迁[至入到往]|搬[到进至来]|[为给][^,。;]{2,12}(?:供应|配套|供货|代工)|(?:常务)?副?(?:董事长|总经理|总裁|创始人|厂长|总工程师))"
)
"""What is said of firms alone, right behind their name."""
_OPENS = re.compile("[,。;:“!?]")
_JOINS = re.compile("[,。;:“!?、由与和同经为给的了在被对向将把是于到至被等)]|^")
"""What may stand before a firm that only its core and its trade tell."""
_NAME_TAGS = ("ns", "nr", "nz", "nt", "nrt")
"""Tags of words of the dictionary that are names."""
_ENDING_TAGS = ("v", "p", "d", "c", "t")
_LEADING_TAGS = ("p", "c", "u")
"""Tags of the words behind and before a firm that only its core and its trade tell."""
_WEAK = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·]{2,14}$")
_FIRM_SUBJECT = re.compile(
    "(?:准备|计划|将|拟|与|和|已|在|从|也|有|投资|签|落户|入驻|成立|总部|的|负责|表示|自|于|是|新增|年)"
)
_FIRM_ENDS = re.compile(
    "(?:准备|计划|将|拟|与|和|已|在|从|也|有(?!限)|投资|签|落户|入驻|成立|总部|的|负责|表示|自|于|是|为|系|新增|年|跻身|获|入选|研[发制]|控股|收购|"
    "凭|联合|携手|供应|提供|共同|牵头|董事长|总经理|创始人|去年|今年|则|全资|出资|项目|等|[、,。;)]|$)"
)
"""What may stand behind a firm that only its core and its trade tell."""
_LEADERS = frozenset(
    """
    相关负责人 有关负责人 负责人 董事长 总经理 副总经理 总裁 副总裁 创始人 首席执行官 技术总监
    市场总监
    """.split()
)
_HAN = re.compile("[\u4e00-\u9fff]+")
_NO_FIRM = re.compile(
    "^[一二两三四五六七八九十]+[到至]|^[占约超达近仅均还各每]|合计|^[0-9]|[0-9]+强|[的了等]|团队$|产品$|人$"
)


def find_firms(way: Way) -> Iterator[Name]:
    """Yield the firms that the context alone tells (A负责人, A、B等龙头, A拟投资); they may overlap."""
    text = way.text
    for match in way.words.titles.finditer(text):
        if match.group() in _LEADERS:
            yield from _weak(way, match.start())
    for match in _LIST_END.finditer(text):
        yield from _listed(way, _list_start(text, match.start()), match.start())
    for match in _SUPPLIED.finditer(text):
        yield from _listed(way, match.start("whom"), match.end("whom"))
    for match in _LED.finditer(text):
        yield from _weak(way, match.start())
    for standing in _STANDING:
        for match in standing.finditer(text):
            yield from _standing(way, *match.span("who"))
    yield from _opening(way)
    yield from _placed(way)


def _placed(way: Way) -> Iterator[Name]:
    """Yield the firms without a legal form that are told by a place or a mark, core and trade: 苏州明途电机, 由明途电机供应."""
    text, words = way.text, way.words
    for match in words.trade.finditer(text, 2):
        end = _past_trade(text, match.end(), words)
        acts = _BEHIND_FIRM.match(text, end) is not None
        if not acts and not _FIRM_ENDS.match(text, end) and not way.follows(end, _ENDING_TAGS):
            continue
        for core in (match.start() - 3, match.start() - 2):
            if core < 0 or not _is_core(text[core : match.start()], words, acts):
                continue
            start = _area_before(text, core)
            joined = core == 0 or _JOINS.match(text, core - 1) or way.precedes(core, _LEADING_TAGS)
            alone = (match.start() - core == 2 or acts) and joined
            if start >= 0 or alone:
                yield Name(start if start >= 0 else core, end, "Company", "form")
                break


def _area_before(text: str, end: int) -> int:
    """Return where the area begins that ends at a place of the text; -1 where none does."""
    for size in (6, 5, 4, 3, 2):
        if end >= size and area_at(text, end - size) == size:
            return end - size
    return -1


def _past_trade(text: str, end: int, words: Lexicon) -> int:
    """Return where the trade words of a firm's name end."""
    while not text.endswith(("集团", "股份"), 0, end) and (more := words.trade.match(text, end)) is not None:
        end = more.end()
    return end


def _is_core(core: str, words: Lexicon, acts: bool) -> bool:
    """Say whether characters can be the core of a firm's name: Han, none that describes, and no word of the dictionary unless it acts."""
    if _HAN.fullmatch(core) is None or core[0] in words.stops or core[-1] in words.stops:
        return False
    if acts and in_dictionary(core):
        return _is_name_like(core, words) and cut(core).tags[0] in _NAME_TAGS
    described = words.generic.fullmatch(core) or words.industries.match(core) or words.trade.fullmatch(core)
    return not described and not in_dictionary(core)


def _opening(way: Way) -> Iterator[Name]:
    """Yield the firms that a clause begins with: a word of a trade at the end, the verb of a firm behind it."""
    text, trade = way.text, way.words.trade
    if not trade.search(text, 2):
        return
    for start in (0, *(mark.end() for mark in _OPENS.finditer(text))):
        end = trade.search(text, start + 2, start + 12)
        if end is None or not _FIRM_SUBJECT.match(text, end.end()):
            continue
        if way.tokens.starts[way.tokens.number(start)] == start:
            yield from (name for name in _weak(way, end.end(), start) if name.start == start)


def _listed(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield the firms of a list A、B、C; a dictionary word is one when another item is no dictionary word."""
    at = first
    found: list[Name] = []
    doubtful: list[Name] = []
    for number, item in enumerate(re.split("[、和与]", way.text[first:end])):
        if number == 0:
            found += _weak(way, at + len(item), at)
        elif 2 <= len(item) <= 14 and _WEAK.fullmatch(item):
            name = Name(at, at + len(item), "Company", "context")
            if _can_be_firm(item, way.words):
                found.append(name)
            elif in_dictionary(item) and len(item) <= 4 and not way.words.generic.fullmatch(item):
                doubtful.append(name)
        at += len(item) + 1
    yield from found
    if len(found) > 1:
        yield from doubtful


def _standing(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield the firms of a stretch where only organisations stand: what no dictionary has, or what ends in a trade."""
    at = first
    for item in re.split("[、和与及]", way.text[first:end]):
        if (
            2 <= len(item) <= 14
            and _WEAK.fullmatch(item)
            and _is_odd(item, way)
            and _can_be_firm(item, way.words)
        ):
            yield Name(at, at + len(item), "Company", "context")
        at += len(item) + 1


def _is_odd(item: str, way: Way) -> bool:
    """Say whether words are no common ones: a word that the dictionary lacks, or a core before a trade."""
    words = way.words
    body = item[area_at(item) :]
    if len(body) < 2 or body[0] in words.stops or words.generic.fullmatch(body):
        return False
    trade = next(
        (m for m in words.trade.finditer(body) if _past_trade(body, m.end(), words) == len(body)), None
    )
    if trade is not None:
        return 2 <= trade.start() <= 4 and _is_name_like(body[: trade.start()], words)
    cuts = cut(body)
    # 中芯聚源: 中 is the first character of the name, and says no place.
    first = 1 if cuts.tags[0] == "f" and len(cuts.words[0]) == 1 else 0
    if any(tag in ("v", "d", "p", "c", "m", "r", "u", "uj", "f", "t", "q") for tag in cuts.tags[first:]):
        return False
    return len(body) <= 6 and any(len(w) > 1 and not in_dictionary(w) for w in cuts.words)


def _is_name_like(core: str, words: Lexicon) -> bool:
    """Say whether a core before a trade names: no word that describes, no trade, no industry, no verb."""
    if words.generic.fullmatch(core) or words.trade.fullmatch(core) or words.industries.match(core):
        return False
    cuts = cut(core)
    return not (
        len(cuts.tags) == 1 and in_dictionary(core) and cuts.tags[0] in ("v", "vn", "a", "b", "d", "ad", "an")
    )


def _list_start(text: str, end: int) -> int:
    cuts = [text.rfind(mark, 0, end) for mark in ",。;:!?"]
    return max(cuts) + 1


def _weak(way: Way, end: int, floor: int = 0) -> Iterator[Name]:
    """Yield what stands before a place of the text, if it can be a firm and begins at `floor` or behind it."""
    start = way.through_and(way.start(end, lenient=True), "Company")
    start = max(floor, way.trim(start, end, "Company"))
    name = way.text[start:end]
    if (
        2 <= len(name) <= 14
        and not way.words.generic.fullmatch(name)
        and not name.startswith(("(", "“"))
        and _can_be_firm(name, way.words)
    ):
        yield Name(start, end, "Company", "context")


def _can_be_firm(name: str, words: Lexicon) -> bool:
    if (
        name in areas()
        or words.suffix.search(name)
        or name in words.reference_kind
        or words.industries.fullmatch(name)
    ):
        return False
    if words.titles.search(name):
        return False
    common = in_dictionary(name) or words.roles.fullmatch(name) or words.generic.fullmatch(name)
    return not common and not _NO_FIRM.search(name) and not _is_described(name, words)


def _is_described(name: str, words: Lexicon) -> bool:
    """Say whether words before a trade say which, how much or how they stand, and do not name: 先进材料, 占全区工业."""
    trade = next(
        (m for m in words.trade.finditer(name, 2) if _past_trade(name, m.end(), words) == len(name)), None
    )
    if trade is None or area_at(name):
        return False
    tokens = cut(name[: trade.start()])
    does = tokens.tags[0] == "v" and len(tokens.words) > 1
    plain = all(len(word) > 1 and in_dictionary(word) for word in tokens.words[does:])
    if does and plain:
        return True
    said = {"a", "b", "m", "v", "d", "vn"} if len(tokens.words) == 1 else {"a", "b", "m"}
    return plain and not said.isdisjoint(tokens.tags)
