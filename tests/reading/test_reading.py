"""Reading as a whole: names, references, groups, modality, evidence, the same answer every time."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.errors import UsageError
from graph_service.reading.aliases import forms
from graph_service.reading.claims import Claim, Date, Document, Entity, Quantity, Reading, Span
from graph_service.reading.explain import explain_document
from graph_service.reading.lexicon import areas
from graph_service.reading.names import find_names
from graph_service.reading.stages import prepare, read
from graph_service.reading.tokens import cut
from graph_service.resources import resource
from graph_service.vocabulary import vocabulary


def _named(text: str) -> dict[str, str]:
    return {text[n.start : n.end]: n.kind for n in find_names(text, cut(text))}


def _read(text: str, published: str | None = "2023-06") -> Reading:
    return read(Document(text, published=published))


def _claim(text: str, relation: str) -> Claim:
    found = [c for c in _read(text).claims if c.relation == relation]
    assert len(found) == 1, f"{relation}: {found}"
    return found[0]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("昨日,宁波远舟精密机械有限公司开工。", "宁波远舟精密机械有限公司", "Company"),
        ("由海川新材料(常州)有限公司投资。", "海川新材料(常州)有限公司", "Company"),
        ("太仓港经济技术开发区管委会发布通知。", "太仓港经济技术开发区管委会", "GovernmentBody"),
        ("昨日,苏州和光科技有限公司开工。", "苏州和光科技有限公司", "Company"),
        ("记者走进绍兴滨海产业园。", "绍兴滨海产业园", "Park"),
        ("“云帆港”二期已经交付。", "“云帆港”二期", "Facility"),
        ("星海实验室挂牌。", "星海实验室", "Laboratory"),
        ("长三角智能装备产业联盟成立。", "长三角智能装备产业联盟", "Alliance"),
        ("总经理周明远表示,订单充足。", "周明远", "Person"),
        ("根据《无锡市先进制造业规划》,加快建设。", "《无锡市先进制造业规划》", "Policy"),
        ("企业从东莞搬来。", "东莞", "AdministrativeArea"),
        ("这是一家国家级专精特新“小巨人”企业。", "国家级专精特新“小巨人”企业", "Certification"),
        ("远舟机械、海川新材等龙头企业聚集。", "海川新材", "Company"),
    ],
)
def test_names_are_found_by_their_form_or_their_context(text: str, name: str, kind: str) -> None:
    assert _named(text).get(name) == kind


@pytest.mark.parametrize(
    "text", ["一批重点企业落户。", "加快双方合作。", "这里有高能级创新平台。", "比如在家居领域。"]
)
def test_words_that_describe_are_no_names(text: str) -> None:
    assert not set(_named(text).values()) & {"Company", "AdministrativeArea", "Park", "Zone"}


def test_an_area_has_its_code_under_its_short_and_its_full_name() -> None:
    assert areas()["苏州"].code == areas()["苏州市"].code == "320500"


def test_areas_are_those_of_today_and_former_ones_are_known_by_their_full_names() -> None:
    assert areas()["襄阳"].code == areas()["襄阳市"].code == "420600"
    assert areas()["澄江"].name == "澄江市"
    assert areas()["富阳市"].code != areas()["富阳区"].code
    assert areas()["富阳"].name == "富阳区"


def test_a_full_name_gives_its_short_forms() -> None:
    assert {"远舟", "宁波远舟", "远舟机械"} <= forms("宁波远舟机械有限公司", "Company")
    assert "太仓经开区" in forms("太仓经济技术开发区", "Zone")
    assert "太仓经开区" in forms("太仓经济开发区", "Zone")
    assert "太仓经济开发区" not in forms("太仓经开区", "Zone"), (
        "each would be short for the other, and neither be joined"
    )
    assert forms("浙江省科学技术一等奖", "Award") == set()


def test_a_short_name_means_the_full_one_even_before_it() -> None:
    claim = _claim("远舟从东莞迁到苏州工业园区。\n宁波远舟机械有限公司车间繁忙。", "relocatedFrom")
    assert claim.subject.name == "宁波远舟机械有限公司"
    assert claim.derivation == "alias"


def test_a_reference_means_the_firm_spoken_of() -> None:
    text = "宁波远舟机械有限公司位于苏州工业园区。该公司已申请发明专利30多项。"
    claim = _claim(text, "patentApplicationCount")
    assert claim.subject.name == "宁波远舟机械有限公司"
    assert claim.derivation == "coreference"


def test_a_reference_without_antecedent_is_marked_and_not_accepted() -> None:
    claim = _claim("该公司已申请发明专利30多项。", "patentApplicationCount")
    assert claim.status == "unresolved"
    assert "该公司" in (claim.problem or "")


def test_we_in_a_quotation_is_the_speaker() -> None:
    claim = _claim("“我们从东莞迁到苏州工业园区。”宁波远舟机械有限公司负责人说。", "relocatedTo")
    assert claim.subject.name == "宁波远舟机械有限公司"
    assert claim.attributed_to == "宁波远舟机械有限公司负责人"


def test_a_group_keeps_its_size_and_its_known_member() -> None:
    claims = _read("星海实验室孵化了宁波远舟机械有限公司等4家企业。").claims
    groups = {c.object for c in claims if c.relation == "incubates" and isinstance(c.object, Entity)}
    assert {g.size for g in groups} == {4, None}
    assert [c.subject.name for c in claims if c.relation == "memberOf"] == ["宁波远舟机械有限公司"]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("远舟封装项目总投资10亿元。", "actual"),
        ("远舟封装项目计划总投资10亿元。", "planned"),
        ("远舟封装项目力争投资10亿元。", "target"),
        ("远舟封装项目可能投资10亿元。", "possible"),
    ],
)
def test_the_cue_in_the_clause_gives_the_modality(text: str, modality: str) -> None:
    assert _claim(text, "invests").modality == modality


_PLAN = """澜城经济开发区锂电产业三年行动计划

