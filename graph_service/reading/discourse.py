"""The discourse: what has been spoken of so far in a document, and what the document is about."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from graph_service.reading.claims import Entity
from graph_service.reading.passages import Passage
from graph_service.vocabulary import Vocabulary

_RIVALS = 3
"""How many different antecedents are weighed: a topic among them is preferred to the nearest."""
_NEAR = 8
"""How many mentions back a topic is preferred to what stands nearer."""
_NEAR_TURNS = 2
"""How many passages back what was named is still near."""
_REACH = 40
"""How many mentions back an antecedent is looked for."""
_FORMAL = re.compile(
    "总结|计划|规划|方案|报告|要点|意见|通知|公告|通告|简介|概况|介绍|纪要|走近|走进|探访|通报|简报|摘要|^关于(?!.*的)"
)
"""What the title of a text says that speaks of one zone or firm all through, without naming it again."""
_TASKS = re.compile(
    "(?:任务|举措|措施|打算|工作计划|工作思路|工作安排|总体要求|发展目标|总体目标|主要目标|空间布局)[:。]?$|下一步|下步|今后|明年"
)
"""What the heading of a part of a text says that tells what is to be done."""
_STATE = re.compile("基础|现状|成效|回顾|情况|概况|背景|成绩|完成|亮点|特点")
"""What the heading of a part says that tells how things are, or what was done."""
_POINT = re.compile(
    "(?:[(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[、.)]+|——|[•■◆●▲])(?:[\u4e00-\u9fff]{2,6}:)?"
)
"""How a point of a list begins."""
_NUMBER = re.compile("[^\u4e00-\u9fff]*|[^\u4e00-\u9fff]*[一二三四五六七八九十]+[、.)][^\u4e00-\u9fff]*")
"""What may stand before the name that a heading is."""
_HEADS = frozenset(("Project", "Facility", "Park", "Company", "Laboratory"))
"""Kinds of what a point of a list may be about all through."""
_SITES = ("Park", "Zone", "Facility", "District")


class Seen(NamedTuple):
    """A mention: what, whether it was the topic of its clause, in which passage, the how many-th of all."""

    entity: Entity
    topic: bool
    turn: int
    order: int


@dataclass(slots=True)
class Discourse:
    """What has been spoken of so far: the last mentions, the topics, and what the document is about.

    Attributes:
        words: the vocabulary.
        seen: the last mentions, and whether each was the topic of its clause.
        topics: the last topics of sentences.
        about: the zone or firm that the title names, or that is named most.
        formal: whether the text is a plan, a report or a profile.
        tasks: whether the part of the text sets tasks.
        turns: how many passages have begun.
        passages: the last of them before this one.
        count: how many mentions there have been.
        employers: the organisation of each person who was introduced by one and a title.
        built: the parks and buildings that a word for projects stood for.
        head: what the point of a list that is being read begins with.
        headed: what the part of the text that is being read has for its heading, where that is a name and no more.
        chain: the industry chain that was named last, however long ago.
        paragraph: the number of the paragraph that is being read.
        renamed: what has been renamed, under its last name.
    """

    words: Vocabulary
    seen: list[Seen] = field(default_factory=list)
    topics: list[Entity] = field(default_factory=list)
    about: Entity | None = None
    formal: bool = False
    tasks: bool = False
    turns: int = 0
    passages: list[Passage] = field(default_factory=list)
    count: int = 0
    employers: dict[Entity, Entity] = field(default_factory=dict)
    built: set[Entity] = field(default_factory=set)
    head: Entity | None = None
    headed: Entity | None = None
    chain: Entity | None = None
    paragraph: int = -1
    renamed: dict[Entity, Entity] = field(default_factory=dict)

    def turn(self, text: str, passage: Passage) -> None:
        """Begin a passage: a paragraph has topics of its own; in a plan, a report or a profile it begins with what that is about."""
        self.turns += 1
        if (
            passage.unit.role in ("title", "heading", "caption")
            and not self.seen[8:]
            and _FORMAL.search(passage.text)
        ):
            self.formal = True
        if passage.unit.role == "heading":
            self.tasks = _STATE.search(passage.text) is None and (
                self.tasks or _TASKS.search(passage.text) is not None
            )
            self.headed = _named(passage)
        self._begin_point(passage)
        start = passage.unit.position(0)
        if start == 0 or text[start - 1] in "\n\r\u3000 ":
            about = self.headed or (self.about if self.formal else None)
            self.topics = [about] if about is not None else []

    def _begin_point(self, passage: Passage) -> None:
        """Remember what a point of a list begins with (1.A:…… , (四)B。……): all of its paragraph is about that."""
        point = _POINT.match(passage.text)
        if point is not None or passage.unit.paragraph != self.paragraph:
            self.head = None
        self.paragraph = passage.unit.paragraph
        first = passage.mentions[0] if point is not None and passage.mentions else None
        if first is None or point is None or first.start != point.end() or first.kind not in _HEADS:
            return
        if passage.text[first.end : first.end + 1] in (":", "。", "") or passage.text.startswith(
            "——", first.end
        ):
            self.head = first.entity

    def note(self, entity: Entity, topic: bool) -> None:
        """Remember a mention, and whether it was the topic of its clause."""
        self.count += 1
        self.chain = entity if entity.kind == "IndustryChain" else self.chain
        self.seen.append(Seen(entity, topic, self.turns, self.count))
        del self.seen[:-_REACH]

    def antecedent(
        self, kinds: frozenset[str], pointed: bool = False, rather: str | None = None
    ) -> Entity | None:
        """Return the nearest entity of one of these kinds, a topic of the last mentions first; None where there is none.

        What is pointed at (该公司) stands in the last sentence that has one of these kinds; one of the kind `rather` is
        meant before others that are no topics.
        """
        fitting = [seen for seen in reversed(self.seen) if self.words.fits(seen.entity.kind, kinds)]
        if pointed:
            fitting = [seen for seen in fitting if seen.turn == fitting[0].turn]
        found: dict[Entity, bool] = {}
        for entity, topic, _, order in fitting:
            if entity in found or len(found) < _RIVALS:
                found[entity] = found.get(entity, False) or (topic and self.count - order <= _NEAR)
        spoken = [e for e, topic in found.items() if topic]
        likely = [e for e in spoken if e.kind == rather] or [e for e in found if e.kind == rather] or spoken
        nearest = next(iter(likely), next(iter(found), None))
        if nearest is None and self.about is not None and self.words.fits(self.about.kind, kinds):
            return self.about
        return nearest

    def before(self) -> "Discourse":
        """Return the discourse as it was when this passage began."""
        return replace(self, seen=[s for s in self.seen if s.turn < self.turns])

    def was_topic(self, entity: Entity | None) -> bool:
        """Say whether a clause of late was about an entity, and did not only name it."""
        return any(seen.topic and seen.entity == entity for seen in self.seen)

    def goes_on_about(self, site: Entity | None) -> bool:
        """Say whether the last zones or parks that were named, two at most, are this one."""
        sites = [s.entity for s in self.seen if s.entity.kind in ("Zone", "Park")]
        return bool(sites) and set(sites[-2:]) == {site}

    def here(self, *kinds: str) -> Entity | None:
        """Return the entity of one of these kinds that this passage named last; None where it names none."""
        wanted = frozenset(kinds)
        seen = (s.entity for s in reversed(self.seen) if s.turn == self.turns)
        return next((entity for entity in seen if self.words.fits(entity.kind, wanted)), None)

    def topic_here(self, *kinds: str) -> Entity | None:
        """Return the entity of one of these kinds that a clause of this passage was about last; None without one."""
        topics = (s.entity for s in reversed(self.seen) if s.topic and s.turn == self.turns)
        return next((entity for entity in topics if entity.kind in kinds), None)

    def named_after(self, entity: Entity | None, topics: str, but: frozenset[str]) -> Entity | None:
        """Return the topic of one kind that was named after an entity, with nothing of the kinds `but` behind it; else None."""
        for seen in reversed(self.seen):
            if seen.entity == entity or self.words.fits(seen.entity.kind, but):
                return None
            if seen.topic and seen.entity.kind == topics and self.turns - seen.turn <= 1:
                return seen.entity
        return None

    def topic_after(self, entity: Entity | None, kinds: tuple[str, ...]) -> Entity | None:
        """Return the topic of one of these kinds that sentences after an entity was named last were about; None elsewhere."""
        last = next((s.turn for s in reversed(self.seen) if s.entity == entity), 0)
        later = (s for s in reversed(self.seen) if s.turn > last and s.topic and s.entity.kind in kinds)
        return next((s.entity for s in later if self.is_late(s)), None)

    def is_late(self, seen: Seen) -> bool:
        """Say whether something was seen in this passage or in one of the two before it."""
        return self.turns - seen.turn <= _NEAR_TURNS

    def is_near(self, entity: Entity) -> bool:
        """Say whether an entity was named in this passage or in one of the two before it."""
        return any(s.entity == entity and self.is_late(s) for s in self.seen)

    def group_of(self, project: Entity) -> Entity | None:
        """Return the projects counted where several are named, a project last of them and not as the topic; None elsewhere."""
        last = next((s for s in reversed(self.seen) if s.entity == project), None)
        if last is None or last.topic:
            return None
        beside = list(dict.fromkeys(s.entity for s in self.seen if s.turn == last.turn))
        group = next((entity for entity in beside if entity.kind == "ProjectGroup"), None)
        return group if sum(entity.kind == "Project" for entity in beside) > 1 else None

    def rival(self) -> Entity | None:
        """Return another zone or park than the text is about, where the paragraph, or the sentence before, spoke of it alone."""
        about = self.about
        if about is None or about.kind not in ("Zone", "Park"):
            return None
        same = [entity for entity in self.topics if entity.kind == about.kind]
        if not same and about.kind == "Park":
            same = [
                s.entity
                for s in self.seen
                if s.topic and s.turn == self.turns - 1 and s.entity.kind == "Park"
            ]
        return same[-1] if same and about not in same else None

    def own_firm(self) -> Entity | None:
        """Return the firm that the text is about, where the paragraph has not turned to another."""
        about = self.about
        if about is None or about.kind != "Company":
            return None
        firms = [entity for entity in self.topics if entity.kind == "Company"]
        return about if not firms or about in firms else None

    def now_called(self, entity: Entity) -> Entity:
        """Return a thing under the name that it had by then: what the last renaming gave it, or gave what the text is about."""
        if entity not in self.renamed and entity == self.about and self.renamed:
            latest = next(reversed(self.renamed.values()))
            return latest if latest.kind == entity.kind else entity
        return self.renamed.get(entity, entity)

    def place(self) -> Entity | None:
        """Return what 这里 means: the site that was spoken of lately, else the nearest, a site before the area it lies in."""
        sites = [s for s in reversed(self.seen) if s.entity.kind in _SITES]
        spoken = (s.entity for s in sites if s.topic and self.is_late(s) and s.entity.kind != "Facility")
        nearest = sites[0].entity if sites else None
        return next(spoken, nearest) or self.nearest("Place")

    def zone(self) -> Entity | None:
        """Return the zone or park spoken of: the last that was a topic, else the last that was named."""
        return self._spoken_of("Zone", "Park")

    def called(self, kind: str, *endings: str) -> Entity | None:
        """Return what of a kind was named last by a name that ends so, a topic first: what 该县 means, or 集团."""
        seen = [s for s in reversed(self.seen) if s.entity.kind == kind]
        named = [s for s in seen if any(n.endswith(endings) for n in (s.entity.name, *s.entity.names))]
        return next((s.entity for s in named if s.topic), named[0].entity if named else None)

    def district(self) -> Entity | None:
        """Return the district of a city that was named after any zone and no longer ago than two sentences; None without one.

        Beside the zone that the text is about it must have been spoken of, and not only with others.
        """
        others = self.about is not None and self.about.kind == "Zone"
        for seen in reversed(self.seen):
            if seen.entity.kind == "Zone" or self.turns - seen.turn > _NEAR_TURNS:
                return None
            if seen.entity.kind == "AdministrativeArea" and seen.entity.name.endswith("区"):
                return seen.entity if seen.topic or not others else None
        return None

    def area(self) -> Entity | None:
        """Return the administrative area spoken of: the last that was a topic, else the last that was named."""
        return self._spoken_of("AdministrativeArea")

    def _spoken_of(self, *kinds: str) -> Entity | None:
        wanted = frozenset(kinds)
        topics = (s.entity for s in reversed(self.seen) if s.topic and self.words.fits(s.entity.kind, wanted))
        return next(topics, None) or self.nearest(*kinds)

    def system(self) -> Entity | None:
        """Return the “1+2+1” of industries that was named last."""
        return next(
            (s.entity for s in reversed(self.seen) if s.entity.kind == "Industry" and "+" in s.entity.name),
            None,
        )

    def group(self) -> Entity | None:
        """Return the unnamed projects that this passage or the one before counted last."""
        seen = (s.entity for s in reversed(self.seen) if self.turns - s.turn <= 1)
        return next((entity for entity in seen if entity.kind == "ProjectGroup"), None)

    def group_firm(self) -> Entity | None:
        """Return the firm in whose name 集团 stands, that was named last: A(集团)股份有限公司."""
        firms = (s.entity for s in reversed(self.seen) if s.entity.kind == "Company")
        return next((firm for firm in firms if "集团" in firm.name), None)

    def single_firm(self, described: bool) -> Entity | None:
        """Return the one firm without a name that was named lately (苏州一家企业); not `described`, it is the last firm at all."""
        lately = [s.entity for s in reversed(self.seen) if self.is_late(s)]
        firms = (e for e in lately if e.size == 1 or (e.kind == "Company" and not described))
        found = next(firms, None)
        return found if found is not None and found.kind == "CompanyGroup" else None

    def nearest(self, *kinds: str) -> Entity | None:
        """Return the entity of one of these kinds that was named last."""
        wanted = frozenset(kinds)
        return next((s.entity for s in reversed(self.seen) if self.words.fits(s.entity.kind, wanted)), None)


def _named(passage: Passage) -> Entity | None:
    """Return the thing whose name a heading is, but for its number; None for a heading of other words."""
    first = passage.mentions[0] if len(passage.mentions) == 1 else None
    if first is None or first.kind not in (*_HEADS, "Zone", "District"):
        return None
    before, behind = passage.text[: first.start], passage.text[first.end :]
    return None if _NUMBER.fullmatch(before) is None or behind.strip(":") else first.entity
