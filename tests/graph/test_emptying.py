"""Emptying a graph: whichever way is taken, it is empty, its name stays, and everything else is as it was."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError
from graph_service.formats import RDF_FORMATS
from graph_service.graph.emptying import empty
from graph_service.graph.store import GraphStore, open_store
from graph_service.graph.update import Emptied, emptied
from graph_service.settings import Limits
from tests.graph.factory import BASE

OTHERS = r"""
_:a <x:p> "two\nlines, a \"quote\" and _:no node" , "c"@en , <x:o> .
GRAPH <x:h> { _:b <x:p> _:b . _:a <x:q> "线 .\r\t" , 7 , "x"^^<x:type> . <x:s> <x:p> 1 }
GRAPH <x:other> { <x:s> <x:p> 1 , 2 , 3 }
"""
BIG = ox.NamedNode("x:big")
MANY, MEMORY = 25_000, 1024 * 1024 * 1024


@pytest.fixture
def database(tmp_path: Path) -> ox.Store:
    """A database with some quads of every kind and an empty graph."""
    database = ox.Store(str(tmp_path / "database"))
    database.update(f"INSERT DATA {{ {OTHERS} }} ; CREATE GRAPH <x:empty>")
    named = ox.BlankNode("graph")
    quoted = ox.Triple(ox.BlankNode("a"), ox.NamedNode("x:p"), ox.Literal("a", language="en"))
    database.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), quoted, named))
    database.add(ox.Quad(ox.BlankNode("z"), ox.NamedNode("x:p"), ox.Literal(1), named))
    return database


def numbers(count: int) -> bytes:
    return "".join(f"<x:n{number}> <x:p> {number} .\n" for number in range(count)).encode()


@pytest.mark.parametrize("size", [3, MANY])
@pytest.mark.parametrize("others", [0, 3 * MANY])
def test_everything_else_stays_as_it_was(database: ox.Store, tmp_path: Path, size: int, others: int) -> None:
    database.bulk_load(numbers(others), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:h"))
    before = set(database)
    database.bulk_load(numbers(size), ox.RdfFormat.TURTLE, to_graph=BIG)
    names = set(database.named_graphs())
    empty(database, BIG, tmp_path, MEMORY)
    assert set(database) == before
    assert set(database.named_graphs()) == names
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["database"]


def test_a_large_rest_is_loaded_in_parts(database: ox.Store, tmp_path: Path) -> None:
    texts = "".join(f"<x:t{number}> <x:p> '{'文' * 4000}' .\n" for number in range(3000))
    database.bulk_load(texts.encode(), ox.RdfFormat.TURTLE)
    before = set(database)
    database.bulk_load(numbers(MANY), ox.RdfFormat.TURTLE, to_graph=BIG)
    empty(database, BIG, tmp_path, MEMORY)
    assert set(database) == before


def test_the_default_graph_is_emptied_alone(database: ox.Store, tmp_path: Path) -> None:
    named = {quad for quad in database if quad.graph_name != ox.DefaultGraph()}
    empty(database, ox.DefaultGraph(), tmp_path, MEMORY)
    assert set(database) == named


@pytest.mark.parametrize("memory", [128, 1024])
@pytest.mark.parametrize("update", ["CLEAR GRAPH <x:big>", "drop silent graph<x:big> ;"])
def test_an_update_may_empty_a_graph_whatever_its_memory(tmp_path: Path, update: str, memory: int) -> None:
    with open_store(tmp_path / "store", BASE, Limits(timeout=60, memory=memory)) as store:
        store.write(lambda writing: writing.load(numbers(2 * MANY), RDF_FORMATS["ttl"], "x:big"))
        store.write(lambda writing: writing.load(numbers(5), RDF_FORMATS["ttl"], "x:small"))
        store.write(lambda writing: writing.update(update))
        assert store.snapshot().count() == 5
        assert store.snapshot().has_graph("x:big") == update.startswith("CLEAR")


def test_a_graph_that_is_not_there_is_an_error_unless_silent(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", BASE) as store:
        refuses(store, "DROP GRAPH <x:none>")
        store.write(lambda writing: writing.update("DROP SILENT GRAPH <x:none>"))


def refuses(store: GraphStore, update: str) -> None:
    with pytest.raises(QueryError, match="none"):
        store.write(lambda writing: writing.update(update))


@pytest.mark.parametrize(
    ("update", "found"),
    [
        ("CLEAR GRAPH <x:g>", Emptied("x:g", False)),
        ("\n drop  SILENT\tGRAPH<x:g>;\n", Emptied("x:g", True)),
        ("DROP GRAPH <relative>", None),
        ("DROP GRAPH <x:\\u0061>", None),
        ("DROP GRAPH ex:g", None),
        ("DROP ALL", None),
        ("DROPGRAPH <x:g>", None),
        ("DROP GRAPH <x:g> ; DROP GRAPH <x:h>", None),
        ("DROP GRAPH <x:g> # <x:h>", None),
        ("BASE <x:> DROP GRAPH <x:g>", None),
    ],
)
def test_updates_that_do_nothing_but_empty_a_graph(update: str, found: Emptied | None) -> None:
    assert emptied(update) == found
