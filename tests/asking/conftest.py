"""The graph of the bundled documents, and what answers questions about it."""

import pytest

from graph_service.asking import Asking, load
from graph_service.graph.named import load as load_named
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
