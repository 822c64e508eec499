"""Which server can carry the service; run `python -m tests.benchmarks.servers`.

Each server that is installed runs the same small Flask app, and is asked the same: how many answers a second it
gives to 1, 8 and 32 clients, and whether it has what the service needs. Ours is waitress as the service runs it.
Others are tried where they are at hand: `pip install granian gunicorn cheroot` into an environment of your own,
and `--python` that environment's interpreter, which also needs Flask.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.load import measure

APP = """
import os, select, socket, time
from flask import Flask, Response, jsonify, request
app = Flask("probe")
seen = {"gone": 0, "parts": 0}

@app.get("/sparql")
def small():
    return Response(b'{"head":{},"boolean":true}', content_type="application/sparql-results+json")

@app.get("/seen")
def told():
    return jsonify({**seen, "pid": os.getpid()})

@app.get("/breaks")
def breaks():
    def parts():
        yield b"x" * 100_000
        time.sleep(0.2)
        raise RuntimeError("half-way")
    return Response(parts())

@app.get("/large")
def large():
    def parts():
        for _ in range(4000):
            seen["parts"] += 1
            yield b"y" * 65536
    return Response(parts())

@app.get("/waits")
def waits():
    ours = request.environ.get("zonegraph.client_gone")
    raw = request.environ.get("gunicorn.socket")
    def gone():
        if ours:
            return ours()
        ready = raw is not None and select.select([raw], [], [], 0)[0]
        return bool(ready) and not raw.recv(1, socket.MSG_PEEK)
    for _ in range(40):
        time.sleep(0.05)
        if gone():
            seen["gone"] += 1
            break
    return "waited"

@app.get("/says")
def says():
    return request.args["q"]
"""
OURS = """
import sys
from probe import app
from graph_service.settings import Settings
from graph_service.web.server import serve
app.extensions["zonegraph.front"] = None
serve(app, Settings(port=int(sys.argv[1])))
"""
CHEROOT = """
import signal, sys
from probe import app
from cheroot import wsgi
server = wsgi.Server(("127.0.0.1", int(sys.argv[1])), app, numthreads=64, request_queue_size=1024)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    server.start()
finally:
    server.stop()
"""
SERVERS = {
    "waitress (ours)": ("", ["-c", OURS, "{port}"]),
    "cheroot": ("cheroot", ["-c", CHEROOT, "{port}"]),
    "gunicorn": (
        "gunicorn",
        ["-m", "gunicorn", "-k", "gthread", "--threads", "64", "-b", "127.0.0.1:{port}", "--graceful-timeout", "3",
         "probe:app"],
    ),
    "granian": (
        "granian",
        ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "64", "--port", "{port}",
         "probe:app"],
    ),
}  # fmt: skip
"""By name: the package that has to be there, and what Python is told; our own runs in this environment."""
SLOW = 70
"""Readers who take nothing: more than the threads of the others."""


def main() -> None:
    """Measure each server that is there and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the other servers")
    given = parser.parse_args()
    for name, (package, command) in SERVERS.items():
        python = given.python if package else sys.executable
        there = (
            not package
            or not subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode
        )
        if not there:
            print(f"{name}: not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "probe.py").write_text(APP, "utf-8")
            with _running([python, *command], folder) as (process, port):
                _report(name, process, port)


@contextmanager
def _running(command: list[str], folder: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": folder}
    process = subprocess.Popen(
        [part.format(port=port) if part == "{port}" or part.startswith("127.") else part for part in command],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield process, port
    finally:
        process.kill()
        process.wait()


def _report(name: str, process: subprocess.Popen[bytes], port: int) -> None:
    url = f"http://127.0.0.1:{port}/sparql"
    rates = [measure(url, ["ASK {}"], clients, 2, warm=True).rate for clients in (1, 8, 32)]
    print(f"{name}: answers a second to 1, 8, 32 clients: {', '.join(f'{rate:.0f}' for rate in rates)}")
    facts = {
        "an answer that breaks off is seen to be broken": not _raw(port, "/breaks").endswith(b"0\r\n\r\n"),
        "an address in UTF-8 is understood": _raw(port, "/says?q=德广信").endswith("\r\n\r\n德广信".encode()),
        "a client that has gone is noticed": _notices(port),
        f"answers beside {SLOW} readers who take nothing": _answers_beside_slow_readers(port),
        "200 connections at once are answered": _many(port) == 200,
        "SIGTERM ends it within five seconds while it works": _ends(process, port),
    }
    for fact, holds in facts.items():
        print(f"  {'yes' if holds else 'NO ':3} {fact}")


def _raw(port: int, target: str, timeout: float = 10) -> bytes:
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        with suppress(OSError):
            while part := connection.recv(65536):
                received += part
    return received


def _seen(port: int) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/seen")
    found: dict[str, int] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def _notices(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
    time.sleep(1)
    return _seen(port)["gone"] > 0


def _answers_beside_slow_readers(port: int) -> bool:
    slow = []
    for _ in range(SLOW):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.append(connection)
    time.sleep(2)
    answered = b"true" in _raw(port, "/sparql", timeout=5)
    for connection in slow:
        connection.close()
    time.sleep(1)
    return answered


def _many(port: int) -> int:
    connections = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(200)]
    answered = 0
    for connection in connections:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\n\r\n")
    for connection in connections:
        with suppress(OSError):
            answered += connection.recv(4096).startswith(b"HTTP/1.1 200")
        connection.close()
    return answered


def _ends(process: subprocess.Popen[bytes], port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            return False
    return True


if __name__ == "__main__":
    main()
