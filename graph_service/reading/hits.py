"""Hits: a rule that matched in a passage, with what is known there."""

import re
from typing import NamedTuple

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.passages import Passage
from graph_service.reading.rules import Rule
from graph_service.reading.sentences import Quotation
from graph_service.reading.speakers import Setting


class Hit(NamedTuple):
    """A rule that matched.

    Attributes:
        rule: the rule.
        match: where, in the code of the passage.
        passage: the passage.
        place: its quotations.
        discourse: what has been spoken of up to here.
        start: offset of the code at which the match begins.
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

    def clause(self, marks: str = ",。;:!?") -> int:
        """Return the offset of the code behind the last of these marks before the match."""
        code, start = self.passage.code, self.start
        return max([code.rfind(mark, 0, start) for mark in marks]) + 1

    def quotation(self) -> tuple[Quotation, Entity | None] | None:
        """Return the quotation that the match stands in, with its speaker; None outside of quotations."""
        return self.place.quotation(self.passage.at[self.start])
