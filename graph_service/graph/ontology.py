"""The ontology and the shapes as documentation: what each term means, what it goes with, which shapes hold for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graph_service.errors import NotFoundError
from graph_service.formats import Format
from graph_service.resources import resource
from graph_service.vocabulary import OWL, PREFIXES, RDF, RDFS, SCHEMA, SKOS, ZG, local

ONTOLOGY = ZG.removesuffix("#")
SHAPES = ONTOLOGY.removesuffix("ont") + "shapes"
SH = "http://www.w3.org/ns/shacl#"
SORTS = ("class", "relation", "structural", "annotation", "scheme", "concept")
"""The sorts of terms, in the order of the page that lists them."""

_ABOVE = (RDFS + "subClassOf", RDFS + "subPropertyOf", SKOS + "broader")
_MATCHES = tuple(SKOS + name for name in ("closeMatch", "exactMatch", "broadMatch", "relatedMatch"))
_LINKS = {
    "kind-of-term": (RDF + "type",), "above": _ABOVE, "domain": (SCHEMA + "domainIncludes",),
    "range": (SCHEMA + "rangeIncludes",), "event-kind": (ZG + "eventKind",),
    "subject-role": (ZG + "subjectRole",), "object-role": (ZG + "objectRole",),
    "anchor-role": (ZG + "anchorRole",), "expected-unit": (ZG + "expectedUnit",),
    "scheme": (SKOS + "inScheme",), "aligned": _ABOVE, "matches": _MATCHES,
}  # fmt: skip
"""What a page calls the other end of a triple about a term, by predicate."""
_BACK = {
    "below": _ABOVE, "domain-of": (SCHEMA + "domainIncludes",), "range-of": (SCHEMA + "rangeIncludes",),
    "event-of": (ZG + "eventKind",), "role-of": (ZG + "subjectRole", ZG + "objectRole"),
    "members": (SKOS + "inScheme",), "instances": (RDF + "type",),
}  # fmt: skip
"""The same for triples whose object is the term."""
_PROPERTIES = {OWL + "ObjectProperty", OWL + "DatatypeProperty"}
_PLAIN = _PROPERTIES | {OWL + "Class", OWL + "AnnotationProperty", SKOS + "Concept", SKOS + "ConceptScheme"}
"""Types that the sort of a term says already."""

Texts = Mapping[str, str]
_Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: which things it holds for, what it demands in words, and how to mend what breaks it.

    Attributes:
        iri: of the shape.
        labels: by language, of a node shape.
        targets: IRIs of the classes or predicates that its things have.
        paths: IRIs of the properties that it is about.
        messages: by language, what is wrong where it is broken.
        cures: by language.
        severity: local name: `Violation`, `Warning` or `Info`.
        parts: the shapes of its properties.
    """

    iri: str
    labels: Texts
    targets: tuple[str, ...]
    paths: frozenset[str]
    messages: Texts
    cures: Texts
    severity: str
    parts: tuple["Shape", ...]

    @property
    def name(self) -> str:
        """The local name."""
        return local(self.iri)


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property, scheme or concept.

    Attributes:
        iri: of the term.
        path: that its page has below `/ontology/`.
        sort: one of `SORTS`.
        labels: by language.
        definitions: by language.
        notes: by language.
        examples: as they stand in the ontology.
        names: other names.
        notations: codes of the concept.
        links: IRIs at the other end by what they are to the term, a key of `_LINKS` or `_BACK`.
        shapes: the shapes whose target or path it is.
    """

    iri: str
    path: str
    sort: str
    labels: Texts
    definitions: Texts
    notes: Texts
    examples: tuple[str, ...]
    names: tuple[str, ...]
    notations: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]]
    shapes: tuple[Shape, ...]


class _Index:
    """Triples by subject and by object."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = tuple(triples)
        self.of: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.back: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            subject, predicate, value = str(_bare(triple.subject)), triple.predicate.value, triple.object
            assert not isinstance(value, ox.Triple), "these files have no triple terms"
            self.of[subject][predicate].append(value)
            if isinstance(value, ox.NamedNode):
                self.back[value.value][predicate].append(subject)

    def iris(self, subject: str, predicates: Iterable[str]) -> list[str]:
        found = (value for p in predicates for value in self.of[subject].get(p, []))
        return [_bare(value) for value in found if not isinstance(value, ox.Literal)]

    def texts(self, subject: str, *predicates: str) -> dict[str, str]:
        found = (value for p in predicates for value in self.of[subject].get(p, []))
        return {value.language or "": value.value for value in found if isinstance(value, ox.Literal)}

    def words(self, subject: str, predicate: str) -> tuple[str, ...]:
        return tuple(v.value for v in self.of[subject].get(predicate, []) if isinstance(v, ox.Literal))


