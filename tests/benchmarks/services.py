"""The service in a process of its own, as a user runs it, and other programs that say in one line that they are ready."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.benchmarks.quads import BASE


class Service(NamedTuple):
    """A service that runs: its address, which ends in a slash, and the number of its process."""

    url: str
    pid: int

    @property
    def place(self) -> tuple[str, int]:
        """Its host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)


@contextmanager
def served(store: Path, *more: str, environment: Mapping[str, str] | None = None) -> Iterator[Service]:
    """Serve a store on a free port, with no access log and with these options; ends the service afterwards."""
    command = [sys.executable, "-m", "graph_service", "serve", "--port", "0", "--store", str(store)]
    options = ["--base-iri", BASE, "--access-log", "off"]
    with running([*command, *options, *more], environment) as (said, pid):
        yield Service(said.removeprefix("Serving ").split()[0], pid)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """Run a program that says in one line that it is ready; gives the line and the process, and ends it afterwards."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert process.stdout
    try:
        yield process.stdout.readline(), process.pid
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
