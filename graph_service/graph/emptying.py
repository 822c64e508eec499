"""How a graph is emptied: at once where the engine can, else by whichever is less work, going or staying.

The engine drops the default graph, or everything, as a whole, whatever their size. The quads of a named graph it
takes out one by one: 20 µs each, and 40 µs and 1.5 KB of memory where all of them are one transaction. Where a
graph is most of what there is, the rest is written out, everything is dropped, and the rest is loaded in bulk,
which is 12 µs a quad.
"""

from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

_SMALL = 20_000
"""Quads up to which nobody counts what else there is."""
_DEARER = 2
"""How many times dearer it is to take a quad out than to load one again, with what the disk adds to it."""
_PART = 16 * 1024 * 1024
"""Bytes that are loaded in one go."""
_ENOUGH = 400 * 1024 * 1024
"""Bytes that loading a part takes at most: half of that the engine takes whatever it loads."""
_FLUSHED = 50_000
"""Quads after whose removal the engine lets go of what it holds of them in memory."""

Name = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


def empty(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, spare: Path, memory: int) -> None:
    """Take everything out of a graph, whose name stays known.

    Not wholly or not at all: where it breaks off, the store is to be thrown away.

    Args:
        store: the database.
        graph: what to empty.
        spare: a folder where files may be written meanwhile, for what stays.
        memory: bytes that may be taken.

    Raises:
        OSError: they cannot be written.
    """
    if isinstance(graph, ox.DefaultGraph):
        store.clear_graph(graph)
        return
    size = sum(1 for _ in islice(store.quads_for_pattern(None, None, None, graph), _SMALL + 1))
    if size > _SMALL and memory > _ENOUGH and _is_most(store, graph):
        _load_the_rest(store, graph, spare)
    else:
        _remove(store, graph)


def is_large(store: ox.Store, graph: ox.NamedNode) -> bool:
    """Tell whether emptying a graph keeps others waiting for longer than other writes do."""
    return next(islice(store.quads_for_pattern(None, None, None, graph), _SMALL, None), None) is not None


def _is_most(store: ox.Store, graph: ox.NamedNode) -> bool:
    """Tell whether it takes less to load everything else again than to take the graph out."""
    counted = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(counted, ox.QuerySolutions)
    size = int(getattr(next(counted)["n"], "value", "0"))
    return len(store) - size < _DEARER * size


def _remove(store: ox.Store, graph: ox.NamedNode) -> None:
    for number, quad in enumerate(store.quads_for_pattern(None, None, None, graph), 1):
        store.remove(quad)
        if number % _FLUSHED == 0:
            store.flush()


def _load_the_rest(store: ox.Store, graph: ox.NamedNode, spare: Path) -> None:
    names = list(store.named_graphs())
    plain, blank = spare / "rest.nq", spare / "blank.nq"
    with ExitStack() as stack:
        outs = stack.enter_context(plain.open("wb")), stack.enter_context(blank.open("wb"))
        for other in (ox.DefaultGraph(), *(name for name in names if name != graph)):
            out: Any = _Quads(*outs, other)
            store.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=other)
    store.clear()
    with plain.open("rb") as lines:
        while read := lines.read(_PART):
            store.bulk_load(read + lines.readline(), ox.RdfFormat.N_QUADS, lenient=True)
    store.bulk_extend(ox.parse(path=str(blank), format=ox.RdfFormat.N_QUADS, lenient=True))
    for name in names:
        store.add_graph(name)
    plain.unlink()
    blank.unlink()


class _Quads:
    """A file that takes the N-Triples of a graph and writes them as N-Quads.

    Args:
        plain: where lines go that have no blank node; they can be loaded the quick way.
        blank: where the others go: the quick way gives blank nodes other labels.
        graph: the graph.
    """

    def __init__(self, plain: BinaryIO, blank: BinaryIO, graph: Name) -> None:
        self._plain, self._blank = plain, blank
        self._end = b".\n" if isinstance(graph, ox.DefaultGraph) else f"{graph} .\n".encode()
        self._is_blank = isinstance(graph, ox.BlankNode)
        self._begun = b""

    def write(self, data: bytes) -> int:
        """Write the lines that end here; one that does not waits for its end."""
        written = self._begun + data
        *lines, self._begun = written.split(b"\n")
        if self._has_blank(written):
            self._blank.writelines(line[:-1] + self._end for line in lines if self._has_blank(line))
            lines = [line for line in lines if not self._has_blank(line)]
        self._plain.writelines(line[:-1] + self._end for line in lines)
        return len(data)

    def _has_blank(self, line: bytes) -> bool:
        return self._is_blank or b"_:" in line

    def flush(self) -> None:
        """Do nothing: lines are written when they end."""
