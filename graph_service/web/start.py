"""`/`: the explorer. What stands on the page works without scripts; its script, where it is built, takes it over."""

from typing import Any

from flask import Blueprint, Response, current_app

from graph_service.asking import Asking
from graph_service.asking.asking import LONGEST
from graph_service.graph.documents import list_documents
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Workers
from graph_service.web.explorer import start
from graph_service.web.pages import render
from graph_service.web.responses import HTML, negotiate, tagged
from graph_service.web.sparql import EXAMPLES


def blueprint(store: GraphStore, asking: Asking, workers: Workers) -> Blueprint:
    """Return the page.

    Args:
        store: gives the snapshots.
        asking: has the questions to begin with.
        workers: try them.
    """
    routes = Blueprint("start", __name__)

    @routes.get("/")
    def explorer() -> Response:
        snapshot = store.snapshot()
        return tagged(snapshot, negotiate((HTML,)), lambda: _page(snapshot, start(snapshot, asking, workers)))

    return routes


def _page(snapshot: Snapshot, said: dict[str, Any]) -> str:
    searching = any(rule.rule == "/search" for rule in current_app.url_map.iter_rules())
    return render(
        "explorer.html", searching=searching, longest=LONGEST, examples=EXAMPLES,
        documents=list_documents(snapshot), **said,
    )  # fmt: skip
