"""What lists can be narrowed by: claims of a document by relation, modality, rule, status; documents by year and place."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from graph_service.graph.documents import Listed, Opened, Stated, list_documents
from graph_service.graph.labels import Labels, table
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import PREFIXES, local

CLAIM_FACETS: Mapping[str, Callable[[Stated], str]] = {
    "relation": lambda claim: local(claim.relation["iri"]),
    "modality": lambda claim: claim.modality,
    "status": lambda claim: claim.status,
    "rule": lambda claim: claim.rule,
}
"""By the name of a facet: what a claim has there."""
DOCUMENT_FACETS = ("year", "place")

_PLACES = (
    "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    + """
SELECT DISTINCT ?document ?place WHERE {
  GRAPH ?graph {
    ?document a zg:Document ; zg:sha256Digest ?digest .
    ?claim zg:status "accepted" ; rdf:subject|rdf:object ?place .
  }
  VALUES ?kind { zg:Zone zg:Park zg:AdministrativeArea }
  ?place a ?kind .
}"""
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow a list by, what it is called, how many would be left, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


Choices = Mapping[str, Sequence[Choice]]


# ---- Claims of a document ------------------------------------------------------------------------


def narrow(document: Opened, given: Mapping[str, str]) -> Opened:
    """Return a document with those claims only that have the values given, by the name of the facet."""
    return replace(document, claims=[claim for claim in document.claims if _fits(claim, given)])


def claim_choices(document: Opened, given: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Return what the claims of a document can be narrowed by; counts are with all other choices in force.

    A value has the label of its relation; those of other facets are labelled by pages.
    """
    labels = {local(claim.relation["iri"]): claim.relation["label"] for claim in document.claims}
    found = {}
    for facet, of in CLAIM_FACETS.items():
        others = {key: value for key, value in given.items() if key != facet}
        counts = Counter(of(claim) for claim in document.claims if _fits(claim, others))
        found[facet] = _choices(counts, labels, given.get(facet))
    return found


def _fits(claim: Stated, given: Mapping[str, str]) -> bool:
    return all(CLAIM_FACETS[facet](claim) == value for facet, value in given.items())


def _choices(counts: Mapping[str, int], labels: Mapping[str, str], chosen: str | None) -> list[Choice]:
    """Return the values that there are, and the chosen one, the most frequent first."""
    every = {**counts} if chosen is None else {chosen: 0, **counts}
    made = [Choice(value, labels.get(value, value), n, value == chosen) for value, n in every.items()]
    return sorted(made, key=lambda choice: (-choice.count, choice.label, choice.value))


# ---- Documents -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one state of the graph, and which places each of them speaks of."""

    documents: Sequence[Listed]
    places: Mapping[str, frozenset[str]]

    def narrow(self, given: Mapping[str, str]) -> list[Listed]:
        """Return the documents of a year and about a place, where these are given; the newest first."""
        return [document for document in self.documents if self._fits(document, given)]

    def choices(self, given: Mapping[str, str], labels: Labels) -> dict[str, list[Choice]]:
        """Return what the documents can be narrowed by; years the newest first, places the most frequent first."""
        years = Counter(_year(d) for d in self.narrow(_without(given, "year")))
        by_year = _choices({year: n for year, n in years.items() if year}, {}, given.get("year"))
        about = Counter(p for d in self.narrow(_without(given, "place")) for p in self._about(d))
        chosen = given.get("place")
        labels.learn({*about, *([chosen] if chosen in self._all() else [])})
        names = {iri: labels.of(iri) for iri in (*about, *([chosen] if chosen else []))}
        return {
            "year": sorted(by_year, key=lambda choice: choice.value, reverse=True),
            "place": _choices(about, names, chosen),
        }

    def _all(self) -> frozenset[str]:
        return frozenset[str]().union(*self.places.values())

    def _about(self, document: Listed) -> frozenset[str]:
        return self.places.get(document.iri, frozenset())

    def _fits(self, document: Listed, given: Mapping[str, str]) -> bool:
        if "year" in given and _year(document) != given["year"]:
            return False
        return "place" not in given or given["place"] in self._about(document)


@dataclass(slots=True)
class Shelves:
    """Gives the shelf of a snapshot; keeps that of the one it was last asked for."""

    _lock: Lock = field(default_factory=Lock)
    _snapshot: str | None = None
    _shelf: Shelf = field(default_factory=lambda: Shelf((), {}))

    def of(self, snapshot: Snapshot) -> Shelf:
        """Return the shelf of a snapshot."""
        with self._lock:
            if self._snapshot != snapshot.id:
                self._shelf = Shelf(list_documents(snapshot), _places(snapshot))
                self._snapshot = snapshot.id
            return self._shelf


def _places(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for document, place in table(snapshot.query(_PLACES)):
        found[document.value].add(place.value)
    return {document: frozenset(places) for document, places in found.items()}


def _year(document: Listed) -> str:
    return (document.published or "")[:4]


def _without(given: Mapping[str, str], facet: str) -> dict[str, str]:
    return {key: value for key, value in given.items() if key != facet}


def chosen(given: Iterable[tuple[str, str]], facets: Iterable[str]) -> dict[str, str]:
    """Return the values given for facets, without empty ones."""
    wanted = set(facets)
    return {key: value for key, value in given if key in wanted and value}
