"""Answers that take many steps: what is reached from a thing, and the ways between two things.

Such a query's SPARQL is one step: what follows from `?node`. It is asked for one thing after the other, breadth
first, and what was found becomes a query of nothing but values, which any reader of answers can read. Bounded in
steps; in time by whoever runs it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import pyoxigraph as ox

from graph_service.errors import QueryError
from graph_service.graph import sparql

HUB = 100
"""A thing with more neighbours joins what has nothing in common; ways lead through it only where that is asked for."""
MOST = 10_000
"""Ways that are given; more would not be read, and are an error."""
LOOKED_AT = 4_000
"""Things whose neighbours a search looks at, which takes two seconds at most; that more would have to be is an error."""
WIDEST = 50_000
"""Neighbours of an end that are read, which takes a second; where both ends have more, that is an error."""
_WIDE = 1_000
"""Neighbours of an end that are counted before they are read."""

_PLACE = ox.NamedNode("urn:zonegraph:node")

COLUMNS = {False: ("company", "via", "steps"), True: ("path", "length")}
"""What a search gives, without a goal and with one."""

Row = Mapping[str, Any]
Ask = Callable[[str], Iterable[Row]]
"""What answers SPARQL with rows: a term by column."""
Way = tuple[str, ...]
"""IRIs of things and relations in turn; `^` before a relation that is said the other way round."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What is looked for, step by step.

    Attributes:
        start: IRI of the thing to begin at.
        goal: IRI of the thing to end at; None: everything that is reached.
        steps: how many at most.
        hubs: whether ways may lead through hubs.
        wanted: `rows`, or `hubs` for those that ways were kept from.
        part: which rows of what is found, as SPARQL says it (`paging`).
    """

    start: str
    goal: str | None
    steps: int
    hubs: bool = False
    wanted: str = "rows"
    part: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a worker takes it."""
        return asdict(self)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        return cls(**said)

    def for_hubs(self) -> "Walk":
        """Return the same search, asked for the hubs that it goes round."""
        return replace(self, wanted="hubs", part="")


