"""For everyone: keyboard, screen reader, input method, small screens, no script, a service that goes away."""

import random
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.desk import Desk, ask, findings, graph

VIEWS = {"map": ".x-map .land", "time": ".x-view", "paths": ".x-ends", "history": ".x-history li"}
LOOKS = [("zh", "light"), ("en", "dark")]


@pytest.mark.parametrize(("lang", "look"), LOOKS)
def test_axe_finds_nothing_serious(new_page: NewPage, lang: str, look: str) -> None:
    """Neither on the start view, nor with names open, nor with a thing, nor with evidence."""
    page = new_page(f"/?lang={lang}", color_scheme=look)
    page.locator(".x-table tbody tr").first.wait_for()
    assert not findings(page)
    page.fill("#x-question", "诸暨")
    page.locator("#x-options .thing").first.wait_for()
    assert not findings(page)
    ask(page, "德广信")
    page.locator(".x-tree [role=treeitem]").first.focus()
    page.keyboard.press("Enter")
    page.locator(".x-tree [role=group] li").first.wait_for()
    assert not findings(page)
    page.keyboard.press("e")
    page.locator(".x-evidence").first.wait_for()
    assert not findings(page)


SNAPSHOTS = {
    "zh": """
- tablist:
  - tab "答案" [selected]
  - tab "路径"
  - tab "时间"
  - tab "迁移地图"
  - tab /步骤/
""",
    "en": """
- tablist:
  - tab "Answer" [selected]
  - tab "Paths"
  - tab "Time"
  - tab "Moves"
  - tab /Steps/
""",
}
TREES = {
    "zh": """
- tree "邻居":
  - treeitem /引进 2/ [expanded]:
    - group:
      - treeitem /两家/
""",
    "en": """
- tree "Neighbours":
  - treeitem /introduce/ [expanded]:
    - group:
      - treeitem /两家/
""",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_screen_reader_reads(new_page: NewPage, lang: str) -> None:
    """The box is a combobox, the views are tabs, the neighbours are a tree."""
    page = new_page(f"/?lang={lang}")
    expect(page.locator(".x-tabs")).to_match_aria_snapshot(SNAPSHOTS[lang])
    expect(page.get_by_role("combobox").first).to_have_attribute("aria-autocomplete", "list")
    ask(page, "德广信")
    page.locator(".x-tree [role=treeitem]").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".x-tree [role=group] li").first.wait_for()
    expect(page.locator(".x-tree")).to_match_aria_snapshot(TREES[lang])


def test_all_by_keyboard(new_page: NewPage) -> None:
    """From the box to a thing, its neighbours, the graph and the evidence without a pointer."""
    page = new_page()
    page.locator(".x-table tbody tr").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("德广信")
    page.locator("#x-options .thing").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".x-tree [role=treeitem]").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".x-tree [role=group] li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.zonegraph.core.nodes().length === 2")
    page.keyboard.press("e")
    page.locator(".x-evidence").first.wait_for()


def test_pinyin_under_way_asks_nothing(new_page: NewPage) -> None:
    """While the input method composes no search is sent; the word that comes out of it is searched."""
    page = new_page()
    page.locator(".x-table tbody tr").first.wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search?" in request.url else None)
    page.focus("#x-question")
    keyboard = page.context.new_cdp_session(page)
    for pinyin in ("z", "zh", "zhu", "zhu j", "zhu ji"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": pinyin, "selectionStart": len(pinyin), "selectionEnd": len(pinyin)},
        )
        page.wait_for_timeout(100)
    assert not asked
    keyboard.send("Input.insertText", {"text": "诸暨"})
    expect(page.locator("#x-options .thing").first).to_contain_text("诸暨")
    assert len(asked) == 1


