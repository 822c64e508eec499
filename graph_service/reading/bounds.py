"""The words around a number that limit it: 超, 近, 约, 不少于 before it, 以上, 左右, 以内 after it.

Also what a figure is per: 每亩, 亩均, 元/亩.
"""

import re
from typing import NamedTuple

from graph_service.reading.claims import Bound
from graph_service.reading.units import TIMES, Measure

_WORDS: dict[Bound, str] = {
    ">": "超过 超出 超 逾 突破 高于 多于 大于 不止 远超 破 过",
    "<": "近 将近 接近 不足 不到 低于 少于 小于 未满 不满 未到",
    "~": "约 大约 大概 大致 约莫",
    ">=": "不少于 不低于 不小于 不下于 不下 至少 最少 起码 最低 上",
    "<=": "不超过 不超 不高于 不多于 不大于 最多 至多 最高",
}
_BY_WORD = {word: bound for bound, words in _WORDS.items() for word in words.split()}
_ALL = "|".join(sorted(_BY_WORD, key=lambda w: (-len(w), w)))
_SIGNS = {
    "人民币": "CNY",
    "RMB": "CNY",
    "¥": "CNY",
    "US$": "USD",
    "HK$": "HKD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
}
_CURRENCY = "(?:" + "|".join(re.escape(sign) for sign in _SIGNS) + ")"
_BEFORE = re.compile(rf"(?P<bound>{_ALL})(?:了|达到?|至|为|占|有|合|计|需)?(?P<money>{_CURRENCY})? ?$")
_ONLY_MONEY = re.compile(rf"(?P<money>{_CURRENCY}) ?$")
_LAST = frozenset("超过出逾破于止近到满足约概致莫少下起码低高多上了达至为占有合计需币B$¥€£ ")
"""What a limiting word can end in: most numbers have none, and need no more than this look."""
_MISLEADING = {
    "约": "签预节合履集条公契违缔邀特制隐赴毁规续爽失",
    "近": "靠邻附临亲最新就相",
    "超": "赶反",
    "上": "以之线网路海马身岸年月早晚",
    "破": "突打爆残",
    "过": "",
    "最高": "全",
    "不下": "居",
}
_BARE = re.compile(r"[百千万亿半]")
_ACROSS = re.compile(
    r"(?:(?P<about>约占)[^,。;、0-9]{1,10}?的?|(?P<bound>超过|超|逾|不足|不到|接近|近|约)占?(?:全|整个|本)[一-龥]{1,4}的?)$"
)
_AFTER = re.compile(
    r" ?(?P<word>(?:及|或)?以上|以下|以内|之内|左右|上下(?![游级])|有余|余(?![姚杭家])|"
    r"多(?![数元次家个种项地年样层方点功媒式晶肽孔维芯]))"
)
_WITHIN = re.compile(r"内(?!容|部|涵|外|地|陆|需|资|蒙|江)")
_AFTER_BOUND: dict[str, Bound] = {
    "以上": ">=", "及以上": ">=", "或以上": ">=", "以下": "<=", "以内": "<=", "之内": "<=",
    "左右": "~", "上下": "~", "有余": ">", "余": ">", "多": ">",
}  # fmt: skip
_PER = (
    r"(?:亩|公顷|平方米|平方公里|立方米|人|户|家|年|季度|月|周|日|天|小时|分钟|秒钟?|吨|公斤|度|千瓦时|"
    r"台|套|股|件|次|公里|班)"
)
_PER_AFTER = re.compile(rf" ?(?:/|每) ?(?P<per>{_PER}|㎡|m2)(?:[·./]年)?")
_PER_BEFORE = re.compile(
    rf"(?:每一?个?(?P<every>{_PER})|(?P<mean>亩|人|户|地|年|日|月)均)[^,。;、0-9]{{0,14}}$"
)
_RECENT_YEARS = re.compile(r"(?:[1-9]|10|[一二两三四五六七八九十])个?(?:年|周年|月)")


class Limit(NamedTuple):
    """A word that limits a number.

    Attributes:
        start: where it begins.
        end: where it ends.
        bound: what it sets; None where there is only a currency sign.
        currency: code of the currency sign before the number.
    """

    start: int
    end: int
    bound: Bound | None
    currency: str | None = None


def limit_before(plain: str, start: int, floor: int, measure: Measure, words: str) -> Limit | None:
    """Return the limiting word right before a number.

    Args:
        plain: the sentence, normalised.
        start: where the number begins.
        floor: where the value before it ends; nothing is looked for before that.
        measure: the unit of the number.
        words: the number as written, with its unit: 上 and 过 limit only 上百, 过千亿; 近三年 is no bound.
    """
    if start <= floor or plain[start - 1] not in _LAST:
        return _across(plain, start, floor) if measure.unit == "FRACTION" else None
    lead = plain[max(floor, start - 12) : start]
    match = _BEFORE.search(lead)
    if match is None:
        money = _ONLY_MONEY.search(lead)
        if money:
            return Limit(start - len(lead) + money.start(), start, None, _SIGNS[money["money"]])
        return _across(plain, start, floor) if measure.unit == "FRACTION" else None
    word = match["bound"]
    at = start - len(lead) + match.start()
    if at and plain[at - 1] in _MISLEADING.get(word, ""):
        return None
    if word in ("上", "过", "破") and not _BARE.match(words) and not (word == "破" and words[:1].isdigit()):
        return None
    if word == "近" and measure.unit in ("YEAR", "MONTH") and _RECENT_YEARS.fullmatch(words):
        return None
    return Limit(at, start, _BY_WORD[word], _SIGNS.get(match["money"]))


def _across(plain: str, start: int, floor: int) -> Limit | None:
    """Return the limit of a share whose whole stands in between (约占昆山的50%), from the number on."""
    match = _ACROSS.search(plain, max(floor, start - 16), start)
    if match is None:
        return None
    return Limit(start, start, _BY_WORD[match["bound"]] if match["bound"] else "~")


def limit_after(plain: str, end: int, measure: Measure) -> Limit | None:
    """Return the limiting word right after a number and its unit."""
    match = _AFTER.match(plain, end)
    if match:
        return Limit(end, match.end(), _AFTER_BOUND[match["word"]])
    if measure.unit in TIMES and _WITHIN.match(plain, end):
        return Limit(end, end + 1, "<=")
    return None


def per_unit(plain: str, start: int, end: int, floor: int) -> tuple[str | None, int]:
    """Return what a figure is per (亩, 年, 人), and where it ends with that: 400万元/亩, 每亩…400万元."""
    after = _PER_AFTER.match(plain, end)
    if after:
        return after["per"], after.end()
    lead = plain[max(floor, start - 20) : start]
    before = _PER_BEFORE.search(lead) if "每" in lead or "均" in lead else None
    if before is None:
        return None, end
    per = before["every"] or before["mean"]
    return ("秒" if per == "秒钟" else per), end
