"""The forms of questions: which concepts a question must hold to be one that a named query answers.

`queries/asking/forms.yaml` lists under the name of each query its forms:

    asks    concepts that must be there; `a|b` takes either; the name of a class stands for a thing of it that is named
    also    concepts that may be there besides; those that only say that something is asked always may
    takes   parameters to what fills them (below); a parameter that is not listed stays open
    needs   parameters that this form needs although the query does not; `a|b` takes either
    spare   optional; whether a question in this form may hold more names than it takes
    fixed   parameters to values that this form always has
    says    optional; the sentence for a row, by language, in place of the query's own
    example a question in this form, by language
    open    optional; one that names nothing, by language

A parameter of a thing is filled by a name in the question: `any`, `any Certification` (a name of a thing of this class),
or by words beside the name: `after from`, `before to`. A list of such ways is tried in order, those with words first. Other parameters: `year` takes a year, `amount` a number with
万, 亿, million or billion, `word` the concept that stands for one of the values under it (`{actual: fact, planned: plan}`),
`words` what stands in quotation marks or is left over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from graph_service.asking import words
from graph_service.errors import RuleError
from graph_service.graph.named import LANGUAGES, NamedQueries, NamedQuery
from graph_service.graph.parameters import Parameter
from graph_service.resources import resource
from graph_service.vocabulary import vocabulary

WAYS = ("any", "after", "before", "year", "amount", "words")
"""How a parameter can be filled, besides by concepts that stand for its values."""
_ALWAYS = frozenset({"which", "who", "list", "evidence", "document", "thing", "named", "actual"})
"""Concepts that say no more than that something is asked, and that every form may hold."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What fills a parameter.

    Attributes:
        parameter: the parameter of the query.
        way: one of `WAYS`, or `values`.
        markers: concepts that stand beside the name (`after`, `before`).
        kind: class of the things that fill it.
        values: concept to value (`values`).
    """

    parameter: Parameter
    way: str
    markers: frozenset[str] = frozenset()
    kind: str = "Entity"
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of question: the query that answers it, what must and what may be in it, what fills its parameters."""

    query: NamedQuery
    asks: tuple[frozenset[str], ...]
    also: frozenset[str]
    slots: tuple[Slot, ...]
    needs: frozenset[str]
    spare: bool
    fixed: Mapping[str, str]
    says: Mapping[str, str]
    example: Mapping[str, str]
    open: Mapping[str, str]
    place: int

    @property
    def concepts(self) -> frozenset[str]:
        """Every concept that means something in this form."""
        markers = (concept for slot in self.slots for concept in (*slot.markers, *(slot.values or ())))
        return self.also.union(_ALWAYS, *self.asks, markers)

    def asked(self, language: str, values: Mapping[str, str]) -> str | None:
        """Return a question in this form with just these parameters; None where it takes others, or has fixed ones."""
        if self.fixed:
            return None
        if not values and language in self.open:
            return self.open[language]
        return self.text(language, values) if self.placed(language) == values.keys() else None

    def placed(self, language: str) -> frozenset[str]:
        """Return the parameters that stand in the example."""
        names = (slot.parameter.name for slot in self.slots)
        return frozenset(name for name in names if f"{{{name}}}" in self.example[language])

    def text(self, language: str, values: Mapping[str, str] | None = None) -> str:
        """Return a question in this form, with these values for its parameters; examples stand for the others."""
        text = self.example[language]
        for slot in self.slots:
            name = slot.parameter.name
            text = text.replace(f"{{{name}}}", (values or {}).get(name) or slot.parameter.example)
        return text


def load(named: NamedQueries, path: Path | None = None) -> tuple[Form, ...]:
    """Return the forms of a file, the bundled one by default.

    Raises:
        RuleError: a form names a query, a parameter or a concept that is not there; `detail` says which.
    """
    path = path or resource("queries", "asking", "forms.yaml")
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise RuleError(
            f"{path}: {' '.join(str(error).split())}", "Mend the YAML at the place named."
        ) from error
    found: list[Form] = []
    for name, entries in said.items():
        if name not in named.queries:
            raise RuleError(f"{path}: there is no query {name}", "Name a file of queries/named.")
        for number, entry in enumerate(entries, start=1):
            try:
                found.append(_form(named.queries[name], entry, len(found)))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise RuleError(
                    f"{path}: form {number} of {name} is not written as it must be: {error}",
                    "See the head of graph_service/asking/forms.py.",
                ) from error
    return tuple(found)


def _form(query: NamedQuery, entry: Mapping[str, Any], place: int) -> Form:
    unknown = set(entry) - {"asks", "also", "takes", "needs", "spare", "fixed", "says", "example", "open"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} means nothing here")
    parameters = {parameter.name: parameter for parameter in query.parameters}
    slots = tuple(
        _slot(parameters[name], way)
        for name, said in entry.get("takes", {}).items()
        for way in (said if isinstance(said, list) else [said])
    )
    fixed = {parameters[name].name: str(value) for name, value in entry.get("fixed", {}).items()}
    needs = frozenset(p.name for p in query.parameters if p.required).union(entry.get("needs", ()))
    given = {slot.parameter.name for slot in slots}.union(fixed)
    missing = [need for need in needs if given.isdisjoint(need.split("|"))]
    if missing:
        raise ValueError(f"nothing fills {', '.join(sorted(missing))}")
    form = Form(
        query, tuple(frozenset(alternatives.split("|")) for alternatives in entry["asks"]),
        frozenset(entry.get("also", ())), slots, needs, bool(entry.get("spare")), fixed, dict(entry.get("says", {})),
        {language: str(entry["example"][language]) for language in LANGUAGES}, dict(entry.get("open", {})), place,
    )  # fmt: skip
    strange = form.concepts - words.load().concepts - set(vocabulary().kinds)
    if strange:
        raise ValueError(f"there is no concept {', '.join(sorted(strange))}")
    return form


def _slot(parameter: Parameter, said: str | Mapping[str, Any]) -> Slot:
    if isinstance(said, str):
        way, _, markers = said.partition(" ")
        if way not in WAYS:
            raise ValueError(f"{said!r} fills nothing")
        if way == "any" and markers:
            return Slot(parameter, way, kind=_kind(markers))
        return Slot(parameter, way, frozenset(filter(None, markers.split("|"))), parameter.kind)
    return Slot(
        parameter,
        "values",
        values={concept: str(value) for value, concepts in said.items() for concept in concepts.split("|")},
    )


def _kind(name: str) -> str:
    if name not in vocabulary().kinds:
        raise ValueError(f"there is no class {name}")
    return name
