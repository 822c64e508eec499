"""What documents say in many wordings is read; `python -m tests.benchmarks.wordings` prints the shares and the misses."""

import pytest

from tests.benchmarks import wordings


@pytest.mark.parametrize("kind", wordings.KINDS)
@pytest.mark.parametrize("family", wordings.families())
def test_wordings_are_read(family: str, kind: str) -> None:
    """No family falls below its floor, neither in the half for work nor in the half that is only counted."""
    share, least = wordings.tallies(family)[family].share(kind), wordings.floors(family)[kind]
    assert share.total
    assert share.part >= least, f"{family}, {kind}: {share} is below {least}"


def test_a_wording_names_what_is_wrong_with_it() -> None:
    """A fact without three parts, with an end that is not there, or with an unknown relation is told with its place."""
    for line, said in (
        ("甲 | relocatedTo", "subject | relation | object"),
        ("甲 | relocatedTo | 乙", "“乙” does not stand"),
        ("甲 | flies | 甲", "“flies”"),
        ("甲 | relocatedTo | 甲 | soon", "“soon”"),
    ):
        with pytest.raises(ValueError, match=r"x\.yaml, wording 1") as error:
            wordings._parse(f"甲迁址。\n{line}", "x.yaml, wording 1")
        assert said in str(error.value)
