"""Queries: what is refused, how variables are bound, what answers look like."""

import json

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError, UsageError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from graph_service.graph.sparql import among, bind, refuse
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
def test_query_calls_another_server(snapshot: Snapshot, query: str) -> None:
    """A query that calls another server is refused."""
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
def test_words_inside_strings_names(snapshot: Snapshot, query: str) -> None:
    """The words inside strings names comments and variables are no calls."""
    assert snapshot.query(query).rows() == []


def test_brackets_nest_too_deep() -> None:
    """Brackets that nest too deep are refused before the engine sees them."""
    refuse("SELECT * " + "{" * 100 + "}" * 100)
    with pytest.raises(QueryError) as caught:
        refuse("SELECT * { FILTER(" + "(" * 5000)
    assert "deeper" in caught.value.detail


def test_query_does_parse_says(snapshot: Snapshot) -> None:
    """A query that does not parse says where."""
    with pytest.raises(QueryError) as caught:
        snapshot.query("SELECT *\n{ ?s ?p }", bindings={"s": A})
    assert caught.value.detail.startswith("line 2, column ")
    assert "PREFIX" in caught.value.cure


def test_unknown_function_error_crash(snapshot: Snapshot) -> None:
    """An unknown function is an error and no crash."""
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
def test_bound_variable_holds_whole(snapshot: Snapshot, query: str) -> None:
    """A bound variable holds in the whole query projected or not."""
    if "FROM" in query:
        assert snapshot.query(query, bindings={"s": A}).rows() == []
        return
    values = {str(row["o"]) for row in snapshot.query(query, bindings={"s": A}).rows()}
    if "COUNT" in query:
        assert values == {str(ox.Literal(1))}
    else:
        assert values == {'"甲"'}


def test_two_variables_bound_together(snapshot: Snapshot) -> None:
    """Two variables are bound together."""
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
def test_graphs_built_described_bound(snapshot: Snapshot, query: str) -> None:
    """Graphs are built and described for the bound term alone."""
    subjects = {row["subject"] for row in snapshot.query(query, bindings={"s": A}).rows()}
    assert subjects == (set() if "FROM" in query else {A})


def test_term_looks_like_sparql(snapshot: Snapshot) -> None:
    """A term that looks like SPARQL stays a term."""
    evil = ox.Literal('"} } DROP ALL # \\ \n')
    assert snapshot.query("SELECT ?o { ?s ?p ?o }", bindings={"o": evil}).rows() == []
    echoed = snapshot.query("SELECT ?x { BIND(?o AS ?x) }", bindings={"o": evil}).rows()
    assert echoed == [{"x": evil}]


@pytest.mark.parametrize("name", ["a b", "?s", "", "1a", "s}"])
def test_impossible_variable_error(name: str) -> None:
    """An impossible variable is an error."""
    with pytest.raises(QueryError):
        bind("SELECT * { ?s ?p ?o }", {name: A})


def test_query_without_where_cannot() -> None:
    """A query without WHERE cannot be bound."""
    with pytest.raises(QueryError) as caught:
        bind("DESCRIBE <http://example.org/a>", {"s": A})
    assert "WHERE" in caught.value.cure


def test_named_graphs_alone_leave(snapshot: Snapshot) -> None:
    """Named graphs alone leave the default graph empty."""
    everything = "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert len(snapshot.query(everything).rows()) == 4
    assert snapshot.query(everything, named_graphs=[G.value]).rows() == [{"s": A, "g": G}]


def test_default_graphs_merged_hide(snapshot: Snapshot) -> None:
    """Default graphs are merged and hide the named."""
    answer = snapshot.query(
        "SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", default_graphs=[G.value, H.value]
    )
    assert {(row["s"], row["g"]) for row in answer.rows()} == {(A, None), (B, None)}


def test_graph_iri_error(snapshot: Snapshot) -> None:
    """A graph that is no IRI is an error."""
    with pytest.raises(QueryError):
        snapshot.query("ASK {}", default_graphs=["not an iri"])


def test_answers_say_what_they(snapshot: Snapshot) -> None:
    """Answers say what they are."""
    solutions = snapshot.query("SELECT ?b ?a { ?a ?p ?b }")
    assert (solutions.kind, solutions.columns) == ("solutions", ["b", "a"])
    assert snapshot.query("ASK {}").kind == "boolean"
    assert snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").kind == "graph"


def test_rows_none_where_variable(snapshot: Snapshot) -> None:
    """Rows have none where a variable is unbound."""
    assert snapshot.query("SELECT ?s ?x { BIND(1 AS ?s) }").rows()[0]["x"] is None


