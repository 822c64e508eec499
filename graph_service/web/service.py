"""What the service is and holds, as RDF: SPARQL 1.1 Service Description, computed from the store."""

from collections.abc import Callable, Iterator, Mapping

import pyoxigraph as ox
from flask import Response, request

from graph_service.errors import BusyError, TimeLimitError
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, Format, by_media_type
from graph_service.graph.store import Snapshot
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.vocabulary import RDF, XSD
from graph_service.web.replies import client_gone, noted
from graph_service.web.responses import negotiate, tagged

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
_FORMATS = [RDF_FORMATS[name] for name in ("ttl", "nt", "rdf", "jsonld", "nq", "trig")]
OFFERS = [media_type for format_ in _FORMATS for media_type in format_.media_types]
"""Media types that the description can be had in, the one first that is sent where nothing is asked for."""

COUNTED = """
SELECT ?graph (COUNT(?s) AS ?triples) WHERE {
  { ?s ?p ?o } UNION { GRAPH ?graph { ?s ?p ?o } } UNION { GRAPH ?graph {} }
} GROUP BY ?graph
"""
"""Every graph, be it empty, with the number of its triples; the default graph is the row without a name."""
NAMED = "SELECT ?graph (?none AS ?triples) WHERE { GRAPH ?graph {} }"
"""Every named graph, for stores that take too long to be counted."""

Describe = Callable[[Snapshot], Response]
_Node = ox.NamedNode | ox.BlankNode
_Census = Mapping[str | None, int | None]


def describer(workers: Workers, settings: Settings) -> Describe:
    """Return what answers with the description of the service.

    Args:
        workers: count the triples.
        settings: whether there is a token, without which nobody can update, and whom queries may ask.
    """

    def describe(snapshot: Snapshot) -> Response:
        media_type = negotiate(OFFERS)
        format_ = by_media_type(media_type)
        return tagged(snapshot, media_type, lambda: _file(_census(snapshot, workers), format_, settings))

    return describe


def _census(snapshot: Snapshot, workers: Workers) -> _Census:
    """Return how many triples each graph has, None for the default graph; without numbers if that takes too long."""
    try:
        return _counted(snapshot, workers, COUNTED)
    except (TimeLimitError, BusyError):
        return _counted(snapshot, workers, NAMED)


def _counted(snapshot: Snapshot, workers: Workers, query: str) -> _Census:
    reply = noted(workers.ask(snapshot, query, RESULT_FORMATS["tsv"], gone=client_gone()))
    found = dict(line.split("\t") for line in reply.read().decode("utf-8").splitlines()[1:])
    return {name[1:-1] or None: int(number) if number else None for name, number in found.items()}


def _file(census: _Census, format_: Format, settings: Settings) -> bytes:
    triples = [*_service("sparql", "SPARQL11Query"), *_formats(), *_dataset(census)]
    if settings.federate:
        service = ox.NamedNode(f"{request.host_url}sparql#service")
        triples.append(_said(service, SD + "feature", ox.NamedNode(SD + "BasicFederatedQuery")))
    if settings.token is not None:
        triples += _service("update", "SPARQL11Update")
    return ox.serialize(triples, format=format_.rdf, prefixes={"sd": SD, "void": VOID}) or b""


def _service(name: str, language: str) -> Iterator[ox.Triple]:
    """Yield what an endpoint is: its address, its language, the dataset behind it."""
    address = request.host_url + name
    service = ox.NamedNode(f"{address}#service")
    yield _said(service, RDF + "type", ox.NamedNode(SD + "Service"))
    yield _said(service, SD + "endpoint", ox.NamedNode(address))
    yield _said(service, SD + "supportedLanguage", ox.NamedNode(SD + language))
    yield _said(service, SD + "feature", ox.NamedNode(SD + "EmptyGraphs"))
    yield _said(service, SD + "defaultEntailmentRegime", ox.NamedNode(_SIMPLE))
    yield _said(service, SD + "defaultDataset", _dataset_node())
    yield _said(service, SD + "availableGraphs", _dataset_node())


def _formats() -> Iterator[ox.Triple]:
    service = ox.NamedNode(f"{request.host_url}sparql#service")
    for format_ in (*RESULT_FORMATS.values(), *_FORMATS):
        yield _said(service, SD + "resultFormat", ox.NamedNode(format_.iri))


def _dataset(census: _Census) -> Iterator[ox.Triple]:
    """Yield the dataset: its default graph, its named graphs, how many triples each has."""
    dataset, default = _dataset_node(), ox.NamedNode(f"{request.host_url}sparql#default-graph")
    yield _said(dataset, RDF + "type", ox.NamedNode(SD + "Dataset"))
    yield _said(dataset, SD + "defaultGraph", default)
    yield from _graph(default, census.get(None, 0 if all(n is not None for n in census.values()) else None))
    for number, name in enumerate(sorted(filter(None, census)), 1):
        named, graph = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield _said(dataset, SD + "namedGraph", named)
        yield _said(named, RDF + "type", ox.NamedNode(SD + "NamedGraph"))
        yield _said(named, SD + "name", ox.NamedNode(name))
        yield _said(named, SD + "graph", graph)
        yield from _graph(graph, census[name])


def _graph(graph: _Node, triples: int | None) -> Iterator[ox.Triple]:
    yield _said(graph, RDF + "type", ox.NamedNode(SD + "Graph"))
    if triples is not None:
        number = ox.Literal(str(triples), datatype=ox.NamedNode(XSD + "integer"))
        yield _said(graph, VOID + "triples", number)


def _dataset_node() -> ox.NamedNode:
    return ox.NamedNode(f"{request.host_url}sparql#dataset")


def _said(subject: _Node, predicate: str, value: _Node | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
