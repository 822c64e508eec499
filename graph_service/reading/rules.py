"""Reading rules: YAML in, checked and compiled rules out.

A file in `patterns/relations/` is one family. A rule has an `id`, a `why`, a `pattern`, what it emits, and examples that
must hit and must miss. The pattern is an expression over the words of a sentence in which a slot stands for one mention:

    <who:Company|Group>   a mention of one of these kinds, or below them
    <what:Product+>       one or several of them in a list (A、B和C等N家)
    <text:words>          two to forty code points without a comma or full stop; `words12` at most twelve
    <thing:=Product>      such words, taken for the name of a thing of that kind; `=Product+` a list of them
    …                     a gap of at most 12 code points inside the clause; `…30` at most 30 inside the sentence

White space in a pattern counts for nothing. `topic: Kinds` says what may be the subject where the clause has none of its
own. `emit` lists `subject relation object [qualifier=group …]`, where subject and object are slots, `topic`, `document` or
`here` (the place spoken of)
`zone` (the zone or park spoken of) , `group` (the unnamed group counted last) or
`system` (the “1+2+1” of industries spoken of). `forecast` names the relation to take instead where the
modality is not actual (sales that are expected). `first: true` lets a rule read a figure before the others do. Everything
is checked against the ontology when it is loaded: a fault names file, rule and slot.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from graph_service.errors import RuleError
from graph_service.reading.claims import Modality
from graph_service.reading.lexicon import PATTERNS
from graph_service.reading.mentions import symbol
from graph_service.reading.needs import Needs, needs
from graph_service.vocabulary import DATE, MODALITIES, QUANTITY, WORDS, Vocabulary, vocabulary

FIGURE_KINDS = ("Money", "Area", "Firms", "Count", "Persons", "Duration", "Share", "Figure")
"""Kinds of mentions that are quantities; `Number` in a pattern stands for all of them. `Order` is one of magnitude: 千亿级."""

PSEUDO = ("document", "here", "zone", "group", "system")
"""Ends of an emission that are no slots."""

_SLOT = re.compile(r"<(?P<name>[a-z][a-z0-9]*):(?P<spec>=?[A-Za-z|]+)(?P<size>\d*)(?P<many>\+?)>")
_GAP = re.compile(r"…(\d*)")
_JOIN = r"(?:[、和与及]|以及|;?\s*[(]?[0-9一二三四五六七八九十]{1,2}[.、)])\s*"
_EDGE = r"(?=[,。;:!?]|$)"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a pattern: what may fill it, whether several may, and whether plain words do."""

    name: str
    kinds: frozenset[str]
    many: bool = False
    words: bool = False
    cast: str | None = None


@dataclass(frozen=True, slots=True)
class Emission:
    """What a match says: slots (or `topic`) at both ends, and qualifiers from named groups."""

    subject: str
    relation: str
    object: str
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One reading rule, compiled; `needs` are the characters without which its pattern matches nothing."""

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
    needs: Needs = ()

    def possible(self, kinds: frozenset[str]) -> bool:
        """Say whether a sentence with mentions of these kinds alone can fill the ends of any emission."""
        return any(all(self._fillable(end, kinds) for end in (e.subject, e.object)) for e in self.emit)

    def _fillable(self, end: str, kinds: frozenset[str]) -> bool:
        slot = self.slots.get(end)
        return slot is None or slot.words or not slot.kinds.isdisjoint(kinds)


class Sieve:
    """Picks the rules that can say anything in a sentence, by its characters and by the kinds of its mentions.

    Each set of characters that some rule needs is one bit; a sentence has the bits of its characters.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.bits: dict[str, int] = {}
        numbers: dict[frozenset[str], int] = {}
        for need in (need for rule in rules for need in rule.needs):
            numbers.setdefault(need, len(numbers))
        for need, number in numbers.items():
            for character in need:
                self.bits[character] = self.bits.get(character, 0) | 1 << number
        self.rules = [(rule, sum(1 << numbers[need] for need in rule.needs)) for rule in rules]
        self._by_kinds = lru_cache(maxsize=4096)(self._possible)

    def promising(self, code: str, kinds: frozenset[str]) -> list[Rule]:
        """Return the rules for a passage's code, in order; `kinds` are those of its mentions."""
        bits, found = self.bits, 0
        for character in self.bits.keys() & code:
            found |= bits[character]
        return [rule for rule, wanted in self._by_kinds(kinds) if wanted & found == wanted]

    def _possible(self, kinds: frozenset[str]) -> list[tuple[Rule, int]]:
        return [(rule, wanted) for rule, wanted in self.rules if rule.possible(kinds)]


