"""Errors as answers: `application/problem+json` (RFC 9457), or a page where a page was asked for."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from graph_service.errors import (
    BusyError,
    CrashError,
    DocumentError,
    GoneError,
    MemoryLimitError,
    NotFoundError,
    QueryError,
    RemoteError,
    StoreError,
    TimeLimitError,
    TooLongError,
    UnfitError,
    UsageError,
    ZoneGraphError,
)  # fmt: skip
from graph_service.graph.labels import AmbiguityError
from graph_service.web.messages import in_language
from graph_service.web.negotiation import choose
from graph_service.web.pages import language, render
from graph_service.web.texts import text

PROBLEM = "application/problem+json"
_STATUS = (
    (AmbiguityError, 300), (UnfitError, 406), (TooLongError, 413), (UsageError, 400), (QueryError, 400),
    (NotFoundError, 404), (DocumentError, 422), (TimeLimitError, 503), (BusyError, 503), (GoneError, 503),
    (MemoryLimitError, 507), (CrashError, 500), (StoreError, 503),
    (RemoteError, 502),
)  # fmt: skip
_LATER = (TimeLimitError, BusyError, StoreError, RemoteError)
"""What may go better at another time."""
_RETRY = "10"
_log = logging.getLogger(__name__)


class RefusedError(ZoneGraphError):
    """A request that the service refuses: its status, and headers that go with it."""

    def __init__(self, status: int, detail: str, cure: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, cure)
        self.status = status
        self.headers = dict(headers or {})


def register(app: Flask) -> None:
    """Make the app answer every error with a problem, and never with a stack trace."""
    app.register_error_handler(ZoneGraphError, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_fault)


def status_of(error: ZoneGraphError) -> int:
    """Return the status that tells of one of our own errors."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer(error: Exception) -> Response:
    """Return the answer to one of our own errors."""
    assert isinstance(error, ZoneGraphError)
    g.fault = type(error).__name__
    if isinstance(error, RefusedError):
        return problem(error.status, error.detail, error.cure, error.headers)
    choices = [{"iri": c.iri, "label": c.name, "type": c.kind} for c in getattr(error, "choices", [])]
    headers = {"Retry-After": _RETRY} if isinstance(error, _LATER) else {}
    return problem(status_of(error), error.detail, error.cure, headers, choices)


def _answer_http(error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.code or 500
    if error.response is not None or status < 300:
        return Response(status=status)
    headers = {k: v for k, v in error.get_headers() if k in {"Allow", "Location", "Retry-After"}}
    tongue = language()
    detail, cure = text(f"problem-{status}", tongue), text(f"cure-{status}", tongue)
    return problem(status, detail.format(path=request.path, method=request.method), cure, headers)


def _answer_fault(error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, text("problem-500", language()), text("cure-500", language()))


def problem(
    status: int,
    detail: str,
    cure: str,
    headers: Mapping[str, str] | None = None,
    choices: list[dict[str, str]] | None = None,
) -> Response:
    """Return a problem in the form that the request likes best; JSON where it likes none of them."""
    tongue = language()
    title = text(f"title-{status}", tongue) if tongue == "zh" else HTTPStatus(status).phrase
    said: dict[str, Any] = {"title": title, "status": status, "detail": detail, "cure": cure}
    if choices:
        said["choices"] = choices
    offers = (PROBLEM, "application/json", "text/html")
    media_type = choose(request.headers.get("Accept"), offers) or PROBLEM
    if media_type == "text/html":
        told = said | {"detail": in_language(detail, tongue), "cure": in_language(cure, tongue)}
        body = render("problem.html", problem=told, status_title=title)
    else:
        body, media_type = json.dumps(said, ensure_ascii=False), PROBLEM
    response = Response(
        body, status, content_type=media_type if media_type == PROBLEM else "text/html; charset=utf-8"
    )
    response.headers.extend(dict(headers or {}))
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response
