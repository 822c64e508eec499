"""Other servers on the same quads: rdflib-endpoint over pyoxigraph, Virtuoso Open Source, Apache Jena Fuseki.

None is a dependency. rdflib-endpoint is run by an interpreter that has `rdflib-endpoint`, `oxrdflib` and
`uvicorn`; Virtuoso (`apt install virtuoso-opensource`) by the programs `virtuoso-t` and `isql-vt`; Fuseki by
Java from the jar of `org.apache.jena:jena-fuseki-server` (5.6.0 is the last one for Java 17), which
`mvn dependency:get -Dartifact=org.apache.jena:jena-fuseki-server:5.6.0 -Dtransitive=false` puts below `~/.m2`.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
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
    """Run Virtuoso on a new database in a folder, load a file of N-Quads, and give its address."""
    folder.mkdir()
    sql, http = _free(), _free()
    said = _CONFIGURATION.format(sql=sql, http=http, folder=folder)
    (folder / "virtuoso.ini").write_text(said, "utf-8")
    process = subprocess.Popen(
        ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{http}/sparql"
        _wait(url)
        shutil.copy(quads, folder / "all.nq")
        _run(
            sql,
            f"log_enable(2); DB.DBA.TTLP(file_to_string_output('{folder}/all.nq'), '', '{_DEFAULT}', 512);",
        )
        _run(sql, "checkpoint;")
        yield f"{url}?default-graph-uri={_DEFAULT}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def fuseki(jar: Path, folder: Path, quads: Path) -> Iterator[str]:
    """Run Fuseki on a new TDB2 database in a folder that a file of N-Quads was loaded to; give its address."""
    silent = subprocess.DEVNULL
    subprocess.run(
        ["java", "-cp", jar, "tdb2.tdbloader", "--loc", folder, quads],
        check=True,
        stdout=silent,
        stderr=silent,
    )
    port = _free()
    command = [
        "java",
        "-Xmx4g",
        "-jar",
        str(jar),
        "--localhost",
        "--port",
        str(port),
        "--tdb2",
        f"--loc={folder}",
        "/ds",
    ]
    environment = {**os.environ, "FUSEKI_BASE": str(folder), "JAVA_TOOL_OPTIONS": "-Dlog4j2.level=ERROR"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=silent, stderr=silent)
    try:
        url = f"http://127.0.0.1:{port}/ds/sparql"
        _wait(url)
        yield url
    finally:
        process.kill()
        process.wait()


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
