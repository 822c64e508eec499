"""What the explorer's page takes in a real browser, beside its budgets; run `python -m tests.benchmarks.page`.

A service over the bundled documents, Chromium without a GPU. Measured are the script that the start page loads, the time
until it can be used, right after a commit too, the requests that each action makes, and frames in a second while three
hundred things are panned, beside those of an empty page in the same browser.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, found_browser
from tests.browser.desk import Desk

TOKEN = "bench"
_THINGS, _LINKS = 300, 450
_USABLE = "#x-question"
_TIMES = 5
_FILL = """([things, links]) => {
  const made = [...Array(things)].map((_, n) => ({
    iri: `urn:${n}`, label: `第${n}号精密制造有限公司`, type: n % 3 ? 'Company' : 'Park', typeLabel: '企业', names: [], page: null, degree: 9 }));
  const edges = [...Array(links)].map((_, n) => ({
    subject: `urn:${n % things}`, relation: `r${n}`, label: '位于', object: `urn:${(n * 7 + 1) % things}`, modality: 'actual', documents: n % 4, disagree: false }));
  window.zonegraph.store.dispatch({ do: 'clear' });
  window.zonegraph.store.dispatch({ do: 'add', things: made, edges, key: 'did-add', words: '' });
}"""
_PLACED = "n => Object.keys(window.zonegraph.store.state.view.positions).length >= n"
_COUNT = """() => { window.frames_ = []; const tick = (at) => { window.frames_.push(at); window.ticking = requestAnimationFrame(tick); }; requestAnimationFrame(tick); }"""


def main() -> None:
    """Measure, print."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder, "store"), TOKEN) as desk, _page() as page:
        print(f"{'':38}{'measured':>12}{'budget':>12}")
        _row("script of the start page, KB gzip", _script(page, desk) / 1024, 200)
        _row("start page usable, ms", statistics.median(_usable(page, desk) for _ in range(_TIMES)), 1000)
        _commit(desk)
        _row("the same right after a commit, ms", _usable(page, desk), 1000)
        for name, asked in _requests(page, desk):
            _row(f"requests to {name}", asked, 1)
        empty = _frames(page, 0)
        _row(f"frames a second, {_THINGS} things", _frames(page, _THINGS), 30)
        _row("frames a second, one thing", empty, 30)


def _row(name: str, measured: float, budget: float) -> None:
    print(f"{name:38}{measured:12.0f}{budget:12.0f}")


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_browser(), args=FLAGS)
        yield browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        browser.close()


def _script(page: Page, desk: Desk) -> float:
    """Return the bytes of all scripts that the start page loads, as they travel."""
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda r: sizes.append(r.sizes()["responseBodySize"]) if r.url.endswith(".js") else None,
    )
    page.goto(f"{desk.url}/?lang=zh")
    page.locator(".x-table tbody tr").first.wait_for()
    page.wait_for_function("() => window.zonegraph")
    return sum(sizes)


def _usable(page: Page, desk: Desk) -> float:
    """Return milliseconds from asking for the start page until its box stands there and its questions can be chosen."""
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(f"{desk.url}/?lang=zh", wait_until="commit")
    page.locator(_USABLE).wait_for()
    page.locator(".x-start .x-forms button").first.wait_for()
    return (time.perf_counter() - begun) * 1000


def _commit(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain; charset=utf-8"}
    text = "四川和光科技有限公司从深圳市迁到诸暨市。".encode()
    urlopen(Request(f"{desk.url}/documents?title=bench&published=2024-01-01", text, headers)).read()


def _requests(page: Page, desk: Desk) -> Iterator[tuple[str, int]]:
    """Yield how many requests single actions make."""
    page.goto(f"{desk.url}/?lang=zh")
    page.locator(".x-table tbody tr").first.wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)

    def after(name: str, act: str, waits: str) -> tuple[str, int]:
        asked.clear()
        page.locator(act).first.click()
        page.locator(waits).first.wait_for()
        page.wait_for_timeout(300)
        return name, len(asked)

    page.fill("#x-question", "德广信")
    page.locator("#x-options .thing").first.wait_for()
    yield after("choose a thing", "#x-options .thing", ".x-tree [role=treeitem]")
    yield after("open a group", ".x-toggle", ".x-tree [role=group] li")
    yield after("add all of a group", ".x-group-acts button", ".x-tree .there")
    yield after("see evidence", ".x-tree [role=group] .x-plain", ".x-evidence")
    yield after("ask a question", ".x-left .x-forms button", ".x-table tbody tr")


def _frames(page: Page, things: int) -> float:
    """Return frames in a second while a graph of so many things is dragged about."""
    page.evaluate(_FILL, [max(things, 1), _LINKS if things else 0])
    page.wait_for_function(_PLACED, arg=max(things, 1), timeout=60_000)
    page.wait_for_timeout(1500)
    box = page.locator(".x-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    page.evaluate(_COUNT)
    end, n = time.perf_counter() + 3, 0
    while time.perf_counter() < end:
        n += 1
        page.mouse.move(box["x"] + 60 + n % 200, box["y"] + 60 + n % 150)
    times: list[float] = json.loads(
        page.evaluate(
            "() => { cancelAnimationFrame(window.ticking); return JSON.stringify(window.frames_); }"
        )
    )
    page.mouse.up()
    return (len(times) - 1) / (times[-1] - times[0]) * 1000


if __name__ == "__main__":
    main()
