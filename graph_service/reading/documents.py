"""From a file, or from the bytes of a request, to a `Document`.

The text keeps the code points it was written with; only a byte order mark goes and the line ends `CR LF` and
`CR` become `LF`, as Python's own `open` gives them. Offsets count in that text. Markup, PDF and Word files
have no text "as given": theirs is one paragraph a line, and the offsets count in what this module makes of
them.
"""

import calendar
import re
from collections.abc import Callable
from pathlib import Path

from graph_service.errors import DocumentError
from graph_service.reading.claims import Document
from graph_service.reading.encodings import decode_bytes
from graph_service.reading.layout import lay_out
from graph_service.reading.markup import read_html
from graph_service.reading.pages import read_docx, read_pdf

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

MAX_CHARACTERS = 4_000_000
"""The longest text that is read as one document, in code points: some forty times a long government report."""

_TITLE_LENGTH = 120
_SIZE_CURE = f"Split it into files below {MAX_BYTES // 2**20} MiB each."
_EMPTY_CURE = "Give a document that has words in it."

SUFFIXES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Suffix to media type: everything that can be read."""

Parts = tuple[str, str | None]
"""The text of a document and the title its format states, if any."""


_HEAD = 4_000
"""How much of a text is looked at for its title."""


def load(
    path: Path, *, published: str | None = None, title: str | None = None, source: str | None = None
) -> Document:
    """Return the document in a file, of the format its suffix names.

    Args:
        path: a `.txt`, `.md`, `.html`, `.pdf` or `.docx` file.
        published: when it was published, as far as known: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        title: its title; by default the one its format states, else its first line.
        source: where it comes from; an IRI or words.

    Raises:
        DocumentError: it is missing, a folder, too large, empty, binary, damaged or of an unknown format.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if path.is_dir():
        raise DocumentError(f"{path} is a folder.", "Name a file, or ingest the folder.")
    if kind is None:
        raise DocumentError(
            f"{path.name}: the suffix {path.suffix or '(none)'} is unknown.",
            f"Known are {' '.join(SUFFIXES)}.",
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path}: {error.strerror}.", "Check the path and that the file may be read."
        ) from error
    return decode(data, path.name, kind, published=published, title=title, source=source)


def decode(
    data: bytes,
    name: str,
    media_type: str | None = None,
    *,
    published: str | None = None,
    title: str | None = None,
    source: str | None = None,
) -> Document:
    """Return the document in these bytes.

    Args:
        data: the content.
        name: what to call it in messages; its suffix says the format where there is no media type.
        media_type: such as `text/html; charset=gbk`.
        published: when it was published: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
        title: its title; by default the one its format states, else its first line.
        source: where it comes from; an IRI or words.

    Raises:
        DocumentError: too large, empty, binary, damaged or of an unknown format, or the date is none.
    """
    date = parse_published(published) if published is not None else None
    if len(data) > MAX_BYTES:
        raise _too_large(name, len(data))
    if not data.strip():
        raise DocumentError(f"{name} is empty.", _EMPTY_CURE)
    kind, charset = _media(name, media_type)
    text, stated = _READERS[kind](data, name, charset)
    if not text.strip():
        raise DocumentError(f"{name} has no words in it.", _EMPTY_CURE)
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(
            f"{name} has {len(text):,} characters; a document may have {MAX_CHARACTERS:,}.",
            "Split it into its articles or chapters.",
        )
    return Document(text, (title or stated or _headline(text)).strip(), date, source)


def parse_published(text: str) -> str:
    """Return a date of publication as given, once it is known to be a real calendar date.

    Raises:
        DocumentError: it is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or there is no such day.
    """
    cleaned = text.strip()
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", cleaned)
    if match and _exists(*(int(part) if part else None for part in match.groups())):
        return cleaned
    raise DocumentError(
        f"{text!r} is not a date of publication.", "Write YYYY, YYYY-MM or YYYY-MM-DD, such as 2023-06-08."
    )


def _exists(year: int | None, month: int | None = None, day: int | None = None) -> bool:
    if not year or month is None:
        return bool(year)
    return 1 <= month <= 12 and (day is None or 1 <= day <= calendar.monthrange(year, month)[1])


def _too_large(name: str, size: int) -> DocumentError:
    return DocumentError(f"{name} has {size / 2**20:.1f} MiB.", _SIZE_CURE)


def _media(name: str, media_type: str | None) -> tuple[str, str | None]:
    """Return the media type without parameters, and the charset that was given with it."""
    kind, _, parameters = (media_type or "").partition(";")
    kind = kind.strip().lower()
    if kind in ("", "application/octet-stream"):
        kind = SUFFIXES.get(Path(name).suffix.lower(), "")
    if kind not in _READERS:
        raise DocumentError(
            f"{name}: the format {kind or '(none)'} is unknown.", f"Known are {', '.join(sorted(_READERS))}."
        )
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    return kind, charset[1] if charset else None


def _headline(text: str) -> str:
    """Return what the layout takes for the title, else the first line."""
    sentences = lay_out(text[:_HEAD]).sentences
    return next((s.text for s in sentences if s.role == "title"), None) or _first_line(text)


def _first_line(text: str) -> str:
    line = next(line for line in text.splitlines() if line.strip())
    return line.strip().lstrip("#").strip()[:_TITLE_LENGTH]


def _plain(data: bytes, name: str, charset: str | None) -> Parts:
    return decode_bytes(data, name, charset), None


def _markdown(data: bytes, name: str, charset: str | None) -> Parts:
    text = decode_bytes(data, name, charset)
    heading = re.search(r"^#[ \t]+(\S[^\n]*)$", text, re.MULTILINE)
    return text, heading[1].rstrip("# \t") if heading else None


def _html(data: bytes, name: str, charset: str | None) -> Parts:
    return read_html(decode_bytes(data, name, charset, markup=True))


def _pdf(data: bytes, name: str, _charset: str | None) -> Parts:
    return read_pdf(data, name)


def _docx(data: bytes, name: str, _charset: str | None) -> Parts:
    return read_docx(data, name)


_READERS: dict[str, Callable[[bytes, str, str | None], Parts]] = {
    "text/plain": _plain,
    "text/markdown": _markdown,
    "text/html": _html,
    "application/xhtml+xml": _html,
    "application/pdf": _pdf,
    SUFFIXES[".docx"]: _docx,
}
