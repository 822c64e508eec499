"""The figures and dates a sentence states, with bound, unit, classifier and the words as written.

`find_values` gives them in order, none overlapping. What only looks like a figure is left out: ordinals
(第三), names and slogans (“三个年”, 1+2+1), articles (一家企业), model numbers (G60), idioms (千家万户).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from graph_service.reading import numerals, units
from graph_service.reading.bounds import Limit, limit_after, limit_before, per_unit
from graph_service.reading.claims import Bound, Date, Quantity
from graph_service.reading.dates import find_dates
from graph_service.reading.layout import shadow


class Value(NamedTuple):
    """A figure or a date in a text.

    Attributes:
        start: offset of its first code point, that of a bound word before the number where there is one.
        end: one past the last.
        term: the figure or the date; its `text` is the slice.
        classifier: the word it counts with (家, 个, 项, 人 …); None where it measures.
    """

    start: int
    end: int
    term: Quantity | Date
    classifier: str | None = None


_NUMBER = rf"(?:{numerals.ARABIC}|{numerals.CHINESE})"
_SCALE = r"[十百千万亿]{0,4}(?<!千(?=[瓦米克伏卡赫]))(?<!百(?=分))"
_IDIOM = (
    "千家万户|万家灯火|百家争鸣|百花齐放|千军万马|千辛万苦|千方百计|五湖四海|四面八方|三三两两|十全十美|一年一度|一年四季|三年五载|"
    "百年(?:大计|变局|未有|奋斗|基业|老店|企业|名校|品牌)|千年(?:古|大计|文脉)|万里|千里|百里|[三四五]位一体|[两二三]次(?:分配|产业|创业)|"
    "两个(?:确立|维护|先行|健康|毫不动摇|一百年)|四个(?:意识|自信|全面|革命)|三个(?:代表|务必|地)|一件事|两手抓|万元户|"
    "百分百|百分之百|[十百千]分(?!之|点)|千千万万|成千上万|一点一滴|七上八下|三心二意|一心一意|五花八门|四通八达|"
    "(?:十[一二三四五六七八九]|二十[一二]?|十)届|(?:十[六七八九]|二十)大"
)
_FIGURE = re.compile(
    rf"(?:(?P<idiom>{_IDIOM})|"
    rf"百分之(?P<percent>{_NUMBER})|(?P<denominator>{_NUMBER})分之(?P<numerator>{_NUMBER})|"
    r"(?P<half>一半|半数|(?<=[过近超逾])半(?![年个天月导径成小程岛数])|半(?P<halved>年(?!报|度)|个多?月|个小时))|"
    rf"(?:(?P<low>{_NUMBER})(?P<low_scale>{_SCALE}) ?(?P<low_unit>{units.PATTERN})? ?"
    r"(?:-|—|–|~|至|到) ?(?=[0-9一二两三四五六七八九十百千]))?"
    rf"(?P<number>{_NUMBER}) ?(?P<more>[多余来]|\+(?![0-9]))?(?:个(?=亿)(?!亿元(?:以上|级)))?"
    rf"(?P<scale>{_SCALE})(?P<rest>[多余](?!姚|杭))? ?"
    rf"(?P<unit>元?级(?!别)|{units.PATTERN})?(?P<half_more>(?<=[年月天倍时])半(?![年个天径]))?)"
)
_NUMERAL = re.compile(r"[0-9零〇一二两三四五六七八九十百千万亿半]|[几数](?=[十百千万亿])")
"""Where a figure can begin; looking for that first is several times as fast."""
_RANKS = frozenset(("十亿", "百亿", "千亿", "万亿"))
_COUNTED_CLASS = re.compile("[两三四五六七八九十0-9][大个]$")
"""What counts industries before the order of magnitude that they are of."""
_MONEY_AFTER = re.compile(
    r"[”’\"]?(?:的)?(?:元|规模|产值|产业|集群|税收|投资|营收|销售|收入|企业|园区|平台|项目|市场|赛道|板块|资金|基金|GDP|开发区|强[县区市镇]|俱乐部)"
)
_MONEY_BEFORE = re.compile(
    r"投资|产值|税|收入|营收|总值|GDP|额|资金|资本|利润|规模|增加值|估值|市值|融资|基金|价|补贴|奖励|资产"
)
_ORDINAL = re.compile(r"(?:第|(?<![目此日之以先年天提])前|No\.?|[A-Za-z]|[+.×-]|[A-Za-z0-9]-)$")
_ONLY_ONE = re.compile(r"(?:仅|共|只|各|共有|仅有|只有|各有|仅此|增加?至|合计)$")
_SHARED = re.compile(r"(?:分别|依次)[^,。;]{0,8}$")
_SLOGAN = re.compile(r"[0-9一二两三四五六七八九十百千万亿几个亩元年大+]{1,12}[”’」》\"]")
_OPENING = '“‘「《"'


def find_values(
    text: str,
    published: str | None = None,
    anchor: str | None = None,
    plain: str | None = None,
    day: str | None = None,
) -> list[Value]:
    """Return the figures and dates of a sentence, in order, none overlapping.

    A range (3至5年) has the lower end as its value, bound `>=`, and both ends as `min` and `max`; 50% and
    三分之一 are shares of one, unit `FRACTION`; 千亿级 is at least 1e11.

    Args:
        text: a sentence, full-width digits and all.
        published: when the document was published (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`); without it 今年 says
            nothing.
        anchor: the last date named before this sentence, for 当年.
        plain: the sentence normalised by `shadow`, where that is at hand.
        day: the last whole date named before this sentence, for 当天.
    """
    plain = shadow(text) if plain is None else plain
    dates = [Value(s, e, Date(d.date, text[s:e])) for s, e, d in find_dates(plain, published, anchor, day)]
    figures = _figures(text, _without(plain, dates))
    return sorted(dates + figures, key=attrgetter("start")) if dates else figures


def _without(plain: str, dates: list[Value]) -> str:
    """Return the sentence with blanks of the same length for its dates."""
    if not dates:
        return plain
    kept, at = [], 0
    for date in dates:
        kept += [plain[at : date.start], "\0" * (date.end - date.start)]
        at = date.end
    return "".join([*kept, plain[at:]])


@dataclass(slots=True)
class _Figure:
    """A number with its unit, before its bound is known: both ends where it is vague, one step of 多."""

    start: int
    end: int
    measure: units.Measure
    value: Decimal
    upper: Decimal | None = None
    closed: bool = False
    more: str | None = None
    step: Decimal = Decimal(1)
    unit_step: Decimal = Decimal(1)
    level: bool = False
    bare: bool = False


def _figures(text: str, plain: str) -> list[Value]:
    found: list[Value] = []
    waiting: list[_Figure] = []
    at = last = 0
    while near := _NUMERAL.search(plain, at):
        match = _FIGURE.match(plain, near.start())
        at = match.end() if match else near.end()
        figure = _read(match, plain) if match else None
        if figure is None:
            waiting = _await(match, plain, waiting) if match else []
            continue
        if match and waiting and waiting[-1].end + 1 == figure.start:
            found += [_value(text, plain, _as(bare, figure, match), last) for bare in waiting]
        waiting = []
        value = _value(text, plain, figure, last)
        found.append(value)
        last = value.end
    return found


def _await(match: re.Match[str], plain: str, waiting: list[_Figure]) -> list[_Figure]:
    """Return the numbers without a unit that a list may give one: 分别为10、12和15亿元."""
    number = match["number"]
    if (
        number is None
        or match["scale"]
        or not number[0].isdigit()
        or plain[match.end() : match.end() + 1] not in tuple("、和与及")
    ):
        return []
    before = plain[max(0, match.start() - 12) : match.start()]
    follows = bool(waiting) and waiting[-1].end + 1 == match.start()
    read = numerals.read(number)
    if read is None or not (follows or _SHARED.search(before)):
        return []
    return [*waiting, _Figure(match.start(), match.end(), units.Measure("NUM"), read.value)]


def _as(bare: _Figure, figure: _Figure, match: re.Match[str]) -> _Figure:
    """Return a number of a list with the unit of the last one."""
    scale = numerals.multiplier(match["scale"] or "") * figure.measure.factor
    return _Figure(bare.start, bare.end, figure.measure, bare.value * scale)


def _read(match: re.Match[str], plain: str) -> _Figure | None:
    """Return the figure of a match; None where it is none."""
    if match["number"] is None:
        return None if match["idiom"] else _half(match) if match["half"] else _fraction(match)
    number = numerals.read(match["number"])
    start = match.start()
    if match["number"][0] == "数" and start and plain[start - 1] in "参指系函总户台次件人系奇偶基代":
        number = numerals.read(match["number"][1:])
        start += 1
    if number is None or _is_code(match, plain, start):
        return None
    measure = _measure(match, plain, number)
    if measure is None or _is_name(match, plain, start, measure):
        return None
    scale = numerals.multiplier(match["scale"])
    factor = scale * measure.factor
    figure = _Figure(start, match.end(), measure, number.value * factor)
    figure.upper = number.upper * factor if number.upper is not None else None
    figure.closed = number.closed
    figure.more = match["more"] or match["rest"]
    figure.value += factor / 2 if match["half_more"] else 0
    figure.unit_step = factor
    if figure.more:
        figure.step = factor if match["rest"] else _step(match["number"], number.value) * factor
    figure.level = match["unit"] in ("级", "元级") or (
        not match["unit"] and not match["number"].strip("十百千万亿")
    )
    figure.bare = not match["scale"] and match["number"] in ("百", "千", "万", "亿")
    return _ranged(figure, match, number.value, scale) if match["low"] else figure


def _ranged(figure: _Figure, match: re.Match[str], high: Decimal, scale: Decimal) -> _Figure:
    """Return the figure as a range with its lower end; without it where the two make no range."""
    low = numerals.read(match["low"])
    unit = match["low_unit"]
    figure.start = match.start("number")
    if (
        low is None
        or match["low_scale"] is None
        or (unit and units.MEASURES[unit].unit != figure.measure.unit)
    ):
        return figure
    own = numerals.multiplier(match["low_scale"])
    shared = not match["low_scale"] and not unit and low.value < high
    value = low.value * (scale if shared else own) * figure.measure.factor
    if value >= figure.value:
        return figure
    figure.start, figure.upper, figure.value, figure.closed = match.start(), figure.value, value, True
    return figure


def _half(match: re.Match[str]) -> _Figure:
    measure = units.MEASURES[match["halved"]] if match["halved"] else units.Measure("FRACTION")
    return _Figure(match.start(), match.end(), measure, Decimal("0.5"))


def _fraction(match: re.Match[str]) -> _Figure | None:
    top = numerals.read(match["percent"] or match["numerator"])
    bottom = numerals.read(match["denominator"]) if match["denominator"] else numerals.Numeral(Decimal(100))
    if top is None or bottom is None or not bottom.value:
        return None
    return _Figure(match.start(), match.end(), units.Measure("FRACTION"), top.value / bottom.value)


def _step(words: str, value: Decimal) -> Decimal:
    """Return how far 多 reaches: one in the last place that is not zero (2650多 is below 2660)."""
    if words[-1] in "万亿" and len(words) > 1:
        return numerals.multiplier(words[-1])
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** int(exponent) if value else Decimal(1)


def _is_code(match: re.Match[str], plain: str, start: int) -> bool:
    """Say whether the number is an ordinal, or part of a formula or a name (第三, 1+2, G60, 007)."""
    number = match["low"] or match["number"]
    if len(number) > 1 and number[0] == "0" and number[1] != ".":
        return True
    before = plain[max(0, start - 3) : start]
    if before and _ORDINAL.search(before):
        return not (before[-1].isalpha() and match["unit"] in ("万元", "亿元")) and not before.endswith(
            ("RMB", "USD", "GDP")
        )
    return not match["more"] and plain[match.end("number") : match.end("number") + 1] == "+"


def _measure(match: re.Match[str], plain: str, number: numerals.Numeral) -> units.Measure | None:
    """Return the unit; money where 级 or a bare 亿 means it; None where nothing is counted."""
    unit, words = match["unit"], match["number"] + match["scale"]
    if unit and not unit.endswith("级"):
        return units.MEASURES[unit]
    if unit and not ("亿" in words or number.value * numerals.multiplier(match["scale"]) >= 1_000_000):
        return None
    written = match["number"][0].isdigit()
    if "亿" in words and _MONEY_AFTER.match(plain, match.end()):
        return units.Measure("CNY")
    if unit:
        return units.Measure("CNY" if unit == "元级" or "亿" in words else "NUM")
    money = words[-1] in "万亿" and _MONEY_BEFORE.search(plain, max(0, match.start() - 12), match.start())
    if money and ("亿" in words or (written and match["scale"])):
        return units.Measure("CNY")
    counted = written and match["scale"][-1:] in tuple("万亿")
    return units.Measure("NUM") if counted else None


def _is_name(match: re.Match[str], plain: str, start: int, measure: units.Measure) -> bool:
    """Say whether the words are an article (一家), a slogan (“三个年”), a rank (三大百亿产业) or a term (三元材料)."""
    if (
        match["number"] in _RANKS
        and _COUNTED_CLASS.search(plain, 0, start)
        and plain.startswith("产业", match.end())
    ):
        return True
    number, unit = match["number"], match["unit"] or ""
    before = plain[max(0, start - 4) : start]
    alone = not match["scale"] and not match["more"] and not match["rest"] and not match["low"]
    quote = max(before.rfind(mark) for mark in _OPENING)
    if quote >= 0 and _SLOGAN.match(plain, start - len(before) + quote + 1):
        return True
    if alone and number == "一" and measure.classifier:
        return not _ONLY_ONE.search(before)
    if alone and unit == "元" and len(number) == 1 and number in "一二三四五六七八九":
        return bool(re.match(r"[一-龥]", plain[match.end() : match.end() + 1]))
    if unit == "成" and (not alone or len(number) > 2 or number[-1] in "十百千万亿零" or number == "0"):
        return True
    if alone and number in ("百", "千", "万", "亿", "百万", "千万"):
        bound = limit_before(plain, start, max(0, start - 8), measure, number)
        after = limit_after(plain, match.end(), measure)
        return (
            not bound
            and not after
            and measure.unit not in ("MU", "M2", "KM2", "TONNE")
            and number not in ("百万", "千万")
        )
    return False


def _value(text: str, plain: str, figure: _Figure, floor: int) -> Value:
    """Return the figure with its bound words, per-unit and limits."""
    before = limit_before(plain, figure.start, floor, figure.measure, plain[figure.start : figure.end])
    after = limit_after(plain, figure.end, figure.measure)
    start = before.start if before else figure.start
    end = after.end if after else figure.end
    bound = _bound(figure, before, after)
    value = float(figure.value)
    low = value if bound in (">", ">=") else None
    high = value if bound in ("<", "<=") else None
    if figure.upper is not None:
        low, high = value, float(figure.upper)
    elif bound == ">" and (figure.more in ("多", "余") or (after and after.bound == ">")):
        high = float(figure.value + (figure.step if figure.more else figure.unit_step))
    per, end = per_unit(plain, start, end, floor)
    named = plain[figure.end - 1] not in "0123456789十百千万亿多余"
    unit = figure.measure.unit if named or not before else before.currency or figure.measure.unit
    quantity = Quantity(value, unit, bound, text[start:end], low, high, per=per)
    return Value(start, end, quantity, figure.measure.classifier)


def _bound(figure: _Figure, before: Limit | None, after: Limit | None) -> Bound:
    if before and before.bound:
        return before.bound
    if after and after.bound:
        return after.bound
    if figure.more:
        return {"多": ">", "余": ">", "来": "~", "+": ">="}[figure.more]  # type: ignore[return-value]  # these four are bounds
    if figure.upper is not None:
        return ">=" if figure.closed else ">"
    if figure.level:
        return ">="
    return "~" if figure.bare else "="
