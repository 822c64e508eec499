"""Mentions: every name, value, group and reference of a document, each in its place, none overlapping.

`Census` knows the names of the whole document, so that a short name is read wherever it stands, before the full name too.
`Passage` is one unit with its mentions, and with the string that rules match: each mention is one private-use character
that stands for its kind.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from graph_service import identity
from graph_service.reading.aliases import accept, explicit, industry
from graph_service.reading.claims import Date, Document, Entity, Quantity
from graph_service.reading.layout import Unit, shadow
from graph_service.reading.lexicon import area_at, areas, lexicon
from graph_service.reading.names import SYSTEM, Name, disjoint, find_names, stretch
from graph_service.reading.tokens import Tokens, cut
from graph_service.reading.units import CURRENCIES
from graph_service.reading.values import Value, find_values

_LEGAL = re.compile("有限公司$|有限责任公司$|大学$|学院$")
_LOCAL_KINDS = frozenset(
    ("Park", "District", "Facility", "Zone", "GovernmentBody", "Project", "Team", "Laboratory", "Alliance")
)
_BEFORE_REFERENCE = re.compile(
    r"(?:^|[,。;:、!?“”‘(\s]|[在由与和对为是让把从据,]|该|目前|如今|此外|同时|随后|其中)$"
)
_COMPOUND = re.compile(
    "(?<=期)(?:建设|规划|签约|引进)|方(?!面)|部|组(?!建|织|成)|地块|负责人|所在|名称|化|型|级|群|链|集群|类|制|法|总|书|库|清单|推进|招引"
)
"""What makes another word of a bare reference: 项目方, 公司法, 园区化."""
_COMING = frozenset("落户 入驻 进驻 迁入 迁至 搬进 来到 走进 扎根 支持 帮助 带动 推动 据悉 成为 牵手".split())
_COME_TO = ("Park", "Zone", "Place", "Company", "Facility")
_MODIFIED = re.compile("[^,。;:!?]”$")
_UNSIZED = re.compile(
    r"(?:本地|当地|一批|多家|众多|若干|不少|上下游|数家|数十家)[^,。;:、的了在“”\d]{0,8}?(?:配套企业|企业|厂商|供应商|袜企|药企|车企|房企|民企|国企|央企|外企|科企)"
)
_ELLIPTIC = re.compile(r"还有|另有|另外")
_FIGURES = dict.fromkeys(CURRENCIES, "Money") | {"M2": "Area", "KM2": "Area", "MU": "Area", "HA": "Area"}
_FIGURES |= {"PERSON": "Persons", "YEAR": "Duration", "FRACTION": "Share", "NUM": "Count"}


class Mention(NamedTuple):
    """One mention in a unit.

    Attributes:
        start: first code point in the unit's text.
        end: one past the last.
        kind: kind of the entity, or the kind of value: `Date`, `Money`, `Area`, `Firms`, `Count`, `Persons`, `Share`, `Duration`, `Figure`.
        entity: what is mentioned; None for values and for references without an antecedent.
        value: the quantity or the date; a group has the count of its members.
        how: `plain`, `alias`, `coreference` or `group`.
        reason: why it is taken for that entity.
    """

    start: int
    end: int
    kind: str
    entity: Entity | None = None
    value: Quantity | Date | None = None
    how: str = "plain"
    reason: str = ""


class Census:
    """All names of one document: full names with their kinds, short names with whose they are."""

    def __init__(self, document: Document, units: Iterable[tuple[str, Tokens]]) -> None:
        self.document = document
        self.places: Counter[str] = Counter()
        self.kinds: dict[str, str] = {}
        self.short: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.systems: dict[str, str] = {}
        self.found = found = [(text, find_names(text, tokens)) for text, tokens in units]
        votes: dict[str, Counter[str]] = {}
        for text, names in found:
            for name in names:
                self._count(text, name, votes)
        self.kinds = {surface: _elected(tally) for surface, tally in votes.items()}
        zones = [surface for surface, kind in self.kinds.items() if kind == "Zone"]
        self.zone = max(zones, key=lambda z: votes[z].total(), default=None)
        whole = "\n".join(text for text, _ in found)
        self._join_aliases({n: k for n, k in self.kinds.items() if k != "Person"}, whole)
        self.entities: dict[str, Entity] = {}
        self._index: dict[str, list[str]] = {}
        for surface in sorted({*self.kinds, *self.short}, key=lambda s: (-len(s), s)):
            self._index.setdefault(surface[:2], []).append(surface)
        self._firsts = frozenset(beginning[0] for beginning in self._index)

    def _count(self, text: str, name: Name, votes: dict[str, Counter[str]]) -> None:
        surface = text[name.start : name.end]
        if name.kind == "AdministrativeArea":
            self.places[areas()[surface].code] += 1
            return
        votes.setdefault(surface, Counter())[name.kind] += 1 if name.by == "context" else 3
        if name.kind == "Industry" and (system := SYSTEM.match(text, name.start)):
            before = re.search("[\u4e00-\u9fff]{2}产业(?=[^,。;]{0,6}$)", text[: name.start])
            self.systems[surface] = surface + (system["behind"] or (before.group() if before else "产业体系"))
        if (said := explicit(text, name.end)) is not None:
            self.said[said[0]] = surface

    def _join_aliases(self, full: dict[str, str], whole: str) -> None:
        self.short = accept(full, whole) | {
            s: n for s, n in self.said.items() if s not in full or full[s] == full.get(n)
        }
        for form in list(self.short):
            seen = {form}
            while (owner := self.short.get(self.short[form])) is not None and owner not in seen:
                self.short[form] = owner
                seen.add(owner)
        for form, name in list(self.short.items()):
            if form == name or (form in self.kinds and self.kinds[form] != full.get(name, "")):
                del self.short[form]
        for surface in [n for n, kind in full.items() if kind == "Industry"]:
            name = self.systems.get(surface) or industry(surface)[0]
            if name != surface:
                self.short[surface] = name

    @property
    def home(self) -> str | None:
        """GB/T 2260 code of the place the document speaks of most; None where it names none."""
        return min(self.places, key=lambda code: (-self.places[code], code)) if self.places else None

    def entity(self, surface: str, kind: str) -> Entity:
        """Return the entity of a surface form, the same value every time."""
        name = self.short.get(surface, surface)
        if kind == "IndustryCategory" and not name.endswith("产业"):
            name += "产业"
        kind = self.kinds.get(name, kind)
        if name not in self.entities:
            self.entities[name] = self._make(name, kind)
        return self.entities[name]

    def _make(self, name: str, kind: str) -> Entity:
        others = {s for s, n in self.short.items() if n == name}
        if kind == "Industry" and name not in self.systems.values():
            others |= {*industry(name)} - {name}
        placed = area_at(name) > 0
        area = self.home if kind in _LOCAL_KINDS and not placed and not _LEGAL.search(name) else None
        return Entity(name, kind, tuple(sorted(others)), area)

    def occurrences(self, text: str) -> Iterator[Name]:
        """Yield every place where a name of the document stands, short names too, the longest at each place."""
        free, firsts = 0, self._firsts
        for position in [at for at, first in enumerate(text[:-1]) if first in firsts]:
            if position < free:
                continue
            for surface in self._index.get(text[position : position + 2], ()):
                if text.startswith(surface, position):
                    free = position + len(surface)
                    full = self.short.get(surface, surface)
                    kind = self.kinds.get(full) or self.kinds.get(surface, "Company")
                    yield Name(position, free, kind, "census")
                    break


def _elected(tally: Counter[str]) -> str:
    return min(tally, key=lambda kind: (-tally[kind], kind))


@lru_cache(maxsize=4096)
def area_entity(surface: str) -> Entity:
    """Return the administrative area of this full or short name."""
    area = areas()[surface]
    names = () if surface == area.name else (surface,)
    return Entity(area.name, "AdministrativeArea", names, code=area.code)


@dataclass(slots=True)
class Passage:
    """A unit with its mentions and the string that rules match.

    Attributes:
        unit: the unit.
        text: its text in shadow form.
        mentions: in order; references are filled in when they are resolved.
        code: the text with one character for each mention.
        at: offsets of the code to offsets of the text.
        index: offsets of the code at which a mention stands to its number.
        offsets: those offsets, in order.
        marks: offsets of the code that end a clause, from -1.
    """

    unit: Unit
    text: str
    mentions: list[Mention]
    code: str = ""
    at: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)

    def encode(self) -> None:
        """Make `code`, the text with one character for each mention; `at` maps its offsets to the text's."""
        parts: list[str] = []
        self.at, self.index, position = [], {}, 0
        for number, mention in enumerate(self.mentions):
            parts.append(self.text[position : mention.start])
            self.at.extend(range(position, mention.start))
            self.index[len(self.at)] = number
            parts.append(symbol(mention.kind))
            self.at.append(mention.start)
            position = mention.end
        parts.append(self.text[position:])
        self.at.extend(range(position, len(self.text) + 1))
        self.code = "".join(parts)
        self.offsets = list(self.index)
        self.marks = [-1, *(match.start() for match in _CLAUSE_MARK.finditer(self.code))]

    def words(self, start: int, end: int) -> str:
        """Return the words of the text behind a stretch of the code."""
        return self.unit.text[self.at[start] : self.at[end]]


