"""Answers given again as they were, before anything else sees the request.

An answer names the snapshot it was made from. As long as that is the newest one, the same request gets the same
bytes: all that they depend on is part of the key, and a request with anything else in it goes the long way.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

from graph_service.web.log import Seen

Key = tuple[str, ...]

_NEGOTIATED = ("HOST", "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE")
_HARMLESS = frozenset((*_NEGOTIATED, "USER_AGENT", "REFERER", "ORIGIN", "CONNECTION", "DNT", "PRIORITY"))
_LARGEST = 1024 * 1024
"""Bytes of an answer that is given by the thread that moves the bytes: copied in less than a millisecond, and never to a file."""
_SHARE = 8
"""One answer may take at most this part of the room, so that a large one does not drive out all others."""
_OVERHEAD = 1024
_MOST_KNOWN, _LONGEST_KNOWN = 1024, 4096
"""How many requests are known as they were sent, and of how many bytes at most."""
_OWN = frozenset({"date", "server", "connection"})


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given: from which snapshot, its bytes up to `Date`, its body, and what the log says."""

    snapshot: str
    head: bytes
    body: bytes
    seen: Seen


class Front:
    """Answers by request, bounded in bytes; those asked for longest ago go first.

    Args:
        capacity: bytes; 0 keeps none.
        newest: gives the id of the newest snapshot.
        tell: is told of each request that is answered here.
    """

    def __init__(
        self, capacity: int, newest: Callable[[], str], tell: Sequence[Callable[[Seen], None]]
    ) -> None:
        self._capacity = capacity
        self._newest = newest
        self._tell = tuple(tell)
        self._lock = threading.Lock()
        self._given: OrderedDict[Key, Given] = OrderedDict()
        self._bytes = 0
        self._snapshot = ""
        self._keys: dict[bytes, Key] = {}

    def keep(self, key: Key, headers: Sequence[tuple[str, str]], body: bytes, seen: Seen) -> None:
        """Keep the answer to a request, if it may be given again."""
        said = {name.lower(): value for name, value in headers}
        snapshot = said.get("snapshot", "")
        if seen.status != 200 or "etag" not in said:
            return
        lines = [f"{spelt(name)}: {value}\r\n" for name, value in headers if name.lower() not in _OWN]
        head = "".join(["HTTP/1.1 200 OK\r\n", *sorted(lines)]).encode("latin-1")
        self.put(key, Given(snapshot, head, body, seen))

    def put(self, key: Key, given: Given) -> None:
        """Keep the answer to a request as it was sent, if it is not too large and from the newest snapshot."""
        if len(given.body) > min(_LARGEST, self._capacity // _SHARE) or given.snapshot != self._newest():
            return
        was = given.seen
        seen = Seen(
            "", was.method, was.path, was.route, was.status, was.size, query=was.query, outcome="cached"
        )
        given = Given(given.snapshot, given.head, given.body, seen)
        with self._lock:
            if given.snapshot != self._snapshot:
                self._given.clear()
                self._snapshot, self._bytes = given.snapshot, 0
            self._drop(key)
            self._given[key] = given
            self._bytes += _size(key, given)
            while self._bytes > self._capacity:
                self._drop(next(iter(self._given)))

    def _drop(self, key: Key) -> None:
        gone = self._given.pop(key, None)
        if gone is not None:
            self._bytes -= _size(key, gone)

    def find(self, key: Key) -> Given | None:
        """Return the answer to give again; None where there is none, or none that is still good."""
        with self._lock:
            found = self._given.get(key)
            if found is None or found.snapshot != self._newest():
                return None
            self._given.move_to_end(key)
            return found

    def learn(self, sent: bytes, key: Key) -> None:
        """Learn the key of a request that was sent so, byte for byte; nothing of one that is not plain (empty)."""
        if 0 < len(sent) <= _LONGEST_KNOWN:
            if len(self._keys) >= _MOST_KNOWN:
                self._keys.clear()
            self._keys[sent] = key

    def known(self, sent: bytes) -> Given | None:
        """Return the answer to give again to a request that is sent as one that was learnt."""
        key = self._keys.get(sent)
        return self.find(key) if key is not None else None

    def tell(self, given: Given, client: str, seconds: float) -> None:
        """Count and log a request that was answered here."""
        was = given.seen
        seen = Seen(
            client, was.method, was.path, was.route, was.status, was.size, seconds,
            query=was.query, outcome=was.outcome, replies=was.replies,
        )  # fmt: skip
        for tell in self._tell:
            tell(seen)


def whole(given: Given) -> bytes:
    """Return an answer as it goes over the connection, with the date of today."""
    return given.head + _date(int(time.time())) + given.body


@lru_cache(maxsize=2)
def _date(now: int) -> bytes:
    return f"Date: {formatdate(now, usegmt=True)}\r\n\r\n".encode("ascii")


def key_of(command: str, version: str, path: str, query: str, headers: Mapping[str, str]) -> Key | None:
    """Return what an answer depends on; None where that may be more than this can tell.

    Args:
        command: the method.
        version: of HTTP.
        path: of the request as it was sent: `a%2Fb` is another one than `a/b`.
        query: behind the question mark.
        headers: of the request, by name in capitals with `_`.
    """
    plain = command == "GET" and version == "1.1" and headers.keys() <= _HARMLESS
    if not plain or headers.get("CONNECTION", "keep-alive").lower() != "keep-alive":
        return None
    return (path, query, *(headers.get(name, "") for name in _NEGOTIATED))


def spelt(name: str) -> str:
    """Return the name of a header as waitress writes it."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _size(key: Key, given: Given) -> int:
    return 4 * sum(map(len, key)) + len(given.head) + len(given.body) + _OVERHEAD
