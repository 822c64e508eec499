"""Answers to requests that wrote."""

from flask import Response

from graph_service.graph.store import GraphStore


def written(response: Response, store: GraphStore) -> Response:
    """Return the answer to a write with the snapshot that has what was written, for `?snapshot=`."""
    if response.status_code == 204:
        del response.headers["Content-Type"]
    response.headers["Snapshot"] = store.snapshot().id
    response.headers["Cache-Control"] = "no-store"
    return response
