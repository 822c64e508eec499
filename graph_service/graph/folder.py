"""The folder of a store: what it is, who writes to it, which snapshot is current.

It holds `snapshots/{id}/` (checkpoints of the database, by hard links), `current` (the id of the newest),
`zonegraph.json` (what the folder is), `lock`, and `data/`, the database being written. The truth is the
snapshot that `current` names, and it is on the disk before a write is acknowledged; `data/` is made anew from
it whenever a writer starts, so whatever an interrupted writer left there never happened.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO

from graph_service.errors import StoreError

_KIND, _VERSION = "zonegraph-store", 1
_KEPT = 2
"""How many snapshots stay: the newest, and the one that a reader may be about to open."""
_PATIENCE = 3.0
"""Seconds to wait for the lock: a writer that was killed may have left a scribe that is about to notice."""


class Hold:
    """Keeps a snapshot from being removed: a shared lock on its folder, which ends with its process at the latest.

    It is let go by `release`, or with the object.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = None
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not path.is_dir():
            os.close(descriptor)
            raise FileNotFoundError(f"{path} has been removed")
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the snapshot go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.release()


class Folder:
    """The folder of a store, seen as files; knows nothing of what is in the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path / "data"
        self.snapshots = path / "snapshots"
        self._lock: IO[bytes] | None = None

    # ---- What it is

    def describe(self) -> dict[str, str]:
        """Return what the folder says of itself: `base` and `id`.

        Raises:
            StoreError: the folder is no store, or one that this version cannot read.
        """
        try:
            found = json.loads((self.path / "zonegraph.json").read_text(encoding="utf-8"))
            if found["kind"] == _KIND and found["version"] == _VERSION:
                return {"base": str(found["base"]), "id": str(found["id"])}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self.path} is not a ZoneGraph store",
                "Give the folder of a store, or ingest into a new one.",
            ) from error
        raise StoreError(
            f"{self.path} was written by another version of ZoneGraph",
            "Export it with that version and load it anew.",
        )

    def create(self, base: str) -> None:
        """Make a new, empty store of a folder that is not there yet or has nothing in it.

        Raises:
            StoreError: the folder has something else in it, or cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if any(entry.name != "lock" and entry.suffix != ".part" for entry in self.path.iterdir()):
                self.describe()
                return
            self.name(base)
        except (FileExistsError, NotADirectoryError) as error:
            raise StoreError(f"{self.path} is a file, not a folder", "Give the folder of a store.") from error
        except StoreError:
            raise
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def name(self, base: str) -> None:
        """Say that this is a store with this base, and give it an id that no other store has."""
        said = {"kind": _KIND, "version": _VERSION, "base": base, "id": secrets.token_hex(4)}
        write(self.path / "zonegraph.json", json.dumps(said, indent=1) + "\n")

    # ---- Who writes

    def lock(self) -> None:
        """Become the one writer.

        Raises:
            StoreError: another process, or another part of this one, is; or the folder cannot be written.
        """
        try:
            handle = (self.path / "lock").open("ab")
            self._lock_by(handle)
            self._lock = handle
            write(self.path / "writer", f"{os.getpid()}\n", durable=False)
        except StoreError:
            raise
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _lock_by(self, handle: IO[bytes]) -> None:
        end = time.monotonic() + (_PATIENCE if self._orphaned() else 0)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if time.monotonic() < end:
                    time.sleep(0.05)
                    continue
                handle.close()
                raise StoreError(
                    f"{self.path} is being written by another process",
                    "Stop that process, or send the documents to it (--server URL).",
                ) from error

    def _orphaned(self) -> bool:
        """Tell whether the process that last became the writer is gone without having said so."""
        try:
            os.kill(int((self.path / "writer").read_text("ascii")), 0)
        except ProcessLookupError:
            return True
        except (OSError, ValueError):
            return False
        return False

    @property
    def descriptor(self) -> int:
        """Return the file descriptor of the lock, for a child to hold it too.

        Raises:
            StoreError: the lock is not held.
        """
        if self._lock is None:
            raise StoreError(f"{self.path} has been closed", "Open it again.")
        return self._lock.fileno()

    def unlock(self) -> None:
        """Stop being the writer."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                (self.path / "writer").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    # ---- Snapshots

    def current(self) -> str | None:
        """Return the id of the newest published snapshot; None where none was."""
        try:
            return (self.path / "current").read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def has(self, snapshot: str) -> bool:
        """Tell whether a published snapshot is still there."""
        return (self.snapshots / snapshot).is_dir()

    def next_id(self, after: str = "") -> str:
        """Return the id of the snapshot to be published next: a count, and the id of this store.

        Args:
            after: the id of another snapshot that the count is to be higher than.
        """
        count = max(_count(self.current() or ""), _count(after)) + 1
        return f"{count:06}-{self.describe()['id']}"

    def part(self, snapshot: str) -> Path:
        """Return a free path beside the snapshots to write one to before it is published."""
        self.snapshots.mkdir(exist_ok=True)
        path = self.snapshots / f".{snapshot}.part"
        for leftover in (path, self.snapshots / snapshot):
            shutil.rmtree(leftover, ignore_errors=True)
        return path

    def publish(self, snapshot: str) -> None:
        """Make the checkpoint at its `part` path the newest snapshot, on the disk for good.

        The engine has synced the checkpoint's files; what names them is synced here, from the inside out.
        """
        (self.snapshots / f".{snapshot}.part").rename(self.snapshots / snapshot)
        sync(self.snapshots)
        write(self.path / "current", snapshot + "\n")

    def tidy(self) -> None:
        """Remove snapshots that are neither among the newest nor held by any reader of any process."""
        current = self.current() or ""
        names = (entry.name for entry in self.snapshots.iterdir() if not entry.name.startswith("."))
        published = sorted((_count(name), name) for name in names if _count(name) <= _count(current))
        for _, name in published[:-_KEPT]:
            _remove(self.snapshots / name)

    def restore(self) -> None:
        """Put the newest snapshot in place of the database; nothing where none was published."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.snapshots.mkdir(exist_ok=True)
        for leftover in self.snapshots.glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)
        snapshot = self.current()
        if snapshot is not None:
            copy(self.snapshots / snapshot, self.data)


def copy(checkpoint: Path, target: Path) -> None:
    """Copy a checkpoint to a folder that is not there: whole, or not at all.

    Its tables never change, so a link will do for them where both are on one file system.
    """
    fresh = target.with_name(target.name + ".part")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(checkpoint, fresh, copy_function=_link)
    fresh.rename(target)


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} cannot be written: {error.strerror}",
        "Give a folder that you may write to, on a disk that has room.",
    )


def _count(snapshot: str) -> int:
    """Return the count that the id of a snapshot starts with; 0 for what is no such id."""
    digits = snapshot.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _link(source: str, target: str) -> None:
    if source.endswith(".sst"):
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    else:
        shutil.copyfile(source, target)


def _remove(snapshot: Path) -> None:
    """Remove a snapshot that nobody holds; who comes meanwhile waits and then finds it gone."""
    try:
        descriptor = os.open(snapshot, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(snapshot, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def write(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a small file whole or not at all, and if durable so that it outlasts a power cut."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        if durable:
            out.flush()
            os.fsync(out.fileno())
    part.replace(path)
    if durable:
        sync(path.parent)


def sync(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
