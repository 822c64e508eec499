"""Every request, once it is over: counted, timed, charged to its client, and written to the access log."""

import contextlib
import hashlib
import json
import os
import select
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, Response, g, request

from graph_service.errors import UsageError
from graph_service.web import limits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SEEN = "zonegraph.seen"
_OUTCOMES = {
    "TimeLimitError": "timeout", "MemoryLimitError": "memory", "KilledError": "memory", "CrashError": "crash", "BusyError": "busy",
    "GoneError": "gone", "RemoteError": "remote",
}  # fmt: skip
_LONGEST_PATH = 200


class Computed(Protocol):
    """What was computed for a request, such as a `Reply`: how long, and whether it was kept from before."""

    @property
    def seconds(self) -> float:
        """How long it was computed."""

    @property
    def cached(self) -> bool:
        """Whether it was kept from before."""


@dataclass(slots=True)
class Seen:
    """What is known of one request.

    Attributes:
        client: whom it came from.
        method: of the request.
        path: of the request, without its parameters.
        route: the rule that the path follows; `(none)` where it follows none.
        status: of the answer; 0 where there was none.
        size: bytes of the body that were sent.
        seconds: from the request to the last byte.
        computed: seconds of computing that it is charged for.
        query: a hash of the query, by which equal ones are known; empty where there was none.
        outcome: `ok`, `cached`, `unchanged`, `refused`, `timeout`, `memory`, `crash`, `busy`, `gone` (the
            client left), `remote` (another server failed), `broken` (the answer broke off) or `error`.
        replies: what workers answered, and dumps that grew.
    """

    client: str
    method: str
    path: str
    route: str = "(none)"
    status: int = 0
    size: int = 0
    seconds: float = 0.0
    computed: float = 0.0
    query: str = ""
    outcome: str = "error"
    replies: list[Computed] = field(default_factory=list)

    def line(self) -> str:
        """Return it as a line of JSON."""
        said: dict[str, object] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"), "client": self.client,
            "method": self.method, "path": self.path[:_LONGEST_PATH], "status": self.status,
            "bytes": self.size, "seconds": round(self.seconds, 4), "outcome": self.outcome,
        }  # fmt: skip
        if self.query:
            said["query"] = self.query
        if self.computed:
            said["computed"] = round(self.computed, 4)
        return json.dumps(said, ensure_ascii=False)


