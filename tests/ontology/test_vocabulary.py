"""What the code reads from the ontology: kinds, relations, events."""

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib

from graph_service.vocabulary import DATE, MODALITIES, QUANTITY, WORDS, ZG, Vocabulary, vocabulary

_GOLD = Path("/work/shared/gold")

_RELATIONS = [
    "alias", "formerName", "renamedTo", "mergedInto", "mergedWith", "locatedIn", "partOf", "inIndustry",
    "leadingIndustry", "industryCategory", "upstreamOf", "supplies", "hasRole", "relocatedFrom",
    "relocatedTo", "relocationReason", "introduced", "facilitated", "memberOf", "alliedWith",
    "signedIntentWith", "founded", "incubates", "jointLab", "leads", "acquiredControlOf", "develops",
    "usesTechnology", "applicableTo", "enables", "awarded", "awardedBy", "certifiedAs", "draftedStandard",
    "firstOf", "ranked", "exhibits", "builds", "signedProject", "startsProject", "openedIn", "foundedIn",
    "renewed", "formerState", "renewalMethod", "operates", "invests", "outputValue", "annualSales",
    "expectedSales", "expectedTax", "hostsCompanyCount", "projectCount", "hasCount", "area", "capacity",
    "shareOf", "employeeCount", "landPrice", "yearsInIndustry", "patentApplicationCount",
    "softwareCopyrightCount", "positionedAs", "focusesOn", "implementsPolicy", "targets", "evaluatedAs",
    "author",
]  # fmt: skip

_KINDS = [
    "Entity", "Actor", "Organisation", "Company", "Laboratory", "University", "Alliance",
    "GovernmentBody", "Team", "Person", "Group", "CompanyGroup", "ProjectGroup", "OrganisationGroup",
    "TalentGroup", "Place", "AdministrativeArea", "Zone", "Park", "District", "Facility", "Industry",
    "IndustryChain", "ChainSegment", "IndustryCategory", "Role", "Product", "Technology", "Award",
    "Certification", "Standard", "DesignationList", "Project", "Investment", "Policy", "Campaign",
    "Target", "Document", "Sentence", "Claim", "Quantity", "Observation", "Event",
]  # fmt: skip

_FIGURES = _RELATIONS[_RELATIONS.index("invests") : _RELATIONS.index("positionedAs")]


def _kinds(said: frozenset[str]) -> frozenset[str]:
    return said - {WORDS, DATE}


def test_every_relation_of_the_design_is_there() -> None:
    """Every relation of the design is there."""
    assert [name for name in _RELATIONS if name not in vocabulary().relations] == []


def test_every_kind_of_the_design_is_there() -> None:
    """Every kind of the design is there."""
    assert [name for name in _KINDS if name not in vocabulary().kinds] == []


def test_the_reading_relations_are_those_of_the_design_and_the_chain(ontology: rdflib.Graph) -> None:
    """The reading relations are those of the design and the chain."""
    structural = {
        str(s)[len(ZG) :] for s in ontology.subjects(rdflib.URIRef(ZG + "structural"), rdflib.Literal(True))
    }
    assert set(vocabulary().relations) - structural == {*_RELATIONS, "hasSegment", "feedsInto", "inSegment"}


@pytest.mark.parametrize(
    ("kind", "ancestor"),
    [
        ("Company", "Organisation"), ("Company", "Actor"), ("Team", "Organisation"), ("Person", "Actor"),
        ("CompanyGroup", "Group"), ("Group", "Actor"), ("Zone", "Actor"), ("Zone", "Place"),
        ("Park", "Place"), ("AdministrativeArea", "Actor"), ("District", "Actor"), ("Facility", "Place"),
        ("Document", "Entity"), ("Relocation", "Event"),
    ],
)  # fmt: skip
def test_a_kind_is_below_its_ancestor(kind: str, ancestor: str) -> None:
    """A kind is below its ancestor."""
    assert vocabulary().is_a(kind, ancestor)


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("Facility", "Actor"),
        ("Project", "Actor"),
        ("Quantity", "Entity"),
        ("Event", "Entity"),
        ("Claim", "Entity"),
    ],
)
def test_a_kind_is_not_below_another(kind: str, other: str) -> None:
    """A kind is not below another."""
    assert not vocabulary().is_a(kind, other)


@pytest.mark.parametrize(
    ("relation", "event", "subject", "object_"),
    [
        ("relocatedTo", "Relocation", "mover", "destination"),
        ("relocatedFrom", "Relocation", "mover", "origin"),
        ("relocationReason", "Relocation", "mover", "reason"),
        ("introduced", "Referral", "referrer", "referred"),
        ("openedIn", "Opening", "subjectOrg", None),
        ("foundedIn", "Founding", "subjectOrg", None),
        ("incubates", "Incubation", "agent", "incubated"),
        ("awarded", "AwardConferral", "recipient", "award"),
        ("renewed", "Renewal", "agent", "site"),
        ("formerState", "Renewal", "site", "formerState"),
        ("renewalMethod", "Renewal", "site", "method"),
        ("memberOf", "Listing", "subjectOrg", "onList"),
        ("signedIntentWith", "Agreement", "party", "counterparty"),
        ("signedProject", "Signing", "signatory", "project"),
        ("mergedInto", "Merger", "mergedBody", "mergingBody"),
        ("mergedWith", "Merger", "mergingBody", "mergedBody"),
        ("renamedTo", "Renaming", "renamed", "renamedAs"),
        ("leads", "Leadership", "leader", "ledBody"),
        ("outputValue", "Observation", "ofEntity", "quantity"),
        ("locatedIn", None, None, None),
    ],
)
def test_a_claim_of_the_relation_also_gives_this_event(
    relation: str, event: str | None, subject: str | None, object_: str | None
) -> None:
    """A claim of the relation also gives this event."""
    found = vocabulary().relations[relation]
    assert (found.event, found.subject_role, found.object_role) == (event, subject, object_)


