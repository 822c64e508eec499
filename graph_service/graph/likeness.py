"""Whether two things with different names may be one: what their names share, and what else speaks for it or against.

Every name gives a few keys: itself, its short names, the name without what names often go without, and the short
forms it could have. Only things of one kind that share a key are compared; the reasons, with their weights, are the
concepts of `ontology/schemes/reasons.ttl`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox

from graph_service.identity import fold
from graph_service.reading.aliases import forms
from graph_service.reading.lexicon import area_at, areas, lexicon
from graph_service.resources import resource
from graph_service.vocabulary import SKOS, ZG

LEAST = 0.3
"""Score from which on two things are proposed to be one."""

FULL, SHORT, REDUCED, POSSIBLE = "full", "short", "reduced", "possible"
"""How a name comes by a key: it is the name, a document gives it as short, it is the name reduced, it may be short."""

_BY_NAMES: Mapping[frozenset[str], str] = {
    frozenset((FULL,)): "SameName",
    frozenset((REDUCED,)): "NameVariant",
    frozenset((FULL, REDUCED)): "NameVariant",
    frozenset((SHORT, REDUCED)): "NameVariant",
    frozenset((FULL, SHORT)): "KnownShortName",
    frozenset((SHORT,)): "SharedShortName",
    frozenset((SHORT, POSSIBLE)): "SharedShortName",
    frozenset((FULL, POSSIBLE)): "PossibleShortName",
    frozenset((REDUCED, POSSIBLE)): "PossibleShortName",
    frozenset((POSSIBLE,)): "SharedNameCore",
}
_WHOLE_NAMES = frozenset(("Person", "AdministrativeArea", "Policy", "Award", "Certification", "Standard"))
"""Kinds whose names are never reduced: every part of them counts."""

_BRACKETS = re.compile(r"\(([^()]*)\)")
_LEGAL_FORM = re.compile("(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|(?:控股)?集团$")
_INDUSTRY = re.compile("(?:产业|行业|领域)$")
_ZONE_TYPES = (
    (re.compile("经济(?:技术)?开发区$"), "经开区"),
    (re.compile("高新技术(?:产业)?(?:开发区|园区)$"), "高新区"),
)
_MARKS = re.compile(
    "第?[0-9一二三四五六七八九十]+(?:期|号|区|院|厂|代|批|届|次|年)|[东南西北](?:区|园)|[0-9]+"
)
"""What tells things of one name apart: 二期, 3号, 东区."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a thing that it can be recognised by.

    Attributes:
        iri: of the thing.
        kind: local name of its class.
        name: its preferred name.
        others: its other names.
        codes: its official codes.
        places: IRIs of where it is.
        industries: IRIs of what it works in.
    """

    iri: str
    kind: str
    name: str
    others: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()

    def name_keys(self) -> dict[str, frozenset[str]]:
        """Return the keys of its names, each with how names come by it."""
        return keys(self.kind, self.name, self.others)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two things are one: a score from 0 to 1, and the local names of the reasons, sorted."""

    score: float
    supporting: tuple[str, ...] = field(default=())
    contradicting: tuple[str, ...] = field(default=())


@lru_cache(maxsize=16_384)
def keys(kind: str, name: str, others: Set[str]) -> dict[str, frozenset[str]]:
    """Return what a thing of a kind can be found by, each with how its names come by it; general words are no keys."""
    found: dict[str, set[str]] = {}
    folded = fold(name)
    for key, way in [(folded, FULL), *((fold(other), SHORT) for other in others)]:
        found.setdefault(key, set()).add(way)
    for whole in (folded, *sorted(map(fold, others))) if kind not in _WHOLE_NAMES else ():
        reduced = _reduced(whole, kind)
        if reduced not in found:
            found.setdefault(reduced, set()).add(REDUCED)
    for form in map(fold, forms(folded, kind)) if kind not in _WHOLE_NAMES else ():
        # Of a firm's core with 公司, 集团 and the like behind it, the core says it all.
        if kind != "Company" or form in folded:
            found.setdefault(form, set()).add(POSSIBLE)
    return {key: frozenset(ways) for key, ways in found.items() if _tells(key, kind)}


