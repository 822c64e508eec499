"""What fills the parameters of a form of question: names, years, amounts, words that stand for a value, words left over."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from graph_service.asking.forms import Form, Slot
from graph_service.asking.things import Name
from graph_service.asking.words import Span, Word
from graph_service.graph.labels import Entity
from graph_service.vocabulary import vocabulary

_CONTENT = re.compile(r"[a-z0-9]+|[^\W_]")
_YEAR = re.compile(
    r"(?:(?:截至|截止|到|至|\b(?:by|until|in|of|for|since))\s*)?(?<!\d)((?:19|20)\d\d)(?!\d)(?:\s*年)?[底末初]?"
)
_YEARS_FROM_NOW = {
    "前年": -2, "去年": -1, "上年": -1, "last year": -1, "今年": 0, "本年": 0, "this year": 0, "明年": 1, "next year": 1, "后年": 2,
}  # fmt: skip
_FROM_NOW = re.compile("|".join(_YEARS_FROM_NOW))
_AMOUNT = re.compile(
    r"(?<![\d.])(?:(\d{1,15}(?:\.\d{1,6})?)|([一两二三五十百千]?)(?=[万亿]))\s*(万亿|亿|万|千|trillion|billion|million|thousand|bn)?"
    r"\s*(?:元|块|平方米|平方公里|亩|个|家|人|项|件|yuan|rmb|cny)?(?![\d.])"
)
_NUMERALS = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3, "五": 5, "十": 10, "百": 100, "千": 1000}
_TIMES = {
    "万亿": 10**12, "亿": 10**8, "万": 10**4, "千": 10**3, "trillion": 10**12, "billion": 10**9, "bn": 10**9,
    "million": 10**6, "thousand": 10**3,
}  # fmt: skip
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{1,100})[”\"」』]")
_JOINED = 3
"""Words behind an unknown one that may belong to a name with it."""
_BESIDE = {"after": 4, "before": 12}
"""Characters that may stand between a name and the word before or behind it that says its part."""

Near = Callable[[str, str], Sequence[Entity]]
"""What gives the things that a text may mean that is no name: the text and the kind wanted."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart: its text as words are looked for, its words, the names in it, and the year it is asked in."""

    text: str
    words: Sequence[Word]
    names: Sequence[Name]
    year: int

    def content(self, span: Span | None = None) -> Iterator[Span]:
        """Yield the stretches that can mean something: each Chinese character, each word in Latin letters."""
        start, end = (span.start, span.end) if span else (0, len(self.text))
        return (Span(hit.start(), hit.end()) for hit in _CONTENT.finditer(self.text, start, end))

    def runs(self, explained: Iterable[Span]) -> list[Span]:
        """Return what none of these stretches explains, joined where it stands together."""
        known = list(explained)
        runs: list[Span] = []
        for span in self.content():
            if any(span.meets(other) for other in known):
                continue
            if runs and not self.text[runs[-1].end : span.start].strip():
                runs[-1] = Span(runs[-1].start, span.end)
            else:
                runs.append(span)
        return runs


@dataclass(frozen=True, slots=True)
class Value:
    """What fills a parameter: the value, the words of the question that say it, and where these stand.

    Attributes:
        value: as the named query takes it; an IRI for a thing.
        shown: the name or the words, for a reader.
        span: None where nothing in the question says it.
        choices: the things it may be, where it is not clear which.
        others: the things it may be besides the one that was taken.
        loose: whether the question is asked without it where nothing answers it so: a year that is said from today (去年)
            may be meant from a document's day.
    """

    value: str
    shown: str
    span: Span | None = None
    choices: tuple[Entity, ...] = ()
    others: tuple[Entity, ...] = ()
    loose: bool = False


