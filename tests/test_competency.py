"""The questions the graph was made for, asked of the newspaper page and of our own account of it.

`QUESTIONS` has the whole answer to each; `AMONG` has rows that must be in an answer, in this order, where the
whole of it would only repeat the document.
"""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph_service.graph.headers import read_folder
from graph_service.graph.named import load
from graph_service.graph.store import Snapshot, open_reader
from graph_service.ingest import ingest
from graph_service.settings import BASE_IRI, Settings
from graph_service.vocabulary import PREFIXES

ROOT = Path(__file__).parents[1]
PAGE = ROOT.parent / "shared" / "documents" / "zhuji-development-zone.txt"
OWN = ROOT / "data" / "documents" / "zhuji.txt"
QUERIES = {
    q.header["id"]: q
    for q in read_folder(ROOT / "queries" / "competency", ("id", "question-zh", "question-en"))
}
Row = tuple[str | None, ...]

ZONE, CITY, PARK = "诸暨经济开发区(高新区)", "诸暨市", "诸暨智能视觉产业园"
DGX, XIFANG, YINGCHUANG = (
    "浙江德广信电子科技有限公司",
    "浙江烯纺新材料科技有限公司",
    "英创新材料(绍兴)有限公司",
)
LAB, ZIMING, SITE = "浣江实验室", "浙江紫明低温科技有限公司", "“杭州港”二期"
BOARD, RUIXIANG, ALLIANCE = "诸暨经济开发区管委会", "杭州瑞祥资产管理有限公司", "石墨烯袜业应用产业联盟"
TEAM = YINGCHUANG + "首席科学家团队"
MOVED = "德广信从深圳迁到诸暨智能视觉产业园,还介绍了两个上游企业迁址到诸暨。"
MAYBE = (
    "“这里政策很好,有问题政府都会帮忙想办法,正是因为营商环境好,我们介绍企业过来也比较顺利,"
    "还有两家也可能搬过来,大家抱团发展。”德广信相关负责人说。"
)
OWN_MOVED = "德广信是从深圳搬到诸暨智能视觉产业园的，不但自己来，还介绍了两家上游企业，如今两家均已迁至诸暨。"
OWN_MAYBE = (
    "“这里政策好，碰到难题，政府会帮着解决。营商环境好，我们才有底气请别人过来，后面还有两家可能也要搬来。”"
    "德广信有关负责人说，公司今年销售额预计达到5亿元。"
)
AGENT = f"{BASE_IRI}agent/rules-{version('zonegraph')}"

