"""How fast the service answers and commits; run `python -m tests.benchmarks.endpoint`.

All of it in one run, side by side, on the same quads: the service as `zonegraph serve` runs it, pyoxigraph in
process (the floor), and a plain Flask endpoint over pyoxigraph on waitress, which is what the service would be
without workers, limits, cache and log. Others are compared where they are at hand (see `rivals`), or by the
address of a server that holds the same data:

    python -m tests.benchmarks.endpoint --virtuoso --rdflib /tmp/rdflib/bin/python --fuseki fuseki.jar
    python -m tests.benchmarks.endpoint --store /tmp/ten-million --quads 10000000 --databases /tmp/rivals --virtuoso
                                                     # what is not there yet is made, and is used again
    python -m tests.benchmarks.endpoint --write /tmp/quads.nq     # for them to load; then
    python -m tests.benchmarks.endpoint --rival virtuoso=http://127.0.0.1:8890/sparql
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyoxigraph as ox

from graph_service.formats import RDF_FORMATS, RESULT_FORMATS
from graph_service.graph.folder import copy
from graph_service.graph.store import GraphStore, Snapshot, open_reader, open_store
from tests.benchmarks import quads, rivals, search
from tests.benchmarks.load import Connection, Run, in_process, measure
from tests.benchmarks.services import running, served

CLIENTS = (1, 8, 32)
_JSON = RESULT_FORMATS["json"]
PLAIN = """
import sys
import pyoxigraph as ox
import waitress
from flask import Flask, Response, request
store, app = ox.Store.read_only(sys.argv[1]), Flask("plain")
def answer():
    found = store.query(request.args["query"])
    form = ox.RdfFormat.N_TRIPLES if isinstance(found, ox.QueryTriples) else ox.QueryResultsFormat.JSON
    return Response(found.serialize(format=form), content_type=form.media_type)
