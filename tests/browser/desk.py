"""A service to look at with a browser, and what the tests do again and again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph as ox
from playwright.sync_api import Page

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import open_store
from graph_service.reading.claims import Entity
from graph_service.vocabulary import PREFIXES
from tests.graph.factory import BASE, Draft, relocation_story

NEIGHBOURS = 10_000
AXE = Path(__file__).parents[2] / "graph_service" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
HUB = BASE + "park/hub"


class Desk:
    """`zonegraph serve` in a process of its own; an empty store gets the bundled documents.

    Args:
        store: its folder.
        token: that writes over HTTP need; empty: none are allowed.
        port: where it serves; 0: a free one.
        base: what the IRIs of the store begin with; empty: what a new store takes.
    """

    def __init__(self, store: Path, token: str = "", port: int = 0, base: str = "") -> None:
        self._log = store.with_suffix(".log").open("wb")
        said = ("--base-iri", base) if base else ()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "graph_service", "serve", "--port", str(port), "--store", str(store), *said],
            stdout=subprocess.PIPE, stderr=self._log,
            env={**os.environ, "ZONEGRAPH_TIMEOUT": "20", "ZONEGRAPH_TOKEN": token},
        )  # fmt: skip
        assert self.process.stdout
        line = self.process.stdout.readline().decode()
        assert line.startswith("Serving "), store.with_suffix(".log").read_text()
        self.url = line.removeprefix("Serving ").strip().rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """End it, if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        finally:
            self.process.kill()
            self.process.communicate()
            self._log.close()


def fill_with_hub(folder: Path) -> None:
    """Fill a store with a park in which ten thousand companies are."""
    zg, skos = PREFIXES["zg"], PREFIXES["skos"]
    label, kind, within = (
        ox.NamedNode(skos + "prefLabel"),
        ox.NamedNode(str(ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type").value)),
        ox.NamedNode(zg + "locatedIn"),
    )
    hub = ox.NamedNode(HUB)
    quads = [
        ox.Quad(hub, kind, ox.NamedNode(zg + "Park")),
        ox.Quad(hub, label, ox.Literal("万企产业园", language="zh")),
    ]
    for n in range(NEIGHBOURS):
        one = ox.NamedNode(f"{BASE}company/firm-{n}")
        quads += [
            ox.Quad(one, kind, ox.NamedNode(zg + "Company")),
            ox.Quad(one, label, ox.Literal(f"第{n}号精密制造有限公司", language="zh")),
            ox.Quad(one, within, hub),
        ]
    with open_store(folder, BASE) as store:
        store.put(map_reading(relocation_story().reading(), BASE))
        store.commit()
        store.write(lambda writing: writing.add(quads))


def fill_with_namesakes(folder: Path) -> None:
    """Fill a store with a company that has an award, and a product of the same name."""
    draft = Draft()
    says = draft.sentence("远星有限公司研制远星，获省科技进步奖。")
    firm, award = Entity("远星有限公司", "Company", names=("远星",)), Entity("省科技进步奖", "Award")
    draft.claim(firm, "develops", Entity("远星", "Product"), says).claim(firm, "awarded", award, says)
    with open_store(folder, BASE) as store:
        store.put(map_reading(draft.reading(), BASE))
        store.commit()


def ask(page: Page, words: str) -> None:
    """Type a name, wait for what is found, and take the first."""
    page.fill("#x-question", words)
    page.locator("#x-options .thing").first.click()
    page.locator(".x-tree [role=treeitem]").first.wait_for()


def graph(page: Page) -> dict[str, Any]:
    """Return what the canvas draws: nodes with their places, and edges, once no node lacks a place."""
    # The canvas follows the state in the frame after; what an earlier look has seen says nothing of this one.
    page.evaluate(
        """() => {
      delete window.drawnBefore;
      return new Promise((done) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 60)));
    }"""
    )
    # What is drawn follows the state by a frame or more, and a layout moves things for a while: it has come to rest
    # when everything stands where the state has it, and did so a moment ago.
    page.wait_for_function(
        """() => {
      if (!window.zonegraph) return false;
      const { view } = window.zonegraph.store.state, core = window.zonegraph.core;
      const placed = Object.keys(view.things).every((iri) => view.positions[iri] || view.hidden.includes(iri));
      const drawn = core.nodes().map((n) => [n.id(), Math.round(n.position().x), Math.round(n.position().y)]);
      const there = drawn.every(([iri, x, y]) => {
        const place = view.positions[iri];
        return !place || (Math.abs(place.x - x) <= 1 && Math.abs(place.y - y) <= 1);
      });
      const before = window.drawnBefore;
      window.drawnBefore = JSON.stringify([drawn, core.edges().map((e) => e.id()).sort()]);
      return placed && there && before === window.drawnBefore;
    }""",
        polling=150,
    )
    return dict(
        page.evaluate("""() => ({
      nodes: Object.fromEntries(window.zonegraph.core.nodes().map((n) => [n.id(), [n.data("label"), Math.round(n.position().x), Math.round(n.position().y)]])),
      edges: window.zonegraph.core.edges().map((e) => e.id()).sort(),
    })""")
    )


def findings(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:160]}"
        for found in result["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