def compare(one: Profile, other: Profile, shared: Iterable[str]) -> Likeness | None:
    """Return how alike two things of one kind are that share these keys; None where they cannot be one.

    Things with different codes of one sort, and names with different numbers (一期, 二期), are never one.
    """
    if _told_apart(one, other):
        return None
    ways = (one.name_keys(), other.name_keys())
    named = {
        _BY_NAMES[frozenset((mine, theirs))]
        for key in shared
        for mine in ways[0].get(key, ())
        for theirs in ways[1].get(key, ())
    }
    if not named:
        return None
    best = max(sorted(named), key=lambda reason: weights()[reason])
    reasons = sorted((best, *_circumstances(one, other)))
    score = round(sum(weights()[reason] for reason in reasons), 2)
    return Likeness(
        min(max(score, 0.0), 1.0),
        tuple(reason for reason in reasons if weights()[reason] > 0),
        tuple(reason for reason in reasons if weights()[reason] < 0),
    )


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Return the weight of each reason, below zero for those that speak against."""
    path = str(resource("ontology", "schemes", "reasons.ttl"))
    return {
        quad.subject.value.removeprefix(ZG): float(quad.object.value)
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == ZG + "weight"
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    }


@lru_cache(maxsize=2)
def labels(language: str) -> dict[str, str]:
    """Return what the reasons are called in a language."""
    path = str(resource("ontology", "schemes", "reasons.ttl"))
    return {
        quad.subject.value.removeprefix(ZG): quad.object.value
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == SKOS + "prefLabel"
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == language
    }


# ---- Names ---------------------------------------------------------------------------------------


def _reduced(name: str, kind: str) -> str:
    """Return a name without what it often goes without: brackets, larger places in front, form, class word."""
    bare = _BRACKETS.sub("", name)
    if kind == "Industry":
        short = _INDUSTRY.sub("", bare)
        return short if len(short) > 1 else bare
    heads, rest = _places_before(_LEGAL_FORM.sub("", bare) if kind == "Company" else bare)
    for pattern, short in _ZONE_TYPES if kind == "Zone" else ():
        rest = pattern.sub(short, rest)
    if kind == "Company" and len(rest) > 2:
        return rest
    return _short(heads[-1]) + rest if heads else rest


def _places_before(name: str) -> tuple[list[str], str]:
    """Split a name into the areas it begins with and the rest: 浙江 诸暨 经济开发区."""
    heads = []
    while size := area_at(name):
        heads.append(name[:size])
        name = name[size:]
        if name[:1] in tuple("省市县") and len(name) > 2:
            name = name[1:]
    return heads, name


def _short(area: str) -> str:
    short = area[:-1] if area[-1] in "省市县区" else area
    return short if short in areas() else area


def _tells(key: str, kind: str) -> bool:
    """Say whether a key tells things apart: no general word, and no bare place unless it is one."""
    if len(key) < 2 or lexicon().generic.fullmatch(key) or lexicon().suffix.fullmatch(key):
        return False
    return kind == "AdministrativeArea" or key not in areas()


def _areas_named(name: str) -> Iterator[str]:
    """Yield the codes of the areas a name begins with (the smallest), or has in brackets."""
    folded = fold(name)
    heads, _ = _places_before(folded)
    for area in [*heads[-1:], *_BRACKETS.findall(folded)]:
        if area in areas():
            yield areas()[area].code


def _within(one: str, other: str) -> bool:
    """Say whether one of two areas lies in the other, by their codes of GB/T 2260."""
    short = sorted((re.sub("(?:00)+$", "", one), re.sub("(?:00)+$", "", other)), key=len)
    return short[1].startswith(short[0])


# ---- What else speaks for it, or against ---------------------------------------------------------


def _told_apart(one: Profile, other: Profile) -> bool:
    if one.codes and other.codes and one.codes.isdisjoint(other.codes):
        return True
    return set(_MARKS.findall(fold(one.name))) != set(_MARKS.findall(fold(other.name)))


def _circumstances(one: Profile, other: Profile) -> Iterator[str]:
    for mine, theirs, same, differs in (
        (one.places, other.places, "SamePlace", "OtherPlace"),
        (one.industries, other.industries, "SameIndustry", "OtherIndustry"),
    ):
        if mine and theirs:
            yield differs if mine.isdisjoint(theirs) else same
    mine, theirs = (frozenset(_areas_named(profile.name)) for profile in (one, other))
    if mine and theirs and not any(_within(a, b) for a in mine for b in theirs):
        yield "OtherPlaceInName"
