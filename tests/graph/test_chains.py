"""Industry chains: what the tables say, which companies fall into their segments, and what is asked of both."""

from pathlib import Path

import pytest

from graph_service.errors import RuleError, UsageError
from graph_service.graph import reference
from graph_service.graph.named import NamedQueries, load
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.reading.claims import Entity
from graph_service.resources import resource
from tests.graph.factory import BASE, HEGUANG, LINJIANG, NANSHAN, PARK, YUANXING, Draft, put, rows

MAKER = Entity("明川模组有限公司", "Company")
CHAIN = Entity("临江光学产业链", "IndustryChain")


@pytest.fixture
def named() -> NamedQueries:
    """The bundled queries."""
    return load()


@pytest.fixture
def chains(store: GraphStore) -> Snapshot:
    """The tables, a maker of panels in a park of 临江, one of modules elsewhere, a chain of the document's own."""
    draft = Draft()
    makes = draft.sentence("和光科技生产OLED面板，落户镜湖智能产业园；明川模组在南山市生产背光模组。")
    draft.claim(HEGUANG, "develops", Entity("OLED面板", "Product"), makes).claim(
        HEGUANG, "locatedIn", PARK, makes
    )
    draft.claim(PARK, "locatedIn", LINJIANG, makes)
    draft.claim(MAKER, "develops", Entity("背光模组", "Product"), makes).claim(
        MAKER, "locatedIn", NANSHAN, makes
    )
    plans = draft.sentence("远星传感拟生产液晶面板包装盒和液晶面板。")
    draft.claim(YUANXING, "develops", Entity("液晶面板", "Product"), plans, modality="planned")
    draft.claim(YUANXING, "develops", Entity("液晶面板包装盒", "Product"), plans)
    has = draft.sentence("临江光学产业链涵盖显示面板和镀膜。")
    draft.claim(CHAIN, "hasSegment", Entity("显示面板", "ChainSegment"), has)
    draft.claim(CHAIN, "hasSegment", Entity("镀膜", "ChainSegment"), has)
    store.keep_tables()
    return put(store, draft.reading())


def labels(
    named: NamedQueries, snapshot: Snapshot, query: str, columns: str, **given: str
) -> list[tuple[object, ...]]:
    """Return rows in some columns: entities by their labels, lists as tuples of labels."""
    said = named.run(snapshot, query, given).as_json()["rows"]
    return [tuple(_label(row[column]) for column in columns.split()) for row in said]


def _label(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(_label, value))
    return value["label"] if isinstance(value, dict) else value


def test_a_chain_has_its_segments_in_order_with_their_companies(
    named: NamedQueries, chains: Snapshot
) -> None:
    """Upstream comes first; a company is where what it makes is made."""
    found = labels(named, chains, "chain", "segment position feedsInto companies", industry="新型显示")
    assert [position for _, position, _, _ in found] == ["上游"] * 4 + ["中游"] * 2 + ["下游"]
    assert ("显示面板", "中游", ("显示模组",), (HEGUANG.name,)) in found
    assert ("显示模组", "中游", ("显示整机",), (MAKER.name,)) in found


def test_a_chain_is_known_by_its_own_name_too_and_in_english(named: NamedQueries, chains: Snapshot) -> None:
    """The chain's name and that of its industry ask the same; labels are in the language asked for."""
    by_industry = named.run(chains, "chain", {"industry": "新型显示产业"}, "en").rows
    assert by_industry == named.run(chains, "chain", {"industry": "新型显示产业链"}, "en").rows
    assert "Display panels" in [row[0]["label"] for row in by_industry if isinstance(row[0], dict)]


def test_a_chain_of_a_document_joins_the_tables_by_its_segments(
    named: NamedQueries, chains: Snapshot
) -> None:
    """A segment of the same name is the same; one that no table has stands without a place."""
    found = labels(named, chains, "chain", "segment position companies", industry=CHAIN.name)
    assert found == [("显示面板", "中游", (HEGUANG.name,)), ("镀膜", None, ())]


def test_gaps_are_segments_without_a_company_at_the_place(named: NamedQueries, chains: Snapshot) -> None:
    """Places inside count, companies elsewhere are named, plans fill no gap."""
    gaps = labels(named, chains, "chain-gaps", "segment elsewhere", industry="新型显示", place="临江市")
    assert "显示面板" not in [segment for segment, _ in gaps]
    assert ("显示模组", (MAKER.name,)) in gaps
    everything = labels(named, chains, "chain-gaps", "segment", industry="新型显示", place=NANSHAN.name)
    assert ("显示面板",) in everything


