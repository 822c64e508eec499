"""Exports and pages of things over a large store: speed beside the engine's own dump, memory, hubs.

    python -m tests.benchmarks.exports --quads 1000000

It makes a store of so many quads (tests/benchmarks/quads.py), serves it, and prints
how fast `/exports/all.nq` is made and sent beside `Store.dump` to a file and what memory that takes; how long the page of
a company and of a hub takes the server (median of many, each asked anew); and how long each other format of the facts takes.
`Store.dump` runs as the service runs its own, behind everything else: what else the machine does slows both alike.
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from graph_service.formats import RDF_FORMATS, Format
from graph_service.graph.export import formats_of
from graph_service.graph.store import open_reader, open_store
from graph_service.vocabulary import ZG
from tests.benchmarks.quads import A_COMPANY, BASE, lines
from tests.benchmarks.search import indexed
from tests.benchmarks.services import served

_HUB = f"{BASE}place/hub"
_SPOKES = 100_000
_PAGES = 30
_NICE = 10


def fill(folder: Path, count: int) -> None:
    """Make a store of so many quads and a hub with 100 000 edges, as one checkpoint."""
    if folder.exists():
        return
    with open_store(folder, BASE):
        pass
    raw = folder / "raw"
    store = ox.Store(str(raw))
    quads = folder / "quads.nq"
    with quads.open("w", encoding="utf-8") as out:
        out.writelines(lines(count))
        out.writelines(_hub(count // A_COMPANY))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()
    quads.unlink()
    current = (folder / "current").read_text("ascii").strip()
    snapshot = folder / "snapshots" / current
    subprocess.run(["rm", "-rf", str(snapshot)], check=True)
    store.backup(str(snapshot))
    del store
    subprocess.run(["rm", "-rf", str(raw)], check=True)


def _hub(companies: int) -> Iterator[str]:
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    yield f"<{_HUB}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ZG}Place> .\n"
    yield f'<{_HUB}> {label} "枢纽"@zh .\n'
    for number in range(min(_SPOKES, companies)):
        yield f"<{BASE}company/c{number}> <{ZG}locatedIn> <{_HUB}> .\n"


def get(host: str, port: int, path: str, accept: str = "*/*") -> tuple[float, int]:
    """Return the seconds that an answer took to the last byte, and its bytes."""
    connection = http.client.HTTPConnection(host, port, timeout=3600)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": accept})
    answer = connection.getresponse()
    size = 0
    while block := answer.read(1 << 20):
        size += len(block)
    assert answer.status == 200, (path, answer.status)
    connection.close()
    return time.perf_counter() - began, size


def memory_of(owner: int) -> int:
    """Return the most MiB that the process which makes dumps has had in memory."""
    peaks = [0]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name, parent = (
                (entry / "cmdline").read_bytes(),
                (entry / "stat").read_text().rpartition(")")[2].split()[1],
            )
            if b"graph.printer" in name and int(parent) == owner:
                peaks.append(int(re.findall(r"VmHWM:\s+(\d+)", (entry / "status").read_text())[0]) // 1024)
        except OSError:
            continue
    return max(peaks)


def dump(folder: Path) -> tuple[float, int]:
    """Return how long `Store.dump` takes to write all to a file, and its bytes; in a process as nice as the service's own."""
    command = [sys.executable, "-m", "tests.benchmarks.exports", "--folder", str(folder), "--dump"]
    took, size = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    return float(took), int(size)


def _dump(folder: Path) -> tuple[float, int]:
    os.nice(_NICE)
    snapshot = open_reader(folder).snapshot()
    path = folder / "dumped.nq"
    began = time.perf_counter()
    with path.open("wb") as out:
        snapshot.dump_all(RDF_FORMATS["nq"], out)
        os.fsync(out.fileno())
    size = path.stat().st_size
    path.unlink()
    return time.perf_counter() - began, size


def _said(seconds: float, size: int) -> float:
    print(
        f"Store.dump to a file            {seconds:8.1f} s   {size / seconds / 2**20:7.1f} MiB/s", flush=True
    )
    return seconds


def page_times(host: str, port: int, iri: str) -> float:
    """Return the milliseconds of a page of a thing, the median of many."""
    path = "/page/" + iri.removeprefix(BASE)
    return statistics.median(get(host, port, f"{path}?n={n}", "text/html")[0] for n in range(_PAGES)) * 1000


def _print_pages(host: str, port: int, when: str) -> None:
    for kind, iri in (("company", f"{BASE}company/c77"), ("hub", _HUB)):
        print(f"page of a {kind:22}{page_times(host, port, iri):8.1f} ms   {when}", flush=True)


def _formats(names: str | None) -> list[Format]:
    wanted = names.split(",") if names else []
    return [f for f in formats_of("facts") if f.name in wanted]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument(
        "--folder", type=Path, default=None, help="a store that is made, and kept for another run"
    )
    parser.add_argument("--formats", default="gexf,graphml,csv", help="of the facts, to be timed too")
    parser.add_argument(
        "--beside",
        action="store_true",
        help="compare with Store.dump at the same time: for machines that are busy",
    )
    parser.add_argument("--dump", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.dump:
        print(*_dump(asked.folder))
        return
    with tempfile.TemporaryDirectory() as own:
        folder = asked.folder or Path(own) / "store"
        fill(folder, asked.quads)
        plain = 0.0 if asked.beside else _said(*dump(folder))
        with served(folder, "--timeout", "3600", "--cache", "0") as service:
            (host, port), pid = service.place, service.pid
            _print_pages(host, port, "while the names are being indexed")
            indexed(service.url)
            _print_pages(host, port, "once they are indexed")
            beside = ThreadPoolExecutor(1).submit(dump, folder) if asked.beside else None
            took, size = get(host, port, "/exports/all.nq")
            plain = _said(*beside.result()) if beside else plain
            print(f"/exports/all.nq, made and sent  {took:8.1f} s   {size / took / 2**20:7.1f} MiB/s")
            print(
                f"  of the speed of Store.dump    {plain / took:8.2f}     {memory_of(pid):7} MiB at most",
                flush=True,
            )
            again, size = get(host, port, "/exports/all.nq")
            print(
                f"/exports/all.nq, sent again     {again:8.1f} s   {size / again / 2**20:7.1f} MiB/s",
                flush=True,
            )
            for format_ in _formats(asked.formats):
                took, size = get(host, port, f"/exports/facts{format_.suffix}")
                print(
                    f"/exports/facts{format_.suffix:18}{took:8.1f} s   {memory_of(pid):7} MiB at most",
                    flush=True,
                )


if __name__ == "__main__":
    main()
