"""The dates a text states, as far as it states them: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

Relative dates (今年1月, 去年底, 5月底, 当年10月) count from the date of publication, or from a year the text
itself has named; what cannot be resolved is left out rather than guessed.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from graph_service.reading import numerals
from graph_service.reading.claims import Date

_MONTH_WORD = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY_WORD = (
    r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|"
    r"[一二三四五六七八九])"
)
_YEAR = (
    r"(?:(?<![0-9A-Za-z近约逾])(?<![0-9][.,])(?P<year>(?:19|20)[0-9]{2}) ?年(?!代|的?历史)|"
    r"(?<![0-9A-Za-z.,])(?P<short>[0-2][0-9]|9[0-9]) ?年(?= ?(?:1[0-2]|0?[1-9]) ?月(?!龄|球))|"
    r"(?P<han>[一二][〇○零一二三四五六七八九]{3})年(?!代|的?历史)|"
    r"(?P<rel>(?<!如)今年|(?<!过)去年|明年|(?<![多几数十百以之此目日产营立建成])(?:上年|[前后]年(?![产税销收均利耗营])))(?!龄|轻)|"
    r"(?P<same>当年|同年|次年|翌年|(?<![\u4e00-\u9fff])第二年))"
)
_YEAR_PART = (
    r"(?:年?[底初末中](?![一-龥]?[级型心])|(?:第?[一二三四1-4]|前[二三2-3])个?季度|[上下]半年|[春夏秋冬]季|"
    r"度(?![假过量]))"
)
_HOURS = "(?:上午|中午|下午|傍晚|晚上|晚间|晚(?!会|宴|些|点|于)|凌晨|清晨)?"
"""A part of the day, which no date keeps."""
_MONTH = (
    rf"(?P<month>{_MONTH_WORD})(?: ?月(?![球亮饼光季牙嫂台])"
    rf"(?: ?(?P<day>{_DAY_WORD})[日号](?![线楼院馆店]){_HOURS}|(?:底|初|末|[上中下]旬|份))?|"
    rf"(?=[-—–~至到]{{1,2}}{_MONTH_WORD} ?月(?![球亮饼光季牙嫂台])))"
)
_BARE_MONTH = _MONTH.replace("<month>", "<month_>").replace("<day>", "<day_>")
_RANGE = r"(?=年?(?:[-—–~至到]{1,2}) ?(?:19|20)[0-9]{2} ?年)"
_BEGINS = "(?:集中|正式|同步|双双)?(?:开工|动工|奠基|投产|签约|揭牌|启用|竣工|开园|封顶)"
"""What begins on a day, behind 同日."""
_DATE = re.compile(
    r"(?=[0-9一二三四五六七八九十今去前明后当同次翌上下本年月昨第])(?:"
    r"(?<![0-9A-Za-z.-])(?P<iso>(?:19|20)[0-9]{2}([-/.])(?:1[0-2]|0?[1-9])\2(?:3[01]|[12][0-9]|0?[1-9]))(?![0-9.-])|"
    rf"(?<![0-9A-Za-z-])(?<![0-9][.,])(?P<from>(?:19|20)[0-9]{{2}}){_RANGE}年?|"
    rf"{_YEAR}(?: ?{_MONTH}|{_YEAR_PART})?|"
    rf"(?<![0-9个几第数两正])(?<![0-9]\.){_BARE_MONTH}|"
    r"(?<![以马])(?P<moon>[上下]个?月|[本当同]月|(?<![0-9一二三四五六七八九十个上下本当同每按逐岁整满])月(?=[底初末]))(?!球|台|亮)"
    r"(?:[底初末](?![级型])|(?= ?[0-9])|(?![底初末]))(?: ?(?P<moonday>[0-9]{1,2})[日号])?|"
    rf"(?<![0-9月第A-Za-z])(?<![0-9]\.)(?P<only>3[01]|[12][0-9]|[1-9])日(?!元|均|产|本|趋|处|常|用|内|前|后){_HOURS}|"
    r"(?<![0-9一二三四五六七八九十几数多半当今去明前后上两百千整同次全常近往每历连成])"
    r"(?P<part>年(?:[底初内末](?!存|涵|部)|中(?![一-龥]?[级型心]|[国央东西]))|(?:第?[一二三四]|前[二三])季度|[上下]半年)|"
    rf"(?P<near>昨[日天]|前天|明天|今[日天](?={_BEGINS}))(?!的?太阳)|"
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[于在])|(?=(?:当[天日]|同日){_BEGINS}))(?P<that>当[天日]|同一?[天日]|[次翌]日|第二天)(?!起){_HOURS}"
    r")"
)
_FUTURE = re.compile(r"预计|计划|将|拟|有望|力争|原定|争取|确保|预期|即将|目标")
_STOP = re.compile(r"[。!?\n]")
_REACH = 300
_RELATIVE = {"今年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}
_STATES_YEAR = ("year", "short", "han", "rel", "same", "iso", "from")
_NEAR = {"今日": 0, "今天": 0, "昨日": -1, "昨天": -1, "前天": -2, "明天": 1}


@dataclass(slots=True)
class _Calendar:
    """What is known at one point of the text: the year last stated, and where; the date last resolved; the last whole one."""

    published: tuple[int, ...]
    anchor: int | None = None
    year: int | None = None
    stated: int = 0
    last: tuple[int, ...] = ()
    day: tuple[int, ...] = ()


def find_dates(
    text: str, published: str | None = None, anchor: str | None = None, day: str | None = None
) -> Iterator[tuple[int, int, Date]]:
    """Yield (start, end, date) of every date in a text that can be resolved, in order.

    Args:
        text: a sentence, normalised by `shadow`.
        published: when the document was published, as far as known.
        anchor: the last date named before this text, which 当年 means where the text names none.
        day: the last whole date named before this text, which 当天 means where the text names none.
    """
    now = _Calendar(_numbers(published), anchor=next(iter(_numbers(anchor)), None), day=_numbers(day))
    for match in _DATE.finditer(text):
        resolved = _resolve(match, now, text)
        if resolved is None:
            continue
        now.last = resolved
        now.day = resolved if len(resolved) == 3 else now.day
        if any(match[group] for group in _STATES_YEAR):
            now.year, now.stated = resolved[0], match.end()
        yield match.start(), match.end(), Date(_written(resolved), match[0])


@lru_cache(maxsize=1024)
def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("-")) if text else ()


def _written(parts: tuple[int, ...]) -> str:
    return "-".join(f"{part:04}" if i == 0 else f"{part:02}" for i, part in enumerate(parts))


def _resolve(match: re.Match[str], now: _Calendar, text: str) -> tuple[int, ...] | None:
    """Return year, month and day as far as they are stated; None where they cannot be known."""
    kind = match.lastgroup
    if kind == "iso":
        return _real(*(int(part) for part in re.split("[-/.]", match["iso"])))
    if kind == "from":
        return (int(match["from"]),)
    if kind == "near":
        return _shifted(now.published, _NEAR[match["near"]])
    if kind == "that":
        return _shifted(now.day, 0 if match["that"][0] in "当同" else 1)
    if kind in ("moon", "moonday"):
        return _moon(match, now)
    if kind == "only":
        return _only_day(int(match["only"]), now)
    if kind == "part":
        return now.published[:1] or None
    if match["month_"]:
        month, day = _number(match["month_"]), _number(match["day_"])
        return _real(_year_of(month or 0, day, now, text, match.start()), month, day)
    return _real(_stated_year(match, now), _number(match["month"]), _number(match["day"]))


def _number(words: str | None) -> int | None:
    found = numerals.read(words) if words else None
    return int(found.value) if found else None


def _real(year: int | None, month: int | None = None, day: int | None = None) -> tuple[int, ...] | None:
    if not year or (month is not None and not 1 <= month <= 12):
        return None
    if day is not None and (month is None or not 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return tuple(part for part in (year, month, day) if part is not None)


def _stated_year(match: re.Match[str], now: _Calendar) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["short"]:
        return int(match["short"]) + (1900 if match["short"][0] == "9" else 2000)
    if match["han"]:
        return _number(match["han"].replace("○", "〇"))
    if match["rel"]:
        return now.published[0] + _RELATIVE[match["rel"]] if now.published else None
    known = now.year or now.anchor
    return None if known is None else known + (match["same"] in ("次年", "翌年", "第二年"))


def _year_of(month: int, day: int | None, now: _Calendar, text: str, at: int) -> int | None:
    """Return the year of a month without one: that named in the sentence, else that nearest to publication.

    What is planned lies at or after the publication, what is reported at most a month after it.
    """
    if now.year is not None and at - now.stated < _REACH and not _STOP.search(text, now.stated, at):
        return now.year
    future = _FUTURE.search(re.split("[,。;]", text[max(0, at - 20) : at])[-1])
    if now.anchor is not None and not future and (not now.published or now.anchor <= now.published[0]):
        return now.anchor
    if len(now.published) < 2:
        return now.published[0] if now.published else None
    year, reported = now.published[:2]
    if future:
        return year if month >= reported else year + 1
    known = now.published[2] if len(now.published) > 2 else 31
    later = (month, day or 1) > (reported, known)
    return year - 1 if later and month - reported >= 6 else year


def _moon(match: re.Match[str], now: _Calendar) -> tuple[int, ...] | None:
    """Return what 上月, 本月, 下月 and 月底 mean from the publication, 当月 and 同月 from the month last named."""
    word, day = match["moon"], _number(match["moonday"])
    if word[0] in "当同":
        return _real(now.last[0], now.last[1], day) if len(now.last) > 1 else None
    if len(now.published) < 2:
        return None
    months = now.published[0] * 12 + now.published[1] - 1 + {"上": -1, "下": 1}.get(word[0], 0)
    return _real(months // 12, months % 12 + 1, day)


def _only_day(day: int, now: _Calendar) -> tuple[int, ...] | None:
    """Return the date of a day without a month: of the month last named, else the last until publication."""
    if now.last:
        return _real(now.last[0], now.last[1], day) if len(now.last) > 1 else None
    if len(now.published) < 3:
        return None
    year, month, known = now.published
    months = year * 12 + month - 1 - (day > known)
    return _real(months // 12, months % 12 + 1, day)


def _shifted(published: tuple[int, ...], days: int) -> tuple[int, ...] | None:
    if len(published) < 3:
        return None
    try:
        moved = date(*published[:3]) + timedelta(days)
    except (ValueError, OverflowError):
        return None
    return moved.year, moved.month, moved.day
