"""What things are called: from a name to the thing, and from IRIs to labels that a reader knows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from threading import Lock
from typing import Any

import pyoxigraph as ox

from graph_service.errors import NotFoundError, UsageError, ZoneGraphError
from graph_service.graph.answers import Answer
from graph_service.graph.answers import Value as Node
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT
from graph_service.identity import fold, reference_graph
from graph_service.resources import resource
from graph_service.vocabulary import DCT, PREFIXES, RDF, SKOS, XSD, ZG, local, vocabulary

_HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_NAMES = (
    _HEAD
    + """
SELECT DISTINCT ?entity ?name ?kind ?graph WHERE {
  VALUES ?called { skos:prefLabel skos:altLabel dct:title }
  { ?entity ?called ?name ; a ?kind } UNION { GRAPH ?graph { ?entity ?called ?name ; a ?kind } }
}"""
)
_SOURCES = tuple(
    map(ox.NamedNode, (SKOS + "prefLabel", DCT + "title", ZG + "sourceText", ZG + "text", RDF + "type"))
)
"""What tells what a thing is called, the best first; at last of which kind it is."""
_QUANTITY = "/quantity/"
_BY_WORDS = (_SOURCES[2], *_SOURCES[:2], *_SOURCES[3:])
"""The same for a quantity: it has no name, but the words that say it."""
_NEAR = 5
_CALLED = tuple(map(ox.NamedNode, (SKOS + "prefLabel", SKOS + "altLabel", DCT + "title")))
_TYPE, _LANGUAGES = ox.NamedNode(RDF + "type"), ("zh", "en")
_LARGE = 512 * 1024 * 1024
"""Bytes of a store up to which all its names are held."""
_SPELT = 1000
"""Things of one name that are looked at."""
_WHOLE = {XSD + "integer"}
_BROKEN = {XSD + "decimal", XSD + "double", XSD + "float"}


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A thing with a name in the graph.

    Attributes:
        iri: of the thing.
        name: the name it was found by.
        kind: local name of its class.
        spoken_of: whether a document speaks of it, not only a table of reference.
    """

    iri: str
    name: str
    kind: str
    spoken_of: bool = True


class AmbiguityError(ZoneGraphError, LookupError):
    """Several things have the name `name`; `choices` are they."""

    def __init__(self, name: str, choices: list[Entity]) -> None:
        shown = "; ".join(f"{c.name} ({c.kind}) <{c.iri}>" for c in choices)
        super().__init__(
            f"{name!r} names {len(choices)} things", f"Give the IRI of the one you mean: {shown}"
        )
        self.name = name
        self.choices = choices


class UnknownNameError(NotFoundError):
    """Nothing in the graph has the name `name`; `near` are names that are nearly so, the nearest first."""

    def __init__(self, name: str, near: list[str]) -> None:
        cure = f"Nearest names: {'、'.join(near)}." if near else "Give one of its names in full, or its IRI."
        super().__init__(f"Nothing in the graph is called {name!r}", cure)
        self.name = name
        self.near = near


