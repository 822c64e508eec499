"""What somebody types to find a name, taken apart: characters, syllables, first letters, in any mixture.

`德gx`, `deguangx`, `dgx` and `德广` all lead to 德广信. Letters can be cut into syllables in several ways (`xian` is 先 or 西安),
and may be those of a Latin name, so there are several *ways* to take a wording, each a row of *pieces*, one for each
character of a name. A way gives words of the index that a name must have, and says whether a name fits.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from graph_service.errors import UsageError
from graph_service.graph.grams import START, initials, wholes
from graph_service.graph.spelling import completions, is_han, readings, spelt, syllables

LONGEST = 200
"""Characters that a wording may have."""
_MOST_WORDS, _MOST_WAYS, _MOST_GROUPS = 8, 6, 16
_LONGEST_SYLLABLE = 6
_BETWEEN = re.compile(r"[\s'’]+")
_LETTERS = re.compile(r"[a-z]+|[^a-z]")
_DOUBLE = ("zh", "ch", "sh")


class Tier(IntEnum):
    """How much of a name a wording is."""

    WHOLE = 0
    START = 1
    INSIDE = 2


class Piece(NamedTuple):
    """What stands for one character: itself, or letters (`read`); the last letters of a word may be half a syllable."""

    text: str
    read: bool = False
    last: bool = False


Way = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What was typed.

    Attributes:
        text: all of it, as `spelt`.
        joined: ways to take all of it as one row, the likeliest first.
        words: ways to take each word by itself, where there are several.
    """

    text: str
    joined: Sequence[Way]
    words: Sequence[Sequence[Way]] = ()


def wording(text: str) -> Wording:
    """Return what was typed, taken apart; without ways where nothing in it can be looked for.

    Raises:
        UsageError: it is too long.
    """
    if len(text) > LONGEST:
        raise UsageError(f"The query has {len(text):,} characters", f"Search for at most {LONGEST}.")
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    words = [word for part in _BETWEEN.split(folded) if (word := spelt(part))][:_MOST_WORDS]
    each = [_ways(word) for word in words]
    joined = [tuple(p for way in row for p in way) for row in _combined(each)] if each else []
    return Wording("".join(words), joined, each if len(each) > 1 else ())


def _combined(each: Sequence[Sequence[Way]]) -> list[tuple[Way, ...]]:
    rows: list[tuple[Way, ...]] = [()]
    for ways in each:
        rows = [(*row, way) for row in rows for way in ways][:_MOST_WAYS]
    return rows


def _ways(word: str) -> list[Way]:
    """Return the ways to take a word, the likeliest first."""
    runs = [
        _cuts(run) if run.isascii() and run.isalpha() else [(Piece(run),)] for run in _LETTERS.findall(word)
    ]
    return [tuple(p for part in row for p in part) for row in _combined(runs)]


def _cuts(run: str) -> list[Way]:
    """Return the ways to cut letters into syllables and first letters: fewest pieces first, single letters last."""
    best: list[list[tuple[float, Way]]] = [[] for _ in run] + [[(0.0, ())]]
    for start in range(len(run) - 1, -1, -1):
        found = [
            (cost + more, (Piece(run[start:end], True, end == len(run)), *rest))
            for end, cost in _steps(run, start)
            for more, rest in best[end]
        ]
        best[start] = sorted(found, key=lambda way: way[0])[: _MOST_WAYS - 1]
    letters = tuple(Piece(c, True, place == len(run) - 1) for place, c in enumerate(run))
    return list(dict.fromkeys([*(way for _, way in best[0]), letters]))


def _steps(run: str, start: int) -> Iterator[tuple[int, float]]:
    """Yield where a piece that begins here may end, and what that costs."""
    for end in range(start + 1, min(len(run), start + _LONGEST_SYLLABLE) + 1):
        text = run[start:end]
        if len(text) == 1:
            yield end, 1.4 if completions(text) else 1.9
        elif text in syllables():
            yield end, 1.0
        elif text in _DOUBLE or (end == len(run) and completions(text)):
            yield end, 1.3


# ---- Whether a name fits -------------------------------------------------------------------------


def looseness(way: Way) -> int:
    """Return 0 for characters alone, 1 for whole syllables (but the last), 2 where there are first letters."""
    if not any(piece.read for piece in way):
        return 0
    return 2 if any(_sounds(p) is None and p.read and not (p.last and len(way) > 1) for p in way) else 1


