"""The picture of a thing's neighbourhood on its page."""

import json
import re
import xml.etree.ElementTree as ET
import zlib
from base64 import urlsafe_b64decode
from itertools import pairwise
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph_service.graph.mapping import PREF_LABEL, map_reading
from graph_service.graph.profile import profile
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import zh
from graph_service.reading.claims import Entity
from graph_service.web.pictures import canvas, fit, picture
from tests.graph.factory import BASE, HEGUANG, NANSHAN, PARK, Draft
from tests.web.conftest import HTML

SVG = "{http://www.w3.org/2000/svg}"


def page(client: FlaskClient, name: str) -> str:
    """Return the page of a thing."""
    where = client.get(f"/id?name={quote(name)}").headers["Location"].replace("/id/", "/page/")
    return client.get(where, headers=HTML).text


def drawn(text: str) -> ET.Element:
    """Return the picture of a page, which is well-formed XML."""
    found = re.search(r"<svg.*?</svg>", text, re.DOTALL)
    assert found
    return ET.fromstring(found[0].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))


def test_the_picture_says_what_it_shows_and_leads_on(client: FlaskClient) -> None:
    """It has a title, words for those who do not see it, and a link for each neighbour."""
    svg = drawn(page(client, HEGUANG.name))
    named = {element.get("id"): element.text for element in svg}
    assert named[svg.get("aria-labelledby")] == f"{HEGUANG.name} and what it is related to"
    assert PARK.name in str(named[svg.get("aria-describedby")])
    links = svg.findall(f"{SVG}a")
    assert len(links) == len(svg.findall(f"{SVG}path"))
    for link in links:
        assert client.get(str(link.get("href")), headers=HTML).status_code == 200


def test_prospects_are_drawn_apart(client: FlaskClient) -> None:
    """Those that may come are dashed, and said not to have come yet."""
    svg = drawn(page(client, HEGUANG.name))
    apart = [link for link in svg.findall(f"{SVG}a") if "prospect" in str(link.get("class"))]
    assert len(apart) == 1
    assert any("not yet so" in str(text.text) for text in apart[0].iter(f"{SVG}text"))


def test_a_thing_with_many_neighbours_has_a_picture_that_can_be_read(store: GraphStore) -> None:
    """No two boxes touch, what is not drawn is counted, and the same facts give the same picture."""
    draft = Draft(title="许多企业")
    said = draft.sentence("许多企业位于南山市。")
    for number in range(30):
        firm = Entity(f"第{number}号光电传感与新材料科技发展股份有限公司", "Company")
        draft.claim(firm, "locatedIn", NANSHAN, said)
    store.put(map_reading(draft.reading(), BASE))
    snapshot = store.commit()
    named = snapshot.quads(None, PREF_LABEL, zh(NANSHAN.name), None)
    iri = next(str(getattr(quad.subject, "value", "")) for quad in named)
    made, again = (picture(profile(snapshot, iri, "zh"), BASE) for _ in range(2))
    assert made is not None
    assert made == again
    for left in (True, False):
        side = sorted(box.y for box in made.boxes if (box.x == 0) == left)
        assert all(lower - upper >= made.high for upper, lower in pairwise(side))
    assert len(made.boxes) + made.more == 31
    assert all(
        box.short != box.name and box.short.endswith("有限公司") for box in made.boxes if "号" in box.name
    )


@pytest.mark.parametrize(
    ("name", "letters", "shown"),
    [("诸暨市", 30, "诸暨市"), ("Hangzhou Bay", 12, "Hangzhou Bay"), ("Hangzhou Bay", 11, "Hang…u Bay")],
)
def test_names_fit_their_boxes(name: str, letters: int, shown: str) -> None:
    """Chinese characters are twice as wide as Latin letters."""
    assert fit(name, letters) == shown


def test_the_page_leads_to_the_same_picture_on_the_canvas(client: FlaskClient, store: GraphStore) -> None:
    """The link to the explorer has the thing and its neighbours, each at its place."""
    said = profile(store.snapshot(), HEGUANG.iri(BASE), "zh")
    drawn = picture(said, BASE)
    assert drawn
    fragment = canvas(said, drawn, BASE)
    address = f"/page/{HEGUANG.iri(BASE).removeprefix(BASE)}"
    text = client.get(address, headers={**HTML, "Accept-Language": "zh"}).text
    assert f'href="/{fragment}"' in text
    packed = urlsafe_b64decode(fragment[1:] + "=" * (-len(fragment[1:]) % 4))
    nodes = json.loads(zlib.decompress(packed, wbits=-15))["n"]
    assert [node[0] for node in nodes] == list(
        dict.fromkeys("*" + iri.removeprefix(BASE) for iri in (said.iri, *(box.iri for box in drawn.boxes)))
    )
    assert nodes[0][1:] == [0, 0, 0]
    assert len({tuple(node[1:3]) for node in nodes}) == len(nodes)
