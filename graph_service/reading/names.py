"""Names in one sentence: a typed grammar of suffixes, strong contexts, places, persons, roles, industries.

A name is found from its end: the suffix says the kind, the way to the left stops at what no name contains. Words are
cut by rjieba, whose tags are a hint for the left edge and nothing more (it knows no company).
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from graph_service.reading.lexicon import Lexicon, area_at, areas, lexicon
from graph_service.reading.roles import SURNAMES
from graph_service.reading.tokens import Token, Tokens, cut, in_dictionary

LONGEST = 28
"""Longest name in code points."""

_STOP_TAGS = ("p", "c", "u", "r", "d", "v", "x", "y", "e", "o", "ad")
_SINGLE_STOPS = frozenset(("p", "c", "u", "ul", "uj", "uz", "ug", "r", "d", "v", "m", "q", "y", "e", "o"))
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z0-9.&\-+]+$")
_APPOSITIONS = tuple(
    """
    企业 公司 单位 机构 品牌 巨头 龙头 厂商 记者 供应商 服务商 客户 伙伴 作为 包括 其中 项目
    """.split()
)
_TAIL = re.compile(r"(?:\((?![^()]*称)[^()]{2,8}[区园]\))?(?:[一二三四五六]期|[东南西北]区(?!域))?")
_NUMBERING = re.compile(
    r"\d{1,2}[.、](?!\d)|[一二三四五六七八九十]是(?=..)|第[一二三四五六七八九十],?|\([一二三四五六七八九十0-9]{1,3}\)|“(?=[^”]*$)"
)
_CATEGORY = re.compile("(?:战略性新兴|未来|新兴|传统|支柱|基础|先导)产业|(?:配套)(?=现代服务业|产业)")
_PERSON = re.compile(f"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}")
_POLICY = re.compile("《[^《》]{2,60}》")
_QUOTED_SITE = re.compile("“[^“”]{2,10}”[一二三四五六]期")
_LIST_END = re.compile(
    r"等(?:\s*\d+\s*余?多?[家个])?[^,。;:、等]{0,8}?(?:企业|公司|龙头|厂商|巨头|客户|品牌)"
)
_NOT_INDUSTRY = frozenset(
    """
    企业 产业 行业 就业 创业 作业 工业 农业 商业 事业 专业 毕业 营业 开业 停业 物业 从业
    职业 失业 授业 学业 家业 副业 主业 敬业 转业 同业 置业 实业 基业 伟业 大业 功业 偏业
    百业 各业 兴业 立业 待业 结业 歇业
    """.split()
)
_TRADE_END = re.compile("业")
_OPENS = re.compile("[,。;:“!?]")
_WEAK = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·]{2,14}$")
_LEAD_VERBS = frozenset(
    """
    投建 供应 联合 组建 创建
    投资 建设 新建 打造 推进 合作 签约 提升 支持 开发 共建 筹建 规划 实施 启动 加强
    """.split()
)
_FIRM_SUBJECT = re.compile(
    "(?:准备|计划|将|拟|与|和|已|在|从|也|有|投资|签|落户|入驻|成立|总部|的|负责|表示|自|于|是|新增|年)"
)
_FIRM_BEHIND = re.compile(
    "(?:实业|科技|集团|股份|控股|置业|电子|机械|药业|食品|光电)(?!产业|园|城|大学|学院|局|厅|行业|信息)"
)
"""A short area name right before one of these begins a firm's name: 江海实业."""
_NO_CENTRE = re.compile("[区城镇位点线度]|任务|工作|环节|思想|下移|化")
_NO_OFFICE = "格布结大全开当时僵残败破困对变定终棋饭战"
_CORE = re.compile("(?:(?![的了在与和将把由对为是从及园区])[\u4e00-\u9fffA-Za-z0-9]){0,4}")
_YEARLY = re.compile(r"年产\d[\d.]*[万亿]?(?:[\u4e00-\u9fff]{1,3}|[A-Za-z]{1,3})$")
"""What a project makes in a year, where its name begins with it: 年产3万吨氢氧化锂项目."""
_HONOUR = re.compile(
    "(?:获评|荣获|获得|授予|摘得|捧回|评为)[^,。;:“”]{0,8}“(?P<what>[^“”]{3,20})”(?!项目|企业|产品|技术)"
)
_SPEAKER = re.compile(
    f"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}?(?=说|表示|介绍|告诉|坦言|透露|认为|指出|称[,:]|强调|谈到|回忆|感慨|直[言摇]|领衔|带领|率领|担任|出任|[,。、:)”]|$)"
)
"""A person's name behind a title, where what follows tells its end."""
_GIVEN = re.compile(
    "(?![说表介告透坦认指称强谈的在直也还就都则正摇笑感等与和及、有是将曾又再对向从以一])[\u4e00-\u9fff]"
)
"""A character that can end a given name and begins no verb of saying."""
_PREPOSITIONS = "由从把被对向将为与和在以据因于给经"
_CLASSED = re.compile(
    r"(?:未来|新兴|主导|支柱|首位|特色|传统|先导)产业(?:\d+个)?(?:,即|,?分别[是为]|:|——|是|为)"
    r"(?P<which>[\u4e00-\u9fff]{2,8}(?:[、和与][\u4e00-\u9fff]{2,8})*)(?=[,。;)]|$)"
)
"""What a class of industries is said to be: 未来产业:智能视觉."""
_MEASURED = re.compile("第?[一二三四五六]期|[多双单三][层晶轴]")
_INNER = re.compile(r"(?:开发区|高新区|经开区|产业园区|工业园区)(?:\([^()]*\))?(?=..)")
"""A zone's name inside a longer one: what stands behind it is a name of its own."""
_PHASE = re.compile("[一二三四五六]期$")
_LED_TEAM = re.compile("(?:领衔|带领|率领|牵头|领导)的[^,。;:、的]{0,6}(?:团队|课题组)")
SYSTEM = re.compile(
    r"“?[0-9一二三四五](?:\+[0-9一二三四五NXn])+”?(?=(?:\([^()]*\))?(?P<behind>[\u4e00-\u9fff]{0,6}产业(?:体系|集群)?)|:|。|,)"
)
"""A system of industries by its numbers: “1+2+1”主导产业."""
_PLAIN_SITES = frozenset(
    """
    体育馆 展览馆 数据中心 算力中心
    """.split()
)
_LEADERS = frozenset(
    """
    相关负责人 有关负责人 负责人 董事长 总经理 副总经理 总裁 副总裁 创始人 首席执行官 技术总监
    市场总监
    """.split()
)


