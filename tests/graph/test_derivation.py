"""What rules make of the claims of a document."""

from pathlib import Path

import pytest

from graph_service.errors import RuleError
from graph_service.graph.changes import alone, contribution
from graph_service.graph.derivation import derive, rules
from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, Snapshot
from tests.graph.factory import BASE, HEGUANG, PARK, YUANXING, Draft, put, relocation_story, rows

DERIVED = "GRAPH id:graph\\/derived"


def test_every_bundled_rule_name() -> None:
    """Every bundled rule has a name of its own."""
    names = [rule.header["name"] for rule in rules()]
    assert names
    assert len(set(names)) == len(names)


def test_each_derived_triple_names(store: GraphStore) -> None:
    """Each derived triple names its rule and its claims."""
    snapshot = put(store, relocation_story().reading())
    found = rows(
        snapshot,
        f"SELECT DISTINCT ?rule ?relation {{ {DERIVED} {{ ?r a zg:Derivation ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; "
        "zg:rule ?rule ; prov:wasDerivedFrom ?c } ?s ?p ?o . GRAPH ?d { ?c a zg:Claim ; rdf:predicate ?relation } }",
    )
    zg = "https://w3id.org/zonegraph/ont#"
    assert ("moved-to-stands-in", zg + "relocatedTo") in found
    assert ("referral-result", zg + "introduced") in found


def test_what_rests_possible_claim(store: GraphStore) -> None:
    """What rests on a possible claim is a prospect."""
    draft = relocation_story()
    others = draft.claims[-2].subject
    draft.claim(HEGUANG, "introduced", others, draft.claims[-2].evidence[0])
    snapshot = put(store, draft.reading())
    result = "{ ?e zg:referred <%s> ; zg:result ?r }" % others.iri(BASE)
    assert rows(snapshot, f"SELECT ?r {result}") == []
    found = rows(snapshot, "SELECT ?m { GRAPH id:graph\\/prospects { ?e zg:result ?r . ?r zg:modality ?m } }")
    assert found == [("https://w3id.org/zonegraph/ont#Possible",)]
    found = rows(
        snapshot, f"SELECT ?m {{ {DERIVED} {{ ?r zg:rule 'referral-result-expected' ; zg:modality ?m }} }}"
    )
    assert found == [("https://w3id.org/zonegraph/ont#Possible",)]


def test_planned_move_does_say(store: GraphStore) -> None:
    """A planned move does not say where a firm stands."""
    draft = Draft()
    draft.claim(HEGUANG, "relocatedTo", PARK, draft.sentence("将迁。"), modality="planned")
    assert (
        rows(
            put(store, draft.reading()),
            "SELECT ?o { { ?s zg:locatedIn ?o } UNION { GRAPH ?g { ?s zg:locatedIn ?o } } }",
        )
        == []
    )


def test_what_document_derives_does(store: GraphStore) -> None:
    """What a document derives does not depend on the rest of the store."""
    mapped = map_reading(relocation_story().reading(), BASE)
    single = Snapshot.of([*mapped.quads, *alone(contribution(mapped.quads), BASE)], BASE)
    before = derive(mapped, single)
    draft = Draft()
    draft.claim(YUANXING, "supplies", HEGUANG, draft.sentence("远星供货给和光。"))
    snapshot = put(store, draft.reading(), relocation_story().reading())
    stored = {str(q) for q in snapshot.quads(None, None, None, before[0].graph_name)}
    assert {str(q) for q in before} <= stored
    assert before == derive(mapped, single)


RULE = """#+ name: uses-it
#+ graph: {graph}
PREFIX zg: <https://w3id.org/zonegraph/ont#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?document ?subject ?predicate ?object ?claim {{
  GRAPH ?document {{ ?claim rdf:subject ?subject ; rdf:predicate zg:upstreamOf ; rdf:object ?object ; zg:status "accepted" }}
  BIND(zg:supplies AS ?predicate)
}}
"""


def test_folder_rules_ones_own(tmp_path: Path) -> None:
    """A folder of rules of ones own is run."""
    (tmp_path / "own.rq").write_text(RULE.format(graph="facts"), encoding="utf-8")
    mapped = map_reading(relocation_story().reading(), BASE)
    records = derive(mapped, Snapshot.of(mapped.quads, BASE), tmp_path)
    assert any(str(record.object) == '"uses-it"' for record in records)


@pytest.mark.parametrize(("text", "said"), [(RULE.format(graph="dreams"), "dreams"), ("SELECT * {}", "name")])
def test_rule_fault_error_names(tmp_path: Path, text: str, said: str) -> None:
    """A rule with a fault is an error that names it."""
    (tmp_path / "bad.rq").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        rules(tmp_path)
    assert said in caught.value.detail
    assert str(tmp_path) in caught.value.detail
