"""`/documents`: list, read, take in and remove documents."""

import hmac
from urllib.parse import quote

from flask import Blueprint, Response, request

from graph_service import identity
from graph_service.graph.documents import Listed, Opened, list_documents, open_document, paragraphs
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.settings import Settings
from graph_service.web.pages import language, render
from graph_service.web.problems import RefusedError
from graph_service.web.responses import HTML, JSON, as_json, negotiate, tagged

_BOTH = (JSON, HTML)
_DETAILS = ("published", "title", "source")


def blueprint(store: GraphStore, settings: Settings) -> Blueprint:
    """Return the routes of documents; writes need the token of the settings."""
    routes = Blueprint("documents", __name__)

    @routes.get("/documents")
    def listed() -> Response:
        return _list(store.snapshot())

    @routes.post("/documents")
    def take_in() -> Response:
        authorise(settings.token)
        return _take_in(store)

    @routes.get("/documents/<identifier>")
    def read(identifier: str) -> Response:
        return _read(store.snapshot(), identifier)

    @routes.delete("/documents/<identifier>")
    def remove(identifier: str) -> Response:
        authorise(settings.token)
        store.write(lambda store: store.delete(identifier))
        return Response(status=204)

    return routes


def authorise(token: str | None) -> None:
    """Let a request that writes pass, if it carries the token.

    Raises:
        RefusedError: 403 where no token is configured, 401 where the request has none or another one.
    """
    if not token:
        raise RefusedError(
            403,
            "This service takes no writes over HTTP: no token is configured",
            "Start it with ZONEGRAPH_TOKEN set to a secret, and send `Authorization: Bearer SECRET`.",
        )
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not right:
        raise RefusedError(
            401,
            "The request does not carry the token of this service",
            "Send the header `Authorization: Bearer` with the value of ZONEGRAPH_TOKEN.",
            {"WWW-Authenticate": 'Bearer realm="zonegraph"'},
        )


# ---- Reading -------------------------------------------------------------------------------------


def _list(snapshot: Snapshot) -> Response:
    media_type = negotiate(_BOTH)
    if media_type == HTML:
        return tagged(snapshot, HTML, lambda: render("documents.html", documents=list_documents(snapshot)))
    return tagged(
        snapshot, JSON, lambda: as_json({"documents": [_listed(d) for d in list_documents(snapshot)]})
    )


def _listed(document: Listed) -> dict[str, object]:
    return {
        "id": document.id, "iri": document.iri, "title": document.title, "published": document.published,
        "source": document.source, "claims": document.claims, "url": f"/documents/{document.id}",
    }  # fmt: skip


def _read(snapshot: Snapshot, identifier: str) -> Response:
    media_type = negotiate(_BOTH)
    iri = identity.document_iri(snapshot.base, quote(identifier, safe=""))
    document = open_document(snapshot, iri, language())
    if media_type == HTML:
        return tagged(snapshot, HTML, lambda: _page(document))
    return tagged(snapshot, JSON, lambda: as_json(document.as_json()))


def _page(document: Opened) -> str:
    aside = [claim for claim in document.claims if claim.status != "accepted"]
    return render("document.html", document=document, paragraphs=list(paragraphs(document)), aside=aside)


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
