"""Searching: by any part of any name, in characters, pinyin, first letters or a mixture, with slips; and in sentences.

    with Search(store_folder) as search:
        search.follow(snapshot)
        found = search.find("德gx", limit=10)
        print([hit.label for hit in found.things])

The index follows the published states of a graph: it re-reads what a commit is known to have changed, and compares
everything only where that is not known. It is kept beside the store, so that a restart costs nothing.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from graph_service.graph.entries import Entry, entry
from graph_service.graph.index import Index
from graph_service.graph.index_rows import Writer
from graph_service.graph.looking import Hit, Looking, Quote, quotes
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import zg
from graph_service.graph.wording import wording

__all__ = ["FILE", "Found", "Hit", "Quote", "Search", "Told"]

Told = Callable[[int, int, str], None]
"""Told how many entries are done, of how many, and what is being done."""

FILE = "search.db"
_STEP = 2000
"""After how many entries progress is told."""
_ABOUT = zg("document")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        snapshot: the state of the graph that it holds for.
        things: the best, in order.
        documents: documents by their titles.
        sentences: the newest first.
        facets: how many things of each class were found, most first.
        total: how many things.
        whole: whether these numbers are exact; else there are at least about so many.
    """

    snapshot: str
    things: Sequence[Hit] = ()
    documents: Sequence[Hit] = ()
    sentences: Sequence[Quote] = ()
    facets: Sequence[tuple[str, int]] = ()
    total: int = 0
    whole: bool = True


class Search:
    """The search index of a store; any thread may use it. A context manager that closes it."""

    def __init__(self, folder: Path) -> None:
        self.index = Index(folder / FILE)
        self._following = threading.Lock()

    # ---- Following

    def follow(
        self, snapshot: Snapshot, changed: Iterable[str] | None = None, told: Told | None = None
    ) -> None:
        """Bring the index to a snapshot; waits for whoever else does so, in whatever process.

        Args:
            snapshot: a published state of the graph.
            changed: IRIs of what differs from the state that the index holds; None: that is not known.
            told: told of the progress.

        Raises:
            StoreError: the index cannot be written.
        """
        with self._following, self.index.alone():
            state = self.index.state()
            if state == snapshot.id:
                return
            with self.index.writing() if state else self.index.anew() as writer:
                if state:
                    _update(writer, snapshot, changed, told)
                else:
                    for found in _harvested(writer, snapshot, told):
                        writer.add(found)
                writer.finish(snapshot.id)

    @property
    def ready(self) -> bool:
        """Whether there is an index to ask."""
        return bool(self.index.state())

    # ---- Finding

    def find(
        self, text: str, *, kind: str = "", limit: int = 20, documents: int = 0, sentences: int = 0
    ) -> Found:
        """Return what a wording leads to.

        Args:
            text: what was typed.
            kind: local name of a class; only such things then.
            limit: things at most.
            documents: documents at most; with `kind`, none.
            sentences: sentences at most; with `kind`, none.

        Raises:
            UsageError: the wording is too long.
            StoreError: the index cannot be read.
        """
        written = wording(text)
        with self.index.reading() as reader:
            if not written.joined:
                return Found(reader.snapshot)
            looking = Looking(reader, written)
            things = looking.things(kind, limit)
            return Found(
                snapshot=reader.snapshot,
                things=things,
                documents=looking.documents(documents) if documents and not kind else (),
                sentences=quotes(reader, text, sentences) if sentences and not kind else (),
                **looking.facets(things, kind, limit),
            )

    def named(self, text: str, most: int) -> tuple[str, list[str] | None]:
        """Return the state of the index, and all things with a wording in some name, as typed, in pinyin or letter by letter.

        Args:
            text: what was typed.
            most: things that are looked at; where more may fit, it is None instead of the things.

        Raises:
            UsageError: the wording is too long.
            StoreError: the index cannot be read.
        """
        written = wording(text)
        with self.index.reading() as reader:
            return reader.snapshot, Looking(reader, written).all(most) if written.joined else None

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()


# ---- Following -----------------------------------------------------------------------------------


def _harvested(writer: Writer, snapshot: Snapshot, told: Told | None) -> Iterator[Entry]:
    """Yield everything that can be searched for in a snapshot."""
    harvest = writer.harvest(snapshot)
    total = harvest.count() if told else 0
    for done, found in enumerate(harvest.entries(), 1):
        yield found
        if told and done % _STEP == 0:
            told(done, total, "")


def _update(writer: Writer, snapshot: Snapshot, changed: Iterable[str] | None, told: Told | None) -> None:
    """Put anew what changed; where that is not known, compare all that is in the index and all that is in the graph."""
    if changed is not None:
        for iri in _with_sentences(snapshot, changed):
            writer.put(iri, entry(snapshot, iri))
        return
    gone = set(writer.iris())
    for found in _harvested(writer, snapshot, told):
        writer.put(found.iri, found)
        gone.discard(found.iri)
    for iri in gone:
        writer.put(iri, None)


def _with_sentences(snapshot: Snapshot, changed: Iterable[str]) -> Iterator[str]:
    """Yield IRIs, and for a document those of its sentences, which are ordered by its date."""
    for iri in changed:
        yield iri
        if "/document/" in iri:
            for quad in snapshot.quads(None, _ABOUT, ox.NamedNode(iri), None):
                if isinstance(quad.subject, ox.NamedNode):
                    yield quad.subject.value
