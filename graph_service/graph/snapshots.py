"""Snapshots: published states of the graph, which any number of readers open, whoever writes meanwhile."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import QueryError, StoreError
from graph_service.formats import Format
from graph_service.graph import sparql as text
from graph_service.graph.answers import Answer, failed, misspelt
from graph_service.graph.changes import AnyTerm, Graph
from graph_service.graph.folder import Folder, Hold
from graph_service.vocabulary import PREFIXES

_TRIES = 5
"""How often a reader looks again where the snapshot it was about to open has just been dropped."""

MergedStore = ox.Store
"""What `Snapshot.merged` makes: a store in memory with one graph, for those who validate it."""


class Snapshot:
    """One published state of the graph; it never changes, and its folder stays, as long as this is held.

    Attributes:
        id: ASCII; no other state of any store has it.
        base: the IRI that data IRIs start with; relative IRIs in queries are resolved against it.
        path: the folder that another process may open; None for a graph in memory.
        published: seconds since 1970 when it was published; 0 for a graph in memory.
    """

    def __init__(
        self, id: str, base: str, store: ox.Store | None, path: Path | None = None, hold: Hold | None = None  # noqa: A002
    ) -> None:  # fmt: skip
        self.id = id
        self.base = base
        self.path = path
        self.hold = hold
        self.published = path.stat().st_mtime if path else 0.0
        self._opened = store
        self._opening = threading.Lock()

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], base: str) -> Self:
        """Return a snapshot, in memory, of these quads."""
        store = ox.Store()
        store.bulk_extend(quads)
        return cls("memory", base, store)

    @classmethod
    def at(cls, path: Path, base: str) -> Self:
        """Return the snapshot in this folder, named as the folder is; the engine opens it when it is first read.

        Raises:
            StoreError: there is none.
        """
        try:
            return cls(path.name, base, None, path, Hold(path))
        except OSError as error:
            raise _not_a_snapshot(path, error) from error

    @property
    def _store(self) -> ox.Store:
        with self._opening:
            if self._opened is None:
                try:
                    self._opened = ox.Store.read_only(str(self.path))
                except OSError as error:
                    raise _not_a_snapshot(self.path, error) from error
            return self._opened

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
            found = self._store.query(bound, base_iri=self.base, default_graph=default, named_graphs=named)
            return Answer(found)
        except SyntaxError as error:
            raise self._misspelt(sparql, error) from error
        except (RuntimeError, OSError, ValueError) as error:
            raise failed(error) from error

    def _misspelt(self, sparql: str, error: SyntaxError) -> QueryError:
        """Return the error with the place in the query as it was given, before variables were bound."""
        try:
            ox.Store().query(sparql, base_iri=self.base)
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

    def has_graph(self, graph: str) -> bool:
        """Tell whether there is a graph of this name; one may be there and have nothing in it."""
        return self._store.contains_named_graph(ox.NamedNode(graph))

    def dump(self, graph: str | None, format: Format, out: BinaryIO) -> None:  # noqa: A002 - as in `serialize`
        """Write the triples of a graph (None: the default graph) as they come, in a format of graphs."""
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        self._store.dump(out, format.rdf, from_graph=name, prefixes=PREFIXES)

    def dump_all(self, format: Format, out: BinaryIO) -> None:  # noqa: A002 - as in `dump`
        """Write every graph as it comes, in a format that keeps the names of graphs."""
        self._store.dump(out, format.rdf, prefixes=PREFIXES)

    def size(self) -> int:
        """Return the bytes of its files; 0 for a graph in memory."""
        return sum(entry.stat().st_size for entry in self.path.iterdir()) if self.path else 0

    def count(self) -> int:
        """Return how many quads it has, counted one by one: about a second for ten million."""
        every = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        row = next(iter(self.query(every).rows()))
        return int(getattr(row["n"], "value", "0"))

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


def _not_a_snapshot(path: Path | None, error: OSError) -> StoreError:
    return StoreError(f"{path} is not a snapshot: {error}", "Open the newest snapshot of the store.")


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
            known = self._newest
            if known is not None and known.id == newest:
                return known
            try:
                self._newest = opened = Snapshot.at(self._folder.snapshots / newest, self.base)
            except StoreError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return opened
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
