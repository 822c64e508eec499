"""Answers from the graph: negotiated, tagged with the state of the graph, 304 where nothing changed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Response, request

from graph_service.errors import UsageError
from graph_service.formats import Format
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.tables import write_json
from graph_service.web.negotiation import choose
from graph_service.web.pages import language
from graph_service.web.problems import RefusedError

HTML, JSON = "text/html", "application/json"
_VARY = "Accept, Accept-Language"
_TAGGED = frozenset({"GET", "HEAD", "QUERY"})
"""The methods that only ask, whose answers can be told apart by a tag."""
_FOR_EVER = "max-age=31536000, immutable"


def negotiate(offers: Sequence[str]) -> str:
    """Return the offered media type that the request likes best.

    Raises:
        RefusedError: 406; it accepts none of them.
    """
    chosen = choose(request.headers.get("Accept"), offers)
    if chosen is None:
        accept = request.headers["Accept"]
        raise RefusedError(
            406, f"Nothing here is {accept}", f"Accept one of {', '.join(dict.fromkeys(offers))}."
        )
    return chosen


def wanted(formats: dict[str, Format], name: str | None, offers: Sequence[str]) -> str:
    """Return the media type of a format asked for by name, or by `Accept` where no format has the name."""
    chosen = formats.get((name or "").lower())
    return chosen.media_type if chosen else negotiate(offers)


def chosen_type(offers: Mapping[str, str]) -> str:
    """Return the media type of the format that `?format=` names among those offered, else the one by `Accept`.

    Raises:
        UsageError: none of them has the name.
        RefusedError: 406; the request accepts none of them.
    """
    name = request.args.get("format", "").lower()
    if name and name not in offers:
        raise UsageError(f"{name[:40]!r} is no format here", f"Choose one of {', '.join(offers)}.")
    return offers[name] if name else negotiate(tuple(offers.values()))


def asked_snapshot(store: GraphStore) -> Snapshot:
    """Return the snapshot that `?snapshot=` names, else the newest.

    Raises:
        NotFoundError: there is no such snapshot, or no longer.
    """
    name = request.values.get("snapshot")
    return store.pinned(name) if name else store.snapshot()


def tagged(
    snapshot: Snapshot, media_type: str, body: Callable[[], str | bytes | Iterable[bytes]]
) -> Response:
    """Return the answer that `body` makes, or 304 without making it where the reader has it already.

    Args:
        snapshot: the state of the graph that it is made from.
        media_type: of the answer.
        body: makes the answer.
    """
    tag = tag_of(snapshot, media_type, language(), request.full_path)
    return unchanged(snapshot, tag) or finished(
        Response(body(), content_type=content_type(media_type)), snapshot, tag
    )


def tag_of(snapshot: Snapshot, *parts: str) -> str:
    """Return the tag of an answer: what it is made from and what makes it, in a few characters."""
    return hashlib.sha256("\x1f".join((snapshot.id, *parts)).encode()).hexdigest()[:32]


def unchanged(snapshot: Snapshot, tag: str) -> Response | None:
    """Return 304 where the reader has the answer of this tag already."""
    if request.method not in _TAGGED or not request.if_none_match.contains_weak(tag):
        return None
    response = Response(status=304)
    del response.headers["Content-Type"]
    return finished(response, snapshot, tag)


def finished(response: Response, snapshot: Snapshot, tag: str | None, state: str = "") -> Response:
    """Return an answer from the graph with its headers.

    It names its snapshot; a reader who asked for that very one may keep the answer, others ask again whether
    it is still good.

    Args:
        response: the answer.
        snapshot: the state of the graph that it is made from.
        tag: its tag; None where the same question may be answered differently.
        state: the identifier of the state that it really holds for, where that is another.
    """
    response.headers["Vary"] = _VARY
    response.headers["Snapshot"] = state or snapshot.id
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
    elif request.method in _TAGGED:
        pinned = request.values.get("snapshot") == snapshot.id
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = _FOR_EVER if pinned else "no-cache"
    return response


def as_json(value: Mapping[str, Any]) -> str:
    """Return a value as JSON text that people can read, ending in a line break."""
    return write_json(value)


def content_type(media_type: str) -> str:
    """Return the `Content-Type` of a media type; text is in UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
