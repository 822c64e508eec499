"""Firms and places that a place before them tells, without a form of their own: 湖北恩捷, 襄阳德润座椅, 在珠海唐家湾."""

import re
from collections.abc import Iterator

from graph_service.reading.edges import ALONE, Way
from graph_service.reading.lexicon import area_at, areas, areas_by_beginning
from graph_service.reading.persons import SURNAMES
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import in_dictionary

_NAMES = ("nr", "nrt", "nz", "nt", "ns")
"""Tags of words that name."""
_TRADES = ("n", "vn", "nz", "an", "b")
"""Tags of what stands behind the core of a firm's name and says its trade: 座椅, 控制."""
_GOES_ON = re.compile(
    "$|[,。;:、()“”!?\\s—]|[一二两三四五六七八九十\\d]+余?家|(?:先后|相继|陆续|日前|近日|去年|今年|当年)|[的与和及同跟等由向将已正则也还拟却均都在于以为被把从自对因仅只曾又再就能可是有称说投签建年获入]|\\d"
    "|(?:生产|制造|研[发制]|落户|入驻|计划|负责|承建|总部|董事长|总经理|创始人|项目|两家|三家|主营|主要|专注|深耕|联合|携手|旗下)"
)
"""What may stand behind a name that only its place tells."""
_WHERE = re.compile("(?:[在于到至从往赴抵]|位于|落户|来到|走进|地处|毗邻|紧邻|邻近)$")
"""What stands before a place."""
_NO_CORE = re.compile("[人籍产造版牌市区县镇乡村省港湾路]|[一二两三四五六七八九十百千万亿\\d]")
"""What no core of a firm's name begins or ends with."""
_CROSSED = "则将已也在正拟"
"""Adverbs that are cut together with the end of the name before them."""
_ADVERBS = (
    "早晚先后又再更仍尚未曾常亦皆均各共同从向对把被让使令靠凭沿隔与并而且或有无是非可能应须要想会敢肯拟欲"
)
"""What begins no core, though no dictionary has the word that it was cut in: 早有渊源."""
_NO_TRADE = frozenset(
    """
    企业 公司 市场 项目 产业 行业 地区 全境 市区 城区 籍 口岸 客商 商人 团队 专家 学者 老板 团 代表团 分会 街道 社区 车站 机场
    """.split()
)
"""Words behind a place that make no firm of what stands between them."""


_MOST_TRADES = 2
"""How many words may say a firm's trade."""
_DEEDS = frozenset(
    """
    供应 供货 投资 建设 合作 联合 生产 制造 研发 研制 开发 加工 运营 合建 共建 控股 参股 设计 管理 服务 承建 施工 出资 创办 落户
    入驻 签约 牵头 负责 主营 专注 提供 销售 收购 推出 代表 配套 引进 计划 带动 介绍 表示 组建 成立 拥有 增资 扩产 商定 约定 签订 签署 合资 合办 领衔
    """.split()
)
"""Verbs behind a name that say what it does, though they are nouns as well."""


def find_placed(way: Way) -> Iterator[Name]:
    """Yield what stands right behind an area and is no word: a firm with its place, or a place in it."""
    starts, text, known = way.tokens.starts, way.text, areas_by_beginning()
    for number, at in [(n, at) for n, at in enumerate(starts[:-1]) if text[at : at + 2] in known]:
        size = area_at(text, at)
        if size and text[at : at + size] in areas() and (end := at + size) < len(text):
            first = way.tokens.number(end)
            if starts[first] == end and number < first:
                yield from _behind(way, at, end, first)


def _behind(way: Way, start: int, core: int, first: int) -> Iterator[Name]:
    """Yield the name that begins with an area and goes on with the words from `first` on."""
    end = _core_end(way, first)
    if end is None or _NO_CORE.match(way.text, core) or _NO_CORE.match(way.text, end - 1):
        return
    stop, traded = _past_trades(way, end)
    if not _GOES_ON.match(way.text, stop):
        return
    if not traded and _is_person(way, core, end):
        return
    if not traded and _WHERE.search(way.text, max(0, start - 2), start):
        yield Name(start, stop, "Place", "context")
    else:
        yield Name(start, stop, "Company", "context")