_CLAUSE_MARK = re.compile("[,。;:!?“”]")
_SYMBOLS: dict[str, str] = {}


def symbol(kind: str) -> str:
    """Return the private-use character that stands for a kind in a passage's code."""
    return _SYMBOLS.setdefault(kind, chr(0xE000 + len(_SYMBOLS)))


def passages(document: Document, units: Iterable[Unit]) -> tuple[list[Passage], Census]:
    """Return a document's units with all their mentions but for the references, and its census."""
    shadows = [(unit, shadow(unit.text)) for unit in units]
    tokens = [cut(text) for _, text in shadows]
    census = Census(document, zip((text for _, text in shadows), tokens, strict=True))
    made = []
    for (unit, text), (_, names) in zip(shadows, census.found, strict=True):
        made.append(Passage(unit, text, _mentions(document, unit, text, names, census)))
    return made, census


def _mentions(
    document: Document, unit: Unit, text: str, found_names: list[Name], census: Census
) -> list[Mention]:
    names = _names(text, found_names, census)
    spans = [(n.start, n.end) for n in names]
    taken = _bits(spans)
    values = find_values(text, document.published, plain=text)
    values = [v for v in values if not taken & stretch(v.start, v.end)]
    groups = list(_groups(document, unit, text, values, spans))
    grouped = _bits((g.start, g.end) for g in groups)
    found = groups + [_value(v) for v in values if not grouped >> v.start & 1]
    found += [_named(text, n, census) for n in names if not grouped >> n.start & 1]
    found += _references(text, _bits((m.start, m.end) for m in found))
    return list(_with_brackets(text, sorted(found, key=attrgetter("start"))))


