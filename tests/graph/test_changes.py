"""Facts and prospects follow the documents, whatever comes, goes or is read anew, in whatever order."""

import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.graph.changes import resolved
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, open_store
from graph_service.graph.terms import whole, zg, zh
from graph_service.reading.claims import Entity, Reading, Words
from graph_service.vocabulary import SKOS
from tests.graph.factory import (
    ALLIANCE,
    BASE,
    HEGUANG,
    LAB,
    LINJIANG,
    NANSHAN,
    PARK,
    YUANXING,
    Draft,
    group,
    lines,
    money,
    put,
    relocation_story,
    rows,
)

PREF, ALT = ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(SKOS + "altLabel")


def move(words: str, modality: str = "actual") -> Reading:
    """Return a document that says, in these words, that a firm moved to a park."""
    draft = Draft()
    return draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence(words), modality=modality).reading()


def test_fact_two_documents_share(store: GraphStore) -> None:
    """A fact two documents share goes with the second."""
    one, two = move("和光迁来。"), move("镜湖园迎来和光。")
    put(store, one, two)
    store.delete(one.document.id)
    assert rows(store.commit(), "SELECT ?d { ?x zg:relocatedTo ?d . ?e zg:destination ?d }") == [
        (PARK.iri(BASE),)
    ]
    store.delete(two.document.id)
    assert lines(store.commit()) == []


def test_deleting_document_leaves_exactly(tmp_path: Path) -> None:
    """Deleting a document leaves exactly what the others make."""
    story, other = relocation_story().reading(), move("和光迁到镜湖园。")
    with open_store(tmp_path / "both", BASE) as both, open_store(tmp_path / "one", BASE) as one:
        put(both, story, other)
        both.delete(story.document.id)
        assert lines(both.commit()) == lines(put(one, other))


def test_prospect_came_true_fact(store: GraphStore) -> None:
    """A prospect that came true is a fact and a prospect no longer."""
    in_prospects = "SELECT ?o { GRAPH id:graph\\/prospects { ?s zg:relocatedTo ?o } }"
    planned, actual = move("和光将迁来。", "planned"), move("和光迁来了。")
    assert rows(put(store, planned), in_prospects) == [(PARK.iri(BASE),)]
    assert rows(put(store, actual), in_prospects) == []
    assert rows(store.snapshot(), "SELECT ?o { ?s zg:relocatedTo ?o }") == [(PARK.iri(BASE),)]
    store.delete(actual.document.id)
    assert rows(store.commit(), in_prospects) == [(PARK.iri(BASE),)]
    assert rows(store.snapshot(), "SELECT ?o { ?s ?p ?o }") == []


def test_descriptions_move_facts_first(store: GraphStore) -> None:
    """Descriptions move to the facts with the first actual claim and back."""
    where = "SELECT ?l { GRAPH id:graph\\/prospects { <%s> skos:prefLabel ?l } }" % HEGUANG.iri(BASE)
    planned, actual = move("和光将迁来。", "planned"), move("和光迁来了。")
    assert rows(put(store, planned), where) == [(HEGUANG.name,)]
    assert rows(put(store, actual), where) == []
    store.delete(actual.document.id)
    assert rows(store.commit(), where) == [(HEGUANG.name,)]


def test_reading_document_anew_replaces(store: GraphStore) -> None:
    """Reading a document anew replaces what it said."""
    draft = Draft()
    said = draft.sentence("和光迁到镜湖园或临江市。")
    before = draft.claim(HEGUANG, "relocatedTo", PARK, said).reading()
    draft.claims.clear()
    after = draft.claim(HEGUANG, "relocatedTo", LINJIANG, said).reading()
    snapshot = put(store, before, after)
    assert rows(snapshot, "SELECT ?o { ?s zg:relocatedTo ?o }") == [(LINJIANG.iri(BASE),)]
    assert rows(snapshot, "SELECT ?o { ?s zg:locatedIn ?o }") == [(LINJIANG.iri(BASE),)]
    assert PARK.iri(BASE) not in "".join(lines(snapshot))


def test_what_rule_derived_goes(store: GraphStore) -> None:
    """What a rule derived goes with its claims."""
    one, two = move("和光迁来。"), move("镜湖园迎来和光。")
    put(store, one, two)
    for document, left in ((one, [(PARK.iri(BASE),)]), (two, [])):
        store.delete(document.document.id)
        assert rows(store.commit(), "SELECT ?o { ?s zg:locatedIn ?o }") == left


