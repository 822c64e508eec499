"""`/documents`: the shelf, each text with its evidence, and writes with the token."""

import io
import json
import re

import pytest
from flask.testing import FlaskClient

from graph_service.graph.documents import Opened, Stated, paragraphs
from tests.web.conftest import HTML, TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}
PLAIN = {**BEARER, "Content-Type": "text/plain"}
TEXT = "远星传感有限公司从苏州迁到镜湖智能产业园。".encode()


def test_the_list_tells_how_much_each_document_says(client: FlaskClient) -> None:
    """Title, date, number of claims and address."""
    (listed,) = json.loads(client.get("/documents").text)["documents"]
    assert (listed["title"], listed["published"], listed["claims"]) == ("一篇报道", "2023-06", 10)
    assert client.get(listed["url"]).status_code == 200


def test_a_document_comes_with_claims_whose_evidence_holds(client: FlaskClient, document: str) -> None:
    """Each piece of evidence is the slice of the text."""
    said = json.loads(client.get(f"/documents/{document}").text)
    assert said["claims"]
    for claim in said["claims"]:
        assert all(said["text"][e["start"] : e["end"]] == e["text"] for e in claim["evidence"])


def test_the_page_highlights_evidence_and_keeps_the_text(client: FlaskClient, document: str) -> None:
    """Every sentence with claims is marked; the words are those of the document, escaped."""
    page = client.get(f"/documents/{document}", headers=HTML).text
    assert page.count("<mark") == 4
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<h1>一篇报道</h1>" in page


def test_what_was_set_aside_stands_apart_with_its_reason(client: FlaskClient, document: str) -> None:
    """A quarantined claim is below the text, never beside it."""
    page = client.get(f"/documents/{document}", headers=HTML).text
    before, _, after = page.partition('id="aside"')
    assert "县市不在园区之内" in after
    assert "县市不在园区之内" not in before


def test_overlapping_evidence_is_cut_at_every_border() -> None:
    """Pieces lose no character, and say all that covers them."""
    text = "甲乙丙丁戊己\n庚辛"
    entity = {"iri": "x", "label": "x"}
    spans = [(0, 4), (2, 6), (5, 9)]
    claims = [
        Stated("c", entity, entity, "o", "actual", "r", "accepted", None, None, (span,)) for span in spans
    ]
    first, second = paragraphs(Opened("d", "d", "t", None, None, text, claims))
    assert [(p.text, p.covered) for p in first.pieces] == [
        ("甲乙", (1,)), ("丙丁", (1, 2)), ("戊", (2,)), ("己", (2, 3)),
    ]  # fmt: skip
    assert [(p.text, p.covered) for p in second.pieces] == [("庚辛", (3,))]
    assert [number for number, _ in first.claims] == [1, 2, 3]


