"""A service in a process of its own, with narrow limits, for those who mean it no good."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import open_store
from tests.graph.factory import BASE, relocation_story

TOKEN = "a secret of the tests"
NODES = 2000
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
ENDLESS = "SELECT * { BIND('%s' AS ?long) ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }" % ("x" * 2000)
"""Gives rows much faster than anybody reads."""
_ON_A_DISK = """
mount -t tmpfs -o size="$0"m tmpfs "$1/disk" && cp -a "$1/store" "$1/disk/store" && shift && exec "$@"
"""
HOG = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 1"


class Served:
    """A service over a few thousand triples: queries have two seconds and 192 MiB, two compute side by side.

    Args:
        folder: where its store and its log are.
        disk: MiB of a disk of its own that the store is on; 0: the store is in the folder. Nobody else sees that
            disk, but for `seen`, and it is gone with the process.
    """

    def __init__(self, folder: Path, disk: int = 0) -> None:
        store = folder / "store"
        _fill(store)
        command = [sys.executable, "-m", "graph_service", "serve", "--port", "0"]
        if disk:
            (folder / "disk").mkdir()
            command = [
                "unshare",
                "--mount",
                "--map-root-user",
                "sh",
                "-c",
                _ON_A_DISK,
                str(disk),
                str(folder),
                *command,
            ]
            store = folder / "disk" / "store"
        environment = {
            **os.environ, "ZONEGRAPH_TOKEN": TOKEN, "ZONEGRAPH_STORE": str(store), "ZONEGRAPH_TIMEOUT": "2",
            "ZONEGRAPH_MEMORY": "192", "ZONEGRAPH_WORKERS": "2", "ZONEGRAPH_CACHE": "0", "ZONEGRAPH_BASE_IRI": BASE,
        }  # fmt: skip
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE, stderr=self._log, env=environment,
        )  # fmt: skip
        assert self.process.stdout
        said = self.process.stdout.readline().decode().removeprefix("Serving ").strip()
        self.host, self.port = str(urlsplit(said).hostname), int(urlsplit(said).port or 0)

    def seen(self, path: Path) -> Path:
        """Return where a path of the service is found, which may be on its own disk."""
        return Path(f"/proc/{self.process.pid}/root{path}")

    def write(self, update: str) -> tuple[int, bytes]:
        """Return status and body of the answer to an update."""
        status, _, body = self.send(
            "POST", "/update", update.encode(), "application/sparql-update", Authorization=f"Bearer {TOKEN}"
        )
        return status, body

    def end(self) -> int:
        """End it by SIGTERM and return its exit code; that it still runs is part of every test."""
        assert self.process.poll() is None, "the service has died"
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.communicate()
            self._log.close()

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        kind: str = "",
        accept: str = "",
        **more: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer to a request."""
        headers = {"Content-Type": kind} if kind else {}
        headers.update({"Accept": accept} if accept else {}, **more)
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def ask(self, query: str, accept: str = "") -> tuple[int, bytes]:
        """Return status and body of the answer to a query, which is sent as it is."""
        status, _, body = self.send("POST", "/sparql", query.encode(), QUERY, accept)
        return status, body

    def alive(self) -> bool:
        """Tell whether the process that was started answers."""
        return self.process.poll() is None and self.ask("ASK {}")[0] == 200

    def raw(self, *parts: bytes) -> socket.socket:
        """Return a connection on which bytes were sent as they are."""
        connection = socket.create_connection((self.host, self.port), timeout=60)
        for part in parts:
            connection.sendall(part)
        return connection

    def get(self, query: str, version: str = "1.1", accept: str = "text/csv") -> bytes:
        """Return a request for a query as bytes, for `raw`."""
        target = "/sparql?" + urlencode({"query": query})
        return f"GET {target} HTTP/{version}\r\nHost: x\r\nAccept: {accept}\r\n\r\n".encode("ascii")

    def figure(self, name: str) -> float:
        """Return a figure of `/metrics`."""
        text = self.send("GET", "/metrics")[2].decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found, f"{name} is not among the figures"
        return float(found[1])

    def quiet(self) -> bool:
        """Tell whether no query is under way."""
        states = ("running", "waiting", "held", "away")
        return all(self.figure(f'zonegraph_queries{{state="{state}"}}') == 0 for state in states)

    def processes(self) -> list[int]:
        """Return the numbers of the service's process and of those it has started, and of theirs."""
        parents = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit():
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    parents[int(entry.name)] = int(fields[1]) if fields[0] != "Z" else 0
            except OSError:
                continue
        found = {self.process.pid}
        while fresh := {number for number, parent in parents.items() if parent in found} - found:
            found |= fresh
        return sorted(found)

    def memory(self) -> int:
        """Return the bytes that all its processes have in memory by themselves or share."""
        pages = 0
        for number in self.processes():
            try:
                pages += int(Path(f"/proc/{number}/statm").read_text().split()[1])
            except OSError:
                continue
        return pages * os.sysconf("SC_PAGE_SIZE")


def _fill(folder: Path) -> None:
    with open_store(folder, BASE) as store:
        store.put(map_reading(relocation_story().reading(), BASE))
        store.commit()
        p = ox.NamedNode("urn:p")
        quads = [ox.Quad(ox.NamedNode(f"urn:{n}"), p, ox.Literal(n)) for n in range(NODES)]
        store.write(lambda writing: writing.add(quads))


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that is bound to come."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
