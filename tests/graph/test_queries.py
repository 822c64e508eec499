"""Every named query: no plan known to be slow, an order for all its columns, and values that want to break it."""

from contextlib import suppress
from dataclasses import replace

import pyoxigraph as ox
import pytest

from graph_service.errors import NotFoundError, UsageError
from graph_service.graph import bind_join
from graph_service.graph.bind_join import BindJoin
from graph_service.graph.leafing import Leafing
from graph_service.graph.named import NamedQueries, NamedQuery, ask_here, load
from graph_service.graph.paging import WHOLE, Page
from graph_service.graph.store import Snapshot, open_reader
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import Settings
from tests.graph.plans import anchors, faults

QUERIES = list(load())
NAMED = pytest.mark.parametrize("query", QUERIES, ids=[query.name for query in QUERIES])
HOSTILE = (
    '"} DROP ALL; { "', "{", "}", "?x", "https://example.org/a b", "<https://example.org/x>", "\\", "\n", "'\"'", "a" * 10_000,
    "* { ?s ?p ?o } #", "https://example.org/x> } INSERT DATA { <a:a", "德广信' OR 1=1", "%00", "\u0000",
)  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The graph of the bundled documents, and of two that contradict each other."""
    folder = tmp_path_factory.mktemp("all")
    for number, value in enumerate(("862亿元", "926亿元")):
        said = f"云岭经济开发区稳步发展。2022年，云岭经济开发区实现工业总产值{value}。"
        (folder / f"{number}.txt").write_text(said, "utf-8")
    ingest([resource("data", "documents"), *sorted(folder.glob("*.txt"))], Settings(store=folder / "store"))
    with open_reader(folder / "store") as reader:
        return reader.snapshot()


@pytest.fixture(scope="module")
def named() -> NamedQueries:
    return load()


@NAMED
def test_no_plan_is_known_to_be_slow(query: NamedQuery) -> None:
    """Whatever parameters are given."""
    some = ox.NamedNode("urn:some")
    for bound in ({}, {p.binds: some for p in query.parameters}):
        assert faults(query.written(bound)) == []


@pytest.mark.parametrize(
    ("sparql", "says"),
    [
        ("SELECT * WHERE { ?a ?b ?c OPTIONAL { ?a ?d ?e } ?a ?f ?g }", "after OPTIONAL"),
        (
            "SELECT * WHERE { GRAPH ?g { ?a ?b ?c . OPTIONAL { ?a ?d ?e } FILTER(?e > 1) ?a ?f ?h } }",
            "after OPTIONAL",
        ),
        ("SELECT * WHERE { ?a ?b ?c . OPTIONAL { ?a ?d ?e } GRAPH ?g { ?a ?f ?h } }", "after OPTIONAL"),
        ("SELECT * WHERE { ?a <urn:p> ?b . ?c <urn:p> ?d }", "in common"),
        ('SELECT * WHERE { ?a ?b ?c FILTER(REGEX(?c, "园区")) }', "REGEX"),
        ("SELECT * WHERE { ?a ?b ?c OPTIONAL { ?c ?d ?e . ?e ?f ?g } }", "several patterns"),
        ("SELECT * WHERE { ?a ?b ?c OPTIONAL { GRAPH ?x { ?c ?d ?e ; ?f ?g } } }", "several patterns"),
        ("SELECT * WHERE { ?a ?b ?c OPTIONAL { SELECT ?c { ?c ?d ?e } } }", "sub-select"),
    ],
)
def test_slow_plans_are_found(sparql: str, says: str) -> None:
    assert any(says in fault for fault in faults(sparql))


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * WHERE { ?a ?b ?c OPTIONAL { ?a ?d ?e } OPTIONAL { ?a ?f ?g } FILTER(?e > 1) BIND(1 AS ?h) MINUS { ?a ?i ?j } }",
        "SELECT * WHERE { ?a <urn:p> ?b . ?c <urn:p> ?b }",
        "SELECT * WHERE { ?a ?b ?c OPTIONAL { { ?c ?d ?e } UNION { GRAPH ?x { ?c ?d ?e } } FILTER EXISTS { ?e ?f ?g ; ?h ?i } } }",
        'SELECT * WHERE { ?a ?b ?c FILTER(REGEX(?c, "^园")) }',
    ],
)
def test_plans_that_are_sound_pass(sparql: str) -> None:
    assert faults(sparql) == []


def test_patterns_that_the_engine_would_begin_at_are_found() -> None:
    required = 'SELECT * WHERE { GRAPH ?g { ?a zg:status "accepted" ; rdf:predicate zg:quantity } ?a <urn:p> <urn:b> . }'
    assert anchors(required) == ['zg:status "accepted"', "rdf:predicate zg:quantity", "<urn:p> <urn:b>"]
    free = 'SELECT * WHERE { ?a zg:status ?b FILTER(?b = "x") FILTER NOT EXISTS { ?a a zg:C } OPTIONAL { ?a a zg:D } BIND(zg:E AS ?e) }'
    assert anchors(free) == []


@NAMED
def test_a_list_of_what_comes_in_question_begins_there(query: NamedQuery) -> None:
    """Also where that is more than a thousand things, from which on the engine begins at a constant."""
    assert not query.first or anchors(query.sparql) == []


@NAMED
def test_the_order_of_rows_is_settled(query: NamedQuery) -> None:
    """ORDER BY names every column, so that pages fit together."""
    if query.search is None and not query.constructs:
        order = query.sparql.rpartition("ORDER BY")[2].replace("(", " ").replace(")", " ").split()
        assert {f"?{column.name}" for column in query.columns} - set(order) == set()


@NAMED
def test_every_query_answers_its_examples(named: NamedQueries, snapshot: Snapshot, query: NamedQuery) -> None:
    """With what must be given, and with all that may be; the answer has every column."""
    for given in (
        {p.name: p.example for p in query.parameters if p.required},
        {p.name: p.example for p in query.parameters},
    ):
        said = named.run(snapshot, query.name, given).as_json()
        assert all(set(row) == {column.name for column in query.columns} for row in said["rows"])


@NAMED
def test_hostile_values_are_values(named: NamedQueries, snapshot: Snapshot, query: NamedQuery) -> None:
    """A value becomes a term, or an error that says what would be right; never text of the query."""
    examples = {p.name: p.example for p in query.parameters if p.required}
    for parameter in query.parameters:
        for value in HOSTILE:
            with suppress(UsageError, NotFoundError):
                named.run(snapshot, query.name, {**examples, parameter.name: value})


@NAMED
def test_a_header_is_what_grlc_reads(query: NamedQuery) -> None:
    """Summary and description are texts, tags a list, and the query is one that the engine parses."""
    ox.Store().query(query.sparql)
    text = (resource("queries", "named") / f"{query.name}.rq").read_text("utf-8")
    assert text.startswith("#+ summary: ")


LISTS = [query for query in QUERIES if query.leaf]
RARE = [query for query in QUERIES if query.first]


@pytest.mark.parametrize("query", LISTS, ids=[query.name for query in LISTS])
def test_pages_of_a_list_are_parts_of_it(snapshot: Snapshot, query: NamedQuery) -> None:
    """Found without sorting the whole, they have its rows in its order; the last one ends where it ends."""
    whole = _rows(snapshot, query, WHOLE)
    assert whole
    third = len(whole) // 3 + 1
    for start in (0, third, 2 * third, len(whole)):
        page = Page(third, start)
        assert isinstance(query.asked(_needed(query), page)[1], Leafing)
        assert _rows(snapshot, query, page) == whole[start : start + third]


@pytest.mark.parametrize("query", RARE, ids=[query.name for query in RARE])
def test_what_comes_in_question_is_all_that_counts(snapshot: Snapshot, query: NamedQuery) -> None:
    """The rows are those of the query without what it begins with, whole and by pages; there are some."""
    plain = replace(query, first="")
    assert isinstance(query.asked({})[1], BindJoin)
    assert _rows(snapshot, plain, WHOLE)
    for page in (WHOLE, Page(1), Page(5, 1), Page(5, 10_000)):
        assert _rows(snapshot, query, page) == _rows(snapshot, plain, page)


def test_nothing_in_question_is_no_row(named: NamedQueries) -> None:
    """An empty graph has no figures and no facts."""
    empty = Snapshot.of((), "https://example.org/")
    assert [named.run(empty, query.name, {}).rows for query in RARE] == [[] for _ in RARE]


def test_too_much_in_question_is_asked_as_it_is(monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot) -> None:
    """So are blank nodes, which cannot be values."""
    query = next(query for query in RARE if query.name == "corroborated")
    sparql, begun = query.asked({})
    assert isinstance(begun, BindJoin)
    found = list(snapshot.query(begun.first).rows())
    assert begun.values(sparql, lambda _: found) != sparql
    assert begun.values(sparql, lambda _: [*found, dict.fromkeys(found[0], ox.BlankNode())]) == sparql
    monkeypatch.setattr(bind_join, "MOST", 1)
    assert begun.values(sparql, lambda _: found) == sparql


def _needed(query: NamedQuery) -> dict[str, ox.NamedNode | ox.Literal]:
    """Return terms for the parameters that must be given: words or numbers, where the query is a list."""
    return {p.binds: term for p in query.parameters if p.required and (term := p.term(p.example)) is not None}


def _rows(snapshot: Snapshot, query: NamedQuery, page: Page) -> list[list[str]]:
    answer = ask_here(snapshot, *query.asked(_needed(query), page))
    return [[str(row[column.name]) for column in query.columns] for row in answer.rows()]
