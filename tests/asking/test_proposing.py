"""Queries that a language model writes: what it is told, what is taken of what it says, and how calls to it fail."""

import socket
from collections.abc import Iterator

import pytest

from graph_service.asking import Asking
from graph_service.asking.model import Complete, Model
from graph_service.asking.proposing import LONGEST, Proposal, instructions, propose, written
from graph_service.errors import QueryError, RemoteError, TimeLimitError, UsageError, ZoneGraphError
from graph_service.graph.store import Snapshot
from graph_service.graph.workers import Workers
from graph_service.vocabulary import vocabulary
from tests.asking.model_server import KEY, NAME, fenced, model_server

SELECT = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 5"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """What checks the queries."""
    with Workers(count=1, timeout=30, memory=512, cache=0) as pool:
        yield pool


def _proposed(
    asking: Asking, documents: Snapshot, workers: Workers, complete: Complete, question: str = "谁获过奖"
) -> Proposal:
    def check(query: str) -> None:
        workers.parse(query, documents.base, 5.0)

    return propose(asking, documents, question, NAME, complete, check)


@pytest.mark.parametrize(
    "said", [SELECT, fenced(SELECT), fenced("ASK {}") + fenced(SELECT), f"```\n{SELECT}\n```"]
)
def test_the_query_is_the_last_code_block_or_all_that_was_said(said: str) -> None:
    assert written(said) == SELECT


@pytest.mark.parametrize("said", ["", "```\n\n```", fenced("ASK {} #" + "x" * LONGEST)])
def test_no_query_and_one_that_is_too_long_are_refused(said: str) -> None:
    with pytest.raises(QueryError, match="characters"):
        written(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("I am sorry, I cannot do that.", "expected"),
        (fenced("SELECT ?s WHERE { ?s ?p }"), "expected"),
        (fenced("SELECT ?s WHERE { ?s a zg:Company }"), "Prefix not found"),
        (fenced("DELETE WHERE { ?s ?p ?o }"), "expected"),
        (fenced("INSERT DATA { <a:a> <a:b> 1 }"), "expected"),
        (fenced("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"), "another server"),
        (fenced("SELECT * { FILTER" + "(" * 300 + ")" * 300 + " }"), "nest deeper"),
    ],
)
def test_what_cannot_run_here_or_does_not_only_read_is_refused(
    asking: Asking, documents: Snapshot, workers: Workers, said: str, why: str
) -> None:
    with pytest.raises(RemoteError, match=why):
        _proposed(asking, documents, workers, lambda _messages: said)


def test_a_model_is_told_of_every_class_and_relation_and_where_plans_are() -> None:
    told = instructions("http://example.org/id/")
    words = vocabulary()
    assert all(f"zg:{name} " in told for name in words.relations)
    assert "zg:Company 企业" in told
    assert "<http://example.org/id/graph/prospects>" in told


def test_a_model_is_told_what_the_question_names_and_near_queries(
    asking: Asking, documents: Snapshot, workers: Workers
) -> None:
    with model_server(fenced(SELECT)) as model:
        asked = Model(model.url, NAME, KEY)
        found = _proposed(asking, documents, workers, asked.complete, " 跟德广信一起搬来的上游企业有哪些? ")
    assert (found.question, found.sparql, found.model) == ("跟德广信一起搬来的上游企业有哪些?", SELECT, NAME)
    assert found.as_json()["run"] is False
    ((body, headers),) = model.heard
    assert body["path"] == "/v1/chat/completions"
    assert body["model"] == NAME
    assert headers["Authorization"] == f"Bearer {KEY}"
    asked_for = body["messages"][1]["content"]
    assert "is zg:Company 德广信" in asked_for
    assert "zg:upstreamOf" in asked_for
    assert asked_for.endswith("Question: 跟德广信一起搬来的上游企业有哪些?")


def test_a_model_may_try_once_more(asking: Asking, documents: Snapshot, workers: Workers) -> None:
    """It is told what was wrong with its first."""
    with model_server(fenced("SELEC ?x {}"), fenced(SELECT)) as model:
        assert _proposed(asking, documents, workers, Model(model.url, NAME).complete).sparql == SELECT
    second = model.heard[1][0]["messages"]
    assert [message["role"] for message in second] == ["system", "user", "assistant", "user"]
    assert "expected" in second[-1]["content"]
    with model_server("no") as model, pytest.raises(RemoteError, match="wrote no query"):
        _proposed(asking, documents, workers, Model(model.url, NAME).complete)
    assert len(model.heard) == 2


@pytest.mark.parametrize("question", ["", "  ", "长" * 301])
def test_no_model_is_asked_without_a_question(
    asking: Asking, documents: Snapshot, workers: Workers, question: str
) -> None:
    with model_server(SELECT) as model, pytest.raises(UsageError):
        _proposed(asking, documents, workers, Model(model.url, NAME).complete, question)
    assert model.heard == []


@pytest.mark.parametrize(
    ("says", "kind", "why"),
    [
        (401, RemoteError, "status 401"),
        (302, RemoteError, "status 302"),
        (500, RemoteError, "status 500"),
        (b"<html>", RemoteError, "did not answer as"),
        (b'{"choices": []}', RemoteError, "did not answer as"),
        (b'{"choices": [{"message": "x"}]}', RemoteError, "did not answer as"),
        (b" " * 300_000, RemoteError, "more than"),
        (2.0, TimeLimitError, "had not answered"),
    ],
)
def test_a_model_that_fails_is_said_to(
    says: bytes | int | float, kind: type[ZoneGraphError], why: str
) -> None:
    """No redirect is followed, no answer read without end, nobody waited for without end."""
    with model_server(says) as model, pytest.raises(kind, match=why) as caught:
        Model(model.url, NAME, patience=0.5).complete([{"role": "user", "content": "x"}])
    assert caught.value.cure
    assert len(model.heard) == 1


def test_a_model_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(RemoteError, match="cannot be asked"):
            Model(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", NAME).complete([])
