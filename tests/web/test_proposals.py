"""`/ask/proposal`: queries that a language model writes, shown and not run; and `zonegraph ask --propose`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from graph_service.cli import main
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.web import create_app
from tests.asking.model_server import KEY, NAME, ModelServer, fenced, model_server
from tests.graph.factory import BASE
from tests.web.conftest import HTML

SELECT = "SELECT ?s WHERE { ?s ?p ?o FILTER(?o < 5) } LIMIT 5"
QUESTION = "和光科技的股价是多少？"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that has one query to say."""
    with model_server(fenced(SELECT)) as speaking:
        yield speaking


@pytest.fixture
def with_model(store: GraphStore, workers: Workers, model: ModelServer) -> FlaskClient:
    """A service that may ask it."""
    settings = Settings(base_iri=BASE, model_url=model.url, model=NAME, model_key=KEY)
    return create_app(store, settings, workers).test_client()


def test_a_proposal_is_shown_and_not_run(with_model: FlaskClient, model: ModelServer) -> None:
    answer = with_model.post("/ask/proposal", data={"q": QUESTION})
    assert answer.json == {"question": QUESTION, "sparql": SELECT, "model": NAME, "run": False}
    assert answer.headers["Cache-Control"] == "no-store"
    page = with_model.post("/ask/proposal", data={"q": QUESTION}, headers=HTML).text
    assert "SELECT ?s WHERE { ?s ?p ?o FILTER(?o &lt; 5) } LIMIT 5" in page
    assert 'action="/sparql"' in page
    assert "has not been run" in page
    assert len(model.heard) == 1, "the same question about the same graph is asked once"


def test_a_page_that_is_loaded_again_leads_back_to_the_question(
    with_model: FlaskClient, model: ModelServer
) -> None:
    answer = with_model.get("/ask/proposal", query_string={"q": QUESTION, "lang": "en"})
    assert answer.status_code == 303
    assert "lang=en" in answer.headers["Location"]
    assert with_model.get(answer.headers["Location"], headers=HTML).status_code == 200
    assert model.heard == []


def test_the_page_of_a_question_offers_it_where_there_is_a_model(
    with_model: FlaskClient, client: FlaskClient
) -> None:
    offer = 'action="/ask/proposal?q='
    assert offer in with_model.get("/ask", query_string={"q": QUESTION}, headers=HTML).text
    assert offer not in client.get("/ask", query_string={"q": QUESTION}, headers=HTML).text


def test_a_service_without_a_model_says_how_to_give_it_one(client: FlaskClient) -> None:
    answer = client.post("/ask/proposal", data={"q": QUESTION})
    assert answer.status_code == 404
    assert answer.json is not None
    assert "--model-url" in answer.json["cure"]
    page = client.post("/ask/proposal?lang=zh", data={"q": QUESTION}, headers={"Accept": "text/html"})
    assert "本服务没有配置语言模型" in page.text


def test_no_page_of_another_site_can_spend_the_operators_money(
    with_model: FlaskClient, model: ModelServer
) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert with_model.post("/ask/proposal", data={"q": QUESTION}, headers=foreign).status_code == 403
    assert model.heard == []


@pytest.mark.parametrize(("says", "status"), [(401, 502), ("no query", 502), (b"{}", 502)])
def test_a_model_that_fails_is_a_problem_with_a_cure(
    store: GraphStore, workers: Workers, says: str | bytes | int, status: int
) -> None:
    with model_server(says) as failing:
        settings = Settings(base_iri=BASE, model_url=failing.url, model=NAME, model_key=KEY)
        answer = (
            create_app(store, settings, workers).test_client().post("/ask/proposal", data={"q": QUESTION})
        )
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["cure"]
    assert KEY not in answer.text


def test_the_command_shows_a_proposal(store: GraphStore, model: ModelServer, tmp_path: Path) -> None:
    """Under a comment that says whose it is, so that `zonegraph query -` can take it."""
    del store  # filled, and beside the folder that the command is given
    given = ["--model-url", model.url, "--model", NAME, "--store", str(tmp_path / "store")]
    result = CliRunner().invoke(
        main, ["ask", QUESTION, "--propose", *given], env={"ZONEGRAPH_MODEL_KEY": KEY}
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == f"# Written by the language model {NAME}; not run.\n{SELECT}\n"
    assert model.heard[0][1]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("given", [[], ["--model", NAME], ["--model-url", "ftp://x/v1", "--model", NAME]])
def test_the_command_without_a_model_says_what_it_needs(
    store: GraphStore, tmp_path: Path, given: list[str]
) -> None:
    del store
    result = CliRunner().invoke(
        main, ["ask", QUESTION, "--propose", *given, "--store", str(tmp_path / "store")]
    )
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.output
