"""Reviewing a store: every decision is checked, kept and applied, or refused with nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.errors import NotFoundError, StoreError, UsageError, ZoneGraphError
from graph_service.graph.checks import check, gates
from graph_service.graph.labels import UnknownNameError
from graph_service.graph.ledger import Ledger, abide, laid_over
from graph_service.graph.mapping import map_reading
from graph_service.graph.readings import written
from graph_service.graph.reviews import Decision, ReviewError
from graph_service.graph.screening import screen
from graph_service.graph.store import GraphStore, open_store
from graph_service.ingest import ingest, ingest_document
from graph_service.reading.claims import Date, Document, Entity, Quantity, Words, claim_iri
from graph_service.reading.stages import read
from graph_service.review import Review
from graph_service.settings import Settings
from tests.graph.factory import (
    BASE,
    HEGUANG,
    LINJIANG,
    NANSHAN,
    PARK,
    YUANXING,
    Draft,
    group,
    lines,
    put,
    relocation_story,
    rows,
)  # fmt: skip

MOVED = "SELECT ?o { ?s zg:relocatedTo ?o . ?s a zg:Company }"
STATUS = "SELECT ?status { GRAPH ?g { ?claim zg:status ?status } }"


def document() -> Draft:
    """Return a document with an accepted claim, one set aside, one that breaks the ontology and a second firm."""
    draft = Draft()
    said = draft.sentence("和光迁到镜湖园,它在那里,远星传感也在园内,产值5亿元。")
    draft.claim(HEGUANG, "relocatedTo", PARK, said)
    draft.claim(HEGUANG, "locatedIn", PARK, said, status="unresolved", problem="没有先行词")
    draft.claim(PARK, "relocatedTo", Words("远方"), said)
    draft.claim(YUANXING, "locatedIn", LINJIANG, said)
    draft.claim(YUANXING, "outputValue", Quantity(5e8, "CNY", "=", "5亿元"), said)
    return draft.claim(
        YUANXING, "openedIn", Date("2023", "2023年"), said, qualifiers=(("milestone", "开业"),)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the store."""
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[GraphStore]:
    """A store with the document."""
    with open_store(folder, BASE) as opened:
        put(opened, screen(document().reading()))
        yield opened


@pytest.fixture
def review(store: GraphStore, folder: Path) -> Review:
    """A review of it."""
    return Review(store, Ledger(folder / "reviews.jsonl"), by="审核人")


def name(number: int) -> str:
    """Return the IRI of a claim of the document."""
    reading = document().reading()
    return claim_iri(reading.claims[number], reading.document, BASE)


def of(status: str, store: GraphStore) -> int:
    """Return how many direct claims have a status."""
    found = rows(
        store.snapshot(),
        f'SELECT ?c {{ GRAPH ?g {{ ?c zg:status "{status}" FILTER NOT EXISTS {{ ?c prov:wasDerivedFrom ?d }} }} }}',
    )
    return len(found)


def test_a_rejected_claim_leaves_the_facts(review: Review, store: GraphStore) -> None:
    """With its event; it stays in its document and says why."""
    review.note = "张冠李戴"
    review.reject(name(0))
    assert review.keep() == 1
    snapshot = store.snapshot()
    assert rows(snapshot, MOVED) == []
    assert rows(snapshot, "SELECT ?e { ?e a zg:Relocation }") == []
    (said,) = rows(
        snapshot, 'SELECT ?p { GRAPH ?g { ?c zg:status "rejected" ; zg:problem ?p ; zg:decidedBy ?d } }'
    )
    assert "张冠李戴" in str(said[0])


def test_an_accepted_claim_that_was_set_aside_becomes_a_fact(review: Review, store: GraphStore) -> None:
    """Its IRI is what it was."""
    review.accept(name(1))
    review.keep()
    assert (HEGUANG.iri(BASE), PARK.iri(BASE)) in rows(
        store.snapshot(), "SELECT ?s ?o { ?s zg:locatedIn ?o }"
    )
    assert of("unresolved", store) == 0


