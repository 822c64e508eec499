"""From the text of a page to its sentences, and to the units that relations are read from.

A unit is a sentence as its author wrote it: put together where the page broke it, once where the page prints
it again, with all the places in the document where it stands.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from graph_service.reading import roles
from graph_service.reading.breaks import continuations
from graph_service.reading.claims import Sentence, Span
from graph_service.reading.roles import Paragraph
from graph_service.reading.sentences import Quotation, clauses, quotations, split

__all__ = ["Layout", "Quotation", "Unit", "clauses", "lay_out", "quotations", "shadow"]

_LINE = re.compile(r"[^\n]+")
_CHUNK = 100_000
"""Longest line that is looked at as one, in code points."""
_ANAPHOR = re.compile(r"[该其此这那他她它本]|我们|两者|双方|前者|后者|公司|平台|园区|项目|同时|目前|如今")
_LABEL = re.compile("【[\u4e00-\u9fffA-Za-z0-9、·]{2,12}】\\s*")
"""A label that a paragraph begins with."""
_LEAST_REPEATED = 15


class Unit(NamedTuple):
    """A sentence to read relations from.

    Attributes:
        text: its words, put together where the layout broke them.
        pieces: (offset in `text`, start, end in the document) of each piece where it first stands.
        evidence: every sentence of the document that is this unit or a piece of it, sorted.
        role: `title`, `byline`, `heading`, `caption`, `body` or `credit`.
        paragraph: ordinal of its paragraph in the document, from 0.
        heading: the nearest heading above it; None where there is none.
    """

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    evidence: tuple[Span, ...]
    role: str
    paragraph: int
    heading: str | None

    def position(self, offset: int) -> int:
        """Return where in the document the code point at this offset of the text stands, where it first does.

        Offsets up to and including `len(text)` are allowed; the last is one past the last code point.
        """
        place = next(piece for piece in reversed(self.pieces) if piece[0] <= max(0, offset))
        return min(place[1] + max(0, offset) - place[0], place[2])


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: every sentence in order, and its units in order of where they first stand."""

    sentences: tuple[Sentence, ...]
    units: tuple[Unit, ...]


@dataclass(slots=True)
class _Draft:
    """A sentence in the making: its text in one line, its pieces, and the paragraph it is in."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    role: str
    paragraph: int
    heading: str | None
    first: int
    tail: int | None = None


class _Folded(dict[int, str]):
    """Code point to what `shadow` makes of it, worked out when first met."""

    def __missing__(self, point: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(point))
        return self.setdefault(point, folded if len(folded) == 1 else chr(point))


_STRAIGHT = re.compile('(?<![0-9A-Za-z])"([^"\\n]{1,200})"')
"""Words in straight quotation marks, and no inches."""
_FOLDED = _Folded()


def shadow(text: str) -> str:
    """Return a text of the same length with every character in its NFKC form where that is one character.

    Full-width digits, letters and punctuation become ASCII, pairs of straight quotation marks such as open and close; offsets stay true.
    """
    if text.isascii():
        return text
    folded = text.translate(_FOLDED)
    return _STRAIGHT.sub("“\\1”", folded) if '"' in folded else folded


def lay_out(text: str) -> Layout:
    """Return the sentences of a document with their roles, and the units to read relations from.

    Every word of the text stands in exactly one sentence, but for white space and the marks of empty lines.
    """
    plain = shadow(text)
    paragraphs = _paragraphs(plain)
    joins = continuations([p.text for p in paragraphs])
    for pair in joins.items():
        for i in pair:
            paragraphs[i].joined = True
    roles.assign(paragraphs)
    drafts, ends = _drafts(text, paragraphs)
    for head, tail in joins.items():
        drafts[ends[head][1]].tail = ends[tail][0]
    return _assemble(text, drafts)


def _paragraphs(plain: str) -> list[Paragraph]:
    """Return the paragraphs: lines, put together where the whole text is broken at one width."""
    lines = _lines(plain)
    width = _wrap_width(plain, lines)
    found: list[Paragraph] = []
    for i, (start, end, gap) in enumerate(lines):
        line = plain[start:end]
        if (
            width
            and i
            and gap == 0
            and _goes_on(plain, lines[i - 1], width)
            and not _starts_anew(plain, start, line)
        ):
            above = found[-1]
            glue = " " if above.text[-1].isascii() and line[0].isascii() and line[0].isalnum() else ""
            above.lines.append((len(above.text) + len(glue), start, end))
            above.text += glue + line
        else:
            found.append(Paragraph([(0, start, end)], line, gap))
    return found


def _lines(plain: str) -> list[tuple[int, int, int]]:
    """Return (start, end, blank lines above) of each line with words, trimmed; very long lines in parts."""
    found, last = [], 0
    for match in _LINE.finditer(plain):
        raw = match[0]
        if not raw.strip():
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        end = match.start() + len(raw.rstrip())
        gap = max(0, plain.count("\n", last, match.start()) - 1)
        while end - start > _CHUNK:
            cut = max(plain.rfind(mark, start, start + _CHUNK) for mark in "。!?") + 1 or start + _CHUNK
            found.append((start, cut, gap))
            start, gap = cut, 0
        found.append((start, end, gap))
        last = match.end()
    return found


def _cells(line: str) -> int:
    """Return the width of a line in cells: two for a Chinese character, one for a Latin one."""
    return len(line.encode("gbk", "replace"))


def _wrap_width(plain: str, lines: list[tuple[int, int, int]]) -> int:
    """Return the width in cells at which a text was broken into lines; 0: its lines are paragraphs."""
    longest = max((end - start for start, end, _ in lines), default=0)
    if longest > 120 or len(lines) < 6:
        return 0
    above = [line for line, below in pairwise(lines) if below[2] == 0]
    widths = [_cells(plain[start:end]) for start, end, _ in above]
    widest = max(widths, default=0)
    full = sum(width >= widest - 5 for width in widths)
    return widest if widest >= 40 and full >= 4 and full * 2 >= len(widths) else 0


def _goes_on(plain: str, line: tuple[int, int, int], width: int) -> bool:
    return _cells(plain[line[0] : line[1]]) >= width - 5


def _starts_anew(plain: str, start: int, line: str) -> bool:
    return plain[max(0, start - 2) : start] == "  " or "\t" in line or bool(re.match(r"[-*•#]\s", line))


def _drafts(text: str, paragraphs: list[Paragraph]) -> tuple[list[_Draft], list[tuple[int, int]]]:
    """Return all sentences, and the numbers of the first and the last one of each paragraph."""
    drafts: list[_Draft] = []
    ends: list[tuple[int, int]] = []
    again: dict[str, int] = {}
    heading: str | None = None
    for number, paragraph in enumerate(paragraphs):
        before = len(drafts)
        printed = again.setdefault(paragraph.text, number)
        for ordinal, (start, end, role) in enumerate(_parts(paragraph)):
            pieces = _pieces(paragraph, start, end)
            first = ends[printed][0] + ordinal if printed != number else len(drafts)
            words = text[pieces[0][1] : pieces[0][2]] if len(pieces) == 1 else _put_together(text, pieces)
            drafts.append(_Draft(words, pieces, role, number, heading, first))
        ends.append((before, len(drafts) - 1))
        if paragraph.role == roles.HEADING:
            heading = drafts[-1].text
    _merge_long(drafts)
    return drafts, ends


def _merge_long(drafts: list[_Draft]) -> None:
    """Take a long sentence printed again for the same one, if it does not begin by pointing back."""
    seen: dict[str, int] = {}
    for i, draft in enumerate(drafts):
        if draft.first == i and len(draft.text) >= _LEAST_REPEATED and not _ANAPHOR.match(draft.text):
            draft.first = seen.setdefault(draft.text, i)
    for draft in drafts:
        draft.first = drafts[draft.first].first


def _parts(paragraph: Paragraph) -> list[tuple[int, int, str]]:
    """Return (start, end, role) of the sentences of a paragraph, in offsets of its text."""
    if paragraph.role != roles.BODY:
        return [(0, len(paragraph.text), paragraph.role)]
    lead = roles.opening_byline(paragraph.text)
    spans = split(paragraph.text[lead:])
    body = [(lead + start, lead + end) for start, end in spans]
    closing = bool(body) and _is_closing_byline(paragraph.text[slice(*body[-1])])
    parts = [(start, end, roles.BODY) for start, end in body]
    if closing:
        parts[-1] = (*body[-1], roles.BYLINE)
    opening = len(paragraph.text[:lead].rstrip())
    return [(0, opening, roles.BYLINE), *parts] if lead else [*_labelled(paragraph.text, parts)]


def _labelled(text: str, parts: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a paragraph, the label that it begins with as a heading of its own: 【规模】公司现有……."""
    label = _LABEL.match(text)
    if label is None or not parts or parts[0][1] <= label.end():
        yield from parts
        return
    yield 0, label.end(), roles.HEADING
    yield label.end(), parts[0][1], parts[0][2]
    yield from parts[1:]


