"""A thing in the words of schema.org, as far as our own are special cases of them (`ontology/alignments.ttl`)."""

import json
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from graph_service.formats import Format
from graph_service.graph.ontology import documentation
from graph_service.graph.profile import Group, Profile
from graph_service.vocabulary import SCHEMA


def described(thing: Profile, page: str) -> dict[str, Any]:
    """Return a thing as JSON-LD; facts in words that schema.org has none for are left out.

    Args:
        thing: with its facts.
        page: absolute address of the page about it.
    """
    kinds = sorted({kind for own in thing.kinds for kind in _theirs(own["iri"])}) or ["Thing"]
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kinds[0] if len(kinds) == 1 else kinds,
        "@id": thing.iri,
        "name": thing.label,
        "url": page,
    }
    more: dict[str, list[Any]] = {"alternateName": list(thing.names)}
    for group in thing.facts:
        for name in _theirs(group.relation["iri"]):
            known = more.setdefault(name, [])
            known.extend(value for value in _values(group) if value not in known)
    return {**said, **{name: values for name, values in more.items() if values}}


def in_rdf(said: dict[str, Any], format: Format) -> bytes:  # noqa: A002 - as everywhere
    """Return what `described` gives in another format; its context is not fetched, as these words need no more of it."""
    context = {"@vocab": SCHEMA, "url": {"@type": "@id"}}
    quads = ox.parse(json.dumps({**said, "@context": context}), format=ox.RdfFormat.JSON_LD)
    assert format.rdf is not None
    return (
        ox.serialize((quad.triple for quad in quads), format=format.rdf, prefixes={"schema": SCHEMA}) or b""
    )


def _theirs(iri: str) -> Iterator[str]:
    """Yield the terms of schema.org right above a term of ours, or above the nearest one that is below any."""
    known, todo = documentation(), [iri]
    while todo:
        paths = [path for path in map(known.path, todo) if path is not None]
        links = [known.find(path).links for path in paths]
        found = {other for link in links for other in link.get("aligned", ()) if other.startswith(SCHEMA)}
        if found:
            yield from (other.removeprefix(SCHEMA) for other in sorted(found))
            return
        todo = [other for link in links for other in link.get("above", ())]


def _values(group: Group) -> Iterator[Any]:
    for row in group.rows:
        is_thing = isinstance(row.end, dict)
        yield {"@id": row.end["iri"], "name": row.end["label"]} if is_thing else row.end
