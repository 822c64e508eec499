"""Moves on a map: who went from which city to which, as far as the graph knows where these are.

A place stands where the nearest administrative area around it stands that has an official code (GB/T 2260); of counties
and districts the city's centre is taken. `data/reference/centroids.csv` has the centres of provinces and prefectures to a
tenth of a degree: good enough for a map of China, for nothing else.
"""

import csv
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from graph_service.graph.description import known
from graph_service.graph.kept import Kept
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, zg
from graph_service.graph.things import Thing, Things, graphs, text_of
from graph_service.resources import resource

_CODE = zg("gbt2260Code")
_UP = (zg("partOf"), zg("locatedIn"))
_WAY_UP = 12
"""Places that are looked at to find the one with a code."""
_SHOWN = 20
"""Things of one move that are given with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative area on the map: IRI, label, code, degrees east and north of its city's centre."""

    iri: str
    label: str
    code: str
    lon: float
    lat: float

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {"iri": self.iri, "label": self.label, "code": self.code, "lon": self.lon, "lat": self.lat}


@dataclass(frozen=True, slots=True)
class Move:
    """Moves of one modality between two places, one of which may be unknown: number of movers, some of them."""

    origin: str | None
    destination: str | None
    modality: str
    count: int
    things: Sequence[Thing]

    def as_json(self) -> dict[str, Any]:
        """Return it without its things."""
        return {
            "from": self.origin, "to": self.destination, "modality": self.modality, "count": self.count,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moves:
    """All moves, the places that they touch, and how many moves lead nowhere on the map."""

    places: Sequence[Place]
    moves: Sequence[Move]
    unplaced: int


_kept: Kept[str, Moves] = Kept(4)
_Way = tuple[str | None, str | None, str]


def moves(snapshot: Snapshot, language: str) -> Moves:
    """Return the moves that the graph knows of, the most frequent first, labelled in a language."""
    return _kept.of(snapshot, language, lambda: _moves(snapshot, language))


def _moves(snapshot: Snapshot, language: str) -> Moves:
    things, atlas = Things(snapshot, language), _Atlas(snapshot)
    movers: dict[_Way, dict[str, None]] = defaultdict(dict)
    unplaced = 0
    for row in snapshot.query(text_of("moves"), bindings=graphs(snapshot)).rows():
        said = {name: getattr(term, "value", None) for name, term in row.items()}
        way = (atlas.area(said["origin"]), atlas.area(said["destination"]), str(said["modality"]))
        if way[0] or way[1]:
            movers[way][str(said["mover"])] = None
        else:
            unplaced += 1
    areas = sorted({area for way in movers for area in way[:2] if area})
    ordered = sorted(movers.items(), key=lambda found: (-len(found[1]), *(part or "" for part in found[0])))
    return Moves(
        list(atlas.places(areas, things)),
        [Move(*way, len(who), list(things.cards(list(who)[:_SHOWN]).values())) for way, who in ordered],
        unplaced,
    )


def whereabouts(snapshot: Snapshot, iris: Sequence[str], language: str) -> tuple[list[Place], dict[str, str]]:
    """Return the areas on the map that things stand in, and the IRI of its area for each thing that has one."""
    atlas = _Atlas(snapshot)
    there = (iri for iri in iris if known(snapshot, iri))
    areas = {iri: area for iri in there if (area := atlas.area(iri)) is not None}
    return list(atlas.places(sorted(set(areas.values())), Things(snapshot, language))), areas


@lru_cache(maxsize=1)
def centroids() -> dict[str, tuple[float, float]]:
    """Return degrees east and north by code of a province or prefecture."""
    with resource("data", "reference", "centroids.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(lines)
        }


def centre(code: str) -> tuple[float, float] | None:
    """Return where an area stands on the map: its own centre, that of its prefecture, or of its province."""
    spellings = (code, f"{code[:4]}00", f"{code[:2]}0000")
    return next((centroids()[said] for said in spellings if said in centroids()), None)


class _Atlas:
    """Finds the area on the map that a place lies in."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._areas: dict[str, str | None] = {}
        self._codes: dict[str, str] = {}

    def area(self, place: str | None) -> str | None:
        """Return the nearest area around a place that has a code; None where there is none, or no place."""
        if place is None:
            return None
        if place not in self._areas:
            self._areas[place] = next((iri for iri in self._upwards(place) if self._coded(iri)), None)
        return self._areas[place]

    def places(self, areas: Sequence[str], things: Things) -> Iterator[Place]:
        """Yield areas with their places on the map."""
        cards = things.cards(areas)
        for area in areas:
            code = self._codes[area]
            found = centre(code)
            if found is not None:
                yield Place(area, cards[area].label, code, *found)

    def _coded(self, iri: str) -> bool:
        code = next(iter(self._objects(iri, _CODE)), "")
        if centre(code) is not None:
            self._codes[iri] = code
            return True
        return False

    def _upwards(self, place: str) -> Iterator[str]:
        """Yield a place and those around it, the nearest first."""
        seen, todo = {place}, deque([place])
        while todo and len(seen) <= _WAY_UP:
            here = todo.popleft()
            yield here
            fresh = [iri for way in _UP for iri in sorted(self._objects(here, way)) if iri not in seen]
            seen.update(fresh)
            todo.extend(fresh)

    def _objects(self, iri: str, predicate: ox.NamedNode) -> list[str]:
        places = (DEFAULT, graphs(self._snapshot)["prospects"])
        found = (
            q.object for g in places for q in self._snapshot.quads(ox.NamedNode(iri), predicate, None, g)
        )
        return [term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal)]
