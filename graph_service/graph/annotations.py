"""Claims in other clothes: as reifiers of RDF 1.2, and as nanopublications.

RDF 1.2 (Concepts, section 3.5): a claim reifies a triple term, `claim rdf:reifies <<( s p o )>>`, where the store has
the three triples of an RDF statement. Nanopublications (https://nanopub.net/guidelines/) have one claim each, in
four graphs: head, assertion, provenance, publication info.
"""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from graph_service.graph.claims import Stated, by_subject, claim_of, in_graph, stated
from graph_service.graph.mapping import GENERATED_BY
from graph_service.graph.parts import Part, in_order
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, TYPE, zg
from graph_service.vocabulary import DCT, PROV, RDF

NP = "http://www.nanopub.org/nschema#"
REIFIES = ox.NamedNode(RDF + "reifies")
_EVIDENCE, _STATUS, _MODALITY = zg("evidence"), zg("status"), zg("modality")
_BY = ox.NamedNode(PROV + "wasAssociatedWith")
_FROM = ox.NamedNode(PROV + "wasDerivedFrom")
_TOLD = (zg("modality"), zg("rule"), zg("speaker"))


# ---- RDF 1.2 -------------------------------------------------------------------------------------


def reified(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield quads with claims as reifiers; quads of one subject must stand together."""
    for _, group in by_subject(quads):
        claim = claim_of(group)
        yield from group if claim is None else _reifier(claim)


def _reifier(claim: Stated) -> Iterator[ox.Quad]:
    yield ox.Quad(claim.node, REIFIES, claim.triple, claim.graph)
    yield from claim.said


def annotated(part: Part, *, named: bool) -> Iterator[ox.Quad]:
    """Yield a part as RDF 1.2; facts, prospects and things with the claims they rest on, and their sentences.

    Args:
        part: the part.
        named: whether the file keeps the names of graphs.
    """
    graphs = part.graphs if named else part.single
    for graph in graphs:
        yield from reified(part.quads(graph))
    for graph in part.claimed():
        if graph not in graphs:
            yield from _grounds(part, graph)


def _grounds(part: Part, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Yield the claims of one document that a part rests on, and their sentences."""
    sentences: set[ox.Quad] = set()
    for claim in stated(part.quads(graph)):
        if not supports(part, claim):
            continue
        yield from _reifier(claim)
        for quad in claim.said:
            if quad.predicate == _EVIDENCE:
                sentences.update(part.snapshot.quads(quad.object, None, None, graph))
    yield from in_order(sentences)


def supports(part: Part, claim: Stated) -> bool:
    """Tell whether a claim is accepted, or derived, and what it states is among the plain statements of a part."""
    view, (subject, predicate, value) = part.view or part.snapshot, claim.triple
    accepted = claim.value(_STATUS) in {"accepted", ""}
    return accepted and any(
        next(view.quads(subject, predicate, value, graph), None) is not None for graph in part.plain
    )


# ---- Claims of a part ----------------------------------------------------------------------------


def claims(part: Part) -> Iterator[Stated]:
    """Yield the claims of a part: of facts and prospects those that these rest on, else all, accepted or not."""
    for graph in part.claimed():
        for claim in stated(part.quads(graph)):
            if part.name not in {"facts", "prospects"} or supports(part, claim):
                yield claim


# ---- Nanopublications ----------------------------------------------------------------------------


def nanopublications(part: Part) -> Iterator[ox.Quad]:
    """Yield the accepted claims of a part as nanopublications.

    An actual claim asserts its triple. Any other one asserts the claim, as an RDF statement with its modality: who
    gathers assertions never takes a plan for a fact.
    """
    for claim in claims(part):
        if claim.value(_STATUS) == "accepted":
            yield from _nanopublication(part.snapshot, claim)


def _nanopublication(snapshot: Snapshot, claim: Stated) -> Iterator[ox.Quad]:
    names = ("nanopub", "head", "assertion", "provenance", "pubinfo")
    whole, head, assertion, provenance, info = (ox.NamedNode(f"{claim.node.value}#{n}") for n in names)
    parts = {"hasAssertion": assertion, "hasProvenance": provenance, "hasPublicationInfo": info}
    yield ox.Quad(whole, TYPE, ox.NamedNode(NP + "Nanopublication"), head)
    for name, graph in parts.items():
        yield ox.Quad(whole, ox.NamedNode(NP + name), graph, head)
    yield from (in_graph(triple, assertion) for triple in _asserted(claim))
    yield from (in_graph(triple, provenance) for triple in _provenance(snapshot, claim, assertion))
    yield from (in_graph(triple, info) for triple in _info(snapshot, claim, whole))


def _asserted(claim: Stated) -> Iterator[ox.Triple]:
    if claim.modality == "Actual":
        yield claim.triple
        return
    ends = zip((SUBJECT, PREDICATE, OBJECT), claim.triple, strict=True)
    yield ox.Triple(claim.node, TYPE, ox.NamedNode(RDF + "Statement"))
    yield from (ox.Triple(claim.node, place, end) for place, end in ends)
    yield from (ox.Triple(claim.node, q.predicate, q.object) for q in claim.said if q.predicate == _MODALITY)


def _provenance(snapshot: Snapshot, claim: Stated, assertion: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield where an assertion comes from: its sentences, their words and places, who said it, by which rule."""
    for quad in claim.said:
        if quad.predicate in _TOLD or quad.predicate == GENERATED_BY:
            yield ox.Triple(assertion, quad.predicate, quad.object)
        elif quad.predicate == _EVIDENCE:
            yield ox.Triple(assertion, _FROM, quad.object)
            for one in sorted(snapshot.quads(quad.object, None, None, claim.graph), key=str):
                yield one.triple


def _info(snapshot: Snapshot, claim: Stated, whole: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield what is said of the nanopublication: the claim it was made from, and what made that."""
    yield ox.Triple(whole, _FROM, claim.node)
    for run in (quad.object for quad in claim.said if quad.predicate == GENERATED_BY):
        for quad in snapshot.quads(run, _BY, None, claim.graph):
            yield ox.Triple(whole, ox.NamedNode(DCT + "creator"), quad.object)
