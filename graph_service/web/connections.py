"""Connections: waitress, made to notice clients that have gone, readers that stall, and requests that queue."""

import contextlib
import json
import logging
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from graph_service.errors import ZoneGraphError
from graph_service.web import limits
from graph_service.web.express import SOON, Express, Question
from graph_service.web.front import Front, Given, Key, key_of, whole
from graph_service.web.heads import Parser
from graph_service.web.rounds import Ear

_STALLED = 30.0
"""Seconds after which a reader who takes nothing is cut off."""
_TICK = 0.02
"""Seconds that a request waits for a thread before it gets a new one."""
_QUEUED = 1.0
"""Seconds that a query may queue the short way until a thread sees to it that its client is still there."""
_ALONE = 2
"""Milliseconds for which an answer is waited for, and nothing else, where there is no other connection."""
_AWAKE = 0.0005
"""Seconds of these for which it is looked for again and again: to be woken takes a processor longer than a short query."""
_MOST_THREADS, _SPARE = 512, 4
_LARGE = 64 * 1024
"""Bytes from which a part of an answer is not put aside to be sent by the main thread."""


class Task(WSGITask):  # type: ignore[misc]
    """One request: knows whether its client has gone, and cuts off an answer that broke."""

    def get_environment(self) -> dict[str, Any]:
        """Return the environment with `zonegraph.client_gone`, which tells whether nobody waits any more.

        `zonegraph.key` is what the answer may be kept under; None where it may not. `zonegraph.asked` is the
        query of the request where it has been asked already, and `zonegraph.came` when the request came.
        """
        environ: dict[str, Any] = super().get_environment()
        environ["zonegraph.client_gone"] = self._asker()
        environ["zonegraph.key"] = _key(self.request)
        environ["zonegraph.asked"] = getattr(self.request, "asked", None)
        environ["zonegraph.came"] = getattr(self.request, "came", None)
        return environ

    def _asker(self) -> Callable[[], bool]:
        channel = self.channel

        def gone() -> bool:
            if not channel.connected:
                return True
            try:
                return not channel.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                return False
            except OSError:
                return True

        return gone

    def execute(self) -> None:
        """Answer; where that fails after the head was sent, the client must see a broken connection.

        An answer in chunks has no last chunk then. One whose end is the end of the connection is reset.
        """
        try:
            super().execute()
        except ZoneGraphError as error:
            if not self.wrote_header:
                raise
            if not self.chunked_response and self.content_length is None:
                with contextlib.suppress(OSError):
                    hard = struct.pack("ii", 1, 0)
                    self.channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
            raise ClientDisconnected from error


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request, or too large to be read: a problem (RFC 9457), and no more requests."""

    def execute(self) -> None:
        """Answer."""
        fault = self.request.error
        said = {
            "title": fault.reason, "status": fault.code, "detail": f"The request cannot be read: {fault.body}",
            "cure": "Send a well-formed HTTP/1.1 request, smaller where its size is named.",
        }  # fmt: skip
        body = json.dumps(said).encode("ascii")
        self.status = f"{fault.code} {fault.reason}"
        self.response_headers.append(("Content-Type", "application/problem+json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read and answered so."""

    parser_class = Parser
    task_class = Task
    error_task_class = Refusal

    def again(self) -> bool:
        """Read what came, and answer it if it was answered before; tell whether there is nothing else to be done."""
        try:
            data = self.recv(self.adj.recv_bytes)
        except OSError:
            self.handle_close()
            return False
        if not data:
            return False
        self.last_activity = time.time()
        if self._is_free() and self.server.give_again(self, data):
            return not (self.total_outbufs_len or self.will_close)
        self.received(data)
        return False

    def _is_free(self) -> bool:
        """Tell whether what comes now is the beginning of a request, and its answer the next one to be sent."""
        busy = self.request or self.requests or self.total_outbufs_len
        return not (busy or self.will_close or self.close_when_flushed)

    def write_soon(self, data: bytes) -> int:
        """Send a part of an answer; a large one from here, block by block, without a copy of it being kept.

        Raises:
            ClientDisconnected: the client has gone, or takes nothing any more.
        """
        if len(data) < _LARGE or threading.current_thread() is threading.main_thread():
            return int(super().write_soon(data))
        with self.outbuf_lock:
            if self.total_outbufs_len:
                self._flush_exception(self._flush_some, do_close=False)
            if self.total_outbufs_len:
                return int(super().write_soon(data))
        try:  # nothing is put aside, so the main thread has nothing to send meanwhile
            self._send_now(memoryview(data))
        except OSError as error:
            self.will_close = True
            raise ClientDisconnected from error
        return len(data)

    def _send_now(self, left: memoryview) -> None:
        """Send all of it, as fast as the client takes it.

        Raises:
            OSError: the connection is broken, or nothing was taken for too long.
        """
        poll = select.poll()
        poll.register(self.socket, select.POLLOUT)
        while left:
            if not self.connected or not poll.poll(_STALLED * 1000):
                raise TimeoutError("The client takes nothing")
            with contextlib.suppress(BlockingIOError):
                left = left[self.socket.send(left) :]
                self.last_activity = time.time()


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads that answer requests: a few, and more while those are held up by slow readers or long queries."""

    queue_logger = logging.getLogger("waitress.queue.silent")

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue_logger.disabled = True
        self._fewest = threads
        self._ended = threading.Event()
        self.set_thread_count(threads)
        threading.Thread(target=self._watch, name="threads", daemon=True).start()

    @property
    def busy(self) -> int:
        """How many requests are being answered, or wait for a thread."""
        with self.lock:
            return len(self.queue) + int(self.active_count)

    def _watch(self) -> None:
        """Add threads while a request waits that has waited before; let them go when they have been idle."""
        seen: object = None
        quiet = time.monotonic()
        while not self._ended.wait(_TICK):
            with self.lock:
                first = self.queue[0] if self.queue else None
                waiting, have = len(self.queue), len(self.threads) - self.stop_count
                idle = have - self.active_count
            if first is not None and first is seen:
                self.set_thread_count(min(have + waiting + _SPARE, _MOST_THREADS))
            if have <= self._fewest or idle < have // 2:
                quiet = time.monotonic()
            elif time.monotonic() - quiet > _STALLED:
                self.set_thread_count(self._fewest)
            seen = first

    def end(self) -> None:
        """Take no more requests; threads that are busy end when they are done, or with the process."""
        self._ended.set()
        self.set_thread_count(0)
        with self.lock:
            while self.queue:
                self.queue.popleft().cancel()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Accepts connections and moves bytes, in the main thread."""

    channel_class = Channel
    front: Front | None = None
    express: Express | None = None

    def take(self, express: Express | None) -> None:
        """Answer plain queries the short way."""
        self._asked: dict[Question, tuple[Channel, int | None]] = {}
        self.express = express
        if express is not None:
            express.wake = self.pull_trigger

    def add_task(self, task: Channel) -> None:
        """Give an answer again where it was given before, or ask for it, here and now; else let a thread answer."""
        if self.front is None or threading.current_thread() is not threading.main_thread():
            super().add_task(task)
            return
        began = time.monotonic()
        request = task.requests[0]
        key = None if request.error or task.total_outbufs_len else _key(request)
        given = self.front.find(key) if key else None
        if key is not None and given is not None:
            task.requests.pop(0)
            self._give(task, given, began)
            self.front.learn(request.sent, key)
        elif key is None or not self._ask(task, key, began):
            super().add_task(task)

    def give_again(self, task: Channel, sent: bytes) -> bool:
        """Give the answer to a request again, as these bytes were sent before; tell whether it was there."""
        began = time.monotonic()
        given = self.front.known(sent) if self.front is not None else None
        if given is None:
            return False
        self._give(task, given, began)
        return True

    def _give(self, task: Channel, given: Given, began: float) -> None:
        """Give an answer again, and tell of it."""
        assert self.front is not None
        self._send(task, given)
        self.front.tell(given, limits.client(task.addr[0]), time.monotonic() - began)

    def _send(self, task: Channel, given: Given) -> None:
        left, sent = whole(given), 0
        if not task.total_outbufs_len:
            with contextlib.suppress(OSError):  # a connection that is broken is seen to be so below
                sent = task.socket.send(left)
                task.last_activity = time.time()
        if sent == len(left):
            return
        with contextlib.suppress(ClientDisconnected):
            task.write_soon(left[sent:])
            task._flush_exception(task._flush_some, do_close=False)

    # ---- The short way

    def _ask(self, task: Channel, key: Key, began: float) -> bool:
        """Ask the query of a request; tell whether that could be done here."""
        question = self.express.begin(key, limits.client(task.addr[0]), began) if self.express else None
        if question is None:
            return False
        self._asked[question] = task, None
        if question.begun is None:
            self._hear(question)
        elif question.begun.turn.admitted:
            self._proceed(question)
        return True

    def _proceed(self, question: Question) -> None:
        """Give a question to a worker that had to wait until now."""
        if self.express is None or question not in self._asked or self._asked[question][1] is not None:
            return
        pipe = self.express.proceed(question)
        if pipe is None:
            self._hand_over(question)
            return
        self._asked[question] = self._asked[question][0], pipe
        if len(self.active_channels) == 1 and _comes(pipe):
            self._hear(question)
        if question in self._asked:
            self._map[pipe] = Ear(lambda: self._hear(question))

    def _hear(self, question: Question) -> None:
        """Send the answer to a question if it has come."""
        if self.express is None or question not in self._asked:
            return
        given = self.express.hear(question)
        if given is True:
            return
        if given is False:
            self._hand_over(question)
            return
        task = self._over(question)
        self._go_on()
        task.requests.pop(0).close()
        self._send(task, given)
        self.express.over(question, given)
        if task.requests and task.connected:
            super().add_task(task)

    def _over(self, question: Question) -> Channel:
        task, pipe = self._asked.pop(question)
        if pipe is not None:
            self._map.pop(pipe, None)
        return task

    def _hand_over(self, question: Question) -> None:
        """Let a thread go on with a question."""
        assert self.express is not None
        task = self._over(question)
        task.requests[0].asked, task.requests[0].came = self.express.hand_over(question), question.began
        super().add_task(task)

    def _go_on(self) -> None:
        """Give questions to workers whose turn has come."""
        while self.express is not None and (question := self.express.admitted()) is not None:
            self._proceed(question)

    def look_after(self) -> None:
        """Go on with what was asked; to be called again and again, after `patience` at the latest."""
        self._go_on()
        now = time.monotonic()
        for question in list(self._asked):
            waits = question.given_at or question.began
            if now - waits > (SOON if question.given_at else _QUEUED):
                self._hand_over(question)

    @property
    def patience(self) -> float:
        """Seconds that may pass until something has to be looked after."""
        return SOON / 2 if self._asked else 1.0

    def maintenance(self, now: float) -> None:
        """Close connections that have been quiet, and cut off readers who have stalled."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.total_outbufs_len and channel.last_activity < now - _STALLED:
                channel.handle_close()

    @property
    def unsent(self) -> bool:
        """Whether an answer still has to come or to be sent."""
        return bool(self._asked) or any(
            channel.total_outbufs_len for channel in list(self.active_channels.values())
        )


def _comes(pipe: int) -> bool:
    """Tell whether a worker answers at once: to wait for that alone is quicker than to wait for everything."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    end = time.perf_counter() + _AWAKE
    while time.perf_counter() < end:
        if poll.poll(0):
            return True
        os.sched_yield()  # the worker goes first, where it has no processor to itself
    return bool(poll.poll(_ALONE))


def _key(request: Parser) -> Key | None:
    """Return what the answer to a request may be kept under; None where it may not."""
    if request.body_rcv is not None:
        return None
    sent = request.request_uri.partition("?")[0]
    return key_of(request.command, request.version, sent, request.query, request.headers)
