"""`/ask`: a question in Chinese or English, what was understood of it, and the answer with its sentences."""

from flask import Blueprint, Response, request

from graph_service.asking import Answered, Asking
from graph_service.asking.asking import LONGEST
from graph_service.asking.understanding import Near
from graph_service.errors import UsageError
from graph_service.graph.named import LANGUAGES, Ask
from graph_service.graph.store import GraphStore
from graph_service.web.beside import with_graph
from graph_service.web.pages import language, render
from graph_service.web.responses import HTML, JSON, as_json, asked_snapshot, negotiate, tagged

_FORMATS = {"json": JSON, "html": HTML}


def blueprint(store: GraphStore, asking: Asking, ask: Ask, near: Near) -> Blueprint:
    """Return the route of questions.

    Args:
        store: gives the snapshots that are asked.
        asking: understands the questions.
        ask: answers the queries that they become.
        near: gives the things that words may mean which are no name.
    """
    routes = Blueprint("ask", __name__)

    @routes.get("/ask")
    def answer() -> Response:
        snapshot = asked_snapshot(store)
        media_type = _media_type()
        question = request.args.get("q", "")
        if media_type == HTML and not question.strip():
            return tagged(snapshot, HTML, lambda: _page(None, asking))
        # Understood before the answer is begun, so that a question nobody can take is an error with its status.
        answered = asking.ask(snapshot, question, _tongue(), ask, near)
        if media_type == HTML:
            return tagged(snapshot, HTML, lambda: _page(answered, asking))
        return tagged(snapshot, JSON, lambda: as_json(with_graph(snapshot, answered.as_json())))

    return routes


def _tongue() -> str | None:
    """Return the language that was asked for; None: that of the question, for programs."""
    return language() if request.args.get("lang") in LANGUAGES else None


def _media_type() -> str:
    """Return the media type of `?format=`, else of `Accept`; raises UsageError for another format."""
    name = request.args.get("format")
    if name is None:
        return negotiate((JSON, HTML))
    if name.lower() not in _FORMATS:
        raise UsageError(f"{name!r} is not a format of this answer", f"Choose one of {', '.join(_FORMATS)}.")
    return _FORMATS[name.lower()]


def _page(answered: Answered | None, asking: Asking) -> str:
    forms = {form.query.name: form for form in reversed(asking.forms)}
    examples = [forms[query.name].text(language()) for query in asking.named if query.name in forms]
    return render("ask.html", answered=answered, examples=examples, longest=LONGEST)
