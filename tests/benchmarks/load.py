"""Clients that ask as fast as they are answered, over connections that stay open; in a process of their own."""

import multiprocessing as mp
import secrets
import socket
import statistics
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from urllib.parse import quote, urlsplit

_PATIENCE = struct.pack("ll", 120, 0)
"""Two minutes, as the system takes them: with a limit of Python's own each call would be two."""
RESULTS = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured: answers a second, median and slowest-but-one-percent in milliseconds, failures."""

    rate: float
    median: float
    late: float
    failed: int


class Connection:
    """One HTTP/1.1 connection that is kept open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._path = f"{parts.path}?{parts.query}{'&' if parts.query else ''}query="
        self._socket: socket.socket | None = None
        self._rest = b""

    def ask(self, query: str, accept: str = RESULTS) -> tuple[int, int]:
        """Return status and bytes of the answer to a query."""
        return self.send(self.begun(query) + ended(accept))

    def begun(self, query: str) -> bytes:
        """Return a request up to the end of its query."""
        return f"GET {self._path}{quote(query)}".encode("ascii")

    def send(self, request: bytes) -> tuple[int, int]:
        """Return status and bytes of the answer to a request."""
        if self._socket is None:
            self._socket = socket.create_connection(self._address)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _PATIENCE)
        self._socket.sendall(request)
        return self._answer(self._socket)

    def _answer(self, connection: socket.socket) -> tuple[int, int]:
        end = self._behind(connection, b"\r\n\r\n")
        head = self._rest[:end].lower()
        status = int(head[9:12])
        if b"connection: close" in head:
            self._socket = None
        at = head.find(b"content-length:")
        if at < 0:
            self._take(connection, end)
            return status, self._chunks(connection)
        length = int(head[at + 15 : head.index(b"\r\n", at)])
        self._take(connection, end + length)
        return status, length

    def _chunks(self, connection: socket.socket) -> int:
        size = 0
        while True:
            end = self._behind(connection, b"\r\n")
            part = int(self._rest[:end], 16)
            self._take(connection, end + part + 2)
            if not part:
                return size
            size += part

    def _behind(self, connection: socket.socket, mark: bytes) -> int:
        """Return where what has come goes on behind a mark."""
        while (at := self._rest.find(mark)) < 0:
            self._receive(connection)
        return at + len(mark)

    def _take(self, connection: socket.socket, size: int) -> None:
        while size > len(self._rest):
            size -= len(self._rest)
            self._rest = b""
            self._receive(connection)
        self._rest = self._rest[size:]

    def _receive(self, connection: socket.socket) -> None:
        data = connection.recv(64 * 1024)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._rest += data


def ended(accept: str = RESULTS) -> bytes:
    """Return the rest of a request, behind its query."""
    return f" HTTP/1.1\r\nHost: bench\r\nAccept: {accept}\r\n\r\n".encode("ascii")


def measure(url: str, queries: Sequence[str], clients: int, seconds: float, warm: bool) -> Run:
    """Return how a service answers.

    Args:
        url: of its query endpoint; may have parameters.
        queries: asked in turn, each client beginning elsewhere.
        clients: how many ask side by side.
        seconds: how long.
        warm: whether each query is asked once before, and then always the same; else a remark makes each
            one a text that was never asked.
    """
    told: Queue[tuple[list[float], int]] = mp.get_context("spawn").Queue()
    child = mp.get_context("spawn").Process(target=_ask, args=(url, queries, clients, seconds, warm, told))
    child.start()
    times, failed = told.get()
    child.join()
    ordered = sorted(times)
    late = ordered[int(len(ordered) * 0.99)] if ordered else 0.0
    median = statistics.median(ordered) if ordered else 0.0
    return Run(len(times) / seconds, median * 1000, late * 1000, failed)


def _ask(
    url: str, queries: Sequence[str], clients: int, seconds: float, warm: bool,
    told: "Queue[tuple[list[float], int]]",
) -> None:  # fmt: skip
    connection = Connection(url)
    begun = [connection.begun(query) for query in queries]
    if warm:
        for query in queries:
            connection.ask(query)
    times: list[float] = []
    failures: list[int] = []
    end = time.perf_counter() + seconds
    share = max(1, len(queries) // clients)
    threads = [
        threading.Thread(target=_client, args=(url, begun, number * share, end, warm, times, failures))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put((times, len(failures)))


def _client(
    url: str, begun: Sequence[bytes], first: int, end: float, warm: bool,
    times: list[float], failures: list[int],
) -> None:  # fmt: skip
    connection, rest = Connection(url), ended()
    number, mark = first, "" if warm else f"{quote(chr(10) + '#')}{secrets.token_hex(6)}"
    while (start := time.perf_counter()) < end:
        remark = f"{mark}{number}".encode("ascii") if mark else b""
        try:
            status, _ = connection.send(begun[number % len(begun)] + remark + rest)
        except OSError:
            status, connection = 0, Connection(url)
        (times.append(time.perf_counter() - start) if status == 200 else failures.append(status))
        number += 1


def in_process(ask: Callable[[str], object], queries: Sequence[str], seconds: float) -> float:
    """Return the milliseconds that a function takes for a query of these, the median of many."""
    times = []
    end = time.perf_counter() + seconds
    number = 0
    while (began := time.perf_counter()) < end:
        ask(queries[number % len(queries)])
        times.append(time.perf_counter() - began)
        number += 1
    return statistics.median(times) * 1000
