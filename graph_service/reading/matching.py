"""Which claim answers which fact: the same relation, and ends that name the same thing.

*Strict*: a name of the claim is the fact's name. *Relaxed*: at least seven tenths of their character pairs are shared, and
exact answers are given out first. Values may differ by one in a hundred, dates by their precision. One claim answers one
fact.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from graph_service.identity import fold
from graph_service.reading.gold import Answer, End, Fact

SIMILAR: Final = 0.7
"""Share of character pairs (Dice) from which two names count as the same in relaxed scoring."""

TOLERANCE: Final = 0.01
"""Relative difference up to which two values count as the same."""

_BEFORE: Final = 4
"""How many characters before a figure tell it from the same figure elsewhere in the text."""

_UNMARKED = str.maketrans("", "", "《》<>")


def match(facts: Sequence[Fact], answers: Sequence[Answer], strict: bool) -> dict[int, int]:
    """Return which fact is answered by which claim, by their places in the two lists.

    Args:
        facts: of one document.
        answers: of the same document.
        strict: take names only as they are.
    """
    left: defaultdict[str, list[int]] = defaultdict(list)
    for place, answer in enumerate(answers):
        left[answer.relation].append(place)
    given: dict[int, int] = {}
    for exact in (True,) if strict else (True, False):
        for place, fact in enumerate(facts):
            if place in given:
                continue
            fits = (a for a in left[fact.relation] if _answers(fact, answers[a], exact))
            if (taken := next(fits, None)) is not None:
                given[place] = taken
                left[fact.relation].remove(taken)
    return given


def _answers(fact: Fact, answer: Answer, exact: bool) -> bool:
    if fact.subject == "本文":
        begins = answer.subject.kind == "Document"
    else:
        begins = same_end(fact.subject, fact.unnamed[0], answer.subject, exact)
    return begins and same_object(fact, answer.object, exact)


def same_object(fact: Fact, end: End, exact: bool) -> bool:
    """Say whether an end is the object of a fact: its date, one of its figures, or its name."""
    if fact.date is not None:
        return bool(end.date) and (end.date.startswith(fact.date) or fact.date.startswith(end.date))
    if fact.values:
        return any(_close(wanted, value) for wanted in fact.values for value in end.values)
    return same_end(fact.object, fact.unnamed[1], end, exact)


def same_end(name: str, unnamed: bool, end: End, exact: bool) -> bool:
    """Say whether an end has this name, `exact` or nearly so; one unnamed group is as good as another."""
    if unnamed and end.unnamed:
        return True
    wanted, names = _plain(name), [_plain(n) for n in end.names]
    return wanted in names or (not exact and any(_similarity(wanted, n) >= SIMILAR for n in names))


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other), 1e-9)


@lru_cache(maxsize=65_536)
def _plain(name: str) -> str:
    return fold(name).translate(_UNMARKED)


@lru_cache(maxsize=65_536)
def _similarity(one: str, other: str) -> float:
    """Return the Dice coefficient of the character pairs; a name of one character is its own pair."""
    left, right = (Counter(map("".join, pairwise(name))) or Counter([name]) for name in (one, other))
    return 2 * (left & right).total() / (left.total() + right.total())


def read_at_value(fact: Fact, answers: Sequence[Answer]) -> bool | None:
    """Say whether a claim, of whatever subject and relation, has the figure of a fact at its value.

    Returns:
        None where no claim has the words of the figure from where the fact is quoted.
    """
    same = [a for a in answers if a.object.values and _same_words(fact, a)]
    if not same:
        return None
    return any(_close(wanted, value) for a in same for wanted in fact.values for value in a.object.values)


def _same_words(fact: Fact, answer: Answer) -> bool:
    """Say whether the words of a claim's figure are those of a fact, and stand where the fact is quoted."""
    quote, wanted = _plain(fact.quote), _plain(fact.object)
    for words in map(_plain, answer.object.names):
        at = quote.find(words)
        if at >= 0 and (words in wanted or wanted in words):
            around = quote[max(0, at - _BEFORE) : at + len(words)]
            return any(around in _plain(text) for _, _, text in answer.evidence)
    return False
