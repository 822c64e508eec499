"""What 该公司, 园区, 我们 and 这里 mean, and what an empty subject means.

A reference takes the nearest antecedent before it whose kind fits, a topic before a mere mention; inside a quotation 我们 and
公司 are the speaker's. Without an antecedent it stays open, and a claim that needs it is marked as unresolved.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from graph_service.reading.claims import Entity
from graph_service.reading.lexicon import lexicon
from graph_service.reading.mentions import Census, Mention, Passage, resolved
from graph_service.reading.sentences import Quotation, quotations
from graph_service.vocabulary import Vocabulary

_CAN_SPEAK = ("Organisation", "Zone", "Park", "Person")
_OWN = frozenset(("公司", "企业", "开发区", "经开区", "高新区", "全区", "园区", "我区", "我司", "实验室"))
_PHASES = frozenset(f"{number}期" for number in "一二三四五六首")
_SPEAKERS = frozenset(("我们", "我司", "公司", "本公司"))
_NOT_TOPIC = re.compile(
    r"(?:[在与由从对把为向据于随给让跟和被将以及]|通过|依托|围绕|根据|按照|随着|位于|来自|针对|聚焦|支持|帮助|坐落在|选址|落户|入驻|叫|称|是|引进|引入|签下|签约|建设|投资|研发|获得|获|批准|打造|迁[至到往入]|成立|组建|[与和同]|拥有|旗下|下属|包括|包含|例如|比如|[有如系属来]|原名|前身为|曾用名|更名为|变更为|地处|位处|厂址在)$"
)
_PREDICATE = re.compile(
    r"共建|新建|筹建|建成|打造|建设|形成|成为|新增|引进|招引|签约|签下|推动|支持|帮助|发展|培育|依托|围绕|聚焦|按照|根据|研发|生产|成立|组建|设立|投资|实现|获评|入选|荣获|位于|坐落|落户|入驻|拥有|推进|提升|创建|迈向|集聚|完成|达到|突破|改造|启动|举行|召开|邀请|赋能"
)
"""Verbs: a mention behind one in its clause is what it acts on, and no subject, but where 的 makes it an attribute."""
_ATTRIBUTE = re.compile(
    r"(?:共建|合办|合建|联合建设|牵头|参与|建成|形成|新增|引进|招引|签约|签下|培育|研发|生产|成立|组建|设立|投资|获评|入选|落户|入驻|启动|改造)的$"
)
_LABEL = re.compile(
    "(?:^|[,。;:])[\u4e00-\u9fff]{0,6}(?:单位|企业|公司|主体|地点|地址|时间|进度|名称|[投业方])[:]$"
)
"""The label of a field (实施单位:A): what follows it is no subject."""
_DEED = re.compile(
    "(?:近期|已|新|现场|集中|累计|今年|当天|自主|联合)*(?:签约|引进|实施|推荐|带动|共建|合办|合建|联办|联合建设|联合组建|共同组建|共同建设|研制|研发|开发|建设|投资建设|投建|创办|设立|孵化|牵头组建)的"
)
_TOGETHER = re.compile("(?:深度|紧密|开展|达成|联合|长期)?(?:合作|联手|携手|签约|签订|签署|共建|战略合作)")
_LEAD = re.compile(
    r"^(?:据了解|据介绍|据悉|此外|同时|目前|如今|近年来|日前|近日|其中|随后|而|但|今年以来|对此|另外|不仅|作为|于是|届时|现在|多年来|去年|今年|[\ue000-\uf8ff]?,)*$"
)
_FRONT = 10
"""How far from the beginning of its clause a subject may stand, in code points."""
_RIVALS = 3
"""How many different antecedents are weighed: a topic among them is preferred to the nearest."""
_NEAR = 8
"""How many mentions back a topic is preferred to what stands nearer."""
_REACH = 40
"""How many mentions back an antecedent is looked for."""


_FORMAL = re.compile("总结|计划|规划|方案|报告|要点|意见|通知|公告|通告|简介|概况|介绍|纪要|走近|走进|探访")
"""What the title of a text says that speaks of one zone or firm all through, without naming it again."""


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
        turns: how many passages have begun.
        count: how many mentions there have been.
    """

    words: Vocabulary
    seen: list[Seen] = field(default_factory=list)
    topics: list[Entity] = field(default_factory=list)
    about: Entity | None = None
    formal: bool = False
    turns: int = 0
    count: int = 0

    def turn(self, text: str, passage: Passage) -> None:
        """Begin a passage: a paragraph of a plan, a report or a profile begins with what the document is about."""
        self.turns += 1
        if (
            passage.unit.role in ("title", "heading", "caption")
            and not self.seen[8:]
            and _FORMAL.search(passage.text)
        ):
            self.formal = True
        start = passage.unit.position(0)
        if self.about is not None and self.formal and (start == 0 or text[start - 1] in "\n\r\u3000 "):
            self.topics = [self.about]

    def note(self, entity: Entity, topic: bool) -> None:
        """Remember a mention, and whether it was the topic of its clause."""
        self.count += 1
        self.seen.append(Seen(entity, topic, self.turns, self.count))
        del self.seen[:-_REACH]

    def antecedent(self, kinds: frozenset[str], pointed: bool = False) -> Entity | None:
        """Return the nearest entity of one of these kinds, a topic of the last mentions first; None where there is none.

        What is pointed at (该公司) stands in the last sentence that has one of these kinds.
        """
        fitting = [seen for seen in reversed(self.seen) if self.words.fits(seen.entity.kind, kinds)]
        if pointed:
            fitting = [seen for seen in fitting if seen.turn == fitting[0].turn]
        found: dict[Entity, bool] = {}
        for entity, topic, _, order in fitting:
            if entity in found or len(found) < _RIVALS:
                found[entity] = found.get(entity, False) or (topic and self.count - order <= _NEAR)
        nearest = next((e for e, topic in found.items() if topic), next(iter(found), None))
        if nearest is None and self.about is not None and self.words.fits(self.about.kind, kinds):
            return self.about
        return nearest

    def place(self) -> Entity | None:
        """Return the nearest place, a site before the area it lies in: what 这里 means."""
        return self.nearest("Park", "Zone", "Facility", "District") or self.nearest("Place")

    def zone(self) -> Entity | None:
        """Return the zone or park spoken of: the last that was a topic, else the last that was named."""
        wanted = frozenset(("Zone", "Park"))
        topic = next(
            (s.entity for s in reversed(self.seen) if s.topic and self.words.fits(s.entity.kind, wanted)),
            None,
        )
        return topic or self.nearest("Zone", "Park")

    def area(self) -> Entity | None:
        """Return the administrative area spoken of: the last that was a topic, else the last that was named."""
        wanted = frozenset(("AdministrativeArea",))
        topics = (s.entity for s in reversed(self.seen) if s.topic and self.words.fits(s.entity.kind, wanted))
        return next(topics, None) or self.nearest("AdministrativeArea")

    def system(self) -> Entity | None:
        """Return the “1+2+1” of industries that was named last."""
        return next(
            (s.entity for s in reversed(self.seen) if s.entity.kind == "Industry" and "+" in s.entity.name),
            None,
        )

    def group(self) -> Entity | None:
        """Return the unnamed group that was counted last."""
        return self.nearest("Group")

    def nearest(self, *kinds: str) -> Entity | None:
        """Return the entity of one of these kinds that was named last."""
        wanted = frozenset(kinds)
        return next((s.entity for s in reversed(self.seen) if self.words.fits(s.entity.kind, wanted)), None)


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
            who = next((e for kind in _CAN_SPEAK for e in inside if words.is_a(e.kind, kind)), None)
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
    if surface in _PHASES:
        return _phase(mention, discourse)
    if surface in _OWN and discourse.about and mention.kind == discourse.about.kind:
        return resolved(
            mention, discourse.about, f"“{surface}” is what the text is about: {discourse.about.name}"
        )
    if mention.kind == "Place":
        entity = discourse.nearest("AdministrativeArea") if spoken or surface != "这里" else discourse.place()
    else:
        wanted = frozenset(_wanted(surface, mention.kind))
        entity = discourse.antecedent(wanted, pointed=surface.startswith(("该", "这家", "这款")))
    if entity is None:
        return mention
    return resolved(mention, entity, f"“{surface}” → {entity.name} (nearest {mention.kind})")


