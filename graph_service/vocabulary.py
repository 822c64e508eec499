"""The words everyone uses: namespaces, and the ontology as Python values.

`vocabulary()` reads `ontology/zonegraph.ttl` once. Reading checks its rules against it, mapping asks it how a
relation is stored, pages ask it for labels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graph_service.errors import RuleError
from graph_service.resources import resource

ZG = "https://w3id.org/zonegraph/ont#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
DCT = "http://purl.org/dc/terms/"
UNIT = "http://qudt.org/vocab/unit/"
SCHEMA = "https://schema.org/"

PREFIXES = {
    "zg": ZG, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS, "prov": PROV, "dct": DCT,
    "unit": UNIT, "schema": SCHEMA,
}  # fmt: skip
"""Prefixes bound in every file, answer and page."""

QUANTITY, DATE, WORDS = "Quantity", "Date", "Words"
"""Names of the ranges that are not kinds of entities."""

MODALITIES = {"actual": "Actual", "planned": "Planned", "target": "Target", "possible": "Possible"}
"""Modality of a claim to the local name of its concept in the ontology."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A class: its local name, labels by language, and all its ancestors, itself included."""

    name: str
    labels: dict[str, str]
    ancestors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A property that claims use.

    Attributes:
        name: local name.
        labels: by language.
        domain: kinds a subject may have.
        range: kinds an object may have; `Quantity`, `Date` and `Words` stand for the others.
        event: local name of the event class a claim of it also gives; None: the plain property is all.
        subject_role: property from the event to the subject.
        object_role: property from the event to the object.
    """

    name: str
    labels: dict[str, str]
    domain: frozenset[str]
    range: frozenset[str]
    event: str | None = None
    subject_role: str | None = None
    object_role: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ontology: kinds and relations by local name."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Say whether a kind is the other or below it; False for names the ontology does not have."""
        return kind in self.kinds and ancestor in self.kinds[kind].ancestors

    def fits(self, kind: str, allowed: frozenset[str]) -> bool:
        """Say whether a kind (or `Quantity`, `Date`, `Words`) is among those allowed or below one of them."""
        return kind in allowed or (kind in self.kinds and not self.kinds[kind].ancestors.isdisjoint(allowed))

    def below(self, ancestor: str) -> Iterator[str]:
        """Yield every kind that is the given one or below it."""
        return (name for name, kind in self.kinds.items() if ancestor in kind.ancestors)


def local(iri: str) -> str:
    """Return the part of an IRI after its last `#` or `/`."""
    return iri.rpartition("#" if "#" in iri else "/")[2]


class _Graph:
    """The triples of one Turtle file by subject and predicate, for `load` alone."""

    def __init__(self, path: Path) -> None:
        self.objects: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = {}
        self.subjects: dict[str, list[str]] = {}
        try:
            quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
        except (SyntaxError, OSError) as error:
            raise RuleError(f"{path}: {error}", "Mend the ontology file at the place named.") from error
        for quad in quads:
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(
                quad.object, ox.NamedNode | ox.Literal
            ):
                continue
            self.objects.setdefault((quad.subject.value, quad.predicate.value), []).append(quad.object)
            if quad.predicate.value == RDF + "type":
                self.subjects.setdefault(quad.object.value, []).append(quad.subject.value)

    def names(self, subject: str, predicate: str) -> list[str]:
        return [
            local(o.value) for o in self.objects.get((subject, predicate), []) if isinstance(o, ox.NamedNode)
        ]

    def labels(self, subject: str) -> dict[str, str]:
        found = self.objects.get((subject, RDFS + "label"), [])
        return {o.language or "": o.value for o in found if isinstance(o, ox.Literal)}


_RANGES = {"langString": WORDS, "string": WORDS, "date": DATE, "gYear": DATE, "gYearMonth": DATE}


def load(path: Path) -> Vocabulary:
    """Return the vocabulary of an ontology file.

    Raises:
        RuleError: the file does not parse.
    """
    graph = _Graph(path)
    classes = [c for c in graph.subjects.get(OWL + "Class", []) if c.startswith(ZG)]
    parents = {local(c): graph.names(c, RDFS + "subClassOf") for c in classes}
    kinds = {local(c): Kind(local(c), graph.labels(c), _ancestors(local(c), parents)) for c in classes}
    properties = graph.subjects.get(OWL + "ObjectProperty", []) + graph.subjects.get(
        OWL + "DatatypeProperty", []
    )
    relations = {local(p): _relation(graph, p) for p in properties if p.startswith(ZG)}
    return Vocabulary(kinds, relations)


def _ancestors(name: str, parents: dict[str, list[str]]) -> frozenset[str]:
    found, todo = {name}, [name]
    while todo:
        fresh = [p for p in parents.get(todo.pop(), []) if p not in found]
        found.update(fresh)
        todo.extend(fresh)
    return frozenset(found)


def _relation(graph: _Graph, iri: str) -> Relation:
    def one(annotation: str) -> str | None:
        return next(iter(graph.names(iri, ZG + annotation)), None)

    ranges = graph.names(iri, SCHEMA + "rangeIncludes")
    return Relation(
        name=local(iri),
        labels=graph.labels(iri),
        domain=frozenset(graph.names(iri, SCHEMA + "domainIncludes")),
        range=frozenset(_RANGES.get(name, name) for name in ranges),
        event=one("eventKind"),
        subject_role=one("subjectRole"),
        object_role=one("objectRole"),
    )


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary of the bundled ontology."""
    return load(resource("ontology", "zonegraph.ttl"))
