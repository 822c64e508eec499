"""Documents from addresses and to services, over a real socket."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from graph_service.client import Service, ServiceError, download
from graph_service.errors import DocumentError, UsageError
from graph_service.graph.store import open_reader, open_store
from graph_service.questions import ask_service, question
from graph_service.settings import BASE_IRI, Settings
from graph_service.sources import send, take_in
from graph_service.web import create_app

TEXT = "远星传感有限公司从苏州迁到镜湖智能产业园。"
NOTHING = {"published": None, "title": None, "source": None}


class _Pages(BaseHTTPRequestHandler):
    """A web server with one page."""

    def do_GET(self) -> None:
        """Answer the page, or that there is none."""
        found = self.path == "/%E8%BF%81.html"
        body = f"<title>迁入</title><p>{TEXT}</p>".encode("gbk")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=gbk")
        self.end_headers()
        self.wfile.write(body if found else b"no")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    """The address of that server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """The address of a service over an empty store that takes writes with the token `t`."""
    with open_store(tmp_path / "served", BASE_IRI) as store:
        server = make_server("127.0.0.1", 0, create_app(store, Settings(token="t")), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_page_is_taken_in_from_its_address(web: str, tmp_path: Path) -> None:
    """Its encoding and title are its own, its source is the address."""
    told: list[str] = []
    settings = Settings(store=tmp_path / "store")
    summary = take_in([f"{web}/迁.html"], settings, NOTHING, lambda _d, _n, name: told.append(name))
    assert (summary.changed, told) == (1, ["迁入"])
    quads = open_reader(settings.store).snapshot().quads(None, None, None, None)
    assert any(f"{web}/%E8%BF%81.html" in str(quad) for quad in quads)


def test_an_address_without_a_page_is_an_error_of_the_document(web: str) -> None:
    """So is one that nobody answers at, and a page that is too large."""
    for url in (f"{web}/nothing", "http://127.0.0.1:9/"):
        with pytest.raises(DocumentError, match="answer"):
            download(url, 100)
    with pytest.raises(DocumentError, match="more than"):
        download(f"{web}/迁.html", 5)


def test_files_are_sent_with_what_is_known_of_them(service: str, tmp_path: Path) -> None:
    """A folder goes file by file; the YAML beside a file goes with it."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "a.yaml").write_text("title: 迁入\npublished: '2022'\n", "utf-8")
    (folder / "b.md").write_text(f"# 再迁\n{TEXT}", "utf-8")
    settings, said = Settings(token="t"), {**NOTHING, "source": "urn:x"}
    sent = list(send([str(folder)], settings, service, said, lambda *_: None))
    assert [(s["title"], s["published"], s["source"]) for s in sent] == [
        ("迁入", "2022", "urn:x"), ("再迁", None, "urn:x"),
    ]  # fmt: skip


def test_questions_are_put_to_a_service(service: str, tmp_path: Path) -> None:
    """Named and bare ones, as tables and as files."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    list(send([str(tmp_path / "a.txt")], Settings(token="t"), service, NOTHING, lambda *_: None))
    named = question("relocations", {}, "zh")
    assert "镜湖智能产业园" in ask_service(named, service, None, None).decode()
    assert ask_service(named, service, "csv", None).startswith(b"who,size")
    (tmp_path / "q.rq").write_text("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", "utf-8")
    bare = question(str(tmp_path / "q.rq"), {}, "zh")
    assert ask_service(bare, service, None, None).startswith(b"s\n")
    assert ask_service(bare, service, "csv", None).startswith(b"s\r\n")


def test_a_refusal_of_a_service_keeps_its_cure(service: str, tmp_path: Path) -> None:
    """The words and the status are those of the service."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    with pytest.raises(ServiceError, match="token") as caught:
        Service(service, "wrong").send(tmp_path / "a.txt", "text/plain")
    assert caught.value.status == 401
    with pytest.raises(ServiceError, match="relocations"):
        Service(service).ask("nothing", {}, "application/json")


def test_what_is_no_address_of_a_service_is_wrong_use(tmp_path: Path) -> None:
    """Pages are not sent on, and an address needs its scheme."""
    with pytest.raises(UsageError, match="Save"):
        list(send(["http://127.0.0.1/x"], Settings(), "http://127.0.0.1:9", NOTHING, lambda *_: None))
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    with pytest.raises(UsageError, match="http://HOST"):
        Service("localhost:8000").send(tmp_path / "a.txt", "text/plain")
