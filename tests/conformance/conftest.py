"""One running service for all conformance tests; each test begins by emptying its store."""

from collections.abc import Iterator

import pytest

from tests.conformance.server import Server


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that takes writes."""
    server = Server(tmp_path_factory.mktemp("conformance"))
    yield server
    assert server.end() == 0


@pytest.fixture
def server(running: Server) -> Server:
    """The service with an empty store."""
    assert running.update("DROP ALL").status == 204
    return running
