"""Which claims are quarantined, and why."""

import math
from dataclasses import replace
from typing import Any

import pytest

from graph_service.graph.screening import screen
from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Claim, Date, Entity, Quantity, Span, Term, Words
from tests.graph.factory import (
    BASE,
    HEGUANG,
    LAB,
    NANSHAN,
    PARK,
    Draft,
    group,
    money,
    put,
    relocation_story,
    rows,
)


def screened(subject: Entity, relation: str, value: Term, **said: Any) -> Claim:
    """Return one claim with sound evidence, screened."""
    draft = Draft()
    evidence = draft.sentence("一句话。")
    draft.claim(subject, relation, value, evidence, **said)
    return screen(draft.reading()).claims[0]


def test_sound_claims_stay_they() -> None:
    """Sound claims stay as they are."""
    reading = relocation_story().reading()
    assert screen(reading) == reading


@pytest.mark.parametrize(
    ("subject", "relation", "value", "problem"),
    [
        (NANSHAN, "supplies", HEGUANG, "AdministrativeArea cannot be the subject of supplies"),
        (HEGUANG, "locatedIn", LAB, "Laboratory cannot be the object of locatedIn"),
        (HEGUANG, "locatedIn", Words("园区"), "Words cannot be the object of locatedIn"),
        (HEGUANG, "relationReason", PARK, "no relation relationReason"),
        (Entity("某物", "Gadget"), "locatedIn", PARK, "no kind Gadget"),
        (Entity(" ", "Company"), "locatedIn", PARK, "name is empty"),
        (group(0, "g"), "locatedIn", PARK, "size of the group is 0"),
        (PARK, "invests", money(5, "五", min=9, max=3), "minimum of '五' is above its maximum"),
        (PARK, "invests", money(5, "五", min=6), "outside its bounds"),
        (PARK, "invests", money(5, "五", max=4), "outside its bounds"),
        (PARK, "invests", money(math.inf, "无穷"), "not finite"),
        (PARK, "invests", money(5, "五", unit=" "), "has no unit"),
        (PARK, "invests", money(5, ""), "words of the figure are missing"),
        (PARK, "invests", money(5, "五", year=0), "no year 0"),
        (LAB, "openedIn", Date("2023-13", "十三月"), "'2023-13' is not a date"),
        (LAB, "openedIn", Date("2023-02-29", "二月二十九日"), "not a date"),
        (HEGUANG, "enables", Words("x"), "cannot be the subject of enables"),
        (HEGUANG, "alias", Words("  "), "no words"),
    ],
)
def test_claim_breaks_rule_quarantined(subject: Entity, relation: str, value: Term, problem: str) -> None:
    """A claim that breaks a rule is quarantined with the reason."""
    found = screened(subject, relation, value)
    assert found.status == "quarantined"
    assert found.problem is not None
    assert problem in found.problem
    assert " / " in found.problem


@pytest.mark.parametrize(
    "span",
    [Span(0, 4, "别的话。"), Span(-1, 3, "一句话"), Span(2, 2, ""), Span(0, 99, "一句话。")],
    ids=["other", "before", "empty", "after"],
)
def test_evidence_words_document_quarantines(span: Span, store: GraphStore) -> None:
    """Evidence that is not the words of the document quarantines its claim."""
    draft = Draft()
    draft.sentence("一句话。")
    reading = screen(draft.claim(HEGUANG, "locatedIn", PARK, span).reading())
    assert reading.claims[0].status == "quarantined"
    snapshot = put(store, reading)
    assert rows(snapshot, "SELECT ?o { ?s ?p ?o }") == []
    assert rows(snapshot, "SELECT ?s { GRAPH ?g { ?c zg:status ?s } }") == [("quarantined",)]


def test_claim_without_evidence_quarantined() -> None:
    """A claim without evidence is quarantined."""
    draft = Draft()
    draft.sentence("一句话。")
    found = screen(draft.claim(HEGUANG, "locatedIn", PARK).reading()).claims[0]
    assert found.problem is not None
    assert "no evidence" in found.problem


def test_every_problem_claim_named() -> None:
    """Every problem of a claim is named."""
    found = screened(NANSHAN, "yearsInIndustry", money(5, "五", min=6, unit=""))
    assert found.problem is not None
    assert found.problem.count(" / ") == 3


def test_claim_was_accepted_keeps() -> None:
    """A claim that was not accepted keeps its own problem."""
    found = screened(NANSHAN, "supplies", HEGUANG, status="unresolved", problem="没有先行词")
    assert (found.status, found.problem) == ("unresolved", "没有先行词")


def test_claim_dropped() -> None:
    """No claim is dropped."""
    reading = relocation_story().reading()
    broken = replace(reading, claims=tuple(replace(c, relation="nothing") for c in reading.claims))
    assert [c.status for c in screen(broken).claims] == ["quarantined"] * len(reading.claims)


def test_quarantined_claims_any_value(store: GraphStore) -> None:
    """Quarantined claims of any value can be stored."""
    draft = Draft()
    said = draft.sentence("一句话。")
    draft.claim(PARK, "invests", money(math.nan, "非数"), said).claim(
        LAB, "openedIn", Date("不详", "不详"), said
    )
    draft.claim(PARK, "invests", Quantity(1, "中文单位", "=", "一"), said)
    snapshot = put(store, screen(draft.reading()))
    assert rows(
        snapshot,
        "SELECT ?s (COUNT(?c) AS ?n) { GRAPH ?g { ?c zg:status ?s FILTER NOT EXISTS { ?c prov:wasDerivedFrom ?d } } } GROUP BY ?s",
    ) == [
        ("accepted", "1"),
        ("quarantined", "2"),
    ]
    assert PARK.iri(BASE) in "".join(str(q) for q in snapshot.quads(None, None, None, None))
