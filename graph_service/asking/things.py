"""The things of the graph that a question names."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph_service.asking.words import Span, Words
from graph_service.graph.labels import Entity
from graph_service.identity import fold

_LONGEST = 60
"""Characters of a name that is looked for."""
_UNNAMED = ("Group", "Quantity")
"""Ends of the kinds whose names are no names that people ask by."""

Called = Callable[[str], Sequence[Entity]]
"""What gives the things that have exactly this folded name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a question.

    Attributes:
        span: where it stands.
        text: as it is written.
        things: those that are called so.
        part: whether it is part of a longer name.
    """

    span: Span
    text: str
    things: tuple[Entity, ...]
    part: bool = False


def spot(question: str, called: Called) -> list[Name]:
    """Return the names in a question: whole ones first, then those that are part of them; each in order.

    Args:
        question: the text.
        called: gives the things of a folded name (see `identity.fold`).
    """
    folded, places = _folded(question)
    found: list[Name] = []
    for start in range(len(folded)):
        for end in range(min(len(folded), start + _LONGEST), start + 1, -1):
            things = tuple(e for e in called(folded[start:end]) if not e.kind.endswith(_UNNAMED))
            span = Span(places[start], places[end - 1] + 1)
            if things and _whole(question, span):
                part = any(other.span.meets(span) for other in found if not other.part)
                found.append(Name(span, question[span.start : span.end], things, part))
    return sorted(found, key=lambda name: (name.part, name.span.start, -name.span.end))


def spot_glosses(text: str, glosses: Words, called: Called) -> list[Name]:
    """Return the things that a question names in English although their names are Chinese.

    Args:
        text: as words are looked for.
        glosses: finds the English words; its concepts are names, those of one thing with `|` between.
        called: as for `spot`.
    """
    found = []
    for word in glosses.spot(text):
        things = next((t for name in word.concept.split("|") if (t := tuple(called(fold(name))))), ())
        if things and not word.part:
            found.append(Name(word.span, text[word.span.start : word.span.end], things))
    return found


def _folded(question: str) -> tuple[str, list[int]]:
    """Return the question as names are compared, and where each of its characters stands in the question."""
    pairs = [
        (letter, place)
        for place, c in enumerate(question)
        for letter in unicodedata.normalize("NFKC", c)
        if not letter.isspace() and letter not in "“”\"'‘’「」"
    ]
    return "".join(letter for letter, _ in pairs), [place for _, place in pairs]


def _whole(question: str, span: Span) -> bool:
    """Say whether a stretch begins and ends between words: `led` in `handled` is no name."""

    def inside(at: int) -> bool:
        pair = question[at - 1 : at + 1]
        return len(pair) == 2 and at > 0 and pair.isascii() and pair.isalnum()

    return not inside(span.start) and not inside(span.end)