def _phase(mention: Mention, discourse: Discourse) -> Mention:
    """Return the phase of the project, park or laboratory spoken of: 一期 is 华芯封装项目一期."""
    whole = discourse.antecedent(frozenset(("Project",)), pointed=True)
    whole = whole or discourse.antecedent(frozenset(("Park", "Facility")), pointed=True)
    if whole is None:
        return mention
    if whole.name[-2:] in _PHASES:
        whole = replace(whole, name=whole.name[:-2])
    kind = whole.kind if whole.kind in ("Park", "Facility") else "Project"
    entity = Entity(f"{whole.name}{mention.reason}", kind)
    return resolved(mention, entity, f"“{mention.reason}” is a phase of {whole.name}")


def _wanted(surface: str, kind: str) -> tuple[str, ...]:
    if surface in ("平台", "该平台"):
        return ("Park", "Laboratory", "Alliance", "Facility")
    if kind == "Park":
        return ("Park",)
    if surface in ("其", "它"):
        return ("Company", "Laboratory", "Alliance", "University", "Zone", "Park", "Project", "Person")
    if surface == "项目":
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
_GOES_ON = re.compile("同时|此外|另外|并[与和同在]|还[与和同在]")
"""How a clause begins that goes on about what its sentence began with."""
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
    goes_on = _GOES_ON.match(passage.code, marks[bisect_left(marks, end) - 1] + 1)
    if goes_on and (first := _first(passage, position, kinds, words)):
        return first
    while end > 0:
        begin = marks[bisect_left(marks, end) - 1] + 1
        found = _clause_topic(passage, begin, min(end, position), subjects, words)
        if found:
            return [m for m in found if words.fits(m.kind, kinds)]
        end = begin - 1
    return []


