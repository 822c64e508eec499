"""Heads of requests that were seen before are read as waitress reads them."""

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from graph_service.web.heads import Parser

_ADJUSTMENTS = Adjustments()
_SAID = (
    "command", "version", "path", "query", "fragment", "request_uri", "first_line", "headers", "url_scheme",
    "proxy_scheme", "proxy_netloc", "connection_close", "expect_continue", "chunked", "content_length", "completed",
)  # fmt: skip


def _read(parser: HTTPRequestParser, sent: bytes) -> dict[str, object]:
    assert parser.received(sent) == len(sent)
    error = parser.error and (parser.error.code, parser.error.body)
    return {**{name: getattr(parser, name, None) for name in _SAID}, "error": error}


@pytest.mark.parametrize(
    "first",
    [
        "GET / HTTP/1.1", "GET /sparql?query=ASK%20{}&x=a+b HTTP/1.1", "GET /a;b=1/c?d?e/f HTTP/1.1",
        "GET /sparql? HTTP/1.1", "GET /a%2Fb?q HTTP/1.1", "GET //other/a?q HTTP/1.1", "GET /a#b HTTP/1.1",
        "GET /a?q#b HTTP/1.1", "GET http://other/a?q HTTP/1.1", "HEAD /a HTTP/1.1", "GET /a HTTP/1.0", "GET /a",
        "get /a HTTP/1.1", "GET /a\tb HTTP/1.1", "GET /a  HTTP/1.1", "GET  /a HTTP/1.1", "OPTIONS * HTTP/1.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "lines",
    [
        "Host: a\r\nAccept: text/csv, */*;q=0.1\r\n", "Host: a\r\nX-A: 1\r\nx-a: 2\r\nX_A: 3\r\n", "",
        "Host: a\r\nConnection: close\r\n", "Host: a\r\nExpect: 100-continue\r\n", "Host: a\r\n X: folded\r\n",
        "Host: a\r\nTransfer-Encoding: gzip\r\n", "Host a\r\n", "Host: a\r\nContent-Length: 0\r\n",
        "Host: a\r\nContent-Length: -1\r\n",
    ],
)  # fmt: skip
def test_what_was_seen_before_is_read_alike(first: str, lines: str) -> None:
    """The second time, all is as the first time, and as waitress has it; headers are not shared."""
    sent = f"{first}\r\n{lines}\r\n".encode("latin-1")
    expected = _read(HTTPRequestParser(_ADJUSTMENTS), sent)
    for _ in range(3):
        parser = Parser(_ADJUSTMENTS)
        assert _read(parser, sent) == expected
        parser.headers["HOST"] = "changed"


def test_the_lines_of_another_request_are_known_again() -> None:
    """A request with another address and the same lines has the headers of the one before."""
    lines = "\r\nHost: known\r\nAccept: text/csv\r\n\r\n"
    for address in ("/a", "/b?c=d"):
        sent = f"GET {address} HTTP/1.1{lines}".encode()
        assert _read(Parser(_ADJUSTMENTS), sent) == _read(HTTPRequestParser(_ADJUSTMENTS), sent)


def test_only_a_plain_request_whose_lines_are_known_says_how_it_was_sent() -> None:
    """All of it: to be known again by its bytes."""
    lines = b"\r\nHost: sent\r\n\r\n"
    for first, sent in ((b"GET /a", False), (b"GET /a", True), (b"GET /b", True), (b"HEAD /a", False)):
        parser, head = Parser(_ADJUSTMENTS), first + b" HTTP/1.1" + lines
        _read(parser, head)
        assert parser.sent == (head if sent else b"")


def test_many_kinds_of_lines_are_not_all_remembered() -> None:
    """What is remembered is bounded, and long heads are not remembered at all."""
    for number in range(1000):
        _read(Parser(_ADJUSTMENTS), f"GET / HTTP/1.1\r\nHost: h{number}\r\n\r\n".encode())
    assert len(Parser._known) <= 256
    long = f"Host: {'h' * 4000}\r\n\r\n".encode()
    _read(Parser(_ADJUSTMENTS), b"GET / HTTP/1.1\r\n" + long)
    assert long not in Parser._known
