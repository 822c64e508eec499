"""Clients as people have them, against a running service over the bundled documents; and what the README tells to type."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

ROOT = Path(__file__).parents[1]
README = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md")}
HERE = "http://127.0.0.1:8000"
ZG = rdflib.Namespace("https://w3id.org/zonegraph/ont#")
SKOS = rdflib.SKOS
ROWS = ("json", "xml", "csv", "tsv")
GRAPHS = ("turtle", "n3", "rdf", "rdf+xml", "xml", "json-ld")
QUERIES = {
    "SELECT ?w ?p { ?w zg:relocatedTo ?p }": ROWS,
    "ASK { ?w zg:relocatedTo ?p }": ROWS,
    "CONSTRUCT { ?w zg:relocatedTo ?p } WHERE { ?w zg:relocatedTo ?p }": GRAPHS,
    "DESCRIBE ?w { ?w zg:relocatedTo ?p }": GRAPHS,
}
WAYS = (("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly"))
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # both libraries use rdflib's own old names
    pytest.mark.filterwarnings(
        "ignore:Sending Accept header:RuntimeWarning"
    ),  # SPARQLWrapper, of its format rdf
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the bundled documents that takes writes with the token `secret`."""
    store = tmp_path_factory.mktemp("clients") / "store"
    process = subprocess.Popen(
        [sys.executable, "-m", "graph_service", "serve", "--port", "0", "--store", str(store)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "ZONEGRAPH_TOKEN": "secret"},
    )  # fmt: skip
    assert process.stdout
    try:
        yield process.stdout.readline().decode().removeprefix("Serving ").strip().rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


# ---- SPARQLWrapper and rdflib --------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(("method", "sent"), WAYS)
def test_sparqlwrapper_reads_every_format(url: str, query: str, method: str, sent: str) -> None:
    """SELECT, ASK, CONSTRUCT and DESCRIBE in each of its formats, by each of its methods, as what was asked for."""
    for name in QUERIES[query]:
        client = SPARQLWrapper.SPARQLWrapper(f"{url}/sparql")
        client.setMethod(method)
        client.setRequestMethod(sent)
        client.setReturnFormat(name)
        client.setQuery(f"PREFIX zg: <{ZG}> {query}")
        answer = client.query()
        assert _holds(answer.convert(), name), name


def _holds(found: Any, name: str) -> bool:
    """Tell whether an answer is in the form of its format, and not empty."""
    if isinstance(found, dict):
        return bool(found.get("boolean") or found["results"]["bindings"])
    if isinstance(found, rdflib.Graph):
        return len(found) > 0
    if isinstance(found, bytes):
        in_turtle = name in {"turtle", "n3"}
        return len(rdflib.Graph().parse(data=found, format="turtle")) > 0 if in_turtle else len(found) > 3
    return bool(found.getElementsByTagName("result") or found.getElementsByTagName("boolean"))


def test_sparqlwrapper_updates_with_the_token(url: str) -> None:
    """Updates pass with the header of the token, and are refused without."""
    client = SPARQLWrapper.SPARQLWrapper(f"{url}/sparql", f"{url}/update")
    client.setMethod("POST")
    client.setQuery("INSERT DATA { GRAPH <urn:clients> { <urn:a> <urn:b> 1 } }")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.Unauthorized):
        client.query()
    client.addCustomHttpHeader("Authorization", "Bearer secret")
    assert client.query().response.status in {200, 204}


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_as_of_a_graph_of_its_own(url: str, method: Any) -> None:
    """Queries, patterns, counts and the graphs by name, through rdflib's store of remote graphs."""
    store = SPARQLStore(f"{url}/sparql", method=method)
    graph = rdflib.Graph(store)
    moved = set(graph.triples((None, ZG.relocatedTo, None)))
    assert moved
    rows = graph.query(f"SELECT ?w ?p {{ ?w <{ZG.relocatedTo}> ?p }}").bindings
    assert {(row[rdflib.Variable("w")], row[rdflib.Variable("p")]) for row in rows} == {
        (firm, place) for firm, _, place in moved
    }
    assert graph.query("ASK {}").askAnswer
    assert len(graph.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3").graph or ()) == 3
    firm = next(iter(moved))[0]
    assert graph.value(firm, SKOS.prefLabel)
    assert len(graph) > 1000
    names = [name for name in map(str, store.contexts()) if "/graph/doc/" in name]
    claims = rdflib.Graph(store, identifier=rdflib.URIRef(names[0])).triples((None, ZG.evidence, None))
    assert next(claims)


def test_rdflib_writes_with_the_token(url: str) -> None:
    """Adding to a remote graph and removing from it."""
    store = SPARQLUpdateStore(f"{url}/sparql", f"{url}/update", headers={"Authorization": "Bearer secret"})
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("urn:written"))
    triple = (rdflib.URIRef("urn:a"), ZG.locatedIn, rdflib.Literal("诸暨", lang="zh"))
    graph.add(triple)
    assert list(graph) == [triple]
    graph.remove((None, None, None))
    assert list(graph) == []


