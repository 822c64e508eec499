"""Patterns over slots, compiled to expressions over the code of a passage (the head of `rules` has their form)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_service.reading.goods import FORM
from graph_service.reading.heads import open_kinds, phrase
from graph_service.reading.passages import symbol
from graph_service.vocabulary import Vocabulary, vocabulary

FIGURE_KINDS = ("Money", "Area", "Firms", "Count", "Persons", "Duration", "Share", "Figure")
"""Kinds of mentions that are quantities; `Number` in a pattern stands for all of them. `Order` is one of magnitude: 千亿级."""
_SLOT = re.compile(r"<(?P<name>[a-z][a-z0-9]*):(?P<spec>[=~^]?[A-Za-z|]+)(?P<size>\d*)(?P<many>\+?)>")
_KIND = re.compile(r"<:(?P<spec>[A-Za-z|]+)>")
_GAP = re.compile(r"…(\d*)")
_JOIN = r"(?:[、和与及暨]|以及|;?\s*[(]?[0-9一二三四五六七八九十]{1,2}[.、)])\s*"
_WHERE = f"(?:{symbol('AdministrativeArea')}的?)?"
"""What may stand before one of a list: where it is (来安县的A、全椒县的B)."""
_SUMMED = f"(?:[{symbol('Firms')}{symbol('Count')}][^,。;、的了在与和由\ue000-\uf8ff]{{0,4}}(?:企业|公司|单位|机构|高校|院校|院所|项目|园区))?"
"""What sums a list up and is none of it: A、B两家企业."""
_EDGE = r"(?=[,。;:!?]|$)"
_IN_PHRASES = symbol("Industry")
"""Mentions that are words of the name of a thing: 光伏 in 光伏组件."""
_UNKNOWN = r"(?:、[^,。;:、“”的等在\ue000-\uf8ff]{2,10}(?=[、和与及]))"
"""One of a list that no name was found for: A、某某食品、B."""
_SUMS_UP = (
    f"(?:{symbol('Role')}|[^,。;:、的\ue000-\uf8ff]{{0,6}}{symbol('Industry')}?[^,。;:、的\ue000-\uf8ff]{{0,4}}"
    "(?:企业|公司|厂商|巨头|项目|园区|机构|单位|院校|高校|院所|平台|载体))"
    f"(?![{symbol('Firms')}{symbol('Count')}])"
)
"""What a list is summed up as: A、B等龙头企业."""
_THINGS = frozenset(("Company", "Project", "Park", "Facility"))
"""Kinds of which a list may be summed up so."""
_GROUPS = ("CompanyGroup", "ProjectGroup", "OrganisationGroup", "TalentGroup")

_SINGLE = frozenset((*FIGURE_KINDS, "Date", "Order"))
"""Kinds that stand alone: a list of figures or dates says something of each member of another list, or is none."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a pattern: what may fill it, whether several may, and whether plain words do.

    Such words are any, a phrase with a head of the kind (`open`), or noun phrases (`goods`), up to where a clause goes on if
    the slot is the `last`.
    """

    name: str
    kinds: frozenset[str]
    many: bool = False
    words: bool = False
    cast: str | None = None
    open: bool = False
    goods: bool = False
    last: bool = False


class FaultError(Exception):
    """What is wrong with a rule; `rules.load_file` adds file and rule."""


def read_kinds(spec: str, words: Vocabulary) -> frozenset[str]:
    """Return the kinds that `Company|Number` names, with those below them.

    Raises:
        FaultError: a kind is not in the ontology.
    """
    found: set[str] = set()
    for part in spec.split("|"):
        if part == "Number":
            found.update(FIGURE_KINDS)
        elif part in FIGURE_KINDS or part in ("Date", "Order"):
            found.add(part)
        elif part in words.kinds:
            found.update(words.below(part))
            if part == "Zone":  # a new town (临港新城) is either: what is said of one is said of the other
                found.update(words.below("District"))
        else:
            raise FaultError(f"slot kind “{part}” is not in the ontology")
    return frozenset(found)


def compile_pattern(
    pattern: str, words: Vocabulary, ends: frozenset[str] = frozenset()
) -> tuple[re.Pattern[str], dict[str, Slot]]:
    """Return the expression of a pattern and its slots; those that are `ends` of what it says may be lists of things.

    Raises:
        FaultError: a slot names a kind that the ontology does not have, or the expression is ill-formed.
    """
    text = _KIND.sub(lambda m: _one_of(read_kinds(m["spec"], words)), re.sub(r"\s+", "", pattern))
    slots, parts, position = {}, [], 0
    for match in _SLOT.finditer(text):
        slot = replace(_slot(match, words), last=match.end() == len(text))
        if slot.name in ends and not slot.words and slot.kinds.isdisjoint(_SINGLE):
            slot = replace(slot, many=True)
        parts.append(_gaps(text[position : match.start()]))
        parts.append(
            f"(?P={slot.name})" if slot.name in slots else _expression(slot, match["size"], slot.last)
        )
        slots[slot.name] = slot
        position = match.end()
    parts.append(_gaps(text[position:]))
    try:
        return re.compile("".join(parts)), slots
    except re.error as error:
        raise FaultError(f"the pattern does not compile: {error}") from error


def _slot(match: re.Match[str], words: Vocabulary) -> Slot:
    name, spec, many = match["name"], match["spec"], bool(match["many"])
    if spec == "words":
        return Slot(name, frozenset(), many, words=True)
    if spec.startswith("="):
        if spec[1:] not in words.kinds:
            raise FaultError(f"slot <{name}>: kind “{spec[1:]}” is not in the ontology")
        return Slot(name, frozenset({spec[1:]}), many, words=True, cast=spec[1:])
    if spec.startswith("~"):
        if spec[1:] not in open_kinds():
            raise FaultError(f"slot <{name}>: kind “{spec[1:]}” has no heads in things.yaml")
        return Slot(name, frozenset({spec[1:]}), many, words=True, cast=spec[1:], open=True)
    if spec.startswith("^"):
        if spec[1:] not in open_kinds():
            raise FaultError(f"slot <{name}>: kind “{spec[1:]}” has no heads in things.yaml")
        return Slot(name, frozenset({spec[1:]}), True, words=True, cast=spec[1:], goods=True)
    return Slot(name, read_kinds(spec, words), many)


def _expression(slot: Slot, size: str, last: bool) -> str:
    if slot.open and slot.cast:
        one = f"(?:{phrase(slot.cast, _IN_PHRASES)}|{symbol(slot.cast)})"
        return f"(?P<{slot.name}>{one}{f'(?:{_JOIN}{one})*' if slot.many else ''})"
    if slot.goods:
        return f"(?P<{slot.name}>{FORM}{'' if last else '?'})"
    if slot.words:
        most = size or "40"
        inside = "[^,。;:!?…]" if slot.many or not slot.cast else "[^,。;:!?、…]"
        return f"(?P<{slot.name}>{inside}{{1,{most}}}{'' if last else '?'}){_EDGE if last else ''}"
    one = _one_of(slot.kinds)
    if slot.many:
        groups = f"[{''.join(map(symbol, _GROUPS))}]"
        summed = f"(?:{groups}|{_SUMS_UP})" if _THINGS & slot.kinds else groups
        rest = f"(?:(?:{_UNKNOWN}{{0,2}}{_JOIN}{_WHERE}{one})+{_SUMMED})?"
        return f"(?P<{slot.name}>{one}{rest}(?:等{summed})?)"
    return f"(?P<{slot.name}>{one})"


def _one_of(kinds: frozenset[str]) -> str:
    """Return the expression for one mention of these kinds."""
    return "[" + "".join(symbol(kind) for kind in sorted(kinds)) + "]"


def _gaps(text: str) -> str:
    return _GAP.sub(lambda m: f"[^。;!?]{{0,{m.group(1)}}}?" if m.group(1) else "[^,。;!?]{0,12}?", text)


def prefixes(source: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield the beginnings of a pattern, as it is written, up to each slot, the shortest first, with what each wants next.

    They tell how far a rule got on a sentence it did not fire on.
    """
    text = re.sub(r"\s+", "", source)
    slots = list(_SLOT.finditer(text))
    for match, following in zip(slots, [*slots[1:], None], strict=True):
        between = text[match.end() : following.start() if following else len(text)]
        behind = f"what fits {between}" if between else following[0] if following else "the end of the clause"
        for end, wanted in ((match.start(), f"<{match['name']}:{match['spec']}>"), (match.end(), behind)):
            try:
                yield compile_pattern(text[:end], vocabulary())[0], wanted
            except FaultError:
                continue
