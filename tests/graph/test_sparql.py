"""Queries: what is refused, how variables are bound, what answers look like."""

import json

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError, UsageError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from graph_service.graph.sparql import bind, refuse
from graph_service.graph.store import Snapshot
from tests.graph.factory import BASE

EX = "http://example.org/"
A, B, P, Q = (ox.NamedNode(EX + name) for name in "abpq")
G, H = ox.NamedNode(EX + "g"), ox.NamedNode(EX + "h")


@pytest.fixture
def snapshot() -> Snapshot:
    """Two triples in the default graph, one in each of two others."""
    quads = [
        ox.Quad(A, P, ox.Literal("甲")),
        ox.Quad(B, P, ox.Literal("乙")),
        ox.Quad(A, Q, B, G),
        ox.Quad(B, Q, A, H),
    ]
    return Snapshot.of(quads, BASE)


CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { SERVICE#note\n<http://127.0.0.1:9/> {} }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x{} }",
    "SELECT * { ?s ?p 1e5SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { ?s ?p 'a'SERVICE<http://127.0.0.1:9/>{} }",
    "PREFIX e: <http://e/> SELECT * { ?s ?p e:a\\' . SERVICE <http://127.0.0.1:9/> {} # '\n}",
    "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> {} } }",
    "SELECT * { ?a <http://x/'> ?b . SERVICE <http://127.0.0.1:9/> {} FILTER(?b = 'x') }",
    "SELECT * { FILTER(?a<?b) SERVICE ?x {} FILTER(?c>?d) }",
    "LOAD <http://127.0.0.1:9/>",
]


@pytest.mark.parametrize("query", CALLS)
def test_a_query_that_calls_another_server_is_refused(snapshot: Snapshot, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        snapshot.query(query)
    assert "another server" in caught.value.detail
    assert caught.value.cure


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x/>' }",
        'SELECT * { ?s ?p """a " SERVICE \n LOAD""" }',
        "SELECT * { ?s <http://example.org/SERVICE> ?load } # SERVICE",
        "PREFIX e: <http://e/> SELECT ?service { ?service e:load 'x'@en , e:p\\#q }",
        "SELECT * { _:service ?p '''it's a ''load''' }",
    ],
)
def test_the_words_inside_strings_names_comments_and_variables_are_no_calls(
    snapshot: Snapshot, query: str
) -> None:
    assert snapshot.query(query).rows() == []


def test_brackets_that_nest_too_deep_are_refused_before_the_engine_sees_them() -> None:
    refuse("SELECT * " + "{" * 100 + "}" * 100)
    with pytest.raises(QueryError) as caught:
        refuse("SELECT * { FILTER(" + "(" * 5000)
    assert "deeper" in caught.value.detail


def test_a_query_that_does_not_parse_says_where(snapshot: Snapshot) -> None:
    with pytest.raises(QueryError) as caught:
        snapshot.query("SELECT *\n{ ?s ?p }", bindings={"s": A})
    assert caught.value.detail.startswith("line 2, column ")
    assert "PREFIX" in caught.value.cure


def test_an_unknown_function_is_an_error_and_no_crash(snapshot: Snapshot) -> None:
    with pytest.raises(QueryError) as caught:
        snapshot.query("SELECT (<http://x/f>(1) AS ?x) {}").rows()
    assert "http://x/f" in caught.value.detail


BOUND = [
    "SELECT ?o { ?s ?p ?o }",
    "select ?o where { ?s ?p ?o }",
    "SELECT ?o FROM <http://none/> { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?o) { ?s ?p ?x }",
    "SELECT (EXISTS { ?x ?y ?z } AS ?e) ?o WHERE { ?s ?p ?o }",
    "SELECT ?o # { not here\n WHERE { # nor { here\n ?s ?p ?o }",
    "SELECT ?o { { SELECT ?s ?o { ?s ?p ?o } } }",
    "SELECT ?o { SELECT ?o { ?s ?p ?o } }",
    "SELECT ?o { { ?s ?p ?o } UNION { ?s ?p ?o } }",
    "SELECT ?o { OPTIONAL { ?s ?p ?o } }",
    "PREFIX where: <http://x/where> SELECT ?o { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", BOUND)
def test_a_bound_variable_holds_in_the_whole_query_projected_or_not(snapshot: Snapshot, query: str) -> None:
    if "FROM" in query:
        assert snapshot.query(query, bindings={"s": A}).rows() == []
        return
    values = {str(row["o"]) for row in snapshot.query(query, bindings={"s": A}).rows()}
    if "COUNT" in query:
        assert values == {str(ox.Literal(1))}
    else:
        assert values == {'"甲"'}


