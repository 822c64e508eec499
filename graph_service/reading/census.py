"""The census of a document: its full names with their kinds, its short names with whose they are.

It knows the names of the whole document, so that a short name is read wherever it stands, before the full name too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from graph_service import identity
from graph_service.reading.aliases import accept, called, explicit, industry
from graph_service.reading.claims import Document, Entity
from graph_service.reading.industries import SYSTEM
from graph_service.reading.lexicon import area_at, area_of
from graph_service.reading.names import find_names
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import Tokens

_LEGAL = re.compile("有限公司$|有限责任公司$|大学$|学院$")
_LOCAL_KINDS = frozenset(
    ("Park", "District", "Facility", "Zone", "GovernmentBody", "Project", "Team", "Laboratory", "Alliance")
)
_SYSTEM_BEFORE = re.compile("[\u4e00-\u9fff]{2}产业(?=[^,。;]{0,6}$)")
_OWNERS = {
    "Park": ("Zone", "Company"),
    "Laboratory": ("Company", "University"),
    "Project": ("Company", "Laboratory", "University"),
    "Team": ("Company", "Laboratory", "University"),
    "Facility": ("Company", "Zone"),
}
"""Kinds of things to the kinds of whose they are, where that is told right before their name."""
_MADE = re.compile(
    "(?:年产)?(?<![\\d.])\\d[\\d.]*[万亿]?(?:吨|千瓦时?|兆瓦时?|[GMk]Wh?|[台套片支件辆只]|立方米)(?:/年)?$"
    "|年产\\d[\\d.]*[万亿]?(?:吨|[台套片支件辆只])[\u4e00-\u9fff]{2,6}、$"
)
"""How much works make, right before their name; with another thing they make: 年产5万吨铝箔、铝带项目."""
_FROM_CONTEXT, _FROM_FORM = 1, 3
"""Votes for the kind of a name: one where only the context tells it, three where its form does."""


class Census:
    """All names of one document: full names with their kinds, short names with whose they are.

    Attributes:
        document: the document.
        found: the text of each unit (shadow form) with the names found in it alone.
        kinds: full names to their kinds.
        short: short names to the full names.
        places: codes of the areas that are named, and how often.
        zone: the development zone that is named most; None where none is.
    """

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
        joined = self._join_owners()
        self.entities: dict[str, Entity] = {}
        self._index: dict[str, list[str]] = {}
        for surface in sorted({*self.kinds, *self.short} - joined, key=lambda s: (-len(s), s)):
            self._index.setdefault(surface[:2], []).append(surface)
        self._firsts = frozenset(beginning[0] for beginning in self._index)

    def _count(self, text: str, name: Name, votes: dict[str, Counter[str]]) -> None:
        surface = text[name.start : name.end]
        if name.by == "here":
            return
        if name.kind == "AdministrativeArea":
            self.places[area_of(surface).code] += 1
            return
        votes.setdefault(surface, Counter())[name.kind] += (
            _FROM_CONTEXT if name.by == "context" else _FROM_FORM
        )
        if name.kind == "Industry" and (system := SYSTEM.match(text, name.start)):
            before = _SYSTEM_BEFORE.search(text[: name.start])
            self.systems[surface] = surface + (system["behind"] or (before.group() if before else "产业体系"))
        if (said := explicit(text, name.end)) is not None:
            self.said[said[0]] = surface
        elif (short := called(text, name.end)) is not None:
            self.said[short] = surface

    def _join_aliases(self, full: dict[str, str], whole: str) -> None:
        self.short = accept(full, whole) | {
            s: n for s, n in self.said.items() if s not in full or full[s] == full.get(n)
        }
        for form, name in list(self.short.items()):
            if form == name or (form in self.kinds and not _one(self.kinds[form], full.get(name, ""))):
                del self.short[form]
        for form in list(self.short):
            seen = {form}
            while (owner := self.short.get(self.short[form])) is not None and owner not in seen:
                self.short[form] = owner
                seen.add(owner)
        for surface in [n for n, kind in full.items() if kind == "Industry"]:
            name = self.systems.get(surface) or industry(surface)[0]
            if name != surface:
                self.short[surface] = name

    def _join_owners(self) -> set[str]:
        """Make the name of what stands right behind that of whose it is short for both together, and return those: X高新区Y产业园.

        In the text the two stay apart: the one tells where the other is.
        """
        whole: dict[str, set[str]] = {}
        for text, names in self.found:
            for number, own in enumerate(names):
                start = begins = _beginning(text, own)
                owner = names[number - 1] if number else None
                if owner and owner.end == begins and owner.kind in _OWNERS.get(own.kind, ()):
                    start = owner.start
                if start < own.start:
                    whole.setdefault(text[own.start : own.end], set()).add(text[start : own.end])
        joined = {own: full.pop() for own, full in whole.items() if len(full) == 1 and own not in self.short}
        self.short |= {short: joined[own] for short, own in self.short.items() if own in joined} | joined
        self.kinds |= {full: self.kinds[own] for own, full in joined.items()}
        return set(joined.values())

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


def _beginning(text: str, name: Name) -> int:
    """Return where the name of works begins with how much they make: 20万吨多晶硅项目."""
    made = _MADE.search(text, 0, name.start) if name.kind in ("Project", "Facility") else None
    return made.start() if made else name.start


def _one(kind: str, other: str) -> bool:
    """Say whether things of two kinds can be one: a park that is being built is called a project, too."""
    return kind == other or (kind, other) == ("Project", "Park")


def _elected(tally: Counter[str]) -> str:
    return min(tally, key=lambda kind: (-tally[kind], kind))


@lru_cache(maxsize=4096)
def area_entity(surface: str) -> Entity:
    """Return the administrative area of this full or short name, be it behind the one it lies in: 浙江台州."""
    area = area_of(surface)
    names = () if surface == area.name else (surface,)
    return Entity(area.name, "AdministrativeArea", names, code=area.code)


def document_entity(document: Document) -> Entity:
    """Return the document itself as an entity (本文)."""
    return Entity(document.title or document.id, "Document", code=identity.digest(document.text))