def test_an_edited_claim_says_what_it_was_edited_to(review: Review, store: GraphStore) -> None:
    """A second edit adds to the first."""
    review.edit(name(0), {"modality": "planned"})
    review.keep()
    review.edit(name(0), {"object": written(NANSHAN)})
    review.keep()
    assert rows(store.snapshot(), MOVED) == []
    planned = "SELECT ?o { GRAPH ?g { ?s zg:relocatedTo ?o } FILTER(?g = id:graph\\/prospects) }"
    assert rows(store.snapshot(), planned) == [(NANSHAN.iri(BASE),)]


@pytest.mark.parametrize("form", ["{}", "claim/{}", BASE + "claim/{}"])
def test_a_claim_is_named_by_its_iri_or_its_end(review: Review, form: str) -> None:
    """As lists print it."""
    assert review.reject(form.format(name(0).rpartition("/")[2])).about == name(0).removeprefix(BASE)


def test_undoing_restores_every_byte(review: Review, store: GraphStore) -> None:
    """Of four decisions of all sorts, in another order than they were made in."""
    before = lines(store.snapshot())
    made = [
        review.reject(name(0)), review.accept(name(1)), review.edit(name(3), {"modality": "target"}),
        review.merge(YUANXING.name, HEGUANG.name), review.distinct(PARK.name, LINJIANG.name),
    ]  # fmt: skip
    review.keep()
    assert lines(store.snapshot()) != before
    for decision in (made[3], made[0], made[4], made[2], made[1]):
        review.undo(decision.id)
        review.keep()
    assert lines(store.snapshot()) == before


def test_a_verdict_that_is_undone_gives_way_to_the_one_before(review: Review, store: GraphStore) -> None:
    """First changed, then rejected, then not rejected: changed again."""
    review.edit(name(0), {"modality": "planned"})
    review.keep()
    changed = lines(store.snapshot())
    rejected = review.reject(name(0))
    review.keep()
    review.undo(rejected.id)
    review.keep()
    assert lines(store.snapshot()) == changed


def test_decisions_hold_when_the_document_is_read_again(review: Review, store: GraphStore) -> None:
    """By the IRI of the claim, though another claim came with it."""
    review.reject(name(0))
    review.merge(YUANXING.name, HEGUANG.name)
    review.keep()
    again = document()
    again.claim(HEGUANG, "alliedWith", YUANXING, again.claims[0].evidence[0])
    store.put(map_reading(screen(again.reading()), BASE, laid=laid_over(store, BASE)))
    snapshot = store.commit()
    assert rows(snapshot, MOVED) == []
    assert rows(snapshot, "SELECT ?o { ?s zg:alliedWith ?o }") == [(HEGUANG.iri(BASE),)]


def test_ingesting_abides_by_the_ledger(tmp_path: Path) -> None:
    """Whether decisions were made before a document came or after, the bytes are the same."""
    text = tmp_path / "moved.txt"
    text.write_text("远星传感有限公司从苏州迁到镜湖智能产业园。\n", "utf-8")
    late, early = (Settings(store=tmp_path / name, base_iri=BASE) for name in ("late", "early"))
    ingest([text], late)
    with open_store(late.store, BASE) as store:
        ledger = Ledger.of(late.store)
        review = Review(store, ledger)
        (claim,) = rows(store.snapshot(), "SELECT ?c { GRAPH ?g { ?c rdf:predicate zg:relocatedTo } }")
        review.reject(str(claim[0]))
        review.keep()
        after = lines(store.snapshot())
    early.store.mkdir()
    with open_store(early.store, BASE):
        (early.store / "reviews.jsonl").write_bytes(ledger.path.read_bytes())
    ingest([text], early)
    with open_store(early.store, BASE) as store:
        assert lines(store.snapshot()) == after


