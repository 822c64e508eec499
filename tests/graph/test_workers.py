"""Queries run in processes that keep to their limits, and stop when they are told to."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import (
    BusyError,
    CrashError,
    GoneError,
    MemoryLimitError,
    QueryError,
    StoreError,
    TimeLimitError,
    TooLongError,
    UnfitError,
    ZoneGraphError,
)  # fmt: skip
from graph_service.formats import RDF_FORMATS, RESULT_FORMATS, by_name
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.sparql import LONGEST
from graph_service.graph.workers import Workers
from tests.graph.factory import BASE
from tests.graph.pools import JSON, LINUX, NODES, RUNAWAY, numbers, outcome, until

CSV, TTL = by_name("csv"), by_name("ttl")
STAR = "SELECT * { " + " ".join(f"?s <urn:p{n}> ?o{n} ." for n in range(400)) + " }"
HOG = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 1"
DOUBLING = "SELECT ?x40 { BIND('0123456789' AS ?x0) %s }" % " ".join(
    f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40)
)
LARGE = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 300000"
OVERFLOW = "SELECT * { FILTER(1<" + "(" * 600_000 + ">1) }"
"""What looks like an IRI to the scan is brackets to the engine."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Two thousand things with a number each; a graph with one more."""
    return numbers(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """A pool for all tests here, which keeps nothing."""
    with Workers(count=2, timeout=60, memory=256, cache=0) as pool:
        yield pool


# ---- Answers


@pytest.mark.parametrize("name", list(RESULT_FORMATS))
@pytest.mark.parametrize("query", ["SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o", "ASK { ?s ?p 5 }"])
def test_solutions_are_those_of_the_engine(
    workers: Workers, snapshot: Snapshot, query: str, name: str
) -> None:
    reply = workers.ask(snapshot, query, by_name(name))
    here = snapshot.query(query)
    assert (reply.kind, reply.columns) == (here.kind, here.columns)
    assert reply.read() == here.serialize(by_name(name))


@pytest.mark.parametrize("name", list(RDF_FORMATS))
@pytest.mark.parametrize("limit", [0, 50, 30_000])
def test_graphs_are_those_of_the_engine(workers: Workers, snapshot: Snapshot, name: str, limit: int) -> None:
    """A small one comes in order and with prefixes, as one computed here does; a large one as it comes."""
    query = f"CONSTRUCT {{ ?s ?p ?c }} {{ ?s ?p ?o . ?a ?b ?c }} LIMIT {limit}"
    sent = workers.ask(snapshot, query, by_name(name)).read()
    here = snapshot.query(query).serialize(by_name(name))
    if limit <= 50:
        assert sent == here
    else:
        form = by_name(name).rdf
        assert set(ox.parse(sent, form)) == set(ox.parse(here, form))


def test_of_several_formats_the_first_that_can_hold_the_answer_is_taken(
    workers: Workers, snapshot: Snapshot
) -> None:
    assert workers.ask(snapshot, "ASK {}", (CSV, TTL)).format == CSV
    assert workers.ask(snapshot, "CONSTRUCT WHERE { ?s ?p 5 }", (CSV, TTL)).format == TTL
    with pytest.raises(UnfitError) as caught:
        workers.ask(snapshot, "DESCRIBE <urn:1>", CSV)
    assert "ttl" in caught.value.cure


def test_dataset_bindings_and_base_reach_the_engine(workers: Workers, snapshot: Snapshot) -> None:
    """As they do in this process."""
    both = "SELECT ?o { { ?s <urn:p> ?o } UNION { GRAPH ?g { ?s <urn:p> ?o } } }"
    for default, named in ((["urn:g"], None), (None, ["urn:g"]), ([], [])):
        said = {"default_graphs": default, "named_graphs": named}
        reply = workers.ask(snapshot, both, JSON, **said)  # type: ignore[arg-type]
        assert list(reply.rows()) == snapshot.query(both, **said).rows()  # type: ignore[arg-type]
    bound = {"s": ox.NamedNode("urn:7")}
    [bound_row] = workers.ask(snapshot, "SELECT ?o { ?s ?p ?o }", JSON, bindings=bound).rows()
    assert bound_row == {"o": ox.Literal(7)}
    [row] = workers.ask(snapshot, "SELECT (<x> AS ?x) {}", JSON).rows()
    assert row["x"] == ox.NamedNode(BASE + "x")


def test_rows_come_while_the_query_runs(workers: Workers, snapshot: Snapshot) -> None:
    """What is asked for is parsed, no more."""
    with workers.ask(snapshot, "SELECT * { ?s ?p ?o . ?a ?b ?c }", JSON) as reply:
        rows = reply.rows()
        assert {len(next(rows)) for _ in range(1000)} == {6}


def test_a_query_that_does_not_parse_is_told_with_its_place(workers: Workers, snapshot: Snapshot) -> None:
    """The place in the text as it was given, and in no other."""
    with pytest.raises(QueryError) as caught:
        workers.ask(snapshot, "SELECT *\n{ ?s ?p }", JSON, bindings={"s": ox.NamedNode("urn:1")})
    assert caught.value.detail.startswith("line 2, column ")
    with pytest.raises(QueryError):
        workers.ask(snapshot, "ASK {}", JSON, default_graphs=["no iri"])
    with pytest.raises(QueryError):
        workers.ask(snapshot, "SELECT (<urn:f>(1) AS ?x) {}", JSON)


def test_calls_and_deep_nesting_are_refused_however_long_the_text(
    workers: Workers, snapshot: Snapshot
) -> None:
    """Here or in the worker; text that is too long is not read at all."""
    crashed = workers.statistics().killed["crash"]
    for padding in ("", "# " + "x" * 50_000 + "\n"):
        for inner in ("SERVICE <http://127.0.0.1/> {}", "{" * 5000, "FILTER(" + "!" * 5000 + "1)"):
            with pytest.raises(QueryError):
                workers.ask(snapshot, padding + "SELECT * { " + inner + " }", JSON)
    with pytest.raises(TooLongError):
        workers.ask(snapshot, "ASK {} #" + "x" * LONGEST, JSON)
    assert workers.statistics().killed["crash"] == crashed


def test_a_snapshot_that_is_not_there_is_an_error(
    workers: Workers, snapshot: Snapshot, tmp_path: Path
) -> None:
    """And the worker goes on."""
    with pytest.raises(StoreError):
        workers.ask(Snapshot.of([], BASE), "ASK {}", JSON)
    missing = Snapshot("000009-00000000", BASE, None, snapshot.path)
    missing.path = tmp_path / "none"
    with pytest.raises(StoreError):
        workers.ask(missing, "ASK {}", JSON)
    assert bool(workers.ask(snapshot, "ASK {}", JSON))


# ---- Limits


@pytest.mark.parametrize("query", [RUNAWAY, STAR], ids=["evaluation", "planning"])
def test_a_query_over_its_time_is_stopped(workers: Workers, snapshot: Snapshot, query: str) -> None:
    """Whatever the engine is doing; the next query is answered."""
    with pytest.raises(TimeLimitError) as caught:
        workers.ask(snapshot, query, JSON, timeout=0.3)
    assert "0.3 seconds" in caught.value.detail
    assert bool(workers.ask(snapshot, "ASK {}", JSON))


@LINUX
@pytest.mark.parametrize("query", [HOG, DOUBLING], ids=["order by", "concat"])
def test_a_query_over_its_memory_is_stopped(workers: Workers, snapshot: Snapshot, query: str) -> None:
    """The cap is the kernel's."""
    with pytest.raises(MemoryLimitError):
        workers.ask(snapshot, query, JSON).read()
    assert bool(workers.ask(snapshot, "ASK {}", JSON))


def test_a_query_that_crashes_the_engine_is_an_error(workers: Workers, snapshot: Snapshot) -> None:
    """Of that query alone."""
    with pytest.raises(CrashError) as caught:
        workers.ask(snapshot, OVERFLOW, JSON)
    assert "nesting" in caught.value.cure
    assert bool(workers.ask(snapshot, "ASK {}", JSON))


def test_what_fails_after_it_began_is_an_error_of_the_iterator(workers: Workers, snapshot: Snapshot) -> None:
    """Parts come first; then, instead of an end, the reason."""
    query = "SELECT ?o { { SELECT ?o { ?s ?p ?o . ?a ?b ?c } LIMIT 200000 } UNION { %s } }" % RUNAWAY
    reply = workers.ask(snapshot, query, CSV, timeout=2)
    sent: list[bytes] = []
    with pytest.raises(TimeLimitError):
        sent.extend(reply)
    assert sent
    assert reply.whole is None


def test_short_queries_do_not_wait_for_long_ones(workers: Workers, snapshot: Snapshot) -> None:
    """With every slot taken and others held, `ASK {}` is answered."""
    long = [
        threading.Thread(target=outcome, args=(lambda: workers.ask(snapshot, RUNAWAY, JSON, timeout=1.5),))
        for _ in range(6)
    ]
    for thread in long:
        thread.start()
    until(lambda: workers.statistics().held > 0)
    answered = 0
    while workers.statistics().held > 0:
        assert bool(workers.ask(snapshot, "ASK {}", JSON))
        answered += 1
    assert answered > 1
    for thread in long:
        thread.join()


def test_of_more_long_queries_than_can_wait_some_are_sent_away(snapshot: Snapshot) -> None:
    """Each of the others has its turn."""
    found: list[str] = []
    with Workers(count=1, timeout=0.5, memory=256, cache=0) as pool:
        asked = [
            threading.Thread(target=lambda: found.append(outcome(lambda: pool.ask(snapshot, RUNAWAY, JSON))))
            for _ in range(12)
        ]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        assert set(found) == {TimeLimitError.__name__, BusyError.__name__}
        assert bool(pool.ask(snapshot, "ASK {}", JSON))
        assert pool.statistics().running == 0


def test_queries_that_end_while_they_are_held_are_answered(snapshot: Snapshot) -> None:
    """Dozens of a length at which they are put to stand still, and go on, and are just done."""
    medium = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c < 60) }"
    found: list[str] = []
    with Workers(count=1, timeout=30, memory=256, cache=0) as pool:

        def ask() -> None:
            found.extend(pool.ask(snapshot, medium, CSV).read().decode().split()[1] for _ in range(8))

        asked = [threading.Thread(target=ask) for _ in range(5)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
    assert found == [str(60 * NODES)] * 40


# ---- Readers


def test_a_slow_reader_is_not_charged_and_gets_everything(workers: Workers, snapshot: Snapshot) -> None:
    """It holds nobody up: its query stands still, and computes again when more is read."""
    reply = workers.ask(snapshot, LARGE, CSV, timeout=30)
    parts = iter(reply)
    first = next(parts)
    until(lambda: workers.statistics().away == 1)
    time.sleep(0.3)
    rows = (first + b"".join(parts)).count(b"\r\n") - 1
    assert rows == 300_000
    assert 0 < reply.seconds < 30
    assert workers.statistics().away == 0


def test_closing_a_reply_stops_its_query(workers: Workers, snapshot: Snapshot) -> None:
    """Read in part, or not at all."""
    before = workers.statistics().killed["gone"]
    reply = workers.ask(snapshot, "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", CSV)
    next(iter(reply))
    reply.close()
    workers.ask(snapshot, "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", CSV).close()
    assert workers.statistics().killed["gone"] == before + 2
    assert workers.statistics().running == 0


def test_a_query_stops_when_nobody_waits_for_it(workers: Workers, snapshot: Snapshot) -> None:
    """The reader is asked now and then, before there is anything to read."""
    with pytest.raises(GoneError):
        workers.ask(snapshot, RUNAWAY, JSON, gone=lambda: True)
    assert workers.statistics().running == 0


# ---- What is kept


def test_an_answer_is_kept_for_its_snapshot(snapshot: Snapshot, tmp_path: Path) -> None:
    """The same question again costs nothing; of another snapshot, in another form, it is another question."""
    ox.Store(str(tmp_path / "data")).backup(str(tmp_path / "000002-0a0b0c0d"))
    other = Snapshot.at(tmp_path / "000002-0a0b0c0d", BASE)
    few = "SELECT ?s { ?s ?p ?o } LIMIT 3"
    with Workers(count=1, timeout=30, memory=256, cache=8) as pool:
        first, again = pool.ask(snapshot, few, JSON), pool.ask(snapshot, few, JSON)
        assert (first.cached, again.cached, again.seconds) == (False, True, 0)
        assert first.read() == again.read()
        for differs in (
            pool.ask(other, few, JSON), pool.ask(snapshot, few, CSV), pool.ask(snapshot, few, JSON, named_graphs=["urn:g"]),
            pool.ask(snapshot, few, JSON, bindings={"s": ox.NamedNode("urn:1")}),
        ):  # fmt: skip
            assert not differs.cached
        assert pool.statistics().cache_hits == 1


def test_answers_by_chance_or_time_and_parts_of_answers_are_not_kept(snapshot: Snapshot) -> None:
    """Nor such as are too large."""
    large = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 60000"
    with Workers(count=1, timeout=30, memory=256, cache=8) as pool:
        for query in ("SELECT (RAND() AS ?x) {}", "SELECT (now() AS ?x) {}", large):
            assert [bool(pool.ask(snapshot, query, CSV).read()) for _ in range(2)] == [True, True]
        medium = "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 20000"
        with pool.ask(snapshot, medium, CSV) as reply:
            next(iter(reply))
        assert pool.statistics().cache_entries == 0
        assert pool.ask(snapshot, medium, CSV).read() == pool.ask(snapshot, medium, CSV).read()
        assert pool.statistics().cache_hits == 1


def test_queries_under_way_are_told_that_the_pool_was_closed(snapshot: Snapshot) -> None:
    """Not that they took too much memory: those that compute, and those that wait."""
    told: list[ZoneGraphError] = []

    def ask(number: int) -> None:
        try:
            pool.ask(snapshot, f"{RUNAWAY} # {number}", JSON).read()
        except ZoneGraphError as error:
            told.append(error)

    pool = Workers(1, 30, 256)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    while pool.statistics().running == 0:
        time.sleep(0.01)
    pool.close()
    for thread in threads:
        thread.join()
    assert [(type(error), error.detail) for error in told] == [
        (StoreError, "The workers have been stopped")
    ] * 6
