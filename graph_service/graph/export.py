"""Dumps: the graph, or a part of it, in one of the formats of graphs.

What is written is sorted, so equal graphs give equal bytes.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError, UsageError
from graph_service.formats import RDF_FORMATS, Format
from graph_service.graph.changes import Graph
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT
from graph_service.vocabulary import PREFIXES

DATASETS = ("facts", "prospects", "evidence", "all")
"""What can be exported by name: actual facts, prospects, document graphs with derivations, everything."""

_AT_ONCE = 20_000


def export(snapshot: Snapshot, dataset: str, format: Format, out: BinaryIO) -> None:  # noqa: A002 - the contract's name
    """Write a dataset to a file.

    Args:
        snapshot: what to write.
        dataset: `facts`, `prospects`, `evidence`, `all`, or the identifier of a document.
        format: one of `RDF_FORMATS`; one without graphs holds every dataset but `all`.
        out: opened for bytes.

    Raises:
        UsageError: the format is not one of graphs, or cannot hold the dataset.
        NotFoundError: there is no such dataset or document.
    """
    if format.rdf is None:
        raise UsageError(f"{format.name} is no format of graphs", f"Choose one of {', '.join(RDF_FORMATS)}.")
    if dataset == "all" and not format.holds_graphs:
        keeping = ", ".join(f.name for f in RDF_FORMATS.values() if f.holds_graphs)
        raise UsageError(
            f"{format.name} cannot keep facts, prospects and documents apart",
            f"Choose {keeping}, or export one of {', '.join(DATASETS[:-1])} or a document.",
        )
    quads = _sorted(snapshot, _graphs(snapshot, dataset))
    if format.rdf == ox.RdfFormat.N_QUADS:
        _write_lines(quads, out)
    else:
        triples = (q.triple for q in quads)
        ox.serialize(quads if format.holds_graphs else _once(triples), out, format.rdf, prefixes=PREFIXES)


def _graphs(snapshot: Snapshot, dataset: str) -> list[Graph]:
    """Return the graphs of a dataset in the order in which they are written."""
    prospects = identity.prospects_graph(snapshot.base)
    if dataset == "facts":
        return [DEFAULT]
    if dataset == "prospects":
        return [ox.NamedNode(prospects)]
    named = [ox.NamedNode(name) for name in snapshot.graphs()]
    if dataset == "evidence":
        return [graph for graph in named if graph.value != prospects]
    if dataset == "all":
        return [DEFAULT, *named]
    document = identity.document_graph(snapshot.base, dataset)
    found: list[Graph] = [graph for graph in named if graph.value == document]
    if not found:
        raise NotFoundError(
            f"{dataset!r} is neither a dataset nor a document",
            f"Choose {', '.join(DATASETS)} or a document's identifier.",
        )
    return found


def _sorted(snapshot: Snapshot, graphs: Iterable[Graph]) -> Iterator[ox.Quad]:
    """Yield quads graph by graph, each sorted: only one graph is in memory at a time."""
    for graph in graphs:
        yield from sorted(snapshot.quads(None, None, None, graph), key=str)


def _once(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield triples of several graphs in order, each once."""
    yield from sorted(set(triples), key=str)


def _write_lines(quads: Iterable[ox.Quad], out: BinaryIO) -> None:
    """Write N-Quads, all lines in one order whatever graph they are of."""
    lines = sorted(f"{quad} .\n" for quad in quads)
    for start in range(0, len(lines), _AT_ONCE):
        out.write("".join(lines[start : start + _AT_ONCE]).encode())
