"""What every address says of itself: to pages of other origins (CORS), and which bodies it takes.

Pages of any origin may ask and, with the token, write: the service knows nobody by a cookie, so a foreign page
can do no more than its own server could. `OPTIONS` and 405 have the methods in `Allow`.
"""

from flask import Flask, Response, request

from graph_service.formats import RDF_FORMATS
from graph_service.web import bodies, update
from graph_service.web.problems import RefusedError

QUERY = "application/sparql-query"
"""The media type of a query that is sent as it is."""

_ASKED_HEADERS = (
    "Accept, Accept-Language, Authorization, Cache-Control, Content-Type, If-Match, If-None-Match, "
    "If-Range, Range, X-Requested-With"
)
_SHOWN_HEADERS = (
    "Accept-Post, Accept-Query, Accept-Ranges, Allow, Content-Encoding, Content-Range, ETag, Link, Location, Retry-After, Snapshot, "
    "WWW-Authenticate"
)
_A_DAY = "86400"
_RDF = ", ".join(f.media_type for f in RDF_FORMATS.values())
_TAKEN = {
    "/sparql": {"Accept-Query": f"{QUERY}, {bodies.FORM}", "Accept-Post": f"{QUERY}, {bodies.FORM}"},
    "/update": {"Accept-Post": ", ".join(update.ACCEPTED)},
    "/graphs": {"Accept-Post": f"{_RDF}, multipart/form-data"},
}


def register(app: Flask) -> None:
    """Make every answer of the app say so, and refuse requests that do not say which host they are for."""
    app.before_request(require_host)
    app.after_request(describe)


def require_host() -> None:
    """Refuse a request whose host is no host (RFC 9112, section 3.2): names of graphs are made with it."""
    said = request.headers.getlist("Host")
    needed = request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
    if (said or needed) and (len(said) != 1 or not request.host):
        raise RefusedError(400, "The Host header names no host", "Send one Host header with name and port.")


def describe(response: Response) -> Response:
    """Return an answer with the headers for other origins, and what bodies its address takes.

    An OPTIONS request that a browser sends before another one (a preflight) also learns which methods and
    headers that one may have.
    """
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = _SHOWN_HEADERS
    response.headers.update(_TAKEN.get(_first_part(request.path), {}))
    if "Allow" in response.headers:
        response.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
    if request.method != "OPTIONS":
        return response
    if response.status_code == 200:
        response.status_code = 204
        del response.headers["Content-Type"]
    if "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = _ASKED_HEADERS
        response.headers["Access-Control-Max-Age"] = _A_DAY
    return response


def _first_part(path: str) -> str:
    return "/" + path.split("/", 2)[1]
