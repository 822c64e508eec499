"""Figures and dates: what they are worth, what limits them, and what only looks like one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.reading.claims import Date, Quantity
from graph_service.reading.layout import lay_out
from graph_service.reading.values import Value, find_values

SHARED = Path("/work/shared")
PUBLISHED = {"dev-01": "2022-05-11", "dev-05": "2021-12-31", "dev-08": "2022-05-10"}

FIGURES: list[tuple[str, str, float, str, str]] = [
    # sentence, words, value, unit, bound
    ("园区有企业９０家。", "９０家", 90, "NUM", "="),
    ("园区有企业1,250家。", "1,250家", 1250, "NUM", "="),
    ("园区有企业三百二十家。", "三百二十家", 320, "NUM", "="),
    ("园区有企业两千零五家。", "两千零五家", 2005, "NUM", "="),
    ("园区有企业90多家。", "90多家", 90, "NUM", ">"),
    ("园区有企业三十余家。", "三十余家", 30, "NUM", ">"),
    ("园区有企业近40家。", "近40家", 40, "NUM", "<"),
    ("园区有企业约40家。", "约40家", 40, "NUM", "~"),
    ("园区有企业40家左右。", "40家左右", 40, "NUM", "~"),
    ("园区有企业40家以上。", "40家以上", 40, "NUM", ">="),
    ("园区有企业至少40家。", "至少40家", 40, "NUM", ">="),
    ("园区有企业不少于40家。", "不少于40家", 40, "NUM", ">="),
    ("园区有企业不超过40家。", "不超过40家", 40, "NUM", "<="),
    ("园区有企业最多40家。", "最多40家", 40, "NUM", "<="),
    ("园区有企业40家以内。", "40家以内", 40, "NUM", "<="),
    ("园区有企业不足40家。", "不足40家", 40, "NUM", "<"),
    ("园区有企业将近40家。", "将近40家", 40, "NUM", "<"),
    ("园区企业突破40家。", "突破40家", 40, "NUM", ">"),
    ("园区企业超过了40家。", "超过了40家", 40, "NUM", ">"),
    ("园区企业逾4万家。", "逾4万家", 40000, "NUM", ">"),
    ("园区企业达40家。", "40家", 40, "NUM", "="),
    ("园区企业500+家。", "500+家", 500, "NUM", ">="),
    ("园区有十几家企业。", "十几家", 10, "NUM", ">"),
    ("园区有数十家企业。", "数十家", 10, "NUM", ">"),
    ("园区有几百家企业。", "几百家", 100, "NUM", ">"),
    ("园区有上百家企业。", "上百家", 100, "NUM", ">="),
    ("园区有近千家企业。", "近千家", 1000, "NUM", "<"),
    ("园区有百余家企业。", "百余家", 100, "NUM", ">"),
    ("园区有十来家企业。", "十来家", 10, "NUM", "~"),
    ("园区有两三家企业。", "两三家", 2, "NUM", ">="),
    ("园区有七八十家企业。", "七八十家", 70, "NUM", ">="),
    ("园区还有两家企业。", "两家", 2, "NUM", "="),
    ("园区建了三座厂房。", "三座", 3, "NUM", "="),
    ("园区有3所大学。", "3所", 3, "NUM", "="),
    ("园区有10条生产线。", "10条", 10, "NUM", "="),
    ("园区有200台设备。", "200台", 200, "NUM", "="),
    ("园区有专利1.2万件。", "1.2万件", 12000, "NUM", "="),
    ("园区有专利10多项。", "10多项", 10, "NUM", ">"),
    ("园区居民3000户。", "3000户", 3000, "NUM", "="),
    ("园区有五大产业。", "五大", 5, "NUM", "="),
    ("建设“八大客厅”项目。", "八大", 8, "NUM", "="),
    ("园区有三个方面的优势。", "三个", 3, "NUM", "="),
    ("引进18个人才项目。", "18个", 18, "NUM", "="),
    ("引进3名副总裁。", "3名", 3, "PERSON", "="),
    ("引进200名博士。", "200名", 200, "PERSON", "="),
    ("来了五位专家。", "五位", 5, "PERSON", "="),
    ("场馆容纳约18000人。", "约18000人", 18000, "PERSON", "~"),
    ("员工有1.5万余人。", "1.5万余人", 15000, "PERSON", ">"),
    ("员工30多万人。", "30多万人", 300000, "PERSON", ">"),
    ("接待游客20万人次。", "20万人次", 200000, "NUM", "="),
    ("总投资7亿元。", "7亿元", 7e8, "CNY", "="),
    ("总投资超500亿元。", "超500亿元", 5e10, "CNY", ">"),
    ("总投资124.8亿元。", "124.8亿元", 1.248e10, "CNY", "="),
    ("总投资十五亿元。", "十五亿元", 1.5e9, "CNY", "="),
    ("总投资10亿多元。", "10亿多元", 1e9, "CNY", ">"),
    ("总投资500 亿元。", "500 亿元", 5e10, "CNY", "="),
    ("总投资数十亿元。", "数十亿元", 1e9, "CNY", ">"),
    ("总投资上亿元。", "上亿元", 1e8, "CNY", ">="),
    ("总投资1.2万亿元。", "1.2万亿元", 1.2e12, "CNY", "="),
    ("总投资超500亿。", "超500亿", 5e10, "CNY", ">"),
    ("投资人民币500万元。", "人民币500万元", 5e6, "CNY", "="),
    ("投资500万元人民币。", "500万元人民币", 5e6, "CNY", "="),
    ("投资超430亿美元。", "超430亿美元", 4.3e10, "USD", ">"),
    ("投资约US$3000万。", "约US$3000万", 3e7, "USD", "~"),
    ("投资2亿欧元。", "2亿欧元", 2e8, "EUR", "="),
    ("投资5亿港元。", "5亿港元", 5e8, "HKD", "="),
    ("投资80亿日元。", "80亿日元", 8e9, "JPY", "="),
    ("最高奖励1000万元。", "1000万元", 1e7, "CNY", "="),
    ("奖励最高1000万元。", "最高1000万元", 1e7, "CNY", "<="),
    ("产值过千亿。", "过千亿", 1e11, "CNY", ">"),
    ("产值突破百亿。", "突破百亿", 1e10, "CNY", ">"),
    ("形成千亿级规模。", "千亿级", 1e11, "CNY", ">="),
    ("培育百亿元级企业。", "百亿元级", 1e10, "CNY", ">="),
    ("打造十亿级税收。", "十亿级", 1e9, "CNY", ">="),
    ("打造千亿产业集群。", "千亿", 1e11, "CNY", ">="),
    ("盘活6万平方米厂房。", "6万平方米", 60000, "M2", "="),
    ("建筑面积12㎡。", "12㎡", 12, "M2", "="),
    ("建筑面积12m²。", "12m²", 12, "M2", "="),
    ("总面积83.85平方公里。", "83.85平方公里", 83.85, "KM2", "="),
    ("用地100亩。", "100亩", 100, "MU", "="),
    ("用地千余亩。", "千余亩", 1000, "MU", ">"),
    ("用地20公顷。", "20公顷", 20, "HA", "="),
    ("全长15公里。", "15公里", 15, "KM", "="),
    ("年产100万吨。", "100万吨", 1e6, "TONNE", "="),
    ("装机50万千瓦。", "50万千瓦", 500000, "KW", "="),
    ("装机500千瓦。", "500千瓦", 500, "KW", "="),
    ("装机100MW。", "100MW", 100, "MW", "="),
    ("产能20GWh。", "20GWh", 20, "GWH", "="),
    ("深耕行业15年。", "15年", 15, "YEAR", "="),
    ("建区三十周年。", "三十周年", 30, "YEAR", "="),
    ("历时10年多。", "10年多", 10, "YEAR", ">"),
    ("工期一年半。", "一年半", 1.5, "YEAR", "="),
    ("工期半年。", "半年", 0.5, "YEAR", "="),
    ("近三年签约。", "三年", 3, "YEAR", "="),
    ("近百年历史。", "近百年", 100, "YEAR", "<"),
    ("在2小时内到达。", "2小时内", 2, "HOUR", "<="),
    ("工期18个月。", "18个月", 18, "MONTH", "="),
    ("用了5个工作日。", "5个工作日", 5, "DAY", "="),
    ("占比60%。", "60%", 0.6, "FRACTION", "="),
    ("占比６０％以上。", "６０％以上", 0.6, "FRACTION", ">="),
    ("增长12.5%。", "12.5%", 0.125, "FRACTION", "="),
    ("约占全区的50%。", "50%", 0.5, "FRACTION", "~"),
    ("工业约占60%。", "约占60%", 0.6, "FRACTION", "~"),
    ("超过全市三分之一。", "三分之一", 1 / 3, "FRACTION", ">"),
    ("占百分之三十。", "百分之三十", 0.3, "FRACTION", "="),
    ("占一半以上。", "一半以上", 0.5, "FRACTION", ">="),
    ("占比过半。", "过半", 0.5, "FRACTION", ">"),
    ("近三成是外企。", "近三成", 0.3, "FRACTION", "<"),
    ("七成以上是外企。", "七成以上", 0.7, "FRACTION", ">="),
    ("提高3个百分点。", "3个百分点", 3, "PERCENT_POINT", "="),
    ("是去年的2倍多。", "2倍多", 2, "TIMES", ">"),
    ("未来1至3年。", "1至3年", 1, "YEAR", ">="),
    ("投资10-15亿元。", "10-15亿元", 1e9, "CNY", ">="),
    ("投资500万～800万元。", "500万～800万元", 5e6, "CNY", ">="),
    ("工期3年到5年。", "3年到5年", 3, "YEAR", ">="),
    ("增速10%至20%。", "10%至20%", 0.1, "FRACTION", ">="),
    ("新增三到五家企业。", "三到五家", 3, "NUM", ">="),
    ("地价30万元/亩。", "30万元/亩", 300000, "CNY", "="),
    ("亩均税收不低于30万元。", "不低于30万元", 300000, "CNY", ">="),
    ("目前10家企业投产。", "10家", 10, "NUM", "="),
    ("共签约15个项目。", "15个", 15, "NUM", "="),
    ("仅一家企业。", "一家", 1, "NUM", "="),
    ("30家人工智能企业。", "30家", 30, "NUM", "="),
    ("300余家上下游企业。", "300余家", 300, "NUM", ">"),
    ("5家电子企业。", "5家", 5, "NUM", "="),
]

NONE = [
    "这是第一家企业，位列第三。",
    "实施“三个年”活动。",
    "入选“315”工程和“1+2+1”体系。",
    "打造“万亩千亿”平台。",
    "项目一期和二期都在一号楼。",
    "落户一个、引来一批、辐射一片。",
    "一座新城，一种模式，一条路。",
    "千家万户都支持一带一路。",
    "位于G60走廊，有5A景区和4G信号。",
    "生产三元材料和二元化合物。",
    "学习二十大精神，规划十四五。",
    "进入国内外500强和前10名。",
    "去过三门县和五台山。",
    "发展工业4.0和Web3.0。",
    "电话0571-88886666，代码007。",
    "要求十分严格，万一出错。",
    "数据、参数、几何都很好。",
    "多家企业、几家机构、数家银行。",
    "参加千人计划。",
    "实行7×24小时服务。",
    "单位：万元。",
    "企业多元发展。",
]

DATES: list[tuple[str, str | None, list[tuple[str, str]]]] = [
    ("设立于1992年6月。", None, [("1992年6月", "1992-06")]),
    ("2022年园区总产值。", None, [("2022年", "2022")]),
    ("2023年6月8日开工。", None, [("2023年6月8日", "2023-06-08")]),
    ("２０２３年６月。", None, [("２０２３年６月", "2023-06")]),
    ("二〇二三年六月八日。", None, [("二〇二三年六月八日", "2023-06-08")]),
    ("更新于2023-06-12。", None, [("2023-06-12", "2023-06-12")]),
    ("2010年至2019年。", None, [("2010年", "2010"), ("2019年", "2019")]),
    ("2021至2023年。", None, [("2021", "2021"), ("2023年", "2023")]),
    ("2023年1-5月。", None, [("2023年1", "2023-01"), ("5月", "2023-05")]),
    ("2025年底建成。", None, [("2025年底", "2025")]),
    ("2022年上半年。", None, [("2022年上半年", "2022")]),
    ("2022年前三季度。", None, [("2022年前三季度", "2022")]),
    ("今年1月揭牌。", "2023", [("今年1月", "2023-01")]),
    ("今年1月揭牌。", None, []),
    ("去年开工，明年建成。", "2023-06", [("去年", "2022"), ("明年", "2024")]),
    ("去年底开工。", "2023-06", [("去年底", "2022")]),
    ("项目年中投产。", "2023-06", [("年中", "2023")]),
    ("近年中试平台增多。", "2023-06", []),
    ("月底试生产,下月初投产。", "2023-06", [("月底", "2023-06"), ("下月初", "2023-07")]),
    ("园区21年5月揭牌。", "2023-06", [("21年5月", "2021-05")]),
    ("公司98年3月创办。", "2023-06", [("98年3月", "1998-03")]),
    ("5月10日签约。", "2022-05-11", [("5月10日", "2022-05-10")]),
    ("12月28日签约。", "2022-01-05", [("12月28日", "2021-12-28")]),
    ("预计12月投产。", "2022-05-10", [("12月", "2022-12")]),
    ("预计2月投产。", "2022-05-10", [("2月", "2023-02")]),
    ("预计5月底摘牌、6月底动工。", "2022-05-10", [("5月底", "2022-05"), ("6月底", "2022-06")]),
    ("2020年3月签约，当年10月投产。", None, [("2020年3月", "2020-03"), ("当年10月", "2020-10")]),
    ("2020年3月签约，次年投产。", None, [("2020年3月", "2020-03"), ("次年", "2021")]),
    ("2009年7月入选，10月更名。", "2021", [("2009年7月", "2009-07"), ("10月", "2009-10")]),
    ("2009年入选。10月更名。", "2021-12", [("2009年", "2009"), ("10月", "2021-10")]),
    ("11日，记者看到。", "2023-06-12", [("11日", "2023-06-11")]),
    ("5月9日至11日。", "2022-05-12", [("5月9日", "2022-05-09"), ("11日", "2022-05-11")]),
    ("上月签约，本月开工。", "2023-01-10", [("上月", "2022-12"), ("本月", "2023-01")]),
    ("昨日签约。", "2023-03-01", [("昨日", "2023-02-28")]),
    ("年底前完工。", "2023-03", [("年底", "2023")]),
    ("日前、近日、近年来、当年。", "2023-03", []),
    ("2月30日，2023年13月。", "2023-03", [("2023年", "2023")]),
    ("投产后年产值可观，三个月，90年代。", "2023-03", []),
]


def figures(values: list[Value]) -> list[Quantity]:
    """Return the quantities among values."""
    return [value.term for value in values if isinstance(value.term, Quantity)]


@pytest.mark.parametrize(("sentence", "words", "value", "unit", "bound"), FIGURES)
def test_figures(sentence: str, words: str, value: float, unit: str, bound: str) -> None:
    """Words, value in the base unit, unit and bound."""
    (figure,) = [figure for figure in figures(find_values(sentence)) if figure.text == words]
    assert figure.value == pytest.approx(value)
    assert (figure.unit, figure.bound) == (unit, bound)


@pytest.mark.parametrize("sentence", NONE)
def test_what_only_looks_like_a_figure_is_none(sentence: str) -> None:
    """Ordinals, names, slogans, articles, codes and idioms say no number."""
    assert find_values(sentence, "2023-06") == []


@pytest.mark.parametrize(("sentence", "published", "dates"), DATES)
def test_dates(sentence: str, published: str | None, dates: list[tuple[str, str]]) -> None:
    """As far as they are stated; relative ones by the publication, or a year in the sentence, or not."""
    found = [value.term for value in find_values(sentence, published)]
    assert [(term.text, term.date) for term in found if isinstance(term, Date)] == dates


@pytest.mark.parametrize(
    ("sentence", "low", "high"),
    [
        ("企业90多家。", 90, 100),
        ("企业2650余家。", 2650, 2660),
        ("员工30多万人。", 300_000, 400_000),
        ("投资10亿多元。", 1e9, 1.1e9),
        ("企业近40家。", None, 40),
        ("企业超40家。", 40, None),
        ("企业40家以上。", 40, None),
        ("企业40家以内。", None, 40),
        ("企业约40家。", None, None),
        ("企业40家。", None, None),
        ("企业十几家。", 10, 20),
        ("企业数百家。", 100, 1000),
        ("工期3至5年。", 3, 5),
        ("投资约10-15亿元。", 1e9, 1.5e9),
    ],
)
def test_the_bound_sets_the_limits(sentence: str, low: float | None, high: float | None) -> None:
    """A lower bound is a minimum, an upper one a maximum; vague numbers and ranges have both."""
    (figure,) = figures(find_values(sentence))
    assert (figure.min, figure.max) == (low, high)


@pytest.mark.parametrize(
    ("sentence", "per"),
    [
        ("每亩投资强度不低于400万元。", "亩"),
        ("亩均税收30万元。", "亩"),
        ("地价30万元/亩。", "亩"),
        ("预计每年可形成产值220亿元。", "年"),
        ("速度达每秒钟2000多米。", "秒"),
        ("人均收入5万元。", "人"),
        ("总投资5万元。", None),
    ],
)
def test_what_a_figure_is_per(sentence: str, per: str | None) -> None:
    """Said before the number with 每 or 均, or after it with a stroke."""
    assert [figure.per for figure in figures(find_values(sentence))] == [per]


def test_a_list_shares_its_unit() -> None:
    """In 分别为10、12和15亿元 all three are money."""
    found = figures(find_values("三个项目投资分别为10、12和15亿元。"))
    assert [figure.value for figure in found] == [3, 1e9, 1.2e9, 1.5e9]


def test_the_classifier_comes_with_what_is_counted() -> None:
    """家, 个, 人 for things and persons, nothing for what is measured."""
    assert [v.classifier for v in find_values("30家企业、4个项目、200人、5亿元、60%")] == [
        "家",
        "个",
        "人",
        None,
        None,
    ]


def test_the_anchor_says_what_year_is_meant() -> None:
    """当年 means the last year named before; a year in the sentence itself comes first."""
    assert [v.term.text for v in find_values("当年投产。", "2023", anchor="2020-03")] == ["当年"]
    (value,) = find_values("当年10月投产。", None, anchor="2020-03")
    assert isinstance(value.term, Date)
    assert value.term.date == "2020-10"


NOISE = st.text(
    alphabet="0123456789.,一二两三十百千万亿几数多余半近超约上至到-~%年月日今去当家个元亩级分之第“”、，。每/园区",
    max_size=60,
)


@given(st.one_of(st.text(max_size=80), NOISE), st.sampled_from([None, "2023", "2023-06", "2023-06-08"]))
def test_any_text_gives_values_in_order_with_true_offsets(text: str, published: str | None) -> None:
    """No exception, no overlap, the text of a value is its slice, limits hold, the same again next time."""
    values = find_values(text, published)
    ends = 0
    for value in values:
        assert ends <= value.start < value.end
        assert text[value.start : value.end] == value.term.text
        ends = value.end
        if isinstance(value.term, Quantity):
            term = value.term
            assert term.min is None or term.min <= term.value
            assert term.max is None or term.max >= term.value
        else:
            assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value.term.date)
    assert find_values(text, published) == values


@pytest.mark.parametrize(
    "piece", ["1", "一", "万亿", "111,", "1-", "1、", "上亿元", "2023年1月1日", "约占昆", "每"]
)
def test_a_million_signs_of_anything_are_read(piece: str) -> None:
    """Long runs cost time in proportion, and end in an answer."""
    assert isinstance(find_values(piece * (200_000 // len(piece)), "2023"), list)


def gold(name: str) -> list[dict[str, Any]]:
    """Return the reference facts of a document that have a figure or a date."""
    facts = json.loads((SHARED / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    return [fact for fact in facts if "value" in fact or "date" in fact]


def says(fact: dict[str, Any], value: Value) -> bool:
    """Say whether a value is the one of a reference fact."""
    if isinstance(value.term, Date):
        return value.term.date == fact.get("date")
    if "value" not in fact or value.term.bound != fact.get("bound", value.term.bound):
        return False
    return value.term.value == pytest.approx(fact["value"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference documents are not on this machine")
@pytest.mark.parametrize("name", ["zhuji-development-zone", "dev-01", "dev-05", "dev-08"])
def test_every_reference_figure_and_date_is_read(name: str) -> None:
    """The sentence that says a fact gives its value with its bound, or its date."""
    text = (SHARED / "documents" / f"{name}.txt").read_text(encoding="utf-8")
    published = PUBLISHED.get(name, "2023")
    units = lay_out(text).units
    values = {unit.text: find_values(unit.text, published) for unit in units}
    missed = [
        (fact["object"], fact["quote"])
        for fact in gold(name)
        if not any(says(fact, v) for words, found in values.items() if fact["quote"] in words for v in found)
    ]
    assert missed == []
