"""`/healthz`, `/readyz` and `/metrics`: whether the service runs, whether it can answer, and what it counts."""

from flask import Blueprint, Response, jsonify

from graph_service.graph.store import GraphStore
from graph_service.web.metrics import CONTENT_TYPE, Metrics


def blueprint(store: GraphStore, metrics: Metrics) -> Blueprint:
    """Return the routes that those who run the service ask."""
    routes = Blueprint("operations", __name__)

    @routes.get("/healthz")
    def live() -> Response:
        return _uncached(jsonify({"status": "ok"}))

    @routes.get("/readyz")
    def ready() -> Response:
        return _uncached(jsonify({"status": "ready", "snapshot": store.snapshot().id}))

    @routes.get("/metrics")
    def figures() -> Response:
        return _uncached(Response(metrics.text(), content_type=CONTENT_TYPE))

    return routes


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
