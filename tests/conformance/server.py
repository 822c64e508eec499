"""A service in a process of its own, and requests to it as they are, header by header."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TOKEN = "a secret of the tests"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers with names in lower case, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()


class Server:
    """A service on a free port over a store in a folder."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "ZONEGRAPH_TOKEN": TOKEN, "ZONEGRAPH_STORE": str(folder / "store")}
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "graph_service", "serve", "--port", "0"],
            stdout=subprocess.PIPE, stderr=self._log, env=environment,
        )  # fmt: skip
        assert self._process.stdout
        self.url = self._process.stdout.readline().decode().removeprefix("Serving ").strip()
        self.authority = urlsplit(self.url).netloc
        self._connection: http.client.HTTPConnection | None = None

    def send(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Return the answer to a request that has these headers, and those that HTTP cannot do without."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.authority, timeout=60)
        try:
            return self._exchange(self._connection, method, target, headers or {}, body)
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            self._connection.close()
            self._connection = http.client.HTTPConnection(self.authority, timeout=60)
            return self._exchange(self._connection, method, target, headers or {}, body)

    @staticmethod
    def _exchange(
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body or method in {"POST", "PUT"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def raw(self, request: bytes) -> bytes:
        """Return everything that comes back to bytes that are sent as they are, until the service closes."""
        host, _, port = self.authority.partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def update(self, text: str) -> Answer:
        """Return the answer to an update."""
        kind = "application/sparql-update"
        return self.write("POST", "/update", {"Content-Type": kind}, text.encode())

    def write(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Return the answer to a request that carries the token."""
        return self.send(method, target, {**headers, "Authorization": f"Bearer {TOKEN}"}, body)

    def end(self) -> int:
        """End it by SIGTERM and return its exit code."""
        if self._connection:
            self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(20)
        finally:
            self._process.kill()
            self._process.communicate()
            self._log.close()