BOTH: dict[str, list[Row]] = {
    "CQ03": [(DGX,), ("德广信",)],
    "CQ04": [(DGX, DGX), (DGX, "德广信")],
    "CQ13": [("12480000000", "unit:CCY_CNY")],
    "CQ14": [("90", "zg:MoreThan", "90", "100", "90多家")],
    "CQ15": [(PARK, "50000000000")],
    "CQ23": [("3",)],
}
QUESTIONS: dict[str, dict[str, list[Row]]] = {
    "page": BOTH | {
        "CQ01": [(ZONE, CITY)],
        "CQ05": [(DGX,), ("科大国讯",), ("朗迅科技",)],
        "CQ06": [
            (XIFANG, "product", "石墨烯抗菌除臭袜"),
            (YINGCHUANG, "product", "英创新材技术制备出的材料"),
        ],
        "CQ07": [(DGX,)],
        "CQ08": [(DGX, "“浙江制造”品字号标准")],
        "CQ10": [(ALLIANCE, XIFANG, BOARD), (ALLIANCE, "本地大型袜企", BOARD)],
        "CQ12": [
            ("城西商务区", "对外展示诸暨形象的“城市之窗”"),
            ("城西商务区", "年轻群体的未来社区"),
            ("姚江片区", "“通航枢纽”"),
            ("智能视觉“万亩千亿”片区", "“视觉之城”"),
        ],
        "CQ16": [(LAB, "2023-01-01", "2023-01-31")],
        "CQ17": [("4", ZIMING, "3")],
        "CQ19": [(DGX, "深圳市", PARK), ("两个上游企业", None, CITY)],
        "CQ21": [(DGX, "两个上游企业", "2", "zg:Actual"), (DGX, "两家企业", "2", "zg:Possible")],
        "CQ22": [("两个上游企业", "2", CITY)],
        "CQ24": [("两家企业", "2", CITY, MAYBE)],
        "CQ25": [
            ("篮球中心", "zg:invests", "800000000", "zg:MoreThan", "unit:CCY_CNY"),
            ("篮球中心", "zg:capacity", "18000", "zg:About", "zg:PersonUnit"),
        ],
        "CQ27": [
            ("zg:expectedSales", "500000000", "zg:Planned"),
            ("zg:patentApplicationCount", "10", "zg:Actual"),
            ("zg:softwareCopyrightCount", "10", "zg:Actual"),
            ("zg:yearsInIndustry", "15", "zg:Actual"),
        ],
        "CQ32": [("科大国讯", PARK), ("朗迅科技", PARK)],
        "CQ35": [
            (SITE, renewer, "“腾笼换鸟”", "破旧厂房", "60000", tenant)
            for renewer in (BOARD, RUIXIANG)
            for tenant in (LAB, YINGCHUANG)
        ],
        "CQ36": [(SITE, "18", "12", "67")],
        "CQ37": [(MOVED, "1486", "1520", AGENT)],
    },
    "own": BOTH | {
        "CQ09": [(TEAM, "教育部自然科学一等奖"), (TEAM, "浙江省科学技术一等奖")],
        "CQ19": [(DGX, "深圳市", PARK), ("两家上游企业", None, CITY)],
        "CQ21": [(DGX, "两家上游企业", "2", "zg:Actual"), (DGX, "两家企业", "2", "zg:Possible")],
        "CQ22": [("两家上游企业", "2", CITY)],
        "CQ24": [("两家企业", "2", CITY, OWN_MAYBE)],
        "CQ37": [(OWN_MOVED, "528", "576", AGENT)],
    },
}  # fmt: skip
AMONG: dict[str, list[Row]] = {
    "CQ02": [
        (ZONE, "智能视觉产业", "未来产业"),
        (ZONE, "新材料产业", "新兴产业"),
        (ZONE, "生命健康产业", "新兴产业"),
    ],
    "CQ38": [
        (BOARD, "zg:facilitated", ALLIANCE, "zg:Actual"),
        (DGX, "zg:relocatedFrom", "深圳市", "zg:Actual"),
        ("两家企业", "zg:relocatedTo", CITY, "zg:Possible"),
        (LAB, "zg:incubates", ZIMING, "zg:Actual"),
        (LAB, "zg:locatedIn", SITE, "zg:Actual"),
        ("科大国讯", "zg:hasRole", "龙头企业", "zg:Actual"),
    ],
    "CQ39": [
        (LAB, "zg:jointLab", "联合研发中心", "2"),
        (DGX, "zg:locatedIn", PARK, "2"),
        ("科大国讯", "zg:locatedIn", PARK, "2"),
    ],
}
NAMED: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "CQ01": ("locations", {"entity": PARK}, {"place": CITY, "type": "行政区"}),
    "CQ02": ("zone-industries", {"zone": ZONE}, {"industry": "智能视觉产业", "category": "未来产业"}),
    "CQ03": ("names", {"entity": DGX}, {"name": "德广信", "kind": "alias"}),
    "CQ04": ("things-named", {"words": "德广信"}, {"thing": DGX}),
    "CQ05": ("tenants", {"place": PARK}, {"organisation": DGX}),
    "CQ06": ("products", {"maker": XIFANG}, {"product": "石墨烯抗菌除臭袜"}),
    "CQ07": ("certifications", {"certification": "国家高新技术企业"}, {"holder": DGX}),
    "CQ08": ("standards", {}, {"drafter": "长春禹衡光学有限公司", "standard": "《光栅旋转编码器》行业标准"}),
    "CQ09": ("awards", {"entity": TEAM}, {"award": "浙江省科学技术一等奖"}),
    "CQ10": ("alliances", {"alliance": ALLIANCE}, {"member": XIFANG}),
    "CQ11": ("parts", {"whole": ZONE}, {"part": "姚江片区"}),
    "CQ12": ("positionings", {"place": ZONE}, {"place": "姚江片区", "position": "“通航枢纽”"}),
    "CQ13": (
        "figures",
        {"entity": PARK, "indicator": "outputValue", "year": "2022"},
        {"value": 12_480_000_000},
    ),
    "CQ14": ("figures", {"entity": PARK, "indicator": "hostsCompanyCount"}, {"bound": ">", "text": "90多家"}),
    "CQ15": ("figures-above", {"indicator": "invests", "amount": "40000000000"}, {"entity": PARK}),
    "CQ16": ("openings", {"year": "2023", "milestone": "揭牌"}, {"what": LAB}),
    "CQ17": ("incubated", {"lab": LAB}, {"size": 4, "named": (ZIMING,)}),
    "CQ18": ("listings", {"entity": "九峰山实验室"}, {"list": "10家湖北实验室", "size": 10}),
    "CQ19": ("relocations", {"to": CITY}, {"who": DGX, "origin": "深圳市"}),
    "CQ20": (
        "cross-province-relocations",
        {"to": CITY},
        {"who": DGX, "originCode": "44", "destinationCode": "33"},
    ),
    "CQ21": ("referrals", {"by": DGX}, {"introduced": "两家上游企业", "size": 2}),
    "CQ22": ("co-relocated-suppliers", {"company": DGX}, {"supplier": "两家上游企业"}),
    "CQ23": ("relocation-totals", {"to": CITY}, {"destination": CITY, "companies": 2}),
    "CQ24": ("relocations", {"modality": "possible"}, {"who": "两家企业", "size": 2, "sentence": OWN_MAYBE}),
    "CQ25": ("planned-projects", {}, {"indicator": "投资额", "modality": "planned"}),
    "CQ26": ("prospects", {"entity": ZONE, "modality": "target"}, {"object": "冲刺国家级园区"}),
    "CQ27": ("figures", {"entity": DGX}, {"indicator": "预期销售额", "modality": "planned"}),
    "CQ28": (
        "chain",
        {"industry": "锂电"},
        {"segment": "正极材料", "position": "上游", "feedsInto": ("电芯",)},
    ),
    "CQ29": ("segments-between", {"from": "显示驱动芯片", "to": "显示整机"}, {"segment": "显示模组"}),
    "CQ30": (
        "chain-gaps",
        {"industry": "袜业", "place": CITY},
        {"segment": "纤维与纱线", "position": "上游"},
    ),
    "CQ31": ("local-upstream", {"company": DGX}, {"firm": "两家上游企业", "place": CITY}),
    "CQ32": ("leading-companies", {"place": CITY}, {"company": "科大国讯", "role": "龙头企业"}),
    "CQ33": (
        "gap-candidates",
        {"industry": "智能视觉", "place": CITY},
        {"candidate": "两家企业", "because": "upstream"},
    ),
    "CQ34": (
        "applications",
        {"entity": "长光卫星技术股份有限公司"},
        {"product": "“吉林一号”卫星", "use": "农业"},
    ),
    "CQ35": ("renewals", {"place": SITE}, {"site": SITE, "formerState": "破旧厂房"}),
    "CQ36": ("project-progress", {}, {}),
    "CQ37": (
        "evidence",
        {"subject": DGX, "predicate": "relocatedFrom"},
        {"sentence": OWN_MOVED, "start": 528, "end": 576},
    ),
    "CQ38": (
        "document-claims",
        {"document": "诸暨经济开发区（高新区）：冲刺国家级园区"},
        {"subject": DGX, "relation": "迁自"},
    ),
    "CQ39": ("corroborated", {}, {"sentences": 2}),
    "CQ40": ("contradictions", {}, {}),
}
"""Each competency question: the named query that answers it, its parameters, and values that one row has.

Our documents say nothing that answers CQ36 and CQ40: what the queries find is shown in `test_named_answers.py`.
"""
ORDERED = {"CQ38"}
ASKED = [(text, name) for text, answers in QUESTIONS.items() for name in answers]


