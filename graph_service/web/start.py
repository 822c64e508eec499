"""`/`: the explorer. What stands on the page works without scripts; its script, where it is built, takes it over."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict

from graph_service.asking import Asking
from graph_service.asking.asking import LONGEST
from graph_service.graph.documents import Listed
from graph_service.graph.greeting import Greeting
from graph_service.graph.shelves import Shelves
from graph_service.web.explorer import start
from graph_service.web.pages import is_built, render
from graph_service.web.responses import HTML, content_type, finished, negotiate, tagged
from graph_service.web.sparql import EXAMPLES

_DOCUMENTS = 7
"""How many are handed to the page, which shows all but the last and says that there are more."""


def blueprint(asking: Asking, greeting: Greeting, shelves: Shelves) -> Blueprint:
    """Return the page.

    Args:
        asking: has the forms of questions.
        greeting: has what is worth seeing first.
        shelves: has the documents; where either takes long to be made, the page comes without it at first.
    """
    routes = Blueprint("start", __name__)

    @routes.get("/")
    def explorer() -> Response:
        answer = _answer_page(request.args)
        if answer is not None and not is_built("explorer"):
            return Response(status=303, headers={"Location": answer})
        greeted = greeting.ready()
        shelf = shelves.ready()
        documents = shelf.documents[:_DOCUMENTS] if shelf else ()
        made = partial(_page, documents, start(greeted, asking), answer)
        if shelf is None or not greeted.worth:  # the next one will have them
            return finished(Response(made(), content_type=content_type(HTML)), greeted.snapshot, None)
        return tagged(greeted.snapshot, negotiate((HTML,)), made)

    return routes


def _answer_page(given: MultiDict[str, str]) -> str | None:
    """Return the page that answers the question of an address of the explorer; None where it has none.

    The script draws the answer itself. Who has no script is led to that page: the same answer, as HTML.
    """
    asked = {key: value for key, value in given.items() if key != "query"}
    query = given.get("query", "")
    if query == "ask" or (not query and asked.get("q", "").strip()):
        return f"/ask?{urlencode(asked)}"
    if not re.fullmatch(r"[\w-]{1,80}", query):
        return None
    # `*` stands for what the IRIs of the service begin with.
    long = {
        k: f"{current_app.jinja_env.globals['base']}{v[1:]}" if v.startswith("*") else v
        for k, v in asked.items()
    }
    return f"/queries/{query}?{urlencode(long)}"


def _page(documents: Sequence[Listed], said: dict[str, Any], answer: str | None) -> str:
    searching = any(rule.rule == "/search" for rule in current_app.url_map.iter_rules())
    return render(
        "explorer.html", searching=searching, longest=LONGEST, examples=EXAMPLES,
        documents=documents, answer=answer, **said,
    )  # fmt: skip
