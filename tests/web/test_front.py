"""Answers given again without being made again: the same bytes, and never an old one."""

from dataclasses import replace

import pytest

from graph_service.web.front import Front, Key, key_of, whole
from graph_service.web.log import Seen

SEEN = Seen("192.0.2.1", "GET", "/sparql", "/sparql", 200, 2, 0.5, 0.4, "abc", "ok")
HEADERS = [("Snapshot", "s1"), ("ETag", 'W/"x"'), ("Content-Type", "text/csv"), ("Date", "once")]
PLAIN = {"HOST": "h", "ACCEPT": "text/csv", "USER_AGENT": "test"}


class Newest:
    """The newest snapshot, as the test has it."""

    def __init__(self) -> None:
        self.id = "s1"

    def __call__(self) -> str:
        """Return its id."""
        return self.id


@pytest.fixture
def newest() -> Newest:
    """The newest snapshot."""
    return Newest()


@pytest.fixture
def told() -> list[Seen]:
    """What was counted."""
    return []


@pytest.fixture
def front(newest: Newest, told: list[Seen]) -> Front:
    """A front with room for a few answers."""
    return Front(10_000, newest, [told.append])


def key(query: str = "q", **headers: str) -> Key:
    """Return the key of a request."""
    found = key_of("GET", "1.1", "/sparql", query, {**PLAIN, **headers})
    assert found is not None
    return found


def test_an_answer_is_given_again_as_it_was_but_for_its_date(front: Front) -> None:
    front.keep(key(), HEADERS, b"ok", SEEN)
    given = front.find(key())
    assert given
    head, _, body = whole(given).partition(b"\r\n\r\n")
    assert body == b"ok"
    lines = head.split(b"\r\n")
    assert lines[:-1] == [b"HTTP/1.1 200 OK", b"Content-Type: text/csv", b'Etag: W/"x"', b"Snapshot: s1"]
    assert lines[-1].startswith(b"Date: ")
    assert b"once" not in head


def test_an_answer_from_another_snapshot_is_not_given(front: Front, newest: Newest) -> None:
    front.keep(key(), HEADERS, b"ok", SEEN)
    newest.id = "s2"
    assert front.find(key()) is None
    front.keep(key("other"), HEADERS, b"old", SEEN)
    assert front.find(key("other")) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("Snapshot", "s1")], 200), ([("ETag", 'W/"x"')], 200), (HEADERS, 304), (HEADERS, 206), (HEADERS, 400),
    ],
    ids=["untagged", "of no snapshot", "304", "206", "400"],
)  # fmt: skip
def test_only_whole_tagged_answers_from_the_graph_are_kept(
    front: Front, headers: list[tuple[str, str]], status: int
) -> None:
    front.keep(key(), headers, b"ok", replace(SEEN, status=status))
    assert front.find(key()) is None


@pytest.mark.parametrize(
    ("room", "size", "kept"),
    [(80_000, 10_000, True), (80_000, 10_001, False), (10**9, 2**20, True), (10**9, 2**20 + 1, False)],
)
def test_a_large_answer_is_not_kept(newest: Newest, room: int, size: int, kept: bool) -> None:
    """One takes an eighth of the room at most, and a mebibyte."""
    front = Front(room, newest, [])
    front.keep(key(), HEADERS, b"x" * size, SEEN)
    assert bool(front.find(key())) == kept


def test_what_was_asked_longest_ago_makes_room(front: Front) -> None:
    for number in range(20):
        front.keep(key(str(number)), HEADERS, b"x" * 500, SEEN)
        front.find(key("0"))
    assert front.find(key("0"))
    assert front.find(key("19"))
    assert not front.find(key("1"))


def test_without_room_nothing_is_kept(newest: Newest) -> None:
    front = Front(0, newest, [])
    front.keep(key(), HEADERS, b"ok", SEEN)
    assert front.find(key()) is None


@pytest.mark.parametrize("header", ["HOST", "ACCEPT", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE"])
def test_what_an_answer_depends_on_tells_keys_apart(header: str) -> None:
    assert key() != key(**{header: "another"})
    assert key("one") != key("two")


def test_what_an_answer_does_not_depend_on_does_not() -> None:
    assert key() == key(USER_AGENT="another", CONNECTION="Keep-Alive")


@pytest.mark.parametrize(
    "header",
    [
        "AUTHORIZATION", "COOKIE", "RANGE", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "EXPECT", "CONTENT_LENGTH",
        "UPGRADE", "X_FORWARDED_FOR",
    ],
)  # fmt: skip
def test_a_request_that_says_more_goes_the_long_way(header: str) -> None:
    assert key_of("GET", "1.1", "/sparql", "q", {**PLAIN, header: "x"}) is None


@pytest.mark.parametrize(("command", "version"), [("HEAD", "1.1"), ("POST", "1.1"), ("GET", "1.0")])
def test_other_methods_and_old_protocols_go_the_long_way(command: str, version: str) -> None:
    assert key_of(command, version, "/sparql", "q", PLAIN) is None


def test_a_connection_that_is_to_be_closed_goes_the_long_way() -> None:
    assert key_of("GET", "1.1", "/sparql", "q", {**PLAIN, "CONNECTION": "close"}) is None


def test_a_request_that_is_sent_as_before_is_known(front: Front, newest: Newest) -> None:
    """Until its answer is an old one; and never one that was not plain."""
    front.keep(key(), HEADERS, b"ok", SEEN)
    assert front.known(b"GET q") is None
    front.learn(b"GET q", key())
    front.learn(b"", key())
    assert front.known(b"GET q") == front.find(key())
    assert front.known(b"GET q ") is None
    assert front.known(b"") is None
    newest.id = "s2"
    assert front.known(b"GET q") is None
    front.keep(key(), [("Snapshot", "s2"), ("ETag", 'W/"y"')], b"new", SEEN)
    found = front.known(b"GET q")
    assert found
    assert found.body == b"new"


def test_requests_that_are_known_are_bounded(front: Front) -> None:
    front.keep(key(), HEADERS, b"ok", SEEN)
    front.learn(b"x" * 4097, key())
    assert front.known(b"x" * 4097) is None
    for number in range(3000):
        front.learn(b"GET %d" % number, key())
    assert len(front._keys) <= 1024
    assert front.known(b"GET 2999")


def test_an_answer_given_again_is_counted_as_kept(front: Front, told: list[Seen]) -> None:
    front.keep(key(), HEADERS, b"ok", SEEN)
    given = front.find(key())
    assert given
    front.tell(given, "192.0.2.9", 0.001)
    assert told == [replace(SEEN, client="192.0.2.9", seconds=0.001, computed=0.0, outcome="cached")]
