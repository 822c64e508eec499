"""Keeps the search index of a store at its newest snapshot, in a thread of its own that ends when there is nothing to do."""

import threading
import time

from graph_service.errors import BusyError
from graph_service.graph.errands import Errand
from graph_service.graph.magic import MOST
from graph_service.graph.search import Search
from graph_service.graph.store import GraphStore, Snapshot

_PATIENCE = 5.0
"""Seconds that a query waits for the index."""


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
        self._reached = ""
        self._errand = Errand("search index", self._follow)
        store.touched.watch(self.nudge)

    def nudge(self) -> None:
        """See to it that the index gets to the newest snapshot; returns at once."""
        self._errand.nudge()

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

    def _follow(self) -> None:
        try:
            newest, held = self._store.snapshot(), self._search.index.state()
            self._search.follow(newest, self._store.touched.between(held, newest.id) if held else None)
            self._reached = newest.id
        finally:  # who waits looks again, and nudges again where it failed
            with self._changed:
                self._changed.notify_all()
