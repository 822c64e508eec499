"""What a worker process runs: one job after the other from standard input, answers to standard output.

It opens published snapshots for reading, asks the engine in a thread with a large stack, and writes the answer
as it comes. It dies with its owner: when standard input ends, it ends, whatever the engine is doing.
"""

import gc
import os
import select
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NoReturn

import pyoxigraph as ox

from graph_service.errors import QueryError, StoreError, UnfitError, ZoneGraphError
from graph_service.formats import FORMATS, RDF_FORMATS, RESULT_FORMATS, Format
from graph_service.graph import frames, sandbox, sparql, steps
from graph_service.graph.answers import Answer, failed, misspelt
from graph_service.vocabulary import PREFIXES

_STACK = 512 * sandbox.MEBIBYTE
"""The engine's parser and planner recurse, about 4 KiB a level; address space alone, until it is used."""
_CHUNK = 64 * 1024
_SORTED = 10_000
"""Graphs of no more triples are written in order; larger ones as they come."""
_WEIGHED = 0.01
"""Seconds of computing after which a worker looks again how large it is: time enough for some MiB."""
_GROWN = 96 * sandbox.MEBIBYTE
"""A worker that has kept so much after a job asks to be replaced by a fresh one."""


_SPARE = 1.0
"""Seconds of computing for which a limit is left as it is."""
_END = frames.json_frame(frames.END, {"grown": False})


@lru_cache(maxsize=256)
def _head(kind: str, columns: tuple[str, ...], name: str) -> bytes:
    return frames.json_frame(frames.HEAD, {"kind": kind, "columns": columns, "format": name})


class Outlet:
    """Standard output as a file to write an answer to: gathers small writes, sends them as frames."""

    def __init__(self, pipe: int, head: bytes) -> None:
        self._pipe = pipe
        self._ready = bytearray(head)
        self._gathered = bytearray()

    def write(self, data: bytes) -> int:
        """Take a part of the answer; waits while the reader is behind."""
        self._gathered += data
        if len(self._gathered) >= _CHUNK:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts are sent when they are large enough, or the answer ends."""

    def end(self, said: dict[str, bool]) -> None:
        """Send what is left, and that it was all."""
        self._send(frames.json_frame(frames.END, said) if said["grown"] else _END)

    def _send(self, last: bytes = b"") -> None:
        if self._gathered:
            self._ready += frames.frame(frames.DATA, bytes(self._gathered))
        frames.send(self._pipe, self._ready + last)
        self._ready.clear()
        self._gathered.clear()


class Worker:
    """Does jobs; keeps the snapshot of the last one open."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._path = ""
        self._store = ox.Store()
        self._at_first = sandbox.resident()
        self._grown = False
        self._weighed = self._capped = self._seconds = 0.0

    def warm_up(self, path: str) -> None:
        """Make what is made at the first query, and open a snapshot, so that it is not the first job that waits."""
        with suppress(StoreError):
            store = self._opened(path) if path else self._store
            bool(store.query("ASK { ?s ?p ?o }"))
        self._at_first = sandbox.resident()

    def do(self, job: dict[str, Any]) -> None:
        """Do one job and send its answer, or why there is none."""
        self._cap_time(job["seconds"])
        try:
            self._query(job)
        except ZoneGraphError as error:
            said = {"error": type(error).__name__, "detail": error.detail, "cure": error.cure}
            frames.send(self._pipe, frames.json_frame(frames.ERROR, {**said, **self._state()}))

    def _state(self) -> dict[str, bool]:
        """Return whether this worker has grown too large to be kept."""
        now = time.process_time()
        if now - self._weighed > _WEIGHED:
            self._weighed, self._grown = now, sandbox.resident() - self._at_first > _GROWN
        return {"grown": self._grown}

    def _cap_time(self, seconds: float) -> None:
        """Let a job compute so long; what was said for the one before will do where that took next to nothing."""
        now = time.process_time()
        if seconds != self._seconds or now - self._capped > _SPARE:
            sandbox.cap_time(seconds + _SPARE)
            self._capped, self._seconds = now, seconds

    def _query(self, job: dict[str, Any]) -> None:
        if len(job["query"]) > sparql.SCANNED:
            sparql.refuse(job["query"])
        default, named = _graphs(job.get("default")), _graphs(job.get("named"))
        store = self._opened(job["path"])
        try:
            query = self._walked(job) if "walk" in job else job["query"]
            results = store.query(query, base_iri=job["base"], default_graph=default, named_graphs=named)
        except SyntaxError as error:
            raise self._misspelt(job, error) from error
        except (RuntimeError, OSError, ValueError) as error:
            raise failed(error) from error
        answer = Answer(results)
        format_ = _fitting(answer.kind, job["formats"])
        outlet = Outlet(self._pipe, _head(answer.kind, tuple(answer.columns), format_.name))
        _write(answer, results, format_, outlet)
        outlet.end(self._state())

    def _walked(self, job: dict[str, Any]) -> str:
        """Return a query that gives what is found step by step; the steps are asked here."""

        def ask(text: str) -> list[dict[str, Any]]:
            return Answer(self._store.query(text, base_iri=job["base"])).rows()

        return steps.values(steps.of(job["walk"]), job["query"], ask)

    def _misspelt(self, job: dict[str, Any], error: SyntaxError) -> QueryError:
        """Return the error with its place in the query as it was given, before variables were bound."""
        try:
            ox.Store().query(job.get("given", job["query"]), base_iri=job["base"])
        except SyntaxError as original:
            return misspelt(original)
        return misspelt(error)

    def _opened(self, path: str) -> ox.Store:
        """Return the snapshot in a folder; an empty graph where no folder is named, for queries that are only read."""
        if not path:
            return ox.Store()
        if self._path != path:
            try:
                self._store = ox.Store.read_only(path)
            except OSError as error:
                raise StoreError(
                    f"{path} is not a snapshot: {error}", "Ask again, of the newest snapshot."
                ) from error
            self._path = path
        return self._store


