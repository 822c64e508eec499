"""The sentences behind claims in their documents: title, date, the paragraph they stand in, how to cite them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.mapping import TEXT
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import zg
from graph_service.vocabulary import DCT, local

_TITLE, _PUBLISHED = ox.NamedNode(DCT + "title"), zg("published")
_FORMS = {
    "zh": "“{words}”——《{title}》{published}，第{start}–{end}字，<{document}>",
    "en": "“{words}” — {title}{published}, characters {start}–{end}, <{document}>",
}
_COMMAS = {"zh": "，", "en": ", "}


@dataclass(frozen=True, slots=True)
class _Source:
    """A document that sentences are cited from."""

    iri: str
    title: str
    published: str
    text: str

    def paragraph(self, start: int, end: int) -> tuple[int, int]:
        """Return where the line begins and ends that has a stretch of the text, without white space around it."""
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", max(start, end - 1))
        last = len(self.text) if last < 0 else last
        line = self.text[first:last]
        return first + len(line) - len(line.lstrip()), first + len(line.rstrip())


def in_context(snapshot: Snapshot, claims: Sequence[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """Return claims as `claims_about` gives them, with more said of each sentence.

    Every sentence gets `title` and `published` of its document, `modality` of the claim, `paragraph` with
    `paragraphStart`, its place in the document, `spans`, places of this claim's sentences within the paragraph as `start`
    and `end`, and `citation`, ready to be copied.
    """
    sources: dict[str, _Source] = {}
    for claim in claims:
        for sentence in claim["sentences"]:
            iri = sentence["document"]
            if iri not in sources:
                sources[iri] = _source(snapshot, iri)
    return [
        {
            **claim,
            "sentences": [_placed(s, claim, sources[s["document"]], language) for s in claim["sentences"]],
        }
        for claim in claims
    ]


def _source(snapshot: Snapshot, iri: str) -> _Source:
    graph = ox.NamedNode(identity.document_graph(snapshot.base, local(iri)))

    def said(predicate: ox.NamedNode) -> str:
        quads = islice(snapshot.quads(ox.NamedNode(iri), predicate, None, graph), 1)
        return next((str(getattr(quad.object, "value", "")) for quad in quads), "")

    return _Source(iri, said(_TITLE), said(_PUBLISHED), said(TEXT))


def _placed(
    sentence: Mapping[str, Any], claim: Mapping[str, Any], source: _Source, language: str
) -> dict[str, Any]:
    first, last = source.paragraph(sentence["start"], sentence["end"])
    beside = [s for s in claim["sentences"] if s["document"] == source.iri]
    spans = sorted({(s["start"], s["end"]) for s in beside if s["start"] < last and s["end"] > first})
    return {
        **sentence,
        "title": source.title,
        "published": source.published or None,
        "modality": claim["modality"],
        "paragraph": source.text[first:last],
        "paragraphStart": first,
        "spans": [{"start": max(s, first) - first, "end": min(e, last) - first} for s, e in spans],
        "citation": _FORMS[language].format(
            words=sentence["text"], title=source.title or local(source.iri), start=sentence["start"],
            published=source.published and _COMMAS[language] + source.published, end=sentence["end"],
            document=source.iri,
        ),
    }  # fmt: skip