def test_a_thousand_keystrokes_without_a_stale_result(new_page: NewPage) -> None:
    """Answers come late and out of order; names shown are always those of the words in the box."""
    page = new_page()
    page.locator(".x-table tbody tr").first.wait_for()
    chance = random.Random(7)
    page.evaluate("""() => {
      const box = document.getElementById("x-question"), list = document.getElementById("x-options");
      window.stale = [];
      new MutationObserver(() => requestAnimationFrame(() => {
        if (list.querySelector(".thing") && list.dataset.for !== box.value.trim()) window.stale.push([list.dataset.for, box.value]);
      })).observe(list, { childList: true, subtree: true, attributes: true });
      const real = window.fetch;
      window.fetch = async (url, init) => {
        const answer = await real(url, init);
        if (String(url).includes("/search")) await new Promise((done) => setTimeout(done, Math.random() * 150));
        return answer;
      };
    }""")
    page.focus("#x-question")
    keys = "abdeghijnsuxz"
    for n in range(1000):
        page.keyboard.press("Backspace" if n % 9 > 5 or chance.random() < 0.2 else chance.choice(keys))
    page.fill("#x-question", "德广信")
    expect(page.locator("#x-options .thing").first).to_contain_text("德广信")
    assert page.evaluate("() => window.stale") == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_wider_than_a_small_screen(new_page: NewPage, lang: str) -> None:
    """At 390 px nothing but what scrolls by itself is wider than the screen."""
    page = new_page(f"/?lang={lang}", width=390, height=844)
    page.locator(".x-table tbody tr").first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.fill("#x-question", "德广信")
    page.locator("#x-options .thing").first.click()
    page.locator(".x-left .x-forms button").first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_without_script_the_same_questions_have_the_same_answers(new_page: NewPage) -> None:
    """The start page leads to the answer with its sentence by links and forms alone."""
    page = new_page("/?lang=zh", java_script_enabled=False)
    page.fill("#question", "跟德广信一起搬来的上游企业有哪些？")
    page.locator("form.question button").first.click()
    expect(page.locator("main")).to_contain_text("还介绍了两家上游企业")


@pytest.mark.parametrize(
    "asked", ["query=co-relocated-suppliers&company=德广信", "q=跟德广信一起搬来的上游企业有哪些"]
)
def test_an_address_that_asks_is_answered_without_script_too(new_page: NewPage, asked: str) -> None:
    """What somebody shares is the same answer for who has no script."""
    page = new_page(f"/?lang=zh&{asked}", java_script_enabled=False)
    expect(page.locator("main")).to_contain_text("还介绍了两家上游企业")


def test_a_free_question_is_restored_with_its_answer(new_page: NewPage) -> None:
    """The address of a question in words brings back its table, its graph, and the words in the box."""
    page = new_page("/?lang=zh&q=跟德广信一起搬来的上游企业有哪些")
    page.locator(".x-table tbody tr").first.wait_for()
    before = graph(page)
    expect(page.locator("#x-question")).to_have_value("跟德广信一起搬来的上游企业有哪些")
    page.wait_for_function("() => location.hash.length > 2")
    # The address follows the state in a moment: it is what is shared once two looks at it are the same.
    page.wait_for_function(
        "() => { const before = window.addressBefore; window.addressBefore = location.href; return before === location.href; }",
        polling=300,
    )
    other = new_page(page.url.removeprefix(page.url.split("/?")[0]))
    other.locator(".x-table tbody tr").first.wait_for()
    assert graph(other) == before


def test_names_in_another_language_than_the_page(new_page: NewPage) -> None:
    """Kinds and relations are named anew, buttons are not, and the address keeps it."""
    page = new_page("/?lang=zh")
    ask(page, "德广信")
    page.wait_for_function("() => location.hash.length > 2")
    page.locator(".x-help-button").click()
    page.locator(".x-help select").select_option("en")
    expect(page.locator(".x-legend p")).to_contain_text("Company")
    expect(page.locator("#x-tab-answer")).to_have_text("答案")
    page.wait_for_function("() => new URLSearchParams(location.search).get('data') === 'en'")


