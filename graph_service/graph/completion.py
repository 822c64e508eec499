"""What an editor of SPARQL offers to complete: prefixes, classes, relations and concepts, with labels in both languages."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graph_service.graph.labels import ontology_labels
from graph_service.vocabulary import PREFIXES, ZG, local, vocabulary


@lru_cache(maxsize=1)
def terms() -> tuple[dict[str, Any], ...]:
    """Return every term: `{"term", "kind", "iri", "zh", "en"}`, `kind` being prefix, class, relation or concept."""
    prefixes = (_term(f"{name}:", "prefix", iri, {}) for name, iri in PREFIXES.items())
    return (*prefixes, *_named())


def _named() -> Iterator[dict[str, Any]]:
    words = vocabulary()
    for iri, labels in ontology_labels().items():
        if iri.startswith(ZG):
            name = local(iri)
            kind = "class" if name in words.kinds else "relation" if name in words.relations else "concept"
            yield _term(f"zg:{name}", kind, iri, dict(labels))
    for term in (
        "skos:prefLabel",
        "skos:altLabel",
        "rdf:subject",
        "rdf:predicate",
        "rdf:object",
        "dct:title",
    ):
        prefix, _, name = term.partition(":")
        yield _term(term, "relation", PREFIXES[prefix] + name, {})


def _term(term: str, kind: str, iri: str, labels: dict[str, str]) -> dict[str, Any]:
    return {"term": term, "kind": kind, "iri": iri, "zh": labels.get("zh", ""), "en": labels.get("en", "")}


def complete(prefix: str) -> list[dict[str, Any]]:
    """Return the terms whose name, local name or label begins with some words, else has them inside; all for none."""
    wanted = prefix.casefold().strip()
    ranked = ((_rank(term, wanted), term["term"], term) for term in terms())
    return [term for rank, _, term in sorted(ranked, key=lambda found: found[:2]) if rank < _APART]


_APART = 3


def _rank(term: dict[str, Any], wanted: str) -> int:
    name = term["term"].casefold()
    spellings = (name, name.partition(":")[2], term["zh"], term["en"].casefold())
    if any(said.startswith(wanted) for said in spellings if said):
        return 0 if name.startswith(wanted) else 1
    return 2 if any(wanted in said for said in spellings) else _APART
