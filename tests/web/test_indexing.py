"""The index of the names of a large store is made by a process of its own: it is killed, stopped, outlived; nothing breaks."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from graph_service.graph.index import Index
from graph_service.graph.search import FILE
from graph_service.vocabulary import RDF, SKOS, ZG
from tests.benchmarks.exports import fill
from tests.benchmarks.quads import BASE
from tests.test_crash import Server

QUADS = 100_000
"""As many as make a store that is not indexed by the service itself."""
NEW = f"INSERT DATA {{ <{BASE}new> a <{ZG}Company> ; <{SKOS}prefLabel> '青禾电子'@zh }}"


def until(true: Callable[[], Any], seconds: float = 90) -> Any:
    """Return what a function returns, once that is something."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found


class Indexed(Server):
    """A service over a large store, and the process that indexes its names; if so wished it does not begin until `begun`."""

    def __init__(self, folder: Path, *, held: bool = False) -> None:
        self.folder = folder
        self.log = folder.parent / "log"
        self.held = ExitStack()
        if held:
            self.held.enter_context(Index(folder / FILE).alone())
        super().__init__(folder, self.log, "--base-iri", BASE)

    def indexer(self) -> int:
        """Return the number of the process that indexes, or 0."""
        return next(iter(indexers(self.process.pid)), 0)

    def begun(self) -> int:
        """Wait until there is one that has begun to write, have it stand still, and return its number."""
        pid: int = until(self.indexer)
        self.held.close()
        part = self.folder / f"{FILE}.part"
        until(lambda: part.exists() and part.stat().st_size)
        os.kill(pid, signal.SIGSTOP)
        return pid

    def found(self, words: str) -> list[str]:
        """Return the labels that a search finds, once there is an answer."""
        status, body = until(lambda: self._answer(words))
        assert status == 200, body
        return [one["label"] for one in json.loads(body)["results"]]

    def _answer(self, words: str) -> tuple[int, bytes] | None:
        status, body = self.ask("GET", f"/search?q={quote(words)}&format=json")
        return None if status == 503 else (status, body)

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.held.close()


def indexers(owner: int) -> Iterator[int]:
    """Yield the numbers of the processes that index for a service."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (entry / "cmdline").read_bytes().split(b"\0")
            if b"graph_service.graph.indexer" in said and str(owner).encode() in said:
                yield int(entry.name)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large store that has not been indexed."""
    folder = tmp_path_factory.mktemp("large") / "store"
    fill(folder, QUADS)
    return folder


@pytest.fixture
def service(filled: Path) -> Iterator[Indexed]:
    """A service over the store, whose index has to be made."""
    for left in filled.glob(f"{FILE}*"):
        left.unlink()
    with suppress(FileNotFoundError):
        (filled.parent / "log").unlink()
    served = Indexed(filled, held=True)
    yield served
    served.kill()


def test_searches_are_told_to_wait_and_commits_are_not_held_up_while_the_index_is_made(
    service: Indexed,
) -> None:
    pid = service.begun()
    status, body = service.ask("GET", "/search?q=g&format=json")
    assert (status, json.loads(body)["status"]) == (503, 503)
    assert service.ask("POST", "/update", NEW.encode(), "application/sparql-update")[0] in {200, 204}
    assert service.rows(f"SELECT ?o {{ <{BASE}new> <{SKOS}prefLabel> ?o }}")
    os.kill(pid, signal.SIGCONT)
    assert service.found("qinghe") == ["青禾电子"]
    assert "第7号光电科技有限公司" in service.found("7")
    _take_in_much(service)


def _take_in_much(service: Indexed) -> None:
    """Have much changed at once, which the index is not made anew for; searches answer all the time."""
    made = (service.folder / FILE).stat().st_ino
    lines = "".join(
        f'<{BASE}n{n}> <{RDF}type> <{ZG}Park> ; <{SKOS}prefLabel> "新园{n}" .\n' for n in range(3000)
    )
    status, said = service.ask("POST", "/graphs?default", lines.encode(), "text/turtle")
    assert status in {200, 201, 204}, said
    assert until(service.indexer)
    assert service.ask("GET", "/search?q=g&format=json")[0] == 200
    until(lambda: "新园2999" in service.found("2999"))
    assert (service.folder / FILE).stat().st_ino == made


def test_an_indexer_that_is_killed_is_followed_by_another(service: Indexed) -> None:
    first = service.begun()
    os.kill(first, signal.SIGKILL)
    second = until(lambda: service.indexer() not in {0, first} and service.indexer())
    assert second != first
    assert service.found("枢纽") == ["枢纽"]
    assert "not up to date" in service.log.read_text("utf-8")


def test_an_indexer_ends_with_its_service_and_the_next_one_makes_the_index(
    service: Indexed, filled: Path
) -> None:
    pid = service.begun()
    service.kill()
    until(lambda: not Path(f"/proc/{pid}").exists() or not list(indexers(service.process.pid)))
    assert not (filled / FILE).exists()
    again = Indexed(filled)
    try:
        assert again.found("枢纽") == ["枢纽"]
    finally:
        again.kill()
    made = (filled / FILE).stat().st_ino
    later = Indexed(filled)
    try:
        assert later.found("枢纽") == ["枢纽"]
        assert not later.indexer()
        assert (filled / FILE).stat().st_ino == made
    finally:
        later.kill()
