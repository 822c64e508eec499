"""The ontology's own terms."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import to_canonical_graph
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from graph_service.resources import resource
from graph_service.vocabulary import SCHEMA, ZG

_TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_FILES = sorted(resource("ontology").rglob("*.ttl"))
_QUDT_UNIT = rdflib.URIRef("http://qudt.org/schema/qudt/Unit")


def _terms(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    found = {s for kind in _TERM_TYPES for s in graph.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, rdflib.URIRef))


def _properties(graph: rdflib.Graph) -> list[rdflib.URIRef]:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, rdflib.URIRef))


def _zg(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(ZG + name)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_pyoxigraph_and_rdflib_read_the_same_triples(path: Path) -> None:
    """Pyoxigraph and rdflib read the same triples."""
    quads = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    triples = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert triples is not None
    again = rdflib.Graph().parse(data=triples.decode(), format="nt")
    read = rdflib.Graph().parse(path)
    assert len(quads) == len(read)
    assert set(to_canonical_graph(again)) == set(to_canonical_graph(read))


def test_every_term_has_a_label_and_a_definition_in_each_language(ontology: rdflib.Graph) -> None:
    """Every term has a label and a definition in each language."""
    for term in _terms(ontology):
        for predicate in (RDFS.label, SKOS.definition):
            said = [o for o in ontology.objects(term, predicate) if isinstance(o, rdflib.Literal)]
            assert sorted(str(o.language) for o in said) == ["en", "zh"], (term, predicate)
            assert all(str(o).strip() for o in said), term


def test_every_term_has_one_example(ontology: rdflib.Graph) -> None:
    """Every term has one example."""
    assert [t for t in _terms(ontology) if len(list(ontology.objects(t, SKOS.example))) != 1] == []


def test_chinese_stands_in_the_chinese_labels_and_not_in_the_english_ones(ontology: rdflib.Graph) -> None:
    """Chinese stands in the Chinese labels and not in the English ones."""
    for term in _terms(ontology):
        for label in ontology.objects(term, RDFS.label):
            assert isinstance(label, rdflib.Literal)
            assert bool(re.search(r"[\u4e00-\u9fff]", label)) == (label.language == "zh"), label


def test_no_two_terms_of_one_sort_share_a_label(ontology: rdflib.Graph) -> None:
    """No two terms of one sort share a label."""
    seen: dict[tuple[str, bool], rdflib.URIRef] = {}
    reading = [p for p in _properties(ontology) if (p, _zg("structural"), None) not in ontology]
    for term in reading + sorted(
        c for c in ontology.subjects(RDF.type, OWL.Class) if isinstance(c, rdflib.URIRef)
    ):
        for label in ontology.objects(term, RDFS.label):
            key = (str(label), term in reading)
            assert key not in seen, (term, seen.get(key))
            seen[key] = term


def test_no_property_name_ends_in_a_digit(ontology: rdflib.Graph) -> None:
    """No property name ends in a digit."""
    assert [
        t for t in _terms(ontology) if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*[A-Za-z]", t[len(ZG) :])
    ] == []


def test_no_term_is_an_orphan(ontology: rdflib.Graph) -> None:
    """No term is an orphan."""
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    known = {SKOS.Concept, RDF.Statement, RDF.langString, _QUDT_UNIT}
    for term in _properties(ontology):
        domains = set(ontology.objects(term, rdflib.URIRef(SCHEMA + "domainIncludes")))
        ranges = set(ontology.objects(term, rdflib.URIRef(SCHEMA + "rangeIncludes")))
        assert domains, term
        assert ranges, term
        assert domains <= classes, term
        assert {r for r in ranges if not str(r).startswith(str(XSD))} <= classes | known, term
    assert set(ontology.objects(None, RDFS.subClassOf)) <= classes | known


def test_every_class_is_used_by_a_property_a_parent_or_a_child(ontology: rdflib.Graph) -> None:
    """Every class is used by a property a parent or a child."""
    for term in ontology.subjects(RDF.type, OWL.Class):
        used = set(ontology.predicates(None, term)) - {RDF.type}
        assert used or (term, RDFS.subClassOf, None) in ontology, term


def test_kinds_have_no_circle_among_their_parents(ontology: rdflib.Graph) -> None:
    """Kinds have no circle among their parents."""
    for term in ontology.subjects(RDF.type, OWL.Class):
        above = set(ontology.transitive_objects(term, RDFS.subClassOf)) - {term}
        assert all(term not in set(ontology.objects(one, RDFS.subClassOf)) for one in above), term


def test_the_header_gives_version_licence_creator_and_prefix(ontology: rdflib.Graph) -> None:
    """The header gives version licence creator and prefix."""
    subject = rdflib.URIRef(ZG.rstrip("#"))
    assert (subject, RDF.type, OWL.Ontology) in ontology
    dct, vann = "http://purl.org/dc/terms/", "http://purl.org/vocab/vann/"
    assert str(ontology.value(subject, rdflib.URIRef(dct + "creator"))) == "ZoneGraph"
    assert "apache.org" in str(ontology.value(subject, rdflib.URIRef(dct + "license")))
    assert str(ontology.value(subject, rdflib.URIRef(vann + "preferredNamespacePrefix"))) == "zg"
    version = str(ontology.value(subject, OWL.versionInfo))
    assert str(ontology.value(subject, OWL.versionIRI)).endswith(version)


def test_alignments_speak_only_of_our_terms_and_lead_outside(ontology: rdflib.Graph) -> None:
    """Alignments speak only of our terms and lead outside."""
    links = rdflib.Graph().parse(resource("ontology", "alignments.ttl"))
    terms = set(_terms(ontology))
    assert set(links.subjects()) <= terms
    assert set(links.predicates()) == {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch}
    assert not [o for o in links.objects() if str(o).startswith(ZG)]
    for classes, predicate in ((True, RDFS.subClassOf), (False, RDFS.subPropertyOf)):
        for term in links.subjects(predicate, None):
            assert ((term, RDF.type, OWL.Class) in ontology) is classes, term


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.w3.org/ns/org#", "http://www.w3.org/ns/prov#", "http://www.w3.org/2004/02/skos/core#",
        "http://rdf-vocabulary.ddialliance.org/xkos#", "https://schema.org/", "http://qudt.org/schema/qudt/",
        "http://www.w3.org/ns/dcat#",
    ],
)  # fmt: skip
def test_the_ontology_is_aligned_to(namespace: str) -> None:
    """The ontology is aligned to."""
    links = rdflib.Graph().parse(resource("ontology", "alignments.ttl"))
    assert [o for o in links.objects() if str(o).startswith(namespace)]
