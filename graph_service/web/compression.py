"""Compression of answers: gzip and zstd by `Accept-Encoding` (RFC 9110, section 12.5.3).

Answers that stream are compressed as they stream. An answer that breaks off stays without the end that its
coding demands, so whoever unpacks it notices.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import zstandard
from flask import Flask, Response, request

from graph_service.web.negotiation import choose_coding

CODINGS = ("zstd", "gzip")
"""Codings that answers can be in, the better one first."""

SMALLEST = 1024
"""Bytes from which on an answer is compressed."""
_GZIP_LEVEL, _ZSTD_LEVEL = 5, 3
_KINDS = ("text/", "application/json", "application/xml", "application/rdf+xml")
_PACKED = (
    "+json",
    "+xml",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "image/svg+xml",
)


class _Packer(Protocol):
    """A coding under way."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self, mode: int = ..., /) -> bytes: ...


_PACKERS: Mapping[str, tuple[Callable[[], _Packer], int]] = {
    "zstd": (
        lambda: zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj(),
        zstandard.COMPRESSOBJ_FLUSH_BLOCK,
    ),
    "gzip": (
        lambda: zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS),
        zlib.Z_SYNC_FLUSH,
    ),
}
"""By coding: what begins it, and how to get out what it holds back without ending it."""


def register(app: Flask) -> None:
    """Make the app compress what is worth it for those who accept it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return an answer in the coding that its request likes best; as it was where that is none.

    Text, JSON, XML and RDF of 1 KiB or more is compressed, and of what streams everything; what says `no-transform` is left as it is. The tag of the
    answer becomes a weak one, since its bytes are others now.
    """
    if response.status_code == 304 and response.vary and not response.cache_control.no_transform:
        response.vary.add("Accept-Encoding")  # as the answer would have that it stands for (section 15.4.5)
    if response.status_code != 200 or not _worth_it(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = choose_coding(request.headers.get("Accept-Encoding"), CODINGS)
    if coding is None or request.method == "HEAD":
        return response
    parts = _pack(response.iter_encoded(), coding)
    if response.is_sequence:
        response.set_data(b"".join(parts))
    else:
        close = getattr(response.response, "close", None)
        if close is not None:
            response.call_on_close(close)
        response.response = parts
        response.headers.pop("Content-Length", None)
    response.headers["Content-Encoding"] = coding
    _weaken(response)
    return response


def _worth_it(response: Response) -> bool:
    if "Content-Encoding" in response.headers or "Content-Range" in response.headers:
        return False
    if response.cache_control.no_transform:
        return False
    kind = response.mimetype or ""
    if not kind.startswith(_KINDS) and not kind.endswith(_PACKED):
        return False
    return not response.is_sequence or (response.calculate_content_length() or 0) >= SMALLEST


def packed(body: bytes, coding: str) -> bytes:
    """Return a whole body in a coding."""
    return b"".join(_pack((body,), coding))


def _pack(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield chunks compressed; an error in between ends it, after all that came before, but without its end."""
    begin, pending = _PACKERS[coding]
    packer = begin()
    try:
        for chunk in chunks:
            packed = packer.compress(chunk)
            if packed:
                yield packed
    except Exception:
        yield packer.flush(pending)
        raise
    yield packer.flush()


def _weaken(response: Response) -> None:
    tag, weak = response.get_etag()
    if tag is not None and not weak:
        response.set_etag(tag, weak=True)
