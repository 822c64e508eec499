"""`/update` speaks the SPARQL 1.1 Protocol, for those with the token."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph_service.graph.store import open_store
from graph_service.settings import Limits, Settings
from graph_service.web import create_app
from tests.graph.factory import BASE
from tests.web.conftest import TOKEN

RIGHT = {"Authorization": f"Bearer {TOKEN}"}
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
ADD = (
    "INSERT DATA { <http://e/s> <http://e/p> 'one' . GRAPH <http://e/g> { <http://e/s> <http://e/p> 'two' } }"
)
COPY = "INSERT { <http://e/s> <http://e/copied> ?o } WHERE { <http://e/s> <http://e/p> ?o }"


def send(client: FlaskClient, update: str, **parameters: str) -> TestResponse:
    """Send an update as it is."""
    address = "/update" + (f"?{urlencode(parameters)}" if parameters else "")
    return client.post(address, data=update.encode(), content_type=UPDATE, headers=RIGHT)


def holds(client: FlaskClient, pattern: str, **parameters: str) -> bool:
    """Tell whether a pattern has a solution."""
    address = "/sparql?" + urlencode({"query": f"ASK {{ {pattern} }}", **parameters})
    return bool(json.loads(client.get(address).text)["boolean"])


def test_an_update_is_seen_by_the_next_query(writing: FlaskClient) -> None:
    """It answers 204 once readers see it, and says which snapshot has it."""
    done = send(writing, ADD)
    assert (done.status_code, done.data) == (204, b"")
    assert holds(writing, "<http://e/s> <http://e/p> 'one'", snapshot=done.headers["Snapshot"])
    assert holds(writing, "GRAPH <http://e/g> { <http://e/s> <http://e/p> 'two' }")


def test_a_form_and_a_bare_update_do_the_same(writing: FlaskClient) -> None:
    """Both take the dataset of the request: a form in its body, an update in the address."""
    send(writing, ADD)
    fields = {"update": COPY, "using-graph-uri": "http://e/g"}
    assert writing.post("/update", data=fields, headers=RIGHT).status_code == 204
    assert holds(writing, "<http://e/s> <http://e/copied> 'two'")
    assert not holds(writing, "<http://e/s> <http://e/copied> 'one'")
    assert send(writing, COPY, **{"using-graph-uri": "http://e/none"}).status_code == 204
    assert not holds(writing, "<http://e/s> <http://e/copied> 'one'")


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("", FORM, 400),
        ("update=CLEAR+ALL&update=CLEAR+ALL", FORM, 400),
        ("update=CLEAR+%FF", FORM, 400),
        ("query=ASK+%7B%7D", FORM, 400),
        ("CLEAR ALL", "text/plain", 415),
        ("CLEAR ALL", None, 415),
        ("CLEAR ALL", f"{UPDATE}; charset=utf-16", 415),
        (b"CLEAR ALL # \xff", UPDATE, 400),
        ("ASK {}", UPDATE, 400),
        ("INSERT DATA {", UPDATE, 400),
        ("LOAD <http://127.0.0.1/>", UPDATE, 400),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", UPDATE, 400),
        ("INSERT DATA " + "{" * 5000, UPDATE, 400),
        ("CREATE GRAPH <http://e/x> ; CREATE GRAPH <http://e/x>", UPDATE, 400),
    ],
)
def test_an_update_that_is_wrong_changes_nothing_and_says_why(
    writing: FlaskClient, body: str | bytes, media_type: str | None, status: int
) -> None:
    """Every refusal is a problem with title, status, detail and cure."""
    before = writing.get("/graphs?default").data
    answer = writing.post("/update", data=body, content_type=media_type, headers=RIGHT)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said = json.loads(answer.text)
    assert said["status"] == status
    assert all(said[key] for key in ("title", "detail", "cure"))
    assert writing.get("/graphs?default").data == before


def test_a_dataset_in_request_and_update_is_refused(writing: FlaskClient) -> None:
    """SPARQL 1.1 Protocol, 2.2.3."""
    update = "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = send(writing, update, **{"using-named-graph-uri": "http://e/h"})
    assert answer.status_code == 400
    assert "WITH" in json.loads(answer.text)["detail"]


def test_a_fault_names_its_place(writing: FlaskClient) -> None:
    """The line of the fault is in the detail."""
    assert "line 2" in json.loads(send(writing, "CLEAR ALL ;\nINSERT nonsense").text)["detail"]


def test_writes_need_the_token(client: FlaskClient, writing: FlaskClient) -> None:
    """403 where none is configured, 401 without it or with another one; nothing changes."""
    body = {"data": "CLEAR ALL", "content_type": UPDATE}
    assert client.post("/update", **body, headers=RIGHT).status_code == 403
    assert writing.post("/update", **body).status_code == 401
    wrong = writing.post("/update", **body, headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    assert holds(writing, "?s ?p ?o")


def test_only_post_updates(writing: FlaskClient) -> None:
    """GET could be followed by accident; 405 says what is allowed."""
    answer = writing.get("/update?update=CLEAR+ALL", headers=RIGHT)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    assert holds(writing, "?s ?p ?o")


@pytest.fixture
def hurried(tmp_path: Path) -> Iterator[FlaskClient]:
    """A service whose updates may take a second and 300 MiB."""
    with open_store(tmp_path / "hurried", BASE, Limits(timeout=1.0, memory=300)) as store:
        client = create_app(store, Settings(base_iri=BASE, token=TOKEN)).test_client()
        numbers = " ".join(f"<http://e/s> <http://e/n> {n} ." for n in range(300))
        assert send(client, f"INSERT DATA {{ {numbers} }}").status_code == 204
        yield client


PRODUCT = "?a <http://e/n> ?x . ?b <http://e/n> ?y . ?c <http://e/n> ?z . ?d <http://e/n> ?v"
CHAIN = " ".join(f"?s{n} <http://e/p{n}> ?s{n + 1} ." for n in range(900))


@pytest.mark.parametrize(
    ("update", "statuses"),
    [
        (f"INSERT {{ ?a <http://e/m> 1 }} WHERE {{ {PRODUCT} FILTER(?x + ?y + ?z + ?v < 0) }}", {503}),
        (f"INSERT {{ ?a <http://e/m> ?o }} WHERE {{ {PRODUCT} BIND(BNODE() AS ?o) }}", {503, 507}),
        (f"DELETE WHERE {{ {CHAIN} }}", {500, 503, 507}),
    ],
    ids=["time", "memory", "planning"],
)
def test_an_update_that_runs_away_is_stopped_and_harms_nobody(
    hurried: FlaskClient, update: str, statuses: set[int]
) -> None:
    """An error with a cure; the store is as before, and the next update is made."""
    before = hurried.get("/graphs?default").data
    answer = send(hurried, update)
    assert answer.status_code in statuses, answer.text
    assert json.loads(answer.text)["cure"]
    assert ("Retry-After" in answer.headers) == (answer.status_code == 503)
    assert hurried.get("/graphs?default").data == before
    assert send(hurried, ADD).status_code == 204
    assert holds(hurried, "<http://e/s> <http://e/p> 'one'")
