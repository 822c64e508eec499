"""The SHACL shapes: good data passes, and each fault is caught by the shape that names its cure."""

import re
from typing import cast

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import OWL, RDF

from graph_service.vocabulary import PREFIXES, ZG, local, vocabulary

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
_SHAPES = "https://w3id.org/zonegraph/shapes#"
_CURE = rdflib.URIRef(ZG + "cure")
_FACTS = (
    "".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items())
    + "@prefix id: <https://example.org/id/> .\n"
)

_GOOD = """
id:firm a zg:Company ; skos:prefLabel "临江和光科技有限公司"@zh ; skos:altLabel "和光科技"@zh ; zg:creditCode "91330681MA2XXXXX0A" .
id:park a zg:Park ; skos:prefLabel "临江产业园"@zh .
id:town a zg:AdministrativeArea ; skos:prefLabel "临江市"@zh ; zg:gbt2260Code "440300" .
id:zone a zg:Zone ; skos:prefLabel "临江经济开发区"@zh ; zg:zoneCode "S337020" .
id:two a zg:CompanyGroup ; skos:prefLabel "两家供应商"@zh ; zg:groupSize 2 ; zg:hasKnownMember id:firm .
id:move a zg:Relocation ; zg:mover id:firm ; zg:origin id:town ; zg:destination id:park ;
  zg:earliest "2022-03-01"^^xsd:date ; zg:latest "2022-03-31"^^xsd:date .
id:referral a zg:Referral ; zg:referrer id:firm ; zg:referred id:two .
id:figure a zg:Quantity ; zg:value 90.0 ; zg:min 90.0 ; zg:max 100.0 ; zg:modifier zg:MoreThan ; zg:unit unit:NUM ;
  zg:sourceText "90多家"@zh .
id:observation a zg:Observation ; zg:ofEntity id:park ; zg:indicator zg:hostsCompanyCount ; zg:quantity id:figure .
GRAPH id:doc {
  id:document a zg:Document ; dct:title "临江开发区"@zh ; zg:published "2022-05"^^xsd:gYearMonth .
  id:first a zg:Sentence ; zg:document id:document ; zg:start 0 ; zg:end 9 ; zg:text "和光科技迁到临江。"@zh .
  id:second a zg:Sentence ; zg:document id:document ; zg:start 9 ; zg:end 18 ; zg:text "和光科技迁到临江。"@zh ;
    zg:duplicateOf id:first .
  id:claim a zg:Claim ; rdf:subject id:firm ; rdf:predicate zg:relocatedTo ; rdf:object id:park ; zg:modality zg:Actual ;
    zg:rule "relocate.to" ; zg:status "accepted" ; zg:evidence id:first , id:second ; prov:wasGeneratedBy id:run .
  id:named a zg:Claim ; rdf:subject id:firm ; rdf:predicate zg:alias ; rdf:object "和光科技"@zh ; zg:modality zg:Actual ;
    zg:rule "alias.short" ; zg:status "accepted" ; zg:evidence id:first ; prov:wasGeneratedBy id:run .
  id:open a zg:Claim ; rdf:subject id:ghost ; rdf:predicate zg:locatedIn ; rdf:object id:park ; zg:modality zg:Actual ;
    zg:rule "locate.in" ; zg:status "unresolved" ; zg:problem "没有先行词"@zh ; zg:evidence id:first ; prov:wasGeneratedBy id:run .
}
GRAPH id:derived {
  id:derivation a zg:Derivation ; rdf:subject id:firm ; rdf:predicate zg:locatedIn ; rdf:object id:park ;
    zg:rule "moved-to-stands-in" ; prov:wasDerivedFrom id:claim .
}
GRAPH id:reviews { id:rejected a zg:Decision ; zg:verdict "reject" ; zg:concerns id:open . }
GRAPH id:proposals {
  zg:SamePlace a zg:IdentityReason .
  id:proposal a zg:Proposal ; zg:candidate id:firm , id:other ; zg:score 0.5 ; zg:supportedBy zg:SamePlace .
}
"""

Report = set[tuple[str, str, str]]
"""The nodes that do not meet a shape: local names of node and shape, and the severity."""


