"""The units that figures come in: the words, the code in claims, and what a word multiplies by.

Codes are those of `claims.Quantity`; a classifier (家, 个, 项) counts things and is kept beside the code.
"""

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit: its code, what multiplies the number before it, and the classifier where it counts things."""

    unit: str
    factor: Decimal = Decimal(1)
    classifier: str | None = None


def _measures(unit: str, words: str, factor: str = "1") -> dict[str, Measure]:
    return {word: Measure(unit, Decimal(factor)) for word in words.split()}


_CURRENCIES = (
    _measures("CNY", "元人民币 人民币 元 块钱 RMB CNY")
    | _measures("USD", "美元 美金 USD")
    | _measures("EUR", "欧元 EUR")
    | _measures("HKD", "港元 港币 HKD")
    | _measures("JPY", "日元 JPY")
    | _measures("GBP", "英镑")
    | _measures("KRW", "韩元")
    | _measures("TWD", "新台币")
    | _measures("SGD", "新加坡元 新元")
)
_MEASURED = (
    _measures("M2", "平方米 平米 ㎡ m2 M2")
    | _measures("KM2", "平方公里 平方千米 km2 ㎢")
    | _measures("MU", "亩")
    | _measures("HA", "公顷")
    | _measures("M3", "立方米 m3")
    | _measures("KM", "公里 千米 km")
    | _measures("M", "米")
    | _measures("CM", "厘米")
    | _measures("MM", "毫米 mm")
    | _measures("MICROM", "微米 μm um")
    | _measures("NM", "纳米 nm")
    | _measures("TONNE", "吨")
    | _measures("KG", "公斤 千克 kg")
    | _measures("KG", "斤", "0.5")
    | _measures("G", "克")
    | _measures("KW", "千瓦 kW KW")
    | _measures("MW", "兆瓦 MW")
    | _measures("GW", "吉瓦 GW")
    | _measures("KWH", "千瓦时 度电 kWh")
    | _measures("MWH", "兆瓦时 MWh")
    | _measures("GWH", "吉瓦时 GWh")
    | _measures("W", "瓦")
    | _measures("KV", "千伏 kV")
    | _measures("YEAR", "周年 年 个年头")
    | _measures("MONTH", "个月 个多月")
    | _measures("WEEK", "周 个星期 星期")
    | _measures("DAY", "个工作日 工作日 天")
    | _measures("HOUR", "个小时 小时 个多小时 个钟头")
    | _measures("MINUTE", "分钟 个分钟")
    | _measures("SECOND", "秒钟 秒")
    | _measures("PERCENT_POINT", "个百分点 百分点")
    | _measures("FRACTION", "%", "0.01")
    | _measures("FRACTION", "‰", "0.001")
    | _measures("FRACTION", "成", "0.1")
    | _measures("TIMES", "倍")
)
_PERSONS = ("人", "名", "位", "个人")
_THINGS = (
    *"家个项件所座条台套款户种批类栋幢处间部辆艘架只枚颗粒支张份篇门场次轮层宗笔组大株例班片朵根尊盏卷幅双对副把顶床块",
    *("方面", "人次", "家次", "项次", "批次", "班次", "台套", "架次", "标箱", "标准箱", "TEU"),
)

MEASURES: dict[str, Measure] = (
    _CURRENCIES
    | _MEASURED
    | {word: Measure("PERSON", classifier=word) for word in _PERSONS}
    | {word: Measure("NUM", classifier=word) for word in _THINGS}
    | {word: Measure("AGE", classifier="岁") for word in ("岁", "周岁")}
)
"""Word to unit."""

CURRENCIES = frozenset(measure.unit for measure in _CURRENCIES.values())
"""Codes of money."""
TIMES = frozenset(["YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"])
"""Codes of durations."""

_NOT_BEFORE = {
    "个": "年(?!头)|半(?!导体)|体(?=工商|户|经济)",
    "家": "庭|喻|禽|渠|庄",
    "条": "件",
    "台": "州|湾|风|胞|山|区",
    "部": "门|分|委|署|位|件",
    "种": "子",
    "类": "似|型",
    "处": "级|长|理",
    "支": "持|撑",
    "场": "馆|均",
    "次": "产业|元|方",
    "门": "峡|县|湾|子|户|店|票|诊|槛|市",
    "组": "成|织",
    "层": "级|次|面",
    "户": "籍|均|型",
    "人": "才|行",
    "个人": "才|力|工|独|信",
    "名": "单|录|称|牌|额",
    "位": "于|居|列|置|数|一体",
    "天": "然|津|猫|府|地|河|合|际",
    "周": "期|边",
    "年": "级|代|龄|轻",
    "米": "粉|饭|兰|其",
    "克": "隆|难|拉",
    "元": "素|旦|宇宙|器件|件",
    "成": "[立为功果员长本熟效交就品都绩套型形分语]|[建县市](?!以上)",
    "大": "于|小|约|概|致|街|学(?!科)|道|厦|桥|型|量|批|多|部分|会(?!场)|楼|幅|步|众",
    "片": "区|面",
    "秒": "杀",
    "斤": "两",
}


def _alternative(word: str) -> str:
    pattern = re.escape(word)
    if word.isascii() and word.isalpha():
        return pattern + "(?![A-Za-z0-9])"
    return f"{pattern}(?!{_NOT_BEFORE[word]})" if word in _NOT_BEFORE else pattern


PATTERN = "(?:" + "|".join(_alternative(word) for word in sorted(MEASURES, key=lambda w: (-len(w), w))) + ")"
"""Any unit, longest first, but for words that only begin like one (家庭, 大学, 元素)."""
