"""The store: one writer, and published snapshots that any number of readers open.

Everything that touches the engine's store is here. Writing changes the writer's database alone; `commit`
publishes a checkpoint of it, and that is what readers see.
"""

import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError, QueryError, StoreError
from graph_service.graph import sparql as text
from graph_service.graph.answers import Answer, failed, misspelt
from graph_service.graph.changes import AnyTerm, Difference, Graph, alone, contribution, update_text
from graph_service.graph.derivation import derive
from graph_service.graph.folder import Folder
from graph_service.graph.mapping import DERIVED_FROM, Mapped
from graph_service.graph.proposals import follow

__all__ = ["Answer", "GraphReader", "GraphStore", "Snapshot", "open_reader", "open_store"]

_TRIES = 5
"""How often a reader looks again where the snapshot it was about to open has just been dropped."""


def open_store(path: Path, base_iri: str) -> "GraphStore":
    """Return the store in a folder for writing, made anew where there is none.

    Args:
        path: the folder.
        base_iri: what the IRIs of its data start with; a store keeps the one it was made with.

    Raises:
        StoreError: another process writes to it, the folder is no store, or it has another base IRI.
    """
    return GraphStore(path, base_iri)


def open_reader(path: Path) -> "GraphReader":
    """Return a store for reading alone, beside whatever process writes to it.

    Raises:
        StoreError: there is no store in the folder.
    """
    return GraphReader(path)


MergedStore = ox.Store
"""What `Snapshot.merged` makes: a store in memory with one graph, for those who validate it."""


class Snapshot:
    """One published state of the graph; it never changes, however long it is held.

    Attributes:
        id: ASCII; no other state of any store has it.
        base: the IRI that data IRIs start with.
        path: the folder that another process may open; None for a graph in memory.
    """

    def __init__(self, id: str, base: str, store: ox.Store, path: Path | None = None) -> None:  # noqa: A002
        self.id = id
        self.base = base
        self.path = path
        self._store = store

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], base: str) -> Self:
        """Return a snapshot, in memory, of these quads."""
        store = ox.Store()
        store.bulk_extend(quads)
        return cls("memory", base, store)

    @classmethod
    def at(cls, path: Path, base: str) -> Self:
        """Return the snapshot in this folder, named as the folder is.

        Raises:
            StoreError: there is none.
        """
        try:
            return cls(path.name, base, ox.Store.read_only(str(path)), path)
        except OSError as error:
            raise StoreError(
                f"{path} is not a snapshot: {error}", "Open the newest snapshot of the store."
            ) from error

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        bindings: Mapping[str, text.Term] | None = None,
    ) -> Answer:
        """Return the answer to a SPARQL 1.1 query; read it in this thread.

        Args:
            sparql: the query.
            default_graphs: IRIs of graphs that make up the default graph (SPARQL 1.1 Protocol, 2.1.4).
            named_graphs: IRIs of graphs that GRAPH sees; where one of the two is given, the other is empty.
            bindings: terms for variables, by name without `?`; they hold in the whole query.

        Raises:
            QueryError: it does not parse (with line and column), calls other servers, or cannot be run.
        """
        text.refuse(sparql)
        bound = text.bind(sparql, bindings or {})
        default, named = _dataset(default_graphs, named_graphs)
        try:
            return Answer(self._store.query(bound, default_graph=default, named_graphs=named))
        except SyntaxError as error:
            raise self._misspelt(sparql, error) from error
        except (RuntimeError, OSError, ValueError) as error:
            raise failed(error) from error

    def _misspelt(self, sparql: str, error: SyntaxError) -> QueryError:
        """Return the error with the place in the query as it was given, before variables were bound."""
        try:
            ox.Store().query(sparql)
        except SyntaxError as original:
            return misspelt(original)
        return misspelt(error)

    def quads(
        self,
        subject: AnyTerm | None,
        predicate: ox.NamedNode | None,
        value: AnyTerm | None,
        graph: Graph | None,
    ) -> Iterator[ox.Quad]:
        """Return the quads of a pattern, None standing for anything."""
        return self._store.quads_for_pattern(subject, predicate, value, graph)  # type: ignore[arg-type]

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs that hold anything, sorted."""
        named = (g for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))
        return sorted(g.value for g in named if next(self.quads(None, None, None, g), None) is not None)

    def documents(self) -> list[str]:
        """Return the identifiers of the documents, sorted."""
        prefix = identity.document_graph(self.base, "")
        return [name.removeprefix(prefix) for name in self.graphs() if name.startswith(prefix)]

    def merged(self, keep: Callable[[ox.Quad], bool], *more: Path) -> MergedStore:
        """Return a store in memory that has the quads to keep, and Turtle files, in its default graph."""
        store = ox.Store()
        kept = (quad for quad in self.quads(None, None, None, None) if keep(quad))
        store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in kept)
        for path in more:
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        return store


def _dataset(
    default: Sequence[str] | None, named: Sequence[str] | None
) -> tuple[list[Graph] | None, list[ox.NamedNode | ox.BlankNode] | None]:
    if default is None and named is None:
        return None, None
    try:
        return [ox.NamedNode(iri) for iri in default or ()], [ox.NamedNode(iri) for iri in named or ()]
    except ValueError as error:
        raise QueryError(f"A graph's name is not an IRI: {error}", "Name graphs by absolute IRIs.") from error


class GraphReader:
    """A store opened for reading: gives the newest snapshot, whoever publishes it."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self.base = self._folder.describe()["base"]
        self._newest: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return the newest published snapshot.

        Raises:
            StoreError: nothing has been published yet, or the snapshot is damaged.
        """
        for attempt in range(_TRIES):
            newest = self._folder.current()
            if newest is None:
                raise StoreError(f"{self._folder.path} has no snapshot yet", "Ingest a document first.")
            if self._newest is not None and self._newest.id == newest:
                return self._newest
            try:
                self._newest = Snapshot.at(self._folder.snapshots / newest, self.base)
            except StoreError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return self._newest
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Let go of the snapshot."""
        self._newest = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()


