"""The one thread that writes: it takes changes as they come and publishes them in groups."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from graph_service.errors import StoreError

T = TypeVar("T")

_GATHERING = 0.05
"""Seconds for which changes that are waiting join a group before it is published."""
_PATIENCE = 1.0
"""Seconds that changes under way have to finish once the store is to be closed."""


class PostponedError(Exception):
    """A change is to be made later; it has not changed anything, and has not failed."""


class Written(Protocol):
    """What is written to: a store."""

    writing: AbstractContextManager[Any]
    """Keeps others from writing while it is held."""

    @property
    def changes(self) -> int:
        """How many times it was changed since it was last published."""

    def commit(self) -> object:
        """Publish what was changed."""

    def discard(self) -> None:
        """Forget what was changed since it was last published."""

    def interrupt(self) -> None:
        """Make the change under way fail soon."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been written since the store was opened.

    Attributes:
        groups: commits that were published.
        changes: changes in them.
        failed: changes that failed and left nothing behind.
        seconds: time it took to publish the commits, in sum.
        waiting: changes that wait or are under way now.
    """

    groups: int
    changes: int
    failed: int
    seconds: float
    waiting: int


@dataclass(slots=True)
class _Job:
    change: Callable[[], object]
    future: "Future[object]" = field(default_factory=Future)
    result: object = None


class Commits:
    """Runs changes one after the other in one thread, and publishes as many at once as wait.

    Each change is made wholly or not at all: where one fails after it has changed something, the store goes
    back to what was published, and the changes of the group that had succeeded are made again.
    """

    def __init__(self, store: Written) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = self._abandoned = False
        self._waiting = self._groups = self._changes = self._failed = 0
        self._seconds = 0.0

    def run(self, change: Callable[[], T]) -> T:
        """Return what the change returns, once the group it is in is published.

        A change that is run within another one is a part of that one.

        Raises:
            StoreError: the store has been closed, or cannot be written.
            Exception: what the change raised.
        """
        if self.is_running():
            return change()
        job = _Job(change)
        with self._starting:
            if self._closed:
                raise StoreError("The store has been closed", "Open it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()
            self._waiting += 1
            self._queue.put(job)
        try:
            return cast(T, job.future.result())
        finally:
            with self._starting:
                self._waiting -= 1

    def is_running(self) -> bool:
        """Tell whether this is the thread that writes, in which a change is being made."""
        return threading.current_thread() is self._thread

    def progress(self) -> Progress:
        """Return what has been written so far."""
        return Progress(self._groups, self._changes, self._failed, self._seconds, self._waiting)

    def end(self) -> None:
        """Let what waits be written, within a short time; what is not written then fails."""
        with self._starting:
            self._closed = True
            thread = self._thread
        if thread is None:
            return
        self._queue.put(None)
        thread.join(_PATIENCE)
        self._abandoned = True
        while thread.is_alive():
            self._store.interrupt()
            thread.join(0.05)

    # ---- In the thread

    def _work(self) -> None:
        more = True
        while more and (job := self._queue.get()) is not None:
            more = self._group(job)

    def _group(self, job: _Job | None) -> bool:
        """Make the changes that wait and publish them; tell whether more may come."""
        applied: list[_Job] = []
        more = True
        with self._store.writing:
            end = time.monotonic() + _GATHERING
            while job is not None:
                self._apply(job, applied)
                job = None
                if time.monotonic() < end:
                    with contextlib.suppress(queue.Empty):
                        job = self._queue.get_nowait()
                        more = job is not None
            fault = self._publish(applied)
        for done in applied:
            if fault is None:
                done.future.set_result(done.result)
            else:
                done.future.set_exception(fault)
        return more

    def _apply(self, job: _Job, applied: list[_Job]) -> None:
        before = self._store.changes
        try:
            if self._abandoned:
                raise StoreError("The store is being closed; the write was not made", "Send it again later.")
            job.result = job.change()
        except BaseException as error:
            self._failed += not isinstance(error, PostponedError)
            if self._store.changes != before:
                self._undo(applied)
            job.future.set_exception(error)
        else:
            applied.append(job)

    def _undo(self, applied: list[_Job]) -> None:
        """Go back to what was published and make the changes that had succeeded again."""
        again = list(applied)
        applied.clear()
        try:
            self._store.discard()
        except StoreError as error:
            for job in again:
                job.future.set_exception(error)
            return
        for job in again:
            self._apply(job, applied)

    def _publish(self, applied: list[_Job]) -> Exception | None:
        """Publish what was changed; return why it cannot be published, None where it could."""
        changed = self._store.changes > 0
        began = time.monotonic()
        try:
            self._store.commit()
        except Exception as error:
            with contextlib.suppress(StoreError):
                self._store.discard()
            return error
        if changed:
            self._groups += 1
            self._changes += len(applied)
            self._seconds += time.monotonic() - began
        return None
