"""`/ontology` and `/shapes`: the vocabulary as documentation for people and as RDF; `/ont`, `/context.jsonld`.

The IRIs of terms end in `…/ont#Company`: whoever looks one up asks for `…/ont`, which leads to `/ontology`, and finds
the term there by the fragment; `/ontology/Company` has that term alone.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, Response, request

from graph_service.errors import NotFoundError
from graph_service.formats import RDF_FORMATS
from graph_service.graph.ontology import ONTOLOGY, SHAPES, SORTS, Term, documentation
from graph_service.resources import resource
from graph_service.web.pages import language, link_to, render
from graph_service.web.responses import HTML, content_type, negotiate

CONTEXT = "/context.jsonld"
"""Where the JSON-LD context is; the address does not change with versions."""

_FORMATS = {name: RDF_FORMATS[name] for name in ("ttl", "jsonld", "rdf", "nt")}
_NAMES = {f.media_type: name for name, f in _FORMATS.items()}
_HOUR, _WEEK = "max-age=3600", "public, max-age=604800, stale-while-revalidate=86400"
_TYPES = {**{name: f.media_type for name, f in _FORMATS.items()}, "html": HTML}


def blueprint() -> Blueprint:
    """Return the routes of the vocabulary."""
    routes = Blueprint("ontology", __name__)
    routes.add_url_rule("/ontology", view_func=_ontology, endpoint="ontology")
    routes.add_url_rule("/ontology.<suffix>", view_func=_ontology, endpoint="ontology_file")
    routes.add_url_rule("/ontology/<path:name>", view_func=_term, endpoint="term")
    routes.add_url_rule("/shapes", view_func=_shapes, endpoint="shapes")
    routes.add_url_rule("/shapes.<suffix>", view_func=_shapes, endpoint="shapes_file")
    routes.add_url_rule("/shapes/<name>", view_func=_shape, endpoint="shape")
    routes.add_url_rule("/ont", view_func=_looked_up, endpoint="ont")
    routes.add_url_rule("/ont/<path:name>", view_func=_looked_up, endpoint="ont_term")
    routes.add_url_rule(CONTEXT, view_func=_context, endpoint="context")
    return routes


# ---- Pages and files -----------------------------------------------------------------------------


def _ontology(suffix: str | None = None) -> Response:
    media_type = _wanted("/ontology", suffix)
    if media_type == HTML:
        return _published(HTML, lambda: _page("ontology.html", "/ontology", **_sorted()))
    return _published(media_type, lambda: _file(_NAMES[media_type]))


def _term(name: str) -> Response:
    """Answer for a term; one whose name has no suffix of a format is negotiated."""
    bare, dot, suffix = name.rpartition(".")
    if not dot or suffix not in _TYPES:
        bare, suffix = name, ""
    term = documentation().find(bare)
    media_type = _wanted(f"/ontology/{bare}", suffix or None)
    if media_type == HTML:
        address = "/ontology/" + quote(term.path)
        return _published(HTML, lambda: _page("term.html", address, term=term))
    return _published(media_type, lambda: _file(_NAMES[media_type], term.path))


def _shapes(suffix: str | None = None) -> Response:
    media_type = _wanted("/shapes", suffix)
    if media_type == HTML:
        return _published(HTML, lambda: _page("shapes.html", "/shapes", shapes=documentation().shapes))
    return _published(media_type, lambda: _file(_NAMES[media_type], shapes=True))


def _shape(name: str) -> Response:
    """Lead to a shape, which stands on the page of all of them."""
    known = {part.name for shape in documentation().shapes for part in (shape, *shape.parts)}
    if name not in known:
        raise NotFoundError(f"There is no shape {name}", "Choose one of those that /shapes lists.")
    return _see_other(link_to("/shapes") + f"#{name}")


def _looked_up(name: str = "") -> Response:
    """Lead from what the IRIs of the ontology, its versions, schemes and concepts say to their documentation."""
    path = name if name in documentation().terms else ""
    if name and not path and not name.replace(".", "").isdigit():
        documentation().find(name)
    return _see_other(link_to("/ontology" + (f"/{quote(path)}" if path else "")))


def _context() -> Response:
    media_type = RDF_FORMATS["jsonld"].media_type
    response = _published(media_type, resource("ontology", "context.jsonld").read_bytes, _WEEK)
    response.vary.clear()
    return response


# ---- What they are made of -----------------------------------------------------------------------


def _wanted(address: str, suffix: str | None) -> str:
    if suffix is None:
        return negotiate((*_NAMES, HTML))
    if suffix not in _TYPES:
        raise NotFoundError(f"There is no {address}.{suffix}", f"End the address in .{', .'.join(_TYPES)}.")
    return _TYPES[suffix]


@lru_cache(maxsize=512)
def _file(name: str, path: str | None = None, *, shapes: bool = False) -> bytes:
    known = documentation()
    return known.serialize(_FORMATS[name], None if path is None else known.find(path), shapes=shapes)


def _page(template: str, address: str, **shown: object) -> str:
    tongue = language()
    return render(
        template, doc=documentation(), label=lambda iri: documentation().label(iri, tongue),
        files=[(name, f"{address}.{name}") for name in _FORMATS], namespace=ONTOLOGY + "#",
        shapes_namespace=SHAPES + "#", context=CONTEXT, sorts=SORTS, **shown,
    )  # fmt: skip


def _sorted() -> dict[str, object]:
    """Return the terms by sort, and the classes that are below none."""
    terms = documentation().terms.values()
    by_sort: dict[str, list[Term]] = {sort: [term for term in terms if term.sort == sort] for sort in SORTS}
    return {"by_sort": by_sort, "roots": [term for term in by_sort["class"] if "above" not in term.links]}


def _published(media_type: str, body: Callable[[], str | bytes], keep: str = _HOUR) -> Response:
    """Return an answer that is the same until the service is another version; 304 where the reader has it."""
    made = body()
    data = made.encode() if isinstance(made, str) else made
    response = Response(data, content_type=content_type(media_type))
    response.set_etag(hashlib.sha256(data).hexdigest()[:32], weak=True)
    response.headers["Vary"] = "Accept, Accept-Language"
    response.headers["Cache-Control"] = keep
    response.make_conditional(request)
    return response


def _see_other(address: str) -> Response:
    response = Response(status=303)
    response.headers["Location"] = address
    response.headers["Vary"] = "Accept"
    return response
