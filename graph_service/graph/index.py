"""The search index: one SQLite file beside the store, a full-text index of grams, and the state of the graph it holds.

Rows have numbers by which the index keeps them sorted: things by how connected they are and how short their label is,
sentences by how new they are. So the best come first, and whoever wants ten reads little more than ten.
"""

import fcntl
import os
import queue
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from graph_service.errors import StoreError
from graph_service.graph.folder import sync
from graph_service.graph.grams import TOKENIZER
from graph_service.graph.index_rows import Builder, Reader, Writer

_LAYOUT = 3
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE things (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, names TEXT NOT NULL, kind INTEGER NOT NULL, degree INTEGER NOT NULL
);
CREATE TABLE sentences (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, document TEXT NOT NULL, "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL, text TEXT NOT NULL, published TEXT NOT NULL
);
CREATE VIRTUAL TABLE named USING fts5(grams, content='', detail=none, columnsize=0, tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE said USING fts5(grams, content='', detail=none, columnsize=0, tokenize="{TOKENIZER}");
"""
_UNSAFE = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
"""For a file that nobody reads before it is done."""
_ROOM = 16 * 1024 * 1024
_SCHEMA += "".join(f"INSERT INTO {t}({t}, rank) VALUES ('hashsize', {_ROOM});" for t in ("named", "said"))
_KEYS = "CREATE UNIQUE INDEX thing ON things(iri); CREATE UNIQUE INDEX sentence ON sentences(iri);"
"""Made when all rows are there, which is quicker than row by row."""
_TOGETHER = "INSERT INTO named(named) VALUES ('optimize'); INSERT INTO said(said) VALUES ('optimize');"
_CACHE = -8 * 1024
"""Size of a connection's page cache, in KiB as SQLite wants it; files are mapped besides."""
_MAPPED = 2047 * 1024 * 1024
_PATIENCE = 30.0
"""Seconds that one writer waits for another."""


_File = tuple[int, int]
"""What tells a file from the one that takes its place: device and number."""


class Index:
    """The file, whoever reads and writes it: any number of threads and processes; writers wait for each other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.SimpleQueue[tuple[_File | None, sqlite3.Connection]] = queue.SimpleQueue()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from bringing the index to another state; waits for whoever does. A process that ends lets go.

        Raises:
            StoreError: there is no such folder, or it cannot be written.
        """
        try:
            descriptor = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Give one unchanging state of the index.

        Raises:
            StoreError: it cannot be read.
        """
        file, connection = self._taken()
        try:
            connection.execute("BEGIN")
            yield Reader(connection)
        except sqlite3.Error as error:
            raise _unreadable(self.path, error) from error
        finally:
            with suppress(sqlite3.Error):
                connection.rollback()
            self._idle.put((file, connection))

    def _taken(self) -> tuple[_File | None, sqlite3.Connection]:
        """Return a connection that nobody uses, or a new one; not to a file that another has taken the place of."""
        file = _file(self.path)
        with suppress(queue.Empty):
            while True:
                known, connection = self._idle.get_nowait()
                if known == file:
                    return known, connection
                connection.close()
        return file, _connect(self.path)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give the one who may write; everything is kept, or nothing where an error comes.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            with closing(_connect(self.path)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield Writer(connection)
                connection.commit()
        except sqlite3.Error as error:
            raise _unreadable(self.path, error) from error

    def state(self) -> str | None:
        """Return the identifier of the snapshot it holds; None where it is not there, or of another making."""
        if not self.path.exists():
            return None
        try:
            with self.reading() as reader:
                return reader.snapshot if reader.made_by == making() else None
        except StoreError:
            return None

    @contextmanager
    def anew(self) -> Iterator[Writer]:
        """Give the writer of a new index, which takes the place of this one when it is done.

        Raises:
            StoreError: it cannot be written.
        """
        fresh = self.path.with_name(f"{self.path.name}.part")
        fresh.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                connection.executescript(_UNSAFE + _SCHEMA + "BEGIN;")
                connection.execute("INSERT INTO meta VALUES ('making', ?)", (making(),))
                yield Builder(connection)
                connection.commit()
                connection.executescript(_KEYS + _TOGETHER)
            _settle(fresh)
            self.close()
            for name in (f"{self.path.name}-wal", f"{self.path.name}-shm"):
                self.path.with_name(name).unlink(missing_ok=True)
            fresh.replace(self.path)
            sync(self.path.parent)
        except (sqlite3.Error, OSError) as error:
            raise _unreadable(self.path, error) from error

    def size(self) -> int:
        """Return the bytes of its files."""
        return sum(path.stat().st_size for path in self.path.parent.glob(f"{self.path.name}*"))

    def close(self) -> None:
        """Let go of connections that nobody uses."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait()[1].close()

    def __del__(self) -> None:
        self.close()


@cache  # asked for with every search, and what packages say of themselves is read from files
def making() -> str:
    """Return what an index depends on besides the graph: how it is laid out, and what spells and reads names."""
    return f"{_LAYOUT} opencc {version('opencc')} pypinyin {version('pypinyin')}"


def _file(path: Path) -> _File | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _settle(path: Path) -> None:
    """Put a file on the disk for good, which SQLite was told not to do."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _connect(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size={_CACHE}")
        connection.execute(f"PRAGMA mmap_size={_MAPPED}")
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    return connection


def _unreadable(path: Path, error: Exception) -> StoreError:
    return StoreError(f"The search index {path} fails: {error}", "Remove the file; it is made anew.")
