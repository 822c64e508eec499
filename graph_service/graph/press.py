"""Dumps that are kept: each made once for a snapshot, by a process of its own, and then a file beside the store.

    press = Press(timeout=30)
    dump = press.get(store.snapshot(), "facts", export_format("ttl"), ".gz")
    print(dump.size, dump.sha256, dump.path)

Who does not want to wait for a large one reads it while it grows (`Press.take`).

They are in `exports/{snapshot}/` in the folder of the store. Those of older snapshots are removed when a newer one's are
made; who reads one has it open and reads on.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graph_service import errors
from graph_service.errors import (
    CrashError,
    GoneError,
    NotFoundError,
    StoreError,
    TimeLimitError,
    ZoneGraphError,
)
from graph_service.formats import EXPORT_FORMATS, Format
from graph_service.graph.dumps import PACKED, Named, part_of
from graph_service.graph.export import refuse
from graph_service.graph.folder import write
from graph_service.graph.growing import Growing
from graph_service.graph.parts import DATASETS, require
from graph_service.graph.store import Snapshot

_SECRET = "ZONEGRAPH_TOKEN"
_TICK = 0.1
_IDLE = 5.0
"""Seconds that a process waits for more to do; to start one takes longer than most dumps."""
_SNAPSHOTS = 2
"""Of how many snapshots dumps are kept."""
_SMALL = 256
"""How many dumps of documents and things are kept of a snapshot."""
_LONGEST = 180
"""Characters of a dataset's name, so that the name of its file is one."""
_TELLABLE: Mapping[str, type[ZoneGraphError]] = {
    name: getattr(errors, name)
    for name in ("UsageError", "UnfitError", "NotFoundError", "StoreError", "QueryError")
}


@dataclass(frozen=True, slots=True)
class Dump(Named):
    """A file that has been made.

    Attributes:
        dataset: what it holds.
        format: how it is written.
        coding: `.gz`, `.zst`, or empty.
        path: the file.
        size: bytes.
        sha256: of the file, in hexadecimal digits.
        snapshot: the state of the graph that it holds.
        date: seconds since 1970 when that was published.
        seconds: that it took to make it for who asked; 0 where it was there, or made for another.
    """

    dataset: str
    format: Format
    coding: str
    path: Path
    size: int
    sha256: str
    snapshot: str
    date: float
    seconds: float = 0.0


@dataclass(slots=True)
class _Job:
    """Something to make; `snapshot` keeps its folder from being removed. `process` makes it; 0: none as yet."""

    snapshot: Snapshot
    dataset: str
    format: str
    coding: str
    target: Path
    done: threading.Event = field(default_factory=threading.Event)
    process: int = 0
    seconds: float = 0.0
    error: ZoneGraphError | None = None

    def line(self) -> bytes:
        said = {
            "path": str(self.snapshot.path), "base": self.snapshot.base, "target": str(self.target),
            "dataset": self.dataset, "format": self.format, "coding": self.coding,
        }  # fmt: skip
        return json.dumps(said).encode() + b"\n"


