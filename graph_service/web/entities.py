"""`/id/{kind}/{slug}`: the IRIs of things lead to what is said of them, as a page or as data.

A known thing answers 303 (it is no document itself), one that a review merged into another 301 to that one. The IRI is
taken from the request's target as it was sent: a percent-encoded name and the name itself are two IRIs to the graph,
and whichever of them it has is found.
"""

from collections.abc import Iterator
from urllib.parse import quote, unquote, urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.errors import NotFoundError
from graph_service.formats import RDF_FORMATS
from graph_service.graph.description import describe, known, survivor, triples
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.vocabulary import PREFIXES
from graph_service.web.pages import language, render
from graph_service.web.responses import HTML, JSON, as_json, negotiate, tagged

_DATA = {RDF_FORMATS[name].media_type: name for name in ("ttl", "nt", "rdf", "jsonld")} | {JSON: "json"}
_MEDIA_TYPES = {name: media_type for media_type, name in _DATA.items()}
_SHOWN = 300
"""How many statements a page shows; data has all."""
_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


def blueprint(store: GraphStore) -> Blueprint:
    """Return the routes of entities."""
    routes = Blueprint("entities", __name__)

    @routes.get("/id/<kind>/<path:slug>")
    def thing(kind: str, slug: str) -> Response:
        snapshot = store.snapshot()
        return _see_other(snapshot, _found(snapshot, "/id/", kind, slug))

    @routes.get("/page/<kind>/<path:slug>")
    def page(kind: str, slug: str) -> Response:
        snapshot = store.snapshot()
        iri = _found(snapshot, "/page/", kind, slug)
        return _moved(snapshot, iri, "/page/") or tagged(snapshot, HTML, lambda: _page(snapshot, iri))

    @routes.get("/data/<kind>/<path:slug>")
    def data(kind: str, slug: str) -> Response:
        snapshot = store.snapshot()
        bare, dot, name = slug.rpartition(".")
        if not dot or name not in _MEDIA_TYPES:
            raise NotFoundError(
                f"There is no /data/{kind}/{slug}", f"End the address in .{', .'.join(_MEDIA_TYPES)}."
            )
        iri = _found(snapshot, "/data/", kind, bare, f".{name}")
        media_type = _MEDIA_TYPES[name]
        return _moved(snapshot, iri, "/data/", f".{name}") or tagged(
            snapshot, media_type, lambda: _data(snapshot, iri, name)
        )

    return routes


# ---- Which thing ---------------------------------------------------------------------------------


def _found(snapshot: Snapshot, prefix: str, kind: str, slug: str, suffix: str = "") -> str:
    """Return the IRI that a request is about: as it was sent, percent-encoded or decoded, whichever is known.

    Raises:
        NotFoundError: none of them is.
    """
    for name in _spellings(prefix, f"{kind}/{slug}", suffix):
        if known(snapshot, snapshot.base + name):
            return snapshot.base + name
    raise NotFoundError(
        f"There is no {kind} {slug}", "Look for it by one of its names, or list what there is with a query."
    )


def _spellings(prefix: str, decoded: str, suffix: str) -> Iterator[str]:
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = target.partition("?")[0]
    if prefix in path:
        sent = path.partition(prefix)[2].removesuffix(suffix)
        # A server hands down raw bytes of UTF-8 as Latin-1.
        yield quote(sent.encode("latin-1", "ignore"), safe=_SAFE) if not sent.isascii() else sent
        decoded = unquote(sent) if sent.isascii() else decoded
    yield quote(decoded, safe=_SAFE)
    yield decoded


def _moved(snapshot: Snapshot, iri: str, prefix: str, suffix: str = "") -> Response | None:
    """Return the way to the thing that replaced another; None where it stands for itself."""
    now = survivor(snapshot, iri)
    return None if now == iri else _to(301, prefix, now.removeprefix(snapshot.base) + suffix)


def _to(status: int, prefix: str, name: str) -> Response:
    query = urlencode([(k, v) for k, v in request.args.items(multi=True) if k == "lang"])
    address = prefix + quote(name, safe=_SAFE) + (f"?{query}" if query else "")
    response = Response(status=status)
    response.headers["Location"] = address
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _see_other(snapshot: Snapshot, iri: str) -> Response:
    if moved := _moved(snapshot, iri, "/id/"):
        return moved
    name = iri.removeprefix(snapshot.base)
    media_type = negotiate((*_DATA, HTML))
    if media_type != HTML:
        return _to(303, "/data/", f"{name}.{_DATA[media_type]}")
    kind, _, slug = name.partition("/")
    return _to(303, "/documents/", slug) if kind == "document" else _to(303, "/page/", name)


# ---- What is said of it --------------------------------------------------------------------------


def _evidence(iri: str) -> str:
    return f"/evidence?{urlencode({'subject': iri})}"


def _data(snapshot: Snapshot, iri: str, name: str) -> str | bytes:
    if name == "json":
        said = describe(snapshot, iri, language()).as_json()
        return as_json({**said, "evidence": _evidence(iri)})
    found = triples(snapshot, iri, request.host_url.rstrip("/") + _evidence(iri))
    format_ = RDF_FORMATS[name].rdf
    assert format_ is not None
    return ox.serialize(found, format=format_, prefixes=PREFIXES) or b""


def _page(snapshot: Snapshot, iri: str) -> str:
    said = describe(snapshot, iri, language())
    address = "/data/" + quote(iri.removeprefix(snapshot.base), safe=_SAFE)
    return render(
        "entity.html", thing=said, shown=_SHOWN, formats=[(n, f"{address}.{n}") for n in _MEDIA_TYPES]
    )
