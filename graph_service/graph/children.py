"""A worker process as its owner sees it: started, given a job, listened to, paused, killed."""

import contextlib
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from graph_service import errors
from graph_service.errors import (
    CrashError,
    KilledError,
    MemoryLimitError,
    StoreError,
    TimeLimitError,
    ZoneGraphError,
)
from graph_service.graph import frames
from graph_service.graph.nursery import Nursery, unstarted

_LAST_WORDS = 4000
_NO_MEMORY = (b"memory allocation", b"bad_alloc", b"MemoryError", b"Cannot allocate memory")
_CPU_CLOCK = 2
"""Makes, with the number of a process, the clock of what it has computed (clock_getcpuclockid on Linux)."""
_LOWER = 10
"""How much nicer a long query is to the others than they are to it (0 to 19, as in `nice`)."""

_LESS = "Ask for less at a time: fewer patterns without a shared variable, no ORDER BY over everything."
_TELLABLE: Mapping[str, type[ZoneGraphError]] = {
    name: getattr(errors, name) for name in ("QueryError", "UnfitError", "StoreError")
}
"""The errors that a worker may answer with, by name."""


class Child:
    """One worker process. One thread at a time talks to it; any may pause or kill it.

    Args:
        nursery: starts it.
        memory: MiB that a job may take.
        path: a snapshot to open before it is ready, for the jobs to come; none where empty.

    Attributes:
        ready: whether it has said that it waits for a job.
        lowered: whether it runs behind the others; that cannot be taken back.
        grown: whether it holds more memory than a fresh one.
    """

    def __init__(self, nursery: Nursery, memory: int, path: str) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        theirs_in, self._in = os.pipe()
        self._out, theirs_out = os.pipe()
        try:
            self._process = nursery.start(memory, path, (theirs_in, theirs_out, self._words.fileno()))
        except OSError as error:
            self._words.close()
            os.close(self._in)
            os.close(self._out)
            raise unstarted(error) from error
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        _widen(self._out)
        self._inlet = frames.Inlet(self._out)
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)
        self._thread = 0
        self.ready = False
        self.lowered = self.grown = False

    # ---- Talking to it

    def give(self, job: str) -> bool:
        """Send it a job, an object of JSON; tell whether it took it: one that has died did not."""
        try:
            frames.send(self._in, frames.frame(frames.JOB, job.encode("ascii")))
        except OSError:
            return False
        return True

    def receive(self, seconds: float) -> list[tuple[bytes, bytes]] | None:
        """Return the frames that have come, waiting for the first so long; None once it has died."""
        if not self._poll.poll(seconds * 1000):
            return []
        found = self._inlet.receive()
        if found and not self.ready:
            self._thread, self.ready = int(frames.read_json(found.pop(0)[1])["thread"]), True
        return found

    def fileno(self) -> int:
        """Return the pipe that its answers come through."""
        return self._out

    # ---- Ruling it

    def pause(self) -> None:
        """Let it stand still until `resume`."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def lower(self) -> None:
        """Let the others go first from now on, for as long as it lives."""
        self.lowered = True
        if self._thread and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._thread, _LOWER)

    def computed(self) -> float:
        """Return the seconds it has computed so far; where the system does not tell, those that went by."""
        if sys.platform != "linux":
            return time.monotonic()
        try:
            return time.clock_gettime((~self._process.pid << 3) | _CPU_CLOCK)
        except OSError:
            return 0.0

    def kill(self) -> None:
        """End it at once; whoever listens to it hears that it has died."""
        self._process.kill()

    def bury(self) -> ZoneGraphError:
        """End it, free what it held, and return the error that tells how it died by itself, if it did."""
        if self._words.closed:
            return _obituary(-self._process.wait(), b"")
        self._process.kill()
        code = self._process.wait()
        os.close(self._in)
        os.close(self._out)
        self._words.seek(0)
        words = self._words.read(_LAST_WORDS)
        self._words.close()
        return _obituary(-code, words)


def _widen(pipe: int) -> None:
    """Let more of an answer wait in the pipe, where the system can."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, frames.PIPE)


def _obituary(number: int, words: bytes) -> ZoneGraphError:
    """Return what a worker died of, by the signal that ended it and its last words."""
    if number == signal.SIGXCPU:
        return TimeLimitError("The query ran over its time", "Ask for less, or narrow the patterns.")
    if any(said in words for said in _NO_MEMORY):
        return MemoryLimitError("The query needed more memory than a query may have", _LESS)
    if number == signal.SIGKILL:
        return KilledError(
            "The query was stopped from outside, as the system does when its memory ends", _LESS
        )
    return CrashError(
        "The engine ended while it worked on this query; other queries were not harmed",
        "Write it with less nesting, and with fewer operators in one expression or path.",
    )


def told(said: Mapping[str, Any]) -> ZoneGraphError:
    """Return the error that a worker answered with."""
    kind = _TELLABLE.get(str(said.get("error")), StoreError)
    return kind(str(said.get("detail")), str(said.get("cure")))
