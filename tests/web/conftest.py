"""A service over a small graph, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, open_store
from graph_service.graph.workers import Workers
from graph_service.reading.claims import Words
from graph_service.settings import Settings
from graph_service.web import create_app
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, Draft, group, relocation_story
from tests.web.served import Served

TOKEN = "a secret of the tests"
HTML = {"Accept": "text/html", "Accept-Language": "en"}


def story() -> Draft:
    """Return the relocation story with who introduced those that may come, and a claim that was set aside."""
    draft = relocation_story()
    maybe = draft.claims[5].evidence[0]
    draft.claim(HEGUANG, "introduced", group(2, "story-2-1", "企业"), maybe, modality="possible")
    odd = draft.sentence("<script>园区</script>是“未来之窗”。")
    draft.claim(PARK, "positionedAs", Words("未来之窗"), odd, modality="target")
    draft.claim(LINJIANG, "locatedIn", PARK, odd, status="quarantined", problem="县市不在园区之内")
    return draft


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """A store with the story."""
    with open_store(tmp_path / "store", BASE) as opened:
        opened.put(map_reading(story().reading(), BASE))
        opened.commit()
        yield opened


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Workers for all tests; nothing is kept, so that every answer is computed."""
    with Workers(count=2, timeout=30, memory=512, cache=0) as pool:
        yield pool


@pytest.fixture
def client(store: GraphStore, workers: Workers) -> FlaskClient:
    """A service that takes no writes."""
    return create_app(store, Settings(base_iri=BASE), workers).test_client()


@pytest.fixture
def writing(store: GraphStore, workers: Workers) -> FlaskClient:
    """A service that takes writes with the token."""
    return create_app(store, Settings(base_iri=BASE, token=TOKEN), workers).test_client()


@pytest.fixture
def document(client: FlaskClient) -> str:
    """The identifier of the story."""
    return str(client.get("/documents").json["documents"][0]["id"])  # type: ignore[index]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service in a process of its own with narrow limits; it must live through everything."""
    process = Served(tmp_path_factory.mktemp("served"))
    yield process
    assert process.end() == 0
