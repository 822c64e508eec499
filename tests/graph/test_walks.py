"""Ways between two things: found from both ends, around hubs, bounded."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError, UsageError
from graph_service.formats import by_name
from graph_service.graph import walks
from graph_service.graph.named import NamedQueries, load
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.walks import Walk
from graph_service.graph.workers import Workers
from graph_service.reading.claims import Entity
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, YUANXING, Draft, put

PROVINCE = Entity("临省", "AdministrativeArea", code="330000")
LEADER = Entity("龙头企业", "Role")
ALLIANCE = Entity("光学联盟", "Alliance")


@pytest.fixture
def named() -> NamedQueries:
    """The bundled queries."""
    return load()


@pytest.fixture
def linked(store: GraphStore) -> Snapshot:
    """Two firms in one park, in one alliance over a third thing, in one province and with one role."""
    draft = Draft()
    says = draft.sentence("和光科技与远星传感都在镜湖智能产业园，都是龙头企业。")
    for firm in (HEGUANG, YUANXING):
        draft.claim(firm, "locatedIn", PARK, says).claim(firm, "hasRole", LEADER, says)
        draft.claim(firm, "locatedIn", PROVINCE, says)
    draft.claim(HEGUANG, "memberOf", ALLIANCE, says).claim(ALLIANCE, "alliedWith", YUANXING, says)
    draft.claim(PARK, "partOf", LINJIANG, says)
    return put(store, draft.reading())


def ways(named: NamedQueries, snapshot: Snapshot, **given: str) -> list[tuple[str, ...]]:
    """Return the ways as labels."""
    asked = {"from": HEGUANG.name, "to": YUANXING.name, **given}
    rows = named.run(snapshot, "paths", asked).as_json()["rows"]
    assert all(row["length"] == len(row["path"]) // 2 for row in rows)
    return [tuple(one["label"] for one in row["path"]) for row in rows]


def test_ways_alternate_between_things_and_relations(named: NamedQueries, linked: Snapshot) -> None:
    """A relation that is said the other way round has an arrow, and says so apart from its label."""
    found = ways(named, linked)
    assert (HEGUANG.name, "位于", PARK.name, "←位于", YUANXING.name) in found
    (row, *_) = named.run(linked, "paths", {"from": HEGUANG.name, "to": YUANXING.name}).as_json()["rows"]
    assert [one.get("direction") for one in row["path"]][0::2] == [None, None, None]
    assert {one.get("direction") for one in row["path"][1::2]} <= {"in", "out"}


def test_hubs_are_gone_round_and_named_unless_asked_for(named: NamedQueries, linked: Snapshot) -> None:
    """A province and a role join what has nothing in common."""
    assert not any(PROVINCE.name in way or LEADER.name in way for way in ways(named, linked))
    said = named.run(linked, "paths", {"from": HEGUANG.name, "to": YUANXING.name}).as_json()
    assert {hub["label"] for hub in said["leftOut"]} == {PROVINCE.name, LEADER.name}
    through = ways(named, linked, hubs="yes")
    assert (HEGUANG.name, "位于", PROVINCE.name, "←位于", YUANXING.name) in through
    assert len(through) == len(set(through))


def test_an_end_may_be_a_hub(named: NamedQueries, linked: Snapshot) -> None:
    """Who asks for ways to a province gets them."""
    assert (HEGUANG.name, "位于", PROVINCE.name) in ways(named, linked, to=PROVINCE.name)


def test_a_thing_with_many_neighbours_is_a_hub(named: NamedQueries, store: GraphStore) -> None:
    """A park of a hundred firms joins no two of them."""
    draft = Draft()
    says = draft.sentence("园区有很多企业。")
    for number in range(walks.HUB + 1):
        draft.claim(Entity(f"第{number}号有限公司", "Company"), "locatedIn", PARK, says)
    snapshot = put(store, draft.reading())
    ends = {"from": "第1号有限公司", "to": "第2号有限公司"}
    result = named.run(snapshot, "paths", ends)
    assert (result.rows, [hub["label"] for hub in result.left_out]) == ([], [PARK.name])
    assert len(named.run(snapshot, "paths", {**ends, "hubs": "true"}).rows) == 1


@pytest.mark.parametrize("length", ["1", "2", "3", "4"])
def test_ways_are_no_longer_than_asked_and_pass_nothing_twice(
    named: NamedQueries, linked: Snapshot, length: str
) -> None:
    """Every way of the longest search that is short enough is found by the shorter search, and no other."""
    everything = ways(named, linked, hubs="yes")
    shorter = ways(named, linked, hubs="yes", length=length)
    assert shorter == [way for way in everything if len(way) // 2 <= int(length)]
    assert all(len(set(way[::2])) == len(way[::2]) for way in shorter)


@pytest.mark.parametrize(
    ("name", "value"), [("length", "5"), ("length", "0"), ("length", "x"), ("hubs", "perhaps")]
)
def test_bounds_are_kept(named: NamedQueries, linked: Snapshot, name: str, value: str) -> None:
    """The error says what may be given."""
    with pytest.raises(UsageError, match=r"within|digits|yes"):
        ways(named, linked, **{name: value})


def test_too_many_ways_are_an_error_not_a_part_of_them(
    named: NamedQueries, linked: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are never missing."""
    monkeypatch.setattr(walks, "MOST", 1)
    with pytest.raises(QueryError, match="more than 1 ways"):
        ways(named, linked, hubs="yes")


