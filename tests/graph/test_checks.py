"""What `zonegraph check` finds: nothing in a sound store, each fault by its own rule."""

import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph_service import identity
from graph_service.errors import RuleError, UsageError
from graph_service.graph.changes import DESCRIPTIVE
from graph_service.graph.checks import Finding, check, gates, shapes, slices
from graph_service.graph.headers import read_folder
from graph_service.graph.screening import screen
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, PREDICATE, SUBJECT, TYPE, day, decimal, whole, zg, zh
from graph_service.reading.claims import Words
from graph_service.resources import resource
from graph_service.vocabulary import PREFIXES, SKOS
from tests.graph.factory import BASE, HEGUANG, PARK, Draft, put, relocation_story

PROSPECTS = ox.NamedNode(identity.prospects_graph(BASE))
X, Y = ox.NamedNode(BASE + "company/x"), ox.NamedNode(BASE + "company/y")
LABEL = ox.NamedNode(SKOS + "prefLabel")


@pytest.fixture
def sound(store: GraphStore) -> Snapshot:
    """A store as ingestion makes it, with an alias and an unresolved claim."""
    draft = relocation_story()
    draft.claim(HEGUANG, "alias", Words("和光"), draft.sentence("和光科技(和光)。"))
    draft.claim(
        HEGUANG, "locatedIn", PARK, draft.sentence("它在那里。"), status="unresolved", problem="没有先行词"
    )
    return put(store, screen(draft.reading()))


def changed(snapshot: Snapshot, *more: ox.Quad, without: ox.NamedNode | None = None) -> Snapshot:
    """Return the snapshot with some quads more, or without those of a predicate."""
    kept = (q for q in snapshot.quads(None, None, None, None) if q.predicate != without)
    return Snapshot.of([*kept, *more], BASE)


def named(findings: list[Finding]) -> set[str]:
    """Return the names of the rules that found something."""
    return {finding.rule for finding in findings}


def test_store_made_ingestion_clean(sound: Snapshot) -> None:
    """A store made by ingestion is clean."""
    assert check(sound) == []


def test_every_gate_says_what() -> None:
    """Every gate says what is wrong and what to do in both languages."""
    required = ("name", "level", "problem-zh", "problem-en", "solution-zh", "solution-en")
    found = read_folder(resource("queries", "checks"), required)
    assert len(found) > 12
    for gate in found:
        assert gate.header["level"] in {"error", "warning"}


def test_gates_views_agree_what() -> None:
    """Gates and views agree on what describes a node."""
    text = resource("queries", "checks", "fact-without-ground.rq").read_text(encoding="utf-8")
    listed = text.partition("NOT IN (")[2].partition(")")[0].replace(",", " ").split()
    expanded = {PREFIXES[name.partition(":")[0]] + name.partition(":")[2] for name in listed}
    assert expanded == {property_.value for property_ in DESCRIPTIVE}


def doc(snapshot: Snapshot) -> ox.NamedNode:
    """Return the graph of the only document."""
    return ox.NamedNode(identity.document_graph(BASE, snapshot.documents()[0]))


def first(snapshot: Snapshot, kind: str) -> ox.NamedNode:
    """Return a node of a kind in the document's graph."""
    found = next(iter(sorted(snapshot.quads(None, TYPE, zg(kind), doc(snapshot)), key=str))).subject
    assert isinstance(found, ox.NamedNode)
    return found


def test_fact_nobody_claims_found(sound: Snapshot) -> None:
    """A fact nobody claims is found."""
    assert named(list(gates(changed(sound, ox.Quad(X, zg("supplies"), Y))))) == {"fact-without-ground"}


def test_prospect_nobody_claims_found(sound: Snapshot) -> None:
    """A prospect nobody claims is found."""
    assert named(list(gates(changed(sound, ox.Quad(X, zg("supplies"), Y, PROSPECTS))))) == {
        "prospect-without-ground"
    }


def test_description_nobody_needs_found(sound: Snapshot) -> None:
    """A description nobody needs is found."""
    assert named(list(gates(changed(sound, ox.Quad(X, TYPE, zg("Company")))))) == {"node-nobody-speaks-of"}


