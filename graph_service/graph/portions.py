"""The statements of one relation of a thing, page by page, as data: for hubs, of which nobody wants all at once.

As RDF a page is a part of a collection (Hydra Core Vocabulary, https://www.hydra-cg.com/spec/latest/core/, section 5.1).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.around import one_relation
from graph_service.graph.description import SAID
from graph_service.graph.labels import Labels
from graph_service.graph.mapping import PREF_LABEL
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg

HYDRA = "http://www.w3.org/ns/hydra/core#"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements: local name of the relation, whether the thing is their object, facts or prospects, page from 1."""

    relation: str
    inverse: bool
    prospects: bool
    number: int

    def parameters(self) -> dict[str, str]:
        """Return what asks for it in an address."""
        said = {"incoming" if self.inverse else "outgoing": self.relation}
        said |= {"prospects": "1"} if self.prospects else {}
        return said | ({"page": str(self.number)} if self.number > 1 else {})


@dataclass(frozen=True, slots=True)
class Portion:
    """A page of statements about a thing, and whether another follows."""

    iri: str
    wanted: Wanted
    quads: tuple[ox.Quad, ...]
    more: bool

    def others(self) -> dict[str, Wanted]:
        """Return the pages beside this one, by `prev` and `next`, as far as there are."""
        number = self.wanted.number
        found = {"prev": replace(self.wanted, number=number - 1)} if number > 1 else {}
        return found | ({"next": replace(self.wanted, number=number + 1)} if self.more else {})

    def ends(self) -> list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
        """Return the other ends, in order."""
        return [quad.subject if self.wanted.inverse else quad.object for quad in self.quads]


def portion(snapshot: Snapshot, iri: str, wanted: Wanted) -> Portion:
    """Return one page of the statements of a relation about a thing, `SAID` at most.

    Raises:
        NotFoundError: there is nothing on that page.
    """
    node, predicate = ox.NamedNode(iri), zg(wanted.relation)
    graph = ox.NamedNode(identity.prospects_graph(snapshot.base)) if wanted.prospects else DEFAULT
    span = ((wanted.number - 1) * SAID, SAID)
    quads, more = one_relation(snapshot, node, predicate, graph, span, inverse=wanted.inverse)
    if not quads:
        raise NotFoundError(
            f"There is no page {wanted.number} of {wanted.relation}",
            "Begin with page 1, or another relation.",
        )
    return Portion(iri, wanted, tuple(quads), more)


def as_json(snapshot: Snapshot, page: Portion, language: str) -> dict[str, Any]:
    """Return a page with labels: the thing, the relation, the statements as a description has them."""
    labels = Labels(snapshot, language)
    terms = page.ends()
    labels.learn({page.iri, *(term.value for term in terms if isinstance(term, ox.NamedNode))})
    relation, side = (
        labels.entity(zg(page.wanted.relation).value),
        "subject" if page.wanted.inverse else "object",
    )
    return {
        **labels.entity(page.iri), "relation": relation, "prospects": page.wanted.prospects,
        "page": page.wanted.number,
        "statements": [{"relation": relation, side: labels.value(term)} for term in terms],
    }  # fmt: skip


def as_triples(
    snapshot: Snapshot, page: Portion, whole: str, here: str, others: dict[str, str]
) -> Iterator[ox.Triple]:
    """Yield a page as RDF: the collection and this view of it, the statements, kinds and names of the other ends.

    Args:
        snapshot: the state of the graph.
        page: the statements.
        whole: address of the collection, its first page.
        here: address of the page.
        others: addresses of the pages beside it, by `prev` and `next`.
    """
    collection, view = ox.NamedNode(f"{whole}#collection"), ox.NamedNode(here)
    yield ox.Triple(collection, TYPE, _hydra("Collection"))
    yield ox.Triple(collection, _hydra("view"), view)
    yield ox.Triple(view, TYPE, _hydra("PartialCollectionView"))
    yield ox.Triple(view, _hydra("first"), ox.NamedNode(whole))
    for name, address in others.items():
        yield ox.Triple(view, _hydra({"prev": "previous"}.get(name, name)), ox.NamedNode(address))
    for quad, end in zip(page.quads, page.ends(), strict=True):
        yield ox.Triple(collection, _hydra("member"), end)
        if not page.wanted.prospects:  # no plan ever comes among facts: of plans only the members are told
            yield quad.triple
    for end in page.ends():
        if isinstance(end, ox.NamedNode):
            for predicate in (TYPE, PREF_LABEL):
                yield from {quad.triple for quad in snapshot.quads(end, predicate, None, None)}


def _hydra(name: str) -> ox.NamedNode:
    return ox.NamedNode(HYDRA + name)
