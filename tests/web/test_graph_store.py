"""`/graphs` speaks the Graph Store HTTP Protocol."""

import io
import json
import threading
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph_service.formats import RDF_FORMATS, Format
from graph_service.graph.store import GraphStore
from tests.web.conftest import TOKEN

RIGHT = {"Authorization": f"Bearer {TOKEN}"}
TTL = "text/turtle"
GRAPH = "http://e/g"
AT = f"/graphs?graph={quote(GRAPH, safe='')}"
TRIPLES = [
    ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("一")),
    ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.NamedNode("http://e/o")),
]
TURTLE = "<http://e/s> <http://e/p> '一', <http://e/o> ."


def put(
    client: FlaskClient, body: str | bytes = TURTLE, kind: str | None = TTL, at: str = AT
) -> TestResponse:
    """Put a graph in place of what was there."""
    return client.put(at, data=body, content_type=kind, headers=RIGHT)


def read(client: FlaskClient, at: str = AT, format_: Format = RDF_FORMATS["nt"]) -> set[str]:
    """Return the triples of a graph; nothing where there is none."""
    answer = client.get(at, headers={"Accept": format_.media_type})
    assert answer.status_code in {200, 404}
    assert format_.rdf
    return (
        {str(q.triple) for q in ox.parse(answer.data, format=format_.rdf)}
        if answer.status_code == 200
        else set()
    )


WHOLE = {str(triple) for triple in TRIPLES}


def test_a_graph_is_put_read_added_to_and_deleted(writing: FlaskClient) -> None:
    """201 where there was none, 204 where it took the place of another, 200 where it was added to or deleted."""
    assert put(writing).status_code == 201
    assert read(writing) == WHOLE
    assert put(writing, "<http://e/a> <http://e/p> 1 .").status_code == 204
    assert len(read(writing)) == 1
    assert writing.post(AT, data=TURTLE, content_type=TTL, headers=RIGHT).status_code == 200
    assert len(read(writing)) == 3
    assert writing.delete(AT, headers=RIGHT).status_code == 200
    assert [writing.open(AT, method=m, headers=RIGHT).status_code for m in ("GET", "HEAD", "DELETE")] == [
        404
    ] * 3


@pytest.mark.parametrize("format_", RDF_FORMATS.values(), ids=list(RDF_FORMATS))
def test_every_format_is_read_and_written(writing: FlaskClient, format_: Format) -> None:
    """What is put in a format is had in all of them."""
    body = ox.serialize(TRIPLES, format=format_.rdf)
    assert body
    for kind in format_.media_types:
        put(writing, body, f"{kind}; charset=UTF-8")
        assert all(read(writing, format_=other) == WHOLE for other in RDF_FORMATS.values())
        writing.delete(AT, headers=RIGHT)


def test_what_was_written_is_there_when_the_answer_comes(writing: FlaskClient) -> None:
    """The answer to a write names the snapshot that has it."""
    made = put(writing)
    assert made.headers["Location"] == f"http://localhost/graphs?graph={quote(GRAPH, safe='')}"
    assert json.loads(made.text) == {"graph": GRAPH}
    assert writing.get(AT).headers["Snapshot"] == made.headers["Snapshot"]


def test_the_default_graph_is_never_missing(writing: FlaskClient) -> None:
    """Deleting it leaves it empty; filling it again makes it."""
    assert writing.delete("/graphs?default", headers=RIGHT).status_code == 200
    assert writing.get("/graphs?default").status_code == 200
    assert read(writing, "/graphs?default") == set()
    assert put(writing, at="/graphs?default").status_code == 201
    assert put(writing, at="/graphs?default").status_code == 204
    assert read(writing, "/graphs?default") == WHOLE


def test_an_address_is_the_name_of_a_graph(writing: FlaskClient) -> None:
    """Such a graph is had by its address and by its name, which keeps its escapes."""
    address = "/graphs/%E4%B8%80/a%2Fb.ttl"
    made = put(writing, at=address)
    name = f"http://localhost{address}"
    assert made.headers["Location"] == json.loads(made.text)["graph"] == name
    assert read(writing, address) == WHOLE
    assert read(writing, f"/graphs?graph={quote(name, safe='')}") == WHOLE
    assert writing.get("/graphs/一/a/b.ttl").status_code == 404


