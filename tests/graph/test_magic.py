"""`zg:search` in SPARQL stands for what a search finds."""

import pytest

from graph_service.errors import QueryError
from graph_service.graph.magic import written_out
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import SKOS, ZG

HEAD = f"PREFIX zg: <{ZG}> PREFIX skos: <{SKOS}> "
SNAPSHOT = """
<urn:a> a <%sCompany> ; <%sprefLabel> "A" . <urn:b> a <%sPark> ; <%sprefLabel> "B" .
""" % (ZG, SKOS, ZG, SKOS)


def _snapshot() -> Snapshot:
    import pyoxigraph as ox

    return Snapshot.of(
        (quad for quad in ox.parse(SNAPSHOT, format=ox.RdfFormat.TURTLE)), "https://example.org/"
    )


@pytest.mark.parametrize(
    "where",
    [
        '?x zg:search "w"', '?x zg:search "w" .', '?x zg:search "w" ; a zg:Company', '?x zg:search "w" ; .',
        '?x a zg:Company ; zg:search "w"', '?x a zg:Company ; zg:search "w" ; skos:prefLabel ?n .',
        "?x skos:prefLabel ?n . ?x zg:search '''w''' . ?x a zg:Company", '?x <%ssearch> "w"' % ZG,
        '{ ?x zg:search "w" } UNION { ?x zg:search "w" }', '?x a ?k FILTER(?k = zg:Company) ?x zg:search "w"',
        '?x skos:prefLabel ?n OPTIONAL { ?x a ?k } ?x a zg:Company ; zg:search "w"',
    ],
)  # fmt: skip
def test_a_pattern_holds_for_what_is_found(where: str) -> None:
    written = written_out(f"{HEAD}SELECT DISTINCT ?x {{ {where} }}", lambda words: ["urn:a"] * (words == "w"))
    rows = _snapshot().query(written).rows()
    assert [str(row["x"]) for row in rows] == ["<urn:a>"]


@pytest.mark.parametrize(
    "where",
    [
        "?x zg:search ?w",
        '<urn:a> zg:search "w"',
        '?x zg:search "w", "v"',
        "?x zg:search 1",
        '?x zg:search/a "w"',
    ],
)
def test_a_pattern_that_is_not_as_it_must_be_is_an_error(where: str) -> None:
    with pytest.raises(QueryError, match="zg:search"):
        written_out(f"{HEAD}SELECT ?x {{ {where} }}", lambda _: [])


def test_words_elsewhere_are_left_alone() -> None:
    for query in (f'{HEAD}SELECT ?x {{ ?x ?p "zg:search" }} # zg:search', "SELECT ?search { ?search ?p ?o }"):
        assert written_out(query, lambda _: ["urn:a"]) == query
