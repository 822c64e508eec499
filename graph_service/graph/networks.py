"""A part of the graph as a network for Gephi and its kind: things are nodes, statements between them edges.

GraphML (http://graphml.graphdrawing.org/) and GEXF 1.2 (https://gexf.net/), written as they are read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pyoxigraph as ox

from graph_service.graph.parts import Part
from graph_service.graph.sheets import Reader
from graph_service.graph.terms import DEFAULT
from graph_service.vocabulary import local

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://www.gexf.net/1.2draft"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE, _EDGE = ("label", "type"), ("relation", "modality")
Values = tuple[str, ...]


def clean(text: str) -> str:
    """Return a text without the characters that no XML 1.0 document may have (section 2.2)."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


class Network:
    """The nodes and edges of a part, read anew by each call."""

    def __init__(self, part: Part) -> None:
        self._reader = Reader(part)

    def nodes(self) -> Iterator[tuple[str, Values]]:
        """Yield each thing once: its IRI, and its name and kind."""
        seen: set[ox.NamedNode] = set()
        many = len(self._reader.part.plain) > 1
        for node, _ in self._reader.entities():
            if node not in seen:
                yield self._node(node)
            if many:
                seen.add(node)
        for node in sorted(self._beyond() - seen, key=str):
            yield self._node(node)

    def _node(self, node: ox.NamedNode) -> tuple[str, Values]:
        return node.value, (self._reader.name(node) or local(node.value), self._reader.kind(node))

    def _beyond(self) -> set[ox.NamedNode]:
        """Return the ends of edges that are described elsewhere than in the plain graphs, such as facts' of prospects."""
        found = set()
        for edge in self._pairs():
            for end in (edge.subject, edge.object):
                if isinstance(end, ox.NamedNode) and not self._reader.is_described(end):
                    found.add(end)
        return found

    def edges(self) -> Iterator[tuple[str, str, Values]]:
        """Yield each statement between things: both IRIs, and relation and modality."""
        for quad in self._pairs():
            modality = "fact" if quad.graph_name == DEFAULT else "prospect"
            assert isinstance(quad.subject, ox.NamedNode)
            assert isinstance(quad.object, ox.NamedNode)
            yield quad.subject.value, quad.object.value, (local(quad.predicate.value), modality)

    def _pairs(self) -> Iterator[ox.Quad]:
        return (quad for quad in self._reader.relations() if isinstance(quad.object, ox.NamedNode))


class _Writer:
    """Writes elements as they come, one to a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    def open(self, name: str, **attributes: str) -> None:
        said = {key.rstrip("_"): clean(value) for key, value in attributes.items()}
        self._xml.startElement(name, AttributesImpl(said))

    def close(self, name: str) -> None:
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def put(self, name: str, text: str = "", **attributes: str) -> None:
        self.open(name, **attributes)
        if text:
            self._xml.characters(clean(text))
        self._xml.endElement(name)

    def end(self) -> None:
        self._xml.endDocument()


def write_graphml(part: Part, out: BinaryIO) -> None:
    """Write a part as GraphML."""
    xml, network = _Writer(out), Network(part)
    xml.open("graphml", xmlns=_GRAPHML)
    for name in (*_NODE, *_EDGE):
        about = "node" if name in _NODE else "edge"
        xml.put("key", id=name, for_=about, **{"attr.name": name, "attr.type": "string"})
    xml.open("graph", edgedefault="directed")
    for iri, values in network.nodes():
        xml.open("node", id=iri)
        _data(xml, dict(zip(_NODE, values, strict=True)))
        xml.close("node")
    for number, (source, target, values) in enumerate(network.edges()):
        xml.open("edge", id=f"e{number}", source=source, target=target)
        _data(xml, dict(zip(_EDGE, values, strict=True)))
        xml.close("edge")
    xml.close("graph")
    xml.close("graphml")
    xml.end()


def _data(xml: _Writer, values: Mapping[str, str]) -> None:
    for key, value in values.items():
        xml.put("data", value, key=key)


def write_gexf(part: Part, out: BinaryIO) -> None:
    """Write a part as GEXF 1.2."""
    xml, network = _Writer(out), Network(part)
    xml.open("gexf", xmlns=_GEXF, version="1.2")
    xml.open("graph", defaultedgetype="directed", mode="static")
    for about, names in (("node", ("type",)), ("edge", _EDGE)):
        xml.open("attributes", class_=about)
        for name in names:
            xml.put("attribute", id=name, title=name, type="string")
        xml.close("attributes")
    xml.open("nodes")
    for iri, (label, kind) in network.nodes():
        xml.open("node", id=iri, label=label)
        _attvalues(xml, {"type": kind})
        xml.close("node")
    xml.close("nodes")
    xml.open("edges")
    for number, (source, target, (relation, modality)) in enumerate(network.edges()):
        xml.open("edge", id=f"e{number}", source=source, target=target, label=relation)
        _attvalues(xml, {"relation": relation, "modality": modality})
        xml.close("edge")
    xml.close("edges")
    xml.close("graph")
    xml.close("gexf")
    xml.end()


def _attvalues(xml: _Writer, values: Mapping[str, str]) -> None:
    xml.open("attvalues")
    for name, value in values.items():
        xml.put("attvalue", for_=name, value=value)
    xml.close("attvalues")
