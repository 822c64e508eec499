"""The folder of a store: what it is, who writes to it, which snapshot is current.

It holds `data/` (the database), `snapshots/{id}/` (its checkpoints, by hard links), `current` (the id of the
newest), `zonegraph.json` (what the folder is) and `lock`. `unpublished` stands while `data/` is ahead of the
newest snapshot: a writer that finds it takes up the snapshot again; an interrupted ingestion never happened.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import IO

from graph_service.errors import StoreError

_KIND, _VERSION = "zonegraph-store", 1
_KEPT = 2
"""How many snapshots stay: the newest, and the one that a reader may be about to open."""


class Folder:
    """The folder of a store, seen as files; knows nothing of what is in the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path / "data"
        self.snapshots = path / "snapshots"
        self._unpublished = path / "unpublished"
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
            said = {"kind": _KIND, "version": _VERSION, "base": base, "id": secrets.token_hex(4)}
            _write(self.path / "zonegraph.json", json.dumps(said, indent=1) + "\n")
        except (FileExistsError, NotADirectoryError) as error:
            raise StoreError(f"{self.path} is a file, not a folder", "Give the folder of a store.") from error
        except PermissionError as error:
            raise StoreError(
                f"{self.path} may not be written", "Give a folder that you may write to."
            ) from error

    # ---- Who writes

    def lock(self) -> None:
        """Become the one writer.

        Raises:
            StoreError: another process, or another part of this one, is.
        """
        handle = (self.path / "lock").open("ab")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.close()
            raise StoreError(
                f"{self.path} is being written by another process",
                "Stop that process, or send the documents to it (--server URL).",
            ) from error
        self._lock = handle

    def unlock(self) -> None:
        """Stop being the writer."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # ---- Snapshots

    def current(self) -> str | None:
        """Return the id of the newest published snapshot; None where none was."""
        try:
            return (self.path / "current").read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def next_id(self) -> str:
        """Return the id of the snapshot to be published next: a count, and the id of this store."""
        count = int((self.current() or "0").partition("-")[0]) + 1
        return f"{count:06}-{self.describe()['id']}"

    def part(self, snapshot: str) -> Path:
        """Return a free path beside the snapshots to write one to before it is published."""
        self.snapshots.mkdir(exist_ok=True)
        path = self.snapshots / f".{snapshot}.part"
        for leftover in (path, self.snapshots / snapshot):
            shutil.rmtree(leftover, ignore_errors=True)
        return path

    def publish(self, snapshot: str, in_use: Collection[str]) -> None:
        """Make the snapshot at its `part` path the newest, and drop old ones that are not in use."""
        (self.snapshots / f".{snapshot}.part").rename(self.snapshots / snapshot)
        _write(self.path / "current", snapshot + "\n")
        self._unpublished.unlink(missing_ok=True)
        published = sorted(entry.name for entry in self.snapshots.iterdir())
        for name in published[:-_KEPT]:
            if name not in in_use:
                shutil.rmtree(self.snapshots / name, ignore_errors=True)

    @property
    def ahead(self) -> bool:
        """Whether the database is ahead of the newest snapshot, or was left so."""
        return self._unpublished.exists() or self.current() is None or not self.data.is_dir()

    def begin(self) -> None:
        """Note that the database is about to be ahead of the newest snapshot."""
        self._unpublished.touch()

    def restore(self) -> None:
        """Put the newest snapshot back in place of the database; an empty one where nothing was published."""
        shutil.rmtree(self.data, ignore_errors=True)
        snapshot = self.current()
        if snapshot is None:
            return
        fresh = self.path / "data.part"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.snapshots / snapshot, fresh, copy_function=_link)
        fresh.rename(self.data)
        self._unpublished.unlink(missing_ok=True)


def _link(source: str, target: str) -> None:
    """Copy a file of a checkpoint; its tables never change, so a link will do for them."""
    if source.endswith(".sst"):
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