class Name(NamedTuple):
    """A name found: where, of which kind, and by what (`suffix`, `context`, `place`, …)."""

    start: int
    end: int
    kind: str
    by: str


class _Way:
    """The way to the left from a suffix over the words of one sentence."""

    def __init__(self, text: str, tokens: Tokens, words: Lexicon) -> None:
        self.text, self.tokens, self.words = text, tokens, words

    def start(self, end: int, lenient: bool, deeds: bool = False) -> int:
        """Return where a name begins whose part before the suffix ends at `end`; `deeds`: verbs are part of it."""
        position, floor = end, max(0, end - LONGEST)
        while position > floor:
            opening = self._bracket(position, floor)
            if opening is not None:
                position = opening
                continue
            number = self.tokens.number(position - 1)
            start, tag = self.tokens.starts[number], self.tokens.tags[number]
            word = self.text[start:position]
            deed = deeds and tag.startswith("v") and len(word) > 1 and word not in self.words.no_name
            if len(word) > 1 and word[0] in _PREPOSITIONS and not in_dictionary(word):
                return start + 1
            if start < floor or not (deed or self._nameable(tag, word, lenient)):
                break
            position = start
        return position

    def _bracket(self, position: int, floor: int) -> int | None:
        pair = {")": "(", "”": "“"}.get(self.text[position - 1])
        if pair is None:
            return None
        opening = self.text.rfind(pair, floor, position - 1)
        if pair == "(" and "称" in self.text[opening:position]:
            return None
        return opening if opening >= 0 and position - opening <= 14 else None

    def _nameable(self, tag: str, word: str, lenient: bool) -> bool:
        if word.isascii() and _LATIN.match(word):
            return True
        if word[:2] in self.words.no_name or word[-2:] in self.words.no_name:
            return False
        if word in self.words.trade_verbs or _MEASURED.fullmatch(word):
            return True
        if len(word) == 1:
            unknown = lenient or tag not in _SINGLE_STOPS or word in "级型类式高多片双单"
            return word not in self.words.stops and unknown and bool(_HAN.match(word))
        if tag == "m" or tag == "t":
            return lenient and not any(c in "0123456789一二三四五六七八九十两几多" for c in word)
        if tag == "v":
            return not in_dictionary(word)
        return tag in ("vn", "un", "vg") or not tag.startswith(_STOP_TAGS)


