"""Subjects: whose a match is that has no subject of its own.

The subject of its clause comes first (`topics`), but for what the sentence has just brought up; then the speaker, the
subject of the next clause, the zone named before, what the last sentences were about, and what the document is about.
"""

import re

from graph_service.reading.brought import BROUGHT_UP, COUNTED, brought_along, brought_up, is_counted, running
from graph_service.reading.claims import Entity, Quantity
from graph_service.reading.heads import head_of, is_bare
from graph_service.reading.hits import Hit
from graph_service.reading.later import agents, done_by, following, spent_on
from graph_service.reading.offices import governed, moves_alone, right_before
from graph_service.reading.owners import of_area, owner, possessor, says_figures
from graph_service.reading.passages import PARTS, Mention, Passage
from graph_service.reading.sums import of_list
from graph_service.reading.terms import End, meant, mentioned
from graph_service.reading.topics import has_subject, topics
from graph_service.reading.unnamed import (
    is_of_another,
    is_of_several,
    is_unknown,
    is_untold,
)
from graph_service.vocabulary import Vocabulary

_BARE = 3
"""Longest number with its measure that is a subject by itself, in code points: 两家, 12家."""
_TAKES_UP = re.compile("(?:[均都也皆全]|目前|现在|现|已经|已|将|还|可能|陆续|相继|先后|全部)*")
"""What stands between such a subject and its verb."""
_NO_NEWS = frozenset("locatedIn operates relocatedFrom mergedInto mergedWith formerName partOf".split())
_STAYS = {
    **dict.fromkeys(
        ("Zone", "Park", "District", "AdministrativeArea"),
        frozenset("area shareOf openedIn foundedIn alias builds renewed locatedIn".split()),
    ),
    "Company": frozenset("renewed introduced openedIn area".split()),
    "Team": frozenset("awarded patentApplicationCount softwareCopyrightCount".split()),
}
"""What is hardly ever said of a thing of that kind in a sentence that does not name it: it is of something else there."""
_OF_SITES = re.compile(
    "(?:管辖|辖区|托管|核准|批准|控制)[^,。;]{0,4}面积|开园|封关|建园|建区|扩区|获批|(?:批准|批复|核准|单独|获准|正式)[^,。;]{0,2}(?:设立|成立)"
)
"""What is said of a zone or a park by its words, be it named in the sentence or not."""
_AGENTS = frozenset(("Project", "Company", "Facility"))
"""Kinds of which something is said by a verb right behind them, wherever in the clause they stand."""
_BESIDE = _AGENTS | {"AdministrativeArea"}
"""The same, and what is so where its clause has no subject."""
_NO_AGENT = re.compile("[占比在于从由自向对为给把将被与和同跟、]$")
"""What stands before a thing that the verb behind it says nothing of: 在A投资."""
_PLACES = frozenset(("Zone", "Park", "District", "AdministrativeArea"))
"""Kinds that a text has turned away from once it has spoken of something else."""
_SITES = frozenset(("Zone", "Park", "District"))
_THINGS = frozenset(("Product", "Technology"))
_SUBJECTS = frozenset(("Organisation", "CompanyGroup", "ProjectGroup", "Project", "Facility"))
_NEWS = BROUGHT_UP | _THINGS
_DOES = re.compile("专攻|主攻|主营|专注|专门|主要|从事|负责|经营|生产|研发")
"""What a firm does that was founded in the clause before: 组建A,专攻B."""
_HE = re.compile("[^,。;:“”]{0,6}(?<!其)[他她](?![们的人乡处项])")
"""How a clause begins whose subject is a person spoken of."""
_THIS_IS = re.compile("这[也又]?[是为]")
"""How a clause begins that says what the thing just named is."""
_MADE_KNOWN = re.compile(
    "(?:批准|批复|同意|获批|设立|成立|组建|创办|建立|建成|建起|落成|认定|揭牌|兴办)[^,。;:\ue000-\uf8ff]{0,8}$"
)
"""Before a thing that a clause is about which it is the object of."""