def test_every_event_a_relation_gives_has_an_anchor_among_its_roles(ontology: rdflib.Graph) -> None:
    """Every event a relation gives has an anchor among its roles."""
    words = vocabulary()
    for relation in words.relations.values():
        if relation.event is None:
            continue
        anchors = list(ontology.objects(rdflib.URIRef(ZG + relation.event), rdflib.URIRef(ZG + "anchorRole")))
        assert len(anchors) == 1, relation.event
        anchor = words.relations[str(anchors[0])[len(ZG) :]]
        assert anchor.name in {relation.subject_role, relation.object_role}, relation.name


def test_roles_take_what_the_relations_that_fill_them_take() -> None:
    """Roles take what the relations that fill them take."""
    words = vocabulary()
    for relation in words.relations.values():
        for role, said in ((relation.subject_role, relation.domain), (relation.object_role, relation.range)):
            if role is None or (relation.name, role) == ("memberOf", "onList"):
                continue
            allowed = words.relations[role].range
            assert relation.event in words.relations[role].domain or role == relation.name
            given = said - {relation.event}
            assert all(words.fits(kind, allowed) for kind in given), (relation.name, role, given - allowed)


def test_only_a_listing_leaves_out_some_objects_of_its_relation() -> None:
    """Only a listing leaves out some objects of its relation."""
    assert vocabulary().relations["onList"].range == {"DesignationList"}


def test_relations_to_figures_take_quantities_alone() -> None:
    """Relations to figures take quantities alone."""
    words = vocabulary()
    assert {name for name in _FIGURES if words.relations[name].range != {QUANTITY}} == set()
    others = {r.name for r in words.relations.values() if QUANTITY in r.range} - set(_FIGURES)
    assert others == {"targets", "evaluatedAs", "quantity"}


def test_relations_to_dates_take_years_months_and_days() -> None:
    """Relations to dates take years months and days."""
    words = vocabulary()
    assert {name for name in _RELATIONS if DATE in words.relations[name].range} == {"openedIn", "foundedIn"}


def test_modalities_of_the_code_are_concepts_of_the_scheme(schemes: rdflib.Graph) -> None:
    """Modalities of the code are concepts of the scheme."""
    concepts = set(schemes.subjects(rdflib.RDF.type, rdflib.URIRef(ZG + "Modality")))
    assert concepts == {rdflib.URIRef(ZG + name) for name in MODALITIES.values()}


def _facts() -> list[dict[str, Any]]:
    return [
        fact for path in sorted(_GOLD.glob("*.json")) for fact in json.loads(path.read_text(encoding="utf-8"))
    ]


def _sort_of_object(fact: dict[str, Any], words: Vocabulary) -> str:
    if fact.get("date"):
        return DATE
    if fact.get("value") is not None:
        return QUANTITY
    return "Entity" if _kinds(words.relations[fact["relation"]].range) - {QUANTITY} else WORDS


@pytest.mark.skipif(not _GOLD.is_dir(), reason="the reference facts are not on this machine")
def test_every_reference_fact_has_an_object_of_a_sort_its_relation_takes() -> None:
    """Every reference fact has an object of a sort its relation takes."""
    words = vocabulary()
    for fact in _facts():
        relation = words.relations[fact["relation"]]
        sort = _sort_of_object(fact, words)
        assert sort == "Entity" or sort in relation.range, fact


_SUFFIXES = {
    "实验室": "Laboratory", "有限公司": "Company", "科技": "Company", "产业园": "Park",
    "工业园": "Park", "园区": "Park", "创业园": "Park", "开发区": "Zone", "经开区": "Zone",
    "开发区(高新区)": "Zone", "联盟": "Alliance", "管委会": "GovernmentBody", "团队": "Team",
    "专班": "Team", "片区": "District", "商务区": "District", "项目": "Project", "基地": "Project",
    "一期": "Project", "产业": "Industry", "企业": "CompanyGroup", "家企业": "CompanyGroup",
    "家单位": "OrganisationGroup", "个项目": "ProjectGroup", "平台": "Project", "袜": "Product",
    "的材料": "Product", "新材料": "Industry", "“杭州港”二期": "Facility", "中心": "Facility",
    "本文": "Document",
}  # fmt: skip


def _kind(name: str) -> str | None:
    longest = max((s for s in _SUFFIXES if name.endswith(s)), key=len, default=None)
    return None if longest is None else _SUFFIXES[longest]


@pytest.mark.skipif(not _GOLD.is_dir(), reason="the reference facts are not on this machine")
def test_reference_subjects_whose_name_tells_their_kind_fit_their_relation() -> None:
    """Reference subjects whose name tells their kind fit their relation."""
    words = vocabulary()
    checked = 0
    for fact in _facts():
        kind = _kind(fact["subject"])
        if kind is not None:
            checked += 1
            assert words.fits(kind, words.relations[fact["relation"]].domain), (kind, fact)
    assert checked > 200
