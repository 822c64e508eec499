"""Verb frames: a verb is written once, and says the same in every order that a clause can have."""

import pytest

from graph_service.reading.claims import Claim, Document, Entity
from graph_service.reading.explain import explain_document
from graph_service.reading.frames import Frame, frames
from graph_service.reading.skeletons import skeleton
from graph_service.reading.stages import prepare, read
from graph_service.vocabulary import vocabulary

FRAMES = list(dict.fromkeys(frame for found in frames().by_verb.values() for frame in found))
FIRM, BASE, ZONE = "江屿智能有限公司", "澜海储能基地", "青穗高新区"


def _claims(text: str) -> tuple[Claim, ...]:
    return read(Document(text, published="2023-06")).claims


def _said(text: str) -> set[str]:
    """Return the claims of a text between things, as `subject relation object`, by each name."""
    return {
        f"{subject} {claim.relation} {name}"
        for claim in _claims(text)
        if isinstance(claim.object, Entity)
        for subject in (claim.subject.name, *claim.subject.names)
        for name in (claim.object.name, *claim.object.names)
    }


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.rule.id)
def test_a_frame_finds_its_hits_and_leaves_its_misses(frame: Frame) -> None:
    for hit in frame.rule.hits:
        assert set(hit["says"]) <= _said(hit["text"]), hit["text"]
    for miss in frame.rule.misses:
        assert frame.rule.id not in {claim.rule for claim in _claims(miss)}


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRM}去年8月斥资3亿元在{ZONE}兴建{BASE}。",
        f"{BASE}去年8月在{ZONE}由{FIRM}全额出资兴建。",
        f"{FIRM}去年8月在{ZONE}兴建的{BASE}并网。",
        f"由{FIRM}去年8月在江苏兴建的{BASE}并网。",
        f"去年8月，{FIRM}启动了{BASE}建设。",
        f"青穗集团有限公司支持{FIRM}在当地兴建{BASE}。",
        f"{FIRM}正携手青穗集团有限公司，共同兴建{BASE}。",
        f"{BASE}是{FIRM}与澜海大学于2019年合建的零碳示范工程。",
        f"{BASE}总投资10亿元，由{FIRM}牵头，联合澜海置业有限公司开发建设。",
        f"江苏的青穗集团有限公司、{FIRM}等企业早年合建了江苏最大的{BASE}。",
    ],
)
def test_a_verb_says_the_same_in_every_order(text: str) -> None:
    assert f"{FIRM} builds {BASE}" in _said(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRM}考察了{ZONE}兴建的{BASE}。",
        f"{FIRM}为青穗集团有限公司兴建的{BASE}供货。",
        f"{FIRM}尚未兴建{BASE}。",
        f"{FIRM}董事长沈望川考察后，青穗集团有限公司兴建了{BASE}。",
    ],
)
def test_a_name_beside_a_verb_need_not_do_it(text: str) -> None:
    assert f"{FIRM} builds {BASE}" not in _said(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{FIRM}专做模具。公司已投产多年，为青穗集团有限公司开模。", f"{FIRM} supplies 青穗集团有限公司"),
        (f"与{FIRM}长期合作的澜海大学又派来两名博士。", f"澜海大学 alliedWith {FIRM}"),
        (f"{FIRM}的铝箔主要为青穗集团有限公司配套。", f"{FIRM} supplies 青穗集团有限公司"),
        ("青穗集团有限公司去年因厂区拆迁，整体从南京市搬了出来。", "青穗集团有限公司 relocatedFrom 南京市"),
    ],
)
def test_who_does_it_stands_elsewhere_in_the_clause_or_before_it(text: str, said: str) -> None:
    assert said in _said(text)


def test_each_of_a_list_with_its_own_is_left_to_the_rules() -> None:
    """Which firm runs which base no frame can tell."""
    text = f"{FIRM}、青穗集团有限公司今年将分别开建{BASE}、江屿工业园。"
    assert "frame.builds" not in {claim.rule for claim in _claims(text)}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (f"{FIRM}和{ZONE}在江苏最大的{BASE}由{FIRM}兴建", "NRRV"),
        (f"位于{ZONE}的总投资3亿元的{BASE}、青穗集团有限公司等2家企业", "N"),
        (f"{ZONE}将与{FIRM}共同兴建", "NV"),
    ],
)
def test_a_skeleton_keeps_names_verbs_and_phrases(text: str, letters: str) -> None:
    passage = prepare(Document(text))[0]
    parts = skeleton(passage, 0, len(passage.code), frames().grammar.letters, vocabulary())
    assert "".join(part.sort for part in parts) == letters


def test_an_explanation_tells_the_verb_and_its_roles() -> None:
    told = explain_document(Document(f"由{FIRM}去年8月在江苏合建的{BASE}并网。", published="2023-06"))
    assert "frame.builds" in told
    assert "合建: agent and patient" in told
