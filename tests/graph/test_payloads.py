"""What the engine does not notice in a payload is noticed."""

import pytest

from graph_service.formats import RDF_FORMATS, by_name
from graph_service.graph.payloads import check

BASE = "http://example.org/"
_OPEN = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://e/'>"
_NODE = "<rdf:Description rdf:about='http://e/a'><e:p>x</e:p></rdf:Description>"
WHOLE = {
    "nq": "<http://e/a> <http://e/p> 'x' .".replace("'", '"'), "trig": "<a> <p> 'x' .", "nt": "", "ttl": "<a> <p> 'x' .",
    "rdf": f"{_OPEN}{_NODE}</rdf:RDF>", "jsonld": '{"@id": "http://e/a", "http://e/p": "x"}',
}  # fmt: skip


@pytest.mark.parametrize("name", list(RDF_FORMATS))
def test_a_whole_payload_passes(name: str) -> None:
    """In every format."""
    check(WHOLE[name].encode(), by_name(name), BASE)


@pytest.mark.parametrize("broken", ["", _OPEN, f"{_OPEN}\n{_NODE}", f"{_OPEN}{_NODE}</rdf:RDF>\n<more/>"])
def test_xml_that_breaks_off_is_refused(broken: str) -> None:
    """With the line where it does."""
    with pytest.raises(SyntaxError, match=r"line [12] column \d+"):
        check(broken.encode(), by_name("rdf"), BASE)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("nq", '<http://e/a> <http://e/p> "x" <http://e/g> .'),
        ("trig", "<a> <p> 'x' . GRAPH <g> { <a> <p> 'y' }"),
        ("jsonld", '{"@id": "http://e/g", "@graph": [{"@id": "http://e/a", "http://e/p": "x"}]}'),
    ],
)
def test_a_payload_that_names_a_graph_is_refused(name: str, payload: str) -> None:
    """Wherever in it that is."""
    with pytest.raises(SyntaxError):
        check(payload.encode(), by_name(name), BASE)
