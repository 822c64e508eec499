"""`/`: a plain page that leads to everything."""

from flask import Blueprint, Response

from graph_service.graph.documents import list_documents
from graph_service.graph.named import NamedQueries
from graph_service.graph.store import GraphStore
from graph_service.web.pages import render
from graph_service.web.responses import HTML, negotiate, tagged
from graph_service.web.sparql import EXAMPLES


def blueprint(store: GraphStore, named: NamedQueries) -> Blueprint:
    """Return the start page."""
    routes = Blueprint("start", __name__)

    @routes.get("/")
    def start() -> Response:
        snapshot = store.snapshot()
        return tagged(snapshot, negotiate((HTML,)), lambda: _page(list_documents(snapshot), named))

    return routes


def _page(documents: list, named: NamedQueries) -> str:  # type: ignore[type-arg]
    return render("start.html", documents=documents, queries=list(named), examples=EXAMPLES)
