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
    from pdfminer.layout import LTPage, LTTextBox, LTTextLine

MAX_UNPACKED = 256 * 1024 * 1024
"""How many bytes a Word file may unpack to."""
MAX_PARTS = 10_000
"""How many parts a Word file may have."""

_EXTRA = "Install the extra: pip install 'zonegraph[documents]'."
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
    """Yield the paragraphs of a page: its boxes, parted where a line is set in or one ends early."""
    from pdfminer.layout import LTTextBox, LTTextLine

    for box in page:
        if not isinstance(box, LTTextBox):
            continue
        lines = [line for line in box if isinstance(line, LTTextLine) and line.get_text().strip()]
        paragraph = ""
        for before, line in zip([None, *lines], lines, strict=False):
            text = line.get_text().strip()
            if before is not None and _parts(box, before, line, paragraph):
                yield paragraph
                paragraph = ""
            glue = " " if paragraph and _LATIN_BORDER.search(paragraph) and text[0].isascii() else ""
            paragraph += glue + text
        if paragraph:
            yield paragraph


def _parts(box: "LTTextBox", before: "LTTextLine", line: "LTTextLine", text: str) -> bool:
    """Say whether a line begins a paragraph, by where it and the one before it stand in the box."""
    size = line.height or 1.0
    indented = line.x0 - box.x0 > 1.2 * size and before.x0 - box.x0 < 0.5 * size
    short = box.x1 - before.x1 > 1.5 * size
    return bool(
        indented or (short and _TERMINAL.search(text)) or abs(before.height - line.height) > 0.35 * size
    )


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
