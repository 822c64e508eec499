"""The concept schemes: industries, modality, modifiers, indicators, chain positions, milestones, units."""

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, SKOS

from graph_service.resources import resource
from graph_service.vocabulary import QUANTITY, ZG, vocabulary

_FILES = sorted(resource("ontology", "schemes").glob("*.ttl"))
_PRECEDES = rdflib.URIRef("http://rdf-vocabulary.ddialliance.org/xkos#precedes")
_GBT = "https://w3id.org/zonegraph/ont/gbt4754/"
_INDUSTRY = "https://w3id.org/zonegraph/ont/industry/"
_MATCHES = (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)


def _zg(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(ZG + name)


def _by_name(graph: rdflib.Graph, scheme: str) -> dict[str, rdflib.term.Node]:
    members = graph.subjects(SKOS.inScheme, rdflib.URIRef(f"https://w3id.org/zonegraph/ont/scheme/{scheme}"))
    names = [
        (str(o), m) for m in members for p in (SKOS.prefLabel, SKOS.altLabel) for o in graph.objects(m, p)
    ]
    return dict(names)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_every_concept_of_the_scheme_is_named_in_both_languages(path: Path) -> None:
    """Every concept of the scheme is named in both languages."""
    graph = rdflib.Graph().parse(path)
    for concept in {*graph.subjects(SKOS.inScheme, None), *graph.subjects(RDF.type, SKOS.ConceptScheme)}:
        names = [o for o in graph.objects(concept, SKOS.prefLabel) if isinstance(o, rdflib.Literal)]
        assert sorted(str(o.language) for o in names) == ["en", "zh"], concept


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_the_file_holds_one_scheme_that_says_what_it_is(path: Path) -> None:
    """The file holds one scheme that says what it is."""
    graph = rdflib.Graph().parse(path)
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert len(list(graph.objects(scheme, SKOS.definition))) == 2
    assert set(graph.objects(None, SKOS.inScheme)) == {scheme}


def test_concepts_among_the_terms_have_definitions_and_an_example(
    schemes: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    """Concepts among the terms have definitions and an example."""
    both = schemes + ontology
    for concept in schemes.subjects(SKOS.inScheme, None):
        if str(concept).startswith(ZG):
            languages = {
                o.language for o in both.objects(concept, SKOS.definition) if isinstance(o, rdflib.Literal)
            }
            assert languages == {"zh", "en"}, concept
            assert (concept, SKOS.example, None) in both, concept


def test_the_types_of_concepts_are_classes_of_the_ontology(
    schemes: rdflib.Graph, ontology: rdflib.Graph
) -> None:
    """The types of concepts are classes of the ontology."""
    types = {o for o in schemes.objects(None, RDF.type) if str(o).startswith(ZG)}
    assert types == {
        _zg(n)
        for n in (
            "Modality", "QuantityModifier", "Indicator", "ChainPosition", "Milestone", "IdentityReason",
        )
    }  # fmt: skip
    assert all((one, RDF.type, OWL.Class) in ontology for one in types)


@pytest.mark.parametrize(
    "scheme", ["modality", "modifier", "chain-position", "milestone", "industry", "identity-reason"]
)
def test_no_name_stands_for_two_concepts_of_a_scheme(schemes: rdflib.Graph, scheme: str) -> None:
    """No name stands for two concepts of a scheme."""
    iri = rdflib.URIRef(f"https://w3id.org/zonegraph/ont/scheme/{scheme}")
    names = [
        (str(name), name.language)
        for concept in schemes.subjects(SKOS.inScheme, iri)
        for predicate in (SKOS.prefLabel, SKOS.altLabel)
        for name in schemes.objects(concept, predicate)
        if isinstance(name, rdflib.Literal)
    ]
    assert len(names) == len(set(names))


def test_each_bound_of_a_claim_has_its_modifier(schemes: rdflib.Graph) -> None:
    """Each bound of a claim has its modifier."""
    signs = {str(o): s for s, o in schemes.subject_objects(SKOS.notation) if str(s).startswith(ZG)}
    names = {"=": "Exact", ">": "MoreThan", "<": "LessThan", "~": "About", ">=": "AtLeast", "<=": "AtMost"}
    assert signs == {sign: _zg(name) for sign, name in names.items()}


def test_every_relation_to_a_figure_is_an_indicator(schemes: rdflib.Graph) -> None:
    """Every relation to a figure is an indicator."""
    figures = {r.name for r in vocabulary().relations.values() if r.event == "Observation"}
    assert all(vocabulary().relations[name].range == {QUANTITY} for name in figures)
    indicators = {str(s)[len(ZG) :] for s in schemes.subjects(RDF.type, _zg("Indicator"))}
    assert indicators == figures | {"MoneyIndicators", "CountIndicators", "ExtentIndicators"}


def test_expected_units_are_those_of_qudt_or_ours(schemes: rdflib.Graph) -> None:
    """Expected units are those of QUDT or ours."""
    ours = set(schemes.subjects(RDF.type, rdflib.URIRef("http://qudt.org/schema/qudt/Unit")))
    assert ours == {_zg("Mu"), _zg("PersonUnit")}
    for unit in schemes.objects(None, _zg("expectedUnit")):
        assert unit in ours or str(unit).startswith("http://qudt.org/vocab/unit/"), unit


def test_the_chain_runs_from_upstream_to_downstream(schemes: rdflib.Graph) -> None:
    """The chain runs from upstream to downstream."""
    assert list(schemes.transitive_objects(_zg("Upstream"), _PRECEDES)) == [
        _zg("Upstream"), _zg("Midstream"), _zg("Downstream"),
    ]  # fmt: skip


def test_a_project_goes_from_signing_to_full_capacity_without_a_circle(schemes: rdflib.Graph) -> None:
    """A project goes from signing to full capacity without a circle."""
    steps = list(schemes.transitive_objects(_zg("ProjectSigning"), _PRECEDES))
    assert steps[-1] == _zg("FullCapacity")
    assert len(steps) == len(set(steps)) == 7


@pytest.mark.parametrize(
    "word", ["开工", "动工", "揭牌", "投产", "达产", "竣工", "试生产", "签约", "开业", "启用"]
)
def test_a_milestone_is_found_by_its_word(schemes: rdflib.Graph, word: str) -> None:
    """A milestone is found by its word."""
    assert word in _by_name(schemes, "milestone")


@pytest.mark.parametrize(
    ("industry", "division"),
    [("新能源汽车", "36"), ("生物医药", "27"), ("袜业", "18"), ("LED显示", "39"), ("航空航天", "37")],
)
def test_an_industry_is_linked_to_its_division(schemes: rdflib.Graph, industry: str, division: str) -> None:
    """An industry is linked to its division."""
    concept = _by_name(schemes, "industry")[industry]
    linked = [schemes.value(o, SKOS.notation) for p in _MATCHES for o in schemes.objects(concept, p)]
    assert rdflib.Literal(division) in linked


def test_links_between_industries_and_divisions_lead_to_concepts_that_exist(schemes: rdflib.Graph) -> None:
    """Links between industries and divisions lead to concepts that exist."""
    concepts = set(schemes.subjects(SKOS.inScheme, None))
    for predicate in (*_MATCHES, SKOS.broader, SKOS.hasTopConcept, _PRECEDES):
        for subject, target in schemes.subject_objects(predicate):
            assert target in concepts, (subject, target)


def test_divisions_have_two_digits_and_a_section(schemes: rdflib.Graph) -> None:
    """Divisions have two digits and a section."""
    for concept in schemes.subjects(
        SKOS.inScheme, rdflib.URIRef("https://w3id.org/zonegraph/ont/scheme/gbt4754")
    ):
        code = str(schemes.value(concept, SKOS.notation))
        assert str(concept) == _GBT + code
        above = schemes.value(concept, SKOS.broader)
        assert (len(code) == 2 and code.isdigit() and above is not None) or (code.isalpha() and above is None)


def test_an_industry_is_a_top_concept_or_has_a_broader_one(schemes: rdflib.Graph) -> None:
    """An industry is a top concept or has a broader one."""
    tops = set(schemes.objects(None, SKOS.hasTopConcept))
    for concept in schemes.subjects(
        SKOS.inScheme, rdflib.URIRef("https://w3id.org/zonegraph/ont/scheme/industry")
    ):
        assert str(concept).startswith(_INDUSTRY)
        assert (concept in tops) != ((concept, SKOS.broader, None) in schemes), concept
