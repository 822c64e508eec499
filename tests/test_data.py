"""The documents we wrote, and the facts we found in them."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph_service.reading.documents import load, parse_published
from graph_service.reading.gold import Fact, load_facts
from graph_service.vocabulary import DATE, MODALITIES, QUANTITY, WORDS, vocabulary

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "data" / "documents").glob("*.txt"))
SHARED = ROOT.parent / "shared" / "documents"
FIELDS = {
    "id", "subject", "relation", "object", "tier", "modality", "quote", "optional",
    "value", "min", "max", "bound", "unit", "date", "sAnon", "oAnon", "coref", "derived", "attributedTo",
    "year", "per", "milestone",
}  # fmt: skip
UNITS = {
    "CNY",
    "USD",
    "m2",
    "km2",
    "mu",
    "ha",
    "a",
    "t",
    "GW",
    "GWh",
    "P",
    "台",
    "片",
    "支",
    "根",
    "套",
    "台套",
}
"""Those of claims, and the words that products are counted by."""
RUN = 12

pytestmark = pytest.mark.parametrize("path", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])


def gold(path: Path) -> Path:
    """Return the file of facts that belongs to a document."""
    return ROOT / "data" / "gold" / f"{path.stem}.json"


def records(path: Path) -> list[dict[str, Any]]:
    """Return the facts of a document as they stand in their file."""
    found: list[dict[str, Any]] = json.loads(gold(path).read_text(encoding="utf-8"))
    return found


def fold(text: str) -> str:
    """Return a text without what layout and keyboards change: width of characters, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def names(facts: tuple[Fact, ...]) -> Iterator[str]:
    """Yield the proper names in the facts: the ends of relations between things, and titles of documents."""
    for fact in facts:
        if fact.subject != "本文" and not fact.unnamed[0]:
            yield fact.subject
        thing = fact.tier == "core" and not (fact.values or fact.date or fact.unnamed[1])
        if thing or fact.object.startswith("《"):
            yield fact.object
        if fact.relation == "leads":
            yield from re.findall(rf"{fact.object}\w*{fact.subject}", fact.quote)


def test_a_document_is_as_long_as_a_report_or_a_notice(path: Path) -> None:
    """A document has 300 to 2000 characters, ends its lines with a line feed and has no byte order mark."""
    text = path.read_bytes().decode("utf-8")
    assert 300 <= len(text) <= 2000
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert text.endswith("\n")


def test_a_sidecar_says_what_a_reader_must_know(path: Path) -> None:
    """A sidecar names title, date, source, publisher and language, and marks what is invented."""
    sidecar = yaml.safe_load(path.with_suffix(".yaml").read_text(encoding="utf-8"))
    text = fold(load(path).text)
    stated = {"title", "published", "source", "publisher", "language", "fictional", "note"}
    assert set(sidecar) - {"genre"} == stated
    assert parse_published(sidecar["published"]) == sidecar["published"]
    assert sidecar["language"] == "zh-CN"
    assert isinstance(sidecar["fictional"], bool)
    assert sidecar["fictional"] == ("invented" in sidecar["note"].lower())
    assert all(sidecar[field].strip() for field in ("source", "publisher", "note"))
    assert text.startswith(fold(sidecar["title"]))


def test_a_fact_is_well_formed(path: Path) -> None:
    """Every fact has the fields of its format, in their forms, and they are numbered from 001."""
    facts = records(path)
    load_facts(gold(path))
    assert [fact["id"] for fact in facts] == [f"{number:03}" for number in range(1, len(facts) + 1)]
    for fact in facts:
        assert set(fact) <= FIELDS, fact
        assert fact["modality"] in MODALITIES
        assert isinstance(fact["optional"], bool)
        assert fact.get("unit") is None or fact["unit"] in UNITS, fact
        assert "date" not in fact or parse_published(fact["date"]) == fact["date"]
        bounded = "bound" in fact
        assert fact["tier"] == "text" or bounded == ("value" in fact) or (bounded and "date" in fact), fact


def test_a_fact_stands_once(path: Path) -> None:
    """No fact is written down twice."""
    keys = [(f["subject"], f["relation"], f["object"], f["modality"]) for f in records(path)]
    assert len(keys) == len(set(keys))


def test_a_quote_is_found_in_the_text(path: Path) -> None:
    """Every quote is a piece of the document as it stands."""
    text = load(path).text
    assert [f["id"] for f in records(path) if f["quote"] not in text] == []


def test_a_figure_is_written_in_its_quote(path: Path) -> None:
    """The digits of a figure stand in its quote."""
    for fact in records(path):
        written = set(re.findall(r"\d+(?:\.\d+)?", fact["object"])) if "value" in fact else set()
        assert written <= set(re.findall(r"\d+(?:\.\d+)?", fact["quote"])), fact


def test_a_relation_is_one_of_the_ontology(path: Path) -> None:
    """Relations exist, and their ranges take a figure, a date or words where the fact has one."""
    relations = vocabulary().relations
    for fact in load_facts(gold(path)):
        assert fact.relation in relations, fact
        allowed = relations[fact.relation].range
        if fact.tier == "text":
            assert allowed & {WORDS, QUANTITY} or "Policy" in allowed, fact
        elif fact.values:
            assert QUANTITY in allowed, fact
        elif fact.date:
            assert DATE in allowed, fact


def test_a_text_is_in_our_own_words(path: Path) -> None:
    """Proper names apart, no twelve characters in a row are those of a text we were shown."""
    if not SHARED.is_dir():
        pytest.skip("the texts we were shown are not part of the project and are not here")
    shown = [fold(other.read_text(encoding="utf-8")) for other in sorted(SHARED.glob("*.txt"))]
    text = fold(load(path).text)
    for name in sorted(set(map(fold, names(load_facts(gold(path))))), key=len, reverse=True):
        text = text.replace(name, "\n")
    runs = (text[start : start + RUN] for start in range(len(text) - RUN + 1))
    assert [run for run in runs if any(run in other for other in shown)] == []


def test_every_document_has_a_sidecar_and_facts(path: Path) -> None:
    """A document stands with its sidecar and its facts, and neither stands alone."""
    assert path.with_suffix(".yaml").is_file()
    assert gold(path).is_file()
    assert {p.stem for p in path.parent.glob("*.yaml")} == {p.stem for p in DOCUMENTS}
    assert {p.stem for p in gold(path).parent.glob("*.json")} == {p.stem for p in DOCUMENTS}
