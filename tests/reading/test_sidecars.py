"""What stands beside a document is taken from there, below what the user says."""

from pathlib import Path

import pytest

from graph_service.errors import DocumentError
from graph_service.reading.sidecars import load_stated, stated


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A document with a sidecar."""
    made = tmp_path / "note.txt"
    made.write_text("浣江实验室今年1月揭牌。\n", "utf-8")
    made.with_suffix(".yaml").write_text("title: 简讯\npublished: 2023-06-08\ngenre: news\n", "utf-8")
    return made


def test_a_sidecar_gives_what_is_not_said(path: Path) -> None:
    """A date that YAML takes for one comes as text, too."""
    document = load_stated(path, {"published": None})
    assert (document.title, document.published, document.source) == ("简讯", "2023-06-08", None)


def test_what_is_said_goes_before(path: Path) -> None:
    """One key said leaves the others as stated."""
    document = load_stated(path, {"published": "2021", "title": None})
    assert (document.title, document.published) == ("简讯", "2021")


def test_other_keys_are_for_people(path: Path) -> None:
    """Only title, date and source are read; without a sidecar nothing is stated."""
    assert set(stated(path)) == {"title", "published"}
    assert stated(path.with_name("other.txt")) == {}


@pytest.mark.parametrize("content", [b"- a\n", b"a: [", b"\xff\xfe\x00"])
def test_a_faulty_sidecar_is_named_with_its_cure(path: Path, content: bytes) -> None:
    """A list, broken YAML and bytes that are no text."""
    path.with_suffix(".yaml").write_bytes(content)
    with pytest.raises(DocumentError, match=r"note\.yaml") as caught:
        load_stated(path, {})
    assert caught.value.cure
