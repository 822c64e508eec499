"""`/exports/`: dumps made once for a state, that can be compared, resumed and kept."""

import gzip
import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from flask.testing import FlaskClient
from rdflib.compare import isomorphic

from graph_service.formats import EXPORT_FORMATS
from graph_service.graph.export import DATASETS, formats_of
from graph_service.graph.growing import Growing
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, open_store
from graph_service.graph.terms import zg
from graph_service.graph.workers import Workers
from graph_service.settings import Settings
from graph_service.web import create_app
from graph_service.web.files import send_growing
from tests.graph.factory import BASE, HEGUANG, PARK, Draft
from tests.web.conftest import HTML, story

THEIRS = {"nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nq": "nquads", "trig": "trig"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the store of all tests here that only read, so that each dump is made once for them all."""
    return tmp_path_factory.mktemp("exported")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[GraphStore]:
    """A store with the story."""
    with open_store(folder / "store", BASE) as opened:
        opened.put(map_reading(story().reading(), BASE))
        opened.commit()
        yield opened


@pytest.fixture(scope="module")
def client(store: GraphStore, workers: Workers) -> FlaskClient:
    """A service over it."""
    return create_app(store, Settings(base_iri=BASE), workers).test_client()


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[GraphStore]:
    """A store of its own for a test that writes."""
    with open_store(tmp_path / "store", BASE) as opened:
        opened.put(map_reading(story().reading(), BASE))
        opened.commit()
        yield opened


def body(client: FlaskClient, name: str, **headers: str) -> bytes:
    """Return an export that is there."""
    answer = client.get(f"/exports/{name}", headers={k.replace("_", "-"): v for k, v in headers.items()})
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


# ---- What there is -------------------------------------------------------------------------------


def test_list_has_size_date_and_checksum_of_what_is_sent(client: FlaskClient) -> None:
    """Each dump of the list has the size and SHA-256 of what its address answers with."""
    listed = client.get("/exports/", headers={"Accept": "application/json"})
    dumps = listed.json["dumps"]  # type: ignore[index]
    assert {dump["dataset"] for dump in dumps} == set(DATASETS)
    for dump in dumps:
        answer = client.get(dump["url"])
        assert len(answer.data) == dump["size"]
        assert hashlib.sha256(answer.data).hexdigest() == dump["sha256"]
        assert dump["date"].endswith("Z")
        assert answer.headers["Snapshot"] == listed.json["snapshot"]  # type: ignore[index]


@pytest.mark.parametrize(("language", "title"), [("en", "Exports"), ("zh", "导出")])
def test_list_is_a_page_for_people(client: FlaskClient, language: str, title: str) -> None:
    """Browsers get a page in their language, which links to every dump."""
    page = client.get("/exports/", headers={**HTML, "Accept-Language": language})
    assert page.mimetype == "text/html"
    assert f"<h1>{title}</h1>" in page.text
    assert 'href="/exports/facts.gexf"' in page.text


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_format_of_a_dataset_is_there(client: FlaskClient, dataset: str) -> None:
    """Every dataset comes in every format that can hold it, with the media type of that format."""
    for format_ in formats_of(dataset):
        answer = client.get(f"/exports/{dataset}{format_.suffix}")
        assert answer.status_code == 200, format_.name
        assert answer.mimetype == format_.media_type.partition(";")[0]
        assert answer.data


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own parsers
def test_facts_are_isomorphic_to_the_store_for_another_reader(
    client: FlaskClient, store: GraphStore, name: str
) -> None:
    """What rdflib and the engine read from an export is the graph of the store."""
    data = body(client, f"facts.{name}")
    ours, expected = rdflib.Dataset(default_union=True), rdflib.Graph()
    ours.parse(data=data, format=THEIRS[name])
    quads = list(store.snapshot().quads(None, None, None, ox.DefaultGraph()))
    expected.parse(data=ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES), format="nt")
    flat = rdflib.Graph()
    for triple in ours.triples((None, None, None)):
        flat.add(triple)
    assert len(expected) == len(quads) > 30
    assert isomorphic(flat, expected)
    assert {str(q) for q in ox.parse(data, format=EXPORT_FORMATS[name].rdf)} == {str(q) for q in quads}


def test_document_and_thing_have_exports(client: FlaskClient, store: GraphStore, document: str) -> None:
    """A document is exported by its identifier, a thing by the path of its IRI or by the whole of it."""
    iri = min(str(q.subject)[1:-1] for q in store.snapshot().quads(None, None, zg("Company"), None))
    assert b"Claim" in body(client, f"{document}.ttl")
    short = body(client, f"{iri.removeprefix(BASE)}.ttl")
    assert f"<{iri}>".encode() in short
    assert body(client, f"{quote(iri, safe='')}.ttl") == short


@pytest.mark.parametrize(
    "name", ["nothing.ttl", "facts.xyz", "facts", "company/nobody.ttl", ".ttl", "x" * 400 + ".ttl"]
)
def test_what_is_not_there_is_404_with_a_cure(client: FlaskClient, name: str) -> None:
    """What is no export is not found, and the cure says what there is."""
    answer = client.get(f"/exports/{name}")
    assert answer.status_code == 404
    assert answer.json["cure"]  # type: ignore[index]


@pytest.mark.parametrize("name", ["all.ttl", "evidence.gexf", "facts.zip.gz", "facts.parquet.zip.zst"])
def test_what_a_format_cannot_hold_is_400(client: FlaskClient, name: str) -> None:
    """A format that cannot hold a dataset is wrong use."""
    assert client.get(f"/exports/{name}").status_code == 400


# ---- How it is sent ------------------------------------------------------------------------------


def test_compressed_dumps_are_files_of_their_own(client: FlaskClient) -> None:
    """`.gz` and `.zst` are files with their own media types, not codings of an answer."""
    whole = body(client, "all.nq")
    packed = client.get("/exports/all.nq.gz")
    assert packed.mimetype == "application/gzip"
    assert "Content-Encoding" not in packed.headers
    assert gzip.decompress(packed.data) == whole
    assert zstandard.ZstdDecompressor().decompressobj().decompress(body(client, "all.nq.zst")) == whole


def test_dumps_are_never_compressed_on_the_way(client: FlaskClient) -> None:
    """Whoever accepts gzip gets the bytes whose SHA-256 the list has, so that they can be resumed."""
    answer = client.get("/exports/all.nq", headers={"Accept-Encoding": "gzip, zstd"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-9", slice(0, 10)), ("bytes=100-", slice(100, None)), ("bytes=-7", slice(-7, None)),
     ("bytes=5-99999999", slice(5, None))],
)  # fmt: skip
def test_range_gets_its_part(client: FlaskClient, asked: str, part: slice) -> None:
    """A range is answered with 206, its bytes, and where they stand in the whole."""
    whole = body(client, "facts.nt")
    answer = client.get("/exports/facts.nt", headers={"Range": asked})
    start, end, _ = part.indices(len(whole))
    assert answer.status_code == 206
    assert answer.data == whole[part]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole)}"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=-"])
def test_range_behind_the_end_is_416(client: FlaskClient, asked: str) -> None:
    """A range that has nothing of the file is 416, with the size of the file."""
    size = len(body(client, "facts.nt"))
    answer = client.get("/exports/facts.nt", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "nonsense"])
def test_other_ranges_get_the_whole(client: FlaskClient, asked: str) -> None:
    """Several ranges, ranges of another unit and ill-formed ones are ignored."""
    assert body(client, "facts.nt", Range=asked) == body(client, "facts.nt")


def test_resuming_goes_on_with_the_same_bytes_only(changing: GraphStore, workers: Workers) -> None:
    """With `If-Range` a part comes as long as the file is the same; after a write the whole of the new one."""
    client = create_app(changing, Settings(base_iri=BASE), workers).test_client()
    first = client.get("/exports/facts.nt")
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for said in (tag, date):
        answer = client.get("/exports/facts.nt", headers={"Range": "bytes=10-", "If-Range": said})
        assert (answer.status_code, answer.data) == (206, first.data[10:])
    draft = Draft()
    changing.put(
        map_reading(draft.claim(HEGUANG, "memberOf", PARK, draft.sentence("和光。")).reading(), BASE)
    )
    changing.commit()
    answer = client.get("/exports/facts.nt", headers={"Range": "bytes=10-", "If-Range": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    pinned = client.get(
        f"/exports/facts.nt?snapshot={first.headers['Snapshot']}",
        headers={"Range": "bytes=10-", "If-Range": tag},
    )
    assert (pinned.status_code, pinned.data) == (206, first.data[10:])


def test_unchanged_dump_is_304(client: FlaskClient) -> None:
    """Whoever has the file is told so."""
    tag = client.get("/exports/facts.nt").headers["ETag"]
    answer = client.get("/exports/facts.nt", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_head_says_what_get_would(client: FlaskClient) -> None:
    """HEAD has the length and the tag, and no body."""
    got, said = client.get("/exports/all.trig"), client.head("/exports/all.trig")
    assert said.data == b""
    for name in ("Content-Length", "ETag", "Content-Type", "Accept-Ranges", "Repr-Digest"):
        assert said.headers[name] == got.headers[name]


def test_dump_is_made_once(client: FlaskClient, folder: Path) -> None:
    """A dump is a file in the folder of the store, and is not made a second time."""
    body(client, "facts.zip")
    (made,) = (folder / "store" / "exports").glob("*/facts.zip")
    before = made.stat().st_mtime_ns
    assert zipfile.is_zipfile(BytesIO(body(client, "facts.zip")))
    assert made.stat().st_mtime_ns == before


def test_dumps_of_old_states_go(changing: GraphStore, workers: Workers, tmp_path: Path) -> None:
    """Dumps of the last two states stay, older ones are removed."""
    client = create_app(changing, Settings(base_iri=BASE), workers).test_client()
    for number in range(3):
        draft = Draft(title=f"{number}")
        changing.put(
            map_reading(
                draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence(f"和光{number}。")).reading(), BASE
            )
        )
        changing.commit()
        body(client, "facts.nt")
    assert len(list((tmp_path / "store" / "exports").iterdir())) == 2


def test_who_has_a_dump_made_is_charged_for_it_and_who_gets_it_again_is_not(
    changing: GraphStore, workers: Workers, tmp_path: Path
) -> None:
    """With `--rate` a dump counts like a query: its making, not its sending."""
    log = tmp_path / "log"
    settings = Settings(base_iri=BASE, rate=30, access_log=str(log))
    asking = create_app(changing, settings, workers).test_client()
    for _ in range(2):
        with asking.get("/exports/all.nq") as answer:
            assert (answer.status_code, bool(answer.data)) == (200, True)
    first, second = (json.loads(line) for line in log.read_text("utf-8").splitlines())
    assert first["computed"] > 0
    assert "computed" not in second


def test_who_has_used_up_the_time_gets_no_dump(changing: GraphStore, workers: Workers) -> None:
    settings = Settings(base_iri=BASE, rate=0.0001)
    asking = create_app(changing, settings, workers).test_client()
    with asking.get("/exports/all.nq") as answer:
        assert (answer.status_code, bool(answer.data)) == (200, True)
    refused = asking.get("/exports/facts.ttl")
    assert (refused.status_code, bool(refused.headers["Retry-After"])) == (429, True)


def test_dump_that_grows_is_sent_in_chunks_with_its_state_and_date(
    client: FlaskClient, store: GraphStore, tmp_path: Path
) -> None:
    """What is still being made has no length and no tag, but the state that it holds; it can be resumed by its date."""
    part, done = tmp_path / "part", threading.Event()
    part.write_bytes(b"<a> <b> <c> .\n")
    done.set()
    snapshot = store.snapshot()
    growing = Growing(
        "facts", EXPORT_FORMATS["nt"], "", snapshot.id, snapshot.published, tmp_path / "whole", part.open("rb"), done,
        lambda: None,
    )  # fmt: skip
    with client.application.test_request_context("/exports/facts.nt"):
        answer = send_growing(growing)
    assert answer.data == b"<a> <b> <c> .\n"
    assert not {"ETag", "Content-Length", "Repr-Digest"} & set(answer.headers.keys())
    made = client.get("/exports/facts.nt")
    for name in ("Snapshot", "Last-Modified", "Content-Type", "Content-Disposition", "Accept-Ranges"):
        assert answer.headers[name] == made.headers[name]
