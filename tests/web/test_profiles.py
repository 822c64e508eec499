"""Pages of things: figures, events in time, what points to them; links, names, schema.org."""

import json
import re
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph_service.formats import RDF_FORMATS
from graph_service.graph.around import COUNTED
from graph_service.graph.documents import claims_about
from graph_service.graph.profile import PAGE, ROWS, profile, relation_page
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import TYPE, zg
from graph_service.reading.claims import Date, Entity
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, Draft, money, put
from tests.web.conftest import HTML

FIRM, PLACE = (thing.iri(BASE).removeprefix(BASE) for thing in (HEGUANG, PARK))
SCHEMA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def dated(store: GraphStore) -> None:
    """The firm has figures, and events of two years told in the wrong order."""
    draft = Draft(title="大事记")
    late = draft.sentence("2022年5月，和光科技投产。")
    draft.claim(HEGUANG, "openedIn", Date("2022-05", "2022年5月"), late)
    early = draft.sentence("2019年，和光科技成立。")
    draft.claim(HEGUANG, "foundedIn", Date("2019", "2019年"), early)
    sales = draft.sentence("销售额超过3亿元。")
    draft.claim(HEGUANG, "annualSales", money(3e8, "超过3亿元", bound=">", min=3e8), sales)
    put(store, draft.reading())


@pytest.mark.usefixtures("dated")
def test_figures_stand_with_their_words_and_their_evidence(client: FlaskClient) -> None:
    """Value, bound, unit, the words of the text, and a link that has the sentence."""
    page = client.get(f"/page/{FIRM}?lang=en", headers=HTML).text
    table = page.partition('id="figures"')[2].partition("</table>")[0]
    for words in ("annual sales", "300,000,000 CNY", "&gt;", "超过3亿元"):
        assert words in table
    link = re.findall(r'href="(/queries/evidence[^"]+)"', table)[0].replace("&amp;", "&")
    assert "销售额超过3亿元。" in client.get(link + "&format=json").text


@pytest.mark.usefixtures("dated")
def test_events_stand_in_order_of_time(client: FlaskClient) -> None:
    """The undated ones last; a month is a month and a year a year."""
    page = client.get(f"/page/{FIRM}?lang=en", headers=HTML).text
    line = page.partition('class="timeline"')[2].partition("</ol>")[0]
    times = re.findall(r'class="when">(?:<time[^>]*>)?([^<]*)', line)
    assert times[:2] == ["2019", "2022-05"]
    assert set(times[2:]) == {"not dated"}