class Press:
    """Makes dumps and keeps them; any thread may ask. What is large does not hold up what is small.

    Args:
        timeout: seconds that a caller waits; what is being made goes on being made.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._lock = threading.Condition()
        self._jobs: dict[Path, _Job] = {}
        self._queues: dict[bool, deque[_Job]] = {True: deque(), False: deque()}
        self._busy = {True: False, False: False}

    # ---- Asking

    def get(
        self, snapshot: Snapshot, dataset: str, format: Format, coding: str = "",  # noqa: A002 - as everywhere
        gone: Callable[[], bool] = lambda: False,
    ) -> Dump:  # fmt: skip
        """Return a dump, which is made first where it is not there.

        Args:
            snapshot: what it is to hold; it must have a folder.
            dataset: `facts`, `prospects`, `evidence`, `all`, the identifier of a document, or a thing.
            format: one of `EXPORT_FORMATS`.
            coding: `.gz`, `.zst`, or empty.
            gone: tells whether nobody waits any more.

        Raises:
            UsageError: the format cannot hold the dataset.
            UnfitError: the format has no way to write something in it.
            NotFoundError: there is no such dataset, document or thing.
            TimeLimitError: it is not ready yet; ask again.
            GoneError: nobody waits any more.
            CrashError: the process that was making it ended.
            StoreError: it cannot be written.
        """
        taken = self.take(snapshot, dataset, format, coding, gone, self.timeout)
        if isinstance(taken, Growing):
            taken.file.close()
            raise _unready()
        return taken

    def take(
        self, snapshot: Snapshot, dataset: str, format: Format, coding: str,  # noqa: A002 - as everywhere
        gone: Callable[[], bool], patience: float,
    ) -> Dump | Growing:  # fmt: skip
        """Return a dump; after a while one that is still growing, if it is written from beginning to end.

        Args:
            snapshot: as in `get`, like the others up to the last.
            dataset: as there.
            format: as there.
            coding: as there.
            gone: as there.
            patience: seconds to wait until one that grows will do.

        Raises:
            ZoneGraphError: as `get` does.
        """
        if len(quote(dataset, safe="")) > _LONGEST:
            raise NotFoundError("No dataset has so long a name", f"Choose {', '.join(DATASETS)}.")
        refuse(dataset, format)
        target = _folder(snapshot) / f"{quote(dataset, safe='')}.{format.name}{coding}"
        found = _read(snapshot, target)
        if found is not None:
            return found
        require(snapshot, dataset)
        job = self._order(_Job(snapshot, dataset, format.name, coding, target))
        growing = self._wait(job, gone, patience, self.timeout)
        if growing is not None:
            return growing
        found = _read(snapshot, target)
        if found is None:
            raise StoreError(f"{target} has been removed", "Ask again.")
        return replace(found, seconds=job.seconds)

    def counted(
        self, snapshot: Snapshot, name: str, gone: Callable[[], bool] = lambda: False, patience: float = 1.0
    ) -> dict[str, Any]:
        """Return what is made of a snapshot once and kept as JSON.

        Args:
            snapshot: what it is made of.
            name: `census` or `shelf`.
            gone: tells whether nobody waits any more.
            patience: seconds to wait for it; it goes on being made.

        Raises:
            TimeLimitError: it is not ready yet; ask again.
            GoneError: nobody waits any more.
            CrashError: the process that was making it ended.
            StoreError: it cannot be written.
        """
        target = _folder(snapshot) / name
        if not target.exists():
            job = self._order(_Job(snapshot, "", "", "", target))
            self._wait(job, gone, math.inf, min(patience, self.timeout))
        found: dict[str, Any] = json.loads(target.read_text("utf-8"))
        return found

    def made(self, snapshot: Snapshot) -> list[Dump]:
        """Return the dumps of datasets that are there, by name."""
        folder = _folder(snapshot)
        paths = (path.with_name(path.name.removesuffix(".json")) for path in folder.glob("*.json"))
        found = (_read(snapshot, path) for path in paths)
        dumps = [dump for dump in found if dump is not None and dump.dataset in DATASETS]
        return sorted(dumps, key=lambda dump: (DATASETS.index(dump.dataset), dump.name))

    def prepare(self, snapshot: Snapshot, wanted: list[tuple[str, Format]], seconds: float) -> None:
        """Have dumps made, and wait so long for them; what fails is left out."""
        end = time.monotonic() + seconds
        jobs = []
        for dataset, format_ in wanted:
            target = _folder(snapshot) / f"{dataset}.{format_.name}"
            if _read(snapshot, target) is None:
                jobs.append(self._order(_Job(snapshot, dataset, format_.name, "", target)))
        for job in jobs:
            job.done.wait(max(0.0, end - time.monotonic()))

    # ---- Making

    def _order(self, job: _Job) -> _Job:
        """Return the job, or the one that makes the same already, after seeing to it that somebody does it."""
        large = job.dataset in DATASETS
        with self._lock:
            known = self._jobs.setdefault(job.target, job)
            if known is job:
                self._queues[large].append(job)
                self._lock.notify_all()
                if not self._busy[large]:
                    self._busy[large] = True
                    threading.Thread(target=self._work, args=(large,), daemon=True).start()
        return known

    def _wait(self, job: _Job, gone: Callable[[], bool], patience: float, most: float) -> Growing | None:
        """Wait for a job, so long at most; return what there is of it when patience is over, None when it is done."""
        began = time.monotonic()
        while not job.done.wait(min(_TICK, most)):
            if gone():
                raise GoneError("Nobody waits for the dump any more", "Ask again.")
            waited = time.monotonic() - began
            if waited > patience and (growing := _growing(job)) is not None:
                return growing
            if waited > most:
                raise _unready()
        if job.error is not None:
            raise job.error
        return None

    def _work(self, large: bool) -> None:
        """Do the jobs of a queue until there are none, in one process; a new one where it died."""
        process: subprocess.Popen[bytes] | None = None
        try:
            while (job := self._next(large)) is not None:
                if process is None or process.poll() is not None:
                    process = _start()
                began, job.process = time.monotonic(), process.pid
                try:
                    _do(process, job)
                except ZoneGraphError as error:
                    job.error = error
                except OSError as error:
                    job.error = StoreError(f"The dump cannot be kept: {error}", "Make room on the disk.")
                job.seconds = time.monotonic() - began
                self._finish(job)
        finally:
            if process is not None:
                _end(process)

    def _next(self, large: bool) -> _Job | None:
        """Return the next job of a queue, waiting a little for one; None where there is nothing to do."""
        queue = self._queues[large]
        with self._lock:
            if self._lock.wait_for(lambda: queue, _IDLE):
                return queue.popleft()
            self._busy[large] = False
            return None

    def _finish(self, job: _Job) -> None:
        _tidy(job.target.parent)
        with self._lock:
            self._jobs.pop(job.target, None)
        job.done.set()


def _folder(snapshot: Snapshot) -> Path:
    if snapshot.path is None:
        raise StoreError("This snapshot is in memory alone", "Ask one that was published.")
    return snapshot.path.absolute().parents[1] / "exports" / snapshot.id


def _read(snapshot: Snapshot, path: Path) -> Dump | None:
    """Return the dump at a path; None where there is none, or not all of it."""
    try:
        said = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
        format_ = EXPORT_FORMATS[said["format"]]
        if path.stat().st_size != said["size"]:
            return None
    except (OSError, ValueError, KeyError):
        return None
    coding, digest = said["coding"], said["sha256"]
    return Dump(
        said["dataset"], format_, coding, path, said["size"], digest, snapshot.id, snapshot.published
    )  # fmt: skip


def _growing(job: _Job) -> Growing | None:
    """Return what there is of a dump that is being made; None where there is nothing as yet, or it cannot be read so."""
    if not job.process or job.format in PACKED or not job.dataset:
        return None
    try:
        file = part_of(job.target, job.process).open("rb")
    except FileNotFoundError:
        return None
    return Growing(
        job.dataset, EXPORT_FORMATS[job.format], job.coding, job.snapshot.id, job.snapshot.published,
        job.target, file, job.done, lambda: job.error,
    )  # fmt: skip


def _unready() -> TimeLimitError:
    return TimeLimitError(
        "The dump is still being made", "Ask again in a while: it is made once and then kept."
    )


def _start() -> "subprocess.Popen[bytes]":
    environment = {name: value for name, value in os.environ.items() if name != _SECRET}
    return subprocess.Popen(
        [sys.executable, "-m", "graph_service.graph.printer", str(os.getpid())],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, process_group=0,
    )  # fmt: skip


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _do(process: "subprocess.Popen[bytes]", job: _Job) -> None:
    """Have a job done, and note what was made beside it.

    Raises:
        ZoneGraphError: it could not be done.
    """
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.write(job.line())
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        process.wait()
        raise CrashError("The process that made the dump ended", "Ask again, or choose another format.")
    said = json.loads(line)
    if "error" in said:
        raise _TELLABLE.get(said["error"], StoreError)(said["detail"], said["cure"])
    if job.dataset:
        noted = {"dataset": job.dataset, "format": job.format, "coding": job.coding, **said}
        write(job.target.with_name(job.target.name + ".json"), json.dumps(noted), durable=False)


def _tidy(folder: Path) -> None:
    """Remove dumps of old snapshots, and of the new one those of documents and things that nobody asked for lately."""
    with suppress(OSError):
        every = sorted(folder.parent.iterdir(), key=lambda entry: entry.name)
        for old in every[:-_SNAPSHOTS]:
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        small = [p for p in folder.glob("*.json") if p.name.split(".")[0] not in DATASETS]
        small.sort(key=lambda path: path.stat().st_mtime)
        for note in small[:-_SMALL]:
            note.unlink(missing_ok=True)
            note.with_name(note.name.removesuffix(".json")).unlink(missing_ok=True)
