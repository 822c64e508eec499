"""`/ask`: the contracted JSON, the page, and what is not understood."""

from flask import Flask
from flask.testing import FlaskClient

from graph_service import asking
from graph_service.graph.named import Bound, Rows, ask_here, load
from graph_service.graph.steps import Steps
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.web import ask
from tests.web.conftest import HTML


def test_an_answer_has_what_the_contract_names(client: FlaskClient) -> None:
    """Query, parameters, SPARQL, columns, rows, alternatives."""
    answer = client.get("/ask", query_string={"q": "跟和光科技一起搬来的上游企业有哪些？"})
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    said = answer.json
    assert said is not None
    assert said["understood"] is True
    assert said["query"] == "co-relocated-suppliers"
    assert said["parameters"] == {"company": "和光科技"}
    assert {"sparql", "columns", "rows", "alternatives"} <= set(said)
    assert said["rows"][0]["supplier"]["label"]
    assert answer.headers["ETag"]
    again = client.get(answer.request.full_path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_understood_comes_with_alternatives(client: FlaskClient) -> None:
    said = client.get("/ask", query_string={"q": "和光科技的股价是多少？"}).json
    assert said is not None
    assert said["understood"] is False
    assert said["left"] == ["股价"]
    assert said["alternatives"]


def test_no_question_is_a_problem_for_programs_and_a_page_for_people(client: FlaskClient) -> None:
    answer = client.get("/ask")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["cure"]
    page = client.get("/ask", headers=HTML)
    assert page.status_code == 200
    assert "Questions to start with" in page.text


def test_the_page_has_the_sentence_its_evidence_and_the_query(client: FlaskClient) -> None:
    page = client.get(
        "/ask", query_string={"q": "Which suppliers moved along with 和光科技?"}, headers=HTML
    ).text
    assert "<blockquote>" in page
    assert "/queries/co-relocated-suppliers?company=" in page
    assert "SELECT" in page


def test_words_that_are_not_understood_are_named_on_the_page(client: FlaskClient) -> None:
    page = client.get("/ask", query_string={"q": "和光科技的<b>股价</b>是多少？"}, headers=HTML).text
    assert "<mark>" in page
    assert "<b>股价" not in page


def test_another_format_is_an_error(client: FlaskClient) -> None:
    assert client.get("/ask?q=x&format=csv").status_code == 400
    assert client.get("/ask?q=x", headers={"Accept": "image/png"}).status_code == 406


def test_who_has_the_answer_already_has_it_without_the_query_being_asked(store: GraphStore) -> None:
    asked: list[str] = []

    def counting(snapshot: Snapshot, sparql: str, bound: Bound | Steps) -> Rows:
        asked.append(sparql)
        return ask_here(snapshot, sparql, bound)

    app = Flask(__name__)
    app.register_blueprint(ask.blueprint(store, asking.load(load()), counting, lambda _text, _kind: ()))
    client = app.test_client()
    question = {"q": "跟和光科技一起搬来的上游企业有哪些？"}
    tag = client.get("/ask", query_string=question).headers["ETag"]
    assert asked
    asked.clear()
    assert client.get("/ask", query_string=question, headers={"If-None-Match": tag}).status_code == 304
    assert not asked
