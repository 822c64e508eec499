"""What there is to decide, and the named query of possible duplicates."""

import pytest

from graph_service.graph import pending
from graph_service.graph.ledger import abide
from graph_service.graph.named import NamedQueries, load
from graph_service.graph.reviews import Decision
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.reading.claims import Entity, Words, claim_iri
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, Draft, put

ZONE, SAME_ZONE = Entity("浙江诸暨经济开发区", "Zone"), Entity("诸暨经济开发区", "Zone")


def document() -> Draft:
    """Return a document with claims of every sort and two zones that may be one."""
    draft = Draft()
    moved, here = draft.sentence("和光迁到镜湖园。"), draft.sentence("它在那里,两个开发区也在。")
    draft.claim(HEGUANG, "relocatedTo", PARK, moved)
    draft.claim(HEGUANG, "locatedIn", LINJIANG, here, moved, status="unresolved", problem="没有先行词")
    draft.claim(PARK, "targets", Words("千亿"), here, modality="target", status="quarantined", problem="不符")
    return draft.claim(ZONE, "locatedIn", LINJIANG, here).claim(SAME_ZONE, "locatedIn", PARK, here)


@pytest.fixture
def snapshot(store: GraphStore) -> Snapshot:
    """The document in a store."""
    return put(store, document().reading())


@pytest.fixture(scope="module")
def named() -> NamedQueries:
    """The bundled queries."""
    return load()


def test_claims_that_wait_come_with_their_sentences_and_reasons(snapshot: Snapshot) -> None:
    """In the order of the text; what is accepted does not wait."""
    first, second = pending.claims(snapshot, pending.OPEN)
    assert (first.status, first.problem, first.object) == ("unresolved", "没有先行词", LINJIANG.name)
    assert first.sentences == ("和光迁到镜湖园。", "它在那里,两个开发区也在。")
    assert (second.modality, second.object, second.document) == ("target", "千亿", snapshot.documents()[0])


def test_claims_are_listed_by_status_in_a_language(snapshot: Snapshot) -> None:
    """Those that follow from others are no claims to decide on."""
    found = pending.claims(snapshot, ("accepted",), "en")
    assert [claim.relation for claim in found] == ["relocated to", "located in", "located in"]


def test_a_decision_stands_with_its_claim_and_in_the_list(store: GraphStore, snapshot: Snapshot) -> None:
    """Under its name without the base IRI."""
    reading = document().reading()
    about = claim_iri(reading.claims[0], reading.document, snapshot.base).removeprefix(BASE)
    decision = Decision("reject", about, note="错")
    abide(store, [decision])
    (claim,) = pending.claims(store.commit(), ("rejected",))
    assert (claim.claim, claim.decision) == (about, decision.id)
    assert pending.decisions(store.snapshot()) == [decision]


def test_possible_duplicates_are_a_query(named: NamedQueries, snapshot: Snapshot) -> None:
    """Each pair once, with labelled reasons for and against."""
    (row,) = pending.proposals(snapshot, named)
    assert {row["one"]["label"], row["other"]["label"]} == {ZONE.name, SAME_ZONE.name}
    assert row["score"] == 0.5
    assert [reason["label"] for reason in row["supporting"]] == ["名称写法不同"]
    assert [reason["label"] for reason in row["contradicting"]] == ["地点不同"]


@pytest.mark.parametrize("entity", [ZONE, SAME_ZONE])
def test_possible_duplicates_of_one_thing(named: NamedQueries, snapshot: Snapshot, entity: Entity) -> None:
    """The thing asked for comes first, from whichever end."""
    (row,) = named.run(snapshot, "possible-duplicates", {"entity": entity.name}).as_json()["rows"]
    assert row["one"]["label"] == entity.name
    assert named.run(snapshot, "possible-duplicates", {"entity": PARK.name}).as_json()["rows"] == []
