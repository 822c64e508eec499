"""The server is killed fifty times while clients write; nothing that it acknowledged may be missing."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from graph_service.graph.checks import check
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, open_reader, open_store
from graph_service.settings import BASE_IRI, Settings
from tests.graph.factory import Draft, relocation_story

ROUNDS = 50
TOKEN = "a secret of the tests"
LONGEST = 0.5
"""Seconds of writing before a kill, at most; with documents it goes on until one is stored."""
WITH_DOCUMENTS = 5
"""Each so many rounds documents are written too: a new server takes a while to read its first one."""


class Server:
    """A real service on a folder, to be killed."""

    def __init__(self, store: Path, log: Path, *more: str) -> None:
        environment = {**os.environ, "ZONEGRAPH_TOKEN": TOKEN, "ZONEGRAPH_ACCESS_LOG": "off"}
        command = [
            sys.executable,
            "-m",
            "graph_service",
            "serve",
            "--port",
            "0",
            "--store",
            str(store),
            *more,
        ]
        with log.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        assert self.process.stdout
        said = self.process.stdout.readline().decode()
        assert said.startswith("Serving "), log.read_text("utf-8")[-2000:]
        self.address = urlsplit(said.split()[1])

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> tuple[int, bytes]:
        """Return status and body of an answer; OSError or HTTPException where the server is gone."""
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=60)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind, "Accept": "*/*"}
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def rows(self, query: str) -> list[list[str]]:
        """Return the rows of a SELECT."""
        status, body = self.ask("GET", f"/sparql?format=json&query={quote(query)}")
        assert status == 200, body
        columns, found = (part := json.loads(body))["head"]["vars"], part["results"]["bindings"]
        return [[row[column]["value"] for column in columns] for row in found]

    def kill(self) -> None:
        """End it as a power cut would."""
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@dataclass
class Written:
    """What was sent and what was acknowledged.

    Attributes:
        sent: updates by number; each makes three triples in two operations.
        updates: those that were acknowledged.
        versions: by graph, the versions that were put in order; each has five triples.
        graphs: by graph, the last version that was acknowledged.
        documents: identifiers of documents that were acknowledged.
        deleted: identifiers whose deletion was acknowledged.
        doubtful: identifiers whose deletion was sent and not acknowledged.
    """

    sent: int = 0
    updates: set[int] = field(default_factory=set)
    versions: dict[int, list[int]] = field(default_factory=dict)
    graphs: dict[int, int] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def update(self, server: Server) -> None:
        """Make one update."""
        with self.lock:
            self.sent += 1
            number = self.sent
        text = (
            f"INSERT DATA {{ <u:{number}> <u:part> 1, 2 }} ; "
            f"INSERT {{ <u:{number}> <u:part> 3 }} WHERE {{ <u:{number}> <u:part> 1 }}"
        )
        status, body = server.ask("POST", "/update", text.encode(), "application/sparql-update")
        assert status == 204, body
        with self.lock:
            self.updates.add(number)

    def put_graph(self, server: Server) -> None:
        """Replace one of four graphs by its next version; only one thread does."""
        graph = random.randrange(4)
        versions = self.versions.setdefault(graph, [])
        version = (versions[-1] if versions else 0) + 1
        versions.append(version)
        turtle = "".join(f"<g:{graph}> <g:{part}> {version} .\n" for part in range(5))
        status, body = server.ask("PUT", f"/graphs?graph=g:{graph}", turtle.encode(), "text/turtle")
        assert status in {200, 201, 204}, body
        self.graphs[graph] = version

    def change_documents(self, server: Server) -> None:
        """Send a new document, and delete one in three of those before; only one thread does."""
        text = f"镜湖科技有限公司第{time.time_ns()}号公告：公司从南山市迁到镜湖智能产业园。"
        status, body = server.ask("POST", "/documents?published=2023", text.encode(), "text/plain")
        assert status == 201, body
        self.documents.add(json.loads(body)["id"])
        present = sorted(self.documents - self.deleted - self.doubtful)
        if len(present) > 2:
            self.doubtful.add(present[0])
            status, body = server.ask("DELETE", f"/documents/{present[0]}")
            assert status == 204, body
            self.deleted.add(present[0])
            self.doubtful.discard(present[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store that holds a document, so that a server does not fill it."""
    with open_store(tmp_path / "store", BASE_IRI) as store:
        store.put(map_reading(relocation_story().reading(), BASE_IRI))
        store.commit()
    return tmp_path


def test_fifty_kills_lose_nothing_that_was_acknowledged(folder: Path) -> None:
    """Documents, updates and graphs are written at once; each restart finds all of it, and nothing by halves."""
    written = Written()
    for number in range(ROUNDS):
        server = Server(folder / "store", folder / "log")
        try:
            verify(server, written)
            write_and_kill(server, written, documents=number % WITH_DOCUMENTS == 0)
        finally:
            server.kill()
    server = Server(folder / "store", folder / "log")
    try:
        verify(server, written)
    finally:
        server.kill()
    assert len(written.updates) >= ROUNDS
    assert len(written.documents) >= ROUNDS / WITH_DOCUMENTS
    assert sum(written.graphs.values()) >= ROUNDS
    sound(folder / "store")


