"""Which events and observations come of claims."""

import pytest

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore
from graph_service.reading.claims import Date, Entity, Words
from tests.graph.factory import (
    ALLIANCE,
    BASE,
    HEGUANG,
    HONOURS,
    LAB,
    LINJIANG,
    NANSHAN,
    PARK,
    YUANXING,
    Draft,
    group,
    money,
    put,
    relocation_story,
    rows,
)


def test_origin_destination_one_mover(store: GraphStore) -> None:
    """Origin and destination of one mover in one sentence are one relocation."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot, "SELECT ?m ?o ?d { ?e a zg:Relocation ; zg:mover ?m ; zg:origin ?o ; zg:destination ?d }"
    )
    assert found == [(HEGUANG.iri(BASE), NANSHAN.iri(BASE), PARK.iri(BASE))]


def test_moves_told_different_sentences(store: GraphStore) -> None:
    """Moves told in different sentences are two relocations."""
    draft = Draft()
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN, draft.sentence("和光原在南山。"))
    draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("和光来到镜湖园。"))
    assert len(rows(put(store, draft.reading()), "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_moves_linked_chain_shared(store: GraphStore) -> None:
    """Moves linked by a chain of shared sentences are one relocation."""
    draft = Draft()
    one, two = draft.sentence("和光从南山来。"), draft.sentence("和光来到镜湖园,看中配套。")
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN, one, two)
    draft.claim(HEGUANG, "relocatedTo", PARK, two)
    draft.claim(HEGUANG, "relocationReason", Words("看中配套"), two)
    found = rows(
        put(store, draft.reading()), "SELECT ?o ?d ?r { ?e zg:origin ?o ; zg:destination ?d ; zg:reason ?r }"
    )
    assert found == [(NANSHAN.iri(BASE), PARK.iri(BASE), "看中配套")]


def test_different_movers_one_sentence(store: GraphStore) -> None:
    """Different movers of one sentence make different relocations."""
    draft = Draft()
    said = draft.sentence("和光与远星都迁到镜湖园。")
    draft.claim(HEGUANG, "relocatedTo", PARK, said).claim(YUANXING, "relocatedTo", PARK, said)
    assert len(rows(put(store, draft.reading()), "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_reason_without_move_relocation(store: GraphStore) -> None:
    """A reason without a move is no relocation."""
    draft = Draft()
    draft.claim(HEGUANG, "relocationReason", Words("看中配套"), draft.sentence("看中配套。"))
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?e { ?e a zg:Relocation }") == []
    assert rows(snapshot, "SELECT ?r { ?x zg:relocationReason ?r }") == [("看中配套",)]


def test_each_role_claim_evidence(store: GraphStore) -> None:
    """Each role has a claim with the evidence and the claim it follows from."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?role ?relation { GRAPH ?g { ?c rdf:subject ?e ; rdf:predicate ?role ; zg:evidence ?x ; "
        "prov:wasDerivedFrom ?direct . ?direct rdf:subject id:X ; rdf:predicate ?relation ; zg:evidence ?x } "
        "?e a zg:Relocation }".replace("id:X", f"<{HEGUANG.iri(BASE)}>"),
    )
    zg = "https://w3id.org/zonegraph/ont#"
    expected = [
        ("destination", "relocatedTo"),
        ("mover", "relocatedFrom"),
        ("mover", "relocatedTo"),
        ("origin", "relocatedFrom"),
    ]
    assert found == [(zg + role, zg + relation) for role, relation in expected]


def test_possible_move_event_among(store: GraphStore) -> None:
    """A possible move is an event among prospects with its modality."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?m ?size { GRAPH id:graph\\/prospects { ?e a zg:Relocation ; zg:mover/zg:groupSize ?size ; zg:modality ?m } }",
    )
    assert found == [("https://w3id.org/zonegraph/ont#Possible", "2")]
    assert len(rows(snapshot, "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_actual_event_carries_modality(store: GraphStore) -> None:
    """An actual event carries no modality."""
    assert rows(put(store, relocation_story().reading()), "SELECT ?m { ?e zg:modality ?m }") == []


def test_referral_names_referrer_referred(store: GraphStore) -> None:
    """A referral names referrer and referred and its result is derived."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?by ?n ?to { ?e a zg:Referral ; zg:referrer ?by ; zg:referred ?g ; zg:result ?r . ?g zg:groupSize ?n . ?r zg:destination ?to }",
    )
    assert found == [(HEGUANG.iri(BASE), "2", LINJIANG.iri(BASE))]


