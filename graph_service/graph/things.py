"""Things as the explorer shows them: what each is called, of which kind it is, how much there is around it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.around import parts_of_events
from graph_service.graph.changes import DESCRIPTIVE, Graph
from graph_service.graph.headers import read_folder
from graph_service.graph.kept import Kept
from graph_service.graph.labels import ontology_labels
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.sparql import insert
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE
from graph_service.resources import resource
from graph_service.vocabulary import DCT, ZG, local, vocabulary

_TITLE = ox.NamedNode(DCT + "title")
_NAMES = 20
"""How many names of a thing are shown."""
_HUB, _HUBS = 1000, 4096
"""Statements from which on the number of them is kept, and for how many things."""


@dataclass(frozen=True, slots=True)
class Tie:
    """How often a thing has a relation: its local name, whether the thing is the object, how many are prospects."""

    relation: str
    inverse: bool
    count: int
    prospects: int


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing: IRI, label, local name and label of its class, other names, how many relations it has."""

    iri: str
    label: str
    type: str
    type_label: str
    names: tuple[str, ...]
    degree: int

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "iri": self.iri, "label": self.label, "type": self.type, "typeLabel": self.type_label,
            "names": list(self.names), "degree": self.degree,
        }  # fmt: skip


@lru_cache(maxsize=1)
def relations() -> frozenset[str]:
    """Return the local names of the relations between things: no figures, dates, words, no roles in events."""
    words = vocabulary()
    things = frozenset(words.below("Entity"))
    apart = {local(p.value) for p in DESCRIPTIVE | parts_of_events()} | {"possiblySameAs", "replacedBy"}
    return frozenset(
        name
        for name, relation in words.relations.items()
        if name not in apart and relation.domain & things and relation.range & things
    )


def asked(
    snapshot: Snapshot, name: str, names: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a query of `queries/explorer/` for many things at once; nothing where there are none.

    Args:
        snapshot: the state of the graph.
        name: of the query.
        names: variables to bind.
        rows: IRIs for them.
    """
    lines = [f"({' '.join(str(ox.NamedNode(iri)) for iri in row)})" for row in rows]
    if lines:
        values = f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(lines)} }}"
        yield from snapshot.query(insert(text_of(name), values), bindings=graphs(snapshot)).rows()


def text_of(name: str) -> str:
    """Return the SPARQL of a query of `queries/explorer/`."""
    found = read_folder(resource("queries", "explorer"), ("name", "says"))
    return next(query.sparql for query in found if query.header["name"] == name)


def graphs(snapshot: Snapshot) -> dict[str, ox.NamedNode]:
    """Return the graphs that the queries of `queries/explorer/` name by variables."""
    return {
        "prospects": ox.NamedNode(identity.prospects_graph(snapshot.base)),
        "derived": ox.NamedNode(identity.derived_graph(snapshot.base)),
    }


def number(term: Any) -> int:  # noqa: ANN401 - whatever a row has
    """Return a count as a number."""
    return int(term.value)


# ---- How much there is around things -------------------------------------------------------------


_kept: Kept[str, list[Tie]] = Kept(_HUBS)


def ties(snapshot: Snapshot, iris: Iterable[str]) -> dict[str, list[Tie]]:
    """Return how often each thing has which relation to other things, exactly; in no order."""
    found = {iri: known for iri in iris if (known := _kept.get(snapshot, iri)) is not None}
    missing = [iri for iri in dict.fromkeys(iris) if iri not in found]
    counts: dict[str, dict[tuple[str, bool], Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for row in asked(snapshot, "ties", ("thing",), ([iri] for iri in missing)):
        relation = row["relation"].value
        if relation.startswith(ZG) and local(relation) in relations():
            way = (local(relation), row["inverse"].value == "true")
            counts[row["thing"].value][way][row["prospect"].value == "true"] += number(row["count"])
    for iri in missing:
        found[iri] = [Tie(*way, n.total(), n[True]) for way, n in counts[iri].items()]
        if sum(tie.count for tie in found[iri]) >= _HUB:
            _kept.put(snapshot, iri, found[iri])
    return found


# ---- What they are called ------------------------------------------------------------------------


class Things:
    """Reads things from one state of the graph, labelled in one language."""

    def __init__(self, snapshot: Snapshot, language: str) -> None:
        self._snapshot = snapshot
        self._language = language
        self._graphs: tuple[Graph, ...] = (DEFAULT, graphs(snapshot)["prospects"])

    def cards(self, iris: Iterable[str]) -> dict[str, Thing]:
        """Return things by IRI, in the order asked; those too that the graph says nothing of, by the end of the IRI."""
        wanted = list(dict.fromkeys(iris))
        around = ties(self._snapshot, wanted)
        return {iri: self._card(iri, sum(tie.count for tie in around[iri])) for iri in wanted}

    def label(self, name: str) -> str:
        """Return the label of a term of the ontology by its local name."""
        found: Mapping[str, str] = ontology_labels().get(ZG + name, {})
        return found.get(self._language) or next(iter(found.values()), name)

    def kind(self, iri: str) -> str:
        """Return the local name of the class of a thing; `Entity` where none is said."""
        kinds = sorted(
            local(term.value) for term in self._said(ox.NamedNode(iri), TYPE) if term.value.startswith(ZG)
        )
        return next((kind for kind in kinds if vocabulary().is_a(kind, "Entity")), "Entity")

    def is_called(self, iri: str, words: str) -> bool:
        """Tell whether words, in lower case, stand in some name of a thing."""
        node = ox.NamedNode(iri)
        names = (*self._said(node, PREF_LABEL), *self._said(node, ALT_LABEL))
        return any(words in term.value.lower() for term in names)

    def _card(self, iri: str, degree: int) -> Thing:
        node, kind = ox.NamedNode(iri), self.kind(iri)
        called = self._said(node, PREF_LABEL) or self._said(node, _TITLE)
        label = self._chosen(called) or self._chosen_of_term(iri)
        others = {term.value for term in (*called, *self._said(node, ALT_LABEL))} - {label}
        names = tuple(sorted(others, key=lambda name: (len(name), name))[:_NAMES])
        return Thing(iri, label, kind, self.label(kind), names, degree)

    def _said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[Any]:
        """Return the objects of a predicate where a thing is described: among facts, prospects, or in a document."""
        for graph in (*self._graphs, None):
            found = [
                quad.object for quad in islice(self._snapshot.quads(node, predicate, None, graph), _NAMES)
            ]
            if found:
                return found
        return []

    def _chosen(self, terms: list[Any]) -> str:
        """Return the name in the language of the reader, else the first in order."""
        ordered = sorted(
            terms, key=lambda term: (getattr(term, "language", "") != self._language, term.value)
        )
        return ordered[0].value if ordered else ""

    def _chosen_of_term(self, iri: str) -> str:
        return self.label(local(iri)) if iri.startswith(ZG) else local(iri)
