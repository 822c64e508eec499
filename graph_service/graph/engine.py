"""The database being written: held by this process, or lent to the scribe for what users wrote."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from graph_service.errors import (
    CrashError,
    DocumentError,
    KilledError,
    MemoryLimitError,
    QueryError,
    StoreError,
    TimeLimitError,
    ZoneGraphError,
)
from graph_service.formats import Format
from graph_service.graph import emptying, frames
from graph_service.graph.answers import misspelt
from graph_service.graph.folder import Folder
from graph_service.settings import Limits

_OPENING = 60.0
"""Seconds that opening, closing and publishing may take; they are no work of the user's."""
CLEARING = 900.0
"""Seconds that emptying a graph may take: 20 µs a triple, some times more on a loaded machine."""
_ROOM_CURE = "Make room on the disk and try again."


Changed = list[tuple[list[ox.Quad], list[ox.Quad]]]
"""What was changed, step by step: quads that went, quads that came."""


class Hand:
    """The scribe's process as its owner sees it: what it is told, what comes back, how it ended."""

    def __init__(self, limits: Limits, keep: int) -> None:
        self._limits = limits
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._interrupted = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "graph_service.graph.scribe", str(limits.memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, pass_fds=[keep],
            start_new_session=True, env={**os.environ, "RUST_BACKTRACE": "0"},
        )  # fmt: skip
        assert self._process.stdout is not None
        self._inlet = frames.Inlet(self._process.stdout.fileno())
        self._poll = select.poll()
        self._poll.register(self._process.stdout, select.POLLIN)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(
        self, does: str, payload: bytes = b"", seconds: float = _OPENING, **said: object
    ) -> dict[str, Any]:
        """Return what came of a job.

        Raises:
            TimeLimitError: it took longer and was stopped; the scribe is gone.
            MemoryLimitError: it took too much memory; the scribe is gone.
            CrashError: the engine ended; the scribe is gone.
        """
        job = frames.json_frame(frames.JOB, {"does": does, "seconds": seconds, **said})
        end = time.monotonic() + seconds
        assert self._process.stdin is not None
        try:
            frames.send(self._process.stdin.fileno(), job + frames.frame(frames.DATA, payload))
            while True:
                left = end - time.monotonic()
                if left <= 0 or not self._poll.poll(left * 1000):
                    raise self._ended(over=True)
                found = self._inlet.receive()
                if found is None:
                    raise self._ended()
                for _, answer in found:
                    return dict(json.loads(answer))
        except BrokenPipeError as error:
            raise self._ended() from error

    def _ended(self, *, over: bool = False) -> ZoneGraphError:
        """Make sure that it has ended and return why it did."""
        if over:
            self._process.kill()
        code = self._process.wait()
        self._said.seek(0)
        words = self._said.read()[-2000:]
        if self._interrupted:
            return StoreError("The store is being closed; the write was not made", "Send it again later.")
        if over or code in (-signal.SIGALRM, -signal.SIGXCPU):
            return TimeLimitError(
                f"The write took longer than {self._limits.timeout:g} s and was not made",
                "Write less at a time, or narrow what its patterns match.",
            )
        if b"memory allocation" in words or b"bad_alloc" in words:
            return MemoryLimitError(
                f"The write needed more than {self._limits.memory} MiB and was not made",
                "Write less at a time, or narrow what its patterns match.",
            )
        if code == -signal.SIGKILL:
            return KilledError(
                "The process that writes was ended from outside; the write was not made", "Send it again."
            )
        return CrashError(
            "The engine ended over the write, which was not made", "Write it in a simpler form."
        )

    def interrupt(self) -> None:
        """End it at once, whatever it does; from any thread, and again."""
        self._interrupted = True
        self._process.kill()

    def close(self) -> None:
        """End it and let go of everything it had."""
        self.interrupt()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            if pipe:
                pipe.close()


