"""`/id`, `/data` and `/page`: IRIs of things lead to what is said of them."""

import json
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph_service.formats import RDF_FORMATS
from graph_service.graph.ledger import Ledger
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import TYPE, zg
from graph_service.reading.claims import Entity
from graph_service.review import Review
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put
from tests.web.conftest import HTML

FIRM = HEGUANG.iri(BASE).removeprefix(BASE)
SAME = Entity("和光科技(临江)有限公司", "Company")


@pytest.mark.parametrize(
    ("accept", "to"),
    [
        (None, f"/data/{FIRM}.ttl"), ("*/*", f"/data/{FIRM}.ttl"), ("text/turtle", f"/data/{FIRM}.ttl"),
        ("application/n-triples", f"/data/{FIRM}.nt"), ("application/rdf+xml", f"/data/{FIRM}.rdf"),
        ("application/ld+json", f"/data/{FIRM}.jsonld"), ("application/json", f"/data/{FIRM}.json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", f"/page/{FIRM}"),
    ],
)  # fmt: skip
def test_a_known_thing_leads_on_by_what_is_accepted(client: FlaskClient, accept: str | None, to: str) -> None:
    """303, for a firm is no document."""
    answer = client.get(f"/id/{FIRM}", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.location) == (303, to)
    assert "Accept" in answer.headers["Vary"]
    assert client.get(to).status_code == 200


