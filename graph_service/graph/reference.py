"""What the bundled tables of `data/reference/` say: industry chains and their segments, in a graph of their own.

No document says it, so it is neither fact nor prospect. Rules derive from it and from claims which segment a company
works in (`derivation`), and queries follow it from segment to segment.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from graph_service import identity
from graph_service.errors import RuleError
from graph_service.graph.mapping import PREF_LABEL
from graph_service.graph.terms import TYPE, zg, zh
from graph_service.reading.claims import Entity
from graph_service.resources import resource
from graph_service.vocabulary import DCT

POSITIONS = ("upstream", "midstream", "downstream")
"""Where a segment can stand, as the tables have it and in order."""
_SOURCE = ox.NamedNode(DCT + "source")
_CURE = "Write it like the other chains of the file."

_Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


@lru_cache(maxsize=4)
def quads(base: str, folder: Path | None = None) -> tuple[ox.Quad, ...]:
    """Return the tables of a folder, by default the bundled ones, as quads of the graph of reference, sorted.

    Args:
        base: the IRI that data IRIs start with.
        folder: where the tables are.

    Raises:
        RuleError: a table has a fault.
    """
    graph = ox.NamedNode(identity.reference_graph(base))
    found = {
        ox.Quad(*triple, graph)
        for path in sorted((folder or resource("data", "reference")).glob("*.yaml"))
        for triple in _table(path, base)
    }
    return tuple(sorted(found, key=str))


def _table(path: Path, base: str) -> list[_Triple]:
    """Return what a table says."""
    positions: dict[str, str] = {}
    found: list[_Triple] = []
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
        for chain in said["chains"]:
            _check(path, chain, positions)
            found += _chain(chain, said["sources"][chain["source"]], base)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"{path}: the table does not say what it must: {error}", _CURE) from error
    return found


def _check(path: Path, chain: Mapping[str, Any], positions: dict[str, str]) -> None:
    """Refuse a chain that feeds what it does not have, or puts a segment elsewhere than another chain does."""
    segments = {name: said for position in POSITIONS for name, said in chain[position].items()}
    for position in POSITIONS:
        for name in chain[position]:
            if positions.setdefault(name, position) != position:
                raise RuleError(f"{path}: {name} stands {position} and {positions[name]}", _CURE)
    for name, said in segments.items():
        unknown = sorted(set(_listed(said, "feeds")) - set(segments))
        if unknown:
            raise RuleError(f"{path}: {name} feeds {', '.join(unknown)}, which {chain['name']} lacks", _CURE)


def _listed(said: Mapping[str, Any], key: str) -> list[str]:
    words = said.get(key, [])
    if not isinstance(words, list):
        raise TypeError(f"{key} is no list: {words}")
    return words


def _chain(chain: Mapping[str, Any], source: Mapping[str, str], base: str) -> Iterator[_Triple]:
    node = _node(chain["name"], "IndustryChain", base)
    yield from _described(node, "IndustryChain", chain["name"], chain["en"])
    yield from ((node, _SOURCE, ox.Literal(words, language=tongue)) for tongue, words in source.items())
    for name in _listed(chain, "industries"):
        industry = _node(name, "Industry", base)
        yield industry, TYPE, zg("Industry")
        yield industry, PREF_LABEL, zh(name)
        yield node, zg("chainOf"), industry
    for position in POSITIONS:
        for name, said in chain[position].items():
            yield node, zg("hasSegment"), _node(name, "ChainSegment", base)
            yield from _segment(name, said, position, base)


def _segment(name: str, said: Mapping[str, Any], position: str, base: str) -> Iterator[_Triple]:
    node = _node(name, "ChainSegment", base)
    yield from _described(node, "ChainSegment", name, said["en"])
    yield node, zg("chainPosition"), zg(position.capitalize())
    yield from ((node, zg("productWord"), zh(word)) for word in _listed(said, "makes"))
    yield from (
        (node, zg("feedsInto"), _node(other, "ChainSegment", base)) for other in _listed(said, "feeds")
    )


def _described(node: ox.NamedNode, kind: str, chinese: str, english: str) -> Iterator[_Triple]:
    yield node, TYPE, zg(kind)
    yield node, PREF_LABEL, zh(chinese)
    yield node, PREF_LABEL, ox.Literal(english, language="en")


def _node(name: str, kind: str, base: str) -> ox.NamedNode:
    """Return the node that a document's mention of this name and kind has too."""
    return ox.NamedNode(Entity(name, kind).iri(base))
