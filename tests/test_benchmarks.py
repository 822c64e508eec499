"""The page on quality: it has every document and relation, and says the same each time."""

import re
from pathlib import Path

import pytest

from graph_service.reading.score import Count, Share
from tests.benchmarks import quality
from tests.benchmarks.quality import FOLDERS, READMES, Measured, measure, page, readme_table, table
from tests.benchmarks.texts import held_out


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    """Our documents, scored."""
    return measure(FOLDERS[0])


def test_a_table_shows_shares_with_their_numbers() -> None:
    """Words stand left, numbers right; a share of nothing is a dash."""
    made = table(("Document", "P", "Values"), [("`a`", 0.5, Share(1, 4)), ("`b`", 1.0, Share(0, 0))])
    assert made.splitlines() == [
        "| Document | P | Values |", "| :--- | ---: | ---: |",
        "| `a` | 0.500 | 0.250 (1/4) |", "| `b` | 1.000 | – |",
    ]  # fmt: skip


def test_the_page_has_every_document_relation_derivation_modality_and_tier(measured: list[Measured]) -> None:
    """Nothing that has facts is left out, and documents stand by genre."""
    made = page({FOLDERS[0]: measured})
    facts = (fact for m in measured for fact in m.facts if not fact.optional)
    wanted = {m.path.stem for m in measured} | {fact.relation for fact in facts}
    assert [name for name in sorted(wanted) if f"| `{name}` |" not in made] == []
    for name in (
        "plain",
        "coreference",
        "alias",
        "group",
        "actual",
        "planned",
        "target",
        "possible",
        "core, strict",
    ):
        assert f"| {name} |" in made
    assert [m.genre for m in measured] == sorted(m.genre for m in measured)


def test_the_page_is_the_same_again(measured: list[Measured]) -> None:
    """The same reader and documents give the same bytes."""
    assert page({FOLDERS[0]: measure(FOLDERS[0])}) == page({FOLDERS[0]: measured})


def test_the_page_goes_to_a_file_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is written."""
    monkeypatch.setattr(quality, "FOLDERS", FOLDERS[:1])
    quality.main(["--output", str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text("utf-8").startswith("# How well ZoneGraph reads")
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_evidence_holds_in_every_document(measured: list[Measured]) -> None:
    """No claim has a piece of evidence that is not the slice it says."""
    assert [(m.path.stem, b.claims) for m in measured for b in m.score.broken if b.claims.right] == []


@pytest.mark.parametrize("readme", READMES, ids=READMES.values())
def test_the_table_of_a_readme_has_its_marks_and_columns(readme: Path, measured: list[Measured]) -> None:
    """The table is put between the marks, with the heads of its language."""
    made, text = readme_table(measured, READMES[readme]), readme.read_text("utf-8")
    (block,) = re.findall(r"<!-- figures: [^>]*-->\n(.*?)<!-- end of figures -->", text, re.DOTALL)
    assert block.splitlines()[:2] == made.splitlines()[:2]


def test_a_first_score_is_noted_of_a_committed_reader_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures that nobody could make again are refused."""
    monkeypatch.setattr(
        quality, "_git", lambda *words: " M graph_service/x.py" if "status" in words else "abc"
    )
    with pytest.raises(SystemExit, match="commit"):
        quality.note_first([])


def test_a_first_score_is_noted_once_and_held_out(
    measured: list[Measured], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted already stays as it is."""
    file = tmp_path / "first.yaml"
    file.write_text(f"{measured[0].path.stem}: {{commit: abc, found: 1, extra: 2, missed: 3}}\n", "utf-8")
    monkeypatch.setattr(quality, "FIRST", file)
    monkeypatch.setattr("tests.benchmarks.texts.FIRST", file)
    monkeypatch.setattr(quality, "_git", lambda *words: "" if "status" in words else "def")
    assert quality.note_first(measured) == sorted(m.path.stem for m in measured[1:])
    assert quality.note_first(measured) == []
    assert not held_out(measured[0].path)
    assert held_out(measured[1].path)


def test_counts_of_documents_are_added() -> None:
    """Facts count, not documents."""
    assert quality.added([Count(1, 2, 3), Count(10, 0, 1)]) == Count(11, 2, 4)