@lru_cache(maxsize=8)
def sieve(rules: tuple[Rule, ...]) -> Sieve:
    """Return the sieve of these rules, made once."""
    return Sieve(rules)


class _FaultError(Exception):
    """What is wrong with a rule; `load` adds file and rule."""


def _kinds(spec: str, words: Vocabulary) -> frozenset[str]:
    found: set[str] = set()
    for part in spec.split("|"):
        if part == "Number":
            found.update(FIGURE_KINDS)
        elif part in FIGURE_KINDS or part in ("Date", "Order"):
            found.add(part)
        elif part in words.kinds:
            found.update(words.below(part))
        else:
            raise _FaultError(f"slot kind “{part}” is not in the ontology")
    return frozenset(found)


def _slot(match: re.Match[str], words: Vocabulary) -> Slot:
    name, spec, many = match["name"], match["spec"], bool(match["many"])
    if spec == "words":
        return Slot(name, frozenset(), many, words=True)
    if spec.startswith("="):
        if spec[1:] not in words.kinds:
            raise _FaultError(f"slot <{name}>: kind “{spec[1:]}” is not in the ontology")
        return Slot(name, frozenset({spec[1:]}), many, words=True, cast=spec[1:])
    return Slot(name, _kinds(spec, words), many)


def _expression(slot: Slot, size: str, last: bool) -> str:
    if slot.words:
        most = size or "40"
        inside = "[^,。;:!?…]" if slot.many or not slot.cast else "[^,。;:!?、…]"
        return f"(?P<{slot.name}>{inside}{{1,{most}}}{'' if last else '?'}){_EDGE if last else ''}"
    one = "[" + "".join(sorted(symbol(kind) for kind in slot.kinds)) + "]"
    groups = (
        "["
        + "".join(symbol(k) for k in ("CompanyGroup", "ProjectGroup", "OrganisationGroup", "TalentGroup"))
        + "]"
    )
    if slot.many:
        return f"(?P<{slot.name}>{one}(?:{_JOIN}{one})*(?:等{groups})?)"
    return f"(?P<{slot.name}>{one})"


def compile_pattern(pattern: str, words: Vocabulary) -> tuple[re.Pattern[str], dict[str, Slot]]:
    """Return the expression of a pattern and its slots.

    Raises:
        _FaultError: a slot names a kind that the ontology does not have, or the expression is ill-formed.
    """
    text, slots, parts, position = re.sub(r"\s+", "", pattern), {}, [], 0
    for match in _SLOT.finditer(text):
        slot = _slot(match, words)
        parts.append(_gaps(text[position : match.start()]))
        parts.append(
            f"(?P={slot.name})"
            if slot.name in slots
            else _expression(slot, match["size"], match.end() == len(text))
        )
        slots[slot.name] = slot
        position = match.end()
    parts.append(_gaps(text[position:]))
    try:
        return re.compile("".join(parts)), slots
    except re.error as error:
        raise _FaultError(f"the pattern does not compile: {error}") from error


def _gaps(text: str) -> str:
    return _GAP.sub(lambda m: f"[^。;!?]{{0,{m.group(1)}}}?" if m.group(1) else "[^,。;!?]{0,12}?", text)


def _emission(
    line: str, slots: dict[str, Slot], topic: frozenset[str], groups: set[str], words: Vocabulary
) -> Emission:
    subject, relation, target, *rest = line.split()
    if relation not in words.relations:
        raise _FaultError(f"relation “{relation}” is not in the ontology")
    for end in (subject, target):
        if end not in slots and not (end == "topic" and topic) and end not in PSEUDO:
            raise _FaultError(f"“{end}” in “{line}” is neither a slot of the pattern nor topic")
    _check_range(line, relation, subject, target, slots, topic, words)
    pairs = tuple(sorted((q.partition("=")[0], q.partition("=")[2]) for q in rest))
    if missing := [v for _, v in pairs if v not in groups and v not in slots]:
        raise _FaultError(f"qualifier “{missing[0]}” in “{line}” is no group of the pattern")
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
        topic if subject == "topic" else slots[subject].kinds if subject in slots else frozenset({"Document"})
    )
    if known.domain and not any(words.fits(kind, known.domain) for kind in kinds):
        raise _FaultError(f"“{line}”: no kind of {subject} is in the domain of {relation}")
    if target not in slots or not known.range:
        return
    slot = slots[target]
    if WORDS in known.range:
        return
    offered = {WORDS} if slot.words and not slot.cast else {_as_range(kind) for kind in slot.kinds}
    if not any(words.fits(kind, known.range) for kind in offered) and not (
        QUANTITY in known.range and any("Group" in k for k in slot.kinds)
    ):
        raise _FaultError(f"“{line}”: nothing that fills {target} is in the range of {relation}")