@dataclass(slots=True)
class Entities:
    """Finds things by their names; keeps the names of the state of the graph it was last asked about."""

    _lock: Lock = field(default_factory=Lock)
    _snapshot: str | None = None
    _named: dict[str, list[Entity]] = field(default_factory=dict)

    def find(self, snapshot: Snapshot, text: str, kind: str = "Entity") -> ox.NamedNode:
        """Return the thing that an IRI or a name stands for.

        Who writes a name as the graph has it means what is called just that; only else are all names looked through, and in a
        large graph not even then: there are too many to be held.

        Args:
            snapshot: the graph.
            text: an IRI, or any of its names; white space, quotation marks and width of letters do not count.
            kind: class to choose among several of one name.

        Raises:
            UnknownNameError: nothing is called so.
            NotFoundError: the IRI is not in the graph.
            AmbiguityError: several things of that kind are called so.
            UsageError: an ill-formed IRI.
        """
        if text.startswith(("http://", "https://", "urn:")):
            return _known(snapshot, text)
        found = _spelt(snapshot, text.strip()) or _spelt(snapshot, fold(text))
        named = {} if found or snapshot.size() > _LARGE else self._names(snapshot)
        found = found or named.get(fold(text), [])
        fitting = [e for e in found if vocabulary().is_a(e.kind, kind)] or found
        fitting = [e for e in fitting if e.spoken_of] or fitting
        if not fitting:
            raise UnknownNameError(text, _nearest(fold(text), named))
        if len({e.iri for e in fitting}) > 1:
            raise AmbiguityError(text, fitting)
        return ox.NamedNode(fitting[0].iri)

    def called(self, snapshot: Snapshot) -> Callable[[str], Sequence[Entity]]:
        """Return what gives the things that have exactly a folded name (see `identity.fold`); none for unknown names."""
        named = self._names(snapshot)
        return lambda name: named.get(name, ())

    def _names(self, snapshot: Snapshot) -> Mapping[str, list[Entity]]:
        with self._lock:
            if self._snapshot != snapshot.id:
                self._named = _read_names(snapshot)
                self._snapshot = snapshot.id
            return self._named


def _read_names(snapshot: Snapshot) -> dict[str, list[Entity]]:
    found: dict[str, dict[str, Entity]] = defaultdict(dict)
    tables = ox.NamedNode(reference_graph(snapshot.base))
    for iri, name, kind, graph in table(snapshot.query(_NAMES)):
        things, entity = (
            found[fold(name.value)],
            Entity(iri.value, name.value, local(kind.value), graph != tables),
        )
        if iri.value not in things or entity.spoken_of > things[iri.value].spoken_of:
            things[iri.value] = entity
    return {name: sorted(entities.values()) for name, entities in found.items()}


def _spelt(snapshot: Snapshot, text: str) -> list[Entity]:
    """Return the things with just this name, which the index of the graph has; in no order."""
    found: dict[str, Entity] = {}
    tables = ox.NamedNode(reference_graph(snapshot.base))
    words = [ox.Literal(text), *(ox.Literal(text, language=language) for language in _LANGUAGES)]
    for called, name in product(_CALLED, words):
        for quad in islice(snapshot.quads(None, called, name, None), _SPELT):
            for kind in snapshot.quads(quad.subject, _TYPE, None, quad.graph_name):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(kind.object, ox.NamedNode):
                    one = Entity(
                        quad.subject.value, text, local(kind.object.value), quad.graph_name != tables
                    )
                    known = found.setdefault(one.iri, one)
                    found[one.iri] = one if one.spoken_of > known.spoken_of else known
    return sorted(found.values())


