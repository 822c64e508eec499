"""Claims as they stand in documents' graphs: what each states, and what is said of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from graph_service.graph.changes import Graph
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, zg
from graph_service.vocabulary import local

_PARTS = (SUBJECT, PREDICATE, OBJECT)
_MODALITY = zg("modality")


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, or the record of a derivation.

    Attributes:
        node: its IRI.
        graph: that it stands in.
        triple: what it states.
        said: everything else that is said of it, in the order it came.
    """

    node: ox.NamedNode
    graph: Graph
    triple: ox.Triple
    said: tuple[ox.Quad, ...]

    def values(self, predicate: ox.NamedNode) -> list[str]:
        """Return IRIs and words of what is said by a predicate, sorted."""
        return sorted(str(getattr(q.object, "value", "")) for q in self.said if q.predicate == predicate)

    def value(self, predicate: ox.NamedNode) -> str:
        """Return the one value of a predicate; empty where there is none."""
        return next(iter(self.values(predicate)), "")

    @property
    def modality(self) -> str:
        """The local name of its modality: `Actual`, `Planned`, `Target` or `Possible`; empty where none is said."""
        return local(self.value(_MODALITY))


def in_graph(triple: ox.Triple, graph: Graph) -> ox.Quad:
    """Return a triple as a quad of a graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def stated(quads: Iterable[ox.Quad]) -> Iterator[Stated]:
    """Yield the claims among quads in which those of one subject stand together."""
    for _, group in by_subject(quads):
        claim = claim_of(group)
        if claim is not None:
            yield claim


def by_subject(quads: Iterable[ox.Quad]) -> Iterator[tuple[object, list[ox.Quad]]]:
    """Yield runs of quads of one subject in one graph."""
    for key, group in groupby(quads, key=lambda quad: (quad.graph_name, quad.subject)):
        yield key, list(group)


def claim_of(group: list[ox.Quad]) -> Stated | None:
    """Return the claim that all quads of one subject make; None where they state no triple."""
    ends = {quad.predicate: quad.object for quad in group if quad.predicate in _PARTS}
    subject, predicate = ends.get(SUBJECT), ends.get(PREDICATE)
    node = group[0].subject
    if (
        len(ends) < len(_PARTS)
        or not isinstance(subject, ox.NamedNode | ox.BlankNode)
        or not isinstance(predicate, ox.NamedNode)
        or not isinstance(node, ox.NamedNode)
    ):
        return None
    said = tuple(quad for quad in group if quad.predicate not in _PARTS)
    return Stated(node, group[0].graph_name, ox.Triple(subject, predicate, ends[OBJECT]), said)
