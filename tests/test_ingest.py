"""From files to a published snapshot: all of it or nothing."""

import io
import itertools
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from graph_service.errors import DocumentError, StoreError
from graph_service.formats import by_name
from graph_service.graph.export import export
from graph_service.graph.store import Snapshot, open_reader, open_store
from graph_service.ingest import ingest, ingest_document
from graph_service.reading.claims import Document
from graph_service.settings import BASE_IRI, Settings

TEXTS = {
    "one.txt": "临江和光科技有限公司从深圳迁到镜湖智能产业园。\n",
    "two.txt": "2022年,镜湖智能产业园实现产值12亿元。\n",
    "three.txt": "临江和光科技有限公司入驻镜湖智能产业园,总投资5亿元。\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A store of its own."""
    return Settings(store=tmp_path / "store")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three documents, one of them in a folder below."""
    path = tmp_path / "documents"
    (path / "deep").mkdir(parents=True)
    for name, text in TEXTS.items():
        (path / ("deep" if name == "three.txt" else "") / name).write_text(text, encoding="utf-8")
    return path


def newest(settings: Settings) -> Snapshot:
    """Return what is published."""
    with open_reader(settings.store) as reader:
        return reader.snapshot()


def dump(settings: Settings) -> bytes:
    """Return everything as N-Quads."""
    out = io.BytesIO()
    export(newest(settings), "all", by_name("nq"), out)
    return out.getvalue()


def said_of(settings: Settings) -> list[dict[str, str]]:
    """Return title, date and source of each document."""
    answer = newest(settings).query(
        "PREFIX zg: <https://w3id.org/zonegraph/ont#> PREFIX dct: <http://purl.org/dc/terms/> SELECT ?title ?published ?source "
        "{ GRAPH ?g { ?d a zg:Document ; dct:title ?title OPTIONAL { ?d zg:published ?published } OPTIONAL { ?d dct:source ?source } } } ORDER BY ?title"
    )
    return [{key: getattr(value, "value", "") for key, value in row.items()} for row in answer.rows()]


def test_folder_read_recursively_published(settings: Settings, folder: Path) -> None:
    """A folder is read recursively and published once."""
    told: list[tuple[int, int, str]] = []
    summary = ingest([folder], settings, progress=lambda *said: told.append(said))
    assert len(summary.documents) == summary.changed == 3
    assert newest(settings).id == summary.snapshot
    assert newest(settings).documents() == sorted(summary.documents)
    assert sum(summary.claims.values()) > 0
    assert [(done, total) for done, total, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert {name for _, _, name in told} == set(TEXTS)


def test_ingesting_twice_changes_nothing(settings: Settings, folder: Path) -> None:
    """Ingesting twice changes nothing."""
    first = ingest([folder], settings)
    kept = dump(settings)
    second = ingest([folder], settings)
    assert dump(settings) == kept
    assert (second.snapshot, second.changed) == (first.snapshot, 0)


def test_any_order_gives_same(tmp_path: Path, folder: Path) -> None:
    """Any order gives the same bytes."""
    files = sorted(folder.rglob("*.txt"))
    dumps = set()
    for number, order in enumerate(itertools.permutations(files)):
        settings = Settings(store=tmp_path / f"store-{number}")
        for path in order:
            ingest([path], settings)
        dumps.add(dump(settings))
    assert len(dumps) == 1


def test_file_beside_states_title(settings: Settings, folder: Path) -> None:
    """A file beside states title date and source."""
    beside = "title: 和光来了\npublished: 2023-06\nsource: https://news.example/1\nnote: 其他\n"
    (folder / "one.yaml").write_text(beside, encoding="utf-8")
    ingest([folder / "one.txt"], settings)
    assert said_of(settings) == [
        {"title": "和光来了", "published": "2023-06", "source": "https://news.example/1"}
    ]


def test_day_yaml_takes_date(settings: Settings, folder: Path) -> None:
    """A day that YAML takes for a date is a date of publication."""
    (folder / "one.yaml").write_text("published: 2023-06-08\n", encoding="utf-8")
    ingest([folder / "one.txt"], settings)
    assert said_of(settings)[0]["published"] == "2023-06-08"


def test_what_given_goes_before(settings: Settings, folder: Path) -> None:
    """What is given goes before what stands beside."""
    (folder / "one.yaml").write_text("title: 旁注\npublished: '2020'\n", encoding="utf-8")
    ingest([folder / "one.txt"], settings, title="给定", published="2024", source="给定的来源")
    assert said_of(settings) == [{"title": "给定", "published": "2024", "source": "给定的来源"}]


@pytest.mark.parametrize("beside", ["- 1\n- 2\n", "title: [\n"])
def test_faulty_file_beside_document(settings: Settings, folder: Path, beside: str) -> None:
    """A faulty file beside a document is an error that names it."""
    (folder / "one.yaml").write_text(beside, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        ingest([folder / "one.txt"], settings)
    assert "one.yaml" in caught.value.detail


BAD = {"empty": b"", "binary": bytes(range(256)) * 8, "nul": "有零\0字节。".encode()}


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_file_was_given(settings: Settings, folder: Path, kind: str) -> None:
    """A bad file that was given is an error and the store stays."""
    ingest([folder / "one.txt"], settings)
    kept, before = dump(settings), newest(settings).id
    bad = folder / "bad.txt"
    bad.write_bytes(BAD[kind])
    with pytest.raises(DocumentError) as caught:
        ingest([folder / "two.txt", bad], settings)
    assert "bad.txt" in caught.value.detail
    assert (dump(settings), newest(settings).id) == (kept, before)
    assert ingest([folder / "one.txt"], settings).snapshot == before


def test_bad_file_folder_reported(settings: Settings, folder: Path) -> None:
    """A bad file in a folder is reported and the others are read."""
    (folder / "bad.txt").write_bytes(b"")
    summary = ingest([folder], settings)
    assert len(summary.documents) == 3
    assert len(summary.problems) == 1
    assert "bad.txt" in summary.problems[0]


def test_file_gbk_read(settings: Settings, folder: Path) -> None:
    """A file in GBK is read."""
    (folder / "gbk.txt").write_bytes(("园区介绍。" * 20 + TEXTS["one.txt"]).encode("gbk"))
    document = ingest([folder / "gbk.txt"], settings).documents[0]
    texts = [
        q.object
        for q in newest(settings).quads(None, None, None, None)
        if q.predicate.value == "https://schema.org/text"
    ]
    assert document
    assert "镜湖智能产业园" in str(texts[0])


@pytest.mark.parametrize("date", ["2023-13", "六月", "2023-02-30", ""])
def test_unknown_date_error_store(settings: Settings, folder: Path, date: str) -> None:
    """An unknown date is an error and the store stays."""
    with pytest.raises(DocumentError):
        ingest([folder / "one.txt"], settings, published=date)
    assert newest(settings).documents() == []


@pytest.mark.parametrize("name", ["missing.txt", "picture.png"])
def test_path_document_error(settings: Settings, folder: Path, name: str) -> None:
    """A path that is no document is an error."""
    (folder / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(DocumentError):
        ingest([folder / name], settings)


def test_empty_folder_nothing_all(settings: Settings, tmp_path: Path) -> None:
    """An empty folder or nothing at all is an error."""
    (tmp_path / "none").mkdir()
    for paths in ([tmp_path / "none"], []):
        with pytest.raises(DocumentError):
            ingest(paths, settings)


def test_hidden_files_files_beside(settings: Settings, folder: Path) -> None:
    """Hidden files and files beside are no documents."""
    (folder / ".draft.txt").write_text("草稿。", encoding="utf-8")
    (folder / "one.yaml").write_text("title: 一\n", encoding="utf-8")
    assert len(ingest([folder], settings).documents) == 3


def test_store_use_error_cure(settings: Settings, folder: Path) -> None:
    """A store in use is an error with a cure."""
    with open_store(settings.store, settings.base_iri), pytest.raises(StoreError) as caught:
        ingest([folder], settings)
    assert "--server" in caught.value.cure


def test_one_document_goes_into(settings: Settings) -> None:
    """One document goes into an open store."""
    document = Document(TEXTS["one.txt"], "一则", "2023")
    with open_store(settings.store, BASE_IRI) as store:
        summary = ingest_document(document, store, BASE_IRI)
        assert summary.documents == [document.id] == store.snapshot().documents()
        assert summary.snapshot == store.snapshot().id


def test_failure_open_store_leaves(settings: Settings) -> None:
    """A failure in an open store leaves it as it was."""
    with open_store(settings.store, BASE_IRI) as store:
        first = ingest_document(Document(TEXTS["one.txt"]), store, BASE_IRI)
        with pytest.raises(StoreError):
            ingest_document(Document(TEXTS["two.txt"]), store, "https://elsewhere.example/")
        assert store.commit().id == first.snapshot


def test_killing_ingestion_leaves_what(settings: Settings, folder: Path) -> None:
    """Killing an ingestion leaves what was published."""
    ingest([folder / "one.txt"], settings)
    kept = dump(settings)
    many = folder.parent / "many"
    many.mkdir()
    for number in range(2000):
        (many / f"{number:04}.txt").write_text(f"第{number}版:" + TEXTS["two.txt"], encoding="utf-8")
    script = f"""
        from pathlib import Path
        from graph_service.ingest import ingest
        from graph_service.settings import Settings
        tell = lambda done, total, name: print(done, flush=True)
        ingest([Path({str(many)!r})], Settings(store=Path({str(settings.store)!r})), progress=tell)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as told:
        for _ in range(5):
            assert told.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert dump(settings) == kept
    assert ingest([folder / "one.txt"], settings).changed == 0
    assert dump(settings) == kept
