"""How long a small write takes until it is durable and readers see it; run `python -m tests.benchmarks.commits`.

The steps of a commit are timed one by one, on a copy of a store that is there (by links, so that a large one
takes no room), beside the floor of the same disk: a file made, written, and synchronised, as often as a commit
must at least (the log of the engine, the checkpoint's folder, the name of the newest snapshot).

    python -m tests.benchmarks.commits --store /tmp/one-million --store /tmp/ten-million
"""

import argparse
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph_service.graph.folder import copy
from graph_service.graph.store import GraphStore, open_store
from tests.benchmarks import quads

_WARM_UP = 5
_SYNCS = 3
Times = dict[str, list[float]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--store", type=Path, action="append", required=True, metavar="FOLDER")
    parser.add_argument("--writes", type=int, default=40)
    given = parser.parse_args()
    for store in given.store:
        with tempfile.TemporaryDirectory(dir=store.parent) as folder:
            copy(store, Path(folder) / "store")
            with open_store(Path(folder) / "store", quads.BASE) as opened:
                _print(store, _measured(opened, given.writes), _floor(Path(folder)))


def _measured(store: GraphStore, writes: int) -> Times:
    """Return the milliseconds of each step of so many writes, and of the whole."""
    times: Times = defaultdict(list)
    steps: list[tuple[Any, str, str]] = [
        (store._engine, "update", "update"), (store._engine, "backup", "checkpoint"),
        (store.history, "commit", "history"), (store._folder, "publish", "name of the newest"),
        (store, "_opened", "opened for readers"),
    ]  # fmt: skip
    for owner, name, step in steps:
        setattr(owner, name, _timed(getattr(owner, name), times[step]))
    for number in range(writes + _WARM_UP):
        with _clock(times["whole"]):
            _write(store, number)
            with _clock(times["first answer"]):
                assert store.snapshot().query(f"ASK {{ <x:s> <x:p> {number} }}")
    return {step: taken[_WARM_UP:] for step, taken in times.items()}


def _write(store: GraphStore, number: int) -> None:
    store.write(lambda writing: writing.update(f"INSERT DATA {{ <x:s> <x:p> {number} }}"))


def _timed(call: Callable[..., Any], taken: list[float]) -> Callable[..., Any]:
    def timed(*args: object, **named: object) -> object:
        with _clock(taken):
            return call(*args, **named)

    return timed


@contextmanager
def _clock(taken: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    taken.append((time.perf_counter() - began) * 1000)


def _floor(folder: Path) -> float:
    """Return the median of the milliseconds that the disk takes for what a commit must at least synchronise."""
    times: list[float] = []
    for number in range(20):
        with _clock(times):
            for part in range(_SYNCS):
                file = os.open(folder / f"{number}-{part}", os.O_CREAT | os.O_WRONLY)
                os.write(file, b"x" * 100)
                os.fsync(file)
                os.close(file)
    return statistics.median(times)


def _print(store: Path, times: Times, floor: float) -> None:
    print(f"{store}: {len(times['whole'])} writes of one triple; {_SYNCS} files synchronised: {floor:.1f} ms")
    for step, taken in times.items():
        print(f"  {step:20} median {statistics.median(taken):7.1f} ms, slowest {max(taken):7.1f} ms")


if __name__ == "__main__":
    main()
