"""A real browser before a service in a process of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.desk import Desk, fill_with_hub
from tests.graph.factory import BASE

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""Without a GPU and without WebGL, as on a remote desktop."""

NewPage = Callable[..., Page]


def found_browser() -> str | None:
    """Return the path of the machine's Chromium, if it has one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the machine."""
    path = found_browser()
    if path is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    assert path, "CI has no Chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the bundled documents, which nobody serves: to be copied."""
    store = tmp_path_factory.mktemp("filled") / "store"
    Desk(store).end()
    return store


@pytest.fixture(scope="session")
def desk(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service over the bundled documents."""
    with Desk(shutil.copytree(filled, tmp_path_factory.mktemp("desk") / "store")) as served:
        yield served


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A service over a thing with ten thousand neighbours."""
    folder = tmp_path_factory.mktemp("hub") / "store"
    fill_with_hub(folder)
    with Desk(folder, base=BASE) as served:
        yield served


@pytest.fixture
def new_page(browser: Browser, desk: Desk) -> Iterator[NewPage]:
    """Return a function that opens a page; what it throws fails the test, and what leaves the origin too."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(
        path: str = "/?lang=zh", at: Desk = desk, width: int = 1360, height: int = 860, **said: object
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **said)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.on("request", lambda request: faults.append(request.url) if _leaves(request.url, at) else None)
        page.goto(at.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


def _leaves(url: str, at: Desk) -> bool:
    return not url.startswith((at.url, "data:", "blob:"))


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return a function that takes a screenshot where `ZONEGRAPH_SCREENSHOTS` names a folder."""
    folder = os.environ.get("ZONEGRAPH_SCREENSHOTS")

    def take(page: Page, step: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.wait_for_timeout(500)
            page.screenshot(path=Path(folder) / f"{request.node.name}-{step}.png".replace("/", "-"))

    return take
