"""Dumps: same graph, same bytes; nothing lost on the way out and in."""

import io
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from graph_service.errors import NotFoundError, UsageError
from graph_service.formats import RDF_FORMATS, by_name
from graph_service.graph.export import DATASETS, export
from graph_service.graph.store import GraphStore, Snapshot, open_store
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put, relocation_story


@pytest.fixture
def snapshot(store: GraphStore) -> Snapshot:
    """Two documents."""
    draft = Draft(source="一家报纸")
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("和光在“镜湖园”。\t换行"))
    return put(store, relocation_story().reading(), draft.reading())


def dump(snapshot: Snapshot, dataset: str, name: str) -> bytes:
    """Return an export as bytes."""
    out = io.BytesIO()
    export(snapshot, dataset, by_name(name), out)
    return out.getvalue()


def quads(snapshot: Snapshot, graph: ox.NamedNode | ox.DefaultGraph | None = None) -> set[str]:
    """Return the quads of a snapshot, or of one graph of it, as text."""
    return {str(q) for q in snapshot.quads(None, None, None, graph)}


def test_n_quads_sorted_lines(snapshot: Snapshot) -> None:
    """N quads are sorted lines of everything."""
    lines = dump(snapshot, "all", "nq").decode().splitlines()
    assert lines == sorted(lines)
    assert {line.removesuffix(" .") for line in lines} == quads(snapshot)


@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
def test_everything_comes_back_from(snapshot: Snapshot, name: str) -> None:
    """Everything comes back from a format with graphs."""
    format_ = by_name(name)
    back = ox.parse(dump(snapshot, "all", name), format=format_.rdf)
    assert {str(q) for q in back} == quads(snapshot)


@pytest.mark.parametrize("name", list(RDF_FORMATS))
def test_facts_come_back_from(snapshot: Snapshot, name: str) -> None:
    """Facts come back from every format."""
    back = ox.parse(dump(snapshot, "facts", name), format=by_name(name).rdf)
    assert {str(q.triple) for q in back} == quads(snapshot, ox.DefaultGraph())


@pytest.mark.parametrize(
    ("name", "theirs"), [("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")]
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib warns of its own parser
def test_another_reader_finds_same(snapshot: Snapshot, name: str, theirs: str) -> None:
    """Another reader finds the same graph."""
    ours, expected = rdflib.Graph(), rdflib.Graph()
    ours.parse(data=dump(snapshot, "facts", name), format=theirs)
    expected.parse(data=dump(snapshot, "facts", "nt"), format="nt")
    assert len(ours) > 20
    assert isomorphic(ours, expected)


def test_turtle_trig_bind_prefixes(snapshot: Snapshot) -> None:
    """Turtle and TriG bind the prefixes."""
    assert b"@prefix zg: <https://w3id.org/zonegraph/ont#>" in dump(snapshot, "facts", "ttl")
    assert b"a zg:Claim" in dump(snapshot, "all", "trig")


def test_each_dataset_holds_part(snapshot: Snapshot) -> None:
    """Each dataset holds its part."""
    parts = [dump(snapshot, dataset, "nq").splitlines() for dataset in DATASETS]
    facts, prospects, evidence, everything = (set(part) for part in parts)
    assert facts
    assert prospects
    assert all(b"/graph/prospects>" in line for line in prospects)
    assert facts | prospects | evidence == everything
    assert not facts & evidence


def test_one_document_exported_identifier(snapshot: Snapshot) -> None:
    """One document is exported by its identifier."""
    document = snapshot.documents()[0]
    graph = ox.NamedNode(f"{BASE}graph/doc/{document}")
    back = ox.parse(dump(snapshot, document, "ttl"), format=ox.RdfFormat.TURTLE)
    assert {str(q.triple) for q in back} == {str(q.triple) for q in snapshot.quads(None, None, None, graph)}


def test_evidence_format_without_graphs(snapshot: Snapshot) -> None:
    """Evidence in a format without graphs has each triple once."""
    lines = dump(snapshot, "evidence", "nt").splitlines()
    assert len(lines) == len(set(lines))


def test_everything_does_fit_format(snapshot: Snapshot) -> None:
    """Everything does not fit a format without graphs."""
    with pytest.raises(UsageError) as caught:
        dump(snapshot, "all", "ttl")
    assert "trig" in caught.value.cure


def test_format_results_refused(snapshot: Snapshot) -> None:
    """A format of results is refused."""
    with pytest.raises(UsageError):
        dump(snapshot, "facts", "csv")


def test_unknown_dataset_error_choices(snapshot: Snapshot) -> None:
    """An unknown dataset is an error with the choices."""
    with pytest.raises(NotFoundError) as caught:
        dump(snapshot, "everything", "nq")
    assert "prospects" in caught.value.cure


@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
def test_order_which_documents_came(tmp_path: Path, name: str) -> None:
    """The order in which documents came does not show."""
    draft = Draft()
    other = draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("和光来了。")).reading()
    readings = [relocation_story().reading(), other]
    dumps = []
    for folder, order in (("one", readings), ("two", readings[::-1])):
        with open_store(tmp_path / folder, BASE) as store:
            dumps.append(dump(put(store, *order), "all", name))
    assert dumps[0] == dumps[1]
