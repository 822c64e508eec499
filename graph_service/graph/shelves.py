"""Keeps the shelf of documents: of a small graph made when asked for, of a large one beside the service and kept up to date."""

from threading import Lock

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import TimeLimitError
from graph_service.graph.press import Press
from graph_service.graph.shelf import SHELF, Shelf
from graph_service.graph.store import GraphStore, Snapshot

_SMALL = 64 * 1024 * 1024
"""Bytes of a store up to which the shelf is made while the reader waits; that takes half a second at most."""
_PATIENCE, _SHORT = 1.0, 0.2
"""Seconds to wait for a shelf where there is none, and where there is an older one."""
_CLAIMS = 10_000
"""Claims touched by commits up to which their documents are looked up; after more, all documents are read anew."""


class Shelves:
    """Gives the shelf of the newest state; any thread may ask.

    Args:
        store: what it is of; tells what commits have touched.
        press: makes the shelf of a large graph, in a process of its own, once for a snapshot.
    """

    def __init__(self, store: GraphStore, press: Press) -> None:
        self._store, self._press = store, press
        self._lock = Lock()
        self._kept: Shelf | None = None

    def begin(self) -> None:
        """Have the shelf of a large graph made before anybody asks; returns at once."""
        if self._store.snapshot().size() > _SMALL:
            self.ready()

    def newest(self, patience: float = _PATIENCE) -> Shelf:
        """Return the shelf of the newest state; of the one before while a new one is being made.

        Args:
            patience: seconds to wait for it where it is made beside the service.

        Raises:
            TimeLimitError: none has been made yet; ask again.
            CrashError: the process that was making it ended.
            StoreError: it cannot be written.
        """
        snapshot = self._store.snapshot()
        with self._lock:
            kept = self._renewed(snapshot)
            if kept is not None:
                return kept
        if self._kept is not None:
            patience = min(patience, _SHORT)
        try:
            made = Shelf.read(snapshot, self._press.counted(snapshot, SHELF, patience=patience))
        except TimeLimitError as error:
            if self._kept is not None:
                return self._kept
            raise TimeLimitError("The list of documents is still being made", error.cure) from error
        with self._lock:
            self._kept = made
        return made

    def ready(self) -> Shelf | None:
        """Return a shelf if that takes no time; None where none has been made. Sees to it that one is."""
        try:
            return self.newest(0.0)
        except TimeLimitError:
            return None

    def _renewed(self, snapshot: Snapshot) -> Shelf | None:
        """Return the shelf of a snapshot as far as it can be made at once, and keep it."""
        kept = self._kept
        if kept is not None and kept.snapshot.id == snapshot.id:
            return kept
        if snapshot.size() <= _SMALL:
            self._kept = Shelf.of(snapshot)
            return self._kept
        changed = self._changed(kept.snapshot, snapshot) if kept is not None else None
        if kept is None or changed is None:
            return None
        self._kept = kept.renewed(snapshot, changed)
        return self._kept

    def _changed(self, before: Snapshot, after: Snapshot) -> set[str] | None:
        """Return the IRIs of the documents in which two snapshots may differ; None where that is not known, or many."""
        nodes = self._store.touched.between(before.id, after.id)
        if nodes is None:
            return None
        documents, claims = identity.document_iri(after.base, ""), f"{after.base}claim/"
        found = {node for node in nodes if node.startswith(documents)}
        touched = [ox.NamedNode(node) for node in nodes if node.startswith(claims)]
        if len(touched) > _CLAIMS:
            return None
        graphs = identity.document_graph(after.base, "")
        for claim in touched:
            for snapshot in (before, after):
                quad = next(snapshot.quads(claim, None, None, None), None)
                name = str(getattr(quad.graph_name, "value", "")) if quad else ""
                if name.startswith(graphs):
                    found.add(documents + name.removeprefix(graphs))
        return found
