"""Named queries and their answers as rows with labels: which there are, what they are bound to, what they say."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from graph_service.errors import NotFoundError, UsageError
from graph_service.graph import steps
from graph_service.graph.answers import Value as Node
from graph_service.graph.labels import Entities, Entity, Labels
from graph_service.graph.paging import WHOLE, Page
from graph_service.graph.parameters import Bound, Parameter
from graph_service.graph.query_files import LANGUAGES, WAY, Column, NamedQuery, parse, read
from graph_service.graph.steps import Steps
from graph_service.graph.store import Answer, Snapshot
from graph_service.graph.tables import Value, write_csv, write_tsv
from graph_service.graph.walks import Walk
from graph_service.resources import resource

__all__ = ["LANGUAGES", "Bound", "NamedQueries", "NamedQuery", "Result", "ask_here", "load", "parse"]


class Rows(Protocol):
    """An answer that has rows."""

    def rows(self) -> Iterable[Mapping[str, Node | None]]:
        """Return the rows: a term by column, None where there is none."""


Ask = Callable[[Snapshot, str, Bound | Steps], Rows]
"""What answers SPARQL with some of its variables bound, or does what it is one step of."""


def ask_here(snapshot: Snapshot, sparql: str, bound: Bound | Steps) -> Answer:
    """Return the answer of a snapshot, computed in this process and without limits."""
    if isinstance(bound, Steps):
        return snapshot.query(steps.values(bound, sparql, lambda text: snapshot.query(text).rows()))
    return snapshot.query(sparql, bindings=bound)


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
        left_out: hubs that ways were kept from, of a search for ways.
        page: which part of the answer it is.
        more: whether there are rows behind it.
    """

    query: NamedQuery
    parameters: Mapping[str, str]
    bound: Mapping[str, ox.NamedNode | ox.Literal]
    rows: Sequence[Sequence[Value]]
    snapshot: str
    language: str
    left_out: Sequence[Mapping[str, str]] = ()
    page: Page = WHOLE
    more: bool = False

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
            **({"leftOut": list(self.left_out)} if self.query.finds_ways else {}),
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
            text = given.get(parameter.name, "").strip() or parameter.default
            term = self._term(snapshot, parameter, text) if text else None
            if term is not None:
                bound[parameter.binds] = term
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
        return ask_here(snapshot, *query.asked(self.bind(snapshot, query, given)))

    def run(
        self,
        snapshot: Snapshot,
        name: str,
        given: Mapping[str, str],
        language: str = "zh",
        ask: Ask = ask_here,
        page: Page = WHOLE,
        labels: str | None = None,
    ) -> Result:
        """Return the answer to a query, or a page of it, computed by `ask`; raises what `ask` raises.

        Columns are called what they are in `language`; so are things, where `labels` names no other language for them.
        """
        query = self.get(name)
        bound = self.bind(snapshot, query, given)
        answer = ask(snapshot, *query.asked(bound, page, more=1))
        found = [[row[column.name] for column in query.columns] for row in answer.rows()]
        rows = found[: page.limit]
        hubs = _hubs(snapshot, query, bound, ask)
        called = Labels(snapshot, labels or language)
        called.learn({*_iris(query, rows), *hubs})
        values = [[_value(called, c, t) for c, t in zip(query.columns, row, strict=True)] for row in rows]
        said = {p.name: given[p.name] for p in query.parameters if given.get(p.name, "").strip()}
        return Result(
            query, said, bound, values, snapshot.id, language, [called.entity(iri) for iri in hubs],
            page, more=len(found) > len(rows),
        )  # fmt: skip

    def entity(self, snapshot: Snapshot, text: str, kind: str = "Entity") -> ox.NamedNode:
        """Return the thing that an IRI or a name stands for; raises what `Entities.find` raises."""
        return self._entities.find(snapshot, text, kind)

    def called(self, snapshot: Snapshot) -> Callable[[str], Sequence[Entity]]:
        """Return what gives the things of a graph that have exactly a folded name (see `identity.fold`)."""
        return self._entities.called(snapshot)

    def _term(self, snapshot: Snapshot, parameter: Parameter, text: str) -> ox.NamedNode | ox.Literal | None:
        if parameter.type == "entity":
            return self._entities.find(snapshot, text, parameter.kind)
        return parameter.term(text)


def load(folder: Path | None = None) -> NamedQueries:
    """Return the named queries of a folder, the bundled ones by default, in the order that their headers give.

    Raises:
        QueryError: a header has a fault.
    """
    folder = folder or resource("queries", "named")
    found = [read(path) for path in sorted(folder.glob("*.rq"))]
    return NamedQueries({query.name: query for query in sorted(found, key=lambda q: (q.place, q.name))})


def _signature(query: NamedQuery) -> str:
    if not query.parameters:
        return "Ask it without parameters."
    shown = ", ".join(p.name if p.required else f"{p.name} (optional)" for p in query.parameters)
    return f"It takes {shown}; for example {query.parameters[0].name}={query.parameters[0].example}."


def _hubs(snapshot: Snapshot, query: NamedQuery, bound: Bound, ask: Ask) -> list[str]:
    """Return the IRIs of the hubs that a search for ways went round."""
    sparql, asked = query.asked(bound)
    if not query.finds_ways or not isinstance(asked, Walk) or asked.hubs:
        return []
    found = (row["hub"] for row in ask(snapshot, sparql, asked.for_hubs()).rows())
    return [hub.value for hub in found if isinstance(hub, ox.NamedNode)]


def _iris(query: NamedQuery, rows: Sequence[Sequence[Any]]) -> set[str]:
    found = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    for place, column in enumerate(query.columns):
        if column.list:
            listed = (iri for row in rows if row[place] is not None for iri in row[place].value.split())
            found.update(iri.removeprefix("^") for iri in listed)
    return found


def _value(labels: Labels, column: Column, term: Node | None) -> Value:
    if not column.list:
        return labels.value(term)
    listed = term.value.split() if isinstance(term, ox.Literal) else []
    if column.list == WAY:
        return [_on_the_way(labels, iri, place) for place, iri in enumerate(listed)]
    return [labels.entity(iri) for iri in listed]


def _on_the_way(labels: Labels, iri: str, place: int) -> dict[str, str]:
    """Return a thing or, at odd places, a relation of a way; an arrow marks one that is said the other way round."""
    if place % 2 == 0:
        return labels.entity(iri)
    if iri.startswith("^"):
        known = labels.entity(iri[1:])
        return {**known, "label": f"←{known['label']}", "direction": "in"}
    return {**labels.entity(iri), "direction": "out"}
