"""Relations: rules over the passages of a document, claims out.

For each passage the rules whose trigger stands in it are matched; the ends of each emission become entities, quantities,
dates or words; the modality, the speaker and the reasons are added. What the names, groups and aliases say by themselves is
said here too (`name.*`, `group.*`, `alias.*`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from graph_service.reading.aliases import industry
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
from graph_service.reading.lexicon import area_at
from graph_service.reading.mentions import Mention, Passage, document_entity
from graph_service.reading.modality import judge
from graph_service.reading.references import Discourse, Setting, has_subject, topics
from graph_service.reading.rules import Emission, Rule, Slot, sieve
from graph_service.vocabulary import DATE, QUANTITY, WORDS, Vocabulary

_SPLIT = re.compile("、|以及|和|及(?!时)|与")
_QUOTED = re.compile("[^“]*”")
_CLASS = re.compile("(?:以上|以下)?的?(?:企业|项目|公司|链主|龙头|园区|产业|规上|重点)")
"""What follows a figure that says which things are meant, not how much something is."""
_FIRST_OF_ITS_KIND = re.compile("^(?:全球|国内|全国|我国|世界|国际|全省|行业|业内)首[款台套片条例个家颗创]")
_NO_TRADE = frozenset(("Zone", "Park", "Company", "Laboratory", "Project", "Facility"))
_DENIED = re.compile("不是|并非|没有|尚未|未能|不再|无法|未曾|缺乏|缺少")
"""What a clause says before a match that takes it back."""
_SHARED = re.compile(
    "(?:同步|一体|统筹)?(?:创建|打造|推进|建设|构建|提升|支持|加强|推动|实现|发展|培育|深化|优化|强化)(?=.{3})"
)
_EDGES = "“”‘’ 的等"


class End(NamedTuple):
    """One end of a claim: the term, how it was read and why, its kind, and how many a group counts."""

    term: Term | None
    how: str
    reason: str
    kind: str
    counted: Quantity | Date | None = None
    surface: str = ""


class Reader:
    """Applies the rules to the passages of one document, in order."""

    def __init__(self, document: Document, rules: tuple[Rule, ...], words: Vocabulary) -> None:
        self.document, self.sieve, self.words = document, sieve(rules), words
        self.made: list[tuple[int, End]] = []

    def read(self, passage: Passage, place: Setting, discourse: Discourse) -> Iterator[Claim]:
        """Yield the claims of one passage; its references must be resolved."""
        used: dict[int, str] = {}
        self.made = _brought_up(passage)
        kinds = frozenset(mention.kind for mention in passage.mentions)
        for rule in self.sieve.promising(passage.code, kinds):
            if rule.trigger and not rule.trigger.search(passage.text):
                continue
            for match in rule.pattern.finditer(passage.code):
                yield from self._claims(rule, match, passage, place, discourse, used)

    def _claims(
        self,
        rule: Rule,
        match: re.Match[str],
        passage: Passage,
        place: Setting,
        discourse: Discourse,
        used: dict[int, str],
    ) -> Iterator[Claim]:
        topic = self._topic(rule, match, passage, place, discourse) if rule.topic else []
        if any(e.subject == "topic" or e.object == "topic" for e in rule.emit) and not topic:
            return
        if _DENIED.search(passage.code, _clause_start(passage.code, match.start()), match.start() + 1):
            return
        modality, cue = self._modality(rule, match, passage)
        expected = rule.forecast if modality != "actual" else None
        for emission in rule.emit:
            if self._spent(emission, match, used, rule):
                continue
            if self._classes(emission, match, passage):
                continue
            at = match.start(emission.object) if emission.object in match.groupdict() else -1
            for subject in self._ends(emission.subject, rule, match, passage, topic, discourse):
                for target in self._ends(emission.object, rule, match, passage, topic, discourse):
                    said = replace(emission, relation=expected) if expected else emission
                    claim = self._claim(rule, said, subject, target, match, passage, place, modality, cue)
                    if claim is not None:
                        if isinstance(claim.object, Quantity):
                            used.setdefault(at, rule.id)
                        self._note(emission, match, claim, discourse)
                        yield claim

    def _note(self, emission: Emission, match: re.Match[str], claim: Claim, discourse: Discourse) -> None:
        """Remember a thing that has no name but the words of this match, for what follows."""
        for name, term in ((emission.subject, claim.subject), (emission.object, claim.object)):
            if (
                not isinstance(term, Entity)
                or name not in match.re.groupindex
                or emission.relation in _NO_NEWS
            ):
                continue
            discourse.note(term, False)
            if term.kind in _BROUGHT_UP or term.kind == "Product":
                self.made.append((match.start(name), End(term, "plain", "", term.kind)))

    def _classes(self, emission: Emission, match: re.Match[str], passage: Passage) -> bool:
        """Say whether a figure only says which are meant: 营业收入超50亿元的企业."""
        if QUANTITY not in self.words.relations[emission.relation].range:
            return False
        if emission.object not in match.groupdict() or match.end(emission.object) < match.end():
            return False
        return _CLASS.match(passage.code, match.end()) is not None

    def _spent(self, emission: Emission, match: re.Match[str], used: dict[int, str], rule: Rule) -> bool:
        """A figure is said once: the first rule that reads it has it, for all its emissions."""
        if (
            QUANTITY not in self.words.relations[emission.relation].range
            or emission.object not in match.re.groupindex
        ):
            return False
        return used.get(match.start(emission.object), rule.id) != rule.id

    def _topic(
        self, rule: Rule, match: re.Match[str], passage: Passage, place: Setting, discourse: Discourse
    ) -> list[End]:
        here = topics(passage, match.start(), rule.topic, self.words)
        made = self._made_before(rule, passage, match.start(), here)
        if made is not None:
            return [made]
        if here:
            return [_mentioned(m) for m in here]
        spoken = place.quotation(passage.at[match.start()])
        if spoken and spoken[1] is not None and self.words.fits(spoken[1].kind, rule.topic):
            return [End(spoken[1], "coreference", f"the speaker's: {spoken[1].name}", spoken[1].kind)]
        if later := self._following(rule, match, passage):
            return later
        if has_subject(passage, match.start(), self.words):
            return []
        if within := self._zone_within(rule, match, passage):
            return within
        for entity in reversed(discourse.topics[-2:]):
            if self.words.fits(entity.kind, rule.topic):
                return [
                    End(
                        entity,
                        "coreference",
                        f"no subject here: {entity.name} from the sentence before",
                        entity.kind,
                    )
                ]
        about = discourse.about
        if about is None or not self.words.fits(about.kind, rule.topic) or "Project" in rule.topic:
            return []
        return [
            End(about, "coreference", f"no subject here: {about.name} is what the text is about", about.kind)
        ]

    def _zone_within(self, rule: Rule, match: re.Match[str], passage: Passage) -> list[End]:
        """Return the zone that a sentence without a subject names before the match, where the rule takes zones."""
        if not rule.topic.isdisjoint(("Project", "Company")):
            return []
        sentence = max(passage.code.rfind(mark, 0, match.start()) for mark in "。!?") + 1
        named = [passage.mentions[n] for o, n in passage.index.items() if sentence <= o < match.start()]
        zones = [m for m in named if m.kind in ("Zone", "Park") and self.words.fits(m.kind, rule.topic)]
        return [_mentioned(zones[-1])] if zones else []

    def _following(self, rule: Rule, match: re.Match[str], passage: Passage) -> list[End]:
        """Return the subject of the next clause, for a sentence that begins without one (深耕多年，A……)."""
        begin = max(passage.code.rfind(mark, 0, match.start()) for mark in "。;:“”") + 1
        comma = passage.code.find(",", match.end())
        if (
            comma < 0
            or has_subject(passage, match.start(), self.words)
            or passage.code[begin : match.start()].count(",")
        ):
            return []
        mention = passage.index.get(comma + 1)
        found = passage.mentions[mention] if mention is not None else None
        return [_mentioned(found)] if found is not None and self.words.fits(found.kind, rule.topic) else []

    def _made_before(self, rule: Rule, passage: Passage, position: int, here: list[Mention]) -> End | None:
        """Return the project or building that the sentence has just brought up, where its figures follow without a subject."""
        if not self.made:
            return None
        clause = max(passage.code.rfind(mark, 0, position) for mark in ",。;:") + 1
        if here and any(passage.at[clause] <= m.start for m in here):
            return None
        sentence = max(passage.code.rfind(mark, 0, position) for mark in "。;") + 1
        figures = all(QUANTITY in self.words.relations[e.relation].range for e in rule.emit)
        latest = None
        for offset, end in self.made:
            before = position if end.kind == "Product" else clause
            fits = end.term is not None and self.words.fits(end.kind, rule.topic)
            if not (sentence <= offset < before and fits):
                continue
            if end.kind in _BROUGHT_UP or end.kind == "Product" or figures:
                latest = end
        return latest

    def _modality(self, rule: Rule, match: re.Match[str], passage: Passage) -> tuple[Modality, str]:
        if not rule.cues:
            return rule.modality or "actual", ""
        modality, cue = judge(passage.code, match.start(), match.end())
        if modality == "actual" and passage.code.startswith("意向", match.end()):
            return "planned", "意向"
        if rule.modality is not None and modality == "actual":
            return rule.modality, f"rule {rule.id}"
        return modality, cue

    def _spoken_of(self, name: str, discourse: Discourse) -> tuple[Entity | None, str]:
        """Return what a pseudo-end means, and why; no reason where the name is none."""
        if name == "zone":
            return discourse.zone(), "the zone spoken of"
        if name == "group":
            return discourse.group(), "the group counted before"
        if name == "system":
            return discourse.system(), "the system of industries spoken of"
        if name == "here":
            return discourse.nearest(
                "AdministrativeArea"
            ) or discourse.place(), "搬来 is to the place spoken of"
        return None, ""

    def _ends(
        self,
        name: str,
        rule: Rule,
        match: re.Match[str],
        passage: Passage,
        topic: list[End],
        discourse: Discourse,
    ) -> list[End]:
        if name == "topic":
            return topic
        found, why = self._spoken_of(name, discourse)
        if why:
            return [End(found, "coreference", f"{why}: {found.name}", found.kind)] if found else []
        if name == "document":
            entity = document_entity(self.document)
            return [End(entity, "plain", "", entity.kind)]
        slot = rule.slots[name]
        start, end = match.span(name)
        if start < 0:
            return []
        only = passage.index.get(start) if end == start + 1 else None
        named = passage.mentions[only].kind if only is not None else None
        if slot.words and (
            named is None or (slot.cast and not self.words.fits(named, frozenset({slot.cast})))
        ):
            return self._words(slot, passage, match, start, end)
        inside = [passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index]
        return [_mentioned(m, passage.unit.text[m.start : m.end]) for m in inside]

    def _words(self, slot: Slot, passage: Passage, match: re.Match[str], start: int, end: int) -> list[End]:
        text = _spelt_out(passage, start, end) if slot.cast else passage.words(start, end)
        pieces = _shared_verb(_listed(text)) if slot.many else [text]
        if slot.cast == "Industry" and any(
            o in passage.index and passage.mentions[passage.index[o]].kind in _NO_TRADE
            for o in range(start, end)
        ):
            return []
        named = []
        tail = (match["tail"] or "") if slot.cast and "tail" in match.re.groupindex else ""
        for piece in pieces:
            piece = piece.strip(" ,。")
            if slot.cast:
                piece = _named(_tidy(piece)) + tail
            piece = _FIRST_OF_ITS_KIND.sub("", piece) if slot.cast == "Product" else piece
            if len(piece) < 2 or (slot.cast in _ENDINGS and not _ENDINGS[slot.cast].search(piece)):
                continue
            term: Term = _thing(piece, slot.cast) if slot.cast else Words(piece)
            named.append(End(term, "plain", "", slot.cast or WORDS))
        return named

    def _claim(self, rule: Rule, emission: Emission, subject: End, target: End, match: re.Match[str], passage: Passage, place: Setting,
               modality: Modality, cue: str) -> Claim | None:  # fmt: skip
        relation = self.words.relations[emission.relation]
        if subject.term is not None and not isinstance(subject.term, Entity):
            return None
        term = _fitting(target, relation.range, self.words)
        if (target.term is not None and term is None) or not self.words.fits(subject.kind, relation.domain):
            return None
        if (
            term is not None
            and isinstance(term, Entity)
            and subject.term is not None
            and term.kind == subject.term.kind
            and term_key(term) == term_key(subject.term)
        ):
            return None
        if isinstance(term, Quantity):
            term = _placed(term, emission, match, passage)
        status: Status = "accepted" if subject.term is not None and term is not None else "unresolved"
        problem = None if status == "accepted" else f"“{subject.reason or target.reason}” has no antecedent"
        spoken = place.quotation(passage.at[match.start()])
        return Claim(
            subject=subject.term
            or Entity(
                subject.reason,
                subject.kind,
                local=f"{self.document.id}/{passage.unit.position(0)}/{subject.reason}",
            ),
            relation=emission.relation,
            object=term or Words(target.reason),
            modality=modality,
            evidence=passage.unit.evidence,
            rule=rule.id,
            qualifiers=_qualifiers(emission, match, term),
            attributed_to=spoken[0].speaker if spoken else None,
            status=status,
            problem=problem,
            derivation=_derivation(subject, target),
            reasons=tuple(_reasons(rule, match, passage, emission, subject, target, modality, cue)),
        )


_ENDINGS = {
    "Technology": re.compile("(?:技术|工艺|算法|处理)$"),
    "Award": re.compile("^[^“”]+$|^“[^“”]+”$"),
    "Product": re.compile(
        "^(?!(?:设计|新增|预计|规划|合计|总|提升|各类|相关|这些?|其|多种|一系列|一批|达产后)$)"
    ),
    "Industry": re.compile(
        "^(?!.*(?:最|[是有在()的]|突出|明显|清晰|完善|良好|[较更很]))[\u4e00-\u9fffA-Za-z0-9“”]{2,12}$"
    ),
    "Standard": re.compile("(?:标准|规范|规程|方法》?)$"),
    "Laboratory": re.compile("(?:中心|实验室|研究院|研究所|平台|基地|联合体)$"),
    "Facility": re.compile(
        "(?:中心|馆|厂|线|基地|大楼|大厦|园|站|场|区域|客厅|平台|厂房|车间|码头|机场|侧|口|路|号|街|旁|地块|土地|用地|楼宇|小镇|基地)[”’]?$"
    ),
    "Project": re.compile("(?:项目|工程|基地)$"),
}
"""What the words for a thing of a kind must end in, to be taken for its name."""
_NO_NEWS = frozenset(("locatedIn", "operates"))
_BROUGHT_UP = frozenset(("Project", "Facility", "ProjectGroup"))
_CREATED = re.compile("(?:组建|组成|成立|设立|新设|建立)(?:了|起)?(?:新的|全新的|一个|一支)?$")


def _clause_start(code: str, position: int) -> int:
    return max(code.rfind(mark, 0, position) for mark in ",。;:!?") + 1


def _brought_up(passage: Passage) -> list[tuple[int, End]]:
    """Return the projects, buildings and groups of projects of a passage: figures that follow without a subject are theirs."""
    found = []
    for offset, number in passage.index.items():
        mention = passage.mentions[number]
        created = _CREATED.search(passage.code[max(0, offset - 8) : offset])
        if mention.entity is not None and (mention.kind in _BROUGHT_UP or created):
            found.append((offset, _mentioned(mention)))
    return found


def _spelt_out(passage: Passage, start: int, end: int) -> str:
    """Return the words of a stretch with the shortest name in the place of 我们的 and the like."""
    text, at = "", passage.at[start]
    for offset in range(start, end):
        number = passage.index.get(offset)
        mention = passage.mentions[number] if number is not None else None
        if mention is None or mention.how != "coreference" or mention.entity is None:
            continue
        name = min((mention.entity.name, *mention.entity.names), key=lambda n: (len(n), n))
        text += passage.unit.text[at : mention.start] + name
        at = mention.end + (passage.text[mention.end : mention.end + 1] == "的")
    return text + passage.unit.text[at : passage.at[end]]


def _listed(text: str) -> list[str]:
    """Return the parts of a list A、B和C; what stands in quotation marks is one part."""
    ends = [m.span() for m in _SPLIT.finditer(text) if not _QUOTED.match(text[m.end() :])]
    starts = [0, *(end for _, end in ends)]
    return [text[a:b] for a, b in zip(starts, [*(start for start, _ in ends), len(text)], strict=True)]


def _named(words: str) -> str:
    """Return the thing that a relative clause describes: 能自主行走的机器人 is 机器人."""
    head = words.rpartition("的")[2]
    return head if len(head) >= 3 and len(words) - len(head) > 3 and "“" not in words else words


def _thing(name: str, kind: str) -> Entity:
    """Return a thing that has its name from the words of a rule alone."""
    if kind != "Industry":
        return Entity(name, kind)
    whole, stem = industry(name[area_at(name) :] if len(name) - area_at(name) > 1 else name)
    return Entity(whole, kind, tuple(sorted({stem, name} - {whole})))


def _shared_verb(pieces: list[str]) -> list[str]:
    """Give each of a list the verb that the first has for all: 创建A和B is 创建A, 创建B."""
    verb = _SHARED.match(pieces[0])
    if verb is None:
        return pieces
    return [pieces[0], *(p if _SHARED.match(p) else verb.group() + p for p in pieces[1:])]


def _tidy(words: str) -> str:
    text = words.strip(_EDGES)
    return words.strip(" 的等") if "“" in text or "”" in text else text


def _mentioned(mention: Mention, surface: str = "") -> End:
    term: Term | None = mention.entity if mention.entity is not None else mention.value
    return End(term, mention.how, mention.reason, mention.kind, mention.value, surface)


def _fitting(target: End, allowed: frozenset[str], words: Vocabulary) -> Term | None:
    """Return the term in the form the relation's range asks for; None where it does not fit."""
    term = target.term
    if isinstance(term, Quantity):
        return term if QUANTITY in allowed else None
    if isinstance(term, Date):
        return term if DATE in allowed else None
    if isinstance(term, Words):
        return term if WORDS in allowed else None
    if isinstance(term, Entity) and allowed == frozenset({QUANTITY}):
        return target.counted if isinstance(target.counted, Quantity) else None
    if isinstance(term, Entity) and allowed == frozenset({WORDS}):
        return Words(target.surface or term.name)
    if isinstance(term, Entity):
        return term if words.fits(term.kind, allowed) or not allowed else None
    return None