# ---- What they accept ----------------------------------------------------------------------------

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDF4J = "application/rdf+xml;q=0.8, application/trig, application/n-quads, text/turtle, application/ld+json;q=0.9, application/n-triples;q=0.8, */*;q=0.1"
RDF4J_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/csv;q=0.8, text/tab-separated-values;q=0.8"
JENA = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
JENA_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, text/csv;q=0.5, */*;q=0.1"
WRAPPER = "application/sparql-results+json,application/json,text/javascript,application/javascript"
RDFLIB = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5,*/*;q=0.1"
TTL, HTML, JSON, XML = "text/turtle", "text/html", "application/json", "application/rdf+xml"
RESULTS = "application/sparql-results+json"
ASKED = "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201"
SENT = [
    # address, then what Chrome and Firefox, curl, RDF4J, Jena, rdflib get
    ("/id?name=德广信", HTML, TTL, TTL, TTL, XML),
    ("/ontology", HTML, TTL, TTL, TTL, XML),
    ("/ontology/Company", HTML, TTL, TTL, TTL, XML),
    ("/shapes", HTML, TTL, TTL, TTL, XML),
    ("/dataset", HTML, TTL, TTL, TTL, XML),
    ("/.well-known/void", HTML, TTL, TTL, TTL, XML),
    ("/sparql", HTML, TTL, TTL, TTL, XML),
    ("/changes", HTML, JSON, "application/trig", TTL, JSON),
    ("/exports/facts.ttl", TTL, TTL, TTL, TTL, TTL),
    ("/exports/all.nq", *["application/n-quads"] * 5),
    ("/documents", HTML, JSON, JSON, JSON, JSON),
    ("/queries", HTML, JSON, JSON, JSON, JSON),
    ("/queries/relocations", HTML, JSON, JSON, JSON, JSON),
    ("/exports/", HTML, JSON, JSON, JSON, JSON),
    ("/context.jsonld", *["application/ld+json"] * 5),
]
ROWS_SENT = [(ASKED, RESULTS, header) for header in ("*/*", RDF4J_ROWS, JENA_ROWS, WRAPPER)]


def sent(url: str, path: str, accept: str) -> str:
    """Return the media type of an answer, after redirects."""
    address = url + urllib.request.quote(path, safe="/?=&%.")  # type: ignore[attr-defined]
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": accept})) as answer:
        return str(answer.headers.get_content_type())


@pytest.mark.parametrize(
    ("path", "browser", "curl", "rdf4j", "jena", "other"), SENT, ids=[row[0] for row in SENT]
)
def test_clients_get_what_they_like_best(
    url: str, path: str, browser: str, curl: str, rdf4j: str, jena: str, other: str
) -> None:
    """The headers that clients send lead to a form that they read, at every kind of address."""
    wanted = {CHROME: browser, FIREFOX: browser, "*/*": curl, RDF4J: rdf4j, JENA: jena, RDFLIB: other}
    assert {header: sent(url, path, header) for header in wanted} == wanted


@pytest.mark.parametrize(("path", "expected", "accept"), ROWS_SENT)
def test_clients_of_sparql_get_results(url: str, path: str, expected: str, accept: str) -> None:
    """Rows come as results in JSON to all who put that first."""
    assert sent(url, path, accept) == expected


def test_who_accepts_nothing_of_it_is_told(url: str) -> None:
    """406 with what there is."""
    for path in (
        "/documents",
        "/ontology",
        "/dataset",
        "/sparql",
        "/changes",
        "/id?name=%E5%BE%B7%E5%B9%BF%E4%BF%A1",
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            sent(url, path, "image/png")
        assert caught.value.code == 406
        caught.value.close()


# ---- What the README says ------------------------------------------------------------------------


def blocks(language: str, has: str) -> list[Any]:
    """Return the code blocks of a language, of both READMEs, that speak of the service."""
    found = []
    for name, text in README.items():
        for number, block in enumerate(
            re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        ):
            if has in block and HERE in block:
                found.append(pytest.param(block, id=f"{name}-{number}"))
    return found


@pytest.mark.parametrize("block", blocks("python", "import"))
def test_python_of_the_readme_runs(url: str, block: str, tmp_path: Path) -> None:
    """Each block prints something, and has no more than ten lines but for the query in it."""
    done = subprocess.run(
        [sys.executable, "-c", block.replace(HERE, url)],
        capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert len(block.strip().splitlines()) <= 12


@pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash"
)
@pytest.mark.parametrize("block", blocks("sh", "curl"))
def test_curl_of_the_readme_runs(url: str, block: str, tmp_path: Path) -> None:
    """Each recipe gets an answer that is no error; every line of it."""
    (tmp_path / "note.txt").write_text("华芯电子有限公司在苏州工业园区。", "utf-8")
    (tmp_path / "g.ttl").write_text("<http://example.org/s> <http://example.org/p> 1 .", "utf-8")
    listed = rdflib.Graph(SPARQLStore(f"{url}/sparql")).query(
        f"SELECT ?d {{ GRAPH ?g {{ ?d a <{ZG.Document}> ; <{ZG.sha256Digest}> ?x }} }} ORDER BY DESC(?d)"
    )
    document = str(next(iter(listed))[0]).rpartition("/")[2]  # type: ignore[index]
    script = 'set -euo pipefail\ncurl() { command curl --fail "$@"; }\n' + block.replace(HERE, url)
    script = script.replace("curl -C -", "truncate -s 1000 all.nq.gz; curl -C -")
    done = subprocess.run(
        ["bash", "-c", script.replace("/documents/ID", f"/documents/{document}")],
        capture_output=True, cwd=tmp_path, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
