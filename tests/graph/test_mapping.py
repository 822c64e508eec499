"""One document as quads."""

import hashlib

import pyoxigraph as ox
import pytest

from graph_service import identity
from graph_service.graph.mapping import Mapped, map_reading
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.reading.claims import Date, Entity, Span, Words
from tests.graph.factory import (
    ALLIANCE,
    BASE,
    HEGUANG,
    HONOURS,
    LAB,
    LINJIANG,
    PARK,
    YUANXING,
    Draft,
    group,
    money,
    put,
    relocation_story,
    rows,
)  # fmt: skip


def graph_of(mapped: Mapped) -> Snapshot:
    """Return the document's graph as one to query."""
    return Snapshot.of(mapped.quads, BASE)


def test_mapping_same_reading_twice() -> None:
    """Mapping the same reading twice gives the same quads in the same order."""
    reading = relocation_story().reading()
    assert map_reading(reading, BASE) == map_reading(reading, BASE)


def test_iri_leaves_ascii_node() -> None:
    """No IRI leaves ASCII and no node is blank."""
    for quad in map_reading(relocation_story().reading(), BASE).quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            assert not isinstance(term, ox.BlankNode)
            assert not isinstance(term, ox.NamedNode) or term.value.isascii()


def test_quads_spelling_engine_keeps() -> None:
    """Quads are in the spelling that the engine keeps."""
    quads = map_reading(relocation_story().reading(), BASE).quads
    assert {str(q) for q in Snapshot.of(quads, BASE).quads(None, None, None, None)} == {str(q) for q in quads}


def test_document_carries_title_digest() -> None:
    """A document carries its title digest text date and source."""
    draft = Draft(title="标题", published="2023-06", source="https://news.example/一版")
    draft.sentence("一句话。")
    document = draft.reading().document
    found = rows(
        graph_of(map_reading(draft.reading(), BASE)),
        "SELECT ?title ?digest ?text ?date ?type ?source { GRAPH ?g { ?d a zg:Document ; dct:title ?title ; "
        "zg:sha256Digest ?digest ; schema:text ?text ; zg:published ?date ; dct:source ?source "
        "BIND(DATATYPE(?date) AS ?type) } }",
    )
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    month = "http://www.w3.org/2001/XMLSchema#gYearMonth"
    assert found == [
        ("标题", digest, document.text, "2023-06", month, "https://news.example/%E4%B8%80%E7%89%88")
    ]


@pytest.mark.parametrize(
    ("said", "kind"), [("2023", "gYear"), ("2023-06", "gYearMonth"), ("2023-06-08", "date")]
)
def test_date_publication_type_precision(said: str, kind: str) -> None:
    """A date of publication has the type of its precision."""
    draft = Draft(published=said)
    draft.sentence("一句话。")
    found = rows(
        graph_of(map_reading(draft.reading(), BASE)),
        "SELECT (DATATYPE(?d) AS ?t) { GRAPH ?g { ?x zg:published ?d } }",
    )
    assert found == [(f"http://www.w3.org/2001/XMLSchema#{kind}",)]


def test_run_names_extractor_clock() -> None:
    """The run names the extractor and no clock."""
    reading = relocation_story().reading()
    found = rows(
        graph_of(map_reading(reading, BASE, extractor="llm")),
        "SELECT DISTINCT ?name { GRAPH ?g { ?c prov:wasGeneratedBy ?run . ?run prov:used ?d ; "
        "prov:wasAssociatedWith/schema:name ?name } }",
    )
    assert found == [("ZoneGraph llm",)]


def test_sentences_keep_their_offsets() -> None:
    """Sentences keep their offsets repetitions and continuations."""
    draft = Draft()
    first = draft.sentence("园区集聚企业90多家。")
    draft.sentence("园区集聚企业90多家。", duplicate_of=first.start)
    head = draft.sentence("与4家单", continued_by=len(draft.text) + 5)
    draft.sentence("位达成意向。")
    assert draft.text[head.end + 1 : head.end + 3] == "位达"
    found = graph_of(map_reading(draft.reading(), BASE))
    assert rows(found, "SELECT ?t { GRAPH ?g { ?s zg:duplicateOf/zg:text ?t } }") == [(first.text,)]
    assert rows(found, "SELECT ?a ?b { GRAPH ?g { ?s zg:text ?a ; zg:continuedBy/zg:text ?b } }") == [
        (head.text, "位达成意向。")
    ]
    offsets = rows(found, "SELECT ?b ?e { GRAPH ?g { ?s zg:start ?b ; zg:end ?e } }")
    assert ("0", str(len(first.text))) in offsets


