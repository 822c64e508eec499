"""A reading as text that its document's graph keeps, so that decisions can be laid over it without reading again.

What is mapped is in it, whole: sentences and claims as they were read, the document's details as they were given,
the extractor and its version. Words that the document has at their offsets are not repeated.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from graph_service.reading.claims import (
    Claim,
    Date,
    Document,
    Entity,
    Quantity,
    Reading,
    Sentence,
    Span,
    Term,
    Words,
)  # fmt: skip

_TERMS: dict[str, type[Entity | Quantity | Date | Words]] = {
    "entity": Entity, "quantity": Quantity, "date": Date, "words": Words,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _TERMS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading, what made it, and the version of the software that did."""

    reading: Reading
    extractor: str
    release: str


def write(kept: Kept) -> str:
    """Return a reading as JSON on one line; equal readings give equal text."""
    document, reading = kept.reading.document, kept.reading
    entities: dict[Entity, int] = {}
    claims = [_claim(claim, document.text, entities) for claim in reading.claims]
    said = {
        "extractor": kept.extractor, "release": kept.release,
        "title": document.title, "published": document.published, "source": document.source,
        "sentences": [_sentence(sentence, document.text) for sentence in reading.sentences],
        "entities": [_bare(entity) for entity in entities],
        "claims": claims,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def read(written: str, text: str) -> Kept:
    """Return the reading that `write` wrote of a document with this text."""
    said = json.loads(written)
    document = Document(text, said["title"], said["published"], said["source"])
    entities = [_entity(entry) for entry in said["entities"]]
    sentences = tuple(
        Sentence(s["start"], s["end"], s.get("text", text[s["start"] : s["end"]]), s["role"], *s["links"])
        for s in said["sentences"]
    )
    claims = tuple(_read_claim(entry, text, entities) for entry in said["claims"])
    return Kept(Reading(document, sentences, claims), said["extractor"], said["release"])


def term(said: dict[str, Any]) -> Term:
    """Return the term in `{"entity": {…}}`, `{"quantity": {…}}`, `{"date": {…}}` or `{"words": {…}}`.

    Raises:
        TypeError, KeyError: it is none of these, or has other fields than the term.
    """
    ((name, fields),) = said.items()
    return _entity(fields) if name == "entity" else _TERMS[name](**fields)


def written(value: Term) -> dict[str, Any]:
    """Return a term as `term` reads it."""
    return {_NAMES[type(value)]: _bare(value)}


# ---- Parts ---------------------------------------------------------------------------------------


def _bare(value: Term) -> dict[str, Any]:
    return {key: field for key, field in asdict(value).items() if field is not None and field != ()}


def _entity(fields: dict[str, Any]) -> Entity:
    return Entity(**{**fields, "names": tuple(fields.get("names", ()))})


def _sentence(sentence: Sentence, text: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "start": sentence.start, "end": sentence.end, "role": sentence.role,
        "links": [sentence.duplicate_of, sentence.continued_by],
    }  # fmt: skip
    return said if text[sentence.start : sentence.end] == sentence.text else {**said, "text": sentence.text}


def _claim(claim: Claim, text: str, entities: dict[Entity, int]) -> dict[str, Any]:
    def number(entity: Entity) -> int:
        return entities.setdefault(entity, len(entities))

    said: dict[str, Any] = {
        "subject": number(claim.subject), "relation": claim.relation,
        "object": number(claim.object) if isinstance(claim.object, Entity) else written(claim.object),
        "modality": claim.modality, "rule": claim.rule, "status": claim.status,
        "evidence": [_span(span, text) for span in claim.evidence],
        "qualifiers": [list(pair) for pair in claim.qualifiers],
        "attributed_to": claim.attributed_to, "problem": claim.problem,
        "derivation": claim.derivation if claim.derivation != "plain" else None,
    }  # fmt: skip
    return {key: field for key, field in said.items() if field is not None and field != []}


def _span(span: Span, text: str) -> list[Any]:
    held = text[span.start : span.end] == span.text
    return [span.start, span.end] if held else [span.start, span.end, span.text]


def _read_claim(said: dict[str, Any], text: str, entities: list[Entity]) -> Claim:
    other = said["object"]
    return Claim(
        subject=entities[said["subject"]],
        relation=said["relation"],
        object=entities[other] if isinstance(other, int) else term(other),
        modality=said["modality"],
        evidence=tuple(_read_span(span, text) for span in said.get("evidence", ())),
        rule=said["rule"],
        qualifiers=tuple((key, value) for key, value in said.get("qualifiers", ())),
        attributed_to=said.get("attributed_to"),
        status=said["status"],
        problem=said.get("problem"),
        derivation=said.get("derivation", "plain"),
    )


def _read_span(span: list[Any], text: str) -> Span:
    return Span(span[0], span[1], span[2] if len(span) > 2 else text[span[0] : span[1]])
