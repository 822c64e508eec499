"""A part of the graph as a network for Gephi and its kind: things are nodes, statements between them edges.

GraphML (http://graphml.graphdrawing.org/) and GEXF 1.2 (https://gexf.net/), for which a part is read once.
"""

import re
from collections.abc import Callable, Iterator
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

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
_ASIDE, _BLOCK = 8 * 1024 * 1024, 1024 * 1024
"""Bytes of edges that are put aside in memory, and bytes that are then copied at once."""
_XML = '<?xml version="1.0" encoding="utf-8"?>'
_NODE, _EDGE = ("label", "type"), ("relation", "modality")
Values = tuple[str, ...]


def clean(text: str) -> str:
    """Return a text without the characters that no XML 1.0 document may have (section 2.2)."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


class Network:
    """The nodes and edges of a part, for which it is read once: things first, edges, then what only edges led to."""

    def __init__(self, part: Part) -> None:
        self._reader = Reader(part)
        self._seen: set[ox.NamedNode] = set()
        self._beyond: set[ox.NamedNode] = set()

    def things(self) -> Iterator[tuple[str, Values]]:
        """Yield each thing that the plain graphs describe once: its IRI, and its name and kind."""
        many = len(self._reader.part.plain) > 1
        for node, _ in self._reader.entities():
            if node not in self._seen:
                yield self._node(node)
            if many:
                self._seen.add(node)

    def edges(self) -> Iterator[tuple[str, str, Values]]:
        """Yield each statement between things: both IRIs, and relation and modality."""
        for quad in self._reader.relations():
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                self._beyond.update(end for end in (subject, value) if not self._reader.is_described(end))
                modality = "fact" if quad.graph_name == DEFAULT else "prospect"
                yield subject.value, value.value, (local(quad.predicate.value), modality)

    def others(self) -> Iterator[tuple[str, Values]]:
        """Yield, after the edges, their ends that are described elsewhere, such as facts' of prospects."""
        for node in sorted(self._beyond - self._seen, key=str):
            yield self._node(node)

    def _node(self, node: ox.NamedNode) -> tuple[str, Values]:
        return node.value, (self._reader.name(node) or local(node.value), self._reader.kind(node))


class _Writer:
    """Writes lines of XML as they come, many at once."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._lines: list[str] = []

    def put(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) > _AT_ONCE:
            self.end()

    def end(self) -> None:
        self._out.write("".join(f"{line}\n" for line in self._lines).encode())
        self._lines.clear()


def _write(
    network: Network, out: BinaryIO, parts: tuple[str, str, str], node: Callable[..., str], edge: Callable[..., str]
) -> None:  # fmt: skip
    """Write head, nodes, what stands between them and edges, edges, and end; edges are put aside until all nodes are known."""
    head, between, end = parts
    with SpooledTemporaryFile(_ASIDE) as aside:
        xml, later = _Writer(out), _Writer(aside)
        xml.put(head)
        for iri, values in network.things():
            xml.put(node(iri, values))
        for number, (source, target, values) in enumerate(network.edges()):
            later.put(edge(number, source, target, values))
        for iri, values in network.others():
            xml.put(node(iri, values))
        if between:
            xml.put(between)
        for writer in (later, xml):
            writer.end()
        aside.seek(0)
        copyfileobj(aside, out, _BLOCK)
        xml.put(end)
        xml.end()


def _said(text: str) -> str:
    """Return a text as the value of an attribute, or between tags."""
    return clean(text).translate(_ESCAPES) if _AWKWARD.search(text) else text


def write_graphml(part: Part, out: BinaryIO) -> None:
    """Write a part as GraphML."""
    head = [_XML, f'<graphml xmlns="{_GRAPHML}">']
    for name in (*_NODE, *_EDGE):
        about = "node" if name in _NODE else "edge"
        head.append(f'<key id="{name}" for="{about}" attr.name="{name}" attr.type="string"/>')
    head.append('<graph edgedefault="directed">')

    def node(iri: str, values: Values) -> str:
        return f'<node id="{_said(iri)}">{_data(_NODE, values)}</node>'

    def edge(number: int, source: str, target: str, values: Values) -> str:
        ends = f'source="{_said(source)}" target="{_said(target)}"'
        return f'<edge id="e{number}" {ends}>{_data(_EDGE, values)}</edge>'

    _write(Network(part), out, ("\n".join(head), "", "</graph>\n</graphml>"), node, edge)


def _data(names: Values, values: Values) -> str:
    return "".join(f'<data key="{n}">{_said(v)}</data>' for n, v in zip(names, values, strict=True))


def write_gexf(part: Part, out: BinaryIO) -> None:
    """Write a part as GEXF 1.2."""
    head = [_XML, f'<gexf xmlns="{_GEXF}" version="1.2">', '<graph defaultedgetype="directed" mode="static">']
    for about, names in (("node", ("type",)), ("edge", _EDGE)):
        said = "".join(f'<attribute id="{name}" title="{name}" type="string"/>' for name in names)
        head.append(f'<attributes class="{about}">{said}</attributes>')
    head.append("<nodes>")

    def node(iri: str, values: Values) -> str:
        label, kind = values
        return f'<node id="{_said(iri)}" label="{_said(label)}">{_values(("type",), (kind,))}</node>'

    def edge(number: int, source: str, target: str, values: Values) -> str:
        ends = f'source="{_said(source)}" target="{_said(target)}" label="{_said(values[0])}"'
        return f'<edge id="e{number}" {ends}>{_values(_EDGE, values)}</edge>'

    parts = ("\n".join(head), "</nodes>\n<edges>", "</edges>\n</graph>\n</gexf>")
    _write(Network(part), out, parts, node, edge)


def _values(names: Values, values: Values) -> str:
    each = (f'<attvalue for="{n}" value="{_said(v)}"/>' for n, v in zip(names, values, strict=True))
    return f"<attvalues>{''.join(each)}</attvalues>"
