"""`/queries`: the named queries, as pages with forms and as JSON, CSV and TSV; and `/evidence`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from graph_service.errors import QueryError, ZoneGraphError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format
from graph_service.graph.answers import Value
from graph_service.graph.citations import in_context
from graph_service.graph.documents import claims_about, claims_behind
from graph_service.graph.labels import AmbiguityError, UnknownNameError
from graph_service.graph.named import Bound, NamedQueries, NamedQuery, Result
from graph_service.graph.paging import Page
from graph_service.graph.replies import Reply
from graph_service.graph.steps import Steps
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Workers
from graph_service.vocabulary import MODALITIES
from graph_service.web.beside import with_graph
from graph_service.web.charts import draw
from graph_service.web.pages import data_language, language, render
from graph_service.web.problems import status_of
from graph_service.web.replies import client_gone, noted, send
from graph_service.web.responses import (
    HTML,
    JSON,
    as_json,
    asked_snapshot,
    chosen_type,
    finished,
    negotiate,
    tag_of,
    tagged,
    unchanged,
)  # fmt: skip

CSV, TSV = "text/csv", "text/tab-separated-values"
_STANDARD = {RESULT_FORMATS[name].media_type: RESULT_FORMATS[name] for name in ("json", "xml")}
_FORMATS = {
    "json": JSON,
    "csv": CSV,
    "tsv": TSV,
    "html": HTML,
    **{f.suffix[1:]: m for m, f in _STANDARD.items()},
}
_WRITERS: Mapping[str, Callable[[Result], str]] = {
    CSV: Result.as_csv, TSV: Result.as_tsv
}  # fmt: skip
_GRAPHS = {f.media_type: f for f in (RDF_FORMATS[name] for name in ("ttl", "nt", "jsonld", "rdf"))}
_FORMATS |= {f.suffix[1:]: media_type for media_type, f in _GRAPHS.items()}
_OURS = frozenset({"format", "lang", "data", "with", "snapshot", "limit", "offset"})
_ON_A_PAGE = 200
"""Rows that an HTML page shows, where no limit is given."""
_MOST_ROWS = 50_000
"""Rows that are given with labels; the standard formats have no such limit."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the workers, for one request; `timeout`: seconds that an answer may take, where not those of the workers."""

    workers: Workers
    timeout: float | None = None

    def __call__(self, snapshot: Snapshot, sparql: str, bound: Bound | Steps) -> "Labelled":
        """Return the answer to a named query, for its rows."""
        return Labelled(self.reply(snapshot, sparql, bound, RESULT_FORMATS["tsv"], RDF_FORMATS["nt"]))

    def reply(self, snapshot: Snapshot, sparql: str, bound: Bound | Steps, *formats: Format) -> Reply:
        """Return the answer to a named query in the first format that can hold it; raises what `Workers.ask` raises."""
        walk, terms = (bound, None) if isinstance(bound, Steps) else (None, bound)
        asked = self.workers.ask(
            snapshot, sparql, formats, bindings=terms, walk=walk, timeout=self.timeout, gone=client_gone()
        )
        return noted(asked)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer whose rows are to get labels, which only so many can."""

    reply: Reply

    def rows(self) -> Iterator[Mapping[str, Value | None]]:
        """Yield the rows.

        Raises:
            QueryError: there are too many.
        """
        with self.reply:
            for place, row in enumerate(self.reply.rows()):
                if place == _MOST_ROWS:
                    raise QueryError(
                        f"The answer has more than {_MOST_ROWS:,} rows, too many to give with labels",
                        "Ask page by page with limit and offset, with format=srj or format=srx, or in SPARQL.",
                    )
                yield row


def blueprint(store: GraphStore, named: NamedQueries, workers: Workers) -> Blueprint:
    """Return the routes of named queries and of evidence.

    Args:
        store: gives the snapshots that are asked.
        named: the queries.
        workers: answer them.
    """
    routes = Blueprint("queries", __name__)
    ask = Asker(workers)

    @routes.get("/queries")
    def listed() -> Response:
        return _list(asked_snapshot(store), named)

    @routes.get("/queries/<name>")
    def run(name: str) -> Response:
        return _run(asked_snapshot(store), named, named.get(name), ask)

    @routes.get("/evidence")
    def evidence() -> Response:
        return _evidence(asked_snapshot(store), named)

    return routes


def _list(snapshot: Snapshot, named: NamedQueries) -> Response:
    media_type = chosen_type(_offered(JSON, HTML))
    if media_type == HTML:
        return tagged(snapshot, media_type, lambda: render("queries.html", queries=list(named)))
    return tagged(snapshot, media_type, lambda: as_json({"queries": [q.as_json(language()) for q in named]}))


def _run(snapshot: Snapshot, named: NamedQueries, query: NamedQuery, ask: Asker) -> Response:
    given = {key: value for key, value in request.args.items() if key not in _OURS}
    raw = _GRAPHS if query.constructs else _STANDARD
    media_type = chosen_type(_offered(JSON, CSV, TSV, HTML, *raw))
    if media_type == HTML:
        return _page(snapshot, named, query, given, ask)
    page, bound = Page.of(request.args), named.bind(snapshot, query, given)
    if media_type in raw:
        return _raw(snapshot, query, bound, page, raw[media_type], ask)
    write, results = _WRITERS.get(media_type, Result.as_csv), []

    def body() -> str:
        results.append(named.run(snapshot, query.name, given, language(), ask, page, labels=data_language()))
        if media_type == JSON:
            return as_json(with_graph(snapshot, results[0].as_json()))
        return write(results[0])

    response = tagged(snapshot, media_type, body)
    return _linked(response, snapshot, page) if results and results[0].more else response


def _raw(
    snapshot: Snapshot, query: NamedQuery, bound: Bound, page: Page, format_: Format, ask: Asker
) -> Response:
    """Return an answer as the engine writes it, in a format that has no labels."""
    tag = tag_of(snapshot, format_.media_type, request.full_path)
    known = unchanged(snapshot, tag)
    if known is not None:
        return known
    reply = ask.reply(snapshot, *query.asked(bound, page), format_)
    response = finished(send(reply, format_.media_type), snapshot, tag)
    if page.limit is None or query.constructs:
        return response
    behind = ask(snapshot, *query.asked(bound, Page(1, page.next.offset)))
    return _linked(response, snapshot, page) if any(True for _ in behind.rows()) else response


def _linked(response: Response, snapshot: Snapshot, page: Page) -> Response:
    """Return a response that leads to the page behind it, of the same snapshot (RFC 8288)."""
    response.headers.add("Link", f'<{_address(snapshot, page.next)}>; rel="next"')
    return response


def _address(snapshot: Snapshot, page: Page) -> str:
    """Return the address of another page of this answer."""
    asked = {**request.args, "limit": str(page.limit), "offset": str(page.offset), "snapshot": snapshot.id}
    return f"{quote(request.path)}?{urlencode(asked)}"


def _page(
    snapshot: Snapshot, named: NamedQueries, query: NamedQuery, given: Mapping[str, str], ask: Asker
) -> Response:
    """Return the form with its answer; a fault in the parameters stands beside the form."""
    shown: dict[str, object] = {
        "query": query, "given": given, "modalities": list(MODALITIES), "formats": _names(query),
        "result": None, "fault": None, "choices": [], "chart": None, "following": None, "previous": None,
    }  # fmt: skip
    if not given and any(parameter.required for parameter in query.parameters):
        return tagged(snapshot, HTML, lambda: render("query.html", **shown))
    try:
        named.bind(snapshot, query, given)
        page = Page.of(request.args, _ON_A_PAGE)
    except ZoneGraphError as fault:
        shown.update(fault=fault, choices=_choices(fault, given))
        response = tagged(snapshot, HTML, lambda: render("query.html", **shown))
        response.status_code = status_of(fault) if response.status_code == 200 else response.status_code
        return response

    def body() -> str:
        result = named.run(snapshot, query.name, given, language(), ask, page)
        return render("query.html", **{**shown, "result": result, **_around(snapshot, result)})

    return tagged(snapshot, HTML, body)


def _around(snapshot: Snapshot, result: Result) -> dict[str, object]:
    """Return what stands around a table: its chart, and the ways to the pages before and behind."""
    page, before = result.page, max(0, result.page.offset - (result.page.limit or 0))
    return {
        "chart": draw(result),
        "following": _address(snapshot, page.next) if result.more else None,
        "previous": _address(snapshot, Page(page.limit, before)) if page.offset else None,
    }


def _names(query: NamedQuery) -> list[str]:
    """Return the names of the formats that an answer can be taken away in."""
    return ["json", "csv", "tsv", *(["ttl"] if query.constructs else [])]


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


def _offered(*media_types: str) -> dict[str, str]:
    """Return the formats of some media types by their names."""
    return {name: media_type for name, media_type in _FORMATS.items() if media_type in media_types}


def _evidence(snapshot: Snapshot, named: NamedQueries) -> Response:
    media_type = negotiate((JSON,))
    given = {key: value for key, value in request.args.items() if key in {"subject", "predicate", "object"}}
    ends = named.bind(snapshot, named.get("evidence"), given)
    return tagged(snapshot, media_type, lambda: _claims(snapshot, ends))


def _claims(snapshot: Snapshot, ends: Bound) -> str:
    claims = claims_about(snapshot, **ends)
    if not claims and {"predicate", "object"} <= ends.keys():
        claims = claims_behind(
            snapshot, **ends
        )  # no document says it; a rule concluded it from what some say
    return as_json({"claims": in_context(snapshot, claims, language())})
