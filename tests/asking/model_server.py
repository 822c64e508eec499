"""A stand-in for a language model: it speaks OpenAI's chat completions, says what it is told to say, and fails as asked."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME = "stand-in"
KEY = "a secret of the model"


def fenced(query: str) -> str:
    """Return a query as models like to say it."""
    return f"Here you are:\n```sparql\n{query}\n```\nAnything else?"


class ModelServer:
    """What the stand-in was asked (`heard`: bodies and headers), and where it is (`url`)."""

    def __init__(self, says: Sequence[str | bytes | int | float]) -> None:
        self.says = list(says)
        self.heard: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.url = ""

    def next(self) -> str | bytes | int | float:
        """Return what comes next; the last one again and again."""
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


@contextmanager
def model_server(*says: str | bytes | int | float) -> Iterator[ModelServer]:
    """Run a stand-in on a free port of this machine.

    Args:
        says: one for each call: words of the model, bytes to send as they are, a status to refuse with, or (as a float)
            seconds of silence.
    """
    spoken = ModelServer(says)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            spoken.heard.append(({"path": self.path, **json.loads(body)}, dict(self.headers)))
            said = spoken.next()
            if isinstance(said, float):
                time.sleep(said)
                return
            status = said if isinstance(said, int) else 200
            content = (
                said if isinstance(said, bytes) else _completion(said) if isinstance(said, str) else b"{}"
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    spoken.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield spoken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(words: str) -> bytes:
    message = {"role": "assistant", "content": words}
    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": message}]}).encode()
