"""`/sparql` speaks the SPARQL 1.1 Protocol."""

import json
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph_service.graph.store import GraphStore
from graph_service.identity import prospects_graph
from tests.graph.factory import BASE

ZG = "PREFIX zg: <https://w3id.org/zonegraph/ont#> "
MOVED = ZG + "SELECT ?who ?place { ?who zg:relocatedTo ?place }"
GRAPH = ZG + "CONSTRUCT { ?s zg:relocatedTo ?o } WHERE { ?s zg:relocatedTo ?o }"


def get(client: FlaskClient, query: str, accept: str | None = None, **parameters: str) -> TestResponse:
    """Ask by GET."""
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql?" + urlencode({"query": query, **parameters}), headers=headers)


def count(answer: str) -> int:
    """Return how many solutions an answer in JSON has."""
    return len(json.loads(answer)["results"]["bindings"])


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (MOVED, None, "application/sparql-results+json"),
        (MOVED, "application/json", "application/json"),
        (MOVED, "application/sparql-results+xml", "application/sparql-results+xml"),
        (MOVED, "text/csv", "text/csv"),
        (MOVED, "text/tab-separated-values", "text/tab-separated-values"),
        ("ASK { ?s ?p ?o }", "*/*", "application/sparql-results+json"),
        (GRAPH, None, "text/turtle"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/rdf+xml;q=0.9, text/turtle;q=0.2", "application/rdf+xml"),
        (
            GRAPH,
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
            "application/ld+json",
        ),
    ],
)
def test_answers_come_in_the_format_that_is_accepted(
    client: FlaskClient, query: str, accept: str, media_type: str
) -> None:
    """Results and graphs each have their formats, JSON and Turtle where nothing is asked for."""
    answer = get(client, query, accept)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Vary"] == "Accept, Accept-Language"


def test_graphs_parse_as_what_they_say_they_are(client: FlaskClient) -> None:
    """Every format of graphs holds the same triples."""
    counts = {
        len(
            list(
                ox.parse(get(client, GRAPH, media_type).data, format=ox.RdfFormat.from_media_type(media_type))
            )
        )
        for media_type in (
            "text/turtle",
            "application/n-triples",
            "application/rdf+xml",
            "application/ld+json",
        )
    }
    assert counts == {2}


def test_a_query_comes_by_get_by_form_and_as_it_is(client: FlaskClient) -> None:
    """The three ways of the protocol give the same rows."""
    form = client.post("/sparql", data={"query": MOVED})
    bare = client.post("/sparql", data=MOVED, content_type="application/sparql-query")
    assert count(get(client, MOVED).text) == count(form.text) == count(bare.text) == 2


def test_a_dataset_of_the_request_is_the_whole_dataset(client: FlaskClient) -> None:
    """Default and named graphs of the protocol replace those of the store, in each way of asking."""
    prospects = prospects_graph(BASE)
    named = ZG + "SELECT ?who { GRAPH ?g { ?who zg:relocatedTo ?place } }"
    assert count(get(client, MOVED, **{"default-graph-uri": prospects}).text) == 1
    assert count(get(client, MOVED, **{"named-graph-uri": prospects}).text) == 0
    assert count(get(client, named, **{"named-graph-uri": prospects}).text) == 1
    assert count(client.post("/sparql", data={"query": MOVED, "default-graph-uri": prospects}).text) == 1
    address = "/sparql?" + urlencode({"default-graph-uri": prospects})
    assert count(client.post(address, data=MOVED, content_type="application/sparql-query").text) == 1


def test_parameters_that_libraries_add_change_nothing(client: FlaskClient) -> None:
    """SPARQLWrapper sends format, output and results; a format that does not fit the answer is not meant."""
    assert get(client, MOVED, "text/csv", output="xml", results="x", format="nonsense").mimetype == "text/csv"
    assert get(client, GRAPH, "text/turtle", format="xml").mimetype == "text/turtle"
    assert get(client, MOVED, "text/html", format="tsv").mimetype == "text/tab-separated-values"


