"""Reading rules: YAML in, checked and compiled rules out.

A file in `patterns/relations/` is one family. A rule has an `id`, a `why`, a `pattern`, what it emits, and examples that
must hit and must miss. The pattern is an expression over the words of a sentence in which a slot stands for one mention:

    <who:Company|Group>   a mention of one of these kinds, or below them
    <what:Product+>       one or several of them in a list (A、B和C等N家)
    <text:words>          two to forty code points without a comma or full stop; `words12` at most twelve
    <thing:=Product>      such words, taken for the name of a thing of that kind; `=Product+` a list of them
    <:Date>                 a mention of that kind which is no end of anything
    <thing:~Product>      a phrase with a head of that kind (`patterns/things.yaml`), wherever it ends; `~Product+` a list of them
    <things:^Product>     a list of noun phrases that name what can be made, whatever their heads (`goods`), as far as they go
    {move}                one of the words of that list of `patterns/words.yaml`; `{adv}*` none or several
    …                     a gap of at most 12 code points inside the clause; `…30` at most 30 inside the sentence

White space in a pattern counts for nothing. `topic: Kinds` says what may be the subject where the clause has none of its
own. `emit` lists `subject relation object [qualifier=group …]`, where subject and object are slots, `topic`, `document` or
`here` (the place spoken of), `zone` (the zone or park spoken of), `there` (where the sentence stands, see `presence`), `home` (the same,
else where the paragraph or the text stands), `enclosing` (whose parts are gone through), `goods` (the products of
the topic, which have no name), `group` (the unnamed projects counted last) or `system` (the
“1+2+1” of industries spoken of). `forecast` names the relation to take instead where the
modality is not actual (sales that are expected). Where a match says 分别,
the first of a list goes with the first of the other. `first: true` lets a rule read a figure before the others
do, `last: true` only what none of them has read, and `units` what it may be measured in. A match begins at its group
`cue`, where it has one. A file may also list `measures`, short forms of such last rules (`measures`). Everything is checked
against the ontology when it is loaded: a fault names file, rule and slot.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from graph_service.errors import RuleError
from graph_service.reading.claims import Modality
from graph_service.reading.lexicon import PATTERNS
from graph_service.reading.measures import as_rules
from graph_service.reading.needs import Needs, needs
from graph_service.reading.slots import FIGURE_KINDS, FaultError, Slot, compile_pattern, read_kinds
from graph_service.vocabulary import DATE, MODALITIES, QUANTITY, WORDS, Vocabulary, vocabulary

PSEUDO = {
    "document": "Document",
    "here": "AdministrativeArea",
    "zone": "Zone",
    "inside": "Zone",
    "there": "Zone",
    "home": "Zone",
    "enclosing": "Zone",
    "group": "ProjectGroup",
    "system": "Industry",
    "goods": "Product",
}
"""Ends of an emission that are no slots, with the kind of what they mean."""
_LIST = re.compile(r"\{([a-z_]+)\}")
_REQUIRED = frozenset(("id", "why", "pattern", "emit", "hits"))
_FIELDS = _REQUIRED | {"topic", "forecast", "first", "last", "units", "trigger", "modality", "cues", "misses"}


_ONE_OBJECT = frozenset(
    (
        "locatedIn",
        "relocatedTo",
        "relocatedFrom",
        "partOf",
        "mergedInto",
        "mergedWith",
        "renamedTo",
        "formerName",
    )
)
"""Relations of which a thing has one object at a time: 五洲大道、芳菲路 is one place."""


@dataclass(frozen=True, slots=True)
class Emission:
    """What a match says: slots (or `topic`) at both ends, and qualifiers from named groups."""

    subject: str
    relation: str
    object: str
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One reading rule, compiled.

    Its pattern matches nothing without its `needs`.
    """

    id: str
    why: str
    pattern: re.Pattern[str]
    slots: dict[str, Slot]
    topic: frozenset[str]
    emit: tuple[Emission, ...]
    trigger: re.Pattern[str] | None
    modality: Modality | None
    cues: bool
    hits: tuple[dict[str, Any], ...]
    misses: tuple[str, ...]
    order: int
    file: str
    source: str = ""
    forecast: str | None = None
    first: bool = False
    last: bool = False
    units: frozenset[str] = frozenset()
    needs: Needs = ()


def load_rules(folder: Path, words: Vocabulary) -> tuple[Rule, ...]:
    """Return all rules of a folder, files in order of their names.

    Raises:
        RuleError: as `load_file`, or an id that stands twice.
    """
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.yaml")):
        rules += load_file(path, words, len(rules))
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(
                f"{rule.file}, rule {rule.id}: the id stands in {seen[rule.id]} already",
                "Give it another id.",
            )
        seen[rule.id] = rule.file
    ordered = sorted(rules, key=lambda rule: rule.last - rule.first)
    return tuple(replace(rule, order=number) for number, rule in enumerate(ordered))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the bundled rules, loaded and checked once."""
    return load_rules(PATTERNS / "relations", vocabulary())


def load_file(path: Path, words: Vocabulary, first: int = 0) -> list[Rule]:
    """Return the rules of one file in order; `first` is the order of the first one.

    Raises:
        RuleError: the file is no YAML or a rule has a fault; file and rule are named.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name} is not YAML: {error}", "Mend the line named.") from error
    if isinstance(raw, dict) and "measures" in raw:
        raw = {"rules": [*raw.get("rules", ()), *as_rules(raw["measures"])]}
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise RuleError(
            f"{path.name} has no list `rules`", "Begin the file with `rules:` and one `- id:` per rule."
        )
    rules: list[Rule] = []
    for number, entry in enumerate(raw["rules"]):
        name = entry.get("id", f"number {number + 1}") if isinstance(entry, dict) else f"number {number + 1}"
        try:
            if not isinstance(entry, dict):
                raise FaultError("it is not a mapping")
            rules.append(_rule(entry, first + number, path, words))
        except (FaultError, re.error, ValueError, TypeError) as error:
            raise RuleError(
                f"{path.name}, rule {name}: {error}",
                "See the head of reading/rules.py for the form of a rule.",
            ) from error
    return rules


