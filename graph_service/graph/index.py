"""The search index: one SQLite file beside the store, a full-text index of grams, and the state of the graph it holds.

Rows have numbers by which the index keeps them sorted: things by how connected they are and how short their label is,
sentences by how new they are. So the best come first, and whoever wants ten reads little more than ten.
"""

import json
import math
import queue
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from graph_service.errors import StoreError
from graph_service.graph.entries import Entry, Saying, Thing
from graph_service.graph.grams import TOKENIZER, grams, text_grams
from graph_service.graph.spelling import spelt
from graph_service.vocabulary import vocabulary

_LAYOUT = 1
_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE things (
  id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, names TEXT NOT NULL, kind INTEGER NOT NULL, degree INTEGER NOT NULL
);
CREATE TABLE sentences (
  id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, document TEXT NOT NULL, "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL, text TEXT NOT NULL, published TEXT NOT NULL
);
CREATE VIRTUAL TABLE named USING fts5(grams, content='', detail=none, columnsize=0, tokenize="{TOKENIZER}");
CREATE VIRTUAL TABLE said USING fts5(grams, content='', detail=none, columnsize=0, tokenize="{TOKENIZER}");
"""
_UNSAFE = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
"""For a file that nobody reads before it is done."""
_ROOM = 16 * 1024 * 1024
_SCHEMA += "".join(f"INSERT INTO {t}({t}, rank) VALUES ('hashsize', {_ROOM});" for t in ("named", "said"))
_TOGETHER = "INSERT INTO named(named) VALUES ('optimize'); INSERT INTO said(said) VALUES ('optimize');"
_CACHE = -8 * 1024
"""Size of a connection's page cache, in KiB as SQLite wants it; files are mapped besides."""
_MAPPED = 256 * 1024 * 1024
_PATIENCE = 30.0
"""Seconds that one writer waits for another."""
_SEQUENCE, _KINDS, _LENGTHS = 32, 10, 6
_KIND_MASK = (1 << _KINDS) - 1
_STEPS = 12
"""Ranks by which things differ whose number of relations differs by the factor two."""
_LATEST = 99_999_999
_ANY = "Entity"


class Index:
    """The file, whoever reads and writes it: any number of threads and processes; writers wait for each other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()

    @contextmanager
    def reading(self) -> Iterator["Reader"]:
        """Give one unchanging state of the index.

        Raises:
            StoreError: it cannot be read.
        """
        connection = self._taken()
        try:
            connection.execute("BEGIN")
            yield Reader(connection)
        except sqlite3.Error as error:
            raise _unreadable(self.path, error) from error
        finally:
            with suppress(sqlite3.Error):
                connection.rollback()
            self._idle.put(connection)

    def _taken(self) -> sqlite3.Connection:
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        return _connect(self.path)

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
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
    def anew(self) -> Iterator["Writer"]:
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
                yield Writer(connection)
                connection.commit()
                connection.executescript(_TOGETHER)
            self.close()
            for name in (f"{self.path.name}-wal", f"{self.path.name}-shm"):
                self.path.with_name(name).unlink(missing_ok=True)
            fresh.replace(self.path)
        except (sqlite3.Error, OSError) as error:
            raise _unreadable(self.path, error) from error

    def size(self) -> int:
        """Return the bytes of its files."""
        return sum(path.stat().st_size for path in self.path.parent.glob(f"{self.path.name}*"))

    def close(self) -> None:
        """Let go of connections that nobody uses."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def __del__(self) -> None:
        self.close()


@cache  # asked for with every search, and what packages say of themselves is read from files
def making() -> str:
    """Return what an index depends on besides the graph: how it is laid out, and what spells and reads names."""
    return f"{_LAYOUT} opencc {version('opencc')} pypinyin {version('pypinyin')}"


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


def class_gram(kind: int) -> str:
    """Return the word that all things of a class, by its number, have in the index."""
    return f"t{kind}"


# ---- Numbers of rows -----------------------------------------------------------------------------


def _number(thing: Thing, kind: int, sequence: int) -> int:
    """Return the number of a thing's row: smaller for more relations, then for a shorter label."""
    rank = 255 - min(255, int(_STEPS * math.log2(1 + thing.degree)))
    length = min(len(thing.label), (1 << _LENGTHS) - 1)
    return (((rank << _LENGTHS | length) << _KINDS | kind) << _SEQUENCE) | sequence


def _date_number(saying: Saying, sequence: int) -> int:
    digits = saying.published.replace("-", "")[:8].ljust(8, "0")
    return ((_LATEST - int(digits) if digits.isdecimal() else _LATEST) << _SEQUENCE) | sequence


# ---- Reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A thing of the index."""

    iri: str
    names: Sequence[str]
    kind: str
    degree: int


