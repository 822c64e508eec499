"""What each commit changed, and which IRIs it took out of the graph: the history beside a store.

It is `history.sqlite` in the folder of the store, and no part of the graph, which is made of its documents alone. Its
*pages* hold what was removed and added, as lines of an RDF Patch (`D` and `A`, each with a quad): who has the state
that a page comes after and applies it has the state it leads to. They form one chain that ends at the newest
snapshot; the oldest go when there are too many, and then the chain begins later. Marks of what is gone stay.

What a commit of ours changes is known as it is written. What a user's update or payload changes is not; such a
commit leaves a page open, and `comparison` writes it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import zstandard

from graph_service.errors import StoreError
from graph_service.graph.terms import TYPE

NAME = "history.sqlite"
"""What its file is called."""
PAGE = 50_000
"""Changes that one page has at most."""
_PAGES, _BYTES = 1000, 64 * 1024 * 1024
"""How many pages are kept, and how many bytes they may have as they are stored."""
_MARKS = 1_000_000
"""How many IRIs that are gone are remembered; those that went first are forgotten first."""
_FOLLOWED = 20_000
"""How many changes are followed one by one; to compare everything takes no longer then."""
PATIENCE = 60.0
"""Seconds to wait for another writer."""
TABLES = """
CREATE TABLE IF NOT EXISTS pages (
  count INTEGER, part INTEGER, snapshot TEXT, before TEXT, made REAL, removed INTEGER, added INTEGER, size INTEGER,
  body BLOB, PRIMARY KEY (count, part));
