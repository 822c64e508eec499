"""Exports that are no plain graphs: RDF 1.2, nanopublications, tables and networks, each read by another reader."""

import csv
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import networkx
import pyarrow
import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from pyarrow.parquet import read_table

from graph_service.errors import UsageError
from graph_service.formats import export_format
from graph_service.graph import parquet, parts
from graph_service.graph.annotations import NP, REIFIES
from graph_service.graph.dumps import write
from graph_service.graph.export import export, formats_of
from graph_service.graph.sheets import COLUMNS
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, zg
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put, relocation_story

PROSPECTS = ox.NamedNode(f"{BASE}graph/prospects")
Rows = list[dict[str, str]]


@pytest.fixture
def snapshot(store: GraphStore) -> Snapshot:
    """Two documents; what one says is awkward in XML and in CSV."""
    draft = Draft(source="一家报纸")
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence('和光在"镜湖园",\r\n<园> & 区。\t\x0b换行'))
    return put(store, relocation_story().reading(), draft.reading())


def dump(snapshot: Snapshot, dataset: str, name: str) -> bytes:
    """Return an export as bytes."""
    out = io.BytesIO()
    export(snapshot, dataset, export_format(name), out)
    return out.getvalue()


def tables(snapshot: Snapshot, dataset: str) -> dict[str, Rows]:
    """Return the tables of an archive."""
    with zipfile.ZipFile(io.BytesIO(dump(snapshot, dataset, "zip"))) as archive:
        return {
            name: list(
                csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode("utf-8-sig"), newline=""))
            )
            for name in COLUMNS
        }


def plain(quads: list[ox.Quad]) -> set[str]:
    """Return quads of RDF 1.2 as the store has them, each reifier as the three triples of a statement."""
    found = set()
    for quad in quads:
        if quad.predicate != REIFIES:
            found.add(str(quad))
            continue
        term = quad.object
        assert isinstance(term, ox.Triple)
        ends = zip((SUBJECT, PREDICATE, OBJECT), (term.subject, term.predicate, term.object), strict=True)
        found |= {str(ox.Quad(quad.subject, place, end, quad.graph_name)) for place, end in ends}
    return found


def a_thing(snapshot: Snapshot, kind: str) -> str:
    """Return the IRI of some thing of a kind."""
    return min(q.subject.value for q in snapshot.quads(None, None, zg(kind), None) if q.subject)  # type: ignore[union-attr]


# ---- RDF 1.2 and nanopublications ----------------------------------------------------------------


