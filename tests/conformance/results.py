"""Answers and datasets in a form in which equal ones are equal, whatever their blank nodes are called."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graph_service.formats import FORMATS, RDF_FORMATS

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ROW = "urn:x-row:"
_NUMBER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_TYPED = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Rows = Sequence[Sequence[Term | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer: what it is (`boolean`, `solutions`, `graph`, `dataset`) and what it says."""

    kind: str
    said: object


def truth(value: bool) -> Outcome:
    """Return the outcome of an ASK."""
    return Outcome("boolean", value)


def graph(triples: Iterable[ox.Triple | ox.Quad]) -> Outcome:
    """Return the outcome of a CONSTRUCT or DESCRIBE."""
    return Outcome("graph", _canonical(ox.Quad(t.subject, t.predicate, t.object) for t in triples))


def dataset(quads: Iterable[ox.Quad]) -> Outcome:
    """Return what a store holds."""
    return Outcome("dataset", _canonical(quads))


def solutions(columns: Sequence[str], rows: Rows) -> Outcome:
    """Return the outcome of a SELECT; the order of rows and columns does not count."""
    return Outcome("solutions", (frozenset(columns), _canonical(_described(columns, rows))))


def comma_separated(data: bytes) -> Outcome:
    """Return the outcome of a SELECT in CSV, where a number, a label and a text can only be told by their looks."""
    columns, *rows = csv.reader(io.StringIO(data.decode("utf-8")))
    return solutions(columns, [[_guessed(value) for value in row] for row in rows])


def _guessed(value: str) -> Term:
    if value.startswith("_:"):
        return ox.BlankNode(value[2:])
    try:
        return ox.Literal(float(value))
    except ValueError:
        return ox.Literal(value)


def parsed(data: bytes, suffix: str, base: str) -> Outcome:
    """Return the outcome in a file of results.

    Args:
        data: what is in the file.
        suffix: what the name of such a file ends in.
        base: what relative IRIs in it are resolved against.
    """
    if suffix == ".csv":
        return comma_separated(data)
    if suffix in _TYPED:
        return taken(ox.parse_query_results(data, _TYPED[suffix]))
    format_ = next(f for f in FORMATS.values() if f.suffix == suffix)
    assert format_.rdf
    quads = list(ox.parse(data, format=format_.rdf, base_iri=base))
    return _result_set(quads) or graph(quads)


def taken(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Outcome:
    """Return the outcome that the engine gives."""
    if isinstance(results, ox.QueryBoolean):
        return truth(bool(results))
    if isinstance(results, ox.QueryTriples):
        return graph(results)
    columns = [variable.value for variable in results.variables]
    return solutions(columns, [[solution[column] for column in columns] for solution in results])


def _described(columns: Sequence[str], rows: Rows) -> Iterator[ox.Quad]:
    """Yield rows as triples, each different row once, with how often it is there."""
    keyed = {tuple(map(str, row)): row for row in rows}
    for key, number in Counter(tuple(map(str, row)) for row in rows).items():
        node = ox.BlankNode()
        yield ox.Quad(node, ox.NamedNode(_ROW), ox.Literal(str(number), datatype=_NUMBER))
        for column, term in zip(columns, keyed[key], strict=True):
            if term is not None:
                yield ox.Quad(node, ox.NamedNode(f"{_ROW}{column}"), term)


def _canonical(quads: Iterable[ox.Quad]) -> frozenset[str]:
    """Return quads as text, blank nodes and spellings of numbers made the same."""
    store = ox.Store()
    store.extend(quads)
    found = ox.Dataset(store)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, found))


def _result_set(quads: Sequence[ox.Quad]) -> Outcome | None:
    """Return the outcome that a graph describes in the vocabulary of result sets; None where it does not."""

    def values(subject: Term, name: str) -> list[Term]:
        return [q.object for q in quads if q.subject == subject and q.predicate.value == RS + name]

    whole = [q.subject for q in quads if getattr(q.object, "value", "") == RS + "ResultSet"]
    if not whole:
        return None
    if found := values(whole[0], "boolean"):
        return truth(getattr(found[0], "value", "") == "true")
    columns = [str(getattr(v, "value", "")) for v in values(whole[0], "resultVariable")]
    rows = []
    for solution in values(whole[0], "solution"):
        bound = {
            getattr(values(binding, "variable")[0], "value", ""): values(binding, "value")[0]
            for binding in values(solution, "binding")
        }
        rows.append([bound.get(column) for column in columns])
    return solutions(columns, rows)


@lru_cache(maxsize=512)
def read_graph(path: Path, base: str) -> tuple[ox.Triple, ...]:
    """Return the triples of a file; the same ones, blank nodes too, whenever it is read."""
    format_ = next(f for f in RDF_FORMATS.values() if f.suffix == path.suffix)
    assert format_.rdf
    parsed_ = ox.parse(path.read_bytes(), format=format_.rdf, base_iri=base, rename_blank_nodes=True)
    return tuple(quad.triple for quad in parsed_)
