"""Hits: a rule that matched in a passage, with what is known there."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph_service.reading.claims import Entity, Quantity
from graph_service.reading.discourse import Discourse
from graph_service.reading.passages import Passage
from graph_service.reading.rules import Rule
from graph_service.reading.sentences import Quotation
from graph_service.reading.speakers import Setting

_CUE = "cue"
"""The group of a pattern at which what it says begins."""


class Hit(NamedTuple):
    """A rule that matched.

    Attributes:
        rule: the rule.
        match: where, in the code of the passage.
        passage: the passage.
        place: its quotations.
        discourse: what has been spoken of up to here.
        start: offset of the code at which what it says begins: its group `cue`, or the match itself.
        published: when the document was published, as far as known.
    """

    rule: Rule
    match: re.Match[str]
    passage: Passage
    place: Setting
    discourse: Discourse
    start: int
    published: str | None = None

    def has(self, name: str) -> bool:
        """Say whether the pattern has a slot or a group of this name."""
        return name in self.match.re.groupindex

    def words(self, group: str) -> str:
        """Return the words of the text that a group of the pattern took."""
        return self.passage.words(*self.match.span(group))

    def is_measured(self, name: str) -> bool:
        """Say whether a slot holds no figure, or one in a unit that the rule takes."""
        number = self.passage.index.get(self.match.start(name))
        value = self.passage.mentions[number].value if number is not None else None
        return not isinstance(value, Quantity) or not self.rule.units or value.unit in self.rule.units

    def clause(self, marks: str = ",。;:!?") -> int:
        """Return the offset of the code behind the last of these marks before the match."""
        return self.passage.begin(self.start, marks)

    def quotation(self) -> tuple[Quotation, Entity | None] | None:
        """Return the quotation that the match stands in, with its speaker; None outside of quotations."""
        return self.place.quotation(self.passage.at[self.start])


def matches(
    rule: Rule, passage: Passage, place: Setting, discourse: Discourse, published: str | None
) -> Iterator[Hit]:
    """Yield where a rule matches in a passage, in order."""
    cued = _CUE in rule.pattern.groupindex
    for match in rule.pattern.finditer(passage.code):
        start = match.start(_CUE) if cued else match.start()
        yield Hit(rule, match, passage, place, discourse, start, published)
