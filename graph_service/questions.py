"""What `zonegraph query` is asked, and its answers as text: from a store, or from a running service."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph_service.client import Service
from graph_service.errors import NotFoundError, QueryError, UsageError
from graph_service.formats import FORMATS, RDF_FORMATS, RESULT_FORMATS, by_media_type, by_name
from graph_service.graph.labels import Labels, table
from graph_service.graph.named import NamedQueries, NamedQuery, Result, load
from graph_service.graph.sparql import Term, bind
from graph_service.graph.store import Answer, Snapshot
from graph_service.graph.tables import draw, write_json

TABLE = "table"
_WRITERS: Mapping[str, Callable[[Result], str]] = {
    "json": lambda result: write_json(result.as_json()),
    "csv": Result.as_csv,
    "tsv": Result.as_tsv,
}
_SERVED = {"json": "application/json", "csv": "text/csv", "tsv": "text/tab-separated-values"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a named query or SPARQL, its parameters, and the language of labels."""

    named: NamedQuery | None
    sparql: str
    parameters: Mapping[str, str]
    language: str
    queries: NamedQueries


def question(what: str, parameters: Mapping[str, str], language: str) -> Question:
    """Return the question in a named query, a file, or standard input (`-`).

    Raises:
        NotFoundError: it is neither the name of a query nor a file.
        QueryError: the file is not text.
    """
    queries = load()
    if what in queries.queries:
        return Question(queries.get(what), "", parameters, language, queries)
    try:
        sparql = sys.stdin.read() if what == "-" else Path(what).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(f"{what} is not UTF-8 text", "Save it as UTF-8.") from error
    except OSError as error:
        names = ", ".join(query.name for query in queries)
        raise NotFoundError(
            f"{what} is neither a named query nor a file that can be read",
            f"Choose one of {names}, a file, or -.",
        ) from error
    return Question(None, sparql, parameters, language, queries)


def ask_store(asked: Question, snapshot: Snapshot, format_: str | None, room: int | None) -> bytes:
    """Return the answer of a graph in a format (None: a table, or Turtle), in UTF-8.

    Raises:
        UsageError: a parameter or the format does not fit.
        QueryError: the query does not parse, or cannot be answered.
        NotFoundError: nothing is called as a parameter says.
    """
    _check(format_)
    if asked.named is None:
        answer = snapshot.query(asked.sparql, bindings=_terms(asked.parameters))
        return _written(answer, format_, snapshot, asked.language, room)
    if format_ in (None, TABLE):
        result = asked.queries.run(snapshot, asked.named.name, asked.parameters, asked.language)
        return draw([c["label"] for c in result.columns], result.rows, room).encode()
    if format_ in _WRITERS:
        result = asked.queries.run(snapshot, asked.named.name, asked.parameters, asked.language)
        return _WRITERS[format_](result).encode()
    return asked.queries.ask(snapshot, asked.named.name, asked.parameters).serialize(by_name(format_ or ""))


def ask_service(asked: Question, server: str, format_: str | None, room: int | None) -> bytes:
    """Return the answer of a running service in a format, in UTF-8.

    Raises:
        ServiceError: the service cannot be reached, or refuses the question.
        UsageError: a parameter or the format does not fit.
    """
    _check(format_)
    service = Service(server)
    if asked.named is not None:
        return _ask_named(asked, asked.named.name, service, format_, room)
    sparql = bind(asked.sparql, _terms(asked.parameters))
    if format_ not in (None, TABLE):
        return service.query(sparql, by_name(format_ or "").media_type).body
    offers = (RESULT_FORMATS["json"].media_type, RDF_FORMATS["ttl"].media_type)
    got = service.query(sparql, ", ".join(offers))
    if by_media_type(got.media_type).rdf is not None:
        return got.body
    return _draw_results(json.loads(got.body), room).encode()


def _ask_named(asked: Question, name: str, service: Service, format_: str | None, room: int | None) -> bytes:
    parameters = {**asked.parameters, "lang": asked.language}
    if format_ not in (None, TABLE):
        media_type = _SERVED.get(format_ or "") or by_name(format_ or "").media_type
        return service.ask(name, parameters, media_type)
    said = json.loads(service.ask(name, parameters, _SERVED["json"]))
    names = [column["name"] for column in said["columns"]]
    rows = [[row[name] for name in names] for row in said["rows"]]
    return draw([column["label"] for column in said["columns"]], rows, room).encode()


def _check(format_: str | None) -> None:
    if format_ is not None and format_ != TABLE and format_ not in FORMATS:
        raise UsageError(f"{format_!r} is not a format", f"Choose one of {', '.join((TABLE, *FORMATS))}.")


def _terms(parameters: Mapping[str, str]) -> dict[str, Term]:
    """Return values as terms: an address is an IRI, anything else words."""
    found: dict[str, Term] = {}
    for name, value in parameters.items():
        try:
            found[name] = (
                ox.NamedNode(value) if value.startswith(("http://", "https://")) else ox.Literal(value)
            )
        except ValueError as error:
            raise UsageError(
                f"{name}={value} is not an IRI", "Percent-encode what an IRI may not hold."
            ) from error
    return found


def _written(
    answer: Answer, format_: str | None, snapshot: Snapshot, language: str, room: int | None
) -> bytes:
    if format_ not in (None, TABLE):
        return answer.serialize(by_name(format_ or ""))
    if answer.kind == "graph" and format_ is None:
        return answer.serialize(RDF_FORMATS["ttl"])
    if answer.kind == "boolean":
        return b"true\n" if answer else b"false\n"
    columns, rows = answer.columns, table(answer)
    labels = Labels(snapshot, language)
    labels.learn({term.value for row in rows for term in row if isinstance(term, ox.NamedNode)})
    return draw(columns, [[labels.value(term) for term in row] for row in rows], room).encode()


def _draw_results(said: Mapping[str, Any], room: int | None) -> str:
    """Return results in SPARQL JSON as a table; a service's bare terms have no labels."""
    if "boolean" in said:
        return "true\n" if said["boolean"] else "false\n"
    names: Sequence[str] = said["head"]["vars"]
    rows = [
        [row[name]["value"] if name in row else None for name in names] for row in said["results"]["bindings"]
    ]
    return draw(names, rows, room)
