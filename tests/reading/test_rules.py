"""Reading rules: what each must find, what it must leave, and what a faulty file says."""

from pathlib import Path

import pytest

from graph_service.errors import RuleError
from graph_service.reading.claims import Claim, Document, Entity
from graph_service.reading.rules import Rule, load_file, rules
from graph_service.reading.stages import read
from graph_service.vocabulary import vocabulary


def _says(claim: Claim) -> set[str]:
    """Return what a claim says, once for each pair of names its ends have."""
    target = claim.object
    if isinstance(target, Entity):
        objects: tuple[str, ...] = (target.name, *target.names)
    else:
        objects = (str(getattr(target, "date", None) or getattr(target, "text", "")),)
    subjects = (claim.subject.name, *claim.subject.names)
    return {f"{subject} {claim.relation} {name}" for subject in subjects for name in objects}


def _claims(text: str) -> tuple[Claim, ...]:
    return read(Document(text, published="2023-06")).claims


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_finds_its_hits_and_leaves_its_misses(rule: Rule) -> None:
    for hit in rule.hits:
        found = set().union(*map(_says, _claims(hit["text"])))
        assert set(hit["says"]) <= found, f"{hit['text']} gave {sorted(found)}"
    for miss in rule.misses:
        assert rule.id not in {c.rule for c in _claims(miss)}


def test_every_rule_has_an_example_and_a_reason() -> None:
    assert all(rule.hits and rule.why for rule in rules())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("rules: [", "is not YAML"),
        ("nothing: here", "no list `rules`"),
        ("rules:\n- {id: a, why: b, pattern: '<x:Nothing>', emit: [], hits: []}", "slot kind “Nothing”"),
        (
            "rules:\n- {id: a, why: b, pattern: '<x:Company>', emit: [x flies x], hits: []}",
            "relation “flies”",
        ),
        ("rules:\n- {id: a, why: b, pattern: '<x:Company>', emit: [y locatedIn x], hits: []}", "“y”"),
        ("rules:\n- {id: a, why: b, pattern: '<x:Company>(', emit: [], hits: []}", "does not compile"),
        (
            "rules:\n- {id: a, why: b, pattern: '<x:Award><y:Award>', emit: [x locatedIn y], hits: []}",
            "locatedIn",
        ),
        ("rules:\n- {id: a, why: b, emit: [], hits: []}", "field “pattern” is missing"),
        (
            "rules:\n- {id: a, why: b, pattern: '{nothing}<x:Company>', emit: [], hits: []}",
            "list “nothing” is not in words.yaml",
        ),
        (
            "rules:\n- {id: a, why: b, pattern: '<x:Company>', emit: [], forecast: f, hits: []}",
            "forecast “f”",
        ),
        ("rules:\n- {id: a, wy: b, pattern: x, emit: [], hits: []}", "field “wy” is not known"),
    ],
)
def test_a_fault_in_a_rule_file_names_file_rule_and_slot(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError) as error:
        load_file(path, vocabulary())
    assert "faulty.yaml" in error.value.detail
    assert said in error.value.detail
