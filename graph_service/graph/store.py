"""The store: one writer, and published snapshots that any number of readers open.

Writing changes the writer's database alone; a commit publishes a checkpoint of it, and that is what readers
see. Changes of many threads go through `write`, which groups them into commits.
"""

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError, StoreError, UsageError
from graph_service.formats import Format
from graph_service.graph import reference
from graph_service.graph import sparql as text
from graph_service.graph.answers import Answer
from graph_service.graph.changes import AnyTerm, Graph, Holding, exchanged, update_text
from graph_service.graph.commits import Commits, Progress
from graph_service.graph.comparison import Comparer
from graph_service.graph.derivation import holding
from graph_service.graph.emptier import Emptied, Emptier, LargeGraphError
from graph_service.graph.engine import Changed, Engine
from graph_service.graph.errands import Errand
from graph_service.graph.folder import Folder
from graph_service.graph.history import History
from graph_service.graph.leases import Leases
from graph_service.graph.mapping import Mapped
from graph_service.graph.proposals import follow
from graph_service.graph.snapshots import GraphReader, MergedStore, Snapshot
from graph_service.graph.touched import Touched
from graph_service.graph.update import emptied as emptying_of
from graph_service.settings import Limits

__all__ = ["Answer", "GraphReader", "GraphStore", "MergedStore", "Snapshot", "open_reader", "open_store"]

T = TypeVar("T")

_ID = re.compile(r"\d{6,}-[0-9a-f]{8}")


def open_store(path: Path, base_iri: str, limits: Limits | None = None) -> "GraphStore":
    """Return the store in a folder for writing, made anew where there is none.

    Args:
        path: the folder.
        base_iri: what the IRIs of its data start with; a store keeps the one it was made with.
        limits: what one update or payload of a user may take.

    Raises:
        StoreError: another process writes to it, the folder is no store, or it has another base IRI.
    """
    return GraphStore(path, base_iri, limits or Limits())


def open_reader(path: Path) -> GraphReader:
    """Return a store for reading alone, beside whatever process writes to it.

    Raises:
        StoreError: there is no store in the folder.
    """
    return GraphReader(path)


