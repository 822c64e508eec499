"""`/search`: things, documents and sentences by any part of a name, however it is typed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from graph_service.errors import BusyError, NotFoundError, UsageError
from graph_service.graph.findings import as_found
from graph_service.graph.follower import Follower
from graph_service.graph.history import count_of
from graph_service.graph.search import Found, Search
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.vocabulary import vocabulary
from graph_service.web.bodies import require_escapes
from graph_service.web.pages import language, render
from graph_service.web.responses import (
    HTML,
    JSON,
    as_json,
    asked_snapshot,
    chosen_type,
    content_type,
    finished,
    tagged,
)

_FORMATS = {"json": JSON, "html": HTML}
_USUAL, _MOST, _FARTHEST = 20, 200, 1000
"""How many things are given where nothing is said, how many at most, and how far the pages go."""
_BESIDE = 5
"""How many documents and sentences stand beside the things."""
_PATIENCE = 5.0
"""Seconds that an answer waits for an index to be made."""


def blueprint(store: GraphStore, search: Search, follower: Follower) -> Blueprint:
    """Return the route of searches.

    Args:
        store: gives the snapshots.
        search: is asked.
        follower: keeps it up to date.
    """
    routes = Blueprint("search", __name__)
    follower.nudge()

    @routes.get("/search")
    def found() -> Response:
        require_escapes(request.query_string)
        media_type, snapshot = chosen_type(_FORMATS), asked_snapshot(store)
        asked = _Asked(request.args)
        if not asked.text:
            if media_type == HTML:
                return tagged(snapshot, HTML, lambda: _page(snapshot, asked, None))
            raise UsageError("The request has no q", "Ask for /search?q=WORDS, such as /search?q=dgx.")
        answer = _found(snapshot, asked, search, follower)
        show = _page if media_type == HTML else _json
        if answer.snapshot == snapshot.id:
            return tagged(snapshot, media_type, lambda: show(snapshot, asked, answer))
        # Of the state that is indexed, soon not even that: nobody is to keep it.
        response = Response(show(snapshot, asked, answer), content_type=content_type(media_type))
        return finished(response, snapshot, None, answer.snapshot)

    return routes


class _Asked:
    """What a request wants: the text, the class, how many things, how many to pass over."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.text = given.get("q", "").strip()
        self.kind = given.get("type", "").strip()
        self.limit = _number("limit", given.get("limit", ""), _USUAL, 1, _MOST)
        self.offset = _number("offset", given.get("offset", ""), 0, 0, _FARTHEST)
        if self.kind and self.kind not in vocabulary().kinds:
            raise UsageError(
                f"There is no class {self.kind[:40]}",
                "Choose one of those that /ontology lists, such as Company.",
            )

    def find(self, search: Search) -> Found:
        """Return what there is."""
        beside = 0 if self.offset else _BESIDE
        return search.find(
            self.text, kind=self.kind, limit=self.limit + self.offset, documents=beside, sentences=beside
        )


def _number(name: str, text: str, usual: int, least: int, most: int) -> int:
    if not text.strip():
        return usual
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or not least <= int(digits[:9]) <= most:
        raise UsageError(f"{name}={text[:20]} is no such number", f"Give one from {least} to {most:,}.")
    return int(digits)


def _found(snapshot: Snapshot, asked: _Asked, search: Search, follower: Follower) -> Found:
    """Return what is found in a snapshot; in the state that the index holds, where it has much to take in meanwhile.

    Raises:
        BusyError: the index is being made.
        NotFoundError: the index does not hold the very snapshot that was asked for.
    """
    found = asked.find(search) if search.ready else None
    if found is not None and found.snapshot == snapshot.id:
        return found
    if request.args.get("snapshot"):
        raise NotFoundError("Only the newest state can be searched", "Leave out snapshot=.")
    if found is None and not follower.wait(snapshot, _PATIENCE):
        raise BusyError("The search index is still being made", "Ask again in a moment.")
    follower.catch_up(snapshot)
    return asked.find(search)


def _shown(snapshot: Snapshot, asked: _Asked, found: Found) -> dict[str, Any]:
    return as_found(found, snapshot, language(), asked.text, asked.kind, asked.offset)


def _json(snapshot: Snapshot, asked: _Asked, found: Found) -> str:
    return as_json(_shown(snapshot, asked, found))


# ---- As a page -----------------------------------------------------------------------------------


def _page(snapshot: Snapshot, asked: _Asked, found: Found | None) -> str:
    shown = _shown(snapshot, asked, found) if found else {}
    for quote in shown.get("sentences", ()):
        quote["parts"] = _parts(quote["text"], quote["marks"])
    reached = asked.offset + asked.limit
    more = len(shown.get("results", ())) == asked.limit and reached < min(shown["total"], _FARTHEST)
    return render(
        "search.html", shown=shown, asked=asked, older=found is not None and count_of(found.snapshot) < count_of(snapshot.id), given={"q": asked.text, "type": asked.kind or None},
        before=str(max(0, asked.offset - asked.limit)) if asked.offset else None,
        behind=str(reached) if more else None,
    )  # fmt: skip


def _parts(text: str, marks: list[list[int]]) -> list[tuple[str, bool]]:
    """Return a sentence in parts, each with whether it is marked."""
    parts, at = [], 0
    for start, end in marks:
        if start >= at:
            parts += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]
