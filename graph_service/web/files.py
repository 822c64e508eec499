"""Files as answers: whole or in part (RFC 9110, section 14), with a strong tag, sent as they are read."""

import re
from base64 import b64encode
from collections.abc import Iterator
from email.utils import formatdate
from typing import BinaryIO

from flask import Response, request

from graph_service.errors import StoreError
from graph_service.graph.growing import Growing
from graph_service.graph.press import Dump
from graph_service.web.problems import RefusedError
from graph_service.web.responses import content_type

_BLOCK = 1024 * 1024
_RANGE = re.compile(r"bytes\s*=\s*(\d*)-(\d*)\s*", re.IGNORECASE)
_KEPT = "no-cache, no-transform"
_FOR_EVER = "max-age=31536000, immutable, no-transform"


def send(dump: Dump) -> Response:
    """Return a dump: all of it, the range that was asked for (206), or 304 where the reader has it.

    A range counts only if `If-Range` names these very bytes, by tag or date (section 13.1.5). Several ranges at once are
    answered with the whole, as section 14.2 allows.

    Raises:
        RefusedError: 416; the range begins behind the end.
        StoreError: the file has just been removed.
    """
    if request.if_none_match.contains(dump.sha256):
        response = Response(status=304)
        del response.headers["Content-Type"]
        return _described(response, dump)
    span = _asked(dump)
    start, end = span or (0, dump.size)
    response = Response(iter(()), 206 if span else 200, content_type=content_type(dump.media_type))
    response.headers["Content-Length"] = str(end - start)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{dump.size}"
    if request.method != "HEAD":
        file = _opened(dump)
        response.response = _blocks(file, start, end - start)
        response.call_on_close(file.close)
    return _described(response, dump)


def send_growing(growing: Growing) -> Response:
    """Return a dump that is still being made, in chunks as they are written; where the work fails, the answer breaks off.

    Its length and SHA-256 are not known yet. It can be resumed when it is made, by `If-Range` with its date.
    """
    response = Response(growing.blocks(), content_type=content_type(growing.media_type))
    response.call_on_close(growing.file.close)
    return _named(response, growing)


def _described(response: Response, dump: Dump) -> Response:
    """Return an answer with what makes it possible to keep, compare and resume it."""
    pinned = request.args.get("snapshot") == dump.snapshot
    response.set_etag(dump.sha256)
    response.headers["Cache-Control"] = _FOR_EVER if pinned else _KEPT
    response.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(dump.sha256)).decode()}:"
    return _named(response, dump)


def _named(response: Response, dump: Dump | Growing) -> Response:
    """Return an answer with what it is called, which state it holds, and since when that is."""
    filename = dump.name.rpartition("/")[2]
    response.headers.setdefault("Cache-Control", _KEPT)
    response.headers["Last-Modified"] = _date(dump)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Snapshot"] = dump.snapshot
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def _date(dump: Dump | Growing) -> str:
    return formatdate(int(dump.date), usegmt=True)


def _asked(dump: Dump) -> tuple[int, int] | None:
    """Return the first byte that is asked for and the one behind the last; None where all of it is to be sent.

    Raises:
        RefusedError: 416; there is no such part.
    """
    said = _RANGE.fullmatch(request.headers.get("Range", ""))
    if said is None or request.method != "GET" or not _same(dump):
        return None
    first, last = said.groups()
    if not first:
        start, end = dump.size - min(int(last or 0), dump.size), dump.size
    else:
        start, end = int(first), min(int(last) + 1 if last else dump.size, dump.size)
        if last and int(last) < int(first):
            return None
    if start >= dump.size or (not first and not last):
        raise RefusedError(
            416,
            f"The file has {dump.size} bytes",
            "Ask for a range that begins before its end, or for all of it.",
            {"Content-Range": f"bytes */{dump.size}", "Accept-Ranges": "bytes"},
        )
    return start, end


def _same(dump: Dump) -> bool:
    """Tell whether `If-Range` names the file as it is now; without it every range is good."""
    said = request.headers.get("If-Range", "").strip()
    return not said or said in {f'"{dump.sha256}"', _date(dump)}


def _opened(dump: Dump) -> BinaryIO:
    try:
        return dump.path.open("rb")
    except OSError as error:
        raise StoreError(f"{dump.name} has just been removed", "Ask again.") from error


def _blocks(file: BinaryIO, start: int, left: int) -> Iterator[bytes]:
    """Yield a part of a file; a file that is shorter breaks the answer off."""
    with file:
        file.seek(start)
        while left > 0:
            block = file.read(min(_BLOCK, left))
            if not block:
                raise StoreError("The file is shorter than it was", "Ask again.")
            left -= len(block)
            yield block
