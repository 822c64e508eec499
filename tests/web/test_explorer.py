"""`/explorer/…`: what the explorer's page asks for."""

import html
import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from graph_service.graph import neighbours
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Entity
from tests.graph.factory import BASE, HEGUANG, LINJIANG, NANSHAN, PARK, Draft

SHENZHEN = Entity("深圳市", "AdministrativeArea", code="440300")
NANSHAN_DISTRICT = Entity("南山区", "AdministrativeArea", code="440305")
ZHUJI = Entity("诸暨市", "AdministrativeArea", code="330681")


def iri(client: FlaskClient, name: str) -> str:
    """Return the IRI of a thing of the story."""
    return BASE + client.get(f"/id?name={name}").headers["Location"].removeprefix("/id/")


def got(client: FlaskClient, path: str, **parameters: Any) -> Any:
    """Return an answer as JSON."""
    answer = client.get(f"/explorer/{path}", query_string={"lang": "en", **parameters})
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"]
    assert answer.headers["Snapshot"]
    return answer.json


def test_counts_are_of_each_relation_direction_and_class(client: FlaskClient) -> None:
    """A firm moved, referred some who moved and some who may; the park is one place, prospects are counted apart."""
    said = got(client, "counts", iri=iri(client, HEGUANG.name))
    assert (said["thing"]["label"], said["thing"]["type"], said["thing"]["typeLabel"]) == (
        HEGUANG.name, "Company", "Company",
    )  # fmt: skip
    assert said["thing"]["names"] == list(HEGUANG.names)
    groups = {(g["direction"], g["relation"]): g for g in said["groups"]}
    assert groups["out", "introduced"]["count"] == 2
    assert groups["out", "introduced"]["prospects"] == 1
    assert groups["out", "introduced"]["classes"] == [
        {"type": "CompanyGroup", "label": "Company group", "count": 2}
    ]
    assert groups["in", "upstreamOf"]["count"] == 1
    assert said["thing"]["degree"] == sum(g["count"] for g in said["groups"])


def test_neighbours_come_with_every_statement_between_them_and_the_thing(client: FlaskClient) -> None:
    """What is asked for by one relation is drawn with all the others too; each edge says how many documents make it."""
    firm = iri(client, HEGUANG.name)
    said = got(client, "neighbours", iri=firm, relation="introduced", direction="out")
    assert (said["total"], said["offset"], len(said["things"])) == (2, 0, 2)
    relations = {(r["relation"], r["modality"]): r for r in said["relations"]}
    assert set(relations) == {("introduced", "actual"), ("introduced", "possible"), ("upstreamOf", "actual")}
    assert relations["introduced", "actual"]["documents"] == 1
    assert {r["disagree"] for r in said["relations"]} == {False}


def test_pages_of_neighbours_meet_without_gap_or_overlap(client: FlaskClient) -> None:
    """As many pages as there are, each neighbour once."""
    firm = iri(client, HEGUANG.name)
    total = got(client, "neighbours", iri=firm)["total"]
    seen = [
        thing["iri"]
        for offset in range(total)
        for thing in got(client, "neighbours", iri=firm, offset=offset, limit=1)["things"]
    ]
    assert len(seen) == total
    assert set(seen) == {thing["iri"] for thing in got(client, "neighbours", iri=firm)["things"]}


def test_neighbours_are_narrowed_by_class_and_by_words_of_any_name(client: FlaskClient) -> None:
    """Aliases count, and the case of letters does not."""
    firm = iri(client, HEGUANG.name)
    parks = got(client, "neighbours", iri=firm, type="Park")
    assert [thing["label"] for thing in parks["things"]] == [PARK.name]
    by_alias = got(client, "neighbours", iri=firm, q="镜湖产业园")
    assert [thing["label"] for thing in by_alias["things"]] == [PARK.name]
    assert got(client, "neighbours", iri=firm, q="没有这个名字")["total"] == 0