def fit(way: Way, name: str) -> tuple[Tier, int] | None:
    """Return how much of a name (as `spelt`) a way takes in, and where it begins; None where it does not fit."""
    rest, latest = way[1:], len(name) - len(way)
    for start in _starts(way[0], name):
        if start > latest:
            return None
        if all(map(fits, rest, name[start + 1 :])):
            whole = start == 0 == latest
            return (Tier.WHOLE if whole else Tier.START if start == 0 else Tier.INSIDE), start
    return None


@lru_cache(maxsize=8192)
def _starts(piece: Piece, name: str) -> tuple[int, ...]:
    """Return where a way that begins with this piece may begin; many ways begin alike."""
    return tuple(start for start, character in enumerate(name) if fits(piece, character))


@lru_cache(maxsize=262_144)
def fits(piece: Piece, character: str) -> bool:
    """Tell whether a piece can stand for a character."""
    text, read, last = piece
    if not read:
        return text == character
    return any(
        reading == text
        or reading[0] == text
        or (text in _DOUBLE and reading.startswith(text))
        or (last and reading.startswith(text))
        for reading in readings(character)
    )


# ---- Which words of the index it must have -------------------------------------------------------


def expression(ways: Iterable[Way], tier: Tier) -> str:
    """Return what names that fit one of these ways have in the index, as an FTS5 query."""
    return " OR ".join(f"({' AND '.join(_groups(way, tier))})" for way in ways)


def _groups(way: Way, tier: Tier) -> list[str]:
    found = list(_inner(way))
    if tier == Tier.WHOLE:
        found.insert(0, tuple(wholes([*map(_initials, way)])))
    elif tier == Tier.START:
        found.insert(0, _edge(way[0]))
    step = max(1, -(-len(found) // _MOST_GROUPS))
    return [_any(words) for words in dict.fromkeys(found[::step])]


def _any(words: tuple[str, ...]) -> str:
    quoted = [f'"{word}"' for word in words]
    return f"({' OR '.join(quoted)})" if len(quoted) > 1 else quoted[0]


def _inner(way: Way) -> Iterator[tuple[str, ...]]:
    """Yield words, one of each group, that say what is in a row of pieces."""
    if len(way) == 1:
        yield _alone(way[0])
    pairs = [_pair(a, b) for a, b in pairwise(way)]
    for place, pair in enumerate(pairs):
        if pair:
            yield pair
        elif place + 1 < len(pairs) and not pairs[place + 1]:
            yield _firsts("k", way[place : place + 3])
        elif not place or pairs[place - 1]:
            yield _firsts("j", way[place : place + 2])
    for place, piece in enumerate(way):
        # what a pair says already would be long lists to go through, and leave nothing out
        if len(way) > 1 and not any(pairs[max(0, place - 1) : place + 1]) and _sounds(piece):
            yield _alone(piece)


def _pair(one: Piece, other: Piece) -> tuple[str, ...] | None:
    """Return the words for two pieces that are known well enough; None where a first letter is among them."""
    if not one.read and not other.read:
        return (f"b{one.text}{other.text}",)
    first, second = _sounds(one), _sounds(other)
    return tuple(f"q{a}_{b}" for a in first for b in second) if first and second else None


def _alone(piece: Piece) -> tuple[str, ...]:
    if not piece.read:
        return (f"c{piece.text}",)
    return tuple(f"p{sound}" for sound in _sounds(piece) or ()) or (f"i{piece.text[0]}",)


def _edge(piece: Piece) -> tuple[str, ...]:
    """Return the words for a piece at the beginning of a name."""
    if not piece.read:
        return (f"b{START}{piece.text}",)
    sounds = _sounds(piece)
    return tuple(f"q{START}_{sound}" for sound in sounds) if sounds else (f"j{START}{piece.text[0]}",)


def _firsts(letter: str, pieces: Way) -> tuple[str, ...]:
    return tuple(letter + "".join(row) for row in product(*map(_initials, pieces)))


def _initials(piece: Piece) -> str:
    return piece.text[0] if piece.read else initials(piece.text)


@lru_cache(maxsize=65_536)
def _sounds(piece: Piece) -> tuple[str, ...] | None:
    """Return the readings that a piece may stand for; None for a first letter, and for what is not Chinese."""
    if not piece.read:
        return readings(piece.text) if is_han(piece.text) else None
    if len(piece.text) == 1:
        return None
    if piece.last:
        return completions(piece.text) or None
    return (piece.text,) if piece.text in syllables() else None
