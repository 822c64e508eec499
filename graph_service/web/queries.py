"""`/queries`: the named queries, as pages with forms and as JSON, CSV and TSV; and `/evidence`."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from graph_service.errors import UsageError, ZoneGraphError
from graph_service.formats import RESULT_FORMATS
from graph_service.graph.documents import claims_about
from graph_service.graph.labels import AmbiguityError, UnknownNameError
from graph_service.graph.named import NamedQueries, NamedQuery, Result
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.vocabulary import MODALITIES
from graph_service.web.pages import language, render
from graph_service.web.problems import status_of
from graph_service.web.responses import HTML, JSON, as_json, negotiate, tagged

CSV, TSV = "text/csv", "text/tab-separated-values"
_STANDARD = {RESULT_FORMATS[name].media_type: RESULT_FORMATS[name] for name in ("json", "xml")}
_OFFERS = (JSON, CSV, TSV, HTML, *_STANDARD)
_FORMATS = {
    "json": JSON,
    "csv": CSV,
    "tsv": TSV,
    "html": HTML,
    **{f.suffix[1:]: m for m, f in _STANDARD.items()},
}
_WRITERS: Mapping[str, Callable[[Result], str]] = {
    JSON: lambda result: as_json(result.as_json()), CSV: Result.as_csv, TSV: Result.as_tsv
}  # fmt: skip
_OURS = frozenset({"format", "lang"})


def blueprint(store: GraphStore, named: NamedQueries) -> Blueprint:
    """Return the routes of named queries and of evidence."""
    routes = Blueprint("queries", __name__)

    @routes.get("/queries")
    def listed() -> Response:
        return _list(store.snapshot(), named)

    @routes.get("/queries/<name>")
    def run(name: str) -> Response:
        return _run(store.snapshot(), named, named.get(name))

    @routes.get("/evidence")
    def evidence() -> Response:
        return _evidence(store.snapshot(), named)

    return routes


def _list(snapshot: Snapshot, named: NamedQueries) -> Response:
    media_type = _media_type((JSON, HTML))
    if media_type == HTML:
        return tagged(snapshot, media_type, lambda: render("queries.html", queries=list(named)))
    return tagged(snapshot, media_type, lambda: as_json({"queries": [q.as_json(language()) for q in named]}))


def _run(snapshot: Snapshot, named: NamedQueries, query: NamedQuery) -> Response:
    given = {key: value for key, value in request.args.items() if key not in _OURS}
    media_type = _media_type(_OFFERS)
    if media_type == HTML:
        return _page(snapshot, named, query, given)
    if media_type in _STANDARD:
        answer = named.ask(snapshot, query.name, given)
        return tagged(snapshot, media_type, lambda: answer.serialize(_STANDARD[media_type]))
    named.bind(snapshot, query, given)
    return tagged(snapshot, media_type, lambda: _WRITERS[media_type](_result(snapshot, named, query, given)))


def _result(snapshot: Snapshot, named: NamedQueries, query: NamedQuery, given: Mapping[str, str]) -> Result:
    return named.run(snapshot, query.name, given, language())


def _page(snapshot: Snapshot, named: NamedQueries, query: NamedQuery, given: Mapping[str, str]) -> Response:
    """Return the form with its answer; a fault in the parameters stands beside the form."""
    shown: dict[str, object] = {
        "query": query, "given": given, "modalities": list(MODALITIES),
        "result": None, "fault": None, "choices": [],
    }  # fmt: skip
    if not given and any(parameter.required for parameter in query.parameters):
        return tagged(snapshot, HTML, lambda: render("query.html", **shown))
    try:
        named.bind(snapshot, query, given)
    except ZoneGraphError as fault:
        shown.update(fault=fault, choices=_choices(fault, given))
        response = tagged(snapshot, HTML, lambda: render("query.html", **shown))
        response.status_code = status_of(fault) if response.status_code == 200 else response.status_code
        return response

    def body() -> str:
        return render("query.html", **{**shown, "result": _result(snapshot, named, query, given)})

    return tagged(snapshot, HTML, body)


def _choices(fault: ZoneGraphError, given: Mapping[str, str]) -> list[tuple[str, str, dict[str, str]]]:
    """Return what a name may mean: a name, what tells it from the others, the parameters that say so."""
    if isinstance(fault, AmbiguityError):
        found = [(c.name, f"{c.kind} {c.iri}", c.iri) for c in fault.choices]
    elif isinstance(fault, UnknownNameError):
        found = [(name, "", name) for name in fault.near]
    else:
        return []
    name = fault.name
    return [
        (label, apart, {key: right if value.strip() == name else value for key, value in given.items()})
        for label, apart, right in found
    ]


def _media_type(offers: tuple[str, ...]) -> str:
    """Return the media type of `?format=`, else of `Accept`.

    Raises:
        UsageError: there is no such format here.
        RefusedError: 406; nothing here is acceptable.
    """
    name = request.args.get("format")
    if name is None:
        return negotiate(offers)
    if _FORMATS.get(name.lower()) not in offers:
        known = ", ".join(key for key, value in _FORMATS.items() if value in offers)
        raise UsageError(f"{name!r} is not a format of this answer", f"Choose one of {known}.")
    return _FORMATS[name.lower()]


def _evidence(snapshot: Snapshot, named: NamedQueries) -> Response:
    media_type = negotiate((JSON,))
    given = {key: value for key, value in request.args.items() if key in {"subject", "predicate", "object"}}
    ends = named.bind(snapshot, named.get("evidence"), given)
    return tagged(snapshot, media_type, lambda: as_json({"claims": claims_about(snapshot, **ends)}))
