"""The short way of plain queries: `GET /sparql?query=…` is answered by the thread that moves the bytes.

It gives the query to a worker, moves other bytes meanwhile, and sends the answer when it comes. Anything that is
not plain goes the long way, through a thread and Flask: other parameters, headers that matter, pages, errors,
answers that are large or take their time. What was begun here goes on there. The heads of answers are those that
the long way makes; they are made once for each way of negotiating.
"""

import re
import threading
import time
from binascii import a2b_qp
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, Response

from graph_service.errors import ZoneGraphError
from graph_service.formats import Format
from graph_service.graph.magic import mentions
from graph_service.graph.replies import Reply
from graph_service.graph.sparql import SCANNED, is_volatile
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.workers import Begun, Workers
from graph_service.web import compression, limits, methods, sparql
from graph_service.web.front import Front, Given, Key, spelt
from graph_service.web.log import Seen, hashed
from graph_service.web.responses import HTML, content_type, finished

PATH = "/sparql"
_QUERY = re.compile(r"query=((?:[^&;%#]++|%[0-9A-Fa-f]{2})++)")
_OWN = frozenset({"ETag", "Snapshot", "Content-Length"})
_MOST_PLANS = 256
SOON = 0.03
"""Seconds that a worker has for an answer until a thread takes over, which can wait."""


