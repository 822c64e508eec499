"""What can be searched for in a graph: things by their names, documents by their titles, sentences by their words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg
from graph_service.graph.things import relations
from graph_service.vocabulary import DCT, RDFS, ZG, local, vocabulary

_TITLE, _LABEL = ox.NamedNode(DCT + "title"), ox.NamedNode(RDFS + "label")
_SENTENCE, _DOCUMENT, _PUBLISHED = zg("Sentence"), zg("document"), zg("published")
_NAMED = frozenset((PREF_LABEL, ALT_LABEL, _TITLE, _LABEL))
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


def every(snapshot: Snapshot) -> Iterator[str]:
    """Yield the IRI of everything that may be an entry; some several times."""
    named = (snapshot.quads(None, predicate, None, None) for predicate in _NAMED)
    sentences = snapshot.quads(None, TYPE, _SENTENCE, None)
    for quad in chain(*named, sentences):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def entry(snapshot: Snapshot, iri: str, degrees: Mapping[str, int] | None = None) -> Entry | None:
    """Return what can be searched for of an IRI; None where that is nothing.

    Args:
        snapshot: the graph.
        iri: of the thing, the document or the sentence.
        degrees: what `degrees` returns, for whoever wants many entries.
    """
    node = ox.NamedNode(iri)
    said: dict[ox.NamedNode, list[ox.Quad]] = {}
    for quad in snapshot.quads(node, None, None, None):
        said.setdefault(quad.predicate, []).append(quad)
    if any(quad.object == _SENTENCE for quad in said.get(TYPE, ())):
        return _saying(snapshot, iri, said)
    return _thing(snapshot, node, said, degrees)


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


def _thing(
    snapshot: Snapshot,
    node: ox.NamedNode,
    said: dict[ox.NamedNode, list[ox.Quad]],
    degrees: Mapping[str, int] | None,
) -> Thing | None:
    label = _label(said)
    if not label:
        return None
    names = {_value(q.object)[:_LONGEST] for p in _NAMED for q in said.get(p, ()) if _public(q, p)}
    others = sorted(names - {label}, key=lambda name: (len(name), name))[: _MOST_NAMES - 1]
    degree = _degree(snapshot, node, said) if degrees is None else degrees.get(node.value, 0)
    return Thing(node.value, label, (label, *others), _kind(said), degree)


def _public(quad: ox.Quad, predicate: ox.NamedNode) -> bool:
    """Tell whether a name counts: a mere label does among facts alone, as only such claims give it that count for nothing."""
    return isinstance(quad.object, ox.Literal) and (predicate != _LABEL or quad.graph_name == DEFAULT)


def _label(said: dict[ox.NamedNode, list[ox.Quad]]) -> str:
    """Return the preferred label, that among facts first, then the longest; or a title, or another label."""
    for predicate in (PREF_LABEL, _TITLE, _LABEL, ALT_LABEL):
        found = [q for q in said.get(predicate, ()) if _public(q, predicate)]
        if found:
            ranked = sorted(
                found, key=lambda q: (q.graph_name != DEFAULT, -len(_value(q.object)), _value(q.object))
            )
            return _value(ranked[0].object)[:_LONGEST]
    return ""


def _kind(said: dict[ox.NamedNode, list[ox.Quad]]) -> str:
    """Return the local name of the class: one of the ontology where there is one, below `Entity` if possible."""
    kinds = sorted({_value(q.object) for q in said.get(TYPE, ()) if isinstance(q.object, ox.NamedNode)})
    ours = [local(kind) for kind in kinds if kind.startswith(ZG)]
    entities = [kind for kind in ours if vocabulary().is_a(kind, "Entity")]
    return next(iter([*entities, *ours, *map(local, kinds)]), "Entity")


# ---- Connectedness -------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _ties() -> frozenset[str]:
    return frozenset(ZG + name for name in relations())


def degrees(snapshot: Snapshot) -> Mapping[str, int]:
    """Return of how many relations with others each thing is an end, among facts and prospects; 0 is left out."""
    found: Counter[str] = Counter()
    for graph in (DEFAULT, ox.NamedNode(identity.prospects_graph(snapshot.base))):
        for relation in _ties():
            quads = snapshot.quads(None, ox.NamedNode(relation), None, graph)
            found.update(_value(end) for quad in quads for end in (quad.subject, quad.object))
    return found


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
    return out + sum(
        quad.predicate.value in ties for graph in graphs for quad in snapshot.quads(None, None, node, graph)
    )


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