@dataclass(slots=True)
class Filling:
    """The parameters of one form as they are filled from one question.

    Attributes:
        question: taken apart.
        form: the form.
        near: gives things by what is no name of theirs.
        values: what fills the parameters so far.
        kinds: classes of the things that words which are no names were taken for.
        spared: where things are named that fill nothing, in a form that may hold more names than it takes.
    """

    question: Question
    form: Form
    near: Near
    values: dict[str, Value] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    spared: list[Span] = field(default_factory=list)

    def fill(self) -> None:
        """Fill parameters with the names and words of the question, those first that say which name they take."""
        self.values.update({name: Value(value, value) for name, value in self.form.fixed.items()})
        marked = [slot for slot in self.form.slots if slot.markers]
        for slot in (*marked, *(slot for slot in self.form.slots if not slot.markers)):
            value = None if slot.parameter.name in self.values else self._value(slot, marked)
            if value is not None:
                self.values[slot.parameter.name] = value

    def fill_near(self, left: Sequence[Span]) -> None:
        """Fill parameters from words that are no name but may mean a thing: what is left over, with what stands at it."""
        words = [word.span for word in self.question.words]
        for run in left:
            if any(word.holds(run) for word in words):
                continue  # a plain word that this form does not know is no name
            any(self._fill_from(span) for span in self._stretches(run, left)) or self._fill_words(run)

    def _fill_words(self, run: Span) -> bool:
        """Take words that are no name where a parameter is words: 舞阳河 in 名字里有舞阳河的."""
        text = self.question.text[run.start : run.end]
        slot = next(
            (s for s in self.form.slots if s.way == "words" and s.parameter.name not in self.values), None
        )
        if slot is None:
            return False
        self.values[slot.parameter.name] = Value(text, text, run)
        return True

    def _fill_from(self, span: Span) -> bool:
        if any(name.span == span for name in self.question.names):
            return False  # who is called so is meant, and nothing whose name only begins so
        shown = self.question.text[span.start : span.end]
        for slot in self.form.slots:
            before = self.values.get(slot.parameter.name)
            apart = before is not None and not (before.span and before.span.meets(span))
            if slot.parameter.type != "entity" or apart or (slot.markers and not self._beside(span, slot)):
                continue
            things = tuple(self.near(shown, slot.kind))
            if things:
                one = len({thing.iri for thing in things}) == 1
                name, choices = (things[0].name, ()) if one else (shown, things)
                self.values[slot.parameter.name] = Value(things[0].iri, name, span, choices)
                self.kinds |= {thing.kind for thing in things}
                return True
        if self.form.spare and self.near(shown, "Entity"):
            self.spared.append(span)
            return True
        return False

    def _stretches(self, run: Span, left: Sequence[Span]) -> list[Span]:
        """Return a run of unknown words with the names, words and runs that stand at it, the longest first."""
        known = [*left, *(n.span for n in self.question.names), *(w.span for w in self.question.words)]
        starts = {run.start, *(span.start for span in known if span.end == run.start)}
        ends = {run.end}
        for _ in range(_JOINED):
            ends |= {span.end for span in known if span.start in ends}
        spans = [Span(start, end) for start in starts for end in ends if end - start > 1]
        return sorted(spans, key=lambda span: (span.start - span.end, span.start))

    def _value(self, slot: Slot, marked: Sequence[Slot]) -> Value | None:
        if slot.way == "values":
            return self._chosen(slot)
        if slot.way == "year":
            return self._year()
        if slot.way == "amount":
            return self._amount()
        if slot.way == "words":
            return self._quoted()
        return self._thing(slot, marked)

    def _chosen(self, slot: Slot) -> Value | None:
        for word in self.question.words:
            value = (slot.values or {}).get(word.concept)
            if value is not None:
                return Value(value, self.question.text[word.span.start : word.span.end], word.span)
        return None

    def _year(self) -> Value | None:
        if hit := _YEAR.search(self.question.text):
            return Value(hit[1], hit[1], Span(hit.start(), hit.end()))
        if hit := _FROM_NOW.search(self.question.text):
            year = str(self.question.year + _YEARS_FROM_NOW[hit[0]])
            return Value(year, year, Span(hit.start(), hit.end()), loose=True)
        return None

    def _amount(self) -> Value | None:
        hit = _AMOUNT.search(self.question.text)
        if not hit:
            return None
        number = Decimal(hit[1] or _NUMERALS[hit[2]]) * _TIMES.get(hit[3] or "", 1)
        return Value(f"{number.normalize():f}", hit[0].strip(), Span(hit.start(), hit.end()))

    def _quoted(self) -> Value | None:
        hit = _QUOTED.search(self.question.text)
        if hit:
            return Value(hit[1], hit[1], Span(hit.start(), hit.end()))
        for name in self.question.names:
            if not self._taken(name):
                return Value(name.text, name.text, name.span)
        return None

    def _thing(self, slot: Slot, marked: Sequence[Slot]) -> Value | None:
        for name in self.question.names:
            things = tuple(thing for thing in name.things if vocabulary().is_a(thing.kind, slot.kind))
            things = tuple(thing for thing in things if thing.spoken_of) or things
            if not things or self._taken(name) or (name.part and self._fits_whole(name)):
                continue
            if slot.markers and not self._beside(name.span, slot):
                continue
            kinds = [other.kind for other in marked if not slot.markers and self._beside(name.span, other)]
            if any(vocabulary().is_a(thing.kind, kind) for thing in things for kind in kinds):
                continue
            choices = things if len({thing.iri for thing in things}) > 1 else ()
            return Value(things[0].iri, name.text, name.span, choices)
        return None

    def _fits_whole(self, part: Name) -> bool:
        """Say whether the longer name that this one is part of can fill a parameter: then that is what is meant."""
        kinds = [slot.kind for slot in self.form.slots if slot.parameter.type == "entity"]
        return any(
            vocabulary().is_a(thing.kind, kind)
            for name in self.question.names
            if not name.part and name.span.meets(part.span)
            for thing in name.things
            for kind in kinds
        )

    def _taken(self, name: Name) -> bool:
        return any(value.span and value.span.meets(name.span) for value in self.values.values())

    def _beside(self, name: Span, slot: Slot) -> bool:
        """Say whether a word that says the part of a name stands beside it, with no other name between."""
        for word in self.question.words:
            if word.concept not in slot.markers:
                continue
            if slot.way == "after" and word.span.end <= name.start:
                between = Span(word.span.end, name.start)
            elif slot.way == "before" and name.end <= word.span.start:
                between = Span(name.end, word.span.start)
            else:
                continue
            near = len(list(self.question.content(between))) <= _BESIDE[slot.way]
            if near and not any(other.span.meets(between) for other in self.question.names if not other.part):
                return True
        return False
