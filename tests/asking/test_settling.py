"""Which of several things of one name is meant, years said from today, and what of a question is set aside."""

from datetime import date

import pytest

from graph_service.asking import Answered, Asking, load
from graph_service.asking.filling import Near
from graph_service.graph.named import load as load_named
from graph_service.graph.store import Snapshot, open_reader
from graph_service.ingest import ingest
from graph_service.settings import Settings

TEXTS = {
    "东": "浙江星澜光电科技有限公司（以下简称“星澜”）位于杭州市。2024年，星澜实现销售收入3亿元，获得浙江省科学技术进步奖一等奖。\n",
    "西": "陕西星澜机械制造有限公司（以下简称“星澜”）位于西安市。2023年，星澜实现销售收入5亿元。\n",
}
"""Two firms of one short name; only one of them has a prize."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The graph of the two texts."""
    folder = tmp_path_factory.mktemp("two")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    ingest([folder], Settings(store=folder / "store"), published="2025-01-10")
    return open_reader(folder / "store").snapshot()


def _named(answered: Answered, parameter: str) -> str:
    assert answered.result is not None, answered.reading
    return str(answered.result.bound[parameter].value)


def test_the_thing_with_an_answer_is_meant(asking: Asking, two: Snapshot) -> None:
    """One of two firms has a prize: nobody is asked which of them is meant; the other is named beside the answer."""
    answered = asking.ask(two, "星澜获得过哪些奖项？")
    assert "光电" in str(answered.as_json()["rows"])
    assert [len(value.others) for _, value in answered.others] == [1]
    assert answered.as_json()["others"]["entity"][0]["label"] == "陕西星澜机械制造有限公司"
    assert answered.given["entity"].startswith("http")


def test_it_is_asked_which_is_meant_where_both_have_an_answer(asking: Asking, two: Snapshot) -> None:
    answered = asking.ask(two, "星澜的销售收入是多少？")
    assert not answered.understood
    labels = {choice["label"] for choice in answered.as_json()["choices"]["entity"]}
    assert labels == {"浙江星澜光电科技有限公司", "陕西星澜机械制造有限公司"}


def test_it_does_not_matter_which_is_meant_where_none_has_an_answer(asking: Asking, two: Snapshot) -> None:
    answered = asking.ask(two, "星澜有哪些数据冲突？")
    assert answered.understood
    assert answered.as_json()["rows"] == []


@pytest.mark.parametrize(
    ("question", "today", "year"),
    [
        ("浙江星澜光电科技有限公司2024年的销售收入", "2026-05-01", "2024"),
        ("浙江星澜光电科技有限公司去年的销售收入", "2025-05-01", "2024"),
        ("Sales of 浙江星澜光电科技有限公司 last year", "2025-05-01", "2024"),
        # Nothing is known of 2025: what a text of 2025 calls last year may be meant.
        ("浙江星澜光电科技有限公司去年的销售收入", "2026-05-01", None),
    ],
)
def test_a_year_is_said_in_digits_or_from_today(
    two: Snapshot, question: str, today: str, year: str | None
) -> None:
    asking = Asking(load_named(), load(load_named()).forms, today=lambda: date.fromisoformat(today))
    answered = asking.ask(two, question)
    assert answered.shown.get("year") == year
    assert "3亿元" in answered.sentences[0].text


@pytest.mark.parametrize(
    ("question", "query", "left"),
    [
        ("德广信介绍了哪些企业？", "referrals", []),
        ("德广信介绍了哪些企业，它们喝不喝茶？", "referrals", ["它们喝不喝茶"]),
        ("除了朗驰电机，还有哪些企业搬迁了？", "relocations", []),
    ],
)
def test_clauses_that_are_not_understood_are_set_aside(
    asking: Asking, documents: Snapshot, question: str, query: str, left: list[str]
) -> None:
    answered = asking.ask(documents, question)
    assert answered.result is not None
    assert answered.result.query.name == query
    assert answered.set_aside == left


@pytest.mark.parametrize(
    ("question", "query", "parameter", "name"),
    [
        ("汇铸精密机械起草过什么标准？", "standards", "drafter", "潍坊汇铸精密机械有限公司"),
        ("Who helped draft 《光栅旋转编码器》?", "standards", "standard", "《光栅旋转编码器》行业标准"),
        ("松山湖材料实验室是什么时候揭牌的？", "openings", "what", "松山湖材料实验室"),
        ("德广信为什么迁到诸暨？", "relocations", "who", "德广信"),
        ("柳溪经开区2026年的目标", "prospects", "entity", "柳溪经开区"),
        ("石墨烯抗菌除臭袜是谁研发的？", "products", "product", "石墨烯抗菌除臭袜"),
        ("德广信从哪里搬来？", "relocations", "who", "德广信"),
        ("诸暨 迁入 企业 名单", "relocations", "to", "诸暨"),
        ("哪些深圳企业搬到了诸暨？", "relocations", "from", "深圳"),
        ("深圳有哪些企业搬走了？", "relocations", "from", "深圳"),
        ("哪句话说德广信搬迁了？", "evidence", "subject", "德广信"),
        ("Which firms are unicorns?", "certifications", "certification", "独角兽企业"),
    ],
)
def test_short_names_titles_and_things_in_their_places(
    asking: Asking, documents: Snapshot, near: Near, question: str, query: str, parameter: str, name: str
) -> None:
    answered = asking.ask(documents, question, near=near)
    assert answered.result is not None, answered.reading
    assert answered.result.query.name == query
    assert _named(answered, parameter) == asking.named.entity(documents, name).value


def test_plans_of_a_year_are_those_of_that_year(asking: Asking, documents: Snapshot, near: Near) -> None:
    every = asking.ask(documents, "柳溪经开区有哪些目标？", near=near).as_json()["rows"]
    later = asking.ask(documents, "柳溪经开区2026年有哪些目标？", near=near).as_json()["rows"]
    assert later
    assert len(later) < len(every)


def test_what_is_never_in_the_graph_is_not_answered_with_something_else(
    asking: Asking, documents: Snapshot
) -> None:
    """A share is a figure; the price of shares is none."""
    for question in ("What is the share price of 德广信?", "德广信的电话是多少，在哪里？"):
        assert not asking.ask(documents, question).understood
