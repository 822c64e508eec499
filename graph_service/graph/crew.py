"""The worker processes of a pool: some always wait for a job, those that were killed are replaced.

One thread starts them all and lives as long as they do: a worker dies with the thread that started it. The
same thread is the clock of the schedule.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from graph_service.errors import GoneError, StoreError, ZoneGraphError
from graph_service.graph.children import Child
from graph_service.graph.nursery import Nursery

_TICK, _REST, _POLL = 0.01, 5.0, 0.25
_STARTING = 20.0
_SPARED = 5.0
"""Seconds for which more processes are kept than are to be, as what kept them busy may come again."""
"""Seconds that a process may take until it is ready."""
_log = logging.getLogger(__name__)


class Crew:
    """Processes that are ready for a job.

    Args:
        memory: MiB that a job may take.
        ready: how many are to wait at least, for jobs to come.
        most: how many are kept when there has been nothing to do for a while.
        tick: called all the time while there are jobs; tells whether there are.

    Attributes:
        started: how many have been started so far.
        closed: whether all have been ended.
    """

    def __init__(self, memory: int, ready: int, most: int, tick: Callable[[], bool]) -> None:
        self.started = 0
        self._memory, self._ready, self._most, self._tick = memory, ready, most, tick
        self._changed = threading.Condition()
        self._all: set[Child] = set()
        self._starting: list[Child] = []
        self._idle: deque[Child] = deque()
        self._dead: deque[Child] = deque()
        self._path = ""
        self._wanted = self._failures = 0
        self._retry = self._crowded = 0.0
        self._awake = self.closed = False
        self._keeper: threading.Thread | None = None
        self._nursery: Nursery | None = None

    @property
    def idle(self) -> int:
        """How many wait for a job."""
        return len(self._idle)

    def wake(self) -> None:
        """Let the clock run, as there is a job; starts the processes where that has not been done.

        Raises:
            StoreError: they have been stopped.
        """
        if self._awake:
            return
        with self._changed:
            if self.closed:
                raise stopped()
            self._awake = True
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
                self._keeper.start()
            self._changed.notify_all()

    def take(self, path: str, gone: Callable[[], bool]) -> Child:
        """Return a process for a job, the one that has worked last; waits until there is one.

        Args:
            path: the snapshot to be asked; processes that are started from now on open it before they are ready.
            gone: tells whether nobody waits for the answer any more.

        Raises:
            StoreError: none could be started.
            GoneError: nobody waits for the answer any more.
        """
        deadline = time.monotonic() + _STARTING
        with self._changed:
            self._path = path
            self._wanted += 1
            try:
                while self.closed or not self._idle:
                    if self.closed:
                        raise stopped()
                    self._changed.notify_all()
                    self._changed.wait(_POLL)
                    if time.monotonic() > deadline:
                        raise StoreError("No worker could be started", "Look into the log, and ask again.")
                    if gone():
                        raise GoneError("The reader has gone", "Ask again.")
                return self._idle.pop()
            finally:
                self._wanted -= 1

    def take_at_once(self, path: str) -> Child | None:
        """Return a process for a job as `take` does, if one is ready."""
        with self._changed:
            self._path = path
            return self._idle.pop() if self._idle and not self.closed else None

    def give_back(self, child: Child) -> None:
        """Take back a process that has done its job and may do another."""
        with self._changed:
            if not self.closed:
                self._idle.append(child)
                if self._wanted:
                    self._changed.notify_all()
                return
        self.discard(child)

    def discard(self, child: Child) -> None:
        """End a process; another takes its place."""
        child.kill()
        with self._changed:
            self._all.discard(child)
            if not self.closed:
                self._dead.append(child)
                self._awake = True
                self._changed.notify_all()
                return
        child.bury()  # nobody is left who would do it

    def examine(self, child: Child) -> ZoneGraphError:
        """Return what a process died of; another takes its place."""
        found = child.bury()
        self.discard(child)
        return found

    def close(self) -> None:
        """End all processes, whatever they do."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
            for child in self._all:
                child.kill()
        if self._keeper is not None and self._keeper is not threading.current_thread():
            self._keeper.join(_STARTING)
        with self._changed:
            left = [*self._idle, *self._starting, *self._dead]
            for children in (self._idle, self._starting, self._dead):
                children.clear()
        for child in left:
            child.bury()
        if self._nursery is not None:
            self._nursery.close()

    # ---- The thread that keeps it so

    def _keep(self) -> None:
        while True:
            with self._changed:
                if self.closed:
                    return
                if not (self._awake or self._starting or self._wanted or self._crowded):
                    self._changed.wait(_REST)
                else:
                    self._changed.wait(_TICK)
                self._awake = False
            if self._tick():
                self._awake = True
            try:
                self._tend()
            except ZoneGraphError as error:
                self._fail(str(error))

    def _tend(self) -> None:
        """Bury the dead, see which processes have become ready, and start as many as are missing."""
        while self._dead:
            self._dead.popleft().bury()
        for child in list(self._starting):
            if child.receive(0) is None:
                self._starting.remove(child)
                self._fail(str(self.examine(child)))
            elif child.ready:
                self._failures = 0
                with self._changed:
                    self._starting.remove(child)
                    self._idle.append(child)
                    self._changed.notify_all()
        self._dismiss()
        if time.monotonic() < self._retry:
            return
        while len(self._idle) + len(self._starting) < self._ready + self._wanted:
            self._start()

    def _dismiss(self) -> None:
        """End processes that are too many, once they have been for a while; those that worked last stay."""
        now = time.monotonic()
        if len(self._idle) <= self._most:
            self._crowded = 0.0
        elif not self._crowded:
            self._crowded = now
        elif now - self._crowded > _SPARED:
            with self._changed:
                child = self._idle.popleft() if len(self._idle) > self._most else None
            if child is not None:
                self.discard(child)

    def _start(self) -> None:
        if self._nursery is not None and not self._nursery.alive:
            self._nursery.close()
            self._nursery = None
        self._nursery = self._nursery or Nursery()
        child = Child(self._nursery, self._memory, self._path)
        self.started += 1
        with self._changed:
            self._all.add(child)
            self._starting.append(child)

    def _fail(self, why: str) -> None:
        self._failures += 1
        self._retry = time.monotonic() + min(5.0, 0.1 * 2.0**self._failures)
        _log.error("A worker could not be started: %s", why)


def stopped() -> StoreError:
    """Return the error of a job that comes when the service ends, or is cut off by that."""
    return StoreError("The workers have been stopped", "Start the service again.")