def _results(data: ox.Store | rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """Return the report on a store or a graph; pySHACL's own types leave the store out."""
    _, results, _ = pyshacl.validate(cast(rdflib.Graph, data), shacl_graph=shapes, inplace=True)
    assert isinstance(results, rdflib.Graph)
    return results


def _run(data: ox.Store | rdflib.Graph, shapes: rdflib.Graph) -> Report:
    results = _results(data, shapes)
    found = results.subjects(RDF.type, SH.ValidationResult)
    said = (SH.focusNode, SH.sourceShape, SH.resultSeverity)
    rows = ([str(results.value(result, p)) for p in said] for result in found)
    return {(local(node), local(shape), local(severity)) for node, shape, severity in rows}


def _store(trig: str, *graphs: rdflib.Graph) -> ox.Store:
    store = ox.Store()
    store.load((_FACTS + trig).encode(), format=ox.RdfFormat.TRIG)
    for graph in graphs:
        store.load(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture(scope="module")
def data_shapes(shapes: rdflib.Graph) -> rdflib.Graph:
    """Return the shapes for data: all but those of style."""
    kept = rdflib.Graph()
    for triple in shapes:
        kept.add(triple)
    style = {
        s for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty) for s in kept.subjects(None, kind)
    }
    for shape in {*style, *kept.subjects(SH.targetSubjectsOf, rdflib.SKOS.inScheme)}:
        kept.remove((shape, None, None))
    return kept


def test_good_data_passes_without_the_ontology_beside_it(data_shapes: rdflib.Graph) -> None:
    """Good data passes without the ontology beside it."""
    assert _run(_store(_GOOD), data_shapes) == set()


def test_good_data_passes_with_the_ontology_beside_it(
    data_shapes: rdflib.Graph, ontology: rdflib.Graph, schemes: rdflib.Graph
) -> None:
    """Good data passes with the ontology beside it."""
    assert _run(_store(_GOOD, ontology, schemes), data_shapes) == set()


_FAULTS = [
    ("id:x a zg:Company .", "entity-name"),
    ('id:x a zg:Product ; skos:prefLabel "镜头 "@zh .', "entity-name-trimmed"),
    ('id:x a zg:CompanyGroup ; skos:prefLabel "企业"@zh ; zg:groupSize 0 .', "group-size"),
    ('id:x a zg:TalentGroup ; skos:prefLabel "人才"@zh ; zg:groupSize -3 .', "group-size"),
    ('id:x a zg:CompanyGroup ; skos:prefLabel "企业"@zh ; zg:groupSize 2.5 .', "group-size"),
    ('id:x a zg:DesignationList ; skos:prefLabel "名单"@zh ; zg:groupSize 2 , 3 .', "group-size-one"),
    (
        'id:x a zg:Group ; skos:prefLabel "企业"@zh ; zg:groupSize 1 ; zg:hasKnownMember id:firm , id:two .',
        "group-members",
    ),
    ('id:x a zg:AdministrativeArea ; skos:prefLabel "某市"@zh ; zg:gbt2260Code "4403" .', "area-code"),
    ('id:x a zg:Company ; skos:prefLabel "某厂"@zh ; zg:creditCode "123" .', "credit-code"),
    ('id:x a zg:Zone ; skos:prefLabel "某区"@zh ; zg:zoneCode "X1" .', "zone-code"),
    ("id:x a zg:Relocation ; zg:destination id:park .", "relocation-mover"),
    ("id:x a zg:Relocation ; zg:mover id:firm .", "relocation-place"),
    (
        "id:x a zg:Relocation ; zg:mover id:firm ; zg:origin id:park ; zg:destination id:park .",
        "relocation-elsewhere",
    ),
    ("id:x a zg:Referral ; zg:referred id:two .", "referral-referrer"),
    ("id:x a zg:Referral ; zg:referrer id:firm .", "referral-referred"),
    ('id:x a zg:Opening ; zg:timeText "今年"@zh .', "opening-subject-org"),
    ("id:x a zg:AwardConferral ; zg:recipient id:firm .", "award-conferral-award"),
    ("id:x a zg:Listing ; zg:subjectOrg id:firm .", "listing-on-list"),
    ("id:x a zg:Merger ; zg:mergingBody id:zone .", "merger-merged-body"),
    (
        'id:x a zg:Founding ; zg:earliest "2022-03-02"^^xsd:date ; zg:latest "2022-03-01"^^xsd:date .',
        "event-order",
    ),
    ('id:x a zg:Founding ; zg:subjectOrg id:firm ; zg:earliest "2022"^^xsd:gYear .', "event-earliest"),
    ("id:x a zg:Founding ; zg:subjectOrg id:firm ; zg:modality zg:Wished .", "event-modality"),
]

_QUANTITY = {"value": "5.0", "modifier": "zg:Exact", "unit": "unit:NUM", "sourceText": '"5家"@zh'}
_CLAIM = {
    "rdf:subject": "id:firm", "rdf:predicate": "zg:locatedIn", "rdf:object": "id:park",
    "zg:modality": "zg:Actual",
    "zg:rule": '"locate.in"', "zg:status": '"accepted"', "zg:evidence": "id:first",
    "prov:wasGeneratedBy": "id:run",
}  # fmt: skip
_SENTENCE = {"zg:document": "id:document", "zg:start": "0", "zg:end": "2", "zg:text": '"句子"@zh'}
_OBSERVATION = {"zg:ofEntity": "id:park", "zg:indicator": "zg:hostsCompanyCount", "zg:quantity": "id:figure"}
_DERIVATION = {
    "rdf:subject": "id:firm", "rdf:predicate": "zg:locatedIn", "rdf:object": "id:park", "zg:rule": '"moved"',
    "prov:wasDerivedFrom": "id:claim",
}  # fmt: skip

_PROPOSAL = {
    "zg:candidate": "id:firm , id:park", "zg:score": "0.5", "zg:supportedBy": "zg:SamePlace",
}  # fmt: skip


def _node(kind: str, said: dict[str, str], **changed: str | None) -> str:
    """Return a node of the kind with these properties, changed or (None) left out; `__` is a colon."""
    fields = said | {name.replace("__", ":"): value for name, value in changed.items()}
    return f"id:x a zg:{kind} ; " + " ; ".join(f"{p} {v}" for p, v in fields.items() if v is not None) + " ."


def _quantity(**changed: str | None) -> str:
    said = {f"zg:{name}": value for name, value in _QUANTITY.items()}
    return _node("Quantity", said, **{f"zg__{name}": value for name, value in changed.items()})


_FAULTS += [
    (_quantity(value=None), "quantity-value"),
    (_quantity(value='"5"'), "quantity-value"),
    (_quantity(value="5.0 , 6.0"), "quantity-value"),
    (_quantity(max="4.0"), "quantity-value"),
    (_quantity(min="6.0"), "quantity-min"),
    (_quantity(max='"many"'), "quantity-max"),
    (_quantity(modifier=None), "quantity-modifier"),
    (_quantity(modifier="zg:Nearly"), "quantity-modifier"),
    (_quantity(modifier="zg:MoreThan"), "quantity-bound"),
    (_quantity(modifier="zg:LessThan"), "quantity-bound"),
    (_quantity(unit=None), "quantity-unit"),
    (_quantity(unit='"家"'), "quantity-unit"),
    (_quantity(sourceText=None), "quantity-text"),
    (_node("Observation", _OBSERVATION, zg__ofEntity=None), "observation-entity"),
    (_node("Observation", _OBSERVATION, zg__indicator=None), "observation-indicator"),
    (_node("Observation", _OBSERVATION, zg__quantity=None), "observation-quantity"),
    (_node("Observation", _OBSERVATION, zg__quantity="id:firm"), "observation-quantity"),
    (_node("Observation", _OBSERVATION, zg__indicator="zg:outputValue"), "observation-unit"),
    (_node("Claim", _CLAIM, rdf__subject=None), "claim-subject"),
    (_node("Claim", _CLAIM, rdf__predicate="skos:broader"), "claim-predicate"),
    (_node("Claim", _CLAIM, rdf__object="id:park , id:town"), "claim-object"),
    (_node("Claim", _CLAIM, zg__modality=None), "claim-modality"),
    (_node("Claim", _CLAIM, zg__modality="zg:Wished"), "claim-modality"),
    (_node("Claim", _CLAIM, zg__rule=None), "claim-rule"),
    (_node("Claim", _CLAIM, zg__status='"perhaps"'), "claim-status"),
    (_node("Claim", _CLAIM, zg__status='"quarantined"'), "claim-problem"),
    (_node("Claim", _CLAIM, zg__evidence=None), "claim-evidence"),
    (_node("Claim", _CLAIM, zg__evidence="id:park"), "claim-evidence"),
    (_node("Claim", _CLAIM, prov__wasGeneratedBy=None), "claim-run"),
    (_node("Claim", _CLAIM, zg__confidence="1.2"), "claim-confidence"),
    (_node("Claim", _CLAIM, rdf__object="id:ghost"), "claim-ends"),
    (_node("Claim", _CLAIM, rdf__object="id:firm"), "claim-range"),
    (_node("Claim", _CLAIM, rdf__object='"临江"@zh'), "claim-literal"),
    (_node("Claim", _CLAIM, rdf__predicate="zg:leads"), "claim-domain"),
    ('id:x a zg:Decision ; zg:verdict "burn" ; zg:concerns id:claim .', "decision-verdict"),
    ('id:x a zg:Decision ; zg:verdict "merge" .', "decision-concerns"),
    (
        'id:x a zg:Decision ; zg:verdict "edit" ; zg:concerns id:claim ; zg:change "{}" , "{ }" .',
        "decision-change",
    ),
    (_node("Proposal", _PROPOSAL, zg__candidate="id:firm"), "proposal-candidate"),
    (_node("Proposal", _PROPOSAL, zg__score="1.5"), "proposal-score"),
    (_node("Proposal", _PROPOSAL, zg__supportedBy=None), "proposal-supported"),
    (_node("Sentence", _SENTENCE, zg__document=None), "sentence-document"),
    (_node("Sentence", _SENTENCE, zg__start="-1", zg__end="1"), "sentence-start"),
    (_node("Sentence", _SENTENCE, zg__start="2"), "sentence-start"),
    (_node("Sentence", _SENTENCE, zg__end=None), "sentence-end"),
    (_node("Sentence", _SENTENCE, zg__text=None), "sentence-text"),
    (_node("Sentence", _SENTENCE, zg__end="3"), "sentence-length"),
    (_node("Sentence", _SENTENCE, zg__duplicateOf="id:park"), "sentence-duplicate"),
    (_node("Sentence", _SENTENCE, zg__continuedBy="id:park"), "sentence-continued"),
    ("id:x a zg:Document .", "document-title"),
    ('id:x a zg:Document ; dct:title "文"@zh ; zg:sha256Digest "abc" .', "document-digest"),
    ('id:x a zg:Document ; dct:title "文"@zh ; zg:published "2022年" .', "document-published"),
    (
        'id:x a zg:Document ; dct:title "文"@zh ; zg:published "2022"^^xsd:gYear , "2023"^^xsd:gYear .',
        "document-published-once",
    ),
    (_node("Derivation", _DERIVATION, zg__rule=None), "derivation-rule"),
    (_node("Derivation", _DERIVATION, prov__wasDerivedFrom=None), "derivation-source"),
    (_node("Derivation", _DERIVATION, rdf__object=None), "derivation-object"),
]


@pytest.fixture(scope="module")
def report(data_shapes: rdflib.Graph, ontology: rdflib.Graph, schemes: rdflib.Graph) -> Report:
    """Return what is found in a store of the good data, the ontology and every fault on a node of its own."""
    faults = [fault.replace("id:x ", f"id:x{number} ") for number, (fault, _) in enumerate(_FAULTS)]
    return _run(_store(_GOOD + "\n".join(faults), ontology, schemes), data_shapes)


@pytest.mark.parametrize(("number", "shape"), list(enumerate(shape for _, shape in _FAULTS)))
def test_a_fault_is_caught_by_its_shape(report: Report, number: int, shape: str) -> None:
    """A fault is caught by its shape."""
    assert shape in {name for node, name, _ in report if node == f"x{number}"}


def test_no_fault_is_found_in_the_good_data_beside_the_faults(report: Report) -> None:
    """No fault is found in the good data beside the faults."""
    assert {node for node, _, _ in report} == {f"x{number}" for number in range(len(_FAULTS))}


def test_a_fault_is_caught_through_rdflib_as_through_the_store(data_shapes: rdflib.Graph) -> None:
    """A fault is caught through rdflib as through the store."""
    fault = _quantity(min="6.0", unit=None)
    turtle = rdflib.Graph().parse(data=_FACTS + fault, format="turtle")
    assert _run(turtle, data_shapes) == _run(_store(fault), data_shapes)
    assert _run(turtle, data_shapes) == {
        ("x", "quantity-min", "Violation"),
        ("x", "quantity-unit", "Violation"),
    }


def test_what_is_only_doubtful_is_a_warning(report: Report) -> None:
    """What is only doubtful is a warning."""
    doubtful = {name for _, name, severity in report if severity == "Warning"}
    assert doubtful == {"entity-name-trimmed", "group-size-one", "quantity-bound", "observation-unit"}


@pytest.mark.parametrize("fault", [_quantity(unit=None), "id:x a zg:Relocation ; zg:mover id:firm ."])
def test_a_result_has_its_message_in_both_languages(shapes: rdflib.Graph, fault: str) -> None:
    """A result has its message in both languages."""
    results = _results(_store(fault), shapes)
    (result,) = results.subjects(RDF.type, SH.ValidationResult)
    source = results.value(result, SH.sourceShape)
    assert set(results.objects(result, SH.resultMessage)) == set(shapes.objects(source, SH.message))


def test_the_message_of_a_query_stands_on_its_shape_too(shapes: rdflib.Graph) -> None:
    """PySHACL drops the language of a query's message: pages take it from the shape."""
    for shape, query in shapes.subject_objects(SH.sparql):
        assert set(shapes.objects(shape, SH.message)) == set(shapes.objects(query, SH.message))


def test_every_shape_that_reports_has_message_cure_and_severity(shapes: rdflib.Graph) -> None:
    """Every shape that reports has message cure and severity."""
    reporting = {*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH.sparql, None)}
    reporting |= {s for s in shapes.subjects(RDF.type, SH.NodeShape) if (s, SH.property, None) not in shapes}
    for shape in reporting:
        assert isinstance(shape, rdflib.URIRef)
        assert shapes.value(shape, SH.severity) in {SH.Violation, SH.Warning}, shape
        for predicate in (SH.message, _CURE):
            said = [o for o in shapes.objects(shape, predicate) if isinstance(o, rdflib.Literal)]
            assert sorted(str(o.language) for o in said) == ["en", "zh"], (shape, predicate)