def test_two_variables_are_bound_together(snapshot: Snapshot) -> None:
    assert not snapshot.query(
        "ASK { ?s <http://example.org/p> ?o }", bindings={"s": A, "o": ox.Literal("乙")}
    )
    assert snapshot.query(
        "ASK WHERE { ?s <http://example.org/p> ?o }", bindings={"s": A, "o": ox.Literal("甲")}
    )


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s <http://x/says> ?o } WHERE { ?s <http://example.org/p> ?o }",
        "CONSTRUCT WHERE { ?s <http://example.org/p> ?o }",
        "CONSTRUCT FROM <urn:none> WHERE { ?s <http://example.org/p> ?o }",
        "DESCRIBE ?s WHERE { ?s <http://example.org/p> ?o }",
    ],
)
def test_graphs_are_built_and_described_for_the_bound_term_alone(snapshot: Snapshot, query: str) -> None:
    subjects = {row["subject"] for row in snapshot.query(query, bindings={"s": A}).rows()}
    assert subjects == (set() if "FROM" in query else {A})


def test_a_term_that_looks_like_sparql_stays_a_term(snapshot: Snapshot) -> None:
    evil = ox.Literal('"} } DROP ALL # \\ \n')
    assert snapshot.query("SELECT ?o { ?s ?p ?o }", bindings={"o": evil}).rows() == []
    echoed = snapshot.query("SELECT ?x { BIND(?o AS ?x) }", bindings={"o": evil}).rows()
    assert echoed == [{"x": evil}]


@pytest.mark.parametrize("name", ["a b", "?s", "", "1a", "s}"])
def test_an_impossible_variable_is_an_error(name: str) -> None:
    with pytest.raises(QueryError):
        bind("SELECT * { ?s ?p ?o }", {name: A})


def test_a_query_without_where_cannot_be_bound() -> None:
    with pytest.raises(QueryError) as caught:
        bind("DESCRIBE <http://example.org/a>", {"s": A})
    assert "WHERE" in caught.value.cure


def test_named_graphs_alone_leave_the_default_graph_empty(snapshot: Snapshot) -> None:
    everything = "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert len(snapshot.query(everything).rows()) == 4
    assert snapshot.query(everything, named_graphs=[G.value]).rows() == [{"s": A, "g": G}]


def test_default_graphs_are_merged_and_hide_the_named(snapshot: Snapshot) -> None:
    answer = snapshot.query(
        "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", default_graphs=[G.value, H.value]
    )
    assert {(row["s"], row["g"]) for row in answer.rows()} == {(A, None), (B, None)}


def test_a_graph_that_is_no_iri_is_an_error(snapshot: Snapshot) -> None:
    with pytest.raises(QueryError):
        snapshot.query("ASK {}", default_graphs=["not an iri"])


def test_answers_say_what_they_are(snapshot: Snapshot) -> None:
    solutions = snapshot.query("SELECT ?b ?a { ?a ?p ?b }")
    assert (solutions.kind, solutions.columns) == ("solutions", ["b", "a"])
    assert snapshot.query("ASK {}").kind == "boolean"
    assert snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").kind == "graph"


def test_rows_have_none_where_a_variable_is_unbound(snapshot: Snapshot) -> None:
    assert snapshot.query("SELECT ?s ?x { BIND(1 AS ?s) }").rows()[0]["x"] is None


@pytest.mark.parametrize("name", list(RESULT_FORMATS))
def test_solutions_and_truth_are_written_in_every_format_of_results(snapshot: Snapshot, name: str) -> None:
    assert "甲" in snapshot.query("SELECT ?o { ?s ?p ?o }").serialize(by_name(name)).decode()
    assert "true" in snapshot.query("ASK { ?s ?p ?o }").serialize(by_name(name)).decode()


@pytest.mark.parametrize("name", list(RDF_FORMATS))
def test_graphs_are_written_in_every_format_of_graphs(snapshot: Snapshot, name: str) -> None:
    written = snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize(by_name(name))
    format_ = by_name(name).rdf
    assert {q.object.value for q in ox.parse(written, format=format_)} == {"甲", "乙"}


def test_json_has_the_columns_and_values(snapshot: Snapshot) -> None:
    written = snapshot.query("SELECT ?o { <http://example.org/a> ?p ?o }").serialize(by_name("json"))
    assert json.loads(written) == {
        "head": {"vars": ["o"]},
        "results": {"bindings": [{"o": {"type": "literal", "value": "甲"}}]},
    }


def test_a_format_of_the_other_sort_is_refused_with_the_choices(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError) as caught:
        snapshot.query("SELECT ?s { ?s ?p ?o }").serialize(by_name("ttl"))
    assert "json" in caught.value.cure
    with pytest.raises(UsageError):
        snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize(by_name("csv"))


def test_an_answer_is_read_once(snapshot: Snapshot) -> None:
    answer = snapshot.query("SELECT ?s { ?s ?p ?o }")
    assert answer.rows()
    with pytest.raises(QueryError):
        answer.rows()


def test_the_answer_to_ask_has_no_rows(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError):
        snapshot.query("ASK {}").rows()
