"""The short way of plain queries: it answers what the long way would, and goes over to it where it must."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import Request, urlopen

import pytest

from graph_service.web.express import PATH, _query
from tests.web.test_live import TOKEN, Process

_LONG = {"X-Way": "long"}
"""A header that the short way does not know."""
_ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT %d"
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT %d } }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A service over a new store with the bundled documents."""
    process = Process(tmp_path_factory.mktemp("express"))
    yield process
    assert process.end() == 0


def _ask(
    service: Process, query: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers without the date, and body."""
    parts = urlsplit(service.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", f"/sparql?query={quote(query)}", headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    said = {name: value for name, value in response.getheaders() if name != "Date"}
    connection.close()
    return response.status, said, body


def test_queries_are_decoded_as_forms_are() -> None:
    """Each character, sent as it is or encoded, in capitals or not, at the end of a line or not."""
    plain = "".join(map(chr, range(0x20, 0x7F)))
    sent = [
        quote(plain),
        quote(plain).lower(),
        "a=b==c",
        "+a++b+",
        "%0D%0Aa%0A",
        quote("德广信\x00\u2028"),
        "%3D%0A=3D_=_",
    ]
    sent += [f"%{number:02x}%{number:02X}" for number in range(128)] + [c for c in plain if c not in "&;%#"]
    for value in sent:
        assert (
            _query((PATH, f"query={value}", "host"))
            == parse_qs(f"query={value}", keep_blank_values=True)["query"][0]
        )
    for value in ("%", "%4", "%g0", "a&b", "a;b", "a#b", "%ff", ""):
        assert _query((PATH, f"query={value}", "host")) is None


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("number", [1, 40])
@pytest.mark.parametrize(
    ("query", "accept"),
    [
        (_ROWS, "*/*"), (_ROWS, "application/sparql-results+xml"), (_ROWS, "text/csv;q=0.5, text/html;q=0.1"),
        (_GRAPH, "text/turtle"), (_GRAPH, "application/n-triples, application/sparql-results+json"),
    ],
)  # fmt: skip
def test_both_ways_answer_alike(service: Process, query: str, accept: str, number: int, coding: str) -> None:
    """Status, every header and every byte are the same, in every coding."""
    asked = query % number + f" # {accept} {coding}"
    headers = {"Accept": accept, "Accept-Encoding": coding}
    short = _ask(service, asked, headers)
    assert short[0] == 200
    assert _ask(service, asked, {**headers, **_LONG}) == short


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT ?s WHERE { ?s ?p", 400), ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400),
        ("SELECT " + "(" * 300, 400), ("", 400),
    ],
)  # fmt: skip
def test_both_ways_refuse_alike(service: Process, query: str, status: int) -> None:
    """An error is the same problem, whichever way it was found."""
    short = _ask(service, query)
    assert short[0] == status
    assert _ask(service, query, _LONG) == short


def test_an_answer_that_takes_its_time_comes_the_long_way(service: Process) -> None:
    """A thread goes on with a query that was begun the short way."""
    status, _, body = _ask(
        service, "SELECT (COUNT(*) AS ?n) { { SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 900000 } }"
    )
    assert (status, json.loads(body)["results"]["bindings"][0]["n"]["value"]) == (200, "900000")


def test_a_large_answer_is_whole(service: Process) -> None:
    """What does not fit into one part is streamed by a thread."""
    status, headers, body = _ask(service, "SELECT ?s ?o { ?s ?p ?o . ?a ?b ?c } LIMIT 30000")
    assert (status, headers.get("Transfer-Encoding")) == (200, "chunked")
    assert len(json.loads(body)["results"]["bindings"]) == 30000


def test_requests_sent_in_one_go_are_answered_in_their_order(service: Process) -> None:
    """Those that were kept, those that are plain and those that are not, mixed."""
    parts = urlsplit(service.url)
    numbers = [1, 2, 1, 3, 2, 4, 5, 1]
    lines = [
        f"GET /sparql?query={quote(f'SELECT ({n} AS ?n) {{}}')} HTTP/1.1\r\nHost: x\r\n"
        + ("X-Way: long\r\n" if place % 3 == 2 else "")
        for place, n in enumerate(numbers)
    ]
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(("\r\n".join(lines) + "Connection: close\r\n\r\n").encode())
        received = b""
        while part := connection.recv(65536):
            received += part
    values = [piece.split(b'"')[0] for piece in received.split(b'"value":"')[1:]]
    assert values == [str(n).encode() for n in numbers]


class _Sending:
    """A connection that stays open and sends bytes as a test has them."""

    def __init__(self, service: Process) -> None:
        parts = urlsplit(service.url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._file = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers without the date, and body of the next answer."""
        status = int(self._file.readline().split()[1])
        headers = http.client.parse_headers(self._file)
        body = self._file.read(int(headers.get("Content-Length", 0)))
        return status, {name: value for name, value in headers.items() if name != "Date"}, body

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.fixture
def sending(service: Process) -> Iterator[_Sending]:
    """A connection that stays open."""
    connection = _Sending(service)
    yield connection
    connection.close()


def _request(query: str, *lines: str) -> bytes:
    return "\r\n".join([f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def test_a_request_known_by_its_bytes_is_answered_as_the_first_time(sending: _Sending) -> None:
    """However it comes: alone, several in one go, in two halves, behind another one, as the beginning of a longer one."""
    known, other = _request("SELECT (7 AS ?n) {}"), _request("SELECT (8 AS ?n) {}")
    answers = []
    for _ in range(5):
        sending.send(known)
        answers.append(sending.answer())
    assert answers[0][0] == 200
    sending.send(known * 3)
    answers += [sending.answer() for _ in range(3)]
    sending.send(known[:40])
    time.sleep(0.1)
    sending.send(known[40:])
    answers.append(sending.answer())
    sending.send(other)
    sending.send(known)
    assert b'"8"' in sending.answer()[2]
    answers.append(sending.answer())
    assert all(answer == answers[0] for answer in answers)
    sending.send(_request("SELECT (7 AS ?n) {}", "If-None-Match: *"))
    assert sending.answer()[0] == 304


def test_a_request_known_by_its_bytes_sees_what_was_written(service: Process, sending: _Sending) -> None:
    """As soon as the write is acknowledged."""
    known = _request("SELECT (COUNT(*) AS ?n) { <x:s> <x:known> ?o }")
    for number in range(4):
        for _ in range(4):
            sending.send(known)
            assert b'"%d"' % number in sending.answer()[2]
        _write(service, f"INSERT DATA {{ <x:s> <x:known> {number} }}")


def _write(service: Process, update: str) -> None:
    said = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
    with urlopen(Request(f"{service.url}update", update.encode(), said), timeout=30) as answer:
        assert answer.status == 204


def test_many_at_once_each_get_their_own_answer(service: Process) -> None:
    """Sixty-four clients, ten queries each, all different."""

    def client(number: int) -> bool:
        values = [number * 10 + n for n in range(10)]
        found = [_ask(service, f"SELECT ({value} AS ?n) {{}}") for value in values]
        return [json.loads(f[2])["results"]["bindings"][0]["n"]["value"] for f in found] == list(
            map(str, values)
        )

    with ThreadPoolExecutor(64) as pool:
        assert all(pool.map(client, range(100, 164)))


def test_each_request_is_counted_and_logged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way it went: asked, kept, handed over, refused."""
    log = tmp_path / "access.log"
    monkeypatch.setenv("ZONEGRAPH_ACCESS_LOG", str(log))
    process = Process(tmp_path)
    try:
        for query in (
            "ASK {}",
            "ASK {}",
            "SELECT ?s { ?s ?p ?o . ?a ?b ?c } LIMIT 30000",
            "ASK {",
            "ASK { }",
        ):
            _ask(process, query)
        _ask(process, "ASK { }", _LONG)
    finally:
        assert process.end() == 0
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    told = [(line["status"], line["outcome"]) for line in lines if line["path"] == "/sparql"]
    # A request is logged once its answer has left, by its own thread: the next one may be sooner in the file.
    expected = [(200, "ok"), (200, "cached"), (200, "ok"), (400, "refused"), (200, "ok"), (200, "cached")]
    assert sorted(told) == sorted(expected)
    assert all(line["query"] for line in lines)


def test_clients_who_have_used_their_allowance_are_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The short way charges as the long one does."""
    monkeypatch.setenv("ZONEGRAPH_RATE", "0.05")
    process = Process(tmp_path)
    try:
        found = {_ask(process, f"{_ROWS % 2000} # {n}")[0] for n in range(40)}
    finally:
        assert process.end() == 0
    assert found == {200, 429}
