"""The ledger: lines that are only ever added to, and a store that abides by them."""

from pathlib import Path

import pytest

from graph_service.errors import StoreError
from graph_service.graph.ledger import Ledger, abide, as_line, from_line, in_force, laid_over
from graph_service.graph.mapping import READING, map_reading
from graph_service.graph.reviews import Decision, ReviewError
from graph_service.graph.store import GraphStore
from tests.graph.factory import BASE, HEGUANG, PARK, YUANXING, Draft, lines, put, relocation_story, rows

REJECT = Decision("reject", "claim/1", note="错", by="某人", at="2023-01-01T00:00:00+00:00")
EDIT = Decision("edit", "claim/2", change='{"modality":"planned"}')
MERGE = Decision("merge", *(entity.iri(BASE).removeprefix(BASE) for entity in (YUANXING, HEGUANG)))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(tmp_path / "reviews.jsonl")


@pytest.mark.parametrize("decision", [REJECT, EDIT, MERGE, Decision("undo", MERGE.id)])
def test_a_decision_comes_back_from_its_line(decision: Decision) -> None:
    """With who made it and when."""
    back = from_line(as_line(decision))
    assert (back, back.by, back.at) == (decision, decision.by, decision.at)


def test_what_is_added_stands_behind_what_was_there(ledger: Ledger) -> None:
    """Nothing that was written changes."""
    assert ledger.decisions() == []
    ledger.append([REJECT, EDIT])
    before = ledger.path.read_bytes()
    ledger.append([MERGE])
    assert ledger.path.read_bytes().startswith(before)
    assert ledger.decisions() == [REJECT, EDIT, MERGE]


def test_bundled_decisions_come_first(tmp_path: Path) -> None:
    """File by file."""
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    for name, decision in (("b", MERGE), ("a", EDIT)):
        (bundled / f"{name}.jsonl").write_text(as_line(decision) + "\n", "utf-8")
    ledger = Ledger(tmp_path / "reviews.jsonl", bundled)
    ledger.append([REJECT])
    assert ledger.decisions() == [EDIT, MERGE, REJECT]


def test_a_line_that_was_never_finished_is_passed_over(ledger: Ledger) -> None:
    """The machine stopped while it was written; what comes next starts a line of its own."""
    ledger.append([REJECT])
    with ledger.path.open("ab") as file:
        file.write(as_line(EDIT).encode()[:-9])
    assert ledger.decisions() == [REJECT]


@pytest.mark.parametrize(
    "line",
    [
        "no", "[]", "{}", '{"verdict": "burn", "about": "claim/1"}', '{"verdict": "reject"}',
        '{"verdict": "merge", "about": "a/1"}', '{"verdict": "reject", "about": "claim/1", "other": "a/2"}',
        '{"verdict": "reject", "about": "claim/1", "colour": 1}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_decision_is_an_error_with_its_number(ledger: Ledger, line: str) -> None:
    """The rest of the file is not touched."""
    ledger.append([REJECT])
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(ReviewError, match="line 2"):
        ledger.decisions()


def test_a_ledger_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """It names the file."""
    with pytest.raises(StoreError, match=r"reviews\.jsonl"):
        Ledger(tmp_path / "nowhere" / "reviews.jsonl").append([REJECT])


# ---- Abiding -------------------------------------------------------------------------------------


def two() -> Draft:
    """Return a document that knows one firm by two names, and has a figure of one."""
    draft = Draft()
    said = draft.sentence("和光在园内,远星也在园内,又都迁到镜湖园。")
    draft.claim(HEGUANG, "locatedIn", PARK, said).claim(YUANXING, "locatedIn", PARK, said)
    return draft.claim(YUANXING, "relocatedTo", PARK, said)


def test_a_merger_joins_facts_and_events_of_all_documents(store: GraphStore) -> None:
    """One firm, one move, all its claims and names; the old IRI is left in the reviews alone."""
    put(store, two().reading(), relocation_story().reading())
    assert abide(store, [MERGE]) == 1
    snapshot = store.commit()
    assert rows(snapshot, "SELECT ?f { ?f a zg:Company }") == [(HEGUANG.iri(BASE),)]
    assert (YUANXING.name,) in rows(snapshot, "SELECT ?n { ?f a zg:Company ; skos:altLabel ?n }")
    moved = rows(snapshot, "SELECT DISTINCT ?m { ?m a zg:Relocation ; zg:mover ?f . ?f a zg:Company }")
    assert len(moved) == 2  # with and without a known origin
    assert [
        line for line in lines(snapshot) if f"<{YUANXING.iri(BASE)}>" in line and "/graph/reviews" not in line
    ] == []
    assert rows(snapshot, "SELECT ?a ?b { GRAPH ?g { ?a zg:replacedBy ?b } }") == [
        (YUANXING.iri(BASE), HEGUANG.iri(BASE))
    ]


def test_a_store_that_abides_already_maps_nothing(store: GraphStore) -> None:
    """Whatever order the decisions come in."""
    put(store, two().reading())
    name = (
        next(line for line in lines(store.snapshot()) if "Claim" in line)
        .split()[0]
        .strip("<>")
        .removeprefix(BASE)
    )
    made = [MERGE, Decision("reject", name)]
    assert abide(store, made) == 1
    store.commit()
    assert abide(store, made[::-1]) == 0
    assert in_force(store, BASE) == sorted(made, key=lambda d: d.id)


def test_taking_a_decision_back_gives_the_former_bytes(store: GraphStore) -> None:
    """Of every graph."""
    before = lines(put(store, two().reading(), relocation_story().reading()))
    chain = Decision("merge", MERGE.other or "", "company/other-00000000")
    abide(store, [MERGE, chain])
    assert lines(store.commit()) != before
    abide(store, [chain])
    abide(store, [])
    assert lines(store.commit()) == before


def test_a_document_that_comes_later_is_mapped_under_the_decisions(store: GraphStore) -> None:
    """The order of documents and decisions does not show."""
    first, second = two().reading(), relocation_story().reading()
    abide(store, [MERGE])
    for reading in (first, second):
        store.put(map_reading(reading, BASE, laid=laid_over(store, BASE)))
    early = lines(store.commit())
    abide(store, [])
    abide(store, [MERGE])
    assert lines(store.commit()) == early


def test_a_document_without_its_reading_loses_nothing(store: GraphStore) -> None:
    """The error comes before anything is written."""
    mapped = map_reading(two().reading(), BASE)
    bare = type(mapped)(mapped.document, BASE, tuple(q for q in mapped.quads if q.predicate != READING))
    store.put(bare)
    before = lines(store.commit())
    with pytest.raises(StoreError, match="anew"):
        abide(store, [MERGE])
    assert lines(store.commit()) == before
