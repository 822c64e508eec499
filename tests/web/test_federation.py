"""Queries ask the endpoints that are listed, through the service and never by themselves, and nobody else."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph_service.cli import main
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.options import addresses
from graph_service.settings import Settings
from graph_service.web import create_app, remote
from graph_service.web.service import SD
from tests.graph.factory import BASE
from tests.web.served import Served

CSV = {"Accept": "text/csv"}
JSON = "application/sparql-results+json"


@dataclass
class Elsewhere:
    """A SPARQL endpoint on a port of this machine, and others that behave badly; notes what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        """Return the address of one of its endpoints."""
        return f"{self.url}/{path}"


class Behaviour(BaseHTTPRequestHandler):
    """What each address does; `/sparql` is a plain endpoint over a few triples."""

    elsewhere: Elsewhere
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer by the path."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        self.elsewhere.asked.append(f"{self.path} {self.headers.get('Authorization')}")
        try:
            getattr(self, "_" + self.path.strip("/"))(parse_qs(body)["query"][0])
        except OSError:
            self.close_connection = True

    do_GET = do_POST  # noqa: N815 - as http.server has it

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _say(self, body: bytes, kind: str = JSON, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _sparql(self, query: str) -> None:
        store = ox.Store()
        p = ox.NamedNode("urn:remote")
        store.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), p, ox.Literal(n * n)) for n in range(20))
        found = store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        self._say(found.serialize(format=ox.QueryResultsFormat.JSON) or b"")

    def _moved(self, _: str) -> None:
        self._say(b"", status=307, Location=self.elsewhere.at("never"))

    def _broken(self, _: str) -> None:
        self._say(b'{"head": {"vars": ["x"]}, "results": {"bindings": [')

    def _page(self, _: str) -> None:
        self._say(b"<p>", "text/html")

    def _fault(self, _: str) -> None:
        self._say(b"{}", status=500)

    def _short(self, _: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"{")
        self.close_connection = True

    def _large(self, _: str) -> None:
        self._say(b" " * (remote._LARGEST + 1))

    def _silent(self, _: str) -> None:
        self.elsewhere.release.wait(60)

    def _drip(self, _: str) -> None:
        """Send a byte now and then, so that no single wait is long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX: ")
        while not self.elsewhere.release.wait(0.05):
            self.wfile.write(b"x")


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Endpoints on this machine."""
    there = Elsewhere()
    handler = type("Handler", (Behaviour,), {"elsewhere": there})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield there
    there.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


def asking(store: GraphStore, workers: Workers, *listed: str, timeout: float = 30.0) -> FlaskClient:
    """Return a service whose queries may ask these endpoints."""
    settings = Settings(base_iri=BASE, federate=listed, timeout=timeout, token="secret")
    return create_app(store, settings, workers).test_client()


def ask(client: FlaskClient, query: str, **headers: str) -> Any:
    """Return the answer to a query."""
    return client.post("/sparql", data={"query": query}, headers={**CSV, **headers})


def test_what_is_here_and_what_is_there_is_joined(
    store: GraphStore, workers: Workers, elsewhere: Elsewhere
) -> None:
    """By GET and by POST; the answer is not to be kept, as nobody knows when it changes."""
    client = asking(store, workers, elsewhere.at("sparql"))
    store.write(
        lambda writing: writing.update("INSERT DATA { <urn:3> <urn:here> 'x' . <urn:99> <urn:here> 'y' }")
    )
    query = f"SELECT ?n ?v {{ ?s <urn:here> ?n SERVICE <{elsewhere.at('sparql')}> {{ ?s <urn:remote> ?v }} }}"
    for answer in (ask(client, query), client.get("/sparql", query_string={"query": query}, headers=CSV)):
        assert answer.status_code == 200
        assert answer.text.split() == ["n,v", "x,9"]
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert elsewhere.asked == ["/sparql None"] * 2


