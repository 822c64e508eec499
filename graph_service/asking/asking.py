"""From a question to its answer: understood, asked as a named query, said in sentences with what they rest on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_service.asking import forms as question_forms
from graph_service.asking.forms import Form
from graph_service.asking.saying import Said, say
from graph_service.asking.things import Called, spot
from graph_service.asking.understanding import Near, Question, Reading, Value, best
from graph_service.asking.words import Words, plain
from graph_service.asking.words import load as load_words
from graph_service.errors import UsageError
from graph_service.graph.named import Ask, NamedQueries, Result, ask_here
from graph_service.graph.store import Snapshot

LONGEST = 300
"""Characters that a question may have."""
_ALTERNATIVES = 5
_NEAR = 0.6
"""How near another reading must come to be offered beside an answer."""
_LATIN = re.compile(r"[A-Za-z']{2,}")


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
                "sparql": query.sparql.strip(), "columns": answer["columns"], "rows": answer["rows"],
                "sentences": [one.as_json() for one in self.sentences], "snapshot": answer["snapshot"],
            }  # fmt: skip
        elif self.reading is not None:
            said["left"] = list(self.reading.left)
            said["choices"] = {
                name: [{"iri": c.iri, "label": c.name, "type": c.kind} for c in value.choices]
                for name, value in self.choices
            }
        said["alternatives"] = [one.as_json() for one in self.alternatives]
        return said


@dataclass(slots=True)
class Asking:
    """Answers questions by the forms of a set of named queries."""

    named: NamedQueries
    forms: tuple[Form, ...]
    words: Words = field(default_factory=load_words)

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
        text = question.strip()
        if not text or len(text) > LONGEST:
            raise UsageError(
                "There is no question" if not text else f"The question has {len(text)} characters",
                f"Ask in one sentence of at most {LONGEST} characters, such as {self._example(language or 'zh')}",
            )
        tongue = language or language_of(text)
        readings = self.read(text, self.named.called(snapshot), near)
        first = readings[0] if readings else None
        if first is None or not first.understood:
            return Answered(text, tongue, first, None, (), self._others(readings, tongue))
        given = {name: value.value for name, value in first.values.items()}
        result = self.named.run(snapshot, first.form.query.name, given, tongue, ask)
        sentences = say(result, first.form.says.get(tongue))
        others = [reading for reading in readings[1:] if reading.nearness >= _NEAR]
        return Answered(
            text,
            tongue,
            first,
            result,
            sentences,
            [_alternative(r.form, r, tongue) for r in others[:_ALTERNATIVES]],
        )

    def read(self, question: str, called: Called, near: Near | None = None) -> list[Reading]:
        """Return how a question can be read, the best first.

        Args:
            question: the text.
            called: gives the things of a folded name.
            near: as for `ask`.
        """
        text = plain(question)
        words = self.words.spot(text)
        common = {word.span for word in words}
        names = [name for name in spot(question, called) if name.span not in common]
        taken = Question(text, words, names)
        return best(taken, self.forms, near or (lambda _text, _kind: ()))

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


def _alternative(form: Form, reading: Reading | None, language: str) -> Alternative:
    values = {n: v.shown for n, v in reading.values.items() if not v.choices} if reading else {}
    missing = [
        s.parameter.name for s in form.slots if s.parameter.required and s.parameter.name not in values
    ]
    return Alternative(
        form.query.name, form.query.titles[language], form.text(language, values), values, tuple(missing)
    )
