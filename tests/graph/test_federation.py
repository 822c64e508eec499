"""SERVICE blocks are found, asked and replaced by what was said, so that the query means what it meant."""

import json
from collections.abc import Mapping, Sequence

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError, RemoteError, TooLongError, ZoneGraphError
from graph_service.graph.federation import MOST_CALLS, answered, calls
from tests.graph.factory import BASE

SEVEN = '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
HERE, THERE = "http://a.example/sparql", "https://b.example/q?x=1"
A, B, P, Q = (ox.NamedNode(f"urn:{name}") for name in "abpq")


def remote() -> ox.Store:
    """Return what the endpoint holds."""
    store = ox.Store()
    store.extend([
        ox.Quad(A, Q, ox.Literal("一\n\"二\"")), ox.Quad(A, Q, ox.Literal("eins", language="de")),
        ox.Quad(B, Q, ox.Literal(7)), ox.Quad(B, P, ox.NamedNode(BASE + "x")), ox.Quad(B, P, ox.BlankNode("n")),
    ])  # fmt: skip
    return store


def local() -> ox.Store:
    """Return what is stored here."""
    store = ox.Store()
    store.extend([ox.Quad(A, P, B), ox.Quad(B, P, A), ox.Quad(ox.NamedNode("urn:c"), P, A)])
    return store


