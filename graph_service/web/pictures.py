"""A thing and what is nearest to it as a picture (SVG 2): it in the middle, what points to it left, what it points to right.

The same facts give the same picture. Each neighbour has a row of its own, with the relation written in its box, so no
label ever lies upon another.
"""

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any
from unicodedata import east_asian_width

from graph_service.graph.profile import Group, Profile
from graph_service.vocabulary import vocabulary

_ROWS = 7
"""Neighbours that are drawn on either side."""
_WIDE, _HIGH, _STEP = 236, 46, 56
_MIDDLE, _RIGHT, WIDTH = 300, 600, 836
_LETTERS = 30
"""Columns of half-width letters that fit into a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A neighbour: where its box begins, its name whole and as it fits, relation, IRI, class, the line to the middle."""

    x: int
    y: int
    name: str
    short: str
    relation: str
    iri: str
    kind: str
    prospect: bool
    line: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes around the one in the middle.

    Attributes:
        boxes: of the neighbours.
        name: of the thing, as it fits.
        kind: class of the thing.
        middle: where the upper edge of its box is.
        height: of all.
        more: how many neighbours are not drawn, at least.
    """

    boxes: Sequence[Box]
    name: str
    kind: str
    middle: int
    height: int
    more: int
    width: int = WIDTH
    wide: int = _WIDE
    high: int = _HIGH
    left: int = _MIDDLE


@dataclass(frozen=True, slots=True)
class _Near:
    end: dict[str, str]
    group: Group
    prospect: bool


def picture(said: Profile, base: str) -> Picture | None:
    """Return the picture of a thing; None where it has no neighbours to draw.

    Args:
        said: of the thing.
        base: what IRIs of things start with.
    """
    near = [_near(said, base, inverse=inverse) for inverse in (True, False)]
    drawn = [side[:_ROWS] for side in near]
    rows = max(map(len, drawn))
    if not rows:
        return None
    height = rows * _STEP
    middle = (height - _HIGH) // 2
    boxes = [
        _box(one, place, (height - len(side) * _STEP) // 2, middle, base, left=left)
        for side, left in zip(drawn, (True, False), strict=True)
        for place, one in enumerate(side)
    ]
    groups = (*said.facts, *said.incoming, *said.prospects)
    things = [group for group in groups if any(_is_thing(row.end, base) for row in group.rows)]
    more = sum(group.count for group in things) - len(boxes)
    return Picture(boxes, fit(said.label), _kind(said.iri, base), middle, height, max(more, 0))


def fit(name: str, letters: int = _LETTERS) -> str:
    """Return a name that takes no more than so many columns, its middle left out where it is longer.

    >>> fit("诸暨市")
    '诸暨市'
    >>> fit("浙江德广信电子科技有限公司", 12)
    '浙江…限公司'
    """
    widths = [2 if east_asian_width(c) in "WF" else 1 for c in name]
    if sum(widths) <= letters:
        return name
    head, tail, room = 0, len(name), letters - 2
    while head < tail:
        at = head if sum(widths[:head]) < sum(widths[tail:]) else tail - 1
        if room < widths[at]:
            break
        room -= widths[at]
        head, tail = (head + 1, tail) if at == head else (head, at)
    return f"{name[:head]}…{name[tail:]}"


def _near(said: Profile, base: str, *, inverse: bool) -> list[_Near]:
    """Return the neighbours of one side, each once: the first of every relation, then the second, and so on."""
    facts = ((group, False) for group in (said.incoming if inverse else said.facts))
    prospects = ((group, True) for group in said.prospects if group.inverse == inverse)
    columns = [list(_things(group, base, prospect)) for group, prospect in chain(facts, prospects)]
    found: dict[str, _Near] = {}
    for one in chain.from_iterable(zip_longest(*columns)):
        if one is not None:
            found.setdefault(one.end["iri"], one)
    return list(found.values())


def _things(group: Group, base: str, prospect: bool) -> Iterator[_Near]:
    return (_Near(row.end, group, prospect) for row in group.rows if _is_thing(row.end, base))


def _is_thing(end: Any, base: str) -> bool:  # noqa: ANN401 - whatever stands at the end of a statement
    return isinstance(end, dict) and _kind(end["iri"], base) != ""


def _kind(iri: str, base: str) -> str:
    """Return the class that the IRI of a thing names; empty where it is of no thing."""
    segment = iri.removeprefix(base).partition("/")[0] if iri.startswith(base) else ""
    name = "".join(part.capitalize() for part in segment.split("-"))
    return name if vocabulary().is_a(name, "Entity") else ""


def _box(one: _Near, place: int, above: int, middle: int, base: str, *, left: bool) -> Box:
    x, y = 0 if left else _RIGHT, above + place * _STEP + (_STEP - _HIGH) // 2
    here, there = y + _HIGH // 2, middle + _HIGH // 2
    start, end = (_WIDE, _MIDDLE) if left else (_MIDDLE + _WIDE, _RIGHT)
    levels = (here, there) if left else (there, here)
    bend = (start + end) // 2
    line = f"M{start} {levels[0]}C{bend} {levels[0]} {bend} {levels[1]} {end} {levels[1]}"
    name, iri = one.end["label"], one.end["iri"]
    relation = one.group.relation["label"]
    return Box(x, y, name, fit(name), relation, iri, _kind(iri, base), one.prospect, line)


def words(boxes: Iterable[Box]) -> str:
    """Return what a picture shows, for those who do not see it: relation and name of each neighbour."""
    return "; ".join(f"{box.relation} {box.name}" for box in boxes)


def canvas(thing: Profile, drawn: Picture | None, base: str) -> str:
    """Return the fragment of an address of the explorer that shows a picture on its canvas (`state/address.ts`).

    Args:
        thing: in the middle.
        drawn: its picture; None: it alone.
        base: what IRIs of things start with.
    """
    near = drawn.boxes if drawn else ()
    places = {thing.iri: (0, 0)}
    for box in near:
        places.setdefault(box.iri, (box.x - _MIDDLE, round(1.5 * (box.y - (drawn.middle if drawn else 0)))))
    nodes = [
        [f"*{iri.removeprefix(base)}" if iri.startswith(base) else iri, x, y, 0]
        for iri, (x, y) in places.items()
    ]
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(json.dumps({"n": nodes}).encode()) + packer.flush()
    return "#" + urlsafe_b64encode(packed).decode().rstrip("=")
