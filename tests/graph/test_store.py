"""The store: writing, publishing, reading beside a writer."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from graph_service.errors import NotFoundError, StoreError
from graph_service.graph.mapping import Mapped, map_reading
from graph_service.graph.store import GraphStore, open_reader, open_store
from tests.graph.factory import BASE, HEGUANG, PARK, YUANXING, Draft, lines, put, relocation_story


def one(subject: str = "和光落户镜湖园。", modality: str = "actual") -> Draft:
    """Return a document with one claim."""
    draft = Draft()
    return draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(subject), modality=modality)


def test_new_store_empty_published(store: GraphStore) -> None:
    """A new store has an empty published snapshot."""
    assert lines(store.snapshot()) == []


def test_what_put_seen_before(store: GraphStore) -> None:
    """What is put is not seen before commit."""
    before = store.snapshot()
    store.put(map_reading(one().reading(), BASE))
    assert lines(store.snapshot()) == []
    assert store.snapshot() is before
    assert lines(store.commit()) != []


def test_snapshot_never_changes(store: GraphStore) -> None:
    """A snapshot never changes."""
    first = put(store, one().reading())
    kept = lines(first)
    for number in range(5):
        put(store, one(f"又一篇,第{number}版。").reading())
    assert lines(first) == kept


def test_putting_same_document_twice(store: GraphStore) -> None:
    """Putting the same document twice changes nothing."""
    mapped = map_reading(relocation_story().reading(), BASE)
    assert store.put(mapped)
    first = store.commit()
    assert not store.put(mapped)
    assert store.commit().id == first.id


def test_snapshot_ids_ascii_grow(store: GraphStore) -> None:
    """Snapshot ids are ASCII and grow."""
    ids = [put(store, one(f"第{number}版。").reading()).id for number in range(3)]
    assert ids == sorted(set(ids))
    assert all(id_.isascii() for id_ in ids)


def test_snapshot_id_survive_closing(tmp_path: Path) -> None:
    """The snapshot and its id survive closing."""
    with open_store(tmp_path / "s", BASE) as store:
        first = put(store, one().reading())
        kept = lines(first)
    with open_store(tmp_path / "s", BASE) as store:
        assert store.snapshot().id == first.id
        assert lines(store.snapshot()) == kept
        assert put(store, one("新的一版。").reading()).id > first.id


def test_another_store_never_same(tmp_path: Path) -> None:
    """Another store never has the same ids."""
    with open_store(tmp_path / "a", BASE) as a, open_store(tmp_path / "b", BASE) as b:
        assert a.snapshot().id != b.snapshot().id


def test_deleting_only_document_leaves(store: GraphStore) -> None:
    """Deleting the only document leaves nothing."""
    mapped = map_reading(relocation_story().reading(), BASE)
    store.put(mapped)
    assert store.commit().documents() == [mapped.document]
    store.delete(mapped.document)
    assert lines(store.commit()) == []
    assert store.snapshot().graphs() == []


def test_deleting_unknown_document_error(store: GraphStore) -> None:
    """Deleting an unknown document is an error."""
    with pytest.raises(NotFoundError) as caught:
        store.delete("0123456789abcdef")
    assert "0123456789abcdef" in caught.value.detail


def test_discarded_change_never_happened(store: GraphStore) -> None:
    """A discarded change never happened."""
    first = put(store, one().reading())
    store.put(map_reading(one("不要的一版。").reading(), BASE))
    store.discard()
    assert store.commit().id == first.id
    assert len(store.snapshot().documents()) == 1
    assert put(store, one("要的一版。").reading()).documents() != first.documents()


def test_what_was_committed_gone(tmp_path: Path) -> None:
    """What was not committed is gone when the store is opened again."""
    with open_store(tmp_path / "s", BASE) as store:
        kept = lines(put(store, one().reading()))
        store.put(map_reading(one("未发布的一版。").reading(), BASE))
    with open_store(tmp_path / "s", BASE) as store:
        assert lines(store.commit()) == kept


def test_failing_update_leaves_state(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing update leaves the state."""
    kept = lines(put(store, one().reading()))

    def fail(*_: object) -> list[object]:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("graph_service.graph.store.update_text", fail)
    with pytest.raises(RuntimeError):
        store.put(map_reading(one("写不进的一版。").reading(), BASE))
    monkeypatch.undo()
    assert lines(store.commit()) == kept


def test_second_writer_refused_cure(tmp_path: Path) -> None:
    """A second writer is refused with a cure."""
    with open_store(tmp_path / "s", BASE), pytest.raises(StoreError) as caught:
        open_store(tmp_path / "s", BASE)
    assert "another process" in caught.value.detail
    assert caught.value.cure
    with open_store(tmp_path / "s", BASE) as store:
        assert lines(store.snapshot()) == []


def test_folder_other_things_store(tmp_path: Path) -> None:
    """A folder with other things is no store."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for opening in (lambda: open_store(tmp_path, BASE), lambda: open_reader(tmp_path)):
        with pytest.raises(StoreError) as caught:
            opening()
        assert "not a ZoneGraph store" in caught.value.detail
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["notes.txt"]


def test_file_store(tmp_path: Path) -> None:
    """A file is no store."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError):
        open_store(tmp_path / "file", BASE)