def test_a_document_that_a_service_takes_in_is_under_the_decisions(tmp_path: Path) -> None:
    """Those that are published in the graph, for a service reads no ledger."""
    told = Document("远星传感有限公司从苏州迁到镜湖智能产业园。\n", "一篇")
    (moved,) = [c for c in screen(read(told)).claims if c.relation == "relocatedTo"]
    decision = Decision("reject", claim_iri(moved, told, BASE).removeprefix(BASE))
    with open_store(tmp_path / "served", BASE) as store:
        abide(store, [decision])
        store.commit()
        ingest_document(told, store, BASE)
        assert rows(store.snapshot(), MOVED) == []
        assert of("rejected", store) == 1


# ---- What is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decide", "error", "words"),
    [
        (lambda r: r.reject("claim/0000000000000000"), NotFoundError, "no claim"),
        (lambda r: r.accept("company/x"), NotFoundError, "no claim"),
        (lambda r: r.accept(name(2)), ReviewError, "Words"),
        (lambda r: r.edit(name(0), {}), ReviewError, "Nothing"),
        (lambda r: r.edit(name(0), {"modality": "actual"}), ReviewError, "already"),
        (lambda r: r.edit(name(0), {"modality": "perhaps"}), UsageError, "modality"),
        (lambda r: r.edit(name(0), {"relation": "nonsense"}), ReviewError, "nonsense"),
        (lambda r: r.edit(name(0), {"object": written(Words("远方"))}), ReviewError, "Words"),
        (lambda r: r.edit(name(0), {"rule": "mine"}), ReviewError, "rule"),
        (lambda r: r.merge(HEGUANG.name, PARK.name), ReviewError, "Company"),
        (lambda r: r.merge(HEGUANG.name, "和光科技"), ReviewError, "one already"),
        (lambda r: r.merge("没有的公司", HEGUANG.name), UnknownNameError, "没有的公司"),
        (lambda r: r.merge(BASE + "company/none", HEGUANG.name), NotFoundError, "not in the graph"),
        (lambda r: r.distinct(HEGUANG.name, "和光科技"), ReviewError, "are one"),
        (lambda r: r.undo("decision/0000000000000000"), NotFoundError, "in force"),
    ],
)  # fmt: skip
def test_a_wrong_decision_is_refused_and_nothing_is_lost(
    review: Review, store: GraphStore, decide: object, error: type[ZoneGraphError], words: str
) -> None:
    """With a clear error and a cure; what was decided before still is."""
    review.reject(name(4))
    review.keep()
    before, ledger = lines(store.snapshot()), review.ledger.path.read_bytes()
    with pytest.raises(error, match=words) as caught:
        decide(review)  # type: ignore[operator]
    assert caught.value.cure
    review.keep()
    assert (lines(store.snapshot()), review.ledger.path.read_bytes()) == (before, ledger)


def test_entities_cannot_replace_each_other_in_a_circle(review: Review) -> None:
    """The IRI that is gone leads to the one that stays, and is no target."""
    review.merge(YUANXING.name, HEGUANG.name)
    review.keep()
    with pytest.raises(ReviewError, match="replaced by"):
        review.merge(HEGUANG.iri(BASE), YUANXING.iri(BASE))
    with pytest.raises(ReviewError, match="are one already"):
        review.merge(HEGUANG.name, YUANXING.name)


def test_two_that_were_decided_to_be_two_are_not_merged(review: Review) -> None:
    """The error names the decision to undo."""
    two = review.distinct(YUANXING.name, HEGUANG.name)
    with pytest.raises(ReviewError, match=two.id):
        review.merge(YUANXING.name, HEGUANG.name)
    with pytest.raises(ReviewError, match="before"):
        review.distinct(HEGUANG.name, YUANXING.name)


def test_a_decision_is_not_made_twice(review: Review) -> None:
    """Rejected is rejected, accepted is accepted."""
    review.reject(name(0))
    with pytest.raises(ReviewError, match="before"):
        review.reject(name(0))
    review.accept(name(0))
    with pytest.raises(ReviewError, match="accepted"):
        review.accept(name(0))


