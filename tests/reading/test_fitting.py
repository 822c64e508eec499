"""The rules are of the language, not of the texts they were worked on: what one text alone has does not stand in them.

`tests/benchmarks/fitting.py` says what is looked for and why; run it for the whole report.
"""

import json
from pathlib import Path

import pytest

from graph_service.reading.rules import load_rules
from graph_service.vocabulary import vocabulary
from tests.benchmarks import fitting
from tests.benchmarks.left_out import copy_without, own_rules, own_words, read_apart
from tests.benchmarks.texts import OWN, SHARED


def test_no_name_of_one_text_stands_in_a_rule_a_list_an_example_or_a_constant() -> None:
    """Names and short names that a person or the reader found in one source and that no other source has."""
    found = fitting.names_in_rules()
    assert found == [], "\n".join(" | ".join(row) for row in found)


def test_no_compound_is_borrowed_from_one_text() -> None:
    """A compound that one source alone has, with a noun that no other has, belongs into a form."""
    borrowed = [(w.text, part, source, *w.places) for w, part, source in fitting.fitted_compounds()]
    assert borrowed == [], "\n".join(" | ".join(row) for row in borrowed)


def test_no_list_leans_on_one_text() -> None:
    """No source has more entries of a long list for itself than a text of its length would have by chance."""
    assert [x for x in fitting.leanings() if x.chance < fitting.CHANCE] == []


def test_a_text_and_its_retelling_are_one_source() -> None:
    """Else our own retelling would make every name of a text one of two texts."""
    if not SHARED.is_dir():
        pytest.skip("the texts that ours retell are not part of the project and are not here")
    groups = [{path.stem for path in source.paths} for source in fitting.sources()]
    assert {"zhuji", "zhuji-development-zone"} in groups
    assert {"kunshan", "dev-01"} in groups


def test_a_name_put_into_a_list_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A firm, its short name and its park, each in a string of some length, are told with source and place."""
    said = [
        ("names.trade", "德广信"),
        ("move.to.pattern", "(?:迁到|诸暨智能视觉产业园)<x:Park>"),
        ("x.py", "企业"),
    ]
    monkeypatch.setattr(fitting, "strings", lambda: iter(said))
    found = fitting.names_in_rules()
    assert {(name, place) for name, _, place in found} >= {
        ("德广信", "names.trade"), ("诸暨智能视觉产业园", "move.to.pattern"),
    }  # fmt: skip
    assert not {place for _, _, place in found} & {"x.py"}


@pytest.mark.parametrize(
    ("word", "borrowed"), [("篮球中心", True), ("招商中心", False), ("体育", False), ("谐波设备", True)]
)
def test_a_compound_is_borrowed_where_a_part_of_it_is(
    monkeypatch: pytest.MonkeyPatch, word: str, borrowed: bool
) -> None:
    """Words that several texts have make a form, a single word makes none."""
    source = fitting.Source((Path("one.txt"),), "新建篮球中心,谐波设备、招商中心。体育", tuned=True)
    other = fitting.Source((Path("two.txt"),), "招商设备和服务中心。", tuned=False)
    monkeypatch.setattr(fitting, "sources", lambda: (source, other))
    monkeypatch.setattr(fitting, "words", lambda: (fitting.Word(word, ("names.suffixes",)),))
    monkeypatch.setattr(fitting, "_in_family", lambda _part: False)
    assert [w.text for w, _, _ in fitting.fitted_compounds()] == ([word] if borrowed else [])


def test_rules_without_what_one_text_supports_still_load(tmp_path: Path) -> None:
    """Words go out of lists and alternatives, rules as a whole; the rest keeps its form."""
    copy_without(
        frozenset(("新开工", "破土动工", "电子信息")), frozenset(("site.opened",)), tmp_path / "patterns"
    )
    rules = {rule.id: rule for rule in load_rules(tmp_path / "patterns" / "relations", vocabulary())}
    assert "site.opened" not in rules
    assert "新开工" not in rules["site.breaks-ground"].source
    assert "开工" in rules["site.breaks-ground"].source
    assert "破土动工" not in (tmp_path / "patterns" / "words.yaml").read_text("utf-8")
    assert (
        "电子信息"
        not in (tmp_path / "patterns" / "names.yaml").read_text("utf-8").split("industries:")[1][:60]
    )


def test_a_text_is_read_without_the_rules_that_it_alone_supports(tmp_path: Path) -> None:
    """The process that reads it knows neither them nor the words; other rules still make claims."""
    path = OWN / "lanan.txt"
    (name,) = (source.name for source in fitting.sources() if path in source.paths)
    words, rules = own_words(name), own_rules(name)
    assert words
    read_apart(words, rules, [path], tmp_path)
    made = {json.loads(line)["rule"] for line in (tmp_path / "lanan.jsonl").read_text("utf-8").splitlines()}
    assert made
    assert not made & rules