def test_triple_fact_prospect_found(sound: Snapshot) -> None:
    """A triple that is fact and prospect is found."""
    fact = next(iter(sound.quads(None, zg("relocatedTo"), None, DEFAULT)))
    twice = ox.Quad(fact.subject, fact.predicate, fact.object, PROSPECTS)
    assert "triple-in-two-graphs" in named(list(gates(changed(sound, twice))))


def test_claim_whose_triple_missing(sound: Snapshot) -> None:
    """A claim whose triple is missing is found."""
    assert "claim-not-in-its-graph" in named(list(gates(changed(sound, without=zg("relocatedTo")))))


def test_wish_among_facts_found(sound: Snapshot) -> None:
    """A wish among the facts is found."""
    event = next(iter(sound.quads(None, zg("mover"), None, DEFAULT))).subject
    assert "prospect-among-facts" in named(
        list(gates(changed(sound, ox.Quad(event, zg("modality"), zg("Target")))))
    )


def test_event_among_prospects_without(sound: Snapshot) -> None:
    """An event among prospects without modality is found."""
    kept = (
        q
        for q in sound.quads(None, None, None, None)
        if q.graph_name != PROSPECTS or q.predicate != zg("modality")
    )
    assert "prospect-without-modality" in named(list(gates(Snapshot.of(kept, BASE))))


def test_blank_node_found(sound: Snapshot) -> None:
    """A blank node is found."""
    assert "blank-node" in named(
        list(gates(changed(sound, ox.Quad(X, zg("supplies"), ox.BlankNode("b"), doc(sound)))))
    )


def test_iri_beyond_ascii_found(sound: Snapshot) -> None:
    """An IRI beyond ASCII is found in any place."""
    odd = ox.NamedNode(BASE + "company/和光")
    for quad in (
        ox.Quad(odd, TYPE, X, X),
        ox.Quad(X, odd, X, X),
        ox.Quad(X, TYPE, odd, X),
        ox.Quad(X, TYPE, X, odd),
    ):
        found = [f for f in gates(changed(sound, quad)) if f.rule == "non-ascii-iri"]
        assert [f.entity for f in found] == [odd.value]


def test_figures_periods_cannot_found(sound: Snapshot) -> None:
    """Figures and periods that cannot be are found."""
    quantity = next(iter(sound.quads(None, TYPE, zg("Quantity"), DEFAULT))).subject
    assert "quantity-out-of-bounds" in named(
        list(gates(changed(sound, ox.Quad(quantity, zg("max"), decimal(1)))))
    )
    assert "quantity-without-unit" in named(list(gates(changed(sound, without=zg("unit")))))
    late = (
        ox.Quad(quantity, zg("earliest"), day("2024-01-01")),
        ox.Quad(quantity, zg("latest"), day("2023-01-01")),
    )
    assert "period-out-of-order" in named(list(gates(changed(sound, *late))))


def test_evidence_missing_leads_nowhere(sound: Snapshot) -> None:
    """Evidence that is missing or leads nowhere is found."""
    assert "claim-without-evidence" in named(list(gates(changed(sound, without=zg("evidence")))))
    claim = first(sound, "Claim")
    assert "dangling-evidence" in named(
        list(gates(changed(sound, ox.Quad(claim, zg("evidence"), X, doc(sound)))))
    )


