"""Named queries: SPARQL files that say what they take and give, and their answers as rows with labels.

A file in `queries/named/` opens with `#+` lines: YAML with `title` and `description` by
language, `parameters` and `columns`. Its variables take the parameters as terms; no text of a user
ever becomes text of a query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox
import yaml

from graph_service.errors import NotFoundError, QueryError, UsageError
from graph_service.graph.answers import Value as Node
from graph_service.graph.labels import Entities, Labels
from graph_service.graph.store import Answer, Snapshot
from graph_service.graph.tables import Value, write_csv, write_tsv
from graph_service.resources import resource
from graph_service.vocabulary import MODALITIES, XSD, ZG, vocabulary

LANGUAGES = ("zh", "en")
"""Languages of titles, descriptions and labels; the first is taken where none is asked for."""

TYPES = ("entity", "relation", "words", "modality", "integer")
"""What a parameter can be."""


Bound = Mapping[str, ox.NamedNode | ox.Literal]
"""Terms by the variable that takes them."""


class Rows(Protocol):
    """An answer that has rows."""

    def rows(self) -> Iterable[Mapping[str, Node | None]]:
        """Return the rows: a term by column, None where there is none."""


Ask = Callable[[Snapshot, str, Bound], Rows]
"""What answers SPARQL with some of its variables bound."""


def ask_here(snapshot: Snapshot, sparql: str, bound: Bound) -> Answer:
    """Return the answer of a snapshot, computed in this process and without limits."""
    return snapshot.query(sparql, bindings=bound)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a named query takes.

    Attributes:
        name: as users write it.
        type: one of `TYPES`.
        required: whether the query means nothing without it.
        labels: by language.
        example: a value to show.
        kind: class that an entity is of, to choose among things of one name.
        binds: the variable that takes it.
    """

    name: str
    type: str
    required: bool
    labels: Mapping[str, str]
    example: str
    kind: str
    binds: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a named query gives: a variable, its labels by language, whether it lists entities."""

    name: str
    labels: Mapping[str, str]
    list: bool = False


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name: titles and descriptions by language, what it takes and gives, its SPARQL, its place."""

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    place: int = 0

    def as_json(self, language: str) -> dict[str, Any]:
        """Return what a user must know to ask it, in one language."""
        return {
            "name": self.name, "title": self.titles[language], "description": self.descriptions[language],
            "parameters": [
                {
                    "name": p.name, "label": p.labels[language], "type": p.type, "required": p.required,
                    "example": p.example,
                }
                for p in self.parameters
            ],
            "columns": [{"name": c.name, "label": c.labels[language]} for c in self.columns],
            "sparql": self.sparql,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What a named query answered.

    Attributes:
        query: the query.
        parameters: the parameters as they were given.
        bound: the terms that its variables took.
        rows: one value for each column.
        snapshot: identity of the state of the graph that answered.
        language: of the labels.
    """

    query: NamedQuery
    parameters: Mapping[str, str]
    bound: Mapping[str, ox.NamedNode | ox.Literal]
    rows: Sequence[Sequence[Value]]
    snapshot: str
    language: str

    @property
    def columns(self) -> list[dict[str, str]]:
        """The columns as name and label."""
        return [{"name": c.name, "label": c.labels[self.language]} for c in self.query.columns]

    def as_json(self) -> dict[str, Any]:
        """Return the answer as section 4 of the contracts has it."""
        names = [c.name for c in self.query.columns]
        return {
            "query": self.query.name,
            "parameters": dict(self.parameters),
            "columns": self.columns,
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
            "snapshot": self.snapshot,
        }

    def as_csv(self) -> str:
        """Return the rows as CSV, entities by their labels."""
        return write_csv([c.name for c in self.query.columns], self.rows)

    def as_tsv(self) -> str:
        """Return the rows as tab-separated values, entities by their labels."""
        return write_tsv([c.name for c in self.query.columns], self.rows)


@dataclass(slots=True)
class NamedQueries:
    """The named queries of a folder, and the names of one graph that their parameters are looked up in."""

    queries: Mapping[str, NamedQuery]
    _entities: Entities = field(default_factory=Entities)

    def __iter__(self) -> Iterator[NamedQuery]:
        return iter(self.queries.values())

    def get(self, name: str) -> NamedQuery:
        """Return the query of this name.

        Raises:
            NotFoundError: there is none; the cure lists those that are.
        """
        if name not in self.queries:
            raise NotFoundError(f"There is no query {name!r}", f"Choose one of {', '.join(self.queries)}.")
        return self.queries[name]

    def bind(
        self, snapshot: Snapshot, query: NamedQuery, given: Mapping[str, str]
    ) -> dict[str, ox.NamedNode | ox.Literal]:
        """Return the terms that the query's variables take.

        Raises:
            UsageError: a parameter is missing, unknown or ill-formed.
            NotFoundError: nothing has the name.
            AmbiguityError: several things have it.
        """
        unknown = sorted(set(given) - {p.name for p in query.parameters})
        if unknown:
            raise UsageError(f"{query.name} has no parameter {', '.join(unknown)}", _signature(query))
        bound = {}
        for parameter in query.parameters:
            text = given.get(parameter.name, "").strip()
            if text:
                bound[parameter.binds] = self._term(snapshot, parameter, text)
            elif parameter.required:
                raise UsageError(f"{query.name} needs the parameter {parameter.name}", _signature(query))
        return bound

    def ask(self, snapshot: Snapshot, name: str, given: Mapping[str, str]) -> Answer:
        """Return the bare answer to a query, its columns as the query names them.

        Raises:
            UsageError: a parameter is missing, unknown or ill-formed.
            NotFoundError: there is no such query, or nothing has the name given.
            AmbiguityError: several things have it.
        """
        query = self.get(name)
        return snapshot.query(query.sparql, bindings=self.bind(snapshot, query, given))

    def run(
        self,
        snapshot: Snapshot,
        name: str,
        given: Mapping[str, str],
        language: str = "zh",
        ask: Ask = ask_here,
    ) -> Result:
        """Return the answer to a query, computed by `ask`, with labels in a language; raises what `ask` raises."""
        query = self.get(name)
        bound = self.bind(snapshot, query, given)
        answer = ask(snapshot, query.sparql, bound)
        rows = [[row[column.name] for column in query.columns] for row in answer.rows()]
        labels = Labels(snapshot, language)
        labels.learn(_iris(query, rows))
        values = [[_value(labels, c, t) for c, t in zip(query.columns, row, strict=True)] for row in rows]
        asked = {p.name: given[p.name] for p in query.parameters if given.get(p.name, "").strip()}
        return Result(query, asked, bound, values, snapshot.id, language)

    def entity(self, snapshot: Snapshot, text: str, kind: str = "Entity") -> ox.NamedNode:
        """Return the thing that an IRI or a name stands for; raises what `Entities.find` raises."""
        return self._entities.find(snapshot, text, kind)

    def _term(self, snapshot: Snapshot, parameter: Parameter, text: str) -> ox.NamedNode | ox.Literal:
        if parameter.type == "entity":
            return self._entities.find(snapshot, text, parameter.kind)
        return _SIMPLE[parameter.type](parameter.name, text)


def load(folder: Path | None = None) -> NamedQueries:
    """Return the named queries of a folder, the bundled ones by default, in the order that their headers give.

    Raises:
        QueryError: a header has a fault.
    """
    folder = folder or resource("queries", "named")
    found = [parse(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.rq"))]
    return NamedQueries({query.name: query for query in sorted(found, key=lambda q: (q.place, q.name))})


def parse(name: str, text: str) -> NamedQuery:
    """Return the named query in a file's text.

    Raises:
        QueryError: its header is missing something, or says something that cannot be.
    """
    lines = text.splitlines(keepends=True)
    head = "".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    body = "".join(line for line in lines if not line.startswith("#+"))
    try:
        said = yaml.safe_load(head)
        parameters = tuple(_parameter(entry) for entry in said.get("parameters") or [])
        columns = tuple(Column(c["name"], _texts(c), bool(c.get("list"))) for c in said["columns"])
        return NamedQuery(
            name, _texts(said["title"]), _texts(said["description"]), parameters, columns, body, said["place"]
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(
            f"{name}.rq: the header does not say what it must: {error}",
            "Write it like the other named queries.",
        ) from error


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    if entry["type"] not in TYPES:
        raise ValueError(f"type {entry['type']!r} is none of {', '.join(TYPES)}")
    name = str(entry["name"])
    kind, binds = entry.get("kind", "Entity"), entry.get("binds", name)
    return Parameter(
        name, entry["type"], bool(entry["required"]), _texts(entry), str(entry["example"]), kind, binds
    )


def _texts(entry: Mapping[str, Any]) -> dict[str, str]:
    return {language: str(entry[language]) for language in LANGUAGES}


def _signature(query: NamedQuery) -> str:
    if not query.parameters:
        return "Ask it without parameters."
    shown = ", ".join(p.name if p.required else f"{p.name} (optional)" for p in query.parameters)
    return f"It takes {shown}; for example {query.parameters[0].name}={query.parameters[0].example}."


def _modality(name: str, text: str) -> ox.NamedNode:
    if text not in MODALITIES:
        raise UsageError(f"{name}={text} is not a modality", f"Choose one of {', '.join(MODALITIES)}.")
    return ox.NamedNode(ZG + MODALITIES[text])


def _relation(name: str, text: str) -> ox.NamedNode:
    if text.startswith(("http://", "https://")):
        return _iri(text)
    for relation in vocabulary().relations.values():
        if text == relation.name or text in relation.labels.values():
            return ox.NamedNode(ZG + relation.name)
    raise UsageError(
        f"{name}={text} is not a relation",
        "Give a name such as relocatedTo, a label such as 迁至, or an IRI.",
    )


def _integer(name: str, text: str) -> ox.Literal:
    try:
        return ox.Literal(str(int(text)), datatype=ox.NamedNode(XSD + "integer"))
    except ValueError as error:
        raise UsageError(f"{name}={text} is not a whole number", "Write digits, such as 3.") from error


def _words(_name: str, text: str) -> ox.Literal:
    return ox.Literal(text)


def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not an IRI", "Percent-encode what an IRI may not hold.") from error


_SIMPLE: Mapping[str, Callable[[str, str], ox.NamedNode | ox.Literal]] = {
    "modality": _modality,
    "relation": _relation,
    "integer": _integer,
    "words": _words,
}


def _iris(query: NamedQuery, rows: Sequence[Sequence[Any]]) -> set[str]:
    found = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    for place, column in enumerate(query.columns):
        if column.list:
            found.update(iri for row in rows if row[place] is not None for iri in row[place].value.split())
    return found


def _value(labels: Labels, column: Column, term: Node | None) -> Value:
    if column.list:
        return [labels.entity(iri) for iri in term.value.split()] if isinstance(term, ox.Literal) else []
    return labels.value(term)
