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


def test_origin_and_destination_of_one_mover_in_one_sentence_are_one_relocation(store: GraphStore) -> None:
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot, "SELECT ?m ?o ?d { ?e a zg:Relocation ; zg:mover ?m ; zg:origin ?o ; zg:destination ?d }"
    )
    assert found == [(HEGUANG.iri(BASE), NANSHAN.iri(BASE), PARK.iri(BASE))]


def test_moves_told_in_different_sentences_are_two_relocations(store: GraphStore) -> None:
    draft = Draft()
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN, draft.sentence("和光原在南山。"))
    draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("和光来到镜湖园。"))
    assert len(rows(put(store, draft.reading()), "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_moves_linked_by_a_chain_of_shared_sentences_are_one_relocation(store: GraphStore) -> None:
    draft = Draft()
    one, two = draft.sentence("和光从南山来。"), draft.sentence("和光来到镜湖园,看中配套。")
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN, one, two)
    draft.claim(HEGUANG, "relocatedTo", PARK, two)
    draft.claim(HEGUANG, "relocationReason", Words("看中配套"), two)
    found = rows(
        put(store, draft.reading()), "SELECT ?o ?d ?r { ?e zg:origin ?o ; zg:destination ?d ; zg:reason ?r }"
    )
    assert found == [(NANSHAN.iri(BASE), PARK.iri(BASE), "看中配套")]


def test_different_movers_of_one_sentence_make_different_relocations(store: GraphStore) -> None:
    draft = Draft()
    said = draft.sentence("和光与远星都迁到镜湖园。")
    draft.claim(HEGUANG, "relocatedTo", PARK, said).claim(YUANXING, "relocatedTo", PARK, said)
    assert len(rows(put(store, draft.reading()), "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_a_reason_without_a_move_is_no_relocation(store: GraphStore) -> None:
    draft = Draft()
    draft.claim(HEGUANG, "relocationReason", Words("看中配套"), draft.sentence("看中配套。"))
    snapshot = put(store, draft.reading())
    assert rows(snapshot, "SELECT ?e { ?e a zg:Relocation }") == []
    assert rows(snapshot, "SELECT ?r { ?x zg:relocationReason ?r }") == [("看中配套",)]


def test_each_role_has_a_claim_with_the_evidence_and_the_claim_it_follows_from(store: GraphStore) -> None:
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


def test_a_possible_move_is_an_event_among_prospects_with_its_modality(store: GraphStore) -> None:
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?m ?size { GRAPH id:graph\\/prospects { ?e a zg:Relocation ; zg:mover/zg:groupSize ?size ; zg:modality ?m } }",
    )
    assert found == [("https://w3id.org/zonegraph/ont#Possible", "2")]
    assert len(rows(snapshot, "SELECT ?e { ?e a zg:Relocation }")) == 2


def test_an_actual_event_carries_no_modality(store: GraphStore) -> None:
    assert rows(put(store, relocation_story().reading()), "SELECT ?m { ?e zg:modality ?m }") == []


def test_a_referral_names_referrer_and_referred_and_its_result_is_derived(store: GraphStore) -> None:
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        "SELECT ?by ?n ?to { ?e a zg:Referral ; zg:referrer ?by ; zg:referred ?g ; zg:result ?r . ?g zg:groupSize ?n . ?r zg:destination ?to }",
    )
    assert found == [(HEGUANG.iri(BASE), "2", LINJIANG.iri(BASE))]


def test_a_figure_is_an_observation_of_its_indicator_and_year(store: GraphStore) -> None:
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


def test_two_figures_of_one_sentence_are_two_observations(store: GraphStore) -> None:
    draft = Draft()
    said = draft.sentence("投资10亿元,产值20亿元。")
    draft.claim(PARK, "invests", money(1e9, "10亿元"), said).claim(
        PARK, "outputValue", money(2e9, "20亿元"), said
    )
    found = rows(put(store, draft.reading()), "SELECT ?i ?v { ?o zg:indicator ?i ; zg:quantity/zg:value ?v }")
    assert [value for _, value in found] == ["1000000000", "2000000000"]


def test_an_opening_takes_its_time_words_and_milestone(store: GraphStore) -> None:
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


def test_a_milestone_that_the_scheme_lacks_is_minted_and_named(store: GraphStore) -> None:
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


def test_two_milestones_of_one_sentence_are_two_openings(store: GraphStore) -> None:
    draft = Draft()
    said = draft.sentence("2022年开工,2023年投产。")
    draft.claim(LAB, "openedIn", Date("2022", "2022年"), said, qualifiers=(("milestone", "开工"),))
    draft.claim(LAB, "openedIn", Date("2023", "2023年"), said, qualifiers=(("milestone", "投产"),))
    found = rows(
        put(store, draft.reading()), "SELECT ?m ?a { ?e a zg:Opening ; zg:milestone ?m ; zg:earliest ?a }"
    )
    zg = "https://w3id.org/zonegraph/ont#"
    assert found == [(zg + "GroundBreaking", "2022-01-01"), (zg + "StartOfProduction", "2023-01-01")]


def test_posts_of_one_person_keep_their_organisations_apart(store: GraphStore) -> None:
    draft = Draft()
    said, person = draft.sentence("林远是和光董事长、远星顾问。"), Entity("林远", "Person")
    draft.claim(person, "leads", HEGUANG, said, qualifiers=(("position", "董事长"),))
    draft.claim(person, "leads", YUANXING, said, qualifiers=(("position", "顾问"),))
    found = rows(
        put(store, draft.reading()), "SELECT ?b ?p { ?e a zg:Leadership ; zg:ledBody ?b ; zg:position ?p }"
    )
    assert found == sorted([(HEGUANG.iri(BASE), "董事长"), (YUANXING.iri(BASE), "顾问")])


def test_membership_of_a_list_is_a_listing_and_of_an_alliance_is_none(store: GraphStore) -> None:
    draft = Draft()
    said = draft.sentence("实验室入选名单,加入联盟。")
    draft.claim(LAB, "memberOf", HONOURS, said).claim(LAB, "memberOf", ALLIANCE, said)
    assert rows(put(store, draft.reading()), "SELECT ?l { ?e a zg:Listing ; zg:onList ?l }") == [
        (HONOURS.iri(BASE),)
    ]


def test_a_renewal_gathers_agent_method_and_former_state_around_its_site(store: GraphStore) -> None:
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
def test_modality_is_part_of_what_an_event_is(modality: str) -> None:
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


def test_the_same_statement_in_two_documents_is_one_event_with_two_claims(store: GraphStore) -> None:
    drafts = [Draft(), Draft()]
    drafts[0].claim(HEGUANG, "relocatedTo", PARK, drafts[0].sentence("和光迁到镜湖园。"))
    drafts[1].claim(HEGUANG, "relocatedTo", PARK, drafts[1].sentence("镜湖园迎来和光。"))
    snapshot = put(store, *(draft.reading() for draft in drafts))
    found = rows(
        snapshot,
        "SELECT (COUNT(DISTINCT ?e) AS ?n) (COUNT(DISTINCT ?c) AS ?m) { ?e a zg:Relocation . GRAPH ?g { ?c rdf:subject ?e ; rdf:predicate zg:mover } }",
    )
    assert found == [("1", "2")]


def test_unnamed_groups_of_two_documents_are_two_groups(store: GraphStore) -> None:
    drafts = [Draft(), Draft()]
    for number, draft in enumerate(drafts):
        draft.claim(
            group(2, f"d{number}-1-1"), "relocatedTo", PARK, draft.sentence(f"两家企业迁来,第{number}版。")
        )
    assert len(rows(put(store, *(d.reading() for d in drafts)), "SELECT ?g { ?g a zg:CompanyGroup }")) == 2
