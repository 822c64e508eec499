"""The broker: asks other SPARQL endpoints for queries whose own processes cannot reach any.

It connects to the addresses that it was given and to nothing else: redirects are not followed, proxies not
used. Whatever an endpoint does, the call is over in the time that the query has, and takes no more bytes than
a query may.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode, urlsplit

from graph_service.errors import BusyError, GoneError, RemoteError, TimeLimitError, ZoneGraphError
from graph_service.graph import federation
from graph_service.settings import Settings

_LARGEST = 8 * 1024 * 1024
"""Bytes that other servers may answer to one query, in sum."""
_AT_ONCE = 16
"""Queries that ask other servers at the same time; each keeps a thread."""
_TICK = 0.1
_ACCEPT = "application/sparql-results+json"
_TYPES = frozenset({_ACCEPT, "application/json"})


class Broker:
    """Answers the SERVICE blocks of queries; any thread may ask.

    Args:
        settings: the endpoints that may be asked, and the seconds that a query may take.
    """

    def __init__(self, settings: Settings) -> None:
        self._listed = frozenset(settings.federate)
        self._timeout = settings.timeout
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def answered(self, query: str, base: str, gone: Callable[[], bool]) -> tuple[str, float | None]:
        """Return a query with what other servers say in it, and the seconds it has left; None for all of them.

        A query that asks nobody comes back as it was; so does every query where no endpoint is listed.

        Args:
            query: SPARQL 1.1 query.
            base: what its relative IRIs are resolved against.
            gone: tells whether nobody waits for the answer any more.

        Raises:
            QueryError: a SERVICE block is not as it must be, or asks an endpoint that is not listed.
            TooLongError: the answers are too long to be joined.
            RemoteError: an endpoint failed.
            TimeLimitError: it was not done in time.
            BusyError: too many others ask.
            GoneError: nobody waits any more.
        """
        if not self._listed or not federation.calls(query):
            return query, None
        if not self._room.acquire(blocking=False):
            raise BusyError(f"{_AT_ONCE} queries are asking other servers already", "Ask again in a while.")
        try:
            call = _Calls(time.monotonic() + self._timeout, self._timeout, gone)
            query = federation.answered(query, base, self._listed, call.ask)
            return query, max(_TICK, call.end - time.monotonic())
        finally:
            self._room.release()


class _Calls:
    """The calls of one query: they share its time, and the bytes that it may be answered."""

    def __init__(self, end: float, limit: float, gone: Callable[[], bool]) -> None:
        self.end = end
        self._limit = limit
        self._gone = gone
        self._room = _LARGEST

    def ask(self, endpoint: str, query: str) -> bytes:
        """Return what an endpoint answers to a query by POST (SPARQL 1.1 Protocol, 2.1.2)."""
        address = urlsplit(endpoint)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        left = self.end - time.monotonic()
        if left <= 0:
            raise self._over(endpoint)
        connection = kind(address.hostname or "", address.port, timeout=left)
        stopped = threading.Event()
        try:
            connection.connect()
            with self._watched(connection.sock, stopped):
                body = self._exchange(connection, endpoint, query)
            if stopped.is_set():
                raise TimeoutError("cut off")
            return body
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._fault(error, endpoint, cut_off=stopped.is_set()) from error
        finally:
            connection.close()

    def _fault(self, error: Exception, endpoint: str, *, cut_off: bool) -> ZoneGraphError:
        """Return what to say of a call that failed."""
        if self._gone():
            return GoneError("The reader has gone", "Ask again.")
        if cut_off or isinstance(error, TimeoutError) or time.monotonic() > self.end:
            return self._over(endpoint)
        if isinstance(error, RemoteError):
            return RemoteError(error.detail, error.cure)
        return RemoteError(
            f"{endpoint} cannot be asked: {type(error).__name__}: {error}", "Ask again later, or without it."
        )

    def _exchange(self, connection: http.client.HTTPConnection, endpoint: str, query: str) -> bytes:
        address = urlsplit(endpoint)
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Accept": _ACCEPT, "User-Agent": "zonegraph",
            "Connection": "close",
        }  # fmt: skip
        connection.request("POST", target, urlencode({"query": query}).encode("ascii"), headers)
        answer = connection.getresponse()
        kind = answer.headers.get_content_type()
        if answer.status != 200 or kind not in _TYPES:
            raise RemoteError(
                f"{endpoint} answered with status {answer.status} and {kind}", _why(answer.status)
            )
        body = answer.read(self._room + 1)
        self._room -= len(body)
        if self._room < 0:
            raise RemoteError(
                f"{endpoint} answered more than the {_LARGEST:,} bytes that a query may get from other servers",
                "Say more in the SERVICE pattern, or select less there by a sub-select with LIMIT.",
            )
        return body

    @contextmanager
    def _watched(self, connected: socket.socket, stopped: threading.Event) -> Iterator[None]:
        """Cut a connection off when its time is over or nobody waits any more, wherever it is stuck."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_TICK):
                if time.monotonic() > self.end or self._gone():
                    stopped.set()
                    with suppress(OSError):
                        connected.shutdown(socket.SHUT_RDWR)
                    return

        watcher = threading.Thread(target=watch, name="broker", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _over(self, endpoint: str) -> TimeLimitError:
        return TimeLimitError(
            f"{endpoint} had not answered within the {self._limit:g} seconds that a query may take",
            "Say more in the SERVICE pattern, or ask that server by itself.",
        )


def _why(status: int) -> str:
    if 300 <= status < 400:
        return "Redirects are not followed: let the operator list the address that it leads to."
    return "Ask it by itself to see what is wrong."
