"""Speakers: who says what stands in quotation marks, and for whom a person speaks."""

import re
from typing import NamedTuple

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.lexicon import lexicon
from graph_service.reading.passages import Passage
from graph_service.reading.sentences import Quotation

_OF_FIRM = re.compile(
    "(?:该?公司|企业|集团)[^,。;:“”]{4,12}$|(?:常务|执行|联合|联席|副)*(?:董事长|总经理|总裁|厂长|创始人|首席执行官|首席技术官|技术总监|研发总监|总工程师)"
)
"""The title of who speaks for the firm spoken of: 董事长, 公司负责人."""

_EMPLOYERS = ("Company", "Laboratory", "Park", "Alliance")
_LONGEST_TITLE = 16
_TITLE = re.compile(f"^[^,。;:“”的和与]*(?:{lexicon().titles.pattern})$")
"""What stands between an organisation and who speaks for it: 董事长, 联合创始人、首席技术官."""


_OWN_TITLE = re.compile(
    "(?:^|[,。;:”])(?:该?公司|企业|集团)?(?:常务|执行|副)*(?:董事长|总经理|总裁|厂长|创始人|首席执行官)$"
)
"""A title without whose it is, right before who has it: ,副总经理某某."""


class Setting(NamedTuple):
    """What one passage adds: its quotations, with the organisation of each speaker where it is known."""

    quotations: tuple[tuple[Quotation, Entity | None], ...]

    def quotation(self, position: int) -> tuple[Quotation, Entity | None] | None:
        """Return the quotation that a place of the text is in, if any."""
        return next(((q, who) for q, who in self.quotations if q.start <= position < q.end), None)

    def speaker(self, position: int) -> Entity | None:
        """Return whose speech a place of the text is in, or goes on after it: “……。”A董事长说,公司……."""
        said = [who for q, who in self.quotations if q.start <= position < q.end]
        told = (who for q, who in self.quotations if q.speaker_span and q.speaker_span[1] <= position)
        return next(iter(said), None) if said else next(told, None)


def employer(person: Entity, passage: Passage, spoken: Quotation, discourse: Discourse) -> Entity:
    """Return for whom a person speaks: whose title he had before, or the firm spoken of (董事长某某); else himself."""
    start, end = spoken.speaker_span or (0, 0)
    if person not in discourse.employers and _OF_FIRM.match(passage.text, start, end):
        _employ(
            person,
            passage,
            min(start, spoken.start),
            discourse.own_firm() or discourse.antecedent(frozenset(("Company",))),
            discourse,
        )
    return discourse.employers.get(person, person)


def _employ(
    person: Entity, passage: Passage, before: int, else_by: Entity | None, discourse: Discourse
) -> None:
    """Remember that a person works for the firm named last before a place of the passage, else for another, if any."""
    named = [m.entity for m in passage.mentions if m.kind == "Company" and m.entity and m.end <= before]
    firm = named[-1] if named else else_by
    if firm is not None and person not in discourse.employers:
        discourse.employers[person] = firm


def introduce(passage: Passage, number: int, discourse: Discourse) -> None:
    """Remember whose title a person has that follows it right away: when the person speaks again, 我们 is that organisation."""
    person, owner = passage.mentions[number], passage.mentions[number - 1] if number else None
    if person.entity is not None and _OWN_TITLE.search(passage.text, 0, person.start):
        _employ(person.entity, passage, person.start, None, discourse)
    if owner is None or owner.entity is None or person.entity is None or owner.kind not in _EMPLOYERS:
        return
    title = passage.text[owner.end : person.start]
    if len(title) <= _LONGEST_TITLE and _TITLE.search(title):
        discourse.employers[person.entity] = owner.entity
