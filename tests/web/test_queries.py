"""`/queries`: named queries over HTTP."""

import csv
import io
import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Entity
from tests.graph.factory import BASE, LINJIANG, Draft
from tests.web.conftest import HTML

SUPPLIERS = "/queries/co-relocated-suppliers?company=" + quote("和光科技")


def test_the_list_says_how_to_ask_each_query(client: FlaskClient) -> None:
    """Each has a title, parameters with examples, columns and its SPARQL."""
    listed = {q["name"]: q for q in json.loads(client.get("/queries?lang=en").text)["queries"]}
    assert {"co-relocated-suppliers", "relocations", "referrals", "tenants", "figures", "evidence"} <= set(
        listed
    )
    assert listed["figures"]["parameters"][0]["required"]
    assert listed["figures"]["title"] == "Figures"
    assert "SELECT" in listed["figures"]["sparql"]


def test_a_query_answers_in_the_form_of_the_contracts(client: FlaskClient, store: GraphStore) -> None:
    """Name, parameters, labelled columns, rows of columns and the snapshot."""
    said = json.loads(client.get(SUPPLIERS + "&format=json").text)
    assert (said["query"], said["parameters"]) == ("co-relocated-suppliers", {"company": "和光科技"})
    assert said["columns"][1] == {"name": "supplier", "label": "供应商"}
    assert said["snapshot"] == store.snapshot().id
    first, second = said["rows"]
    assert (first["size"], first["modality"], first["destination"]["label"]) == (2, "actual", "临江市")
    assert (second["size"], second["modality"], second["introducedBy"]["label"]) == (
        2,
        "possible",
        "临江和光科技有限公司",
    )
    assert "可能" in second["sentence"]


