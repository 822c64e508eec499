"""Industries in one sentence: by a list of the common ones, by their ends (X产业, X业), and by what a class of them is said to be."""

import re
from collections.abc import Iterator

from graph_service.reading.lexicon import Lexicon, areas
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import Token, Tokens, in_dictionary

_CATEGORY = re.compile(
    "(?:战略性新兴|未来|新兴|传统|支柱|基础|先导)产业(?!集聚|聚集|功能|示范|园|基地|链)|(?:配套)(?=现代服务业|产业)"
)
_NOT_INDUSTRY = frozenset(
    """
    企业 产业 行业 就业 创业 作业 工业 农业 商业 事业 专业 毕业 营业 开业 停业 物业 从业
    职业 失业 授业 学业 家业 副业 主业 敬业 转业 同业 置业 实业 基业 伟业 大业 功业 偏业
    百业 各业 兴业 立业 待业 结业 歇业
    """.split()
)
_MAKING = frozenset("业 制造业 加工业 服务业 养殖业 种植业 流通业".split())
"""Trades that a noun before them tells which they are: 医药制造业."""
_TRADE_END = re.compile("业")
_CLASSED = re.compile(
    r"(?:未来|新兴|主导|支柱|首位|特色|传统|先导)产业(?:\d+个)?(?:,即|,?分别[是为]|:|——|是|为)"
    r"(?P<which>[\u4e00-\u9fff]{2,8}(?:[、和与][\u4e00-\u9fff]{2,8})*)(?=[,。;)]|$)"
)
"""What a class of industries is said to be: 未来产业:智能视觉."""
SYSTEM = re.compile(
    r"“?[0-9一二三四五](?:\+[0-9一二三四五NXn])+”?(?=(?:\([^()]*\))?(?P<behind>[\u4e00-\u9fff]{0,6}产业(?:体系|集群)?)|:|。|,)"
)
"""A system of industries by its numbers: “1+2+1”主导产业."""
_NO_INDUSTRY_BEHIND = frozenset("链园集基升转结规布协联平化带")
"""What makes another word of 产业: 产业链, 产业园."""


def find_industries(text: str, tokens: Tokens, words: Lexicon) -> Iterator[Name]:
    """Yield the industries, the classes of industries and the systems of them (“1+2+1”); they may overlap."""
    yield from (Name(m.start(), m.end(), "IndustryCategory", "form") for m in _CATEGORY.finditer(text))
    yield from (Name(m.start(), m.end(), "Industry", "form") for m in SYSTEM.finditer(text))
    yield from _known(text, tokens, words)
    yield from _classed(text)
    yield from _trades(text, tokens, words)


def _known(text: str, tokens: Tokens, words: Lexicon) -> Iterator[Name]:
    """Yield the industries of the lexicon, with the nouns before them that say which."""
    for match in words.industries.finditer(text):
        start = match.start()
        if match.group().endswith(("产业", "行业")) and tokens.starts[tokens.number(start)] == start:
            start = _noun_before(tokens, start, words)
        yield Name(start, match.end(), "Industry", "industry")


def _trades(text: str, tokens: Tokens, words: Lexicon) -> Iterator[Name]:
    """Yield the industries that are a word ending in 业, and X产业."""
    for match in _TRADE_END.finditer(text):
        index = tokens.number(match.start())
        token = tokens[index]
        if token.end != match.end():
            continue
        if _is_trade(token, words):
            made = token.word in _MAKING
            start = _noun_before(tokens, token.start, words) if made else token.start
            if token.end - start > 1:
                yield Name(start, token.end, "Industry", "industry")
        elif (
            _ends_in_industry(token, words)
            and index
            and text[token.end : token.end + 1] not in _NO_INDUSTRY_BEHIND
        ):
            yield from _before_industry(tokens, index, words)


def _ends_in_industry(token: Token, words: Lexicon) -> bool:
    """Say whether a word is 产业, or ends so and says which: 医药产业, not 主导产业."""
    return token.word.endswith("产业") and token.word[:-2] not in words.generic_words


def _is_trade(token: Token, words: Lexicon) -> bool:
    return (
        len(token.word) <= 5
        and token.tag in ("n", "nrt", "ng")
        and in_dictionary(token.word)
        and len(token.word) > 1
        and token.word not in _NOT_INDUSTRY
        and not token.word.endswith(("企业", "产业"))
        and not words.generic.fullmatch(token.word)
    )


def _says_which(tag: str, word: str, words: Lexicon) -> bool:
    if word in words.reference_kind or words.suffix.fullmatch(word):
        return False  # 经开区光伏产业 is of the zone
    if "暨" in word or (tag.startswith("nr") and len(word) > 2):
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
    if start < index or tokens.words[index] != "产业":
        yield Name(starts[start], end, "Industry", "industry")
