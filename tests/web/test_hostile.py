"""Requests that mean no good: each gets an answer that says what is wrong, and the service goes on."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from tests.web.served import FORM, HOG, NODES, QUERY, RUNAWAY, TOKEN, Served

PROBLEM = "application/problem+json"
WRITING = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def goes_on(served: Served) -> Iterator[None]:
    """Whatever a test does, the same process answers afterwards."""
    yield
    assert served.alive()


def refused(answer: tuple[int, dict[str, str], bytes], *statuses: int) -> dict[str, str]:
    """Return the problem that a request was answered with."""
    status, headers, body = answer
    assert status in statuses
    assert headers["content-type"] == PROBLEM
    said: dict[str, str] = json.loads(body)
    assert said["detail"]
    assert said["cure"]
    return said


# ---- Bytes


@pytest.mark.parametrize(
    "encoded", ["%", "%zz", "%4", "%FF", "%C3%28", "%ED%A0%80", "%F4%90%80%80", "%u0041", "%C0%80", "ASK{}%"]
)
def test_text_that_is_not_well_encoded_is_refused(served: Served, encoded: str) -> None:
    """In the address and in a form; nothing is guessed, replaced or dropped."""
    refused(served.send("GET", f"/sparql?query={encoded}"), 400)
    refused(served.send("POST", "/sparql", f"query={encoded}".encode(), FORM), 400)


@pytest.mark.parametrize("text", [b"\xff", b"ASK {}\xc3", b"\xed\xa0\x80", b"\xfe\xffA\x00S\x00K\x00"])
def test_a_body_that_is_not_utf_8_is_refused(served: Served, text: bytes) -> None:
    """As a query and in a form."""
    refused(served.send("POST", "/sparql", text, QUERY), 400)
    refused(served.send("POST", "/sparql", b"query=" + text, FORM), 400)


def test_a_nul_is_data_in_a_string_and_an_error_elsewhere(served: Served) -> None:
    """It ends no text."""
    status, body = served.ask('SELECT ("a\0b" AS ?x) {}')
    assert (status, json.loads(body)["results"]["bindings"][0]["x"]["value"]) == (200, "a\0b")
    for query in ("\0", "ASK\0{}", "ASK {}\0", "ASK { <a\0b> ?p ?o }"):
        refused(served.send("GET", "/sparql?" + urlencode({"query": query})), 400)
    assert served.send("GET", "/queries/a%00b")[0] == 404


TWO_LENGTHS = b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", b"\xff\xfe / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n" + TWO_LENGTHS,
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_request_is_refused_or_cut_off(served: Served, request_: bytes) -> None:
    """It never gets an answer of success."""
    with served.raw(request_) as connection:
        connection.shutdown(socket.SHUT_WR)
        try:
            head = connection.recv(100)
        except ConnectionResetError:
            head = b""
    assert not head.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2"))


# ---- Size and depth


def test_a_query_of_10_mb_is_too_large(served: Served) -> None:
    """As it is, in a form, in an address."""
    long = "ASK {} #" + "x" * 10_000_000
    assert "characters" in refused(served.send("POST", "/sparql", long.encode(), QUERY), 413)["detail"]
    refused(served.send("POST", "/sparql", urlencode({"query": long}).encode(), FORM), 413)
    with served.raw() as connection:
        try:
            connection.sendall(served.get(long))
            head = connection.recv(100)
        except ConnectionError:
            head = b""
    assert b" 200 " not in head


NESTED = {
    "groups": ("SELECT * ", "{", "}"), "parentheses": ("SELECT * { FILTER", "(", ")"), "lists": ("SELECT * { ?s ?p ", "( ", ")"),
    "blank nodes": ("SELECT * { ?s ?p ", "[ ?p ", "]"), "paths": ("SELECT * { ?s ", "(", ")"), "inverse paths": ("SELECT * { ?s ", "^(", ")"),
    "calls": ("SELECT * { FILTER", "STR(", ")"), "exists": ("SELECT * { ", "FILTER EXISTS {", "}"),
    "sub-selects": ("SELECT * ", "{ SELECT * ", "}"), "graphs": ("SELECT * { ", "GRAPH ?g {", "}"),
    "optionals": ("SELECT * { ", "OPTIONAL {", "}"), "annotations": ("SELECT * { ?s ?p ?o ", "{| ?p ?o ", "|}"),
    "triple terms": ("SELECT * { ?s ?p ", "<<( ?s ?p ", ")>>"), "negations": ("SELECT * { FILTER(", "!", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(NESTED))
def test_nesting_of_every_kind_is_refused_before_it_can_crash_anything(served: Served, kind: str) -> None:
    """Closed and left open, a little too deep and very much; no worker crashes."""
    crash = 'zonegraph_queries_killed_total{reason="crash"}'
    crashed = served.figure(crash)
    before, opening, closing = NESTED[kind]
    for depth in (250, 2200, 20_000):
        for tail in (closing * depth, ""):
            refused(served.send("POST", "/sparql", (before + opening * depth + tail).encode(), QUERY), 400)
    assert served.figure(crash) == crashed


WIDE = {
    "unions": "SELECT * { {}" + " UNION {}" * 20_000 + " }", "steps": "SELECT * { ?s <p>" + "/<p>" * 2000 + " ?o }",
    "alternatives": "SELECT * { ?s <p>" + "|<p>" * 20_000 + " ?o }", "sums": "ASK { FILTER(1" + "+1" * 50_000 + ") }",
    "ors": "ASK { FILTER(1" + "||1" * 50_000 + ") }", "star": "ASK { " + "".join(f"?s <p{n}> ?o{n} ." for n in range(400)) + " }",
    "hidden brackets": "SELECT * { FILTER(1<" + "(" * 400_000 + ">1) }",
    "optionals": "SELECT * { " + "OPTIONAL { ?s <p> ?o } " * 4000 + "}",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(WIDE))
def test_width_that_takes_the_engine_too_long_is_stopped(served: Served, kind: str) -> None:
    """By its time, by its memory or by a crash of the worker alone; the answer says which."""
    refused(served.send("POST", "/sparql", WIDE[kind].encode(), QUERY), 500, 503, 507)


def test_a_long_list_of_values_is_no_attack(served: Served) -> None:
    """A hundred thousand values are counted."""
    values = "SELECT (COUNT(?x) AS ?n) { VALUES ?x { " + "1 " * 100_000 + "} }"
    status, body = served.ask(values, "text/csv")
    assert (status, body.split()) == (200, [b"n", b"100000"])


# ---- Work without end


def test_a_runaway_join_is_stopped_with_a_cure(served: Served) -> None:
    """503, when to come again, and how to ask for less."""
    answer = served.send("POST", "/sparql", RUNAWAY.encode(), QUERY)
    said = refused(answer, 503)
    assert int(answer[1]["retry-after"]) > 0
    assert "2 seconds" in said["detail"]


@pytest.mark.parametrize(
    "query",
    [HOG, "SELECT ?x40 { BIND('0123456789' AS ?x0) %s }" % " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40)),
     "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { ?a ?b ?c . ?d ?e ?f }"],
    ids=["order by over a product", "doubling", "group concat"],
)  # fmt: skip
def test_a_query_that_eats_memory_is_stopped(served: Served, query: str) -> None:
    """507, unless its time is over before that."""
    refused(served.send("POST", "/sparql", query.encode(), QUERY), 507, 503)


def test_a_named_query_and_a_page_have_the_same_limits(served: Served) -> None:
    """As have HEAD and the page of an answer."""
    assert served.send("HEAD", "/sparql?" + urlencode({"query": RUNAWAY}))[0] == 503
    assert served.send("GET", "/sparql?" + urlencode({"query": RUNAWAY}), accept="text/html")[0] == 503
    status, _, page = served.send(
        "GET",
        "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }", "lang": "en"}),
        accept="text/html",
    )
    assert status == 200
    assert b"first 1000 rows" in page
    assert page.count(b"<tr") == 1001


# ---- No network


CALLS = (
    "ASK { SERVICE <%s> { ?s ?p ?o } }", "ASK { SERVICE SILENT <%s> { ?s ?p ?o } }", "ASK { service<%s>{} }",
    "ASK { SerVice#\n<%s> {} }", "ASK { FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "ASK { FILTER NOT EXISTS { SERVICE SILENT <%s> {} } }", "ASK { { SELECT * { SERVICE <%s> {} } } }",
    "ASK { BIND(1e5SERVICE<%s>{} AS ?x) }", "PREFIX l: <%s> ASK { SERVICE l: {} }", "BASE <%s> ASK { SERVICE <> {} }",
    "ASK { BIND(<%s> AS ?u) SERVICE ?u {} }", "ASK { VALUES ?u { <%s> } SERVICE SILENT ?u {} }", "LOAD <%s>",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }", "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
    "ASK { S\\u0045RVICE <%s> {} }", "ASK { 'a'SERVICE <%s> {} }", "ASK { ?s ?p '''\\''' ''' . SERVICE <%s> {} }",
)  # fmt: skip
LOADS = ("LOAD <%s>", "LOAD SILENT <%s>", "LOAD <%s> INTO GRAPH <urn:g>", "load<%s>", "CLEAR ALL ; LOAD <%s>",
         "INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }", "DELETE WHERE { ?s ?p ?o } ; LOAD SILENT <%s>")  # fmt: skip


@pytest.fixture
def listener() -> Iterator[tuple[socket.socket, str]]:
    """A port of this machine that nobody may call, and its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as opened:
        yield opened, f"http://127.0.0.1:{opened.getsockname()[1]}/data"


