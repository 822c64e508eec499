"""Parts of an answer: so many rows from a place on. On one snapshot an answer's order is settled, so parts fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from graph_service.errors import UsageError

MOST = 50_000
"""Rows that a page may have."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer.

    Attributes:
        limit: how many rows at most; None: all.
        offset: how many rows come before.
    """

    limit: int | None = None
    offset: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str], usual: int | None = None) -> Self:
        """Return the page that `limit` and `offset` ask for.

        Args:
            given: parameters of a request.
            usual: the limit where none is given.

        Raises:
            UsageError: one of them is no number that can be.
        """
        limit = _number(given, "limit", 1, MOST)
        return cls(usual if limit is None else limit, _number(given, "offset", 0, 10**9) or 0)

    @property
    def next(self) -> "Page":
        """The page behind it."""
        return Page(self.limit, self.offset + (self.limit or 0))

    def clause(self, more: int = 0) -> str:
        """Return what makes a query give this part and so many rows more (SPARQL 1.1, 15.4 and 15.5)."""
        limit = "" if self.limit is None else f" LIMIT {self.limit + more}"
        return f"{limit} OFFSET {self.offset}" if self.offset else limit


WHOLE = Page()
"""All of an answer."""


def _number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise UsageError(f"{name}={text[:20]} cannot be", f"Give a whole number from {least} to {most}.")
    return int(text)
