"""What somebody may have meant who mistyped: letters one slip away, and characters that sound like those typed.

A slip is a letter left out, too many, or wrong, or two letters swapped.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from graph_service.graph.spelling import completions, is_han, readings, syllables
from graph_service.graph.wording import Piece, Way, Wording

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONGEST, _SEGMENT, _MOST = 4, 40, 7, 24
_WORD = re.compile(r"[a-z]+")


def meant(written: Wording) -> list[Way]:
    """Return ways to take what may have been meant, the likeliest first.

    Of letters, those that make whole syllables (the last may be half); of characters, those that sound alike.
    """
    if any(is_han(c) for c in written.text):
        return [_heard(written.joined[0])] if len(written.text) > 1 else []
    if not _fit_for_slips(written.text):
        return []
    ways = [*_mended(written.text), *_swapped(written.text)]
    return sorted(dict.fromkeys(ways), key=len)[:_MOST]


def _fit_for_slips(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and text.isascii() and text.isalpha()


def _heard(way: Way) -> Way:
    return tuple(Piece(readings(p.text)[0], True) if is_han(p.text) else p for p in way)


def _mended(text: str) -> Iterator[Way]:
    """Yield the ways in which one syllable is a slip away and all before and behind it is right."""
    before, behind = _cut_until(text), _cut_from(text)
    for start, head in enumerate(before):
        for end in range(start + 1, min(len(text), start + _SEGMENT) + 1):
            tail = behind[end]
            if head is not None and tail is not None:
                last = end == len(text)
                yield from (
                    (*head, Piece(syllable, True, last), *tail) for syllable in _near(text[start:end])
                )


def _swapped(text: str) -> Iterator[Way]:
    """Yield the ways in which two letters of neighbouring syllables are swapped."""
    for place in range(len(text) - 1):
        other = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        way = _cut_from(other)[0]
        if way is not None:
            yield way


def _cut_until(text: str) -> list[Way | None]:
    """Return for each place the fewest whole syllables that the letters before it make; None where they make none."""
    best: list[Way | None] = [()] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _SEGMENT), end):
            head = best[start]
            if head is not None and text[start:end] in syllables():
                best[end] = _fewer(best[end], (*head, Piece(text[start:end], True)))
    return best


def _cut_from(text: str) -> list[Way | None]:
    """Return for each place the fewest syllables that the letters from it on make; the last may be half."""
    best: list[Way | None] = [None] * len(text) + [()]
    for start in range(len(text) - 1, -1, -1):
        for end in range(start + 1, min(len(text), start + _SEGMENT) + 1):
            tail, last = best[end], end == len(text)
            piece = text[start:end]
            if tail is not None and (piece in syllables() or (last and completions(piece))):
                best[start] = _fewer(best[start], (Piece(piece, True, last), *tail))
    return best


def _fewer(one: Way | None, other: Way) -> Way:
    return one if one is not None and len(one) <= len(other) else other


@lru_cache(maxsize=16_384)
def _near(segment: str) -> tuple[str, ...]:
    """Return the syllables that are a slip away."""
    return tuple(sorted((set(edits(segment)) & syllables()) - {segment}))


def edits(text: str) -> Iterator[str]:
    """Yield what a text becomes by one slip."""
    for place in range(len(text) + 1):
        head, tail = text[:place], text[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


# ---- Words in Latin letters ----------------------------------------------------------------------


def halves(written: Wording) -> list[Way]:
    """Return both halves of a word of letters, one of which a single slip leaves as it was."""
    if not _fit_for_slips(written.text):
        return []
    middle = len(written.text) // 2
    return [tuple(map(Piece, half)) for half in (written.text[:middle], written.text[middle:])]


def near_word(text: str, name: str) -> bool:
    """Tell whether a name has a word in Latin letters, or the beginning of one, that is a slip away from a text."""
    words = _WORD.findall(unicodedata.normalize("NFKC", name).casefold())
    return any(_one_slip(text, word[:size]) for word in words for size in _sizes(text, word))


def _sizes(text: str, word: str) -> set[int]:
    return {min(len(word), len(text) + more) for more in (-1, 0, 1)} if len(word) >= len(text) - 1 else set()


def _one_slip(one: str, other: str) -> bool:
    """Tell whether one text becomes the other by at most one slip, after their common ends are taken off."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return len(one) <= 1 >= len(other) or (len(one) == 2 and one[::-1] == other)
