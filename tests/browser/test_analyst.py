"""An analyst's tasks, from the start page to the document."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.desk import Desk, ask, fill_with_namesakes, findings, graph
from tests.graph.factory import BASE

SHAPES = [
    pytest.param({"path": "/?lang=zh"}, id="zh"),
    pytest.param({"path": "/?lang=en", "color_scheme": "dark"}, id="en-dark"),
    pytest.param({"path": "/?lang=zh", "width": 390, "height": 844}, id="zh-390"),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_from_the_start_page_to_the_sentence_and_its_document(
    new_page: NewPage, shoot: Callable[[Page, str], None], shape: dict[str, object]
) -> None:
    """Which suppliers moved with 德广信, who introduced them, which sentence says so, and where it stands."""
    page = new_page(**shape)
    expect(page.locator(".x-table tbody tr").first).to_be_visible()
    shoot(page, "1-start")
    page.fill("#x-question", "德广信")
    expect(page.locator("#x-options .thing").first).to_contain_text("浙江德广信电子科技有限公司")
    shoot(page, "2-names")
    page.locator("#x-options .thing").first.click()
    page.locator(".x-left .x-forms button").first.click()
    row = page.locator(".x-table tbody tr", has_text="两家上游企业").first
    expect(row.locator(".x-sentence")).to_contain_text("还介绍了两家上游企业")
    expect(row.locator("mark").first).to_be_visible()
    expect(row.locator(".x-gist")).to_contain_text("浙江德广信电子科技有限公司")
    expect(row.locator("time")).to_have_text("2023-06")
    assert len(graph(page)["nodes"]) >= 3
    shoot(page, "3-answer")
    row.locator(".x-thing", has_text="两家上游企业").click()
    page.locator(
        ".x-tree [role=treeitem][aria-level='1']", has_text="引进" if "zh" in str(shape) else "introduced"
    ).first.focus()
    page.keyboard.press("e")
    evidence = page.locator(".x-evidence").first
    expect(evidence.locator("blockquote")).to_contain_text("介绍了两家上游企业")
    shoot(page, "4-evidence")
    evidence.locator("figcaption a").click()
    page.wait_for_url("**/documents/*")
    expect(page.locator("mark", has_text="介绍了两家上游企业").first).to_be_visible()
    shoot(page, "5-document")


def test_what_an_answer_leaves_open_is_said_beside_it(new_page: NewPage, tmp_path: Path) -> None:
    """Words that it does not heed, and what else a name may be: one click asks about that instead."""
    fill_with_namesakes(tmp_path / "store")
    with Desk(tmp_path / "store", base=BASE) as desk:
        page = new_page(at=desk)
        page.fill("#x-question", "远星在环保方面获得了哪些奖项？")
        page.keyboard.press("Enter")
        expect(page.locator(".x-table tbody tr")).to_have_count(1)
        doubts = page.locator(".x-left .x-note")
        expect(doubts).to_contain_text("没有计入的词：环保")
        expect(doubts).to_contain_text("“远星”也可能指：")
        assert not findings(page)
        doubts.get_by_role("button", name="远星 产品").click()
        expect(page.locator(".x-left .none")).to_be_visible()
        expect(doubts).to_have_count(0)


def test_steps_are_undone_and_redone_and_can_be_read(new_page: NewPage) -> None:
    """What was hidden comes back, the step before is told in words, and places are those of before."""
    page = new_page()
    ask(page, "德广信")
    page.locator(".x-group-acts button").first.click()
    page.wait_for_function("() => window.zonegraph.core.nodes().length === 3")
    before = graph(page)
    page.locator(".x-acts button", has_text="隐藏").click()
    assert len(graph(page)["nodes"]) == 2
    page.keyboard.press("Control+z")
    assert graph(page) == before
    page.keyboard.press("Control+Shift+z")
    page.wait_for_function("() => window.zonegraph.core.nodes().length === 2")
    page.locator("#x-tab-history").click()
    steps = page.locator(".x-history li")
    expect(steps.nth(-1)).to_contain_text("隐藏 浙江德广信电子科技有限公司")
    expect(steps.nth(-2)).to_contain_text("展开 浙江德广信电子科技有限公司")


def test_an_address_restores_the_very_view(new_page: NewPage) -> None:
    """Another browser that opens the address has the same things, relations, places, pins and answer."""
    page = new_page()
    ask(page, "德广信")
    page.locator(".x-left .x-forms button").first.click()
    page.locator(".x-table tbody tr").first.wait_for()
    before = graph(page)
    mover = next(iter(before["nodes"]))
    page.evaluate(
        "iri => window.zonegraph.store.dispatch({ do: 'move', iri, to: { x: 321, y: -123 } })", mover
    )
    before = graph(page)
    page.wait_for_timeout(600)
    other = new_page(page.url.removeprefix(page.url.split("/?")[0]))
    other.locator(".x-table tbody tr").first.wait_for()
    assert graph(other) == before
    assert other.evaluate("() => window.zonegraph.store.state.view.pinned") == [mover]


def test_choosing_moves_no_node(new_page: NewPage) -> None:
    """Nodes that stand somewhere stay there when others are chosen or added."""
    page = new_page()
    ask(page, "德广信")
    old = graph(page)["nodes"]
    page.locator(".x-group-acts button").first.click()
    page.wait_for_function("() => window.zonegraph.core.nodes().length > 1")
    new = graph(page)["nodes"]
    assert {iri: new[iri] for iri in old} == old


def test_paths_are_sentences_first(new_page: NewPage) -> None:
    """A path between two things reads as a sentence, and can be put on the graph."""
    page = new_page()
    ask(page, "德广信")
    page.locator(".x-acts button", has_text="从它找路径").click()
    page.locator(".x-end input").fill("诸暨市")
    page.locator(".x-end .x-list button").first.click()
    page.locator(".x-ends > button").click()
    first = page.locator(".x-paths li").first
    expect(first).to_contain_text("浙江德广信电子科技有限公司")
    expect(first).to_contain_text("诸暨市")
    first.locator("button").click()
    page.wait_for_function("() => window.zonegraph.core.nodes().length > 1")


def test_time_narrows_answer_and_moves_have_a_map(new_page: NewPage) -> None:
    """Bars of events, the undated by themselves; the moves with their numbers, on the map and as a list."""
    page = new_page()
    page.locator(".x-table tbody tr").first.wait_for()
    page.locator("#x-tab-time").click()
    page.locator(".x-bar").last.click()
    assert page.evaluate("() => window.zonegraph.store.state.brush") is not None
    page.locator("#x-tab-map").click()
    expect(page.locator(".x-map .place").first).to_be_visible()
    expect(page.locator(".x-moves li").first).to_be_visible()
    assert not findings(page)


@pytest.mark.parametrize("name", ["CSV", "GEXF", "Turtle", "SVG", "PNG"])
def test_what_is_shown_can_be_saved(new_page: NewPage, name: str) -> None:
    """Each form of what is shown is a file that is not empty."""
    page = new_page()
    page.locator(".x-table tbody tr").first.wait_for()
    graph(page)
    page.locator(".x-menu summary").click()
    with page.expect_download() as download:
        page.locator(".x-menu button", has_text=name).click()
    assert download.value.path().stat().st_size > 200
