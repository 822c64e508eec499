"""Tests of query and update evaluation, run by the engine in this process and by the running service."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

import pyoxigraph as ox

from graph_service.formats import RESULT_FORMATS, by_media_type
from graph_service.graph.sparql import tokens
from tests.conformance import results
from tests.conformance.manifests import MF, QT, RDFS, UT, Node
from tests.conformance.results import Outcome
from tests.conformance.server import Answer, Server

EVALUATED = {"QueryEvaluationTest", "CSVResultFormatTest"}
UPDATED = {"UpdateEvaluationTest"}
READABLE = {"PositiveSyntaxTest11", "NegativeSyntaxTest11"}
WRITABLE = {"PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11"}
KINDS = EVALUATED | UPDATED | READABLE | WRITABLE
_QUADS = "SELECT ?s ?p ?o ?g WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

_PLACED = re.compile(r"line \d+|The query does not parse")


@dataclass(frozen=True)
class Data:
    """A dataset: triples of the default graph, and of each named graph."""

    default: tuple[ox.Triple, ...] = ()
    named: Mapping[str, tuple[ox.Triple, ...]] = field(default_factory=dict)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield all of it."""
        yield from (ox.Quad(t.subject, t.predicate, t.object) for t in self.default)
        for name, triples in self.named.items():
            yield from (ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name)) for t in triples)

    def as_update(self) -> str:
        """Return the update that makes a store hold just this."""
        data = [_listed(self.default), *(f"GRAPH <{n}> {{ {_listed(t)} }}" for n, t in self.named.items())]
        graphs = "".join(f"CREATE SILENT GRAPH <{name}> ; " for name in self.named)
        return f"DROP ALL ; {graphs} INSERT DATA {{ {' '.join(data)} }}"


def _listed(triples: tuple[ox.Triple, ...]) -> str:
    return " ".join(f"{triple} ." for triple in triples)


def data_of(node: Node | None, namespace: str) -> Data:
    """Return the dataset that an action or a result names, `namespace` being that of its properties."""
    if node is None:
        return Data()
    default = [t for file in node.all(namespace + "data") for t in results.read_graph(file.path, file.value)]
    named = {}
    for entry in node.all(namespace + "graphData"):
        file = entry.one(namespace + "graph") or entry
        name = entry.text(RDFS + "label") or file.value
        named[name] = results.read_graph(file.path, file.value)
    return Data(tuple(default), named)


class RunnerError(Exception):
    """A runner did not take a query or an update; `misspelt` tells whether it found a fault of syntax."""

    def __init__(self, said: str, misspelt: bool) -> None:
        super().__init__(said)
        self.misspelt = misspelt


class Runner(Protocol):
    """Something that runs queries and updates; what it cannot run raises `RunnerError`."""

    def query(self, text: str, base: str, suffix: str) -> Outcome:
        """Return the answer to a query, as read from a file of results of this type."""

    def update(self, text: str, base: str) -> None:
        """Run an update."""

    def put(self, data: Data) -> None:
        """Hold this dataset and nothing else."""

    def holds(self) -> Outcome:
        """Return the dataset that it holds."""


class Engine:
    """The engine in this process."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def query(self, text: str, base: str, suffix: str) -> Outcome:
        """Return the answer of the engine."""
        with _told():
            answer = self._store.query(text, base_iri=base)
            if suffix == ".csv" and not isinstance(answer, ox.QueryTriples):
                return results.comma_separated(answer.serialize(format=ox.QueryResultsFormat.CSV) or b"")
            return results.taken(answer)

    def update(self, text: str, base: str) -> None:
        """Change the engine's store."""
        with _told():
            self._store.update(text, base_iri=base)

    def put(self, data: Data) -> None:
        """Begin a store."""
        self._store = ox.Store()
        self._store.extend(data.quads())
        for name in data.named:
            self._store.add_graph(ox.NamedNode(name))

    def holds(self) -> Outcome:
        """Return what is in the store."""
        return results.dataset(self._store)


@contextmanager
def _told() -> Iterator[None]:
    """Turn the engine's errors into those of runners."""
    try:
        yield
    except SyntaxError as error:
        raise RunnerError(str(error), True) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise RunnerError(str(error), False) from error


