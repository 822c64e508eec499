"""The graph of the bundled documents, and what answers questions about it."""

from collections.abc import Iterator

import pytest

from graph_service.asking import Asking, load
from graph_service.asking.filling import Near
from graph_service.asking.nearby import by_search
from graph_service.graph.named import load as load_named
from graph_service.graph.search import Search
from graph_service.graph.store import Snapshot, open_reader
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import Settings


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The graph of the bundled documents."""
    folder = tmp_path_factory.mktemp("asking") / "store"
    ingest([resource("data", "documents")], Settings(store=folder))
    return open_reader(folder).snapshot()


@pytest.fixture(scope="session")
def asking() -> Asking:
    """What answers questions by the bundled forms."""
    return load(load_named())


@pytest.fixture(scope="session")
def near(documents: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Near]:
    """What finds the things of the documents by beginnings of their names and by pinyin."""
    with Search(tmp_path_factory.mktemp("names")) as search:
        search.follow(documents)
        yield by_search(search)
