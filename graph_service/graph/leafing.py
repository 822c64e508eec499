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
_PLACE = ox.NamedNode("urn:zonegraph:leaf")
"""Stands for each thing in turn: where a query is to be bound is looked for once."""


@dataclass(frozen=True, slots=True)
class Leafing:
    """A page of a list that is sorted by one of its variables first.

    Attributes:
        by: that variable.
        things: SPARQL that gives what it takes, and may give more.
        columns: of the list.
        limit: how many rows at most.
        offset: how many rows come before.
    """

    by: str
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
        return cls(**{**said, "columns": tuple(said["columns"])})

    def values(self, step: str, ask: Ask) -> str:
        """Return a query that gives the page.

        Args:
            step: SPARQL for the whole list.
            ask: answers it, and `things`.
        """
        rows = islice(self._rows(step, ask), self.offset, self.offset + self.limit)
        return walks.table(self.columns, ([_written(row[name]) for name in self.columns] for row in rows))

    def _rows(self, step: str, ask: Ask) -> Iterator[Row]:
        asked = sparql.bind(step, {self.by: _PLACE})
        for thing in self._things(ask):
            yield from ask(asked.replace(str(_PLACE), str(thing)))

    def _things(self, ask: Ask) -> Sequence[ox.NamedNode | ox.Literal]:
        """Return what the list is about, in the order of SPARQL 1.1, 15.1."""
        found = [row[self.by] for row in ask(self.things)]
        if all(isinstance(thing, ox.NamedNode) for thing in found):
            return sorted(found, key=lambda thing: thing.value)
        return [row[self.by] for row in ask(f"{self.things} ORDER BY ?{self.by}")]


def _written(term: Any) -> str:  # noqa: ANN401 - a term or None
    return "UNDEF" if term is None else str(term)
