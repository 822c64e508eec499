"""What `zonegraph search` finds, as text: in a store, or by a running service."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph_service.client import Service
from graph_service.graph.findings import as_found
from graph_service.graph.search import Search, Told
from graph_service.graph.store import Snapshot
from graph_service.graph.tables import draw, write_json


def search_store(
    text: str, kind: str, limit: int, language: str, snapshot: Snapshot, store: Path, told: Told
) -> dict[str, Any]:
    """Return what is found in a store, whose index is first brought up to date; raises what `Search.find` raises."""
    with Search(store) as search:
        search.follow(snapshot, told=told)
        found = search.find(text, kind=kind, limit=limit, documents=5, sentences=5)
    return as_found(found, snapshot, language, text, kind)


def search_service(text: str, kind: str, limit: int, language: str, server: str) -> dict[str, Any]:
    """Return what a running service finds; raises ServiceError where it gives no answer."""
    asked = {"q": text, "limit": str(limit), "lang": language, **({"type": kind} if kind else {})}
    return Service(server).told("search", asked)


def written(said: Mapping[str, Any], format_: str, room: int | None) -> str:
    """Return what was found as JSON, or for people.

    Args:
        said: as `/search` has it.
        format_: `json` or `table`.
        room: cells that a line may take; None: any number.
    """
    if format_ == "json":
        return write_json(said)
    rows = [
        [one["label"], one["typeLabel"], one["matched"], one["degree"], one["iri"]] for one in said["results"]
    ]
    table = draw(["name", "kind", "matched", "relations", "iri"], rows, room)
    quotes = "".join(f"\n{one['text']}  {one['title']}" for one in said["sentences"])
    return f"{table}{quotes}\n"