class GraphStore:
    """A store opened for writing; the one writer of its folder. A context manager that closes it.

    Attributes:
        touched: what commits have changed, as far as that is known; tells who wants to know of each.
    """

    def __init__(self, path: Path, base_iri: str, limits: Limits) -> None:
        self._folder = Folder(path)
        self.history = History(path, base_iri)
        self._engine = Engine(self._folder, limits, self._follow)
        self._comparer = Comparer(self.history, self._opened, self._published)
        self._commits = Commits(self)
        self._emptier = Emptier(self._folder, limits)
        self._emptied: Emptied | None = None
        self.touched = Touched()
        self._leases = Leases()
        self._sweeper = Errand("sweeper", self._folder.tidy)
        self.writing = threading.RLock()
        self._newest: Snapshot
        self._folder.create(base_iri)
        self._folder.lock()
        try:
            self.base = self._folder.describe()["base"]
            if self.base != base_iri:
                raise StoreError(
                    f"{path} was made with the base IRI {self.base}, not {base_iri}",
                    f"Open it with --base-iri {self.base}, or give another folder.",
                )
            self._engine.reset()
            if self._folder.current() is None:
                self._publish(None)
            self._newest = self._opened(str(self._folder.current()))
            self.history.open(self._newest.id, self._folder.has)
            self._comparer.resume()
            self._emptier.tidy()
            self._folder.tidy()
        except BaseException:
            self.close()
            raise

    # ---- Reading

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    def quads(
        self,
        subject: AnyTerm | None,
        predicate: ox.NamedNode | None,
        value: AnyTerm | None,
        graph: Graph | None,
    ) -> Iterator[ox.Quad]:
        """Return quads of the state being written, None standing for anything."""
        return self._engine.here().quads_for_pattern(subject, predicate, value, graph)  # type: ignore[arg-type]

    def snapshot(self) -> Snapshot:
        """Return the newest published snapshot; it stays some minutes, so that its reader can fetch more (`pinned`)."""
        return self._leases.take(self._newest)

    def pinned(self, identifier: str) -> Snapshot:
        """Return the snapshot of this identifier.

        Raises:
            UsageError: this is no identifier of a snapshot.
            NotFoundError: there is no such snapshot, or no longer.
        """
        newest = self._newest
        if identifier == newest.id:
            return self._leases.take(newest)
        if not _ID.fullmatch(identifier):
            raise UsageError(
                f"{identifier[:40]!r} is no snapshot", "Give the identifier that an answer named, or none."
            )
        try:
            return self._leases.take(self._opened(identifier))
        except StoreError as error:
            raise NotFoundError(
                f"The snapshot {identifier} is not there any more", "Begin again with the newest one."
            ) from error

    def _published(self) -> Snapshot:
        return self._newest

    def _opened(self, identifier: str) -> Snapshot:
        return Snapshot.at(self._folder.snapshots / identifier, self.base)

    # ---- Writing

    def put(self, mapped: Mapped) -> bool:
        """Store a document, in place of what was stored of it before, and what follows from it.

        All or nothing: an error leaves the state as it was. Nothing is published before `commit`.

        Returns:
            whether anything changed.

        Raises:
            StoreError: it was mapped with another base IRI, or the store cannot be written.
        """
        if mapped.base != self.base:
            raise StoreError(f"The document was mapped to {mapped.base}", f"Map it to {self.base}.")
        held = holding(mapped)
        with self.writing:
            return self._replace(mapped.document, held)

    def delete(self, document: str) -> None:
        """Remove a document and everything that only it supports.

        Raises:
            NotFoundError: there is no such document.
            StoreError: the store cannot be written.
        """
        with self.writing:
            if not self._replace(document, Holding(frozenset(), frozenset())):
                raise NotFoundError(
                    f"There is no document {document}", "List the documents to see their identifiers."
                )

    def _replace(self, document: str, new: Holding) -> bool:
        graph = ox.NamedNode(identity.document_graph(self.base, document))
        old = Holding.of(self, self.base, graph)
        if old == new:
            return False
        change = exchanged(self, self.base, graph, old, new)
        self._write(change.deleted, change.inserted, None if new.quads else graph)
        return True

    def restate(self, graph: str, quads: Iterable[ox.Quad]) -> bool:
        """Make a graph that is no document's hold these quads alone; say whether anything changed.

        Raises:
            StoreError: the store cannot be written.
        """
        name, wanted = ox.NamedNode(graph), frozenset(quads)
        with self.writing:
            held = frozenset(self.quads(None, None, None, name))
            if held != wanted:
                self._write(held - wanted, wanted - held, None if wanted else name)
        return held != wanted

    def keep_tables(self) -> bool:
        """Make the graph of reference hold the bundled tables as they are now; say whether anything changed.

        Raises:
            RuleError: a table has a fault.
            StoreError: the store cannot be written.
        """
        return self.restate(identity.reference_graph(self.base), reference.quads(self.base))

    def _write(
        self, deleted: Collection[ox.Quad], inserted: Collection[ox.Quad], dropped: ox.NamedNode | None
    ) -> None:
        """Apply a change, with what it changes among proposals, as one update: the engine does all of it or nothing."""
        gone, come = follow(self, self.base, deleted, inserted)
        self.touched.note(deleted, inserted, gone, come)
        removed, added = [*deleted, *gone], [*inserted, *come]
        self._engine.apply(update_text(removed, added, dropped))
        self.history.note(removed, added)

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """Keep other threads from writing; publish at the end, or forget everything if an error comes."""
        with self.writing:
            try:
                yield self
                self.commit()
            except BaseException:
                self.discard()
                raise

    def commit(self) -> Snapshot:
        """Publish what was written and return it as a snapshot; the one before where nothing was written.

        It is on the disk for good when this returns.

        Raises:
            StoreError: the store cannot be written; what was published before still is.
        """
        with self.writing:
            if self.changes:
                before, known = self._newest, not self.history.is_lost
                self._newest = self._opened(self._publish(before.id))
                if not known:
                    self._comparer.begin(before)
                self._leases.end()
                self._sweeper.nudge()
                self.touched.publish(before.id, self._newest.id)
            return self._newest

    def discard(self) -> None:
        """Forget what was written since the last commit."""
        with self.writing:
            if self.changes:
                self.touched.forget()
                self.history.forget()
                self._engine.reset()

    def _publish(self, before: str | None) -> str:
        snapshot = self._folder.next_id()
        try:
            self._engine.backup(self._folder.part(snapshot))
            if before is not None:
                self.history.commit(before, snapshot, self._knows)
            self._folder.publish(snapshot)
        except OSError as error:
            raise StoreError(
                f"The snapshot cannot be written: {error}", "Make room on the disk and try again."
            ) from error
        self._engine.changes = 0
        return snapshot

    def _knows(self, iri: str) -> bool:
        return any(self.quads(ox.NamedNode(iri), None, None, None))

    # ---- By many threads

    def write(self, change: Callable[[Self], T]) -> T:
        """Run a change in the one thread that writes; return what it returns once it is published and durable.

        Changes that wait are published together. Each is made wholly or not at all: one that raises leaves nothing
        behind, and the others stay. A change may be made a second time where another one of its group failed, so what
        it does must follow from the store alone. Within one, `write` is part of it. Not for use within `transaction`.

        Args:
            change: gets this store; may call everything but `commit`, `discard` and `transaction`.

        Raises:
            StoreError: the store cannot be written, or has been closed; nothing was written.
            Exception: what the change raised; nothing was written.
        """
        if self._commits.is_running():
            return change(self)
        try:
            return self._commits.run(lambda: change(self))
        except LargeGraphError as large:
            with self._emptier.emptied(self._newest, large.graph) as emptied:
                return self._commits.run(lambda: self._after(emptied, change))

    def _after(self, emptied: Emptied, change: Callable[[Self], T]) -> T:
        self._emptied = emptied
        try:
            return change(self)
        finally:
            self._emptied = None

    def progress(self) -> Progress:
        """Return what `write` has done so far, and how many changes wait."""
        return self._commits.progress()

    @property
    def changes(self) -> int:
        """How many times the store was changed, or may have been, since the last commit."""
        return self._engine.changes

    def interrupt(self) -> None:
        """Make the user's update or payload that is being written fail soon."""
        self._engine.interrupt()

    # ---- Within a change: what users wrote, done by a process that can be killed

    def _follow(self, changed: Changed | None) -> None:
        """Note what such a write changed, as far as that is known."""
        if changed is None:
            self.touched.lose()
            self.history.lose()
        for removed, added in changed or ():
            self.touched.note(removed, added)
            self.history.note(removed, added)

    def update(self, sparql: str, base_iri: str | None = None) -> None:
        """Run a SPARQL 1.1 update, wholly or not at all.

        Args:
            sparql: the update.
            base_iri: what its relative IRIs are resolved against; the base of the store where None.

        Raises:
            QueryError: it does not parse, calls other servers, nests too deep, or cannot be run.
            TimeLimitError, MemoryLimitError: it took longer, or more memory, than the limits allow.
            CrashError: the engine ended over it.
        """
        if len(sparql) <= text.SCANNED:
            text.refuse(sparql)
        graph = emptying_of(sparql)
        if graph is not None and self.has_graph(graph.name):
            self._empty(graph.name, drop=graph.dropped)
        else:
            self._engine.update(sparql, base_iri or self.base)

    def load(self, data: bytes, format: Format, graph: str | None, base_iri: str | None = None) -> None:  # noqa: A002
        """Add what a payload says, wholly or not at all.

        Args:
            data: RDF.
            format: of the payload.
            graph: the graph to add to; None: the default graph.
            base_iri: what its relative IRIs are resolved against, as in `update`.

        Raises:
            DocumentError: it is malformed, or names graphs itself.
            ZoneGraphError: it took too much time or memory, or the engine ended over it, as in `update`.
        """
        self._engine.load(data, format, graph, base_iri or self.base)

    def has_graph(self, graph: str | None) -> bool:
        """Tell whether there is a graph of this name in the state being written, be it empty.

        Of the default graph (None) tell whether it holds anything.
        """
        return self._engine.has_graph(graph)

    def create(self, graph: str) -> None:
        """Make a graph known that may stay empty."""
        self.update(f"CREATE SILENT GRAPH {ox.NamedNode(graph)}")

    def clear(self, graph: str | None) -> None:
        """Take everything out of a graph (None: the default graph); a graph with a name stays known."""
        self._empty(graph, drop=False)

    def drop(self, graph: str | None) -> None:
        """Remove a graph (None: everything in the default graph)."""
        self._empty(graph, drop=graph is not None)

    def _empty(self, graph: str | None, *, drop: bool) -> None:
        """Empty a graph; a large one has been emptied beforehand, in a copy, where that can be taken up.

        Raises:
            LargeGraphError: it is one, and was not; nothing has been changed.
        """
        if graph is not None and self._emptied is not None and self._emptied.graph == graph:
            if self._take_up(self._emptied, drop=drop):
                return
        elif graph is not None and self._may_wait() and self._engine.is_large(graph):
            raise LargeGraphError(graph)
        self._engine.clear(graph, drop=drop)

    def _may_wait(self) -> bool:
        """Tell whether the change under way can be made once more later, and has not been put off yet."""
        return self._commits.is_running() and self._emptied is None

    def _take_up(self, emptied: Emptied, *, drop: bool) -> bool:
        """Put a copy in place of the database; tell whether it could be brought to the state being written."""
        changes = self.history.changes(emptied.before, self._newest.id)
        if changes is None or not emptied.path.exists():
            return False
        emptied.renew(changes, self._engine.here().named_graphs(), drop=drop)
        self._engine.exchange(emptied.path)
        return True

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads.

        Raises:
            StoreError: the store cannot be written.
        """
        fresh = [q for q in quads if not any(self.quads(q.subject, q.predicate, q.object, q.graph_name))]
        self.touched.note(fresh)
        self._engine.apply(update_text((), fresh))
        self.history.note((), fresh)

    def close(self) -> None:
        """Let go of the store; changes under way have a second, what was not committed is forgotten."""
        self._emptier.close()
        self._commits.end()
        self._comparer.close()
        with self.writing:
            self.history.close()
            self._engine.close()
            self._sweeper.wait()
            self._folder.unlock()
            self._leases.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