@pytest.mark.parametrize(("method", "address"), [("POST", "/documents"), ("DELETE", "/documents/x")])
def test_writes_need_the_token(client: FlaskClient, writing: FlaskClient, method: str, address: str) -> None:
    """403 where none is configured, 401 for none and for a wrong one."""
    refused = client.open(address, method=method, headers=BEARER)
    assert refused.status_code == 403
    assert "ZONEGRAPH_TOKEN" in refused.text
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = writing.open(address, method=method, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_document_is_taken_in_and_removed(writing: FlaskClient) -> None:
    """201 with its address, and nothing of it after DELETE."""
    made = writing.post("/documents?published=2023-06&title=迁入", data=TEXT, headers=PLAIN)
    assert made.status_code == 201
    assert json.loads(made.text)["title"] == "迁入"
    address = made.headers["Location"]
    assert json.loads(writing.get(address).text)["published"] == "2023-06"
    assert writing.delete(address, headers=BEARER).status_code == 204
    assert writing.get(address).status_code == 410
    assert writing.delete(address, headers=BEARER).status_code == 404


def test_a_document_comes_as_a_file_of_a_form_and_as_html(writing: FlaskClient) -> None:
    """The format is that of the part, or of the body."""
    form = {"file": (io.BytesIO(TEXT), "a.txt", "text/plain"), "published": "2022"}
    made = writing.post("/documents", data=form, headers=BEARER)
    assert (made.status_code, json.loads(made.text)["published"]) == (201, "2022")
    page = b"<title>T</title><p>" + TEXT + b"</p>"
    made = writing.post("/documents", data=page, headers={**BEARER, "Content-Type": "text/html"})
    assert json.loads(made.text)["title"] == "T"


@pytest.mark.parametrize(
    ("body", "media_type", "address", "status"),
    [
        (b"", "text/plain", "/documents", 422),
        (b"\x00\x01\x02\xff" * 50, "text/plain", "/documents", 422),
        (TEXT, "text/plain", "/documents?published=yesterday", 422),
        (TEXT, "image/png", "/documents", 415),
        (TEXT, None, "/documents", 415),
        (b"", "multipart/form-data; boundary=x", "/documents", 400),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    writing: FlaskClient, body: bytes, media_type: str | None, address: str, status: int
) -> None:
    """A clear refusal, and the same documents as before."""
    before = writing.get("/documents").text
    answer = writing.post(address, data=body, headers=BEARER, content_type=media_type)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert writing.get("/documents").text == before


def test_a_body_that_is_too_large_is_refused(writing: FlaskClient) -> None:
    """413, before any of it is read."""
    announced = {"CONTENT_LENGTH": str(2**30)}
    answer = writing.post("/documents", data=b"x", headers=PLAIN, environ_overrides=announced)
    assert answer.status_code == 413
    assert re.search("cure", answer.text)


def test_a_document_that_cannot_be_there_is_not_found(writing: FlaskClient) -> None:
    """Whatever stands in the address is an identifier, also what no IRI may hold."""
    for identifier in ("a%20b", "%3Cx%3E", "%00", "%C3%A9%22"):
        answer = writing.delete(f"/documents/{identifier}", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 404


def test_who_has_the_token_deletes_from_the_page(
    writing: FlaskClient, client: FlaskClient, document: str
) -> None:
    """The form leads back to the list; a wrong token is refused, and without any there is no form."""
    address = f"/documents/{document}"
    assert "/deletion" not in client.get(address, headers=HTML).text
    assert f'action="{address}/deletion"' in writing.get(address, headers=HTML).text
    assert writing.post(f"{address}/deletion", data={"token": "wrong"}).status_code == 401
    done = writing.post(f"{address}/deletion", data={"token": TOKEN})
    assert (done.status_code, done.headers["Location"]) == (303, "/documents")
    assert writing.get(address).status_code == 410


def test_a_form_that_was_refused_comes_back_filled_in(writing: FlaskClient, document: str) -> None:
    """With what is wrong beside it, in the language of the page, and the status that programs get."""
    for data, status, said in (
        ({"token": "wrong", "title": "一份通报"}, 401, "令牌不对"),
        ({"token": TOKEN, "title": "一份通报", "file": (io.BytesIO(b"\x00\x01"), "x.bin", "image/png")}, 422, "读不出文字"),
    ):  # fmt: skip
        answer = writing.post(
            "/documents?lang=zh", data=data, headers=HTML, content_type="multipart/form-data"
        )
        assert answer.status_code == status
        alert = answer.text.partition('role="alert"')[2].partition("</div>")[0]
        assert said in alert
        assert 'name="title" value="一份通报"' in answer.text
        assert TOKEN not in answer.text
    refused = writing.post(f"/documents/{document}/deletion?lang=en", data={"token": "x"}, headers=HTML)
    assert refused.status_code == 401
    assert "not the token" in refused.text.partition('role="alert"')[2]
    assert writing.get(f"/documents/{document}").status_code == 200
