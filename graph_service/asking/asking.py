"""From a question to its answer: understood, asked as a named query, said in sentences with what they rest on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from graph_service.asking import forms as question_forms
from graph_service.asking.filling import Near, Question, Value
from graph_service.asking.forms import Form
from graph_service.asking.saying import Said, say
from graph_service.asking.settling import settle, told_apart
from graph_service.asking.things import Called, spot, spot_glosses
from graph_service.asking.understanding import Reading, best
from graph_service.asking.words import FILLER, Span, Word, Words, load_glosses, plain
from graph_service.asking.words import load as load_words
from graph_service.errors import UsageError
from graph_service.graph.labels import Entity, Labels
from graph_service.graph.named import Ask, NamedQueries, Result, ask_here
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import ZG, vocabulary

LONGEST = 300
"""Characters that a question may have."""
_ALTERNATIVES = 5
_NEAR = 0.6
"""How near another reading must come to be offered beside an answer."""
_LATIN = re.compile(r"[A-Za-z']{2,}")
_CLAUSE = re.compile(r"[,，;；?？。]\s*(?=\S)")
_BESIDES = re.compile(
    r"除了?.{1,12}?(?:之外|以外|外)?[,，]?(?=还|也|其他|另)|(?:besides|apart from|other than) [^,?]{1,30}"
)
"""What a question leaves out (除了跑鞋，还能用在哪): it narrows nothing, so that the answer may hold it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another question that may be meant.

    Attributes:
        query: name of the query that answers it.
        title: of the query.
        question: in words, with the parameters that are known.
        parameters: those that are known.
        missing: names of parameters that it still needs.
    """

    query: str
    title: str
    question: str
    parameters: Mapping[str, str]
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as `/ask` has it."""
        return {
            "query": self.query, "title": self.title, "question": self.question,
            "parameters": dict(self.parameters), "missing": list(self.missing),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What was understood of a question, and the answer.

    Attributes:
        question: as it was asked.
        language: of the answer, `zh` or `en`.
        reading: how it was understood; None where no form has anything to do with it.
        result: the answer of the query; None where the question was not understood.
        sentences: the answer in sentences.
        alternatives: other questions that may be meant, the nearest first.
    """

    question: str
    language: str
    reading: Reading | None
    result: Result | None
    sentences: Sequence[Said]
    alternatives: Sequence[Alternative]

    @property
    def understood(self) -> bool:
        """Whether the question was understood."""
        return self.result is not None

    @property
    def given(self) -> dict[str, str]:
        """The parameters of the query as it was asked: IRIs for things of which others have the name."""
        found = self.reading.values.items() if self.reading else ()
        return {name: value.value if value.others else value.shown for name, value in found}

    @property
    def others(self) -> list[tuple[str, Value]]:
        """The parameters that might have been other things as well, with what they were taken for."""
        found = self.reading.values.items() if self.reading and self.understood else ()
        return [(name, value) for name, value in found if value.others]

    @property
    def set_aside(self) -> list[str]:
        """The words of an understood question that its answer does not heed, single characters left out."""
        left = self.reading.left if self.reading and self.understood else ()
        return [words for words in left if len(words) > 1]

    @property
    def shown(self) -> dict[str, str]:
        """The parameters as a reader knows them: names for things."""
        return {name: value.shown for name, value in self.reading.values.items()} if self.reading else {}

    @property
    def choices(self) -> list[tuple[str, Value]]:
        """The parameters of which it is not clear what they mean, with the things they may be."""
        found = self.reading.values.items() if self.reading and not self.understood else ()
        return [(name, value) for name, value in found if value.choices]

    def as_json(self) -> dict[str, Any]:
        """Return it as section 2 of the contracts has it, and more."""
        said: dict[str, Any] = {"question": self.question, "understood": self.understood}
        if self.result is not None:
            answer = self.result.as_json()
            query = self.result.query
            said |= {
                "query": query.name, "title": query.titles[self.language], "parameters": self.shown,
                "things": {n: t.value for n, t in self.result.bound.items() if hasattr(t, "value")},
                "sparql": query.written(self.result.bound).strip(), "columns": answer["columns"], "rows": answer["rows"],
                "sentences": [one.as_json() for one in self.sentences], "snapshot": answer["snapshot"],
                "others": {name: _things(value.others, self.language) for name, value in self.others},
            }  # fmt: skip
        if self.reading is not None:
            said["left"] = list(self.reading.left)
        if self.reading is not None and not self.understood:
            said["choices"] = {name: _things(value.choices, self.language) for name, value in self.choices}
        said["alternatives"] = [one.as_json() for one in self.alternatives]
        return said


@dataclass(slots=True)
class Asking:
    """Answers questions by the forms of a set of named queries."""

    named: NamedQueries
    forms: tuple[Form, ...]
    words: Words = field(default_factory=load_words)
    today: Callable[[], date] = date.today

    def ask(
        self, snapshot: Snapshot, question: str, language: str | None = None, ask: Ask = ask_here, near: Near | None = None
    ) -> Answered:  # fmt: skip
        """Return the answer to a question.

        Args:
            snapshot: the graph.
            question: in Chinese or English.
            language: of labels and sentences; None: that of the question.
            ask: answers SPARQL.
            near: gives the things that words may mean which are no name; None: none.

        Raises:
            UsageError: there is no question, or it is too long.
        """
        text = self.checked(question)
        tongue = language or language_of(text)
        readings = self._readings(text, self.named.called(snapshot), near)
        first, result = readings[0] if readings else None, None
        if first is not None and first.likely:
            name = first.form.query.name
            first, result = settle(
                first,
                lambda values: self.named.run(snapshot, name, values, tongue, ask),
                lambda one, other: _alike(snapshot, one, other),
            )
        if first is not None:
            first = told_apart(first, Labels(snapshot, tongue))
        if first is None or result is None:
            return Answered(text, tongue, first, None, (), self._others(readings, tongue))
        others = [reading for reading in readings[1:] if reading.nearness >= _NEAR][:_ALTERNATIVES]
        alternatives = [_alternative(reading.form, reading, tongue) for reading in others]
        return Answered(text, tongue, first, result, say(result, first.form.says.get(tongue)), alternatives)

    def checked(self, question: str) -> str:
        """Return a question without the blanks around it.

        Raises:
            UsageError: there is none, or it is too long.
        """
        text = question.strip()
        if not text or len(text) > LONGEST:
            raise UsageError(
                "There is no question" if not text else f"The question has {len(text)} characters",
                f"Ask in one sentence of at most {LONGEST} characters, such as {self._example(language_of(text))}",
            )
        return text

    def _readings(self, text: str, called: Called, near: Near | None) -> list[Reading]:
        """Return how a question can be read; one whose first clauses say it all is read without the others, which are left."""
        readings = self.read(text, called, near)
        if readings and readings[0].likely:
            return readings
        for hit in reversed(list(_CLAUSE.finditer(text))):
            opening = self.read(text[: hit.start()], called, near)
            if opening and opening[0].likely and opening[0].share == 1 and opening[0].values:
                rest = text[hit.end() :].rstrip("?？。")
                return [replace(opening[0], left=(*opening[0].left, rest)), *opening[1:]]
        return readings

    def read(self, question: str, called: Called, near: Near | None = None) -> list[Reading]:
        """Return how a question can be read, the best first.

        Args:
            question: the text.
            called: gives the things of a folded name.
            near: as for `ask`.
        """
        text = plain(question)
        besides = [Span(hit.start(), hit.end()) for hit in _BESIDES.finditer(text)]
        words = [word for word in self.words.spot(text) if not any(word.span.meets(b) for b in besides)]
        common = {word.span for word in words}
        names = [
            name
            for name in spot(question, called)
            if name.span not in common and not any(name.span.meets(b) for b in besides)
        ]
        names += spot_glosses(text, load_glosses(), called)
        words += [Word(span, FILLER) for span in besides]
        taken = Question(text, words, names, self.today().year)
        return best(taken, self.forms, near or (lambda _text, _kind: ()))

    def question(self, query: str, values: Mapping[str, str], language: str) -> str | None:
        """Return a question that a query answers with just these parameters; None where no form has it.

        Args:
            query: name of the query.
            values: names of things by parameter.
            language: `zh` or `en`.
        """
        found = (form.asked(language, values) for form in self.forms if form.query.name == query)
        return next((text for text in found if text), None)

    def _others(self, readings: Sequence[Reading], language: str) -> list[Alternative]:
        """Return the questions nearest to what was asked; where nothing is near, the first of all."""
        found = [_alternative(reading.form, reading, language) for reading in readings[:_ALTERNATIVES]]
        known = {one.query for one in found}
        for form in self.forms:
            if len(found) >= _ALTERNATIVES or readings:
                break
            if form.query.name not in known:
                found.append(_alternative(form, None, language))
                known.add(form.query.name)
        return found

    def _example(self, language: str) -> str:
        return self.forms[0].text(language)


def load(named: NamedQueries) -> Asking:
    """Return what answers questions by these queries; raises what `forms.load` raises."""
    return Asking(named, question_forms.load(named))


def language_of(question: str) -> str:
    """Return `en` for a question that opens in English, be the names in it Chinese; else `zh`."""
    latin = _LATIN.findall(question)
    return "en" if len(latin) > 1 and question.lstrip(" “\"'").startswith(latin[0]) else "zh"


def _alike(snapshot: Snapshot, one: str, other: str) -> bool:
    """Say whether two things are held to be possibly the same."""
    either = f"{{ <{one}> zg:possiblySameAs <{other}> }} UNION {{ <{other}> zg:possiblySameAs <{one}> }}"
    return bool(snapshot.query(f"PREFIX zg: <{ZG}> ASK {{ GRAPH ?proposals {{ {either} }} }}"))


def _things(things: Sequence[Entity], language: str) -> list[dict[str, str]]:
    kinds = vocabulary().kinds
    return [
        {
            "iri": t.iri,
            "label": t.name,
            "type": t.kind,
            "typeLabel": kinds[t.kind].labels.get(language, t.kind),
        }
        for t in things
    ]


def _alternative(form: Form, reading: Reading | None, language: str) -> Alternative:
    values = {n: v.shown for n, v in reading.values.items() if not v.choices} if reading else {}
    known = {*values, *form.fixed}
    missing = [need.split("|")[0] for need in sorted(form.needs) if known.isdisjoint(need.split("|"))]
    return Alternative(
        form.query.name, form.query.titles[language], form.text(language, values), values, tuple(missing)
    )
