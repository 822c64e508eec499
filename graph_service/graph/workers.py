"""The pool of workers: queries run in processes that can be stopped, and each keeps to its limits.

    with Workers(count=2, timeout=30, memory=1024) as workers:
        reply = workers.ask(store.snapshot(), "ASK {}", by_name("json"))
        print(reply.read())

A process that ran over its time or its memory, or that crashed, is replaced by a fresh one at once; there are
always some that wait. Processes are started by one thread, as copies of one that did nothing yet, never of this one.
"""

import json
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from graph_service.errors import (
    BusyError,
    CrashError,
    GoneError,
    KilledError,
    MemoryLimitError,
    StoreError,
    TimeLimitError,
    ZoneGraphError,
)  # fmt: skip
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format
from graph_service.graph import sparql as text
from graph_service.graph.cache import Cache, Kept
from graph_service.graph.children import Child
from graph_service.graph.crew import Crew, stopped
from graph_service.graph.replies import Reply, Run
from graph_service.graph.sandbox import MEBIBYTE
from graph_service.graph.schedule import Schedule, Turn
from graph_service.graph.statistics import Statistics
from graph_service.graph.steps import Steps
from graph_service.graph.store import Snapshot

_NOTHING = "nothing"
"""Identifies the graph without data that queries are parsed against."""
_AT_ONCE = 0.5
"""Seconds before which no query has taken all memory: where its worker was killed until then, it is asked again."""
_TRIES = 8
"""How often it is, at most: all workers end together where the process has been killed that they are copies of."""
_KINDS: Mapping[type[ZoneGraphError], str] = {
    TimeLimitError: "time", MemoryLimitError: "memory", KilledError: "memory", CrashError: "crash", GoneError: "gone", BusyError: "busy",
}  # fmt: skip


@dataclass(eq=False, slots=True)
class Begun:
    """A question that was asked without waiting for its answer.

    Attributes:
        turn: its place in the schedule.
        run: its job, once a worker has it.
    """

    job: str
    key: tuple[str, ...]
    snapshot: Snapshot
    turn: Turn
    run: Run | None = None
    leave: Callable[[Turn], None] = lambda _: None

    def stop(self) -> None:
        """Stop it, if it is not over and nobody goes on with it."""
        if self.run is not None:
            self.run.stop()
        elif self.turn.state != "done":
            self.leave(self.turn)


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
        walk: Steps | None = None,
        timeout: float | None = None,
        gone: Callable[[], bool] | None = None,
        begun: Begun | None = None,
    ) -> Reply:
        """Return the answer to a query once its first bytes are there; until then every error is raised here.

        Args:
            snapshot: the state of the graph to ask; it must have a folder.
            query: SPARQL 1.1 query.
            formats: what the answer is to be written in; of several, the first that can hold it.
            default_graphs: IRIs of those that make up the default graph (SPARQL 1.1 Protocol, 2.1.4).
            named_graphs: IRIs of those that GRAPH sees; where one of the two is given, the other is empty.
            bindings: terms for variables, by name without `?`.
            walk: what to look for, where the query is one step of it (see `steps`).
            timeout: seconds it may compute, where not those of the pool.
            gone: tells whether nobody waits any more; asked now and then while waiting.
            begun: the same question, begun before, if it was; this goes on with it.

        Raises:
            QueryError, TooLongError, UnfitError: it is no good, has too much text, or none of the formats can hold its answer.
            TimeLimitError, MemoryLimitError, CrashError: it took too much, or ended the engine.
            BusyError, GoneError: too many others wait, or nobody waits any more.
            StoreError: the snapshot cannot be opened.
        """
        _refuse(query)
        asked = [formats] if isinstance(formats, Format) else formats
        job = _job(snapshot, query, asked, bindings or {}, _dataset(default_graphs, named_graphs), walk)
        return self._answered(job, snapshot, text.is_volatile(query), timeout, gone or _never, begun)

    def _answered(
        self, job: str, snapshot: Snapshot, volatile: bool, timeout: float | None, gone: Callable[[], bool],
        begun: Begun | None,
    ) -> Reply:  # fmt: skip
        """Return the answer to a job: kept, begun before, or computed now."""
        key = (snapshot.id, job)
        if begun is not None and begun.key == key:
            run = self._gone_on(begun, gone)
        else:
            kept = self._cache.get(key)
            if kept is not None:
                return Reply(kept, None, None)
            run = self._run(job, snapshot, timeout, gone)
        keep = None if volatile else key
        for _ in range(_TRIES):
            try:
                return self._reply(run, keep, snapshot)
            except KilledError:
                if run.turn.spent > _AT_ONCE:
                    raise
            run = self._run(job, snapshot, timeout, gone)
        return self._reply(run, keep, snapshot)

    def parse(self, query: str, base: str, timeout: float, gone: Callable[[], bool] | None = None) -> None:
        """Let the engine read and plan a query without any data; raises what `ask` raises where it is no good.

        Args:
            query: SPARQL 1.1 query.
            base: what its relative IRIs are resolved against.
            timeout: seconds that planning may take.
            gone: tells whether nobody waits any more.
        """
        _refuse(query)
        nothing = Snapshot(_NOTHING, base, None)
        job = _job(
            nothing, query, [*RESULT_FORMATS.values(), *RDF_FORMATS.values()], {}, _dataset(None, None)
        )
        for _ in self._run(job, nothing, timeout, gone or _never).parts():
            pass

    def begin(
        self, snapshot: Snapshot, query: str, formats: Sequence[Format], admitted: Callable[[], None]
    ) -> Reply | Begun:
        """Ask a query that is not volatile without waiting; `proceed` and `hear` do the rest, or `ask`.

        Args:
            snapshot: the state of the graph to ask; it must have a folder.
            query: SPARQL 1.1 query.
            formats: what the answer is to be written in; of several, the first that can hold it.
            admitted: called once `proceed` can begin, where it cannot at once; in any thread, and must be quick.

        Returns:
            the answer, where it was kept from before.

        Raises:
            QueryError: the query is not allowed.
            TooLongError: it has too much text.
            BusyError: too many others wait.
            StoreError: the snapshot cannot be opened.
        """
        _refuse(query)
        job = _job(snapshot, query, formats, {}, _dataset(None, None))
        key = (snapshot.id, job)
        kept = self._cache.get(key)
        if kept is not None:
            return Reply(kept, None, None)
        begun = Begun(job, key, snapshot, Turn(self.timeout), leave=self._schedule.leave)
        self._crew.wake()
        self._schedule.join(begun.turn)
        if not begun.turn.admitted:
            begun.turn.told = admitted
            if begun.turn.admitted:  # meanwhile: then it may be told of twice, or once
                admitted()
        return begun

    def proceed(self, begun: Begun) -> bool:
        """Give a question that has been admitted to a worker; tell whether that could be done at once."""
        path = _path(begun.snapshot)
        job = _addressed(begun.job, path, begun.turn.limit)
        child = self._crew.take_at_once(path)
        while child is not None and not child.give(job):
            self._crew.discard(child)
            child = self._crew.take_at_once(path)
        if child is None:
            return False
        self._schedule.begin(begun.turn, child)
        self._schedule.reader_waits(begun.turn)
        begun.run = Run(child, begun.turn, self._schedule, _never, self._done)
        return True

    def hear(self, begun: Begun) -> Reply | bool:
        """Return the answer to a question if it is there, without waiting.

        Returns:
            the answer; True where it has not come yet; False where it has to be waited for by `ask`, as it is
            large, or is none.
        """
        assert begun.run is not None
        heard = begun.run.hear()
        if heard:
            return self._reply(begun.run, begun.key, begun.snapshot)
        return heard is not None

    def _gone_on(self, begun: Begun, gone: Callable[[], bool]) -> Run:
        """Return the job of a question that was begun, in the thread of one who can wait."""
        if begun.run is None:
            self._schedule.wait(begun.turn, gone)
            begun.run = self._given(begun.job, begun.snapshot, begun.turn, gone)
        begun.run.hand_over(gone)
        return begun.run

    def _reply(self, run: Run, key: tuple[str, ...] | None, snapshot: Snapshot) -> Reply:
        """Return the reply once its first part is there; the whole of it, where it is no more than that."""
        coming = run.parts()
        first = next(coming, b"")
        if not run.over:
            return Reply(run.head, self._parts(first, coming, key, run, snapshot), run)
        whole = Kept(run.head.kind, run.head.columns, run.head.format, first)
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

    def _run(self, job: str, snapshot: Snapshot, timeout: float | None, gone: Callable[[], bool]) -> Run:
        """Return a job under way, in a lane."""
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        turn = Turn(limit)
        self._crew.wake()
        self._schedule.enter(turn, gone)
        return self._given(job, snapshot, turn, gone)

    def _given(self, job: str, snapshot: Snapshot, turn: Turn, gone: Callable[[], bool]) -> Run:
        """Return a job that has been given to a worker; it has a lane."""
        try:
            path = _path(snapshot)
            addressed = _addressed(job, path, turn.limit)
            self._crew.wake()
            child = self._crew.take(path, gone)
            while not child.give(addressed):
                self._crew.discard(child)
                child = self._crew.take(path, gone)
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