def write_and_kill(server: Server, written: Written, *, documents: bool) -> None:
    """Write from several threads and kill the server in the middle of it."""
    jobs = [written.update, written.update, written.put_graph]
    stop = threading.Event()
    faults: list[BaseException] = []
    before = len(written.documents), len(written.updates)
    threads = [
        threading.Thread(target=_repeat, args=(job, server, stop, faults))
        for job in ([*jobs, written.change_documents] if documents else jobs)
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60
    while time.monotonic() < end and not faults:
        enough = len(written.documents) > before[0] if documents else len(written.updates) > before[1]
        if enough:
            break
        time.sleep(0.01)
    time.sleep(random.uniform(0, LONGEST))
    stop.set()
    server.kill()
    for thread in threads:
        thread.join()
    assert not faults, faults


def _repeat(
    job: Callable[[Server], None], server: Server, stop: threading.Event, faults: list[BaseException]
) -> None:
    """Do a job again and again; that the server goes away is expected once it is to be killed, not before."""
    try:
        while True:
            job(server)
    except (OSError, http.client.HTTPException) as error:
        if not stop.is_set():
            faults.append(error)
    except BaseException as fault:
        faults.append(fault)


def verify(server: Server, written: Written) -> None:
    """Compare what is there with what was acknowledged."""
    parts = dict(server.rows("SELECT ?u (COUNT(?p) AS ?n) { ?u <u:part> ?p } GROUP BY ?u"))
    assert set(parts.values()) <= {"3"}, "an update was made by halves"
    missing = [number for number in written.updates if f"u:{number}" not in parts]
    assert not missing, "updates that were acknowledged"
    found: dict[str, list[str]] = {}
    for graph, version in server.rows(
        "SELECT ?g ?v { GRAPH ?g { ?g ?p ?v } FILTER(strstarts(str(?g), 'g:')) }"
    ):
        found.setdefault(graph, []).append(version)
    for versions in found.values():
        assert len(versions) == 5, "a graph was replaced by halves"
        assert len(set(versions)) == 1, "two versions of a graph are mixed"
    for number, acknowledged in written.graphs.items():
        now = int(found[f"g:{number}"][0])
        assert acknowledged <= now <= written.versions[number][-1]
        written.versions[number].append(now)
    _, body = server.ask("GET", "/documents")
    present = {document["id"] for document in json.loads(body)["documents"]}
    assert written.documents - written.deleted - written.doubtful <= present, (
        "documents that were acknowledged"
    )
    assert not written.deleted & present, "documents whose deletion was acknowledged"
    written.deleted |= written.doubtful - present
    written.doubtful -= written.deleted


def drop_graphs(store: GraphStore) -> None:
    """Remove the graphs that were put."""
    for graph in range(4):
        store.drop(f"g:{graph}")


def sound(store: Path) -> None:
    """Make sure that the store is as good as one that was never killed."""
    with open_store(store, BASE_IRI) as opened:
        opened.write(lambda s: s.update("DELETE WHERE { ?u <u:part> ?p }"))
        opened.write(drop_graphs)
        opened.put(map_reading(Draft(title="之后").reading(), BASE_IRI))
        opened.commit()
        assert not list((store / "snapshots").glob(".*"))
    with open_reader(store) as reader:
        snapshot = reader.snapshot()
        assert snapshot.count() == sum(1 for _ in snapshot.quads(None, None, None, None))
        assert [finding for finding in check(snapshot) if finding.level == "error"] == []


def test_a_server_ends_within_five_seconds_while_it_computes(folder: Path) -> None:
    """SIGTERM: what runs away is stopped, and its clients are told so."""
    server = Server(folder / "store", folder / "log")
    runaway = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
    query = f"/sparql?query={quote(f'SELECT (COUNT(*) AS ?n) {{ {runaway} }}')}"
    update = f"INSERT {{ ?a <x:x> ?l }} WHERE {{ {runaway} }}".encode()
    answers: list[int] = []
    asked = [
        threading.Thread(target=lambda: answers.append(server.ask("GET", query)[0])),
        threading.Thread(
            target=lambda: answers.append(
                server.ask("POST", "/update", update, "application/sparql-update")[0]
            )
        ),
    ]
    try:
        for thread in asked:
            thread.start()
        time.sleep(1)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        took = time.monotonic() - began
    finally:
        server.kill()
    for thread in asked:
        thread.join()
    assert took < 5, "the contract says five seconds (section 1)"
    assert all(status >= 500 for status in answers)
    with open_store(folder / "store", Settings().base_iri) as store:
        assert not store.snapshot().query("ASK { ?s <x:x> ?o }")
