"""What workers answer, as HTTP: whole where it is there at once, else streamed; broken off where it fails.

As long as nothing has been sent an error is a status. Afterwards the body is given an end that no parser of
its format takes, and the connection is cut.
"""

from collections.abc import Callable, Iterator

from flask import Response, g, has_request_context, request

from graph_service.errors import ZoneGraphError
from graph_service.graph.replies import Reply
from graph_service.web.responses import content_type


def client_gone() -> Callable[[], bool]:
    """Return what tells whether the client of this request has closed its connection; outside of requests nobody has."""
    if not has_request_context():
        return lambda: False
    for name in ("zonegraph.client_gone", "waitress.client_disconnected"):
        tell = request.environ.get(name)
        if callable(tell):
            return lambda: bool(tell())
    return lambda: False


def noted(reply: Reply) -> Reply:
    """Return a reply after noting it in `g.replies`, by which the request is charged for its computing."""
    if has_request_context():
        g.setdefault("replies", []).append(reply)
    return reply


def send(reply: Reply, media_type: str) -> Response:
    """Return a reply as a response: with its length where all of it is there, else as it comes."""
    kind = content_type(media_type)
    if reply.whole is not None:
        return Response(reply.whole, content_type=kind)
    if request.method == "HEAD":
        reply.close()
        return Response(iter(()), content_type=kind)
    response = Response(stream(reply), content_type=kind)
    response.call_on_close(reply.close)
    return response


def stream(reply: Reply) -> Iterator[bytes]:
    """Yield the parts of a reply; one that fails half-way gets an end that spoils it, then the error.

    Raises:
        ZoneGraphError: the answer stops short of its end; the server cuts the connection.
    """
    quotes = 0
    csv = reply.format.name == "csv"
    try:
        for part in reply:
            quotes += part.count(b'"') if csv else 0
            yield part
    except ZoneGraphError as error:
        yield broken_end(error, csv, quoted=quotes % 2 == 1)
        raise
    finally:
        reply.close()


def broken_end(error: ZoneGraphError, csv: bool, quoted: bool) -> bytes:
    """Return the end of a body that must not be taken for an answer; it says why.

    `<"` opens nothing that JSON, XML, TSV or a format of RDF could go on with; in CSV a quoted field stays open.

    Args:
        error: why there is no more.
        csv: whether the body is CSV.
        quoted: whether what was sent of it ends inside a quoted field.
    """
    opening = "" if quoted else '"' if csv else '<"'
    said = str(error).replace('"', "'").replace(">", ")").replace("\n", " ")
    return f"\n{opening}THE ANSWER ENDS HERE, INCOMPLETE: {said}".encode()
