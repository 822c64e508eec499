"""A store of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.graph.store import GraphStore, open_store
from tests.graph.factory import BASE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty store."""
    with open_store(tmp_path / "store", BASE) as opened:
        yield opened
