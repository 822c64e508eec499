"""The service as a process: what it prints, what it answers over a socket, how it ends."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from graph_service.client import Service, ServiceError
from graph_service.graph.named import load
from graph_service.graph.store import open_reader

TOKEN = "a secret of the tests"
FEW = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 3"


class Process:
    """A service that was started: its address and folder."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store"
        environment = {**os.environ, "ZONEGRAPH_TOKEN": TOKEN, "ZONEGRAPH_STORE": str(self.store)}
        command = [sys.executable, "-m", "graph_service", "serve", "--port", "0"]
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, env=environment)
        assert self.process.stdout
        self.said = self.process.stdout.readline().decode()
        self.url = self.said.removeprefix("Serving ").strip()

    def end(self) -> int:
        """End it by SIGTERM and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()
            self.process.communicate()
            self.log.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A service on a free port over a new store with the bundled documents."""
    process = Process(tmp_path_factory.mktemp("live"))
    yield process
    assert process.end() == 0


def test_it_says_where_it_serves(service: Process) -> None:
    """One line on standard output, once it listens."""
    assert service.said.startswith("Serving http://127.0.0.1:")
    assert service.said.endswith("/\n")
    assert raw(service, b"/healthz")[0] == 200


def raw(service: Process, target: bytes) -> tuple[int, bytes]:
    """Send a request line as it is and return status and body."""
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    try:
        connection.connect()
        connection.sock.sendall(
            b"GET " + target + b" HTTP/1.0\r\nHost: x\r\nAccept: application/json\r\n\r\n"
        )
        answer = http.client.HTTPResponse(connection.sock)
        answer.begin()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_an_address_typed_in_chinese_is_understood(service: Process) -> None:
    """Curl sends what is typed: UTF-8, not percent-encoded."""
    typed = "/queries/co-relocated-suppliers?company=德广信&format=json".encode()
    encoded = f"/queries/co-relocated-suppliers?company={quote('德广信')}&format=json".encode()
    status, body = raw(service, typed)
    assert (status, body) == raw(service, encoded)
    assert [(row["size"], row["modality"]) for row in json.loads(body)["rows"]] == [
        (2, "actual"),
        (2, "possible"),
    ]


@pytest.mark.parametrize("name", [query.name for query in load()])
def test_the_examples_of_every_query_speak_of_the_bundled_documents(service: Process, name: str) -> None:
    """Each parameter's example names something there."""
    query = load().get(name)
    required = {p.name: p.example for p in query.parameters if p.required}
    for parameter in query.parameters:
        given = {**required, parameter.name: parameter.example}
        answer = json.loads(Service(service.url).ask(name, given, "application/json"))
        assert answer["query"] == name


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("co-relocated-suppliers", {"company": "德广信"}), ("relocations", {"to": "诸暨"}), ("referrals", {"by": "德广信"}),
        ("tenants", {"place": "诸暨智能视觉产业园"}), ("figures", {"entity": "诸暨智能视觉产业园"}),
        ("evidence", {"subject": "德广信"}),
    ],
)  # fmt: skip
def test_the_bundled_documents_answer_the_main_questions(
    service: Process, name: str, given: dict[str, str]
) -> None:
    """Each has rows, and each row its sentence and document."""
    rows = json.loads(Service(service.url).ask(name, given, "application/json"))["rows"]
    assert rows
    assert all(row["sentence"] and row["document"]["label"] for row in rows)


@pytest.mark.parametrize("format_", [JSON, XML, CSV])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_results(service: Process, format_: str, method: str) -> None:
    """Its own parameters and headers change nothing."""
    wrapper = SPARQLWrapper(service.url + "sparql", returnFormat=format_)
    wrapper.setMethod(method)
    wrapper.setQuery(FEW)
    answer: Any = wrapper.queryAndConvert()
    if format_ == JSON:
        assert len(answer["results"]["bindings"]) == 3
    elif format_ == XML:
        assert len(answer.getElementsByTagName("result")) == 3
    else:
        assert len(answer.decode().splitlines()) == 4


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # SPARQLWrapper uses it
def test_sparqlwrapper_reads_graphs(service: Process) -> None:
    """CONSTRUCT in Turtle, and in what it asks for by itself."""
    wrapper = SPARQLWrapper(service.url + "sparql", returnFormat=TURTLE)
    wrapper.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3")
    turtle: Any = wrapper.queryAndConvert()
    assert b"@prefix" in turtle
    wrapper.setReturnFormat(XML)
    graph: Any = wrapper.queryAndConvert()
    assert len(graph) == 3


def test_requests_side_by_side_get_the_same_answer(service: Process) -> None:
    """Twelve readers, one answer."""
    answers: list[bytes] = []
    asked = [
        threading.Thread(target=lambda: answers.append(raw(service, b"/queries/relocations")[1]))
        for _ in range(12)
    ]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()
    assert len(answers) == 12
    assert len(set(answers)) == 1


def test_a_store_is_read_beside_the_service_and_sees_its_writes(service: Process, tmp_path: Path) -> None:
    """What is sent to the service is in the next snapshot that a reader opens."""
    (tmp_path / "a.txt").write_text("远星传感有限公司从苏州迁到临江光电产业园。", "utf-8")
    before = len(open_reader(service.store).snapshot().documents())
    sent = Service(service.url, TOKEN).send(tmp_path / "a.txt", "text/plain", published="2023")
    assert sent["published"] == "2023"
    assert len(open_reader(service.store).snapshot().documents()) == before + 1
    with pytest.raises(ServiceError) as caught:
        Service(service.url, "wrong").send(tmp_path / "a.txt", "text/plain")
    assert caught.value.status == 401


def test_a_store_with_documents_is_served_without_reading_rules(tmp_path: Path) -> None:
    """Starting on it imports nothing that only reading and checking need."""
    code = (
        "import sys; from graph_service.cli import main; import graph_service.web.server as s;"
        "s.serve = lambda app, settings, stop: print(sorted(m for m in sys.modules if m in "
        "{'rdflib', 'pyshacl', 'SPARQLWrapper', 'graph_service.ingest', 'graph_service.graph.checks'}));"
        "main(['serve', '--store', sys.argv[1]])"
    )
    made = tmp_path / "store"
    text = tmp_path / "x.txt"
    text.write_text("远星传感有限公司从苏州迁到临江光电产业园。", "utf-8")
    command = [sys.executable, "-m", "graph_service", "ingest", str(text), "--store", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    run = subprocess.run([sys.executable, "-c", code, str(made)], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


def test_a_query_asked_again_gives_the_same_bytes_until_something_is_written(
    service: Process, tmp_path: Path
) -> None:
    """Over one connection: the second answer is kept, and a write is seen at once."""
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    question = "/sparql?format=json&query=" + quote("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")

    def ask() -> tuple[bytes, dict[str, str]]:
        connection.request("GET", question)
        answer = connection.getresponse()
        headers = {name: value for name, value in answer.getheaders() if name != "Date"}
        return answer.read(), headers

    with closing(connection):
        first, again = ask(), ask()
        (tmp_path / "b.txt").write_text("远星传感有限公司从杭州迁到临江光电产业园。", "utf-8")
        Service(service.url, TOKEN).send(tmp_path / "b.txt", "text/plain", published="2022")
        later = ask()
    assert first == again
    assert later[0] != first[0]
    assert later[1]["Snapshot"] > first[1]["Snapshot"]
