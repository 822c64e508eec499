"""The words of PDF and Word files, one paragraph a line.

Both need the extra `documents`; what they need is imported only when such a file comes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from graph_service.errors import DocumentError

if TYPE_CHECKING:
    from docx.table import Table
    from pdfminer.layout import LTPage, LTTextLine

MAX_UNPACKED = 256 * 1024 * 1024
"""How many bytes a Word file may unpack to."""
MAX_PARTS = 10_000
"""How many parts a Word file may have."""

_EXTRA = "Install the extra: pip install 'zonegraph[documents]'."
_COLUMN = 40.0
"""How near the beginnings of the lines of one column are, in points."""
_TERMINAL = re.compile(r"[。！？!?；;：:][”’」』）)]*$")
_LATIN_BORDER = re.compile(r"[A-Za-z0-9,.;:]$")


def read_pdf(data: bytes, name: str) -> tuple[str, str | None]:
    """Return the text of a PDF file in reading order; it states no title that can be relied on.

    Raises:
        DocumentError: it is no PDF, damaged, encrypted or without text, or the extra `documents` is missing.
    """
    if b"%PDF-" not in data[:1024]:
        raise DocumentError(f"{name} is not a PDF file.", "Give it the suffix of its own format.")
    try:
        from pdfminer.high_level import extract_pages
        from pdfminer.pdfdocument import PDFPasswordIncorrect
    except ImportError as error:
        raise DocumentError(f"{name}: PDF files need pdfminer.six.", _EXTRA) from error
    try:
        paragraphs = [p for page in extract_pages(io.BytesIO(data)) for p in _page_paragraphs(page)]
    except PDFPasswordIncorrect as error:
        raise DocumentError(f"{name} is protected by a password.", "Save it without one.") from error
    except Exception as error:  # pdfminer meets damage with whatever its parsers happen to raise
        raise DocumentError(
            f"{name} is damaged: {type(error).__name__}.", "Save it again as PDF, or as text."
        ) from error
    if not any(paragraphs):
        raise DocumentError(f"{name} holds no text, only pictures.", "Recognise its text (OCR) first.")
    return "\n".join(paragraphs).replace("\0", ""), None


def _page_paragraphs(page: "LTPage") -> Iterator[str]:
    """Yield the paragraphs of a page, put together from its lines."""
    from pdfminer.layout import LTTextBox, LTTextLine

    boxes = [box for box in page if isinstance(box, LTTextBox)]
    lines = [
        line for box in boxes for line in box if isinstance(line, LTTextLine) and line.get_text().strip()
    ]
    edges = _right_edges(lines)
    paragraph = ""
    for i, line in enumerate(lines):
        text = line.get_text().strip()
        if i and not _goes_on(lines[i - 1], line, edges[i - 1], paragraph):
            yield paragraph
            paragraph = ""
        glue = " " if paragraph and _LATIN_BORDER.search(paragraph) and text[0].isascii() else ""
        paragraph += glue + text
    if paragraph:
        yield paragraph


def _right_edges(lines: "list[LTTextLine]") -> list[float]:
    """Return where each line's column ends: lines that begin near each other make a column."""
    edges: dict[int, float] = {}
    for line in lines:
        column = round(line.x0 / _COLUMN)
        edges[column] = max(edges.get(column, 0.0), line.x1)
    return [max(edges.get(round(line.x0 / _COLUMN) + near, 0.0) for near in (-1, 0, 1)) for line in lines]


def _goes_on(before: "LTTextLine", line: "LTTextLine", edge: float, text: str) -> bool:
    """Say whether a line continues the one before: right below it, not set in, and that one full."""
    size = before.height or 1.0
    apart = before.y0 - line.y0
    if not 0 < apart < 2.5 * size or abs(line.height - size) > 0.35 * size:
        return False
    if not -3.5 * size <= line.x0 - before.x0 <= 0.8 * size:
        return False
    room = edge - before.x1
    return room < 1.5 * size or (room < 4 * size and not _TERMINAL.search(text))


def read_docx(data: bytes, name: str) -> tuple[str, str | None]:
    """Return the paragraphs and tables of a Word file in their order, and the title its properties state.

    Raises:
        DocumentError: it is no Word file, damaged, unpacks to too much, or the extra `documents` is missing.
    """
    _check_archive(data, name)
    try:
        from docx import Document as Word
        from docx.table import Table
    except ImportError as error:
        raise DocumentError(f"{name}: Word files need python-docx.", _EXTRA) from error
    try:
        word = Word(io.BytesIO(data))
        lines = [
            line
            for item in word.iter_inner_content()
            for line in (_rows(item) if isinstance(item, Table) else (item.text,))
        ]
        title = word.core_properties.title or None
    except Exception as error:  # python-docx and lxml meet damage with KeyError, ValueError, XMLSyntaxError …
        raise DocumentError(
            f"{name} is damaged: {type(error).__name__}.", "Save it again as .docx, or as text."
        ) from error
    return "\n".join(lines).replace("\0", ""), title


def _rows(table: "Table") -> Iterator[str]:
    """Yield the rows of a table, cells parted by tabs; a merged cell counts once."""
    for row in table.rows:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        words = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}
        yield "\t".join(words[cell] for cell in cells)


def _check_archive(data: bytes, name: str) -> None:
    """Refuse what is no Word file, or would unpack to far more than it is."""
    cure = "Save it again as .docx, or as text."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            encrypted = any(part.flag_bits & 1 for part in parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(f"{name} is not a .docx file, or damaged.", cure) from error
    if encrypted:
        raise DocumentError(f"{name} is protected by a password.", "Save it without one.")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DocumentError(f"{name} unpacks to more than {MAX_UNPACKED // 2**20} MiB.", cure)
    if "word/document.xml" not in {part.filename for part in parts}:
        raise DocumentError(f"{name} is a ZIP archive, but not a .docx file.", cure)