def _trim(text: str, start: int, end: int, way: _Way, kind: str) -> int:
    """Move the left edge past verbs and appositions (龙头企业X), and to the place a name begins with."""
    known = areas()
    start = _past_verbs(text, start, end, way)
    starts, number = way.tokens.starts, way.tokens.number
    for index in range(number(start), number(end - 1) + 1) if start < end else ():
        at, stop = max(starts[index], start), min(starts[index + 1], end)
        if text[at:stop] in known and kind != "Award" and "(" not in text[start:at] and text[start:at]:
            return start if _begins_with_place(text, start) else at
        if stop < end and text.endswith(_APPOSITIONS, start, stop):
            return _trim(text, stop, end, way, kind)
    return start


def _past_verbs(text: str, start: int, end: int, way: _Way) -> int:
    """Skip a verb or a preposition that the words were cut into at the left edge."""
    while start < end:
        token = way.tokens[way.tokens.number(start)]
        if end - start > 5 and text[start : start + 2] in _LEAD_VERBS:
            start += 2
            continue
        verb = (
            (token.tag == "v" and token.word in way.words.trade_verbs) or token.word in _LEAD_VERBS
        ) and token.end <= end
        if verb:
            start = token.end
        elif len(token.word) > 1 and text[start] in _PREPOSITIONS and not in_dictionary(token.word):
            start += 1
        else:
            break
    return start


def _begins_with_place(text: str, start: int) -> bool:
    return area_at(text, start) > 0


def _through_and(text: str, start: int, way: _Way, kind: str) -> int:
    """Go on over 和 where it is part of the name: 电池和组件项目; a place, one character, 和 (泛和科技)."""
    if start < 2 or text[start - 1] not in "和与及":
        return start
    left = way.start(start - 1, lenient=True)
    piece = text[left : start - 1]
    if kind in ("Project", "Base") and 2 <= len(piece) <= 14 and not way.words.suffix.search(piece):
        return left
    if kind == "Company" and (piece in areas() or (len(piece) >= 3 and piece[:-1] in areas())):
        return left
    return start


def _suffixed(text: str, way: _Way, words: Lexicon) -> Iterator[Name]:
    for match in words.suffix.finditer(text):
        kind = words.suffix_kind[match.group()]
        lenient = kind == "Company" and match.group().endswith("有限公司")
        start = way.start(
            match.start(), lenient, deeds=match.group().endswith(("专班", "领导小组", "指挥部"))
        )
        start = _trim(text, _through_and(text, start, way, kind), match.start(), way, kind)
        if lenient and kind == "Company":
            start = _from_place(text, start, match.start())
        if match.group() == "局" and text[match.start() - 1] in _NO_OFFICE:
            continue
        if match.group() == "中心" and _NO_CENTRE.match(text, match.end()):
            continue
        prefix = text[start : match.start()]
        if numbering := _NUMBERING.match(prefix):
            start = _past_verbs(text, start + numbering.end(), match.start(), way)
            prefix = text[start : match.start()]
        if (
            phase := _PHASE.search(text, 0, match.start())
            if len(prefix) < 2 and kind in ("Base", "Project", "Facility")
            else None
        ):
            yield Name(
                phase.start(), _tail(text, match.end(), kind), words.stored_as.get(kind, kind), "suffix"
            )
        if (
            not prefix
            and match.group() in _PLAIN_SITES
            and text[match.start() - 1 : match.start()] in ("的", "座", "个")
        ):
            yield Name(match.start(), match.end(), "Facility", "suffix")
        if len(prefix) < 2 or prefix.count("“") != prefix.count("”") or words.generic.fullmatch(prefix):
            continue
        if kind == "Project" and (yearly := _YEARLY.search(text, 0, start)):
            start = yearly.start()
        if kind in ("Zone", "Park", "District") and (inner := _INNER.search(text, start, match.start())):
            start = inner.end()
            if match.start() - start < 2:
                continue
        yield Name(start, _tail(text, match.end(), kind), words.stored_as.get(kind, kind), "suffix")


def _from_place(text: str, start: int, end: int) -> int:
    """Return where a firm's legal name begins: at the place shortly before, whatever the words between are taken for."""
    for begin in range(max(0, start - 8), start):
        size = area_at(text, begin)
        if size and end - begin <= LONGEST and _CORE.fullmatch(text[begin + size : start]):
            return begin
    return start


def _tail(text: str, end: int, kind: str) -> int:
    if kind in ("Zone", "Park", "Facility", "Project", "Base"):
        tail = _TAIL.match(text, end)
        return tail.end() if tail else end
    return end


