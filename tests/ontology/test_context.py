"""The JSON-LD context."""

import json
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, XSD

from graph_service.resources import resource
from graph_service.vocabulary import PREFIXES, ZG

_PATH = resource("ontology", "context.jsonld")


def _context() -> dict[str, Any]:
    context: dict[str, Any] = json.loads(_PATH.read_text(encoding="utf-8"))["@context"]
    return context


def _target(entry: str | dict[str, Any]) -> str:
    return entry if isinstance(entry, str) else str(entry["@id"])


def test_every_term_of_the_ontology_is_in_the_context(ontology: rdflib.Graph) -> None:
    """Every term of the ontology is in the context."""
    context = _context()
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    for term in {str(s)[len(ZG) :] for kind in kinds for s in ontology.subjects(RDF.type, kind)}:
        assert _target(context[term]) == f"zg:{term}"


def test_every_term_of_ours_in_the_context_is_in_the_ontology(ontology: rdflib.Graph) -> None:
    """Every term of ours in the context is in the ontology."""
    for entry in _context().values():
        target = _target(entry) if isinstance(entry, str | dict) else ""
        if target.startswith("zg:"):
            assert (rdflib.URIRef(ZG + target[3:]), RDF.type, None) in ontology, target


def test_prefixes_are_those_of_the_project_but_for_unit_which_is_a_property() -> None:
    """Prefixes are those of the project but for unit, which is a property."""
    context = _context()
    assert {p: context.get(p) for p in PREFIXES if p != "unit"} == {
        p: i for p, i in PREFIXES.items() if p != "unit"
    }
    assert context["unit"] == {"@id": "zg:unit", "@type": "@id"}
    assert context["qunit"] == PREFIXES["unit"]


def test_properties_between_things_are_coerced_to_iris(ontology: rdflib.Graph) -> None:
    """Properties between things are coerced to IRIs."""
    context = _context()
    for term in ontology.subjects(RDF.type, OWL.ObjectProperty):
        mixed = (term, RDF.type, OWL.DatatypeProperty) in ontology
        entry = context[str(term)[len(ZG) :]]
        assert ("@type" in entry) is not mixed, term


# rdflib 7.6 warns of a class that its own JSON-LD parser uses.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_a_document_in_the_context_becomes_the_triples_it_says() -> None:
    """A document in the context becomes the triples it says."""
    data = {
        "@context": _context(),
        "id": "https://example.org/q",
        "type": "Quantity",
        "value": "12480000000",
        "unit": "qunit:CCY_CNY",
        "sourceText": "124.8亿元",
        "modifier": "zg:Exact",
    }
    expected = f"""
        <https://example.org/q> a <{ZG}Quantity> ; <{ZG}modifier> <{ZG}Exact> ;
          <{ZG}value> "12480000000"^^<{XSD.decimal}> ; <{ZG}sourceText> "124.8亿元"@zh ;
          <{ZG}unit> <{PREFIXES["unit"]}CCY_CNY> .
    """
    text = json.dumps(data)
    quads = ox.parse(text, format=ox.RdfFormat.JSON_LD)
    assert {q.triple for q in quads} == {q.triple for q in ox.parse(expected, format=ox.RdfFormat.TURTLE)}
    wanted = rdflib.Graph().parse(data=expected, format="turtle")
    assert set(rdflib.Graph().parse(data=text, format="json-ld")) == set(wanted)
