"""`/ask/proposal`: a query that the operator's language model writes for a question, shown and not run.

POST, as asking the model takes its time and may cost money. Who wants the answer sends the query to `/sparql`, under the
limits that hold there for everybody. GET, a page that is loaded again say, leads back to the question.
"""

import threading
from functools import lru_cache

from flask import Blueprint, Response, request

from graph_service.asking import Asking
from graph_service.asking.model import Model
from graph_service.asking.proposing import Proposal, propose
from graph_service.errors import BusyError, NotFoundError
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.web.pages import link_to, render
from graph_service.web.problems import RefusedError
from graph_service.web.responses import HTML, JSON, as_json, content_type, negotiate

_AT_ONCE = 2
"""Questions that wait for the model at the same time; each keeps a thread."""
_KEPT = 256
_CHECKING = 2.0
"""Seconds that reading what the model wrote may take."""


def blueprint(store: GraphStore, workers: Workers, asking: Asking, model: Model | None) -> Blueprint:
    """Return the route of proposals.

    Args:
        store: gives the state of the graph whose names a question may have.
        workers: tell whether what the model writes is a query.
        asking: knows the named queries that come near.
        model: writes the queries; None: the route says that there is none.
    """
    routes = Blueprint("proposals", __name__)
    room = threading.BoundedSemaphore(_AT_ONCE)

    def check(query: str) -> None:
        workers.parse(query, store.base, _CHECKING)

    @lru_cache(maxsize=_KEPT)
    def proposed(question: str, state: str) -> Proposal:
        del state  # others have other names
        if model is None:
            raise NotFoundError(
                "This service has no language model",
                "Start it with --model-url and --model, or choose a named query.",
            )
        if not room.acquire(blocking=False):
            raise BusyError(
                f"{_AT_ONCE} questions are waiting for the language model", "Ask again in a while."
            )
        try:
            return propose(asking, store.snapshot(), question, model.name, model.complete, check)
        finally:
            room.release()

    @routes.post("/ask/proposal")
    def proposal() -> Response:
        media_type = negotiate((JSON, HTML))
        _refuse_foreign()
        found = proposed(request.values.get("q", "").strip(), store.snapshot().id)
        body = render("proposal.html", proposal=found) if media_type == HTML else as_json(found.as_json())
        answer = Response(body, content_type=content_type(media_type))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.get("/ask/proposal")
    def question() -> Response:
        return Response(status=303, headers={"Location": link_to("/ask", q=request.args.get("q"))})

    return routes


def _refuse_foreign() -> None:
    """Refuse what a browser sends from a page of another site: it would spend the operator's money unseen."""
    if request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
        raise RefusedError(403, "A page of another site asks for this", "Ask from a page of this service.")