def _industries(text: str, tokens: Tokens, words: Lexicon) -> Iterator[Name]:
    for match in words.industries.finditer(text):
        start = match.start()
        if match.group().endswith(("产业", "行业")) and tokens.starts[tokens.number(start)] == start:
            start = _noun_before(tokens, start, words)
        yield Name(start, match.end(), "Industry", "industry")
    yield from _classed(text)
    for match in _TRADE_END.finditer(text):
        index = tokens.number(match.start())
        token = tokens[index]
        if token.end != match.end():
            continue
        if _is_trade(token):
            yield Name(token.start, token.end, "Industry", "industry")
        if (
            token.word == "产业"
            and index
            and text[token.end : token.end + 1] not in set("链园集基升转结规布协联平化带")
        ):
            yield from _before_industry(tokens, index, words)


def _is_trade(token: Token) -> bool:
    return (
        len(token.word) <= 5
        and token.tag.startswith("n")
        and token.word not in _NOT_INDUSTRY
        and not token.word.endswith(("企业", "产业"))
        and not lexicon().generic.fullmatch(token.word)
    )


def _says_which(tag: str, word: str, words: Lexicon) -> bool:
    if tag.startswith("nr") and len(word) > 2:
        return False  # the tagger takes 努力实现 for a person
    return tag.startswith(("n", "j", "eng", "vn")) or word in words.trade_verbs


def _noun_before(tokens: Tokens, start: int, words: Lexicon) -> int:
    """Return where the nouns begin that stand before an industry and say which: 绿色硅光伏产业."""
    number = tokens.number(start)
    while number and start - tokens.starts[number - 1] <= 4:
        tag, word = tokens.tags[number - 1], tokens.words[number - 1]
        if (
            not _says_which(tag, word, words)
            or word in words.generic_words
            or word in areas()
            or word in words.no_name
        ):
            break
        number -= 1
    return tokens.starts[number]


def _classed(text: str) -> Iterator[Name]:
    """Yield the industries that a text says a class is: 未来产业:智能视觉."""
    for match in _CLASSED.finditer(text):
        start = match.start("which")
        for piece in re.split("([、和与])", match["which"]):
            if len(piece) > 1:
                yield Name(start, start + len(piece), "Industry", "industry")
            start += len(piece)


def _before_industry(tokens: Tokens, index: int, words: Lexicon) -> Iterator[Name]:
    """Yield X产业 where X is one or a few nouns that say which."""
    start, starts, end = index, tokens.starts, tokens.starts[index + 1]
    while start and end - starts[start - 1] <= 9:
        tag, word = tokens.tags[start - 1], tokens.words[start - 1]
        if not _says_which(tag, word, words) or word in words.generic_words or word in areas():
            break
        start -= 1
    if start < index:
        yield Name(starts[start], end, "Industry", "industry")


def _persons(text: str, words: Lexicon) -> Iterator[Name]:
    for match in words.titles.finditer(text):
        person = _PERSON.match(text, match.end())
        if person is None:
            continue
        if (certain := _SPEAKER.match(text, match.end())) is not None:
            yield Name(match.end(), certain.end(), "Person", "title")
            continue
        pieces = cut(text[match.end() : match.end() + 6]).words
        joined = pieces[0] if len(pieces[0]) > 1 else "".join(pieces[:2])
        if len(joined) == 2 and len(pieces) > 1 and _GIVEN.fullmatch(pieces[1]):
            joined += pieces[1]
        name = (
            joined
            if 2 <= len(joined) <= 3 and not re.search("[说表介告透坦认指称强谈的在]", joined)
            else person.group()
        )
        if name[-1] in "说表介告透坦认指称强谈的在":
            name = name[:-1]
        if len(name) >= 2 and not _no_person(name):
            yield Name(match.end(), match.end() + len(name), "Person", "title")


def _no_person(name: str) -> bool:
    """Say whether what stands behind a title is a word (副理事长单位) or an office to hold (书记任组长)."""
    return name.startswith("任") or (cut(name)[0].tag in ("n", "v", "d", "p", "c") and in_dictionary(name))


