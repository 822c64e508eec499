"""Lists that can be narrowed: documents by year and place, claims of a document by relation, modality, status, rule."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Entity
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put
from tests.web.conftest import HTML, TOKEN

WAYS: tuple[tuple[str, str, Callable[[dict[str, Any]], bool]], ...] = (
    ("relation", "relocatedTo", lambda claim: claim["relation"]["iri"].endswith("#relocatedTo")),
    ("modality", "possible", lambda claim: claim["modality"] == "possible"),
    ("status", "quarantined", lambda claim: claim["status"] == "quarantined"),
    ("rule", "test.introduced", lambda claim: claim["rule"] == "test.introduced"),
)
"""A facet, a value, and which claims have it."""
OTHER = Entity("北岸产业园", "Park")


def _titles(answer_text: str) -> list[str]:
    return [document["title"] for document in json.loads(answer_text)["documents"]]


@pytest.fixture
def years(store: GraphStore) -> None:
    """Two more documents: of another year about another park, and of no year."""
    late = Draft(title="新的", published="2024-02")
    put(store, late.claim(HEGUANG, "locatedIn", OTHER, late.sentence("和光科技位于北岸产业园。")).reading())
    never = Draft(title="无日期", published=None)
    put(store, never.claim(HEGUANG, "locatedIn", OTHER, never.sentence("和光在北岸。")).reading())


@pytest.mark.usefixtures("years")
def test_documents_are_narrowed_by_year_and_place(client: FlaskClient) -> None:
    """In JSON as on the page; both at once; nothing left is said."""
    assert _titles(client.get("/documents?year=2024").text) == ["新的"]
    about = {"place": OTHER.iri(BASE)}
    assert _titles(client.get("/documents", query_string=about).text) == ["新的", "无日期"]
    both = {**about, "year": "2023"}
    assert _titles(client.get("/documents", query_string=both).text) == []
    page = client.get("/documents", query_string={**both, "lang": "en"}, headers=HTML)
    assert (page.status_code, "No document fits" in page.text) == (200, True)


@pytest.mark.usefixtures("years")
def test_the_page_offers_years_and_places_with_counts(client: FlaskClient) -> None:
    """Links, each of which leads to as many documents as it says; a chosen one leads back."""
    page = client.get("/documents?lang=en", headers=HTML).text
    offered = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="about">(\d+)</span></li>', page)
    assert {"2024", "2023", OTHER.name, PARK.name} <= {name for _, name, _ in offered}
    for address, _, count in offered:
        assert len(_titles(client.get(address.replace("&amp;", "&")).text)) == int(count)
    assert (
        'href="/documents?lang=en" aria-current'
        in client.get("/documents?lang=en&year=2024", headers=HTML).text
    )


def test_a_place_that_no_document_speaks_of_is_no_error(client: FlaskClient) -> None:
    """Nor is what is no IRI."""
    for place in ("x y", "<script>", BASE + "park/none"):
        page = client.get("/documents", query_string={"place": place}, headers=HTML)
        assert page.status_code == 200
        assert "<script>" not in page.text


def test_long_lists_have_pages(client: FlaskClient, store: GraphStore) -> None:
    """Fifty documents each, with links back and forth; JSON has all until it is asked for one."""
    for number in range(60):
        draft = Draft(title=f"第{number:02}篇", published="2020")
        put(
            store, draft.claim(HEGUANG, "locatedIn", OTHER, draft.sentence(f"和光在北岸{number}。")).reading()
        )
    assert len(_titles(client.get("/documents").text)) == 61
    assert [len(_titles(client.get(f"/documents?page={n}").text)) for n in (1, 2)] == [50, 11]
    first, second = (client.get(f"/documents?page={n}&year=2020", headers=HTML).text for n in (1, 2))
    assert 'rel="next" href="/documents?page=2&amp;year=2020"' in first
    assert 'rel="prev"' in second
    for wrong in ("0", "3", "x", "-1", "1" * 5000, "²"):
        assert client.get("/documents", query_string={"page": wrong}).status_code == 404


def test_claims_of_a_document_are_narrowed(client: FlaskClient, document: str) -> None:
    """By each facet, in JSON, as annotations and on the page."""
    address = f"/documents/{document}"
    every = json.loads(client.get(address).text)["claims"]
    for facet, value, of in WAYS:
        wanted = [claim["id"] for claim in every if of(claim)]
        assert 0 < len(wanted) < len(every), facet
        query = {facet: value}
        assert [c["id"] for c in json.loads(client.get(address, query_string=query).text)["claims"]] == wanted
        told = json.loads(client.get(address, query_string={**query, "format": "jsonld"}).text)
        assert told["total"] == len(wanted)
        page = client.get(address, query_string=query, headers=HTML).text
        assert len(re.findall('<li id="claim-', page)) == len(wanted), facet


def test_counts_of_facets_are_what_their_links_lead_to(client: FlaskClient, document: str) -> None:
    """Also where another choice is in force; the words of the text stay."""
    page = client.get(f"/documents/{document}?modality=actual&lang=en", headers=HTML).text
    offered = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span class="about">(\d+)</span></li>', page)
    assert len(offered) > 4
    for address, count in offered:
        assert len(json.loads(client.get(address.replace("&amp;", "&")).text)["claims"]) == int(count), (
            address
        )
    assert "和光科技" in page


def test_nothing_left_is_said(client: FlaskClient, document: str) -> None:
    """With the way back."""
    page = client.get(f"/documents/{document}?rule=%3Cscript%3E&lang=en", headers=HTML)
    assert page.status_code == 200
    assert "No claim of this document fits" in page.text
    assert "<script>" not in page.text


def test_the_form_is_there_for_services_that_take_documents(
    client: FlaskClient, writing: FlaskClient
) -> None:
    """And only for them."""
    assert 'type="password"' in writing.get("/documents", headers=HTML).text
    assert 'type="password"' not in client.get("/documents", headers=HTML).text


def test_a_document_comes_by_the_form(writing: FlaskClient) -> None:
    """The token is typed in; the browser is led to the document; a wrong token changes nothing."""
    words = "临江和光科技有限公司位于镜湖智能产业园。".encode()

    def send(token: str) -> tuple[int, str | None]:
        form = {"file": (io.BytesIO(words), "a.txt", "text/plain"), "title": "表单", "token": token}
        answer = writing.post("/documents?lang=en", data=form, headers={"Accept": "text/html,*/*;q=0.8"})
        return answer.status_code, answer.location

    assert send("wrong") == (401, None)
    assert send("")[0] == 401
    assert len(_titles(writing.get("/documents").text)) == 1
    status, address = send(TOKEN)
    assert (status, str(address).startswith("/documents/"), str(address).endswith("?lang=en")) == (
        303,
        True,
        True,
    )
    assert "表单" in writing.get(str(address), headers=HTML).text


def test_a_form_adds_no_way_around_the_header(client: FlaskClient, writing: FlaskClient) -> None:
    """A wrong header is not mended by the form, and without a configured token no form helps."""
    form = {"token": TOKEN, "file": (io.BytesIO(b"x"), "a.txt", "text/plain")}
    assert writing.post("/documents", data=form, headers={"Authorization": "Bearer wrong"}).status_code == 401
    form = {"token": "", "file": (io.BytesIO(b"x"), "a.txt", "text/plain")}
    assert client.post("/documents", data=form).status_code == 403
