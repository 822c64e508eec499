"""Verb frames: what a verb says of whom, whatever order its clause has.

A frame of `patterns/frames.yaml` names a relation, the verbs that say it, and which role at a verb (`deeds`) is its subject and
which its object, with the kinds allowed. `with` is what must stand behind the verb in its clause, `without` what must not;
`named` and `unnamed` ask the same of the object's name.
Frames add what no rule has said; rules know more of their wording.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from graph_service.errors import RuleError
from graph_service.reading.assertions import asserted, is_withheld
from graph_service.reading.claims import Claim, Document, Reason, term_key
from graph_service.reading.deeds import ROLES, Deed, Grammar, deeds
from graph_service.reading.discourse import Discourse
from graph_service.reading.hits import Hit
from graph_service.reading.lexicon import PATTERNS, either
from graph_service.reading.outlook import outlook, to_do
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.rules import Emission, Rule
from graph_service.reading.speakers import Setting
from graph_service.reading.subjects import Subjects
from graph_service.reading.terms import End, meant
from graph_service.reading.tokens import cut
from graph_service.reading.topics import topics
from graph_service.vocabulary import Vocabulary, vocabulary

_FILE = "frames.yaml"
_EACH = "分别"
"""What says that each of a list does something with one of another: which, the rules of lists tell."""
_AIMED = "以"
"""Right before a verb that tells what something is done for."""
_STRETCH = re.compile("(?s).*")
_BESIDE = frozenset(("partner", "beneficiary", "source", "goal"))
"""Roles of those with, for or from whom something is done: who does it may have been named in a sentence before."""
_LETTERS = {
    "standing": "y",
    "pivots": "v",
    "light": "l",
    "and": "c",
    "rest": "e",
    "joining": "p",
    "either": "B",
    "of": "d",
}
"""Lists of the file to the letter of their words in a skeleton."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of what a frame says: the role that fills it, and the kinds allowed."""

    role: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A frame: what it says, as a rule has it, by which verbs, of whom and under what conditions."""

    rule: Rule
    verbs: tuple[str, ...]
    subject: Side
    object: Side
    conditions: dict[str, re.Pattern[str]]

    def admits(self, deed: Deed, passage: Passage) -> bool:
        """Say whether what stands around a verb in its clause lets the frame say it; 以创建A为目标 only says what is aimed at."""
        if passage.code[deed.verb.start - 1 : deed.verb.start] == _AIMED:
            return False
        return self._agrees(passage.code[deed.verb.end : deed.end], "with", "without")

    def takes(self, target: End) -> bool:
        """Say whether its object can have that name."""
        return self._agrees(getattr(target.term, "name", ""), "named", "unnamed")

    def _agrees(self, text: str, wanted: str, barred: str) -> bool:
        there, not_there = self.conditions.get(wanted), self.conditions.get(barred)
        if there is not None and there.search(text) is None:
            return False
        return not_there is None or not_there.search(text) is None


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames by their verbs, and the words that clauses are taken apart by."""

    grammar: Grammar
    by_verb: dict[str, tuple[Frame, ...]]


class Framer:
    """Applies the frames to the passages of one document, after the rules, which share what they know of subjects."""

    def __init__(self, document: Document, table: Frames, words: Vocabulary, subjects: Subjects) -> None:
        self.document, self.table, self.words, self.subjects = document, table, words, subjects

    def read(self, said: list[Claim], passage: Passage, place: Setting, discourse: Discourse) -> list[Claim]:
        """Return what the verbs of a passage say besides; of an object that a rule told of, only who else did the same."""
        known: dict[tuple[str, str], set[str]] = {}
        for claim in said:
            known.setdefault(_told(claim), set()).add(term_key(claim.subject))
        more: dict[tuple[str, str, str], Claim] = {}
        for deed in deeds(passage, self.table.grammar, self.words):
            for frame in self.table.by_verb[deed.verb.word]:
                found = list(self._claims(frame, deed, passage, place, discourse))
                doers = {term_key(claim.subject) for claim in found}
                for claim in found:
                    others = known.get(_told(claim))
                    if others is None or (others & doers and term_key(claim.subject) not in others):
                        more.setdefault((term_key(claim.subject), *_told(claim)), claim)
        return list(more.values())

    def _claims(
        self, frame: Frame, deed: Deed, passage: Passage, place: Setting, discourse: Discourse
    ) -> Iterator[Claim]:
        """Yield what a frame says of a verb; what is only aimed at names no thing: 努力建成一流产业基地."""
        if not frame.admits(deed, passage):
            return
        targets = [end for end in self._ends(frame.object, deed, passage) if frame.takes(end)]
        if not targets:
            return
        match = _STRETCH.match(passage.code, *deed.span())
        assert match is not None
        hit = Hit(frame.rule, match, passage, place, discourse, deed.verb.start, self.document.published)
        subjects = self._subjects(frame, deed, hit)
        emission = frame.rule.emit[0]
        judged = to_do(emission, hit, outlook(hit))
        respective = _EACH in passage.code[hit.clause() : deed.end] and min(len(subjects), len(targets)) > 1
        if respective or judged[0] == "target" or is_withheld(hit):
            return
        for subject in subjects:
            for target in targets:
                claim = asserted(emission, hit, subject, target, judged, self.words, self.document.id)
                if claim is not None:
                    verb = Reason("verb", f"{deed.verb.word}: {frame.subject.role} and {frame.object.role}")
                    yield replace(claim, reasons=(claim.reasons[0], verb, *claim.reasons[1:]))

    def _subjects(self, frame: Frame, deed: Deed, hit: Hit) -> list[End]:
        """Return who does it: what the verb is an attribute of, names of the clause, or who was named in a sentence before."""
        if frame.object.role not in _BESIDE:
            return self._ends(frame.subject, deed, hit.passage)
        if found := self._fitting(deed.head(), frame.subject, hit.passage):
            return found
        found = self._ends(frame.subject, deed, hit.passage)
        if not found and deed.wants(frame.subject.role):
            return self.subjects.find(hit._replace(start=hit.match.start()))
        return found

    def _ends(self, side: Side, deed: Deed, passage: Passage) -> list[End]:
        """Return what fills a side of a frame: names of the clause, else what its sentence is about."""
        spoken = topics(passage, deed.verb.start, side.kinds, self.words) if deed.wants(side.role) else []
        return self._fitting([*spoken, *deed.fill(side.role)], side, passage)

    def _fitting(self, names: list[Mention], side: Side, passage: Passage) -> list[End]:
        fit = (m for m in names if self.words.fits(m.kind, side.kinds))
        return [end for m in fit for end in meant(m, passage.unit.text[m.start : m.end])]