def _refuse(query: str) -> None:
    text.refuse_length(query)
    if len(query) <= text.SCANNED:
        text.refuse(query)


def _job(
    snapshot: Snapshot, query: str, formats: Sequence[Format], bindings: Mapping[str, text.Term],
    dataset: Mapping[str, list[str]], walk: Steps | None = None,
) -> str:  # fmt: skip
    """Return a job as a worker takes it, but for the path and the limit; by which equal ones are known."""
    said = _said(snapshot.base, tuple(f.name for f in formats))
    if bindings or walk or dataset:
        more = {**dataset, "given": query, **({"walk": walk.as_json()} if walk else {})}
        said = f"{said[:-1]}, {json.dumps(more)[1:]}"
    return f'{{"query": {json.dumps(text.bind(query, bindings))}, {said[1:]}'


@lru_cache(maxsize=64)
def _said(base: str, formats: tuple[str, ...]) -> str:
    """Return what a job says besides its query, where that is asked as it stands, of all graphs."""
    return json.dumps({"base": base, "formats": formats})


def _addressed(job: str, path: str, seconds: float) -> str:
    """Return a job with the path of its snapshot and the seconds it may take."""
    return f'{job[:-1]}, "path": {json.dumps(path)}, "seconds": {seconds!r}}}'


def _path(snapshot: Snapshot) -> str:
    """Return the folder of a snapshot; none for the one with nothing in it."""
    if snapshot.id == _NOTHING:
        return ""
    if snapshot.path is None:
        raise StoreError("This snapshot is in memory alone", "Ask one that was published.")
    return str(snapshot.path.absolute())


def _dataset(default: Sequence[str] | None, named: Sequence[str] | None) -> dict[str, list[str]]:
    """Return a dataset as a worker takes it: of default and named graphs either both are said or neither."""
    if default is None and named is None:
        return {}
    return {"default": list(default or ()), "named": list(named or ())}


def _never() -> bool:
    return False