def _known(snapshot: Snapshot, text: str) -> ox.NamedNode:
    try:
        iri = ox.NamedNode(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not an IRI", "Percent-encode what an IRI may not hold.") from error
    ends = ((iri, None), (None, iri))
    if not any(True for subject, value in ends for _ in snapshot.quads(subject, None, value, None)):
        raise NotFoundError(f"<{text}> is not in the graph", "Check the IRI, or give one of its names.")
    return iri


def _nearest(text: str, named: Mapping[str, Sequence[Entity]]) -> list[str]:
    """Return the names that share most pairs of neighbouring characters with a text, best first."""
    wanted = _pairs(text)
    scored = [(2 * len(wanted & _pairs(n)) / (len(wanted) + len(_pairs(n))), n) for n in named if n]
    best = sorted(scored, key=lambda s: (-s[0], len(s[1]), s[1]))[:_NEAR]
    return [named[name][0].name for score, name in best if score > 0]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


class Labels:
    """Labels in one language of the things in a graph and of the terms of the ontology."""

    def __init__(self, snapshot: Snapshot, language: str) -> None:
        self._snapshot = snapshot
        self.language = language
        self._known: dict[str, str] = {}

    def learn(self, iris: Iterable[str]) -> None:
        """Look up the labels of these IRIs, so that `entity` and `value` have them.

        Each is looked up by the index: one query for all of them takes a hundred times as long in a large graph.
        """
        known, said = (self._known, ontology_labels()), dict[str, tuple[ox.NamedNode, list[Any]]]()
        for iri in {iri for iri in iris if not any(iri in labels for labels in known)}:
            node = ox.NamedNode(iri)
            for says in (
                _BY_WORDS if _QUANTITY in iri else _SOURCES
            ):  # what comes after the first found is not read
                found = self._said(node, says)
                if found:
                    said[iri] = says, found
                    break
        self._known.update({iri: self._best(*found) for iri, found in said.items()})

    def _said(self, node: ox.NamedNode, says: ox.NamedNode) -> list[Any]:
        """Return what facts call a thing where they call it something in the language or in none, else what any graph does.

        The facts have the descriptions of all documents that they stem from, each once.
        """
        facts = [quad.object for quad in self._snapshot.quads(node, says, None, DEFAULT)]
        if any(getattr(term, "language", None) in (self.language, None) for term in facts):
            return facts
        return [quad.object for quad in self._snapshot.quads(node, says, None, None)]

    def of(self, iri: str) -> str:
        """Return the label of an IRI, or the end of the IRI where nothing is known of it."""
        if iri in self._known:
            return self._known[iri]
        return _chosen(ontology_labels()[iri], self.language) if iri in ontology_labels() else local(iri)

    def entity(self, iri: str) -> dict[str, str]:
        """Return `{"iri", "label"}`."""
        return {"iri": iri, "label": self.of(iri)}

    def value(self, term: Node | None) -> str | int | float | bool | dict[str, str] | None:
        """Return a term as JSON has it: an entity, a number, a truth value, words, or None for nothing."""
        if term is None:
            return None
        return self.entity(term.value) if isinstance(term, ox.NamedNode) else plain(term)

    def _best(self, says: ox.NamedNode, found: Sequence[Any]) -> str:
        if says == _SOURCES[-1]:
            return self.of(min(kind.value for kind in found))
        return _chosen({o.language or "": o.value for o in sorted(found, key=str)}, self.language)


def warm_up(snapshot: Snapshot) -> None:
    """Open a snapshot and read the labels of the ontology, which otherwise the first question waits for."""
    ontology_labels()
    next(iter(snapshot.quads(None, _TYPE, None, DEFAULT)), None)


def table(answer: Answer) -> list[list[Any]]:
    """Return the rows of an answer as lists of terms, in order of its columns."""
    return [list(row.values()) for row in answer.rows()]


def plain(term: Node) -> str | int | float | bool:
    """Return a literal as a number or truth value where it is one, else its words."""
    if not isinstance(term, ox.Literal):
        return str(term)
    kind = term.datatype.value
    if kind in _WHOLE:
        return int(term.value)
    if kind in _BROKEN:
        number = float(term.value)
        return int(number) if number.is_integer() else number
    return term.value == "true" if kind == XSD + "boolean" else term.value


def _chosen(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or next(iter(labels.values()))


@lru_cache(maxsize=1)
def ontology_labels() -> Mapping[str, Mapping[str, str]]:
    """Return the labels of every term of the ontology and its schemes: IRI to language to label."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    words = vocabulary()
    for known in (words.kinds, words.relations):
        found.update({ZG + name: dict(term.labels) for name, term in known.items() if term.labels})
    for path in sorted(resource("ontology", "schemes").glob("*.ttl")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject, label = quad.subject, quad.object
            if quad.predicate.value != SKOS + "prefLabel":
                continue
            if isinstance(subject, ox.NamedNode) and isinstance(label, ox.Literal):
                found[subject.value].setdefault(label.language or "", label.value)
    return found
