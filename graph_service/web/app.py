"""The app factory: settings and a store in, a Flask app out. Nothing is global."""

from flask import Flask, Response
from jinja2 import StrictUndefined

from graph_service import asking
from graph_service.asking.model import Model
from graph_service.asking.nearby import by_search
from graph_service.graph.follower import Follower
from graph_service.graph.greeting import Greeting
from graph_service.graph.named import load
from graph_service.graph.press import Press
from graph_service.graph.search import Search
from graph_service.graph.shelves import Shelves
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.web import (
    ask,
    bodies,
    catalog,
    changes,
    compression,
    documents,
    entities,
    explorer,
    exports,
    graph_store,
    limits,
    log,
    methods,
    ontology,
    openapi,
    operations,
    problems,
    proposals,
    queries,
    search,
    service,
    sparql,
    start,
    update,
)
from graph_service.web.express import Express
from graph_service.web.front import Front
from graph_service.web.metrics import Metrics
from graph_service.web.remote import Broker

_MEBIBYTE = 1024 * 1024
_LARGEST_BODY = 65 * _MEBIBYTE
_LARGEST_FORM = 1024 * 1024
_TRYING = 0.5
"""Seconds that a question may take which is only tried for the start page."""
_HEADERS = {
    # data: and blob: are pictures that the explorer draws itself, for its canvas and to be saved.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
    "style-src 'self'; img-src 'self' data: blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_app(store: GraphStore, settings: Settings, workers: Workers | None = None) -> Flask:
    """Return the web service over a store.

    Args:
        store: read for every answer, written by `/update`, `/graphs` and `/documents`.
        settings: the token that writes need, and the limits of a query.
        workers: run what users ask; None: processes of the app's own, which end with it.
    """
    if workers is None:
        workers = Workers(settings.workers, settings.timeout, settings.memory, settings.cache)
    app = _bare(store.base)
    metrics = Metrics(store, workers)
    allowance = limits.Allowance(settings.rate)
    tell = (metrics.count, log.AccessLog(settings.access_log).write)
    front = Front(settings.cache * _MEBIBYTE // 4, lambda: store.snapshot().id, tell)
    app.extensions["zonegraph.front"] = front
    app.extensions["zonegraph.express"] = Express(app, store, workers, allowance, front, tell)
    log.register(app, allowance, front, tell)
    limits.register(app, allowance)
    problems.register(app)
    bodies.register(app)
    methods.register(app)
    compression.register(app)
    _register(app, store, settings, workers, metrics)
    app.after_request(_add_headers)
    return app


def _bare(base: str) -> Flask:
    """Return an app without routes."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, MAX_FORM_MEMORY_SIZE=_LARGEST_FORM)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["base"] = base
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def _register(app: Flask, store: GraphStore, settings: Settings, workers: Workers, metrics: Metrics) -> None:
    """Give the app all its routes."""
    named = load()
    describe = service.describer(workers, settings)
    press = Press(settings.timeout)
    shelves = app.extensions["zonegraph.shelves"] = Shelves(store, press)
    questions = asking.load(named)
    greeting = Greeting(store, named, queries.Asker(workers, _TRYING))
    app.extensions["zonegraph.greeting"] = greeting
    app.register_blueprint(start.blueprint(questions, greeting, shelves))
    index = Search(store.path)
    follower = app.extensions["zonegraph.follower"] = Follower(store, index)
    app.register_blueprint(sparql.blueprint(store, workers, Broker(settings), follower, describe))
    app.register_blueprint(queries.blueprint(store, named, workers))
    answerer = queries.Asker(workers)
    app.register_blueprint(ask.blueprint(store, questions, answerer, by_search(index), settings.model))
    app.register_blueprint(proposals.blueprint(store, workers, questions, _model(settings)))
    app.register_blueprint(search.blueprint(store, index, follower))
    app.register_blueprint(update.blueprint(store, settings))
    app.register_blueprint(graph_store.blueprint(store, settings, describe))
    app.register_blueprint(documents.blueprint(store, settings, shelves))
    app.register_blueprint(entities.blueprint(store, named))
    app.register_blueprint(explorer.blueprint(store, questions, greeting, follower, workers))
    app.register_blueprint(ontology.blueprint())
    app.register_blueprint(exports.blueprint(store, press))
    app.register_blueprint(changes.blueprint(store))
    app.register_blueprint(catalog.blueprint(store, press, settings))
    app.register_blueprint(openapi.blueprint(store, named))
    app.register_blueprint(operations.blueprint(store, metrics))


def _model(settings: Settings) -> Model | None:
    """Return the language model that a service may ask; None where it was told of none."""
    return Model(settings.model_url, settings.model, settings.model_key) if settings.model else None


def _add_headers(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    return response