def _ingested(path: Path, folder: Path, published: str | None) -> Iterator[Snapshot]:
    ingest([path], Settings(store=folder), published=published)
    with open_reader(folder) as reader:
        yield reader.snapshot()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The graph of the newspaper page, which is not part of the project."""
    if not PAGE.exists():
        pytest.skip(f"{PAGE} is not there: the newspaper page is kept beside the project")
    yield from _ingested(PAGE, tmp_path_factory.mktemp("page") / "store", "2023-06")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The graph of our own account of the same facts."""
    yield from _ingested(OWN, tmp_path_factory.mktemp("own") / "store", None)


def _short(term: object) -> str | None:
    """Return a term as words, an IRI of a known namespace by its prefix."""
    if not isinstance(term, ox.NamedNode):
        return getattr(term, "value", None)
    for prefix, iri in PREFIXES.items():
        if term.value.startswith(iri):
            return f"{prefix}:{term.value.removeprefix(iri)}"
    return term.value


def _ask(snapshot: Snapshot, sparql: str) -> list[Row]:
    return [tuple(map(_short, row.values())) for row in snapshot.query(sparql).rows()]


def _rows(snapshot: Snapshot, name: str, **given: str) -> list[dict[str, Any]]:
    """Return the rows of a named query, entities by their labels."""
    found: list[dict[str, Any]] = load().run(snapshot, name, given).as_json()["rows"]
    return [{k: v["label"] if isinstance(v, dict) else v for k, v in row.items()} for row in found]


@pytest.mark.parametrize(("text", "name"), ASKED, ids=[f"{text}-{name}" for text, name in ASKED])
def test_question_has_its_whole_answer(request: pytest.FixtureRequest, text: str, name: str) -> None:
    """A competency question gives the rows that the text supports, and no other."""
    snapshot: Snapshot = request.getfixturevalue(text)
    assert sorted(_ask(snapshot, QUERIES[name].sparql), key=str) == sorted(QUESTIONS[text][name], key=str)