class GraphStore:
    """A store opened for writing; the one writer of its folder. A context manager that closes it."""

    def __init__(self, path: Path, base_iri: str) -> None:
        self._folder = Folder(path)
        self._writing = threading.RLock()
        self._held: weakref.WeakSet[Snapshot] = weakref.WeakSet()
        self._store: ox.Store | None = None
        self._folder.create(base_iri)
        self._folder.lock()
        try:
            self.base = self._folder.describe()["base"]
            if self.base != base_iri:
                raise StoreError(
                    f"{path} was made with the base IRI {self.base}, not {base_iri}",
                    f"Open it with --base-iri {self.base}, or give another folder.",
                )
            self._open()
            self._reader = GraphReader(path)
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        if self._folder.ahead:
            self._folder.restore()
        try:
            self._store = ox.Store(str(self._folder.data))
        except OSError as error:
            raise StoreError(
                f"{self._folder.data} cannot be opened: {error}", "Stop what uses it, or restore a backup."
            ) from error
        if self._folder.current() is None:
            self._publish()

    # ---- Reading

    def quads(
        self,
        subject: AnyTerm | None,
        predicate: ox.NamedNode | None,
        value: AnyTerm | None,
        graph: Graph | None,
    ) -> Iterator[ox.Quad]:
        """Return quads of the state being written, None standing for anything."""
        return self._engine().quads_for_pattern(subject, predicate, value, graph)  # type: ignore[arg-type]

    def snapshot(self) -> Snapshot:
        """Return the newest published snapshot; what has not been committed is not in it."""
        snapshot = self._reader.snapshot()
        self._held.add(snapshot)
        return snapshot

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
        here = contribution(mapped.quads)
        single = Snapshot.of([*mapped.quads, *alone(here, mapped.base)], mapped.base)
        records = derive(mapped, single)
        with self._writing:
            return self._replace(mapped.document, frozenset(mapped.quads), frozenset(records))

    def delete(self, document: str) -> None:
        """Remove a document and everything that only it supports.

        Raises:
            NotFoundError: there is no such document.
            StoreError: the store cannot be written.
        """
        with self._writing:
            if not self._replace(document, frozenset(), frozenset()):
                raise NotFoundError(
                    f"There is no document {document}", "List the documents to see their identifiers."
                )

    def _replace(self, document: str, quads: frozenset[ox.Quad], records: frozenset[ox.Quad]) -> bool:
        graph = ox.NamedNode(identity.document_graph(self.base, document))
        old = frozenset(self.quads(None, None, None, graph))
        old_records = frozenset(self._records(old))
        if old == quads and old_records == records:
            return False
        change = Difference(self, self.base, graph, frozenset[AnyTerm](q.subject for q in old_records))
        change.replace(contribution(old, old_records), contribution(quads, records))
        deleted = change.deleted | (old - quads) | (old_records - records)
        inserted = change.inserted | (quads - old) | (records - old_records)
        self._write(deleted, inserted, None if quads else graph)
        return True

    def restate(self, graph: str, quads: Iterable[ox.Quad]) -> bool:
        """Make a graph that is no document's hold these quads alone; say whether anything changed.

        Raises:
            StoreError: the store cannot be written.
        """
        name, wanted = ox.NamedNode(graph), frozenset(quads)
        with self._writing:
            held = frozenset(self.quads(None, None, None, name))
            if held != wanted:
                self._write(held - wanted, wanted - held, None if wanted else name)
        return held != wanted

    def _records(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Yield the records of what was derived from these claims."""
        graph = ox.NamedNode(identity.derived_graph(self.base))
        claims = {q.subject for q in quads}
        nodes = {q.subject for claim in claims for q in self.quads(None, DERIVED_FROM, claim, graph)}
        for node in nodes:
            yield from self.quads(node, None, None, graph)

    def _write(
        self, deleted: Collection[ox.Quad], inserted: Collection[ox.Quad], dropped: ox.NamedNode | None
    ) -> None:
        """Apply a change, with what it changes among proposals, as one update: the engine does all of it or nothing."""
        gone, come = follow(self, self.base, deleted, inserted)
        update = update_text([*deleted, *gone], [*inserted, *come], dropped)
        self._folder.begin()
        try:
            self._engine().update(update)
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"The store cannot be written: {error}", "Make room on the disk and try again."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """Keep other threads from writing; publish at the end, or forget everything if an error comes."""
        with self._writing:
            try:
                yield self
                self.commit()
            except BaseException:
                self.discard()
                raise

    def commit(self) -> Snapshot:
        """Publish what was written and return it as a snapshot; the one before where nothing was written.

        Raises:
            StoreError: the store cannot be written; what was published before still is.
        """
        with self._writing:
            if self._folder.ahead:
                self._publish()
            return self.snapshot()

    def discard(self) -> None:
        """Forget what was written since the last commit."""
        with self._writing:
            if self._folder.ahead:
                self._store = None
                self._open()

    def _publish(self) -> None:
        snapshot = self._folder.next_id()
        try:
            self._engine().backup(str(self._folder.part(snapshot)))
            self._folder.publish(snapshot, {held.id for held in self._held})
        except OSError as error:
            raise StoreError(
                f"The snapshot cannot be written: {error}", "Make room on the disk and try again."
            ) from error

    def _engine(self) -> ox.Store:
        if self._store is None:
            raise StoreError(f"{self._folder.path} has been closed", "Open it again.")
        return self._store

    # ---- Closing

    def close(self) -> None:
        """Let go of the store; what was not committed is forgotten when it is next opened."""
        with self._writing:
            self._store = None
            self._folder.unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()
