"""A disk that is full, or may not be written: nothing that was acknowledged is lost, and readers do not notice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from graph_service.graph.store import open_store
from tests.graph.factory import BASE
from tests.web.served import TOKEN, Served, until

_MEBIBYTE = 1024 * 1024
_COUNT = "SELECT ?n { ?s <urn:written> ?n }"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Served]:
    """A service whose store is on a disk of its own, which is not large."""
    service = Served(tmp_path, disk=256)
    yield service
    assert service.end() == 0


def _fill_up(file: Path) -> None:
    """Write until there is no room left."""
    with suppress(OSError), file.open("wb", buffering=0) as out:
        while True:
            out.write(b"x" * _MEBIBYTE)
    with suppress(OSError), file.open("ab", buffering=0) as out:
        while True:
            out.write(b"x")


def _written(service: Served) -> set[int]:
    status, body = service.ask(_COUNT, "text/csv")
    assert status == 200
    return {int(line) for line in body.decode().split()[1:]}


def test_a_full_disk_loses_nothing_and_writes_go_on_when_there_is_room(small: Served, tmp_path: Path) -> None:
    """Writes are refused with a reason and a cure, again and again; queries, pages and documents are read."""
    insert = "INSERT DATA {{ <urn:{0}> <urn:written> {0} }}"
    kept = {number for number in range(3) if small.write(insert.format(number))[0] == 204}
    assert kept == {0, 1, 2}
    ballast = small.seen(tmp_path / "disk" / "ballast")
    _fill_up(ballast)
    for number in range(10, 14):
        status, body = small.write(insert.format(number))
        assert status == 503, body
        assert "room" in json.loads(body)["cure"], body
        assert _written(small) == kept
    document = "临江经济开发区位于临江市。".encode()
    status, headers, body = small.send(
        "POST", "/documents", document, "text/plain", Authorization=f"Bearer {TOKEN}"
    )
    assert status == 503, body
    assert headers["retry-after"]
    assert small.send("GET", "/documents", accept="application/json")[0] == 200
    ballast.unlink()
    until(lambda: small.write(insert.format(20))[0] == 204)
    assert _written(small) == {*kept, 20}


def test_a_store_that_cannot_be_written_is_an_error_with_a_cure(tmp_path: Path) -> None:
    """On a disk that is mounted for reading alone, `serve` says so in one line and ends."""
    with open_store(tmp_path / "store", BASE):
        pass
    only_read = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    command = [sys.executable, "-m", "graph_service", "serve", "--port", "0", "--base-iri", BASE, "--store"]
    store = str(tmp_path / "store")
    ended = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", only_read, store, *command, store],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1, ended
    assert ended.stdout == ""
    assert f"{store} cannot be written: {os.strerror(30)}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_service_on_one_store_is_refused(served: Served, tmp_path: Path) -> None:
    """The first one goes on."""
    store = tmp_path / "store"
    command = [sys.executable, "-m", "graph_service", "serve", "--port", "0", "--base-iri", BASE, "--store"]
    with open_store(store, BASE):
        ended = subprocess.run(
            [*command, str(store)], capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 1, ended
    assert f"{store} is being written by another process" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert served.alive()
