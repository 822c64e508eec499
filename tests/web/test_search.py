"""`/search` over HTTP: as the contracts have it, as a page, and with whatever is sent."""

import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph_service.graph import follower
from graph_service.graph.index import Index
from graph_service.graph.mapping import map_reading
from graph_service.graph.search import FILE, Search
from graph_service.graph.store import GraphStore
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.vocabulary import SKOS, ZG
from graph_service.web import create_app
from tests.graph.factory import BASE, HEGUANG, UNTOLD
from tests.graph.test_search import DEGUANG, draft
from tests.web.conftest import HTML


class Patient(FlaskClient):
    """A client that asks again where it is told to, as it is while the index of a new store is made."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        """Return the answer, once there is one; that of the last minute's end at worst."""
        end = time.monotonic() + 60
        while True:
            answer = super().open(*args, **more)
            if answer.status_code != 503 or "Retry-After" not in answer.headers or time.monotonic() > end:
                return answer


@pytest.fixture
def client(store: GraphStore, workers: Workers) -> FlaskClient:
    """A service that takes no writes, and a client that waits for its index."""
    app = create_app(store, Settings(base_iri=BASE), workers)
    app.test_client_class = Patient
    return app.test_client()


CONTRACTED = {"iri", "label", "names", "type", "score"}


def test_results_have_what_the_contracts_promise_and_more(client: FlaskClient) -> None:
    answer = client.get("/search?q=heguang&lang=zh")
    assert answer.status_code == 200
    first = answer.json["results"][0]  # type: ignore[index]
    assert set(first) >= CONTRACTED
    assert (first["label"], first["names"], first["type"]) == (HEGUANG.name, ["和光科技"], "Company")
    assert (first["matched"], first["typeLabel"]) == ("和光科技", "企业")
    assert first["page"] == "/page/" + first["iri"].removeprefix(BASE)
    assert first["degree"] > 0
    assert client.get(first["page"]).status_code == 200


def test_documents_sentences_and_facets_stand_under_keys_of_their_own(client: FlaskClient) -> None:
    found = client.get("/search?q=镜湖&lang=en").json
    assert {"type": "Park", "label": "Park", "count": 1} in found["facets"]  # type: ignore[index]
    assert found["total"] == len(found["results"])  # type: ignore[index]
    quote = found["sentences"][0]  # type: ignore[index]
    assert [quote["text"][start:end] for start, end in quote["marks"]] == ["镜湖"]
    assert client.get(quote["page"]).status_code == 200
    assert client.get("/search?q=报道").json["documents"][0]["title"] == "一篇报道"  # type: ignore[index]


def test_type_and_limit_narrow_the_results(client: FlaskClient) -> None:
    assert len(client.get("/search?q=临江&limit=1").json["results"]) == 1  # type: ignore[index]
    found = client.get("/search?q=临江&type=AdministrativeArea").json["results"]  # type: ignore[index]
    assert [one["label"] for one in found] == ["临江市"]
    rest = client.get("/search?q=临江&limit=1&offset=1").json["results"]  # type: ignore[index]
    assert rest[0]["iri"] != client.get("/search?q=临江&limit=1").json["results"][0]["iri"]  # type: ignore[index]


@pytest.mark.parametrize(
    "target",
    ["/search", "/search?q=", "/search?q=%20", "/search?q=a&limit=0", "/search?q=a&limit=x", "/search?q=a&limit=201",
     "/search?q=a&limit=%C2%B2", "/search?q=a&offset=-1", "/search?q=a&type=Nothing", "/search?q=a&format=xml",
     "/search?q=" + "a" * 10_000, "/search?q=%ED%A0%80", "/search?q=%", "/search?q=%zz"],
)  # fmt: skip
def test_bad_requests_are_problems_with_a_cure(client: FlaskClient, target: str) -> None:
    answer = client.get(target)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["cure"]  # type: ignore[index]


@pytest.mark.parametrize(
    "words", ["%00", "%F0%9F%98%80", "%25", "_", "%22", "%27%3B--", "a%00b", "%EF%BF%BF"]
)
def test_hostile_words_find_nothing_and_harm_nothing(client: FlaskClient, words: str) -> None:
    answer = client.get(f"/search?q={words}")
    assert answer.status_code == 200
    assert answer.json["results"] == []  # type: ignore[index]


