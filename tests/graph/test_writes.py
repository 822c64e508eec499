"""Writes of many threads: grouped, each whole or not at all, durable, and stopped where they run away."""

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import (
    CrashError,
    DocumentError,
    MemoryLimitError,
    NotFoundError,
    QueryError,
    StoreError,
    TimeLimitError,
    UsageError,
    ZoneGraphError,
)
from graph_service.formats import RDF_FORMATS
from graph_service.graph.store import GraphStore, open_reader, open_store
from graph_service.settings import Limits
from tests.graph.factory import BASE, lines

RUNAWAY = (
    "INSERT { ?a <q> ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c + ?f = ?i * ?l + 0.5) }"
)
TURTLE = RDF_FORMATS["ttl"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty store whose users may compute for two seconds."""
    with open_store(tmp_path / "store", BASE, Limits(timeout=2, memory=200)) as opened:
        yield opened


def insert(store: GraphStore, text: str) -> None:
    """Write a few triples, given in the default graph."""
    store.write(lambda writing: writing.update(f"INSERT DATA {{ {text} }}"))


def update(store: GraphStore, *texts: str) -> None:
    """Make updates within a change."""
    for text in texts:
        store.update(text)


def fill(store: GraphStore, triples: int = 300) -> None:
    insert(store, " ".join(f"<s{n}> <p> {n} ." for n in range(triples)))


def together(store: GraphStore, *changes: str) -> list[ZoneGraphError | None]:
    """Let updates wait for one another and be made as one group; return what each raised."""
    raised: list[ZoneGraphError | None] = [None] * len(changes)

    def write(number: int) -> None:
        try:
            store.write(lambda writing: update(writing, *changes[number].split("§")))
        except ZoneGraphError as error:
            raised[number] = error

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(changes))]
    with store.writing:
        threads[0].start()
        time.sleep(0.05)
        for thread in threads[1:]:
            thread.start()
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    return raised


def test_a_write_is_seen_by_who_made_it(store: GraphStore) -> None:
    insert(store, "<a> <b> 1")
    assert lines(store.snapshot()) == [f'<{BASE}a> <{BASE}b> "1"^^<http://www.w3.org/2001/XMLSchema#integer>']


def test_a_write_returns_what_its_change_returns(store: GraphStore) -> None:
    assert store.write(lambda writing: writing.has_graph("x:g")) is False
    store.write(lambda writing: writing.create("x:g"))
    assert store.write(lambda writing: writing.has_graph("x:g")) is True


def test_a_write_that_changes_nothing_publishes_nothing(store: GraphStore) -> None:
    before = store.snapshot().id
    store.write(lambda _: None)
    assert store.snapshot().id == before


def test_writes_that_wait_are_published_together(store: GraphStore) -> None:
    insert(store, "<warm> <up> 1")
    before = store.progress()
    assert together(store, *(f"INSERT DATA {{ <a> <b> {n} }}" for n in range(8))) == [None] * 8
    after = store.progress()
    assert after.changes - before.changes == 8
    assert after.groups - before.groups < 8
    assert store.snapshot().count() == 9


def test_a_failing_write_leaves_nothing_and_the_others_stay(store: GraphStore) -> None:
    changes = [f"INSERT DATA {{ <a> <b> {n} }}" for n in range(3)]
    changes.insert(2, "INSERT DATA { <half> <b> <c> }§INSERT DATA { <no <iri> }")
    raised = together(store, *changes)
    assert [type(error) for error in raised] == [type(None), type(None), QueryError, type(None)]
    assert store.snapshot().count() == 3
    assert not store.snapshot().query("ASK { <half> ?p ?o }")


def test_what_a_change_raises_comes_to_who_wrote(store: GraphStore) -> None:
    def change(writing: GraphStore) -> None:
        writing.update("INSERT DATA { <a> <b> <c> }")
        raise KeyError("of the test")

    with pytest.raises(KeyError, match="of the test"):
        store.write(change)
    assert store.snapshot().count() == 0
    assert store.progress().failed == 1


def test_a_write_within_a_write_is_part_of_it(store: GraphStore) -> None:
    def outer(writing: GraphStore) -> None:
        writing.write(lambda inner: inner.update("INSERT DATA { <a> <b> <c> }"))
        raise KeyError

    with pytest.raises(KeyError):
        store.write(outer)
    assert store.snapshot().count() == 0


def test_threads_that_write_at_once_lose_no_increment(store: GraphStore) -> None:
    """Two writing threads of the engine lose most of them; ours are one after the other."""
    insert(store, "<n> <is> 0")
    step = "DELETE { <n> <is> ?n } INSERT { <n> <is> ?m } WHERE { <n> <is> ?n BIND(?n + 1 AS ?m) }"

    def count() -> None:
        for _ in range(10):
            store.write(lambda writing: writing.update(step))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row["n"] for row in store.snapshot().query("SELECT ?n { <n> <is> ?n }").rows()] == [
        ox.Literal(40)
    ]


def test_documents_and_updates_take_turns_with_the_database(store: GraphStore) -> None:
    quad = ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal("ours"))
    for number in range(3):
        insert(store, f"<a> <b> {number}")
        store.write(lambda writing: writing.add([quad]))
    assert store.snapshot().count() == 4


def test_a_payload_is_added_to_its_graph(store: GraphStore) -> None:
    store.write(lambda writing: writing.load(b"<x> <y> 'z' .", TURTLE, "x:g"))
    store.write(lambda writing: writing.load(b"<x> <y> 'z' .", TURTLE, None))
    assert store.snapshot().graphs() == ["x:g"]
    assert store.snapshot().count() == 2


def test_a_malformed_payload_leaves_nothing(store: GraphStore) -> None:
    with pytest.raises(DocumentError):
        store.write(lambda writing: writing.load(b"<x> <y> <z> . <x> <y", TURTLE, None))
    assert store.snapshot().count() == 0


def test_clear_keeps_a_graph_and_drop_does_not(store: GraphStore) -> None:
    store.write(lambda writing: writing.load(b"<x> <y> 'z' .", TURTLE, "x:g"))
    store.write(lambda writing: writing.clear("x:g"))
    assert store.snapshot().has_graph("x:g")
    assert store.snapshot().count() == 0
    store.write(lambda writing: writing.drop("x:g"))
    assert not store.snapshot().has_graph("x:g")


def test_clear_without_a_name_means_the_default_graph(store: GraphStore) -> None:
    store.write(lambda writing: writing.load(b"<x> <y> 'z' .", TURTLE, "x:g"))
    insert(store, "<a> <b> <c>")
    store.write(lambda writing: writing.clear(None))
    assert store.snapshot().graphs() == ["x:g"]
    assert store.snapshot().count() == 1


def test_an_update_that_runs_away_is_stopped_and_undone(store: GraphStore) -> None:
    fill(store)
    kept = store.snapshot().id
    with pytest.raises(TimeLimitError) as caught:
        store.write(lambda writing: update(writing, "INSERT DATA { <half> <p> 1 }", RUNAWAY))
    assert "2 s" in caught.value.detail
    assert store.snapshot().id == kept
    insert(store, "<after> <p> 1")
    assert store.snapshot().count() == 301
    assert not store.snapshot().query("ASK { <half> ?p ?o }")


def test_an_update_that_takes_all_memory_is_stopped_and_undone(tmp_path: Path) -> None:
    with open_store(tmp_path / "s", BASE, Limits(timeout=60, memory=64)) as store:
        fill(store, 1500)
        with pytest.raises(MemoryLimitError):
            store.write(lambda w: w.update("INSERT { ?a <q> ?b } WHERE { ?a <p> ?x . ?b <p> ?y }"))
        assert store.snapshot().count() == 1500
        insert(store, "<after> <p> 1")


def test_an_update_cannot_reach_the_network(store: GraphStore) -> None:
    with pytest.raises(QueryError):
        store.write(lambda writing: writing.update("LOAD <http://127.0.0.1:1/x>"))


def test_a_long_update_is_looked_through_too(store: GraphStore) -> None:
    """By the scribe: what is long would keep all others waiting."""
    long = f"INSERT DATA {{ <x> <y> '{'download ' * 10_000}' }}"
    store.write(lambda writing: writing.update(long))
    with pytest.raises(QueryError) as caught:
        store.write(lambda writing: writing.update(f"{long} ; LOAD <http://127.0.0.1:1/x>"))
    assert "another server" in caught.value.detail
    assert store.snapshot().count() == 1


def test_a_scribe_that_was_killed_between_two_writes_is_replaced(store: GraphStore) -> None:
    insert(store, "<a> <b> 1")
    store.interrupt()
    time.sleep(0.1)
    insert(store, "<a> <b> 2")
    assert store.snapshot().count() == 2


def test_a_scribe_that_is_killed_at_work_takes_nothing_along(store: GraphStore) -> None:
    fill(store)
    threading.Timer(0.5, store.interrupt).start()
    with pytest.raises((CrashError, StoreError)):
        store.write(lambda writing: writing.update(RUNAWAY))
    assert store.snapshot().count() == 300
    insert(store, "<after> <p> 1")


def test_closing_ends_a_write_that_is_under_way(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s", BASE, Limits(timeout=60, memory=200))
    fill(store)
    raised: list[ZoneGraphError] = []

    def write() -> None:
        try:
            store.write(lambda writing: writing.update(RUNAWAY))
        except ZoneGraphError as error:
            raised.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.3)
    store.close()
    thread.join()
    assert isinstance(raised[0], StoreError)
    with pytest.raises(StoreError):
        insert(store, "<too> <late> 1")
    with open_store(tmp_path / "s", BASE) as again:
        assert again.snapshot().count() == 300


def test_a_new_writer_waits_for_the_scribe_of_one_that_was_killed(tmp_path: Path) -> None:
    """The scribe holds the lock too, so that it never meets the next writer in the database."""
    script = f"""
        from pathlib import Path
        from graph_service.graph.store import open_store
        from graph_service.settings import Limits
        with open_store(Path({str(tmp_path / "s")!r}), {BASE!r}, Limits(60, 200)) as store:
            store.write(lambda w: w.update("INSERT DATA {{ " + " ".join(f"<s{{n}}> <p> {{n}} ." for n in range(300)) + " }}"))
            print("ready", flush=True)
            store.write(lambda w: w.update({RUNAWAY!r}))
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert process.stdout
    with process.stdout as told:
        assert told.readline() == b"ready\n"
        time.sleep(0.2)
        process.kill()
        process.wait()
    with open_store(tmp_path / "s", BASE) as store:
        assert store.snapshot().count() == 300


def test_a_snapshot_can_be_pinned_while_others_are_written(store: GraphStore) -> None:
    insert(store, "<a> <b> 0")
    first = store.snapshot().id
    for number in range(1, 6):
        insert(store, f"<a> <b> {number}")
    assert store.pinned(first).count() == 1
    assert store.pinned(store.snapshot().id) is store.snapshot()


def test_snapshots_that_nobody_asked_for_go(store: GraphStore) -> None:
    insert(store, "<a> <b> 0")
    first = store.snapshot().id
    unseen = []
    for number in range(1, 5):
        insert(store, f"<a> <b> {number}")
        unseen.append(store._newest.id)
    store._sweeper.wait()
    with pytest.raises(NotFoundError):
        store.pinned(unseen[0])
    assert store.pinned(first).count() == 1


@pytest.mark.parametrize("name", ["", "../../data", "000001", "000001-zzzzzzzz", "x" * 1000])
def test_what_is_no_identifier_of_a_snapshot_is_refused(store: GraphStore, name: str) -> None:
    with pytest.raises(UsageError):
        store.pinned(name)


def test_a_snapshot_that_another_process_reads_stays(store: GraphStore, tmp_path: Path) -> None:
    """Each reader holds a lock on the folder of its snapshot, which ends with its process."""
    insert(store, "<a> <b> 0")
    held = store._newest.path
    assert held
    script = f"""
        import sys
        from pathlib import Path
        from graph_service.graph.store import open_reader
        snapshot = open_reader(Path({str(tmp_path / "store")!r})).snapshot()
        print(snapshot.id, flush=True)
        sys.stdin.read()
        print(snapshot.count())
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline().strip() == held.name
    for number in range(1, 5):
        insert(store, f"<a> <b> {number}")
    assert held.is_dir()
    assert process.communicate("")[0].strip() == "1"
    # What compares states for the change feed may read this one a moment longer.
    for number in range(9, 69):
        insert(store, f"<a> <b> {number}")
        if not held.exists():
            break
        time.sleep(0.5)
    assert not held.exists()


def test_what_was_acknowledged_is_there_when_the_process_is_killed(tmp_path: Path) -> None:
    script = f"""
        import os, signal
        from pathlib import Path
        from graph_service.graph.store import open_store
        store = open_store(Path({str(tmp_path / "s")!r}), {BASE!r})
        for number in range(10):
            store.write(lambda w: w.update(f"INSERT DATA {{{{ <a> <b> {{number}} }}}}"))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    with open_reader(tmp_path / "s") as reader:
        assert reader.snapshot().count() == 10
    with open_store(tmp_path / "s", BASE) as store:
        assert store.snapshot().count() == 10


def test_closing_fails_what_still_waits(tmp_path: Path) -> None:
    """One runs away, others wait behind it; all are told, and soon."""
    store = open_store(tmp_path / "s", BASE, Limits(timeout=60, memory=200))
    fill(store)
    raised: list[ZoneGraphError] = []

    def write(text: str) -> None:
        try:
            store.write(lambda writing: writing.update(text))
        except ZoneGraphError as error:
            raised.append(error)

    threads = [threading.Thread(target=write, args=(RUNAWAY,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    store.close()
    for thread in threads:
        thread.join()
    assert [type(error) for error in raised] == [StoreError] * 5


def test_a_store_whose_snapshot_is_gone_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path / "s", BASE) as store:
        path = store.snapshot().path
    assert path
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "s", BASE)
    assert "backup" in caught.value.cure
