"""Deeds: the verbs of a passage with their roles: who does it, to whom, with whom, from where and to where.

The roles are the same for all verbs, whatever the order of a clause: 甲建设乙, 乙由甲建设, 甲把乙迁到丙, 甲建设的乙, 由甲建设的乙,
启动乙建设. A verb before which nothing stands that could be its subject is bare: what its sentence is about does it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph_service.reading.passages import Mention, Passage
from graph_service.reading.skeletons import Part, skeleton
from graph_service.vocabulary import Vocabulary

_MARK = re.compile("[,。;:!?]")
_CARRIED = frozenset(("by", "with"))
_COPULAS = ("是", "系", "为")
ROLES = ("agent", "giver", "first", "partner", "patient", "mover", "goal", "source", "beneficiary")
"""What can be asked of a deed."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words that make the parts of a clause.

    Attributes:
        letters: words to the letter of their part; none for what is dropped.
        roles: prepositions to what they make of a name.
        pivots: verbs behind which somebody stands who does what follows.
        heads: words with one of which every verb of a frame begins.
        verbs: an expression for any verb of a frame.
    """

    letters: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]
    pivots: frozenset[str]
    heads: frozenset[str]
    verbs: re.Pattern[str]


@dataclass(slots=True)
class Deed:
    """A verb with what stands around it.

    Attributes:
        verb: its part.
        parts: prepositions, `before` and `behind` to the part that is there.
        bare: whether nothing stands before it that could be its subject.
        end: offset of the code at which its clause ends.
    """

    verb: Part
    end: int
    parts: dict[str, Part] = field(default_factory=dict)
    bare: bool = False

    def span(self) -> tuple[int, int]:
        """Return the stretch of the code from the first of its parts to the last."""
        every = (self.verb, *self.parts.values())
        return min(part.start for part in every), max(part.end for part in every)

    def has(self, *names: str) -> bool:
        """Say whether it has one of these parts."""
        return not self.parts.keys().isdisjoint(names)

    def wants(self, role: str) -> bool:
        """Say whether what its sentence is about can have a role."""
        if role in ("agent", "giver", "first"):
            return self.bare and not self.has("by")
        if role == "mover":
            return self.bare and not self.has("object")
        return role == "patient" and self.bare and self.has("by") and not self.has("behind", "object", "lost")

    def fill(self, role: str) -> list[Mention]:
        """Return the names that have a role."""
        doer = "by" if self.has("by") else "before"
        if role == "agent":
            return [*self._names(doer), *self._names("with")]
        if role == "giver":
            return self.fill("agent") or self._names("owner")
        if role == "first":
            return self._names(doer)[: self._beside(doer) or None]
        if role == "partner":
            return self._names("with") or (
                self._names(doer)[self._beside(doer) :] if self._beside(doer) else []
            )
        if role == "patient":
            passive = "before" if self.has("by") and not self.has("lost") else "none"
            own = self.bare and self.has("of") and self.parts["of"].sort == "D"  # 创办企业的甲
            return self._first_of("none" if own else "behind", "object", passive)
        if role == "mover":
            return self._first_of("object", "before")
        if role == "goal":
            return self._first_of("none" if self.has("of") else "behind", "to", "at")
        return self._first_of(*{"source": ("from", "by"), "beneficiary": ("for",)}[role])

    def head(self) -> list[Mention]:
        """Return the names that a verb without a subject is an attribute of: 给甲供应铸件的乙."""
        return self._names("behind") if self.bare and self.has("of") else []

    def _first_of(self, *names: str) -> list[Mention]:
        return next((self._names(name) for name in names if self.has(name)), [])

    def _names(self, name: str) -> list[Mention]:
        return self.parts[name].names if name in self.parts else []

    def _beside(self, name: str) -> int:
        return self.parts[name].beside if name in self.parts else 0


def deeds(passage: Passage, grammar: Grammar, words: Vocabulary) -> Iterator[Deed]:
    """Yield the verbs of a passage that have frames."""
    if not passage.mentions or grammar.heads.isdisjoint(passage.tokens.words):
        return
    ends = [*(mark.start() for mark in _MARK.finditer(passage.code)), len(passage.code)]
    begins = [0, *(end + 1 for end in ends[:-1])]
    clauses = [(begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end]
    beside = None
    for (begin, end), (_, following) in zip(clauses, [*clauses[1:], (0, len(passage.code))], strict=True):
        if grammar.verbs.search(passage.code, begin, following) is None:
            continue  # only a clause with such a verb is taken apart, and the one before it
        parts = skeleton(passage, begin, end, grammar.letters, words)
        for number, part in enumerate(parts):
            if part.sort == "V":
                yield _deed(parts, number, end, grammar, beside)
        beside = _left_over(parts, grammar)


def _left_over(parts: list[Part], grammar: Grammar) -> Part | None:
    """Return the phrase that a clause ends with which says by or with whom the next ones are done: 由A牵头,联合B建设."""
    last = parts[-1] if parts else None
    carried = last is not None and last.sort == "R" and not _CARRIED.isdisjoint(grammar.roles[last.word])
    return last if carried else None


def _deed(parts: list[Part], number: int, end: int, grammar: Grammar, beside: Part | None) -> Deed:
    deed = Deed(parts[number], end)
    _look_behind(deed, parts[number + 1 :], grammar)
    _look_before(deed, parts[:number], grammar)
    if deed.has("of") and not deed.has("behind"):
        _look_for_what_is(deed, parts[:number])
    if deed.bare and beside is not None:
        _note(deed, beside, grammar)
    return deed


def _look_for_what_is(deed: Deed, parts: list[Part]) -> None:
    """Note the thing that a verb before 的 is told of: A是B与C共建的研发机构."""
    copula = next((number for number, part in enumerate(parts) if part.word in _COPULAS), 0)
    if copula and parts[copula - 1].sort == "N":
        deed.parts["behind"] = parts[copula - 1]


def _look_behind(deed: Deed, parts: list[Part], grammar: Grammar) -> None:
    """Note what stands behind a verb: its phrases, then its object, or what it is an attribute of (`of`)."""
    relative = False
    for part in parts:
        if part.sort == "N":
            deed.parts["behind"] = part
        elif part.sort == "R" and not relative:
            _note(deed, part, grammar)
        elif part.sort in "dD" and not relative:
            relative = True
            deed.parts["of"] = part
        elif part.sort not in "QT" and (part.sort != "V" or relative):
            deed.parts["lost"] = part  # an object that is no name
        if deed.has("behind", "lost"):
            break


def _look_before(deed: Deed, parts: list[Part], grammar: Grammar) -> None:
    """Note what stands before a verb: its phrases, then its subject."""
    for number in range(len(parts) - 1, -1, -1):
        part = parts[number]
        if part.sort == "R":
            _note(deed, part, grammar)
        elif part.sort == "N":
            governor = next((p for p in reversed(parts[:number]) if p.sort not in "QT"), None)
            if governor is None or governor.sort not in "Vvl" or deed.has("of"):
                deed.parts["before"] = part
                return
            if governor.sort != "l" or deed.has("behind"):
                if governor.word in grammar.pivots:
                    deed.parts["before"] = part
                return  # else it is the object of another verb
            deed.parts["behind"] = part  # 启动A建设
        elif part.sort not in "QTVlP":
            if part.names:
                deed.parts["owner"] = part
            return
    deed.bare = True


def _note(deed: Deed, phrase: Part, grammar: Grammar) -> None:
    for role in grammar.roles[phrase.word]:
        deed.parts.setdefault(role, phrase)
