"""How long each named query takes; run `python -m tests.benchmarks.named --quads 1000000`.

The graph is that of the bundled documents with their claims, as often as it takes, each copy with IRIs of its own, so
it grows as more documents would make it grow. Each query is asked with its examples in one of the copies: first by
a process that has asked it nothing yet, then again by a pool of workers, which has kept the answer. A query that may
be asked without parameters is asked so too, for a page of a hundred rows; that is about everything, and has the budget
of an aggregate.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from graph_service.formats import RESULT_FORMATS, by_name
from graph_service.graph.named import NamedQuery, ask_here, load
from graph_service.graph.paging import WHOLE, Page
from graph_service.graph.parameters import Bound
from graph_service.graph.query_files import BUDGETS
from graph_service.graph.steps import Steps
from graph_service.graph.store import GraphStore, Snapshot, open_reader, open_store
from graph_service.graph.workers import Workers
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import BASE_IRI, Settings

KEPT = 0.002
"""Seconds that a kept answer may take."""


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
    """What was measured: query, what it was asked about, its budget and time in seconds, time when kept, rows."""

    name: str
    about: str
    budget: float
    first: float
    kept: float
    rows: int


def ways(query: NamedQuery) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Yield what a query is asked: what that is about, its parameters, the seconds that it may take."""
    examples = {p.name: p.example for p in query.parameters}
    needed = {p.name: p.example for p in query.parameters if p.required}
    things = {p.name: p.example for p in query.parameters if p.type == "entity"}
    if things or needed:
        yield "one thing", needed or dict(list(things.items())[:1]), BUDGETS[query.budget]
    if not needed:
        yield "everything", {}, BUDGETS["aggregate"]
    elif len(examples) > len(needed):
        yield "narrowed", {**needed, **things}, BUDGETS[query.budget]


def measure(folder: Path) -> Iterator[Figure]:
    """Yield the figures of each query."""
    named = load()
    with (
        tempfile.TemporaryDirectory() as place,
        Workers(1, 120, 4096) as workers,
        open_reader(folder) as reader,
    ):
        ingest([resource("data", "documents")], Settings(store=Path(place) / "store"))
        with open_reader(Path(place) / "store") as small:
            names, snapshot = small.snapshot(), reader.snapshot()
            bool(snapshot.query("ASK { ?s ?p ?o }"))
            for query in named:
                for about, given, budget in ways(query):
                    page = WHOLE if given else Page(100)
                    asked = query.asked(named.bind(names, query, given), page, more=1)
                    begun = time.perf_counter()
                    rows = len(list(ask_here(snapshot, *asked).rows()))
                    first = time.perf_counter() - begun
                    yield Figure(
                        query.name, about, budget, first, _kept(workers, snapshot, query, asked), rows
                    )


def _kept(workers: Workers, snapshot: Snapshot, query: NamedQuery, asked: tuple[str, Bound | Steps]) -> float:
    format_ = by_name("nt") if query.constructs else RESULT_FORMATS["json"]
    sparql, bound = asked
    walk, terms = (bound, None) if isinstance(bound, Steps) else (None, bound)
    seconds = 0.0
    for _ in range(2):
        begun = time.perf_counter()
        workers.ask(snapshot, sparql, format_, bindings=terms, walk=walk).read()
        seconds = time.perf_counter() - begun
    return seconds


def main() -> None:
    """Print a table; a figure over its budget is marked."""
    parser = argparse.ArgumentParser(description="How long each named query takes.")
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path, help="folder to keep the store in")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = filled(given.store or Path(place) / "store", given.quads)
        print(f"{'query':28} {'about':>10} {'may ms':>7} {'first ms':>10} {'kept ms':>8} {'rows':>7}")
        for one in measure(folder):
            over = " over" if one.first > one.budget or one.kept > KEPT else ""
            print(
                f"{one.name:28} {one.about:>10} {one.budget * 1000:7.0f} {one.first * 1000:10.1f} "
                f"{one.kept * 1000:8.2f} {one.rows:7}{over}",
                flush=True,
            )


if __name__ == "__main__":
    main()
