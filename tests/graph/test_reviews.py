"""Decisions: which of them stand, how they stand in a graph, and what they make of a claim."""

import pytest

from graph_service.graph.ledger import change_text
from graph_service.graph.readings import written
from graph_service.graph.reviews import (
    NOTHING,
    Decision,
    ReviewError,
    as_quads,
    decided,
    from_quads,
    overlay,
    standing,
    survivors,
)
from graph_service.reading.claims import Claim, Entity, Quantity, Words, claim_iri
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, YUANXING, Draft, money

REJECT, ACCEPT = Decision("reject", "claim/1"), Decision("accept", "claim/1")
MERGE = Decision("merge", "company/a", "company/b")


def undo(decision: Decision) -> Decision:
    """Return the decision that takes another back."""
    return Decision("undo", decision.id)


@pytest.mark.parametrize(
    ("made", "left"),
    [
        ([REJECT, ACCEPT], [ACCEPT]),
        ([REJECT, ACCEPT, undo(ACCEPT)], [REJECT]),
        ([REJECT, undo(REJECT)], []),
        ([REJECT, undo(REJECT), REJECT], [REJECT]),
        ([MERGE, undo(MERGE), undo(MERGE)], []),
        ([undo(MERGE), MERGE], [MERGE]),
        ([MERGE, Decision("merge", "company/a", "company/c")], [Decision("merge", "company/a", "company/c")]),
        ([Decision("distinct", "a/1", "a/2"), Decision("distinct", "a/2", "a/1")], [Decision("distinct", "a/2", "a/1")]),
    ],
)  # fmt: skip
def test_the_last_decision_that_was_not_undone_stands(made: list[Decision], left: list[Decision]) -> None:
    """One on each claim, one on each entity to be replaced, one on each pair."""
    assert standing(made) == left


def test_what_stands_does_not_depend_on_the_order_of_independent_decisions() -> None:
    """They are sorted."""
    assert standing([MERGE, REJECT]) == standing([REJECT, MERGE])


def test_entities_that_replace_each_other_in_a_circle_are_an_error() -> None:
    """However long the circle is."""
    with pytest.raises(ReviewError, match="circle"):
        survivors({"a": "b", "b": "c", "c": "a"})
    with pytest.raises(ReviewError, match="circle"):
        standing([MERGE, Decision("merge", "company/b", "company/a")])


def test_a_chain_of_mergers_ends_with_the_last() -> None:
    """Both lead there."""
    assert survivors({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}


def test_decisions_come_back_from_the_graph() -> None:
    """With change and note; when and by whom is not in it, so that equal decisions are equal graphs."""
    edit = Decision(
        "edit", "claim/2", change='{"modality":"planned"}', note="原文是将", by="某人", at="2023-01-01"
    )
    made = standing([MERGE, REJECT, edit, Decision("distinct", "company/z", "company/y")])
    quads = as_quads(made, BASE)
    assert from_quads(quads, BASE) == made
    assert "2023" not in "".join(map(str, quads))
    assert "某人" not in "".join(map(str, quads))


def claim(
    value: Entity | Quantity | Words = PARK, relation: str = "relocatedTo", **said: str
) -> tuple[Draft, Claim]:
    """Return a draft with one claim, and the claim."""
    draft = Draft()
    draft.claim(HEGUANG, relation, value, draft.sentence("和光科技迁到镜湖产业园。"), **said)
    return draft, draft.claims[0]


def edited(read: Claim, draft: Draft, **change: object) -> Claim:
    """Return the claim as an edit leaves it."""
    return decided(read, Decision("edit", "claim/1", change=change_text(change)), draft.reading().document)


def test_an_edit_changes_the_fields_it_names() -> None:
    """And no others."""
    draft, read = claim()
    after = edited(read, draft, object=written(LINJIANG), modality="planned", attributed_to="某人")
    assert (after.object, after.modality, after.attributed_to) == (LINJIANG, "planned", "某人")
    assert (after.subject, after.relation, after.evidence, after.status) == (
        HEGUANG,
        "relocatedTo",
        read.evidence,
        "accepted",
    )


def test_an_edit_can_give_a_quantity_and_qualifiers() -> None:
    """Of any term."""
    draft, read = claim(Words("许多"), "targets")
    after = edited(read, draft, object=written(money(5e8, "5亿元")), qualifiers={"area": "镜湖"})
    assert (after.object, after.qualifiers) == (money(5e8, "5亿元"), (("area", "镜湖"),))


def test_what_breaks_the_ontology_is_not_accepted_by_anyone() -> None:
    """It stays set aside, with the reason."""
    draft, read = claim(Words("远方"), status="quarantined", problem="旧的")
    after = decided(read, ACCEPT, draft.reading().document)
    assert after.status == "quarantined"
    assert "Words" in (after.problem or "")


def test_what_was_unresolved_can_be_accepted() -> None:
    """The problem is gone with it."""
    draft, read = claim(status="unresolved", problem="没有先行词")
    after = decided(read, ACCEPT, draft.reading().document)
    assert (after.status, after.problem) == ("accepted", None)


def test_a_rejected_claim_says_why() -> None:
    """In the words of the note."""
    draft, read = claim()
    after = decided(read, Decision("reject", "claim/1", note="张冠李戴"), draft.reading().document)
    assert after.status == "rejected"
    assert "张冠李戴" in (after.problem or "")


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"}, {"object": {"entity": {"name": "x"}}}, {"object": "x"}, {"object": {"colour": {}}},
        {"subject": {"words": {"text": "x"}}}, {"qualifiers": "x"},
    ],
)  # fmt: skip
def test_a_change_that_is_none_is_an_error(change: dict[str, object]) -> None:
    """It names what is wrong."""
    draft, read = claim()
    with pytest.raises(ReviewError):
        edited(read, draft, **change)


def test_an_overlay_keeps_the_names_of_claims() -> None:
    """A changed claim goes by the IRI it was read with, so that further decisions find it."""
    draft, read = claim()
    name = claim_iri(read, draft.reading().document, BASE)
    edit = Decision("edit", name.removeprefix(BASE), change=change_text({"subject": written(YUANXING)}))
    (judged,) = overlay([edit], BASE).judged(draft.reading(), BASE)
    assert (judged.iri, judged.claim.subject, judged.decision) == (name, YUANXING, BASE + edit.id)
    (plain,) = NOTHING.judged(draft.reading(), BASE)
    assert (plain.iri, plain.claim, plain.decision) == (name, read, None)
