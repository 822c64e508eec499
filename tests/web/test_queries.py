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


def test_pages_of_an_answer_lead_on_within_one_state(client: FlaskClient, store: GraphStore) -> None:
    """The parts put together are the whole, in every form, and a write in between changes nothing."""
    whole = json.loads(client.get("/queries/relocations").text)["rows"]
    address, parts = "/queries/relocations?limit=1", []
    while address:
        answer = client.get(address)
        parts += json.loads(answer.text)["rows"]
        link = answer.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0] if 'rel="next"' in link else ""
        if len(parts) == 1:
            assert f"snapshot={store.snapshot().id}" in address
            draft = Draft(title="迁")
            draft.claim(
                Entity("临江光学有限公司", "Company"), "relocatedTo", LINJIANG, draft.sentence("它迁到临江。")
            )
            store.put(map_reading(draft.reading(), BASE))
            store.commit()
    assert parts == whole
    assert len(whole) == 3


@pytest.mark.parametrize("how", ["csv", "tsv", "html", "srj", "srx"])
def test_every_form_has_pages(client: FlaskClient, how: str) -> None:
    """The last page has no next one."""
    first = client.get(f"/queries/relocations?format={how}&limit=2")
    assert "offset=2" in (first.text if how == "html" else first.headers["Link"])
    last = client.get(f"/queries/relocations?format={how}&limit=2&offset=2")
    assert 'rel="next"' not in last.headers.get("Link", "") + last.text


@pytest.mark.parametrize("what", ["limit=0", "limit=x", "limit=99999999", "offset=-1", "limit=１"])
def test_a_page_that_cannot_be_says_what_can(client: FlaskClient, what: str) -> None:
    assert client.get(f"/queries/relocations?{what}").status_code == 400
    assert client.get(f"/queries/relocations?{what}", headers=HTML).status_code == 400


@pytest.mark.parametrize(
    ("how", "media_type", "says"),
    [
        ("ttl", "text/turtle", "zg:relocatedTo"), ("nt", "application/n-triples", "relocatedTo"),
        ("jsonld", "application/ld+json", "relocatedTo"), ("rdf", "application/rdf+xml", "relocatedTo"),
        ("json", "application/json", "迁至"), ("csv", "text/csv", "迁至"), ("html", "text/html", "迁至"),
    ],
)  # fmt: skip
def test_a_query_that_makes_a_graph_gives_it_as_rdf_and_as_a_table(
    client: FlaskClient, how: str, media_type: str, says: str
) -> None:
    answer = client.get(f"/queries/statements?entity={quote('和光科技')}&format={how}")
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert says in answer.text


def test_ways_and_what_they_keep_clear_of_are_in_every_form(client: FlaskClient) -> None:
    address = f"/queries/paths?from={quote('和光科技')}&to={quote('临江市')}"
    said = json.loads(client.get(address).text)
    assert said["leftOut"] == []
    assert said["rows"][0]["path"][0]["label"] == "临江和光科技有限公司"
    assert "←" in client.get(address, headers=HTML).text
    assert json.loads(client.get(address + "&format=srj").text)["head"]["vars"] == ["path", "length"]
    assert client.get(address + "&length=9").status_code == 400


def test_a_chart_is_drawn_where_one_suits(client: FlaskClient, store: GraphStore) -> None:
    """Moves by origin: a group counts by its size, a firm as one; who sees no picture hears the figures."""
    assert "<svg" not in client.get("/queries/relocations", headers=HTML).text
    draft = Draft(title="又迁")
    says = draft.sentence("三家企业从北城市迁到临江。")
    firms = Entity("三家企业", "CompanyGroup", size=3, local="chart-1-1")
    draft.claim(firms, "relocatedFrom", Entity("北城市", "AdministrativeArea"), says)
    draft.claim(firms, "relocatedTo", LINJIANG, says)
    store.put(map_reading(draft.reading(), BASE))
    store.commit()
    page = client.get("/queries/relocations", headers=HTML).text
    assert "北城市 3; 南山市 1" in page
    assert page.count("<rect ") == 2