def test_derived_triple_also_claimed(store: GraphStore) -> None:
    """A derived triple that is also claimed stays with its claim."""
    draft = Draft()
    claimed = draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("和光在镜湖园。")).reading()
    moved = move("和光迁来。")
    put(store, moved, claimed)
    store.delete(moved.document.id)
    assert rows(store.commit(), "SELECT ?o { ?s zg:locatedIn ?o }") == [(PARK.iri(BASE),)]


def test_spellings_one_name_give(tmp_path: Path) -> None:
    """Spellings of one name give one preferred label in any order."""
    drafts = []
    for name in ("诸暨 经开区", "诸暨经开区", "“诸暨”经开区"):
        draft = Draft()
        draft.claim(Entity(name, "Zone"), "locatedIn", LINJIANG, draft.sentence(name))
        drafts.append(draft.reading())
    seen = set()
    for number, order in enumerate(itertools.permutations(drafts)):
        with open_store(tmp_path / str(number), BASE) as store:
            snapshot = put(store, *order)
            seen.add(tuple(lines(snapshot)))
            assert rows(snapshot, "SELECT ?l { ?z a zg:Zone ; skos:prefLabel ?l }") == [("“诸暨”经开区",)]
    assert len(seen) == 1


def test_description_longest_label_largest() -> None:
    """A description has the longest label and the largest size."""
    size = zg("groupSize")
    found = resolved(
        {
            (PREF, zh("和光")),
            (PREF, zh("和光科技")),
            (ALT, zh("和光科技")),
            (size, whole(9)),
            (size, whole(10)),
        }
    )
    assert found == {(PREF, zh("和光科技")), (ALT, zh("和光")), (size, whole(10))}


ENTITIES = [HEGUANG, YUANXING, Entity("临江和光科技有限公司", "Company", names=("和光", "和光集团"))]
PLACES = [PARK, LINJIANG, NANSHAN]
MODALITIES = ["actual", "planned", "possible"]


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Draw a document of one of three texts, with a few claims that others may share."""
    draft = Draft()
    said = [draft.sentence(f"文献{draw(st.integers(0, 2))}第一句。"), draft.sentence("第二句。")]
    for _ in range(draw(st.integers(0, 4))):
        firm, place = draw(st.sampled_from(ENTITIES)), draw(st.sampled_from(PLACES))
        spans = draw(st.lists(st.sampled_from(said), min_size=1, max_size=2, unique=True))
        extra = {
            "modality": draw(st.sampled_from(MODALITIES)),
            "status": draw(st.sampled_from(["accepted"] * 4 + ["unresolved"])),
        }
        match draw(st.integers(0, 5)):
            case 0:
                draft.claim(firm, "relocatedTo", place, *spans, **extra)
            case 1:
                draft.claim(firm, "locatedIn", place, *spans, **extra)
            case 2:
                draft.claim(LAB, "introduced", firm, *spans, **extra)
            case 3:
                draft.claim(firm, "alias", Words(draw(st.sampled_from(["和光", "远星"]))), *spans, **extra)
            case 4:
                draft.claim(
                    place, "invests", money(1e8, draw(st.sampled_from(["1亿元", "一亿元"]))), *spans, **extra
                )
            case _:
                draft.claim(
                    firm, "memberOf", draw(st.sampled_from([ALLIANCE, group(3, "g-1-1")])), *spans, **extra
                )
    return draft.reading()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), readings()), min_size=1, max_size=7))
def test_any_history_gives_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, Reading]]
) -> None:
    """Any history gives the same bytes as the documents it leaves."""
    kept: dict[str, Reading] = {}
    folder = tmp_path_factory.mktemp("history")
    with open_store(folder / "lived", BASE) as lived, open_store(folder / "fresh", BASE) as fresh:
        for deletes, reading in steps:
            document = reading.document.id
            if deletes and document in kept:
                lived.delete(document)
                del kept[document]
            else:
                lived.put(map_reading(reading, BASE))
                kept[document] = reading
        for _, reading in sorted(kept.items(), reverse=True):
            fresh.put(map_reading(reading, BASE))
        assert lines(lived.commit()) == lines(fresh.commit())


def test_putting_asks_more_fuller(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Putting asks for no more the fuller the store is."""
    asked = 0
    original = GraphStore.quads

    def count(self: GraphStore, *pattern: object) -> object:
        nonlocal asked
        for quad in original(self, *pattern):  # type: ignore[arg-type]
            asked += 1
            yield quad

    monkeypatch.setattr(GraphStore, "quads", count)
    costs = []
    for number in range(60):
        asked = 0
        store.put(map_reading(move(f"第{number}版:和光迁来。"), BASE))
        costs.append(asked)
    assert max(costs[2:]) <= max(costs[:2])
