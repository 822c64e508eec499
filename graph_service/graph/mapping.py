"""From a reading to quads: everything one document says, in the graph of that document.

The graph of a document holds its sentences, its claims, and the descriptions (kind, names, figures) of the
nodes that its accepted claims speak of. The graphs of facts and of prospects are a view of all these graphs,
kept up to date by `changes`; nothing stands in them that no document graph accounts for.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import StoreError
from graph_service.graph import readings, terms
from graph_service.graph.events import Happening, happenings
from graph_service.graph.reviews import NOTHING, Overlay
from graph_service.graph.statements import Namer, Node, Statement, direct
from graph_service.graph.terms import TYPE, whole, zg, zh
from graph_service.reading.claims import Claim, Document, Entity, Quantity, Reading, Sentence, Span
from graph_service.vocabulary import DCT, MODALITIES, PROV, RDFS, SCHEMA, SKOS, vocabulary

PREF_LABEL, ALT_LABEL = ox.NamedNode(SKOS + "prefLabel"), ox.NamedNode(SKOS + "altLabel")
DERIVED_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
GENERATED_BY = ox.NamedNode(PROV + "wasGeneratedBy")
SOFTWARE_VERSION = ox.NamedNode(SCHEMA + "softwareVersion")
TEXT, READING = ox.NamedNode(SCHEMA + "text"), zg("reading")

_MODIFIERS = {
    "=": "Exact", ">": "MoreThan", "<": "LessThan", "~": "About", ">=": "AtLeast", "<=": "AtMost",
}  # fmt: skip
_CODES = {"AdministrativeArea": "gbt2260Code", "Zone": "zoneCode", "Organisation": "creditCode"}

Triple = tuple[ox.NamedNode, ox.NamedNode, Node]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one document says, as quads.

    Attributes:
        document: identifier of the document.
        base: the IRI that its data IRIs start with.
        quads: the document's graph, sorted, each once.
    """

    document: str
    base: str
    quads: tuple[ox.Quad, ...]


def map_reading(
    reading: Reading, base: str, *, extractor: str = "rules", made_by: str = "", laid: Overlay = NOTHING
) -> Mapped:
    """Return a reading as quads; the same reading under the same decisions gives the same quads.

    Args:
        reading: sentences and claims of one document, screened, as they were read.
        base: the IRI that data IRIs start with; ends in `/`.
        extractor: what made the claims; named with its version on the run.
        made_by: version of ZoneGraph that read it, by default the one that runs.
        laid: decisions over it; the graph keeps the reading as it was without them.
    """
    namer = Namer(reading.document, base, laid.merged)
    stated = direct(laid.judged(reading, base), namer)
    told = happenings(stated, namer)
    run = _Run(namer, extractor, made_by or release())
    triples: set[Triple] = set(_document(namer, run))
    triples.add(_kept(reading, namer, run))
    triples.update(_sentences(reading, namer))
    for statement in [*stated, *(s for h in told for s in h.statements)]:
        triples.update(_claim(statement, namer, run))
    triples.update(_described(stated, told, namer))
    graph = ox.NamedNode(identity.document_graph(base, reading.document.id))
    quads = (ox.Quad(s, p, o, graph) for s, p, o in triples)
    return Mapped(reading.document.id, base, tuple(sorted(quads, key=str)))


# ---- Document, run and sentences ----------------------------------------------------------------


class _Run:
    """The run that read a document: no clock, so that the same software gives the same bytes."""

    def __init__(self, namer: Namer, extractor: str, version: str) -> None:
        self.software = ox.NamedNode(f"{namer.base}agent/{identity.slug(extractor)}-{version}")
        self.node = ox.NamedNode(identity.node_iri(namer.base, "Run", namer.document.id, self.software.value))
        self.extractor = extractor
        self.version = version


@lru_cache(maxsize=1)
def release() -> str:
    """Return the version of ZoneGraph that runs."""
    return version("zonegraph")


