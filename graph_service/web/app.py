"""The app factory: settings and a store in, a Flask app out. Nothing is global."""

from flask import Flask, Response
from jinja2 import StrictUndefined

from graph_service.graph.named import load
from graph_service.graph.store import GraphStore
from graph_service.settings import Settings
from graph_service.web import documents, entities, operations, problems, queries, sparql, start

_LARGEST_BODY = 65 * 1024 * 1024
_LARGEST_FORM = 1024 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_app(store: GraphStore, settings: Settings) -> Flask:
    """Return the web service over a store.

    Args:
        store: read for every answer, written by `/documents` alone.
        settings: the token that writes need, and the base IRI.
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, MAX_FORM_MEMORY_SIZE=_LARGEST_FORM)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.register(app)
    named = load()
    app.register_blueprint(start.blueprint(store, named))
    app.register_blueprint(sparql.blueprint(store))
    app.register_blueprint(queries.blueprint(store, named))
    app.register_blueprint(documents.blueprint(store, settings))
    app.register_blueprint(entities.blueprint(store))
    app.register_blueprint(operations.blueprint(store))
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    return response