class Reader:
    """One state of the index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _meta(self, key: str) -> str:
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    @property
    def snapshot(self) -> str:
        """The identifier of the snapshot that it holds; empty while it is being made."""
        return self._meta("snapshot")

    @property
    def made_by(self) -> str:
        """What made it, as `making` says it."""
        return self._meta("making")

    @cached_property
    def kinds(self) -> dict[int, str]:
        """The classes of its things by their numbers."""
        return dict(self._connection.execute("SELECT id, name FROM kinds"))

    def things(self, match: str, limit: int, offset: int = 0) -> list[Row]:
        """Return things that have the grams of an FTS5 query, the best connected first."""
        rows = self._connection.execute(
            "SELECT iri, names, kind, degree FROM things WHERE id IN (SELECT rowid FROM named WHERE named MATCH ? "
            "ORDER BY rowid LIMIT ? OFFSET ?) ORDER BY id",
            (match, limit, offset),
        )
        return [Row(iri, json.loads(names), self.kinds[kind], degree) for iri, names, kind, degree in rows]

    def count(self, match: str, most: int) -> dict[str, int]:
        """Return how many things of each class have the grams of an FTS5 query; no more than so many are counted."""
        rows = self._connection.execute(
            f"SELECT (rowid >> {_SEQUENCE}) & {_KIND_MASK}, count(*) FROM "
            "(SELECT rowid FROM named WHERE named MATCH ? ORDER BY rowid LIMIT ?) GROUP BY 1",
            (match, most),
        )
        return {self.kinds[kind]: number for kind, number in rows}

    def sentences(self, match: str, limit: int) -> list[Saying]:
        """Return sentences that have the grams of an FTS5 query, the newest first."""
        rows = self._connection.execute(
            'SELECT iri, document, "start", "end", text, published FROM sentences WHERE id IN '
            "(SELECT rowid FROM said WHERE said MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id",
            (match, limit),
        )
        return [Saying(*row) for row in rows]

    def iris(self) -> Iterator[str]:
        """Yield the IRI of every entry."""
        for table in ("things", "sentences"):
            for (iri,) in self._connection.execute(f"SELECT iri FROM {table}"):
                yield iri

    def has(self, iri: str) -> bool:
        """Tell whether there is an entry of this IRI."""
        query = "SELECT 1 FROM things WHERE iri = ?1 UNION ALL SELECT 1 FROM sentences WHERE iri = ?1"
        return self._connection.execute(query, (iri,)).fetchone() is not None


# ---- Writing -------------------------------------------------------------------------------------


class Writer(Reader):
    """The index as whoever writes it sees it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._sequence = int(self._meta("sequence") or 0)
        self._numbers = {name: number for number, name in self.kinds.items()}

    def put(self, iri: str, entry: Entry | None) -> bool:
        """Make the entry of an IRI this one, or none; tell whether that changed anything."""
        known = self._known(iri)
        if entry == (known[1] if known else None):
            return False
        if known is not None:
            self._remove(*known)
        if entry is not None:
            self.add(entry)
        return True

    def _known(self, iri: str) -> tuple[int, Entry] | None:
        row = self._connection.execute(
            "SELECT id, names, kind, degree FROM things WHERE iri = ?", (iri,)
        ).fetchone()
        if row is not None:
            names = json.loads(row[1])
            return row[0], Thing(iri, names[0], tuple(names), self.kinds[row[2]], row[3])
        row = self._connection.execute(
            'SELECT id, iri, document, "start", "end", text, published FROM sentences WHERE iri = ?', (iri,)
        ).fetchone()
        return (row[0], Saying(*row[1:])) if row is not None else None

    def _remove(self, number: int, entry: Entry) -> None:
        table, words = ("things", "named") if isinstance(entry, Thing) else ("sentences", "said")
        self._connection.execute(
            f"INSERT INTO {words}({words}, rowid, grams) VALUES ('delete', ?, ?)",
            (number, self._grams(entry)),
        )
        self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (number,))

    def add(self, entry: Entry) -> None:
        """Add an entry of which there is none yet."""
        self._sequence += 1
        if isinstance(entry, Thing):
            kind = self._kind(entry.kind)
            number, names = _number(entry, kind, self._sequence), json.dumps(entry.names, ensure_ascii=False)
            values: tuple[object, ...] = (number, entry.iri, names, kind, entry.degree)
            self._connection.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?)", values)
            words = "named"
        else:
            number, words = _date_number(entry, self._sequence), "said"
            values = (number, entry.iri, entry.document, entry.start, entry.end, entry.text, entry.published)
            self._connection.execute("INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        self._connection.execute(
            f"INSERT INTO {words}(rowid, grams) VALUES (?, ?)", (number, self._grams(entry))
        )

    def _grams(self, entry: Entry) -> str:
        """Return the words that an entry is found by; its classes, of the ontology all above it too, are words as well."""
        if isinstance(entry, Saying):
            return " ".join(text_grams(spelt(entry.text)))
        found = set().union(*(grams(spelt(name)) for name in entry.names))
        known = vocabulary().kinds.get(entry.kind)
        classes = known.ancestors if known else {entry.kind, _ANY}
        return " ".join([*found, *(class_gram(self._kind(name)) for name in classes)])

    def _kind(self, name: str) -> int:
        """Return the number of a class; there are only so many, and the rest are entities of no special kind."""
        if name in self._numbers:
            return self._numbers[name]
        if len(self._numbers) == _KIND_MASK and name != _ANY:
            return self._kind(_ANY)
        number = len(self._numbers)
        self._connection.execute("INSERT INTO kinds VALUES (?, ?)", (number, name))
        self._numbers[name], self.kinds[number] = number, name
        return number

    def finish(self, snapshot: str) -> None:
        """Note that the index holds this snapshot now."""
        noted = (("snapshot", snapshot), ("sequence", str(self._sequence)))
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", noted)
