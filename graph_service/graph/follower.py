"""Keeps the search index of a store at its newest snapshot, in a thread of its own that ends when there is nothing to do."""

import logging
import threading
import time

from graph_service.errors import BusyError, ZoneGraphError
from graph_service.graph.magic import MOST
from graph_service.graph.search import Search
from graph_service.graph.store import GraphStore, Snapshot

_PATIENCE = 5.0
"""Seconds that a query waits for the index."""
_log = logging.getLogger(__name__)


class Follower:
    """Follows the commits of a store.

    Args:
        store: is watched.
        search: is kept up to date.
    """

    def __init__(self, store: GraphStore, search: Search) -> None:
        self._store = store
        self._search = search
        self._changed = threading.Condition()
        self._running = self._again = False
        self._reached = ""
        store.touched.watch(self.nudge)

    def nudge(self) -> None:
        """See to it that the index gets to the newest snapshot; returns at once."""
        with self._changed:
            self._again = True
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name="search index", daemon=True).start()

    def wait(self, snapshot: Snapshot, seconds: float) -> bool:
        """Wait so long for the index to get to a snapshot; tell whether it has."""
        end = time.monotonic() + seconds
        while self._reached != snapshot.id:
            self.nudge()
            with self._changed:
                left = end - time.monotonic()
                if self._reached != snapshot.id and (left <= 0 or not self._changed.wait(left)):
                    return False
        return True

    def iris(self, snapshot: Snapshot, text: str) -> list[str]:
        """Return what words lead to in the newest snapshot, for `zg:search`.

        Raises:
            BusyError: the index is still being made, or the snapshot is not the newest.
            UsageError: the words are too long.
        """
        if self.wait(snapshot, _PATIENCE):
            found = self._search.find(text, limit=MOST)
            if found.snapshot == snapshot.id:
                return [hit.iri for hit in found.things]
        raise BusyError(
            "The search index does not hold this state of the graph", "Ask again, of the newest state."
        )

    def named(self, snapshot: Snapshot, text: str) -> list[str] | None:
        """Return all things with words in some name; None where they are many, or the index does not hold the snapshot."""
        if self._reached != snapshot.id:
            self.nudge()
            return None
        state, found = self._search.named(text, MOST)
        return found if state == snapshot.id else None

    def _work(self) -> None:
        while self._next():
            try:
                self._follow()
            except ZoneGraphError:
                _log.exception("The search index does not follow")

    def _next(self) -> bool:
        with self._changed:
            self._running = self._again
            self._again = False
            self._changed.notify_all()
            return self._running

    def _follow(self) -> None:
        newest, held = self._store.snapshot(), self._search.index.state()
        self._search.follow(newest, self._store.touched.between(held, newest.id) if held else None)
        with self._changed:
            self._reached = newest.id
            self._changed.notify_all()