def _document(namer: Namer, run: _Run) -> Iterator[Triple]:
    document = namer.document
    node = ox.NamedNode(identity.document_iri(namer.base, document.id))
    yield node, TYPE, zg("Document")
    yield node, ox.NamedNode(DCT + "title"), zh(document.title or document.text.strip()[:60])
    yield node, zg("sha256Digest"), ox.Literal(hashlib.sha256(document.text.encode()).hexdigest())
    yield node, TEXT, ox.Literal(document.text)
    if document.published:
        yield node, zg("published"), terms.moment(document.published)
    if document.source:
        yield node, ox.NamedNode(DCT + "source"), terms.source(document.source)
    yield run.node, TYPE, ox.NamedNode(PROV + "Activity")
    yield run.node, ox.NamedNode(PROV + "used"), node
    yield run.node, ox.NamedNode(PROV + "wasAssociatedWith"), run.software
    yield run.software, TYPE, ox.NamedNode(PROV + "SoftwareAgent")
    yield run.software, ox.NamedNode(SCHEMA + "name"), ox.Literal(f"ZoneGraph {run.extractor}")
    yield run.software, SOFTWARE_VERSION, ox.Literal(run.version)


def _kept(reading: Reading, namer: Namer, run: _Run) -> Triple:
    """Return the reading as it was before any decision, for those that come later."""
    node = ox.NamedNode(identity.document_iri(namer.base, namer.document.id))
    kept = readings.Kept(reading, run.extractor, run.version)
    return node, READING, ox.Literal(readings.write(kept))


def remapped(quads: Iterable[ox.Quad], base: str, laid: Overlay) -> Mapped:
    """Return a document mapped again under other decisions, without reading it again.

    Args:
        quads: the graph of the document.
        base: the IRI that data IRIs start with.
        laid: the decisions.

    Raises:
        StoreError: the graph does not keep its reading.
    """
    said = {quad.predicate: quad.object for quad in quads if quad.predicate in (READING, TEXT)}
    if len(said) != 2:
        raise StoreError(
            "A document was stored without its reading, so no decision can be laid over it",
            "Ingest the document anew.",
        )
    kept = readings.read(cast(ox.Literal, said[READING]).value, cast(ox.Literal, said[TEXT]).value)
    return map_reading(kept.reading, base, extractor=kept.extractor, made_by=kept.release, laid=laid)


def _sentence_node(namer: Namer, start: int, end: int) -> ox.NamedNode:
    return ox.NamedNode(identity.node_iri(namer.base, "Sentence", namer.document.id, str(start), str(end)))


def _sentences(reading: Reading, namer: Namer) -> Iterator[Triple]:
    """Yield the sentences, and the pieces of evidence that are none of them, with the document's words."""
    starts: dict[int, Sentence] = {}
    for sentence in reading.sentences:
        starts.setdefault(sentence.start, sentence)
    spans = {(s.start, s.end) for s in reading.sentences}
    spans.update((e.start, e.end) for claim in reading.claims for e in _within(claim, namer.document))
    for start, end in spans:
        yield from _sentence(namer, start, end)
    for sentence in reading.sentences:
        node = _sentence_node(namer, sentence.start, sentence.end)
        for name, place in (("duplicateOf", sentence.duplicate_of), ("continuedBy", sentence.continued_by)):
            other = starts.get(place) if place is not None else None
            if other is not None:
                yield node, zg(name), _sentence_node(namer, other.start, other.end)


def _sentence(namer: Namer, start: int, end: int) -> Iterator[Triple]:
    node = _sentence_node(namer, start, end)
    yield node, TYPE, zg("Sentence")
    yield node, zg("document"), ox.NamedNode(identity.document_iri(namer.base, namer.document.id))
    yield node, zg("start"), whole(start)
    yield node, zg("end"), whole(end)
    yield node, zg("text"), zh(namer.document.text[start:end])


def _within(claim: Claim, document: Document) -> Iterator[Span]:
    """Yield the evidence that lies in the document; what lies outside is no place to point to."""
    return (e for e in claim.evidence if 0 <= e.start < e.end <= len(document.text))


# ---- Claims -------------------------------------------------------------------------------------


