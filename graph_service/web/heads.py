"""The heads of requests, as waitress reads them; those of plain requests quickly.

A client says the same of itself with each of its requests: the lines behind the first one are read once.
"""

import re
from collections.abc import Mapping

from waitress.parser import HTTPRequestParser, ParsingError

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_PLAIN = re.compile(rb"GET (/(?!/)[!\"$&->@-~]*)(?:\?([!\"$-~]*))? HTTP/1\.1")
"""A first line whose parts mean what they say: nothing percent-encoded in the path, no fragment, no other server."""
_MOST, _LONGEST = 256, 2048
"""How many blocks of lines are remembered, and how long each may be."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes addresses as people type them: `curl …?company=德广信` sends them in UTF-8, not percent-encoded."""

    sent = b""
    """All of the request as it was sent, where it is plain and its lines are known; else nothing."""
    _known: dict[bytes, Mapping[str, str]] = {}  # noqa: RUF012 - of all requests; the main thread alone reads them

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request, its first line made ASCII before.

        Raises:
            ParsingError: it is malformed, or says in two ways how long the body is (RFC 9112, section 6.1): who stands
                between may have taken the other one.
        """
        line, end, rest = header_plus.partition(b"\r\n")
        plain = _PLAIN.fullmatch(line)
        known = self._known.get(rest) if plain else None
        if plain and known is not None:
            self._take(plain, known)
            self.sent = header_plus
            return
        super().parse_header(_NOT_ASCII.sub(lambda m: b"%%%02X" % m[0][0], line) + end + rest)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        if plain and len(rest) <= _LONGEST and self._is_alone():
            self._remember(rest)

    def _is_alone(self) -> bool:
        """Tell whether there is a head and nothing else to be done: no body, nothing to say before, or afterwards."""
        return self.body_rcv is None and not self.expect_continue and not self.connection_close

    def _remember(self, lines: bytes) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[lines] = dict(self.headers)

    def _take(self, first: re.Match[bytes], headers: Mapping[str, str]) -> None:
        """Be a request of this first line and these headers, as `parse_header` of waitress would have it."""
        self.first_line = first[0]
        self.headers = dict(headers)
        self.command, self.version, self.url_scheme = "GET", "1.1", self.adj.url_scheme
        self.proxy_scheme = self.proxy_netloc = self.fragment = ""
        self.path, self.query = first[1].decode("ascii"), (first[2] or b"").decode("ascii")
        self.request_uri = first[0][4:-9].decode("ascii")
