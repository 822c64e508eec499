"""What a text must hold for a pattern to match in it: characters and pairs of characters, read off the pattern itself.

Looking for those first is far cheaper than trying the pattern, so a rule costs next to nothing in a sentence
that has none of its words.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from re import _constants as codes  # the standard library has no public parser
from re import _parser as parser
from typing import Any

Needs = tuple[frozenset[str], ...]
"""Sets of characters and pairs; a text that holds nothing of one of them does not match. The smallest is first."""

_WIDEST = 64
"""A class of more characters than this, such as `[一-龥]`, rules out too little to be asked for."""
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def needs(pattern: str) -> Needs:
    """Return what a text must hold for the pattern to match somewhere in it.

    Nothing is asked for what may be absent, must be absent, or disregards case.

    Raises:
        re.error: the pattern is ill-formed.
    """
    parsed = parser.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return ()
    found = dict.fromkeys(_sequence(parsed))
    return tuple(sorted(found, key=lambda need: (len(need), min(need))))


def _sequence(items: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    run = ""
    for code, detail in items:
        if code is codes.LITERAL:
            run += chr(detail)
            continue
        yield from _run(run)
        run = ""
        yield from _item(code, detail)
    yield from _run(run)


def _run(run: str) -> Iterator[frozenset[str]]:
    """Yield what literal characters that stand together need: their pairs, which are far rarer than each alone."""
    for part in map("".join, pairwise(run)) if len(run) > 1 else run:
        yield frozenset((part,))


def _item(code: object, detail: Any) -> Iterator[frozenset[str]]:  # noqa: ANN401  # its form differs by code
    """Yield what one part of a pattern needs; nothing for parts that may match the empty string."""
    if code is codes.IN:
        yield from _class(detail)
    elif code is codes.BRANCH:
        yield from _branch([list(_sequence(branch)) for branch in detail[1]])
    elif code is codes.SUBPATTERN and not detail[1] & re.IGNORECASE:
        yield from _sequence(detail[3])
    elif code in _REPEATS and detail[0] > 0:
        yield from _sequence(detail[2])
    elif code is codes.ASSERT:
        yield from _sequence(detail[1])


def _class(parts: list[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    """Yield the characters of a class such as `[、和与及]`; nothing for a wide, an open or a negated one."""
    found: set[str] = set()
    for code, detail in parts:
        low, high = detail if code is codes.RANGE else (detail, detail)
        if code not in (codes.LITERAL, codes.RANGE) or high - low > _WIDEST:
            return
        found.update(map(chr, range(low, high + 1)))
    if len(found) <= _WIDEST:
        yield frozenset(found)


def _branch(branches: list[list[frozenset[str]]]) -> Iterator[frozenset[str]]:
    """Yield what all branches need together: the first, the last and the rarest need of each, 投资|总投入 投资 or 总投, 投资 or 投入."""
    if all(branches):
        yield frozenset().union(*(branch[0] for branch in branches))
        yield frozenset().union(*(branch[-1] for branch in branches))
        yield frozenset().union(*(min(branch, key=_commonness) for branch in branches))


def _commonness(need: frozenset[str]) -> tuple[bool, bool, int]:
    """Return how likely a text is to hold a need: marks of mentions are in most, pairs in fewer than single characters."""
    return (
        any("\ue000" <= gram[0] <= "\uf8ff" for gram in need),
        any(len(gram) == 1 for gram in need),
        len(need),
    )