def test_every_shape_is_proved_by_a_fault_or_is_a_plain_variant(shapes: rdflib.Graph) -> None:
    """Every shape is proved by a fault or is a plain variant."""
    proved = {name for _, name in _FAULTS} | _STYLE_FAULTS.keys()
    roles = re.compile(
        r"(renewal|founding|incubation|agreement|signing|renaming|leadership|opening|listing)-"
    )
    others = {"award-conferral-recipient", "merger-merging-body", "event-latest"}
    others |= {"derivation-subject", "derivation-predicate"}
    for shape in shapes.subjects(SH.severity, None):
        name = str(shape).removeprefix(_SHAPES)
        assert name in proved | others or roles.match(name), name


def test_every_property_shape_belongs_to_a_node_shape(shapes: rdflib.Graph) -> None:
    """Every property shape belongs to a node shape."""
    held = set(shapes.objects(None, SH.property))
    assert set(shapes.subjects(RDF.type, SH.PropertyShape)) == held


def test_the_entity_shape_names_every_kind_of_entity(shapes: rdflib.Graph) -> None:
    """The entity shape names every kind of entity."""
    targets = {str(o)[len(ZG) :] for o in shapes.objects(rdflib.URIRef(_SHAPES + "Entity"), SH.targetClass)}
    assert targets == set(vocabulary().below("Entity"))


