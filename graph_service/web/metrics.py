"""What the service counts, for Prometheus."""

import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from graph_service.errors import ZoneGraphError
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Workers
from graph_service.web.log import Seen

CONTENT_TYPE = CONTENT_TYPE_LATEST

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"})
_BUCKETS = (.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300)  # fmt: skip
_SHARE = 20
"""Quads are counted so seldom that counting takes no more than this part of the time."""


class Metrics:
    """The figures of one service; `text` has them all.

    Args:
        store: that it serves.
        workers: that answer.
    """

    def __init__(self, store: GraphStore, workers: Workers) -> None:
        self._registry = CollectorRegistry()
        self._requests = _OfRequests()
        self._registry.register(self._requests)
        self._registry.register(_OfWorkers(workers))
        self._registry.register(_OfStore(store))
        ProcessCollector(registry=self._registry)

    @property
    def count(self) -> Callable[[Seen], None]:
        """What counts a request that is over."""
        return self._requests.count

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Kind(NamedTuple):
    """What requests that are counted together share."""

    route: str
    method: str
    status: int
    outcome: str


@dataclass(slots=True)
class _Tally:
    """Requests of one kind: how many, their bytes and seconds, and how many took so long."""

    requests: int = 0
    size: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))

    def add(self, other: "_Tally") -> None:
        """Count those of another one too."""
        self.requests += other.requests
        self.size += other.size
        self.seconds += other.seconds
        self.buckets = [a + b for a, b in zip(self.buckets, other.buckets, strict=True)]

    def limits(self) -> list[tuple[str, float]]:
        """Return how many took so many seconds or less."""
        limits = [*(str(float(limit)) for limit in _BUCKETS), "+Inf"]
        return list(zip(limits, accumulate(self.buckets), strict=True))


class _OfRequests(Collector):
    """The figures of requests; any thread may count. An answer that was kept takes little longer than its counting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[_Kind, _Tally] = {}

    def count(self, seen: Seen) -> None:
        """Count a request that is over."""
        method = seen.method if seen.method in _METHODS else "other"
        kind = _Kind(seen.route, method, seen.status, seen.outcome)
        with self._lock:
            tally = self._kinds.get(kind)
            if tally is None:
                tally = self._kinds[kind] = _Tally()
            tally.requests += 1
            tally.size += seen.size
            tally.seconds += seen.seconds
            tally.buckets[bisect_left(_BUCKETS, seen.seconds)] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        requests = CounterMetricFamily(
            "zonegraph_requests", "Requests, by route and status.", labels=["route", "method", "status"]
        )
        for labels, tally in self._by("route", "method", "status"):
            requests.add_metric(labels, tally.requests)
        outcomes = CounterMetricFamily(
            "zonegraph_outcomes", "Requests, by how they ended.", labels=["route", "outcome"]
        )
        for labels, tally in self._by("route", "outcome"):
            outcomes.add_metric(labels, tally.requests)
        seconds = HistogramMetricFamily(
            "zonegraph_request_seconds", "From the request to the last byte of the answer.", labels=["route"]
        )
        sent = CounterMetricFamily("zonegraph_sent_bytes", "Bytes of bodies sent.", labels=["route"])
        for labels, tally in self._by("route"):
            seconds.add_metric(labels, tally.limits(), tally.seconds)
            sent.add_metric(labels, tally.size)
        yield from (requests, outcomes, seconds, sent)

    def _by(self, *names: str) -> Iterable[tuple[list[str], _Tally]]:
        """Return the tallies of kinds with the same values of these labels, together, behind the values."""
        together: dict[tuple[str, ...], _Tally] = defaultdict(_Tally)
        with self._lock:
            for kind, tally in self._kinds.items():
                together[tuple(str(getattr(kind, name)) for name in names)].add(tally)
        return [(list(labels), tally) for labels, tally in together.items()]


class _OfWorkers(Collector):
    """The figures of the workers and of the answers that are kept."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        now = self._workers.statistics()
        states = GaugeMetricFamily("zonegraph_queries", "Queries under way, by state.", labels=["state"])
        for state in ("running", "waiting", "held", "away"):
            states.add_metric([state], getattr(now, state))
        yield states
        yield GaugeMetricFamily("zonegraph_workers_idle", "Workers that wait for a query.", now.idle)
        yield CounterMetricFamily("zonegraph_workers_started", "Workers started.", now.started)
        yield CounterMetricFamily(
            "zonegraph_queries_answered", "Queries that workers answered.", now.answered
        )
        killed = CounterMetricFamily("zonegraph_queries_killed", "Queries killed, by why.", labels=["reason"])
        for reason in ("time", "memory", "crash", "gone", "busy"):
            killed.add_metric([reason], now.killed.get(reason, 0))
        yield killed
        yield CounterMetricFamily("zonegraph_cache_hits", "Answers that had been kept.", now.cache_hits)
        yield CounterMetricFamily(
            "zonegraph_cache_misses", "Answers that had not been kept.", now.cache_misses
        )
        yield GaugeMetricFamily("zonegraph_cache_answers", "Answers kept.", now.cache_entries)
        yield GaugeMetricFamily("zonegraph_cache_bytes", "Bytes that kept answers take.", now.cache_bytes)


class _OfStore(Collector):
    """The figures of the store and of what is written to it."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._counter = _QuadCounter()

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        snapshot = self._store.snapshot()
        age = max(0.0, time.time() - snapshot.published)
        yield GaugeMetricFamily(
            "zonegraph_snapshot_age_seconds", "Since the newest snapshot was published.", age
        )
        yield GaugeMetricFamily("zonegraph_store_bytes", "Bytes of the newest snapshot.", snapshot.size())
        quads = self._counter.of(snapshot)
        if quads is not None:
            yield GaugeMetricFamily("zonegraph_quads", "Quads, when they were last counted.", quads)
        done = self._store.progress()
        yield CounterMetricFamily("zonegraph_commits", "Commits published.", done.groups)
        yield CounterMetricFamily("zonegraph_commit_seconds", "Time taken to publish them.", done.seconds)
        yield CounterMetricFamily("zonegraph_writes", "Writes that were committed.", done.changes)
        yield CounterMetricFamily("zonegraph_writes_failed", "Writes that failed.", done.failed)
        yield GaugeMetricFamily("zonegraph_writes_waiting", "Writes that wait or are made.", done.waiting)


class _QuadCounter:
    """Counts the quads of snapshots beside everything else, and seldom."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: tuple[str, int] | None = None
        self._next = 0.0

    def of(self, snapshot: Snapshot) -> int | None:
        """Return the quads of the newest snapshot that was counted; None where none was yet."""
        with self._lock:
            known = self._counted
            if (known is None or known[0] != snapshot.id) and time.monotonic() >= self._next:
                self._next = float("inf")
                threading.Thread(target=self._count, args=(snapshot,), daemon=True).start()
            return known[1] if known else None

    def _count(self, snapshot: Snapshot) -> None:
        began = time.monotonic()
        try:
            found = (snapshot.id, snapshot.count())
        except ZoneGraphError:
            found = None
        took = time.monotonic() - began
        with self._lock:
            self._counted = found or self._counted
            self._next = time.monotonic() + _SHARE * took
