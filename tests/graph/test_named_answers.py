"""What named queries find where our own documents say nothing: figures that disagree, shares, campaigns, places nearby."""

import pytest

from graph_service.graph.description import describe
from graph_service.graph.named import NamedQueries, load
from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Entity, Quantity, Words
from tests.graph.factory import HEGUANG, LINJIANG, PARK, YUANXING, Draft, money, put


@pytest.fixture
def named() -> NamedQueries:
    """The bundled queries."""
    return load()


def _output(value: float, text: str, **said: object) -> Draft:
    draft = Draft(title=text)
    here = draft.sentence(f"2022年，镜湖智能产业园产值{text}。")
    return draft.claim(PARK, "outputValue", money(value, text, year=2022, **said), here)


@pytest.mark.parametrize(
    ("other", "disagree"),
    [
        (_output(9e9, "90亿元"), True),
        (_output(7e9, "超70亿元", bound=">", min=7e9), False),
        (_output(9e9, "超90亿元", bound=">", min=9e9), True),
        (_output(7.8e9, "约78亿元", bound="~"), False),
        (_output(5e9, "约50亿元", bound="~"), True),
        (_output(1e10, "近100亿元", bound="<", max=1e10), False),
    ],
)
def test_figures_disagree_where_their_ranges_do_not_meet(
    named: NamedQueries, store: GraphStore, other: Draft, disagree: bool
) -> None:
    """80亿元 in one document: another may say more than 70, about 78 or nearly 100, but not 90."""
    snapshot = put(store, _output(8e9, "80亿元").reading(), other.reading())
    rows = named.run(snapshot, "contradictions", {}).as_json()["rows"]
    assert [(row["entity"]["label"], row["year"]) for row in rows] == (
        [(PARK.name, 2022)] if disagree else []
    )
    if disagree:
        assert {rows[0]["textA"], rows[0]["textB"]} == {"80亿元", other.title}
        assert rows[0]["documentA"] != rows[0]["documentB"]


def test_figures_of_one_document_or_of_two_years_do_not_disagree(
    named: NamedQueries, store: GraphStore
) -> None:
    draft = _output(8e9, "80亿元")
    draft.claim(PARK, "outputValue", money(3e9, "30亿元", year=2022), draft.sentence("其中视觉产业30亿元。"))
    later = Draft(title="后来")
    later.claim(PARK, "outputValue", money(1e10, "100亿元", year=2023), later.sentence("2023年产值100亿元。"))
    assert named.run(put(store, draft.reading(), later.reading()), "contradictions", {}).rows == []


def test_the_share_of_projects_in_production(named: NamedQueries, store: GraphStore) -> None:
    draft = Draft()
    says = draft.sentence("落户18个项目，其中12个已投产。")
    draft.claim(PARK, "projectCount", Quantity(18, "NUM", "=", "18个"), says)
    draft.claim(PARK, "projectCount", Quantity(12, "NUM", "=", "12个", kind="已投产"), says)
    (row,) = named.run(put(store, draft.reading()), "project-progress", {"place": PARK.name}).as_json()[
        "rows"
    ]
    assert (row["settled"], row["producing"], row["percent"]) == (18, 12, 66.7)


def test_a_campaign_has_parts(named: NamedQueries, store: GraphStore) -> None:
    draft = Draft()
    says = draft.sentence("“三个年”活动包括项目攻坚年和服务提升年。")
    whole = Entity("“三个年”活动", "Campaign")
    for name in ("项目攻坚年", "服务提升年"):
        draft.claim(Entity(name, "Campaign"), "partOf", whole, says)
    rows = named.run(put(store, draft.reading()), "parts", {"whole": "三个年活动"}).as_json()["rows"]
    assert {row["part"]["label"] for row in rows} == {"项目攻坚年", "服务提升年"}