def test_the_event_shape_names_every_kind_of_event(shapes: rdflib.Graph) -> None:
    """The event shape names every kind of event."""
    targets = {str(o)[len(ZG) :] for o in shapes.objects(rdflib.URIRef(_SHAPES + "Event"), SH.targetClass)}
    assert targets == set(vocabulary().below("Event")) | {"Observation"}


def test_every_kind_of_event_has_a_shape_of_its_own(shapes: rdflib.Graph) -> None:
    """Every kind of event has a shape of its own."""
    for kind in vocabulary().below("Event"):
        assert (rdflib.URIRef(_SHAPES + kind), SH.targetClass, rdflib.URIRef(ZG + kind)) in shapes


def test_shapes_speak_only_of_terms_that_exist(
    shapes: rdflib.Graph, ontology: rdflib.Graph, schemes: rdflib.Graph
) -> None:
    """Shapes speak only of terms that exist."""
    queries = " ".join(str(o) for o in shapes.objects(None, SH.select))
    used = {str(o) for triple in shapes for o in triple if str(o).startswith(ZG)} - {ZG}
    used |= {ZG + name for name in re.findall(r"\bzg:(\w+)", queries)}
    known = ontology + schemes
    assert {iri for iri in used if (rdflib.URIRef(iri), RDF.type, None) not in known} == set()


