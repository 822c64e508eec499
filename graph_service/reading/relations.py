"""Relations: rules over the passages of a document, claims out.

For each passage the rules whose trigger stands in it are matched; the ends of each emission become entities, quantities,
dates or words (`terms`), a missing subject is looked for (`subjects`); the modality, the speaker and the reasons are added.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from graph_service.reading.assertions import asserted, is_withheld
from graph_service.reading.census import document_entity
from graph_service.reading.claims import (
    Claim,
    Date,
    Document,
    Entity,
    Modality,
    Quantity,
    term_key,
)
from graph_service.reading.continued import by_figure, continued
from graph_service.reading.discourse import Discourse
from graph_service.reading.hits import Hit, matches
from graph_service.reading.outlook import outlook, to_do
from graph_service.reading.parts import whole_of
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.plainer import plainer
from graph_service.reading.presence import WHERE, stands_at
from graph_service.reading.rules import Emission, Rule
from graph_service.reading.sieve import Sieve
from graph_service.reading.speakers import Setting
from graph_service.reading.subjects import Subjects
from graph_service.reading.terms import End, meant, mentioned, worded
from graph_service.vocabulary import DATE, QUANTITY, WORDS, Vocabulary, vocabulary

_CLASS = re.compile("(?:以上|以下)?的?(?:企业|项目|公司|链主|龙头|园区|产业|规上|重点)")
"""What follows a figure that says which things are meant, not how much something is."""
_DESCRIBES = re.compile("的(?!市场|份额|比重|比例|总量)")
"""What follows a share that only says what a thing is like: 硕士占比超过80%的队伍."""
_OF_WHOLE = frozenset(("shareOf", "area"))
"""Figures that are told of another thing where 的 follows: 包括1500平方米的仓库."""
_BEFORE = "old"
"""The slot for what a figure was before: no other rule has that one."""
_COUNTS = frozenset(("hostsCompanyCount", "projectCount", "hasCount", "annualSales", "employeeCount"))
"""Figures that are a target where they are only aimed at."""
_JOINT = re.compile("[、,]|以及|[和与及]")
"""What stands between two figures of a list."""
_LATER = re.compile("[、和与及][^,。;:、\ue000-\uf8ff]{0,4}$")
"""What stands before a noun that is not the first of those that figures are told of respectively: 产值、税收分别达A、B."""
_ACTS = frozenset(
    "builds founded jointLab develops introduced signedProject startsProject renewed operates exhibits draftedStandard".split()
)
"""What somebody does, and no place that a preposition stands before."""
_NAMED = frozenset(("Actor", "Place", "Project", "Group"))
"""Kinds of what has a name or is counted, and is told from other words wherever it stands."""
_PREPOSITIONS = "在向于到至往对从给"


class Reader:
    """Applies the rules to the passages of one document, in order."""

    def __init__(self, document: Document, rules: tuple[Rule, ...], words: Vocabulary) -> None:
        self.document, self.words = document, words
        self.sieve, self.plainly = _sieves(rules)
        self.subjects = Subjects(words)

    def read(self, passage: Passage, place: Setting, discourse: Discourse) -> Iterator[Claim]:
        """Yield the claims of one passage; its references must be resolved."""
        figures: list[tuple[int, Claim]] = []
        for hit, emission, claim in self._found(self.sieve, passage, place, discourse):
            self.subjects.note(hit, emission.relation, emission.subject, claim.subject)
            self.subjects.note(hit, emission.relation, emission.object, claim.object)
            figures.append((_place(emission, hit), claim))
            yield claim
        yield from continued(passage, by_figure(figures), self.words, self.document.published)

    def _found(
        self, picked: Sieve[Rule], passage: Passage, place: Setting, discourse: Discourse
    ) -> Iterator[tuple[Hit, Emission, Claim]]:
        """Yield the claims of one passage by the rules of a sieve, each with the match and the emission that it comes from."""
        used: dict[int, str] = {}
        self.subjects.begin(passage)
        for rule in picked.promising(passage.code):
            if rule.trigger and not rule.trigger.search(passage.text):
                continue
            for hit in matches(rule, passage, place, discourse, self.document.published):
                yield from self._claims(hit, used)

    def again(self, said: list[Claim], passage: Passage, place: Setting, discourse: Discourse) -> list[Claim]:
        """Return what a passage says besides, read as it is said more plainly: of named things alone, whose subject stands there; no news for what follows."""
        plain = plainer(passage)
        if plain is None:
            return []
        known = {(claim.relation, term_key(claim.object)) for claim in said}
        more: dict[tuple[str, str, str], Claim] = {}
        for _, _, claim in self._found(self.plainly, plain, place, discourse):
            target = claim.relation, term_key(claim.object)
            if self._is_sure(claim) and target not in known:
                more.setdefault((term_key(claim.subject), *target), claim)
        return list(more.values())

    def _is_sure(self, claim: Claim) -> bool:
        """Say whether a claim is of named things, and its subject no other than one that stands there."""
        if claim.derivation == "coreference" or WORDS in self.words.relations[claim.relation].range:
            return False
        named = isinstance(claim.object, Entity) and self.words.fits(claim.object.kind, _NAMED)
        return named or isinstance(claim.object, Date)

    def _claims(self, hit: Hit, used: dict[int, str]) -> Iterator[tuple[Hit, Emission, Claim]]:
        rule = hit.rule
        if is_withheld(hit):
            return
        judged = outlook(hit)
        emissions = [emission for emission in rule.emit if self._stands(emission, hit, judged[0], used)]
        topic = self.subjects.find(hit) if rule.topic and emissions else []
        if not topic and any("topic" in (e.subject, e.object) for e in rule.emit):
            return
        expected = rule.forecast if judged[0] != "actual" else None
        for emission in emissions:
            wanted = "targets" if judged[0] == "target" and emission.relation in _COUNTS else expected
            said = replace(emission, relation=wanted) if wanted else emission
            for claim in self._said(said, hit, topic, to_do(said, hit, judged)):
                if isinstance(claim.object, Quantity | Date):
                    used.setdefault(_place(emission, hit), rule.id)
                    if hit.has(_BEFORE):
                        used.setdefault(hit.match.start(_BEFORE), rule.id)
                yield hit, emission, claim

    def _stands(self, emission: Emission, hit: Hit, modality: Modality, used: dict[int, str]) -> bool:
        """Say whether an emission says anything here: no aim that was reached, and no figure that is none of its subject's."""
        if emission.relation == "targets" and modality == "actual":
            return False  # what was reached is aimed at no more
        figure = self._is_figure(emission, hit)
        if figure and (_is_class(emission, hit) or _is_spent(emission, hit, used) or _is_others(hit)):
            return False
        return not (
            hit.rule.last and (_is_spent(emission, hit, used) or not hit.is_measured(emission.object))
        )

    def _said(
        self, emission: Emission, hit: Hit, topic: list[End], judged: tuple[Modality, str]
    ) -> Iterator[Claim]:
        """Yield a claim for each pair of ends; what is noted of one is known to the next."""
        subjects, targets = self._ends(emission.subject, hit, topic), self._ends(emission.object, hit, topic)
        respectively = "分别" in hit.passage.code[max(0, hit.start - 2) : hit.match.end()]
        if respectively and self._is_figure(emission, hit):
            if len(subjects) > 1 and len(targets) == 1:
                targets = _listed(hit, emission.object) or targets
            told = len(subjects) == len(targets) if len(subjects) > 1 else emission.subject == "topic"
            if not told and max(len(subjects), len(targets)) > 1:
                return  # which figure is whose nobody can tell
        each = respectively and len(subjects) == len(targets) > 1
        for number, subject in enumerate(subjects):
            for target in targets[number : number + 1] if each else self._ends(emission.object, hit, topic):
                claim = asserted(emission, hit, subject, target, judged, self.words, self.document.id)
                if claim is not None:
                    yield claim

    def _is_figure(self, emission: Emission, hit: Hit) -> bool:
        """Say whether the object is a slot for a figure."""
        return hit.has(emission.object) and QUANTITY in self.words.relations[emission.relation].range

    def _ends(self, name: str, hit: Hit, topic: list[End]) -> list[End]:
        """Return what stands at an end of an emission: what fills a slot, the topic, or what is spoken of."""
        if name == "topic":
            return topic
        if name == "goods":
            return [goods for end in topic if (goods := _goods(end)) is not None]
        if name == "document":
            entity = document_entity(self.document)
            return [End(entity, "plain", "", entity.kind)]
        found, why = self._spoken_of(name, hit)
        if name == "group" and found is not None and _exceeds(hit, found):
            return []
        if why:
            return [End(found, "coreference", f"{why}: {found.name}", found.kind)] if found else []
        return self._agent(name, hit) if _is_only_where(name, hit) else self._filling(name, hit)

    def _spoken_of(self, name: str, hit: Hit) -> tuple[Entity | None, str]:
        """Return what a pseudo-end means, and why; no reason where the name is none."""
        if name in WHERE:
            return stands_at(name, hit, self.words)
        return whole_of(hit, self.words) if name == "enclosing" else _spoken_of(name, hit.discourse)

    def _agent(self, name: str, hit: Hit) -> list[End]:
        """Return the subject of a match whose first slot only says where or to whom it is done: 公司正在A建设B."""
        rule = replace(hit.rule, topic=hit.rule.slots[name].kinds)
        return self.subjects.find(hit._replace(rule=rule))

    def _filling(self, name: str, hit: Hit) -> list[End]:
        """Return what fills a slot: its words where it takes words and no mention alone stands there that fits."""
        slot, passage = hit.rule.slots[name], hit.passage
        start, end = hit.match.span(name)
        if start < 0:
            return []
        only = passage.index.get(start) if end == start + 1 else None
        named = passage.mentions[only].kind if only is not None else None
        if slot.words and (
            named is None or (slot.cast and not self.words.fits(named, frozenset({slot.cast})))
        ):
            return worded(slot, hit, start, end)
        inside = [passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index]
        if len(inside) > 1 and "AdministrativeArea" not in slot.kinds:
            inside = [m for m in inside if m.kind != "AdministrativeArea"]  # only says where one of them is
        if slot.many and not slot.words:
            inside = [m for m in inside if m.kind in slot.kinds or m.kind.endswith("Group")]
        return [end for m in inside for end in meant(m, passage.unit.text[m.start : m.end])]


