"""`/dataset` and `/.well-known/void`: the figures of the description are those of the store."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from graph_service.formats import RDF_FORMATS
from graph_service.graph.catalog import DCAT, SPDX, VOID
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, open_store
from graph_service.graph.terms import TYPE
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.vocabulary import DCT
from graph_service.web import create_app
from tests.graph.factory import BASE
from tests.web.conftest import HTML, story

ROOT = "http://localhost/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the store of all tests here that only read, so that all is counted once for them all."""
    return tmp_path_factory.mktemp("described")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[GraphStore]:
    """A store with the story."""
    with open_store(folder / "store", BASE) as opened:
        opened.put(map_reading(story().reading(), BASE))
        opened.commit()
        yield opened


@pytest.fixture(scope="module")
def client(store: GraphStore, workers: Workers) -> FlaskClient:
    """A service over it."""
    return create_app(store, Settings(base_iri=BASE), workers).test_client()


def described(
    client: FlaskClient, path: str = "/.well-known/void", accept: str = "text/turtle"
) -> rdflib.Graph:
    """Return the description as another reader reads it."""
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return rdflib.Graph().parse(data=answer.data, format=accept)


def numbers(graph: rdflib.Graph, dataset: str, kind: str, counted: str) -> dict[str, int]:
    """Return the partitions of a dataset by class or property."""
    rows = graph.query(
        f"SELECT ?what ?n {{ <{ROOT}dataset#{dataset}> <{VOID}{kind}Partition> ?part . "
        f"?part <{VOID}{kind}> ?what ; <{VOID}{counted}> ?n }}"
    )
    return {str(row[0]): int(row[1]) for row in rows}  # type: ignore[index, arg-type]


def value(graph: rdflib.Graph, dataset: str, predicate: str) -> int:
    """Return the one number that is said of a dataset."""
    (found,) = graph.objects(rdflib.URIRef(f"{ROOT}dataset#{dataset}"), rdflib.URIRef(predicate))
    return int(str(found))


@pytest.mark.parametrize("dataset", ["facts", "prospects"])
def test_partitions_are_those_of_the_store(client: FlaskClient, store: GraphStore, dataset: str) -> None:
    """Triples, subjects, objects, classes and properties are counted as they are in the store."""
    graph = described(client)
    where = ox.DefaultGraph() if dataset == "facts" else ox.NamedNode(f"{BASE}graph/prospects")
    quads = list(store.snapshot().quads(None, None, None, where))
    kinds = Counter(str(q.object)[1:-1] for q in quads if q.predicate == TYPE)
    assert value(graph, dataset, VOID + "triples") == len(quads) > 0
    assert value(graph, dataset, VOID + "distinctSubjects") == len({q.subject for q in quads})
    assert value(graph, dataset, VOID + "distinctObjects") == len({q.object for q in quads})
    assert numbers(graph, dataset, "class", "entities") == kinds
    assert numbers(graph, dataset, "property", "triples") == Counter(q.predicate.value for q in quads)
    assert value(graph, dataset, VOID + "classes") == len(kinds)


def test_all_counts_everything(client: FlaskClient, store: GraphStore) -> None:
    """The dataset of everything has all quads, and its subsets add up to them."""
    graph = described(client)
    assert value(graph, "all", VOID + "triples") == store.snapshot().count()
    assert sum(value(graph, name, VOID + "triples") for name in ("facts", "prospects", "evidence")) == value(
        graph, "all", VOID + "triples"
    )
    assert value(graph, "all", VOID + "documents") == 1


def test_distributions_are_the_dumps(client: FlaskClient) -> None:
    """Each dump is a distribution with its address, size and checksum."""
    graph = described(client)
    rows = graph.query(
        f"SELECT ?url ?size ?sum {{ ?d <{DCAT}downloadURL> ?url ; <{DCAT}byteSize> ?size ; "
        f"<{SPDX}checksum>/<{SPDX}checksumValue> ?sum }}"
    )
    found = {str(row[0]): (int(row[1]), str(row[2]).lower()) for row in rows}  # type: ignore[index, arg-type]
    listed = client.get("/exports/?format=json").json["dumps"]  # type: ignore[index]
    assert found == {dump["url"]: (dump["size"], dump["sha256"]) for dump in listed}
    assert found


def test_version_licence_and_rights_are_said(client: FlaskClient, store: GraphStore) -> None:
    """The version is the state of the graph; the vocabulary has its licence, the documents their rights."""
    graph = described(client)
    whole = rdflib.URIRef(f"{ROOT}dataset#all")
    assert str(graph.value(whole, rdflib.URIRef(DCAT + "version"))) == store.snapshot().id
    assert list(graph.objects(None, rdflib.URIRef(DCT + "license")))
    assert graph.value(whole, rdflib.URIRef(DCT + "rights"))
    assert str(graph.value(whole, rdflib.URIRef(VOID + "sparqlEndpoint"))) == f"{ROOT}sparql"


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_every_format_says_the_same(client: FlaskClient, name: str) -> None:
    """The description is the same graph in every format, at both addresses."""
    format_ = RDF_FORMATS[name]
    for path in ("/dataset", "/.well-known/void"):
        found = ox.parse(client.get(path, headers={"Accept": format_.media_type}).data, format=format_.rdf)
        again = ox.parse(client.get("/dataset").data, format=ox.RdfFormat.TURTLE)
        assert {str(q) for q in found} == {str(q) for q in again}


@pytest.mark.parametrize(("language", "title"), [("en", "About this dataset"), ("zh", "关于本数据集")])
def test_people_get_a_page(client: FlaskClient, language: str, title: str) -> None:
    """Browsers get the figures as a page, with labels."""
    page = client.get("/dataset", headers={**HTML, "Accept-Language": language})
    assert f"<h1>{title}</h1>" in page.text
    assert ("Company" if language == "en" else "企业") in page.text


def test_description_is_tagged_and_refuses_what_it_is_not(client: FlaskClient) -> None:
    """It answers 304 to whoever has it, and 406 to who wants something else."""
    tag = client.get("/dataset").headers["ETag"]
    assert client.get("/dataset", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/dataset", headers={"Accept": "image/png"}).status_code == 406


def test_datasets_and_files_have_what_dcat_asks_for(client: FlaskClient) -> None:
    """Title and description of each dataset in both languages; of each file where it is, how large, and its checksum."""
    client.get("/exports/facts.ttl")
    graph = described(client)
    for kind in ("Catalog", "Dataset"):
        for node in graph.subjects(rdflib.RDF.type, rdflib.URIRef(DCAT + kind)):
            for said in ("title", "description"):
                languages = {o.language for o in graph.objects(node, rdflib.URIRef(DCT + said))}  # type: ignore[attr-defined]
                assert languages == {"zh", "en"}, (node, said)
    files = list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(DCAT + "Distribution")))
    assert files
    for node in files:
        for name in (
            *(DCAT + n for n in ("accessURL", "downloadURL", "mediaType", "byteSize")),
            SPDX + "checksum",
        ):
            assert graph.value(node, rdflib.URIRef(name)) is not None, (node, name)
