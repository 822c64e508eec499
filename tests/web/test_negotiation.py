"""Negotiation follows RFC 9110."""

import pytest

from graph_service.web.negotiation import choose, choose_coding, choose_language

OFFERS = ("application/json", "text/csv", "text/html", "application/ld+json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*;q=0.5, text/html", "text/html"),
        ("application/json;q=0.5, text/csv;q=0.8", "text/csv"),
        ("*/*;q=0.1, text/html", "text/html"),
        ("text/csv;q=0, text/*", "text/html"),
        ("application/*, application/json;q=0", "application/ld+json"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened, and more";q=0.9',
            "application/ld+json",
        ),
        ("text/csv;q=2, text/html;q=0.2", "text/html"),
        ("nonsense", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("image/png", None),
        ("application/json;q=0", None),
    ],
)
def test_the_offer_with_the_highest_weight_of_its_narrowest_range_is_chosen(
    accept: str | None, chosen: str | None
) -> None:
    """Weights, wildcards and refusals count; parameters and ill-formed ranges do not."""
    assert choose(accept, OFFERS) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "zh"), ("en-GB,en;q=0.9", "en"), ("de, zh-CN;q=0.7, en;q=0.3", "zh"), ("fr", "zh"),
        ("zh;q=0.1, en;q=0.2", "en"), ("en;q=0", "zh"), ("en;q=x", "zh"),
    ],
)  # fmt: skip
def test_the_language_that_the_reader_likes_best_is_chosen(header: str | None, chosen: str) -> None:
    """Regions do not count; without a language that is offered it is Chinese."""
    assert choose_language(header, ("zh", "en")) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, None), ("", None), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "zstd"), ("GZIP;q=1.0", "gzip"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip"), ("*", "zstd"), ("*, zstd;q=0", "gzip"), ("*;q=0", None),
        ("gzip;q=0", None), ("identity", None), ("gzip;q=0.5", "gzip"), ("gzip;q=0.2, identity;q=0.5", None),
        ("gzip, identity", "gzip"), ("identity;q=0, gzip;q=0.1", "gzip"), ("br", None), ("gzip;q=x", None),
    ],
)  # fmt: skip
def test_the_coding_that_is_liked_best_is_chosen(header: str | None, chosen: str | None) -> None:
    """By weight, then in the order of those offered; none where the answer is liked better as it is."""
    assert choose_coding(header, ("zstd", "gzip")) == chosen
