"""Which nodes commits have changed, as far as that is known, so that whoever follows need not compare everything."""

import threading
from collections import deque
from collections.abc import Callable, Iterable

import pyoxigraph as ox

_COMMITS, _NODES = 256, 200_000
"""How many commits are remembered, and how many nodes of one; of a larger one it is not known what it changed."""


class Touched:
    """Remembers the subjects and objects of quads that came or went, commit by commit; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: set[str] | None = set()
        self._commits: deque[tuple[str, str, frozenset[str] | None]] = deque(maxlen=_COMMITS)
        self._watchers: list[Callable[[], object]] = []

    def watch(self, tell: Callable[[], object]) -> None:
        """Have a function called after each commit, in the thread that writes: it must be quick."""
        self._watchers.append(tell)

    def note(self, *changes: Iterable[ox.Quad]) -> None:
        """Remember quads that were written since the last commit."""
        if self._now is None:
            return
        for quad in (quad for quads in changes for quad in quads):
            self._now.update(n.value for n in (quad.subject, quad.object) if isinstance(n, ox.NamedNode))
        if len(self._now) > _NODES:
            self._now = None

    def lose(self) -> None:
        """Remember that something was written of which only the engine knows what it changed."""
        self._now = None

    def forget(self) -> None:
        """Forget what was written since the last commit."""
        self._now = set()

    def publish(self, before: str, after: str) -> None:
        """Remember what was written as the difference of two snapshots."""
        with self._lock:
            self._commits.append((before, after, None if self._now is None else frozenset(self._now)))
        self._now = set()
        for tell in self._watchers:
            tell()

    def between(self, before: str, after: str) -> set[str] | None:
        """Return the nodes in which two snapshots may differ; None where that is not known."""
        found: set[str] = set()
        with self._lock:
            commits = list(self._commits)
        for earlier, later, nodes in reversed(commits):
            if after == before:
                break
            if later == after and nodes is not None:
                found |= nodes
                after = earlier
            elif later == after:
                return None
        return found if after == before else None