def test_nobody_else_is_called(store: GraphStore, workers: Workers, elsewhere: Elsewhere) -> None:
    """Not by another address of the same endpoint, not by a redirect, not by an update."""
    client = asking(store, workers, elsewhere.at("sparql"), elsewhere.at("moved"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        other = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        for address in (other, elsewhere.at("sparql#x"), elsewhere.at("sparql?"), elsewhere.at("./sparql")):
            answer = ask(client, f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            assert answer.status_code == 400
            assert elsewhere.at("sparql") in answer.json["cure"]
        both = f"ASK {{ SERVICE <{elsewhere.at('sparql')}> {{}} SERVICE <{other}> {{}} }}"
        assert ask(client, both).status_code == 400
        for update in (
            f"LOAD <{elsewhere.at('sparql')}>",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{elsewhere.at('sparql')}> {{ ?s ?p ?o }} }}",
        ):
            headers = {"Authorization": "Bearer secret"}
            assert client.post("/update", data={"update": update}, headers=headers).status_code == 400
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert elsewhere.asked == []
    answer = ask(client, f"ASK {{ SERVICE <{elsewhere.at('moved')}> {{ ?s ?p ?o }} }}")
    assert (answer.status_code, "Redirects are not followed" in answer.json["cure"]) == (502, True)
    assert elsewhere.asked == ["/moved None"]


@pytest.mark.parametrize("path", ["broken", "page", "fault", "short", "large"])
def test_an_endpoint_that_fails_is_told_of(
    store: GraphStore, workers: Workers, elsewhere: Elsewhere, path: str
) -> None:
    answer = ask(
        asking(store, workers, elsewhere.at(path)), f"ASK {{ SERVICE <{elsewhere.at(path)}> {{ ?s ?p ?o }} }}"
    )
    assert answer.status_code == 502
    assert elsewhere.at(path) in answer.json["detail"]
    assert answer.json["cure"]
    assert answer.headers["Retry-After"]


def test_an_endpoint_that_is_not_there_is_told_of(store: GraphStore, workers: Workers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        gone = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    answer = ask(asking(store, workers, gone), f"ASK {{ SERVICE <{gone}> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 502


@pytest.mark.parametrize("path", ["silent", "drip"])
def test_the_time_of_the_query_is_that_of_its_calls(
    store: GraphStore, workers: Workers, elsewhere: Elsewhere, path: str
) -> None:
    """An endpoint that says nothing, or a byte now and then, is cut off."""
    client = asking(store, workers, elsewhere.at(path), timeout=0.5)
    answer = ask(client, f"ASK {{ SERVICE <{elsewhere.at(path)}> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 503, answer.text
    assert elsewhere.at(path) in answer.json["detail"]


def test_only_so_many_queries_ask_at_once(
    store: GraphStore, workers: Workers, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_AT_ONCE", 1)
    client = asking(store, workers, elsewhere.at("silent"), elsewhere.at("sparql"), timeout=5)
    first = threading.Thread(
        target=ask, args=(client, f"ASK {{ SERVICE <{elsewhere.at('silent')}> {{ ?s ?p ?o }} }}")
    )
    first.start()
    while not elsewhere.asked:
        time.sleep(0.01)
    answer = ask(client, f"ASK {{ SERVICE <{elsewhere.at('sparql')}> {{ ?s ?p ?o }} }}")
    assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
    elsewhere.release.set()
    first.join()


def test_the_description_says_whether_queries_may_ask_others(
    store: GraphStore, workers: Workers, client: FlaskClient
) -> None:
    feature = f"{SD}BasicFederatedQuery"
    headers = {"Accept": "application/n-triples"}
    assert feature not in client.get("/sparql", headers=headers).text
    assert feature in asking(store, workers, "http://a.example/").get("/sparql", headers=headers).text


@contextmanager
def running(folder: Path, listed: str) -> Iterator[Served]:
    """Run a service as a process whose queries may ask this endpoint."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZONEGRAPH_FEDERATE", f"{listed}, http://127.0.0.1:1/other")
        served = Served(folder)
    try:
        yield served
    finally:
        assert served.end() == 0


def test_the_service_on_a_port_asks_and_stops_asking_for_clients_that_have_gone(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    """Set by the environment; a client that leaves ends the call, so the service can end at once."""
    with running(tmp_path, f"{elsewhere.at('sparql')},{elsewhere.at('silent')}") as served:
        asked = f"SELECT (SUM(?v) AS ?n) {{ SERVICE <{elsewhere.at('sparql')}> {{ ?s <urn:remote> ?v }} }}"
        assert served.ask(asked, "text/csv") == (200, b"n\r\n2470\r\n")
        with closing(served.raw(served.get(f"ASK {{ SERVICE <{elsewhere.at('silent')}> {{ ?s ?p ?o }} }}"))):
            while len(elsewhere.asked) < 2:
                time.sleep(0.01)
        assert served.ask(f"ASK {{ SERVICE <{elsewhere.at('silent')}> {{ ?s ?p ?o }} }}")[0] == 503
        assert served.alive()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("http://a/b", "https://c:8/d?e=f"), ("http://a/b", "https://c:8/d?e=f")),
        (("http://a/,http://b/ , http://a/",), ("http://a/", "http://b/")),
        (("http://[::1]:80/x",), ("http://[::1]:80/x",)),
        ((), ()),
    ],
)
def test_endpoints_are_listed_one_by_one_or_with_commas(
    given: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    context = main.commands["serve"].make_context("serve", [])
    assert addresses(context, context.command.params[0], given) == expected


@pytest.mark.parametrize(
    "given",
    ["a.example/sparql", "ftp://a/", "file:///x", "http://", "http://u:p@a/", "http://a/#b", "http://a\\b/"],
)
def test_what_is_no_address_of_an_endpoint_is_refused(given: str) -> None:
    from click.testing import CliRunner

    result = CliRunner().invoke(main, ["serve", "--federate", given])
    assert result.exit_code == 2
    assert "is no address of an endpoint" in result.output