def _is_closing_byline(sentence: str) -> bool:
    return sentence[:1] in "([【" and roles.is_byline(sentence)


def _pieces(paragraph: Paragraph, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """Return (offset in the sentence, start, end in the document) of the lines a sentence stands in."""
    if len(paragraph.lines) == 1:
        origin = paragraph.lines[0][1]
        return ((0, origin + start, origin + end),)
    pieces = []
    for offset, origin, stop in paragraph.lines:
        low, high = max(start, offset), min(end, offset + stop - origin)
        if low < high:
            pieces.append((low - start, origin + low - offset, origin + high - offset))
    return tuple(pieces)


def _put_together(text: str, pieces: tuple[tuple[int, int, int], ...]) -> str:
    """Return the words of pieces in one line; a gap in their offsets is a space."""
    words = ""
    for offset, start, end in pieces:
        words += " " * (offset - len(words)) + text[start:end]
    return words


def _assemble(text: str, drafts: list[_Draft]) -> Layout:
    tails = {draft.tail for draft in drafts if draft.tail is not None}
    spans = [(draft.pieces[0][1], draft.pieces[-1][2]) for draft in drafts]
    places = defaultdict(list)
    for i, draft in enumerate(drafts):
        places[draft.first].append(Span(*spans[i], text[slice(*spans[i])]))
    sentences = tuple(
        Sentence(
            *spans[i], text[slice(*spans[i])], draft.role,
            spans[draft.first][0] if draft.first != i else None,
            spans[draft.tail][0] if draft.tail is not None else None,
        )
        for i, draft in enumerate(drafts)
    )  # fmt: skip
    units = tuple(
        _unit(
            draft, places[i], drafts[draft.tail] if draft.tail is not None else None, places[draft.tail or 0]
        )
        for i, draft in enumerate(drafts)
        if draft.first == i and i not in tails
    )
    return Layout(sentences, units)


def _unit(draft: _Draft, places: list[Span], tail: _Draft | None, tail_places: list[Span]) -> Unit:
    unit = Unit(draft.text, draft.pieces, tuple(places), draft.role, draft.paragraph, draft.heading)
    if tail is None:
        return unit
    shift = len(draft.text)
    pieces = draft.pieces + tuple((offset + shift, start, end) for offset, start, end in tail.pieces)
    return unit._replace(
        text=draft.text + tail.text, pieces=pieces, evidence=tuple(sorted(places + tail_places))
    )