@pytest.mark.parametrize("most", [10, 100_000], ids=["as it comes", "sorted"])
def test_reifiers_come_back_as_the_store(
    snapshot: Snapshot, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TriG 1.2 of everything is the store, with each claim a reifier in place of a statement."""
    monkeypatch.setattr(parts, "_SORTED", most)
    quads = list(ox.parse(dump(snapshot, "all", "trig12"), format=ox.RdfFormat.TRIG))
    assert sum(quad.predicate == REIFIES for quad in quads) > 10
    assert not [quad for quad in quads if quad.predicate == SUBJECT]
    assert plain(quads) == {str(q) for q in snapshot.quads(None, None, None, None)}


def test_facts_are_annotated_with_their_claims(snapshot: Snapshot) -> None:
    """Turtle 1.2 of the facts has all of them, the claims they rest on and the words; no claim of a prospect."""
    quads = list(ox.parse(dump(snapshot, "facts", "ttl12"), format=ox.RdfFormat.TURTLE))
    facts = {str(q) for q in snapshot.quads(None, None, None, ox.DefaultGraph())}
    reified = {str(q.object) for q in quads if q.predicate == REIFIES}
    assert facts <= {str(q) for q in quads}
    assert reified
    assert reified <= facts
    assert any(q.predicate == zg("text") for q in quads)


def test_every_accepted_claim_is_a_nanopublication(snapshot: Snapshot) -> None:
    """Each accepted claim gives one nanopublication of four graphs that are not empty."""
    quads = list(ox.parse(dump(snapshot, "all", "nanopub"), format=ox.RdfFormat.TRIG))
    graphs = {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    whole = [q.subject for q in quads if q.object == ox.NamedNode(NP + "Nanopublication")]
    accepted = {q.subject for q in snapshot.quads(None, zg("status"), ox.Literal("accepted"), None)}
    assert len(whole) == len(accepted)
    named = {q.object.value for q in quads if q.predicate.value.startswith(NP + "has")}
    assert len(named) == 3 * len(whole)
    assert named < graphs
    assert len(graphs) == 4 * len(whole)


def test_nanopublications_keep_to_the_guidelines(snapshot: Snapshot) -> None:
    """All that makes one well-formed: one head with just its parts, provenance of the assertion, information on the whole."""
    quads = list(ox.parse(dump(snapshot, "all", "nanopub"), format=ox.RdfFormat.TRIG))
    by_graph: dict[object, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        by_graph[quad.graph_name].append(quad)
    heads = {q.graph_name: q.subject for q in quads if q.object == ox.NamedNode(NP + "Nanopublication")}
    assert len(set(heads.values())) == len(heads)
    for head, whole in heads.items():
        said = {q.predicate.value.removeprefix(NP): q.object for q in by_graph[head]}
        assert len(by_graph[head]) == len(said) == 4
        assert {q.subject for q in by_graph[head]} == {whole}
        assertion, provenance, info = (
            said[f"has{n}"] for n in ("Assertion", "Provenance", "PublicationInfo")
        )
        assert len({head, whole, assertion, provenance, info}) == 5
        assert any(q.subject == assertion for q in by_graph[provenance])
        assert any(q.subject == whole and q.predicate.value.endswith("creator") for q in by_graph[info])


def test_no_nanopublication_asserts_a_prospect(snapshot: Snapshot) -> None:
    """What is not so is asserted as a claim with its modality, never as a triple."""
    quads = list(ox.parse(dump(snapshot, "all", "nanopub"), format=ox.RdfFormat.TRIG))
    asserted = [q for q in quads if str(q.graph_name).endswith("#assertion>")]
    prospects = {str(q.triple) for q in snapshot.quads(None, None, None, PROSPECTS)}
    assert asserted
    assert not {str(q.triple) for q in asserted} & prospects
    assert any(q.predicate == zg("modality") and q.object == zg("Possible") for q in asserted)


# ---- Tables --------------------------------------------------------------------------------------


def test_archive_has_its_tables_with_descriptions(snapshot: Snapshot) -> None:
    """The archive has a file for each table, and a description that names its columns in their order."""
    with zipfile.ZipFile(io.BytesIO(dump(snapshot, "all", "zip"))) as archive:
        assert archive.testzip() is None
        said = json.loads(archive.read("csv-metadata.json"))
        for table in said["tables"]:
            head = archive.read(table["url"]).decode("utf-8-sig").split("\r\n")[0]
            assert head.split(",") == [column["name"] for column in table["tableSchema"]["columns"]]
    assert said["@context"] == "http://www.w3.org/ns/csvw"
    assert len(said["tables"]) == 4


def test_tables_tell_the_story(snapshot: Snapshot) -> None:
    """The firm is among the things, its move among the relations, the output among the figures."""
    found = tables(snapshot, "all")
    firm = next(row for row in found["entities"] if row["name"] == HEGUANG.name)
    assert (firm["type"], firm["otherNames"]) == ("Company", "和光科技")
    moved = [
        row
        for row in found["relations"]
        if row["relation"] == "relocatedTo" and row["subject"] == firm["iri"]
    ]
    assert [(row["objectName"], row["modality"]) for row in moved] == [(PARK.name, "Actual")]
    assert {row["modality"] for row in found["relations"]} > {"Actual"}
    figure = next(row for row in found["figures"] if row["indicator"] == "outputValue")
    assert (figure["entityName"], figure["bound"], figure["text"]) == (PARK.name, "MoreThan", "超500亿元")
    assert float(figure["value"]) == 5e10


def test_evidence_has_each_claim_with_its_words(snapshot: Snapshot) -> None:
    """The table of evidence has a row for each sentence of each claim, with its words as they stand."""
    rows = tables(snapshot, "all")["evidence"]
    pairs = {(str(q.subject), str(q.object)) for q in snapshot.quads(None, zg("evidence"), None, None)}
    derived = list(snapshot.quads(None, None, zg("Derivation"), None))
    assert len(rows) == len(pairs) + len(derived)
    assert any('"镜湖园",\r\n<园>' in row["sentence"] for row in rows)


def test_facts_have_no_evidence_of_prospects(snapshot: Snapshot) -> None:
    """Tables of the facts have claims of facts alone, and those of prospects the others."""
    assert {row["modality"] for row in tables(snapshot, "facts")["evidence"]} == {"Actual"}
    assert "Actual" not in {row["modality"] for row in tables(snapshot, "prospects")["relations"]}


def test_tables_of_one_document(snapshot: Snapshot) -> None:
    """The tables of a document have what it says, and nothing of the others."""
    sizes = []
    for document in snapshot.documents():
        found = tables(snapshot, document)
        assert {row["document"] for row in found["evidence"]} == {f"{BASE}document/{document}"}
        assert found["entities"]
        sizes.append(len(found["relations"]))
    assert min(sizes) == 1
    assert max(sizes) > 5


# ---- Networks ------------------------------------------------------------------------------------


def test_networks_have_the_counts_of_the_tables(snapshot: Snapshot) -> None:
    """NetworkX reads GraphML and GEXF with as many nodes and edges as things and relations between them."""
    for dataset in ("facts", "all", a_thing(snapshot, "Park"), snapshot.documents()[0]):
        found = tables(snapshot, dataset)
        edges = sum(row["object"] != "" for row in found["relations"])
        nodes = {row["iri"] for row in found["entities"]}
        for graph in networks(snapshot, dataset):
            assert set(graph.nodes) == nodes
            assert graph.number_of_edges() == edges > 0


def networks(snapshot: Snapshot, dataset: str) -> list[networkx.MultiDiGraph]:
    """Return a part as NetworkX reads it, from GraphML and from GEXF."""
    ours = io.BytesIO(dump(snapshot, dataset, "graphml"))
    return [
        networkx.read_graphml(ours, force_multigraph=True),
        networkx.read_gexf(io.BytesIO(dump(snapshot, dataset, "gexf"))),
    ]


def test_network_of_prospects_has_every_end(snapshot: Snapshot) -> None:
    """Ends that are facts are nodes of the network of prospects too, with their names."""
    first, second = networks(snapshot, "prospects")
    assert set(first.nodes) == set(second.nodes)
    assert first.number_of_edges() == second.number_of_edges() > 0
    assert all(label for _, label in first.nodes(data="label"))


def test_network_without_characters_that_xml_has_not() -> None:
    """A name with a character that XML does not have is written without it."""
    firm = ox.NamedNode(f"{BASE}company/x-1")
    name = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    quads = [
        ox.Quad(firm, ox.NamedNode(rdflib.RDF.type), zg("Company")),
        ox.Quad(firm, name, ox.Literal("甲\x01<&>\"'乙")),
    ]
    for graph in networks(Snapshot.of(quads, BASE), "facts"):
        assert [label for _, label in graph.nodes(data="label")] == ["甲\ufffd<&>\"'乙"]


# ---- Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("coding", "open_"), [(".gz", gzip.decompress), (".zst", zstandard.decompress)])
def test_compressed_files_hold_the_same(snapshot: Snapshot, tmp_path: Path, coding: str, open_: type) -> None:
    """A compressed file holds what the plain one does, and the same graph gives the same bytes again."""
    written = []
    for name in ("one", "two"):
        write(snapshot, "all", export_format("nq"), coding, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    whole = zstandard.ZstdDecompressor().decompressobj().decompress if coding == ".zst" else open_
    assert written[0] == written[1]
    assert whole(written[0]) == dump(snapshot, "all", "nq")


def test_archive_is_not_compressed_again(snapshot: Snapshot, tmp_path: Path) -> None:
    """A ZIP is compressed already."""
    with pytest.raises(UsageError):
        write(snapshot, "all", export_format("zip"), ".gz", tmp_path / "x")
    assert list(tmp_path.glob("x*")) == []


def test_evidence_is_no_network(snapshot: Snapshot) -> None:
    """Evidence has no plain statements; the error says which formats hold it."""
    with pytest.raises(UsageError) as caught:
        dump(snapshot, "evidence", "gexf")
    assert "trig" in caught.value.cure


# ---- Parquet -------------------------------------------------------------------------------------


def test_parquet_has_the_rows_of_the_tables(snapshot: Snapshot) -> None:
    """Each table comes back with as many rows and the same values, typed."""
    found = tables(snapshot, "all")
    with zipfile.ZipFile(io.BytesIO(dump(snapshot, "all", "parquet"))) as archive:
        assert archive.testzip() is None
        for name, rows in found.items():
            table = read_table(pyarrow.BufferReader(archive.read(f"{name}.parquet")))
            assert table.column_names == list(COLUMNS[name])
            assert [_as_text(row) for row in table.to_pylist()] == [_as_text(row) for row in rows]
        figures = read_table(pyarrow.BufferReader(archive.read("figures.parquet"))).to_pylist()
    assert 5e10 in {row["value"] for row in figures}


def _as_text(row: Mapping[str, object]) -> dict[str, str]:
    """Return a row as a spreadsheet would show it, from either form."""
    shown = {k: "|".join(v) if isinstance(v, list) else "" if v is None else str(v) for k, v in row.items()}
    return {k: str(float(v)) if k in {"value", "min", "max"} and v else v for k, v in shown.items()}


def test_parquet_in_groups_is_the_same_table(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are written at once."""
    monkeypatch.setattr(parquet, "_ROWS", 3)
    with zipfile.ZipFile(io.BytesIO(dump(snapshot, "all", "parquet"))) as archive:
        table = read_table(pyarrow.BufferReader(archive.read("evidence.parquet")))
    assert table.num_rows == len(tables(snapshot, "all")["evidence"])


def test_without_the_library_the_error_says_how_to_get_it(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No stack trace, and the format is not offered."""
    monkeypatch.setattr(parquet, "is_installed", lambda: False)
    monkeypatch.setattr("graph_service.graph.export.is_installed", lambda: False)
    with pytest.raises(UsageError) as caught:
        dump(snapshot, "facts", "parquet")
    assert "pip install 'zonegraph[parquet]'" in caught.value.cure
    assert "parquet" not in {format_.name for format_ in formats_of("facts")}
