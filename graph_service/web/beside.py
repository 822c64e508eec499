"""What stands beside an answer where `with=graph` asks for it: the things it names with what ties them, days of documents.

The explorer draws an answer with it, in one request.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from flask import request

from graph_service.errors import UsageError
from graph_service.graph.among import Among, among
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import zg
from graph_service.graph.things import Thing
from graph_service.web.pages import data_language

MOST_THINGS, _MOST_DOCUMENTS = 300, 300
_ASIDE = frozenset({"quantity", "observation", "graph", "claim", "sentence", "event"})
"""Kinds of IRIs that stand for no thing of their own."""
_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def with_graph(snapshot: Snapshot, said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer in JSON with its graph in `graph`, if the request asks for that.

    Args:
        snapshot: the state of the graph that answered.
        said: the answer, with `rows` by the names of columns; without them it has no graph.

    Raises:
        UsageError: the request asks for something else beside the answer.
    """
    wanted = request.args.get("with", "")
    if wanted not in {"", "graph"}:
        raise UsageError(f"with={wanted[:20]} is nothing that goes with an answer", "Write with=graph.")
    if not wanted or "rows" not in said:
        return said
    iris = list(dict.fromkeys(_named(said["rows"])))
    documents = [iri for iri in iris if "/document/" in iri][:_MOST_DOCUMENTS]
    things = [iri for iri in iris if _is_thing(snapshot, iri)][:MOST_THINGS]
    graph = as_json(snapshot, among(snapshot, things, data_language()))
    return {**said, "graph": {**graph, "dates": dict(_dates(snapshot, documents))}}


def as_json(snapshot: Snapshot, found: Among) -> dict[str, Any]:
    """Return things with the statements among them and their events."""
    return {
        "things": [thing_as_json(snapshot, thing) for thing in found.things],
        "relations": [edge.as_json() for edge in found.edges],
        "events": [event.as_json() for event in found.events],
        "missing": list(found.missing),
    }


def thing_as_json(snapshot: Snapshot, thing: Thing) -> dict[str, Any]:
    """Return a thing with the address of its page; one whose IRI is not of this service has none."""
    own = thing.iri.startswith(snapshot.base)
    name = quote(thing.iri.removeprefix(snapshot.base), safe=_SAFE)
    page = f"/documents/{name.partition('/')[2]}" if thing.type == "Document" else f"/page/{name}"
    return {**thing.as_json(), "page": page if own else None}


def _named(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the IRIs that rows name."""
    for row in rows:
        for value in row.values():
            for cell in value if isinstance(value, list) else (value,):
                if isinstance(cell, dict) and "iri" in cell:
                    yield str(cell["iri"])


def _is_thing(snapshot: Snapshot, iri: str) -> bool:
    kind = iri.removeprefix(snapshot.base).partition("/")[0]
    return iri.startswith(snapshot.base) and kind not in _ASIDE and kind != "document"


def _dates(snapshot: Snapshot, documents: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the days on which documents were published, as far as said."""
    for iri in documents:
        days = [
            quad.object.value
            for quad in snapshot.quads(ox.NamedNode(iri), zg("published"), None, None)
            if isinstance(quad.object, ox.Literal)
        ]
        if days:
            yield iri, min(days)