def test_store_another_version_refused(tmp_path: Path) -> None:
    """A store of another version is refused."""
    with open_store(tmp_path / "s", BASE):
        pass
    said = tmp_path / "s" / "zonegraph.json"
    said.write_text(
        said.read_text(encoding="utf-8").replace('"version": 1', '"version": 99'), encoding="utf-8"
    )
    with pytest.raises(StoreError) as caught:
        open_reader(tmp_path / "s")
    assert "another version" in caught.value.detail


def test_store_keeps_base_iri(tmp_path: Path) -> None:
    """A store keeps its base iri."""
    with open_store(tmp_path / "s", BASE):
        pass
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "s", "https://other.example/")
    assert BASE in caught.value.detail
    with open_store(tmp_path / "s", BASE) as store, pytest.raises(StoreError):
        store.put(map_reading(one().reading(), "https://other.example/"))


def test_closed_store_says_so(tmp_path: Path) -> None:
    """A closed store says so."""
    store = open_store(tmp_path / "s", BASE)
    store.close()
    with pytest.raises(StoreError) as caught:
        store.put(map_reading(one().reading(), BASE))
    assert "closed" in caught.value.detail


def test_reader_sees_what_writer(tmp_path: Path) -> None:
    """A reader sees what the writer publishes and only that."""
    with open_store(tmp_path / "s", BASE) as store, open_reader(tmp_path / "s") as reader:
        assert lines(reader.snapshot()) == []
        store.put(map_reading(one().reading(), BASE))
        assert lines(reader.snapshot()) == []
        published = store.commit()
        assert reader.snapshot().id == published.id
        assert reader.snapshot() is reader.snapshot()
        assert lines(reader.snapshot()) == lines(published)


def test_reader_keeps_finding_snapshots(tmp_path: Path) -> None:
    """A reader keeps finding snapshots while a writer publishes."""
    with open_store(tmp_path / "s", BASE) as store:
        found: list[int] = []
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                with open_reader(tmp_path / "s") as reader:
                    found.append(len(reader.snapshot().documents()))

        thread = threading.Thread(target=read)
        thread.start()
        for number in range(20):
            put(store, one(f"第{number}版。").reading())
        stop.set()
        thread.join()
    assert found == sorted(found)
    assert found


def test_old_snapshots_go_but(tmp_path: Path) -> None:
    """Old snapshots go but not those in use."""
    with open_store(tmp_path / "s", BASE) as store:
        held = put(store, one().reading())
        for number in range(5):
            put(store, one(f"第{number}版。").reading())
        store._sweeper.wait()
        names = sorted(entry.name for entry in (tmp_path / "s" / "snapshots").iterdir())
    assert held.id in names
    assert len(names) == 3


def test_threads_write_once_lose(store: GraphStore) -> None:
    """Threads that write at once lose nothing."""
    mapped = [map_reading(one(f"第{number}版。").reading(), BASE) for number in range(16)]

    def write(part: list[Mapped]) -> None:
        for each in part:
            store.put(each)
            store.commit()

    threads = [threading.Thread(target=write, args=(mapped[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.commit().documents() == sorted(m.document for m in mapped)


def test_killing_process_middle_writing(tmp_path: Path) -> None:
    """Killing a process in the middle of writing leaves the published state."""
    path = tmp_path / "s"
    with open_store(path, BASE) as store:
        kept = lines(put(store, one().reading()))
    script = f"""
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from graph_service.graph.mapping import map_reading
        from graph_service.graph.store import open_store
        from tests.graph.factory import BASE, HEGUANG, PARK, Draft
        with open_store(Path({str(path)!r}), BASE) as store:
            for number in range(100_000):
                draft = Draft()
                draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(f"第{{number}}版。"))
                store.put(map_reading(draft.reading(), BASE))
                print(number, flush=True)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        for _ in range(5):
            assert told.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with open_reader(path) as reader:
        assert lines(reader.snapshot()) == kept
    with open_store(path, BASE) as store:
        assert lines(store.commit()) == kept
        assert len(put(store, one("之后的一版。").reading()).documents()) == 2


def test_store_was_being_made(tmp_path: Path) -> None:
    """A store that was being made when the process ended is made anew."""
    with open_store(tmp_path / "s", BASE):
        pass
    (tmp_path / "s" / "current").unlink()
    with open_store(tmp_path / "s", BASE) as store:
        assert lines(put(store, one().reading())) != []


def test_reading_store_without_snapshot(tmp_path: Path) -> None:
    """Reading a store without a snapshot is an error with a cure."""
    with open_store(tmp_path / "s", BASE):
        pass
    (tmp_path / "s" / "current").unlink()
    with pytest.raises(StoreError) as caught:
        open_reader(tmp_path / "s").snapshot()
    assert "Ingest" in caught.value.cure


def test_any_text_comes_back(store: GraphStore) -> None:
    """Any text comes back as it was."""
    draft = Draft()
    odd = "引号“\"'\\ 制表\t 换行 回车\r 零宽\u200b 表情😀 控制\u0001\u0085\u2028 末"
    draft.claim(YUANXING, "locatedIn", PARK, draft.sentence(odd))
    mapped = map_reading(draft.reading(), BASE)
    store.put(mapped)
    assert {str(q) for q in mapped.quads} <= set(lines(store.commit()))
    assert not store.put(mapped)
