"""A reader who follows every link of the site, in either language, never meets a broken page."""

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import HTML

MOST_OF_A_KIND = 12
"""Pages of one kind that are looked at; the ontology alone has hundreds."""


class Page(HTMLParser):
    """What a page links to, what it calls itself, and what its links are called."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.labels: list[str] = []
        self.counted: Counter[str] = Counter()
        self.language = ""
        self.title = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what opens."""
        said = dict(attrs)
        # A picture has titles of its own.
        self.counted[tag] += not (tag == "title" and "svg" in self._open)
        self._open.append(tag)
        if tag == "html":
            self.language = said.get("lang") or ""
        if tag == "a":
            self.links.append(unescape(said.get("href") or ""))
            self.labels.append(said.get("aria-label") or "")

    def handle_endtag(self, tag: str) -> None:
        """Note what ends; void elements may have stayed open."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Note words of the title and of links."""
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "a" in self._open:
            self.labels[-1] += data


def _kind(address: str) -> tuple[str, ...]:
    """Return what pages of one kind have in common: the first part of the path and the names of parameters."""
    parts = urlsplit(address)
    return (
        *parts.path.split("/")[1:2],
        str(parts.path.count("/")),
        *sorted(set(parse_qs(parts.query)) - {"lang"}),
    )


def _example(address: str) -> bool:
    """Tell whether an address is an example on a form, which speaks of the bundled documents."""
    return address.startswith("/queries/") and "=" in address.replace("lang=", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_leads_to_a_whole_page(client: FlaskClient, language: str) -> None:
    """No 4xx or 5xx; each page has a title, its language, one h1, and no IRI in the place of a label."""
    todo, seen, kinds = [f"/?lang={language}"], set[str](), Counter[tuple[str, ...]]()
    while todo:
        address = todo.pop(0)
        answer = client.get(address, headers={**HTML, "Accept": "text/html,*/*;q=0.5"}, follow_redirects=True)
        if _example(address) and answer.status_code == 404:
            continue
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            answer.close()
            continue
        page = Page(answer.text)
        assert page.counted["h1"] == page.counted["title"] == page.counted["main"] == 1, address
        assert page.title.strip(" ·\n") not in {"", "ZoneGraph"}, address
        assert page.language == {"zh": "zh-Hans", "en": "en"}[language], address
        for label in page.labels:
            assert label.strip(), address
            assert not re.match(r"\s*(?:https?://|urn:)", label), (address, label)
        for link in page.links:
            target = link.partition("#")[0]
            other = f"lang={'en' if language == 'zh' else 'zh'}" in target
            if (
                target.startswith("/")
                and not other
                and target not in seen
                and kinds[_kind(target)] < MOST_OF_A_KIND
            ):
                seen.add(target)
                kinds[_kind(target)] += 1
                todo.append(target)
    found = {kind[0] for kind in kinds}
    assert {"", "documents", "queries", "sparql", "ontology", "shapes", "page", "data"} <= found


def test_both_languages_lead_to_each_other(client: FlaskClient) -> None:
    """From every kind of page to the same page in the other language."""
    for address in ("/", "/documents", "/ontology", "/ontology/Company", "/shapes", "/sparql", "/queries"):
        page = Page(client.get(f"{address}?lang=en", headers=HTML).text)
        assert f"{address}?lang=zh" in page.links, address
