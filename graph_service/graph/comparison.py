"""What two snapshots differ in, found by reading both side by side in a process of its own.

It writes the pages of the history that a user's update or payload left open (`history`).
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from graph_service.errors import StoreError
from graph_service.graph import sandbox
from graph_service.graph.history import PAGE, History, Written
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.terms import TYPE

_QUIET = 1.0
"""Seconds for which further commits are waited for, as one comparison does for all of them."""
_MOST = 100
"""Pages that a difference may have; a longer one is no use to those who follow."""
_LOWER = 19


def differences(old: Snapshot, new: Snapshot) -> Iterator[tuple[str, ox.Quad]]:
    """Yield what went from one state to the other (`D`) and what came (`A`); both must have folders.

    Both are read in the order of the index, which content alone decides, so where they part one look-up tells which
    of them has something of its own. It takes the time to read both, and no memory.
    """
    olds, news = (iter(one.quads(None, None, None, None)) for one in (old, new))
    left, right = next(olds, None), next(news, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(olds, None), next(news, None)
        elif right is None or (left is not None and _has(old, right)):
            assert left is not None
            yield "D", left
            left = next(olds, None)
        else:
            yield "A", right
            right = next(news, None)


def _has(snapshot: Snapshot, quad: ox.Quad) -> bool:
    return next(snapshot.quads(quad.subject, quad.predicate, quad.object, quad.graph_name), None) is not None


def main() -> None:
    """Print what differs, a line each, then the IRIs that are gone. Arguments: owner, base, two folders."""
    owner, base, *folders = sys.argv[1:]
    sandbox.die_with(int(owner))
    sandbox.bar_network()
    os.nice(_LOWER)
    old, new = (Snapshot.at(Path(folder), base) for folder in folders)
    maybe: set[ox.NamedNode] = set()
    for sign, quad in differences(old, new):
        print(sign, quad)
        if sign == "D" and quad.predicate == TYPE and isinstance(quad.subject, ox.NamedNode):
            maybe.add(quad.subject)
    for node in maybe:
        if next(new.quads(node, None, None, None), None) is None:
            print("G", node.value)


class Comparer:
    """Writes open pages of a history in a thread of its own, as long as there are any.

    Args:
        history: whose pages.
        opened: gives the snapshot of an identifier.
        newest: gives the newest snapshot.
    """

    def __init__(
        self, history: History, opened: Callable[[str], Snapshot], newest: Callable[[], Snapshot]
    ) -> None:
        self._history, self._opened, self._newest = history, opened, newest
        self._waiting: Snapshot | None = None
        self._reached = ""
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None

    def resume(self) -> None:
        """Go on with what the store was closed over."""
        begins = self._history.unwritten()
        if begins is not None:
            self.begin(self._opened(begins))

    def begin(self, before: Snapshot) -> None:
        """See to it that the page after a snapshot gets written; the first that waits for it stays until then."""
        with self._lock:
            if self._waiting is None or _age(self._waiting.id) < _age(self._reached):
                self._waiting = before
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._work, name="comparer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while not self._closed.wait(_QUIET):
            with self._lock:
                begins = self._history.unwritten()
                held, self._waiting = self._waiting, None
                new = self._newest()
                self._reached = new.id
                if begins is None:
                    self._thread = None
                    return
            self._compare(begins, held, new)

    def _compare(self, begins: str, held: Snapshot | None, new: Snapshot) -> None:
        """Write what leads from one snapshot to another; where the first is not there any more, begin anew."""
        try:
            old = held if held is not None and held.id == begins else self._opened(begins)
            found = self._read(old, new)
        except StoreError:
            found = None, []
        if not self._closed.is_set():
            self._history.settle(begins, new.id, *found)

    def _read(self, old: Snapshot, new: Snapshot) -> tuple[list[Written] | None, list[str]]:
        """Return the pages between two snapshots and the IRIs that went; None where they cannot be kept."""
        command = [sys.executable, "-m", "graph_service.graph.comparison", str(os.getpid()), old.base]
        with subprocess.Popen(
            [*command, str(old.path), str(new.path)], stdout=subprocess.PIPE, text=True, process_group=0
        ) as process:
            self._process = process
            if self._closed.is_set():
                process.kill()
            assert process.stdout is not None
            pages, gone = _paged(process.stdout)
            if pages is None:
                process.kill()
        return (pages if process.returncode == 0 else None), gone

    def close(self) -> None:
        """End what is under way; it is taken up when the store is opened again."""
        self._closed.set()
        with self._lock:
            thread, process = self._thread, self._process
        if process is not None and process.poll() is None:
            process.kill()
        if thread is not None:
            thread.join()
        self._waiting = None


def _age(snapshot: str) -> int:
    return int(snapshot.partition("-")[0] or 0)


def _paged(lines: Iterator[str]) -> tuple[list[Written] | None, list[str]]:
    pages: list[Written] = []
    gone: list[str] = []
    changed: dict[str, list[str]] = {"D": [], "A": []}
    for line in lines:
        sign, _, said = line.rstrip("\n").partition(" ")
        (gone if sign == "G" else changed[sign]).append(said)
        if len(changed["D"]) + len(changed["A"]) == PAGE:
            pages.append(Written(changed["D"], changed["A"]))
            changed = {"D": [], "A": []}
            if len(pages) > _MOST:
                return None, []
    return [*pages, Written(changed["D"], changed["A"])], gone


if __name__ == "__main__":
    main()
