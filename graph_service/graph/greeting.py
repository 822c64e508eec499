"""What is worth seeing first, made beforehand: after each commit anew, in a thread that ends when there is nothing to do."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from graph_service.graph.errands import Errand
from graph_service.graph.named import Ask, NamedQueries
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.worth import Worth, worth

_PATIENCE = 0.4
"""Seconds after a commit for which readers wait for what it changed, before they get what was there the moment before."""
_SMALL = 64 * 1024 * 1024
"""Bytes of a store up to which it is made while the first reader waits; that takes half a second at most."""
_REST, _LONGEST_REST = 3.0, 15.0
"""How long the thread rests after making it, as a multiple of what that took, and seconds at most: commits may be many."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """What is worth seeing first in a state of the graph, by the language of its labels; nothing until that is known."""

    snapshot: Snapshot
    worth: Mapping[str, Worth]


class Greeting:
    """Keeps what is worth seeing first in the newest state of a store.

    Args:
        store: is watched.
        named: questions that may be asked.
        ask: tries them, in no request.
    """

    def __init__(self, store: GraphStore, named: NamedQueries, ask: Ask) -> None:
        self._store, self._named, self._ask = store, named, ask
        self._made: Greeted | None = None
        self._making = threading.Lock()
        self._changed = threading.Condition()
        self._errand = Errand("greeting", self._renew)
        self._since = 0.0
        store.touched.watch(self._follow)

    def newest(self) -> Greeted:
        """Return what is worth seeing first; while commits follow each other, that of a state just before the newest."""
        wanted = self._store.snapshot()
        if self._made is None:
            self._make(wanted)
        elif self._made.snapshot.id != wanted.id:
            self.nudge()
            with self._changed:
                left = self._since + _PATIENCE - time.monotonic()
                self._changed.wait_for(lambda: self._has(wanted), max(0.0, left))
        assert self._made is not None
        return self._made

    def ready(self) -> Greeted:
        """Return what `newest` does if that takes no time; of a large graph, nothing until it has been made beside the service."""
        wanted = self._store.snapshot()
        if self._made is None and wanted.size() > _SMALL:
            self.nudge()
            with self._changed:
                if not self._changed.wait_for(lambda: self._made is not None, _PATIENCE):
                    return Greeted(wanted, {})
        return self.newest()

    def of(self, snapshot: Snapshot) -> Greeted:
        """Return what is worth seeing first in a state of the graph, whichever it is."""
        made = self._made
        known = made is not None and made.snapshot.id == snapshot.id
        return made if known and made else Greeted(snapshot, worth(snapshot, self._named, self._ask))

    def nudge(self) -> None:
        """See to it that it is made of the newest state; returns at once."""
        self._errand.nudge()

    def _follow(self) -> None:
        """Keep up with a commit, once somebody has asked."""
        self._since = time.monotonic()
        if self._made is not None:
            self.nudge()

    def _has(self, snapshot: Snapshot) -> bool:
        return self._made is not None and self._made.snapshot.id == snapshot.id

    def _make(self, snapshot: Snapshot) -> None:
        with self._making:
            if not self._has(snapshot):
                self._made = Greeted(snapshot, worth(snapshot, self._named, self._ask))
        with self._changed:
            self._changed.notify_all()

    def _renew(self) -> None:
        begun = time.monotonic()
        try:
            self._make(self._store.snapshot())
        finally:
            time.sleep(min(_LONGEST_REST, _REST * (time.monotonic() - begun)))
