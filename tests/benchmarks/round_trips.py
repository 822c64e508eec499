"""Round trips of exports: what other readers make of each format, compared with the store.

    python -m tests.benchmarks.round_trips --quads 100000

It makes a store of so many quads (tests/benchmarks/quads.py), writes each export of RDF, reads it with rdflib and with the
engine, and compares with the store; networks are read by NetworkX, and their counts compared with the tables. It ends with 1
where something differs. There are no blank nodes, so isomorphic means equal.
"""

import argparse
import csv
import io
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import networkx
import pyoxigraph as ox
import rdflib

from graph_service.formats import EXPORT_FORMATS, RDF_FORMATS
from graph_service.graph.export import export, formats_of
from graph_service.graph.parts import part
from graph_service.graph.store import Snapshot, open_reader
from tests.benchmarks.exports import fill

THEIRS = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nq": "nquads", "trig": "trig"}
"""What rdflib calls the formats."""
_DEFAULT = "urn:x-rdflib:default"


def written(snapshot: Snapshot, dataset: str, name: str) -> bytes:
    """Return an export."""
    out = io.BytesIO()
    export(snapshot, dataset, EXPORT_FORMATS[name], out)
    return out.getvalue()


def by_engine(data: bytes, name: str) -> set[ox.Quad]:
    """Return what the engine reads."""
    return set(ox.parse(data, format=RDF_FORMATS[name].rdf))


def by_rdflib(data: bytes, name: str) -> set[ox.Quad]:
    """Return what rdflib reads, as the engine would say it."""
    found = rdflib.Dataset()
    found.parse(data=data, format=THEIRS[name])
    return set(map(_quad, found.quads((None, None, None, None))))


def _quad(quad: tuple[object, object, object, object]) -> ox.Quad:
    subject, predicate, value, graph = quad
    name = str(getattr(graph, "identifier", graph) or _DEFAULT)
    where = ox.DefaultGraph() if name == _DEFAULT else ox.NamedNode(name)
    return ox.Quad(ox.NamedNode(str(subject)), ox.NamedNode(str(predicate)), _term(value), where)


def _term(value: object) -> ox.NamedNode | ox.Literal:
    if not isinstance(value, rdflib.Literal):
        return ox.NamedNode(str(value))
    if value.language:
        return ox.Literal(str(value), language=value.language)
    return ox.Literal(str(value), datatype=ox.NamedNode(value.datatype) if value.datatype else None)


def held(snapshot: Snapshot, dataset: str, name: str) -> set[ox.Quad]:
    """Return what the export of a dataset must give back."""
    graphs = part(snapshot, dataset).graphs
    quads: Iterable[ox.Quad] = (q for g in graphs for q in snapshot.quads(None, None, None, g))
    if RDF_FORMATS[name].holds_graphs:
        return set(quads)
    return {ox.Quad(q.subject, q.predicate, q.object) for q in quads}


def differing(snapshot: Snapshot, dataset: str, name: str) -> list[str]:
    """Return the readers that find something else in an export than the store has."""
    data, expected = written(snapshot, dataset, name), held(snapshot, dataset, name)
    readers = {"engine": by_engine, "rdflib": by_rdflib}
    return [reader for reader, read in readers.items() if read(data, name) != expected]


def counts(snapshot: Snapshot, dataset: str) -> list[tuple[int, int]]:
    """Return how many nodes and edges there are by the tables, by GraphML and by GEXF."""
    rows = csv.DictReader(io.StringIO(written(snapshot, dataset, "csv").decode("utf-8-sig"), newline=""))
    edges = [(row["subject"], row["object"]) for row in rows if row["object"]]
    ends = {end for edge in edges for end in edge}
    graphml = networkx.read_graphml(io.BytesIO(written(snapshot, dataset, "graphml")), force_multigraph=True)
    gexf = networkx.read_gexf(io.BytesIO(written(snapshot, dataset, "gexf")))
    found = [(sum(degree > 0 for _, degree in g.degree()), g.number_of_edges()) for g in (graphml, gexf)]
    return [(len(ends), len(edges)), *found]


def main() -> int:
    """Compare and print; return how many formats differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quads", type=int, default=100_000)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of its own parsers
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "store", asked.quads)
        snapshot = open_reader(Path(folder) / "store").snapshot()
        for dataset in ("facts", "all"):
            for name in (f.name for f in formats_of(dataset) if f.name in THEIRS):
                began = time.perf_counter()
                other = differing(snapshot, dataset, name)
                wrong += bool(other)
                said = f"differs for {', '.join(other)}" if other else "equal for engine and rdflib"
                print(f"{dataset}.{name:8}{said}, {time.perf_counter() - began:.0f} s", flush=True)
        tables, *networks = counts(snapshot, "facts")
        wrong += sum(network != tables for network in networks)
        print(
            f"facts: {tables[0]} nodes with edges, {tables[1]} edges by the tables; GraphML and GEXF {networks}"
        )
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
