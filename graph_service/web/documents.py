"""`/documents`: list, read, take in and remove documents."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from graph_service import identity
from graph_service.errors import NotFoundError, ZoneGraphError
from graph_service.graph.description import known
from graph_service.graph.documents import Listed, Opened, open_document, paragraphs
from graph_service.graph.facets import (
    CLAIM_FACETS,
    chosen,
    claim_choices,
    narrow,
)
from graph_service.graph.labels import Labels
from graph_service.graph.shelf import FACETS, Shelf
from graph_service.graph.shelves import Shelves
from graph_service.graph.store import GraphStore
from graph_service.settings import Settings
from graph_service.web import annotations
from graph_service.web.changes import refuse_gone
from graph_service.web.messages import in_language
from graph_service.web.pages import language, link_to, render
from graph_service.web.problems import RefusedError, answer
from graph_service.web.responses import HTML, JSON, as_json, chosen_type, negotiate, tagged
from graph_service.web.texts import text

_BOTH = (JSON, HTML)
_FORMATS = {"json": JSON, "jsonld": annotations.LD_JSON, "html": HTML}
_A_PAGE = 50
"""How many documents a page of the list has."""
_DETAILS = ("published", "title", "source")


def blueprint(store: GraphStore, settings: Settings, shelves: Shelves) -> Blueprint:
    """Return the routes of documents; writes need the token of the settings.

    Args:
        store: has the documents.
        settings: have the token.
        shelves: has the list of them.
    """
    routes = Blueprint("documents", __name__)

    @routes.get("/documents")
    def listed() -> Response:
        return _list(shelves.newest(), writable=settings.token is not None)

    @routes.post("/documents")
    def take_in() -> Response:
        try:
            authorise(settings.token, request.form.get("token"))
            return _take_in(store)
        except ZoneGraphError as error:
            if not _is_form():
                raise
            return _again(error, lambda fault: _first_page(shelves.newest(), fault))

    @routes.get("/documents/<identifier>")
    def read(identifier: str) -> Response:
        return _read(store, identifier, writable=settings.token is not None)

    @routes.post("/documents/<identifier>/deletion")
    def remove_by_form(identifier: str) -> Response:
        return _remove_by_form(store, settings.token, identifier)

    @routes.delete("/documents/<identifier>")
    def remove(identifier: str) -> Response:
        authorise(settings.token)
        store.write(lambda store: store.delete(quote(identifier, safe="")))
        return Response(status=204)

    return routes


def _remove_by_form(store: GraphStore, token: str | None, identifier: str) -> Response:
    """Remove a document and lead to the others; where the token is wrong, show it again and say so."""
    try:
        authorise(token, request.form.get("token"))
    except ZoneGraphError as error:
        if not _is_form():
            raise
        iri = identity.document_iri(store.base, quote(identifier, safe=""))
        whole = open_document(store.snapshot(), iri, language())
        return _again(error, lambda fault: _page(whole, whole, {}, writable=True, fault=fault))
    store.write(lambda store: store.delete(quote(identifier, safe="")))
    return Response(status=303, headers={"Location": link_to("/documents")})


def authorise(token: str | None, typed: str | None = None) -> None:
    """Let a request that writes pass, if it carries the token.

    Args:
        token: of the settings.
        typed: what somebody typed into a form; counts where the request has no `Authorization`.

    Raises:
        RefusedError: 403 where no token is configured, 401 where the request has none or another one.
    """
    if not token:
        raise RefusedError(
            403,
            "This service takes no writes over HTTP: no token is configured",
            "Start it with ZONEGRAPH_TOKEN set to a secret, and send `Authorization: Bearer SECRET`.",
        )
    said = request.headers.get("Authorization") or (f"Bearer {typed}" if typed else "")
    scheme, _, given = said.partition(" ")
    right = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not right:
        raise RefusedError(
            401,
            "The request does not carry the token of this service",
            "Send the header `Authorization: Bearer` with the value of ZONEGRAPH_TOKEN.",
            {"WWW-Authenticate": 'Bearer realm="zonegraph"'},
        )


# ---- Reading -------------------------------------------------------------------------------------


def _list(shelf: Shelf, *, writable: bool) -> Response:
    """Answer with the documents of a year or about a place; a page has some of them, JSON all unless `?page=`."""
    media_type = negotiate(_BOTH)
    given = chosen(request.args.items(), FACETS)
    found = shelf.narrow(given)
    number = _page_number(len(found))
    first = (number - 1) * _A_PAGE
    some = found[first : first + _A_PAGE]
    if media_type == HTML:
        return tagged(shelf.snapshot, HTML, lambda: _shelf(shelf, given, some, len(found), writable))
    listed = some if "page" in request.args else found
    return tagged(shelf.snapshot, JSON, lambda: as_json({"documents": [_listed(d) for d in listed]}))


def _page_number(things: int) -> int:
    """Return the number of the page that is asked for, from 1.

    Raises:
        NotFoundError: there is no such page.
    """
    asked, last = request.args.get("page", "1"), max(1, -(-things // _A_PAGE))
    if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:9]) <= last:
        raise NotFoundError(f"There is no page {asked[:20]}", f"Choose one from 1 to {last}.")
    return int(asked)


def _shelf(
    shelf: Shelf, given: Mapping[str, str], some: Sequence[Listed], count: int, writable: bool,
    fault: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    return render(
        "documents.html", documents=some, count=count, given=given, writable=writable, fault=fault, typed=request.form,
        choices=shelf.choices(given, Labels(shelf.snapshot, language())),
        number=1 if fault else _page_number(count), last=max(1, -(-count // _A_PAGE)),
    )  # fmt: skip


def _listed(document: Listed) -> dict[str, object]:
    return {
        "id": document.id, "iri": document.iri, "title": document.title, "published": document.published,
        "source": document.source, "claims": document.claims, "url": f"/documents/{document.id}",
    }  # fmt: skip


def _read(store: GraphStore, identifier: str, *, writable: bool) -> Response:
    """Answer with a document and those of its claims that the parameters choose."""
    media_type, snapshot = chosen_type(_FORMATS), store.snapshot()
    iri = identity.document_iri(snapshot.base, quote(identifier, safe=""))
    given = chosen(request.args.items(), CLAIM_FACETS)
    if not known(snapshot, iri):
        refuse_gone(store.history.gone(iri))
    whole = open_document(snapshot, iri, language())
    document = narrow(whole, given)
    if media_type == HTML:
        response = tagged(snapshot, HTML, lambda: _page(whole, document, given, writable))
    elif media_type == JSON:
        response = tagged(snapshot, JSON, lambda: as_json(document.as_json()))
    else:
        address = request.host_url + f"documents/{whole.id}"
        response = tagged(
            snapshot,
            annotations.MEDIA_TYPE,
            lambda: as_json(annotations.collection(document, address, language())),
        )
    query = urlencode({**given, "format": "jsonld"})
    response.headers["Link"] = (
        f'</documents/{whole.id}?{query}>; rel="alternate"; type="{annotations.LD_JSON}"; profile="{annotations.PROFILE}"'
    )
    return response


def _page(
    whole: Opened, document: Opened, given: Mapping[str, str], writable: bool, fault: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    aside = [claim for claim in document.claims if claim.status != "accepted"]
    return render(
        "document.html", document=document, writable=writable, fault=fault, paragraphs=list(paragraphs(document)), aside=aside, given=given,
        choices=claim_choices(whole, given), fragment=annotations.fragment,
        formats=[(name, urlencode({**given, "format": name})) for name in ("json", "jsonld")],
    )  # fmt: skip


# ---- Forms ---------------------------------------------------------------------------------------


def _is_form() -> bool:
    """Tell whether a request comes from a form of our pages, in a browser."""
    return bool(request.form) and negotiate(_BOTH) == HTML


def _again(error: ZoneGraphError, page: Callable[[Mapping[str, str]], str]) -> Response:
    """Return a page with its form as it was filled in, and what is wrong with that; status and headers say it too."""
    response = answer(error)
    tongue = language()
    told = {"detail": in_language(error.detail, tongue), "cure": in_language(error.cure, tongue)}
    response.set_data(page({"said": text(f"form-{response.status_code}", tongue), **told}))
    return response


def _first_page(shelf: Shelf, fault: Mapping[str, str]) -> str:
    found = shelf.narrow({})
    return _shelf(shelf, {}, found[:_A_PAGE], len(found), writable=True, fault=fault)


# ---- Writing -------------------------------------------------------------------------------------


def _take_in(store: GraphStore) -> Response:
    from graph_service.ingest import ingest_document
    from graph_service.reading.documents import decode

    data, name, media_type = _content()
    said = {key: request.args.get(key) or request.form.get(key) or None for key in _DETAILS}
    document = decode(data, name, media_type, **said)
    ingest_document(document, store, store.base)
    snapshot = store.snapshot()
    stored = open_document(snapshot, identity.document_iri(snapshot.base, document.id), language())
    if request.form and negotiate(_BOTH) == HTML:
        return Response(status=303, headers={"Location": link_to(f"/documents/{document.id}")})
    answer = {key: value for key, value in stored.as_json().items() if key != "text"}
    response = Response(as_json(answer), 201, content_type=JSON)
    response.headers["Location"] = f"/documents/{document.id}"
    return response


def _content() -> tuple[bytes, str, str | None]:
    """Return the bytes of the document sent, its name and its media type.

    Raises:
        RefusedError: 400 for a form without exactly one file, 415 for a type that is none of documents.
    """
    from graph_service.reading.documents import SUFFIXES

    if request.mimetype == "multipart/form-data":
        files = [file for _, file in request.files.items(multi=True)]
        if len(files) != 1:
            raise RefusedError(400, f"The form has {len(files)} files", "Send one file in each request.")
        return files[0].read(), files[0].filename or "document", files[0].content_type
    if request.mimetype not in SUFFIXES.values():
        known = ", ".join(sorted({*SUFFIXES.values(), "multipart/form-data"}))
        raise RefusedError(
            415, f"{request.mimetype or 'A body without a type'} is no document", f"Send one of {known}."
        )
    return request.get_data(), "document", request.content_type
