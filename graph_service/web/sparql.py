"""`/sparql`: SPARQL 1.1 Protocol queries; without a query a form, or what the service can do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format, by_media_type
from graph_service.graph.labels import Labels, table
from graph_service.graph.sparql import tokens
from graph_service.graph.store import Answer, GraphStore, Snapshot
from graph_service.vocabulary import PREFIXES, RDF
from graph_service.web.pages import language, render
from graph_service.web.problems import RefusedError
from graph_service.web.responses import HTML, negotiate, tagged, wanted

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
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


def blueprint(store: GraphStore) -> Blueprint:
    """Return the query endpoint."""
    routes = Blueprint("sparql", __name__)

    @routes.route("/sparql", methods=["GET", "POST"])
    def endpoint() -> Response:
        snapshot = store.snapshot()
        asked = _asked()
        return _describe_service(snapshot) if asked is None else _answer(snapshot, asked)

    return routes


def _asked() -> Asked | None:
    """Return what the request asks; None where it is a GET without a query.

    Raises:
        RefusedError: 400 without a query or with several, 415 for a body that is neither form nor query.
    """
    if request.method == "GET" or request.method == "HEAD":
        return _one(request.args.getlist("query"), request.args.getlist) if "query" in request.args else None
    kind = request.mimetype
    if kind == _FORM:
        return _one(request.form.getlist("query"), request.form.getlist)
    if kind == _QUERY:
        try:
            return _one([request.get_data().decode("utf-8")], request.args.getlist)
        except UnicodeDecodeError as error:
            raise RefusedError(400, "The query is not UTF-8", "Send it as UTF-8.") from error
    raise RefusedError(415, f"A body of type {kind or '(none)'} is no query", f"Send {_QUERY} or {_FORM}.")


def _one(found: Sequence[str], values: Callable[[str], list[str]]) -> Asked:
    if len(found) != 1:
        raise RefusedError(400, f"The request has {len(found)} queries", "Give exactly one `query`.")
    default, named = values("default-graph-uri"), values("named-graph-uri")
    if not default and not named:
        return Asked(found[0], None, None)
    return Asked(found[0], default, named)


def _answer(snapshot: Snapshot, asked: Asked) -> Response:
    formats = RDF_FORMATS if _gives_graph(asked.query) else RESULT_FORMATS
    offers = [*(m for f in _in_order(formats) for m in f.media_types), HTML]
    media_type = wanted(formats, request.values.get("format"), offers)

    def body() -> str | bytes:
        answer = snapshot.query(
            asked.query, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs
        )
        if media_type == HTML:
            return _page(snapshot, asked, answer)
        return answer.serialize(by_media_type(media_type))

    return tagged(snapshot, media_type, body)


def _gives_graph(query: str) -> bool:
    """Tell whether a query answers with a graph; what does not parse counts as one with solutions."""
    for token in tokens(query):
        if token.says("CONSTRUCT") or token.says("DESCRIBE"):
            return True
        if token.says("SELECT") or token.says("ASK"):
            return False
    return False


def _in_order(formats: Mapping[str, Format]) -> list[Format]:
    """Return formats with the one first that answers where nothing was asked for: Turtle, JSON."""
    return sorted(formats.values(), key=lambda f: f.name not in {"ttl", "json"})


def _page(snapshot: Snapshot, asked: Asked, answer: Answer) -> str:
    if answer.kind == "graph":
        shown = {"graph": answer.serialize(RDF_FORMATS["ttl"]).decode("utf-8")}
        return _form(asked.query, **shown)
    if answer.kind == "boolean":
        return _form(asked.query, truth=bool(answer))
    columns = [{"name": name, "label": name} for name in answer.columns]
    rows = table(answer)
    labels = Labels(snapshot, language())
    labels.learn({term.value for row in rows for term in row if isinstance(term, ox.NamedNode)})
    values = [[labels.value(term) for term in row] for row in rows]
    return _form(asked.query, columns=columns, rows=values)


def _form(query: str, **answer: object) -> str:
    shown = {"graph": None, "truth": None, "columns": None, "rows": None, **answer}
    formats = RDF_FORMATS if shown["graph"] is not None else RESULT_FORMATS
    return render("sparql.html", query=query, examples=EXAMPLES, formats=list(formats), **shown)


def _describe_service(snapshot: Snapshot) -> Response:
    formats = _in_order(RDF_FORMATS)
    media_type = negotiate([*(m for f in formats for m in f.media_types), HTML])
    if media_type == HTML:
        return tagged(snapshot, media_type, lambda: _form(EXAMPLES["example-companies"].strip()))
    return tagged(snapshot, media_type, lambda: _description(by_media_type(media_type)))


def _description(format_: Format) -> bytes:
    """Return what the endpoint can do, in the terms of SPARQL 1.1 Service Description."""
    service = ox.NamedNode(request.base_url)
    said = [
        (RDF + "type", SD + "Service"), (SD + "endpoint", request.base_url),
        (SD + "supportedLanguage", SD + "SPARQL11Query"),
        (SD + "defaultDataset", request.base_url + "#dataset"),
    ]  # fmt: skip
    said += [(SD + "resultFormat", f"http://www.w3.org/ns/formats/{name}") for name in _DESCRIBED]
    triples = [ox.Triple(service, ox.NamedNode(p), ox.NamedNode(o)) for p, o in said]
    triples.append(
        ox.Triple(ox.NamedNode(request.base_url + "#dataset"), ox.NamedNode(RDF + "type"), _DATASET)
    )
    return ox.serialize(triples, format=format_.rdf, prefixes={"sd": SD}) or b""


_DATASET = ox.NamedNode(SD + "Dataset")
_DESCRIBED = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
    "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip
