"""`/healthz` and `/readyz`: whether the service runs, and whether it can answer."""

from flask import Blueprint, Response, jsonify

from graph_service.graph.store import GraphStore


def blueprint(store: GraphStore) -> Blueprint:
    """Return the routes that those who run the service ask."""
    routes = Blueprint("operations", __name__)

    @routes.get("/healthz")
    def live() -> Response:
        return _uncached({"status": "ok"})

    @routes.get("/readyz")
    def ready() -> Response:
        return _uncached({"status": "ready", "snapshot": store.snapshot().id})

    return routes


def _uncached(said: dict[str, str]) -> Response:
    response = jsonify(said)
    response.headers["Cache-Control"] = "no-store"
    return response
