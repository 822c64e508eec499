"""What was computed from the newest state of the graph and will be asked for again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from graph_service.graph.store import Snapshot

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key for one state of the graph at a time; those asked for longest ago go first.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._snapshot = ""
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, snapshot: Snapshot, key: K) -> V | None:
        """Return what was kept for a key; None where nothing was."""
        with self._lock:
            if self._snapshot != snapshot.id or key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, snapshot: Snapshot, key: K, value: V) -> None:
        """Keep a value; what was kept of another state is let go. Of a graph in memory, whose states have no names, nothing is."""
        if snapshot.path is None:
            return
        with self._lock:
            if self._snapshot != snapshot.id:
                self._snapshot = snapshot.id
                self._values.clear()
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def of(self, snapshot: Snapshot, key: K, make: Callable[[], V]) -> V:
        """Return what was kept for a key, or make it and keep it."""
        found = self.get(snapshot, key)
        if found is None:
            found = make()
            self.put(snapshot, key, found)
        return found
