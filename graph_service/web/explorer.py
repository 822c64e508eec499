"""`/explorer/…`: what the explorer asks for, as JSON, one request for each thing that a reader does."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from graph_service.asking import Asking
from graph_service.errors import QueryError, UsageError, ZoneGraphError
from graph_service.graph import neighbours
from graph_service.graph.among import among
from graph_service.graph.completion import complete
from graph_service.graph.follower import Follower
from graph_service.graph.greeting import Greeted, Greeting
from graph_service.graph.moves import moves, whereabouts
from graph_service.graph.neighbours import WAYS, Wanted
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Workers
from graph_service.graph.worth import NOTHING, Question
from graph_service.vocabulary import MODALITIES
from graph_service.web import beside, bodies
from graph_service.web.beside import MOST_THINGS, thing_as_json
from graph_service.web.methods import QUERY
from graph_service.web.pages import data_language, language
from graph_service.web.replies import client_gone
from graph_service.web.responses import JSON, as_json, asked_snapshot, negotiate, tagged

MOST_OF_A_PAGE = 500
_PLACE = re.compile(r"line (\d+), column (\d+): (.*)", re.DOTALL)
_LINTING = 2.0
"""Seconds that the planning of a query may take that is only checked."""


def blueprint(
    store: GraphStore, asking: Asking, greeting: Greeting, follower: Follower, workers: Workers
) -> Blueprint:
    """Return the routes.

    Args:
        store: gives the snapshots that are asked.
        asking: has the forms of questions.
        greeting: has what is worth seeing first.
        follower: finds names.
        workers: check what is written in the editor.
    """
    routes = Blueprint("explorer", __name__, url_prefix="/explorer")

    @routes.get("/start")
    def begin() -> Response:
        greeted = greeting.of(asked_snapshot(store)) if request.values.get("snapshot") else greeting.newest()
        return tagged(greeted.snapshot, negotiate((JSON,)), lambda: as_json(start(greeted, asking)))

    @routes.get("/counts")
    def counts() -> Response:
        return _answer(store, _counts)

    @routes.get("/neighbours")
    def around() -> Response:
        return _answer(store, lambda snapshot: _neighbours(snapshot, follower))

    @routes.get("/things")
    def things() -> Response:
        return _answer(store, _things)

    @routes.get("/places")
    def places() -> Response:
        return _answer(store, _places)

    @routes.get("/forms")
    def forms() -> Response:
        return _answer(store, lambda _: _forms(asking))

    @routes.get("/moves")
    def moved() -> Response:
        return _answer(store, _moves)

    @routes.get("/terms")
    def terms() -> Response:
        return _answer(store, lambda _: {"terms": complete(request.args.get("prefix", "")[:80])})

    @routes.post("/lint")
    def lint() -> Response:
        bodies.mime_type(("text/plain", QUERY))
        return Response(as_json(_lint(bodies.text(), store.base, workers)), content_type=JSON)

    return routes


def _answer(store: GraphStore, make: Callable[[Snapshot], dict[str, Any]]) -> Response:
    """Return what is made from the snapshot that is asked for, as JSON."""
    snapshot = asked_snapshot(store)
    return tagged(snapshot, negotiate((JSON,)), lambda: as_json(make(snapshot)))


# ---- Each of them --------------------------------------------------------------------------------


def start(greeted: Greeted, asking: Asking) -> dict[str, Any]:
    """Return what a reader sees first, in the language of the request: `questions`, `things` and `counts`."""
    found = greeted.worth.get(language(), NOTHING)
    return {
        "questions": [said for question in found.questions if (said := _question(question, asking))],
        "things": [thing_as_json(greeted.snapshot, thing) for thing in found.things],
        "counts": dict(found.counts),
    }


def _question(question: Question, asking: Asking) -> dict[str, Any] | None:
    """Return a question as people ask it; None where there is no form to ask it in."""
    names = {name: thing.label for name, thing in question.things.items()}
    text = asking.question(question.query.name, names, language())
    return (
        None
        if text is None
        else {
            "query": question.query.name,
            "title": question.query.titles[language()],
            "parameters": {name: thing.iri for name, thing in question.things.items()},
            "text": text,
        }
    )


def _counts(snapshot: Snapshot) -> dict[str, Any]:
    iri, wanted = _iri(snapshot), _wanted()
    thing, groups = neighbours.counts(snapshot, iri, data_language(), wanted)
    return {
        "thing": thing_as_json(snapshot, thing),
        "groups": [group.as_json() for group in groups],
        "sparql": neighbours.counting(snapshot, iri, groups),
    }


def _neighbours(snapshot: Snapshot, follower: Follower) -> dict[str, Any]:
    offset, limit = _number("offset", 0, 10**9), _number("limit", 50, MOST_OF_A_PAGE)
    look = partial(follower.named, snapshot)
    found = neighbours.neighbours(snapshot, _iri(snapshot), data_language(), _wanted(), offset, limit, look)
    return {
        "thing": thing_as_json(snapshot, found.thing),
        "total": found.total,
        "exact": found.whole,
        "offset": offset,
        "things": [thing_as_json(snapshot, thing) for thing in found.things],
        "relations": [edge.as_json() for edge in found.edges],
    }


def _things(snapshot: Snapshot) -> dict[str, Any]:
    iris = _iris()
    return beside.as_json(snapshot, among(snapshot, iris, data_language()))


def _places(snapshot: Snapshot) -> dict[str, Any]:
    places, areas = whereabouts(snapshot, _iris(), data_language())
    return {"places": [place.as_json() for place in places], "areas": areas}


def _forms(asking: Asking) -> dict[str, Any]:
    """Return the named queries, each with the questions that people ask it by, with `{parameter}` in them."""
    return {
        "queries": [
            {**query.as_json(language()), "asks": _asks(query.name, asking)} for query in asking.named
        ]
    }


def _asks(query: str, asking: Asking) -> dict[str, str]:
    """Return questions in the language of the request by the one parameter that they take."""
    asks: dict[str, str] = {}
    for form in asking.forms:
        slots = set(form.placed(language()))
        if form.query.name == query and len(slots) == 1 and not form.fixed:
            asks.setdefault(slots.pop(), form.example[language()])
    return asks


def _moves(snapshot: Snapshot) -> dict[str, Any]:
    modality = request.args.get("modality") or None
    if modality is not None and modality not in MODALITIES:
        raise UsageError(f"{modality[:40]!r} is not a modality", f"Choose one of {', '.join(MODALITIES)}.")
    found = moves(snapshot, data_language())
    chosen = [move for move in found.moves if modality in (None, move.modality)]
    return {
        "places": [place.as_json() for place in found.places],
        "moves": [
            {**move.as_json(), "things": [thing_as_json(snapshot, thing) for thing in move.things]}
            for move in chosen
        ],
        "unplaced": found.unplaced,
    }


def _lint(query: str, base: str, workers: Workers) -> dict[str, Any]:
    """Return whether the engine takes a query, and if not what is wrong where."""
    if not query.strip():
        return _verdict(QueryError("The query is empty", "Write one, or take an example."))
    try:
        workers.parse(query, base, _LINTING, client_gone())
    except QueryError as error:
        return _verdict(error)
    return {"ok": True, "message": None, "line": None, "column": None, "cure": None}


def _verdict(error: ZoneGraphError) -> dict[str, Any]:
    place = _PLACE.fullmatch(error.detail)
    line, column, message = place.groups() if place else (None, None, error.detail)
    return {
        "ok": False, "message": message, "line": int(line) if line else None,
        "column": int(column) if column else None, "cure": error.cure,
    }  # fmt: skip


# ---- What is asked -------------------------------------------------------------------------------


def _iris() -> list[str]:
    """Return the things that a request names.

    Raises:
        UsageError: there are none, or too many.
    """
    iris = list(dict.fromkeys(request.args.getlist("iri")))
    if not iris or len(iris) > MOST_THINGS:
        raise UsageError(
            f"The request names {len(iris)} things", f"Give 1 to {MOST_THINGS} of them, each as `iri`."
        )
    return iris


def _iri(snapshot: Snapshot) -> str:
    return neighbours.require(snapshot, bodies.one("iri", request.args.getlist("iri")))


def _wanted() -> Wanted:
    given: Mapping[str, str] = {key: value for key, value in request.args.items() if value}
    direction = given.get("direction")
    if direction is not None and direction not in WAYS:
        raise UsageError(f"{direction[:40]!r} is not a direction", f"Choose one of {', '.join(WAYS)}.")
    wanted = Wanted(
        given.get("relation"), None if direction is None else WAYS[direction], given.get("type"),
        given.get("q", "").strip()[:80],
    )  # fmt: skip
    neighbours.check(wanted)
    return wanted


def _number(name: str, default: int, most: int) -> int:
    """Return a parameter that is a whole number from 0 on.

    Raises:
        UsageError: it is none, or too large.
    """
    said = request.args.get(name) or str(default)
    if not (said.isascii() and said.isdigit() and int(said[:10]) <= most):
        raise UsageError(f"{name}={said[:20]} is no number from 0 to {most}", "Write digits, such as 50.")
    return int(said)
