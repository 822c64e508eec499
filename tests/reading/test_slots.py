"""What a statement says: texts whose triggers stand apart from what fills their slots."""

from pathlib import Path

import pytest
import yaml

from tests.reading.test_subjects import said_in

CASES = yaml.safe_load(Path(__file__).with_name("slots.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["kind"] for case in CASES])
def test_a_slot_is_filled_wherever_the_grammar_puts_it(case: dict[str, str | list[str]]) -> None:
    said = said_in(str(case["text"]))
    assert {line for line in case.get("says", []) if line not in said} == set()
    assert said.intersection(case.get("not", [])) == set()
