"""The rows of the search index: what they are numbered by, and whoever reads, changes or makes them.

Numbers keep things in the order in which they are wanted: by how connected they are and how short their label is,
sentences by how new they are.
"""

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_service.graph.entries import Entry, Saying, Thing
from graph_service.graph.grams import grams, text_grams
from graph_service.graph.harvest import Harvest
from graph_service.graph.spelling import spelt
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import vocabulary

_SEQUENCE, _KINDS, _LENGTHS = 32, 10, 6
_KIND_MASK = (1 << _KINDS) - 1
_STEPS = 12
"""Ranks by which things differ whose number of relations differs by the factor two."""
_LATEST = 99_999_999
_ANY = "Entity"
_written = json.JSONEncoder(ensure_ascii=False).encode


def class_gram(kind: int) -> str:
    """Return the word that all things of a class, by its number, have in the index."""
    return f"t{kind}"


def classes(kind: str) -> Collection[str]:
    """Return a class and, of one of the ontology, all above it."""
    ours = vocabulary().kinds.get(kind)
    return ours.ancestors if ours else {kind, _ANY}


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

    def things(self, match: str, limit: int) -> Iterator[Row]:
        """Yield things that have the grams of an FTS5 query, the best connected first; no more is read than is taken."""
        return self._rows(
            "named CROSS JOIN things ON things.id = named.rowid WHERE named MATCH ? ORDER BY named.rowid LIMIT ?",
            (match, limit),
        )

    def numbered(self, numbers: Sequence[int]) -> Iterator[Row]:
        """Yield the things of rows, in their order."""
        return self._rows("things WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (str(numbers),))

    def _rows(self, source: str, given: tuple[object, ...]) -> Iterator[Row]:
        rows = self._connection.execute(f"SELECT iri, names, kind, degree FROM {source}", given)
        return (Row(iri, json.loads(names), self.kinds[kind], degree) for iri, names, kind, degree in rows)

    def numbers(self, match: str, most: int) -> list[int]:
        """Return the rows of the best connected things that have the grams of an FTS5 query, by their numbers."""
        query = "SELECT rowid FROM named WHERE named MATCH ? ORDER BY rowid LIMIT ?"
        return [number for (number,) in self._connection.execute(query, (match, most))]

    def of_kinds(self, numbers: Iterable[int], kinds: Collection[int]) -> list[int]:
        """Return those rows that have things of some classes, all by their numbers."""
        return [number for number in numbers if number >> _SEQUENCE & _KIND_MASK in kinds]

    def count(self, numbers: Iterable[int]) -> Counter[str]:
        """Return how many things of each class the rows of these numbers have."""
        counted = Counter([number >> _SEQUENCE & _KIND_MASK for number in numbers])
        return Counter({self.kinds[kind]: count for kind, count in counted.items()})

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


# ---- Writing -------------------------------------------------------------------------------------


class Writer(Reader):
    """The index as whoever writes it sees it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._sequence = int(self._meta("sequence") or 0)
        self._numbers = {name: number for number, name in self.kinds.items()}
        self._classes: dict[str, list[str]] = {}

    def harvest(self, snapshot: Snapshot) -> Harvest:
        """Return all that can be searched for in a snapshot, read with the room that this database has."""
        return Harvest(snapshot, self._connection)

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
            row, words = self._thing_row(entry), "named"
            self._connection.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?)", row)
        else:
            row, words = self._saying_row(entry), "said"
            self._connection.execute("INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._connection.execute(
            f"INSERT INTO {words}(rowid, grams) VALUES (?, ?)", (row[0], self._grams(entry))
        )

    def _thing_row(self, thing: Thing) -> tuple[object, ...]:
        kind = self._kind(thing.kind)
        names = _written(thing.names)
        return _number(thing, kind, self._sequence), thing.iri, names, kind, thing.degree

    def _saying_row(self, saying: Saying) -> tuple[object, ...]:
        place = saying.document, saying.start, saying.end
        return _date_number(saying, self._sequence), saying.iri, *place, saying.text, saying.published

    def _grams(self, entry: Entry) -> str:
        """Return the words that an entry is found by."""
        return (
            _text_words(entry.text)
            if isinstance(entry, Saying)
            else self._name_grams(entry.names, entry.kind)
        )

    def _name_grams(self, names: Iterable[str], kind: str) -> str:
        """Return the words that a thing is found by; its classes, of the ontology all above it too, are words as well."""
        found = set().union(*(grams(spelt(name)) for name in names))
        return " ".join([*found, *self._class_grams(kind)])

    def _class_grams(self, kind: str) -> list[str]:
        known = self._classes.get(kind)
        if known is None:
            known = self._classes[kind] = [class_gram(self._kind(name)) for name in classes(kind)]
        return known

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


def _text_words(text: str) -> str:
    return " ".join(text_grams(spelt(text)))


class Builder(Writer):
    """The index as whoever makes all of it at once sees it.

    Entries are first put aside, then written in the order of their numbers: a full-text index that gets them in any
    other order writes a piece of itself for each, and joins the pieces over and over.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        connection.execute(
            "CREATE TEMP TABLE named_aside (id INTEGER, iri TEXT, names TEXT, kind INTEGER, degree INTEGER)"
        )
        connection.execute(
            'CREATE TEMP TABLE said_aside (id INTEGER, iri TEXT, document TEXT, "start" INTEGER, "end" INTEGER, text TEXT, '
            "published TEXT)"
        )

    def add(self, entry: Entry) -> None:
        """Add an entry of which there is none yet."""
        self._sequence += 1
        if isinstance(entry, Thing):
            self._connection.execute("INSERT INTO named_aside VALUES (?, ?, ?, ?, ?)", self._thing_row(entry))
        else:
            self._connection.execute(
                "INSERT INTO said_aside VALUES (?, ?, ?, ?, ?, ?, ?)", self._saying_row(entry)
            )

    def finish(self, snapshot: str) -> None:
        """Write what was put aside, and note that the index holds this snapshot."""
        for table, words, aside in (("things", "named", "named_aside"), ("sentences", "said", "said_aside")):
            self._connection.execute(f"INSERT INTO {table} SELECT * FROM {aside} ORDER BY id")
            self._connection.execute(f"DROP TABLE {aside}")
            self._connection.executemany(
                f"INSERT INTO {words}(rowid, grams) VALUES (?, ?)", self._words(table)
            )
        super().finish(snapshot)

    def _words(self, table: str) -> Iterator[tuple[int, str]]:
        """Yield what the rows of a table are found by, in the order of their numbers."""
        wanted = "id, names, kind" if table == "things" else "id, text"
        for number, text, *kind in self._connection.execute(f"SELECT {wanted} FROM {table} ORDER BY id"):
            yield (
                number,
                self._name_grams(json.loads(text), self.kinds[kind[0]]) if kind else _text_words(text),
            )
