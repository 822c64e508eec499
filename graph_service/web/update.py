"""`/update`: SPARQL 1.1 Protocol updates."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from graph_service.graph.store import GraphStore
from graph_service.graph.update import with_dataset
from graph_service.settings import Settings
from graph_service.web import bodies
from graph_service.web.documents import authorise
from graph_service.web.writes import written

MEDIA_TYPE = "application/sparql-update"
ACCEPTED = (MEDIA_TYPE, bodies.FORM)
"""Media types that `/update` takes."""


def blueprint(store: GraphStore, settings: Settings) -> Blueprint:
    """Return the update endpoint; it needs the token of the settings."""
    routes = Blueprint("update", __name__)

    @routes.post("/update")
    def endpoint() -> Response:
        authorise(settings.token)
        update = _asked()
        store.write(lambda writing: writing.update(update))
        return written(Response(status=204), store)

    return routes


def _asked() -> str:
    """Return the update of the request, with its dataset (SPARQL 1.1 Protocol, 2.2).

    Raises:
        RefusedError: 415 for a body that is neither form nor update, 400 without an update or with several.
        QueryError: the dataset cannot be combined with the update.
    """
    bodies.require_escapes(request.query_string)
    if bodies.mime_type(ACCEPTED) == bodies.FORM:
        bodies.require_escapes(request.get_data())
        update = bodies.one("update", request.form.getlist("update"))
        return _with_dataset(update, request.form.getlist)
    return _with_dataset(bodies.text(), request.args.getlist)


def _with_dataset(update: str, values: Callable[[str], list[str]]) -> str:
    return with_dataset(update, values("using-graph-uri"), values("using-named-graph-uri"))