@pytest.mark.parametrize("name", AMONG)
def test_question_has_these_rows_in_its_answer(page: Snapshot, name: str) -> None:
    """A question about the whole document gives these rows too, in the order of the text where it promises one."""
    found = [row for row in _ask(page, QUERIES[name].sparql) if row in AMONG[name]]
    expected = AMONG[name]
    assert (found if name in ORDERED else sorted(found, key=str)) == (
        expected if name in ORDERED else sorted(expected, key=str)
    )


def test_every_question_is_asked() -> None:
    """No query lies in the folder without a test that knows its answer."""
    assert set(QUERIES) == {*AMONG, *(name for answers in QUESTIONS.values() for name in answers)}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The graph of all bundled documents."""
    yield from _ingested(ROOT / "data" / "documents", tmp_path_factory.mktemp("all") / "store", None)


@pytest.mark.parametrize("question", NAMED)
def test_every_question_is_answered_by_a_named_query(everything: Snapshot, question: str) -> None:
    """With parameters, by somebody who writes no SPARQL."""
    name, given, expected = NAMED[question]
    rows = load().run(everything, name, given).as_json()["rows"]
    assert not expected or any(all(_plain(row[c]) == v for c, v in expected.items()) for row in rows)


def test_there_are_forty_questions() -> None:
    assert sorted(NAMED) == [f"CQ{number:02}" for number in range(1, 41)]


def _plain(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value["label"] if isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("text", "suppliers", "moved", "maybe"),
    [("page", "两个上游企业", MOVED, MAYBE), ("own", "两家上游企业", OWN_MOVED, OWN_MAYBE)],
)
def test_suppliers_came_along_and_two_more_may(
    request: pytest.FixtureRequest, text: str, suppliers: str, moved: str, maybe: str
) -> None:
    """德广信 brought two upstream firms, and two more may come, each with the sentence that says so."""
    columns = ("supplier", "size", "destination", "introducedBy", "modality", "sentence")
    rows = _rows(request.getfixturevalue(text), "co-relocated-suppliers", company="德广信")
    assert [tuple(row[c] for c in columns) for row in rows] == [
        (suppliers, 2, CITY, DGX, "actual", moved),
        ("两家企业", 2, CITY, DGX, "possible", maybe),
    ]


@pytest.mark.parametrize("text", ["page", "own"])
def test_figures_of_the_park_keep_their_bounds(request: pytest.FixtureRequest, text: str) -> None:
    """The park's figures have value, bound, unit and year as the words give them."""
    rows = _rows(request.getfixturevalue(text), "figures", entity=PARK)
    assert {
        tuple(row[c] for c in ("text", "bound", "value", "unit", "year", "modality")) for row in rows
    } == {
        ("90多家", ">", 90, "NUM", None, "actual"),
        ("近40个", "<", 40, "NUM", None, "actual"),
        ("超500亿元", ">", 50_000_000_000, "CNY", None, "actual"),
        ("124.8亿元", "=", 12_480_000_000, "CNY", 2022, "actual"),
    }


def test_laboratory_was_unveiled_in_january_of_the_year_of_the_page(page: Snapshot) -> None:
    """今年1月 on a page of 2023 is the month 2023-01, not a day of it."""
    query = (
        f"PREFIX zg: <{PREFIXES['zg']}> PREFIX skos: <{PREFIXES['skos']}> "
        'SELECT ?when (DATATYPE(?when) AS ?type) { ?lab zg:openedIn ?when ; skos:prefLabel "浣江实验室"@zh }'
    )
    assert _ask(page, query) == [("2023-01", "xsd:gYearMonth")]


def test_joint_centre_comes_from_the_sentence_broken_in_two(page: Snapshot) -> None:
    """The joint centre rests on both halves of the sentence that the columns of the page tore apart."""
    query = (
        "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
        + """SELECT ?party ?head ?tail {
          GRAPH ?document {
            ?claim rdf:subject ?who ; rdf:predicate zg:jointLab ; rdf:object ?centre ; zg:evidence ?one, ?other .
            ?one zg:continuedBy ?other ; zg:text ?head . ?other zg:text ?tail .
            ?who skos:prefLabel ?party . ?centre skos:prefLabel "联合研发中心"@zh .
          }
        }"""
    )
    head = "该实验室引进孵化包括浙江紫明低温科技有限公司等4家企业,与4家单"
    tail = "位达成共建联合研发中心意向,以科技创新赋能区域高质量发展。"
    assert sorted(_ask(page, query), key=str) == [("4家单位", head, tail), (LAB, head, tail)]
