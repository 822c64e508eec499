"""Proposals follow the facts: the same pairs from the same facts, however those came to be."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service import identity
from graph_service.graph import proposals
from graph_service.graph.likeness import Profile, keys
from graph_service.graph.mapping import map_reading
from graph_service.graph.proposals import KEY, MOST, SAME
from graph_service.graph.reviews import Decision, as_quads
from graph_service.graph.store import GraphStore, Snapshot, open_store
from graph_service.graph.terms import zg
from graph_service.reading.claims import Entity, Reading
from tests.graph.factory import BASE, LINJIANG, NANSHAN, PARK, Draft, group, lines, put, rows

GRAPH = ox.NamedNode(identity.proposals_graph(BASE))
ZONE, SAME_ZONE = Entity("浙江诸暨经济开发区", "Zone"), Entity("诸暨经济开发区", "Zone")
REVIEWS = identity.reviews_graph(BASE)


def says(words: str, *entities: Entity, place: Entity = LINJIANG, modality: str = "actual") -> Reading:
    """Return a document that says, in these words, where things are."""
    draft = Draft()
    said = draft.sentence(words)
    for entity in entities:
        draft.claim(entity, "locatedIn", place, said, modality=modality)
    return draft.reading()


def pairs(snapshot: Snapshot) -> set[tuple[str, str, float]]:
    """Return the names of what may be one, with the score."""
    sparql = """SELECT ?one ?other ?score { GRAPH ?g { ?p a zg:Proposal ; zg:candidate ?a , ?b ; zg:score ?score }
      FILTER(STR(?a) < STR(?b)) GRAPH ?x { ?a skos:prefLabel ?one } GRAPH ?y { ?b skos:prefLabel ?other } }"""
    return {(min(a, b), max(a, b), float(s)) for a, b, s in rows(snapshot, sparql) if a and b and s}


def test_two_documents_that_name_one_zone_differently(store: GraphStore) -> None:
    """The pair is proposed both ways round, with score and reasons, and nothing is joined."""
    snapshot = put(store, says("甲", ZONE), says("乙", SAME_ZONE))
    assert pairs(snapshot) == {(ZONE.name, SAME_ZONE.name, 0.75)}
    both = {(ZONE.iri(BASE), SAME_ZONE.iri(BASE)), (SAME_ZONE.iri(BASE), ZONE.iri(BASE))}
    assert set(rows(snapshot, "SELECT ?a ?b { GRAPH ?g { ?a zg:possiblySameAs ?b } }")) == both
    reasons = rows(snapshot, "SELECT ?why { GRAPH ?g { ?p zg:supportedBy ?why } }")
    assert reasons == [(zg("NameVariant").value,), (zg("SamePlace").value,)]
    assert len(rows(snapshot, "SELECT ?z { ?z a zg:Zone }")) == 2


def test_what_speaks_against_lowers_the_score(store: GraphStore) -> None:
    """They are in different places."""
    snapshot = put(store, says("甲", ZONE), says("乙", SAME_ZONE, place=NANSHAN))
    assert pairs(snapshot) == {(ZONE.name, SAME_ZONE.name, 0.5)}
    assert rows(snapshot, "SELECT ?why { GRAPH ?g { ?p zg:contradictedBy ?why } }") == [
        (zg("OtherPlace").value,)
    ]


def test_plans_count_as_well(store: GraphStore) -> None:
    """A thing that is only planned may be one with another."""
    snapshot = put(store, says("甲", ZONE, modality="planned"), says("乙", SAME_ZONE))
    assert pairs(snapshot) == {(ZONE.name, SAME_ZONE.name, 0.75)}


@pytest.mark.parametrize("kind", ["Park", "Company"])
def test_things_of_different_kinds_are_never_proposed(store: GraphStore, kind: str) -> None:
    """A zone is no park, whatever it is called."""
    assert pairs(put(store, says("甲", ZONE), says("乙", Entity(ZONE.name, kind)))) == set()


def test_groups_without_names_are_never_proposed(store: GraphStore) -> None:
    """两家企业 here are not 两家企业 there."""
    assert pairs(put(store, says("甲", group(2, "a-1")), says("乙", group(2, "b-1")))) == set()


def test_proposals_go_with_their_documents(store: GraphStore) -> None:
    """Nothing is left, no key either."""
    one, two = says("甲", ZONE), says("乙", SAME_ZONE)
    put(store, one, two)
    store.delete(two.document.id)
    assert pairs(store.commit()) == set()
    store.delete(one.document.id)
    assert lines(store.commit()) == []


def test_what_was_decided_to_be_two_is_proposed_no_more(store: GraphStore) -> None:
    """Until the decision is gone."""
    put(store, says("甲", ZONE), says("乙", SAME_ZONE))
    ends = [entity.iri(BASE).removeprefix(BASE) for entity in (ZONE, SAME_ZONE)]
    store.restate(REVIEWS, as_quads([Decision("distinct", *ends)], BASE))
    assert pairs(store.commit()) == set()
    store.restate(REVIEWS, [])
    assert len(pairs(store.commit())) == 1


def firms(number: int) -> list[Entity]:
    """Return firms that one short name could all stand for."""
    found = [Entity(f"鸿远{trade}有限公司", "Company") for trade in TRADES]
    return [firm for firm in found if "鸿远" in keys("Company", firm.name, frozenset())][:number]


TRADES = (
    "科技 电子 光学 新材料 生物 医药 机械 汽车 能源 环保 食品 纺织 化工 建设 物流 贸易 软件 信息 网络 通信 "
    "智能装备 自动化 精密 半导体 光电 传感 数控 航空 船舶 家具".split()
)


def test_a_name_that_too_many_share_says_nothing(tmp_path: Path) -> None:
    """In whatever order they come; and it says something again once enough are gone."""
    readings = [says(firm.name, firm) for firm in firms(MOST + 3)]
    assert len(readings) == MOST + 3
    seen = set()
    for number in range(2):
        random.Random(number).shuffle(readings)
        with open_store(tmp_path / str(number), BASE) as store:
            snapshot = put(store, *readings)
            assert pairs(snapshot) == set()
            for reading in sorted(readings, key=lambda r: r.document.text)[:4]:
                store.delete(reading.document.id)
            left = store.commit()
            assert len(pairs(left)) == (MOST - 1) * (MOST - 2) // 2
            seen.add((*lines(snapshot), *lines(left)))
    assert len(seen) == 1


NAMES = (
    Entity("浙江鸿远传感科技有限公司", "Company", names=("鸿远",)),
    Entity("鸿远传感科技有限公司", "Company"),
    Entity("鸿远", "Company"),
    Entity("诸暨鸿远电子有限公司", "Company", names=("鸿远电子",)),
    ZONE,
    SAME_ZONE,
    Entity("诸暨经开区", "Zone"),
    PARK,
    Entity("镜湖产业园", "Park"),
)
DOCUMENTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.lists(st.sampled_from(NAMES), max_size=4),
        st.sampled_from([LINJIANG, NANSHAN]),
        st.sampled_from(["actual", "planned"]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_any_history_leaves_what_the_last_documents_make(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[int, list[Entity], Entity, str]],
    chance: random.Random,
) -> None:
    """Documents come, change and go; the bytes are those of a store that only ever saw the last ones."""
    folder = tmp_path_factory.mktemp("history")
    last: dict[int, Reading] = {}
    with open_store(folder / "lived", BASE) as lived, open_store(folder / "fresh", BASE) as fresh:
        for number, entities, place, modality in history:
            reading = says(f"第{number}篇。", *entities, place=place, modality=modality)
            if entities:
                last[number] = reading
                lived.put(map_reading(reading, BASE))
            elif last.pop(number, None):
                lived.delete(reading.document.id)
        left = list(last.values())
        chance.shuffle(left)
        assert lines(lived.commit()) == lines(put(fresh, *left))


def test_a_change_elsewhere_looks_nothing_up(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of a document is that of its own entities: others are looked at only where they share a key."""
    put(
        store,
        *(
            says(f"第{n}篇", Entity(f"{name}科技有限公司", "Company"))
            for n, name in enumerate(("明德", "启航", "恒砺"))
        ),
    )
    looked: list[str] = []
    read = proposals._Update._read

    def watched(update: proposals._Update, iri: str) -> Profile | None:
        looked.append(iri)
        return read(update, iri)

    monkeypatch.setattr(proposals._Update, "_read", watched)
    put(store, says("甲", ZONE))
    assert not [iri for iri in looked if "/company/" in iri]
    assert any(True for _ in store.quads(ox.NamedNode(ZONE.iri(BASE)), KEY, None, GRAPH))
    assert not any(True for _ in store.quads(None, SAME, None, GRAPH))
