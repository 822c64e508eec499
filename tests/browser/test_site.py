"""Every kind of page in a real browser: what axe-core finds, whether it fits a phone, what the editor does."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desk import Desk

AXE = Path(__file__).parents[2] / "graph_service" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
COUNTED = "SELECT ?kind (COUNT(?x) AS ?n) { ?x a ?kind } GROUP BY ?kind ORDER BY DESC(?n) LIMIT 5"
PARK = "诸暨智能视觉产业园"
GRAVE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .map((found) => [found.id, found.nodes.map((node) => node.html.slice(0, 200))])"""


@pytest.fixture
def site(desk: Desk) -> str:
    """The address of a service over the bundled documents."""
    return desk.url


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as the parameters of a test want it; what is thrown on it, or barred by the policy, fails the test.

    Chromium itself gives styles to text that is typed over coloured text, which the policy bars; that is no fault.
    """
    faults: list[str] = []
    context = browser.new_context(**getattr(request, "param", {}))
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if _barred(said.text) else None)
    yield opened
    context.close()
    assert not faults


def _barred(said: str) -> bool:
    return "Security Policy" in said and "Applying inline style" not in said


def paths(site: str) -> list[str]:
    """Return an address of every kind of page."""
    listed = urlopen(Request(f"{site}/documents", headers={"Accept": "application/json"}))
    document = json.load(listed)["documents"][0]["id"]
    thing = urlopen(Request(f"{site}/id?name={quote(PARK)}", headers={"Accept": "text/html"})).geturl()
    thing = thing.removeprefix(site).partition("?")[0]
    named = "德广信"
    return [
        "/", thing, f"{thing}?incoming=locatedIn", "/queries", "/queries/relocations",
        f"/queries/co-relocated-suppliers?{urlencode({'company': named})}", "/queries/tenants?place=nothing",
        "/documents", f"/documents/{document}", "/ontology", "/ontology/Company", "/ontology/relocatedTo", "/shapes",
        "/sparql", f"/sparql?{urlencode({'query': COUNTED})}",
        f"/sparql?{urlencode({'query': 'CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 3'})}", "/exports/", "/dataset",
        "/ask", f"/ask?{urlencode({'q': '德广信从哪里迁来？'})}", f"/search?{urlencode({'q': named})}", "/nowhere",
    ]  # fmt: skip


LOOKS = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "locale": "en-GB"},
    {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "locale": "en-GB", "java_script_enabled": False},
]  # fmt: skip


@pytest.mark.parametrize("page", LOOKS[:2], indirect=True, ids=["zh-light-desktop", "en-dark-phone"])
def test_axe_finds_nothing_serious_on_any_kind_of_page(page: Page, site: str) -> None:
    """In either language and look; and no page is wider than its window."""
    axe, found, wide = AXE.read_text("utf-8"), {}, []
    for path in paths(site):
        page.goto(site + path)
        page.wait_for_timeout(100)
        page.evaluate(axe)
        grave = page.evaluate(GRAVE)
        if grave:
            found[path] = grave
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert (found, wide) == ({}, [])


@pytest.mark.parametrize("page", LOOKS[2:], indirect=True, ids=["en-phone"])
def test_the_start_page_answers_without_scripts(page: Page, site: str) -> None:
    """From the box to a sentence, and from a question to a table with its sentences."""
    page.goto(f"{site}/?lang=zh")
    page.fill("#question", "跟德广信一起搬来的上游企业有哪些？")
    page.click("form.question button >> nth=0")
    assert "从深圳搬到" in page.inner_text("main")
    page.goto(f"{site}/?lang=zh")
    page.click("ul.questions a >> nth=0")
    assert page.locator("td.of-sentence").count() >= 1


def test_the_editor_colours_completes_and_checks(page: Page, site: str) -> None:
    """What is typed goes into the form; a fault is marked; Ctrl+Enter asks, and an answer with numbers has bars."""
    page.goto(f"{site}/sparql?lang=en")
    text = page.get_by_role("textbox", name="Query")
    text.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT * { ?s a zg:Comp")
    page.get_by_role("option", name="zg:Company").first.wait_for()
    page.locator(".cm-lint-marker-error").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(COUNTED)
    assert page.locator("textarea").input_value() == COUNTED
    page.keyboard.press("Control+Enter")
    page.get_by_role("tab", name="Chart").click()
    page.get_by_role("img", name="Chart").wait_for()
    assert page.locator("svg.chart rect").count() == 5


MOVED = "PREFIX zg: <https://w3id.org/zonegraph/ont#> "
SHOWN = [
    MOVED + "SELECT ?who ?to { ?who zg:relocatedTo ?to }",
    MOVED + "CONSTRUCT { ?who zg:relocatedTo ?to } { ?who zg:relocatedTo ?to }",
]


@pytest.mark.parametrize("query", SHOWN, ids=["rows", "statements"])
def test_an_answer_is_shown_as_a_graph_and_on_a_map(page: Page, site: str, query: str) -> None:
    """By keyboard, both with nothing serious for axe-core; the graph can be taken along into the explorer."""
    page.goto(f"{site}/sparql?{urlencode({'query': query, 'lang': 'en'})}")
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("img", name="Map").wait_for()
    assert page.locator(".answer-map circle").count() > 2
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_role("img", name="Graph").wait_for()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(GRAVE) == []
    page.locator(".view a[href]", has_text="Open in the explorer").click()
    page.wait_for_function("() => window.zonegraph && window.zonegraph.core.nodes().length > 10")


def test_a_query_with_a_fault_stays_in_the_editor(page: Page, site: str) -> None:
    """What is wrong stands beside it, with the status of an error."""
    answer = page.goto(f"{site}/sparql?{urlencode({'query': 'SELECT * { ?a ?b }', 'lang': 'en'})}")
    assert answer
    assert answer.status == 400
    assert page.locator("textarea").input_value() == "SELECT * { ?a ?b }"
    assert "line 1" in page.get_by_role("alert").inner_text()
