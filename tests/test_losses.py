"""Each missed fact has one stage that lost it; of texts held out nothing but counts is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.losses import COMPOSED, FIGURE, NO_RULE, SENTENCE, Case, case, cases, page, stage
from tests.benchmarks.quality import FOLDERS

OWN = FOLDERS[0]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """One document with its facts and claims."""
    made = tmp_path_factory.mktemp("claims")
    return case(OWN / "documents" / "yiwu.txt", OWN / "gold" / "yiwu.json", made)


def test_a_fact_is_lost_where_the_first_stage_fails(here: Case) -> None:
    """A quote that is not there, a figure that is not, a name that is not; then rules."""
    fact = next(f for f in here.facts if f.values)
    assert stage(replace(fact, quote="没有这一句"), here) == SENTENCE
    assert stage(replace(fact, values=(123456.0,)), here) == FIGURE
    assert stage(replace(fact, subject="某某某厂"), here) == f"subject no mention: {COMPOSED}"
    assert stage(replace(fact, relation="mergedInto"), here) in (NO_RULE, "claim made: another relation")


def test_every_missed_fact_and_every_extra_claim_is_counted_once(here: Case) -> None:
    """The two tables add up to what scoring counts."""
    told = page([here], listed=True)
    assert told.count(f" | {here.path.stem} | ") == len(here.missed) + len(here.extra)


def test_of_texts_held_out_only_counts_are_printed(here: Case) -> None:
    """No name, no words and no rule of the text stand on the page."""
    told = page([here], listed=False)
    ends = {name for f in here.facts for name in (f.subject, f.object) if len(name) > 2}
    assert not [name for name in ends if name in told]
    assert all(Path(c.path).stem != here.path.stem for c in cases(sealed=True))