def test_an_answer_has_the_tag_of_its_state(client: FlaskClient) -> None:
    answer = client.get("/search?q=he")
    assert answer.headers["Snapshot"] == answer.json["snapshot"]  # type: ignore[index]
    again = client.get("/search?q=he", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_search_follows_a_commit_within_a_second(client: FlaskClient, store: GraphStore) -> None:
    assert client.get("/search?q=zhaoming").json["results"] == []  # type: ignore[index]
    before = client.get("/search?q=he").headers["Snapshot"]
    store.write(lambda writing: writing.put(map_reading(draft().reading(), BASE)))
    answer = client.get("/search?q=zhaoming")
    assert [one["matched"] for one in answer.json["results"]] == [DEGUANG.name]  # type: ignore[index]
    assert answer.headers["Snapshot"] != before
    assert client.get(f"/search?q=he&snapshot={before}").status_code == 404


@pytest.mark.parametrize(
    "update",
    [
        f"INSERT DATA {{ <urn:n> a <{ZG}Park> ; <{SKOS}prefLabel> '青禾园区' }}",
        f"DELETE {{ ?x <{SKOS}altLabel> ?n }} INSERT {{ ?x <{SKOS}altLabel> '青禾园区' }} WHERE {{ ?x <{SKOS}altLabel> ?n }}",
        f"INSERT DATA {{ <urn:n> a <{ZG}Park> ; <{SKOS}prefLabel> '青禾园区' }} ; {UNTOLD}",
    ],
)
def test_a_search_follows_what_users_write(client: FlaskClient, store: GraphStore, update: str) -> None:
    assert client.get("/search?q=qinghe").json["results"] == []  # type: ignore[index]
    store.write(lambda writing: writing.update(update))
    answer = client.get("/search?q=qinghe")
    assert answer.json["results"][0]["matched"] == "青禾园区"  # type: ignore[index]
    assert answer.headers["Snapshot"] == store.snapshot().id


def test_while_much_is_taken_in_searches_answer_from_before(
    client: FlaskClient, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They say of which state, nobody keeps them, and nobody waits for longer than a moment after the commit."""
    before = client.get("/search?q=he").headers["Snapshot"]
    monkeypatch.setattr(follower, "_MOMENT", 0.1)
    with Index(store.path / FILE).alone():
        store.write(lambda writing: writing.put(map_reading(draft().reading(), BASE)))
        answer = client.get("/search?q=he")
        assert (answer.status_code, answer.headers["Snapshot"]) == (200, before)
        assert answer.json["snapshot"] == before  # type: ignore[index]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert client.get(f"/search?q=he&snapshot={store.snapshot().id}").status_code == 404
        assert "still being indexed" in client.get("/search?q=he", headers=HTML).text
        assert "尚未全部编入索引" in client.get("/search?q=he&lang=zh", headers=HTML).text
    monkeypatch.undo()
    answer = client.get("/search?q=zhaoming")
    assert [one["matched"] for one in answer.json["results"]] == [DEGUANG.name]  # type: ignore[index]
    assert "still being indexed" not in client.get("/search?q=he", headers=HTML).text


def test_the_index_follows_by_itself(client: FlaskClient, store: GraphStore) -> None:
    client.get("/search?q=he")
    snapshot = (
        store.write(lambda writing: writing.put(map_reading(draft().reading(), BASE))) and store.snapshot()
    )
    end = time.monotonic() + 30
    with Search(store.path) as search:
        while search.index.state() != snapshot.id:  # type: ignore[union-attr]
            assert time.monotonic() < end
            time.sleep(0.02)


def test_the_page_shows_what_was_found(client: FlaskClient) -> None:
    page = client.get("/search?q=镜湖", headers=HTML).get_data(as_text=True)
    assert "镜湖智能产业园" in page
    assert "<mark>镜湖</mark>" in page
    assert "type=Park" in page
    empty = client.get("/search", headers=HTML)
    assert empty.status_code == 200
    assert 'action="/search"' in empty.get_data(as_text=True)
    assert "Nothing is called so" in client.get("/search?q=zzz", headers=HTML).get_data(as_text=True)


def test_a_query_may_search(client: FlaskClient) -> None:
    query = (
        f"PREFIX zg: <{ZG}> PREFIX skos: <{SKOS}> "
        'SELECT ?name { ?x zg:search "heguang" ; a zg:Company ; skos:prefLabel ?name }'
    )
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert answer.text.split() == ["name", HEGUANG.name]
    wrong = client.get("/sparql", query_string={"query": query.replace('"heguang"', "?words")})
    assert wrong.status_code == 400


def test_markup_in_words_stays_words(client: FlaskClient) -> None:
    page = client.get("/search?q=<script>alert(1)</script>", headers=HTML).get_data(as_text=True)
    assert "<script>alert" not in page


def test_every_page_has_the_search_box(client: FlaskClient) -> None:
    for path in ("/", "/queries", "/documents"):
        assert 'role="search"' in client.get(path, headers=HTML).get_data(as_text=True)
