"""Backups: a published snapshot as files of its own, with a list that tells whether they are whole.

A backup is a folder with `zonegraph-backup.json`, `snapshot/` and `history.sqlite`, what led to it. It shares nothing with the store it was made
of, and it is made of a snapshot, so the service may go on writing meanwhile.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import StoreError, UsageError
from graph_service.graph.folder import Folder, sync, write
from graph_service.graph.snapshots import GraphReader, Snapshot
from graph_service.graph.succession import copy_history, take_over

Progress = Callable[[int, int, str], None]
"""Called after each file with how many are done, how many there are, and the name of the last one."""

_KIND, _VERSION = "zonegraph-backup", 1
_LIST, _FILES, _HISTORY = "zonegraph-backup.json", "snapshot", "history.sqlite"
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: the identifier of the snapshot, files, and their bytes in sum."""

    snapshot: str
    files: int
    size: int


def back_up(store: Path, target: Path, told: Progress | None = None) -> Copied:
    """Copy the newest published snapshot of a store, whoever writes to it meanwhile.

    Args:
        store: folder of the store.
        target: folder to make; it appears when the copy is whole and on the disk.
        told: told of each file.

    Raises:
        StoreError: there is no store, or the copy cannot be written.
        UsageError: there is something at the target already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is there already", "Give a new or an empty folder.")
    with GraphReader(store) as reader:
        snapshot = reader.snapshot()
        fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            return _write_out(snapshot, fresh, target, told)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f"{target} cannot be written: {error}", "Make room, or give another folder."
            ) from error


def _write_out(snapshot: Snapshot, fresh: Path, target: Path, told: Progress | None) -> Copied:
    assert snapshot.path is not None
    fresh.mkdir(parents=True)
    sums = _copy(snapshot.path, fresh / _FILES, told)
    size = sum((fresh / _FILES / name).stat().st_size for name in sums)
    said = {"kind": _KIND, "version": _VERSION, "base": snapshot.base, "snapshot": snapshot.id, "files": sums}
    if copy_history(snapshot.path.parents[1], fresh / _HISTORY, snapshot.id):
        said["history"] = _sum(fresh / _HISTORY)
    write(fresh / _LIST, json.dumps(said, indent=1, sort_keys=True) + "\n")
    fresh.rename(target)
    sync(target.absolute().parent)
    return Copied(snapshot.id, len(sums), size)


def restore(source: Path, store: Path, told: Progress | None = None) -> Copied:
    """Put a backup into a store that holds nothing, or make one of it.

    The store gets an identity of its own: its snapshots are never taken for those of the store that was
    backed up.

    Args:
        source: folder of the backup.
        store: folder of the store.
        told: told of each file.

    Raises:
        UsageError: the folder is no backup, or the store holds something.
        StoreError: the backup is damaged, or the store is in use or cannot be written.
    """
    said = _read_list(source)
    folder = Folder(store)
    folder.create(said["base"])
    folder.lock()
    try:
        _refuse_filled(folder)
        folder.restore()
        folder.name(said["base"])
        identifier = folder.next_id(said["snapshot"])
        part = folder.part(identifier)
        sums = _copy(source / _FILES, part, told)
        _compare(source, said["files"], sums)
        size = sum(entry.stat().st_size for entry in part.iterdir())
        if "history" in said:
            _compare(source, {_HISTORY: said["history"]}, {_HISTORY: _sum(source / _HISTORY)})
            take_over(source / _HISTORY, store, said["snapshot"], identifier)
        folder.publish(identifier)
        folder.tidy()
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{store} cannot be written: {error}", "Make room and try again.") from error
    finally:
        folder.unlock()
    return Copied(identifier, len(sums), size)


def _read_list(source: Path) -> Mapping[str, Any]:
    cure = "Give the folder that `zonegraph backup` made."
    try:
        said = json.loads((source / _LIST).read_text("utf-8"))
        known = said["kind"] == _KIND and said["version"] == _VERSION
        if known and isinstance(said["files"], dict) and said["base"] and said["snapshot"]:
            return dict(said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{source} is no backup", cure) from error
    raise UsageError(f"{source} is no backup that this version can read", cure)


def _refuse_filled(folder: Folder) -> None:
    current = folder.current()
    if current is None:
        return
    newest = Snapshot.at(folder.snapshots / current, folder.describe()["base"])
    if next(newest.quads(None, None, None, None), None) is not None:
        raise UsageError(f"{folder.path} holds data", "Restore into a folder that is not there yet.")


def _copy(source: Path, target: Path, told: Progress | None) -> dict[str, str]:
    """Copy the files of a folder to the disk; return the SHA-256 of what was read, by name."""
    target.mkdir()
    entries = sorted(source.iterdir())
    sums = {}
    for done, entry in enumerate(entries, start=1):
        sums[entry.name] = _copy_file(entry, target / entry.name)
        if told is not None:
            told(done, len(entries), entry.name)
    sync(target)
    return sums


def _copy_file(source: Path, target: Path) -> str:
    found = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while block := reading.read(_BLOCK):
            found.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return found.hexdigest()


def _sum(path: Path) -> str:
    """Return the SHA-256 of a file, once all of it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compare(source: Path, listed: Mapping[str, str], found: Mapping[str, str]) -> None:
    wrong = sorted(name for name in {*listed, *found} if listed.get(name) != found.get(name))
    if wrong:
        raise StoreError(f"{source} is damaged: {', '.join(wrong[:3])}", "Take another backup.")