def _told(claim: Claim) -> tuple[str, str]:
    """Return what of an object a claim tells."""
    return claim.relation, term_key(claim.object)


@lru_cache(maxsize=1)
def frames() -> Frames:
    """Return the bundled frames, loaded and checked once.

    Raises:
        RuleError: a frame names what the ontology does not have, or lacks a field.
    """
    raw: dict[str, Any] = yaml.safe_load((PATTERNS / _FILE).read_text(encoding="utf-8"))
    lists: dict[str, list[str]] = yaml.safe_load((PATTERNS / "words.yaml").read_text(encoding="utf-8"))
    raw["others"] = list(_spelt_out(raw["others"], lists))
    words, by_verb = vocabulary(), dict[str, list[Frame]]()
    for number, one in enumerate(raw["frames"]):
        one["verbs"] = list(_spelt_out(one["verbs"], lists))
        try:
            frame = _frame(one, number, words)
        except KeyError as error:
            raise RuleError(
                f"{_FILE}, frame {number + 1}: {error} is missing or unknown", "Mend the frame."
            ) from error
        for verb in frame.verbs:
            by_verb.setdefault(verb, []).append(frame)
    return Frames(_grammar(raw, by_verb), {verb: tuple(found) for verb, found in by_verb.items()})


def _spelt_out(entries: list[str], lists: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield words, with those of a list of `words.yaml` in the place of its name; what is an expression there is no word."""
    for entry in entries:
        yield from (
            (word for word in lists[entry[1:-1]] if word.isalpha()) if entry.startswith("{") else (entry,)
        )


def _frame(raw: dict[str, Any], number: int, words: Vocabulary) -> Frame:
    relation = words.relations[raw["relation"]].name
    subject, target = (_side(raw[name], words) for name in ("subject", "object"))
    conditions: dict[str, re.Pattern[str]] = {
        name: re.compile(raw[name]) for name in ("with", "without", "named", "unnamed") if name in raw
    }
    rule = Rule(
        id=f"frame.{raw.get('id', relation)}", why=raw["why"], pattern=_STRETCH, slots={}, topic=subject.kinds,
        emit=(Emission(subject.role, relation, target.role),), trigger=None, modality=None, cues=True,
        hits=tuple(raw["hits"]), misses=tuple(raw.get("misses", ())), order=number, file=_FILE,
    )  # fmt: skip
    return Frame(rule, tuple(raw["verbs"]), subject, target, conditions)


def _side(raw: dict[str, Any], words: Vocabulary) -> Side:
    if raw["role"] not in ROLES:
        raise KeyError(raw["role"])
    return Side(raw["role"], frozenset(words.kinds[kind].name for kind in raw["kinds"]))


def _grammar(raw: dict[str, Any], verbs: dict[str, list[Frame]]) -> Grammar:
    """Return the words of clauses: a verb of a frame is one, whatever it is elsewhere, unless it is a preposition."""
    roles: dict[str, list[str]] = {}
    for role, prepositions in raw["roles"].items():
        for word in prepositions:
            roles.setdefault(word, []).append(role)
    letters = dict.fromkeys(raw["others"], "v") | dict.fromkeys(raw["dropped"], "")
    letters |= dict.fromkeys(verbs, "V") | dict.fromkeys(roles, "P")
    for name, letter in _LETTERS.items():
        letters |= dict.fromkeys(raw[name], letter)
    heads = frozenset(cut(verb).words[0] for verb in verbs) | verbs.keys()
    return Grammar(
        letters,
        {word: tuple(found) for word, found in roles.items()},
        frozenset(raw["pivots"]),
        heads,
        re.compile(either(verbs)),
    )
