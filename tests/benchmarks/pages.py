"""How long pages take the server over a large store, beside a budget; run `python -m tests.benchmarks.pages --store FOLDER`.

The store is made by `python -m tests.benchmarks.pages --store FOLDER --make 10000000` where there is none: that of the
benchmark of the explorer, with documents, and a hub that 100 000 firms stand in. The service keeps no answers (`--cache 0`).
`first` is the first request of the kind in a new process, `again` the median of many, each for another thing where there are
several, and `commit` the first one after a document has been sent. What a large graph has not counted yet is answered 503
at once, and asked for again here until it is there; `waited` says for how long that was. Exit code 1 where the median is over
the budget.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path

from graph_service.graph.store import open_store
from tests.benchmarks.endpoint import _load
from tests.benchmarks.explorer import HUB, firm, lines
from tests.benchmarks.quads import BASE
from tests.benchmarks.services import served

BUDGET = 30.0
"""Milliseconds of the server that a page may take (issue 5)."""
_TIMES, _WAIT = 30, 300.0
_TOKEN = "of the benchmark"
_TEXT = "浙江德广信电子科技有限公司从深圳迁至诸暨智能视觉产业园。"


def make(folder: Path, quads: int) -> None:
    """Make a store of about so many quads."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as own:
        file = Path(own, "quads.nq")
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(quads))
        with open_store(folder, BASE) as store:
            _load(store, file)


def pages() -> Mapping[str, list[str]]:
    """Return addresses by kind of page, many of each."""
    firms = [firm(number * 331 + 7).removeprefix(BASE) for number in range(_TIMES)]
    hub = HUB.removeprefix(BASE)
    return {
        "/": ["/"] * _TIMES,
        "page of a company": [f"/page/{name}" for name in firms],
        "page of a hub": [f"/page/{hub}"] * _TIMES,
        "a relation of it": [f"/page/{hub}?incoming=locatedIn&page={n + 1}" for n in range(_TIMES)],
        "data of a company": [f"/data/{name}.ttl" for name in firms],
        "/documents": ["/documents"] * _TIMES,
        "page of a document": [f"/documents/d{number * 17}" for number in range(_TIMES)],
        "/dataset": ["/dataset"] * _TIMES,
        "/changes": ["/changes"] * _TIMES,
        "/ontology": ["/ontology"] * _TIMES,
        "page of a term": ["/ontology/Company"] * _TIMES,
    }


def ask(connection: HTTPConnection, path: str) -> tuple[float, float]:
    """Return the milliseconds of an answer, and the seconds for which the service said that it is not ready."""
    began = time.perf_counter()
    while True:
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "text/html, text/turtle;q=0.5"})
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status == 200:
            return took, start - began
        assert answer.status == 503 and start - began < _WAIT, (path, answer.status, body[:300])  # noqa: PT018
        time.sleep(0.2)


def send(connection: HTTPConnection) -> None:
    """Send a document, which makes a new state of the graph."""
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "text/plain; charset=utf-8"}
    connection.request("POST", "/documents", f"{_TEXT}{time.time_ns()}".encode(), headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    answer.read()


def main() -> None:
    """Make the store where that is asked for, serve it, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, help="a copy: a document is sent into it")
    parser.add_argument(
        "--make", type=int, default=0, help="quads of the store that is made where there is none"
    )
    given = parser.parse_args()
    if given.make and not given.store.exists():
        make(given.store, given.make)
    slow = []
    environment = {"ZONEGRAPH_TOKEN": _TOKEN}
    with served(given.store, "--cache", "0", environment=environment) as service:
        connection = HTTPConnection(*service.place, timeout=60)
        print(
            f"{'milliseconds':22}{'first':>9}{'waited':>9}{'again':>9}{'slowest':>9}{'commit':>9}{'waited':>9}"
        )
        found = {}
        for name, addresses in pages().items():
            first, waited = ask(connection, addresses[0])
            times = sorted(ask(connection, address)[0] for address in addresses[1:])
            found[name] = (first, waited * 1000, statistics.median(times), times[-1])
        for name, addresses in pages().items():
            send(connection)
            row = (*found[name], *ask(connection, addresses[-1]))
            print(f"{name:22}{''.join(f'{figure:9.1f}' for figure in (*row[:5], row[5] * 1000))}", flush=True)
            slow += [name] if row[2] > BUDGET else []
    print(f"over {BUDGET:.0f} ms again: {', '.join(slow) or 'none'}")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