@pytest.mark.parametrize("bound", ["LOOKED_AT", "WIDEST"])
def test_a_search_that_would_not_end_in_time_says_so(
    named: NamedQueries, linked: Snapshot, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """Neither too many things are looked at nor too much around one; the cure is a shorter search."""
    monkeypatch.setattr(walks, bound, 2)
    with pytest.raises(QueryError, match="More than") as caught:
        ways(named, linked)
    assert "length" in caught.value.cure


def test_from_a_hub_the_search_goes_from_its_other_end(named: NamedQueries, store: GraphStore) -> None:
    """Its neighbours are not read where a few steps from the other end reach it; both directions find the same."""
    draft = Draft()
    says = draft.sentence("园区有很多企业。")
    for number in range(walks.HUB + 50):
        firm = Entity(f"第{number}号有限公司", "Company")
        draft.claim(firm, "locatedIn", PARK, says).claim(firm, "supplies", HEGUANG, says)
    draft.claim(YUANXING, "supplies", Entity("第1号有限公司", "Company"), says)
    snapshot = put(store, draft.reading())
    step = named.get("paths").sparql
    found = []
    for start, goal in ((PARK, YUANXING), (YUANXING, PARK)):
        asked: list[str] = []

        def ask(text: str, asked: list[str] = asked) -> Iterable[Mapping[str, object]]:
            asked.append(text)
            return snapshot.query(text).rows()

        walk = Walk(start.iri(BASE), goal.iri(BASE), 3)
        found.append(snapshot.query(walks.values(walk, step, ask)).rows())
        assert len(asked) < 10
    there, back = ([row["length"] for row in rows] for rows in found)
    assert there == back
    assert set(there) == {ox.Literal(2)}


def test_a_worker_finds_the_same_and_any_format_holds_it(named: NamedQueries, linked: Snapshot) -> None:
    """Steps are asked in the process that can be stopped; its answer is one of SPARQL."""
    query = named.get("paths")
    bound = named.bind(linked, query, {"from": HEGUANG.name, "to": YUANXING.name})
    _, walk = query.asked(bound)
    assert isinstance(walk, Walk)
    with Workers(1, 30, 1024) as workers:
        for format_ in ("json", "xml", "csv", "tsv"):
            reply = workers.ask(linked, query.sparql, by_name(format_), walk=walk)
            assert (reply.kind, reply.columns) == ("solutions", ["path", "length"])
            assert reply.read()
        rows = list(workers.ask(linked, query.sparql, by_name("json"), walk=walk).rows())
    here = list(named.ask(linked, "paths", {"from": HEGUANG.name, "to": YUANXING.name}).rows())
    assert rows == here