def values(walk: Walk, step: str, ask: Ask) -> str:
    """Return a query that gives what a walk finds.

    Args:
        walk: what is looked for.
        step: SPARQL for what follows from `?node`. Without a goal it gives `?company` or `?segment`, to report or
            only to go on from, and the `?steps` it counts (0 or 1). With one it gives `?relation`, `?next`,
            `?inverse` where `?next` is the subject, and `?hub` where it is one whatever its neighbours.
        ask: answers it.

    Raises:
        QueryError: there are too many ways, or too much to look at.
    """
    if walk.goal is None:
        return table(COLUMNS[False], _reached(walk, step, ask)) + walk.part
    ways = _Ways(walk, _bound(step), ask)
    if walk.wanted == "hubs":
        return table(("hub",), ((f"<{hub}>",) for hub in ways.passed_by()))
    rows = ((f'"{" ".join(way)}"', str(len(way) // 2)) for way in ways.found())
    return table(COLUMNS[True], rows) + walk.part


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a query that gives these rows, their terms as SPARQL writes them."""
    heads = " ".join(f"?{name}" for name in names)
    lines = "\n".join(f"({' '.join(row)})" for row in rows)
    return f"SELECT {heads} WHERE {{ VALUES ({heads}) {{\n{lines}\n}} }}"


def _bound(step: str) -> str:
    """Return a step whose `?node` is `_PLACE`: where it is to be bound is looked for once."""
    return sparql.bind(step, {"node": _PLACE})


def _asked(bound: str, node: str, ask: Ask, limit: int | None = None) -> Iterable[Row]:
    asked = bound.replace(str(_PLACE), str(ox.NamedNode(node)))
    return ask(asked if limit is None else f"{asked}\nLIMIT {limit}")


# ---- What is reached ----------------------------------------------------------------------------


def _reached(walk: Walk, step: str, ask: Ask) -> Iterator[Sequence[str]]:
    """Yield what is reached, the nearest first: the thing, what it was reached through, the steps."""
    known = {walk.start}
    todo = deque([(walk.start, 0)])
    found: list[tuple[int, str, str]] = []
    bound = _bound(step)
    while todo:
        node, steps = todo.popleft()
        for row in _asked(bound, node, ask):
            reported, further = row["company"], row["segment"]
            target, length = (reported or further).value, steps + int(row["steps"].value)
            if target in known or length > walk.steps:
                continue
            known.add(target)
            if reported:
                found.append((length, target, "UNDEF" if node == walk.start else f"<{node}>"))
            (todo.appendleft if length == steps else todo.append)((target, length))
    return ((f"<{target}>", via, str(length)) for length, target, via in sorted(found))


# ---- Ways ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Ways:
    """Looks for the ways between two things from both ends."""

    walk: Walk
    step: str
    ask: Ask
    _near: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _hubs: dict[str, bool] = field(default_factory=dict)

    def found(self) -> list[Way]:
        """Return the ways that pass nothing twice, the shortest first."""
        whole: set[Way] = set()
        for way in self._met(*self._from_both_ends()):
            whole.add(way)
            if len(whole) > MOST:
                raise QueryError(
                    f"There are more than {MOST:,} ways", "Ask for shorter ones, or not through hubs."
                )
        return sorted(whole, key=lambda way: (len(way), way))

    def _from_both_ends(self) -> tuple[list[list[Way]], list[list[Way]]]:
        """Return ways from the start and from the goal, by their steps, which together are as many as are allowed."""
        assert self.walk.goal is not None
        ends = (self.walk.start, self.walk.goal)
        sides: tuple[list[list[Way]], list[list[Way]]] = ([[(ends[0],)]], [[(ends[1],)]])
        for _ in range(self.walk.steps):
            side = min((0, 1), key=lambda side: self._costs(sides[side][-1]))
            sides[side].append(self._longer(sides[side][-1], ends[side], ends[1 - side]))
        return sides

    def _met(self, there: list[list[Way]], back: list[list[Way]]) -> Iterator[Way]:
        """Yield the ways that reach the goal, and those that meet one from the goal."""
        yield from (way for ways in there for way in ways if way[-1] == self.walk.goal)
        rests: dict[str, list[Way]] = {}
        for way in (way for ways in back[1:] for way in ways):
            rests.setdefault(way[-1], []).append(way)
        for way in there[-1]:
            if way[-1] != self.walk.goal:
                yield from self._joined(way, rests.get(way[-1], ()))

    def passed_by(self) -> list[str]:
        """Return the hubs that ways were kept from, sorted."""
        self.found()
        ends = {self.walk.start, self.walk.goal}
        return sorted(node for node, is_hub in self._hubs.items() if is_hub and node not in ends)

    def _costs(self, ways: Sequence[Way]) -> int:
        """Return how many things must be looked at to go one step on; an end that is a hub counts for its neighbours."""
        wide = [number for way in ways if len(way) == 1 and (number := self._around(way[0])) > HUB]
        return wide[0] if wide else len({way[-1] for way in ways})

    def _around(self, end: str) -> int:
        """Return how many neighbours an end has, as far as that matters."""
        return len(list(_asked(self.step, end, self.ask, _WIDE)))

    def _longer(self, ways: Iterable[Way], start: str, other: str) -> list[Way]:
        """Return ways from one end with one more step; what is beyond the other end is of no use."""
        return [
            (*way, relation, node)
            for way in ways
            if way[-1] != other and (way[-1] == start or self._open(way[-1]))
            for relation, node in self._neighbours(way[-1])
            if node not in way[::2]
        ]

    def _joined(self, way: Way, ends: Iterable[Way]) -> Iterator[Way]:
        """Yield a way with the rest of it, which was found from the other end."""
        for end in ends:
            if set(way[::2]).isdisjoint(end[:-1:2]) and (len(way) == 1 or self._open(way[-1])):
                yield (*way, *(_turned(part) if place % 2 else part for place, part in _rest(end)))

    def _open(self, node: str) -> bool:
        """Tell whether ways may lead through a thing."""
        self._neighbours(node)
        return self.walk.hubs or not self._hubs[node]

    def _neighbours(self, node: str) -> list[tuple[str, str]]:
        if node not in self._near:
            is_end = node in (self.walk.start, self.walk.goal)
            most = WIDEST if is_end or self.walk.hubs else HUB
            rows = list(_asked(self.step, node, self.ask, most + 1))
            if len(self._near) == LOOKED_AT or len(rows) > WIDEST:
                raise QueryError(
                    f"More than {LOOKED_AT:,} things would have to be looked at, or all around one that more than "
                    f"{WIDEST:,} are related to",
                    "Ask for fewer steps (length), or not through hubs.",
                )
            self._near[node] = [(_relation(row), row["next"].value) for row in rows]
            self._hubs[node] = self._hubs.get(node, False) or len(rows) > HUB
            self._hubs.update((row["next"].value, True) for row in rows if row["hub"] is not None)
        return self._near[node]


def _relation(row: Row) -> str:
    return ("^" if row["inverse"].value == "true" else "") + str(row["relation"].value)


def _rest(end: Way) -> Iterator[tuple[int, str]]:
    """Yield what is behind the meeting point, with places that are odd for relations."""
    return enumerate(end[-2::-1], start=1)


def _turned(relation: str) -> str:
    return relation[1:] if relation.startswith("^") else f"^{relation}"