def test_derivation_from_claim_gone(sound: Snapshot) -> None:
    """A derivation from a claim that is gone is found."""
    record = next(iter(sound.quads(None, TYPE, zg("Derivation"), None)))
    lost = ox.Quad(record.subject, ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom"), X, record.graph_name)
    assert "dangling-derivation" in named(list(gates(changed(sound, lost))))


def test_node_two_preferred_labels(sound: Snapshot) -> None:
    """A node with two preferred labels is found."""
    firm = next(iter(sound.quads(None, zg("relocatedTo"), None, DEFAULT))).subject
    assert "two-preferred-labels" in named(list(gates(changed(sound, ox.Quad(firm, LABEL, zh("别的名称"))))))


def test_sentence_differs_from_document(sound: Snapshot) -> None:
    """A sentence that differs from the document is found."""
    sentence = first(sound, "Sentence")
    longer = changed(sound, ox.Quad(sentence, zg("text"), zh("长短不同的一句话"), doc(sound)))
    assert "sentence-length" in named(list(gates(longer)))
    assert "sentence-slice" in named(list(slices(longer)))
    moved = changed(sound, ox.Quad(X, TYPE, zg("Sentence"), doc(sound)), ox.Quad(X, zg("text"), zh("甲"), doc(sound)),
                    ox.Quad(X, zg("start"), whole(0), doc(sound)), ox.Quad(X, zg("end"), whole(1), doc(sound)))  # fmt: skip
    assert [f.entity for f in slices(moved)] == [X.value]


def test_quarantined_claim_warning_reason(store: GraphStore) -> None:
    """A quarantined claim is a warning with its reason."""
    draft = Draft()
    draft.claim(HEGUANG, "locatedIn", HEGUANG, draft.sentence("和光在和光。"))
    findings = check(put(store, screen(draft.reading())))
    assert [(f.level, f.rule) for f in findings] == [("warning", "quarantined-claim")]
    assert "Company cannot be the object of locatedIn" in findings[0].message


def test_shapes_report_shape_node(sound: Snapshot) -> None:
    """Shapes report the shape the node the message and the cure."""
    quantity = next(iter(sound.quads(None, TYPE, zg("Quantity"), DEFAULT))).subject
    found = [f for f in shapes(changed(sound, without=zg("modifier"))) if f.rule == "quantity-modifier"]
    assert [f.entity for f in found] == [getattr(quantity, "value", "")]
    assert found[0].level == "error"
    assert " / " in found[0].message
    assert " / " in found[0].cure


def test_shapes_whose_constraint_query(sound: Snapshot) -> None:
    """Shapes whose constraint is a query are asked too."""
    claim = next(iter(sound.quads(None, zg("status"), ox.Literal("unresolved"), None))).subject
    found = [f for f in shapes(changed(sound, without=zg("problem"))) if f.rule == "claim-problem"]
    assert [f.entity for f in found] == [getattr(claim, "value", "")]


def test_claims_kind_ontology_does(sound: Snapshot) -> None:
    """Claims of a kind that the ontology does not allow are found by the shapes."""
    claim = ox.NamedNode(BASE + "claim/odd")
    story: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (TYPE, zg("Claim")),
        (SUBJECT, X),
        (PREDICATE, zg("supplies")),
        (OBJECT, Y),
        (zg("status"), ox.Literal("accepted")),
    ]
    quads = [ox.Quad(claim, p, o, doc(sound)) for p, o in story]
    quads += [ox.Quad(X, TYPE, zg("Park")), ox.Quad(Y, TYPE, zg("Park"))]
    found = named(list(shapes(changed(sound, *quads))))
    assert {"claim-domain", "claim-range"} <= found


def test_name_two_documents_spell(store: GraphStore) -> None:
    """A name that two documents spell differently is no problem."""
    drafts = []
    for name in ("和光 科技", "和光科技"):
        draft = Draft()
        draft.claim(replace(HEGUANG, name=name), "locatedIn", PARK, draft.sentence(name))
        drafts.append(draft.reading())
    assert check(put(store, *drafts)) == []


def test_findings_come_errors_first() -> None:
    """Findings come errors first."""
    warning = Finding("warning", "a", "a", "", "")
    error = Finding("error", "z", "z", "", "")
    assert sorted([warning, error]) == [error, warning]


def test_without_pyshacl_error_says(sound: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pySHACL the error says what to install."""
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(UsageError) as caught:
        list(shapes(sound))
    assert "zonegraph[check]" in caught.value.cure


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#+ name: x\nSELECT ?entity {}", "level"),
        (
            "#+ name: x\n#+ level: fatal\n#+ problem-zh: a\n#+ problem-en: a\n#+ solution-zh: a\n#+ solution-en: a\nSELECT ?entity {}",
            "fatal",
        ),
    ],
)
def test_gate_fault_error(sound: Snapshot, tmp_path: Path, text: str, said: str) -> None:
    """A gate with a fault is an error."""
    (tmp_path / "x.rq").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        list(gates(sound, tmp_path))
    assert said in caught.value.detail
