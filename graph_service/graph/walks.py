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
        QueryError: there are too many ways.
    """
    if walk.goal is None:
        return table(COLUMNS[False], _reached(walk, step, ask)) + walk.part
    ways = _Ways(walk, step, ask)
    if walk.wanted == "hubs":
        return table(("hub",), ((f"<{hub}>",) for hub in ways.passed_by()))
    rows = ((f'"{" ".join(way)}"', str(len(way) // 2)) for way in ways.found())
    return table(COLUMNS[True], rows) + walk.part


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a query that gives these rows, their terms as SPARQL writes them."""
    heads = " ".join(f"?{name}" for name in names)
    lines = "\n".join(f"({' '.join(row)})" for row in rows)
    return f"SELECT {heads} WHERE {{ VALUES ({heads}) {{\n{lines}\n}} }}"


def _asked(step: str, node: str, ask: Ask, limit: int | None = None) -> Iterable[Row]:
    bound = sparql.bind(step, {"node": ox.NamedNode(node)})
    return ask(bound if limit is None else f"{bound}\nLIMIT {limit}")


# ---- What is reached ----------------------------------------------------------------------------


def _reached(walk: Walk, step: str, ask: Ask) -> Iterator[Sequence[str]]:
    """Yield what is reached, the nearest first: the thing, what it was reached through, the steps."""
    known = {walk.start}
    todo = deque([(walk.start, 0)])
    found: list[tuple[int, str, str]] = []
    while todo:
        node, steps = todo.popleft()
        for row in _asked(step, node, ask):
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
        assert self.walk.goal is not None
        half = (self.walk.steps + 1) // 2
        there = self._ways_from(self.walk.start, half, self.walk.goal)
        back = self._ways_from(self.walk.goal, self.walk.steps - half, self.walk.start)
        whole = {way for way in there if way[-1] == self.walk.goal}
        ends: dict[str, list[Way]] = {}
        for way in back:
            ends.setdefault(way[-1], []).append(way)
        for way in there:
            if len(way) // 2 == half and way[-1] != self.walk.goal:
                whole.update(self._joined(way, ends.get(way[-1], ())))
            if len(whole) > MOST:
                raise QueryError(
                    f"There are more than {MOST:,} ways", "Ask for shorter ones, or not through hubs."
                )
        return sorted(whole, key=lambda way: (len(way), way))

    def passed_by(self) -> list[str]:
        """Return the hubs that ways were kept from, sorted."""
        self.found()
        ends = {self.walk.start, self.walk.goal}
        return sorted(node for node, is_hub in self._hubs.items() if is_hub and node not in ends)

    def _ways_from(self, start: str, steps: int, other: str) -> list[Way]:
        """Return the ways of so many steps at most from one end; what is beyond the other end is of no use."""
        ways: list[Way] = [(start,)]
        newest = ways
        for _ in range(steps):
            newest = [
                (*way, relation, node)
                for way in newest
                if way[-1] != other and (way[-1] == start or self._open(way[-1]))
                for relation, node in self._neighbours(way[-1])
                if node not in way[::2]
            ]
            ways = ways + newest
        return ways

    def _joined(self, way: Way, ends: Iterable[Way]) -> Iterator[Way]:
        """Yield a way with the rest of it, which was found from the other end."""
        for end in ends:
            if len(end) > 1 and set(way[::2]).isdisjoint(end[:-1:2]) and self._open(way[-1]):
                yield (*way, *(_turned(part) if place % 2 else part for place, part in _rest(end)))

    def _open(self, node: str) -> bool:
        """Tell whether ways may lead through a thing."""
        self._neighbours(node)
        return self.walk.hubs or not self._hubs[node]

    def _neighbours(self, node: str) -> list[tuple[str, str]]:
        if node not in self._near:
            is_end = node in (self.walk.start, self.walk.goal)
            limit = None if is_end or self.walk.hubs else HUB + 1
            rows = list(_asked(self.step, node, self.ask, limit))
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
