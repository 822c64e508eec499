"""Stretches of a text: the names found in it, and which of those that overlap stand."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple


class Name(NamedTuple):
    """A name found: where, of which kind, and by what (`suffix`, `context`, `place`, …)."""

    start: int
    end: int
    kind: str
    by: str


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


def stretches(spans: Iterable[tuple[int, int]]) -> int:
    """Return all the stretches of text that these spans take, as one set of bits."""
    taken = 0
    for start, end in spans:
        taken |= stretch(start, end)
    return taken