CREATE TABLE IF NOT EXISTS gone (iri TEXT PRIMARY KEY, count INTEGER, snapshot TEXT, made REAL);
"""
"""What makes the tables, where they are not there yet."""
OPEN = -1
"""The count of pages of a commit that has not been made yet."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of changes.

    Attributes:
        snapshot: the state that its commit published.
        part: its number, from 1, among the pages of that commit.
        before: the state before that commit.
        made: seconds since 1970 when it was committed.
        removed: how many quads it takes out.
        added: how many it puts in.
    """

    snapshot: str
    part: int
    before: str
    made: float
    removed: int
    added: int

    @property
    def name(self) -> str:
        """What it is called: `000004-8963f870.1`."""
        return f"{self.snapshot}.{self.part}"


@dataclass(frozen=True, slots=True)
class Gone:
    """An IRI that was in the graph: the first state without it, and when that was committed."""

    iri: str
    snapshot: str
    made: float


class Written:
    """Changes written to a page: quads that went, and quads that came, as text."""

    def __init__(self, removed: Iterable[str], added: Iterable[str]) -> None:
        gone, come = sorted(removed), sorted(added)
        text = "".join([*(f"D {quad} .\n" for quad in gone), *(f"A {quad} .\n" for quad in come)])
        self.removed, self.added = len(gone), len(come)
        self.body = zstandard.ZstdCompressor(write_checksum=True).compress(text.encode())

    def row(self) -> tuple[int, int, int, bytes]:
        """Return what the table has of it."""
        return self.removed, self.added, len(self.body), self.body


class History:
    """The history of the store in a folder; written by its one writer, read by any thread.

    Args:
        folder: of the store.
        base: what the IRIs of its data start with.

    Attributes:
        is_lost: whether something was changed since the last commit and nobody knows what.
    """

    def __init__(self, folder: Path, base: str) -> None:
        self._path = folder / NAME
        self._base = base
        self._pending: dict[ox.Quad, bool] = {}
        self._removed: set[str] = set()
        self._parts = 0
        self.is_lost = False
        self._db: sqlite3.Connection | None = None

    # ---- Writing, by the one writer

    def open(self, current: str, is_kept: Callable[[str], bool]) -> None:
        """Take up the history at the newest snapshot, whatever has happened to it or to the store meanwhile.

        Args:
            current: the newest snapshot.
            is_kept: tells whether a snapshot can still be opened.

        Raises:
            StoreError: the file cannot be opened.
        """
        try:
            self._db = self._connect()
            self._db.executescript(TABLES)
            self._begin()
            for table in ("pages", "gone"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE count > ? OR count = ?", (count_of(current), OPEN)
                )
            self._join(current, is_kept)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(
                f"{self._path} cannot be read: {error}", "Remove it; the change feed then begins anew."
            ) from error

    def _join(self, current: str, is_kept: Callable[[str], bool]) -> None:
        """Make the chain end at the newest snapshot: by a page to be written, or by beginning anew."""
        assert self._db is not None
        last = self._db.execute("SELECT snapshot FROM pages ORDER BY count DESC LIMIT 1").fetchone()
        if last is not None and last[0] != current:
            if _of_one_store(last[0], current) and is_kept(last[0]):
                self._insert(1, last[0], current, None)
            else:
                self._db.execute("DELETE FROM pages")
        begins = _first_open(self._db)
        if begins is not None and not is_kept(begins):
            self._db.execute(
                "DELETE FROM pages WHERE count <= (SELECT MAX(count) FROM pages WHERE body IS NULL)"
            )

    def note(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> None:
        """Note what was taken out of the state being written, and what was put in: exactly that, in this order."""
        if self.is_lost:
            return
        for quads, come in ((removed, False), (added, True)):
            for quad in quads:
                if self._pending.pop(quad, come) != come:
                    continue
                self._pending[quad] = come
                if not come and quad.predicate == TYPE and isinstance(quad.subject, ox.NamedNode):
                    self._removed.add(quad.subject.value)
        if len(self._pending) > PAGE:
            self._spill()

    def lose(self) -> None:
        """Note that something was changed and nobody knows what."""
        self.forget()
        self.is_lost = True

    def forget(self) -> None:
        """Forget what was noted since the last commit."""
        self._pending.clear()
        self._removed.clear()
        self._parts, self.is_lost = 0, False
        if self._db is not None and self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def commit(self, before: str, snapshot: str, is_known: Callable[[str], bool]) -> None:
        """Write what was noted, on the disk for good, as the way from one snapshot to the next.

        It comes before the snapshot is published; where that fails, `open` takes it back.

        Args:
            before: the snapshot before.
            snapshot: the one that is about to be published.
            is_known: tells whether the state being written says anything of an IRI.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            self._commit(before, snapshot, is_known)
        except sqlite3.Error as error:
            raise StoreError(f"{self._path} cannot be written: {error}", "Make room on the disk.") from error

    def _commit(self, before: str, snapshot: str, is_known: Callable[[str], bool]) -> None:
        self._begin()
        assert self._db is not None
        self._db.execute("DELETE FROM pages WHERE count >= ?", (count_of(snapshot),))
        if self.is_lost:
            self._insert(1, before, snapshot, None)
        else:
            self._spill()
            keys = (count_of(snapshot), snapshot, before, time.time(), OPEN)
            self._db.execute("UPDATE pages SET count=?, snapshot=?, before=?, made=? WHERE count=?", keys)
            self._mark((iri for iri in self._removed if not is_known(iri)), snapshot)
        _prune(self._db)
        self._db.execute("COMMIT")
        self.forget()

    def _spill(self) -> None:
        """Write what is noted to pages of the commit to come, of which there is one at least."""
        self._begin()
        noted, self._pending = self._pending, {}
        quads = list(noted.items())
        for start in range(0, len(quads) or not self._parts, PAGE):
            some = quads[start : start + PAGE]
            self._parts += 1
            written = Written((str(q) for q, come in some if not come), (str(q) for q, come in some if come))
            self._insert(self._parts, "", "", written)

    def _begin(self) -> None:
        assert self._db is not None
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")

    def _insert(self, part: int, before: str, snapshot: str, written: Written | None) -> None:
        assert self._db is not None
        insert(self._db, part, before, snapshot, written)

    def _mark(self, iris: Iterable[str], snapshot: str) -> None:
        assert self._db is not None
        _mark(self._db, (iri for iri in iris if iri.startswith(self._base)), snapshot)

    def close(self) -> None:
        """Let go of the file; what was not committed is forgotten."""
        if self._db is not None:
            self.forget()
            self._db.close()
            self._db = None

    # ---- Pages that were left open, by whoever compares

    def unwritten(self) -> str | None:
        """Return the snapshot after which the first page is to be written; None where all are."""
        with closing(self._connect()) as db:
            return _first_open(db)

    def settle(
        self, before: str, snapshot: str, pages: Sequence[Written] | None, gone: Iterable[str]
    ) -> None:
        """Write the way between two snapshots in place of the pages there, be they open or not.

        Args:
            before: a snapshot of the chain.
            snapshot: a later one.
            pages: None: it is too long to be kept, and the chain begins at the later one.
            gone: IRIs that the later one no longer knows.
        """
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            after = -1 if pages is None else count_of(before)
            db.execute("DELETE FROM pages WHERE count > ? AND count <= ?", (after, count_of(snapshot)))
            for part, written in enumerate(pages or (), start=1):
                insert(db, part, before, snapshot, written)
            _mark(db, (iri for iri in gone if iri.startswith(self._base)), snapshot)
            _prune(db)
            db.execute("COMMIT")

    # ---- Reading, by any thread

    def pages(self) -> list[Page]:
        """Return the pages, the oldest first, as far as they are written."""
        query = "SELECT snapshot, part, before, made, removed, added, size FROM pages ORDER BY count, part"
        found = []
        with closing(self._connect()) as db:
            for *said, size in db.execute(query):
                if size is None:
                    break
                if said[0]:
                    found.append(Page(*said))
        return found

    def page(self, name: str) -> tuple[Page, str] | None:
        """Return a page with its lines; None where there is none of this name, or no longer."""
        found = next((page for page in self.pages() if page.name == name), None)
        if found is None:
            return None
        query = "SELECT body FROM pages WHERE count = ? AND part = ?"
        with closing(self._connect()) as db:
            row = db.execute(query, (count_of(found.snapshot), found.part)).fetchone()
        return None if row is None else (found, _unpacked(row[0]))

    def touched(self, before: str, after: str) -> set[str] | None:
        """Return the nodes in which two states may differ; None where not all pages between them are known, or they are many."""
        lines = self._between(before, after)
        return None if lines is None else {node for page in lines for node in _nodes(page)}

    def changes(self, before: str, after: str) -> list[tuple[bool, ox.Quad]] | None:
        """Return what leads from one state to another and to what has been noted since: quads, each with whether it came.

        None where that is not known, or much. By the one writer.
        """
        lines = None if self.is_lost or self._parts else self._between(before, after)
        if lines is None:
            return None
        found = [(line[0] == "A", quad) for page in lines for line, quad in _changes(page)]
        return [*found, *((come, quad) for quad, come in self._pending.items())]

    def _between(self, before: str, after: str) -> list[str] | None:
        """Return the lines of the pages between two states, of each page; None where not all are known, or they are many."""
        within = (
            "FROM pages WHERE count > ? AND count <= ? ORDER BY count, part",
            (count_of(before), count_of(after)),
        )
        with closing(self._connect()) as db:
            db.execute("BEGIN")  # both queries are to see the same pages
            chain = db.execute(
                f"SELECT part, before, snapshot, removed + added {within[0]}", within[1]
            ).fetchall()
            ways = [(start, end) for part, start, end, _ in chain if part == 1]
            steps = [before, *(end for _, end in ways)]
            if [start for start, _ in ways] != steps[:-1] or steps[-1] != after:
                return None
            sizes = [size for *_, size in chain]
            if None in sizes or sum(sizes) > _FOLLOWED:
                return None
            bodies = db.execute(f"SELECT body {within[0]}", within[1]).fetchall()
        return [_unpacked(body) for (body,) in bodies]

    def gone(self, iri: str) -> Gone | None:
        """Return when an IRI went; None where nothing tells that it was ever there, or it is there again."""
        with closing(self._connect()) as db:
            row = db.execute("SELECT iri, snapshot, made FROM gone WHERE iri = ?", (iri,)).fetchone()
        return None if row is None else Gone(*row)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        return db