def test_evidence_part_sentence_sentence() -> None:
    """Evidence that is part of a sentence is a sentence node of its own."""
    draft = Draft()
    whole = draft.sentence("和光科技落户镜湖智能产业园,远星传感也来了。")
    part = Span(0, 13, whole.text[:13])
    draft.claim(HEGUANG, "locatedIn", PARK, part)
    found = graph_of(map_reading(draft.reading(), BASE))
    assert rows(found, "SELECT ?t { GRAPH ?g { ?c zg:evidence/zg:text ?t } }") == [
        ("和光科技落户镜湖智能产业园",)
    ]


def test_claim_says_what_says() -> None:
    """A claim says what it says with modality speaker rule and status."""
    draft = Draft()
    draft.claim(
        HEGUANG,
        "supplies",
        YUANXING,
        draft.sentence("将供货。"),
        modality="planned",
        attributed_to="负责人",
        rule="supply.to",
    )
    found = rows(
        graph_of(map_reading(draft.reading(), BASE)),
        "SELECT ?p ?m ?speaker ?rule ?status { GRAPH ?g { ?c a zg:Claim ; rdf:predicate ?p ; zg:modality ?m ; "
        "zg:speaker ?speaker ; zg:rule ?rule ; zg:status ?status } }",
    )
    zg = "https://w3id.org/zonegraph/ont#"
    assert found == [(zg + "supplies", zg + "Planned", "负责人", "supply.to", "accepted")]


def test_same_claim_made_twice() -> None:
    """The same claim made twice is one claim with all the evidence."""
    draft = Draft()
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("和光在镜湖园。"))
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("镜湖园里有和光。"))
    found = graph_of(map_reading(draft.reading(), BASE))
    assert rows(
        found, "SELECT (COUNT(DISTINCT ?c) AS ?n) (COUNT(?e) AS ?m) { GRAPH ?g { ?c zg:evidence ?e } }"
    ) == [("1", "2")]


def test_quarantined_claim_stays_document(store: GraphStore) -> None:
    """A quarantined claim stays in its document with its problem and a label."""
    draft = Draft()
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("一句。"), status="quarantined", problem="说不通")
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?s ?p ?o { ?s ?p ?o }") == []
    found = rows(
        snapshot,
        "SELECT ?status ?problem ?label { GRAPH ?g { ?c zg:status ?status ; zg:problem ?problem ; rdf:subject/rdfs:label ?label } }",
    )
    assert found == [("quarantined", "说不通", HEGUANG.name)]


def test_unresolved_claims_give_fact(
    store: GraphStore,
) -> None:
    """Unresolved claims give no fact but what others accept of the same node stands."""
    draft = Draft()
    draft.claim(HEGUANG, "locatedIn", PARK, draft.sentence("一句。"))
    draft.claim(
        HEGUANG, "supplies", YUANXING, draft.sentence("两句。"), status="unresolved", problem="没有先行词"
    )
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?o { ?s zg:locatedIn ?o }") == [(PARK.iri(BASE),)]
    assert (
        rows(
            snapshot,
            "SELECT ?o { { ?s zg:supplies ?o } UNION { ?o a zg:Company FILTER(?o = <%s>) } }"
            % YUANXING.iri(BASE),
        )
        == []
    )


def test_entity_kind_names_size(store: GraphStore) -> None:
    """An entity has its kind names size and code."""
    draft = Draft()
    draft.claim(HEGUANG, "locatedIn", LINJIANG, draft.sentence("在临江。"))
    draft.claim(LAB, "memberOf", HONOURS, draft.sentence("入选名单。"))
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?p ?a { ?x a zg:Company ; skos:prefLabel ?p ; skos:altLabel ?a }") == [
        (HEGUANG.name, "和光科技")
    ]
    assert rows(snapshot, "SELECT ?c { ?x a zg:AdministrativeArea ; zg:gbt2260Code ?c }") == [("330999",)]
    assert rows(snapshot, "SELECT ?n { ?x a zg:DesignationList ; zg:groupSize ?n }") == [("17",)]


