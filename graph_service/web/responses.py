"""Answers from the graph: negotiated, tagged with the state of the graph, 304 where nothing changed."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, request

from graph_service.formats import Format
from graph_service.graph.store import Snapshot
from graph_service.web.negotiation import choose
from graph_service.web.pages import language
from graph_service.web.problems import RefusedError

HTML, JSON = "text/html", "application/json"
_VARY = "Accept, Accept-Language"


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


def tagged(snapshot: Snapshot, media_type: str, body: Callable[[], str | bytes]) -> Response:
    """Return the answer that `body` makes, or 304 without making it where the reader has it already.

    Args:
        snapshot: the state of the graph that it is made from.
        media_type: of the answer.
        body: makes the answer.
    """
    if request.method not in {"GET", "HEAD"}:
        return _finished(Response(body(), content_type=_content_type(media_type)))
    parts = (snapshot.id, media_type, language(), request.full_path)
    tag = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
        del response.headers["Content-Type"]
    else:
        response = Response(body(), content_type=_content_type(media_type))
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return _finished(response)


def as_json(value: Mapping[str, Any]) -> str:
    """Return a value as JSON text that people can read, ending in a line break."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _finished(response: Response) -> Response:
    response.headers["Vary"] = _VARY
    return response