def test_firms_upstream_are_nearby_where_they_share_a_place(named: NamedQueries, store: GraphStore) -> None:
    draft = Draft()
    says = draft.sentence("和光科技生产背光模组，远星传感生产OLED面板，都在临江。")
    for firm, product in ((HEGUANG, "背光模组"), (YUANXING, "OLED面板")):
        draft.claim(firm, "develops", Entity(product, "Product"), says).claim(
            firm, "locatedIn", LINJIANG, says
        )
    draft.claim(Entity("OLED面板", "Product"), "enables", Words("国产替代"), says)
    store.keep_tables()
    snapshot = put(store, draft.reading())
    (row,) = named.run(snapshot, "local-upstream", {"company": HEGUANG.name}).as_json()["rows"]
    assert (row["firm"]["label"], row["segment"]["label"], row["place"]["label"]) == (
        YUANXING.name, "显示面板", LINJIANG.name,
    )  # fmt: skip
    (use,) = named.run(snapshot, "applications", {"entity": YUANXING.name}).as_json()["rows"]
    assert use["use"] == "国产替代"


def test_facts_are_corroborated_by_documents_and_by_sentences(named: NamedQueries, store: GraphStore) -> None:
    """Two documents say one thing, one says another twice; what is said once, or not accepted, is not in the list."""
    first, second = Draft(title="甲报"), Draft(title="乙报")
    first.claim(HEGUANG, "locatedIn", LINJIANG, first.sentence("和光科技在临江市。"))
    second.claim(HEGUANG, "locatedIn", LINJIANG, second.sentence("临江市有和光科技。"))
    second.claim(YUANXING, "locatedIn", LINJIANG, second.sentence("远星在临江市。"))
    twice = (second.sentence("和光科技供货给远星。"), second.sentence("远星的供应商是和光科技。"))
    second.claim(HEGUANG, "supplies", YUANXING, *twice)
    for draft in (first, second):
        draft.claim(PARK, "partOf", LINJIANG, draft.sentence("镜湖园在临江。"), status="rejected")
    rows = named.run(put(store, first.reading(), second.reading()), "corroborated", {}).as_json()["rows"]
    assert [
        (row["subject"]["label"], row["object"]["label"], row["sentences"], row["documents"]) for row in rows
    ] == [(HEGUANG.name, LINJIANG.name, 2, 2), (HEGUANG.name, YUANXING.name, 2, 1)]


def test_things_are_called_what_facts_call_them(named: NamedQueries, store: GraphStore) -> None:
    """Of the names that documents give a thing the facts have one, and so have its page and the answers."""
    first, second = Draft(title="甲报"), Draft(title="乙报")
    park, quoted = Entity("光谷园", "Park"), Entity("“光谷”园", "Park")
    first.claim(park, "locatedIn", LINJIANG, first.sentence("光谷园在临江市。"))
    second.claim(quoted, "partOf", LINJIANG, second.sentence("“光谷”园在临江市。"))
    snapshot = put(store, first.reading(), second.reading())
    rows = named.run(snapshot, "document-claims", {"document": "甲报"}).as_json()["rows"]
    (label,) = {row["subject"]["label"] for row in rows}
    assert label == describe(snapshot, rows[0]["subject"]["iri"], "zh").label == quoted.name


def test_tenants_of_an_industry(named: NamedQueries, store: GraphStore) -> None:
    """Those that work in it, or plan to, and those that make what a segment of its chain makes."""
    draft = Draft()
    says = draft.sentence("和光科技、远星传感、明轩科技和镜湖实验室都在镜湖园。")
    vision, panels = Entity("机器视觉", "Industry"), Entity("显示产业", "Industry")
    others = (Entity("明轩科技有限公司", "Company"), Entity("镜湖实验室", "Laboratory"))
    for firm in (HEGUANG, YUANXING, *others):
        draft.claim(firm, "locatedIn", PARK, says)
    draft.claim(HEGUANG, "inIndustry", vision, says)
    draft.claim(others[0], "inIndustry", vision, says, modality="planned")
    draft.claim(YUANXING, "develops", Entity("OLED面板", "Product"), says)
    draft.claim(PARK, "leadingIndustry", panels, says)
    store.keep_tables()
    snapshot = put(store, draft.reading())

    def found(**given: str) -> set[object]:
        rows = named.run(snapshot, "tenants", {"place": PARK.name, **given}).as_json()["rows"]
        return {row["organisation"]["label"] for row in rows}

    assert found() == {HEGUANG.name, YUANXING.name, *(one.name for one in others)}
    assert found(industry="机器视觉") == {HEGUANG.name, others[0].name}
    assert found(industry="显示产业") == {YUANXING.name}
