"""Exports: the graph, or a part of it, in one of the formats of exports.

Equal graphs give equal bytes: what fits into memory is sorted, what does not comes in the order of the store's index,
which content alone decides. Memory stays flat however large the graph is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

import pyoxigraph as ox

from graph_service.errors import UnfitError, UsageError
from graph_service.formats import EXPORT_FORMATS, RDF_FORMATS, Format
from graph_service.graph.annotations import NP, annotated, nanopublications
from graph_service.graph.claims import in_graph
from graph_service.graph.networks import clean, write_gexf, write_graphml
from graph_service.graph.parquet import is_installed, require_library, write_parquet
from graph_service.graph.parts import DATASETS, Part, in_order, is_large, part
from graph_service.graph.sheets import write_archive, write_table
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT
from graph_service.vocabulary import PREFIXES

__all__ = ["DATASETS", "export", "formats_of", "refuse"]

_AT_ONCE = 20_000
_NAME = re.compile(r"[^\W\d][\w.\-·]*\Z")
"""What the name of an element may end in (Namespaces in XML, section 4): it is what RDF/XML calls a predicate."""

_PLAIN: Mapping[str, Callable[[Part, BinaryIO], None]] = {
    "csv": lambda chosen, out: write_table(chosen, "relations", out),
    "zip": write_archive,
    "parquet": write_parquet,
    "graphml": write_graphml,
    "gexf": write_gexf,
}
"""Formats that hold plain statements alone, and what writes them."""


def export(snapshot: Snapshot, dataset: str, format: Format, out: BinaryIO) -> None:  # noqa: A002 - the contract's name
    """Write a part of the graph to a file.

    Args:
        snapshot: what to write.
        dataset: `facts`, `prospects`, `evidence`, `all`, the identifier of a document, or the IRI of a thing.
        format: one of `EXPORT_FORMATS`.
        out: opened for bytes.

    Raises:
        UsageError: this is no format of exports, or it cannot hold the dataset.
        UnfitError: RDF/XML has no way to write a predicate or a character that is in it.
        NotFoundError: there is no such dataset, document or thing.
    """
    refuse(dataset, format)
    chosen = part(snapshot, dataset)
    if format.name in _PLAIN:
        _PLAIN[format.name](chosen, out)
    elif format.name == "nanopub":
        _serialize(nanopublications(chosen), RDF_FORMATS["trig"], out, {"np": NP})
    elif format.version == "1.2":
        _serialize(annotated(chosen, named=format.holds_graphs), format, out)
    elif format.name == "nq":
        _write_lines(chosen, format, out)
    else:
        _write_graphs(chosen, format, out)


def refuse(dataset: str, format: Format) -> None:  # noqa: A002 - as above
    """Refuse what cannot be exported, whatever the graph has.

    Raises:
        UsageError: this is no format of exports, its library is not installed, or it cannot hold the dataset.
    """
    if EXPORT_FORMATS.get(format.name) is not format:
        raise UsageError(
            f"{format.name} is no format of exports", f"Choose one of {', '.join(EXPORT_FORMATS)}."
        )
    if format.name == "parquet":
        require_library()
    if dataset in DATASETS and format not in formats_of(dataset):
        raise UsageError(
            f"{format.name} cannot hold the dataset {dataset}",
            f"Choose {', '.join(f.name for f in formats_of(dataset))}, or export another dataset or a document.",
        )


def formats_of(dataset: str) -> list[Format]:
    """Return the formats that can hold a dataset.

    Everything needs names of graphs, to keep facts, prospects and documents apart; evidence has no plain statements.
    """
    every = [f for f in EXPORT_FORMATS.values() if f.name != "parquet" or is_installed()]
    if dataset == "all":
        return [f for f in every if f.rdf is None or f.holds_graphs]
    if dataset == "evidence":
        return [f for f in every if f.name not in _PLAIN]
    return every


# ---- Graphs --------------------------------------------------------------------------------------


def _write_lines(chosen: Part, format_: Format, out: BinaryIO) -> None:
    """Write N-Quads: all lines in one order whatever graph they are of, or large graphs as the engine dumps them."""
    if chosen.snapshot.path is not None and is_large(chosen.snapshot, chosen.graphs):
        if chosen.name == "all":
            return chosen.snapshot.dump_all(format_, out)
        if chosen.name == "facts":
            return chosen.snapshot.dump(None, format_, out)
        lines: Iterable[str] = (f"{quad} .\n" for graph in chosen.graphs for quad in chosen.quads(graph))
    else:
        lines = sorted(f"{quad} .\n" for graph in chosen.graphs for quad in chosen.quads(graph))
    gathered: list[str] = []
    for line in lines:
        gathered.append(line)
        if len(gathered) == _AT_ONCE:
            out.write("".join(gathered).encode())
            gathered.clear()
    out.write("".join(gathered).encode())
    return None


def _write_graphs(chosen: Part, format_: Format, out: BinaryIO) -> None:
    """Write graphs one after the other; in a format without their names, each triple once where memory has room."""
    if format_.holds_graphs:
        _serialize((quad for graph in chosen.graphs for quad in chosen.quads(graph)), format_, out)
        return
    quads: Iterable[ox.Quad] = (quad for graph in chosen.single for quad in chosen.quads(graph))
    if len(chosen.single) > 1 and not is_large(chosen.snapshot, chosen.single):
        quads = in_order({in_graph(quad.triple, DEFAULT) for quad in quads}, always=True)
    _serialize(_written_in_xml(quads) if format_.name == "rdf" else quads, format_, out)


def _serialize(
    quads: Iterable[ox.Quad], format_: Format, out: BinaryIO, more: Mapping[str, str] | None = None
) -> None:
    statements = quads if format_.holds_graphs else (quad.triple for quad in quads)
    ox.serialize(statements, out, format_.rdf, prefixes=PREFIXES | dict(more or {}))


def _written_in_xml(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield quads that RDF/XML can hold (RDF 1.1 XML Syntax, section 2.1).

    Raises:
        UnfitError: it cannot hold one.
    """
    fit: set[ox.NamedNode] = set()
    for quad in quads:
        if quad.predicate not in fit:
            if not _NAME.search(quad.predicate.value):
                raise UnfitError(
                    f"RDF/XML has no way to write the predicate {quad.predicate}", "Choose ttl, nt or jsonld."
                )
            fit.add(quad.predicate)
        if isinstance(quad.object, ox.Literal) and clean(quad.object.value) != quad.object.value:
            raise UnfitError(
                f"XML has no way to write a character in a text about {quad.subject}",
                "Choose ttl, nt or jsonld.",
            )
        yield quad
