"""What a query gives, and how it is written."""

import re
from collections.abc import Iterator
from typing import Literal

import pyoxigraph as ox

from graph_service.errors import QueryError, UsageError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format
from graph_service.vocabulary import PREFIXES

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

_SYNTAX = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SYNTAX_CURE = "Mend the query there; a prefix must be declared by PREFIX before it is used."
_LONGEST = 300


class Answer:
    """The answer to one query; read it once, in the thread that asked.

    Attributes:
        kind: `solutions` for SELECT, `boolean` for ASK, `graph` for CONSTRUCT and DESCRIBE.
        columns: variables of the solutions, in the order the query names them; for a graph `subject`,
            `predicate`, `object`.
    """

    def __init__(self, results: _Results) -> None:
        self._results: _Results | None = results
        self.kind: Literal["solutions", "boolean", "graph"]
        self.columns: list[str]
        if isinstance(results, ox.QuerySolutions):
            self.kind, self.columns = "solutions", [v.value for v in results.variables]
        elif isinstance(results, ox.QueryBoolean):
            self.kind, self.columns = "boolean", []
        else:
            self.kind, self.columns = "graph", ["subject", "predicate", "object"]

    def rows(self) -> list[dict[str, Value | None]]:
        """Return one row per solution or triple: a term by column, None where a variable is unbound.

        Raises:
            UsageError: the query was an ASK, whose answer has no rows.
            QueryError: the answer has been read already, or evaluating it failed.
        """
        results = self._take()
        if isinstance(results, ox.QueryBoolean):
            raise UsageError(
                "The answer to ASK has no rows", "Read its truth by bool(answer), or ask by SELECT."
            )
        with_terms = (
            self._triples(results) if isinstance(results, ox.QueryTriples) else self._solutions(results)
        )
        return [dict(zip(self.columns, terms, strict=True)) for terms in with_terms]

    def __bool__(self) -> bool:
        """Tell what ASK found; for the others, whether there is any row."""
        results = self._take()
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        return next(iter(results), None) is not None

    def serialize(self, format: Format) -> bytes:  # noqa: A002 - the name the contract has
        """Return the answer as a file of this format; a graph is sorted.

        Raises:
            UsageError: the format is for graphs and this is none, or the other way round.
            QueryError: the answer has been read already, or evaluating it failed.
        """
        choices = RDF_FORMATS if self.kind == "graph" else RESULT_FORMATS
        if format.name not in choices:
            raise UsageError(
                f"{format.name} cannot hold the answer, which is {self.kind}",
                f"Choose one of {', '.join(choices)}.",
            )
        results = self._take()
        try:
            if isinstance(results, ox.QueryTriples):
                triples = sorted(set(results), key=str)
                return ox.serialize(triples, format=format.rdf, prefixes=PREFIXES) or b""
            return results.serialize(format=format.results) or b""
        except (RuntimeError, OSError) as error:
            raise failed(error) from error

    def _take(self) -> _Results:
        if self._results is None:
            raise QueryError("The answer has been read already", "Ask again; an answer is read once.")
        results, self._results = self._results, None
        return results

    def _solutions(self, results: ox.QuerySolutions) -> Iterator[list[Value | None]]:
        try:
            for solution in results:
                yield list(solution)
        except (RuntimeError, OSError) as error:
            raise failed(error) from error

    def _triples(self, results: ox.QueryTriples) -> Iterator[list[Value | None]]:
        for triple in sorted(set(results), key=str):
            yield [triple.subject, triple.predicate, triple.object]


def misspelt(error: SyntaxError) -> QueryError:
    """Return the error of a query that does not parse, with the line and column that the engine names."""
    match = _SYNTAX.match(str(error))
    if match is None:
        return QueryError(f"The query does not parse: {str(error)[:_LONGEST]}", _SYNTAX_CURE)
    line, column, what = match.groups()
    return QueryError(f"line {line}, column {column}: {_short(what)}", _SYNTAX_CURE)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[:_LONGEST] + " …"


def failed(error: Exception) -> QueryError:
    """Return the error of a query that parses but cannot be evaluated, such as by an unknown function."""
    return QueryError(f"The query cannot be answered: {error}", "Leave out what the message names.")
