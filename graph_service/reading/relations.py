"""Relations: rules over the passages of a document, claims out.

For each passage the rules whose trigger stands in it are matched; the ends of each emission become entities, quantities,
dates or words (`terms`), a missing subject is looked for (`subjects`); the modality, the speaker and the reasons are added.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph_service.reading.census import document_entity
from graph_service.reading.claims import (
    Claim,
    Date,
    Document,
    Entity,
    Modality,
    Quantity,
    Reason,
    Status,
    Term,
    Words,
    term_key,
)
from graph_service.reading.discourse import Discourse
from graph_service.reading.hits import Hit
from graph_service.reading.outlook import is_to_come, outlook, says_to_come, to_do
from graph_service.reading.passages import Passage
from graph_service.reading.plainer import plainer
from graph_service.reading.rules import Emission, Rule
from graph_service.reading.sieve import sieve
from graph_service.reading.speakers import Setting
from graph_service.reading.subjects import Subjects
from graph_service.reading.terms import End, fitting, meant, worded
from graph_service.vocabulary import QUANTITY, WORDS, Vocabulary

_CLASS = re.compile("(?:以上|以下)?的?(?:企业|项目|公司|链主|龙头|园区|产业|规上|重点)")
"""What follows a figure that says which things are meant, not how much something is."""
_DESCRIBES = re.compile("的(?!市场|份额|比重|比例|总量)")
"""What follows a share that only says what a thing is like: 硕士占比超过80%的队伍."""
_OF_WHOLE = frozenset(("shareOf", "area"))
"""Figures that are told of another thing where 的 follows: 包括1500平方米的仓库."""
_DENIED = re.compile("不是|并非|没有|尚未|未能|不再|无法|未曾|缺乏|缺少")
"""What a clause says before a match that takes it back."""
_GENERAL = re.compile(
    "(?:^|(?<=[,。;:]))(?:对(?!于)[^,。;:\ue000-\uf8ff]{0,12}(?:首次|年|达|的)|凡|每(?=引进|新增|培育|招引|孵化)|[^,。;:]{0,6}每(?:引进|新增|培育|招引|孵化))"
)
"""How a clause begins that sets a rule for whomever it fits, and states nothing: 对年产值首次跨过100亿元的企业."""
_BEFORE = "old"
"""The slot for what a figure was before: no other rule has that one."""
_COUNTS = frozenset(("hostsCompanyCount", "projectCount", "hasCount", "annualSales", "employeeCount"))
"""Figures that are a target where they are only aimed at."""
_LATER = re.compile("[、和与及][^,。;:、\ue000-\uf8ff]{0,4}$")
"""What stands before a noun that is not the first of those that figures are told of respectively: 产值、税收分别达A、B."""
_ACTS = frozenset(
    "builds founded jointLab develops introduced signedProject startsProject renewed operates exhibits draftedStandard".split()
)
"""What somebody does, and no place that a preposition stands before."""
_NAMED = frozenset(("Actor", "Place", "Project", "Group"))
"""Kinds of what has a name or is counted, and is told from other words wherever it stands."""
_PREPOSITIONS = "在向于到至往对从给"
_ON_QUANTITY = frozenset(("kind", "per"))
_TIMELESS = frozenset(("yearsInIndustry", "hasCount", "area", "capacity", "landPrice"))


class Reader:
    """Applies the rules to the passages of one document, in order."""

    def __init__(self, document: Document, rules: tuple[Rule, ...], words: Vocabulary) -> None:
        self.document, self.sieve, self.words = document, sieve(rules), words
        self.subjects = Subjects(words)

    def read(self, passage: Passage, place: Setting, discourse: Discourse) -> Iterator[Claim]:
        """Yield the claims of one passage; its references must be resolved."""
        for hit, emission, claim in self._found(passage, place, discourse):
            self.subjects.note(hit, emission.relation, emission.subject, claim.subject)
            self.subjects.note(hit, emission.relation, emission.object, claim.object)
            yield claim

    def _found(
        self, passage: Passage, place: Setting, discourse: Discourse
    ) -> Iterator[tuple[Hit, Emission, Claim]]:
        """Yield the claims of one passage, each with the match and the emission that it comes from."""
        used: dict[int, str] = {}
        self.subjects.begin(passage)
        kinds = frozenset(mention.kind for mention in passage.mentions)
        for rule in self.sieve.promising(passage.code, kinds):
            if rule.trigger and not rule.trigger.search(passage.text):
                continue
            for match in rule.pattern.finditer(passage.code):
                yield from self._claims(
                    Hit(rule, match, passage, place, discourse, match.start(), self.document.published), used
                )

    def again(self, said: list[Claim], passage: Passage, place: Setting, discourse: Discourse) -> list[Claim]:
        """Return what a passage says besides, read as it is said more plainly: of named things alone, whose subject stands there; no news for what follows."""
        plain = plainer(passage)
        if plain is None:
            return []
        known = {(claim.relation, term_key(claim.object)) for claim in said}
        more: dict[tuple[str, str, str], Claim] = {}
        for _, _, claim in self._found(plain, place, discourse):
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
        topic = self.subjects.find(hit) if rule.topic else []
        if not topic and any("topic" in (e.subject, e.object) for e in rule.emit):
            return
        if _DENIED.search(hit.passage.code, hit.clause(), hit.start + 1):
            return
        judged = outlook(hit)
        expected = rule.forecast if judged[0] != "actual" else None
        if _GENERAL.search(hit.passage.code, hit.clause(",。;:"), hit.start + 1):
            return
        for emission in rule.emit:
            if emission.relation == "targets" and judged[0] == "actual":
                continue  # what was reached is aimed at no more
            if self._is_figure(emission, hit) and (
                _is_class(emission, hit) or _is_spent(emission, hit, used) or _is_others(hit)
            ):
                continue
            wanted = "targets" if judged[0] == "target" and emission.relation in _COUNTS else expected
            said = replace(emission, relation=wanted) if wanted else emission
            for claim in self._said(said, hit, topic, to_do(said, hit, judged)):
                if isinstance(claim.object, Quantity):
                    used.setdefault(_place(emission, hit), rule.id)
                    if hit.has(_BEFORE):
                        used.setdefault(hit.match.start(_BEFORE), rule.id)
                yield hit, emission, claim

    def _said(
        self, emission: Emission, hit: Hit, topic: list[End], judged: tuple[Modality, str]
    ) -> Iterator[Claim]:
        """Yield a claim for each pair of ends; what is noted of one is known to the next."""
        subjects, targets = self._ends(emission.subject, hit, topic), self._ends(emission.object, hit, topic)
        each = (
            "分别" in hit.passage.code[max(0, hit.start - 2) : hit.match.end()]
            and len(subjects) == len(targets) > 1
        )
        if (
            "分别" in hit.match.group()
            and len(targets) > 1
            and not each
            and emission.subject != "topic"
            and self._is_figure(emission, hit)
        ):
            return  # which figure is whose nobody can tell
        for number, subject in enumerate(subjects):
            for target in targets[number : number + 1] if each else self._ends(emission.object, hit, topic):
                claim = self._claim(emission, hit, subject, target, judged)
                if claim is not None:
                    yield claim

    def _is_figure(self, emission: Emission, hit: Hit) -> bool:
        """Say whether the object is a slot for a figure."""
        return hit.has(emission.object) and QUANTITY in self.words.relations[emission.relation].range

    def _ends(self, name: str, hit: Hit, topic: list[End]) -> list[End]:
        """Return what stands at an end of an emission: what fills a slot, the topic, or what is spoken of."""
        if name == "topic":
            return topic
        if name == "document":
            entity = document_entity(self.document)
            return [End(entity, "plain", "", entity.kind)]
        found, why = _spoken_of(name, hit.discourse)
        if name == "group" and found is not None and _exceeds(hit, found):
            return []
        if why:
            return [End(found, "coreference", f"{why}: {found.name}", found.kind)] if found else []
        return self._agent(name, hit) if _is_only_where(name, hit) else self._filling(name, hit)

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

    def _claim(
        self, emission: Emission, hit: Hit, subject: End, target: End, judged: tuple[Modality, str]
    ) -> Claim | None:
        """Return what is said of these two ends; None where they do not fit the relation or are the same."""
        relation = self.words.relations[emission.relation]
        subject = self._for_whom(subject, emission.relation, hit)
        target = _led(emission, hit, subject, target)
        if (
            target.kind == "AdministrativeArea"
            and emission.relation == "leads"
            and not _is_office(emission, hit)
        ):
            return None
        if subject.term is not None and not isinstance(subject.term, Entity):
            return None
        term = fitting(target, relation.range, self.words)
        if (target.term is not None and term is None) or not self.words.fits(subject.kind, relation.domain):
            return None
        if _is_same(subject.term, term):
            return None
        if isinstance(term, Quantity):
            term = _placed(term, emission, hit)
            if judged[0] == "actual" and says_to_come(hit):
                judged = "planned", "a year after the text"
        elif isinstance(term, Date) and judged[0] == "actual" and is_to_come(term, hit.published):
            judged = "planned", f"{term.text}, after the text"
        known = subject.term is not None and term is not None
        status: Status = "accepted" if known else "unresolved"
        spoken = hit.quotation()
        return Claim(
            subject=subject.term or self._open(subject, hit.passage),
            relation=emission.relation,
            object=term or Words(target.reason),
            modality=judged[0],
            evidence=hit.passage.unit.evidence,
            rule=hit.rule.id,
            qualifiers=_qualifiers(emission, hit, term),
            attributed_to=spoken[0].speaker if spoken else None,
            status=status,
            problem=None if known else f"“{subject.reason or target.reason}” has no antecedent",
            derivation=_derivation(subject, target),
            reasons=tuple(_reasons(emission, hit, subject, target, judged)),
        )

    def _for_whom(self, subject: End, relation: str, hit: Hit) -> End:
        """Return whom a person works for in his place, where that is who brings others along: 经某某介绍,A落户."""
        person = subject.term
        firm = hit.discourse.employers.get(person) if isinstance(person, Entity) else None
        if firm is None or relation != "introduced":
            return subject
        return End(firm, "coreference", f"{subject.surface} works for {firm.name}", firm.kind)

    def _open(self, subject: End, passage: Passage) -> Entity:
        """Return what a reference without an antecedent is, of which nothing is known but its words."""
        local = f"{self.document.id}/{passage.unit.position(0)}/{subject.reason}"
        return Entity(subject.reason, subject.kind, local=local)


def _is_only_where(name: str, hit: Hit) -> bool:
    """Say whether a slot that a deed is told of stands behind a preposition, so that somebody else does it."""
    if not hit.match.start(name) == hit.start > 0 or not any(
        e.subject == name and e.relation in _ACTS for e in hit.rule.emit
    ):
        return False
    return hit.passage.code[hit.start - 1] in _PREPOSITIONS


def _led(emission: Emission, hit: Hit, subject: End, target: End) -> End:
    """Return whom a person works for, where a title names no organisation (董事长某某)."""
    if emission.relation != "leads" or emission.object != "topic" or not isinstance(subject.term, Entity):
        return target
    firm = hit.discourse.employers.get(subject.term)
    return (
        target if firm is None else End(firm, "coreference", f"{subject.term.name} speaks for it", firm.kind)
    )


def _is_office(emission: Emission, hit: Hit) -> bool:
    """Say whether a position is one that heads a place: 市长, and not 负责人."""
    said = next((hit.words(group) for name, group in emission.qualifiers if name == "position"), "")
    return said.endswith(
        ("书记", "市长", "县长", "区长", "镇长", "部长", "厅长", "主任", "主席", "局长", "秘书长")
    )


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


def _exceeds(hit: Hit, group: Entity) -> bool:
    """Say whether a match counts more than a group has, so that what it counts is no part of it."""
    number = hit.passage.index.get(hit.match.start("n")) if hit.has("n") else None
    value = hit.passage.mentions[number].value if number is not None else None
    return isinstance(value, Quantity) and group.size is not None and value.value > group.size


def _is_same(subject: Entity | None, term: Term | None) -> bool:
    """Say whether both ends are one thing."""
    if subject is None or not isinstance(term, Entity) or term.kind != subject.kind:
        return False
    return term_key(term) == term_key(subject)


def _qualifiers(emission: Emission, hit: Hit, term: Term | None) -> tuple[tuple[str, str], ...]:
    """Return the qualifiers of a claim; what counts or measures stands on the quantity itself."""
    pairs = ((name, hit.words(group)) for name, group in emission.qualifiers if hit.match[group])
    return tuple(p for p in pairs if not (isinstance(term, Quantity) and p[0] in _ON_QUANTITY))


def _placed(quantity: Quantity, emission: Emission, hit: Hit) -> Quantity:
    """Return a figure with the year that is said before it in its sentence, and with what it counts."""
    passage, match = hit.passage, hit.match
    pairs = [pair for pair in emission.qualifiers if pair[0] in _ON_QUANTITY]
    said: dict[str, Any] = {name: hit.words(group) for name, group in pairs if match[group]}
    if emission.relation not in _TIMELESS:
        at = passage.at[match.start(emission.object) if hit.has(emission.object) else hit.start]
        start = passage.text.rfind("。", 0, at) + 1
        start = max(start, passage.text.rfind("目前", 0, at), passage.text.rfind("如今", 0, at))
        years = [
            m.value.date[:4] for m in passage.mentions if isinstance(m.value, Date) and start <= m.start < at
        ]
        said |= {"year": int(years[-1])} if years else {}
    return replace(quantity, **said) if said else quantity


def _derivation(subject: End, target: End) -> str:
    return next(
        (how for how in ("coreference", "group", "alias") if how in (subject.how, target.how)), "plain"
    )


def _reasons(
    emission: Emission, hit: Hit, subject: End, target: End, judged: tuple[Modality, str]
) -> Iterator[Reason]:
    rule, (modality, cue) = hit.rule, judged
    yield Reason("rule", f"{rule.id} ({rule.file}): {rule.why}")
    yield Reason("match", hit.passage.words(*hit.match.span()))
    for name, end in ((emission.subject, subject), (emission.object, target)):
        label = end.term.name if isinstance(end.term, Entity) else end.term.text if end.term else "?"
        yield Reason("slot", f"{name} = {label}" + (f"; {end.reason}" if end.reason else ""))
    yield Reason("modality", modality + (f" by “{cue}”" if cue else ""))
