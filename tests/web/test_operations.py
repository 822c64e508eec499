"""What those who run the service see: health, figures, the access log, the allowance of each client."""

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from graph_service.errors import UsageError
from graph_service.graph.store import GraphStore
from graph_service.settings import Settings
from graph_service.web import create_app, limits
from graph_service.web.limits import Allowance
from graph_service.web.log import AccessLog, Seen
from graph_service.web.problems import RefusedError
from tests.graph.factory import BASE
from tests.web.conftest import TOKEN

ASK = "/sparql?query=ASK{}"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


class Reader(FlaskClient):
    """A client that reads every answer to its end, as one over a connection does; then it is counted."""

    def open(self, *args: Any, **said: Any) -> TestResponse:
        """Return the answer, read."""
        return super().open(*args, **{"buffered": True, **said})


def service(store: GraphStore, **settings: Any) -> FlaskClient:
    """Return a service with settings of its own."""
    app = create_app(store, Settings(base_iri=BASE, workers=1, **settings))
    app.test_client_class = Reader
    return app.test_client()


@pytest.fixture
def client(store: GraphStore) -> FlaskClient:
    """A service that takes no writes."""
    return service(store)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The file of the access log."""
    return tmp_path / "access.log"


@pytest.fixture
def logged(store: GraphStore, log: Path) -> FlaskClient:
    """A service that takes writes, keeps a log, and lets a client compute for ten seconds a minute."""
    return service(store, token=TOKEN, access_log=str(log), rate=10)


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return the figures by name and values of labels."""
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def entries(log: Path) -> list[dict[str, object]]:
    """Return the lines of the access log."""
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_health_and_readiness_are_never_kept(client: FlaskClient, store: GraphStore) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.json == {"status": "ready", "snapshot": store.snapshot().id}
    assert ready.headers["Cache-Control"] == "no-store"


def test_requests_are_counted_by_route_method_and_status(client: FlaskClient) -> None:
    client.get("/documents")
    client.get("/documents/nothing")
    client.get("/no/such/address")
    client.open("/documents", method="BREW")
    found = figures(client)
    assert found["zonegraph_requests_total", "GET", "/documents", "200"] == 1
    assert found["zonegraph_requests_total", "GET", "/documents/<identifier>", "404"] == 1
    assert found["zonegraph_requests_total", "GET", "(none)", "404"] == 1
    assert found["zonegraph_requests_total", "other", "(none)", "405"] == 1
    assert found["zonegraph_request_seconds_count", "/documents"] == 1


def test_the_store_is_described(logged: FlaskClient, store: GraphStore) -> None:
    update = {"data": "INSERT DATA { <x:a> <x:b> <x:c> }", "content_type": "application/sparql-update"}
    assert logged.post("/update", headers=AUTHORISED, **update).status_code == 204
    found = figures(logged)
    assert found["zonegraph_commits_total",] == found["zonegraph_writes_total",] == 1
    assert found["zonegraph_writes_waiting",] == 0
    assert found["zonegraph_store_bytes",] == store.snapshot().size()
    assert 0 <= found["zonegraph_snapshot_age_seconds",] < 600


def test_quads_are_counted_beside_the_requests(client: FlaskClient, store: GraphStore) -> None:
    end = time.monotonic() + 30
    while ("zonegraph_quads",) not in (found := figures(client)):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert found["zonegraph_quads",] == store.snapshot().count()


def test_queries_and_kept_answers_are_counted(client: FlaskClient) -> None:
    for _ in range(3):
        assert client.get(ASK).status_code == 200
    found = figures(client)
    assert found["zonegraph_cache_hits_total",] == 2
    assert found["zonegraph_queries_answered_total",] == 1
    assert found["zonegraph_outcomes_total", "cached", "/sparql"] == 2
    assert found["zonegraph_queries_killed_total", "time"] == 0


def test_a_query_that_was_killed_is_counted_and_logged(store: GraphStore, log: Path) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
    asking = service(store, timeout=0.5, access_log=str(log))
    assert asking.get("/sparql", query_string={"query": runaway}).status_code == 503
    assert figures(asking)["zonegraph_queries_killed_total", "time"] == 1
    assert entries(log)[0]["outcome"] == "timeout"


