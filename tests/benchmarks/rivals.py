"""Other servers on the same quads: rdflib-endpoint, Virtuoso Open Source, Apache Jena Fuseki, Oxigraph's own.

None is a dependency. rdflib-endpoint is run by an interpreter that has `rdflib-endpoint`, `oxrdflib` and
`uvicorn`; Virtuoso (`apt install virtuoso-opensource`) by the programs `virtuoso-t` and `isql-vt`; Fuseki by
Java from the jar of `org.apache.jena:jena-fuseki-server` (5.6.0 is the last one for Java 17), which
`mvn dependency:get -Dartifact=org.apache.jena:jena-fuseki-server:5.6.0 -Dtransitive=false` puts below `~/.m2`;
Oxigraph from the program that `cargo install oxigraph-cli` makes. Each loads the quads into a folder of its own; a
folder that holds them already is used as it is, so that what takes long is done once.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.load import Connection

RDFLIB = """
import socket
import sys
import pyoxigraph as ox
import uvicorn
from oxrdflib import OxigraphStore
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
dataset = Dataset(store=OxigraphStore(store=ox.Store.read_only(sys.argv[1])))
app = SparqlEndpoint(graph=dataset, path="/sparql")
listening = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listening])
"""
"""The endpoint of rdflib: a program of its own, given the folder of a snapshot."""

_DEFAULT = "urn:bench:default"
_CONFIGURATION = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
ServerThreads = 64
MaxClientConnections = 64
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = {http}
ServerRoot = {folder}
ServerThreads = 64
MaxClientConnections = 64
MaxKeepAlives = 64
KeepAliveTimeout = 30
[SPARQL]
ResultSetMaxRows = 10000000
"""
"""Buffers as its manual has them for 2 GB. It has no graph without a name: what is there goes to `_DEFAULT`."""
_STARTING = 120.0


@contextmanager
def rdflib_endpoint(python: Path, snapshot: Path) -> Iterator[str]:
    """Run rdflib-endpoint on a snapshot and give its address."""
    process = subprocess.Popen(
        [python, "-c", RDFLIB, str(snapshot)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    try:
        port = process.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def virtuoso_is_here() -> bool:
    """Tell whether the programs of Virtuoso are on the path."""
    return all(map(shutil.which, ("virtuoso-t", "isql-vt")))


@contextmanager
def virtuoso(folder: Path, quads: Path) -> Iterator[str]:
    """Run Virtuoso on a database in a folder that a file of N-Quads was loaded to; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    sql, http = _free(), _free()
    said = _CONFIGURATION.format(sql=sql, http=http, folder=folder)
    (folder / "virtuoso.ini").write_text(said, "utf-8")
    with _running(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], folder):
        url = f"http://127.0.0.1:{http}/sparql"
        _wait(url)
        if not _is_loaded(folder):
            copied = Path(shutil.copy(quads, folder / "all.nq"))
            _run(sql, f"ld_dir('{folder}', 'all.nq', '{_DEFAULT}'); rdf_loader_run(); checkpoint;")
            copied.unlink()
            _note_loaded(folder)
        yield f"{url}?default-graph-uri={_DEFAULT}"


@contextmanager
def fuseki(jar: Path, folder: Path, quads: Path) -> Iterator[str]:
    """Run Fuseki on a TDB2 database in a folder that a file of N-Quads was loaded to; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    place = str(folder / "tdb2")
    if not _is_loaded(folder):
        _load("java", "-cp", str(jar), "tdb2.tdbloader", "--loc", place, str(quads))
        _note_loaded(folder)
    port = str(_free())
    command = [
        "java",
        "-Xmx4g",
        "-jar",
        str(jar),
        "--localhost",
        "--port",
        port,
        "--tdb2",
        f"--loc={place}",
        "/ds",
    ]
    with _running(command, folder, FUSEKI_BASE=str(folder), JAVA_TOOL_OPTIONS="-Dlog4j2.level=ERROR"):
        url = f"http://127.0.0.1:{port}/ds/sparql"
        _wait(url)
        yield url


@contextmanager
def oxigraph(program: Path, folder: Path, quads: Path) -> Iterator[str]:
    """Run Oxigraph's own server on a store in a folder that a file of N-Quads was loaded to; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    place = str(folder / "store")
    if not _is_loaded(folder):
        _load(str(program), "load", "--location", place, "--file", str(quads))
        _note_loaded(folder)
    port = _free()
    command = [str(program), "serve-read-only", "--location", place, "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder):
        url = f"http://127.0.0.1:{port}/query"
        _wait(url)
        yield url


@contextmanager
def _running(command: Sequence[str], folder: Path, **environment: str) -> Iterator[None]:
    """Run a server in a folder, and end it after all."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _load(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _is_loaded(folder: Path) -> bool:
    return (folder / "loaded").exists()


def _note_loaded(folder: Path) -> None:
    (folder / "loaded").touch()


def _run(port: int, commands: str) -> None:
    subprocess.run(
        ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", f"exec={commands}"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _wait(url: str) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + _STARTING
    while True:
        try:
            Connection(url).ask("ASK {}")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
