"""`/id/{kind}/{slug}`: the IRIs of things lead to what is said of them, as a page or as data.

A known thing answers 303 (it is no document itself), one that a review merged into another 301 to that one. The IRI is
taken from the request's target as it was sent: a percent-encoded name and the name itself are two IRIs to the graph,
and whichever of them it has is found.
"""

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote, unquote, urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from graph_service.errors import NotFoundError, UsageError
from graph_service.graph.description import known, survivor
from graph_service.graph.labels import Labels, UnknownNameError
from graph_service.graph.named import NamedQueries
from graph_service.graph.portions import Wanted
from graph_service.graph.profile import profile, relation_page
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.vocabulary import SCHEMA, ZG, vocabulary
from graph_service.web.changes import refuse_gone
from graph_service.web.entity_data import (
    DATA,
    MEDIA_TYPES,
    SAFE,
    WAYS,
    address,
    asked_relation,
    body,
    part,
    schema_body,
    schema_org,
)
from graph_service.web.pages import language, render
from graph_service.web.pictures import canvas, picture, words
from graph_service.web.responses import HTML, negotiate, tagged

_MINTED = re.compile(r"-[0-9a-f]{8}|[0-9a-f]{16}")
"""What the IRIs that we make end in; nothing is called so."""
_SUFFIXES = {**MEDIA_TYPES, "html": HTML}
_CARRIED = frozenset({"lang", "format", "profile"})
OURS = ZG.rstrip("#")
"""What says that data are in words of our ontology."""
_PROFILES = (SCHEMA.rstrip("/"), OURS)
_PROFILE = re.compile(r'profile="?([^",;]+)')


def blueprint(store: GraphStore, named: NamedQueries) -> Blueprint:
    """Return the routes of entities.

    Args:
        store: gives the snapshots.
        named: look things up by their names.
    """
    routes = Blueprint("entities", __name__)

    @routes.get("/id")
    def called() -> Response:
        return _called(store.snapshot(), named)

    @routes.get("/id/<kind>/<path:slug>")
    def thing(kind: str, slug: str) -> Response:
        return _thing(_Here(store), named, kind, slug)

    @routes.get("/page/<kind>/<path:slug>")
    def page(kind: str, slug: str) -> Response:
        return _paper(_Here(store), named, kind, slug)

    @routes.get("/data/<kind>/<path:slug>")
    def data(kind: str, slug: str) -> Response:
        return _file(_Here(store), named, kind, slug)

    return routes


def _called(snapshot: Snapshot, named: NamedQueries) -> Response:
    name = request.args.get("name", "").strip()
    if not name:
        raise UsageError("The request has no name", "Ask for /id?name=NAME, or for /id/KIND/SLUG.")
    return _by_name(snapshot, named, name, request.args.get("type", "Entity"))


class _Here:
    """What a request is answered from: a state of the graph, and what is told of things that are gone."""

    def __init__(self, store: GraphStore) -> None:
        self.snapshot, self.gone = store.snapshot(), store.history.gone


def _thing(here: _Here, named: NamedQueries, kind: str, slug: str) -> Response:
    """Lead on from an IRI, to the format that a suffix, `?format=` or `Accept` asks for; from a name to the IRI."""
    bare, suffix = _parted(slug)
    wanted = suffix or request.args.get("format", "").lower()
    if wanted and wanted not in _SUFFIXES:
        raise UsageError(f"{wanted[:40]!r} is no format here", f"Choose one of {', '.join(_SUFFIXES)}.")
    try:
        return _see_other(here.snapshot, *_whichever(here, "/id/", kind, slug, wanted))
    except NotFoundError as unknown:
        return _from_name(here.snapshot, named, kind, bare, "/id/", f".{suffix}" if suffix else "", unknown)


def _whichever(here: _Here, prefix: str, kind: str, slug: str, wanted: str) -> tuple[str, str]:
    """Return the IRI of a thing, and the format asked for; a dot in the name of a thing is no suffix."""
    bare, suffix = _parted(slug)
    if suffix:
        try:
            return _found(here, prefix, kind, bare, f".{suffix}"), suffix
        except NotFoundError:
            wanted = request.args.get("format", "").lower()
    return _found(here, prefix, kind, slug), wanted


def _parted(slug: str) -> tuple[str, str]:
    bare, dot, suffix = slug.rpartition(".")
    return (bare, suffix) if dot and suffix in _SUFFIXES else (slug, "")


def _paper(here: _Here, named: NamedQueries, kind: str, slug: str) -> Response:
    snapshot = here.snapshot
    try:
        iri = _found(here, "/page/", kind, slug)
    except NotFoundError as unknown:
        return _from_name(snapshot, named, kind, slug, "/page/", "", unknown)
    answer = _moved(snapshot, iri, "/page/") or tagged(snapshot, HTML, lambda: _page(snapshot, iri))
    return _linked(answer, snapshot, iri, HTML)


