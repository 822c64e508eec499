"""What addresses say of themselves: methods, bodies they take, and to pages of other origins."""

import json

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import TOKEN

QUERY = "application/sparql-query"


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        ("/sparql", "GET, HEAD, OPTIONS, POST, QUERY"),
        ("/update", "OPTIONS, POST"),
        ("/graphs", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("/graphs/a/b", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("/documents", "GET, HEAD, OPTIONS, POST"),
        ("/queries", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_and_405_name_the_methods(client: FlaskClient, address: str, methods: str) -> None:
    """In `Allow`; OPTIONS has no body, 405 is a problem."""
    options, wrong = client.options(address), client.open(address, method="PATCH")
    assert (options.status_code, options.data) == (204, b"")
    assert sorted(options.headers["Allow"].split(", ")) == methods.split(", ")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")
    assert sorted(wrong.headers["Allow"].split(", ")) == methods.split(", ")


def test_a_page_of_another_origin_may_ask_and_with_the_token_write(client: FlaskClient) -> None:
    """A preflight learns the methods and headers; answers and errors can be read."""
    asked = {
        "Origin": "https://example.org", "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, content-type",
    }  # fmt: skip
    preflight = client.options("/graphs", headers=asked)
    assert preflight.status_code == 204
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"Authorization", "Content-Type"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(", ")
    )
    for answer in (preflight, client.get("/sparql?query=ASK%7B%7D"), client.get("/nowhere")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Methods" not in client.options("/graphs").headers


def test_the_query_endpoint_says_that_it_takes_query(client: FlaskClient) -> None:
    """`Accept-Query` (RFC 10008) on every answer of it, errors too; and `Accept-Post`."""
    for answer in (client.options("/sparql"), client.get("/sparql"), client.put("/sparql")):
        assert answer.headers["Accept-Query"].split(", ") == [QUERY, "application/x-www-form-urlencoded"]
    assert "Accept-Query" not in client.get("/queries").headers
    assert "application/sparql-update" in client.options("/update").headers["Accept-Post"]
    assert "text/turtle" in client.options("/graphs").headers["Accept-Post"]


def test_query_asks_without_an_address_full_of_query(client: FlaskClient) -> None:
    """Its body is the query; it is safe, so its answer has a tag that gives 304."""
    sent = {"method": "QUERY", "data": "ASK { ?s ?p ?o }", "content_type": QUERY}
    answer = client.open("/sparql", **sent)  # type: ignore[arg-type]
    assert json.loads(answer.text)["boolean"] is True
    again = client.open("/sparql", **sent, headers={"If-None-Match": answer.headers["ETag"]})  # type: ignore[arg-type]
    assert again.status_code == 304
    other = {**sent, "data": "ASK { ?s ?p 'nothing' }", "headers": {"If-None-Match": answer.headers["ETag"]}}
    assert client.open("/sparql", **other).status_code == 200  # type: ignore[arg-type]
    form = {"method": "QUERY", "data": {"query": "ASK {}"}}
    assert client.open("/sparql", **form).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "status"), [(None, 415), ("text/plain", 415), (f"{QUERY}; charset=utf-16", 415)]
)
def test_a_body_of_another_type_is_refused_with_those_taken(
    client: FlaskClient, kind: str | None, status: int
) -> None:
    """415 for POST and QUERY alike."""
    for method in ("POST", "QUERY"):
        answer = client.open("/sparql", method=method, data="ASK {}", content_type=kind)
        assert answer.status_code == status
        assert QUERY in answer.headers["Accept-Post"]


def test_a_body_that_is_compressed_is_refused(client: FlaskClient) -> None:
    """Unpacked it could be of any size; 415 says that it must come as it is."""
    answer = client.post("/sparql", data=b"x", content_type=QUERY, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    ("method", "address", "kind"),
    [
        ("POST", "/sparql", QUERY),
        ("QUERY", "/sparql", QUERY),
        ("POST", "/update", "application/sparql-update"),
        ("PUT", "/graphs?default", "text/turtle"),
    ],
)
def test_a_body_that_is_too_large_is_refused(
    writing: FlaskClient, method: str, address: str, kind: str
) -> None:
    """413, before it is read."""
    answer = writing.open(
        address, method=method, content_type=kind, headers={"Authorization": f"Bearer {TOKEN}"},
        environ_overrides={"CONTENT_LENGTH": str(10**9)},
    )  # fmt: skip
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize("host", ["<>", "a b", "a/b", "a:99999999", "x, y"])
def test_a_request_for_no_host_is_refused(writing: FlaskClient, host: str) -> None:
    """No graph gets a name that is no address."""
    sent = {"Authorization": f"Bearer {TOKEN}", "Host": host}
    answer = writing.post("/graphs", data="", content_type="text/turtle", headers=sent)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
