"""What a payload must keep to that the engine does not ask of it."""

from collections import deque
from xml.parsers import expat

import pyoxigraph as ox

from graph_service.formats import Format


def check(payload: bytes, format_: Format, base: str) -> None:
    """Let a payload pass that is whole and names no graphs; to be called where a crash does no harm.

    The engine takes RDF/XML that breaks off for a whole document, and writes to any graph that a payload
    names, whichever it was told to write to.

    Args:
        payload: RDF.
        format_: of the payload.
        base: what its relative IRIs are resolved against.

    Raises:
        SyntaxError: it breaks off, or it names a graph; with the line where there is one.
    """
    if format_.rdf == ox.RdfFormat.RDF_XML:
        try:
            expat.ParserCreate().Parse(payload, True)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            raise SyntaxError(
                f"Parser error at line {error.lineno} column {error.offset + 1}: {said}"
            ) from error
    elif format_.holds_graphs:
        deque(ox.parse(payload, format_.rdf, base_iri=base, without_named_graphs=True), maxlen=0)