class AccessLog:
    """A file of lines, one for each request, each written at once; closed with the object.

    Args:
        name: the file; `-` is standard error, None writes nothing.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, name: str | None) -> None:
        self._out: int | None = None
        self._lock = threading.Lock()
        self._poll = select.poll()
        if not name:
            return
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._out = os.dup(2) if name == "-" else os.open(name, flags, 0o640)
        except OSError as error:
            raise UsageError(
                f"The access log {name} cannot be written: {error}", "Give another --access-log."
            ) from error
        self._poll.register(self._out, select.POLLOUT)

    def write(self, seen: Seen) -> None:
        """Add a request; that the disk is full, or that nobody reads the pipe, is no reason to fail or to wait.

        A pipe that can be written takes 4096 bytes at least (PIPE_BUF), which no line has.
        """
        if self._out is None:
            return
        line = (seen.line() + "\n").encode()
        with self._lock, contextlib.suppress(OSError):
            if self._poll.poll(0):
                os.write(self._out, line)

    def __del__(self) -> None:
        if self._out is not None:
            os.close(self._out)


class Keeper(Protocol):
    """Keeps answers, to give them again."""

    def keep(self, key: Any, headers: Sequence[tuple[str, str]], body: bytes, seen: Seen) -> None:  # noqa: ANN401
        """Keep the answer to the request of this key, if that is possible."""


def register(
    app: Flask, allowance: limits.Allowance, keeper: Keeper, tell: Sequence[Callable[[Seen], None]]
) -> None:
    """Make the app tell of every request when it is over.

    Args:
        app: the app.
        allowance: charged for what the request computed.
        keeper: gets answers to requests that the server has a key for (`zonegraph.key`).
        tell: told of each request.
    """
    app.after_request(_note)
    app.wsgi_app = _Watch(app.wsgi_app, allowance, keeper, tell)  # type: ignore[method-assign]


def _note(response: Response) -> Response:
    """Note what is known as long as the request is at hand."""
    seen = request.environ.get(_SEEN)
    if isinstance(seen, Seen):
        seen.route = request.url_rule.rule if request.url_rule else "(none)"
        seen.status = response.status_code
        seen.replies = g.get("replies", [])
        seen.computed = g.get("computed", 0.0)
        seen.query = _query_hash(seen.status)
        seen.outcome = _OUTCOMES.get(g.get("fault", ""), "") or _outcome(seen)
    return response


def _outcome(seen: Seen) -> str:
    if seen.status == 304:
        return "unchanged"
    if seen.status >= 400:
        return "refused" if seen.status < 500 else "error"
    return "cached" if seen.replies and all(reply.cached for reply in seen.replies) else "ok"


def _query_hash(status: int) -> str:
    """Return a hash of the query or update of this request; of parameters for a named query."""
    if status in {401, 403, 405, 413, 415, 429} or request.method == "OPTIONS":
        return ""
    if request.blueprint == "queries":
        return hashed(request.full_path.encode()) if request.args else ""
    if request.blueprint not in {"sparql", "update"}:
        return ""
    name = "query" if request.blueprint == "sparql" else "update"
    given = request.args.get(name) if request.method in {"GET", "HEAD"} else request.form.get(name)
    return hashed(given.encode("utf-8", "replace") if given is not None else request.get_data())


def hashed(query: bytes) -> str:
    """Return a hash of a query, by which equal ones are known; nothing of none."""
    return hashlib.sha256(query).hexdigest()[:16] if query else ""


class _Watch:
    """A WSGI application around ours that sees the last byte leave, or not."""

    def __init__(
        self,
        app: "WSGIApplication",
        allowance: limits.Allowance,
        keeper: Keeper,
        tell: Iterable[Callable[[Seen], None]],
    ) -> None:
        self._app = app
        self._allowance = allowance
        self._keeper = keeper
        self._tell = tuple(tell)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = environ.get("zonegraph.came") or time.monotonic()
        client = limits.client(environ.get("REMOTE_ADDR"))
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        seen = Seen(client, environ.get("REQUEST_METHOD", ""), path)
        environ[_SEEN] = seen
        heads: list[Sequence[tuple[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            heads.append(headers)
            return start_response(status, headers, *fault)

        try:
            body = self._app(environ, start)
        except BaseException:
            self._over(environ, seen, began)
            raise
        return _Body(body, seen, lambda kept: self._over(environ, seen, began, heads, kept))

    def _over(
        self, environ: "WSGIEnvironment", seen: Seen, began: float,
        heads: Sequence[Sequence[tuple[str, str]]] = (), body: bytes | None = None,
    ) -> None:  # fmt: skip
        seen.seconds = time.monotonic() - began
        asked = environ.get("zonegraph.asked")
        if asked is not None:
            asked.stop()
        if "zonegraph.begun" in environ:
            failed = not seen.replies and seen.status >= 500
            seen.computed += sum(reply.seconds for reply in seen.replies)
            seen.computed = seen.seconds if failed else seen.computed
            self._allowance.charge(seen.client, environ["zonegraph.begun"], seen.computed)
        for tell in self._tell:
            tell(seen)
        if body is not None and heads and environ.get("zonegraph.key"):
            self._keeper.keep(environ["zonegraph.key"], heads[-1], body, seen)


class _Body:
    """The body of an answer, watched: tells when it is over, and how it ended; one in one part is handed on."""

    def __init__(self, body: Iterable[bytes], seen: Seen, over: Callable[[bytes | None], None]) -> None:
        self._body = body
        self._seen = seen
        self._over: Callable[[bytes | None], None] | None = over
        self._parts: list[bytes] = []
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._body:
                self._seen.size += len(part)
                if len(self._parts) < 2:
                    self._parts.append(part)
                yield part
        except Exception:
            self._seen.outcome = "broken"
            raise
        self._whole = True

    def close(self) -> None:
        """Close the answer and tell that it is over."""
        over, self._over = self._over, None
        try:
            close: Any = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            if not self._whole and self._seen.outcome != "broken":
                self._seen.outcome = "gone"
            if over is not None:
                over(self._parts[0] if self._whole and len(self._parts) == 1 else None)