def _file(here: _Here, named: NamedQueries, kind: str, slug: str) -> Response:
    bare, dot, name = slug.rpartition(".")
    snapshot = here.snapshot
    if not dot or name not in MEDIA_TYPES:
        raise NotFoundError(
            f"There is no /data/{kind}/{slug}", f"End the address in .{', .'.join(MEDIA_TYPES)}."
        )
    try:
        iri = _found(here, "/data/", kind, bare, f".{name}")
    except NotFoundError as unknown:
        return _from_name(snapshot, named, kind, bare, "/data/", f".{name}", unknown)
    return _moved(snapshot, iri, "/data/", f".{name}") or _told(snapshot, iri, name)


def _told(snapshot: Snapshot, iri: str, name: str) -> Response:
    """Answer with what is said of a thing in a format, or with one page of one relation of it."""
    media_type, schema, wanted = MEDIA_TYPES[name], _wants_schema(), asked_relation()
    write, beside = partial(schema_body if schema else body, snapshot, iri, name), ""
    if wanted is not None:
        write, beside = part(snapshot, iri, wanted, name)  # type: ignore[assignment]
    answer = _linked(
        tagged(snapshot, media_type, write), snapshot, iri, media_type, SCHEMA if schema else OURS
    )
    answer.headers["Vary"] = "Accept, Accept-Language, Accept-Profile"
    if beside:
        answer.headers["Link"] += f", {beside}"
    return answer


def _from_name(
    snapshot: Snapshot, named: NamedQueries, kind: str, name: str, prefix: str, suffix: str, unknown: NotFoundError
) -> Response:  # fmt: skip
    """Lead from a name in the place of an IRI to the IRI, or to what is said of it.

    Raises:
        NotFoundError: nothing has the name.
        AmbiguityError: several things have it.
    """
    if _MINTED.search(name):
        raise unknown
    try:
        return _by_name(snapshot, named, name, _kind(kind), prefix, suffix)
    except UnknownNameError:
        raise unknown from None


# ---- Which thing ---------------------------------------------------------------------------------


def _found(here: _Here, prefix: str, kind: str, slug: str, suffix: str = "") -> str:
    """Return the IRI that a request is about: as it was sent, percent-encoded or decoded, whichever is known.

    Raises:
        RefusedError: 410; one of them was, and is gone.
        NotFoundError: none of them is.
    """
    base = here.snapshot.base
    names = list(dict.fromkeys(_spellings(prefix, f"{kind}/{slug}", suffix)))
    for name in names:
        if known(here.snapshot, base + name):
            return base + name
    for name in names:
        refuse_gone(here.gone(base + name))
    raise NotFoundError(
        f"There is no {kind} {slug}", "Look for it by one of its names, or list what there is with a query."
    )


def _kind(segment: str) -> str:
    """Return the class whose things have a segment in their IRIs; `Entity` where there is none."""
    found = "".join(part.capitalize() for part in segment.split("-"))
    return found if found in vocabulary().kinds else "Entity"


def _by_name(
    snapshot: Snapshot, named: NamedQueries, name: str, kind: str, prefix: str = "/id/", suffix: str = ""
) -> Response:
    """Lead from a name to the IRI of the one thing that has it.

    Raises:
        NotFoundError: nothing has the name, or no kind that other.
        AmbiguityError: several things have it.
    """
    if kind not in vocabulary().kinds:
        raise UsageError(f"There is no kind {kind}", "Choose one of the classes that /ontology lists.")
    iri = survivor(snapshot, named.entity(snapshot, name, kind).value)
    if not iri.startswith(snapshot.base):
        raise NotFoundError(f"{name} has an IRI that is not of this service: <{iri}>", "Ask SPARQL for it.")
    return _to(303, prefix, iri.removeprefix(snapshot.base) + suffix)


def _spellings(prefix: str, decoded: str, suffix: str) -> Iterator[str]:
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = target.partition("?")[0]
    if prefix in path:
        sent = path.partition(prefix)[2].removesuffix(suffix)
        # A server hands down raw bytes of UTF-8 as Latin-1.
        yield quote(sent.encode("latin-1", "ignore"), safe=SAFE) if not sent.isascii() else sent
        decoded = unquote(sent) if sent.isascii() else decoded
    yield quote(decoded, safe=SAFE)
    yield decoded


def _moved(snapshot: Snapshot, iri: str, prefix: str, suffix: str = "") -> Response | None:
    """Return the way to the thing that replaced another; None where it stands for itself."""
    now = survivor(snapshot, iri)
    return None if now == iri else _to(301, prefix, now.removeprefix(snapshot.base) + suffix)


