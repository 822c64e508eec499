"""The formats of graphs, of query results and of exports: one table that everyone asks."""

from dataclasses import dataclass

import pyoxigraph as ox

from graph_service.errors import UsageError

_LIST = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True, slots=True)
class Format:
    """A serialisation.

    Attributes:
        name: the name users write (`--format ttl`, `?format=json`).
        suffix: what a file name ends in, with its dot.
        media_types: the registered media type first, then others that are accepted for it.
        local_name: of its IRI in the W3C's list of formats, <http://www.w3.org/ns/formats/>.
        rdf: the engine's format for graphs; None for query results.
        results: the engine's format for query results; None for graphs.
        version: of RDF where a file has claims as reifiers; `1.1` has none.
    """

    name: str
    suffix: str
    media_types: tuple[str, ...]
    local_name: str
    rdf: ox.RdfFormat | None = None
    results: ox.QueryResultsFormat | None = None
    version: str = "1.1"

    @property
    def media_type(self) -> str:
        """The media type an answer in this format carries."""
        return self.media_types[0]

    @property
    def iri(self) -> str:
        """What service descriptions call the format."""
        return _LIST + self.local_name

    @property
    def holds_graphs(self) -> bool:
        """Whether the format keeps the names of graphs (`nq`, `trig`, `jsonld`)."""
        return self.rdf is not None and self.rdf.supports_datasets


RDF_FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("nq", ".nq", ("application/n-quads", "text/x-nquads"), "N-Quads", ox.RdfFormat.N_QUADS),
        Format("trig", ".trig", ("application/trig", "application/x-trig"), "TriG", ox.RdfFormat.TRIG),
        Format("nt", ".nt", ("application/n-triples",), "N-Triples", ox.RdfFormat.N_TRIPLES),
        Format("ttl", ".ttl", ("text/turtle", "application/x-turtle"), "Turtle", ox.RdfFormat.TURTLE),
        Format("rdf", ".rdf", ("application/rdf+xml",), "RDF_XML", ox.RdfFormat.RDF_XML),
        Format("jsonld", ".jsonld", ("application/ld+json",), "JSON-LD", ox.RdfFormat.JSON_LD),
    )
}
"""Formats of graphs by name."""

RESULT_FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            "json", ".srj", ("application/sparql-results+json", "application/json"),
            "SPARQL_Results_JSON", results=ox.QueryResultsFormat.JSON,
        ),
        Format(
            "xml", ".srx", ("application/sparql-results+xml", "application/xml", "text/xml"),
            "SPARQL_Results_XML", results=ox.QueryResultsFormat.XML,
        ),
        Format("csv", ".csv", ("text/csv",), "SPARQL_Results_CSV", results=ox.QueryResultsFormat.CSV),
        Format(
            "tsv", ".tsv", ("text/tab-separated-values",),
            "SPARQL_Results_TSV", results=ox.QueryResultsFormat.TSV,
        ),
    )
}  # fmt: skip
"""Formats of query results by name."""

FORMATS = RDF_FORMATS | RESULT_FORMATS
"""Every format by name."""


EXPORT_FORMATS: dict[str, Format] = RDF_FORMATS | {
    f.name: f
    for f in (
        Format(
            "ttl12", ".ttl12", ("text/turtle; version=1.2",), "Turtle", ox.RdfFormat.TURTLE, version="1.2"
        ),
        Format(
            "trig12", ".trig12", ("application/trig; version=1.2",), "TriG", ox.RdfFormat.TRIG, version="1.2"
        ),
        Format("nanopub", ".nanopub", ("application/trig",), "TriG"),
        Format("csv", ".csv", ("text/csv",), "CSV"),
        Format("zip", ".zip", ("application/zip",), "ZIP"),
        Format("parquet", ".parquet.zip", ("application/zip",), "ZIP"),
        Format("graphml", ".graphml", ("application/graphml+xml",), "GraphML"),
        Format("gexf", ".gexf", ("application/gexf+xml",), "GEXF"),
    )
}
"""Formats of exports by name: those of graphs, RDF 1.2 with reifiers, nanopublications, tables, networks."""


def by_file_name(name: str) -> Format | None:
    """Return the format of exports that the name of a file ends in, the longest ending first; None where none does."""
    found = (f for f in EXPORT_FORMATS.values() if name.endswith(f.suffix))
    return max(found, key=lambda f: len(f.suffix), default=None)


def export_format(name: str) -> Format:
    """Return the format of exports of this name, upper or lower case, with or without a leading dot.

    Raises:
        UsageError: no format of exports has the name; the cure lists those that are.
    """
    found = EXPORT_FORMATS.get(name.lower().lstrip("."))
    if found is None:
        raise UsageError(
            f"{name!r} is not a format of exports", f"Choose one of {', '.join(EXPORT_FORMATS)}."
        )
    return found


def by_name(name: str) -> Format:
    """Return the format that users call by this name, upper or lower case, with or without a leading dot.

    Raises:
        UsageError: no format has the name; the cure lists those that are.
    """
    found = FORMATS.get(name.lower().lstrip("."))
    if found is None:
        raise UsageError(f"{name!r} is not a format", f"Choose one of {', '.join(FORMATS)}.")
    return found


def by_media_type(media_type: str) -> Format:
    """Return the format of a media type; its parameters (`; charset=utf-8`) do not count.

    Raises:
        UsageError: no format has the media type; the cure lists those that are.
    """
    bare = media_type.partition(";")[0].strip().lower()
    for candidate in FORMATS.values():
        if bare in candidate.media_types:
            return candidate
    offered = ", ".join(f.media_type for f in FORMATS.values())
    raise UsageError(f"{media_type!r} is not a media type of any format here", f"Choose one of {offered}.")