def _unpacked(body: bytes) -> str:
    return zstandard.ZstdDecompressor().decompress(body).decode()


def _nodes(lines: str) -> set[str]:
    """Return the subjects and objects of the quads of a page that have IRIs."""
    ends = (end for _, quad in _changes(lines) for end in (quad.subject, quad.object))
    return {end.value for end in ends if isinstance(end, ox.NamedNode)}


def _changes(lines: str) -> Iterator[tuple[str, ox.Quad]]:
    """Yield the lines of a page, each with its quad."""
    each = lines.splitlines(keepends=True)
    yield from zip(each, ox.parse("".join(line[2:] for line in each), ox.RdfFormat.N_QUADS), strict=True)


def insert(db: sqlite3.Connection, part: int, before: str, snapshot: str, written: Written | None) -> None:
    """Insert a page of a commit that leads from one state to another; None leaves it open."""
    count = count_of(snapshot) if snapshot else OPEN
    row = written.row() if written else (None, None, None, None)
    values = (count, part, snapshot, before, time.time(), *row)
    db.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def _mark(db: sqlite3.Connection, iris: Iterable[str], snapshot: str) -> None:
    rows = ((iri, count_of(snapshot), snapshot, time.time()) for iri in iris)
    db.executemany("INSERT OR REPLACE INTO gone VALUES (?, ?, ?, ?)", rows)
    db.execute("DELETE FROM gone WHERE rowid <= (SELECT MAX(rowid) FROM gone) - ?", (_MARKS,))


def _prune(db: sqlite3.Connection) -> None:
    """Remove the pages of the oldest commits until the others have room."""
    counted = "SELECT count, COUNT(*), COALESCE(SUM(size), 0) FROM pages GROUP BY count ORDER BY count DESC"
    pages = size = 0
    for count, number, weight in db.execute(counted).fetchall():
        pages, size = pages + number, size + weight
        if pages > _PAGES or size > _BYTES:
            db.execute("DELETE FROM pages WHERE count <= ?", (count,))
            return


def _first_open(db: sqlite3.Connection) -> str | None:
    query = "SELECT before FROM pages WHERE body IS NULL AND count > 0 ORDER BY count LIMIT 1"
    row = db.execute(query).fetchone()
    return None if row is None else str(row[0])


def count_of(snapshot: str) -> int:
    """Return the count that the name of a snapshot begins with."""
    return int(snapshot.partition("-")[0])


def _of_one_store(one: str, other: str) -> bool:
    return one.partition("-")[2] == other.partition("-")[2]