@pytest.mark.parametrize(
    ("method", "address", "body", "media_type", "status"),
    [
        ("POST", "/sparql", "", "application/x-www-form-urlencoded", 400),
        ("POST", "/sparql", "SELECT", "text/plain", 415),
        ("POST", "/sparql", b"SELECT \xff", "application/sparql-query", 400),
        ("GET", "/sparql?query=a&query=b", None, None, 400),
        ("GET", "/sparql?query=SELECT+nonsense", None, None, 400),
        ("GET", "/sparql?query=ASK+%7B+SERVICE+%3Chttp://127.0.0.1/%3E+%7B%7D+%7D", None, None, 400),
        ("GET", "/sparql?query=ASK+%7B%7D&default-graph-uri=nonsense", None, None, 400),
        ("PUT", "/sparql", None, None, 405),
    ],
)
def test_a_bad_request_says_what_is_wrong_and_how_to_cure_it(
    client: FlaskClient, method: str, address: str, body: str | None, media_type: str | None, status: int
) -> None:
    """Every refusal is a problem with title, status, detail and cure."""
    answer = client.open(address, method=method, data=body, content_type=media_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    said = json.loads(answer.text)
    assert said["status"] == status
    assert all(said[key] for key in ("title", "detail", "cure"))


def test_a_syntax_error_names_its_place(client: FlaskClient) -> None:
    """The line of the fault is in the detail."""
    assert "line 2" in json.loads(get(client, "SELECT ?s\nWHERE nonsense").text)["detail"]


def test_what_nobody_offers_is_refused_with_what_is_offered(client: FlaskClient) -> None:
    """406 lists the formats of this very answer."""
    results, graph = get(client, MOVED, "image/png"), get(client, GRAPH, "text/csv")
    assert (results.status_code, graph.status_code) == (406, 406)
    assert "text/csv" in results.text
    assert "text/csv" not in graph.text.partition("cure")[2]
    assert "text/turtle" in graph.text


def test_allow_names_the_methods(client: FlaskClient) -> None:
    """405 and OPTIONS say what is allowed."""
    assert {"GET", "POST"} <= set(client.put("/sparql").headers["Allow"].split(", "))
    assert {"GET", "POST"} <= set(client.options("/sparql").headers["Allow"].split(", "))


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    """The tag of an answer gives 304 for the same format and none for another."""
    first = get(client, MOVED)
    again = client.get(first.request.full_path, headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(
        first.request.full_path, headers={"If-None-Match": first.headers["ETag"], "Accept": "text/csv"}
    )
    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    assert again.headers["ETag"] == first.headers["ETag"]


def test_head_has_the_headers_without_the_answer(client: FlaskClient) -> None:
    """HEAD gives the tag and the type of GET."""
    head = client.head("/sparql?" + urlencode({"query": MOVED}))
    assert (head.status_code, head.data, head.mimetype) == (200, b"", "application/sparql-results+json")


def test_without_a_query_the_service_describes_itself(client: FlaskClient) -> None:
    """Programs get RDF, people a form."""
    described = client.get("/sparql", headers={"Accept": "text/turtle"})
    triples = list(ox.parse(described.data, format=ox.RdfFormat.TURTLE))
    assert any(
        t.object.value.endswith("SPARQL11Query") for t in triples if isinstance(t.object, ox.NamedNode)
    )
    assert "<textarea" in client.get("/sparql", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("query", [MOVED, GRAPH, "ASK { ?s ?p ?o }", ZG + "SELECT * { ?q zg:value ?v }"])
def test_people_see_answers_as_a_page(client: FlaskClient, query: str) -> None:
    """Solutions are a table with labels, a graph is Turtle, ASK is yes or no."""
    page = get(client, query, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8").text
    assert page.count("<h1") == 1
    assert {MOVED: "临江市", GRAPH: "zg:relocatedTo"}.get(query, "<h2") in page


def test_an_answer_names_its_snapshot_and_can_be_had_of_it_again(
    client: FlaskClient, store: GraphStore
) -> None:
    """`?snapshot=` gives the same rows after the graph has changed, to keep for ever; a page after the other."""
    before = get(client, MOVED)
    pin = before.headers["Snapshot"]
    store.write(lambda writing: writing.update("CLEAR ALL"))
    assert get(client, MOVED).headers["Snapshot"] != pin
    again = get(client, MOVED, snapshot=pin)
    assert (again.data, again.headers["Snapshot"]) == (before.data, pin)
    assert "immutable" in again.headers["Cache-Control"]
    assert before.headers["Cache-Control"] == "no-cache"
    assert count(get(client, MOVED).text) == 0
    assert client.post("/sparql", data={"query": MOVED, "snapshot": pin}).data == before.data


@pytest.mark.parametrize(
    ("name", "status"),
    [("000099-00000000", 404), ("nonsense", 400), ("../000001-00000000", 400), ("\0", 400)],
)
def test_a_snapshot_that_is_gone_is_not_found(client: FlaskClient, name: str, status: int) -> None:
    """And what names none is no name; each with how to begin again."""
    answer = get(client, MOVED, snapshot=name)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert "snapshot" in answer.text


def test_a_query_by_query_is_as_good_as_by_get(client: FlaskClient) -> None:
    """RFC 10008: safe, so its answer has a tag, which is the tag of this very body."""
    first = client.open("/sparql", method="QUERY", data=MOVED, content_type="application/sparql-query")
    assert count(first.text) == 2
    tag = {"If-None-Match": first.headers["ETag"]}
    for query, status in ((MOVED, 304), (MOVED + " LIMIT 1", 200)):
        again = client.open(
            "/sparql", method="QUERY", data=query, content_type="application/sparql-query", headers=tag
        )
        assert again.status_code == status


def test_answers_by_chance_or_by_the_clock_have_no_tag(client: FlaskClient) -> None:
    """Nobody may keep them."""
    answer = get(client, "SELECT (NOW() AS ?now) (RAND() AS ?chance) {}")
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_long_answer_is_shown_in_part_and_says_so(client: FlaskClient) -> None:
    """Rows and triples; the download has all of it."""
    rows = get(client, "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 1500", "text/html", lang="en").text
    assert "first 1000 rows" in rows
    assert rows.count("<tr") == 1001
    many = (
        "CONSTRUCT { ?s ?p ?x } WHERE { ?s ?p ?o . ?a ?b ?c BIND(CONCAT(STR(?o), STR(?c), STR(?a)) AS ?x) }"
    )
    assert "Only the beginning" in get(client, many, "text/html", lang="en").text
    assert "Only the" not in get(client, MOVED, "text/html", lang="en").text