def test_what_is_accepted_by_nobody_is_406(client: FlaskClient) -> None:
    """With what there is."""
    answer = client.get(f"/id/{FIRM}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/id/company/none",
        "/page/company/none",
        "/data/company/none.ttl",
        f"/data/{FIRM}.xyz",
        f"/data/{FIRM}",
    ],
)
def test_an_unknown_thing_is_404(client: FlaskClient, address: str) -> None:
    """With a cure."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert json.loads(answer.text)["cure"]


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_data_has_the_facts_of_a_thing(client: FlaskClient, name: str) -> None:
    """Where it is subject and where it is object, its events whole, names of the others, and where the evidence is."""
    answer = client.get(f"/data/{FIRM}.{name}")
    assert answer.mimetype == RDF_FORMATS[name].media_type
    found = {quad.triple for quad in ox.parse(answer.data, format=RDF_FORMATS[name].rdf)}
    firm, park = ox.NamedNode(HEGUANG.iri(BASE)), ox.NamedNode(PARK.iri(BASE))
    assert ox.Triple(firm, zg("relocatedTo"), park) in found
    (move,) = {t.subject for t in found if t.predicate == zg("mover") and t.object == firm}
    assert ox.Triple(move, zg("destination"), park) in found
    assert any(t.subject == park and t.predicate == TYPE for t in found)
    (evidence,) = {t.object.value for t in found if t.predicate.value.endswith("seeAlso")}
    assert json.loads(client.get(evidence).text)["claims"]


def test_data_as_json_keeps_plans_apart(client: FlaskClient) -> None:
    """Facts, prospects, names, and the address of the evidence."""
    said = json.loads(client.get(f"/data/{FIRM}.json?lang=en").text)
    assert (said["label"], said["names"]) == (HEGUANG.name, ["和光科技"])
    assert said["types"][0]["label"] == "Company"
    facts = {(s["relation"]["label"], s["object"]["label"]) for s in said["facts"] if "object" in s}
    assert ("relocated to", PARK.name) in facts
    assert [s["relation"]["label"] for s in said["prospects"] if "object" in s] == ["introduced"]
    assert client.get(said["evidence"]).status_code == 200


def test_a_claim_and_a_document_can_be_looked_up_too(client: FlaskClient, document: str) -> None:
    """Claims as data; a document has a page of its own, and its text is left to that."""
    claim = json.loads(client.get("/evidence?subject=" + quote("和光科技")).text)["claims"][0]["id"]
    found = client.get(f"/data/{claim.removeprefix(BASE)}.nt")
    assert "#evidence> <" in found.text
    answer = client.get(f"/id/document/{document}", headers=HTML)
    assert (answer.status_code, answer.location) == (303, f"/documents/{document}")
    assert "schema.org/text" not in client.get(f"/data/document/{document}.nt").text


def test_the_page_is_in_the_language_asked_for(client: FlaskClient) -> None:
    """Names, kind, facts with their sentences, plans apart, data to download."""
    page = client.get(f"/page/{FIRM}?lang=en", headers=HTML)
    assert page.mimetype == "text/html"
    for words in (
        HEGUANG.name,
        "Also called",
        "Company",
        "relocated to",
        "Plans, targets",
        f"/data/{FIRM}.ttl",
    ):
        assert words in page.text
    assert "又名" in client.get(f"/page/{FIRM}?lang=zh").text


def test_links_to_sentences_lead_to_answers(client: FlaskClient) -> None:
    """Each has rows."""
    page = client.get(f"/page/{FIRM}?lang=en", headers=HTML).text
    links = [part.partition('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]
    sentences = [link for link in links if link.startswith("/queries/evidence") and "predicate" in link]
    assert len(sentences) > 3
    for link in sentences:
        assert json.loads(client.get(link + "&format=json").text)["rows"], link


def test_nothing_from_a_text_becomes_markup(client: FlaskClient, store: GraphStore) -> None:
    """A name with angle brackets is shown as it is."""
    draft = Draft()
    odd = Entity("<script>园</script>", "Park")
    put(store, draft.claim(HEGUANG, "locatedIn", odd, draft.sentence("在园内。")).reading())
    page = client.get("/page/" + odd.iri(BASE).removeprefix(BASE), headers=HTML)
    assert page.status_code == 200
    assert "<script>园" not in page.text


def test_a_thing_that_was_merged_leads_to_what_replaced_it(
    client: FlaskClient, store: GraphStore, tmp_path: Path
) -> None:
    """301 in every form, over a chain of two, and back to 303 when it is undone."""
    draft = Draft()
    third = Entity("临江和光有限公司", "Company")
    said = draft.sentence("两家公司在园内。")
    put(store, draft.claim(SAME, "locatedIn", PARK, said).claim(third, "locatedIn", PARK, said).reading())
    review = Review(store, Ledger(tmp_path / "reviews.jsonl"))
    review.merge(SAME.name, third.name)
    review.keep()
    last = review.merge(third.iri(BASE), HEGUANG.iri(BASE))
    review.keep()
    old = SAME.iri(BASE).removeprefix(BASE)
    for address, to in (
        (f"/id/{old}?lang=en", f"/id/{FIRM}?lang=en"), (f"/page/{old}", f"/page/{FIRM}"),
        (f"/data/{old}.json", f"/data/{FIRM}.json"),
    ):  # fmt: skip
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (301, to)
    assert json.loads(client.get(f"/data/{FIRM}.json").text)["replaces"] == [third.iri(BASE)]
    review.undo(last.id)
    review.keep()
    assert client.get(f"/id/{old}").location == "/id/" + third.iri(BASE).removeprefix(BASE)
    assert client.get("/id/" + third.iri(BASE).removeprefix(BASE)).status_code == 303


@pytest.mark.parametrize("stored", ["浙江", quote("浙江"), "a%2Fb", "dots.in.it"])
def test_an_iri_is_taken_as_it_was_sent(client: FlaskClient, store: GraphStore, stored: str) -> None:
    """A name and its percent-encoded form are two IRIs to the graph; the one that is there is found."""
    node = ox.NamedNode(BASE + "place/" + stored)
    store.restate(BASE + "graph/more", [ox.Quad(node, TYPE, zg("Place"), ox.NamedNode(BASE + "graph/more"))])
    store.commit()
    sent = {quote(stored, safe="%"), stored if stored.isascii() else quote(stored)}
    for name in sent:
        answer = client.get(f"/id/place/{name}")
        assert answer.status_code == 303
        assert str(node) in client.get(answer.location.replace(".ttl", ".nt")).text.replace(
            "\\u6D59\\u6C5F", "浙江"
        )


def test_answers_are_tagged(client: FlaskClient) -> None:
    """A second request costs nothing."""
    first = client.get(f"/data/{FIRM}.ttl")
    again = client.get(f"/data/{FIRM}.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