@dataclass(frozen=True, slots=True)
class Head:
    """The lines that open an answer of one media type, with `%s` for its length, tag and snapshot; and its coding."""

    lines: str
    coding: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What requests with the same `Accept` headers get: the media types, and the heads made so far."""

    wanted: sparql.Wanted
    formats: Sequence[Format]
    heads: dict[tuple[str, bool], Head] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Question:
    """A request that is answered the short way.

    Attributes:
        key: of the request.
        client: whom it came from.
        began: when it came.
        charged: what its client's account knows it by.
        begun: the query, asked; None where its answer was kept.
        tag: of its answer.
        hash: what the log knows the query by.
    """

    key: Key
    client: str
    began: float
    query: str
    plan: Plan
    snapshot: Snapshot
    charged: float
    begun: Begun | None = None
    kept: Reply | None = None
    given_at: float = 0.0
    tag: str = ""
    hash: str = ""


class Express:
    """Answers plain queries; to be used by one thread.

    Args:
        app: makes the heads of answers.
        store: gives the snapshots that are asked.
        workers: answer.
        allowance: charged for what was computed.
        front: keeps the answers.
        tell: told of each request that was answered here.
    """

    def __init__(
        self, app: Flask, store: GraphStore, workers: Workers, allowance: limits.Allowance, front: Front,
        tell: Sequence[Callable[[Seen], None]],
    ) -> None:  # fmt: skip
        self._app = app
        self._store = store
        self._workers = workers
        self._allowance = allowance
        self._front = front
        self._tell = tuple(tell)
        self._plans: dict[Key, Plan | None] = {}
        self._admitted: deque[Question] = deque()
        self.wake: Callable[[], None] = lambda: None
        """Called from other threads when `admitted` has something to give."""
        self._thread = threading.current_thread()

    # ---- The way of a question

    def begin(self, key: Key, client: str, began: float) -> Question | None:
        """Ask the query of a request; None where it must go the long way."""
        query = _query(key)
        plan = self._plan(key[2:]) if query else None
        if query is None or plan is None:
            return None
        try:
            charged = self._allowance.enter(client)
        except ZoneGraphError:
            return None
        snapshot = self._store.snapshot()
        question = Question(key, client, began, query, plan, snapshot, charged)
        try:
            found = self._workers.begin(snapshot, query, plan.formats, lambda: self._admit(question))
        except ZoneGraphError:
            self._allowance.charge(client, charged, 0.0)
            return None
        if isinstance(found, Reply):
            question.kept = found
            self._name(question)
        else:
            question.begun = found
        return question

    def _admit(self, question: Question) -> None:
        self._admitted.append(question)
        if threading.current_thread() is not self._thread:
            self.wake()

    def admitted(self) -> Question | None:
        """Return a question that had to wait and may proceed now; None where there is none."""
        return self._admitted.popleft() if self._admitted else None

    def proceed(self, question: Question) -> int | None:
        """Give a question to a worker; return the file that tells when to `hear`, None where there was none."""
        begun = question.begun
        assert begun is not None
        if not begun.turn.admitted or not self._workers.proceed(begun):
            return None
        assert begun.run is not None
        question.given_at = time.monotonic()
        self._name(question)  # while the worker works
        return begun.run.fileno()

    def hear(self, question: Question) -> Given | bool:
        """Return the answer if it has come; True where it is to be waited for, False where by a thread."""
        reply: Reply | bool
        try:
            reply = question.kept or self._workers.hear(question.begun)  # type: ignore[arg-type]
        except ZoneGraphError:
            return False
        return reply if isinstance(reply, bool) else self._given(question, reply)

    def hand_over(self, question: Question) -> Begun | None:
        """Give up a question; whoever takes its request is to go on with what is returned, or to stop it."""
        self._allowance.charge(question.client, question.charged, 0.0)
        begun = question.begun
        if begun is not None:
            begun.turn.told = None
        return begun

    # ---- Its answer

    def _name(self, question: Question) -> None:
        question.tag = sparql.tag(question.snapshot, question.query, None, None, question.plan.wanted)
        question.hash = hashed(question.query.encode())

    def _given(self, question: Question, reply: Reply) -> Given:
        """Return an answer as it is sent."""
        media_type = question.plan.wanted.of(reply)
        body = reply.whole or b""
        head = self._head(question, media_type, len(body) >= compression.SMALLEST)
        if head.coding:
            body = compression.packed(body, head.coding)
        written = (head.lines % (len(body), question.tag, question.snapshot.id)).encode("latin-1")
        seen = self._seen(question, reply, len(body))
        return Given(question.snapshot.id, written, body, seen)

    def _seen(self, question: Question, reply: Reply, size: int) -> Seen:
        return Seen(
            question.client, "GET", PATH, PATH, 200, size, 0.0, reply.seconds,
            question.hash, "cached" if reply.cached else "ok",
        )  # fmt: skip

    def over(self, question: Question, given: Given) -> None:
        """Keep the answer that was sent; count, charge and log its request."""
        self._front.put(question.key, given)
        seen = given.seen
        seen.seconds = time.monotonic() - question.began
        self._allowance.charge(question.client, question.charged, seen.computed)
        for tell in self._tell:
            tell(seen)

    def _plan(self, negotiated: Key) -> Plan | None:
        """Return what requests with these headers get; None where that is a page, or nothing."""
        if negotiated in self._plans:
            return self._plans[negotiated]
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        plan = None
        with self._app.test_request_context(PATH, headers=_headers(negotiated)):
            try:
                methods.require_host()
                wanted = sparql.wanted()
            except ZoneGraphError:
                wanted = sparql.Wanted(HTML, HTML)
            if HTML not in (wanted.solutions, wanted.graph):
                plan = Plan(wanted, wanted.formats())
        self._plans[negotiated] = plan
        return plan

    def _head(self, question: Question, media_type: str, large: bool) -> Head:
        known = question.plan.heads.get((media_type, large))
        if known is not None:
            return known
        with self._app.test_request_context(PATH, headers=_headers(question.key[2:])) as context:
            plain = Response(b" " * compression.SMALLEST * large, content_type=content_type(media_type))
            response = self._app.process_response(finished(plain, question.snapshot, "tag"))
            headers = response.get_wsgi_headers(context.request.environ)
        same = [f"{spelt(n)}: {v}\r\n".replace("%", "%%") for n, v in headers if n not in _OWN]
        lines = sorted([*same, "Content-Length: %s\r\n", 'Etag: W/"%s"\r\n', "Snapshot: %s\r\n"])
        head = Head("".join(["HTTP/1.1 200 OK\r\n", *lines]), headers.get("Content-Encoding"))
        question.plan.heads[media_type, large] = head
        return head


def _query(key: Key) -> str | None:
    """Return the query of a request that has nothing but a short one, and can be answered again."""
    found = _QUERY.fullmatch(key[1]) if key[0] == PATH and key[2] else None
    if found is None:
        return None
    try:
        query = _decoded(found[1]).decode("utf-8")
    except UnicodeError:
        return None
    return query if len(query) <= SCANNED and not is_volatile(query) and not mentions(query) else None


def _decoded(value: str) -> bytes:
    """Return what a value of a form stands for: it is quoted-printable with another sign, which C decodes."""
    return a2b_qp(value.replace("+", " ").replace("=", "=3D").replace("%", "=").encode("ascii"))


def _headers(negotiated: Key) -> list[tuple[str, str]]:
    names = ("Host", "Accept", "Accept-Encoding", "Accept-Language")
    return [(name, value) for name, value in zip(names, negotiated, strict=True) if value]
