"""The pool of workers: queries run in processes that can be stopped, and each keeps to its limits.

    with Workers(count=2, timeout=30, memory=1024) as workers:
        reply = workers.ask(store.snapshot(), "ASK {}", by_name("json"))
        print(reply.read())

A process that ran over its time or its memory, or that crashed, is replaced by a fresh one at once; there are
always some that wait. Processes are started by one thread, and never as copies of this one.
"""

import json
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from graph_service.errors import (
    BusyError,
    CrashError,
    GoneError,
    MemoryLimitError,
    StoreError,
    TimeLimitError,
    ZoneGraphError,
)  # fmt: skip
from graph_service.formats import Format
from graph_service.graph import sparql as text
from graph_service.graph.cache import Cache, Kept
from graph_service.graph.children import Child
from graph_service.graph.crew import Crew, stopped
from graph_service.graph.replies import Reply, Run
from graph_service.graph.sandbox import MEBIBYTE
from graph_service.graph.schedule import Schedule, Turn
from graph_service.graph.store import Snapshot
from graph_service.graph.worker import SCANNED

_KINDS: Mapping[type[ZoneGraphError], str] = {
    TimeLimitError: "time", MemoryLimitError: "memory", CrashError: "crash", GoneError: "gone", BusyError: "busy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the pool has done, and what it does now.

    Attributes:
        running: queries that compute.
        waiting: queries that have not begun.
        held: queries that stand still until a processor is free.
        away: queries whose reader is slow.
        idle: processes that wait for a query.
        started: processes started so far.
        answered: queries answered so far, those from the cache not counted.
        killed: processes killed so far by why: `time`, `memory`, `crash`, `gone`, `busy`.
        cache_hits: answers given from the cache.
        cache_misses: answers that were not there.
        cache_entries: answers kept.
        cache_bytes: bytes they take.
    """

    running: int
    waiting: int
    held: int
    away: int
    idle: int
    started: int
    answered: int
    killed: Mapping[str, int]
    cache_hits: int
    cache_misses: int
    cache_entries: int
    cache_bytes: int


class Workers:
    """Processes that answer queries; any thread may ask.

    Args:
        count: long queries that compute side by side; as many short ones go beside them.
        timeout: seconds of computing that a query may take.
        memory: MiB that it may take.
        cache: MiB of answers to keep; 0 for none.
    """

    def __init__(self, count: int, timeout: float, memory: int, cache: int = 64) -> None:
        self.timeout = timeout
        self._schedule = Schedule(count)
        self._cache = Cache(cache * MEBIBYTE)
        self._tally: Counter[str] = Counter()
        self._crew = Crew(memory, 2 * count + 1, 3 * count + 1, self._schedule.tick)
        self._finalizer = weakref.finalize(self, self._crew.close)

    # ---- Asking

    def ask(
        self,
        snapshot: Snapshot,
        query: str,
        formats: Format | Sequence[Format],
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        bindings: Mapping[str, text.Term] | None = None,
        timeout: float | None = None,
        gone: Callable[[], bool] | None = None,
    ) -> Reply:
        """Return the answer to a query once its first bytes are there; until then every error is raised here.

        Args:
            snapshot: the state of the graph to ask; it must have a folder.
            query: SPARQL 1.1 query.
            formats: what the answer is to be written in; of several, the first that can hold it.
            default_graphs: IRIs of the graphs that make up the default graph (SPARQL 1.1 Protocol, 2.1.4).
            named_graphs: IRIs of the graphs that GRAPH sees; where one of the two is given, the other is empty.
            bindings: terms for variables, by name without `?`.
            timeout: seconds it may compute, where not those of the pool.
            gone: tells whether nobody waits any more; asked now and then while waiting.

        Raises:
            QueryError: it does not parse, is not allowed, or cannot be answered.
            UnfitError: none of the formats can hold the answer.
            TooLongError: it has too much text.
            TimeLimitError: it computed too long.
            MemoryLimitError: it needed too much memory.
            CrashError: the engine crashed.
            BusyError: too many others wait.
            GoneError: nobody waits any more.
            StoreError: the snapshot cannot be opened.
        """
        text.refuse_length(query)
        if len(query) <= SCANNED:
            text.refuse(query)
        job = {
            "query": text.bind(query, bindings or {}), "given": query if bindings else "", "base": snapshot.base,
            "formats": [f.name for f in ([formats] if isinstance(formats, Format) else formats)],
            **_dataset(default_graphs, named_graphs),
        }  # fmt: skip
        key = (snapshot.id, json.dumps(job))
        kept = self._cache.get(key)
        if kept is not None:
            return Reply(kept, None, None)
        if snapshot.path is None:
            raise StoreError("This snapshot is in memory alone", "Ask one that was published.")
        run = self._run({**job, "path": str(snapshot.path.absolute())}, timeout, gone or _never)
        return self._reply(run, None if text.is_volatile(query) else key, snapshot)

    def _reply(self, run: Run, key: tuple[str, ...] | None, snapshot: Snapshot) -> Reply:
        """Return the reply once its first part is there; the whole of it, where it is no more than that."""
        coming = run.parts()
        first = next(coming, b"")
        if not run.over:
            return Reply(run.head, self._parts(first, coming, key, run, snapshot), run)
        whole = replace(run.head, body=first)
        self._keep(key, whole)
        return Reply(whole, None, run)

    def _parts(
        self, first: bytes, coming: Iterator[bytes], key: tuple[str, ...] | None, run: Run, snapshot: Snapshot
    ) -> Iterator[bytes]:
        """Yield the parts, and keep them all where they are not too many; holds the snapshot meanwhile."""
        gathered: list[bytes] | None = [first] if key else None
        size = len(first)
        yield first
        for part in coming:
            size += len(part)
            if gathered is not None and size <= self._cache.largest:
                gathered.append(part)
            else:
                gathered = None
            yield part
        if gathered is not None:
            self._keep(key, replace(run.head, body=b"".join(gathered)))
        del snapshot

    def _keep(self, key: tuple[str, ...] | None, answer: Kept) -> None:
        if key is not None:
            self._cache.put(key, answer)

    def _run(self, job: Mapping[str, Any], timeout: float | None, gone: Callable[[], bool]) -> Run:
        """Return a job under way, in a lane."""
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        turn = Turn(limit)
        self._crew.wake()
        try:
            self._schedule.enter(turn, gone)
            self._crew.wake()
            child = self._crew.take(job["path"], gone)
            while not child.give({**job, "seconds": limit}):
                self._crew.discard(child)
                child = self._crew.take(job["path"], gone)
        except BaseException:
            self._schedule.leave(turn)
            raise
        self._schedule.begin(turn, child)
        return Run(child, turn, self._schedule, gone, self._done)

    def _done(self, child: Child, error: ZoneGraphError | None) -> ZoneGraphError | None:
        """Take a worker back whose job is over, or end it; return what it died of, where it died."""
        if error is None:
            self._tally["answered"] += 1
            leave = self._crew.discard if child.grown or child.lowered else self._crew.give_back
            leave(child)
            return None
        if type(error) is ZoneGraphError:
            error = self._crew.examine(child)
        else:
            self._crew.discard(child)
        if self._crew.closed:
            return stopped()
        self._tally[_KINDS.get(type(error), "crash")] += 1
        return error

    # ---- Keeping

    def start(self) -> None:
        """Start the processes now; the first question does it otherwise.

        Raises:
            StoreError: the pool has been closed.
        """
        self._crew.wake()

    def statistics(self) -> Statistics:
        """Return what the pool has done, and what it does now."""
        tally = self._tally
        killed = {why: tally[why] for why in _KINDS.values()}
        return Statistics(
            *self._schedule.occupancy(), self._crew.idle, self._crew.started, tally["answered"], killed,
            *self._cache.figures(),
        )  # fmt: skip

    def close(self) -> None:
        """End all processes; whoever waits for an answer gets an error."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _dataset(default: Sequence[str] | None, named: Sequence[str] | None) -> dict[str, list[str] | None]:
    """Return a dataset as a worker takes it: of default and named graphs either both are said or neither."""
    if default is None and named is None:
        return {"default": None, "named": None}
    return {"default": list(default or ()), "named": list(named or ())}


def _never() -> bool:
    return False
