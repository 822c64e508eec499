"""Backups: consistent while the store is written, whole or not there, and put back into empty stores only."""

import json
import os
import threading
from functools import partial
from pathlib import Path

import pytest

from graph_service.errors import StoreError, UsageError
from graph_service.graph.backups import back_up, restore
from graph_service.graph.store import GraphStore, open_reader, open_store
from graph_service.identity import document_iri
from tests.graph.factory import BASE, lines, put, relocation_story


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    """A store with a document, open for writing."""
    put(store, relocation_story().reading())
    return store


def test_a_backup_put_back_is_the_same_graph(filled: GraphStore, tmp_path: Path) -> None:
    made = back_up(tmp_path / "store", tmp_path / "backup")
    assert made.snapshot == filled.snapshot().id
    restore(tmp_path / "backup", tmp_path / "other")
    with open_reader(tmp_path / "other") as reader:
        assert lines(reader.snapshot()) == lines(filled.snapshot())
        assert reader.base == BASE


@pytest.mark.usefixtures("filled")
def test_a_store_that_was_put_back_can_be_written(tmp_path: Path) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "other")
    with open_store(tmp_path / "other", BASE) as store:
        before = store.snapshot().count()
        store.write(lambda writing: writing.update("INSERT DATA { <a> <b> <c> }"))
        assert store.snapshot().count() == before + 1


def test_snapshots_of_a_store_that_was_put_back_are_never_taken_for_those_of_the_first(
    filled: GraphStore, tmp_path: Path
) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    made = restore(tmp_path / "backup", tmp_path / "other")
    count, identity = filled.snapshot().id.split("-")
    assert made.snapshot.split("-")[0] > count
    assert made.snapshot.split("-")[1] != identity


def test_a_backup_that_is_made_while_the_store_is_written_is_one_state_of_it(
    store: GraphStore, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            text = f"INSERT DATA {{ <x:a> <x:n> {number} . <x:b> <x:n> {number} }}"
            store.write(partial(GraphStore.update, sparql=text))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(3):
            back_up(tmp_path / "store", tmp_path / f"backup{number}")
    finally:
        stop.set()
        thread.join()
    for number in range(3):
        restore(tmp_path / f"backup{number}", tmp_path / f"other{number}")
        with open_reader(tmp_path / f"other{number}") as reader:
            assert reader.snapshot().count() % 2 == 0


@pytest.mark.usefixtures("filled")
def test_a_backup_shares_no_file_with_its_store(tmp_path: Path) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    assert {entry.stat().st_nlink for entry in (tmp_path / "backup" / "snapshot").iterdir()} == {1}


@pytest.mark.usefixtures("filled")
def test_a_backup_goes_into_a_new_or_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    back_up(tmp_path / "store", tmp_path / "empty")
    with pytest.raises(UsageError):
        back_up(tmp_path / "store", tmp_path / "empty")


def test_a_store_that_holds_something_is_not_overwritten(filled: GraphStore, tmp_path: Path) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    kept = lines(filled.snapshot())
    filled.close()
    with pytest.raises(UsageError) as caught:
        restore(tmp_path / "backup", tmp_path / "store")
    assert "holds data" in caught.value.detail
    with open_reader(tmp_path / "store") as reader:
        assert lines(reader.snapshot()) == kept


def test_an_empty_store_with_another_base_takes_that_of_the_backup(
    filled: GraphStore, tmp_path: Path
) -> None:
    with open_store(tmp_path / "other", "https://other.example/"):
        pass
    back_up(tmp_path / "store", tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "other")
    with open_reader(tmp_path / "other") as reader:
        assert reader.base == BASE
        assert lines(reader.snapshot()) == lines(filled.snapshot())


@pytest.mark.usefixtures("filled")
def test_a_store_in_use_is_not_restored_into(tmp_path: Path) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    with open_store(tmp_path / "other", BASE), pytest.raises(StoreError):
        restore(tmp_path / "backup", tmp_path / "other")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "add"])
def test_a_damaged_backup_is_refused_and_leaves_an_empty_store(tmp_path: Path, damage: str) -> None:
    back_up(tmp_path / "store", tmp_path / "backup")
    victim = max((tmp_path / "backup" / "snapshot").glob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(victim.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        victim.write_bytes(data)
    elif damage == "cut":
        os.truncate(victim, len(data) - 1)
    elif damage == "remove":
        victim.unlink()
    else:
        victim.with_name("more.sst").write_bytes(b"x")
    with pytest.raises(StoreError) as caught:
        restore(tmp_path / "backup", tmp_path / "other")
    assert "damaged" in caught.value.detail
    with open_store(tmp_path / "other", BASE) as store:
        assert lines(store.snapshot()) == []


@pytest.mark.parametrize("said", ["", "{}", "[]", json.dumps({"kind": "zonegraph-backup", "version": 9})])
def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "zonegraph-backup.json").write_text(said, "utf-8")
    with pytest.raises(UsageError):
        restore(tmp_path / "backup", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_backup_of_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        back_up(tmp_path / "nothing", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


# ---- History -------------------------------------------------------------------------------------


def test_history_goes_on_in_a_store_that_was_put_back(store: GraphStore, tmp_path: Path) -> None:
    """Who followed the first store goes on from the state that was backed up; what is gone is still known to be."""
    reading = relocation_story().reading()
    put(store, reading)
    iri = document_iri(BASE, reading.document.id)
    store.write(lambda writing: writing.delete(reading.document.id))
    old = store.snapshot().id
    back_up(tmp_path / "store", tmp_path / "backup")
    pages = store.history.pages()
    put(store, relocation_story().reading())
    made = restore(tmp_path / "backup", tmp_path / "other")
    with open_store(tmp_path / "other", BASE) as other:
        kept = other.history.pages()
        assert kept[:-1] == pages
        assert (kept[-1].before, kept[-1].snapshot, kept[-1].removed + kept[-1].added) == (
            old,
            made.snapshot,
            0,
        )
        assert other.history.gone(iri)
        put(other, relocation_story().reading())
        assert other.history.pages()[-1].before == made.snapshot


@pytest.mark.usefixtures("filled")
def test_a_backup_without_history_begins_a_new_one(tmp_path: Path) -> None:
    """One of an earlier version has none; the store made of it has changes from then on."""
    back_up(tmp_path / "store", tmp_path / "backup")
    (tmp_path / "backup" / "history.sqlite").unlink()
    listed = tmp_path / "backup" / "zonegraph-backup.json"
    said = json.loads(listed.read_text("utf-8"))
    del said["history"]
    listed.write_text(json.dumps(said), "utf-8")
    restore(tmp_path / "backup", tmp_path / "other")
    with open_store(tmp_path / "other", BASE) as other:
        assert other.history.pages() == []


@pytest.mark.usefixtures("filled")
def test_a_damaged_history_is_told(tmp_path: Path) -> None:
    """As damaged files of the graph are."""
    back_up(tmp_path / "store", tmp_path / "backup")
    with (tmp_path / "backup" / "history.sqlite").open("ab") as out:
        out.write(b"x")
    with pytest.raises(StoreError) as caught:
        restore(tmp_path / "backup", tmp_path / "other")
    assert "history.sqlite" in caught.value.detail