app.add_url_rule("/sparql", view_func=answer)
server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8)
print(server.effective_port, flush=True)
server.run()
"""
"""The plain endpoint: a program of its own, given the folder of a snapshot."""


def main() -> None:
    """Measure and print."""
    given = _arguments()
    if given.write:
        quads.write(given.write, given.quads)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name, ExitStack() as stack:
        folder = Path(name)
        store = (
            _copied(_lasting(given), folder)
            if given.store
            else _indexed(_filled(folder / "store", given.quads))
        )
        with open_reader(store) as reader:
            snapshot = reader.snapshot()
        services = {
            "zonegraph": f"{stack.enter_context(served(store)).url}sparql", "plain": stack.enter_context(_plain(snapshot)),
            **dict(_rivals(stack, folder, snapshot, given)), **dict(rival.split("=", 1) for rival in given.rival),
        }  # fmt: skip
        print(f"{given.quads:,} quads, {os.cpu_count()} processors, {given.seconds:g} s a run\n")
        for kind in given.kind or quads.KINDS:
            _compare(kind, snapshot, services, given)
        _export(snapshot, services)
        stack.pop_all().close()
        _growth(store, given)
    with tempfile.TemporaryDirectory(dir=given.folder) as emptied:
        _commits(Path(emptied), given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of each run")
    parser.add_argument(
        "--kind", action="append", choices=quads.KINDS, help="of query; all where none is given"
    )
    parser.add_argument("--rival", action="append", default=[], metavar="NAME=URL")
    parser.add_argument("--rdflib", type=Path, metavar="PYTHON", help="interpreter that has rdflib-endpoint")
    parser.add_argument("--virtuoso", action="store_true", help="compare Virtuoso, where it is installed")
    parser.add_argument("--fuseki", type=Path, metavar="JAR", help="compare Fuseki, from this jar")
    parser.add_argument("--oxigraph", type=Path, metavar="PROGRAM", help="compare Oxigraph's own server")
    parser.add_argument(
        "--databases", type=Path, metavar="FOLDER", help="where the databases of the others are, or are made"
    )
    parser.add_argument("--folder", type=Path, default=None, help="where to make the store")
    parser.add_argument(
        "--store",
        type=Path,
        metavar="FOLDER",
        help="a store of --quads that stays; filled where it is not there",
    )
    parser.add_argument("--write", type=Path, metavar="FILE.nq", help="write the quads and end")
    return parser.parse_args()


def _rivals(
    stack: ExitStack, folder: Path, snapshot: Snapshot, given: argparse.Namespace
) -> Iterator[tuple[str, str]]:
    """Start the other servers that are at hand; yield their names and addresses."""
    if given.rdflib and snapshot.path:
        yield "rdflib", stack.enter_context(rivals.rdflib_endpoint(given.rdflib, snapshot.path))
    databases = (given.databases or folder).absolute()
    if given.virtuoso and rivals.virtuoso_is_here():
        file = _file(folder, given)
        yield "virtuoso", stack.enter_context(rivals.virtuoso(databases / "virtuoso", file))
    if given.fuseki:
        file = _file(folder, given)
        yield "fuseki", stack.enter_context(rivals.fuseki(given.fuseki, databases / "fuseki", file))
    if given.oxigraph:
        file = _file(folder, given)
        yield "oxigraph", stack.enter_context(rivals.oxigraph(given.oxigraph, databases / "oxigraph", file))


def _file(folder: Path, given: argparse.Namespace) -> Path:
    """Return a file of the quads: the one beside the store that stays, or one that goes."""
    return quads.write(given.store.with_suffix(".nq") if given.store else folder / "all.nq", given.quads)


def _lasting(given: argparse.Namespace) -> Path:
    """Return the folder of the store that stays."""
    store: Path = given.store
    return _indexed(store if store.exists() else _filled(store, given.quads))


def _indexed(store: Path) -> Path:
    """Let a service index the names of a store, which else would compute beside what is measured; return its folder."""
    with served(store) as service:
        search.indexed(service.url)
    return store


def _filled(store: Path, count: int) -> Path:
    """Fill a new store with so many quads, and a document so that a server does not fill it; return its folder."""
    with tempfile.TemporaryDirectory(dir=store.parent) as name:
        file = quads.write(Path(name) / "all.nq", count)
        with open_store(Path(name) / "store", quads.BASE) as new:
            _load(new, file)
        (Path(name) / "store").rename(store)
    return store


def _copied(store: Path, folder: Path) -> Path:
    """Return the folder of a copy of a store: by links, as far as what is there never changes."""
    copy(store, folder / "store")
    return folder / "store"


def _load(store: GraphStore, file: Path) -> None:
    """Load a file as fast as the engine can, and publish it."""
    engine = store._engine
    engine.here().bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    engine.here().optimize()
    marker = ox.NamedNode(f"{quads.BASE}document/bench")
    graph = ox.NamedNode(f"{quads.BASE}graph/document/bench")
    engine.here().add(ox.Quad(marker, marker, marker, graph))
    engine.changes += 1
    store.commit()


@contextmanager
def _plain(snapshot: Snapshot) -> Iterator[str]:
    with running([sys.executable, "-c", PLAIN, str(snapshot.path)]) as (said, _):
        yield f"http://127.0.0.1:{said.strip()}/sparql"


def _compare(kind: str, snapshot: Snapshot, services: dict[str, str], given: argparse.Namespace) -> None:
    """Print the rates of one kind of query, cold (each another one) and again (always the same)."""
    random.seed(kind)
    several = [quads.KINDS[kind](n) for n in random.sample(range(given.quads // quads.A_COMPANY), 4000)]
    floor = in_process(lambda query: snapshot.query(query).serialize(_JSON), several, given.seconds)
    print(f"{kind}: {floor:.2f} ms in process")
    print(
        f"  {'':10} {'':5} {'clients':>7} {'per s':>8} {'median ms':>10} {'p99 ms':>9} {'× in process':>13} {'× plain':>8}"
    )
    for name, queries in (("cold", several), ("again", several[:1])):
        for clients in CLIENTS:
            runs = {
                service: measure(url, queries, clients, given.seconds, warm=name == "again")
                for service, url in services.items()
            }
            for service, run in runs.items():
                _print(service, name, clients, run, floor, runs["plain"])
    print()


def _print(service: str, name: str, clients: int, run: Run, floor: float, plain: Run) -> None:
    compared = run.rate / plain.rate if plain.rate else float("nan")
    failed = f"  {run.failed} failed" if run.failed else ""
    print(
        f"  {service:10} {name:5} {clients:7} {run.rate:8.0f} {run.median:10.2f} {run.late:9.2f} "
        f"{run.median / floor:13.1f} {compared:8.2f}{failed}"
    )


def _growth(store: Path, given: argparse.Namespace) -> None:
    """Print how many aggregates are answered, each another one, by one worker and by more."""
    several = [quads.aggregate(n) for n in range(100)]
    print("aggregates a second, 8 clients, by workers:")
    for workers in (1, 2, 4):
        with served(store, "--workers", str(workers)) as service:
            run = measure(f"{service.url}sparql", several, 8, given.seconds, warm=False)
        print(
            f"  {workers} workers: {run.rate:6.1f} per s, median {run.median:.1f} ms, p99 {run.late:.1f} ms"
        )
    print()


def _export(snapshot: Snapshot, services: dict[str, str]) -> None:
    """Print how fast a large answer comes, as N-Triples."""
    began = time.perf_counter()
    size = len(snapshot.query(quads.EXPORT).serialize(RDF_FORMATS["nt"]))
    floor = time.perf_counter() - began
    print(f"export of {size / 1e6:.0f} MB: {floor:.2f} s in process")
    for service, url in services.items():
        began = time.perf_counter()
        status, _ = Connection(url).ask(quads.EXPORT, "application/n-triples")
        took = time.perf_counter() - began
        print(f"  {service:10} {took:5.2f} s, {took / floor:.2f} × in process, status {status}")
    print()


def _commits(folder: Path, given: argparse.Namespace) -> None:
    """Print how long a small write takes until it is durable and seen, on stores of two sizes."""
    print("a write of one triple, published, durable and seen by a new reader:")
    medians = []
    for quads_there in (given.quads // 10, given.quads):
        place = folder / str(quads_there)
        place.mkdir()
        whole = given.store and quads_there == given.quads
        path = _copied(given.store, place) if whole else _filled(place / "store", quads_there)
        with open_store(path, quads.BASE) as store:
            times = [_commit(store, number) for number in range(40)][5:]
        medians.append(statistics.median(times))
        print(f"  {quads_there:>11,} quads: median {medians[-1]:.1f} ms, slowest {max(times):.1f} ms")
    print(f"  ten times the quads: {medians[1] / medians[0]:.2f} × the time")


def _commit(store: GraphStore, number: int) -> float:
    began = time.perf_counter()
    store.write(lambda writing: writing.update(f"INSERT DATA {{ <x:s> <x:p> {number} }}"))
    assert store.snapshot().query(f"ASK {{ <x:s> <x:p> {number} }}")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
