"""`/ask`: a question in Chinese or English, what was understood of it, and the answer with its sentences."""

from flask import Blueprint, Response, request

from graph_service.asking import Answered, Asking
from graph_service.asking.asking import LONGEST
from graph_service.asking.filling import Near
from graph_service.graph.named import LANGUAGES, Ask
from graph_service.graph.store import GraphStore
from graph_service.web.beside import with_graph
from graph_service.web.pages import language, render
from graph_service.web.responses import (
    HTML,
    JSON,
    as_json,
    asked_snapshot,
    chosen_type,
    content_type,
    finished,
    tag_of,
    unchanged,
)

_FORMATS = {"json": JSON, "html": HTML}


def blueprint(store: GraphStore, asking: Asking, ask: Ask, near: Near, model: str = "") -> Blueprint:
    """Return the route of questions.

    Args:
        store: gives the snapshots that are asked.
        asking: understands the questions.
        ask: answers the queries that they become.
        near: gives the things that words may mean which are no name.
        model: name of the language model that may be asked for a query; empty: there is none.
    """
    routes = Blueprint("ask", __name__)

    @routes.get("/ask")
    def answer() -> Response:
        snapshot = asked_snapshot(store)
        media_type, question = chosen_type(_FORMATS), request.args.get("q", "")
        # 去年 is another year next year: the same graph, another answer.
        tag = tag_of(snapshot, media_type, language(), request.full_path, str(asking.today().year))
        same = unchanged(snapshot, tag)
        if same is not None:
            return same
        greeting = media_type == HTML and not question.strip()
        answered = None if greeting else asking.ask(snapshot, question, _tongue(), ask, near)
        if answered is None or media_type == HTML:
            body = _page(answered, asking, model)
        else:
            body = as_json(with_graph(snapshot, answered.as_json()))
        return finished(Response(body, content_type=content_type(media_type)), snapshot, tag)

    return routes


def _tongue() -> str | None:
    """Return the language that was asked for; None: that of the question, for programs."""
    return language() if request.args.get("lang") in LANGUAGES else None


def _page(answered: Answered | None, asking: Asking, model: str) -> str:
    forms = {form.query.name: form for form in reversed(asking.forms)}
    examples = [forms[query.name].text(language()) for query in asking.named if query.name in forms]
    return render("ask.html", answered=answered, examples=examples, longest=LONGEST, model=model)