def _claim(s: Statement, namer: Namer, run: _Run) -> Iterator[Triple]:
    node, claim = ox.NamedNode(s.iri), s.claim
    yield node, TYPE, zg("Claim")
    yield node, terms.SUBJECT, s.subject
    yield node, terms.PREDICATE, zg(s.relation)
    yield node, terms.OBJECT, s.object
    yield node, zg("modality"), zg(MODALITIES[claim.modality])
    yield node, zg("rule"), ox.Literal(claim.rule)
    yield node, zg("status"), ox.Literal(claim.status)
    yield node, GENERATED_BY, run.node
    if claim.attributed_to:
        yield node, zg("speaker"), zh(claim.attributed_to)
    if claim.problem:
        yield node, zg("problem"), zh(claim.problem)
    if s.decision:
        yield node, zg("decidedBy"), ox.NamedNode(s.decision)
    for span in s.evidence:
        if 0 <= span.start < span.end <= len(namer.document.text):
            yield node, zg("evidence"), _sentence_node(namer, span.start, span.end)
    for source in s.sources:
        yield node, DERIVED_FROM, ox.NamedNode(source)


# ---- Descriptions -------------------------------------------------------------------------------


def _described(stated: Iterable[Statement], told: Iterable[Happening], namer: Namer) -> Iterator[Triple]:
    """Yield the descriptions of what accepted claims speak of, and mere labels of what only others do."""
    accepted: set[Triple] = set()
    labels: set[Triple] = set()
    for s in stated:
        if s.accepted:
            accepted.update(_ends(s, namer))
        else:
            labels.update(_labels(s))
    for happening in told:
        accepted.update((happening.node, p, o) for p, o in happening.described)
        for s in happening.statements:
            accepted.update(_minted(s, namer.base))
    known = {subject for subject, _, _ in accepted}
    yield from accepted
    yield from (triple for triple in labels if triple[0] not in known)


def _ends(s: Statement, namer: Namer) -> Iterator[Triple]:
    claim = s.claim
    yield from _entity(s.subject, claim.subject)
    if s.relation == "alias" and claim.modality == "actual" and s.object.value != claim.subject.name:
        yield s.subject, ALT_LABEL, s.object
    if isinstance(claim.object, Entity):
        yield from _entity(namer.entity(claim.object), claim.object)
    elif isinstance(claim.object, Quantity) and isinstance(s.object, ox.NamedNode):
        yield from _quantity(s.object, claim.object)


def _entity(node: ox.NamedNode, entity: Entity) -> Iterator[Triple]:
    yield node, TYPE, zg(entity.kind)
    yield node, PREF_LABEL, zh(entity.name)
    for name in entity.names:
        if name != entity.name:
            yield node, ALT_LABEL, zh(name)
    if entity.size is not None:
        yield node, zg("groupSize"), whole(entity.size)
    if entity.code:
        for kind, property_ in _CODES.items():
            if vocabulary().is_a(entity.kind, kind):
                yield node, zg(property_), ox.Literal(entity.code)


def _quantity(node: ox.NamedNode, quantity: Quantity) -> Iterator[Triple]:
    yield node, TYPE, zg("Quantity")
    yield node, zg("value"), terms.decimal(quantity.value)
    yield node, zg("modifier"), zg(_MODIFIERS[quantity.bound])
    yield node, zg("unit"), terms.unit(quantity.unit)
    yield node, zg("sourceText"), zh(quantity.text)
    for name, bound in (("min", quantity.min), ("max", quantity.max)):
        if bound is not None:
            yield node, zg(name), terms.decimal(bound)
    for name, words in (("per", quantity.per), ("countedKind", quantity.kind)):
        if words:
            yield node, zg(name), zh(words)


def _minted(s: Statement, base: str) -> Iterator[Triple]:
    """Yield the description of a milestone that the scheme does not have."""
    if s.relation == "milestone" and isinstance(s.object, ox.NamedNode) and s.object.value.startswith(base):
        yield s.object, TYPE, zg("Milestone")
        yield s.object, PREF_LABEL, zh(dict(s.claim.qualifiers)["milestone"])


def _labels(s: Statement) -> Iterator[Triple]:
    label = ox.NamedNode(RDFS + "label")
    yield s.subject, label, zh(s.claim.subject.name)
    if isinstance(s.object, ox.NamedNode):
        term = s.claim.object
        yield s.object, label, zh(term.name if isinstance(term, Entity) else term.text)