class Asked:
    """Answers as an endpoint does, from `remote`, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, endpoint: str, query: str) -> bytes:
        """Return the solutions in JSON."""
        self.asked.append((endpoint, query))
        found = remote().query(query)
        assert isinstance(found, ox.QuerySolutions)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""


def rows(query: str) -> list[tuple[str, ...]]:
    """Return the solutions of a query with SERVICE blocks, sorted; None is written `None`."""
    found = local().query(answered(query, BASE, {HERE, THERE}, Asked()))
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return sorted(tuple(str(row[name]) for name in names) for row in found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s ?v { ?s <urn:p> ?o SERVICE <%s> { ?o <urn:q> ?v } FILTER(isNumeric(?v)) }", [("<urn:a>", SEVEN)]),
        ("SELECT ?s { ?s <urn:p> ?o service#x\n<%s>{ ?o <urn:q> 7 } }", [("<urn:a>",)]),
        ("PREFIX u: <urn:> SELECT ?s { ?s u:p ?o . SERVICE <%s> { SELECT DISTINCT ?o { ?o u:q ?v FILTER(lang(?v) = 'de') } } }", [("<urn:b>",), ("<urn:c>",)]),
        ("SELECT ?s ?v { ?s <urn:p> ?o OPTIONAL { SERVICE <%s> { ?o <urn:q> ?v FILTER(?v = 7) } } } ORDER BY ?s", [("<urn:a>", SEVEN), ("<urn:b>", "None"), ("<urn:c>", "None")]),
        ("SELECT ?s { ?s <urn:p> ?o FILTER NOT EXISTS { SERVICE <%s> { ?o <urn:q> 7 } } }", [("<urn:b>",), ("<urn:c>",)]),
        ("SELECT ?s { ?s <urn:p> ?o SERVICE <%s> { <urn:b> <urn:q> 7 } }", [("<urn:a>",), ("<urn:b>",), ("<urn:c>",)]),
        ("SELECT ?s { ?s <urn:p> ?o SERVICE <%s> { <urn:b> <urn:q> 8 } }", []),
        ("SELECT ?t { SERVICE <%s> { <urn:a> <urn:q> ?t FILTER(CONTAINS(?t, '二')) # } \n } }", [('"一\\n\\"二\\""',)]),
        ("SELECT ?x { SERVICE <%s> { ?s <urn:p> ?x FILTER(?x = <x>) } }", [(f"<{BASE}x>",)]),
        ("SELECT ?a ?b { SERVICE <%s> { { ?a <urn:q> 7 } UNION { ?b <urn:q> 7 } } }", [("<urn:b>", "None"), ("None", "<urn:b>")]),
    ],
)  # fmt: skip
def test_the_query_means_what_it_meant(query: str, expected: list[tuple[str, ...]]) -> None:
    """Blocks in groups, OPTIONAL, EXISTS; sub-selects, strings, comments; unbound variables; no variable at all."""
    assert rows(query % HERE) == expected


def test_other_forms_of_query_may_ask_as_well() -> None:
    asked = Asked()
    text = "PREFIX u: <urn:> CONSTRUCT { ?s u:is ?v } WHERE { SERVICE <%s> { ?s u:q ?v } }" % HERE
    found = local().query(answered(text, BASE, {HERE}, asked))
    assert isinstance(found, ox.QueryTriples)
    assert len(list(found)) == 3
    assert "CONSTRUCT" not in asked.asked[0][1]
    assert bool(local().query(answered(f"ASK {{ SERVICE <{HERE}> {{ }} }}", BASE, {HERE}, Asked())))


def test_the_same_block_is_asked_once_and_others_by_themselves() -> None:
    asked = Asked()
    block = "{ SERVICE <%s> { ?a <urn:q> 7 } }"
    answered(
        "SELECT * { %s UNION %s UNION %s }" % (block % HERE, block % HERE, block % THERE),
        BASE,
        {HERE, THERE},
        asked,
    )
    assert [endpoint for endpoint, _ in asked.asked] == [HERE, THERE]


def test_a_blank_node_becomes_the_same_iri_wherever_it_stands() -> None:
    found = rows("SELECT ?n { SERVICE <%s> { ?s <urn:p> ?n FILTER(isBlank(?n)) } }" % HERE)
    assert found == rows("SELECT ?n { SERVICE <%s> { <urn:b> <urn:p> ?n FILTER(isBlank(?n)) } }" % HERE)
    assert found[0][0].startswith("<https://example.org/.well-known/genid/")


def test_what_follows_a_block_keeps_its_place() -> None:
    """An error of the engine names the line and column that the user wrote."""
    text = "SELECT * {\n SERVICE <%s> {\n  ?a <urn:q> 7\n } ?x ?y }" % HERE
    with pytest.raises(SyntaxError, match=r"4:\d+"):
        local().query(answered(text, BASE, {HERE}, Asked()))
    with pytest.raises(SyntaxError, match=r"4:\d+"):
        ox.Store().query(text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ASK { SERVICE <http://a.example/sparql/> {} }", "no endpoint that may be asked"),
        ("ASK { SERVICE <http://A.example/sparql> {} }", "no endpoint that may be asked"),
        ("ASK { SERVICE <http://a.example/sparq\\u006c> {} }", "no endpoint that may be asked"),
        ("ASK {\n SERVICE ?where {} }", "line 2, column 10: SERVICE is followed by a variable"),
        ("PREFIX a: <http://a.example/> ASK { SERVICE a:sparql {} }", "not by an address"),
        ("ASK { SERVICE SILENT <http://a.example/sparql> {} }", "SILENT"),
        ("ASK { SERVICE <http://a.example/sparql> { SERVICE <http://a.example/sparql> {} } }", "SERVICE within SERVICE"),
        ("ASK { SERVICE <http://a.example/sparql> { ?s ?p 1e5SERVICE<http://a.example/sparql>{} } }", "SERVICE within"),
        ("ASK { SERVICE <http://a.example/sparql> ?x }", "no { pattern }"),
        ("ASK { SERVICE <http://a.example/sparql>", "no { pattern }"),
        ("ASK { SERVICE", "not by an address"),
        ("ASK { SERVICE <http://a.example/sparql> { ", "not closed"),
        ("ASK { SERVICE <http://a.example/sparql> {} } LOAD <http://a.example/sparql>", "would fetch data"),
        ("ASK { SERVICE <http://a.example/sparql> {} . ?x aSERVICE:b 1 }", "would fetch data"),
        ("ASK { SERVICE <http://a.example/sparql> { %s } }" % ("(" * 300), "nest deeper"),
        ("SERVICE <http://a.example/sparql> {}", "none of SELECT"),
        ("ASK { %s }" % " ".join("SERVICE <http://a.example/sparql> { ?s ?p %d }" % n for n in range(MOST_CALLS + 1)), "more than 8"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_before_anybody_is_asked(query: str, said: str) -> None:
    asked = Asked()
    with pytest.raises(QueryError) as caught:
        answered(query, BASE, {HERE, THERE}, asked)
    assert said in caught.value.detail
    assert asked.asked == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { SERVICE <http://x/> {} }", True), ("ASK { service<http://x/>{} }", True),
        ("ASK { ?s ?p 'SERVICE' } # SERVICE", False), ("ASK { ?service ?p <urn:service> }", False),
        ("ASK {}", False), ("#" * 20_000 + "\nASK { SERVICE <http://x/> {} }", False),
    ],
)  # fmt: skip
def test_a_query_that_asks_others_is_known_by_its_keyword(query: str, expected: bool) -> None:
    assert calls(query) is expected


def said(bindings: Sequence[Mapping[str, object]], names: Sequence[object] = ("a",)) -> bytes:
    """Return solutions in JSON."""
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", RemoteError), (b"{}", RemoteError), (b"[" * 100_000, RemoteError), (b"\xff", RemoteError),
        (b'{"head": {}, "boolean": true}', RemoteError), (said([], ["a) {} SERVICE"]), RemoteError),
        (said([], [7]), RemoteError), (said([{"a": {"type": "uri", "value": "no iri> <"}}]), RemoteError),
        (said([{"a": {"type": "triple", "value": {}}}]), RemoteError), (said([{"a": "x"}]), RemoteError),
        (said([{"a": {"type": "literal", "value": "x", "xml:lang": "no language"}}]), RemoteError),
        (said([{"a": {"type": "literal", "value": 7}}]), RemoteError),
        (said([{"a": {"type": "literal", "value": "x" * 1_000_000}}]), TooLongError),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error(answer: bytes, error: type[ZoneGraphError]) -> None:
    """Nothing that an endpoint says gets into the query but terms."""
    with pytest.raises(error):
        answered(f"SELECT * {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}", BASE, {HERE}, lambda *_: answer)


def test_terms_are_written_so_that_they_stay_what_they_are() -> None:
    value = "\"'\\ \n\r\t } SERVICE <http://evil.example/> { \u2028 𠀀"
    bindings = [{"a": {"type": "literal", "value": value}}]
    text = answered(
        f"SELECT * {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}", BASE, {HERE}, lambda *_: said(bindings)
    )
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    assert next(iter(found))["a"] == ox.Literal(value)