class Engine:
    """The database under `data/` of a folder.

    Args:
        folder: of the store.
        limits: what one update or payload of a user may take.
        told: called with what a user's write changed, step by step: quads that went, quads that came; None where nobody knows.

    Attributes:
        changes: how many times it was changed, or may have been, since it was last opened or published.
    """

    def __init__(self, folder: Folder, limits: Limits, told: Callable[[Changed | None], None]) -> None:
        self.changes = 0
        self._told = told
        self._folder = folder
        self._limits = limits
        self._store: ox.Store | None = None
        self._hand: Hand | None = None
        self._lent = False
        self._closed = False
        self._astray = False

    def reset(self) -> None:
        """Go back to what was last published, whoever had the database.

        Raises:
            StoreError: it cannot be opened.
        """
        self._store = None
        _forget_frames(sys.exc_info()[1])
        if self._lent:
            self._dismiss()
        self._put_back()
        self.changes = 0
        self.here()

    def _put_back(self) -> None:
        """Make the database what was last published; until that has been done, there is none to work on."""
        self._astray = True
        try:
            self._folder.restore()
            self._astray = False
        except OSError as error:
            raise StoreError(
                f"The newest snapshot of {self._folder.path} cannot be taken up: {error}",
                "Make room on the disk, or restore a backup into a new folder.",
            ) from error

    # ---- By this process

    def here(self) -> ox.Store:
        """Return the database for this process to work on; the scribe, if it has it, gives it back.

        Raises:
            StoreError: the store has been closed, or it cannot be opened.
        """
        if self._closed:
            raise StoreError(f"{self._folder.path} has been closed", "Open it again.")
        self._take_back()
        if self._astray:
            self._put_back()
        if self._store is None:
            try:
                self._store = ox.Store(str(self._folder.data))
            except OSError as error:
                raise StoreError(
                    f"{self._folder.data} cannot be opened: {error}",
                    "Make room on the disk if it is full, stop what uses it, or restore a backup.",
                ) from error
        return self._store

    def _take_back(self) -> None:
        """Let the scribe give the database back; one that ended between two writes took nothing along.

        Raises:
            CrashError: it ended with changes that were not published.
        """
        if not self._lent:
            return
        if self._idle_end():
            self._dismiss()
            self._put_back()
        else:
            self._tell("close")
            self._lent = False

    def _idle_end(self) -> bool:
        """Tell whether the scribe has ended with nothing in its hands that was not published."""
        return not self.changes and (self._hand is None or not self._hand.alive)

    def apply(self, update: str) -> None:
        """Run an update of our own making.

        Raises:
            StoreError: the store cannot be written.
        """
        self.here()
        self.changes += 1
        try:
            self.here().update(update)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"The store cannot be written: {error}", _ROOM_CURE) from error

    # ---- By the scribe

    def update(self, update: str, base: str) -> None:
        """Run an update of a user's making.

        Raises:
            QueryError: it does not parse, or cannot be run.
            TimeLimitError: it took too long.
            MemoryLimitError: it took too much memory.
            CrashError: the engine ended over it.
        """
        try:
            self._work("update", update.encode("utf-8"), base=base)
        except SyntaxError as error:
            raise misspelt(error) from error

    def load(self, data: bytes, format_: Format, graph: str | None, base: str) -> None:
        """Add a payload of a user's making to a graph; None: the default graph.

        Raises:
            DocumentError: it is malformed, or names graphs itself.
            QueryError: it cannot be loaded.
            TimeLimitError: it took too long.
            MemoryLimitError: it took too much memory.
            CrashError: the engine ended over it.
        """
        try:
            self._work("load", data, format=format_.name, graph=graph, base=base)
        except SyntaxError as error:
            raise DocumentError(
                f"The payload is no {format_.name}: {error}", "Mend it there, or say what format it has."
            ) from error

    def clear(self, graph: str | None, *, drop: bool) -> None:
        """Take everything out of a graph (None: the default graph); `drop`: and forget its name.

        A large graph may take minutes, in which other writes wait (but see `emptier`).

        Raises:
            CrashError: the engine ended over it.
        """
        self._work("clear", seconds=CLEARING, graph=graph, drop=drop)

    def has_graph(self, graph: str | None) -> bool:
        """Tell whether there is a graph of this name, be it empty; None: whether the default graph holds anything.

        Whoever has the database keeps it; where nobody has, the scribe gets it, as a write is to follow.
        """
        if self._store is not None:
            if graph is not None:
                return self._store.contains_named_graph(ox.NamedNode(graph))
            return next(self._store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None
        self._lend()
        return bool(self._tell("has", graph=graph))

    def is_large(self, graph: str) -> bool:
        """Tell whether emptying a graph keeps others waiting for long; whoever has the database keeps it."""
        if self._store is not None:
            return emptying.is_large(self._store, ox.NamedNode(graph))
        self._lend()
        return bool(self._tell("large", graph=graph))

    def exchange(self, other: Path) -> None:
        """Put another database, which nobody has open, in place of this one.

        Raises:
            StoreError: it cannot be opened.
        """
        self.here()
        self.changes += 1
        self._told(None)
        self._store = None
        try:
            shutil.rmtree(self._folder.data)
            other.rename(self._folder.data)
        except OSError as error:
            raise StoreError(f"The store cannot be written: {error}", _ROOM_CURE) from error
        self.here()

    def backup(self, path: Path) -> None:
        """Write a checkpoint to a folder that is not there; it is on the disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        if self._lent:
            self._tell("backup", path=str(path))
        else:
            self.here().backup(str(path))

    def _work(self, does: str, payload: bytes = b"", seconds: float | None = None, **said: object) -> None:
        """Let the scribe do a job; once more where it was killed from outside and took nothing else along."""
        others = self.changes
        try:
            self._try(does, payload, seconds, **said)
        except KilledError:
            if others:
                raise
            self.reset()
            self._try(does, payload, seconds, **said)

    def _try(self, does: str, payload: bytes, seconds: float | None, **said: object) -> None:
        self._lend()
        self.changes += 1
        changed: Any = self._tell(does, payload, seconds or self._limits.timeout, **said)
        self._told(None if changed is None else [(_quads(gone), _quads(come)) for gone, come in changed])

    def _lend(self) -> None:
        """Let the scribe have the database."""
        if self._lent and not self._idle_end():
            return
        self.here()
        self._store = None
        if self._hand is None or not self._hand.alive:
            self._dismiss()
            self._hand = Hand(self._limits, self._folder.descriptor)
        self._lent = True
        try:
            self._tell("open", path=str(self._folder.data))
        except ZoneGraphError:
            self._dismiss()
            raise

    def _tell(self, does: str, payload: bytes = b"", seconds: float = _OPENING, **said: object) -> object:
        """Return what the scribe says to a job.

        Raises:
            SyntaxError: what it was given is malformed.
            StoreError: it could not open, close, or publish.
            QueryError: it could not do what the user wrote.
        """
        assert self._hand is not None
        answer = self._hand.ask(does, payload, seconds, **said)
        if "error" not in answer:
            return answer["value"]
        detail = str(answer["detail"])
        if answer["error"] == "syntax":
            raise SyntaxError(detail)
        if answer["error"] == "query":
            raise QueryError(detail, str(answer["cure"]))
        if answer["error"] == "refused":
            raise QueryError(f"The write cannot be made: {detail}", "Leave out what the message names.")
        raise StoreError(f"The store cannot be written: {detail}", _ROOM_CURE)

    def interrupt(self) -> None:
        """End what the scribe is doing, from another thread; whoever waits for it gets an error."""
        if self._hand is not None:
            self._hand.interrupt()

    def _dismiss(self) -> None:
        if self._hand is not None:
            self._hand.close()
        self._hand, self._lent = None, False

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        self._store = None
        self._dismiss()


def _quads(lines: str) -> list[ox.Quad]:
    return list(ox.parse(lines, ox.RdfFormat.N_QUADS))


def _forget_frames(error: BaseException | None) -> None:
    """Let go of what the frames hold that an error came through: the database, which cannot be opened again till then."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