def _contexts(text: str, way: _Way, words: Lexicon) -> Iterator[Name]:
    """Names without a suffix, where only a firm can stand."""
    for match in words.titles.finditer(text):
        if match.group() in _LEADERS:
            yield from _weak(text, way, match.start())
    for match in _LIST_END.finditer(text):
        yield from _listed(text, _list_start(text, match.start()), match.start(), way)
    openings = (0, *(mark.end() for mark in _OPENS.finditer(text))) if words.trade.search(text, 2) else ()
    for start in openings:
        if (
            (trade := words.trade.search(text, start + 2, start + 12))
            and _FIRM_SUBJECT.match(text, trade.end())
            and way.tokens.starts[way.tokens.number(start)] == start
        ):
            found = list(_weak(text, way, trade.end(), start))
            yield from (name for name in found if name.start == start)


def _listed(text: str, first: int, end: int, way: _Way) -> Iterator[Name]:
    """Yield the firms of a list A、B、C; a dictionary word is one when another item is no dictionary word."""
    at = first
    found: list[Name] = []
    doubtful: list[Name] = []
    for number, item in enumerate(re.split("[、和与]", text[first:end])):
        if number == 0:
            found += _weak(text, way, at + len(item), at)
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


def _list_start(text: str, end: int) -> int:
    cuts = [text.rfind(mark, 0, end) for mark in ",。;:!?"]
    return max(cuts) + 1


def _weak(text: str, way: _Way, end: int, floor: int = 0) -> Iterator[Name]:
    start = _through_and(text, way.start(end, lenient=True), way, "Company")
    start = max(floor, _trim(text, start, end, way, "Company"))
    name = text[start:end]
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
    common = in_dictionary(name) or words.roles.fullmatch(name) or words.generic.fullmatch(name)
    return not common and not re.search("[0-9]+强|[的了等]|团队$|产品$|人$", name)


@lru_cache(maxsize=1)
def _place_beginnings() -> frozenset[str]:
    return frozenset(name[:2] for name in areas())


def _places(text: str, tokens: Tokens) -> Iterator[Name]:
    """Yield the areas that begin where a word begins, or right behind another area."""
    beginnings, position = _place_beginnings(), 0
    for start in [at for at in tokens.starts if text[at : at + 2] in beginnings]:
        if start < position:
            continue
        while text[start : start + 2] in beginnings and (size := area_at(text, start)):
            if not _FIRM_BEHIND.match(text, start + size):
                yield Name(start, start + size, "AdministrativeArea", "place")
            start = position = start + size


def find_names(text: str, tokens: Tokens) -> list[Name]:
    """Return the names of a sentence (shadow form) in order, none overlapping; the longest wins, then the stronger."""
    words = lexicon()
    way = _Way(text, tokens, words)
    found: list[Name] = [Name(m.start(), m.end(), "Policy", "title") for m in _POLICY.finditer(text)]
    found += [Name(m.start(), m.end(), "Facility", "quoted") for m in _QUOTED_SITE.finditer(text)]
    found += [Name(m.start(), m.end(), "IndustryCategory", "form") for m in _CATEGORY.finditer(text)]
    found += [Name(m.start(), m.end(), "Certification", "form") for m in words.certificates.finditer(text)]
    found += [Name(m.start(), m.end(), "Industry", "form") for m in SYSTEM.finditer(text)]
    found += _suffixed(text, way, words)
    found += _contexts(text, way, words)
    found += _persons(text, words)
    found += [
        Name(*m.span("what"), "Award", "form")
        for m in _HONOUR.finditer(text)
        if not words.certificates.search(m["what"])
    ]
    found += [Name(m.start(), m.end(), "Team", "form") for m in _LED_TEAM.finditer(text)]
    found += _industries(text, tokens, words)
    found += _places(text, tokens)
    return disjoint(found, lambda name: (_doubtful(text, name), -(name.end - name.start), name.start))


def _doubtful(text: str, name: Name) -> bool:
    """Say whether only the context speaks for a name, and no place it begins with."""
    return name.by == "context" and not area_at(text, name.start)


def disjoint(names: list[Name], order: Callable[[Name], tuple[object, ...]]) -> list[Name]:
    """Return the names that stand, best first by `order`, each in free text only; sorted by place."""
    placed = sorted(set(names)) if len(names) > 1 else names
    if all(left.end <= right.start for left, right in pairwise(placed)):
        return placed
    taken = 0
    kept: list[Name] = []
    for name in sorted(placed, key=lambda n: (*order(n), n.kind)):
        span = stretch(name.start, name.end)
        if not taken & span:
            taken |= span
            kept.append(name)
    return sorted(kept)


def stretch(start: int, end: int) -> int:
    """Return a stretch of text as a set of bits, one for each code point: what overlaps has bits in common."""
    return ((1 << (end - start)) - 1) << start
