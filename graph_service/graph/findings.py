"""What a search found, as `/search` and `zonegraph search` give it."""

from typing import Any

from graph_service.graph.labels import Labels
from graph_service.graph.search import Found, Hit, Quote
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import ZG, local


def as_found(
    found: Found, snapshot: Snapshot, language: str, text: str, kind: str = "", offset: int = 0
) -> dict[str, Any]:
    """Return what was found as the contracts have it, and more.

    Args:
        found: by `Search.find`.
        snapshot: has the titles of documents.
        language: of labels.
        text: what was asked for.
        kind: the class that was asked for.
        offset: how many things to leave out at the beginning.
    """
    labels = Labels(snapshot, language)
    labels.learn({quote.document for quote in found.sentences})
    return {
        "query": text,
        "type": kind or None,
        "results": [_thing(snapshot, labels, hit) for hit in found.things[offset:]],
        "total": found.total,
        "exact": found.whole,
        "facets": [
            {"type": kind, "label": labels.of(ZG + kind), "count": count} for kind, count in found.facets
        ],
        "documents": [_document(hit) for hit in found.documents],
        "sentences": [_sentence(labels, quote) for quote in found.sentences],
        "snapshot": found.snapshot,
    }


def _thing(snapshot: Snapshot, labels: Labels, hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri, "label": hit.label, "names": list(hit.names), "type": hit.kind,
        "typeLabel": labels.of(ZG + hit.kind), "score": hit.score, "matched": hit.matched,
        "degree": hit.degree, "page": _address(snapshot, hit),
    }  # fmt: skip


def _address(snapshot: Snapshot, hit: Hit) -> str | None:
    """Return where a thing has its page; None for one whose IRI is not of this service."""
    if not hit.iri.startswith(snapshot.base):
        return None
    own = hit.iri.removeprefix(snapshot.base)
    return f"/documents/{local(own)}" if own.startswith("document/") else f"/page/{own}"


def _document(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri, "title": hit.label, "score": hit.score, "matched": hit.matched,
        "page": f"/documents/{local(hit.iri)}",
    }  # fmt: skip


def _sentence(labels: Labels, quote: Quote) -> dict[str, Any]:
    return {
        "iri": quote.iri, "text": quote.text, "marks": [list(mark) for mark in quote.marks],
        "document": quote.document, "title": labels.of(quote.document), "published": quote.published or None,
        "start": quote.start, "end": quote.end, "page": f"/documents/{local(quote.document)}",
    }  # fmt: skip
