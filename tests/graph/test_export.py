"""Dumps: same graph, same bytes; nothing lost on the way out and in."""

import io
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from graph_service.errors import NotFoundError, UnfitError, UsageError
from graph_service.formats import EXPORT_FORMATS, RDF_FORMATS, by_name
from graph_service.graph import parts
from graph_service.graph.export import DATASETS, export, formats_of
from graph_service.graph.store import GraphStore, Snapshot, open_store
from graph_service.resources import resource
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put, relocation_story

LARGE = pytest.mark.parametrize("most", [10, 100_000], ids=["as it comes", "sorted"])


@pytest.fixture
def snapshot(store: GraphStore) -> Snapshot:
    """Two documents."""
    draft = Draft(source="一家报纸")
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("和光在“镜湖园”。\t换行"))
    return put(store, relocation_story().reading(), draft.reading())


def dump(snapshot: Snapshot, dataset: str, name: str) -> bytes:
    """Return an export as bytes."""
    out = io.BytesIO()
    export(snapshot, dataset, EXPORT_FORMATS.get(name) or by_name(name), out)
    return out.getvalue()


def quads(snapshot: Snapshot, graph: ox.NamedNode | ox.DefaultGraph | None = None) -> set[str]:
    """Return the quads of a snapshot, or of one graph of it, as text."""
    return {str(q) for q in snapshot.quads(None, None, None, graph)}


def test_n_quads_sorted_lines(snapshot: Snapshot) -> None:
    """N quads are sorted lines of everything."""
    lines = dump(snapshot, "all", "nq").decode().splitlines()
    assert lines == sorted(lines)
    assert {line.removesuffix(" .") for line in lines} == quads(snapshot)


@LARGE
@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
def test_everything_comes_back_from(
    snapshot: Snapshot, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything comes back from a format with graphs, be there too much to sort or not."""
    monkeypatch.setattr(parts, "_SORTED", most)
    format_ = by_name(name)
    back = ox.parse(dump(snapshot, "all", name), format=format_.rdf)
    assert {str(q) for q in back} == quads(snapshot)


@LARGE
@pytest.mark.parametrize("name", list(RDF_FORMATS))
@pytest.mark.parametrize("dataset", ["facts", "prospects", "evidence"])
def test_each_dataset_comes_back_from(
    snapshot: Snapshot, dataset: str, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each dataset comes back from every format of graphs, as the triples of its graphs."""
    monkeypatch.setattr(parts, "_SORTED", most)
    back = ox.parse(dump(snapshot, dataset, name), format=by_name(name).rdf)
    graphs = parts.part(snapshot, dataset).graphs
    assert {str(q.triple) for q in back} == {
        str(q.triple) for graph in graphs for q in snapshot.quads(None, None, None, graph)
    }


@LARGE
@pytest.mark.parametrize("name", list(EXPORT_FORMATS))
def test_order_of_coming_never_shows(
    tmp_path: Path, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two stores with the same graph, filled in another order, give the same bytes, however large they are."""
    monkeypatch.setattr(parts, "_SORTED", most)
    dataset = "all" if EXPORT_FORMATS[name] in formats_of("all") else "facts"
    draft = Draft()
    other = draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("和光来了。")).reading()
    readings = [relocation_story().reading(), other]
    dumps = []
    for folder, order in (("one", readings), ("two", readings[::-1])):
        with open_store(tmp_path / folder, BASE) as store:
            dumps.append(dump(put(store, *order), dataset, name))
    assert dumps[0] == dumps[1]


@pytest.mark.parametrize("wrong", ["http://example.org/1", "http://example.org/p/", "http://example.org/#"])
def test_predicate_without_a_name_is_refused(wrong: str) -> None:
    """RDF/XML refuses a predicate that has no name in XML, instead of writing what does not parse."""
    quad = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode(wrong), ox.Literal("v"))
    with pytest.raises(UnfitError) as caught:
        dump(Snapshot.of([quad], BASE), "facts", "rdf")
    assert wrong in caught.value.detail


@pytest.mark.parametrize("wrong", ["a\x01b", "\ufffe"])
def test_character_that_xml_has_not_is_refused(wrong: str) -> None:
    """RDF/XML refuses a character that no XML document may have."""
    quad = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p:q"), ox.Literal(wrong))
    with pytest.raises(UnfitError):
        dump(Snapshot.of([quad], BASE), "facts", "rdf")


def test_every_predicate_of_the_ontology_is_well_formed_in_xml() -> None:
    """RDF/XML is well-formed for every predicate of the ontology, and comes back."""
    ontology = ox.parse(path=str(resource("ontology", "zonegraph.ttl")), format=ox.RdfFormat.TURTLE)
    terms = {q.subject for q in ontology if isinstance(q.subject, ox.NamedNode) and "ont#" in q.subject.value}
    said = [ox.Quad(ox.NamedNode("urn:s"), term, ox.Literal("<&>\r\n")) for term in terms]
    written = dump(Snapshot.of(said, BASE), "facts", "rdf")
    assert len(said) > 200
    assert len(list(fromstring(written)[0])) >= 1
    assert {str(q) for q in ox.parse(written, format=ox.RdfFormat.RDF_XML)} == {str(q) for q in said}


@pytest.mark.parametrize("name", ["nq", "trig", "jsonld"])
def test_neighbourhood_of_a_thing(snapshot: Snapshot, name: str) -> None:
    """A thing comes with its facts, prospects and claims, all of them as they are in the graph."""
    iri = next(
        str(q.subject)[1:-1] for q in snapshot.quads(None, None, None, None) if "/park/" in str(q.subject)
    )
    written = dump(snapshot, iri, name)
    found = {str(q) for q in ox.parse(written, format=by_name(name).rdf)}
    assert found < quads(snapshot)
    for graph in (ox.DefaultGraph(), ox.NamedNode(f"{BASE}graph/prospects")):
        assert {q for q in quads(snapshot, graph) if f"<{iri}>" in q} <= found
    assert "/graph/doc/" in str(found)
    assert dump(snapshot, iri.removeprefix(BASE), name) == written


def test_neighbourhood_has_no_prospects_among_facts(snapshot: Snapshot) -> None:
    """In a format without graphs a thing comes with facts alone."""
    iri = next(
        str(q.subject)[1:-1] for q in snapshot.quads(None, None, None, None) if "/company/" in str(q.subject)
    )
    found = {str(q.triple) for q in ox.parse(dump(snapshot, iri, "ttl"), format=ox.RdfFormat.TURTLE)}
    assert found <= quads(snapshot, ox.DefaultGraph())


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
        dump(snapshot, "facts", "tsv")


def test_unknown_dataset_error_choices(snapshot: Snapshot) -> None:
    """An unknown dataset is an error with the choices."""
    with pytest.raises(NotFoundError) as caught:
        dump(snapshot, "everything", "nq")
    assert "prospects" in caught.value.cure
