"""Passages: a unit with its mentions, and with the string that rules match.

In that string each mention is one private-use character that stands for its kind.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from graph_service.reading.claims import Date, Entity, Quantity
from graph_service.reading.layout import Unit
from graph_service.reading.tokens import Tokens

_GAP = re.compile("(?<=[\u4e00-\u9fff\ue000-\uf8ff”)]) (?=[\u4e00-\u9fff\ue000-\uf8ff“])")
"""What parts the clauses of a headline, which has no commas: A集中签约 总投资100亿元."""
_CLAUSE_MARK = re.compile("[,。;:!?“”]")
_SYMBOLS: dict[str, str] = {}
HAVE_PHASES = ("Project", "Park", "Facility", "Laboratory")
"""Kinds of things that are built in phases: 研究院一期."""
PARTS = re.compile("(?:生产线|产线|流水线|车间|厂房|[楼库房]|宿舍|管网|设施)$")
"""What is built as a part of a project: words for projects do not mean it, and what goes on is of the whole."""


class Mention(NamedTuple):
    """One mention in a unit.

    Attributes:
        start: first code point in the unit's text.
        end: one past the last.
        kind: kind of the entity, or the kind of value: `Date`, `Money`, `Area`, `Firms`, `Count`, `Persons`, `Share`, `Duration`, `Figure`.
        entity: what is mentioned; None for values and for references without an antecedent.
        value: the quantity or the date; a group has the count of its members.
        how: `plain`, `alias`, `coreference` or `group`.
        reason: why it is taken for that entity.
        members: what it means where that is several things (两家公司, which were just named); `entity` is the first.
    """

    start: int
    end: int
    kind: str
    entity: Entity | None = None
    value: Quantity | Date | None = None
    how: str = "plain"
    reason: str = ""
    members: tuple[Entity, ...] = ()

    @property
    def meant(self) -> tuple[Entity, ...]:
        """All that is mentioned: the members, else the entity, else nothing."""
        return self.members or (() if self.entity is None else (self.entity,))


def resolved(mention: Mention, entity: Entity, reason: str) -> Mention:
    """Return a reference that means this entity."""
    return mention._replace(entity=entity, kind=entity.kind, reason=reason)


@dataclass(slots=True)
class Passage:
    """A unit with its mentions and the string that rules match.

    Attributes:
        unit: the unit.
        text: its text in shadow form.
        mentions: in order; references are filled in when they are resolved.
        tokens: its words with their tags.
        code: the text with one character for each mention.
        at: offsets of the code to offsets of the text.
        index: offsets of the code at which a mention stands to its number.
        offsets: those offsets, in order.
        marks: offsets of the code that end a clause, from -1.
    """

    unit: Unit
    text: str
    mentions: list[Mention]
    tokens: Tokens
    code: str = ""
    at: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    _parted: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False)

    def encode(self) -> None:
        """Make `code`, the text with one character for each mention; `at` maps its offsets to the text's."""
        parts: list[str] = []
        self.at, self.index, position = [], {}, 0
        for number, mention in enumerate(self.mentions):
            parts.append(self.text[position : mention.start])
            self.at.extend(range(position, mention.start))
            self.index[len(self.at)] = number
            parts.append(symbol(mention.kind))
            self.at.append(mention.start)
            position = mention.end
        parts.append(self.text[position:])
        self.at.extend(range(position, len(self.text) + 1))
        self.code = "".join(parts)
        if self.unit.role in ("title", "heading"):
            self.code = _GAP.sub(",", self.code)
        self.offsets = list(self.index)
        self.mark()

    def mark(self) -> None:
        """Make `marks` of the code."""
        self.marks = [-1, *(match.start() for match in _CLAUSE_MARK.finditer(self.code))]
        self._parted = {}

    def begin(self, offset: int, marks: str) -> int:
        """Return the offset of the code behind the last of these marks before an offset; each set of marks is looked for once."""
        if (parted := self._parted.get(marks)) is None:
            parted = self._parted[marks] = [-1, *(n for n, mark in enumerate(self.code) if mark in marks)]
        return parted[bisect_left(parted, offset) - 1] + 1

    def has_verb(self, start: int, end: int) -> bool:
        """Say whether a word within a stretch of the text is tagged as a verb."""
        if start >= end:
            return False
        tokens = self.tokens
        numbers = range(tokens.number(start), tokens.number(end))
        return any(tokens.tags[n] == "v" and tokens.starts[n] >= start for n in numbers)

    def words(self, start: int, end: int) -> str:
        """Return the words of the text behind a stretch of the code."""
        return self.unit.text[self.at[start] : self.at[end]]


def is_prefix(passage: Passage, number: int) -> bool:
    """Say whether a zone only begins the name of a park in it: 东岭高新区智能装备产业园."""
    here, after = passage.mentions[number], passage.mentions[number + 1 : number + 2]
    return here.kind == "Zone" and bool(after) and after[0].kind == "Park" and after[0].start == here.end


def symbol(kind: str) -> str:
    """Return the private-use character that stands for a kind in a passage's code."""
    return _SYMBOLS.setdefault(kind, chr(0xE000 + len(_SYMBOLS)))
