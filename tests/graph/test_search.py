"""Searching by any part of a name, however it is typed, in an index that follows the graph."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.errors import UsageError
from graph_service.graph import entries
from graph_service.graph.entries import CALLED, SENTENCE, entry
from graph_service.graph.harvest import Harvest
from graph_service.graph.index import Index
from graph_service.graph.search import FILE, Search
from graph_service.graph.spelling import readings, spelt
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.terms import TYPE
from graph_service.graph.wording import Piece, wording
from graph_service.reading.claims import Entity
from graph_service.vocabulary import SKOS, ZG
from tests.graph.factory import UNTOLD, Draft, put, relocation_story

DEGUANG = Entity("临江德广照明有限公司", "Company", names=("德广",))
CHONGQING = Entity("重庆长安工业园", "Park")
HUAWEI = Entity("Huafeng Robotics中国", "Company", names=("HFR",))
DISTRICT = Entity("沈州经济开发区", "Zone")


def draft() -> Draft:
    """Return a document that names them."""
    made = Draft(title="德广照明落户重庆")
    said = made.sentence("德广照明在重庆长安工业园投产，Huafeng Robotics中国随后入驻沈州经济开发区。")
    made.claim(DEGUANG, "locatedIn", CHONGQING, said).claim(HUAWEI, "locatedIn", DISTRICT, said)
    return made.claim(DEGUANG, "relocatedTo", CHONGQING, said)


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """An index of both stories."""
    from graph_service.graph.store import open_store
    from tests.graph.factory import BASE

    folder = tmp_path_factory.mktemp("search")
    with open_store(folder / "store", BASE) as store, Search(folder) as opened:
        opened.follow(put(store, draft().reading(), relocation_story().reading()))
        yield opened


def labels(search: Search, text: str, **said: str) -> list[str]:
    """Return what is found, in order."""
    return [hit.label for hit in search.find(text, **said).things]  # type: ignore[arg-type]


# ---- However it is typed


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("临江德广照明有限公司", DEGUANG.name), ("德广", DEGUANG.name), ("广", DEGUANG.name),
        ("照明", DEGUANG.name), ("德廣照明", DEGUANG.name), ("deguang", DEGUANG.name),
        ("de guang", DEGUANG.name), ("DEGUANG", DEGUANG.name), ("ｄｅｇｕａｎｇ", DEGUANG.name),
        ("dg", DEGUANG.name), ("degu", DEGUANG.name), ("德g", DEGUANG.name), ("d广zm", DEGUANG.name),
        ("deguangzhaoming", DEGUANG.name), ("dgzhm", DEGUANG.name), ("guangzhaom", DEGUANG.name),
        ("chongqing", CHONGQING.name), ("zhongqing", CHONGQING.name), ("cqca", CHONGQING.name),
        ("changan", CHONGQING.name), ("chang'an", CHONGQING.name), ("重庆 园", CHONGQING.name),
        ("工业 重庆", CHONGQING.name), ("huafeng", HUAWEI.name), ("hfr", HUAWEI.name), ("robot", HUAWEI.name),
        ("obotic", HUAWEI.name), ("robotics中", HUAWEI.name), ("robotics zhongguo", HUAWEI.name),
        ("shenzhou", DISTRICT.name), ("kfq", DISTRICT.name), ("沈州（经济）", DISTRICT.name),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(search: Search, typed: str, label: str) -> None:
    assert labels(search, typed)[0] == label


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("degaung", DEGUANG.name), ("deguanf", DEGUANG.name), ("zaoming", DEGUANG.name),
        ("chonqing", CHONGQING.name), ("huafneg", HUAWEI.name), ("robotiks", HUAWEI.name),
        ("huafemg", HUAWEI.name), ("得广", DEGUANG.name), ("shenzohu", DISTRICT.name),
    ],
)  # fmt: skip
def test_a_name_is_found_with_one_slip(search: Search, typed: str, label: str) -> None:
    found = search.find(typed).things
    assert [hit.label for hit in found] == [label]
    assert found[0].loose >= 2


def test_what_nothing_is_called_finds_nothing(search: Search) -> None:
    for typed in ("不存在的名字", "qqqq", "zhuangshuang", "临江 镜湖 远星"):
        assert labels(search, typed) == []


def test_the_exact_name_goes_before_the_beginning_and_that_before_the_rest(search: Search) -> None:
    assert labels(search, "临江") == ["临江和光科技有限公司", "临江市", DEGUANG.name]
    assert labels(search, "ljs")[0] == "临江市"
    assert labels(search, "科技") == ["临江和光科技有限公司"]
    assert labels(search, "光")[0] == "临江和光科技有限公司"
    found = search.find("德广").things[0]
    assert (found.matched, found.names, found.kind) == ("德广", ("德广",), "Company")


def test_among_equals_the_better_connected_goes_first(search: Search) -> None:
    found = [hit for hit in search.find("公司").things if hit.kind == "Company"]
    assert [hit.degree for hit in found] == sorted((hit.degree for hit in found), reverse=True)
    assert found[0].label == "临江和光科技有限公司"
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_class_narrows_what_is_found_and_takes_in_those_below_it(search: Search) -> None:
    assert labels(search, "临江", kind="AdministrativeArea") == ["临江市"]
    assert set(labels(search, "临江", kind="Organisation")) == {"临江和光科技有限公司", DEGUANG.name}
    assert labels(search, "临江", kind="Award") == []


def test_facets_count_everything_of_each_class(search: Search) -> None:
    found = search.find("临江", limit=1)
    assert len(found.things) == 1
    assert dict(found.facets) == {"Company": 2, "AdministrativeArea": 1}
    assert (found.total, found.whole) == (3, True)
    assert search.find("临江", kind="Company").total == 2


def test_documents_and_sentences_are_found_apart(search: Search) -> None:
    found = search.find("德广 重庆", documents=5, sentences=5)
    assert [hit.label for hit in found.documents] == ["德广照明落户重庆"]
    (quote,) = found.sentences
    assert [quote.text[start:end] for start, end in quote.marks] == ["德广", "重庆"]
    assert "德广照明落户重庆" not in [hit.label for hit in found.things]
    assert labels(search, "落户", kind="Document") == ["德广照明落户重庆"]


@pytest.mark.parametrize("typed", [
    "", " ", "\x00", "a\x00b", "%", "_", "*", '"', "'", '" OR "', "德* OR 广", "NEAR(德 广)", "^", "$", "c德", "-德",
    "{grams}:德", "; DROP TABLE things", "😀", "\ud800", "德\ud800广", "\u202e", "()", "AND", "NOT", "a" * 200, "德" * 200,
    "iuv" * 60, "\U0002ffff", "ﷺ", "ß", "İ",
])  # fmt: skip
def test_hostile_words_are_but_words(search: Search, typed: str) -> None:
    assert search.find(typed, documents=5, sentences=5).total < 10


def test_words_that_are_too_long_are_refused(search: Search) -> None:
    with pytest.raises(UsageError, match="10,000 characters"):
        search.find("德" * 10_000)


# ---- How names are spelt and read


def test_one_spelling_for_every_way_of_writing() -> None:
    assert spelt("ＴＣＬ（廣東）科技·Co., Ltd.") == "tcl广东科技coltd"
    assert spelt("a\ud800\x00 b") == "ab"


def test_common_characters_have_the_readings_of_words_and_rare_ones_all() -> None:
    assert set(readings("重")) == {"zhong", "chong"}
    assert readings("宁") == ("ning",)
    assert {"lv", "lu"} <= set(readings("绿"))
    assert "hun" in readings("珲")
    assert readings("x") == ("x",)


def test_letters_can_be_cut_in_several_ways() -> None:
    cuts = [[piece.text for piece in way] for way in wording("xian").joined]
    assert ["xian"] in cuts
    assert ["xi", "an"] in cuts
    assert list("xian") in cuts
    assert wording("德g").joined == [(Piece("德"), Piece("g", True, True))]


# ---- Following the graph


def test_a_commit_changes_what_is_found(store: GraphStore, tmp_path: Path) -> None:
    with Search(tmp_path) as search:
        first = put(store, relocation_story().reading())
        search.follow(first)
        assert labels(search, "zhaoming") == []
        second = put(store, draft().reading())
        search.follow(second, store.touched.between(first.id, second.id))
        assert labels(search, "zhaoming") == [DEGUANG.name]
        assert search.find("和光").snapshot == second.id
        store.delete(second.documents()[0] if "德广" in _title(second, 0) else second.documents()[1])
        third = store.commit()
        search.follow(third, store.touched.between(second.id, third.id))
        assert labels(search, "zhaoming") == []
        assert not search.find("德广", documents=5, sentences=5).sentences
        assert labels(search, "和光")[0] == "临江和光科技有限公司"


def every(snapshot: Snapshot) -> Iterator[str]:
    """Yield the IRI of everything that may be an entry; some several times."""
    named = (snapshot.quads(None, predicate, None, None) for predicate in CALLED)
    sentences = snapshot.quads(None, TYPE, SENTENCE, None)
    for quad in chain(*named, sentences):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value


def _title(snapshot: Snapshot, place: int) -> str:
    node = ox.NamedNode(f"{snapshot.base}document/{snapshot.documents()[place]}")
    quads = snapshot.quads(node, None, None, None)
    return next(str(quad.object) for quad in quads if quad.predicate.value.endswith("title"))


def test_what_is_known_to_have_changed_gives_the_index_that_comparing_everything_gives(
    store: GraphStore, tmp_path: Path
) -> None:
    (tmp_path / "compared").mkdir()
    with Search(tmp_path) as followed, Search(tmp_path / "compared") as compared:
        first = put(store, relocation_story().reading())
        followed.follow(first)
        compared.follow(first)
        second = put(store, draft().reading())
        changed = store.touched.between(first.id, second.id)
        assert changed is not None
        followed.follow(second, changed)
        compared.follow(second)
        assert _held(followed, second) == _held(compared, second)


def _held(search: Search, snapshot: Snapshot) -> list[str]:
    with search.index.reading() as reader:
        iris = sorted(reader.iris())
    assert all(entry(snapshot, iri) is not None for iri in iris)
    return iris


@pytest.mark.parametrize("counted", [1000, 0])
def test_what_is_read_at_once_is_what_is_read_thing_by_thing(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, counted: int
) -> None:
    """Also where the engine counts the relations of each thing as it does those of a hub."""
    monkeypatch.setattr(entries, "_MANY", counted)
    put(store, relocation_story().reading(), draft().reading())
    store.update(
        f"""PREFIX skos: <{SKOS}> PREFIX zg: <{ZG}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        INSERT DATA {{
          <urn:a> skos:prefLabel '一', '一二三', '四五'@zh ; skos:altLabel '二', 7, <urn:b> ; a zg:Park, <urn:kind>, zg:Park .
          <urn:b> rdfs:label '只是标签' ; zg:locatedIn <urn:a>, <urn:b> .
          _:c skos:prefLabel '无名' ; a zg:Park .
          <urn:d> a zg:Sentence ; skos:prefLabel '句子' .
          GRAPH <urn:g> {{ <urn:a> skos:prefLabel '一二三四五六', '一' ; zg:locatedIn <urn:b> . <urn:e> rdfs:label '不算' ; a zg:Zone }}
          GRAPH <urn:g> {{ <urn:f> <http://purl.org/dc/terms/title> '题'@en ; a <urn:x:Kind> }}
        }}"""
    )
    snapshot = store.commit()
    with closing(sqlite3.connect(":memory:")) as room:
        harvest = Harvest(snapshot, room)
        total, found = harvest.count(), list(harvest.entries())
    assert total >= len(found) > 15
    one_by_one = [one for iri in sorted(set(every(snapshot))) if (one := entry(snapshot, iri))]
    assert sorted(found, key=lambda one: one.iri) == one_by_one
    assert {one.iri for one in found} >= {"urn:a", "urn:b", "urn:f"}


@pytest.mark.parametrize("untold", ["", f" ; {UNTOLD}"])
def test_what_an_update_of_a_user_changed_is_told_or_found_by_comparing(
    store: GraphStore, tmp_path: Path, untold: str
) -> None:
    with Search(tmp_path) as search:
        first = put(store, draft().reading())
        search.follow(first)
        store.update(
            f"INSERT DATA {{ <urn:new> a <{ZG}Company> ; <{SKOS}prefLabel> '青禾电子' }} ;"
            f"DELETE {{ ?s <{SKOS}altLabel> '德广'@zh }} WHERE {{ ?s <{SKOS}altLabel> '德广'@zh }}" + untold
        )
        second = store.commit()
        changed = store.touched.between(first.id, second.id)
        assert (changed is None) == bool(untold)
        search.follow(second, changed)
        assert labels(search, "qinghe") == ["青禾电子"]
        assert store.touched.between(second.id, second.id) == set()


def test_an_index_is_kept_and_taken_up_again(store: GraphStore, tmp_path: Path) -> None:
    snapshot = put(store, draft().reading())
    with Search(tmp_path) as search:
        search.follow(snapshot)
    with Search(tmp_path) as again:
        assert again.index.state() == snapshot.id
        assert labels(again, "dg") == [DEGUANG.name]
        told: list[int] = []
        again.follow(snapshot, None, lambda done, *_: told.append(done))
        assert told == []


def test_an_index_that_is_damaged_or_of_another_making_is_made_anew(
    store: GraphStore, tmp_path: Path
) -> None:
    snapshot = put(store, draft().reading())
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with Search(tmp_path) as search:
        search.follow(snapshot)
        assert labels(search, "dg") == [DEGUANG.name]
        with search.index.writing() as writer:
            writer._connection.execute("UPDATE meta SET value = 'older' WHERE key = 'making'")
        assert search.index.state() is None
        search.follow(snapshot)
        assert labels(search, "dg") == [DEGUANG.name]


def test_readers_see_one_state_while_another_is_written(store: GraphStore, tmp_path: Path) -> None:
    snapshot = put(store, draft().reading())
    with Search(tmp_path) as search:
        search.follow(snapshot)
        index = Index(tmp_path / FILE)
        with index.reading() as reader, search.index.writing() as writer:
            assert reader.snapshot == snapshot.id
            writer.finish("later")
            assert reader.snapshot == snapshot.id
        assert search.index.state() == "later"
        index.close()
