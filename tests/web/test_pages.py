"""Every page is a good page: titled, in one language, self-contained, and honest about errors."""

import json
import re
from html.parser import HTMLParser
from typing import Never
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph_service.graph.store import GraphStore
from graph_service.settings import Settings
from graph_service.web import create_app
from graph_service.web.texts import _TEXTS
from tests.graph.factory import BASE

PAGES = (
    "/", "/queries", "/documents", "/sparql", "/queries/figures", "/queries/relocations", "/nothing",
    "/queries/co-relocated-suppliers?company=" + quote("和光科技"), "/documents/nothing", "/queries/figures?entity=x",
)  # fmt: skip


class _Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.labelled: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_has_a_title_a_language_and_one_heading(
    client: FlaskClient, address: str, language: str
) -> None:
    """One h1, one title, the language asked for, every field with a label."""
    answer = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    outline = _Outline(answer.text)
    assert answer.mimetype == "text/html"
    assert (outline.tags.count("h1"), outline.tags.count("title"), outline.tags.count("main")) == (1, 1, 1)
    assert ("html", "lang", {"zh": "zh-Hans", "en": "en"}[language]) in outline.attributes
    fields = {
        v for tag, key, v in outline.attributes if key == "id" and tag in {"input", "select", "textarea"}
    }
    assert fields <= {value for tag, key, value in outline.attributes if (tag, key) == ("label", "for")}
    assert "width=device-width" in answer.text


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_no_other_host(client: FlaskClient, address: str) -> None:
    """Nothing is loaded from elsewhere, no script but our own files runs, and the browser is told so."""
    answer = client.get(address, headers={"Accept": "text/html"})
    outline = _Outline(answer.text)
    loaded = [v for _, key, v in outline.attributes if key in {"src", "srcset"}]
    loaded += [v for tag, key, v in outline.attributes if (tag, key) == ("link", "href")]
    assert all(address.startswith("/static/") for address in loaded)
    assert not {"style", "iframe"} & set(outline.tags)
    assert outline.tags.count("script") == sum(
        tag == "script" and key == "src" for tag, key, _ in outline.attributes
    )
    assert not [key for _, key, _ in outline.attributes if key.startswith("on") or key == "style"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy


def test_links_of_pages_lead_somewhere(client: FlaskClient) -> None:
    """Each link within the site, from page to page, answers."""
    todo, seen = ["/"], set[str]()
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = client.get(address, headers={"Accept": "text/html, */*;q=0.5"})
        example = (
            address.startswith("/queries/") and "=" in address
        )  # speaks of things in the bundled documents
        assert answer.status_code in ({200, 404} if example else {200}), address
        links = re.findall(r'href="(/[^"#]*)', answer.text) if answer.mimetype == "text/html" else []
        fresh = {link.replace("&amp;", "&") for link in links if "lang=" not in link}
        answer.close()
        todo += [link for link in fresh if link not in seen and link not in todo][: 40 - len(seen)]


def test_the_language_stays_with_the_reader(client: FlaskClient) -> None:
    """`?lang=` goes before the browser's language and stays in the links."""
    page = client.get("/?lang=en", headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    assert '<html lang="en">' in page
    assert 'href="/queries?lang=en"' in page
    assert 'href="/?lang=zh"' in page


@pytest.mark.parametrize("address", ["/nothing", "/queries/nothing", "/documents/nothing", "/static/nothing"])
def test_what_is_not_there_is_a_problem_with_a_cure(client: FlaskClient, address: str) -> None:
    """JSON for programs, a page for people."""
    said = client.get(address)
    assert (said.status_code, said.mimetype) == (404, "application/problem+json")
    assert {"title", "status", "detail", "cure"} <= set(json.loads(said.text))
    assert client.get(address, headers={"Accept": "text/html"}).mimetype == "text/html"


def test_a_fault_of_ours_shows_no_trace(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """500 says that it failed; where it failed stands in the log."""

    def broken(_self: GraphStore) -> Never:
        raise RuntimeError("an inner secret")

    client = create_app(store, Settings(base_iri=BASE)).test_client()
    monkeypatch.setattr(GraphStore, "snapshot", broken)
    answer = client.get("/queries")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "secret" in caplog.text


def test_health_and_readiness_are_told(client: FlaskClient, store: GraphStore) -> None:
    """Both say so in JSON, never from a cache."""
    assert json.loads(client.get("/healthz").text) == {"status": "ok"}
    ready = client.get("/readyz")
    assert json.loads(ready.text)["snapshot"] == store.snapshot().id
    assert ready.headers["Cache-Control"] == "no-store"


def test_every_text_is_in_both_languages() -> None:
    """Chinese has Chinese characters or is a name; English has none but the name of the language."""
    for key, (zh, en) in _TEXTS.items():
        assert zh
        assert en
        assert key == "other-language" or not re.search("[一-龥]", en), key


def test_the_sheet_serves_narrow_and_dark_screens(client: FlaskClient) -> None:
    """One style sheet of our own, with both in it."""
    sheet = client.get("/static/site.css")
    assert "prefers-color-scheme: dark" in sheet.text
    assert "max-width: 44rem" in sheet.text
    assert "url(" not in sheet.text
    sheet.close()
