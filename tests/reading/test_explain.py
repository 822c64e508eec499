"""Explanations: the steps of every claim, for people and as JSON, and how near other rules came."""

import json
from pathlib import Path
from typing import Any

import pytest

from graph_service.errors import UsageError
from graph_service.reading.claims import Document
from graph_service.reading.explain import explain_document
from graph_service.reading.sidecars import load_stated
from graph_service.reading.stages import read
from graph_service.resources import resource

DOCUMENTS = sorted(resource("data", "documents").glob("*.txt"))
STORY = Document(
    "宁波远舟机械有限公司位于苏州工业园区。该公司已申请发明专利30多项。\n远舟还介绍了两家上游企业。",
    published="2023-06",
)


def _json(document: Document, **chosen: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in explain_document(document, as_json=True, **chosen).splitlines()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_claim_of_every_document_is_explained(path: Path) -> None:
    """As JSON Lines in the order of the claims, each with the rule that made it; as text with all of its evidence."""
    document = load_stated(path, {})
    claims, lines, told = read(document).claims, _json(document), explain_document(document)
    assert [line["rule"] for line in lines] == [claim.rule for claim in claims]
    for line in lines:
        assert {"rule"} <= {reason["step"] for reason in line["reasons"]}
        assert all(f"{e['start']}–{e['end']}  " in told for e in line["evidence"])


def test_the_chain_of_a_reference_is_told_step_by_step() -> None:
    """The slot says what fills it, and the reason which words stand for that."""
    (line,) = _json(STORY, only="patentApplicationCount")
    slots = {reason["name"]: reason for reason in line["reasons"] if reason["step"] == "slot"}
    assert slots["topic"]["filled"] == "宁波远舟机械有限公司"
    assert "“该公司” → 宁波远舟机械有限公司" in slots["topic"]["because"]
    assert line["derivation"] == "coreference"


def test_the_full_name_behind_a_short_one_is_told() -> None:
    """A claim by alias names the short form and the name that it is short for."""
    told = explain_document(STORY, only="introduced")
    assert "by group" in told or "by alias" in told
    assert "“远舟” is short for 宁波远舟机械有限公司" in told


def test_claims_of_one_sentence_stand_under_it_once() -> None:
    """A sentence is printed once, however many claims it makes."""
    document = Document("宁波远舟机械有限公司从东莞迁到苏州工业园区。")
    told = explain_document(document)
    assert told.count(document.text) == 1
    assert told.count("relocated") == 2


def test_what_was_not_accepted_has_its_problem() -> None:
    """A reference without antecedent says so."""
    told = explain_document(Document("该公司已申请发明专利30多项。"))
    assert "unresolved" in told
    assert "problem" in told


def test_a_kind_that_no_claim_has_is_refused_with_those_there_are() -> None:
    """The cure lists what one can ask for."""
    with pytest.raises(UsageError, match="No claim") as caught:
        explain_document(STORY, only="flies")
    assert "patentApplicationCount" in (caught.value.cure or "")


def test_a_rule_that_matched_and_had_no_subject_says_so() -> None:
    """The whole pattern is there; what is missing is who it is said of."""
    told = json.loads(explain_document(Document("2023年1月揭牌。"), why_not="揭牌", as_json=True))
    wanted = {rule["rule"]: rule["wanted"] for rule in told["rules"]}
    assert wanted["site.opened"].startswith("a subject: ")


def test_why_not_as_json_says_how_each_mention_was_understood() -> None:
    """Words, kind, meaning, the way to it and the reason; the rules that fired and those that came near."""
    told = json.loads(explain_document(STORY, why_not="该公司已申请", as_json=True))
    mention = next(m for m in told["mentions"] if m["words"] == "该公司")
    assert (mention["means"], mention["how"]) == ("宁波远舟机械有限公司", "coreference")
    assert "nearest" in mention["because"]
    assert told["fired"]
    assert all(set(rule) == {"rule", "why", "matched", "wanted"} for rule in told["rules"])


def test_a_sentence_in_which_nothing_is_recognised_says_that() -> None:
    """An empty list is told in words."""
    told = explain_document(Document("天气很好。"), why_not="天气很好")
    assert "nothing: no name" in told
    assert "no rule has words of this sentence" in told