def _graphs(iris: list[str] | None) -> Any:  # noqa: ANN401 - the engine wants lists of differing types
    if iris is None:
        return None
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"A graph's name is not an IRI: {error}", "Name graphs by absolute IRIs.") from error


def _fitting(kind: str, names: list[str]) -> Format:
    """Return the first of these formats that can hold an answer of this kind.

    Raises:
        UnfitError: none of them can.
    """
    for name in names:
        if (FORMATS[name].rdf is not None) == (kind == "graph"):
            return FORMATS[name]
    choices = RDF_FORMATS if kind == "graph" else RESULT_FORMATS
    raise UnfitError(
        f"{', '.join(names)} cannot hold the answer, which is {kind}", f"Choose one of {', '.join(choices)}."
    )


def _write(answer: Answer, results: Any, format_: Format, outlet: Any) -> None:  # noqa: ANN401
    """Write an answer in a format as it comes.

    Raises:
        QueryError: it cannot be computed to its end.
    """
    try:
        if answer.kind != "graph":
            results.serialize(outlet, format_.results)
            return
        first = list(islice(results, _SORTED + 1))
        triples = sorted(first, key=str) if len(first) <= _SORTED else chain(first, results)
        ox.serialize(triples, outlet, format_.rdf, prefixes=PREFIXES)
    except BrokenPipeError:
        raise
    except (RuntimeError, OSError) as error:
        raise failed(error) from error


def main() -> None:
    """Do jobs until standard input ends. Arguments: MiB for a job, id of the owner, first snapshot."""
    work(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])


def work(memory: int, parent: int, path: str) -> NoReturn:
    """Do jobs until standard input ends, and end this process.

    Args:
        memory: MiB that a job may take.
        parent: id of the process that started this one; this one ends with it.
        path: a snapshot to open before the first job comes; none where empty.
    """
    pipe = os.dup(1)
    os.dup2(2, 1)
    sandbox.die_with(parent)
    sandbox.bar_network()
    threading.stack_size(_STACK)
    threading.Thread(target=sandbox.end_with, args=(_work, pipe, memory, path), daemon=True).start()
    owner = select.poll()
    owner.register(0, 0)
    owner.poll()
    os._exit(0)


def _work(pipe: int, mebibytes: int, path: str) -> None:
    """Do one job after the other, in a thread whose stack is deep enough."""
    worker = Worker(pipe)
    worker.warm_up(path)
    sandbox.cap_memory(mebibytes)
    gc.freeze()
    frames.send(pipe, frames.json_frame(frames.READY, {"thread": threading.get_native_id()}))
    inlet = frames.Inlet(0)
    while (jobs := inlet.receive()) is not None:
        for _, payload in jobs:
            worker.do(frames.read_json(payload))


if __name__ == "__main__":
    main()