def test_what_points_to_a_thing_is_counted_and_has_pages(client: FlaskClient, store: GraphStore) -> None:
    """Twenty on its page, a hundred on each of those of the relation, every one of them once."""
    many = [Entity(f"第{n}号有限公司", "Company") for n in range(PAGE + 30)]
    draft = Draft(title="名单")
    for firm in many:
        draft.claim(firm, "locatedIn", PARK, draft.sentence(f"{firm.name}位于园区。"))
    put(store, draft.reading())
    page = client.get(f"/page/{PLACE}", headers=HTML).text
    known = profile(store.snapshot(), PARK.iri(BASE), "zh")
    (group,) = (g for g in known.incoming if g.name == "locatedIn")
    assert (len(group.rows), group.more, group.count >= len(many)) == (ROWS, False, True)
    assert f'href="/page/{PLACE}?incoming=locatedIn"' in page
    seen: list[str] = []
    address: str | None = f"/page/{PLACE}?incoming=locatedIn"
    while address:
        text = client.get(address, headers=HTML).text
        seen += re.findall(r'<li><a href="/page/([^"]+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == group.count
    assert {firm.iri(BASE).removeprefix(BASE) for firm in many} <= set(seen)


def test_a_hub_is_read_only_so_far(store: GraphStore) -> None:
    """All are counted, and all pages of the relation lead through, each fact once."""
    place = ox.NamedNode(PARK.iri(BASE))
    quads = [ox.Quad(ox.NamedNode(f"{BASE}company/x{n}"), zg("locatedIn"), place) for n in range(1500)]
    store.write(lambda writing: writing.add(quads))
    snapshot = store.snapshot()
    held = {q.subject.value for q in snapshot.quads(None, zg("locatedIn"), place, ox.DefaultGraph())}  # type: ignore[union-attr]
    (group,) = (g for g in profile(snapshot, place.value, "en").incoming if g.name == "locatedIn")
    assert (group.count, group.more, len(group.rows)) == (len(held), False, ROWS)
    seen: list[str] = []
    for number in range(1, -(-len(held) // PAGE) + 1):
        page, more = relation_page(snapshot, place.value, "en", "locatedIn", number, inverse=True)
        assert page.count == len(seen) + len(page.rows)
        seen += [row.end["iri"] for row in page.rows]
    assert not more
    assert (len(seen), set(seen)) == (len(held), held)
    assert [row.end["iri"] for row in group.rows] == seen[:ROWS]


def test_counting_stops_at_a_hundred_thousand(store: GraphStore) -> None:
    """And says so: a page never waits for the count of millions."""
    place = ox.NamedNode(PARK.iri(BASE))
    quads = [ox.Quad(ox.NamedNode(f"{BASE}company/y{n}"), zg("locatedIn"), place) for n in range(COUNTED + 1)]
    store.write(lambda writing: writing.add(quads))
    (group,) = (g for g in profile(store.snapshot(), place.value, "en").incoming if g.name == "locatedIn")
    assert (group.count, group.more) == (COUNTED, True)


def test_each_fact_has_the_number_of_its_sentences(client: FlaskClient, store: GraphStore) -> None:
    """What the link then shows: of facts said in several documents, of plans, and of what rules derived."""
    for title in ("又一篇", "再一篇"):
        draft = Draft(title=title)
        draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(f"{title}：和光科技在园区。"))
        put(store, draft.reading())
    snapshot, counts = store.snapshot(), set()
    for iri in {q.subject.value for q in snapshot.quads(None, TYPE, None, None)}:  # type: ignore[union-attr]
        if any(f"/{kind}/" in iri for kind in ("company", "park", "zone", "laboratory")):
            said = profile(snapshot, iri, "zh")
            for row in (row for g in (*said.facts, *said.incoming, *said.prospects) for row in g.rows):
                ends = {key: ox.NamedNode(value) for key, value in row.ground.items()}
                if isinstance(row.end, dict):
                    claims = claims_about(snapshot, **ends)
                    assert row.sentences == len(
                        {tuple(s.values()) for c in claims for s in c["sentences"]}
                    ), row
                    counts.add(row.sentences)
    assert {1, 2} <= counts
    assert ">2 句</a>" in client.get(f"/page/{FIRM}?lang=zh", headers=HTML).text


def test_sentences_of_a_hub_are_counted_from_the_other_end(store: GraphStore) -> None:
    """However many claims a place has, a fact about it has the number of its own."""
    draft = Draft(title="入驻名单")
    for n in range(250):
        firm = Entity(f"第{n}号光电科技有限公司", "Company")
        draft.claim(firm, "locatedIn", PARK, draft.sentence(f"第{n}号公司位于园区。"))
        if n == 7:
            draft.claim(firm, "memberOf", LINJIANG, draft.sentence("第7号公司也属于临江。"))
    put(store, draft.reading())
    (group,) = (g for g in profile(store.snapshot(), PARK.iri(BASE), "zh").incoming if g.name == "locatedIn")
    assert {row.sentences for row in group.rows} == {1}


def test_prospects_of_a_relation_have_pages_too(client: FlaskClient, store: GraphStore) -> None:
    """Apart from the facts of the same relation."""
    draft = Draft(title="拟入驻名单")
    firms = [Entity(f"待迁{n}号电子有限公司", "Company") for n in range(PAGE + 30)]
    for firm in firms:
        draft.claim(firm, "locatedIn", PARK, draft.sentence(f"{firm.name}拟落户园区。"), modality="planned")
    put(store, draft.reading())
    page = client.get(f"/page/{PLACE}", headers=HTML).text
    (address,) = re.findall(r'href="([^"]+prospects=1[^"]*incoming=locatedIn)"', page)
    seen: list[str] = []
    while address:
        text = client.get(address.replace("&amp;", "&"), headers=HTML).text
        seen += re.findall(r'<li><a href="/page/([^"]+)"', text)
        address = next(iter(re.findall(r'rel="next" href="([^"]+)"', text)), "")
    assert len(seen) == len(set(seen))
    assert {firm.iri(BASE).removeprefix(BASE) for firm in firms} <= set(seen)
    facts = client.get(f"/page/{PLACE}?incoming=locatedIn", headers=HTML).text
    assert firms[0].name not in facts


@pytest.mark.parametrize("query", ["incoming=locatedIn&page=9", "incoming=nothing", "outgoing=makes&page=0"])
def test_pages_that_are_not_there_are_404(client: FlaskClient, query: str) -> None:
    """With a cure."""
    assert client.get(f"/page/{PLACE}?{query}", headers=HTML).status_code == 404


@pytest.mark.parametrize("name", [HEGUANG.name, "和光科技", "「和光科技」"])
def test_a_name_leads_to_the_iri(client: FlaskClient, name: str) -> None:
    """Full name and alias, as a parameter and in the place of the slug, percent-encoded."""
    for address in (f"/id?name={quote(name)}", f"/id/company/{quote(name)}", f"/id/thing/{quote(name)}"):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (303, f"/id/{FIRM}"), address


def test_a_name_of_several_things_is_a_choice(client: FlaskClient, store: GraphStore) -> None:
    """300 with all of them; the kind decides."""
    twin = Entity("和光科技", "Laboratory")
    draft = Draft()
    put(store, draft.claim(twin, "locatedIn", LINJIANG, draft.sentence("和光科技实验室在临江。")).reading())
    answer = client.get("/id?name=" + quote("和光科技"))
    assert (answer.status_code, len(json.loads(answer.text)["choices"])) == (300, 2)
    assert client.get(f"/id?type=Company&name={quote('和光科技')}").location == f"/id/{FIRM}"
    assert client.get("/id/laboratory/" + quote("和光科技")).location == "/id/" + twin.iri(BASE).removeprefix(
        BASE
    )


def test_a_name_that_nothing_has_is_404(client: FlaskClient) -> None:
    """And no name at all 400, an unknown kind too."""
    assert client.get("/id?name=" + quote("无此企业")).status_code == 404
    assert client.get("/id/company/" + quote("无此企业")).status_code == 404
    assert client.get("/id").status_code == 400
    assert client.get("/id?name=x&type=Nothing").status_code == 400


def test_pages_and_data_say_in_ascii_where_the_rest_is(client: FlaskClient, store: GraphStore) -> None:
    """`describes` the thing, `canonical` the page, `alternate` the other formats; each address answers."""
    node = ox.NamedNode(BASE + "place/浙江")
    store.write(lambda writing: writing.add([ox.Quad(node, TYPE, zg("Place"))]))
    for thing in (FIRM, "place/" + quote("浙江")):
        for address in (f"/page/{thing}", f"/data/{thing}.ttl"):
            link = client.get(address, headers=HTML).headers["Link"]
            assert link.isascii()
            assert unquote(BASE + thing) in unquote(link)
            assert 'rel="describes"' in link
            others = re.findall(r'<(/[^>]+)>; rel="(?:alternate|canonical)"', link)
            assert len(others) >= 5
            assert {client.get(other).status_code for other in others} == {200}
    assert 'rel="canonical"' in client.get(f"/page/{FIRM}", headers=HTML).headers["Link"]


def test_a_page_carries_the_thing_in_words_of_schema_org(client: FlaskClient) -> None:
    """As data that no browser runs; the same by profile."""
    (embedded,) = SCHEMA.findall(client.get(f"/page/{FIRM}", headers=HTML).text)
    said = json.loads(embedded)
    assert (said["@context"], said["@id"], said["name"]) == (
        "https://schema.org",
        HEGUANG.iri(BASE),
        HEGUANG.name,
    )
    assert said["@type"] == "Organization"
    assert said["alternateName"] == ["和光科技"]
    by_profile = client.get(f"/data/{FIRM}.jsonld?profile=https://schema.org/")
    assert by_profile.mimetype == "application/ld+json"
    assert json.loads(by_profile.text) == said


def test_a_name_cannot_end_the_embedded_data(client: FlaskClient, store: GraphStore) -> None:
    """Markup in a name stays text."""
    odd = Entity("</script><script>alert(1)</script>园", "Park")
    draft = Draft()
    put(store, draft.claim(HEGUANG, "locatedIn", odd, draft.sentence("在园内。")).reading())
    page = client.get("/page/" + odd.iri(BASE).removeprefix(BASE), headers=HTML).text
    assert page.count("<script") == page.count("</script>") == 1
    assert json.loads(SCHEMA.findall(page)[0])["name"] == odd.name


# ---- Formats and profiles ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld", "json", "html"])
@pytest.mark.parametrize("way", ["{}.{}", "{}?format={}"])
def test_a_suffix_or_a_parameter_chooses_the_format(client: FlaskClient, way: str, name: str) -> None:
    """It goes before `Accept`, on the IRI of a thing and on its name."""
    iri = client.get("/id?name=和光科技").headers["Location"]
    to = iri.replace("/id/", "/page/") if name == "html" else iri.replace("/id/", "/data/") + f".{name}"
    assert client.get(way.format(iri, name), headers={"Accept": "text/html"}).headers["Location"] == to
    by_name = client.get(way.format("/id/company/和光科技", name), follow_redirects=True)
    assert by_name.request.path == to
    assert by_name.status_code == 200


def test_a_format_that_is_none_is_an_error(client: FlaskClient) -> None:
    """It is not silently another one."""
    iri = client.get("/id?name=和光科技").headers["Location"]
    assert client.get(f"{iri}?format=xyz").status_code == 400


@pytest.mark.parametrize(
    "address", ["/page/company/和光科技", "/data/company/和光科技.ttl", "/id/company/和光科技.ttl"]
)
def test_names_lead_on_at_every_address(client: FlaskClient, address: str) -> None:
    """Chinese as it is typed, where an IRI would stand."""
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.headers["Location"].isascii()
    assert client.get(address, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
@pytest.mark.parametrize(
    "asked",
    [{"Accept-Profile": "<https://schema.org/>"}, {"Accept": '{};profile="https://schema.org/"'}, None],
)
def test_words_of_schema_org_can_be_asked_for(
    client: FlaskClient, name: str, asked: dict[str, str] | None
) -> None:
    """By parameter, by Accept-Profile, or by a parameter of Accept, in every format of RDF; the answer says so."""
    format_ = RDF_FORMATS[name]
    iri = client.get("/id?name=和光科技").headers["Location"]
    headers = {k: v.format(format_.media_type) for k, v in (asked or {}).items()}
    address = (
        iri
        if "Accept" in headers
        else f"{iri}.{name}"
        if asked
        else f"{iri}.{name}?profile=https://schema.org/"
    )
    answer = client.get(address, headers=headers, follow_redirects=True)
    assert answer.mimetype == format_.media_type
    assert '<https://schema.org/>; rel="profile"' in answer.headers["Link"]
    said = answer.data.replace(b'"https://schema.org"', b'{"@vocab": "https://schema.org/"}')
    quads = list(ox.parse(said, format=format_.rdf))
    assert {q.predicate.value for q in quads} > {"https://schema.org/name"}
    assert not [q for q in quads if "zonegraph/ont" in q.predicate.value]


def test_our_words_are_the_rule_and_a_profile_that_is_none_an_error(client: FlaskClient) -> None:
    """Without a wish data are in our ontology, and lead to the other form."""
    data = client.get("/id?name=和光科技").headers["Location"].replace("/id/", "/data/")
    answer = client.get(f"{data}.jsonld")
    assert '<https://w3id.org/zonegraph/ont>; rel="profile"' in answer.headers["Link"]
    assert f'<{data}.jsonld?profile=https://schema.org/>; rel="alternate"' in answer.headers["Link"]
    assert client.get(f"{data}.jsonld?profile=https://example.org/").status_code == 400
