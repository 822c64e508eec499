"""What a pattern needs of a text before it can match, and the rules that are tried because of it."""

import re

import pytest

from graph_service.reading.documents import load
from graph_service.reading.needs import needs
from graph_service.reading.passages import symbol
from graph_service.reading.rules import rules
from graph_service.reading.sieve import Sieve
from graph_service.reading.stages import prepare
from tests.benchmarks.texts import OWN


def _said(pattern: str) -> set[str]:
    return {"".join(sorted(need)) for need in needs(pattern)}


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("投资额", {"投资", "资额"}),
        ("(?:了|的)?投(?:于|在)+", {"投", "于在"}),
        ("(?:总投入|斥资)", {"总投斥资", "投入斥资"}),
        ("(?:总投入|斥资)?", set()),
        ("[、和与]甲", {"、与和", "甲"}),
        ("[^。]{0,8}甲(?!乙)(?=丙)", {"甲", "丙"}),
        ("(?P<a>甲)(?P=a)(?:乙|$)", {"甲"}),
        ("[一-龥]{2}区", {"区"}),
        (r"\d\s甲", {"甲"}),
        ("(?i)ab", set()),
        ("(?i:a)b", {"b"}),
    ],
)
def test_needs_are_what_no_match_can_do_without(pattern: str, wanted: set[str]) -> None:
    """Only what must stand in every match is asked for; of branches, the first and the last need of each."""
    assert _said(pattern) == wanted


def test_an_ill_formed_pattern_is_an_error() -> None:
    """The error is that of the expression itself."""
    with pytest.raises(re.error):
        needs("(")


def test_no_rule_that_matches_is_left_out() -> None:
    """Every rule whose pattern matches a passage is among those picked."""
    found, sieve = 0, Sieve(rules())
    for path in sorted(OWN.glob("*.txt")):
        for passage in prepare(load(path, published="2023-06")):
            picked = list(sieve.promising(passage.code))
            match = [rule for rule in rules() if rule.pattern.search(passage.code)]
            assert set(match) <= set(picked)
            assert picked == sorted(picked, key=lambda rule: rule.order)
            found += len(match)
    assert found > 100


def test_a_sentence_without_the_words_of_any_rule_has_none_to_try() -> None:
    """Mentions alone pick no rule that also needs words."""
    code = symbol("Company") + "~~~" + symbol("Money")
    assert all(len(rule.needs) < 2 for rule in Sieve(rules()).promising(code))
