"""Answers kept in memory: bounded in bytes, the least recently used go first."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_SHARE = 8
"""One answer may take at most this part of the cache, so that a large one does not drive out all others."""
_OVERHEAD = 512
"""Bytes that an entry takes besides its key and its answer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was kept: what it is, its columns, the name of its format, and its bytes."""

    kind: str
    columns: tuple[str, ...]
    format: str
    body: bytes


class Cache:
    """Answers by what was asked. The key names the snapshot, so nothing in it is ever out of date."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = self._hits = self._misses = 0

    @property
    def largest(self) -> int:
        """The bytes that an answer may have to be kept."""
        return self.capacity // _SHARE

    def get(self, key: tuple[str, ...]) -> Kept | None:
        """Return what was kept for a key; None where nothing was, or no longer is."""
        if not self.capacity:
            return None
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self._misses += 1
                return None
            self._kept.move_to_end(key)
            self._hits += 1
            return found

    def put(self, key: tuple[str, ...], answer: Kept) -> None:
        """Keep an answer, if it is not too large; others go until there is room."""
        size = _size(key, answer)
        if len(answer.body) > self.largest or size > self.capacity:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._bytes += size - (_size(key, before) if before else 0)
            self._kept[key] = answer
            while self._bytes > self.capacity:
                self._bytes -= _size(*self._kept.popitem(last=False))

    def figures(self) -> tuple[int, int, int, int]:
        """Return hits, misses, answers kept, and bytes taken."""
        with self._lock:
            return self._hits, self._misses, len(self._kept), self._bytes


def _size(key: tuple[str, ...], answer: Kept) -> int:
    """Return the bytes that an entry takes; text counts as the four bytes a character may take."""
    return 4 * sum(map(len, (*key, *answer.columns))) + len(answer.body) + _OVERHEAD