class Documentation:
    """The ontology with its schemes and alignments, and the shapes, read once.

    Attributes:
        terms: by path, in the order of the files.
        shapes: the node shapes, in the order of the files.
    """

    def __init__(self, folder: Path) -> None:
        self._prefixes = dict(PREFIXES)
        files = [
            folder / "zonegraph.ttl",
            *sorted((folder / "schemes").glob("*.ttl")),
            folder / "alignments.ttl",
        ]
        self._ontology = _Index(self._read(files))
        self._constraints = _Index(self._read(sorted((folder / "shapes").glob("*.ttl"))))
        self.shapes = tuple(self._shape(iri) for iri in self._nodes())
        self._held = _held(self.shapes)
        self.terms = {term.path: term for term in map(self._term, self._own())}
        self._paths = {term.iri: path for path, term in self.terms.items()}

    def _read(self, files: Sequence[Path]) -> Iterator[ox.Triple]:
        """Yield the triples of files; blank nodes are numbered, so that each process gives them the same names."""
        names: dict[str, ox.BlankNode] = {}

        def same(node: _Node | ox.Literal | ox.Triple) -> _Node | ox.Literal | ox.Triple:
            if not isinstance(node, ox.BlankNode):
                return node
            return names.setdefault(node.value, ox.BlankNode(f"n{len(names) + 1}"))

        for path in files:
            parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
            for quad in parsed:
                yield ox.Triple(same(quad.subject), quad.predicate, same(quad.object))  # type: ignore[arg-type]
            self._prefixes.update(parsed.prefixes)

    # ---- Terms

    def _own(self) -> list[str]:
        found = dict.fromkeys(_bare(t.subject) for t in self._ontology.triples)
        return [iri for iri in found if _is_own(iri)]

    def _term(self, iri: str) -> Term:
        of = self._ontology
        return Term(
            iri=iri,
            path=iri.removeprefix(ONTOLOGY)[1:],
            sort=self._sort(iri),
            labels=of.texts(iri, RDFS + "label", SKOS + "prefLabel"),
            definitions=of.texts(iri, SKOS + "definition"),
            notes=of.texts(iri, SKOS + "scopeNote"),
            examples=of.words(iri, SKOS + "example"),
            names=of.words(iri, SKOS + "altLabel"),
            notations=of.words(iri, SKOS + "notation"),
            links=self._links(iri),
            shapes=tuple(self._held.get(iri, ())),
        )

    def _sort(self, iri: str) -> str:
        types = set(self._ontology.iris(iri, (RDF + "type",)))
        if OWL + "Class" in types:
            return "class"
        if types & _PROPERTIES:
            return "structural" if "true" in self._ontology.words(iri, ZG + "structural") else "relation"
        if OWL + "AnnotationProperty" in types:
            return "annotation"
        return "scheme" if SKOS + "ConceptScheme" in types else "concept"

    def _links(self, iri: str) -> dict[str, tuple[str, ...]]:
        found = {key: self._ontology.iris(iri, predicates) for key, predicates in _LINKS.items()}
        for key, predicates in _BACK.items():
            found[key] = [s for p in predicates for s in self._ontology.back[iri].get(p, [])]
        found["kind-of-term"] = [kind for kind in found["kind-of-term"] if kind not in _PLAIN]
        found["above"] = [other for other in found["above"] if _is_own(other)]
        found["aligned"] = [other for other in found["aligned"] if not _is_own(other)]
        return {key: tuple(dict.fromkeys(iris)) for key, iris in found.items() if iris}

    def find(self, path: str) -> Term:
        """Return the term of a path.

        Raises:
            NotFoundError: the ontology has no such term.
        """
        if path not in self.terms:
            raise NotFoundError(
                f"The ontology has no term {path}", "Choose one of those that /ontology lists."
            )
        return self.terms[path]

    def path(self, iri: str) -> str | None:
        """Return the path of a term; None where the IRI is none of ours."""
        return self._paths.get(iri)

    def label(self, iri: str, language: str) -> str:
        """Return what a term is called; those of other vocabularies by prefix and local name."""
        path = self._paths.get(iri)
        if path is not None and self.terms[path].labels:
            labels = self.terms[path].labels
            return labels.get(language) or next(iter(labels.values()))
        fitting = [(len(ns), p, ns) for p, ns in self._prefixes.items() if iri.startswith(ns) and p]
        if not fitting:
            return local(iri)
        _, prefix, namespace = max(fitting)
        return f"{prefix}:{iri.removeprefix(namespace)}"

    # ---- Shapes

    def _nodes(self) -> list[str]:
        return list(dict.fromkeys(self._constraints.back[SH + "NodeShape"].get(RDF + "type", [])))

    def _shape(self, iri: str) -> Shape:
        of = self._constraints
        targets = of.iris(iri, (SH + "targetClass", SH + "targetSubjectsOf", SH + "targetObjectsOf"))
        severities = of.iris(iri, (SH + "severity",))
        return Shape(
            iri=iri,
            labels=of.texts(iri, RDFS + "label"),
            targets=tuple(targets),
            paths=frozenset(self._path(of.iris(iri, (SH + "path",)))),
            messages=of.texts(iri, SH + "message"),
            cures=of.texts(iri, ZG + "cure"),
            severity=local(severities[0]) if severities else "Violation",
            parts=tuple(self._shape(part) for part in of.iris(iri, (SH + "property",))),
        )

    def _path(self, ends: Iterable[str]) -> Iterator[str]:
        """Yield the properties of a property path (SHACL, section 2.3.1), however deep they stand in it."""
        for end in ends:
            if end.startswith("_:"):
                for inner in self._constraints.of[end].values():
                    yield from self._path(_bare(i) for i in inner if not isinstance(i, ox.Literal))
            elif end != RDF + "nil":
                yield end

    # ---- As RDF

    def serialize(self, format_: Format, term: Term | None = None, *, shapes: bool = False) -> bytes:
        """Return the ontology, the shapes, or what is said of one term, in a format."""
        triples = (self._constraints if shapes else self._ontology).triples
        if term is not None:
            triples = tuple(t for t in triples if _speaks_of(t, term.iri))
        order = {subject: place for place, subject in reversed(list(enumerate(t.subject for t in triples)))}
        placed = sorted(triples, key=lambda t: (t.subject != _named(term), order[t.subject]))
        used = {p: ns for p, ns in self._prefixes.items() if p}
        return ox.serialize(placed, format=format_.rdf, prefixes=used) or b""


def _is_own(iri: str) -> bool:
    return iri.startswith((ZG, ONTOLOGY + "/"))


def _speaks_of(triple: ox.Triple, iri: str) -> bool:
    node = ox.NamedNode(iri)
    return triple.subject == node or (
        triple.object == node and triple.predicate.value != RDFS + "isDefinedBy"
    )


def _named(term: Term | None) -> ox.NamedNode | None:
    return ox.NamedNode(term.iri) if term else None


def _held(shapes: Iterable[Shape]) -> dict[str, list[Shape]]:
    """Return the shapes by the terms that they are about: node shapes by target, property shapes by path."""
    found: dict[str, list[Shape]] = defaultdict(list)
    for shape in shapes:
        for target in shape.targets:
            found[target].append(shape)
        for part in shape.parts:
            for path in part.paths:
                found[path].append(part)
    return {iri: list({shape.iri: shape for shape in held}.values()) for iri, held in found.items()}


def _bare(node: object) -> str:
    """Return an IRI as it is, and a blank node with `_:` before it."""
    return node.value if isinstance(node, ox.NamedNode) else str(node)


@lru_cache(maxsize=1)
def documentation() -> Documentation:
    """Return the documentation of the bundled ontology."""
    return Documentation(resource("ontology"))