class Subjects:
    """Finds the subjects of the matches in one document, passage by passage."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._made: list[tuple[int, End]] = []

    def begin(self, passage: Passage) -> None:
        """Begin a passage: what its mentions bring up is known from the outset."""
        self._made = brought_up(passage)

    def note(self, hit: Hit, relation: str, name: str, term: object) -> None:
        """Remember a thing that has no name but the words of a slot, for what follows."""
        if relation == "builds" and isinstance(term, Entity) and term.kind == "Park":
            hit.discourse.built.add(term)
        if not isinstance(term, Entity) or not hit.has(name) or relation in _NO_NEWS:
            return
        if relation == "applicableTo" and any(e.object == name for e in hit.rule.emit):
            return  # what a thing is used in is not spoken of
        hit.discourse.note(term, False)
        several = is_counted(hit.passage, hit.match.end(name) - 1) or COUNTED.match(term.name)
        if term.kind in _NEWS and not several:
            self._made.append((hit.match.start(name), End(term, "plain", "", term.kind)))

    def find(self, hit: Hit) -> list[End]:
        """Return the subject of a match, several where they are joined; empty where there is none."""
        return running(hit, of_area(hit, self._found(hit), self.words), self.words)

    def _found(self, hit: Hit) -> list[End]:
        """Return what a match is said of; of an industry it may be said as a part of its place."""
        if (told := self._told_elsewhere(hit)) is not None:
            return told
        if (known := self._counted(hit) or possessor(hit, self.words)) is not None:
            return [known]
        if (doing := agents(hit, self.words)) is not None:
            return doing
        here = topics(hit.passage, hit.start, hit.rule.topic, self.words)
        if (told := self._this(hit) or self._pointed_at(hit, here) or self._beside(hit, here)) is not None:
            return told
        own = here and here[-1].start >= hit.passage.at[hit.clause(",。;:")]
        if not own and here and (whose := owner(hit, self.words)):
            return whose
        if (made := self._whole(hit, here) or self._made_before(hit, here)) is not None:
            return [made]
        if (whole := of_list(hit, here, self.words)) is not None:
            return whole
        if (later := self._told_later(hit, here)) is not None:
            return [later]
        if here:
            return self._behind_office(hit, here) or [end for mention in here for end in meant(mention)]
        return (
            self._speaker(hit)
            or owner(hit, self.words)
            or following(hit, self.words)
            or self._employer(hit)
            or self._from_before(hit)
        )

    def _from_before(self, hit: Hit) -> list[End]:
        """Return what a match is of whose sentence has no subject: what was spoken of before."""
        if is_of_several(hit):
            return []
        if has_subject(hit.passage, hit.start, self.words) or is_unknown(hit, says_figures(hit, self.words)):
            return []
        if (whose := owner(hit, self.words)) is not None:
            return whose
        return self._zone_within(hit) or self._spoken_before(hit)

    def _told_later(self, hit: Hit, here: list[Mention]) -> End | None:
        """Return whom or what a match is of as is told behind it; None where its own clause tells, or nothing does."""
        if (sum_for := spent_on(hit, self.words)) is not None:
            return sum_for
        own = here and here[-1].start >= hit.passage.at[hit.clause(",。;:")]
        return None if own else done_by(hit, self.words)

    def _told_elsewhere(self, hit: Hit) -> list[End] | None:
        """Return the firm that the clause before brings, for what its project has; nobody where that cannot be told; else None."""
        if is_untold(hit, says_figures(hit, self.words)):
            return []
        if _HE.match(hit.passage.code, hit.clause(",。;:“”"), hit.start):
            return self._his(hit)
        brought = brought_along(hit)
        if brought is None:
            return None
        return [end for end in brought if self.words.fits(end.kind, hit.rule.topic)]

    def _counted(self, hit: Hit) -> End | None:
        """Return the group without a name that a clause takes up by its number alone: 介绍了两家企业,如今两家均已迁来."""
        passage, clause = hit.passage, hit.clause(",。;:“”")
        number = next((n for o, n in passage.index.items() if clause <= o < hit.start), None)
        count = passage.mentions[number] if number is not None else None
        if count is None or count.kind != "Firms" or not isinstance(count.value, Quantity):
            return None
        behind = passage.code[passage.offsets[number or 0] + 1 : hit.start]
        if count.end - count.start > _BARE or not _TAKES_UP.fullmatch(behind):
            return None
        for seen in reversed(hit.discourse.seen):
            if seen.entity.kind == "CompanyGroup" and seen.entity.size == count.value.value:
                reason = f"{passage.text[count.start : count.end]} are the {seen.entity.name} named before"
                fits = self.words.fits("CompanyGroup", hit.rule.topic)
                return End(seen.entity, "coreference", reason, "CompanyGroup") if fits else None
        return None

    def _this(self, hit: Hit) -> list[End] | None:
        """Return what the clause before ends with, where a clause says what this is: 批准设立A,这是全省首个……; None elsewhere."""
        passage, clause = hit.passage, hit.clause(",。;:")
        number = passage.index.get(clause - 2)
        if number is None or not _THIS_IS.fullmatch(passage.code, clause, hit.start + 1):
            return None
        mention = passage.mentions[number]
        if _MADE_KNOWN.search(passage.code, 0, clause - 2) is None:
            return None
        fits = mention.entity is not None and self.words.fits(mention.kind, hit.rule.topic)
        return meant(mention) if fits else None

    def _beside(self, hit: Hit, here: list[Mention]) -> list[End] | None:
        """Return what stands right before the verb of a match and is no subject of its clause; None where nothing does."""
        passage, clause = hit.passage, hit.clause(",。;:“”")
        number = passage.index.get(hit.start - 1)
        if number is None or hit.start - 1 < clause:
            return None
        mention = passage.mentions[number]
        own = here and here[-1].start >= (mention.start if mention.kind in _AGENTS else passage.at[clause])
        if own or mention.kind not in _BESIDE or _NO_AGENT.search(passage.code, clause, hit.start - 1):
            return None
        fits = self.words.fits(mention.kind, hit.rule.topic)
        return meant(mention) if fits else []

    def _pointed_at(self, hit: Hit, here: list[Mention]) -> list[End] | None:
        """Return the product of the sentence that its subject points back at: ……研制的雷达获奖,这款雷达可用于……; None elsewhere."""
        if len(here) != 1 or here[0].how != "coreference" or here[0].kind not in _THINGS:
            return None
        passage, subject = hit.passage, here[0]
        head = head_of(passage.text[subject.start : subject.end])
        made = [
            end for offset, end in self._made if passage.at[offset] < subject.start and end.kind in _THINGS
        ]
        named = [end for end in made if isinstance(end.term, Entity) and end.term.name.endswith(head[-2:])]
        return named[-1:] or (made[-1:] if is_bare(head) else None) or None

    def _whole(self, hit: Hit, here: list[Mention]) -> End | None:
        """Return the project whose part a clause before was about, for what the next ones say: 9条生产线装好,12月投产."""
        part = here[0] if len(here) == 1 else None
        if part is None or part.entity is None or not _is_part(part.entity):
            return None
        if part.start >= hit.passage.at[hit.clause(",。;:")]:
            return None
        whole = _spoken_project(hit, [])
        found = self._taken(whole, hit, f"{part.entity.name} is a part of {whole.name}") if whole else []
        return found[0] if found else None

    def _made_before(self, hit: Hit, here: list[Mention]) -> End | None:
        """Return the project or building that the sentence has just brought up, where its figures follow without a subject."""
        if not self._made:
            return None
        passage, clause = hit.passage, hit.clause(",。;:")
        if here and any(passage.at[clause] <= m.start for m in here):
            return None
        sentence = hit.clause("。;")
        figures = says_figures(hit, self.words) or hit.rule.emit[0].relation == "openedIn"
        whole, latest = _spoken_project(hit, here), None
        for offset, end in self._made:
            if whole is not None and isinstance(end.term, Entity) and _is_part(end.term):
                continue
            before = hit.start if end.kind in _THINGS else clause
            fits = end.term is not None and self.words.fits(end.kind, hit.rule.topic)
            late = latest is None or offset >= latest[0]
            does = (
                end.kind == "Company"
                and offset + 2 == clause
                and _DOES.match(passage.code, hit.start) is not None
            )
            if late and sentence <= offset < before and fits and (end.kind in _NEWS or figures or does):
                latest = offset, end
        if latest is None or (here and passage.at[latest[0]] < here[-1].start):
            return None  # a subject of its own came after it
        return latest[1]

    def _speaker(self, hit: Hit) -> list[End]:
        spoken = hit.quotation()
        who = spoken[1] if spoken else None
        own = topics(hit.passage, hit.start, _SUBJECTS, self.words) if spoken else []
        if spoken and own and own[-1].start >= spoken[0].start:
            return []  # who speaks has named another subject
        who = governed(who, hit) or who if who is not None else None
        return self._taken(who, hit, f"the speaker's: {who.name}") if who is not None else []

    def _behind_office(self, hit: Hit, here: list[Mention]) -> list[End]:
        """Return the zone or area that is meant by what is told of it by who heads an office of it: A招商局局长表示,将……."""
        spoken, office = hit.quotation(), here[-1]
        if spoken is None or spoken[0].direct or office.start >= spoken[0].start or office.entity is None:
            return []
        place = right_before(office, hit.passage) or governed(office.entity, hit)
        return self._taken(place, hit, f"{office.entity.name} speaks for {place.name}") if place else []

    def _his(self, hit: Hit) -> list[End]:
        """Return whom a clause is about whose subject is 他: the person named last, or whom he works for."""
        person = hit.discourse.nearest("Person")
        firm = hit.discourse.employers.get(person) if person is not None else None
        if moves_alone(hit):
            return []
        found = (self._taken(who, hit, f"he is {who.name}, or works for it") for who in (person, firm) if who)
        return next((ends for ends in found if ends), [])

    def _employer(self, hit: Hit) -> list[End]:
        """Return whom the subject of the sentence works for, where what is said can be said of that and not of a person."""
        who = topics(hit.passage, hit.start, frozenset(("Person",)), self.words)
        firm = hit.discourse.employers.get(who[0].entity) if len(who) == 1 and who[0].entity else None
        if firm is None or self.words.fits("Person", hit.rule.topic) or moves_alone(hit):
            return []
        return self._taken(
            firm, hit, f"{firm.name}, whom {who[0].entity.name if who[0].entity else ''} works for"
        )

    def _zone_within(self, hit: Hit) -> list[End]:
        """Return the zone that a sentence without a subject names before the match, where the rule takes zones."""
        topic, passage = hit.rule.topic, hit.passage
        if not topic.isdisjoint(("Project", "Company")):
            return []
        sentence = hit.clause("。!?")
        named = [passage.mentions[n] for o, n in passage.index.items() if sentence <= o < hit.start]
        zones = [m for m in named if m.kind in ("Zone", "Park") and self.words.fits(m.kind, topic)]
        return [mentioned(zones[-1])] if zones else []

    def _spoken_before(self, hit: Hit) -> list[End]:
        """Return what the text was about before; nothing for what happens on a day, unless a rule of its own knows that."""
        if hit.rule.last and not says_figures(hit, self.words):
            return []
        if _sets_up_office(hit):
            return []  # the issuer of the text does
        told = hit.rule.emit[0].subject == "topic" and not (hit.discourse.formal or hit.discourse.head)
        if told and is_of_another(hit):
            return []
        return self._topic_before(hit) or self._about(hit)

    def _topic_before(self, hit: Hit) -> list[End]:
        """Return what the last sentences of the paragraph were about; a group without a name is not spoken of for long."""
        relation = hit.rule.emit[0].relation
        lasting = [entity for entity in hit.discourse.topics if entity.size is None]
        head = hit.discourse.head
        for entity in [
            *([head] if head else []),
            *lasting[-1:],
            *(e for e in lasting[-2:-1] if e.kind not in _PLACES),
        ]:
            site = entity.kind in _SITES and _OF_SITES.search(
                hit.passage.code, max(hit.clause(), hit.start - 4), hit.match.end()
            )
            spoken = entity in hit.discourse.built or entity == hit.discourse.headed
            if relation in _STAYS.get(entity.kind, ()) and not site and not spoken:
                return self._about(hit) if entity.kind == "Team" else []
            if found := self._taken(entity, hit, f"no subject here: {entity.name} from the sentence before"):
                return found
        return []

    def _about(self, hit: Hit) -> list[End]:
        """Return what the document is about; a project is never meant by that."""
        about, spoken = hit.discourse.about, hit.discourse.topics[-1:]
        if about is None or "Project" in hit.rule.topic:
            return []
        if spoken and about not in spoken and not hit.discourse.formal:
            return []  # the paragraph speaks of something else
        return self._taken(about, hit, f"no subject here: {about.name} is what the text is about")

    def _taken(self, entity: Entity, hit: Hit, reason: str) -> list[End]:
        fits = self.words.fits(entity.kind, hit.rule.topic)
        return [End(entity, "coreference", reason, entity.kind)] if fits else []


def _sets_up_office(hit: Hit) -> bool:
    """Say whether a match is of an office or a task force that is set up: 成立工作领导小组."""
    if hit.rule.emit[0].relation != "founded" or not hit.has(hit.rule.emit[0].object):
        return False
    number = hit.passage.index.get(hit.match.start(hit.rule.emit[0].object))
    return number is not None and hit.passage.mentions[number].kind == "GovernmentBody"


def _is_part(entity: Entity) -> bool:
    """Say whether a thing is built as a part of a project: a line, a hall."""
    return entity.kind == "Facility" and PARTS.search(entity.name) is not None


def _spoken_project(hit: Hit, here: list[Mention]) -> Entity | None:
    """Return the project that a clause is about: its subject, or, without one, what the sentence before was about."""
    last = here[-1].entity if here else next(reversed(hit.discourse.topics), None)
    return last if last is not None and last.kind in ("Project", "Park") else None
