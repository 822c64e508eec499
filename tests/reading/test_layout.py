"""Sentences, their roles and the units that relations are read from."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.reading.layout import Layout, clauses, lay_out, quotations, shadow
from graph_service.reading.sentences import MAX_SENTENCE, split

SHARED = Path("/work/shared")
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the reference documents are not on this machine"
)

PAGE = """滨海观察

临港高新区：十年磨剑 迈向一流

王小川 李敏

临港高新区今年引进企业30家。园区面积达到12平方公里。

高新区鸟瞰图

一、做强产业

“我们从上海搬来，很满意。这里服务好。”海岳科技负责人说。该公司员工超过百人。

（本版图片由临港高新区提供）
"""
MARKS = st.text(alphabet='甲乙说，。！？“”‘’（）()"…；：、 \n　园区12.,A-', max_size=80)


def words(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """Return the slices of a text."""
    return [text[start:end] for start, end in spans]


def roles(layout: Layout) -> dict[str, str]:
    """Return the role of each sentence."""
    return {sentence.text: sentence.role for sentence in layout.sentences}


def test_every_line_of_a_page_gets_its_role() -> None:
    """Masthead, headline, authors, text, captions, headings and credits are told apart by form."""
    found = roles(lay_out(PAGE))
    assert list(found.values()) == [
        *("caption", "title", "byline", "body", "body", "caption", "heading", "body", "body", "credit"),
    ]


def test_units_know_their_paragraph_and_heading() -> None:
    """The nearest heading above comes with a unit; above the first there is none."""
    units = {unit.text[:4]: unit for unit in lay_out(PAGE).units}
    assert units["园区面积"].heading is None
    assert units["该公司员"].heading == "一、做强产业"
    assert units["临港高新"].paragraph < units["该公司员"].paragraph


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("（记者 朱小明 通讯员 占长河）", "byline"),
        ("本报记者 张三丰 李四", "byline"),
        ("通讯员李晓 欧阳明", "byline"),
        ("文/图 王朝阳", "byline"),
        ("责任编辑：陈静", "credit"),
        ("图片来源：园区管委会", "credit"),
        ("张三丰 摄", "credit"),
        ("来源：临港日报", "credit"),
    ],
)
def test_lines_that_name_their_makers_are_recognised_by_form(line: str, role: str) -> None:
    """Authors are bylines, makers of pictures and pages are credits, in brackets or not."""
    found = roles(lay_out(f"园区迎来一批新的企业\n园区引进了三家企业。\n{line}"))
    assert found[line] == role


@pytest.mark.parametrize("line", ["高效 和谐", "记者走进产业园看变化", "安全 发展"])
def test_slogans_that_begin_with_surnames_are_not_authors(line: str) -> None:
    """A dictionary word is no name."""
    assert roles(lay_out(f"园区迎来一批新的企业\n{line}\n园区引进了三家企业。"))[line] != "byline"


def test_a_byline_inside_a_paragraph_is_a_sentence_of_its_own() -> None:
    """At the beginning after 本报讯, and in brackets at the end."""
    text = "园区迎来一批新的企业\n本报讯（记者 张三丰）6月8日，园区签下三个项目。项目将开工。（记者 李四）"
    assert [(s.text, s.role) for s in lay_out(text).sentences[1:]] == [
        ("本报讯（记者 张三丰）", "byline"),
        ("6月8日，园区签下三个项目。", "body"),
        ("项目将开工。", "body"),
        ("（记者 李四）", "byline"),
    ]


def test_numbered_lines_are_headings_when_short_and_text_when_long() -> None:
    """（一）and 1. above text are headings, in the middle of text list items."""
    text = "规划\n要求如下。\n一、总体要求\n（一）指导思想\n坚持创新。\n1. 引进企业二十家；\n2. 新增投资。"
    found = roles(lay_out(text))
    assert found["一、总体要求"] == found["（一）指导思想"] == "heading"
    assert found["1. 引进企业二十家；"] == found["2. 新增投资。"] == "body"


def test_rows_of_a_table_and_bullets_are_text() -> None:
    """Cells parted by tabs, and lines with a bullet, are read, not taken for captions."""
    found = roles(lay_out("园区企业的名单和投资\n企业\t投资\n甲公司\t3亿元\n• 乙公司落户\n以上。"))
    assert found["甲公司\t3亿元"] == found["• 乙公司落户"] == "body"


def test_a_text_of_one_line_is_read_as_text() -> None:
    """Without a full stop it is not taken for a title with nothing below."""
    assert roles(lay_out("海岳科技从上海迁到临港")) == {"海岳科技从上海迁到临港": "body"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙！丙？丁", ["甲。", "乙！", "丙？", "丁"]),
        ("一家；两家，三家。", ["一家；两家，三家。"]),
        ("“好。很好。”张三说。下一句。", ["“好。很好。”张三说。", "下一句。"]),
        ("张三说：“好。很好。”下一句。", ["张三说：“好。很好。”", "下一句。"]),
        ("“好。”张三告诉记者，“还会更好。”下一句。", ["“好。”张三告诉记者，“还会更好。”", "下一句。"]),
        ("“它真快。”展厅里人很多。", ["“它真快。”", "展厅里人很多。"]),
        ("“好。”他说，“乙。", ["“好。”他说，“乙。"]),
        ("园区（包括东区。西区）很大。好！", ["园区（包括东区。西区）很大。", "好！"]),
        ("飞机、卫星……样样都有。", ["飞机、卫星……样样都有。"]),
        ("他想了很久…… “走吧。”", ["他想了很久……", "“走吧。”"]),
        ("真的吗？！当然。", ["真的吗？！", "当然。"]),
        ("增长3.5%。到12.8亿元。", ["增长3.5%。", "到12.8亿元。"]),
    ],
)
def test_sentences_end_at_full_stops_outside_quotations(text: str, sentences: list[str]) -> None:
    """A quotation stays whole and keeps its speaker; a semicolon ends nothing."""
    assert words(text, split(text)) == sentences


def test_a_mark_that_never_closes_does_not_swallow_a_long_text() -> None:
    """Near the end of its paragraph it runs to that end, far from it it is taken for a stray one."""
    text = "他说“没有关上。" + "后来又来了一家企业。" * 400
    assert len(split(text)) > 300


def test_a_sentence_without_end_is_cut_at_commas() -> None:
    """No sentence is longer than the limit, and nothing is lost."""
    text = "园区又来了一家企业，" * 2000
    spans = split(text)
    assert max(end - start for start, end in spans) <= MAX_SENTENCE
    assert "".join(words(text, spans)) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("园区引进企业30家，投资1,200万元；税收增长。", ["园区引进企业30家", "投资1,200万元", "税收增长"]),
        ("该区（含东区，西区）面积大，人口多。", ["该区（含东区，西区）面积大", "人口多"]),
        ("“好，很好。”张三说，要扩产。", ["“好，很好。”", "张三说", "要扩产"]),
        ("上午10:30开工:三个项目", ["上午10:30开工", "三个项目"]),
    ],
)
def test_clauses_part_at_commas_outside_brackets_quotes_and_numbers(text: str, parts: list[str]) -> None:
    """A clause is what relations are read from; marks at its ends are not in it."""
    assert words(text, clauses(text)) == parts


def test_clauses_of_a_part_have_offsets_of_the_whole() -> None:
    """The inside of a quotation can be parted in place."""
    text = "“好，很好。”张三说。"
    assert words(text, clauses(text, 1, 5)) == ["好", "很好"]


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        ("“这里很好。”海岳科技负责人说。", "“这里很好。”", "海岳科技负责人"),
        ("海岳科技负责人告诉记者：“这里很好。”", "“这里很好。”", "海岳科技负责人"),
        ("谈到未来，总经理王强坦言，“我们还要扩产。”", "“我们还要扩产。”", "总经理王强"),
        ("“我们还要扩大产能规模”，王强笑着说。", "“我们还要扩大产能规模”", "王强"),
        ("海岳科技副总裁李敏表示，未来三年将新建工厂。", "未来三年将新建工厂。", "海岳科技副总裁李敏"),
        ("“这里真快。”展厅里人很多。", "“这里真快。”", None),
    ],
)
def test_what_is_said_has_its_speaker(text: str, said: str, speaker: str | None) -> None:
    """Before or after the words, in direct or reported speech."""
    (quote,) = quotations(text)
    assert text[quote.start : quote.end] == said
    assert quote.speaker == speaker
    assert quote.speaker_span is None or text[slice(*quote.speaker_span)] == speaker


def test_both_halves_of_a_parted_quotation_have_the_speaker() -> None:
    """In “……。”X说，“……。” it is the same person."""
    found = quotations("“好。”王强告诉记者，“还会更好。”")
    assert [quote.speaker for quote in found] == ["王强", "王强"]


@pytest.mark.parametrize(
    "text",
    [
        "通过“腾笼换鸟”的方式盘活厂房。",
        "据介绍，园区有三家企业。",
        "可以说，这里很好。",
        "园区名为“甲乙港”。",
    ],
)
def test_names_in_quotation_marks_and_set_phrases_are_not_speech(text: str) -> None:
    """A slogan, a name and 据介绍 have no speaker."""
    assert quotations(text) == []


def test_a_paragraph_printed_again_is_one_unit_with_all_its_places() -> None:
    """Each sentence of the page stays a sentence; the repetition points to the first."""
    text = "园区迎来一批新的企业\n该公司很大。它来自上海。\n别的事情也有很多。\n该公司很大。它来自上海。"
    layout = lay_out(text)
    unit = next(u for u in layout.units if u.text == "该公司很大。")
    assert [span.start for span in unit.evidence] == [11, 34]
    assert [s.duplicate_of for s in layout.sentences if s.text == "该公司很大。"] == [None, 11]
    assert len(layout.sentences) - len(layout.units) == 2


def test_equal_sentences_in_different_paragraphs_are_one_unless_they_point_back() -> None:
    """A short one, and one that begins with 该公司, can mean something else each time."""
    same, other = "临港高新区总投资超过五十亿元的项目有十个。", "该公司总投资超过五十亿元的项目一共有十个。"
    text = f"园区迎来一批新的企业\n甲来了。{same}{other}\n乙来了。{same}{other}"
    units = [unit.text for unit in lay_out(text).units]
    assert units.count(same) == 1
    assert units.count(other) == 2


def test_a_sentence_that_the_columns_broke_is_put_together() -> None:
    """One paragraph breaks off in mid-word, one other can only be its end: two pieces of evidence."""
    head, tail = "海岳实验室孵化了四家企业，与六家单", "位达成了合作意向，共建研发中心。"
    text = f"园区迎来一批新的企业\n{tail}\n园区还有别的企业。\n\n新区一角\n\n园区很大。{head}\n\n它们都很好。"
    layout = lay_out(text)
    unit = next(u for u in layout.units if u.text.startswith("海岳"))
    assert unit.text == head + tail
    assert sorted(span.text for span in unit.evidence) == sorted([head, tail])
    assert text[unit.position(len(head))] == "位"
    assert text[unit.position(0)] == "海"
    assert unit.position(len(unit.text)) == text.index(tail) + len(tail)
    joined = next(s for s in layout.sentences if s.text == head)
    assert joined.continued_by == text.index(tail)


def test_a_broken_sentence_stays_broken_where_two_could_continue_it() -> None:
    """No guess is made between two possible ends."""
    text = "园区迎来一批新的企业\n位达成了合作。\n位也达成了合作。\n园区很大。实验室孵化四家企业，与六家单"
    assert all(len(unit.pieces) == 1 for unit in lay_out(text).units)


def test_a_text_with_hard_line_ends_is_put_together() -> None:
    """Lines broken at one width are one paragraph; the sentence is its exact slice, the unit one line."""
    body = (
        "临港高新区今年以来引进了三十家企业和研究机构，其中有十家来自上海和杭州等地，"
        "它们的总投资超过了一百亿元，产值也增长了。"
    )
    lines = [body[i : i + 24] for i in range(0, len(body), 24)]
    text = "临港高新区引进企业的情况\n\n" + "\n".join(lines * 3) + "\n\n结束。"
    unit = next(u for u in lay_out(text).units if u.text.startswith("临港高新区今年"))
    assert unit.text.startswith(body)
    for offset, start, end in unit.pieces:
        assert text[start:end] == unit.text[offset : offset + end - start]


def test_shadow_keeps_every_offset() -> None:
    """Full-width digits, letters and punctuation become ASCII, one character each; the rest stays."""
    text = "ＬＥＤ产业１５年，（６０％）㎡…①"
    assert shadow(text) == "LED产业15年,(60%)㎡…1"
    assert len(shadow(text)) == len(text)


def test_a_long_single_line_is_read_in_one_pass() -> None:
    """A line of a million code points gives all its sentences."""
    text = "临港高新区引进了一家企业，“它很好。”负责人说。" * 40_000
    assert len(lay_out(text).sentences) == 40_000


def holds(text: str, layout: Layout) -> None:
    """Check that sentences are exact, in order, and cover the text, and that units point into it."""
    ends = 0
    for sentence in layout.sentences:
        assert ends <= sentence.start < sentence.end
        assert text[ends : sentence.start].strip() == ""
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        ends = sentence.end
    assert text[ends:].strip() == ""
    known = {(s.start, s.end) for s in layout.sentences}
    for unit in layout.units:
        assert list(unit.evidence) == sorted(unit.evidence)
        assert {(span.start, span.end) for span in unit.evidence} <= known
        for offset, start, end in unit.pieces:
            assert text[start:end] == unit.text[offset : offset + end - start]
        places = [unit.position(i) for i, c in enumerate(unit.text) if not c.isspace()]
        assert [text[place] for place in places] == [c for c in unit.text if not c.isspace()]


@given(st.one_of(st.text(max_size=120), MARKS))
def test_any_text_is_covered_by_its_sentences(text: str) -> None:
    """Whatever the marks: exact slices in order, only white space between; the same again next time."""
    layout = lay_out(text)
    holds(text, layout)
    assert lay_out(text) == layout


@given(MARKS)
def test_clauses_and_quotations_of_any_text_lie_inside_it(text: str) -> None:
    """They are in order, do not overlap and are not empty."""
    ends = 0
    for start, end in clauses(text):
        assert ends <= start < end <= len(text)
        ends = end
    for quote in quotations(text):
        assert 0 <= quote.start < quote.end <= len(text)
        assert quote.speaker_span is None or text[slice(*quote.speaker_span)] == quote.speaker


@needs_shared
@pytest.mark.parametrize("name", ["zhuji-development-zone", "dev-01", "dev-05", "dev-08"])
def test_the_words_of_every_reference_fact_stand_in_one_unit(name: str) -> None:
    """No sentence was cut where a fact is said, and all spans hold."""
    text = (SHARED / "documents" / f"{name}.txt").read_text(encoding="utf-8")
    facts = json.loads((SHARED / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    layout = lay_out(text)
    holds(text, layout)
    lost = [f["quote"] for f in facts if not any(f["quote"] in unit.text for unit in layout.units)]
    assert [quote for quote in lost if "。" not in quote.rstrip("。")] == []


@needs_shared
def test_the_newspaper_page_is_laid_out() -> None:
    """Its title, authors and headings are found, its repetitions merged, its broken sentence put together."""
    text = (SHARED / "documents" / "zhuji-development-zone.txt").read_text(encoding="utf-8")
    layout = lay_out(text)
    by_role = {
        role: [u.text for u in layout.units if u.role == role] for role in ("title", "byline", "heading")
    }
    assert [len(found) for found in by_role.values()] == [1, 1, 3]
    (broken,) = [unit for unit in layout.units if len(unit.pieces) == 2]
    assert "与4家单位达成共建联合研发中心意向" in broken.text
    assert max(len(unit.evidence) for unit in layout.units) == 3
