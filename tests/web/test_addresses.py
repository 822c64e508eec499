"""Graphs named by addresses, over a socket: the line of the request is what counts."""

from collections.abc import Iterator

import pytest

from tests.conformance.server import Server

TTL, NT = {"Content-Type": "text/turtle"}, {"Accept": "application/n-triples"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that takes writes."""
    running = Server(tmp_path_factory.mktemp("addresses"))
    yield running
    assert running.end() == 0


def test_escapes_tell_graphs_apart(server: Server) -> None:
    """Every time they are read, also where an answer is given again."""
    addresses = ["/graphs/a/b", "/graphs/a%2Fb", "/graphs/a%2fb", "/graphs/%61/b"]
    for address in addresses:
        assert server.write("PUT", address, TTL, f"<> <http://e/p> '{address}' .".encode()).status == 201
    for address in addresses * 3:
        answer = server.send("GET", address, NT)
        assert answer.body.decode() == f'<{server.url[:-1]}{address}> <http://e/p> "{address}" .\n'


def test_an_address_typed_in_chinese_is_its_escaped_form(server: Server) -> None:
    """As `curl` sends it, and as browsers do."""
    assert server.write("PUT", "/graphs/%E4%B8%80", TTL, b"<> <http://e/p> 1 .").status == 201
    typed = server.raw(f"GET /graphs/一 HTTP/1.0\r\nHost: {server.authority}\r\n\r\n".encode())
    assert typed.startswith(b"HTTP/1.0 200")
    assert f"<{server.url}graphs/%E4%B8%80>".encode() in typed


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host: a b\r\n"])
def test_a_request_must_say_its_one_host(server: Server, hosts: bytes) -> None:
    """RFC 9112, section 3.2."""
    answer = server.raw(b"GET /sparql HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_an_unchanged_answer_follows_a_write(server: Server) -> None:
    """What was given before a write is not given after it."""
    before = server.send("GET", "/graphs/%61/b", NT)
    assert server.write("POST", "/graphs/%61/b", TTL, b"<> <http://e/p> 'more' .").status == 200
    after = server.send("GET", "/graphs/%61/b", {**NT, "If-None-Match": before.headers["etag"]})
    assert (after.status, len(after.body.splitlines())) == (200, 2)