@pytest.mark.parametrize("name", list(RESULT_FORMATS))
def test_solutions_truth_written_every(snapshot: Snapshot, name: str) -> None:
    """Solutions and truth are written in every format of results."""
    assert "甲" in snapshot.query("SELECT ?o { ?s ?p ?o }").serialize(by_name(name)).decode()
    assert "true" in snapshot.query("ASK { ?s ?p ?o }").serialize(by_name(name)).decode()


@pytest.mark.parametrize("name", list(RDF_FORMATS))
def test_graphs_written_every_format(snapshot: Snapshot, name: str) -> None:
    """Graphs are written in every format of graphs."""
    written = snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize(by_name(name))
    format_ = by_name(name).rdf
    assert {q.object.value for q in ox.parse(written, format=format_)} == {"甲", "乙"}


def test_json_columns_values(snapshot: Snapshot) -> None:
    """Json has the columns and values."""
    written = snapshot.query("SELECT ?o { <http://example.org/a> ?p ?o }").serialize(by_name("json"))
    assert json.loads(written) == {
        "head": {"vars": ["o"]},
        "results": {"bindings": [{"o": {"type": "literal", "value": "甲"}}]},
    }


def test_format_other_sort_refused(snapshot: Snapshot) -> None:
    """A format of the other sort is refused with the choices."""
    with pytest.raises(UsageError) as caught:
        snapshot.query("SELECT ?s { ?s ?p ?o }").serialize(by_name("ttl"))
    assert "json" in caught.value.cure
    with pytest.raises(UsageError):
        snapshot.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize(by_name("csv"))


def test_answer_read_once(snapshot: Snapshot) -> None:
    """An answer is read once."""
    answer = snapshot.query("SELECT ?s { ?s ?p ?o }")
    assert answer.rows()
    with pytest.raises(QueryError):
        answer.rows()


def test_answer_ask_rows(snapshot: Snapshot) -> None:
    """The answer to ask has no rows."""
    with pytest.raises(UsageError):
        snapshot.query("ASK {}").rows()


def test_variables_are_bound_inside_groups_that_are_planned_by_themselves() -> None:
    """GRAPH groups, branches of unions and sub-selects that give the variable; options, filters and hidden variables are left alone."""
    query = (
        "SELECT * { GRAPH ?g { ?s ?p ?o OPTIONAL { GRAPH ?h { ?s ?q ?r } } } GRAPH ?k { ?a ?b ?c } "
        "{ GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } { SELECT ?s (SUM(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s } "
        "{ SELECT ?p { ?s ?p ?o } } FILTER EXISTS { GRAPH ?x { ?s ?y ?z } } }"
    )
    bound = bind(query, {"s": ox.NamedNode("urn:s")})
    values = "VALUES (?s) { (<urn:s>) }"
    assert bound.count(values) == 6
    assert f"(SUM(?o) AS ?n) {{ {values}  ?s ?p ?o }} GROUP BY" in bound
    assert "SELECT ?p { ?s ?p ?o }" in bound
    assert f"GRAPH ?g {{ {values}  ?s ?p ?o OPTIONAL" in bound
    graphs = [("urn:s", "urn:g0"), ("urn:t", "urn:g1")]
    quads = [
        ox.Quad(ox.NamedNode(s), ox.NamedNode("urn:p"), ox.Literal(1), ox.NamedNode(g)) for s, g in graphs
    ]
    answer = Snapshot.of(quads, "urn:").query(
        "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", bindings={"s": ox.NamedNode("urn:s")}
    )
    assert [row["g"] for row in answer.rows()] == [ox.NamedNode("urn:g0")]


def test_rows_of_values_are_bound_together() -> None:
    """A group sees those of its variables, each value once; pairs that are no row of the values are not found."""
    s, t, one, two = (ox.NamedNode(f"urn:{name}") for name in ("s", "t", "one", "two"))
    graph, p = ox.NamedNode("urn:g"), ox.NamedNode("urn:p")
    snapshot = Snapshot.of([ox.Quad(a, p, b, graph) for a in (s, t) for b in (one, two)], "urn:")
    query = "SELECT ?a ?b { GRAPH ?g { ?a ?p ?x } GRAPH ?h { ?a ?p ?b } } ORDER BY ?a ?b ?x"
    bound = among(query, ("a", "b"), [(s, one), (s, two), (t, two)])
    assert "GRAPH ?g { VALUES (?a) { (<urn:s>) (<urn:t>) }" in bound
    found = [(row["a"], row["b"]) for row in snapshot.query(bound).rows()]
    assert found == [(s, one), (s, one), (s, two), (s, two), (t, two), (t, two)]
