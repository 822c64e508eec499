"""Lists that begin with a query of their own: what it finds goes into the list's query as values (a bind join).

The engine plans by the shape of a query and does not know what is rare. Where a cheap query finds the few things that
come in question at all, the rest is looked up for these alone instead of being joined for everything there is. From a
thousand values on the engine begins at a pattern whose object is a constant, if there is one: such a query says what it wants
of objects in filters.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Self

import pyoxigraph as ox

from graph_service.graph import sparql
from graph_service.graph.walks import Ask

MOST = 10_000
"""Rows that are put in as values; where more come in question, the query is asked as it is."""


@dataclass(frozen=True, slots=True)
class BindJoin:
    """What comes in question: SPARQL whose columns are variables of the query, and which may find more than that needs."""

    first: str

    def as_json(self) -> dict[str, Any]:
        """Return it as a worker takes it."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        return cls(**said)

    def values(self, step: str, ask: Ask) -> str:
        """Return a query that gives the same as another one, computed from what comes in question.

        Args:
            step: SPARQL of the list, or of a page of it.
            ask: answers `first`.
        """
        rows = list(islice(ask(self.first), MOST + 1))
        if not rows:
            return f"{step}\nVALUES ?nothing {{ }}"
        terms = [tuple(row.values()) for row in rows]
        bindable = all(isinstance(term, ox.NamedNode | ox.Literal) for row in terms for term in row)
        return sparql.among(step, tuple(rows[0]), terms) if bindable and len(rows) <= MOST else step
