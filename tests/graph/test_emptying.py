"""Emptying a graph: whichever way is taken, it is empty, its name stays, and everything else is as it was."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import QueryError, StoreError
from graph_service.formats import RDF_FORMATS
from graph_service.graph.emptying import empty
from graph_service.graph.store import GraphStore, Snapshot, open_store
from graph_service.graph.update import Emptied, emptied
from graph_service.settings import Limits
from tests.graph.factory import BASE, UNTOLD

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


@pytest.fixture
def large(tmp_path: Path) -> Iterator[GraphStore]:
    """A store with a large graph and others."""
    with open_store(tmp_path / "store", BASE, Limits(timeout=60, memory=1024)) as store:
        store.write(lambda writing: writing.load(numbers(2 * MANY), RDF_FORMATS["ttl"], "x:big"))
        store.write(lambda writing: writing.load(numbers(5 * MANY), RDF_FORMATS["ttl"], "x:other"))
        store.write(lambda writing: writing.update("CREATE GRAPH <x:gone> ; INSERT DATA { <x:s> <x:p> 1 }"))
        yield store


@pytest.mark.parametrize("dropped", [False, True])
def test_others_write_while_a_large_graph_is_emptied(large: GraphStore, dropped: bool) -> None:
    """Readers see it whole until it is empty, with whatever was written to it meanwhile; all else is kept."""
    during: list[bool] = []
    with ThreadPoolExecutor() as pool:
        emptying = pool.submit(
            large.write, lambda writing: writing.drop("x:big") if dropped else writing.clear("x:big")
        )
        while not emptying.done():
            number = len(during)
            text = (
                f"DELETE DATA {{ <x:s> <x:p> {number} }} ; INSERT DATA {{ <x:s> <x:p> {number + 1} . _:b <x:n> {number} . "
                f"GRAPH <x:big> {{ <x:more> <x:p> {number} }} GRAPH <x:new> {{ <x:s> <x:p> {number} }} }} ; DROP SILENT GRAPH <x:gone>"
            )
            large.write(lambda writing, text=text: writing.update(text))  # type: ignore[misc]
            seen = large.snapshot()
            if not emptying.done():
                during.append(in_graph(seen, "x:big") >= 2 * MANY)
        emptying.result()
    assert during, "the others waited"
    assert all(during[:-1])
    newest = large.snapshot()
    assert in_graph(newest, "x:big") <= 1
    assert newest.has_graph("x:big") or dropped
    assert not newest.has_graph("x:gone")
    assert in_graph(newest, "x:other") == 5 * MANY
    assert in_graph(newest, "x:new") >= len(during)
    assert large.progress().failed == 0
    assert not list(large.path.glob("emptying*"))


def test_what_nobody_knows_is_waited_for(large: GraphStore) -> None:
    """Where it is not told what was written meanwhile, the graph is emptied where it is."""
    with ThreadPoolExecutor() as pool:
        emptying = pool.submit(large.write, lambda writing: writing.update("CLEAR GRAPH <x:big>"))
        while not emptying.running() or not list(large.path.glob("emptying*")):
            assert not emptying.done()
        large.write(lambda writing: writing.update(f"INSERT DATA {{ <x:s> <x:p> 7 }} ; {UNTOLD}"))
        emptying.result()
    assert in_graph(large.snapshot(), "x:big") == 0
    assert large.snapshot().count() == 5 * MANY + 2


def test_a_large_graph_is_replaced_as_a_whole(large: GraphStore) -> None:
    """It is emptied and filled in one change, in one commit with others; a change that fails then leaves it as it was."""

    def failing(writing: GraphStore) -> None:
        writing.clear("x:big")
        writing.update("DROP GRAPH <x:none>")

    def replacing(writing: GraphStore) -> None:
        writing.clear("x:big")
        writing.load(numbers(3), RDF_FORMATS["ttl"], "x:big")

    refuses_change(large, failing)
    assert in_graph(large.snapshot(), "x:big") == 2 * MANY
    large.write(replacing)
    assert in_graph(large.snapshot(), "x:big") == 3


def test_closing_ends_what_is_being_emptied(large: GraphStore) -> None:
    with ThreadPoolExecutor() as pool:
        emptying = pool.submit(large.write, lambda writing: writing.clear("x:big"))
        while not list(large.path.glob("emptying*")):
            assert not emptying.done()
        large.close()
        with pytest.raises(StoreError, match="closed"):
            emptying.result()
    (large.path / "emptying.part").mkdir()  # as a process leaves it that is killed
    with open_store(large.path, BASE) as again:
        assert in_graph(again.snapshot(), "x:big") == 2 * MANY
        assert not list(large.path.glob("emptying*"))


def in_graph(snapshot: Snapshot, graph: str) -> int:
    return sum(1 for _ in snapshot.quads(None, None, None, ox.NamedNode(graph)))


def refuses_change(store: GraphStore, change: Callable[[GraphStore], None]) -> None:
    with pytest.raises(QueryError, match="none"):
        store.write(change)


def test_a_graph_that_is_not_there_is_an_error_unless_silent(tmp_path: Path) -> None:
    with open_store(tmp_path / "store", BASE) as store:
        refuses(store, "DROP GRAPH <x:none>")
        store.write(lambda writing: writing.update("DROP SILENT GRAPH <x:none>"))


def refuses(store: GraphStore, update: str) -> None:
    refuses_change(store, lambda writing: writing.update(update))


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
