"""What becomes of the history of a store that is backed up, and of one that is made of a backup."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from graph_service.errors import StoreError
from graph_service.graph.history import NAME, OPEN, PATIENCE, TABLES, Written, count_of, insert


def copy_history(folder: Path, target: Path, snapshot: str) -> bool:
    """Copy the history of a store up to a snapshot, whoever writes to it meanwhile; tell whether there is one.

    Args:
        folder: of the store.
        target: a file that is not there yet.
        snapshot: the one that is backed up; what came after it is left out.

    Raises:
        StoreError: it cannot be read, or the copy cannot be written.
    """
    source = folder / NAME
    if not source.exists():
        return False
    try:
        with (
            closing(sqlite3.connect(source, timeout=PATIENCE)) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            for table in ("pages", "gone"):
                query = f"DELETE FROM {table} WHERE count > ? OR count = ?"
                new.execute(query, (count_of(snapshot), OPEN))
            new.execute("VACUUM")
    except sqlite3.Error as error:
        raise StoreError(
            f"{source} cannot be copied: {error}", "Make room; a history that is damaged may be removed."
        ) from error
    return True


def take_over(copied: Path, folder: Path, before: str, snapshot: str) -> None:
    """Make a copy of a history that of a store that was made of a backup.

    The chain goes on: a page without changes leads from the state that was backed up to the same state under its new name.

    Args:
        copied: the copy.
        folder: of the store.
        before: the snapshot that was backed up.
        snapshot: what it is called now.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        shutil.copyfile(copied, folder / NAME)
        with closing(sqlite3.connect(folder / NAME, isolation_level=None)) as db:
            db.executescript(TABLES)
            insert(db, 1, before, snapshot, Written((), ()))
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{folder / NAME} cannot be written: {error}", "Make room and try again.") from error