class Service:
    """The running service, which is told the base of a text by a BASE in front of it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._put = ""

    def query(self, text: str, base: str, suffix: str) -> Outcome:
        """Return the answer of the service."""
        solutions = next((f for f in RESULT_FORMATS.values() if f.suffix == suffix), RESULT_FORMATS["xml"])
        accept = f"{solutions.media_type}, application/n-triples"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        body = urlencode({"query": f"BASE <{base}> {text}"}).encode()
        answer = self._server.send("POST", "/sparql", headers, body)
        _expect(200, answer)
        return results.parsed(answer.body, by_media_type(answer.media_type).suffix, base)

    def update(self, text: str, base: str) -> None:
        """Change the store of the service."""
        self._put = ""
        _expect(204, self._server.update(f"BASE <{base}> {text}"))

    def put(self, data: Data) -> None:
        """Write a dataset, where the service does not hold it already."""
        wanted = data.as_update()
        if wanted != self._put:
            _expect(204, self._server.update(wanted))
            self._put = wanted

    def holds(self) -> Outcome:
        """Return what the service says that it holds."""
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        answer = self._server.send("POST", "/sparql", headers, _QUADS.encode())
        rows = ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)
        return results.dataset(
            ox.Quad(row["s"], row["p"], row["o"], row["g"] or ox.DefaultGraph()) for row in rows
        )


def _expect(status: int, answer: Answer) -> None:
    if answer.status != status:
        detail = json.loads(answer.body)["detail"]
        raise RunnerError(f"{answer.status}: {detail}", _PLACED.match(detail) is not None)


def verdict(test: Node, runner: Runner) -> str:
    """Return nothing where a runner passes a test, else what was wrong."""
    try:
        if test.kind in EVALUATED:
            return _evaluated(test, runner)
        if test.kind in UPDATED:
            return _updated(test, runner)
    except RunnerError as error:
        return str(error)
    return _read(test, runner)


def _evaluated(test: Node, runner: Runner) -> str:
    action, wanted = test.one(MF + "action"), test.one(MF + "result")
    assert action
    assert wanted
    query = action.one(QT + "query")
    assert query
    runner.put(data_of(action, QT))
    got = runner.query(text_of(query.path), query.value, wanted.path.suffix)
    expected = results.parsed(wanted.path.read_bytes(), wanted.path.suffix, wanted.value)
    return "" if got == expected else f"{got} is not {expected}"


def _updated(test: Node, runner: Runner) -> str:
    action = test.one(MF + "action")
    assert action
    request = action.one(UT + "request")
    assert request
    runner.put(data_of(action, UT))
    runner.update(text_of(request.path), request.value)
    expected = results.dataset(data_of(test.one(MF + "result"), UT).quads())
    return "" if runner.holds() == expected else f"{runner.holds()} is not {expected}"


def _read(test: Node, runner: Runner) -> str:
    """Judge a test of syntax: what cannot be run for another reason is well-formed."""
    file = test.one(MF + "action")
    assert file
    try:
        if test.kind in READABLE:
            runner.query(text_of(file.path), file.value, ".srx")
        else:
            runner.update(text_of(file.path), file.value)
    except RunnerError as error:
        if error.misspelt:
            return "" if test.kind.startswith("Negative") else str(error)
    return "" if test.kind.startswith("Positive") else "it was taken, but is wrong"


def dataset_of(test: Node) -> str:
    """Return the dataset of a test as text, by which tests can be sorted so that few datasets are written."""
    action = test.one(MF + "action")
    return data_of(action, QT).as_update() if test.kind in EVALUATED else ""


def text_of(path: Path) -> str:
    """Return a query or an update."""
    return path.read_bytes().decode("utf-8")


def request_of(test: Node) -> str:
    """Return the query or update of a test."""
    action = test.one(MF + "action")
    assert action
    return text_of((action.one(QT + "query") or action.one(UT + "request") or action).path)


def remote(test: Node) -> bool:
    """Tell whether a test asks for data from other servers, which the service refuses."""
    return any(token.says("SERVICE") or token.says("LOAD") for token in tokens(request_of(test)))
