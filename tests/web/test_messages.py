"""On Chinese pages what went wrong is told in Chinese; programs get the English words."""

import json
import re

import pytest
from flask.testing import FlaskClient

_CHINESE = {"Accept": "text/html", "Accept-Language": "zh"}
_LETTERS = re.compile(r"[a-z]{3,} [a-z]{2,}")


@pytest.mark.parametrize(
    "address",
    ["/documents/none", "/documents?page=99", "/page/company/none-00000000", "/page/company/none", "/ontology/Nothing"],
)  # fmt: skip
def test_pages_of_errors_are_in_one_language(client: FlaskClient, address: str) -> None:
    """No English sentence stands on the Chinese page; the problem for programs has one."""
    page = client.get(address, headers=_CHINESE)
    assert page.status_code == 404
    words = re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2].partition("</main>")[0])
    assert not _LETTERS.search(words), words
    said = json.loads(client.get(address, headers={"Accept-Language": "en"}).text)
    assert _LETTERS.search(said["detail"])
