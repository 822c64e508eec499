"""Everything that can be searched for in a graph, read relation by relation: a third of the work of reading thing by thing.

What is read is put aside in tables of SQLite and joined in the order of the IRIs, so that memory does not grow with the graph.
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyoxigraph as ox

from graph_service.graph.entries import CALLED, SENTENCE, Called, Entry, called, degrees, entry, thing
from graph_service.graph.labels import table
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import TYPE

_ASIDE = """
CREATE TEMP TABLE called_aside (iri TEXT, rank INTEGER, fact INTEGER, name TEXT);
CREATE TEMP TABLE kinds_aside (iri TEXT, kind TEXT);
CREATE TEMP TABLE ties_aside (iri TEXT, degree INTEGER);
"""
_KINDS = "SELECT DISTINCT ?kind { { ?s a ?kind } UNION { GRAPH ?g { ?s a ?kind } } }"


class Harvest:
    """What can be searched for in a snapshot; one pass, in the thread that made it.

    Args:
        snapshot: the graph.
        connection: to a database that gives room for a while.
    """

    def __init__(self, snapshot: Snapshot, connection: sqlite3.Connection) -> None:
        self._snapshot, self._connection = snapshot, connection
        for statement in filter(str.strip, _ASIDE.split(";")):
            connection.execute(statement)
        connection.executemany("INSERT INTO called_aside VALUES (?, ?, ?, ?)", self._names())
        connection.executemany("INSERT INTO kinds_aside VALUES (?, ?)", self._kinds())
        connection.executemany("INSERT INTO ties_aside VALUES (?, ?)", degrees(snapshot))

    def count(self) -> int:
        """Return how many entries there are, about."""
        query = (
            "SELECT (SELECT count(DISTINCT iri) FROM called_aside) + "
            "(SELECT count(*) FROM kinds_aside WHERE kind = ?)"
        )
        return int(self._connection.execute(query, (SENTENCE.value,)).fetchone()[0])

    def entries(self) -> Iterator[Entry]:
        """Yield everything, each once; what was put aside is gone then."""
        yield from self._things()
        sentences = "SELECT DISTINCT iri FROM kinds_aside WHERE kind = ? ORDER BY iri"
        for (iri,) in self._connection.execute(sentences, (SENTENCE.value,)):
            if found := entry(self._snapshot, iri):
                yield found
        for aside in ("called_aside", "kinds_aside", "ties_aside"):
            self._connection.execute(f"DROP TABLE {aside}")

    def _names(self) -> Iterator[tuple[str, int, bool, str]]:
        for rank, predicate in enumerate(CALLED):
            for quad in self._snapshot.quads(None, predicate, None, None):
                if isinstance(quad.subject, ox.NamedNode) and (name := called(quad, rank)):
                    yield (quad.subject.value, *name)

    def _kinds(self) -> Iterator[tuple[str, str]]:
        for (kind,) in table(self._snapshot.query(_KINDS)):
            if isinstance(kind, ox.NamedNode):
                for quad in self._snapshot.quads(None, TYPE, kind, None):
                    if isinstance(quad.subject, ox.NamedNode):
                        yield quad.subject.value, kind.value

    def _things(self) -> Iterator[Entry]:
        kinds, ties = self._column("kinds_aside"), self._column("ties_aside")
        rows = self._connection.execute("SELECT * FROM called_aside ORDER BY iri")
        for iri, same in groupby(rows, itemgetter(0)):
            classes = kinds.of(iri)
            if SENTENCE.value not in classes:
                yield thing(iri, [Called(*row[1:]) for row in same], classes, next(iter(ties.of(iri)), 0))

    def _column(self, name: str) -> "_Column":
        return _Column(self._connection.execute(f"SELECT * FROM {name} ORDER BY iri"))


class _Column:
    """Rows of an IRI and a value in the order of the IRIs, asked for IRIs in that order."""

    def __init__(self, rows: sqlite3.Cursor) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._iri = ""
        self._rows: Iterator[Any] = iter(())
        self._advance()

    def _advance(self) -> None:
        self._iri, self._rows = next(self._groups, ("", iter(())))

    def of(self, iri: str) -> list[Any]:
        """Return the values of an IRI."""
        while self._iri and self._iri < iri:
            self._advance()
        return [value for _, value in self._rows] if self._iri == iri else []
