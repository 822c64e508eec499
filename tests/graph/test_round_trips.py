"""Every export of RDF of a store with all that documents say, read by rdflib and by the engine, is that store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_service.graph import parts
from graph_service.graph.export import formats_of
from graph_service.graph.mapping import map_reading
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.store import open_store
from graph_service.ingest import sources_in
from graph_service.reading.sidecars import load_stated
from graph_service.reading.stages import read
from graph_service.resources import resource
from tests.benchmarks.round_trips import THEIRS, counts, differing
from tests.graph.factory import BASE

EVERY = [(d, f.name) for d in parts.DATASETS for f in formats_of(d) if f.name in THEIRS]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own parsers


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Four of the bundled documents."""
    with open_store(tmp_path_factory.mktemp("round") / "store", BASE) as store:
        for source in list(sources_in([Path(str(resource("data", "documents")))]))[:4]:
            stated = load_stated(source.path, {"published": None, "title": None, "source": None})
            store.put(map_reading(read(stated), BASE))
        yield store.commit()


@pytest.mark.parametrize(("dataset", "name"), EVERY)
def test_each_reader_finds_the_store(snapshot: Snapshot, dataset: str, name: str) -> None:
    """Triple by triple and graph by graph; `tests.benchmarks.round_trips` does it for 100 000."""
    assert differing(snapshot, dataset, name) == []


def test_networks_have_the_counts_of_the_tables(snapshot: Snapshot) -> None:
    """As many nodes and edges by NetworkX as by the table of relations."""
    tables, *networks = counts(snapshot, "all")
    assert networks == [tables, tables]
    assert tables[1] > 50
