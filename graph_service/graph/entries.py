"""What can be searched for in a graph: things by their names, documents by their titles, sentences by their words."""

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from graph_service import identity
from graph_service.formats import RESULT_FORMATS
from graph_service.graph.changes import Graph
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg
from graph_service.graph.things import relations
from graph_service.vocabulary import DCT, RDFS, ZG, local, vocabulary

_TITLE, _LABEL = ox.NamedNode(DCT + "title"), ox.NamedNode(RDFS + "label")
SENTENCE = zg("Sentence")
_DOCUMENT, _PUBLISHED = zg("document"), zg("published")
_MANY = 1000
"""Relations that are counted one by one."""
_MOST_NAMES, _LONGEST = 64, 400
"""Names of a thing, and characters of a name, that it can be found by."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with a name: IRI, label, all its names (the label first), local name of its class, number of relations."""

    iri: str
    label: str
    names: tuple[str, ...]
    kind: str
    degree: int


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence: IRI, IRI of its document, where it stands there, its words, when the document was published."""

    iri: str
    document: str
    start: int
    end: int
    text: str
    published: str


Entry = Thing | Saying


class Called(NamedTuple):
    """A name of a thing: which of `CALLED` says so, whether that is among facts, and the name in full."""

    rank: int
    fact: bool
    name: str


CALLED = (PREF_LABEL, _TITLE, _LABEL, ALT_LABEL)
"""What gives names, what makes the best labels first."""


def called(quad: ox.Quad, rank: int) -> Called | None:
    """Return the name that a quad gives by the predicate of this rank; None where it does not count.

    A mere label counts among facts alone: elsewhere only such claims give it that count for nothing.
    """
    fact = quad.graph_name == DEFAULT
    if not isinstance(quad.object, ox.Literal) or not (fact or CALLED[rank] != _LABEL):
        return None
    return Called(rank, fact, quad.object.value)


def entry(snapshot: Snapshot, iri: str) -> Entry | None:
    """Return what can be searched for of an IRI, that of a thing, a document or a sentence; None where that is nothing."""
    node = ox.NamedNode(iri)
    said: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in snapshot.quads(node, None, None, None):
        said.setdefault(quad.predicate, []).append(quad)
    kinds = {q.object.value for q in said.get(TYPE, ()) if isinstance(q.object, ox.NamedNode)}
    if SENTENCE.value in kinds:
        return _saying(snapshot, iri, said)
    names = [name for rank, p in enumerate(CALLED) for q in said.get(p, ()) if (name := called(q, rank))]
    return thing(iri, names, kinds, _degree(snapshot, node, said)) if names else None


def thing(iri: str, names: Collection[Called], kinds: Collection[str], degree: int) -> Thing:
    """Return a thing.

    Args:
        iri: of the thing.
        names: one at least; the label is the preferred one, that among facts first, then the longest; or a title, or another.
        kinds: IRIs of its classes.
        degree: of how many relations it is an end.
    """
    best = min(names, key=lambda one: (one.rank, not one.fact, -len(one.name), one.name))
    label = best.name[:_LONGEST]
    rest = {one.name[:_LONGEST] for one in names} - {label}
    others = sorted(rest, key=lambda name: (len(name), name))[: _MOST_NAMES - 1] if rest else ()
    return Thing(iri, label, (label, *others), _kind(frozenset(kinds)), degree)


def _saying(snapshot: Snapshot, iri: str, said: dict[ox.NamedNode, list[ox.Quad]]) -> Saying | None:
    try:
        document, start, end, text = (
            said[p][0].object for p in (_DOCUMENT, zg("start"), zg("end"), zg("text"))
        )
        published = next(snapshot.quads(document, _PUBLISHED, None, None), None)
        when = _value(published.object) if published else ""
        return Saying(iri, _value(document), int(_value(start)), int(_value(end)), _value(text), when)
    except (KeyError, ValueError):
        return None


@lru_cache(maxsize=1024)
def _kind(kinds: frozenset[str]) -> str:
    """Return the local name of the class: one of the ontology where there is one, below `Entity` if possible."""
    ours = [local(kind) for kind in sorted(kinds) if kind.startswith(ZG)]
    entities = [kind for kind in ours if vocabulary().is_a(kind, "Entity")]
    return next(iter([*entities, *ours, *map(local, sorted(kinds))]), "Entity")


# ---- Connectedness -------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _ties() -> frozenset[str]:
    return frozenset(ZG + name for name in relations())


def degrees(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """Yield of how many relations with others each thing is an end, among facts and prospects; 0 is left out.

    The engine counts, which knows things by numbers as long as it does so.
    """
    ends = "{{ ?end <{0}> ?other }} UNION {{ ?other <{0}> ?end }}"
    facts = [ends.format(tie) for tie in sorted(_ties())]
    prospects = f"GRAPH <{identity.prospects_graph(snapshot.base)}>"
    every = " UNION ".join([*facts, *(f"{{ {prospects} {{ {end} }} }}" for end in facts)])
    answer = snapshot.query(f"SELECT ?end (COUNT(*) AS ?n) {{ {every} }} GROUP BY ?end")
    for line in io.BytesIO(answer.serialize(RESULT_FORMATS["tsv"])):
        end, _, count = line.decode("utf-8").rstrip().partition("\t")
        if end.startswith("<"):
            yield end[1:-1], int(count)


def _degree(snapshot: Snapshot, node: ox.NamedNode, said: dict[ox.NamedNode, list[ox.Quad]]) -> int:
    """Return of how many relations with others a thing is an end, among facts and prospects."""
    graphs = (DEFAULT, ox.NamedNode(identity.prospects_graph(snapshot.base)))
    ties = _ties()
    out = sum(
        quad.graph_name in graphs
        for predicate, quads in said.items()
        if predicate.value in ties
        for quad in quads
    )
    return out + sum(_incoming(snapshot, node, graph) for graph in graphs)


def _incoming(snapshot: Snapshot, node: ox.NamedNode, graph: Graph) -> int:
    """Return how many relations of a graph lead to a thing; those of a hub are counted by the engine."""
    quads = list(islice(snapshot.quads(None, None, node, graph), _MANY + 1))
    if len(quads) <= _MANY:
        return sum(quad.predicate.value in _ties() for quad in quads)
    every = " UNION ".join(f"{{ ?other <{tie}> {node} }}" for tie in sorted(_ties()))
    pattern = every if graph == DEFAULT else f"GRAPH {graph} {{ {every} }}"
    row = next(iter(snapshot.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows()))
    return int(_value(row["n"]))


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
