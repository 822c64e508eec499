"""The documents of one state of the graph, and which places each speaks of, so that a list of them can be narrowed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.documents import Listed, list_documents, listed
from graph_service.graph.facets import Choice, choices
from graph_service.graph.labels import Labels
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import TYPE, zg

SHELF = "shelf"
"""What the file of it is called."""
FACETS = ("year", "place")
_PLACES = ("Zone", "Park", "AdministrativeArea")
_SHOWN = 100
"""Places that are offered, those that most documents speak of."""


@dataclass(frozen=True)
class Shelf:
    """Documents, the newest first, and places by the IRI of the document.

    Attributes:
        snapshot: the state that they are of.
        documents: all of them.
        places: IRIs of zones, parks and areas that accepted claims of a document speak of.
    """

    snapshot: Snapshot
    documents: Sequence[Listed]
    places: Mapping[str, frozenset[str]]
    _counts: dict[str, Counter[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Return the shelf of a snapshot, read from it: about a minute for ten million quads."""
        return cls(snapshot, _ordered(list_documents(snapshot)), _places(snapshot, None))

    @classmethod
    def read(cls, snapshot: Snapshot, said: Mapping[str, Any]) -> Self:
        """Return the shelf that `as_json` has written."""
        names = said["names"]
        documents = [Listed(**document) for document in said["documents"]]
        places = {iri: frozenset(names[place] for place in some) for iri, some in said["places"].items()}
        return cls(snapshot, documents, places)

    def as_json(self) -> dict[str, Any]:
        """Return all of it; a place is its position among `names`."""
        names = sorted(self._known)
        position = {iri: place for place, iri in enumerate(names)}
        places = {document: sorted(position[iri] for iri in some) for document, some in self.places.items()}
        return {"documents": [asdict(d) for d in self.documents], "names": names, "places": places}

    def renewed(self, snapshot: Snapshot, changed: Iterable[str]) -> Self:
        """Return the shelf of another state, in which only documents of these IRIs differ."""
        changed = set(changed)
        documents = [document for document in self.documents if document.iri not in changed]
        places = {iri: some for iri, some in self.places.items() if iri not in changed}
        for iri in changed:
            document = listed(snapshot, iri.removeprefix(identity.document_iri(snapshot.base, "")))
            if document is not None:
                documents.append(document)
                places |= _places(snapshot, iri)
        return type(self)(snapshot, _ordered(documents), places)

    def narrow(self, given: Mapping[str, str]) -> Sequence[Listed]:
        """Return the documents of a year and about a place, where these are given; the newest first."""
        return (
            [document for document in self.documents if self._fits(document, given)]
            if given
            else self.documents
        )

    def choices(self, given: Mapping[str, str], labels: Labels) -> dict[str, list[Choice]]:
        """Return what the documents can be narrowed by; years the newest first, places the most frequent first."""
        years = Counter(_year(d) for d in self.narrow(_without(given, "year")))
        by_year = choices({year: n for year, n in years.items() if year}, {}, given.get("year"))
        chosen, every = given.get("place"), self._about(given.get("year"))
        about = dict(sorted(every.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN])
        if chosen is not None and chosen in every:
            about[chosen] = every[chosen]
        labels.learn({*about, *([chosen] if chosen in self._known else [])})
        names = {iri: labels.of(iri) for iri in (*about, *([chosen] if chosen else []))}
        return {
            "year": sorted(by_year, key=lambda choice: choice.value, reverse=True),
            "place": choices(about, names, chosen),
        }

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset[str]().union(*self.places.values())

    def _about(self, year: str | None) -> Counter[str]:
        """Return how many documents of a year, or of all, speak of each place; counted once."""
        known = self._counts.get(year or "")
        if known is None:
            found = self.narrow({"year": year} if year else {})
            known = Counter(place for d in found for place in self.places.get(d.iri, ()))
            if found:
                self._counts[year or ""] = known
        return known

    def _fits(self, document: Listed, given: Mapping[str, str]) -> bool:
        if "year" in given and _year(document) != given["year"]:
            return False
        return "place" not in given or given["place"] in self.places.get(document.iri, ())


def _ordered(documents: Iterable[Listed]) -> list[Listed]:
    found = sorted(documents, key=lambda document: (document.title, document.iri))
    return sorted(found, key=lambda document: document.published or "", reverse=True)


def _places(snapshot: Snapshot, document: str | None) -> dict[str, frozenset[str]]:
    """Return the places of each document, or of one: its graph describes what its accepted claims speak of."""
    prefix, iris = identity.document_graph(snapshot.base, ""), identity.document_iri(snapshot.base, "")
    graph = ox.NamedNode(prefix + document.removeprefix(iris)) if document else None
    found: dict[str, set[str]] = defaultdict(set)
    known: dict[str, str] = {}
    for kind in _PLACES:
        for quad in snapshot.quads(None, TYPE, zg(kind), graph):
            name = getattr(quad.graph_name, "value", "")
            if name.startswith(prefix) and isinstance(quad.subject, ox.NamedNode):
                place = known.setdefault(quad.subject.value, quad.subject.value)
                found[iris + name.removeprefix(prefix)].add(place)
    return {iri: frozenset(places) for iri, places in found.items()}


def _year(document: Listed) -> str:
    return (document.published or "")[:4]


def _without(given: Mapping[str, str], facet: str) -> dict[str, str]:
    return {key: value for key, value in given.items() if key != facet}
