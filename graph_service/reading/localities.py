"""Places below and beside the areas of GB/T 2260 in one sentence: towns, streets, roads, islands, countries, parts of an area."""

import re
from collections.abc import Iterator

from graph_service.reading.edges import Way
from graph_service.reading.lexicon import area_before
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import in_dictionary

_ENDS = re.compile(
    "(?:街道|大道|大街|半岛|社区|镇|乡|村|(?<![铁公电线])路|岛)(?![区化人级网线灯面由径段途业企园])"
)
_PART = re.compile("(?:城区)?(?:东北|东南|西北|西南|东|西|南|北|中)(?:部|郊|侧)(?!分|队|位|门|署)")
_LOCAL = re.compile("(?:[在于从到至赴往由自距临沿,。;:、“(与和的镇乡]|街道|位于|来自|^)$")
"""What may stand before a place that only its end tells."""
_HAN = re.compile("[\u4e00-\u9fff]+")
_FOREIGN = 3
"""Most code points of a town behind a country that has no name of its own in our lists."""


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
