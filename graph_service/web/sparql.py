"""`/sparql`: SPARQL 1.1 Protocol queries; without a query a form, or what the service can do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.errors import UnfitError, ZoneGraphError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format, by_media_type
from graph_service.graph.follower import Follower
from graph_service.graph.labels import Labels
from graph_service.graph.magic import written_out
from graph_service.graph.replies import Reply
from graph_service.graph.sparql import LONGEST, is_volatile, refuse_length
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Workers
from graph_service.vocabulary import PREFIXES
from graph_service.web import bodies, problems
from graph_service.web.negotiation import choose
from graph_service.web.pages import language, render
from graph_service.web.problems import RefusedError
from graph_service.web.remote import Broker
from graph_service.web.replies import client_gone, noted, send
from graph_service.web.responses import (
    HTML,
    asked_snapshot,
    content_type,
    finished,
    tag_of,
    tagged,
    unchanged,
)

_QUERY = "application/sparql-query"
_SHOWN_ROWS, _SHOWN_BYTES = 1000, 256 * 1024
"""How much of an answer a page has; the downloads have all of it."""
_BYTES_A_CHARACTER = 4
_SHOWN_ACCEPT = 200
"""Characters of a header that an error repeats."""
_PREFIXES = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("zg", "rdf", "skos"))

EXAMPLES: Mapping[str, str] = {
    "example-companies": _PREFIXES
    + """
SELECT ?company ?name ?place WHERE {
  ?company a zg:Company ; skos:prefLabel ?name ; zg:locatedIn/skos:prefLabel ?place .
} ORDER BY ?name LIMIT 100
""",
    "example-evidence": _PREFIXES
    + """
SELECT ?subject ?place ?sentence ?document WHERE {
  ?subject zg:relocatedTo ?place .
  GRAPH ?document {
    ?claim rdf:subject ?subject ; rdf:predicate zg:relocatedTo ; rdf:object ?place ;
      zg:evidence/zg:text ?sentence .
  }
} LIMIT 100
""",
    "example-prospects": _PREFIXES
    + """
SELECT ?subject ?relation ?object ?modality WHERE {
  GRAPH ?document {
    ?claim rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ; zg:modality ?modality .
  }
  FILTER(?modality != zg:Actual)
} LIMIT 100
""",
    "example-kinds": _PREFIXES
    + """
SELECT ?kind (COUNT(?thing) AS ?number) WHERE {
  ?thing a ?kind .
} GROUP BY ?kind ORDER BY DESC(?number)
""",
}
"""Queries to begin with, by the key of what pages call them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the dataset it is asked of; None: the graphs of the store."""

    query: str
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The media types that the reader wants solutions and graphs in; None where none will do."""

    solutions: str | None
    graph: str | None

    def formats(self) -> list[Format]:
        """Return the formats to ask for; a page is made from JSON or Turtle."""
        for_page = (self.solutions, RESULT_FORMATS["json"]), (self.graph, RDF_FORMATS["ttl"])
        return [page if m == HTML else by_media_type(m) for m, page in for_page if m]

    def of(self, reply: Reply) -> str:
        """Return the media type of a reply."""
        return str(self.graph if reply.kind == "graph" else self.solutions)


def blueprint(
    store: GraphStore,
    workers: Workers,
    broker: Broker,
    follower: Follower,
    describe: Callable[[Snapshot], Response],
) -> Blueprint:
    """Return the query endpoint.

    Args:
        store: gives the snapshots that are asked.
        workers: answer.
        broker: asks other endpoints, where a query may.
        follower: finds what `zg:search` stands for.
        describe: answers a GET without a query in RDF.
    """
    routes = Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=["GET", "POST", "QUERY"])
    def endpoint() -> Response:
        asked = _asked()
        snapshot = asked_snapshot(store)
        if asked is not None:
            try:
                return _answer(snapshot, asked, workers, broker, follower)
            except ZoneGraphError as fault:
                return _mending(asked, fault)
        if choose(request.headers.get("Accept"), _DESCRIBED) == HTML:
            return tagged(snapshot, HTML, lambda: _form(EXAMPLES["example-companies"].strip()))
        return describe(snapshot)

    return routes


_DESCRIBED = (*(m for f in RDF_FORMATS.values() for m in f.media_types), HTML)


# ---- What is asked -------------------------------------------------------------------------------


def _asked() -> Asked | None:
    """Return what the request asks; None where it is a GET without a query.

    Raises:
        RefusedError: 400 without a query or with several, or where it is not UTF-8; 413 where it is too long;
            415 for a body that is neither form nor query.
    """
    bodies.require_escapes(request.query_string)
    if request.method in {"GET", "HEAD"}:
        return _one(request.args.getlist("query"), request.args.getlist) if "query" in request.args else None
    if (request.content_length or 0) > 3 * _BYTES_A_CHARACTER * LONGEST:
        raise RefusedError(
            413, f"The body has {request.content_length:,} bytes", f"Send at most {LONGEST:,} characters."
        )
    if bodies.mime_type((_QUERY, bodies.FORM)) == bodies.FORM:
        bodies.require_escapes(request.get_data())
        return _one(request.form.getlist("query"), request.form.getlist)
    return _one([bodies.text()], request.args.getlist)