@lru_cache(maxsize=8)
def _sieves(rules: tuple[Rule, ...]) -> tuple[Sieve[Rule], Sieve[Rule]]:
    """Return the sieves of these rules, made once: of all, and of those for what is read again."""
    return Sieve(rules), Sieve(_sure(rules))


def _sure(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules that can say anything which `again` takes: of named things or dates, and no figure."""
    words = vocabulary()
    named = {kind for kind in words.kinds if words.fits(kind, _NAMED)}
    ranges = {name: relation.range for name, relation in words.relations.items()}
    sure = {
        name
        for name, allowed in ranges.items()
        if WORDS not in allowed
        and (not allowed or DATE in allowed or any(words.fits(kind, allowed) for kind in named))
    }
    return tuple(r for r in rules if any(not sure.isdisjoint(_relations(r, e)) for e in r.emit))


def _relations(rule: Rule, emission: Emission) -> Iterator[str]:
    """Yield the relations that a claim of an emission may have: its own, and the one of what is to come."""
    yield emission.relation
    if rule.forecast:
        yield rule.forecast
    if emission.relation in _COUNTS:
        yield "targets"


def _is_only_where(name: str, hit: Hit) -> bool:
    """Say whether a slot that a deed is told of stands behind a preposition, so that somebody else does it."""
    if not hit.match.start(name) == hit.start > 0 or not any(
        e.subject == name and e.relation in _ACTS for e in hit.rule.emit
    ):
        return False
    return hit.passage.code[hit.start - 1] in _PREPOSITIONS


def _listed(hit: Hit, name: str) -> list[End]:
    """Return the figure of a slot and those of its kind that are listed behind it: 分别为A、B和C."""
    passage, figures = hit.passage, list[Mention]()
    number = passage.index.get(hit.match.start(name))
    while number is not None and (not figures or passage.mentions[number].kind == figures[0].kind):
        figures.append(passage.mentions[number])
        joint = _JOINT.match(passage.code, passage.offsets[number] + 1)
        number = passage.index.get(joint.end()) if joint is not None else None
    return [mentioned(figure, passage.unit.text[figure.start : figure.end]) for figure in figures]


def _place(emission: Emission, hit: Hit) -> int:
    """Return the offset of the code at which the object stands; -1 where it is no slot."""
    return hit.match.start(emission.object) if hit.has(emission.object) else -1


def _is_others(hit: Hit) -> bool:
    """Say whether a figure is the first of a list told respectively, and its noun a later one."""
    if "分别" not in hit.match.group() or "分别" in hit.rule.source:
        return False
    return _LATER.search(hit.passage.code, hit.clause(), hit.match.start()) is not None


def _is_class(emission: Emission, hit: Hit) -> bool:
    """Say whether a figure only says which are meant: 营业收入超50亿元的企业."""
    end, figure = hit.match.end(), hit.match.end(emission.object)
    if (
        hit.passage.words(*hit.match.span(emission.object)).endswith(("以上", "以下"))
        and figure in hit.passage.index
    ):
        return True
    form = _DESCRIBES if emission.relation in _OF_WHOLE and emission.subject == "topic" else _CLASS
    return figure >= end and any(f.match(hit.passage.code, end) for f in (form, _CLASS))


def _is_spent(emission: Emission, hit: Hit, used: dict[int, str]) -> bool:
    """Say whether another rule has a figure: the first that reads it has it, for all its emissions."""
    return used.get(hit.match.start(emission.object), hit.rule.id) != hit.rule.id


def _spoken_of(name: str, discourse: Discourse) -> tuple[Entity | None, str]:
    """Return what a pseudo-end means, and why; no reason where the name is none."""
    if name == "zone":
        return discourse.zone(), "the zone spoken of"
    if name == "group":
        return discourse.group(), "the projects counted before"
    if name == "system":
        return discourse.system(), "the system of industries spoken of"
    if name == "here":
        place = discourse.nearest("AdministrativeArea") or discourse.place()
        return place, "搬来 is to the place spoken of"
    return None, ""


def _goods(maker: End) -> End | None:
    """Return what somebody makes, where only 产品 tells it: A的产品."""
    if not isinstance(maker.term, Entity):
        return None
    names = tuple(f"{name}的产品" for name in maker.term.names)
    return maker._replace(term=Entity(f"{maker.term.name}的产品", "Product", names), kind="Product")


def _exceeds(hit: Hit, group: Entity) -> bool:
    """Say whether a match counts more than a group has, so that what it counts is no part of it."""
    number = hit.passage.index.get(hit.match.start("n")) if hit.has("n") else None
    value = hit.passage.mentions[number].value if number is not None else None
    return isinstance(value, Quantity) and group.size is not None and value.value > group.size
