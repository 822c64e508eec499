"""A large graph is emptied in a copy of the database, by a process beside the writer, so that others write meanwhile.

What they write is made once more in the copy before it takes the place of the database. Readers see the graph whole until then.
"""

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from graph_service.errors import StoreError
from graph_service.graph.commits import PostponedError
from graph_service.graph.engine import CLEARING, Hand
from graph_service.graph.folder import Folder, copy
from graph_service.graph.snapshots import Snapshot
from graph_service.settings import Limits

_NAME = "emptying.part"


class LargeGraphError(PostponedError):
    """A change empties a graph that is better emptied beforehand."""

    def __init__(self, graph: str) -> None:
        super().__init__(graph)
        self.graph = graph


@dataclass(frozen=True, slots=True)
class Emptied:
    """A copy of a database in which a graph has been emptied.

    Attributes:
        graph: its IRI.
        before: the snapshot that was copied.
        path: the folder of the copy; not there any more once it has been used.
    """

    graph: str
    before: str
    path: Path

    def renew(
        self,
        changes: Iterable[tuple[bool, ox.Quad]],
        known: Iterable[ox.NamedNode | ox.BlankNode],
        *,
        drop: bool,
    ) -> None:
        """Make what has been written meanwhile once more, but for what is in the graph.

        Args:
            changes: quads, each with whether it came.
            known: the graphs there are now.
            drop: whether the graph is forgotten too.

        Raises:
            OSError: the copy cannot be written.
        """
        graph, store = ox.NamedNode(self.graph), ox.Store(str(self.path))
        for come, quad in changes:
            if quad.graph_name != graph:
                (store.add if come else store.remove)(quad)
        names, held = set(known), set(store.named_graphs())
        if drop:
            names.discard(graph)
        for name in names - held:
            store.add_graph(name)
        for name in held - names:
            store.remove_graph(name)


class Emptier:
    """Empties large graphs, one at a time.

    Args:
        folder: of the store.
        limits: what the process may take.
    """

    def __init__(self, folder: Folder, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._lock = threading.Lock()
        self._closed = False
        self._hand: Hand | None = None

    @contextmanager
    def emptied(self, snapshot: Snapshot, graph: str) -> Iterator[Emptied]:
        """Give a copy of a snapshot in which a graph is empty; takes long, and a process.

        Raises:
            StoreError: it cannot be written, or the store is being closed.
            CrashError: the engine ended over it.
        """
        path = self._folder.path / _NAME
        with self._lock:
            try:
                shutil.rmtree(path, ignore_errors=True)
                copy(self._folder.snapshots / snapshot.id, path)
                self._empty(path, graph)
                yield Emptied(graph, snapshot.id, path)
            except OSError as error:
                raise StoreError(
                    f"The store cannot be written: {error}", "Make room on the disk and try again."
                ) from error
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def _empty(self, path: Path, graph: str) -> None:
        self._hand = Hand(self._limits, self._folder.descriptor)
        try:
            if self._closed:
                self._hand.interrupt()
            self._hand.ask("open", path=str(path))
            said = self._hand.ask("clear", seconds=CLEARING, graph=graph, drop=False)
            if "error" in said:
                raise StoreError(
                    f"The graph cannot be emptied: {said['detail']}", "Make room on the disk and try again."
                )
            self._hand.ask("close")
        finally:
            self._hand.close()

    def tidy(self) -> None:
        """Remove what a process that was killed has left; to be called before others use this."""
        shutil.rmtree(self._folder.path / _NAME, ignore_errors=True)

    def close(self) -> None:
        """End what is under way, which then fails."""
        self._closed = True
        if self._hand is not None:
            self._hand.interrupt()