def test_groups_are_never_merged(store: GraphStore, folder: Path) -> None:
    """Two firms here are not two firms there."""
    draft = Draft()
    said = draft.sentence("两家企业和三家企业都来了。")
    two, three = group(2, "a-1"), group(3, "a-2")
    draft.claim(two, "relocatedTo", PARK, said).claim(three, "relocatedTo", PARK, said)
    put(store, draft.reading())
    with pytest.raises(ReviewError, match="never merged"):
        Review(store, Ledger(folder / "reviews.jsonl")).merge(two.iri(BASE), three.iri(BASE))


def test_a_claim_that_follows_from_others_is_not_decided_on(review: Review, store: GraphStore) -> None:
    """The role of an event goes with the claim it comes from."""
    (role,) = rows(store.snapshot(), "SELECT ?c { GRAPH ?g { ?c rdf:predicate zg:destination } }")
    with pytest.raises(ReviewError, match="follows"):
        review.reject(str(role[0]))


def test_a_ledger_that_cannot_be_written_leaves_the_store_as_it_was(store: GraphStore, folder: Path) -> None:
    """The decision is not half made."""
    before = lines(store.snapshot())
    review = Review(store, Ledger(folder / "nowhere" / "reviews.jsonl"))
    review.reject(name(0))
    with pytest.raises(StoreError, match="cannot be written"):
        review.keep()
    assert lines(store.snapshot()) == before
    assert abide(store, []) == 0


def test_of_several_decisions_none_is_kept_where_one_is_wrong(review: Review, store: GraphStore) -> None:
    """They are kept together."""
    before = lines(store.snapshot())
    review.reject(name(0))
    with pytest.raises(NotFoundError):
        review.reject("nonsense")
    assert lines(store.snapshot()) == before
    assert not review.ledger.path.exists()


# ---- Terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "meant"),
    [
        ("和光科技", 3, HEGUANG),
        (HEGUANG.iri(BASE), 3, HEGUANG),
        ("Company:新来的公司", 0, Entity("新来的公司", "Company")),
        ('{"entity": {"name": "南山市", "kind": "AdministrativeArea"}}', 0, NANSHAN),
        ("近处", 2, Words("近处")),
        ("2022-03", 5, Date("2022-03", "2022-03")),
        ('{"quantity": {"value": 6e8, "unit": "CNY", "bound": ">", "text": "超6亿元"}}', 4, Quantity(6e8, "CNY", ">", "超6亿元")),
    ],
)  # fmt: skip
def test_the_other_end_is_given_as_a_user_would(
    review: Review, text: str, number: int, meant: object
) -> None:
    """A name or IRI of the graph, a kind with a name, words, a date, or JSON."""
    _, like = review.ends(name(number))
    assert review.term(text, like) == written(meant)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "number"), [("6亿元", 4), ("{no", 0), ('{"entity": {}}', 0), ("没有的公司", 0)]
)
def test_an_end_that_is_none_is_an_error(review: Review, text: str, number: int) -> None:
    """With the form to write it in."""
    with pytest.raises((UsageError, NotFoundError)) as caught:
        review.term(text, review.ends(name(number))[1])
    assert caught.value.cure


def test_story_and_document_together_stay_sound(review: Review, store: GraphStore) -> None:
    """Gates and shapes find nothing after decisions of every sort."""
    put(store, relocation_story().reading())
    review.reject(name(0))
    review.accept(name(1))
    review.edit(name(3), {"modality": "planned"})
    review.merge(YUANXING.name, HEGUANG.name)
    review.distinct(PARK.name, LINJIANG.name)
    review.keep()
    assert [finding for finding in check(store.snapshot()) if finding.level == "error"] == []


def test_a_decision_on_a_claim_that_is_no_more_is_a_warning(review: Review, store: GraphStore) -> None:
    """It stays in force, for the claim may come back."""
    review.reject(name(0))
    review.keep()
    again = document()
    del again.claims[0]
    store.put(map_reading(screen(again.reading()), BASE, laid=laid_over(store, BASE)))
    found = [finding.rule for finding in gates(store.commit()) if finding.rule.startswith("decision")]
    assert found == ["decision-about-nothing"]
    assert review.holds("reject", name(0))
