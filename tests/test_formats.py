"""The table of formats."""

import pyoxigraph as ox
import pytest

from graph_service.errors import UsageError
from graph_service.formats import FORMATS, RDF_FORMATS, RESULT_FORMATS, by_media_type, by_name


def test_every_format_has_an_engine_format_of_one_sort() -> None:
    assert all(f.rdf is not None and f.results is None for f in RDF_FORMATS.values())
    assert all(f.results is not None and f.rdf is None for f in RESULT_FORMATS.values())
    assert list(RDF_FORMATS) == ["nq", "trig", "nt", "ttl", "rdf", "jsonld"]
    assert list(RESULT_FORMATS) == ["json", "xml", "csv", "tsv"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_format_is_found_by_its_name_and_each_of_its_media_types(name: str) -> None:
    assert by_name(name.upper()) is by_name(f".{name}") is FORMATS[name]
    for media_type in FORMATS[name].media_types:
        assert by_media_type(f"{media_type.upper()}; charset=utf-8") is FORMATS[name]


def test_no_media_type_belongs_to_two_formats() -> None:
    types = [t for f in FORMATS.values() for t in f.media_types]
    assert len(types) == len(set(types))


def test_the_media_types_of_graphs_are_those_the_engine_registers() -> None:
    assert all(f.rdf is not None and f.media_type == f.rdf.media_type for f in RDF_FORMATS.values())


def test_only_some_formats_keep_the_names_of_graphs() -> None:
    assert [f.name for f in FORMATS.values() if f.holds_graphs] == ["nq", "trig", "jsonld"]
    assert by_name("jsonld").rdf == ox.RdfFormat.JSON_LD


@pytest.mark.parametrize("unknown", ["docx", "", "text/html"])
def test_an_unknown_format_is_an_error_that_names_the_choices(unknown: str) -> None:
    with pytest.raises(UsageError) as caught:
        by_name(unknown)
    assert "ttl" in caught.value.cure
    with pytest.raises(UsageError) as caught:
        by_media_type(unknown)
    assert "text/turtle" in caught.value.cure