def test_large_relations_are_paged_in_the_order_of_the_index(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Totals stay exact, pages still meet, classes are counted once a relation is asked for by name."""
    monkeypatch.setattr(neighbours, "MOST_SORTED", 1)
    monkeypatch.setattr(neighbours, "MOST_CLASSED", 1)
    firm = iri(client, HEGUANG.name)
    groups = {(g["direction"], g["relation"]): g for g in got(client, "counts", iri=firm)["groups"]}
    assert (groups["out", "introduced"]["classes"], groups["out", "introduced"]["count"]) == (None, 2)
    one = got(client, "counts", iri=firm, relation="introduced", direction="out")["groups"]
    assert one[0]["classes"][0]["count"] == 2
    pages = [
        got(client, "neighbours", iri=firm, relation="introduced", offset=n, limit=1, **narrow)
        for narrow in ({}, {"type": "CompanyGroup"})
        for n in range(2)
    ]
    assert {page["total"] for page in pages} == {2}
    assert len({page["things"][0]["iri"] for page in pages}) == 2


def test_things_come_with_what_connects_them_and_their_events(client: FlaskClient) -> None:
    """Statements among them alone, events with who took part, and the IRIs that are not there."""
    firm, park = iri(client, HEGUANG.name), iri(client, PARK.name)
    said = got(client, "things", iri=[firm, park, BASE + "company/none-00000000"])
    assert [thing["iri"] for thing in said["things"]] == [firm, park]
    assert {(r["subject"], r["relation"], r["object"]) for r in said["relations"]} >= {
        (firm, "relocatedTo", park)
    }
    assert {end for r in said["relations"] for end in (r["subject"], r["object"])} == {firm, park}
    move = next(
        event for event in said["events"] if event["type"] == "Relocation" and park in event["things"]
    )
    assert (move["label"], set(move["things"])) == ("Relocation", {firm, park})
    assert said["missing"] == [BASE + "company/none-00000000"]


def test_moves_stand_where_their_places_are(client: FlaskClient, store: GraphStore) -> None:
    """A district stands in its city; places without a code around them stand nowhere."""
    draft = Draft(title="迁移")
    moved = draft.sentence("和光科技从深圳市南山区迁到诸暨市。")
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN_DISTRICT, moved).claim(HEGUANG, "relocatedTo", ZHUJI, moved)
    draft.claim(NANSHAN_DISTRICT, "locatedIn", SHENZHEN, moved)
    store.put(map_reading(draft.reading(), BASE))
    store.commit()
    said = got(client, "moves")
    places = {place["iri"]: place for place in said["places"]}
    (move,) = (m for m in said["moves"] if m["from"] and m["to"])
    assert (places[move["from"]]["code"], places[move["to"]]["label"]) == ("440305", ZHUJI.name)
    assert round(places[move["from"]]["lon"]), round(places[move["to"]]["lat"]) == (114, 30)
    assert (move["count"], move["modality"], move["things"][0]["label"]) == (1, "actual", HEGUANG.name)
    assert said["unplaced"] >= 1
    (arrival,) = got(client, "moves", modality="possible")["moves"]
    assert (arrival["from"], arrival["count"]) == (None, 1)


def test_the_start_has_questions_that_have_answers(client: FlaskClient) -> None:
    """Each is a named query with parameters, and gives rows."""
    said = got(client, "start")
    assert said["counts"] == {"documents": 1, "claims": 9, "things": 6}
    assert {"co-relocated-suppliers", "relocations"} <= {q["query"] for q in said["questions"]}
    for question in said["questions"]:
        rows = client.get(
            f"/queries/{question['query']}", query_string={"format": "json", **question["parameters"]}
        )
        assert rows.json["rows"], question  # type: ignore[index]
    assert HEGUANG.name in {thing["label"] for thing in said["things"]}


def test_terms_are_found_by_prefix_name_and_label(client: FlaskClient) -> None:
    """What begins so comes first."""
    assert got(client, "terms", prefix="zg:reloc")["terms"][0]["term"] == "zg:Relocation"
    assert "zg:Park" in {term["term"] for term in got(client, "terms", prefix="园区")["terms"]}
    assert {term["kind"] for term in got(client, "terms")["terms"]} == {
        "prefix", "class", "relation", "concept",
    }  # fmt: skip


def test_lint_says_where_a_query_is_wrong(client: FlaskClient) -> None:
    """By the engine that would run it, without running it."""

    def lint(query: str) -> Any:
        return client.post("/explorer/lint", data=query.encode(), content_type="text/plain").json

    assert lint("SELECT * { ?s ?p ?o }")["ok"]
    wrong = lint("SELECT *\n{ ?s ?p }")
    assert (wrong["ok"], wrong["line"]) == (False, 2)
    assert wrong["message"]
    assert wrong["cure"]
    assert not lint("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")["ok"]
    assert not lint("  ")["ok"]
    assert client.post("/explorer/lint", data="{}", content_type="application/json").status_code == 415


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("counts", {}, 400),
        ("counts", {"iri": BASE + "company/none-00000000"}, 404),
        ("counts", {"iri": "not an iri"}, 404),
        ("neighbours", {"iri": "", "relation": "nonsense"}, 404),
        ("things", {}, 400),
        ("things", {"iri": [f"{BASE}x/{n}" for n in range(301)]}, 400),
        ("moves", {"modality": "surely"}, 400),
    ],
)
def test_bad_requests_are_told_what_to_do(
    client: FlaskClient, path: str, parameters: dict[str, Any], status: int
) -> None:
    """Each with its cure."""
    answer = client.get(f"/explorer/{path}", query_string=parameters)
    assert answer.status_code == status
    assert answer.json["cure"]  # type: ignore[index]


@pytest.mark.parametrize(
    "wrong", [{"relation": "destination"}, {"direction": "up"}, {"type": "Event"}, {"limit": "501"}, {"offset": "-1"}]
)  # fmt: skip
def test_what_neighbours_cannot_be_narrowed_by_is_refused(client: FlaskClient, wrong: dict[str, str]) -> None:
    """With what they can be narrowed by."""
    answer = client.get("/explorer/neighbours", query_string={"iri": iri(client, LINJIANG.name), **wrong})
    assert answer.status_code == 400
    assert answer.json["cure"]  # type: ignore[index]


def test_a_thing_without_relations_has_none(client: FlaskClient) -> None:
    """Where the movers came from has one that came, nothing else."""
    said = got(client, "counts", iri=iri(client, NANSHAN.name))
    assert [(g["direction"], g["relation"]) for g in said["groups"]] == [("in", "relocatedFrom")]


def test_counts_can_be_counted_again(client: FlaskClient) -> None:
    """The query that comes with counts gives these very counts at the endpoint."""
    said = got(client, "counts", iri=iri(client, HEGUANG.name))
    rows = client.get(
        "/sparql",
        query_string={"query": said["sparql"]},
        headers={"Accept": "application/sparql-results+json"},
    ).json["results"]["bindings"]  # type: ignore[index]
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        way = "in" if row["inverse"]["value"] == "true" else "out"
        key = (way, row["relation"]["value"].rpartition("#")[2])
        counted[key] = counted.get(key, 0) + int(row["count"]["value"])
    assert counted == {(g["direction"], g["relation"]): g["count"] for g in said["groups"]}


def test_a_name_inside_a_group_is_found_in_pinyin_by_the_index(client: FlaskClient) -> None:
    """Once the index is there it is asked: it knows pinyin, and only neighbours are given."""
    firm = iri(client, HEGUANG.name)
    client.get("/search?q=jinghu")
    found = got(client, "neighbours", iri=firm, q="jinghu")
    assert [thing["label"] for thing in found["things"]] == [PARK.name]
    assert got(client, "neighbours", iri=firm, q="jinghu", type="Company")["total"] == 0


def test_things_and_relations_can_be_named_in_another_language_than_the_page(client: FlaskClient) -> None:
    """`data` chooses the names of kinds and relations, `lang` what the service says itself."""
    firm = iri(client, HEGUANG.name)
    said = got(client, "counts", iri=firm, lang="en", data="zh")
    assert said["thing"]["typeLabel"] == "企业"
    refused = client.get(f"/explorer/neighbours?iri={BASE}company/none&lang=en&data=zh")
    assert refused.json["title"] == "Not Found"  # type: ignore[index]


def test_a_place_stands_where_the_area_around_it_stands(client: FlaskClient, store: GraphStore) -> None:
    """A firm stands on the map where the city is that it is in; what nobody has heard of is left out."""
    draft = Draft(title="迁移")
    draft.claim(HEGUANG, "relocatedTo", SHENZHEN, draft.sentence("和光科技迁到深圳市。"))
    store.put(map_reading(draft.reading(), BASE))
    store.commit()
    city = iri(client, SHENZHEN.name)
    firm = iri(client, HEGUANG.name)
    said = got(client, "places", iri=[city, firm, BASE + "company/none-00000000"])
    assert said["areas"] == {city: city, firm: city}
    assert [(place["iri"], place["code"]) for place in said["places"]] == [(city, "440300")]


def test_questions_come_as_people_ask_them(client: FlaskClient) -> None:
    """Each named query has its questions by the parameter that they take."""
    asks = {query["name"]: query["asks"] for query in got(client, "forms", lang="zh")["queries"]}
    assert asks["co-relocated-suppliers"]["company"] == "跟{company}一起搬来的上游企业有哪些？"


def test_what_a_rule_concluded_has_the_sentence_it_was_concluded_from(client: FlaskClient) -> None:
    """The firm stands where it moved to; no document says so in a sentence of its own."""
    firm = iri(client, HEGUANG.name)
    derived = next(r for r in got(client, "neighbours", iri=firm)["relations"] if r["derived"])
    claims = client.get(
        "/evidence",
        query_string={
            "subject": derived["subject"], "object": derived["object"],
            "predicate": f"https://w3id.org/zonegraph/ont#{derived['relation']}",
        },
    ).json["claims"]  # type: ignore[index]  # fmt: skip
    assert claims[0]["derivedBy"] == derived["derived"]
    assert claims[0]["sentences"][0]["text"]


def test_the_start_page_follows_a_commit(client: FlaskClient, store: GraphStore) -> None:
    """What it counts is that of the newest state soon after a commit."""
    before = got(client, "start")["counts"]["documents"]
    draft = Draft(title="又一篇")
    draft.claim(HEGUANG, "relocatedTo", SHENZHEN, draft.sentence("和光科技迁到深圳市。"))
    store.put(map_reading(draft.reading(), BASE))
    store.commit()
    end = time.monotonic() + 20
    while (now := got(client, "start")["counts"]["documents"]) == before and time.monotonic() < end:
        pass
    assert now == before + 1


def test_an_answer_comes_with_its_graph_in_one_request(client: FlaskClient) -> None:
    """The things that the rows name, what ties them, and when the documents were published; of questions too."""
    given = {"company": HEGUANG.name, "format": "json", "lang": "zh"}
    path = "/queries/co-relocated-suppliers"
    plain = client.get(path, query_string=given).json
    said = client.get(path, query_string={**given, "with": "graph"}).json
    assert plain is not None
    assert said is not None
    graph = said.pop("graph")
    assert said == plain
    firm = iri(client, HEGUANG.name)
    assert firm in {thing["iri"] for thing in graph["things"]}
    assert "introduced" in {edge["relation"] for edge in graph["relations"] if edge["subject"] == firm}
    assert set(graph["dates"]) == {row["document"]["iri"] for row in said["rows"]}
    asked = client.get(f"/ask?q=跟{HEGUANG.name}一起搬来的上游企业有哪些？&format=json&with=graph").json
    assert asked is not None
    assert firm in {thing["iri"] for thing in asked["graph"]["things"]}
    assert client.get(path, query_string={**given, "with": "more"}).status_code == 400


def test_an_address_of_the_explorer_leads_to_its_answer_without_a_script(client: FlaskClient) -> None:
    """By a refresh for browsers without scripts, and by a link; the short form of IRIs is written out."""
    firm = iri(client, HEGUANG.name)
    short = firm.replace(BASE, "*")
    page = client.get("/", query_string={"query": "co-relocated-suppliers", "company": short, "lang": "zh"})
    if page.status_code == 200:
        found = html.unescape(page.text).partition("0; url=")[2].partition('"')[0]
    else:  # without the built script there is nothing else to show
        found = page.headers["Location"]
    answer = client.get(found, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert HEGUANG.name in answer.text
    assert "/ask?q=" in client.get("/?query=ask&q=谁").text
    assert "refresh" not in client.get("/?query=a/../b").text


@pytest.mark.parametrize(
    ("places", "disputed"),
    [
        (["深圳市", "苏州市"], True),  # different cities, in different documents
        (["深圳市", "南山区"], False),  # one lies in the other
        (["深圳市"], False),
        (["苏州市+深圳市", "深圳市"], False),  # a document that names both tells of two moves
    ],
)
def test_documents_that_name_different_origins_disagree(
    client: FlaskClient, store: GraphStore, places: list[str], disputed: bool
) -> None:
    """Where a firm came from is one place: documents that name others contradict each other."""
    known = {SHENZHEN.name: SHENZHEN, NANSHAN_DISTRICT.name: NANSHAN_DISTRICT}
    known |= {"苏州市": Entity("苏州市", "AdministrativeArea", code="320500")}
    mover = Entity("江南精密机械有限公司", "Company")
    for number, names in enumerate(places):
        draft = Draft(title=f"第{number}篇")
        for name in names.split("+"):
            said = draft.sentence(f"江南精密机械有限公司从{name}迁来。")
            draft.claim(mover, "relocatedFrom", known[name], said)
        draft.claim(NANSHAN_DISTRICT, "locatedIn", SHENZHEN, said)
        store.put(map_reading(draft.reading(), BASE))
    store.commit()
    found = got(client, "neighbours", iri=iri(client, mover.name), relation="relocatedFrom", direction="out")
    edges = [edge for edge in found["relations"] if edge["relation"] == "relocatedFrom"]
    assert edges
    assert {edge["disagree"] for edge in edges} == {disputed}


def test_a_relation_that_holds_one_way_is_disputed_where_it_is_stated_both_ways(
    client: FlaskClient, store: GraphStore
) -> None:
    """Of two firms each cannot have been merged into the other."""
    one, other = Entity("江南精密机械有限公司", "Company"), Entity("江北重型机械有限公司", "Company")
    for title, (first, second) in {"甲": (one, other), "乙": (other, one)}.items():
        draft = Draft(title=title)
        said = draft.sentence(f"{first.name}并入{second.name}。")
        store.put(map_reading(draft.claim(first, "mergedInto", second, said).reading(), BASE))
    store.commit()
    found = got(client, "neighbours", iri=iri(client, one.name), relation="mergedInto")
    assert [edge["disagree"] for edge in found["relations"]] == [True, True]