def test_figure_observation_indicator_year(store: GraphStore) -> None:
    """A figure is an observation of its indicator and year."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?x ?i ?v ?a ?b { ?o a zg:Observation ; zg:ofEntity ?x ; zg:indicator ?i ; zg:quantity/zg:value ?v ; zg:earliest ?a ; zg:latest ?b }",
    )
    assert found == [
        (
            PARK.iri(BASE),
            "https://w3id.org/zonegraph/ont#outputValue",
            "50000000000",
            "2022-01-01",
            "2022-12-31",
        )
    ]


def test_two_figures_one_sentence(store: GraphStore) -> None:
    """Two figures of one sentence are two observations."""
    draft = Draft()
    said = draft.sentence("投资10亿元,产值20亿元。")
    draft.claim(PARK, "invests", money(1e9, "10亿元"), said).claim(
        PARK, "outputValue", money(2e9, "20亿元"), said
    )
    found = rows(put(store, draft.reading()), "SELECT ?i ?v { ?o zg:indicator ?i ; zg:quantity/zg:value ?v }")
    assert [value for _, value in found] == ["1000000000", "2000000000"]


def test_opening_takes_time_words(store: GraphStore) -> None:
    """An opening takes its time words and milestone."""
    draft = Draft()
    draft.claim(
        LAB,
        "openedIn",
        Date("2023-01", "今年1月"),
        draft.sentence("今年1月挂牌。"),
        qualifiers=(("milestone", "挂牌"),),
    )
    found = rows(
        put(store, draft.reading()),
        "SELECT ?x ?a ?b ?t ?m { ?e a zg:Opening ; zg:subjectOrg ?x ; zg:earliest ?a ; zg:latest ?b ; zg:timeText ?t ; zg:milestone ?m }",
    )
    assert found == [
        (LAB.iri(BASE), "2023-01-01", "2023-01-31", "今年1月", "https://w3id.org/zonegraph/ont#Unveiling")
    ]


def test_milestone_scheme_lacks_minted(store: GraphStore) -> None:
    """A milestone that the scheme lacks is minted and named."""
    draft = Draft()
    draft.claim(
        LAB,
        "openedIn",
        Date("2023", "2023年"),
        draft.sentence("2023年点火。"),
        qualifiers=(("milestone", "点火"),),
    )
    found = rows(
        put(store, draft.reading()),
        "SELECT ?l { ?e zg:milestone ?m . ?m a zg:Milestone ; skos:prefLabel ?l }",
    )
    assert found == [("点火",)]


def test_two_milestones_one_sentence(store: GraphStore) -> None:
    """Two milestones of one sentence are two openings."""
    draft = Draft()
    said = draft.sentence("2022年开工,2023年投产。")
    draft.claim(LAB, "openedIn", Date("2022", "2022年"), said, qualifiers=(("milestone", "开工"),))
    draft.claim(LAB, "openedIn", Date("2023", "2023年"), said, qualifiers=(("milestone", "投产"),))
    found = rows(
        put(store, draft.reading()), "SELECT ?m ?a { ?e a zg:Opening ; zg:milestone ?m ; zg:earliest ?a }"
    )
    zg = "https://w3id.org/zonegraph/ont#"
    assert found == [(zg + "GroundBreaking", "2022-01-01"), (zg + "StartOfProduction", "2023-01-01")]


def test_posts_one_person_keep(store: GraphStore) -> None:
    """Posts of one person keep their organisations apart."""
    draft = Draft()
    said, person = draft.sentence("林远是和光董事长、远星顾问。"), Entity("林远", "Person")
    draft.claim(person, "leads", HEGUANG, said, qualifiers=(("position", "董事长"),))
    draft.claim(person, "leads", YUANXING, said, qualifiers=(("position", "顾问"),))
    found = rows(
        put(store, draft.reading()), "SELECT ?b ?p { ?e a zg:Leadership ; zg:ledBody ?b ; zg:position ?p }"
    )
    assert found == sorted([(HEGUANG.iri(BASE), "董事长"), (YUANXING.iri(BASE), "顾问")])


def test_membership_list_listing_alliance(store: GraphStore) -> None:
    """Membership of a list is a listing and of an alliance is none."""
    draft = Draft()
    said = draft.sentence("实验室入选名单,加入联盟。")
    draft.claim(LAB, "memberOf", HONOURS, said).claim(LAB, "memberOf", ALLIANCE, said)
    assert rows(put(store, draft.reading()), "SELECT ?l { ?e a zg:Listing ; zg:onList ?l }") == [
        (HONOURS.iri(BASE),)
    ]


def test_renewal_gathers_agent_method(store: GraphStore) -> None:
    """A renewal gathers agent method and former state around its site."""
    draft = Draft()
    said, site = draft.sentence("管委会以腾笼换鸟改造旧厂房。"), Entity("镜湖港", "Facility")
    body = Entity("临江开发区管委会", "GovernmentBody")
    draft.claim(body, "renewed", site, said).claim(site, "renewalMethod", Words("腾笼换鸟"), said)
    draft.claim(site, "formerState", Words("旧厂房"), said)
    found = rows(
        put(store, draft.reading()),
        "SELECT ?a ?s ?m ?f { ?e a zg:Renewal ; zg:agent ?a ; zg:site ?s ; zg:method ?m ; zg:formerState ?f }",
    )
    assert found == [(body.iri(BASE), site.iri(BASE), "腾笼换鸟", "旧厂房")]


@pytest.mark.parametrize("modality", ["actual", "planned", "target", "possible"])
def test_modality_part_what_event(modality: str) -> None:
    """Modality is part of what an event is."""
    draft = Draft()
    draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("迁。"), modality=modality)
    subjects = {
        str(q.subject) for q in map_reading(draft.reading(), BASE).quads if "/relocation/" in str(q.subject)
    }
    other = Draft()
    other.claim(HEGUANG, "relocatedTo", PARK, other.sentence("迁。"), modality="planned")
    others = {
        str(q.subject) for q in map_reading(other.reading(), BASE).quads if "/relocation/" in str(q.subject)
    }
    assert len(subjects) == 1
    assert (subjects == others) == (modality == "planned")


def test_same_statement_two_documents(store: GraphStore) -> None:
    """The same statement in two documents is one event with two claims."""
    drafts = [Draft(), Draft()]
    drafts[0].claim(HEGUANG, "relocatedTo", PARK, drafts[0].sentence("和光迁到镜湖园。"))
    drafts[1].claim(HEGUANG, "relocatedTo", PARK, drafts[1].sentence("镜湖园迎来和光。"))
    snapshot = put(store, *(draft.reading() for draft in drafts))
    found = rows(
        snapshot,
        "SELECT (COUNT(DISTINCT ?e) AS ?n) (COUNT(DISTINCT ?c) AS ?m) { ?e a zg:Relocation . GRAPH ?g { ?c rdf:subject ?e ; rdf:predicate zg:mover } }",
    )
    assert found == [("1", "2")]


def test_unnamed_groups_two_documents(store: GraphStore) -> None:
    """Unnamed groups of two documents are two groups."""
    drafts = [Draft(), Draft()]
    for number, draft in enumerate(drafts):
        draft.claim(
            group(2, f"d{number}-1-1"), "relocatedTo", PARK, draft.sentence(f"两家企业迁来,第{number}版。")
        )
    assert len(rows(put(store, *(d.reading() for d in drafts)), "SELECT ?g { ?g a zg:CompanyGroup }")) == 2