def test_a_new_graph_gets_a_name(writing: FlaskClient) -> None:
    """POST to the store alone makes a graph; its name is its address."""
    first, second = (writing.post("/graphs", data=TURTLE, content_type=TTL, headers=RIGHT) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["Location"] != second.headers["Location"]
    assert read(writing, first.headers["Location"].removeprefix("http://localhost")) == WHOLE


def test_an_empty_graph_is_one(writing: FlaskClient) -> None:
    """It is there after it was put, with nothing in it."""
    assert put(writing, "").status_code == 201
    assert (writing.get(AT).status_code, read(writing)) == (200, set())
    assert put(writing, "").status_code == 204


def test_relative_iris_are_resolved_against_the_graph(writing: FlaskClient) -> None:
    """The base of a payload is the name of its graph."""
    put(writing, "<> <#p> <x> .")
    assert read(writing) == {f"<{GRAPH}> <{GRAPH}#p> <http://e/x>"}


def test_blank_nodes_of_two_payloads_are_two(writing: FlaskClient) -> None:
    """What is added does not meet what was there by the accident of a label."""
    put(writing, "_:a <http://e/p> 1 .")
    writing.post(AT, data="_:a <http://e/q> 2 .", content_type=TTL, headers=RIGHT)
    assert len({line.split()[0] for line in read(writing)}) == 2


def test_every_file_of_a_form_is_added(writing: FlaskClient) -> None:
    """By the type of each part, or by what its file is called."""
    files = [
        (io.BytesIO(b"<http://e/s> <http://e/p> <http://e/o> ."), "a.ttl", "application/octet-stream"),
        (io.BytesIO("<http://e/s> <http://e/p> '一' .".encode()), "b", f"{TTL}; charset=utf-8"),
    ]
    data = {"one": files[0], "two": files[1]}
    assert writing.post(AT, data=data, headers=RIGHT).status_code == 201
    assert read(writing) == WHOLE


BAD = "<http://e/s> <http://e/p> 1 .\n<http://e/s> <http://e/p> nonsense ."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BAD, TTL),
        ("<http://e/s> <http://e/p> <http://e/o>\n<", "application/n-triples"),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<rdf:Description>",
            "application/rdf+xml",
        ),
        ('{"@id":\n nonsense}', "application/ld+json"),
        (b"<http://e/s> <http://e/p> '\xff' .", TTL),
    ],
    ids=["ttl", "nt", "rdf", "jsonld", "utf-8"],
)
def test_bad_rdf_is_refused_with_its_place(writing: FlaskClient, body: str | bytes, kind: str) -> None:
    """400 with the line, and the graph stays as it was."""
    put(writing)
    for method in ("PUT", "POST"):
        answer = writing.open(AT, method=method, data=body, content_type=kind, headers=RIGHT)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
        assert "line" in json.loads(answer.text)["detail"]
    assert read(writing) == WHOLE


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<http://e/s> <http://e/p> 1 <http://e/other> .", "application/n-quads"),
        ("<http://e/other> { <http://e/s> <http://e/p> 1 }", "application/trig"),
        (
            '{"@id": "http://e/other", "@graph": [{"@id": "http://e/s", "http://e/p": 1}]}',
            "application/ld+json",
        ),
    ],
    ids=["nq", "trig", "jsonld"],
)
@pytest.mark.parametrize("at", [AT, "/graphs?default"])
def test_a_payload_cannot_write_to_another_graph(writing: FlaskClient, body: str, kind: str, at: str) -> None:
    """What names graphs itself is refused."""
    assert writing.post(at, data=body, content_type=kind, headers=RIGHT).status_code == 400
    assert read(writing, "/graphs?graph=http://e/other") == set()


@pytest.mark.parametrize(
    ("method", "at", "kind", "status"),
    [
        ("PUT", "/graphs", TTL, 400),
        ("DELETE", "/graphs", None, 400),
        ("PUT", "/graphs?default&graph=http://e/g", TTL, 400),
        ("PUT", "/graphs?graph=http://e/g&graph=http://e/h", TTL, 400),
        ("PUT", "/graphs?graph=relative", TTL, 400),
        ("GET", "/graphs?graph=http://e/a%20b", None, 400),
        ("PUT", "/graphs/a?default", TTL, 400),
        ("PUT", "/graphs?graph=http://e/%FF", TTL, 400),
        ("PUT", "/graphs?graph=http://e/%00", TTL, 400),
        ("PUT", "/graphs?graph=http://e/%3E%20%7B", TTL, 400),
        ("PUT", AT, None, 415),
        ("PUT", AT, "text/html", 415),
        ("PUT", AT, "text/turtle; charset=gbk", 415),
        ("POST", AT, "multipart/form-data; boundary=x", 400),
        ("PATCH", AT, "application/sparql-update", 405),
        ("GET", "/graphs?graph=http://e/none", None, 404),
    ],
)
def test_a_request_that_cannot_be_met_says_why(
    writing: FlaskClient, method: str, at: str, kind: str | None, status: int
) -> None:
    """Every refusal is a problem with title, status, detail and cure."""
    answer = writing.open(at, method=method, data=TURTLE if kind else None, content_type=kind, headers=RIGHT)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert all(json.loads(answer.text)[key] for key in ("title", "detail", "cure"))


def test_what_nobody_offers_is_refused_with_what_is_offered(writing: FlaskClient) -> None:
    """406 lists the formats of graphs."""
    answer = writing.get("/graphs?default", headers={"Accept": "text/csv"})
    assert answer.status_code == 406
    assert all(f.media_type in answer.text for f in RDF_FORMATS.values())


