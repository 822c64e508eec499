"""Snapshots that stay for a while after they were asked for, so that their readers can fetch the next page."""

import threading
import time

from graph_service.graph.folder import Hold
from graph_service.graph.snapshots import Snapshot

_LEASE = 300.0
"""Seconds that a snapshot stays after it was asked for last."""
_LEASES = 16
"""How many stay for that reason at most; the one asked for longest ago goes first."""


class Leases:
    """What is held of snapshots for their readers; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Hold | None, float]] = {}

    def take(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot, which stays from now on."""
        with self._lock:
            self._held.pop(snapshot.id, None)
            self._held[snapshot.id] = snapshot.hold, time.monotonic() + _LEASE
        return snapshot

    def end(self) -> None:
        """Let go of snapshots that nobody has asked for lately; they are in the order of asking."""
        with self._lock:
            for identifier, (_, until) in list(self._held.items()):
                if until < time.monotonic() or len(self._held) > _LEASES:
                    del self._held[identifier]

    def clear(self) -> None:
        """Let go of all."""
        self._held.clear()
