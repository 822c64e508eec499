"""What 该公司, 园区, 我们 and 这里 mean, and what an empty subject means.

A reference takes the nearest antecedent before it whose kind fits, a topic before a mere mention; inside a quotation 我们 and
公司 are the speaker's. Without an antecedent it stays open, and a claim that needs it is marked as unresolved.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from graph_service.reading.claims import Entity
from graph_service.reading.mentions import Mention, Passage, resolved
from graph_service.reading.sentences import Quotation, quotations
from graph_service.vocabulary import Vocabulary

_SPEAKERS = frozenset(("我们", "我司", "公司", "本公司"))
_NOT_TOPIC = re.compile(
    r"(?:[在与由从对把为向据于随给让跟和被将以及]|通过|依托|围绕|根据|按照|随着|位于|来自|针对|聚焦|支持|帮助|坐落在|选址|落户|入驻|叫|称|是|引进|引入|签下|签约|建设|投资|研发|获得|获|批准|打造|迁[至到往入]|成立|组建|[与和同])$"
)
_LEAD = re.compile(
    r"^(?:据了解|据介绍|据悉|此外|同时|目前|如今|近年来|日前|近日|其中|随后|而|但|今年以来|对此|另外|不仅|作为|于是|届时|现在|多年来|去年|今年|[\ue000-\uf8ff]?,)*$"
)
_FRONT = 10
"""How far from the beginning of its clause a subject may stand, in code points."""
_REACH = 40
"""How many mentions back an antecedent is looked for."""


@dataclass(slots=True)
class Discourse:
    """What has been spoken of so far: the last mentions, the topics, and the paragraph they stand in."""

    words: Vocabulary
    seen: list[tuple[Entity, bool]] = field(default_factory=list)
    topics: list[Entity] = field(default_factory=list)
    main: Entity | None = None

    def note(self, entity: Entity, topic: bool) -> None:
        """Remember a mention, and whether it was the topic of its clause."""
        self.seen.append((entity, topic))
        del self.seen[:-_REACH]

    def antecedent(self, kinds: frozenset[str]) -> Entity | None:
        """Return the nearest entity of one of these kinds, a topic of the last mentions first; None where there is none."""
        fitting = [(e, t) for e, t in reversed(self.seen) if self.words.fits(e.kind, kinds)]
        nearest = fitting[:3]
        return next((e for e, topic in nearest if topic), nearest[0][0] if nearest else None)

    def place(self) -> Entity | None:
        """Return the nearest place, a site before the area it lies in: what 这里 means."""
        return self.nearest("Park", "Zone", "Facility", "District") or self.nearest("Place")

    def nearest(self, *kinds: str) -> Entity | None:
        """Return the entity of one of these kinds that was named last."""
        return next((e for e, _ in reversed(self.seen) if self.words.fits(e.kind, frozenset(kinds))), None)


class Setting(NamedTuple):
    """What one passage adds: its quotations, with the organisation of each speaker where it is known."""

    quotations: tuple[tuple[Quotation, Entity | None], ...]

    def quotation(self, position: int) -> tuple[Quotation, Entity | None] | None:
        """Return the quotation that a place of the text is in, if any."""
        return next(((q, who) for q, who in self.quotations if q.start <= position < q.end), None)


def setting(passage: Passage, words: Vocabulary) -> Setting:
    """Return the quotations of a passage with the organisation (or person) that speaks."""
    found: list[tuple[Quotation, Entity | None]] = []
    for quotation in quotations(passage.text):
        who = None
        if quotation.speaker_span:
            start, end = quotation.speaker_span
            inside = [m.entity for m in passage.mentions if start <= m.start < end and m.entity]
            who = next(
                (e for e in inside if words.is_a(e.kind, "Organisation")), inside[0] if inside else None
            )
        found.append((quotation, who))
    return Setting(tuple(found))


def resolve(passage: Passage, place: Setting, discourse: Discourse) -> None:
    """Fill in the references of a passage, in order, and make its code; notes every mention in the discourse."""
    for number, mention in enumerate(passage.mentions):
        if mention.how == "coreference" and mention.entity is None:
            mention = _meaning(mention, place, discourse)
            passage.mentions[number] = mention
        if mention.kind == "Team" and mention.entity is not None:
            mention = _team(passage, number, mention)
        if mention.entity is not None:
            discourse.note(mention.entity, _is_topic(passage.text, mention))
    passage.encode()


def _team(passage: Passage, number: int, mention: Mention) -> Mention:
    """A team named by its class alone is the team of the organisation right before it (该公司首席科学家团队)."""
    owner = passage.mentions[number - 1] if number else None
    if (
        owner is None
        or owner.entity is None
        or mention.entity is None
        or passage.text[owner.end : mention.start] not in ("", "的")
    ):
        return mention
    name = f"{owner.entity.name}{passage.text[mention.start : mention.end]}"
    found = resolved(mention, Entity(name, "Team"), f"the team of {owner.entity.name}")
    passage.mentions[number] = found
    return found


def _meaning(mention: Mention, place: Setting, discourse: Discourse) -> Mention:
    surface = mention.reason
    spoken = place.quotation(mention.start)
    if spoken and surface in _SPEAKERS and spoken[1] is not None:
        return resolved(mention, spoken[1], f"“{surface}” is the speaker's: {spoken[1].name}")
    if mention.kind == "Place":
        entity = discourse.nearest("AdministrativeArea") if spoken or surface != "这里" else discourse.place()
    else:
        entity = discourse.antecedent(frozenset(_wanted(surface, mention.kind)))
    if entity is None:
        return mention
    return resolved(mention, entity, f"“{surface}” → {entity.name} (nearest {mention.kind})")


def _wanted(surface: str, kind: str) -> tuple[str, ...]:
    if surface in ("平台", "该平台"):
        return ("Park", "Laboratory", "Alliance", "Facility")
    if kind == "Park":
        return ("Park",)
    if surface in ("其", "它"):
        return ("Company", "Laboratory", "Alliance", "University", "Zone", "Park", "Project", "Person")
    if kind == "Project":
        return ("Project", "ProjectGroup")
    return (kind,)


def _is_topic(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 12) : mention.start]
    clause = _MARK.split(before)[-1]
    near = len(clause) <= 4 or not clause.strip()
    return (near and not _is_ruled_out(before)) or bool(_LEAD.match(clause))


def _is_ruled_out(before: str) -> bool:
    """Say whether a text ends in a word behind which no subject stands."""
    return bool(_NOT_TOPIC.search(before[-_LONGEST_BEFORE:]))


_MARK = re.compile("[,。;:!?“”]")
_LONGEST_BEFORE = 8
"""Longest word of `_NOT_TOPIC`, with room to spare: looking further back finds nothing and costs time."""
_SUBJECTS = frozenset(("Actor", "Project", "Facility", "Product", "Technology"))


def has_subject(passage: Passage, position: int, words: Vocabulary) -> bool:
    """Say whether the sentence up to an offset of the code has a subject of its own, of whatever kind."""
    return bool(topics(passage, position, _SUBJECTS, words))


def topics(passage: Passage, position: int, kinds: frozenset[str], words: Vocabulary) -> list[Mention]:
    """Return the subject of the clause at an offset of the code, from this sentence alone: a list where several are joined.

    The nearest clause at or before the offset that begins with a mention of a fitting kind has it; a mention behind a
    preposition (在X, 与X) is none.
    """
    marks, end, subjects = passage.marks, position, kinds | _SUBJECTS
    while end > 0:
        begin = marks[bisect_left(marks, end) - 1] + 1
        found = _clause_topic(passage, begin, min(end, position), subjects, words)
        if found:
            return [m for m in found if words.fits(m.kind, kinds)]
        end = begin - 1
    return []


def _clause_topic(
    passage: Passage, begin: int, end: int, kinds: frozenset[str], words: Vocabulary
) -> list[Mention]:
    joined: list[Mention] = []
    last = None
    offsets = passage.offsets
    for number in range(bisect_left(offsets, begin), bisect_left(offsets, end)):
        offset, mention = offsets[number], passage.mentions[number]
        between = passage.code[last + 1 : offset] if last is not None else ""
        if joined and not between and words.fits(mention.kind, kinds):
            joined[-1], last = mention, offset  # 该公司首席科学家团队: the last noun is the head
            continue
        if joined and between not in ("、", "和", "与", "及", "以及"):
            break
        if not words.fits(mention.kind, kinds) or (
            last is None and _is_ruled_out(passage.code[begin:offset])
        ):
            if joined:
                break
            continue
        if not joined and (
            passage.code[offset + 1 : offset + 2] == "的"
            or offset - begin > _FRONT
            or passage.code[offset - 1] in "、和与"
        ):
            continue
        joined.append(mention)
        last = offset
    return joined
