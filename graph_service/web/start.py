"""`/`: the explorer. What stands on the page works without scripts; its script, where it is built, takes it over."""

from typing import Any

from flask import Blueprint, Response, current_app

from graph_service.asking import Asking
from graph_service.asking.asking import LONGEST
from graph_service.graph.documents import list_documents
from graph_service.graph.greeting import Greeting
from graph_service.graph.store import Snapshot
from graph_service.web.explorer import start
from graph_service.web.pages import render
from graph_service.web.responses import HTML, negotiate, tagged
from graph_service.web.sparql import EXAMPLES


def blueprint(asking: Asking, greeting: Greeting) -> Blueprint:
    """Return the page.

    Args:
        asking: has the forms of questions.
        greeting: has what is worth seeing first.
    """
    routes = Blueprint("start", __name__)

    @routes.get("/")
    def explorer() -> Response:
        greeted = greeting.newest()
        snapshot = greeted.snapshot
        return tagged(snapshot, negotiate((HTML,)), lambda: _page(snapshot, start(greeted, asking)))

    return routes


def _page(snapshot: Snapshot, said: dict[str, Any]) -> str:
    searching = any(rule.rule == "/search" for rule in current_app.url_map.iter_rules())
    return render(
        "explorer.html", searching=searching, longest=LONGEST, examples=EXAMPLES,
        documents=list_documents(snapshot), **said,
    )  # fmt: skip
