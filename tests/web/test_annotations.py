"""Documents as W3C Web Annotations: each claim by position and by quotation, for those who annotate texts."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from graph_service.graph.store import GraphStore
from tests.graph.factory import HEGUANG, PARK, Draft, put
from tests.web.conftest import HTML

PROFILE = "http://www.w3.org/ns/anno.jsonld"


def _collection(client: FlaskClient, document: str, **query: str) -> dict[str, Any]:
    answer = client.get(
        f"/documents/{document}", query_string=query, headers={"Accept": "application/ld+json"}
    )
    said: dict[str, Any] = json.loads(answer.text)
    return said


@pytest.mark.parametrize("accept", [f'application/ld+json;profile="{PROFILE}"', "application/ld+json"])
def test_annotations_are_asked_for_by_their_media_type(
    client: FlaskClient, document: str, accept: str
) -> None:
    """With the profile or without; the answer names it (Web Annotation Protocol, section 4.1)."""
    answer = client.get(f"/documents/{document}", headers={"Accept": accept})
    assert answer.content_type == f'application/ld+json; profile="{PROFILE}"'
    assert "Accept" in answer.vary
    again = client.get(
        f"/documents/{document}", headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_other_readers_get_what_they_got(client: FlaskClient, document: str) -> None:
    """JSON without `Accept`, a page for browsers; both say in `Link` where the annotations are."""
    for headers, media_type in (({}, "application/json"), (HTML, "text/html")):
        answer = client.get(f"/documents/{document}", headers=headers)
        assert answer.mimetype == media_type
        assert f'profile="{PROFILE}"' in answer.headers["Link"]
        address = answer.headers["Link"].partition(">")[0].removeprefix("<")
        assert json.loads(client.get(address).text)["type"] == "AnnotationCollection"


def test_every_claim_is_an_annotation_of_its_evidence(client: FlaskClient, document: str) -> None:
    """A position that cuts out the quotation, and what stands around it; the claim as the body."""
    whole = json.loads(client.get(f"/documents/{document}").text)
    said = _collection(client, document)
    items = said["first"]["items"]
    assert said["@context"][0] == PROFILE
    assert said["total"] == len(items) == len(whole["claims"])
    for item, claim in zip(items, whole["claims"], strict=True):
        assert item["type"] == "Annotation"
        assert item["body"][1]["id"] == claim["id"]
        assert item["body"][1]["rdf:subject"] == {"id": claim["subject"]["iri"]}
        assert len(item["target"]) == len(claim["evidence"])
        for target, piece in zip(item["target"], claim["evidence"], strict=True):
            position, quotation = target["selector"]
            start, end = position["start"], position["end"]
            assert target["source"] == whole["iri"]
            assert (position["type"], start, end) == ("TextPositionSelector", piece["start"], piece["end"])
            assert quotation["exact"] == piece["text"] == whole["text"][start:end]
            assert whole["text"][:start].endswith(quotation.get("prefix", ""))
            assert whole["text"][end:].startswith(quotation.get("suffix", ""))


def test_names_of_annotations_lead_to_their_claims_on_the_page(client: FlaskClient, document: str) -> None:
    """Every fragment is an anchor there, and none is there twice."""
    page = client.get(f"/documents/{document}", headers=HTML).text
    for item in _collection(client, document)["first"]["items"]:
        address, _, fragment = item["id"].partition("#")
        assert address.endswith(f"/documents/{document}")
        assert page.count(f'id="{fragment}"') == 1


def test_positions_count_characters_not_bytes_or_surrogates(client: FlaskClient, store: GraphStore) -> None:
    """A character beyond the basic plane before the evidence counts as one."""
    draft = Draft(title="增补字")
    draft.sentence("𠮷祥。")
    put(store, draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("和光科技位于镜湖产业园。")).reading())
    listed = json.loads(client.get("/documents").text)["documents"]
    (identifier,) = (d["id"] for d in listed if d["title"] == "增补字")
    (item,) = _collection(client, identifier)["first"]["items"]
    position, quotation = item["target"][0]["selector"]
    assert (position["start"], quotation["prefix"]) == (4, "𠮷祥。\n")


def test_words_of_the_body_are_in_the_language_asked_for(client: FlaskClient, document: str) -> None:
    """With the language said."""
    for language, relation in (("en", "relocated to"), ("zh", "迁至")):
        items = _collection(client, document, lang=language, relation="relocatedTo")["first"]["items"]
        body = items[0]["body"][0]
        assert (body["type"], body["language"]) == ("TextualBody", language)
        assert relation in body["value"]
