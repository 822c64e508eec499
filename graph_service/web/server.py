"""The service on a port: waitress in this process, until a signal ends it.

Why waitress: of the servers that were measured (`python -m tests.benchmarks.servers`) it is the one that can be
made to do all that is needed: it runs in the process that holds the writer, breaks the connection when an answer
breaks off, lets us see that a client has gone, and is not held up by readers who take nothing. granian answers
more small requests, but ends a broken answer as if it were whole.
"""

import gc
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments

from graph_service.errors import UsageError
from graph_service.settings import Settings
from graph_service.web.connections import Dispatcher, Server
from graph_service.web.rounds import go_round

_PATIENCE = 1.5
"""Seconds that requests under way have to finish once the service is told to end."""
_FAREWELL = 1.5
"""Seconds that are left to tell their clients so, when they have not."""
_FILES = 65536
_THREADS_PER_WORKER = 3
"""Few, as they share one interpreter; more are started while these are held up."""
_GARBAGE = 10_000
"""How many objects are made until those that hold each other are looked through: a request makes hundreds, which do not."""
_MEBIBYTE = 1024 * 1024
_SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one have its turn; requests are short."""


def serve(app: Flask, settings: Settings, stop: Callable[[], object] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; says `Serving http://HOST:PORT/` on standard output once it listens.

    Then no connection is accepted any more; requests under way have a moment to finish, and what still
    computes is stopped and answered with an error.

    Args:
        app: what answers.
        settings: host, port (0 takes a free one) and workers.
        stop: makes what still computes fail soon; called in a thread of its own.

    Raises:
        UsageError: the address cannot be listened on.
    """
    listening = _listen(settings.host, settings.port)
    sys.setswitchinterval(_SWITCH)
    gc.collect()
    gc.freeze()  # what is here now stays: not to be looked through again and again for what does not
    gc.set_threshold(_GARBAGE)
    dispatcher = Dispatcher(max(1, settings.workers) * _THREADS_PER_WORKER)
    channels: dict[int, object] = {}
    server = _server(app, listening, dispatcher, channels)
    host, port = listening.getsockname()[:2]
    greeting = app.extensions.get("zonegraph.greeting")
    if greeting is not None:
        greeting.nudge()  # so that the first reader finds the start page made
    shelves = app.extensions.get("zonegraph.shelves")
    if shelves is not None:
        shelves.begin()
    with _signals(server) as ended:
        print(f"Serving http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
        try:
            while not ended():
                go_round(channels, server.patience)
                server.look_after()
            _drain(server, dispatcher, channels, stop)
        finally:
            dispatcher.end()
            wasyncore.close_all(channels, ignore_all=True)


@contextmanager
def _signals(server: Server) -> Iterator[Callable[[], bool]]:
    """Give what tells whether the service has been told to end; wakes the server when it is."""
    ending: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        ending.append(number)
        server.pull_trigger()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(ending)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def raise_file_limit() -> None:
    """Let this process open as many files as it may: connections, and the tables of snapshots, are many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _server(
    app: Flask, listening: socket.socket, dispatcher: Dispatcher, channels: dict[int, object]
) -> Server:
    adjustments = Adjustments(
        sockets=[listening], ident=None, backlog=1024, connection_limit=4000, channel_timeout=60,
        cleanup_interval=10, asyncore_use_poll=True, outbuf_high_watermark=_MEBIBYTE,
        max_request_body_size=128 * _MEBIBYTE,
    )  # fmt: skip
    info = (listening.family, listening.type, listening.proto, listening.getsockname())
    server = Server(
        app, channels, _sock=listening, dispatcher=dispatcher, adj=adjustments,
        sockinfo=info, bind_socket=False,
    )  # fmt: skip
    server.front = app.extensions["zonegraph.front"]
    server.take(app.extensions.get("zonegraph.express"))
    return server


def _drain(
    server: Server, dispatcher: Dispatcher, channels: dict[int, object], stop: Callable[[], object]
) -> None:
    """Accept no more, and let requests under way finish, or fail."""
    server.accepting = False
    server.del_channel(channels)
    server.socket.close()
    for seconds, before in ((_PATIENCE, None), (_FAREWELL, stop)):
        if before is not None and dispatcher.busy:
            threading.Thread(target=before, daemon=True).start()
        end = time.monotonic() + seconds
        while (dispatcher.busy or server.unsent) and time.monotonic() < end:
            go_round(channels, 0.02)
            server.look_after()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Cannot listen on {host}:{port}: {error}", "Choose another --port, or --port 0 for a free one."
        ) from error
