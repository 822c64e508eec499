"""What runaways cost the others: `ASK {}` while they are killed, against `ASK {}` alone.

    python -m tests.benchmarks.endpoint_limits

A service with two workers and a limit of two seconds is asked `ASK {}` again and again; first alone, then while
eight clients ask queries that never end, one after the other. Prints milliseconds and their ratio, how long
beyond its limit a runaway lived, and the memory of all processes before and after.
"""

import statistics
import tempfile
import threading
import time
from pathlib import Path

from tests.web.served import HOG, RUNAWAY, Served, until

_CLIENTS, _ASKS, _SECONDS, _LIMIT = 8, 500, 20.0, 2.0
_MILLION = 1e6


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder))
        try:
            _measure(served)
        finally:
            served.end()


def _measure(served: Served) -> None:
    for _ in range(_ASKS):
        served.ask("ASK {}")
    before = served.memory()
    alone = [_timed(served) for _ in range(_ASKS)]
    over: list[float] = []
    end = time.monotonic() + _SECONDS
    clients = [threading.Thread(target=_attack, args=(served, end, over)) for _ in range(_CLIENTS)]
    for client in clients:
        client.start()
    beside = []
    while time.monotonic() < end:
        beside.append(_timed(served))
        time.sleep(0.005)
    for client in clients:
        client.join()
    until(served.quiet)
    killed = {
        why: served.figure(f'zonegraph_queries_killed_total{{reason="{why}"}}')
        for why in ("time", "memory", "busy")
    }
    print("| `ASK {}`, ms | p50 | p99 | longest | number |\n| --- | --- | --- | --- | --- |")
    for name, found in (("alone", alone), ("beside runaways", beside)):
        print(f"| {name} | {_row(found)} | {len(found)} |")
    ratio = [_percentile(beside, share) / _percentile(alone, share) for share in (50, 99)]
    print(f"| ratio | {ratio[0]:.1f} | {ratio[1]:.1f} | | |")
    print(f"\nqueries killed: {killed}")
    if over:
        print(
            f"answer of a runaway, seconds after it was asked: median {statistics.median(over):.2f}, limit {_LIMIT}"
        )
    print(
        f"memory of all processes: {before / _MILLION:.0f} MB before, {served.memory() / _MILLION:.0f} MB after"
    )


def _attack(served: Served, end: float, over: list[float]) -> None:
    """Ask queries without end, one after the other; every fourth eats memory."""
    number = 0
    while time.monotonic() < end:
        number += 1
        began = time.monotonic()
        status, _ = served.ask(HOG if number % 4 == 0 else RUNAWAY)
        assert status in {503, 507}, status
        if status == 503:
            over.append(time.monotonic() - began)


def _timed(served: Served) -> float:
    began = time.perf_counter()
    status, _ = served.ask("ASK {}")
    assert status == 200, status
    return (time.perf_counter() - began) * 1000


def _row(found: list[float]) -> str:
    return f"{_percentile(found, 50):.1f} | {_percentile(found, 99):.1f} | {max(found):.1f}"


def _percentile(found: list[float], share: int) -> float:
    return statistics.quantiles(found, n=100)[share - 1]


if __name__ == "__main__":
    main()
