"""Claims of a document as W3C Web Annotations (Web Annotation Data Model, 2017).

A document is an annotation collection of one page (section 5). Each claim is an annotation: its body is the claim, in
words and as RDF; its targets are the pieces of evidence, each by position and by quotation (section 4.2).
"""

from typing import Any

from graph_service.graph.documents import Opened, Stated
from graph_service.vocabulary import MODALITIES, ZG, local

PROFILE = "http://www.w3.org/ns/anno.jsonld"
LD_JSON = "application/ld+json"
MEDIA_TYPE = f'{LD_JSON}; profile="{PROFILE}"'
_AROUND = 32
"""Characters before and after a quotation that tell it from the same words elsewhere."""


def collection(document: Opened, address: str, language: str) -> dict[str, Any]:
    """Return the claims of a document as an annotation collection.

    Args:
        document: with its text; positions count its Unicode code points, from 0, the end excluded.
        address: absolute, of the page of the document; annotations are named by fragments of it.
        language: of labels, `zh` or `en`.
    """
    items = [_annotation(document, claim, address, language) for claim in document.claims]
    return {
        "@context": [PROFILE, {"zg": ZG}],
        "id": f"{address}#annotations",
        "type": "AnnotationCollection",
        "label": document.title,
        "total": len(items),
        "first": {
            "id": f"{address}#annotation-page", "type": "AnnotationPage", "partOf": f"{address}#annotations",
            "startIndex": 0, "items": items,
        },
    }  # fmt: skip


def fragment(claim: Stated) -> str:
    """Return the fragment that names a claim on the page of its document."""
    return f"claim-{local(claim.iri)}"


def _annotation(document: Opened, claim: Stated, address: str, language: str) -> dict[str, Any]:
    return {
        "id": f"{address}#{fragment(claim)}",
        "type": "Annotation",
        "motivation": "describing",
        "body": [_words(claim, language), _statement(claim)],
        "target": [_target(document, span) for span in claim.spans],
    }


def _words(claim: Stated, language: str) -> dict[str, Any]:
    other = claim.object["label"] if isinstance(claim.object, dict) else claim.object
    said = f"{claim.subject['label']} — {claim.relation['label']} → {other}"
    return {
        "type": "TextualBody", "value": said, "format": "text/plain", "language": language,
        "purpose": "describing",
    }  # fmt: skip


def _statement(claim: Stated) -> dict[str, Any]:
    """Return the claim as an RDF statement, with what the graph says of it."""
    value = {"id": claim.object["iri"]} if isinstance(claim.object, dict) else claim.object
    said = {
        "id": claim.iri, "type": ["zg:Claim", "rdf:Statement"], "rdf:subject": {"id": claim.subject["iri"]},
        "rdf:predicate": {"id": claim.relation["iri"]}, "rdf:object": value,
        "zg:modality": {"id": ZG + MODALITIES[claim.modality]}, "zg:rule": claim.rule, "zg:status": claim.status,
    }  # fmt: skip
    more = {"zg:speaker": claim.speaker, "zg:problem": claim.problem}
    return {**said, **{key: value for key, value in more.items() if value is not None}}


def _target(document: Opened, span: tuple[int, int]) -> dict[str, Any]:
    start, end = span
    text = document.text
    quotation = {"type": "TextQuoteSelector", "exact": text[start:end]}
    around = {"prefix": text[max(0, start - _AROUND) : start], "suffix": text[end : end + _AROUND]}
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    quoted = {**quotation, **{key: words for key, words in around.items() if words}}
    return {"type": "SpecificResource", "source": document.iri, "selector": [position, quoted]}
