"""The service on a port: waitress in this process, until a signal ends it."""

import re
import signal
import socket
import sys
from types import FrameType

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from graph_service.errors import UsageError
from graph_service.settings import Settings

_PATIENCE = 3
"""Seconds that requests under way have to finish once the service is told to end."""
_THREADS_PER_WORKER = 4
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes addresses as people type them: `curl …?company=德广信` sends them in UTF-8, not percent-encoded."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request, its first line made ASCII before."""
        line, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_NOT_ASCII.sub(lambda m: b"%%%02X" % m[0][0], line) + end + rest)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read so."""

    parser_class = _Parser


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads that are waited for no longer than a clean end may take."""

    def shutdown(self, cancel_pending: bool = True, timeout: float = _PATIENCE) -> bool:
        """Tell whether all requests under way have finished."""
        return bool(super().shutdown(cancel_pending, timeout))


def serve(app: Flask, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; says `Serving http://HOST:PORT/` on standard output once it listens.

    Args:
        app: what answers.
        settings: host, port (0 takes a free one) and workers.

    Raises:
        UsageError: the address cannot be listened on.
    """
    listening = _listen(settings.host, settings.port)
    dispatcher = _Dispatcher()
    dispatcher.set_thread_count(max(1, settings.workers) * _THREADS_PER_WORKER)
    server = create_server(app, sockets=[listening], _dispatcher=dispatcher, ident=None)
    server.channel_class = _Channel
    signal.signal(signal.SIGTERM, _end)
    host, port = listening.getsockname()[:2]
    print(f"Serving http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
    try:
        server.run()
    finally:
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Cannot listen on {host}:{port}: {error}", "Choose another --port, or --port 0 for a free one."
        ) from error


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