def test_the_log_has_a_line_for_each_request(logged: FlaskClient, log: Path) -> None:
    logged.get(ASK)
    logged.get(ASK)
    logged.get("/documents")
    first, again, documents = entries(log)
    assert first["path"] == again["path"] == "/sparql"
    assert first["query"] == again["query"]
    assert re.fullmatch("[0-9a-f]{16}", str(first["query"]))
    assert (first["outcome"], again["outcome"], documents["outcome"]) == ("ok", "cached", "ok")
    assert documents["status"] == 200
    assert int(str(documents["bytes"])) > 100
    assert "query" not in documents


def test_a_query_has_the_same_hash_however_it_is_sent(logged: FlaskClient, log: Path) -> None:
    logged.get("/sparql", query_string={"query": "ASK {}"})
    logged.post("/sparql", data={"query": "ASK {}"})
    logged.post("/sparql", data="ASK {}", content_type="application/sparql-query")
    assert len({entry["query"] for entry in entries(log)}) == 1


def test_the_log_tells_outcomes_apart(logged: FlaskClient, log: Path) -> None:
    tag = logged.get("/documents").headers["ETag"]
    logged.get("/documents", headers={"If-None-Match": tag})
    logged.get("/sparql?query=ASK")
    logged.post("/documents", data="x", content_type="text/plain")
    assert [entry["outcome"] for entry in entries(log)] == ["ok", "unchanged", "refused", "refused"]


def test_the_log_names_no_secret_and_no_parameter(logged: FlaskClient, log: Path) -> None:
    logged.get("/documents?key=hidden", headers=AUTHORISED)
    assert "hidden" not in log.read_text("utf-8")
    assert TOKEN not in log.read_text("utf-8")


def test_a_log_that_nobody_reads_holds_nobody_up(tmp_path: Path) -> None:
    """Lines that a full pipe does not take are dropped."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        log = AccessLog(str(pipe))
        for _ in range(2000):
            log.write(Seen("192.0.2.1", "GET", "/" + "x" * 500))
        lines = os.read(reading, 1024 * 1024).decode().splitlines()
    finally:
        os.close(reading)
    assert 10 < len(lines) < 2000
    assert all(json.loads(line)["method"] == "GET" for line in lines)


def test_a_log_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        AccessLog(str(tmp_path / "no" / "such" / "folder" / "log"))


# ---- Allowances


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def spend(allowance: Allowance, seconds: float, who: str = "a") -> None:
    """Let a client compute so long."""
    allowance.charge(who, allowance.enter(who), seconds)


def test_a_client_that_has_used_its_seconds_waits_until_some_have_come_back() -> None:
    clock = Clock()
    allowance = Allowance(6, clock)
    spend(allowance, 6.5)
    with pytest.raises(RefusedError) as caught:
        allowance.enter("a")
    assert caught.value.status == 429
    assert caught.value.headers["Retry-After"] == "5"
    clock.now += 6
    spend(allowance, 1)


def test_one_client_does_not_use_up_the_seconds_of_another() -> None:
    allowance = Allowance(6, Clock())
    spend(allowance, 10)
    spend(allowance, 1, "b")


def test_queries_that_still_run_count() -> None:
    clock = Clock()
    allowance = Allowance(6, clock)
    for _ in range(3):
        allowance.enter("a")
    clock.now += 2
    with pytest.raises(RefusedError):
        allowance.enter("a")


def test_without_a_rate_nobody_waits() -> None:
    allowance = Allowance(0, Clock())
    for _ in range(3):
        spend(allowance, 1e9)


def test_clients_of_long_ago_are_forgotten() -> None:
    clock = Clock()
    allowance = Allowance(60, clock)
    for number in range(20_000):
        spend(allowance, 1, str(number))
        clock.now += 0.01
    assert len(allowance._accounts) <= 10_001


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False), ("2001:db8::1", "2001:db8::2:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)  # fmt: skip
def test_a_client_is_an_address_or_a_network_of_ipv6(one: str, other: str, same: bool) -> None:
    assert (limits.client(one) == limits.client(other)) is same


def test_the_service_answers_429_with_a_time_to_wait(store: GraphStore) -> None:
    """Computing is refused; what costs nothing is not."""
    asking = service(store, rate=0.0001)
    count = "/sparql?query=SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    assert asking.get(count).status_code == 200
    refused = asking.get(count)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json
    assert refused.json["cure"]
    assert asking.get("/queries").status_code == 429
    assert asking.get("/healthz").status_code == asking.get("/documents").status_code == 200