def test_alias_claim_becomes_alternative(store: GraphStore) -> None:
    """An alias claim becomes an alternative label and keeps its claim."""
    draft = Draft()
    draft.claim(YUANXING, "alias", Words("远星"), draft.sentence("远星传感有限公司(简称远星)。"))
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?a { ?x skos:altLabel ?a }") == [("远星",)]
    assert rows(snapshot, "SELECT ?x { ?x zg:alias ?a }") == []
    assert rows(
        snapshot, "SELECT ?t { GRAPH ?g { ?c rdf:predicate zg:alias ; zg:evidence/zg:text ?t } }"
    ) == [("远星传感有限公司(简称远星)。",)]


def test_quantity_keeps_value_bound(store: GraphStore) -> None:
    """A quantity keeps value bound limits unit words and kind."""
    draft = Draft()
    figure = money(1.2e9, "约12亿元", bound="~", min=1e9, max=1.5e9, per="年", kind="外资")
    draft.claim(PARK, "invests", figure, draft.sentence("约12亿元。"))
    found = rows(
        put(store, draft.reading()),
        "SELECT ?v ?m ?low ?high ?u ?t ?per ?kind { ?p zg:invests ?q . ?q a zg:Quantity ; zg:value ?v ; zg:modifier ?m ; "
        "zg:min ?low ; zg:max ?high ; zg:unit ?u ; zg:sourceText ?t ; zg:per ?per ; zg:countedKind ?kind }",
    )
    assert found == [
        ("1200000000", "https://w3id.org/zonegraph/ont#About", "1000000000", "1500000000",
         "http://qudt.org/vocab/unit/CCY_CNY", "约12亿元", "年", "外资")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "iri"),
    [
        ("NUM", "http://qudt.org/vocab/unit/NUM"),
        ("MU", "https://w3id.org/zonegraph/ont#Mu"),
        ("PERSON", "https://w3id.org/zonegraph/ont#PersonUnit"),
        ("标箱", "https://w3id.org/zonegraph/ont#Unit-%E6%A0%87%E7%AE%B1"),
    ],
)
def test_units_those_qudt_minted(store: GraphStore, code: str, iri: str) -> None:
    """Units are those of qudt or minted."""
    draft = Draft()
    draft.claim(PARK, "capacity", money(3, "三", unit=code), draft.sentence("三。"))
    assert rows(put(store, draft.reading()), "SELECT ?u { ?q zg:unit ?u }") == [(iri,)]


def test_author_said_document_itself(store: GraphStore) -> None:
    """An author is said of the document itself."""
    draft = Draft(title="一篇报道")
    person = Entity("林远", "Person")
    draft.claim(Entity("一篇报道", "Document"), "author", person, draft.sentence("记者 林远"))
    reading = draft.reading()
    found = rows(put(store, reading), "SELECT ?d ?a { ?d zg:author ?a }")
    assert found == [(identity.document_iri(BASE, reading.document.id), person.iri(BASE))]


def test_date_typed_literal_plain(store: GraphStore) -> None:
    """A date is a typed literal on the plain triple."""
    draft = Draft()
    draft.claim(
        LAB,
        "openedIn",
        Date("2023-01", "今年1月"),
        draft.sentence("今年1月揭牌。"),
        qualifiers=(("milestone", "揭牌"),),
    )
    found = rows(put(store, draft.reading()), "SELECT ?o (DATATYPE(?o) AS ?t) { ?x zg:openedIn ?o }")
    assert found == [("2023-01", "http://www.w3.org/2001/XMLSchema#gYearMonth")]


def test_member_unnamed_group_known(store: GraphStore) -> None:
    """A member of an unnamed group is its known member."""
    draft = Draft()
    four = group(4, "d-1-1", "四家企业")
    said = draft.sentence("孵化包括远星传感在内的4家企业。")
    draft.claim(LAB, "incubates", four, said).claim(YUANXING, "memberOf", four, said).claim(
        YUANXING, "memberOf", ALLIANCE, said
    )
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?g ?m { ?g zg:hasKnownMember ?m }") == [
        (four.iri(BASE), YUANXING.iri(BASE))
    ]
