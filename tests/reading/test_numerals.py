"""Numbers in Chinese and Arabic writing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.reading import numerals
from graph_service.reading.claims import Quantity
from graph_service.reading.values import find_values

DIGITS = "零一二三四五六七八九"


def section(number: int) -> str:
    """Return a number below 10 000 in Chinese numerals, without a zero in front."""
    out, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + sign
        gap = not digit
    return out


def spell(number: int) -> str:
    """Return a number below 100 000 000 in Chinese numerals, as it is said."""
    high, low = divmod(number, 10_000)
    words = section(high) + "万" if high else ""
    if low:
        words += ("零" if high and low < 1000 else "") + section(low)
    words = words or "零"
    return words[1:] if words.startswith("一十") else words


@given(st.integers(0, 99_999_999))
def test_numerals_are_read_as_they_are_written(number: int) -> None:
    """In Chinese and in Arabic, with and without commas."""
    for words in (spell(number), str(number), f"{number:,}"):
        read = numerals.read(words)
        assert read is not None
        assert read == numerals.Numeral(Decimal(number))


@given(st.integers(2, 99_999_999))
def test_numbers_of_firms_are_found_in_a_sentence(number: int) -> None:
    """Whatever the number, its words and its value come back."""
    for words in (spell(number), str(number), f"{number:,}"):
        (value,) = find_values(f"园区有企业共{words}家，都很好。")
        assert isinstance(value.term, Quantity)
        assert (value.term.text, value.term.value) == (f"{words}家", number) or words.startswith("0")


def test_digits_in_a_row_and_colloquial_ends_are_read() -> None:
    """二〇二三 is a year, 三万五 is 35 000, 两百五 is 250."""
    for words, value in {"二〇二三": 2023, "三万五": 35_000, "两百五": 250, "一点五": Decimal("1.5")}.items():
        read = numerals.read(words)
        assert read is not None
        assert read.value == value


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("十几", 10, 20),
        ("数百", 100, 1000),
        ("几十万", 100_000, 1_000_000),
        ("三四十", 30, 40),
        ("十七八", 17, 18),
    ],
)
def test_vague_numbers_have_two_ends(words: str, low: int, high: int) -> None:
    """The value is the lower one."""
    read = numerals.read(words)
    assert read is not None
    assert (read.value, read.upper) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "words", ["", "几", "数", "几何", "一一", "千百", "十十", "三百十千", "九八", "1" * 50]
)
def test_what_writes_no_number_is_none(words: str) -> None:
    """Neither a guess nor an exception."""
    assert numerals.read(words) is None


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿几数点0123456789,.", max_size=20))
def test_any_numerals_are_a_number_or_none(words: str) -> None:
    """What the pattern of the module finds is read without an exception, and its ends are in order."""
    for chinese in words.replace(".", "").replace(",", "").split("点"):
        read = numerals.read(chinese) if not any(c.isdigit() and c.isascii() for c in chinese) else None
        assert read is None or read.upper is None or read.value < read.upper
