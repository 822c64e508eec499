"""`/changes`: what each commit changed, as pages that never change themselves; and what is told of things that are gone."""

from collections.abc import Mapping, Sequence

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.errors import NotFoundError
from graph_service.formats import RDF_FORMATS
from graph_service.graph.history import Gone, Page
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.stream import PATCH, PREFIXES, date_of, members, patch, stream
from graph_service.web.pages import language, render
from graph_service.web.problems import RefusedError
from graph_service.web.responses import HTML, JSON, as_json, chosen_type, content_type, tag_of

_FOR_EVER = "public, max-age=31536000, immutable"
_GRAPHS = {name: RDF_FORMATS[name].media_type for name in ("trig", "nq", "jsonld")}
_STREAM = {"json": JSON, **_GRAPHS, "ttl": RDF_FORMATS["ttl"].media_type, "html": HTML}
_PAGE = {"patch": PATCH, **_GRAPHS, "html": HTML}
_SHOWN_PAGES, _SHOWN_LINES = 100, 200
_CURE = "Begin with /exports/all.nq, whose header Snapshot names its state, and follow /changes?after= from there."


def blueprint(store: GraphStore) -> Blueprint:
    """Return the routes of changes."""
    routes = Blueprint("changes", __name__)

    @routes.get("/changes")
    def listed() -> Response:
        pages = store.history.pages()
        return _list(store.snapshot(), _after(pages, store.snapshot().id, request.args.get("after")))

    @routes.get("/changes/<name>")
    def page(name: str) -> Response:
        found = store.history.page(name)
        if found is None:
            raise _missing(name, store.snapshot().id)
        return _read(*found, [page.name for page in store.history.pages()])

    return routes


def refuse_gone(gone: Gone | None) -> None:
    """Refuse what was in the graph and is no longer.

    Raises:
        RefusedError: 410; it is gone.
    """
    if gone is not None:
        raise RefusedError(
            410,
            f"<{gone.iri}> is no longer in the graph since {gone.snapshot}: no document speaks of it",
            "Look for it by one of its names; /changes tells what went with it, as far back as it goes.",
        )


def _missing(name: str, newest: str) -> RefusedError | NotFoundError:
    """Return why there is no such page: one that was, and has made room, is gone."""
    snapshot, _, part = name.rpartition(".")
    count, _, store = snapshot.partition("-")
    if store == newest.partition("-")[2] and part.isdecimal() and count.isdecimal() and count <= newest:
        return RefusedError(410, f"The page {name} has made room for newer ones", _CURE)
    return NotFoundError(f"There is no page {name[:40]}", "Choose one of those that /changes lists.")


def _after(pages: Sequence[Page], newest: str, state: str | None) -> Sequence[Page]:
    """Return the pages that lead on from a state, all of them where none is named.

    Raises:
        RefusedError: 410; none of them follows that state.
    """
    if state is None:
        return pages
    place = next((n for n, page in enumerate(pages) if page.before == state), None)
    if place is None and state not in {newest, *(page.snapshot for page in pages[-1:])}:
        raise RefusedError(410, f"No page leads on from the state {state[:40]}", _CURE)
    return [] if place is None else pages[place:]


def _list(snapshot: Snapshot, pages: Sequence[Page]) -> Response:
    media_type = chosen_type(_STREAM)
    ends = (pages[0].name, pages[-1].name) if pages else (snapshot.id,)
    tag = tag_of(snapshot, media_type, language(), request.full_path, request.host_url, *ends)
    if media_type == HTML:
        rows = [(page, date_of(page)) for page in reversed(pages[-_SHOWN_PAGES:])]
        body: str | bytes = render(
            "changes.html", rows=rows, count=len(pages), begins=_begins(snapshot, pages)
        )
    elif media_type == JSON:
        body = as_json(_said(snapshot, pages))
    else:
        quads = stream(pages, request.host_url)
        body = _serialized(quads, media_type)
    return _answer(body, media_type, tag, "no-cache", [])


def _begins(snapshot: Snapshot, pages: Sequence[Page]) -> str:
    return pages[0].before if pages else snapshot.id


def _said(snapshot: Snapshot, pages: Sequence[Page]) -> Mapping[str, object]:
    return {
        "from": _begins(snapshot, pages), "to": pages[-1].snapshot if pages else snapshot.id, "newest": snapshot.id,
        "pages": [
            {
                "url": f"{request.host_url}changes/{page.name}", "before": page.before, "snapshot": page.snapshot,
                "part": page.part, "date": date_of(page), "removed": page.removed, "added": page.added,
            }
            for page in pages
        ],
    }  # fmt: skip


def _read(page: Page, lines: str, names: Sequence[str]) -> Response:
    media_type = chosen_type(_PAGE)
    if media_type == PATCH:
        body: str | bytes = patch(page, lines)
    elif media_type == HTML:
        shown = lines.split("\n")[:_SHOWN_LINES]
        body = render("change.html", page=page, date=date_of(page), shown="\n".join(shown), most=_SHOWN_LINES)
    else:
        body = _serialized(members(page, lines, request.host_url), media_type)
    place = names.index(page.name) if page.name in names else 0
    links = ['</changes>; rel="collection"']
    links += [f'</changes/{names[place - 1]}>; rel="prev"'] if place else []
    tag = f"{page.name}-{'-'.join((media_type, language(), request.args.get('lang', '')))}"
    return _answer(body, media_type, tag, _FOR_EVER if media_type != HTML else "no-cache", links)


def _serialized(quads: object, media_type: str) -> bytes:
    format_ = next(f for f in RDF_FORMATS.values() if f.media_type == media_type)
    assert format_.rdf is not None
    said = quads if format_.holds_graphs else [quad.triple for quad in quads]  # type: ignore[attr-defined]
    return ox.serialize(said, format=format_.rdf, prefixes=PREFIXES) or b""  # type: ignore[arg-type]


def _answer(body: str | bytes, media_type: str, tag: str, keep: str, links: list[str]) -> Response:
    response = Response(body, content_type=content_type(media_type))
    response.set_etag(tag.replace("/", "-").replace("+", "-"), weak=True)
    response.headers["Cache-Control"] = keep
    response.headers["Vary"] = "Accept, Accept-Language"
    if links:
        response.headers["Link"] = ", ".join(links)
    response.make_conditional(request)
    return response