@lru_cache(maxsize=8)
def word_lists(path: Path) -> dict[str, str]:
    """Return the lists of `words.yaml`, each as an expression for one of its words, the longest first."""
    raw: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: f"(?:{'|'.join(sorted(entries, key=len, reverse=True))})" for name, entries in raw.items()}


def _with_lists(pattern: str, lists: Mapping[str, str]) -> str:
    """Return a pattern with the words of each list in the place of its name."""
    for name in set(_LIST.findall(pattern)):
        if name not in lists:
            raise FaultError(f"list “{name}” is not in words.yaml")
    return _LIST.sub(lambda m: lists[m[1]], pattern)


def _rule(raw: dict[str, Any], order: int, path: Path, words: Vocabulary) -> Rule:
    _check_fields(raw, words)
    beside = path.parents[1] / "words.yaml"
    source = _with_lists(raw["pattern"], word_lists(beside if beside.exists() else PATTERNS / "words.yaml"))
    pattern, slots = compile_pattern(source, words, _lists(raw["emit"]))
    topic = read_kinds(raw["topic"], words) if "topic" in raw else frozenset()
    if not slots:
        raise FaultError("a pattern needs at least one slot, such as <who:Company>")
    emit = tuple(_emission(line, slots, topic, set(pattern.groupindex), words) for line in raw["emit"])
    return Rule(
        raw["id"], raw["why"], pattern, slots, topic, emit,
        re.compile(raw["trigger"]) if "trigger" in raw else None,
        cast(Modality | None, raw.get("modality")), raw.get("cues", True),
        tuple(raw["hits"]), tuple(raw.get("misses", ())), order, path.name, source, raw.get("forecast"),
        raw.get("first", False), raw.get("last", False), frozenset(raw.get("units", "").split()),
        needs(pattern.pattern),
    )  # fmt: skip


def _lists(emit: Iterable[str]) -> frozenset[str]:
    """Return the ends that may be lists, whatever the rule says of them: objects of which a thing may have several."""
    lines = [line.split() for line in emit]
    single = {target for _, relation, target, *_ in lines if relation in _ONE_OBJECT}
    return frozenset(target for _, _, target, *_ in lines) - single - {subject for subject, *_ in lines}


def _check_fields(raw: Mapping[str, Any], words: Vocabulary) -> None:
    """Check the fields of a rule that stand for themselves."""
    if unknown := set(raw) - _FIELDS:
        raise FaultError(f"field “{min(unknown)}” is not known")
    if missing := _REQUIRED - set(raw):
        raise FaultError(f"field “{min(missing)}” is missing")
    if raw.get("modality", "actual") not in MODALITIES:
        raise FaultError(f"modality “{raw['modality']}” is none of {', '.join(MODALITIES)}")
    if "forecast" in raw and raw["forecast"] not in words.relations:
        raise FaultError(f"forecast “{raw['forecast']}” is not in the ontology")


def _emission(
    line: str, slots: dict[str, Slot], topic: frozenset[str], groups: set[str], words: Vocabulary
) -> Emission:
    subject, relation, target, *rest = line.split()
    if relation not in words.relations:
        raise FaultError(f"relation “{relation}” is not in the ontology")
    for end in (subject, target):
        if end not in slots and not (end == "topic" and topic) and end not in PSEUDO:
            raise FaultError(f"“{end}” in “{line}” is neither a slot of the pattern nor topic")
    _check_range(line, relation, subject, target, slots, topic, words)
    pairs = tuple(sorted((q.partition("=")[0], q.partition("=")[2]) for q in rest))
    if missing := [v for _, v in pairs if v not in groups and v not in slots]:
        raise FaultError(f"qualifier “{missing[0]}” in “{line}” is no group of the pattern")
    return Emission(subject, relation, target, pairs)


def _check_range(
    line: str,
    relation: str,
    subject: str,
    target: str,
    slots: dict[str, Slot],
    topic: frozenset[str],
    words: Vocabulary,
) -> None:
    known = words.relations[relation]
    kinds = (
        topic
        if subject == "topic"
        else slots[subject].kinds
        if subject in slots
        else frozenset({PSEUDO[subject]})
    )
    if known.domain and not any(words.fits(kind, known.domain) for kind in kinds):
        raise FaultError(f"“{line}”: no kind of {subject} is in the domain of {relation}")
    if target not in slots or not known.range:
        return
    slot = slots[target]
    if WORDS in known.range:
        return
    offered = {WORDS} if slot.words and not slot.cast else {_as_range(kind) for kind in slot.kinds}
    if not any(words.fits(kind, known.range) for kind in offered) and not (
        QUANTITY in known.range and any("Group" in k for k in slot.kinds)
    ):
        raise FaultError(f"“{line}”: nothing that fills {target} is in the range of {relation}")


def _as_range(kind: str) -> str:
    return QUANTITY if kind in (*FIGURE_KINDS, "Order") else DATE if kind == "Date" else kind