def uncalled(listener: socket.socket) -> bool:
    """Tell whether nobody has connected."""
    listener.setblocking(False)
    try:
        listener.accept()
    except BlockingIOError:
        return True
    return False


def test_no_query_and_no_update_calls_another_server(
    served: Served, listener: tuple[socket.socket, str]
) -> None:
    """Each is refused, with what is not allowed; the listener hears nothing."""
    opened, there = listener
    for query in CALLS:
        refused(served.send("GET", "/sparql?" + urlencode({"query": query % there})), 400)
        refused(served.send("POST", "/sparql", b"#" * 20_000 + b"\n" + (query % there).encode(), QUERY), 400)
    for update in LOADS:
        body = (update % there).encode()
        refused(served.send("POST", "/update", body, "application/sparql-update", **WRITING), 400)
    assert uncalled(opened)
    assert served.ask("SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o }", "text/csv")[1].split() == [
        b"n",
        b"%d" % NODES,
    ]


def test_no_name_of_a_graph_and_no_document_is_fetched(
    served: Served, listener: tuple[socket.socket, str]
) -> None:
    """Neither the dataset of a query, nor what a payload refers to."""
    opened, there = listener
    for dataset in ("default-graph-uri", "named-graph-uri"):
        assert served.send("GET", f"/sparql?query=ASK%7B%7D&{dataset}={quote(there)}")[0] == 200
    assert served.ask(f"ASK FROM <{there}> FROM NAMED <{there}> {{ ?s ?p ?o }}")[0] == 200
    for kind, payload in (
        ("application/rdf+xml", f'<!DOCTYPE r [<!ENTITY e SYSTEM "{there}">]><r>&e;</r>'),
        ("application/rdf+xml", f'<!DOCTYPE r SYSTEM "{there}"><r/>'),
        ("application/ld+json", f'{{"@context": "{there}", "@id": "urn:x", "name": "y"}}'),
    ):
        served.send("POST", "/graphs?graph=urn:h", payload.encode(), kind, **WRITING)
    served.send("GET", f"/queries/figures?entity={quote(there, safe='')}")
    assert uncalled(opened)