def _one(found: Sequence[str], values: Callable[[str], list[str]]) -> Asked:
    query = bodies.one("query", found)
    refuse_length(query)
    default, named = values("default-graph-uri"), values("named-graph-uri")
    if not default and not named:
        return Asked(query, None, None)
    return Asked(query, default, named)


def wanted() -> Wanted:
    """Return the media types that `?format=` or `Accept` asks for.

    Raises:
        RefusedError: 406; nothing here is acceptable.
    """
    name, accept = (request.values.get("format") or "").lower(), request.headers.get("Accept")
    chosen = [
        formats[name].media_type if name in formats else choose(accept, _offers(formats))
        for formats in (RESULT_FORMATS, RDF_FORMATS)
    ]
    if not any(chosen):
        offered = ", ".join(dict.fromkeys([*_offers(RESULT_FORMATS), *_offers(RDF_FORMATS)]))
        raise RefusedError(
            406, f"Nothing here is {(accept or '')[:_SHOWN_ACCEPT]}", f"Accept one of {offered}."
        )
    return Wanted(*chosen)


def _offers(formats: Mapping[str, Format]) -> list[str]:
    """Return the media types of formats, the one first that answers where nothing was asked for."""
    in_order = sorted(formats.values(), key=lambda f: f.name not in {"ttl", "json"})
    return [*(m for f in in_order for m in f.media_types), HTML]


# ---- What is answered ----------------------------------------------------------------------------


def _answer(
    snapshot: Snapshot, asked: Asked, workers: Workers, broker: Broker, follower: Follower
) -> Response:
    chosen = wanted()
    tag_ = None if is_volatile(asked.query) else _tag(snapshot, asked, chosen)
    known = unchanged(snapshot, tag_) if tag_ else None
    if known is not None:
        return known
    written = written_out(asked.query, partial(follower.iris, snapshot))
    query, seconds = broker.answered(written, snapshot.base, client_gone())
    reply = _asking(snapshot, replace(asked, query=query), chosen, workers, seconds)
    media_type = chosen.of(reply)
    if media_type != HTML:
        return finished(send(reply, media_type), snapshot, tag_)
    with reply:
        page = _page(snapshot, asked, reply)
    return finished(Response(page, content_type=content_type(HTML)), snapshot, tag_)


def _mending(asked: Asked, fault: ZoneGraphError) -> Response:
    """Return what is wrong with a query; to people in the editor, with the query as they wrote it."""
    told = problems.answer(fault)
    if told.mimetype == HTML:
        told.set_data(_form(asked.query, fault=fault))
    return told


def _asking(
    snapshot: Snapshot, asked: Asked, chosen: Wanted, workers: Workers, seconds: float | None
) -> Reply:
    try:
        reply = workers.ask(
            snapshot, asked.query, chosen.formats(), default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs, timeout=seconds, gone=client_gone(),
            begun=request.environ.get("zonegraph.asked"),
        )  # fmt: skip
    except UnfitError as error:
        offered = ", ".join(_offers(RESULT_FORMATS if chosen.solutions is None else RDF_FORMATS))
        raise RefusedError(406, error.detail, f"Accept one of {offered}.") from error
    return noted(reply)


def _tag(snapshot: Snapshot, asked: Asked, chosen: Wanted) -> str:
    tongue = language() if HTML in (chosen.solutions, chosen.graph) else ""
    return tag(snapshot, asked.query, asked.default_graphs, asked.named_graphs, chosen, tongue)


def tag(
    snapshot: Snapshot, query: str, default: Sequence[str] | None, named: Sequence[str] | None,
    chosen: Wanted, tongue: str = "",
) -> str:  # fmt: skip
    """Return the tag of the answer to a query of a dataset, in the media types chosen; of pages in a language."""
    dataset = repr((default, named))
    return tag_of(snapshot, query, dataset, str(chosen.solutions), str(chosen.graph), tongue)


def _page(snapshot: Snapshot, asked: Asked, reply: Reply) -> str:
    if reply.kind == "graph":
        graph, whole = _beginning(reply)
        return _form(asked.query, graph=graph, cut=not whole)
    if reply.kind == "boolean":
        return _form(asked.query, truth=bool(reply))
    columns = [{"name": name, "label": name} for name in reply.columns]
    rows = list(islice(reply.rows(), _SHOWN_ROWS + 1))
    shown = rows[:_SHOWN_ROWS]
    labels = Labels(snapshot, language())
    labels.learn({t.value for row in shown for t in row.values() if isinstance(t, ox.NamedNode)})
    values = [[labels.value(row[name]) for name in reply.columns] for row in shown]
    return _form(asked.query, columns=columns, rows=values, cut=len(rows) > len(shown))


def _beginning(reply: Reply) -> tuple[str, bool]:
    """Return the first lines of a reply, and whether they are all."""
    gathered = b""
    for part in reply:
        gathered += part
        if len(gathered) > _SHOWN_BYTES:
            return gathered[: gathered.rfind(b"\n", 0, _SHOWN_BYTES) + 1].decode("utf-8"), False
    return gathered.decode("utf-8"), True


def _form(query: str, **answer: object) -> str:
    shown = {
        "graph": None,
        "truth": None,
        "columns": None,
        "rows": None,
        "cut": False,
        "fault": None,
        **answer,
    }
    formats = RDF_FORMATS if shown["graph"] is not None else RESULT_FORMATS
    return render("sparql.html", query=query, examples=EXAMPLES, formats=list(formats), **shown)
