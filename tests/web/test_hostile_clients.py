"""Clients that mean no good: slow ones, those that vanish, hundreds at once; others do not notice."""

import csv
import http.client
import io
import json
import random
import socket
import statistics
import struct
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pyoxigraph as ox
import pytest

from graph_service.formats import FORMATS
from tests.web.served import ENDLESS, HOG, RUNAWAY, Served, until

DOUBLING = "?s0 ?p0 5 BIND(STR(?s0) AS ?x0) " + " ".join(
    f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(36)
)
BREAKS = "{ SELECT ?a ?b ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 60000 } UNION { %s }" % DOUBLING
"""Tens of thousands of rows, then one that needs more memory than there is."""


@pytest.fixture(autouse=True)
def goes_on(served: Served) -> Iterator[None]:
    """Whatever a test does, the same process answers afterwards, and nothing is left of its queries."""
    yield
    assert served.alive()
    until(served.quiet)


def together(number: int, act: Callable[[], object]) -> list[threading.Thread]:
    """Return threads that all do the same, started."""
    threads = [threading.Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads


# ---- Answers that break off


def _parses(name: str, body: bytes) -> bool:
    format_ = FORMATS[name]
    try:
        if name == "csv":
            return all(
                len(row) == 3 for row in csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
            )
        if format_.rdf is not None:
            return bool(list(ox.parse(body, format_.rdf)))
        results = ox.parse_query_results(body, format_.results)
        return not isinstance(results, ox.QueryBoolean) and bool(list(results))
    except (SyntaxError, ValueError, csv.Error, ET.ParseError, OSError):
        return False


@pytest.mark.parametrize(
    ("name", "version"),
    [
        *((name, "1.0") for name in ("json", "xml", "csv", "tsv", "nt", "ttl", "rdf", "jsonld")),
        ("json", "1.1"),
        ("csv", "1.1"),
    ],
)
def test_an_answer_that_breaks_off_is_seen_to_be_broken(served: Served, name: str, version: str) -> None:
    """The connection is cut, and what came does not parse; for the old protocol, whose end is silence, too."""
    form = "CONSTRUCT { ?a ?b ?f }" if FORMATS[name].rdf is not None else "SELECT ?a ?b ?f"
    query = f"{form} WHERE {{ {BREAKS} }}"
    with served.raw(served.get(query, version, FORMATS[name].media_type)) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 200, answer.read()
        body, cut = b"", False
        try:
            while part := answer.read1(65536):
                body += part
        except (http.client.IncompleteRead, ConnectionResetError):
            cut = True
    assert body
    assert cut
    assert not _parses(name, body)


# ---- Readers


def test_readers_who_take_nothing_hold_nobody_up(served: Served) -> None:
    """Forty connections ask for an answer without end and read none of it; others are answered."""
    with ExitStack() as stack:
        for _ in range(40):
            connection = stack.enter_context(served.raw())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(served.get(ENDLESS))
        until(lambda: served.figure('zonegraph_queries{state="away"}') > 1)
        assert [said for status, said in (served.ask("ASK {}") for _ in range(50)) if status != 200] == []
    until(served.quiet)


def test_a_slow_reader_gets_the_whole_answer(served: Served) -> None:
    """Reading may take longer than computing may."""
    with served.raw(served.get("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000")) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        rows = 0
        for turn in range(1_000_000):
            part = answer.read1(65536)
            if not part:
                break
            rows += part.count(b"\n")
            time.sleep(0.3 if turn < 8 else 0)
    assert rows == 60_001


def test_the_query_of_a_client_that_vanishes_is_stopped(served: Served) -> None:
    """Whether it closes or resets the connection, before the first byte or after."""
    gone = 'zonegraph_queries_killed_total{reason="gone"}'
    before = served.figure(gone)
    for query in (ENDLESS, ENDLESS):
        connection = served.raw(served.get(query))
        assert connection.recv(1000)
        if random.random() < 0.5:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    until(lambda: served.figure(gone) >= before + 2)
    for _ in range(20):
        served.raw(served.get(RUNAWAY)).close()
    until(served.quiet)
    assert served.figure(gone) > before + 2


def test_requests_that_never_end_hold_nobody_up(served: Served) -> None:
    """A hundred connections with half a request."""
    with ExitStack() as stack:
        for number in range(100):
            half = (
                b"GET /sparql HTTP/1.1\r\nHost: x\r\nX"
                if number % 2
                else b"POST /sparql HTTP/1.1\r\nContent-Length: 9\r\n\r\nASK"
            )
            stack.enter_context(served.raw(half))
        assert all(served.ask("ASK {}")[0] == 200 for _ in range(20))


# ---- Many


def test_two_hundred_connections_are_all_answered(served: Served) -> None:
    """At once, each with its own answer."""
    found: list[tuple[int, bytes]] = []
    gate = threading.Barrier(200)

    def ask() -> None:
        gate.wait(60)
        number = len(threading.current_thread().name)
        found.append(served.ask(f"SELECT ({number} AS ?n) {{ ?s ?p 5 }}", "text/csv"))

    for thread in together(200, ask):
        thread.join()
    assert len(found) == 200
    assert {status for status, _ in found} == {200}
    assert all(body.startswith(b"n\r\n") for _, body in found)


def test_short_queries_are_answered_while_runaways_are_killed(
    served: Served, record_property: Callable[[str, object], None]
) -> None:
    """Dozens of runaways, each ended with 503, and `ASK {}` all the while; how fast is reported, not judged."""
    statuses: list[int] = []
    runaways = together(12, lambda: statuses.append(served.ask(RUNAWAY)[0]))
    waits = []
    while any(thread.is_alive() for thread in runaways):
        began = time.perf_counter()
        assert served.ask("ASK {}")[0] == 200
        waits.append(time.perf_counter() - began)
        time.sleep(0.01)
    assert set(statuses) == {503}
    assert len(waits) > 20
    record_property("ask_p50_ms", round(statistics.median(waits) * 1000, 1))
    record_property("ask_p99_ms", round(statistics.quantiles(waits, n=100)[98] * 1000, 1))


def test_memory_is_given_back(served: Served) -> None:
    """After queries that take all they may, and answers without end, the service is as large as before."""
    for thread in together(40, lambda: served.ask("ASK {}")):
        thread.join()
    until(served.quiet)
    before = served.memory()

    def hog() -> None:
        with suppress(http.client.HTTPException, ConnectionError):
            served.ask(HOG)
        with served.raw(served.get(ENDLESS)) as connection:
            connection.recv(100)

    for thread in together(12, hog):
        thread.join()
    until(served.quiet)
    until(lambda: served.memory() < before * 1.3)


def test_the_figures_tell_what_was_done(served: Served) -> None:
    """Every answer above was counted by one process that was never started again."""
    text = served.send("GET", "/metrics")[2].decode()
    assert 'zonegraph_requests_total{method="POST",route="/sparql"' in text
    assert json.loads(served.ask("ASK {}")[1]) == {"head": {}, "boolean": True}