def _first(passage: Passage, position: int, kinds: frozenset[str], words: Vocabulary) -> list[Mention]:
    """Return the subject a sentence begins with, which a clause with 同时 or 还 takes up again."""
    sentence = max(passage.code.rfind(mark, 0, position) for mark in "。!?") + 1
    comma = passage.marks[bisect_left(passage.marks, sentence)] if sentence <= passage.marks[-1] else position
    found = _clause_topic(passage, sentence, min(comma, position), kinds | _SUBJECTS, words)
    return [m for m in found if words.fits(m.kind, kinds)]


def _clause_topic(
    passage: Passage, begin: int, end: int, kinds: frozenset[str], words: Vocabulary
) -> list[Mention]:
    if _LABEL.search(passage.code, 0, begin):
        return []
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
            last is None and _is_ruled_out(passage.code[begin:offset]) and not _leads(passage.code, offset)
        ):
            if joined:
                break
            continue
        if not joined and (
            passage.code[offset + 1 : offset + 2] == "的"
            or (offset - begin > _FRONT and not _head_of_relative(passage.code, offset))
            or passage.code[offset - 1] in "、和与"
            or _acted_on(passage.code[begin:offset])
            or _titled(passage, number)
        ):
            continue
        joined.append(mention)
        last = offset
    if (
        len(joined) > 1
        and _TOGETHER.match(passage.code, (last or 0) + 1)
        and passage.code[(last or 0) - 1] != "、"
    ):
        joined = joined[:1]  # A与B合作,开发出C: what follows is A's
    return _described(passage, last, end, kinds, words) or joined


def _head_of_relative(code: str, offset: int) -> bool:
    """Say whether a mention far from the beginning ends a long attribute and its clause: 在X摸爬滚打了23年的A,是B."""
    return code[offset - 1] == "的" and code[offset + 1 : offset + 2] in (",", "是", "已", "将", "也", "则")


def _described(
    passage: Passage, last: int | None, end: int, kinds: frozenset[str], words: Vocabulary
) -> list[Mention]:
    """Return C of A与B共建的C: what the first mentions only describe is the subject."""
    if last is None or (match := _DEED.match(passage.code, last + 1)) is None or match.end() >= end:
        return []
    number = passage.index.get(match.end())
    mention = passage.mentions[number] if number is not None else None
    return [mention] if mention is not None and words.fits(mention.kind, kinds) else []


def _titled(passage: Passage, number: int) -> bool:
    """Say whether a mention only says whose title a person has: 中国科学院院士王长河."""
    after = passage.mentions[number + 1] if number + 1 < len(passage.mentions) else None
    if after is None or after.kind != "Person":
        return False
    return lexicon().titles.fullmatch(passage.text[passage.mentions[number].end : after.start]) is not None


def _leads(code: str, offset: int) -> bool:
    """Say whether 由A牵头 makes A the subject of what follows."""
    return code[offset - 1 : offset] == "由" and code.startswith(("牵头", "负责", "承担", "具体"), offset + 1)


def _acted_on(before: str) -> bool:
    """Say whether a verb stands before a mention in its clause, so that it is no subject."""
    return _PREDICATE.search(before) is not None and not _ATTRIBUTE.search(before)


_ABOUT = ("Zone", "Company", "Park", "Laboratory", "Alliance")


def subject_of(passages: list[Passage], census: Census) -> Entity | None:
    """Return what a document is about: the first zone, firm, park or laboratory of its title, else the zone named most."""
    for passage in passages[:4]:
        if passage.unit.role not in ("title", "heading"):
            break
        for mention in passage.mentions:
            if mention.kind in _ABOUT and mention.entity is not None:
                return mention.entity
    return census.entity(census.zone, "Zone") if census.zone else None
