"""The answer of a worker while it comes: what it is at once, its bytes as they are read."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from io import BytesIO, RawIOBase
from typing import Any, Self

import pyoxigraph as ox

from graph_service.errors import GoneError, UsageError, ZoneGraphError
from graph_service.formats import FORMATS
from graph_service.graph import frames
from graph_service.graph.answers import Value
from graph_service.graph.cache import Kept
from graph_service.graph.children import Child, told
from graph_service.graph.schedule import Schedule, Turn

_POLL = 0.25
_HEARD = 128 * 1024
"""Bytes of an answer that are gathered for a reader who does not wait."""


class Run:
    """A job under way: what its worker says, until it is at its end or is stopped.

    Args:
        child: the worker, which has the job.
        turn: its place in the schedule.
        schedule: told when the reader waits and when not.
        gone: tells whether nobody waits for the answer any more; asked while waiting.
        done: called once when the job is over, with the worker and the error it ended with; gives the error
            to tell of, which for a worker that died is what it died of.

    Attributes:
        turn: its place in the schedule.
        head: what the answer is; without bytes.
        over: whether the job is over.
    """

    def __init__(
        self,
        child: Child,
        turn: Turn,
        schedule: Schedule,
        gone: Callable[[], bool],
        done: Callable[[Child, ZoneGraphError | None], ZoneGraphError | None],
    ) -> None:
        self.turn = turn
        self.head = Kept("", (), "", b"")
        self.over = False
        self._child = child
        self._schedule = schedule
        self._gone = gone
        self._done = done
        self._heard: list[tuple[bytes, bytes]] = []

    def fileno(self) -> int:
        """Return the pipe that tells when there is something to `hear`."""
        return self._child.fileno()

    def hear(self) -> bool | None:
        """Take what has come, without waiting; for one who does other things meanwhile.

        Returns:
            True: `parts` gives all of the answer at once. False: more must come. None: it is no small answer,
            or none at all; `parts` must be read by one who can wait.
        """
        found = self._child.receive(0)
        if found is None:
            return None
        self._heard += found
        if not self._heard or self._heard[-1][0] == frames.HEAD:
            return False
        kind = self._heard[-1][0]
        if kind == frames.END:
            return True
        large = sum(len(payload) for _, payload in self._heard) > _HEARD
        return None if kind == frames.ERROR or large else False

    def hand_over(self, gone: Callable[[], bool]) -> None:
        """Let another thread go on with it, whose reader `gone` tells of."""
        self._gone = gone

    def parts(self) -> Iterator[bytes]:
        """Yield the bytes of the answer; what is there already comes as one part.

        Raises:
            ZoneGraphError: why there is no answer, or no more of it.
        """
        try:
            while not self.over:
                part = self._part(self._receive())
                if part:
                    yield part
        finally:
            self.stop()

    def _part(self, found: list[tuple[bytes, bytes]]) -> bytes:
        data = []
        for kind, payload in found:
            if kind == frames.DATA:
                data.append(payload)
                continue
            if kind == frames.HEAD:
                self.head = _head(payload)
                continue
            self._child.grown = frames.ending(payload)
            self._finish(None)
            if kind == frames.ERROR:
                raise told(frames.read_json(payload))
        return b"".join(data)

    def _receive(self) -> list[tuple[bytes, bytes]]:
        if self._heard:
            heard, self._heard = self._heard, []
            return heard
        self._schedule.reader_waits(self.turn)
        try:
            while True:
                found = self._child.receive(_POLL)
                if found is None:
                    died = self._finish(self.turn.ended or ZoneGraphError("A worker died", "Ask again."))
                    raise died or AssertionError("unreachable")
                if found:
                    return found
                if self._gone():
                    raise GoneError("The reader has gone", "Ask again.")
        finally:
            self._schedule.reader_leaves(self.turn)

    def _finish(self, error: ZoneGraphError | None) -> ZoneGraphError | None:
        self.over = True
        self._schedule.leave(self.turn)
        return self._done(self._child, error)

    def stop(self) -> None:
        """Stop it, if it is not over."""
        if not self.over:
            self._finish(GoneError("The answer was not read to its end", "Read it to its end."))


@lru_cache(maxsize=256)
def _head(payload: bytes) -> Kept:
    """Return what a head says; a few say the same again and again."""
    said = frames.read_json(payload)
    return Kept(str(said["kind"]), tuple(map(str, said["columns"])), str(said["format"]), b"")


class _Source(RawIOBase):
    """Parts of an answer as a file that is read as they come."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._part = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Return some of what is left, at most `size` bytes; nothing at the end."""
        while not self._part:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._part = memoryview(part)
        taken = self._part if size < 0 else self._part[:size]
        self._part = self._part[len(taken) :]
        return bytes(taken)


class Reply:
    """An answer as bytes in a format; read once, in one thread. Closing it stops the query.

    Attributes:
        kind: `solutions` for SELECT, `boolean` for ASK, `graph` for CONSTRUCT and DESCRIBE.
        columns: variables of the solutions in their order.
        format: what the bytes are.
        whole: all the bytes, where they are here already; None while the answer is still being computed.
    """

    def __init__(self, kept: Kept, parts: Iterator[bytes] | None, run: Run | None) -> None:
        self.kind, self.columns, self.format = kept.kind, list(kept.columns), FORMATS[kept.format]
        self.whole = kept.body if parts is None else None
        self._parts = iter((kept.body,)) if parts is None else parts
        self._run = run

    @property
    def seconds(self) -> float:
        """The seconds of computing charged so far; 0 for an answer that was kept."""
        return self._run.turn.spent if self._run else 0.0

    @property
    def cached(self) -> bool:
        """Whether it was kept from before."""
        return self._run is None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the answer in parts.

        Raises:
            ZoneGraphError: it stops short of its end; what has been read is not the answer.
        """
        return self._parts

    def read(self) -> bytes:
        """Return the whole answer.

        Raises:
            ZoneGraphError: it could not be computed to its end.
        """
        return b"".join(self)

    def rows(self) -> Iterator[dict[str, Value | None]]:
        """Yield the solutions as they come: a term by column, None where a variable is unbound; a graph's triples.

        Raises:
            UsageError: the answer has no rows, or is in a format that is not parsed here.
            ZoneGraphError: it could not be computed to its end.
        """
        if self.kind == "graph":
            yield from self._triples()
            return
        results = self._parsed()
        if isinstance(results, ox.QueryBoolean):
            raise UsageError(f"The answer is {self.kind} and has no rows", "Ask by SELECT.")
        for solution in results:
            yield dict(zip(self.columns, solution, strict=True))

    def _triples(self) -> Iterator[dict[str, Value | None]]:
        for quad in ox.parse(self.read(), self.format.rdf):
            yield {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}

    def __bool__(self) -> bool:
        """Tell what ASK found; for solutions, whether there is any."""
        results = self._parsed()
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        return next(iter(results), None) is not None

    def _parsed(self) -> ox.QuerySolutions | ox.QueryBoolean:
        if self.format.name not in {"json", "xml", "tsv"}:
            raise UsageError(f"{self.format.name} is not parsed here", "Ask in JSON.")
        source: Any = BytesIO(self.whole) if self.whole is not None else _Source(self._parts)
        parsed = ox.parse_query_results(source, self.format.results)
        assert not isinstance(parsed, ox.QueryTriples)
        return parsed

    def close(self) -> None:
        """Stop the query, if it still runs."""
        with suppress(AttributeError):
            self._parts.close()  # type: ignore[attr-defined]
        if self._run:
            self._run.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
