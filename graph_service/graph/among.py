"""Things that a reader has before him: the statements among them, and when what happened to them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph_service.graph.around import OF, QUANTITY, parts_of_events
from graph_service.graph.changes import Graph
from graph_service.graph.description import known, survivor
from graph_service.graph.edges import Edge, between, edges, is_relation
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg
from graph_service.graph.things import Thing, Things, graphs
from graph_service.vocabulary import local

_READ = 2000
"""Statements of a thing that are read to find those that lead to the others; with more, each pair is looked up."""
_EVENTS = 200
"""Events of one thing in one role that are read."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An event: IRI, class and its label, first and last day as far as said, modality, who of the things had a part."""

    iri: str
    type: str
    label: str
    earliest: str
    latest: str
    modality: str
    things: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "iri": self.iri, "type": self.type, "label": self.label, "earliest": self.earliest or None,
            "latest": self.latest or None, "modality": self.modality, "things": list(self.things),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Among:
    """Things, the statements among them, the events they had a part in, and IRIs that the graph does not have."""

    things: Sequence[Thing]
    edges: Sequence[Edge]
    events: Sequence[Dated]
    missing: Sequence[str]


def among(snapshot: Snapshot, iris: Sequence[str], language: str) -> Among:
    """Return things in the order asked, merged ones by what replaced them, with all that connects them.

    Args:
        snapshot: the state of the graph.
        iris: of the things; some hundreds at most.
        language: of labels.
    """
    things = Things(snapshot, language)
    there = [survivor(snapshot, iri) for iri in iris if known(snapshot, iri)]
    cards = things.cards(there)
    quads = [quad for iri in cards for quad in _outgoing(snapshot, iri, cards.keys())]
    return Among(
        list(cards.values()),
        edges(snapshot, quads, things),
        sorted(_events(snapshot, cards, things), key=lambda event: (event.earliest or "~", event.iri)),
        [iri for iri in iris if not known(snapshot, iri)],
    )


def _outgoing(snapshot: Snapshot, iri: str, others: Iterable[str]) -> Iterator[ox.Quad]:
    """Yield the statements that lead from a thing to others."""
    wanted = set(others) - {iri}
    for graph in _places(snapshot):
        some = list(islice(snapshot.quads(ox.NamedNode(iri), None, None, graph), _READ + 1))
        if len(some) > _READ:
            pairs = between(snapshot, ((iri, other) for other in wanted))
            some = [quad for quad in pairs if quad.graph_name == graph]
        for quad in some:
            end = quad.object
            if isinstance(end, ox.NamedNode) and end.value in wanted and is_relation(quad.predicate.value):
                yield quad


def _places(snapshot: Snapshot) -> tuple[Graph, ...]:
    return DEFAULT, graphs(snapshot)["prospects"]


# ---- Events --------------------------------------------------------------------------------------


def _events(snapshot: Snapshot, iris: Iterable[str], things: Things) -> Iterator[Dated]:
    roles = sorted(parts_of_events() - {OF, QUANTITY}, key=str)
    parts: dict[tuple[str, Graph], set[str]] = defaultdict(set)
    for iri in iris:
        for graph in _places(snapshot):
            for role in roles:
                for quad in islice(snapshot.quads(None, role, ox.NamedNode(iri), graph), _EVENTS):
                    parts[quad.subject.value, graph].add(iri)  # type: ignore[union-attr]
    for (event, graph), who in parts.items():
        yield _dated(snapshot, ox.NamedNode(event), graph, tuple(sorted(who)), things)


def _dated(
    snapshot: Snapshot, event: ox.NamedNode, graph: Graph, who: tuple[str, ...], things: Things
) -> Dated:
    def said(predicate: ox.NamedNode) -> str:
        quads = snapshot.quads(event, predicate, None, graph)
        return next((str(getattr(quad.object, "value", "")) for quad in quads), "")

    kind, modality = local(said(TYPE)), local(said(zg("modality"))).lower() or "actual"
    return Dated(
        event.value, kind, things.label(kind), said(zg("earliest")), said(zg("latest")), modality, who
    )
