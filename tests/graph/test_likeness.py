"""Whether two names may be of one thing, and what else counts."""

import pytest
import rdflib

from graph_service.graph.likeness import LEAST, Likeness, Profile, compare, labels, weights
from graph_service.resources import resource
from graph_service.vocabulary import ZG


def likeness(one: Profile, other: Profile) -> Likeness | None:
    """Compare two things by all the keys they share; either way round is the same."""
    shared = one.name_keys().keys() & other.name_keys().keys()
    found = compare(one, other, shared)
    assert found == compare(other, one, shared)
    return found


def of(kind: str, one: str, other: str) -> Likeness | None:
    """Compare two names of a kind."""
    return likeness(Profile("urn:1", kind, one), Profile("urn:2", kind, other))


@pytest.mark.parametrize(
    ("kind", "one", "other", "reason"),
    [
        ("Zone", "浙江诸暨经济开发区", "诸暨经济开发区", "NameVariant"),
        ("Zone", "诸暨经济开发区(高新区)", "诸暨经济开发区", "NameVariant"),
        ("Zone", "昆山经济技术开发区", "昆山经开区", "NameVariant"),
        ("Zone", "苏州高新技术产业开发区", "苏州高新区", "NameVariant"),
        ("Industry", "智能视觉", "智能视觉产业", "NameVariant"),
        ("Company", "临江鸿远传感科技有限公司", "临江鸿远传感科技股份有限公司", "NameVariant"),
        ("Company", "浙江鸿远传感科技有限公司", "鸿远传感科技有限公司", "NameVariant"),
        ("Company", "浙江鸿远传感科技有限公司", "鸿远", "PossibleShortName"),
        ("Company", "鸿远传感科技有限公司", "鸿远电子科技有限公司", "SharedNameCore"),
        ("Park", "诸暨智能视觉产业园", "智能视觉产业园", "PossibleShortName"),
        ("Alliance", "滁州市新型显示产业协会", "滁州新型显示产业协会", "NameVariant"),
        ("Laboratory", "镜湖实验室", "“镜湖”实验室", "SameName"),
    ],
)
def test_names_that_may_be_of_one_thing(kind: str, one: str, other: str, reason: str) -> None:
    """The strongest reason by name is named, and is enough."""
    found = of(kind, one, other)
    assert found is not None
    assert found.supporting == (reason,)
    assert found.score == weights()[reason] >= LEAST


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("Zone", "杭州经济开发区", "宁波经济开发区"),
        ("Park", "镜湖产业园一期", "镜湖产业园二期"),
        ("Park", "镜湖产业园", "镜湖产业园二期"),
        ("Company", "鸿远传感科技有限公司", "明德传感科技有限公司"),
        ("Person", "周可", "周可可"),
        ("Award", "浙江省科学技术一等奖", "江苏省科学技术一等奖"),
        ("Company", "有限公司", "浙江有限公司"),
    ],
)
def test_names_that_are_not_of_one_thing(kind: str, one: str, other: str) -> None:
    """Numbers tell apart, general words say nothing."""
    assert of(kind, one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株洲鸿远轴承科技有限公司", "湘潭鸿远轴承科技有限公司"),
        ("鸿远轴承(绍兴)有限公司", "鸿远轴承(杭州)有限公司"),
    ],
)
def test_a_place_in_the_name_speaks_against(one: str, other: str) -> None:
    """Firms of one group in two towns are two firms: too little is left for a proposal."""
    found = of("Company", one, other)
    assert found is not None
    assert found.contradicting == ("OtherPlaceInName",)
    assert found.score < LEAST


def test_a_larger_place_in_the_name_does_not_speak_against() -> None:
    """绍兴 lies in 浙江."""
    found = of("Company", "浙江鸿远轴承科技有限公司", "绍兴鸿远轴承科技有限公司")
    assert found is not None
    assert not found.contradicting


def test_a_short_name_that_a_document_gives_counts_more() -> None:
    """A firm that one document calls short and another only so."""
    full = Profile("urn:1", "Company", "浙江鸿远传感科技有限公司", frozenset({"远感"}))
    found = likeness(full, Profile("urn:2", "Company", "远感"))
    assert found == Likeness(weights()["KnownShortName"], ("KnownShortName",))
    both = likeness(full, Profile("urn:2", "Company", "明德光学有限公司", frozenset({"远感"})))
    assert both == Likeness(weights()["SharedShortName"], ("SharedShortName",))


def test_circumstances_add_and_take_away() -> None:
    """Place and industry, shared or not."""
    here, there = frozenset({"urn:here"}), frozenset({"urn:there"})
    one = Profile("urn:1", "Industry", "智能视觉", places=here, industries=here)
    same = likeness(one, Profile("urn:2", "Industry", "智能视觉产业", places=here, industries=here | there))
    assert same == Likeness(0.85, ("NameVariant", "SameIndustry", "SamePlace"))
    other = likeness(one, Profile("urn:2", "Industry", "智能视觉产业", places=there, industries=there))
    assert other == Likeness(0.45, ("NameVariant",), ("OtherIndustry", "OtherPlace"))


def test_codes_that_differ_rule_it_out() -> None:
    """A code is never wrong by a name."""
    one, other = (
        Profile(f"urn:{n}", "Zone", name, codes=frozenset({f"S33000{n}"}))
        for n, name in enumerate(("浙江诸暨经济开发区", "诸暨经济开发区"))
    )
    assert likeness(one, other) is None


def test_every_reason_of_the_scheme_has_a_weight_and_labels() -> None:
    """What code gives as a reason, the scheme has; weights lie between -1 and 1."""
    graph = rdflib.Graph().parse(resource("ontology", "schemes", "reasons.ttl"))
    names = {
        str(s).removeprefix(ZG) for s in graph.subjects(rdflib.RDF.type, rdflib.URIRef(ZG + "IdentityReason"))
    }
    assert weights().keys() == names
    assert names <= labels("zh").keys()
    assert names <= labels("en").keys()
    assert all(-1 < weight < 1 for weight in weights().values())