def test_only_writing_needs_the_token(client: FlaskClient, writing: FlaskClient) -> None:
    """403 where none is configured, 401 without it; reading is free."""
    for method in ("PUT", "POST", "DELETE"):
        asked = {"method": method, "data": TURTLE, "content_type": TTL}
        assert client.open("/graphs?default", **asked).status_code == 403  # type: ignore[arg-type]
        assert writing.open("/graphs?default", **asked).status_code == 401  # type: ignore[arg-type]
    assert client.get("/graphs?default").status_code == 200


def test_an_unchanged_graph_is_not_sent_again(writing: FlaskClient) -> None:
    """304 for its tag, until it is written to."""
    put(writing)
    tag = {"If-None-Match": writing.get(AT).headers["ETag"]}
    assert (writing.get(AT, headers=tag).status_code, writing.get(AT, headers=tag).data) == (304, b"")
    writing.post(AT, data="<a> <b> <c> .", content_type=TTL, headers=RIGHT)
    assert writing.get(AT, headers=tag).status_code == 200


def test_head_has_the_headers_without_the_graph(writing: FlaskClient) -> None:
    """Type and tag are those of GET."""
    put(writing)
    head, got = writing.head(AT), writing.get(AT)
    assert head.data == b""
    assert [head.headers[h] for h in ("Content-Type", "ETag")] == [
        got.headers[h] for h in ("Content-Type", "ETag")
    ]
    assert "Content-Length" not in head.headers


def test_without_a_graph_the_service_describes_itself(writing: FlaskClient) -> None:
    """GET on the store itself says which graphs there are."""
    put(writing)
    assert f"<{GRAPH}>" in writing.get("/graphs", headers={"Accept": TTL}).text


def _threads() -> set[str]:
    """Return the threads there are, but for those that index names and remove old snapshots: they end when they are done."""
    return {thread.name for thread in threading.enumerate()} - {"search index", "sweeper"}


def test_a_large_graph_is_sent_as_it_is_read(writing: FlaskClient, store: GraphStore) -> None:
    """A reader who leaves ends it, and nothing of it goes on."""
    lines = "".join(f"<http://e/s> <http://e/p> {n} .\n" for n in range(20_000))
    put(writing, lines)
    before = _threads()
    answer = writing.get(AT, headers={"Accept": "application/n-triples"}, buffered=False)
    parts = answer.iter_encoded()
    assert next(iter(parts))
    answer.close()
    assert _threads() == before
    assert len(read(writing)) == 20_000
    assert store.snapshot().has_graph(GRAPH)


def test_a_write_can_be_bound_to_what_was_read(writing: FlaskClient) -> None:
    """With a tag of `If-Match` it is made only if nobody has written since; 412 otherwise, and nothing changes."""
    put(writing)
    tag = {**RIGHT, "If-Match": writing.get(AT, headers={"Accept": "application/n-triples"}).headers["ETag"]}
    put(writing, "<a> <b> <c> .")
    for method in ("PUT", "POST", "DELETE"):
        refused = writing.open(AT, method=method, data=TURTLE, content_type=TTL, headers=tag)
        assert (refused.status_code, refused.mimetype) == (412, "application/problem+json")
    assert len(read(writing)) == 1
    tag["If-Match"] = writing.get(AT).headers["ETag"]
    assert writing.put(AT, data=TURTLE, content_type=TTL, headers=tag).status_code == 204


def test_a_graph_can_be_put_only_where_there_is_none_or_one(writing: FlaskClient) -> None:
    """`If-None-Match: *` never replaces, `If-Match: *` never makes."""
    only_new, only_old = {**RIGHT, "If-None-Match": "*"}, {**RIGHT, "If-Match": "*"}

    def status(headers: dict[str, str]) -> int:
        return writing.put(AT, data=TURTLE, content_type=TTL, headers=headers).status_code

    assert [status(only_old), status(only_new), status(only_new), status(only_old)] == [412, 201, 412, 204]


def test_a_small_graph_says_how_long_it_is(writing: FlaskClient) -> None:
    """So that the connection can be kept."""
    put(writing)
    answer = writing.get(AT)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_large_payload_is_taken_wholly_or_not_at_all(writing: FlaskClient) -> None:
    """What is loaded in bulk leaves nothing behind when its last line is bad."""
    lines = "".join(
        f"<http://e/subject/{n}> <http://e/predicate> <http://e/o/{n}> .\n" for n in range(75_000)
    )
    assert len(lines) > 4 * 1024 * 1024
    put(writing)
    refused = writing.post(AT, data=lines + "nonsense", content_type="application/n-triples", headers=RIGHT)
    assert refused.status_code == 400
    assert "line 75001" in json.loads(refused.text)["detail"]
    assert read(writing) == WHOLE
    assert (
        writing.post(AT, data=lines, content_type="application/n-triples", headers=RIGHT).status_code == 200
    )
    assert len(read(writing)) == 75_002
