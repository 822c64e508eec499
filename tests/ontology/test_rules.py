"""The derivation rules: what each makes of the claims of one document."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service.resources import resource
from graph_service.vocabulary import ZG, vocabulary

_FILES = sorted(resource("ontology", "rules").glob("*.rq"))
_HEADERS = ("name", "label-zh", "label-en", "definition-zh", "definition-en", "graph")
_DATA = "https://example.org/id/"
_PREFIXES = f"""
@prefix zg: <{ZG}> . @prefix id: <{_DATA}> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
"""


def _headers(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^#\+ ([a-z-]+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def _claim(name: str, said: str, modality: str = "Actual", status: str = "accepted", source: str = "") -> str:
    subject, relation, target = said.split()
    derived = f" ; prov:wasDerivedFrom {source}" if source else ""
    return (
        f"{name} a zg:Claim ; rdf:subject {subject} ; rdf:predicate {relation} ; rdf:object {target} ; "
        f'zg:modality zg:{modality} ; zg:status "{status}"{derived} .\n'
    )


def _store(claims: str, facts: str = "", document: str = "one") -> ox.Store:
    store = ox.Store()
    trig = f"{_PREFIXES}{facts}\nGRAPH id:{document} {{ {claims} }}"
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    return store


def _derive(store: ox.Store, rule: str, document: str | None = None) -> set[tuple[str, ...]]:
    text = (resource("ontology", "rules") / f"{rule}.rq").read_text(encoding="utf-8")
    bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {}
    if document:
        bound[ox.Variable("document")] = ox.NamedNode(_DATA + document)
    rows = store.query(text, substitutions=bound)
    assert isinstance(rows, ox.QuerySolutions)
    names = ("subject", "predicate", "object", "claim")
    return {tuple(re.split("[#/]", row[name].value)[-1] for name in names) for row in rows}


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_the_rule_names_itself_in_both_languages_and_says_where_its_triples_go(path: Path) -> None:
    """The rule names itself in both languages and says where its triples go."""
    said = _headers(path)
    assert tuple(said) == _HEADERS
    assert said["name"] == path.stem
    assert said["graph"] in {"facts", "prospects"}
    assert re.search(r"[\u4e00-\u9fff]", said["label-zh"] + said["definition-zh"])


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_the_rule_is_a_query_with_the_five_columns_and_uses_terms_that_exist(path: Path) -> None:
    """The rule is a query with the five columns and uses terms that exist."""
    text = path.read_text(encoding="utf-8")
    rows = ox.Store().query(text)
    assert isinstance(rows, ox.QuerySolutions)
    assert [v.value for v in rows.variables] == ["document", "subject", "predicate", "object", "claim"]
    terms = set(re.findall(r"\bzg:(\w+)", text)) - {"Actual"}
    assert terms <= vocabulary().relations.keys() | vocabulary().kinds.keys()


def test_what_moved_to_a_place_stands_in_it() -> None:
    """What moved to a place stands in it."""
    store = _store(_claim("id:c", "id:firm zg:relocatedTo id:park"))
    assert _derive(store, "moved-to-stands-in") == {("firm", "locatedIn", "park", "c")}


@pytest.mark.parametrize(
    ("modality", "status", "source"),
    [("Possible", "accepted", ""), ("Actual", "quarantined", ""), ("Actual", "accepted", "id:other")],
)
def test_only_primary_accepted_actual_claims_give_facts(modality: str, status: str, source: str) -> None:
    """Only primary accepted actual claims give facts."""
    store = _store(_claim("id:c", "id:firm zg:relocatedTo id:park", modality, status, source))
    assert _derive(store, "moved-to-stands-in") == set()


def test_a_bound_document_keeps_the_others_out() -> None:
    """A bound document keeps the others out."""
    store = _store(_claim("id:c", "id:firm zg:relocatedTo id:park"))
    assert _derive(store, "moved-to-stands-in", "one") == {("firm", "locatedIn", "park", "c")}
    assert _derive(store, "moved-to-stands-in", "two") == set()


def test_who_supplies_stands_upstream_of_who_is_supplied() -> None:
    """Who supplies stands upstream of who is supplied."""
    store = _store(_claim("id:c", "id:maker zg:supplies id:firm"))
    assert _derive(store, "supplies-upstream", "one") == {("maker", "upstreamOf", "firm", "c")}


def test_the_founder_of_an_alliance_is_its_member_and_the_founder_of_a_team_is_not() -> None:
    """The founder of an alliance is its member and the founder of a team is not."""
    claims = _claim("id:c", "id:firm zg:founded id:union") + _claim("id:d", "id:firm zg:founded id:team")
    store = _store(claims, "id:union a zg:Alliance . id:team a zg:Team .")
    assert _derive(store, "founder-member", "one") == {("firm", "memberOf", "union", "c")}


def test_a_zone_whose_name_begins_with_an_area_lies_in_it() -> None:
    """A zone whose name begins with an area lies in it; another area is none of its business."""
    facts = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    id:zone a zg:Zone ; skos:prefLabel "诸暨经济开发区"@zh .
    id:city a zg:AdministrativeArea ; skos:prefLabel "诸暨市"@zh ; skos:altLabel "诸暨"@zh .
    id:other a zg:AdministrativeArea ; skos:prefLabel "昆山市"@zh ; skos:altLabel "昆山"@zh .
    """
    store = _store(_claim("id:c", "id:zone zg:leadingIndustry id:trade"), facts)
    assert _derive(store, "zone-name-place") == {("zone", "locatedIn", "city", "c")}