def test_what_a_firm_makes_is_told_by_the_end_of_its_name_and_recorded(chains: Snapshot) -> None:
    """A box for panels is no panel, a plan is none either; the record has rule and claim, and no document says so."""
    segment = "?c zg:inSegment ?s . ?c skos:prefLabel ?n"
    assert rows(chains, f"SELECT ?n {{ {segment} }}") == [(HEGUANG.name,), (MAKER.name,)]
    record = (
        "SELECT (COUNT(?claim) AS ?claims) ?rule { GRAPH ?derived { ?r a zg:Derivation ; rdf:predicate zg:inSegment ; "
        "zg:rule ?rule ; prov:wasDerivedFrom ?claim } } GROUP BY ?rule"
    )
    assert rows(chains, record) == [("2", "segment-by-product")]
    assert rows(chains, "SELECT ?c { GRAPH ?g { ?c a zg:Claim ; rdf:predicate zg:inSegment } }") == []


def test_what_is_derived_goes_with_the_document(store: GraphStore, chains: Snapshot) -> None:
    """Deleting it leaves the tables alone."""
    (document,) = chains.documents()
    store.delete(document)
    assert rows(store.commit(), "SELECT ?c { ?c zg:inSegment ?s }") == []
    assert store.keep_tables() is False


def test_upstream_follows_what_documents_say_and_the_chain(named: NamedQueries, store: GraphStore) -> None:
    """Direct suppliers take one step, their suppliers two through them; segments that feed one's own lead up too."""
    draft = Draft()
    says = draft.sentence(
        "甲厂供货给乙厂，乙厂供货给丙厂，丙厂生产背光模组；丁厂生产OLED面板，戊厂生产偏光片。"
    )
    first, second, third, fourth, fifth = (Entity(f"{name}厂有限公司", "Company") for name in "甲乙丙丁戊")
    draft.claim(first, "supplies", second, says).claim(second, "supplies", third, says)
    for firm, product in ((third, "背光模组"), (fourth, "OLED面板"), (fifth, "偏光片")):
        draft.claim(firm, "develops", Entity(product, "Product"), says)
    store.keep_tables()
    snapshot = put(store, draft.reading())
    found = labels(named, snapshot, "upstream", "company via steps", company=third.name)
    assert set(found) == {
        (second.name, None, 1), (first.name, second.name, 2), (fourth.name, "显示面板", 1), (fifth.name, "显示材料", 2),
    }  # fmt: skip
    assert [steps for _, _, steps in found] == [1, 1, 2, 2]
    assert len(labels(named, snapshot, "upstream", "company", company=third.name, depth="1")) == 2
    with pytest.raises(UsageError, match="out of bounds"):
        named.run(snapshot, "upstream", {"company": third.name, "depth": "7"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("feeds: [b]", "feeds: [x]"), "feeds x"),
        (("  downstream:", "  lower:"), "downstream"),
        (("industries: [i]", "industries: i j"), "industries"),
        (("source: s", "source: t"), "t"),
        (("midstream: {b:", "midstream: {a:"), "stands"),
    ],
)  # fmt: skip
def test_a_table_with_a_fault_is_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    """The file and what is wrong stand in the message."""
    text = (
        "sources: {s: {zh: 甲, en: A}}\nchains:\n- name: c\n  en: c\n  source: s\n  industries: [i]\n"
        "  upstream: {a: {en: a, makes: [m], feeds: [b]}}\n  midstream: {b: {en: b, makes: [n]}}\n  downstream: {}\n"
    )
    (tmp_path / "chains.yaml").write_text(text.replace(*change), "utf-8")
    with pytest.raises(RuleError, match=says):
        reference.quads(BASE, tmp_path)


def test_the_bundled_tables_have_chains_with_three_places_and_a_source() -> None:
    """Every chain has segments up-, mid- and downstream; every segment but the last ones feeds another."""
    assert list(resource("data", "reference").glob("*.yaml"))
    tables = Snapshot.of(reference.quads(BASE), BASE)
    chains = rows(tables, "SELECT DISTINCT ?c { GRAPH ?g { ?c a zg:IndustryChain ; dct:source ?s } }")
    assert len(chains) >= 16
    places = "SELECT ?c (COUNT(DISTINCT ?p) AS ?n) { GRAPH ?g { ?c zg:hasSegment/zg:chainPosition ?p } } GROUP BY ?c"
    assert rows(tables, places) == [(chain, "3") for (chain,) in chains]
    idle = (
        "SELECT ?s { GRAPH ?g { ?s zg:chainPosition ?p FILTER(?p != zg:Downstream) "
        "FILTER NOT EXISTS { ?s zg:feedsInto ?next } } }"
    )
    assert rows(tables, idle) == []
