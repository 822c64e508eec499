"""What a question asks: of all forms, the one that explains most of its words.

A form is understood where all concepts that it asks for are there, every parameter that it needs is filled, and
little of the question is left that neither the form nor one of its parameters explains. What is left over
counts, so a question about what no query knows (the weather, the price of a share) fits no form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph_service.asking.filling import Filling, Near, Question, Value
from graph_service.asking.forms import Form
from graph_service.asking.words import BEYOND, FILLER, Span

ENOUGH = 0.8
"""Share of a question that a form must explain to be taken for what is meant."""
_ASKED_FOR = frozenset(
    (
        "alliance",
        "award",
        "certification",
        "company",
        "industry",
        "product",
        "standard",
        "supplier",
        "team",
        "technology",
    )
)
"""Concepts of things that questions ask for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a form reads a question.

    Attributes:
        form: the form.
        values: what fills its parameters.
        asked: how many of the concepts that it asks for are there.
        missing: parameters that are needed and that nothing fills.
        explained: how much of the question it explains, in characters of Chinese (an English word counts as two).
        left: the words that it does not explain.
        share: explained of all, from 0 to 1.
        torn: whether something unexplained stands at a name without a word between: then it may be another name (诸暨 in
            诸暨天洁集团).
        beyond: whether it asks for what no document about zones says (股价).
    """

    form: Form
    values: Mapping[str, Value]
    asked: int
    missing: tuple[str, ...]
    explained: float
    left: tuple[str, ...]
    share: float
    torn: bool
    beyond: bool

    @property
    def understood(self) -> bool:
        """Whether this is what the question means, as far as rules can tell, and which things it is about."""
        return self.likely and not any(value.choices for value in self.values.values())

    @property
    def likely(self) -> bool:
        """Whether this is what the question means, be it open which of several things is meant."""
        return self.whole and not self.torn and not self.beyond and self.share >= ENOUGH

    @property
    def whole(self) -> bool:
        """Whether the form has all that it needs."""
        return self.asked == len(self.form.asks) and not self.missing

    @property
    def nearness(self) -> float:
        """How near it comes to the question, from 0 to 1: what it explains, by what it asks for and finds."""
        return round(self.share, 6) * self.asked / max(1, len(self.form.asks))

    @property
    def order(self) -> tuple[object, ...]:
        """What readings are sorted by, the best first."""
        return (not self.likely, not self.whole, -self.nearness, -self.asked, self.form.place)


def read(question: Question, form: Form, near: Near = lambda _text, _kind: ()) -> Reading:
    """Return how a form reads a question.

    Args:
        question: taken apart.
        form: the form.
        near: gives things by what is no name of theirs.
    """
    filling = Filling(question, form, near)
    filling.fill()
    known = [word.span for word in question.words if word.concept in form.concepts or word.concept == FILLER]
    known += [name.span for name in question.names if form.spare and not name.part]
    left = question.runs([*known, *_spans(filling.values)])
    if left:
        filling.fill_near(left)
        known += filling.spared
        left = question.runs([*known, *_spans(filling.values)])
    heard = _heard(question) | filling.kinds
    fillers = [word.span for word in question.words if word.concept == FILLER]
    rest = sum(_weight(question, span) for span in left)
    idle = sum(_weight(question, span) for span in _outside(question, fillers, known, filling.values))
    whole = _weight(question, Span(0, len(question.text))) - idle
    return Reading(
        form, filling.values, sum(not asked.isdisjoint(heard) for asked in form.asks),
        tuple(need for need in sorted(form.needs) if filling.values.keys().isdisjoint(need.split("|"))),
        whole - rest, tuple(question.text[span.start : span.end] for span in left), (whole - rest) / whole if whole else 0.0,
        any(_joined(question, span, other) for span in left for other in _spans(filling.values)), BEYOND in heard or _unheard(question, left),
    )  # fmt: skip


def _joined(question: Question, rest: Span, name: Span) -> bool:
    """Say whether what is left over stands at a name and is more than a single character."""
    return (rest.end == name.start or name.end == rest.start) and _weight(question, rest) > 1


def _unheard(question: Question, left: Sequence[Span]) -> bool:
    """Say whether a word that asks for something is left over: then the form answers another question."""
    return any(
        span.holds(word.span)
        for span in left
        for word in question.words
        if word.concept in _ASKED_FOR and not word.part
    )


def _heard(question: Question) -> set[str]:
    """Return the concepts of the words that are no part of a longer word or of a name, and the classes of what is named."""
    whole = [name for name in question.names if not name.part]
    words = {
        word.concept
        for word in question.words
        if not word.part and not any(n.span != word.span and n.span.holds(word.span) for n in whole)
    }
    return words | {thing.kind for name in whole for thing in name.things}


def _spans(values: Mapping[str, Value]) -> list[Span]:
    return [value.span for value in values.values() if value.span]


def _outside(
    question: Question, fillers: Sequence[Span], known: Sequence[Span], values: Mapping[str, Value]
) -> list[Span]:
    """Return the content of fillers that nothing else explains: it counts neither for a form nor against it."""
    telling = [*(span for span in known if span not in fillers), *_spans(values)]
    return [
        span
        for filler in fillers
        for span in question.content(filler)
        if not any(span.meets(other) for other in telling)
    ]


def _weight(question: Question, span: Span) -> float:
    return sum(2.0 if question.text[part.start].isascii() else 1.0 for part in question.content(span))


def best(question: Question, forms: Iterable[Form], near: Near = lambda _text, _kind: ()) -> list[Reading]:
    """Return the readings of a question, the best of each query, best first; those that share nothing with it are left out."""
    found: dict[str, Reading] = {}
    for reading in sorted((read(question, form, near) for form in forms), key=lambda r: r.order):
        if reading.asked:
            found.setdefault(reading.form.query.name, reading)
    return list(found.values())
