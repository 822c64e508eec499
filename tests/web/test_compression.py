"""Answers are compressed for those who accept it."""

import gzip
import zlib
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import zstandard
from flask import Flask, Response
from flask.testing import FlaskClient

from graph_service.web import compression

LONG = "/sparql?" + urlencode(
    {"query": "SELECT ?a ?b { VALUES ?a { 1 2 3 4 5 6 7 8 9 } VALUES ?b { 1 2 3 4 5 6 7 8 9 } }"}
)
SHORT = "/sparql?" + urlencode({"query": "ASK {}"})


def unpacked(coding: str, data: bytes) -> bytes:
    """Return data out of a coding.

    Raises:
        ValueError: it breaks off.
    """
    packer = (
        zlib.decompressobj(16 + zlib.MAX_WBITS)
        if coding == "gzip"
        else zstandard.ZstdDecompressor().decompressobj()
    )
    whole = packer.decompress(data)
    if not packer.eof:
        raise ValueError("it breaks off")
    return whole


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_an_answer_comes_in_the_coding_that_is_accepted(client: FlaskClient, coding: str) -> None:
    """It holds the same, and says by which header it was chosen."""
    plain = client.get(LONG)
    packed = client.get(LONG, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert unpacked(coding, packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 4
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_a_tag_holds_for_every_coding(client: FlaskClient) -> None:
    """It is a weak one: 304 whichever way the answer came before."""
    tag = client.get(LONG, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert tag.startswith("W/")
    unchanged = client.get(LONG, headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    assert set(unchanged.vary) == set(client.get(LONG).vary)
    assert "Accept-Encoding" in unchanged.vary


def test_what_is_small_or_refused_goes_out_as_it_is(client: FlaskClient) -> None:
    """Short answers, errors, and those for readers who want none or another coding."""
    for address, accepted in (
        (SHORT, "gzip"),
        ("/nowhere", "gzip"),
        (LONG, "identity"),
        (LONG, "br"),
        (LONG, "gzip;q=0"),
    ):
        answer = client.get(address, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
    assert client.head(LONG, headers={"Accept-Encoding": "gzip"}).data == b""


def app_of(parts: Iterator[bytes]) -> Flask:
    """Return an app whose answer has these parts."""
    app = Flask(__name__)
    compression.register(app)
    app.add_url_rule("/", view_func=lambda: Response(parts, content_type="text/csv"))
    return app


def rows(number: int, fault: Exception | None = None) -> Iterator[bytes]:
    """Yield rows, then fail, if so."""
    for n in range(number):
        yield b"%d,%d\r\n" % (n, n * n)
    if fault:
        raise fault


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_what_streams_is_compressed_as_it_streams(coding: str) -> None:
    """Parts go out before the last one is there."""
    begun: list[int] = []

    def counted() -> Iterator[bytes]:
        for n, row in enumerate(rows(200_000)):
            begun.append(n)
            yield row

    client = app_of(counted()).test_client()
    answer = client.get("/", headers={"Accept-Encoding": coding}, buffered=False)
    parts = iter(answer.iter_encoded())
    first = next(parts) + next(parts)
    assert len(begun) < 200_000
    assert "Content-Length" not in answer.headers
    assert unpacked(coding, first + b"".join(parts)) == b"".join(rows(200_000))


@pytest.mark.parametrize("coding", compression.CODINGS)
def test_what_breaks_off_cannot_be_unpacked(coding: str) -> None:
    """Its end is missing, so that nobody takes it for the whole; what came before is there."""
    client = app_of(rows(50_000, RuntimeError("broken"))).test_client()
    answer = client.get("/", headers={"Accept-Encoding": coding}, buffered=False)
    parts: list[bytes] = []
    with pytest.raises(RuntimeError, match="broken"):
        parts.extend(answer.iter_encoded())
    gathered = b"".join(parts)
    with pytest.raises(ValueError, match="breaks off"):
        unpacked(coding, gathered)
    if coding == "gzip":
        with pytest.raises(EOFError):
            gzip.decompress(gathered)
        packer = zlib.decompressobj(16 + zlib.MAX_WBITS)
        assert packer.decompress(gathered) == b"".join(rows(50_000))


def test_a_reader_who_leaves_ends_the_answer() -> None:
    """What makes the parts is closed."""
    closed: list[bool] = []

    def parts() -> Iterator[bytes]:
        try:
            yield from rows(200_000)
        finally:
            closed.append(True)

    client = app_of(parts()).test_client()
    answer = client.get("/", headers={"Accept-Encoding": "gzip"}, buffered=False)
    next(iter(answer.iter_encoded()))
    answer.close()
    assert closed