def test_the_ontology_and_its_schemes_keep_the_rules_of_style(
    shapes: rdflib.Graph, ontology: rdflib.Graph, schemes: rdflib.Graph
) -> None:
    """The ontology and its schemes keep the rules of style."""
    assert _run(ontology + schemes, shapes) == set()


_TERM = {
    "rdfs:label": '"事"@zh , "thing"@en', "skos:definition": '"事。"@zh , "A thing."@en',
    "skos:example": '"某事"@zh',
    "rdfs:isDefinedBy": "<https://w3id.org/zonegraph/ont>",
}  # fmt: skip
_RANGED = _TERM | {"schema:domainIncludes": "zg:Fine", "schema:rangeIncludes": "zg:Fine"}
_STYLE_FAULTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "term-label": ("zg:Odd", "owl:Class", _TERM | {"rdfs:label": '"事"@zh'}),
    "term-definition": ("zg:Odd", "owl:Class", _TERM | {"skos:definition": '"A thing."@en , "Thing."@en'}),
    "term-example": ("zg:Odd", "owl:Class", {k: v for k, v in _TERM.items() if k != "skos:example"}),
    "term-ontology": ("zg:Odd", "owl:Class", _TERM | {"rdfs:isDefinedBy": "zg:Fine"}),
    "class-name": ("zg:lower", "owl:Class", _TERM),
    "property-name": ("zg:code9", "owl:ObjectProperty", _RANGED),
    "property-domain": ("zg:odd", "owl:ObjectProperty", _RANGED | {"schema:domainIncludes": "zg:Unknown"}),
    "property-range": ("zg:odd", "owl:ObjectProperty", _TERM | {"schema:domainIncludes": "zg:Fine"}),
    "concept-label": ("zg:Odd", "skos:Concept", {"skos:prefLabel": '"事"@zh', "skos:inScheme": "zg:Scheme"}),
    "concept-scheme": ("zg:Odd", "skos:Concept", {"skos:inScheme": "zg:Unknown"}),
}


@pytest.mark.parametrize("shape", sorted(_STYLE_FAULTS))
def test_a_fault_of_style_is_caught(shapes: rdflib.Graph, shape: str) -> None:
    """A fault of style is caught."""
    term, kind, said = _STYLE_FAULTS[shape]
    fine = " ; ".join(f"{p} {v}" for p, v in _TERM.items())
    parts = " ; ".join(f"{p} {v}" for p, v in said.items())
    data = f"{_FACTS} {term} a {kind} ; {parts} . zg:Fine a owl:Class ; {fine} ."
    data += " zg:Scheme a skos:ConceptScheme ."
    found = {name for _, name, _ in _run(rdflib.Graph().parse(data=data, format="turtle"), shapes)}
    assert shape in found
