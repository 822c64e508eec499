"""How long each named query takes over HTTP; run `python -m tests.benchmarks.named --quads 1000000`.

The graph is that of the bundled documents with their claims, as often as it takes, each copy with IRIs of its own, so
it grows as more documents would make it grow. Each query is asked with its examples of a service that has just been
started and has answered none of them: `first` is the very first time, with the files of the store in the memory of the
system as far as they happen to be. A question about one thing is then asked about that thing in other copies, of which
nobody has asked before: `new` is the median of these. `worked` is how long the processors worked on one of them, the
mean, which is what it comes to on a machine that does nothing else; `kept` is the last request again over the same
connection, the median of some. A query that may be asked without parameters is asked so too, for a page of a hundred
rows; that is about everything, and has the budget of an aggregate.

What is asked about everything is judged by `first`: it has an answer that is found once. A question about one thing is
judged by `new`: there are as many of them as things, and the very first of all comes once in the life of a service.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from graph_service.graph.named import NamedQuery, load
from graph_service.graph.parameters import Bound
from graph_service.graph.query_files import BUDGETS
from graph_service.graph.store import GraphStore, Snapshot, open_reader, open_store
from graph_service.identity import reference_graph
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import BASE_IRI, Settings
from tests.benchmarks.services import Service, served

KEPT = 0.002
"""Seconds that a kept answer may take."""
_WARMING = ("/sparql?query=ASK%7B%7D&format=json", "/healthz")
"""What is asked before: it makes the service begin, and has nothing to do with named queries."""
_AGAIN = 9
_THINGS = 12
"""In how many copies a question about one thing is asked, as far as there are so many."""


def copies(snapshot: Snapshot, count: int) -> Iterator[str]:
    """Yield the quads of a graph as N-Quads until there are so many; each copy but the first has other IRIs."""
    lines = [
        f"{quad}\n" if str(quad).endswith(".") else f"{quad} .\n"
        for quad in snapshot.quads(None, None, None, None)
    ]
    for copy in range(max(1, count // len(lines))):
        mark = f"<{BASE_IRI}{f'copy{copy}/' if copy else ''}"
        yield from (line.replace(f"<{BASE_IRI}", mark) for line in lines)


def filled(folder: Path, count: int) -> Path:
    """Return a store with so many quads; one that is there already is taken as it is."""
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory() as place:
        ingest([resource("data", "documents")], Settings(store=Path(place) / "store"))
        with open_reader(Path(place) / "store") as reader:
            source = Path(place) / "all.nq"
            with source.open("w", encoding="utf-8") as out:
                out.writelines(copies(reader.snapshot(), count))
        with open_store(folder, BASE_IRI) as store:
            _load(store, source)
    return folder


def _load(store: GraphStore, source: Path) -> None:
    engine = store._engine.here()
    engine.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
    engine.optimize()
    store._engine.changes = 1
    store.commit()


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured.

    Attributes:
        name: of the query.
        about: what it was asked about.
        budget: seconds that it may take.
        first: seconds until the whole answer was there, the first time.
        new: the same for other things, the median; `first` where it is about no thing that other copies have.
        computed: seconds that the processors worked on one of them for the service, the mean.
        kept: the same as `first` when the last one was asked again, the median.
        rows: of the last answer.
        size: bytes of the last answer.
    """

    name: str
    about: str
    budget: float
    first: float
    new: float
    computed: float
    kept: float
    rows: int
    size: int

    @property
    def over(self) -> str:
        """What it is over: its budget, that of a kept answer, or nothing."""
        return " ".join(
            word
            for word, seconds, most in (("new", self.new, self.budget), ("kept", self.kept, KEPT))
            if seconds > most
        )