def _as_range(kind: str) -> str:
    return QUANTITY if kind in (*FIGURE_KINDS, "Order") else DATE if kind == "Date" else kind


def _rule(raw: dict[str, Any], order: int, file: str, words: Vocabulary) -> Rule:
    unknown = set(raw) - {
        "id",
        "why",
        "pattern",
        "topic",
        "emit",
        "forecast",
        "first",
        "trigger",
        "modality",
        "cues",
        "hits",
        "misses",
    }
    if unknown:
        raise _FaultError(f"field “{min(unknown)}” is not known")
    if missing := {"id", "why", "pattern", "emit", "hits"} - set(raw):
        raise _FaultError(f"field “{min(missing)}” is missing")
    pattern, slots = compile_pattern(raw["pattern"], words)
    topic = _kinds(raw["topic"], words) if "topic" in raw else frozenset()
    if not slots:
        raise _FaultError("a pattern needs at least one slot, such as <who:Company>")
    emit = tuple(_emission(line, slots, topic, set(pattern.groupindex), words) for line in raw["emit"])
    if raw.get("modality", "actual") not in MODALITIES:
        raise _FaultError(f"modality “{raw['modality']}” is none of {', '.join(MODALITIES)}")
    if "forecast" in raw and raw["forecast"] not in words.relations:
        raise _FaultError(f"forecast “{raw['forecast']}” is not in the ontology")
    return Rule(
        raw["id"], raw["why"], pattern, slots, topic, emit,
        re.compile(raw["trigger"]) if "trigger" in raw else None,
        cast(Modality | None, raw.get("modality")), raw.get("cues", True),
        tuple(raw["hits"]), tuple(raw.get("misses", ())), order, file, raw["pattern"], raw.get("forecast"),
        raw.get("first", False), needs(pattern.pattern),
    )  # fmt: skip


def prefixes(rule: Rule) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield the beginnings of a rule's pattern up to each slot, the shortest first, with what each wants next.

    They tell how far a rule got on a sentence it did not fire on.
    """
    text = re.sub(r"\s+", "", rule.source)
    slots = list(_SLOT.finditer(text))
    for match, following in zip(slots, [*slots[1:], None], strict=True):
        between = text[match.end() : following.start() if following else len(text)]
        behind = f"what fits {between}" if between else following[0] if following else "the end of the clause"
        for end, wanted in ((match.start(), f"<{match['name']}:{match['spec']}>"), (match.end(), behind)):
            try:
                yield compile_pattern(text[:end], vocabulary())[0], wanted
            except _FaultError:
                continue


def load_file(path: Path, words: Vocabulary, first: int = 0) -> list[Rule]:
    """Return the rules of one file in order; `first` is the order of the first one.

    Raises:
        RuleError: the file is no YAML or a rule has a fault; file and rule are named.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name} is not YAML: {error}", "Mend the line named.") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise RuleError(
            f"{path.name} has no list `rules`", "Begin the file with `rules:` and one `- id:` per rule."
        )
    rules: list[Rule] = []
    for number, entry in enumerate(raw["rules"]):
        name = entry.get("id", f"number {number + 1}") if isinstance(entry, dict) else f"number {number + 1}"
        try:
            if not isinstance(entry, dict):
                raise _FaultError("it is not a mapping")
            rules.append(_rule(entry, first + number, path.name, words))
        except (_FaultError, re.error, ValueError, TypeError) as error:
            raise RuleError(
                f"{path.name}, rule {name}: {error}",
                "See the head of reading/rules.py for the form of a rule.",
            ) from error
    return rules


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
    ordered = sorted(rules, key=lambda rule: not rule.first)
    return tuple(replace(rule, order=number) for number, rule in enumerate(ordered))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the bundled rules, loaded and checked once."""
    return load_rules(PATTERNS / "relations", vocabulary())
