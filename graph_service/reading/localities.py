"""Places in one sentence: areas of GB/T 2260, and below and beside them towns, streets, roads, islands, countries, parts of an area."""

import re
from collections.abc import Iterator

from graph_service.reading.edges import Way
from graph_service.reading.lexicon import area_at, area_before, areas, areas_by_beginning, child_at
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import Tokens, in_dictionary

_ENDS = re.compile(
    "(?:街道|大道|大街|半岛|社区|镇|乡|村|(?<![铁公电线])路|岛)(?![区化人级网线灯面由径段途业企园])"
)
_PART = re.compile("(?:城区)?(?:东北|东南|西北|西南|东|西|南|北|中)(?:部|郊|侧)(?!分|队|位|门|署)")
_LOCAL = re.compile("(?:[在于从到至赴往由自距临沿,。;:、“(与和的镇乡]|街道|位于|来自|^)$")
"""What may stand before a place that only its end tells."""
_HAN = re.compile("[\u4e00-\u9fff]+")
_FOREIGN = 3
"""Most code points of a town behind a country that has no name of its own in our lists."""

_FIRM_BEHIND = re.compile(
    "(?:实业|科技|集团|股份|控股|置业|电子|机械|药业|食品|光电)(?!产业|园|城|大学|学院|局|厅|行业|信息)"
)
"""A short area name right before one of these begins a firm's name: 江海实业."""


def find_localities(way: Way) -> Iterator[Name]:
    """Yield the places of a sentence; they may overlap."""
    text = way.text
    for match in _ENDS.finditer(text, 2):
        yield from _ending(way, match)
    for match in _PART.finditer(text, 2):
        start = _areas_before(text, match.start())
        if start is not None:
            yield Name(start, match.end(), "Place", "place")
    for match in way.words.countries.finditer(text):
        yield from _country(way, match)


def _ending(way: Way, match: re.Match[str]) -> Iterator[Name]:
    """Yield a place of two to four characters before a word for a kind of place: 沙岭镇."""
    text, end = way.text, match.end()
    for start in (match.start() - 3, match.start() - 2, match.start() - 4):
        stem = text[start : match.start()] if start >= 0 else ""
        area = _areas_before(text, start) if start > 0 else None
        if (
            len(stem) < 2
            or not _names(way, start, match)
            or not (area is not None or _LOCAL.search(text[:start]))
        ):
            continue
        yield Name(area if area is not None else start, end, "Place", "place")
        return


def _names(way: Way, start: int, match: re.Match[str]) -> bool:
    """Say whether what stands before the end of a place names: words with edges there, none that describes."""
    text, words = way.text, way.words
    stem, whole = text[start : match.start()], text[start : match.end()]
    if (
        any(c in words.stops for c in stem)
        or not _HAN.fullmatch(stem)
        or words.generic.fullmatch(stem)
        or stem in words.no_name
    ):
        return False
    if in_dictionary(whole) and not way.tags(start, match.end()) <= {"ns", "nr", "nz"}:
        return False
    return way.starts_word(start) and way.tags(start, match.start()) <= {
        "n",
        "ns",
        "nr",
        "nz",
        "nrt",
        "j",
        "f",
        "x",
        "a",
        "s",
        "b",
        "ng",
        "zg",
    }


def _areas_before(text: str, end: int) -> int | None:
    """Return where the areas begin that end at a place of the text, each in the one before it; None where none does."""
    found = None
    while size := area_before(text, end):
        end -= size
        found = end
    return found


def _country(way: Way, match: re.Match[str]) -> Iterator[Name]:
    """Yield a country, with the town behind it that no list has: 泰国罗勇."""
    text, end = way.text, match.end()
    if not way.starts_word(match.start()):
        return  # 欧美国家
    number = way.tokens.number(end) if end < len(text) else 0
    if number and way.tokens.starts[number] == end:
        word, tag = way.tokens.words[number], way.tokens.tags[number]
        if 2 <= len(word) <= _FOREIGN and (
            tag in ("ns", "nrt") or (tag in ("nr", "x", "nz") and not in_dictionary(word))
        ):
            yield Name(match.start(), end + len(word), "Place", "place")
            return
    yield Name(match.start(), end, "Place", "place")


def _lies_in(inner: str, outer: str) -> bool:
    """Say whether an area lies in another, by their codes of GB/T 2260: 台州 in 浙江."""
    codes = areas()[inner].code, areas()[outer].code
    return codes[0] != codes[1] and codes[0].startswith(codes[1].rstrip("0"))


def _cuts_word(tokens: Tokens, end: int) -> bool:
    """Say whether an area ends behind the first character of a word: 新平 in 打造新平台."""
    number = tokens.number(end - 1)
    word = tokens.words[number]
    return tokens.starts[number] == end - 1 and len(word) > 1 and in_dictionary(word)


def find_areas(text: str, tokens: Tokens) -> Iterator[Name]:
    """Yield the areas that begin where a word begins, or right behind another area."""
    beginnings, position = areas_by_beginning(), 0
    for start in [at for at in tokens.starts if text[at : at + 2] in beginnings]:
        if start < position:
            continue
        first = start  # 浙江台州: the smaller one is meant, by both names
        while text[start : start + 2] in beginnings and (size := area_at(text, start)):
            inner = area_at(text, start + size)
            if inner and _lies_in(text[start + size : start + size + inner], text[start : start + size]):
                start = position = start + size
                continue
            child = child_at(text[start : start + size], text, start + size)
            end = start + size
            if child > inner and (
                tokens.starts[tokens.number(end + child)] == end + child or end + child == len(text)
            ):
                end += child
            if not (_FIRM_BEHIND.match(text, end) or _cuts_word(tokens, end)):
                yield Name(first, end, "AdministrativeArea", "place")
            first = start = position = end