def test_cooperation_runs_both_ways() -> None:
    """Cooperation runs both ways."""
    store = _store(_claim("id:c", "id:firm zg:alliedWith id:school"))
    assert _derive(store, "alliance-symmetric", "one") == {("school", "alliedWith", "firm", "c")}


def test_a_named_member_of_a_group_is_known_and_one_of_an_alliance_is_not() -> None:
    """A named member of a group is known and one of an alliance is not."""
    claims = _claim("id:c", "id:firm zg:memberOf id:four") + _claim("id:d", "id:firm zg:memberOf id:union")
    store = _store(claims, "id:four a zg:CompanyGroup . id:union a zg:Alliance .")
    assert _derive(store, "group-known-member", "one") == {("four", "hasKnownMember", "firm", "c")}


def test_every_kind_of_group_can_have_known_members() -> None:
    """Every kind of group can have known members."""
    text = (resource("ontology", "rules") / "group-known-member.rq").read_text(encoding="utf-8")
    assert set(vocabulary().below("Group")) <= set(re.findall(r"\bzg:(\w+)", text))


def _referral(introduced: str, moved: str, place: str = "id:town") -> str:
    return (
        _claim("id:c", "id:firm zg:introduced id:two", introduced)
        + _claim("id:cr", "id:referral zg:referred id:two", introduced, source="id:c")
        + _claim("id:d", f"id:two zg:relocatedTo {place}", moved)
        + _claim("id:dr", "id:move zg:mover id:two", moved, source="id:d")
    )


def test_a_move_is_the_result_of_the_referral_and_rests_on_both_claims() -> None:
    """A move is the result of the referral and rests on both claims."""
    store = _store(_referral("Actual", "Actual"))
    result = ("referral", "result", "move")
    assert _derive(store, "referral-result", "one") == {(*result, "c"), (*result, "d")}
    assert _derive(store, "referral-result-expected", "one") == set()


@pytest.mark.parametrize("introduced", ["Actual", "Possible"])
def test_a_move_that_may_come_is_the_expected_result_alone(introduced: str) -> None:
    """A move that may come is the expected result alone."""
    store = _store(_referral(introduced, "Possible"))
    result = ("referral", "result", "move")
    assert _derive(store, "referral-result", "one") == set()
    assert _derive(store, "referral-result-expected", "one") == {(*result, "c"), (*result, "d")}


def test_a_referral_and_the_move_of_something_else_have_nothing_to_do_with_each_other() -> None:
    """A referral and the move of something else have nothing to do with each other."""
    claims = (
        _claim("id:c", "id:firm zg:introduced id:two")
        + _claim("id:cr", "id:referral zg:referred id:two", source="id:c")
        + _claim("id:d", "id:firm zg:relocatedTo id:town")
        + _claim("id:dr", "id:move zg:mover id:firm", source="id:d")
    )
    assert _derive(_store(claims), "referral-result", "one") == set()
