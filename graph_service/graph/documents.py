"""The documents of a graph, and each one's text with its evidence and claims."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.labels import Labels, plain, table
from graph_service.graph.mapping import DERIVED_FROM
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import TYPE, zg
from graph_service.vocabulary import DCT, PREFIXES, local

_TITLE, _SOURCE = ox.NamedNode(DCT + "title"), ox.NamedNode(DCT + "source")

_HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_LIST = (
    _HEAD
    + """
SELECT ?document ?title ?published ?source (COUNT(?claim) AS ?claims) WHERE {
  GRAPH ?graph {
    ?document a zg:Document ; dct:title ?title ; zg:sha256Digest ?digest .
    OPTIONAL { ?document zg:published ?published }
    OPTIONAL { ?document dct:source ?source }
    OPTIONAL { ?claim a zg:Claim FILTER NOT EXISTS { ?claim prov:wasDerivedFrom ?direct } }
  }
} GROUP BY ?document ?title ?published ?source ORDER BY DESC(?published) ?title ?document"""
)
_ONE = (
    _HEAD
    + """
SELECT ?title ?published ?source ?text WHERE {
  GRAPH ?graph {
    ?document dct:title ?title ; schema:text ?text .
    OPTIONAL { ?document zg:published ?published }
    OPTIONAL { ?document dct:source ?source }
  }
}"""
)
_CLAIMS = (
    _HEAD
    + """
SELECT ?claim ?subject ?predicate ?object ?modality ?rule ?status ?speaker ?problem ?start ?end WHERE {
  GRAPH ?graph {
    ?piece zg:document ?document ; zg:start ?start ; zg:end ?end .
    ?claim zg:evidence ?piece ; rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
      zg:modality ?modality ; zg:rule ?rule ; zg:status ?status .
    FILTER NOT EXISTS { ?claim prov:wasDerivedFrom ?direct }
    OPTIONAL { ?claim zg:speaker ?speaker }
    OPTIONAL { ?claim zg:problem ?problem }
  }
} ORDER BY ?start ?predicate ?claim ?end"""
)
_ABOUT = (
    _HEAD
    + """
SELECT ?claim ?subject ?predicate ?object ?modality ?rule ?speaker ?text ?document ?start ?end WHERE {
  GRAPH ?graph {
    ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
      zg:modality ?modality ; zg:rule ?rule ; zg:status "accepted" ; zg:evidence ?piece .
    ?piece zg:document ?document ; zg:text ?text ; zg:start ?start ; zg:end ?end .
    OPTIONAL { ?claim zg:speaker ?speaker }
  }
} ORDER BY ?document ?start ?predicate ?claim"""
)


_BEHIND = (
    _HEAD
    + """