一、发展现状
江屿半导体有限公司建设江屿晶圆产业园，占地80亩。

二、重点任务
江屿电子有限公司新建标准厂房，占地90亩。青穗齿轮有限公司已建成青穗齿轮产业园，占地70亩。

三、完成情况
江屿电池有限公司建设江屿电池产业园，占地60亩。
"""


@pytest.mark.parametrize(
    ("area", "modality"), [("80亩", "actual"), ("90亩", "planned"), ("70亩", "actual"), ("60亩", "actual")]
)
def test_what_the_tasks_of_a_plan_say_is_planned_unless_it_is_done(area: str, modality: str) -> None:
    assert {c.modality for c in _read(_PLAN).claims if getattr(c.object, "text", "") == area} == {modality}


@pytest.mark.parametrize(
    ("published", "modality"), [("2023-06", "planned"), ("2025-01-02", "actual"), (None, "actual")]
)
def test_what_opens_after_the_text_is_planned(published: str | None, modality: str) -> None:
    claims = _read("江屿晶圆项目2023年1月开工，2024年6月投产。", published).claims
    opened = {getattr(c.object, "date", ""): c.modality for c in claims if c.relation == "openedIn"}
    assert opened["2024-06"] == modality
    assert opened["2023-01"] == "actual"


def test_a_figure_carries_the_year_said_before_it() -> None:
    figure = _claim("2022年苏州工业园区总产值达124.8亿元。", "outputValue").object
    assert isinstance(figure, Quantity)
    assert (figure.value, figure.year, figure.unit, figure.bound) == (12_480_000_000, 2022, "CNY", "=")


def test_a_date_is_told_from_the_publication() -> None:
    opened = _claim("星海实验室今年1月正式揭牌。", "openedIn")
    assert isinstance(opened.object, Date)
    assert opened.object.date == "2023-01"
    assert dict(opened.qualifiers) == {"milestone": "揭牌"}


def test_a_paragraph_printed_twice_is_one_claim_with_two_pieces_of_evidence() -> None:
    line = "苏州软件园已集聚芯片相关企业90多家,落户重点项目近40个。"
    claim = _claim(f"{line}\n\n中间的一段话说的是别的事情。\n\n{line}", "projectCount")
    assert len(claim.evidence) == 2


@pytest.mark.parametrize("path", sorted(resource("data", "documents").glob("*.txt")), ids=lambda p: p.stem)
def test_every_piece_of_evidence_is_the_slice_of_the_text(path: Path) -> None:
    document = Document(path.read_text(encoding="utf-8"), published="2023")
    reading = read(document)
    assert reading.claims
    for span in (
        *(s for c in reading.claims for s in c.evidence),
        *(Span(s.start, s.end, s.text) for s in reading.sentences),
    ):
        assert document.text[span.start : span.end] == span.text


@pytest.mark.parametrize("path", sorted(resource("data", "documents").glob("*.txt")), ids=lambda p: p.stem)
def test_claims_keep_to_the_ontology(path: Path) -> None:
    words = vocabulary()
    for claim in _read(path.read_text(encoding="utf-8")).claims:
        relation = words.relations[claim.relation]
        assert words.fits(claim.subject.kind, relation.domain), claim


def test_the_same_document_gives_the_same_claims_whatever_was_read_before() -> None:
    paths = sorted(resource("data", "documents").glob("*.txt"))
    documents = [Document(path.read_text(encoding="utf-8"), published="2023") for path in paths]
    first = {d.id: read(d) for d in documents}
    random.Random(7).shuffle(documents)
    assert {d.id: read(d) for d in documents} == first


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error_and_with_true_spans(text: str) -> None:
    for claim in read(Document(text)).claims:
        assert all(text[s.start : s.end] == s.text for s in claim.evidence)


_PIECES = st.sampled_from(
    [
        "苏州",
        "东莞",
        "远舟机械有限公司",
        "该公司",
        "我们",
        "苏州软件园",
        "“",
        "”",
        "(",
        ")",
        "《",
        "》",
        "、",
        ",",
        "。",
        "从",
        "迁到",
        "与",
        "等4家企业",
        "10亿元",
        "2022年",
        "去年",
        "总投资",
        "说",
        "的",
        "\n",
    ]
)


@given(st.lists(_PIECES, max_size=60))
@settings(max_examples=300, deadline=None)
def test_words_of_the_genre_in_any_order_are_read_with_true_spans(pieces: list[str]) -> None:
    text = "".join(pieces)
    for claim in read(Document(text, published="2023")).claims:
        assert all(text[s.start : s.end] == s.text for s in claim.evidence)


def test_explain_names_rule_slots_and_cue() -> None:
    document = Document("宁波远舟机械有限公司计划从东莞迁到苏州工业园区。")
    told = explain_document(document)
    assert "move.from-to" in told
    assert "origin = 东莞市" in told
    assert "planned by “计划”" in told


def test_why_not_names_the_rule_that_came_near_and_what_it_wanted() -> None:
    document = Document("远舟公司从某处迁到外地。")
    told = explain_document(document, why_not="从某处迁到外地")
    assert "rules that came near" in told
    assert "<destination:Place>" in told


def test_why_not_names_the_rules_that_did_fire() -> None:
    document = Document("宁波远舟机械有限公司从东莞迁到苏州工业园区。")
    told = explain_document(document, why_not="从东莞迁到")
    assert "rules that did fire: move.from-to" in told


def test_why_not_refuses_words_that_the_document_has_not() -> None:
    with pytest.raises(UsageError, match="No sentence"):
        explain_document(Document("苏州。"), why_not="北京的句子")


def test_prepare_shows_what_is_recognised() -> None:
    (passage,) = prepare(Document("宁波远舟机械有限公司从东莞迁来。"))
    assert [m.kind for m in passage.mentions] == ["Company", "AdministrativeArea"]
