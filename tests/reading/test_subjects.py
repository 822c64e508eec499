"""Whose a statement is: texts with what they say of whom, and what they do not say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from graph_service.reading.claims import Claim, Date, Document, Entity
from graph_service.reading.stages import read

CASES = yaml.safe_load(Path(__file__).with_name("subjects.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["kind"] for case in CASES])
def test_a_statement_is_of_whom_the_text_says_it(case: dict[str, str | list[str]]) -> None:
    said = said_in(str(case["text"]))
    assert {line for line in case.get("says", []) if line not in said} == set()
    assert said.intersection(case.get("not", [])) == set()


def said_in(text: str) -> set[str]:
    """Return the accepted claims of a text in words."""
    return {line for claim in _claims(text) for line in _lines(claim)}


def _claims(text: str) -> list[Claim]:
    document = Document(text, text.split("\n")[0], "2024-06-01")
    return [claim for claim in read(document).claims if claim.status == "accepted"]


def _lines(claim: Claim) -> Iterator[str]:
    """Yield a claim in words, under every name of its subject."""
    target = claim.object
    words = (
        target.name
        if isinstance(target, Entity)
        else target.date
        if isinstance(target, Date)
        else target.text
    )
    for name in (claim.subject.name, *claim.subject.names):
        yield f"{name} {claim.relation} {words}"