@pytest.mark.parametrize(
    ("how", "media_type"),
    [
        ("format=csv", "text/csv"), ("format=tsv", "text/tab-separated-values"), ("format=html", "text/html"),
        ("format=srj", "application/sparql-results+json"), ("format=srx", "application/sparql-results+xml"),
    ],
)  # fmt: skip
def test_every_format_has_a_name(client: FlaskClient, how: str, media_type: str) -> None:
    """`?format=` goes before `Accept`."""
    answer = client.get(f"{SUPPLIERS}&{how}", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_csv_has_a_line_for_each_row(client: FlaskClient) -> None:
    """Entities stand by their names."""
    rows = list(csv.DictReader(io.StringIO(client.get(SUPPLIERS, headers={"Accept": "text/csv"}).text)))
    assert [(row["company"], row["destination"]) for row in rows] == [("临江和光科技有限公司", "临江市")] * 2


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/queries/nonsense", 404, "co-relocated-suppliers"),
        ("/queries/figures", 400, "entity"),
        ("/queries/figures?entity=", 400, "entity"),
        ("/queries/figures?entity=x&entty=y", 400, "entty"),
        ("/queries/figures?entity=" + quote("和光电子"), 404, "和光科技"),
        ("/queries/figures?entity=http://example.org/nothing", 404, "nothing"),
        ("/queries/figures?entity=http://exa%20mple/", 400, "IRI"),
        ("/queries/relocations?modality=nonsense", 400, "possible"),
        ("/queries/relocations?format=nonsense", 400, "csv"),
        ("/evidence", 400, "subject"),
    ],
)
def test_a_fault_says_what_would_be_right(client: FlaskClient, address: str, status: int, says: str) -> None:
    """Unknown names come with near ones, unknown values with those that are known."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert says in answer.text


def test_the_form_stays_beside_its_fault(client: FlaskClient) -> None:
    """The page keeps what was typed and offers near names."""
    page = client.get("/queries/figures?entity=" + quote("镜湖产业"), headers=HTML)
    assert page.status_code == 404
    assert 'value="镜湖产业"' in page.text
    assert quote("镜湖产业园") in page.text


def test_a_name_of_two_things_is_a_choice(client: FlaskClient, store: GraphStore) -> None:
    """300 lists the things; the page links to each."""
    for name in ("临江光学有限公司", "南山光学有限公司"):
        draft = Draft(title=name)
        draft.claim(
            Entity(name, "Company", names=("光学",)), "locatedIn", LINJIANG, draft.sentence(f"{name}在临江。")
        )
        store.put(map_reading(draft.reading(), BASE))
    store.commit()
    address = "/queries/co-relocated-suppliers?company=" + quote("光学")
    said = client.get(address)
    assert said.status_code == 300
    assert len(json.loads(said.text)["choices"]) == 2
    page = client.get(address, headers=HTML)
    assert page.status_code == 300
    assert page.text.count("company=https%3A%2F%2F") == 2


def test_an_iri_is_as_good_as_a_name(client: FlaskClient) -> None:
    """The IRI of the answer asks the same again."""
    rows = json.loads(client.get(SUPPLIERS).text)["rows"]
    again = client.get("/queries/co-relocated-suppliers?company=" + quote(rows[0]["company"]["iri"]))
    assert json.loads(again.text)["rows"] == rows


def test_evidence_gives_claims_with_all_their_sentences(client: FlaskClient) -> None:
    """The claim, who says so, the rule, and where."""
    said = json.loads(client.get("/evidence?subject=" + quote("和光科技") + "&predicate=relocatedTo").text)[
        "claims"
    ]
    assert len(said) == 1
    assert said[0]["predicate"].endswith("#relocatedTo")
    assert (said[0]["modality"], said[0]["rule"]) == ("actual", "test.relocatedTo")
    assert said[0]["sentences"][0]["start"] == 0


def test_a_query_keeps_its_tag_until_the_graph_changes(client: FlaskClient, store: GraphStore) -> None:
    """304 before the change, an answer with another tag after."""
    tag = client.get(SUPPLIERS).headers["ETag"]
    assert client.get(SUPPLIERS, headers={"If-None-Match": tag}).status_code == 304
    draft = Draft(title="另一篇")
    store.put(map_reading(draft.claim(LINJIANG, "alias", LINJIANG, draft.sentence("临江。")).reading(), BASE))
    store.commit()
    assert client.get(SUPPLIERS, headers={"If-None-Match": tag}).status_code == 200


def test_evidence_stands_in_its_paragraph_and_can_be_cited(client: FlaskClient) -> None:
    """Each sentence has title, date, paragraph, the stretches of it that say so, and words to cite it by."""
    said = json.loads(client.get("/evidence?subject=和光科技&predicate=relocatedTo&lang=en").text)
    (claim,) = said["claims"]
    (sentence,) = claim["sentences"]
    (span,) = sentence["spans"]
    assert sentence["paragraph"][span["start"] : span["end"]] == sentence["text"]
    assert (sentence["paragraphStart"], sentence["modality"]) == (sentence["start"], "actual")
    assert (sentence["title"], sentence["published"]) == ("一篇报道", "2023-06")
    assert sentence["citation"].startswith(f"“{sentence['text']}” — 一篇报道, 2023-06, characters ")
    assert sentence["document"] in sentence["citation"]


def test_evidence_that_a_break_of_lines_parts_has_a_paragraph_for_each_piece(
    client: FlaskClient, store: GraphStore
) -> None:
    """A claim with two sentences in one line has both as spans, one in another line has its own."""
    draft = Draft(title="三句")
    draft.text = "前文。"
    first = draft.sentence("远星传感在临江市。")
    second = draft.sentence("它在临江市。")
    draft.claim(Entity("远星传感有限公司", "Company"), "locatedIn", LINJIANG, first, second)
    store.put(map_reading(draft.reading(), BASE))
    store.commit()
    (claim,) = json.loads(client.get("/evidence?subject=远星传感有限公司&predicate=locatedIn").text)["claims"]
    assert [s["paragraph"] for s in claim["sentences"]] == ["前文。远星传感在临江市。", "它在临江市。"]
    assert [s["spans"] for s in claim["sentences"]] == [[{"start": 3, "end": 12}], [{"start": 0, "end": 6}]]
