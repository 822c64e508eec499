"""Where workers come from: a process that has read all they need, and becomes one by copying itself.

A worker that is started anew takes 65 ms of computing, most of it to read modules; a copy takes a few. The process
that is copied has one thread and has never opened a store, so that a copy is as good as new.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import Any, Protocol

from graph_service.errors import StoreError

_SECRET = "ZONEGRAPH_TOKEN"
_ALLOCATOR = "glibc.malloc.tcache_count=1000"
"""How many freed blocks of a size a thread keeps at hand, which are 7 else: a query makes and frees many small ones."""
_ANSWERS = 20.0
"""Seconds in which the process that is copied must answer."""
_LONGEST = 65_536


class Process(Protocol):
    """What is known of a process that was started: as `subprocess.Popen` has it."""

    pid: int

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""

    def kill(self) -> None:
        """End it at once, unless it has ended."""

    def wait(self) -> int:
        """Wait until it has ended and return how; minus the number of a signal that ended it."""


class Nursery:
    """Starts workers, as copies of a process of its own where the system can; to be made by a thread that stays."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._copies = hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")
        self._link: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        if self._copies:
            self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._link.settimeout(_ANSWERS)
            with theirs:
                self._process = _python("cradle", os.getpid(), stdin=theirs.fileno())

    @property
    def alive(self) -> bool:
        """Whether it can start workers."""
        return not self._copies or self._link is not None

    def start(self, memory: int, path: str, pipes: tuple[int, int, int]) -> Process:
        """Return a new worker.

        Args:
            memory: MiB that a job may take.
            path: a snapshot to open before it is ready; none where empty.
            pipes: its standard input, output and error.

        Raises:
            OSError: it could not be started.
        """
        if not self._copies:
            named = dict(zip(("stdin", "stdout", "stderr"), pipes, strict=True))
            return _python("worker", memory, os.getpid(), path, **named)
        return Copy(self, int(self._ask({"memory": memory, "path": path}, pipes)["started"]))

    def ending(self, pid: int) -> int:
        """Return how a copy ended that has ended; to be asked once."""
        try:
            return int(self._ask({"ended": pid})["code"])
        except OSError:
            return -signal.SIGKILL  # they all end with the process they are copies of

    def _ask(self, said: dict[str, Any], pipes: tuple[int, ...] = ()) -> dict[str, int]:
        with self._asking:
            if self._link is None:
                raise OSError("the process that workers are copies of has ended")
            try:
                socket.send_fds(self._link, [json.dumps(said).encode("ascii")], pipes)
                found: dict[str, int] = json.loads(self._link.recv(_LONGEST) or b"{}")
                if not found:
                    raise OSError("the process that workers are copies of has ended")
            except OSError:
                self._link.close()
                self._link = None
                raise
        return found

    def close(self) -> None:
        """End the process that is copied, and with it all copies."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._link is not None:
            self._link.close()


class Copy:
    """A worker that is a copy: known by a handle that means no other process, even when this one has ended.

    Attributes:
        pid: its number.
    """

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._handle = os.pidfd_open(pid)
        self._code: int | None = None
        self._ending = threading.Lock()

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        with self._ending, contextlib.suppress(ProcessLookupError):
            if self._code is None:
                signal.pidfd_send_signal(self._handle, sig)

    def kill(self) -> None:
        """End it at once, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Wait until it has ended and return how; minus the number of a signal that ended it."""
        if self._code is None:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            ended.poll()
        with self._ending:
            if self._code is None:
                self._code = self._nursery.ending(self.pid)
                os.close(self._handle)
            return self._code


def _python(module: str, *given: object, **pipes: int) -> subprocess.Popen[bytes]:
    """Start a module of ours, in the environment of this process, without the secret and with short last words."""
    environment = {name: value for name, value in os.environ.items() if name != _SECRET}
    environment["RUST_BACKTRACE"] = "0"
    environment.setdefault("GLIBC_TUNABLES", _ALLOCATOR)
    command = [sys.executable, "-m", f"graph_service.graph.{module}", *map(str, given)]
    return subprocess.Popen(command, env=environment, process_group=0, **pipes)  # type: ignore[call-overload,no-any-return]


def unstarted(error: OSError) -> StoreError:
    """Return the error of a worker that could not be started."""
    return StoreError(f"No worker could be started: {error}", "Give the service more processes or memory.")
