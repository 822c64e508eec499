"""Pages of long lists: a list whose order begins with what it is about is asked for one thing after the other.

The engine sorts all that a list has before it gives the first rows, and looks the terms up anew for each comparison.
A page needs only the things that fill it: these are sorted by themselves, which is cheap, and the query is asked of
one after the other until there are rows enough. What was found becomes a query of nothing but values (`walks`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Self

import pyoxigraph as ox

from graph_service.graph import sparql, walks
from graph_service.graph.walks import Ask, Row

LONGEST = 1_001
"""Rows of a page that is found so; a longer one is cut from the whole list."""
_PLACE = "urn:zonegraph:leaf:"
"""Stands, with a number behind it, for each thing in turn: where a query is to be bound is looked for once."""


@dataclass(frozen=True, slots=True)
class Leafing:
    """A page of a list that is sorted by one or several of its variables first.

    Attributes:
        by: those variables.
        things: SPARQL that gives what they take, and may give more.
        columns: of the list.
        limit: how many rows at most.
        offset: how many rows come before.
    """

    by: tuple[str, ...]
    things: str
    columns: tuple[str, ...]
    limit: int
    offset: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a worker takes it."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        return cls(**{**said, "by": tuple(said["by"]), "columns": tuple(said["columns"])})

    def values(self, step: str, ask: Ask) -> str:
        """Return a query that gives the page.

        Args:
            step: SPARQL for the whole list.
            ask: answers it, and `things`.
        """
        rows = islice(self._rows(step, ask), self.offset, self.offset + self.limit)
        return walks.table(self.columns, ([_written(row[name]) for name in self.columns] for row in rows))

    def _rows(self, step: str, ask: Ask) -> Iterator[Row]:
        places = [ox.NamedNode(f"{_PLACE}{number}") for number in range(len(self.by))]
        asked = sparql.bind(step, dict(zip(self.by, places, strict=True)))
        for thing in self._things(ask):
            bound = asked
            for place, term in zip(places, thing, strict=True):
                bound = bound.replace(str(place), str(term))
            yield from ask(bound)

    def _things(self, ask: Ask) -> Sequence[Sequence[ox.NamedNode | ox.Literal]]:
        """Return what the list is about, in the order of SPARQL 1.1, 15.1."""
        found = [tuple(row[name] for name in self.by) for row in ask(self.things)]
        if all(isinstance(term, ox.NamedNode) for thing in found for term in thing):
            return sorted(found, key=lambda thing: [term.value for term in thing])
        order = " ".join(f"?{name}" for name in self.by)
        return [tuple(row[name] for name in self.by) for row in ask(f"{self.things} ORDER BY {order}")]


def _written(term: Any) -> str:  # noqa: ANN401 - a term or None
    return "UNDEF" if term is None else str(term)