def ways(query: NamedQuery) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Yield what a query is asked: what that is about, its parameters, the seconds that it may take."""
    needed = {p.name: p.example for p in query.parameters if p.required}
    things = {p.name: p.example for p in query.parameters if p.type == "entity"}
    if things or needed:
        yield "one thing", needed or dict(list(things.items())[:1]), BUDGETS[query.budget]
    if not needed:
        yield "everything", {}, BUDGETS["aggregate"]
    elif {**needed, **things} != needed:
        yield "narrowed", {**needed, **things}, BUDGETS[query.budget]


def measure(folder: Path, only: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of each query, or of those with these names."""
    queries = load()
    with open_reader(folder) as reader:
        bases = _bases(reader.snapshot())
    with tempfile.TemporaryDirectory() as place:
        ingest([resource("data", "documents")], Settings(store=Path(place) / "store"))
        with open_reader(Path(place) / "store") as small, served(folder, "--base-iri", BASE_IRI) as service:
            connection = HTTPConnection(*service.place, timeout=300)
            for path in _WARMING:
                _asked(connection, path)
            for query in queries:
                for about, given, budget in ways(query) if query.name in only or not only else ():
                    terms = queries.bind(small.snapshot(), query, given)
                    paths = dict.fromkeys(_address(query, given, terms, base) for base in bases)
                    yield _figure(service, connection, query, about, budget, list(paths))


def _bases(snapshot: Snapshot) -> list[str]:
    """Return what the IRIs of some copies in a store begin with."""
    bases = [BASE_IRI, *(f"{BASE_IRI}copy{number}/" for number in range(1, _THINGS))]
    return [base for base in bases if snapshot.has_graph(reference_graph(base))]


def _address(query: NamedQuery, given: Mapping[str, str], terms: Bound, base: str) -> str:
    """Return where a query is asked; things by their IRIs in a copy, as each copy has things of the same names."""
    said = {p.name: terms[p.binds].value.replace(BASE_IRI, base) if p.type == "entity" else given[p.name]
            for p in query.parameters if p.name in given}  # fmt: skip
    page = {} if given else {"limit": "100"}
    return f"/queries/{query.name}?{urlencode({**said, **page, 'format': 'json'})}"


def _figure(
    service: Service,
    connection: HTTPConnection,
    query: NamedQuery,
    about: str,
    budget: float,
    paths: Sequence[str],
) -> Figure:
    worked = _worked(service.pid)
    first, *others = [_asked(connection, path)[0] for path in paths]
    computed = max(0.0, _worked(service.pid) - worked) / len(paths)
    new = statistics.median(others or [first])
    again = [_asked(connection, paths[-1]) for _ in range(_AGAIN)]
    kept, body = statistics.median(seconds for seconds, _ in again), again[-1][1]
    rows = len(json.loads(body)["rows"])
    return Figure(query.name, about, budget, first, new, computed, kept, rows, len(body))


def _asked(connection: HTTPConnection, path: str) -> tuple[float, bytes]:
    """Return the seconds that an answer took, and the answer."""
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - began
    assert answer.status == 200, (path, answer.status, body[:500])
    return seconds, body


def _worked(pid: int) -> float:
    """Return the seconds that the processors have worked for a process and all that it started."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [
            int(n)
            for tasks in Path(f"/proc/{pid}/task").glob("*/children")
            for n in tasks.read_text().split()
        ]
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(_worked, children))


def main() -> None:
    """Print a table; exit code 1 where a figure is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path, help="folder to keep the store in")
    parser.add_argument("names", nargs="*", help="queries; all of them by default")
    given = parser.parse_args()
    over = 0
    with tempfile.TemporaryDirectory() as place:
        folder = filled(given.store or Path(place) / "store", given.quads)
        heads = ("may ms", "first ms", "new ms", "worked ms", "kept ms", "rows", "bytes", "over")
        print(f"{'query':28}{'about':>11}{''.join(f'{head:>10}' for head in heads)}")
        for one in measure(folder, given.names):
            times = (one.budget, one.first, one.new, one.computed, one.kept)
            figures = "".join(f"{seconds * 1000:10.1f}" for seconds in times)
            print(f"{one.name:28}{one.about:>11}{figures}{one.rows:10}{one.size:10}  {one.over}", flush=True)
            over += bool(one.over)
    print(f"over: {over}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
