"""Keeps the search index of a store at its newest snapshot, in a thread of its own that ends when there is nothing to do.

What is done in a moment is done by that thread; to make the index of a large store, or to take in much at once, it has a
process of its own (`indexer`), as it would keep everything else in this one waiting for minutes.
"""

import logging
import sqlite3
import threading
import time
from contextlib import suppress

from graph_service.errors import BusyError, ZoneGraphError
from graph_service.graph.errands import Errand
from graph_service.graph.history import count_of
from graph_service.graph.indexer import follow_apart
from graph_service.graph.magic import MOST
from graph_service.graph.search import Search
from graph_service.graph.store import GraphStore, Snapshot

_PATIENCE = 5.0
"""Seconds that a query waits for the index."""
_MOMENT = 2.0
"""Seconds after a commit within which the index has followed it, unless that is much."""
_SMALL = 8 * 1024 * 1024
"""Bytes of a store whose index is made in a moment."""
_FEW = 2000
"""Entries that are looked at in a moment."""
_TRIES, _REST, _LONGEST_REST = 10, 0.5, 60.0
"""After how many failures nothing is tried until somebody asks, and seconds of rest after the first, and at most."""
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
        self._reached = ""
        self._failures = 0
        self._rested = 0.0
        self._committed = -_MOMENT
        self._errand = Errand("search index", self._follow)
        store.touched.watch(self._commit)

    def nudge(self) -> None:
        """See to it that the index gets to the newest snapshot; returns at once."""
        self._errand.nudge()

    def wait(self, snapshot: Snapshot, seconds: float) -> bool:
        """Wait so long for the index to get to a snapshot, or to a later one; tell whether it has."""
        end = time.monotonic() + seconds
        while not self._has(snapshot):
            self.nudge()
            with self._changed:
                left = end - time.monotonic()
                if not self._has(snapshot) and (left <= 0 or not self._changed.wait(left)):
                    return False
        return True

    def catch_up(self, snapshot: Snapshot) -> bool:
        """Wait the moment that the index takes to follow the newest commit; tell whether it has got to a snapshot."""
        return self.wait(snapshot, self._committed + _MOMENT - time.monotonic())

    def _has(self, snapshot: Snapshot) -> bool:
        return bool(self._reached) and count_of(self._reached) >= count_of(snapshot.id)

    def _commit(self) -> None:
        self._committed = time.monotonic()
        self.nudge()

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
        time.sleep(max(0.0, self._rested - time.monotonic()))
        try:
            self._bring(self._store.snapshot())
            self._failures = 0
        except ZoneGraphError as error:
            self._fail(error)
        finally:  # who waits looks again, and nudges again where it failed
            with self._changed:
                self._changed.notify_all()

    def _bring(self, newest: Snapshot) -> None:
        """Bring the index to a snapshot, here or by a process."""
        held = self._search.index.state()
        changed = self._changes(held, newest.id) if held else None
        few = changed is not None and len(changed) <= _FEW
        if held == newest.id or few or newest.size() <= _SMALL:
            self._search.follow(newest, changed)
        else:
            follow_apart(self._store.path, newest, changed)
        self._reached = newest.id

    def _changes(self, held: str, newest: str) -> set[str] | None:
        """Return what is known to differ between two states: by this process, or by the history that outlasts it."""
        known = self._store.touched.between(held, newest)
        with suppress(sqlite3.Error):  # who cannot read it compares everything
            return self._store.history.touched(held, newest) if known is None else known
        return None

    def _fail(self, error: ZoneGraphError) -> None:
        """Note a failure, and try again after a while that gets longer."""
        _log.error("The search index is not up to date: %s", error)
        self._rested = time.monotonic() + min(_LONGEST_REST, _REST * 2.0**self._failures)
        self._failures += 1
        if self._failures < _TRIES:
            self.nudge()
