"""How long a large named graph takes to be emptied, and small writes meanwhile: `python -m tests.benchmarks.emptying`.

A graph of half a million triples beside others of a million (or of other sizes) is emptied by an update, as a user does
it; another thread inserts one triple after the other until it is done. Readers count the graph: it is whole or empty.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from graph_service.formats import RDF_FORMATS, RESULT_FORMATS
from graph_service.graph.store import GraphStore, open_store
from graph_service.settings import Limits
from tests.benchmarks.quads import BASE

_PER_LOAD = 100_000
_PAUSE = 0.05
_NAMES = 100_000
"""Things that the triples speak of."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--graph", type=int, default=500_000, help="triples of the graph")
    parser.add_argument("--others", type=int, default=1_000_000, help="triples of the others")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_store(Path(scratch) / "store", BASE, Limits(timeout=600, memory=4096)) as store,
    ):
        _fill(store, "urn:others", given.others)
        _fill(store, "urn:large", given.graph)
        while store.history.unwritten():  # what was loaded is compared, in a process that computes too
            time.sleep(1)
        began = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            emptied = pool.submit(store.write, lambda writing: writing.update("CLEAR GRAPH <urn:large>"))
            times = list(_writes(store, emptied))
        emptied.result()
        print(f"{given.graph:,} triples beside {given.others:,} emptied in {time.monotonic() - began:.1f} s")
        print(
            f"{len(times)} writes meanwhile: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms"
        )
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        assert _size(store) == 0


def _fill(store: GraphStore, graph: str, count: int) -> None:
    for start in range(0, count, _PER_LOAD):
        lines = (
            f"<{BASE}thing/{n % _NAMES}> <{BASE}p{n % 7}> <{BASE}value/{n}> .\n"
            for n in range(start, min(count, start + _PER_LOAD))
        )
        data = "".join(lines).encode()
        store.write(lambda writing, data=data: writing.load(data, RDF_FORMATS["nt"], graph))  # type: ignore[misc]


def _writes(store: GraphStore, emptied: "Future[None]") -> Iterator[float]:
    """Yield the milliseconds of each write until the graph has been emptied."""
    whole = _size(store)
    for number in range(10**9):
        began = time.perf_counter()
        store.write(lambda writing, n=number: writing.update(f"INSERT DATA {{ <urn:s> <urn:p> {n} }}"))  # type: ignore[misc]
        yield (time.perf_counter() - began) * 1000
        assert _size(store) in {whole, 0}
        if emptied.done():
            return
        time.sleep(_PAUSE)


def _size(store: GraphStore) -> int:
    counted = store.snapshot().query("SELECT (COUNT(*) AS ?n) { GRAPH <urn:large> { ?s ?p ?o } }")
    return int(counted.serialize(RESULT_FORMATS["csv"]).split()[1])


if __name__ == "__main__":
    main()
