"""`/graphs`: SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named by `?default`, by `?graph=IRI`, or by the address itself: what is put at `/graphs/a/b` is the
graph whose IRI is that address. POST to `/graphs` alone makes a new graph with a name of the service's making.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.errors import DocumentError, NotFoundError
from graph_service.formats import RDF_FORMATS, Format, by_media_type
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.settings import Settings
from graph_service.web import bodies
from graph_service.web.documents import authorise
from graph_service.web.preconditions import Precondition
from graph_service.web.problems import RefusedError
from graph_service.web.responses import (
    JSON,
    as_json,
    asked_snapshot,
    content_type,
    finished,
    tag_of,
    unchanged,
    wanted,
)  # fmt: skip
from graph_service.web.streams import streamed
from graph_service.web.writes import written

_ROOT = "/graphs"
_MULTIPART = "multipart/form-data"
_OFFERED = [RDF_FORMATS[name] for name in ("ttl", "nt", "rdf", "jsonld", "nq", "trig")]
OFFERS = [media_type for format_ in _OFFERED for media_type in format_.media_types]
"""Media types that graphs can be had in and sent in, the one first that is sent where nothing is asked for."""
_NAME_IT = "Name one graph: `?default`, or `?graph=` and its IRI."


@dataclass(frozen=True, slots=True)
class Payload:
    """A file of triples that came with a request."""

    data: bytes
    format: Format


def blueprint(store: GraphStore, settings: Settings, describe: Callable[[Snapshot], Response]) -> Blueprint:
    """Return the Graph Store Protocol; writes need the token of the settings.

    Args:
        store: what is read and written.
        settings: of this run.
        describe: answers a GET that names no graph, with what the store holds.
    """
    routes = Blueprint("graphs", __name__)

    @routes.route(_ROOT, methods=["GET", "PUT", "POST", "DELETE"])
    def indirect() -> Response:
        bodies.require_escapes(request.query_string)
        if not {"default", "graph"} & request.args.keys():
            if request.method in {"GET", "HEAD"}:
                return describe(asked_snapshot(store))
            if request.method == "POST":
                return _act(store, settings, f"{request.host_url}graphs/{secrets.token_hex(8)}")
        return _act(store, settings, _named())

    @routes.route(f"{_ROOT}/<path:_>", methods=["GET", "PUT", "POST", "DELETE"])
    def direct(_: str) -> Response:
        if {"default", "graph"} & request.args.keys():
            raise RefusedError(400, "The address names one graph and its parameters another", _NAME_IT)
        return _act(store, settings, _address())

    return routes


# ---- Which graph


def _named() -> str | None:
    """Return the graph that the parameters name; None for the default graph.

    Raises:
        RefusedError: 400; they name none, several, or one by something that is no IRI.
    """
    named = request.args.getlist("graph")
    if "default" in request.args and not named:
        return None
    if len(named) != 1 or "default" in request.args:
        raise RefusedError(400, f"The request names {len(named) or 'no'} graphs", _NAME_IT)
    return _iri(named[0])


def _address() -> str:
    """Return the address of the request as it was sent, without its parameters; its escapes are kept.

    Raises:
        RefusedError: 400; it is no IRI.
    """
    sent = request.environ.get("REQUEST_URI") or quote(request.path)
    path = quote(urlsplit(sent).path.encode("latin-1"), safe="%/:@!$&'()*+,;=~")
    return _iri(request.host_url.rstrip("/") + path)


def _iri(name: str) -> str:
    try:
        return ox.NamedNode(name).value
    except ValueError as error:
        raise RefusedError(400, f"{name!r} is no absolute IRI", _NAME_IT) from error


def _location(graph: str | None) -> str:
    """Return the address that a graph is had from: its name, where that is an address here."""
    root = f"{request.host_url}graphs"
    if graph is None:
        return f"{root}?default"
    return graph if graph.startswith(f"{root}/") else f"{root}?graph={quote(graph, safe='')}"


# ---- What is done with it


def _act(store: GraphStore, settings: Settings, graph: str | None) -> Response:
    if request.method in {"GET", "HEAD"}:
        return _read(store, graph)
    authorise(settings.token)
    if request.method == "DELETE":
        return _delete(store, graph)
    return _put_in(store, graph, _payloads(), replace=request.method == "PUT")


def _read(store: GraphStore, graph: str | None) -> Response:
    snapshot = asked_snapshot(store)
    media_type = wanted(RDF_FORMATS, request.args.get("format"), OFFERS)
    if graph is not None and not snapshot.has_graph(graph):
        raise _missing(graph)
    tag = tag_of(snapshot, media_type, graph or "")
    known = unchanged(snapshot, tag)
    if known is not None:
        return known
    format_ = by_media_type(media_type)
    parts = iter(()) if request.method == "HEAD" else streamed(lambda out: snapshot.dump(graph, format_, out))
    return finished(Response(parts, content_type=content_type(media_type)), snapshot, tag)


def _missing(graph: str) -> NotFoundError:
    return NotFoundError(f"There is no graph {graph}", f"GET {_ROOT} lists the graphs that there are.")


def _delete(store: GraphStore, graph: str | None) -> Response:
    condition = Precondition.of_request()

    def change(writing: GraphStore) -> None:
        exists = writing.has_graph(graph)
        if graph is not None and not exists:
            raise _missing(graph)
        condition.check(writing, exists, OFFERS, graph or "")
        writing.drop(graph)

    store.write(change)
    return _done(store, graph, 200)


def _put_in(store: GraphStore, graph: str | None, payloads: Sequence[Payload], *, replace: bool) -> Response:
    """Add payloads to a graph, or put them in its place: 201 where there was none."""
    condition = Precondition.of_request()

    def change(writing: GraphStore) -> bool:
        exists = writing.has_graph(graph)
        condition.check(writing, exists, OFFERS, graph or "")
        if graph is not None and not exists:
            writing.create(graph)
        elif replace:
            writing.clear(graph)
        for payload in payloads:
            writing.load(payload.data, payload.format, graph, graph)
        return not exists

    try:
        new = store.write(change)
    except DocumentError as error:
        raise RefusedError(400, error.detail, error.cure) from error
    return _done(store, graph, 201 if new else 204 if replace else 200)


def _done(store: GraphStore, graph: str | None, status: int) -> Response:
    """Return the answer to a write; it names the graph where it has a body."""
    response = Response(status=status)
    if status != 204:
        response = Response(as_json({"graph": graph}), status, content_type=JSON)
    if status == 201:
        response.headers["Location"] = _location(graph)
    return written(response, store)


# ---- What came with the request


def _payloads() -> list[Payload]:
    """Return the files of the request: its body, or each file of its form.

    Raises:
        RefusedError: 415 for a type that is none of RDF, 400 for a form without a file.
    """
    kind = bodies.mime_type([*OFFERS, _MULTIPART])
    if kind != _MULTIPART:
        return [Payload(request.get_data(), by_media_type(kind))]
    files = [file for _, file in request.files.items(multi=True)]
    if not files or request.form:
        raise RefusedError(
            400, "A part of the form is no file", "Give each part a filename and the media type of its RDF."
        )
    formats = [_format_of(file.mimetype, file.filename or "", file.mimetype_params) for file in files]
    return [Payload(file.read(), format_) for file, format_ in zip(files, formats, strict=True)]


def _format_of(kind: str, filename: str, parameters: dict[str, str]) -> Format:
    """Return the format of a part of a form, by its type, else by what the file is called."""
    bodies.require_utf8(parameters.get("charset"))
    if kind in OFFERS:
        return by_media_type(kind)
    suffix = PurePath(filename).suffix.lower()
    found = next((f for f in _OFFERED if f.suffix == suffix), None)
    if found is None or kind not in {"", "application/octet-stream"}:
        raise RefusedError(
            415, f"{filename!r} is {kind or 'of no type'}", f"Give it one of the types {', '.join(OFFERS)}."
        )
    return found
