"""Numbers in Chinese and Arabic writing, exact and vague: 124.8, 三百二十, 两千零五, 十几, 数百, 三四十."""

import re
from decimal import Decimal
from typing import NamedTuple

ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
"""A number in Arabic digits, with commas and decimals; a pattern."""
CHINESE = r"(?:[零〇一二两三四五六七八九十百千万亿几数]+(?:点[零〇一二三四五六七八九]+)?)"
"""A number in Chinese numerals, vague ones included; a pattern."""

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_LONGEST = 24
_NEIGHBOURS = re.compile(r"([一两二三四五六七八])([二三四五六七八九])(?=[十百千万亿]|$)")


class Numeral(NamedTuple):
    """A number: `value`, and for vague ones the bound above it (`三四十` is 30 to 40, `数百` 100 to 1000).

    Attributes:
        value: the number, or the lower end of a vague one.
        upper: the upper end; None where the number is exact.
        closed: whether the upper end is meant to be included, as in 三四十.
    """

    value: Decimal
    upper: Decimal | None = None
    closed: bool = False


def read(text: str) -> Numeral | None:
    """Return the number these words write; None where they write none, or only 几 or 数."""
    if not text or len(text) > _LONGEST:
        return None
    if text[0].isdigit() and text.isascii():
        return Numeral(Decimal(text.replace(",", "")))
    if "几" in text or "数" in text:
        return _some(text)
    if "点" in text:
        whole, _, part = text.partition("点")
        value = integer(whole)
        digits = "".join(str(_DIGITS[c]) for c in part)
        return None if value is None else Numeral(value + Decimal(f"0.{digits}"))
    value = integer(text)
    return Numeral(value) if value is not None else _between(text)


def multiplier(text: str) -> Decimal:
    """Return what a run of 十 百 千 万 亿 multiplies by; 1 for none."""
    product = Decimal(1)
    for c in text:
        product *= _SMALL.get(c) or _LARGE[c]
    return product


def integer(text: str) -> Decimal | None:
    """Return the whole number that Chinese numerals write, exactly; None where they write none.

    Digits in a row are read as digits (二〇二三), a last digit after 百, 千, 万 or 亿 as in speech (三万五 is
    35 000).
    """
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text)) if _is_row(text) else None
    return _part(text, (("亿", 100_000_000), ("万", 10_000)))


def _is_row(text: str) -> bool:
    """Say whether digits in a row write a number: a year, or anything with a zero, not 三四."""
    return len(text) >= 3 or (text[0] in "零〇" and len(text) == 2)


def _part(text: str, scales: tuple[tuple[str, int], ...]) -> Decimal | None:
    if not scales:
        return _section(text)
    (sign, scale), below = scales[0], scales[1:]
    left, found, right = text.rpartition(sign)
    if not found:
        return _part(text, below)
    high = Decimal(1) if not left else _part(left, scales if sign == "亿" else below)
    if not right:
        low: Decimal | None = Decimal(0)
    elif len(right) == 1 and right in _DIGITS:
        low = Decimal(_DIGITS[right] * scale // 10)
    else:
        low = _part(right, below)
    return None if high is None or low is None or low >= scale else high * scale + low


def _section(text: str) -> Decimal | None:
    """Return a number below 10 000."""
    total, digit, last, zero = 0, None, 10_000, False
    for c in text:
        if c in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit, zero = _DIGITS[c], zero or _DIGITS[c] == 0
            continue
        unit = _SMALL.get(c)
        if (
            unit is None
            or unit >= last
            or (digit == 0 and total == 0)
            or (digit is None and total and unit > 10)
        ):
            return None
        total, last, digit, zero = total + (digit or 1) * unit, unit, None, False
    if digit:
        total += digit * (last // 10 if last in (100, 1000) and not zero else 1)
    return Decimal(total) if text else None


def _some(text: str) -> Numeral | None:
    """Return the range of 十几, 数百, 几十万, 好几千."""
    match = re.fullmatch(r"([一二三四五六七八九]?[十百千])几([万亿]*)", text)
    if match:
        base = integer(match[1])
        if base is None:
            return None
        scale = multiplier(match[2])
        step = Decimal(_SMALL[match[1][-1]])
        return Numeral(base * scale, (base + step) * scale)
    match = re.fullmatch(r"[几数]([十百千万亿]+)", text)
    if match is None:
        return None
    scale = multiplier(match[1])
    return Numeral(scale, scale * 10)


def _between(text: str) -> Numeral | None:
    """Return the range that two neighbouring digits write: 两三, 三四十, 十七八, 七八百万."""
    match = _NEIGHBOURS.search(text)
    if match is None or _DIGITS[match[2]] - _DIGITS[match[1]] != 1:
        return None
    head, tail = text[: match.start()], text[match.end() :]
    low, high = integer(head + match[1] + tail), integer(head + match[2] + tail)
    if low is None or high is None:
        return None
    return Numeral(low, high, closed=True)
