"""What a request carries: which type its body has, and its text."""

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from flask import Flask, request

from graph_service.web.problems import RefusedError

FORM = "application/x-www-form-urlencoded"
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_UTF8 = {"utf-8", "utf8", "us-ascii"}


def register(app: Flask) -> None:
    """Make the app refuse bodies that are compressed, before anything reads them."""
    app.before_request(_refuse_codings)


def _refuse_codings() -> None:
    """Refuse a body in a content coding; unpacked it could be of any size (RFC 9110, section 8.4)."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise RefusedError(
            415,
            f"The body is in the coding {coding}",
            "Send it as it is, without Content-Encoding.",
            {"Accept-Encoding": "identity"},
        )


def mime_type(accepted: Sequence[str]) -> str:
    """Return the media type of the body, without parameters.

    Raises:
        RefusedError: 415; it is none of those accepted, or its charset is not UTF-8.
    """
    kind = request.mimetype
    if kind not in accepted:
        raise RefusedError(
            415, f"{kind or 'A body without a type'} is not taken here", f"Send one of {', '.join(accepted)}."
        )
    require_utf8(request.mimetype_params.get("charset"))
    return kind


def require_utf8(charset: str | None) -> None:
    """Let a charset pass that is UTF-8, or is not said.

    Raises:
        RefusedError: 415; it is another one.
    """
    if charset is not None and charset.strip('"').lower() not in _UTF8:
        raise RefusedError(415, f"The body is said to be in {charset}", "Send it as UTF-8.")


def text() -> str:
    """Return the body as text.

    Raises:
        RefusedError: 400; it is not UTF-8.
    """
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(
            400, f"The body is not UTF-8 at byte {error.start}", "Send it as UTF-8."
        ) from error


def one(name: str, found: Sequence[str]) -> str:
    """Return the one value of a parameter.

    Raises:
        RefusedError: 400; the request has none, or several.
    """
    if len(found) != 1:
        raise RefusedError(
            400, f"The request has {len(found)} of the parameter {name}", f"Give exactly one `{name}`."
        )
    return found[0]


def require_escapes(encoded: bytes) -> None:
    """Let form data or a query string pass whose escapes are whole, and UTF-8 once they are decoded.

    Raises:
        RefusedError: 400; a `%` is not followed by two hexadecimal digits, or the bytes are no UTF-8.
    """
    broken = _BROKEN_ESCAPE.search(encoded)
    if broken is not None:
        raise RefusedError(
            400, f"The percent sign at byte {broken.start()} begins no escape", "Write a percent sign as %25."
        )
    try:
        unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(
            400, f"The parameters are not UTF-8: {error.reason}", "Encode text as UTF-8, then escape it."
        ) from error