def _bits(spans: Iterable[tuple[int, int]]) -> int:
    """Return all the stretches of text that these spans take, as one set of bits."""
    taken = 0
    for start, end in spans:
        taken |= stretch(start, end)
    return taken


def _with_brackets(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions, a name with the bracket that gives its short name (以下简称“X”) as one."""
    past = 0
    for mention in mentions:
        if mention.start < past:
            continue
        if mention.entity is not None and mention.how in ("plain", "alias") and explicit(text, mention.end):
            past = text.find(")", mention.end) + 1
            mention = mention._replace(end=past)
        yield mention


def _names(text: str, found: list[Name], census: Census) -> list[Name]:
    own = [n for n in found if n.by != "context" or text[n.start : n.end] in census.kinds]
    return disjoint(
        [*own, *census.occurrences(text), *_roles(text)],
        lambda n: (-(n.end - n.start), n.by != "census", n.start),
    )


def _roles(text: str) -> Iterator[Name]:
    return (Name(m.start(), m.end(), "Role", "form") for m in lexicon().roles.finditer(text))


def _named(text: str, name: Name, census: Census) -> Mention:
    surface = text[name.start : name.end]
    if name.kind == "AdministrativeArea":
        return Mention(name.start, name.end, name.kind, area_entity(surface))
    entity = census.entity(surface, name.kind)
    if entity.name == surface or entity.kind == "Industry":
        return Mention(name.start, name.end, entity.kind, entity)
    return Mention(
        name.start,
        name.end,
        entity.kind,
        entity,
        how="alias",
        reason=f"“{surface}” is short for {entity.name}",
    )


def _value(value: Value) -> Mention:
    if isinstance(value.term, Date):
        return Mention(value.start, value.end, "Date", value=value.term)
    kind = _FIGURES.get(value.term.unit, "Figure")
    if value.term.text.endswith(("级", "级别")):
        kind = "Order"
    if kind == "Count" and value.classifier in ("家", "户"):
        kind = "Firms"
    return Mention(value.start, value.end, kind, value=value.term)


_GROUP_TAIL = re.compile(
    r"(?P<what>[^,。;:、的了在是与“”()0-9]{0,10}?)(?P<noun>" + lexicon().group_nouns + r")(?![业链区园群库])"
)
_INVERTED = re.compile(
    r"(?:集中|累计|共|新|云)?(?:签约|签订|签下|开工)(?:了)?(?P<what>[^,。;:、的了\d]{0,8}项目)(?:共计|共|合计)?(?=\d)"
    r"|(?:孵化|带来|引来)(?:了)?(?P<firms>[^,。;:、的了\d]{0,6}企业)(?=\d)"
)
_OVER_TIME = re.compile("全年|累计|新签约|今年以来|去年|上半年|年内|力争|每年")
_DEFINITE = re.compile(r"里|中(?!心)|之中|当中|全部|悉数|均|都|皆")
_BARE_TAIL = re.compile(r"(?=也|将|已|正|可能|有望|拟|计划|准备)")


def _groups(
    document: Document, unit: Unit, text: str, values: list[Value], taken: list[tuple[int, int]]
) -> Iterator[Mention]:
    """Yield the unnamed groups of a unit: a count with what is counted (两个上游企业), or words like 本地袜企."""
    ordinal = 0
    for value in values:
        if (
            not isinstance(value.term, Quantity)
            or value.term.unit not in ("NUM", "PERSON")
            or value.classifier in ("%", "倍", "年", "周年")
        ):
            continue
        tail = _GROUP_TAIL.match(text, value.end)
        if tail and not any(
            s < tail.end() and value.end < e and not (s >= value.end and e <= tail.end()) for s, e in taken
        ):
            yield _group(
                document, unit, text, value, tail.end(), lexicon().group_noun[tail.group("noun")], ordinal
            )
            ordinal += 1
        elif (
            value.classifier in ("家", "户")
            and _BARE_TAIL.match(text, value.end)
            and _ELLIPTIC.search(text[max(0, value.start - 3) : value.start])
        ):
            yield _group(document, unit, text, value, value.end, "CompanyGroup", ordinal)
            ordinal += 1
    for match in _INVERTED.finditer(text):
        counted = next((v for v in values if v.start == match.end()), None)
        over_time = match["what"] and _OVER_TIME.search(text[: match.end()].rpartition("。")[2])
        if (
            counted is None
            or not isinstance(counted.term, Quantity)
            or over_time
            or (match["what"] and counted.term.bound != "=")
        ):
            continue
        start = match.start("what" if match["what"] else "firms")
        if not any(s < counted.end and start < e for s, e in taken):
            yield _inverted(document, unit, start, counted, ordinal)
            ordinal += 1
    for match in _UNSIZED.finditer(text):
        counted = any(v.end <= match.start() and match.start() - v.end <= 1 for v in values)
        if not counted and not any(s < match.end() and match.start() < e for s, e in taken):
            local = f"{document.id}/{unit.position(match.start())}/{ordinal}"
            yield Mention(
                match.start(),
                match.end(),
                "CompanyGroup",
                Entity(match.group(), "CompanyGroup", local=local),
                how="group",
            )
            ordinal += 1


def _inverted(document: Document, unit: Unit, start: int, value: Value, ordinal: int) -> Mention:
    """Return the group that 签约项目12个 counts behind its noun."""
    assert isinstance(value.term, Quantity)
    words, size = unit.text[start : value.end], int(value.term.value)
    local = f"{document.id}/{unit.position(start)}/{ordinal}"
    kind = "CompanyGroup" if "企业" in words else "ProjectGroup"
    entity = Entity(words, kind, size=size, local=local)
    return Mention(start, value.end, kind, entity, value.term, "group", f"{words}: {size} unnamed")


def _group(
    document: Document, unit: Unit, text: str, value: Value, end: int, kind: str, ordinal: int
) -> Mention:
    """Return a group; “9个项目里” means the 9个项目 named before."""
    assert isinstance(value.term, Quantity)
    size = int(value.term.value) if value.term.value >= 1 else None
    words = unit.text[value.start : end]
    again = document.text.find(words)
    place = again if again >= 0 and _DEFINITE.match(text, end) else unit.position(value.start)
    ordinal = 0 if place == again else ordinal
    local = f"{document.id}/{place}/{ordinal}"
    return Mention(
        value.start,
        end,
        kind,
        Entity(words if end > value.end else f"{words}企业", kind, size=size, local=local),
        value.term,
        "group",
        f"{words}: {size} unnamed",
    )


def _references(text: str, taken: int) -> Iterator[Mention]:
    words = lexicon()
    for match in words.reference.finditer(text):
        if taken & stretch(*match.span()):
            continue
        surface = match.group()
        bare = not surface.startswith(("该", "这", "本", "我"))
        before = text[max(0, match.start() - 2) : match.start()]
        if bare and (
            not (
                _BEFORE_REFERENCE.search(before)
                or (before in _COMING and words.reference_kind[surface] in _COME_TO)
            )
            or _MODIFIED.search(before)
        ):
            continue
        if bare and _COMPOUND.match(text, match.end()):
            continue
        if surface in ("其", "它") and text[match.end() : match.end() + 1] in "中他余实次们":
            continue
        yield Mention(
            match.start(), match.end(), words.reference_kind[surface], how="coreference", reason=surface
        )


def resolved(mention: Mention, entity: Entity, reason: str) -> Mention:
    """Return a reference that means this entity."""
    return mention._replace(entity=entity, kind=entity.kind, reason=reason)


def document_entity(document: Document) -> Entity:
    """Return the document itself as an entity (本文)."""
    return Entity(document.title or document.id, "Document", code=identity.digest(document.text))