SELECT DISTINCT ?claim ?rule WHERE {
  GRAPH ?derived {
    ?record rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; zg:rule ?rule ; prov:wasDerivedFrom ?claim
  }
} ORDER BY ?rule ?claim LIMIT 20"""
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of the list: identifier, IRI, title, date of publication, source, number of claims."""

    id: str
    iri: str
    title: str
    published: str | None
    source: str | None
    claims: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim as a page shows it.

    Attributes:
        iri: of the claim.
        subject: `{"iri", "label"}`.
        relation: `{"iri", "label"}`.
        object: an entity as above, or a plain value.
        modality: `actual`, `planned`, `target` or `possible`.
        rule: that read it.
        status: `accepted`, `quarantined` or `unresolved`.
        speaker: who says so, in the words of the text.
        problem: why it was not accepted.
        spans: start and end of each piece of evidence, sorted.
    """

    iri: str
    subject: dict[str, str]
    relation: dict[str, str]
    object: Any
    modality: str
    rule: str
    status: str
    speaker: str | None
    problem: str | None
    spans: tuple[tuple[int, int], ...]

    def as_json(self, text: str) -> dict[str, Any]:
        """Return the claim with the slices of the document's text that say it."""
        return {
            "id": self.iri, "subject": self.subject, "relation": self.relation, "object": self.object,
            "modality": self.modality, "attributedTo": self.speaker, "rule": self.rule, "status": self.status,
            "problem": self.problem,
            "evidence": [{"start": s, "end": e, "text": text[s:e]} for s, e in self.spans],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with its text and all its direct claims, in order of their evidence."""

    id: str
    iri: str
    title: str
    published: str | None
    source: str | None
    text: str
    claims: Sequence[Stated]

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "id": self.id, "iri": self.iri, "title": self.title, "published": self.published,
            "source": self.source, "text": self.text, "claims": [c.as_json(self.text) for c in self.claims],
        }  # fmt: skip


def list_documents(snapshot: Snapshot) -> list[Listed]:
    """Return the documents of the graph, the newest first."""
    found = []
    for iri, title, published, source, claims in table(snapshot.query(_LIST)):
        known = (_words(published), _words(source))
        found.append(Listed(local(iri.value), iri.value, title.value, *known, int(claims.value)))
    return found


def listed(snapshot: Snapshot, identifier: str) -> Listed | None:
    """Return a document as the list has it, looked up by the index; None where there is none."""
    graph = ox.NamedNode(identity.document_graph(snapshot.base, identifier))
    iri = identity.document_iri(snapshot.base, identifier)

    def said(predicate: ox.NamedNode) -> str | None:
        quad = next(snapshot.quads(ox.NamedNode(iri), predicate, None, graph), None)
        return None if quad is None else str(getattr(quad.object, "value", ""))

    title, digest = said(_TITLE), said(zg("sha256Digest"))
    if title is None or digest is None:
        return None
    claims = (quad.subject for quad in snapshot.quads(None, TYPE, zg("Claim"), graph))
    direct = sum(next(snapshot.quads(claim, DERIVED_FROM, None, graph), None) is None for claim in claims)
    return Listed(local(iri), iri, title, said(zg("published")), said(_SOURCE), direct)


def open_document(snapshot: Snapshot, iri: str, language: str) -> Opened:
    """Return a document with its text and claims, labelled in a language.

    Raises:
        NotFoundError: the graph holds no such document.
    """
    bindings = {"document": ox.NamedNode(iri)}
    found = next(iter(table(snapshot.query(_ONE, bindings=bindings))), None)
    if found is None:
        raise NotFoundError(
            f"There is no document {local(iri)}", "Choose one of those that /documents lists."
        )
    title, published, source, text = found
    claims = _claims(table(snapshot.query(_CLAIMS, bindings=bindings)), Labels(snapshot, language))
    return Opened(local(iri), iri, title.value, _words(published), _words(source), text.value, claims)


def claims_about(snapshot: Snapshot, **ends: ox.NamedNode | ox.Literal) -> list[dict[str, Any]]:
    """Return the accepted claims about a thing with every sentence behind them, as `/evidence` answers.

    Args:
        snapshot: the graph.
        ends: `subject`, and where wanted `predicate` and `object`; or the `claim`.
    """
    claims: dict[str, dict[str, Any]] = {}
    for row in table(snapshot.query(_ABOUT, bindings=ends)):
        claim, subject, predicate, object_, modality, rule, speaker, text, document, start, end = row
        said = claims.setdefault(claim.value, {
            "id": claim.value, "subject": subject.value, "predicate": predicate.value,
            "object": plain(object_) if isinstance(object_, ox.Literal) else object_.value,
            "modality": local(modality.value).lower(), "speaker": _words(speaker), "rule": rule.value,
            "sentences": [],
        })  # fmt: skip
        place = {"document": document.value, "start": int(start.value), "end": int(end.value)}
        said["sentences"].append({"text": text.value, **place})
    return list(claims.values())


def claims_behind(snapshot: Snapshot, **ends: ox.NamedNode | ox.Literal) -> list[dict[str, Any]]:
    """Return the claims that statements were derived from, as `claims_about` does, each with the rule in `derivedBy`.

    Args:
        snapshot: the graph.
        ends: `subject`, and where wanted `predicate` and `object` of what was derived.
    """
    derived = ox.NamedNode(identity.derived_graph(snapshot.base))
    found: list[dict[str, Any]] = []
    for claim, rule in table(snapshot.query(_BEHIND, bindings={**ends, "derived": derived})):
        found += [{**said, "derivedBy": rule.value} for said in claims_about(snapshot, claim=claim)]
    return found


def _claims(rows: Sequence[Sequence[Any]], labels: Labels) -> list[Stated]:
    labels.learn({term.value for row in rows for term in row[1:4] if isinstance(term, ox.NamedNode)})
    grouped: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row[0].value].append(row)
    return [_stated(iri, same, labels) for iri, same in grouped.items()]


def _stated(iri: str, rows: Sequence[Sequence[Any]], labels: Labels) -> Stated:
    _, subject, predicate, object_, modality, rule, status, speaker, problem, _, _ = rows[0]
    return Stated(
        iri=iri,
        subject=labels.entity(subject.value),
        relation=labels.entity(predicate.value),
        object=labels.value(object_),
        modality=local(modality.value).lower(),
        rule=rule.value,
        status=status.value,
        speaker=_words(speaker),
        problem=_words(problem),
        spans=tuple(sorted({(int(row[-2].value), int(row[-1].value)) for row in rows})),
    )


def _words(term: ox.Literal | ox.NamedNode | None) -> str | None:
    return None if term is None else term.value


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: numbers, from 1, of the pieces of evidence that cover it and that begin with it."""

    text: str
    covered: tuple[int, ...]
    begins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text in pieces, and the claims whose first evidence begins in it, by its number."""

    pieces: Sequence[Piece]
    claims: Sequence[tuple[int, Sequence[Stated]]]


def paragraphs(document: Opened) -> Iterator[Paragraph]:
    """Yield the lines of a document that have words, cut wherever a piece of evidence begins or ends."""
    accepted = [claim for claim in document.claims if claim.status == "accepted"]
    spans = sorted({span for claim in accepted for span in claim.spans})
    number = {span: i for i, span in enumerate(spans, 1)}
    firsts: dict[tuple[int, int], list[Stated]] = defaultdict(list)
    for claim in accepted:
        firsts[claim.spans[0]].append(claim)
    at = 0
    for line in document.text.splitlines(keepends=True):
        start, end = at, at + len(line)
        at = end
        if line.strip():
            here = [span for span in spans if span[0] < end and span[1] > start]
            groups = [(number[s], firsts[s]) for s in here if start <= s[0] and s in firsts]
            yield Paragraph(_pieces(document.text, start, start + len(line.rstrip()), here, number), groups)


def _pieces(
    text: str, start: int, end: int, spans: Sequence[tuple[int, int]], number: dict[tuple[int, int], int]
) -> list[Piece]:
    cuts = sorted({start, end, *(min(max(edge, start), end) for span in spans for edge in span)})
    pieces = []
    for left, right in pairwise(cuts):
        covering = [span for span in spans if span[0] <= left and span[1] >= right]
        begun = tuple(number[span] for span in covering if span[0] == left)
        pieces.append(Piece(text[left:right], tuple(number[span] for span in covering), begun))
    return pieces