_ON_QUANTITY = frozenset(("kind", "per"))
_TIMELESS = frozenset(("yearsInIndustry", "hasCount", "area", "capacity", "landPrice"))


def _qualifiers(emission: Emission, match: re.Match[str], term: Term | None) -> tuple[tuple[str, str], ...]:
    """Return the qualifiers of a claim; what counts or measures stands on the quantity itself."""
    pairs = ((name, match.group(group)) for name, group in emission.qualifiers if match.group(group))
    return tuple(p for p in pairs if not (isinstance(term, Quantity) and p[0] in _ON_QUANTITY))


def _placed(quantity: Quantity, emission: Emission, match: re.Match[str], passage: Passage) -> Quantity:
    """Return a figure with the year that is said before it in its sentence, and with what it counts."""
    said: dict[str, Any] = {
        name: match.group(group)
        for name, group in emission.qualifiers
        if name in _ON_QUANTITY and match.group(group)
    }
    at = (
        passage.at[match.start(emission.object)]
        if emission.object in match.re.groupindex
        else passage.at[match.start()]
    )
    if emission.relation not in _TIMELESS:
        start = passage.text.rfind("。", 0, at) + 1
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
    rule: Rule,
    match: re.Match[str],
    passage: Passage,
    emission: Emission,
    subject: End,
    target: End,
    modality: Modality,
    cue: str,
) -> Iterator[Reason]:
    yield Reason("rule", f"{rule.id} ({rule.file}): {rule.why}")
    yield Reason("match", passage.words(match.start(), match.end()))
    for name, end in ((emission.subject, subject), (emission.object, target)):
        label = end.term.name if isinstance(end.term, Entity) else end.term.text if end.term else "?"
        yield Reason("slot", f"{name} = {label}" + (f"; {end.reason}" if end.reason else ""))
    yield Reason("modality", f"{modality}" + (f" by “{cue}”" if cue else ""))
