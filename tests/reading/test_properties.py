"""What holds of every text: offsets shift with the text, dates and figures come back as written, readings repeat."""

import os
import subprocess
import sys
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.reading.claims import Date, Document, Quantity
from graph_service.reading.stages import read
from graph_service.reading.values import find_values
from graph_service.resources import resource

DOCUMENTS = sorted(resource("data", "documents").glob("*.txt"))
DIGITS = "〇一二三四五六七八九"
DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))
LINES = st.sampled_from([line for path in DOCUMENTS for line in path.read_text("utf-8").splitlines() if line])
LIMITS = {"": "=", "超": ">", "近": "<", "约": "~", "不少于": ">=", "不超过": "<="}
UNITS = {"元": ("CNY", 1), "万元": ("CNY", 10**4), "亿元": ("CNY", 10**8), "万美元": ("USD", 10**4),
         "平方米": ("M2", 1), "万平方米": ("M2", 10**4), "亩": ("MU", 1), "家": ("NUM", 1), "人": ("PERSON", 1)}  # fmt: skip


def spoken(number: int) -> str:
    """Return a number from 1 to 31 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def written(day: date) -> dict[str, str]:
    """Return the usual ways of writing a day, each with the date that it says."""
    year, month, full = f"{day:%Y}", f"{day:%Y-%m}", day.isoformat()
    han = "".join(DIGITS[int(digit)] for digit in year)
    return {
        f"{day.year}年{day.month}月{day.day}日": full,
        f"{han}年{spoken(day.month)}月{spoken(day.day)}日": full,
        full: full,
        f"{day.year}.{day.month}.{day.day}": full,
        f"{day.year}/{day.month:02}/{day.day:02}": full,
        f"{day.year}年{day.month}月": month,
        f"{day.year}年{day.month}月底": month,
        f"{day.year}年": year,
    }


@given(DAYS)
def test_a_date_says_the_same_in_every_way_of_writing_it(day: date) -> None:
    """Chinese or Arabic numerals, with 年月日, hyphens, dots or slashes, as precise as written."""
    for words, said in written(day).items():
        values = find_values(f"园区于{words}揭牌。")
        assert [v.term for v in values] == [Date(said, words)]


@given(DAYS, st.integers(1, 12))
def test_a_year_told_from_now_is_that_of_the_publication(day: date, month: int) -> None:
    """今年, 去年, 明年 and 前年 count from it; without a publication they say nothing."""
    for words, years in {"今年": 0, "去年": -1, "明年": 1, "前年": -2}.items():
        sentence = f"仓库{words}{month}月开工。"
        (value,) = find_values(sentence, day.isoformat())
        assert value.term == Date(f"{day.year + years}-{month:02}", f"{words}{month}月")
        assert find_values(sentence) == []


@given(st.integers(2, 9_999_999), st.sampled_from(sorted(LIMITS)), st.sampled_from(sorted(UNITS)))
def test_a_figure_has_the_bound_and_the_unit_of_its_words(number: int, limit: str, unit: str) -> None:
    """Whatever the number: the value in the base unit, the bound of the word before it, the words as its text."""
    code, factor = UNITS[unit]
    (value,) = find_values(f"该园区现有规模{limit}{number}{unit}。")
    assert isinstance(value.term, Quantity)
    assert (value.term.value, value.term.unit, value.term.bound) == (number * factor, code, LIMITS[limit])
    assert value.term.text == f"{limit}{number}{unit}"


@given(st.lists(LINES, min_size=1, max_size=4), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_blank_lines_before_a_text_move_its_evidence_and_change_nothing_else(
    lines: list[str], blank: int
) -> None:
    """Offsets count from the beginning of the text as it is given."""
    text = "\n".join(lines)
    plain, moved = (
        [
            (c.subject.name, c.relation, c.modality, [(s.start - shift, s.text) for s in c.evidence])
            for c in read(Document("\n" * shift + text, "题目", "2023-06")).claims
        ]
        for shift in (0, blank)
    )
    assert moved == plain


@given(st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_same_text_gives_the_same_reading(lines: list[str]) -> None:
    """Nothing is kept from one reading that changes the next."""
    document = Document("\n".join(lines), published="2023-06")
    assert read(document) == read(document)


def test_another_process_gives_the_same_bytes() -> None:
    """The order of sets, which every process salts anew, is not in the claims, and neither is that of the documents."""
    made = []
    for seed, paths in (("0", DOCUMENTS), ("4242", DOCUMENTS[::-1])):
        command = [sys.executable, "-m", "graph_service", "extract", *map(str, paths)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        made.append(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    first, second = (sorted(output.splitlines()) for output in made)
    assert first == second
    assert len(first) > 100
