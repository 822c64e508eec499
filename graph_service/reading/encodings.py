"""Which encoding bytes are in, and their text.

A byte order mark decides; else UTF-8 if it fits; else the charset that was stated; else whichever of GB18030
and Big5 gives the more ordinary Chinese; else what charset-normalizer makes of it.
"""

import codecs
import re

from charset_normalizer import from_bytes

from graph_service.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
_FREQUENT = frozenset(
    "的一是在不了有和人中大上以要来用们地到会可也年出生能对高学工业区企发展新市為這個國時對發學業區資產億"
)
_LEVEL_ONE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\x00-\x7f]|\xa3[\xa1-\xfe]|\xa1[\xa1-\xfe]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_SAMPLE = 1 << 16
_CURE = "Save it as UTF-8 text; GB18030, GBK, Big5 and UTF-16 with a byte order mark are read too."


def decode_bytes(data: bytes, name: str, charset: str | None = None, *, markup: bool = False) -> str:
    """Return the text, without its byte order mark and with LF as its only line end.

    Args:
        data: the content.
        name: what to call it in messages.
        charset: the encoding that was stated beside it; bytes that fit UTF-8 outweigh it.
        markup: look for a `charset` inside the first bytes, as HTML states it.

    Raises:
        DocumentError: it is binary, has NUL characters, or fits no encoding.
    """
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DocumentError(
                f"{name} is {what}, not text.", "Give the file the suffix of its format, or its text."
            )
    text = _marked(data, name)
    if text is None:
        if b"\0" in data:
            raise DocumentError(
                f"{name} has NUL bytes: it is binary, or UTF-16 without a byte order mark.", _CURE
            )
        text = _unmarked(data, name, charset or (_stated(data) if markup else None))
    if "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise DocumentError(f"{name} is binary: it is full of control characters.", _CURE)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes, name: str) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _attempt(data[len(mark) :], encoding)
            if text is None:
                raise DocumentError(
                    f"{name} begins as {encoding} and does not go on so: it is damaged.", _CURE
                )
            return text
    return None


def _unmarked(data: bytes, name: str, charset: str | None) -> str:
    text = _attempt(data, "utf-8")
    if text is None and charset:
        stated = "gb18030" if charset.lower() in ("gb2312", "gbk", "gb-2312", "x-gbk") else charset
        text = _attempt(data, stated)
    if text is None:
        text = _chinese(data)
    if text is None:
        best = from_bytes(data[:_SAMPLE]).best()
        text = _attempt(data, best.encoding) if best else None
    if text is None:
        raise DocumentError(f"{name} is binary, or in an encoding that is not known here.", _CURE)
    return text


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _chinese(data: bytes) -> str | None:
    """Return the text as GB18030 or as Big5, whichever reads as Chinese; None where neither does."""
    readings = [text for text in (_attempt(data, "gb18030"), _attempt(data, "big5")) if text is not None]
    best = max(readings, key=_ordinary, default=None)
    if best is not None and _ordinary(best) >= 0.04:
        return best
    known = b"".join(_LEVEL_ONE.findall(data[:_SAMPLE]))
    return _attempt(data, "gb18030") if len(known) >= 0.9 * len(data[:_SAMPLE]) else None


def _ordinary(text: str) -> float:
    """Return the share of everyday characters among the Chinese ones of the beginning."""
    han = [c for c in text[:_SAMPLE] if c >= "\u2e80"]
    return sum(c in _FREQUENT for c in han) / len(han) if han else 0.0


def _stated(data: bytes) -> str | None:
    found = re.search(
        rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", data[:4096], re.IGNORECASE
    )
    return found[1].decode("ascii") if found else None
