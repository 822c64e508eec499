"""A part of the graph as a network for Gephi and its kind: things are nodes, statements between them edges.

GraphML (http://graphml.graphdrawing.org/) and GEXF 1.2 (https://gexf.net/), written as they are read.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from graph_service.graph.parts import Part
from graph_service.graph.sheets import Reader
from graph_service.graph.terms import DEFAULT
from graph_service.vocabulary import local

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://www.gexf.net/1.2draft"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {ord(c): f"&#{ord(c)};" for c in '&<>"\t\n\r'}
_AWKWARD = re.compile(f'[&<>"]|{_UNFIT.pattern}|[\t\n\r]')
_AT_ONCE = 5000
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
    """Writes lines of XML as they come, many at once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines = ['<?xml version="1.0" encoding="utf-8"?>']

    def put(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) > _AT_ONCE:
            self.end()

    def end(self) -> None:
        self._lines.append("")
        self._out.write("\n".join(self._lines).encode())
        self._lines.clear()


def _said(text: str) -> str:
    """Return a text as the value of an attribute, or between tags."""
    return clean(text).translate(_ESCAPES) if _AWKWARD.search(text) else text


def write_graphml(part: Part, out: BinaryIO) -> None:
    """Write a part as GraphML."""
    xml, network = _Writer(out), Network(part)
    xml.put(f'<graphml xmlns="{_GRAPHML}">')
    for name in (*_NODE, *_EDGE):
        about = "node" if name in _NODE else "edge"
        xml.put(f'<key id="{name}" for="{about}" attr.name="{name}" attr.type="string"/>')
    xml.put('<graph edgedefault="directed">')
    for iri, values in network.nodes():
        xml.put(f'<node id="{_said(iri)}">{_data(_NODE, values)}</node>')
    for number, (source, target, values) in enumerate(network.edges()):
        ends = f'source="{_said(source)}" target="{_said(target)}"'
        xml.put(f'<edge id="e{number}" {ends}>{_data(_EDGE, values)}</edge>')
    xml.put("</graph>\n</graphml>")
    xml.end()


def _data(names: Values, values: Values) -> str:
    return "".join(f'<data key="{n}">{_said(v)}</data>' for n, v in zip(names, values, strict=True))


def write_gexf(part: Part, out: BinaryIO) -> None:
    """Write a part as GEXF 1.2."""
    xml, network = _Writer(out), Network(part)
    xml.put(f'<gexf xmlns="{_GEXF}" version="1.2">\n<graph defaultedgetype="directed" mode="static">')
    for about, names in (("node", ("type",)), ("edge", _EDGE)):
        said = "".join(f'<attribute id="{name}" title="{name}" type="string"/>' for name in names)
        xml.put(f'<attributes class="{about}">{said}</attributes>')
    xml.put("<nodes>")
    for iri, (label, kind) in network.nodes():
        xml.put(f'<node id="{_said(iri)}" label="{_said(label)}">{_values(("type",), (kind,))}</node>')
    xml.put("</nodes>\n<edges>")
    for number, (source, target, values) in enumerate(network.edges()):
        ends = f'source="{_said(source)}" target="{_said(target)}" label="{_said(values[0])}"'
        xml.put(f'<edge id="e{number}" {ends}>{_values(_EDGE, values)}</edge>')
    xml.put("</edges>\n</graph>\n</gexf>")
    xml.end()


def _values(names: Values, values: Values) -> str:
    each = (f'<attvalue for="{n}" value="{_said(v)}"/>' for n, v in zip(names, values, strict=True))
    return f"<attvalues>{''.join(each)}</attvalues>"