def _core_end(way: Way, first: int) -> int | None:
    """Return where a core ends that begins with a word: one that names or that no dictionary has, or two loose characters."""
    tokens = way.tokens
    word, tag, end = tokens.words[first], tokens.tags[first], tokens.starts[first + 1]
    if (joined := _with_and(way, first)) is not None:
        return joined
    if 2 <= len(word) <= 3 and word not in way.words.no_name and not way.words.suffix.search(word):
        unknown = not in_dictionary(word)
        plain = (word[0] not in way.words.stops or word[0] == "中") and (
            word[0] not in _ADVERBS or _is_core_with(word, unknown)
        )
        if tag == "m" or word.isascii() or not plain:
            return None
        if unknown and word[-1] in _CROSSED:
            return end - 1 if len(word) > 2 else None
        return _with_rest(way, first + 1) if unknown or tag in _NAMES else None
    return _loose(way, first) if len(word) == 1 else None


def _is_core_with(word: str, unknown: bool) -> bool:
    """Say whether a word is no preposition and a noun, though 同 begins it: 无锡同峦轴承."""
    return unknown and word[0] == "同" and len(word) == 2 and area_at(word, 1) == 0


def _with_and(way: Way, first: int) -> int | None:
    """Return where a core ends whose second character is 和, with a trade behind it: 衡阳屿和机械; None where it is no such core."""
    text, start, words = way.text, way.tokens.starts[first], way.words
    end = start + 2
    alone = way.tokens.starts[first + 1] == start + 1 and text[start] not in ALONE
    if not alone or text[start + 1 : end] != "和" or text[start] in words.stops:
        return None
    return end if "\u4e00" <= text[start] <= "\u9fff" and words.trade.match(text, end) else None


def _with_rest(way: Way, number: int) -> int:
    """Return where a core ends before a word, or behind its first character where that was cut together with an adverb: 科达|利则."""
    start, word = (
        way.tokens.starts[number],
        way.tokens.words[number] if number < len(way.tokens.words) else "",
    )
    crossed = len(word) == 2 and word[1] in _CROSSED and not in_dictionary(word)
    return start + 1 if crossed and word[0] not in way.words.stops else start


def _loose(way: Way, first: int) -> int | None:
    """Return where two characters end that are words of their own and make none together: 云南裕|能."""
    tokens = way.tokens
    if first + 2 >= len(tokens.starts) or len(tokens.words[first + 1]) != 1:
        return None
    pair, stops = "".join(tokens.words[first : first + 2]), way.words.stops
    tags = tokens.tags[first : first + 2]
    plain = all("\u4e00" <= c <= "\u9fff" and c not in stops for c in pair)
    loose = plain and not in_dictionary(pair) and not {"m", "q", "p", "c", "d", "f", "uj"} & set(tags)
    return tokens.starts[first + 2] if loose else None


def _past_trades(way: Way, end: int) -> tuple[int, bool]:
    """Return where the words for a trade end that stand behind a core, at most two, and whether there are any."""
    tokens, number, stop = way.tokens, way.tokens.number(end), end
    if end >= len(way.text) or tokens.starts[number] != end:
        return end, False
    for at in range(number, min(number + _MOST_TRADES, len(tokens.words))):
        word, tag = tokens.words[at], tokens.tags[at]
        trade = way.words.trade.fullmatch(word) is not None
        if (
            word in _NO_TRADE
            or word in _DEEDS
            or word in way.words.suffix_kind
            or not (trade or _is_trade(way, word, tag))
        ):
            break
        stop += len(word)
    return stop, stop > end


def _is_trade(way: Way, word: str, tag: str) -> bool:
    """Say whether a word may say what a firm makes or does: 座椅, 控制."""
    known = tag in _TRADES or word in way.words.trade_verbs
    known = known and (in_dictionary(word) or word.endswith("业"))
    return len(word) in (2, 3) and known and word not in way.words.no_name


def _is_person(way: Way, start: int, end: int) -> bool:
    """Say whether a core may be the name of a person: 江苏王明."""
    return way.text[start] in SURNAMES and "nr" in way.tags(start, end)