@pytest.mark.parametrize(("lang", "look"), [("zh", "dark"), ("en", "light"), ("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_on_the_map_and_in_other_views(
    new_page: NewPage, lang: str, look: str
) -> None:
    """Map, time, paths, steps and help, in each language and look."""
    page = new_page(f"/?lang={lang}", color_scheme=look)
    page.locator(".x-table tbody tr").first.wait_for()
    found = {}
    for tab, waits in VIEWS.items():
        page.locator(f"#x-tab-{tab}").click()
        page.locator(waits).first.wait_for()
        found[tab] = findings(page)
    page.locator(".x-help-button").click()
    found["help"] = findings(page)
    assert not any(found.values()), found


def test_a_service_that_goes_away_takes_nothing_with_it(
    new_page: NewPage, filled: Path, tmp_path: Path
) -> None:
    """What is drawn stays, the fault says so honestly, and once the service is back the page goes on where it was."""
    store = shutil.copytree(filled, tmp_path / "store")
    with Desk(store) as gone:
        port = int(gone.url.rpartition(":")[2])
        page = new_page("/?lang=zh", at=gone)
        ask(page, "德广信")
        before = graph(page)
        gone.process.kill()
        gone.process.wait()
        page.locator(".x-left .x-forms button").first.click()
        expect(page.get_by_role("alert")).to_contain_text("服务没有回应")
        assert graph(page) == before
        page.fill("#x-question", "诸暨")
        expect(page.locator("#x-options .x-note")).to_contain_text("服务没有回应")
        page.keyboard.press("Escape")
    with Desk(store, port=port):
        page.get_by_role("alert").get_by_role("button", name="重试").click()
        expect(page.locator(".x-table tbody tr").first).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
        page.keyboard.press("Control+z")
        assert graph(page) == before
        ask(page, "浣江实验室")
        assert len(graph(page)["nodes"]) == 2


def test_two_tabs_do_not_know_of_each_other(new_page: NewPage) -> None:
    """Each tab has its own view, steps and address."""
    one, two = new_page(), new_page()
    ask(one, "德广信")
    ask(two, "浣江实验室")
    assert set(graph(one)["nodes"]).isdisjoint(graph(two)["nodes"])
    one.keyboard.press("Control+z")
    assert len(graph(two)["nodes"]) == 1


def test_a_hub_is_a_menu_not_an_explosion(new_page: NewPage, hub: Desk) -> None:
    """Ten thousand neighbours: exact counts, one group that pages and searches, few nodes, one request for each action."""
    page = new_page("/?lang=zh", at=hub)
    ask(page, "万企产业园")
    group = page.locator(".x-tree [role=treeitem]").first
    expect(group).to_contain_text("10,000")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    group.locator(".x-group-acts button", has_text="折成一组").click()
    expect(page.locator(".x-panel h3")).to_contain_text("0 / 10,000")
    expect(page.locator(".x-panel .x-list li")).to_have_count(20)
    assert len([url for url in asked if "/explorer/" in url]) == 1
    page.locator(".x-panel input[type=search]").fill("第9999号")
    expect(page.locator(".x-panel .x-list li")).to_have_count(1)
    page.locator(".x-panel .x-list button").click()
    page.wait_for_function("() => window.zonegraph.core.nodes().length === 3")
    expect(page.locator(".x-panel h3")).to_contain_text("1 / 10,000")


def test_first_load_is_small(new_page: NewPage) -> None:
    """All script that the start page loads is at most 200 KB as it travels."""
    page = new_page("/static/icon.svg")
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: (
            sizes.append(request.sizes()["responseBodySize"]) if request.url.endswith(".js") else None
        ),
    )
    page.goto(page.url.replace("/static/icon.svg", "/?lang=zh"))
    page.locator(".x-table tbody tr").first.wait_for()
    graph(page)
    assert 0 < sum(sizes) <= 200 * 1024
