"""What can be read as a document, and what is refused with a cure."""

import io
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import DocumentError
from graph_service.reading import documents, pages
from graph_service.reading.documents import decode, load, parse_published
from graph_service.reading.encodings import decode_bytes
from graph_service.reading.markup import read_html

NEWS = (
    "临港新区签下十个项目\n临港新区六月八日签下十个项目，总投资约三十亿元。新区的企业已经在这里生产了五年。\n"
)
TAIWAN = (
    "新竹科學園區的發展\n這個園區在不同時期引進了許多公司，也為學校和國家培養了人才，產業規模大大提高。\n"
)


def word(*paragraphs: str, title: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """Return a Word file with these paragraphs and, after them, a table of these rows."""
    file = docx.Document()
    file.core_properties.title = title
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    if rows:
        table = file.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def pdf(*lines: tuple[int, int, str]) -> bytes:
    """Return a one-page PDF file with each text at its place; set in the predefined Chinese encoding."""
    shown = "".join(
        f"BT /F1 12 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" for x, y, text in lines
    )
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 8 0 R >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /S /FontDescriptor 7 0 R /CIDSystemInfo 9 0 R >>",
        "<< /Type /FontDescriptor /FontName /S /FontBBox [0 -200 1000 900] /Ascent 800 /Descent -200 >>",
        "<< /Font << /F1 5 0 R >> >>",
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>",
    ]
    out = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return (out + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n" + table + trailer).encode("latin-1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_simplified_chinese_is_read_in_every_usual_encoding(encoding: str, tmp_path: Path) -> None:
    """The text comes out the same whatever the encoding, without a byte order mark."""
    path = tmp_path / "news.txt"
    path.write_bytes(NEWS.encode(encoding))
    assert load(path).text == NEWS


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf_16_is_read_in_both_byte_orders(encoding: str, mark: bytes) -> None:
    """A byte order mark decides the order."""
    assert decode(mark + NEWS.encode(encoding), "a.txt").text == NEWS


def test_traditional_chinese_is_read_from_big5() -> None:
    """Bytes that make sense as Big5 are not taken for GB18030."""
    assert decode(TAIWAN.encode("big5"), "a.txt").text == TAIWAN


def test_a_short_gbk_name_is_read() -> None:
    """Bytes in the everyday range of GB2312 are Chinese even without a frequent word."""
    assert decode("浣江实验室".encode("gbk"), "a.txt").text == "浣江实验室"


def test_a_stated_charset_is_used() -> None:
    """What the media type says counts where the bytes are not UTF-8."""
    assert decode("café fermé".encode("latin-1"), "a", "text/plain; charset=iso-8859-1").text == "café fermé"


def test_line_ends_become_newlines_and_nothing_else_changes() -> None:
    """Line ends of Windows are normalised; spaces and blank lines stay, so offsets can be counted."""
    assert decode("甲\r\n\r\n　乙 \r丙".encode(), "a.txt").text == "甲\n\n　乙 \n丙"


def test_the_title_is_the_first_line_unless_one_is_given() -> None:
    """A title that the caller gives outweighs one the format states, and that the first line."""
    assert decode(f"\n  {NEWS}".encode(), "a.txt").title == "临港新区签下十个项目"
    assert decode("前言\n# 年度报告 #\n正文。".encode(), "a.md").title == "年度报告"
    assert decode(NEWS.encode(), "a.txt", title="别的").title == "别的"


def test_what_is_known_of_a_document_is_kept() -> None:
    """Date of publication and source come back with the text."""
    read = decode(NEWS.encode(), "a.txt", published="2023-06", source="https://example.org/a")
    assert (read.published, read.source) == ("2023-06", "https://example.org/a")


@pytest.mark.parametrize("date", ["2023", "2023-06", "2024-02-29", " 2023-06-08 "])
def test_real_dates_of_publication_are_accepted(date: str) -> None:
    """Year, month or day, as far as it is known."""
    assert parse_published(date) == date.strip()


@pytest.mark.parametrize(
    "date",
    ["", "2023-02-29", "2023-13", "2023-00", "0000", "06/2023", "2023年6月", "2023-6", "昨天", "２０２３"],
)
def test_other_dates_of_publication_are_refused(date: str) -> None:
    """A day that does not exist and a form that is not ISO 8601 are errors, not guesses."""
    with pytest.raises(DocumentError, match="YYYY-MM-DD"):
        decode(NEWS.encode(), "a.txt", published=date)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "empty"),
        (" \n　\r\n".encode(), "a.txt", "no words"),
        (b"\xef\xbb\xbf", "a.txt", "no words"),
        ("甲\0乙".encode(), "a.txt", "NUL"),
        ("\ufeff甲\0乙".encode(), "a.txt", "control characters"),
        (bytes(range(1, 256)) * 20, "a.txt", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\1" * 50, "a.txt", "picture"),
        (b"%PDF-1.4 ...", "a.txt", "PDF"),
        (b"\xff\xfe\x00\xd8", "a.txt", "damaged"),
        (NEWS.encode(), "a.pdf", "not a PDF"),
        (b"%PDF-1.4\nnothing here", "a.pdf", "damaged|no text"),
        (NEWS.encode(), "a.docx", "not a .docx"),
        (NEWS.encode(), "a.xyz", "unknown"),
        (b"<html><body><script>x</script></body></html>", "a.html", "no words"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, name: str, says: str) -> None:
    """Each kind of bad input has its own message and a cure."""
    with pytest.raises(DocumentError, match=says) as raised:
        decode(data, name)
    assert raised.value.cure


def test_a_missing_file_a_folder_and_an_unknown_suffix_are_errors(tmp_path: Path) -> None:
    """The message names the path."""
    for path, says in [
        (tmp_path / "none.txt", "none.txt"),
        (tmp_path, "folder"),
        (tmp_path / "a.exe", "suffix"),
    ]:
        with pytest.raises(DocumentError, match=says):
            load(path)


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Size is looked at first, for files and for requests."""
    path = tmp_path / "long.txt"
    path.write_text(NEWS, encoding="utf-8")
    monkeypatch.setattr(documents, "MAX_BYTES", 50)
    with pytest.raises(DocumentError, match="MiB"):
        load(path)
    with pytest.raises(DocumentError, match="MiB"):
        decode(path.read_bytes(), "long.txt")


def test_html_gives_its_main_text_by_paragraphs() -> None:
    """Scripts, navigation and link lists go, entities are resolved, cells are parted by tabs."""
    page = """<!doctype html><html><head><title>站点 - 新闻</title><style>p{}</style></head>
      <body><nav>首页</nav><script>var a = "<p>不是文字</p>";</script><!-- 注释 <p>也不是</p> -->
      <h1>临港新区&amp;六月</h1><p>签下<b>十个</b>项目，<br>投资三十亿元。</p>
      <ul><li><a href=x>更多新闻请看这里</a></li></ul>
      <table><tr><td>企业</td><td>投资</td></tr></table><p title='a>b'>第二段。</p>
      <footer>版权所有</footer></body></html>"""
    text, title = read_html(page)
    assert title == "临港新区&六月"
    assert text.split("\n") == ["临港新区&六月", "签下十个项目，", "投资三十亿元。", "企业\t投资", "第二段。"]


def test_html_with_an_article_gives_only_that() -> None:
    """What stands beside the article is not its text."""
    story = "文章的第一段，说明了二十个以上的字才算数。"
    page = f"<title>题目</title><div>热点推荐。</div><article><p>{story}</p></article>"
    assert read_html(page) == (story, "题目")


@pytest.mark.parametrize(
    "head", ['<meta charset="gb2312">', '<meta http-equiv=x content="text/html; charset=gbk">']
)
def test_html_is_read_in_the_charset_it_states(head: str) -> None:
    """A stated gb2312 is read as GB18030, as browsers do."""
    assert (
        "喆"
        in decode(f"<html><head>{head}</head><body><p>陈喆的项目。</p></body>".encode("gbk"), "a.html").text
    )


@pytest.mark.parametrize("piece", ["<div>", "<", "<!--", "<a ", "<a b='", "<script>", "</p>", "&", "<td>"])
def test_broken_html_is_read_in_one_pass(piece: str) -> None:
    """A hundred thousand unclosed tags end in an answer, not in a stack overflow."""
    text, _ = read_html("<p>开头。</p>" + piece * 100_000)
    assert text.startswith("开头。")


def test_a_word_file_gives_paragraphs_tables_and_title() -> None:
    """Body order is kept; a row is a line."""
    read = decode(
        word("第一段。", "第二段。", title="年报", rows=(("企业", "投资"), ("甲公司", "三亿元"))), "a.docx"
    )
    assert read.text == "第一段。\n第二段。\n企业\t投资\n甲公司\t三亿元"
    assert read.title == "年报"


def test_a_word_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes in the archive are added up before anything is unpacked."""
    monkeypatch.setattr(pages, "MAX_UNPACKED", 1000)
    with pytest.raises(DocumentError, match="unpacks"):
        decode(word("甲。"), "a.docx")


def test_other_archives_and_damaged_word_files_are_refused() -> None:
    """A ZIP archive without a Word document, and one whose document is no XML."""
    for name, content, says in [("a.txt", "甲", "not a .docx"), ("word/document.xml", "<w:", "damaged")]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        with pytest.raises(DocumentError, match=says):
            decode(buffer.getvalue(), "a.docx")


def test_a_pdf_gives_paragraphs_put_together_from_lines() -> None:
    """Lines of a paragraph become one line; a line that is set in begins the next."""
    lines = (
        (72, 800, "年度报告"),
        (96, 760, "园区引进了十家企业，总投资达到"), (72, 744, "三十亿元，带动了就业和税收增长。"),
        (96, 728, "下一步，园区将继续扩大招商引资。"),
    )  # fmt: skip
    text = decode(pdf(*lines), "a.pdf").text
    assert "总投资达到三十亿元，带动了就业和税收增长。\n下一步" in text
    assert text.startswith("年度报告\n")


def test_a_pdf_without_text_asks_for_recognition() -> None:
    """A page that is a picture has no words to read."""
    with pytest.raises(DocumentError, match="OCR"):
        decode(pdf(), "a.pdf")


@pytest.mark.parametrize(("module", "name"), [("pdfminer.high_level", "a.pdf"), ("docx", "a.docx")])
def test_a_missing_extra_is_named(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the message says what to install."""
    data = pdf((72, 700, "甲。")) if name == "a.pdf" else word("甲。")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DocumentError, match=r"zonegraph\[documents\]"):
        decode(data, name)


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_document_error(data: bytes) -> None:
    """No other exception leaves the reader, and text never holds NUL or carriage returns."""
    for name in ("a.txt", "a.md", "a.html", "a.docx"):
        try:
            text = decode(data, name).text
        except DocumentError:
            continue
        assert text.strip()
        assert "\0" not in text
        assert name == "a.html" or "\r" not in text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1))
def test_utf_8_text_comes_back_unchanged(text: str) -> None:
    """Text without control characters is given back as it is."""
    assert decode_bytes(b"x" + text.encode(), "a") == "x" + text


def test_a_text_too_long_for_one_document_is_refused_with_a_cure() -> None:
    """Fifty megabytes in one line are no press text; nothing is read of them."""
    data = ("苏州工业园区" * 3_000_000).encode()[: 50 * 2**20 // 3 * 3]
    with pytest.raises(DocumentError, match="characters") as caught:
        documents.decode(data, "long.txt")
    assert "Split" in caught.value.cure
