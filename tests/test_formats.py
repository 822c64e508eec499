"""The table of formats."""

import pyoxigraph as ox
import pytest

from graph_service.errors import UsageError
from graph_service.formats import FORMATS, RDF_FORMATS, RESULT_FORMATS, by_media_type, by_name


def test_every_format_engine_format() -> None:
    """Every format has an engine format of one sort."""
    assert all(f.rdf is not None and f.results is None for f in RDF_FORMATS.values())
    assert all(f.results is not None and f.rdf is None for f in RESULT_FORMATS.values())
    assert list(RDF_FORMATS) == ["nq", "trig", "nt", "ttl", "rdf", "jsonld"]
    assert list(RESULT_FORMATS) == ["json", "xml", "csv", "tsv"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_format_found_name_each(name: str) -> None:
    """A format is found by its name and each of its media types."""
    assert by_name(name.upper()) is by_name(f".{name}") is FORMATS[name]
    for media_type in FORMATS[name].media_types:
        assert by_media_type(f"{media_type.upper()}; charset=utf-8") is FORMATS[name]


def test_media_type_belongs_two() -> None:
    """No media type belongs to two formats."""
    types = [t for f in FORMATS.values() for t in f.media_types]
    assert len(types) == len(set(types))


def test_media_types_graphs_those() -> None:
    """The media types of graphs are those the engine registers."""
    assert all(f.rdf is not None and f.media_type == f.rdf.media_type for f in RDF_FORMATS.values())


def test_only_some_formats_keep() -> None:
    """Only some formats keep the names of graphs."""
    assert [f.name for f in FORMATS.values() if f.holds_graphs] == ["nq", "trig", "jsonld"]
    assert by_name("jsonld").rdf == ox.RdfFormat.JSON_LD


@pytest.mark.parametrize("unknown", ["docx", "", "text/html"])
def test_unknown_format_error_names(unknown: str) -> None:
    """An unknown format is an error that names the choices."""
    with pytest.raises(UsageError) as caught:
        by_name(unknown)
    assert "ttl" in caught.value.cure
    with pytest.raises(UsageError) as caught:
        by_media_type(unknown)
    assert "text/turtle" in caught.value.cure