def _to(status: int, prefix: str, name: str, **more: str) -> Response:
    """Return the way to another address, which keeps what was asked for beside the thing."""
    said = MultiDict(request.args)
    said.update(more)
    if prefix != "/id/":
        said.pop("format", None)
    query = urlencode([(k, v) for k, v in said.items(multi=True) if k in _CARRIED])
    address = prefix + quote(name, safe=SAFE) + (f"?{query}" if query else "")
    response = Response(status=status)
    response.headers["Location"] = address
    response.headers["Vary"] = "Accept, Accept-Language, Accept-Profile"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _see_other(snapshot: Snapshot, iri: str, wanted: str) -> Response:
    """Lead from the IRI of a thing to its page or its data, in a format or by `Accept` where none is wanted."""
    if moved := _moved(snapshot, iri, "/id/", f".{wanted}" if wanted else ""):
        return moved
    name = iri.removeprefix(snapshot.base)
    media_type = _SUFFIXES[wanted] if wanted else negotiate((*DATA, HTML))
    if media_type != HTML:
        more = {"profile": SCHEMA} if _wants_schema() else {}
        return _to(303, "/data/", f"{name}.{DATA[media_type]}", **more)
    kind, _, slug = name.partition("/")
    return _to(303, "/documents/", slug) if kind == "document" else _to(303, "/page/", name)


def _wants_schema() -> bool:
    """Tell whether a request wants words of schema.org: by `?profile=`, `Accept-Profile`, or a parameter of `Accept`.

    Content Negotiation by Profile (https://www.w3.org/TR/dx-prof-conneg/), sections 7.1 and 7.2.

    Raises:
        UsageError: `?profile=` names neither schema.org nor the ontology.
    """
    asked = request.args.get("profile")
    if asked is not None and asked.rstrip("/#") not in _PROFILES:
        raise UsageError(f"{asked[:80]!r} is no profile here", f"Choose {SCHEMA} or {OURS}.")
    said = asked or request.headers.get("Accept-Profile") or ""
    said = said or ",".join(_PROFILE.findall(request.headers.get("Accept", "")))
    places = [(said.find(name), name) for name in _PROFILES if name in said]
    return bool(places) and min(places)[1] == SCHEMA.rstrip("/")


# ---- What is said of it --------------------------------------------------------------------------


def _linked(response: Response, snapshot: Snapshot, iri: str, media_type: str, said: str = OURS) -> Response:
    """Return an answer with links to the thing (RFC 6892), to its page, to its data in other formats and words."""
    page, data = (address(snapshot, prefix, iri) for prefix in ("/page/", "/data/"))
    links = [f'<{quote(iri, safe=SAFE)}>; rel="describes"']
    links += [
        f'<{data}.{name}>; rel="alternate"; type="{other}"'
        for name, other in MEDIA_TYPES.items() if other != media_type
    ]  # fmt: skip
    links.append(f'<{said}>; rel="profile"')
    if said == OURS:
        links.append(
            f'<{data}.jsonld?profile={SCHEMA}>; rel="alternate"; type="{MEDIA_TYPES["jsonld"]}"; profile="{SCHEMA}"'
        )
    links.append(
        f'<{page}>; rel="canonical"' if media_type == HTML else f'<{page}>; rel="alternate"; type="{HTML}"'
    )
    response.headers["Link"] = ", ".join(links)
    return response


def _page(snapshot: Snapshot, iri: str) -> str:
    """Return the page of a thing, or of one relation of it where a parameter names that."""
    wanted = asked_relation()
    if wanted is not None:
        return _relation(snapshot, iri, wanted)
    said = profile(snapshot, iri, language())
    files, drawn = address(snapshot, "/data/", iri), picture(said, snapshot.base)
    return render(
        "entity.html", thing=said, here=address(snapshot, "/page/", iri),
        formats=[(n, f"{files}.{n}") for n in MEDIA_TYPES], schema=schema_org(snapshot, iri, said),
        picture=drawn, words=words, canvas=canvas(said, drawn, snapshot.base),
    )  # fmt: skip


def _label(snapshot: Snapshot, iri: str) -> str:
    labels = Labels(snapshot, language())
    labels.learn({iri})
    return labels.of(iri)


def _relation(snapshot: Snapshot, iri: str, wanted: Wanted) -> str:
    group, more = relation_page(
        snapshot, iri, language(), wanted.relation, wanted.number,
        inverse=wanted.inverse, prospects=wanted.prospects,
    )  # fmt: skip
    return render(
        "relation.html", group=group, more=more, number=wanted.number, way=WAYS[not wanted.inverse],
        prospects=wanted.prospects, label=_label(snapshot, iri), iri=iri, here=address(snapshot, "/page/", iri),
    )  # fmt: skip
