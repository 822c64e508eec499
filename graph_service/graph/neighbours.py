"""What is around a thing: how much of what, counted, and the things themselves page by page.

Counts are exact whatever their size. Up to a thousand things of one relation come in the order of their IRIs, which
is that of their names in pinyin; more than that come in the order of the store's index, as sorting them takes seconds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from graph_service.errors import NotFoundError, UsageError
from graph_service.graph.description import known, survivor
from graph_service.graph.edges import Edge, between, edges
from graph_service.graph.kept import Kept
from graph_service.graph.sparql import insert
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, zg
from graph_service.graph.things import Thing, Things, Tie, asked, graphs, number, relations, text_of, ties
from graph_service.vocabulary import local, vocabulary

MOST_CLASSED = 5000
"""Statements up to which a relation is counted by class when all relations of a thing are asked for."""
MOST_SORTED = 1000
MOST_LOOKED = 5000
"""Neighbours whose names are looked through for words, where no index knows them."""
Look = Callable[[str], Sequence[str] | None]
"""Gives the things that have words in a name, all of them; None where they are too many, or not known."""
Classes = dict[tuple[str, bool], Counter[str]]
"""How many things there are of each class, by relation and whether the thing is the object."""
WAYS = {"out": False, "in": True}
"""Directions by name: whether the thing is the object."""


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one relation of a thing, counted.

    Attributes:
        tie: relation, direction, number of statements and of prospects among them.
        label: of the relation.
        classes: local name, label and number of the classes at the other end; None where they are too many to be
            counted along with all others.
    """

    tie: Tie
    label: str
    classes: Sequence[tuple[str, str, int]] | None

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        classes = self.classes
        return {
            "direction": "in" if self.tie.inverse else "out", "relation": self.tie.relation, "label": self.label,
            "count": self.tie.count, "prospects": self.tie.prospects,
            "classes": None if classes is None else [{"type": t, "label": name, "count": n} for t, name, n in classes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which neighbours are asked for: all, or those of a relation, a direction, a class, with words in a name."""

    relation: str | None = None
    inverse: bool | None = None
    kind: str | None = None
    words: str = ""

    def takes(self, tie: Tie) -> bool:
        """Tell whether a relation and its direction are asked for."""
        return self.relation in (None, tie.relation) and self.inverse in (None, tie.inverse)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A page of neighbours.

    Attributes:
        thing: in the middle.
        total: how many statements lead to neighbours that were asked for.
        things: those of the page.
        edges: all statements between the thing and these.
        whole: whether `total` is all there is; words that too many names have are looked for only so far.
    """

    thing: Thing
    total: int
    things: Sequence[Thing]
    edges: Sequence[Edge]
    whole: bool = True


def require(snapshot: Snapshot, iri: str) -> str:
    """Return the IRI that stands for a thing now.

    Raises:
        NotFoundError: the graph says nothing of it.
    """
    now = survivor(snapshot, iri) if known(snapshot, iri) else ""
    if not now:
        raise NotFoundError(
            f"<{iri[:200]}> is not in the graph", "Look for the thing by one of its names: /search?q=…"
        )
    return now


def check(wanted: Wanted) -> None:
    """Let pass what can be asked for.

    Raises:
        UsageError: there is no such relation between things, or no such class.
    """
    if wanted.relation is not None and wanted.relation not in relations():
        raise UsageError(
            f"{wanted.relation[:80]!r} is no relation between things",
            f"Choose one of {', '.join(sorted(relations()))}.",
        )
    if wanted.kind is not None and not vocabulary().is_a(wanted.kind, "Entity"):
        raise UsageError(f"{wanted.kind[:80]!r} is no class of things", "Choose one that /ontology lists.")


# ---- Counted -------------------------------------------------------------------------------------


def counts(snapshot: Snapshot, iri: str, language: str, wanted: Wanted) -> tuple[Thing, list[Group]]:
    """Return a thing with its relations counted by direction and class, most of them first.

    Args:
        snapshot: the state of the graph.
        iri: of the thing.
        language: of labels.
        wanted: relation and direction; where both are given, classes are counted however many there are.
    """
    things = Things(snapshot, language)
    found = [tie for tie in ties(snapshot, [iri])[iri] if wanted.takes(tie)]
    all_of_it = wanted.relation is not None and wanted.inverse is not None
    few = [tie for tie in found if all_of_it or tie.count <= MOST_CLASSED]
    classes = _classes(snapshot, iri, tuple(few))
    groups = [_group(tie, classes, things) for tie in found]
    groups = [group for group in groups if group.tie.count]
    groups.sort(key=lambda g: (-g.tie.count, g.tie.inverse, g.tie.relation))
    return things.cards([iri])[iri], groups


def counting(snapshot: Snapshot, iri: str, groups: Iterable[Group]) -> str:
    """Return a query that counts what `counts` has counted, for those who want to see or change it."""
    names = sorted({group.tie.relation for group in groups})
    only = f"FILTER(?relation IN ({', '.join(f'zg:{name}' for name in names)}))" if names else ""
    prospects = str(graphs(snapshot)["prospects"])
    text = insert(text_of("ties"), f"VALUES ?thing {{ {ox.NamedNode(iri)} }} {only}")
    return text.replace("?prospects", prospects).strip()


_kept: Kept[tuple[str, tuple[Tie, ...]], Classes] = Kept(256)


def _classes(snapshot: Snapshot, iri: str, found: tuple[Tie, ...]) -> Classes:
    """Return how many things of which class relations lead to, by relation and direction."""
    return _kept.of(snapshot, (iri, found), lambda: _counted(snapshot, iri, found))


def _counted(snapshot: Snapshot, iri: str, found: Iterable[Tie]) -> Classes:
    counted: Classes = {}
    for inverse, query in ((False, "objects"), (True, "subjects")):
        names = [tie.relation for tie in found if tie.inverse == inverse]
        counted.update({(name, inverse): Counter() for name in names})
        for row in asked(snapshot, query, ("thing", "relation"), ([iri, zg(name).value] for name in names)):
            kind = local(row["class"].value) if row["class"] else "Entity"
            counted[local(row["relation"].value), inverse][kind] += number(row["count"])
    return counted


def _group(tie: Tie, counted: Classes, things: Things) -> Group:
    kinds = counted.get((tie.relation, tie.inverse))
    if kinds is None:
        return Group(tie, things.label(tie.relation), None)
    rows = [(k, things.label(k), n) for k, n in kinds.items() if vocabulary().is_a(k, "Entity")]
    return Group(tie, things.label(tie.relation), sorted(rows, key=lambda row: (-row[2], row[0])))


# ---- Page by page --------------------------------------------------------------------------------


def neighbours(
    snapshot: Snapshot,
    iri: str,
    language: str,
    wanted: Wanted,
    offset: int,
    limit: int,
    look: Look | None = None,
) -> Neighbours:
    """Return a page of the things around one, with all statements between it and them.

    Args:
        snapshot: the state of the graph.
        iri: of the thing.
        language: of labels.
        wanted: which of them.
        offset: how many to leave out.
        limit: how many to give.
        look: finds names in an index; without it the names of all neighbours are looked through.
    """
    things = Things(snapshot, language)
    total, shown, whole = 0, list[str](), True
    named = look(wanted.words) if look and wanted.words else None
    for tie in _ordered(snapshot, iri, wanted):
        first, count = offset - total, limit - len(shown)
        if wanted.words:
            fitting, all_of_it = _fitting(snapshot, iri, tie, wanted, named)
            many, some = len(fitting), fitting[max(first, 0) : max(first, 0) + max(count, 0)]
            whole = whole and all_of_it
        else:
            many, some = _found(snapshot, iri, tie, wanted, first, count)
        total += many
        shown += some
    quads = between(snapshot, ((iri, other) for other in dict.fromkeys(shown)))
    cards = things.cards([iri, *shown])
    given = [cards[other] for other in dict.fromkeys(shown)]
    return Neighbours(cards[iri], total, given, edges(snapshot, quads, things), whole)


def _ordered(snapshot: Snapshot, iri: str, wanted: Wanted) -> list[Tie]:
    found = (tie for tie in ties(snapshot, [iri])[iri] if wanted.takes(tie))
    return sorted(found, key=lambda tie: (-tie.count, tie.inverse, tie.relation))


def _found(
    snapshot: Snapshot, iri: str, tie: Tie, wanted: Wanted, first: int, count: int
) -> tuple[int, list[str]]:
    """Return how many neighbours one relation has, and some of them from a place on, which may be below 0."""
    start, ask = max(first, 0), _Asker(snapshot, iri, tie, wanted)
    total = _known(snapshot, iri, tie, wanted)
    if count <= 0 or start >= total:
        return total, []
    if total <= MOST_SORTED and tie.count <= MOST_CLASSED:
        some = sorted(ask.others(MOST_SORTED + 1, 0), key=lambda found: (found[1], found[0]))
        return total, [other for other, _ in some[start : start + count]]
    return total, [other for other, _ in ask.others(count, start)]


def _fitting(
    snapshot: Snapshot, iri: str, tie: Tie, wanted: Wanted, named: Sequence[str] | None
) -> tuple[list[str], bool]:
    """Return the neighbours of one relation with words in a name, and whether these are all.

    Args:
        snapshot: the state of the graph.
        iri: of the thing in the middle.
        tie: the relation.
        wanted: has the words, and the class where only one is wanted.
        named: all things with the words in a name, where an index knows them; else the neighbours are looked through.
    """
    known = Things(snapshot, "zh")

    def of_kind(other: str) -> bool:
        return wanted.kind in (None, known.kind(other))

    if named is not None:
        return [other for other in named if _tied(snapshot, iri, tie, other) and of_kind(other)], True
    found, words = list[str](), wanted.words.lower()
    for place, other in enumerate(_others(snapshot, iri, tie)):
        if place == MOST_LOOKED or len(found) > MOST_SORTED:
            return found[:MOST_SORTED], False
        if known.is_called(other, words) and of_kind(other):
            found.append(other)
    return sorted(dict.fromkeys(found)), True


def _others(snapshot: Snapshot, iri: str, tie: Tie) -> Iterator[str]:
    """Yield the neighbours of one relation in the order of the index, facts before prospects."""
    middle = ox.NamedNode(iri)
    ends = (None, middle) if tie.inverse else (middle, None)
    for graph in (DEFAULT, graphs(snapshot)["prospects"]):
        for quad in snapshot.quads(ends[0], zg(tie.relation), ends[1], graph):
            other = quad.subject if tie.inverse else quad.object
            if isinstance(other, ox.NamedNode):
                yield other.value


def _tied(snapshot: Snapshot, iri: str, tie: Tie, other: str) -> bool:
    ends = (other, iri) if tie.inverse else (iri, other)
    places = (DEFAULT, graphs(snapshot)["prospects"])
    quads = (
        q
        for g in places
        for q in snapshot.quads(ox.NamedNode(ends[0]), zg(tie.relation), ox.NamedNode(ends[1]), g)
    )
    return any(True for _ in quads)


def _known(snapshot: Snapshot, iri: str, tie: Tie, wanted: Wanted) -> int:
    """Return how many neighbours of one relation are asked for."""
    if wanted.kind is None:
        return tie.count
    return _classes(snapshot, iri, (tie,))[tie.relation, tie.inverse][wanted.kind]


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks for the neighbours of one relation."""

    snapshot: Snapshot
    iri: str
    tie: Tie
    wanted: Wanted

    def others(self, limit: int, offset: int) -> list[tuple[str, bool]]:
        """Return IRIs of neighbours, each with whether it is one in prospect only, in the order of the index."""
        rows = self._rows(f"{self._text()} OFFSET {offset} LIMIT {limit}")
        return [(row["other"].value, row["prospect"].value == "true") for row in rows]

    def _text(self) -> str:
        return text_of("neighbours-in" if self.tie.inverse else "neighbours-out")

    def _rows(self, query: str) -> Sequence[dict[str, Any]]:
        bound: dict[str, ox.NamedNode | ox.Literal] = {
            "thing": ox.NamedNode(self.iri), "relation": zg(self.tie.relation),
            "prospects": graphs(self.snapshot)["prospects"],
        }  # fmt: skip
        if self.wanted.kind is not None:
            bound["class"] = zg(self.wanted.kind)
        return self.snapshot.query(query, bindings=bound).rows()
