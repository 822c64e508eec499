"""A part of the graph as tables: entities, relations, figures, evidence; one as CSV, all four as a ZIP with CSVW.

The tables are written as they are read. `csv-metadata.json` (Metadata Vocabulary for Tabular Data, section 5) says
what each column holds.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.annotations import claims
from graph_service.graph.changes import DESCRIPTIVE, Graph
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.parts import Part, is_entity
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, TYPE, zg
from graph_service.vocabulary import RDFS, ZG, local, vocabulary

Row = tuple[str, ...]
_KEPT = 262_144
_BOM = "\ufeff"
"""Without it spreadsheets take the Chinese of a CSV for something else."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive: equal graphs give equal bytes."""
_FIGURE = ("value", "modifier", "min", "max", "unit", "sourceText")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "entities": ("iri", "name", "otherNames", "type", "modality"),
    "relations": (
        "subject", "subjectName", "subjectType", "relation", "object", "objectName", "objectType", "modality",
    ),
    "figures": (
        "entity", "entityName", "indicator", "value", "bound", "min", "max", "unit", "earliest", "latest", "text",
        "modality",
    ),
    "evidence": (
        "claim", "subject", "predicate", "object", "modality", "status", "speaker", "rule", "document", "start",
        "end", "sentence",
    ),
}  # fmt: skip
"""Tables by name, with their columns."""

_IRIS = frozenset({"iri", "subject", "object", "entity", "claim", "predicate", "document"})
NUMBERS = {"value": "decimal", "min": "decimal", "max": "decimal", "start": "integer", "end": "integer"}
"""Columns that hold numbers, with their datatypes."""


class Reader:
    """Looks up names and kinds in a part; keeps those it looked up last."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.view = part.view or part.snapshot
        self.name = lru_cache(maxsize=_KEPT)(self._name)
        self.kind = lru_cache(maxsize=_KEPT)(self._kind)
        self.is_entity = lru_cache(maxsize=_KEPT)(lambda node: is_entity(self.view, node))

        self.is_described = lru_cache(maxsize=_KEPT)(self._is_described)

    def _is_described(self, node: ox.NamedNode) -> bool:
        """Tell whether the plain graphs say what a node is."""
        kinds = (next(self.view.quads(node, TYPE, None, graph), None) for graph in self.part.plain)
        return any(kind is not None for kind in kinds)

    def _name(self, node: ox.NamedNode) -> str:
        for predicate in (PREF_LABEL, ox.NamedNode(RDFS + "label"), zg("sourceText")):
            if found := sorted(_values(self.view, node, predicate)):
                return found[0]
        return ""

    def _kind(self, node: ox.NamedNode) -> str:
        kinds = (local(kind) for kind in _values(self.view, node, TYPE))
        return min((kind for kind in kinds if vocabulary().is_a(kind, "Entity")), default="")

    def entities(self) -> Iterator[tuple[ox.NamedNode, Graph]]:
        """Yield the things that the plain graphs describe, each once a graph, by kind."""
        for graph in self.part.plain:
            for kind in sorted(vocabulary().below("Entity")):
                for quad in self.view.quads(None, TYPE, zg(kind), graph):
                    if isinstance(quad.subject, ox.NamedNode) and self.kind(quad.subject) == kind:
                        yield quad.subject, graph

    def relations(self) -> Iterator[ox.Quad]:
        """Yield plain statements of a thing about another thing, or that say something of it in words."""
        for graph in self.part.plain:
            for quad in self.view.quads(None, None, None, graph):
                if self._relates(quad):
                    yield quad

    def _relates(self, quad: ox.Quad) -> bool:
        if quad.predicate in DESCRIPTIVE or not quad.predicate.value.startswith(ZG):
            return False
        if not isinstance(quad.subject, ox.NamedNode) or not self.is_entity(quad.subject):
            return False
        return not isinstance(quad.object, ox.NamedNode) or self.is_entity(quad.object)


def _values(snapshot: Snapshot, node: ox.NamedNode, predicate: ox.NamedNode) -> set[str]:
    found = (quad.object for quad in snapshot.quads(node, predicate, None, None))
    return {term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal)}


# ---- The tables ----------------------------------------------------------------------------------


def entities(reader: Reader) -> Iterator[Row]:
    """Yield the things of a part: IRI, name, other names, kind, and whether they are planned."""
    for node, graph in reader.entities():
        others = "|".join(sorted(_values(reader.view, node, ALT_LABEL)))
        kind = reader.kind(node)
        yield node.value, reader.name(node), others, kind, _modality(reader.view, node, graph)


def relations(reader: Reader) -> Iterator[Row]:
    """Yield the statements of a part whose ends are things, or words."""
    for quad in reader.relations():
        subject, value = quad.subject, quad.object
        assert isinstance(subject, ox.NamedNode)
        if isinstance(value, ox.NamedNode):
            end = (value.value, reader.name(value), reader.kind(value))
        else:
            end = ("", str(getattr(value, "value", value)), "")
        about = (subject.value, reader.name(subject), reader.kind(subject))
        yield *about, local(quad.predicate.value), *end, _modality(reader.view, subject, quad.graph_name)


def figures(reader: Reader) -> Iterator[Row]:
    """Yield the figures of a part: of what, which indicator, the quantity with its bounds, the time, the words."""
    for graph in reader.part.plain:
        for quad in reader.view.quads(None, TYPE, zg("Observation"), graph):
            if isinstance(quad.subject, ox.NamedNode):
                yield _figure(reader, quad.subject, graph)


def _figure(reader: Reader, node: ox.NamedNode, graph: Graph) -> Row:
    def one(about: ox.NamedNode | None, name: str) -> str:
        return min(_values(reader.view, about, zg(name)), default="") if about else ""

    def end(name: str) -> ox.NamedNode | None:
        ends = (quad.object for quad in reader.view.quads(node, zg(name), None, graph))
        return min((e for e in ends if isinstance(e, ox.NamedNode)), key=str, default=None)

    entity, quantity = end("ofEntity"), end("quantity")
    value, modifier, least, most, unit, text = (one(quantity, name) for name in _FIGURE)
    time = (one(node, "earliest"), one(node, "latest"))
    whose = (entity.value, reader.name(entity)) if entity else ("", "")
    bounds = (value, local(modifier), least, most, local(unit))
    return (
        *whose, local(one(node, "indicator")), *bounds, *time, text, _modality(reader.view, node, graph),
    )  # fmt: skip


def evidence(reader: Reader) -> Iterator[Row]:
    """Yield the claims of a part, one row for each sentence that is evidence; words of the sentence last."""
    for claim in claims(reader.part):
        ends = [str(getattr(end, "value", end)) for end in claim.triple]
        told = [claim.value(zg(name)) for name in ("status", "speaker", "rule")]
        for iri in claim.values(zg("evidence")) or [""]:
            places = [""] * 4
            if iri:
                node = ox.NamedNode(iri)
                names = ("document", "start", "end", "text")
                places = [min(_values(reader.part.snapshot, node, zg(n)), default="") for n in names]
            yield claim.node.value, *ends, claim.modality, *told, *places


def _modality(snapshot: Snapshot, node: ox.NamedNode, graph: Graph) -> str:
    """Return `Actual` for what is a fact, else what kind of prospect it is; `Prospect` where the node does not say."""
    if graph == DEFAULT:
        return "Actual"
    prospects = ox.NamedNode(identity.prospects_graph(snapshot.base))
    said = (quad.object for quad in snapshot.quads(node, zg("modality"), None, prospects))
    return min((local(term.value) for term in said if isinstance(term, ox.NamedNode)), default="Prospect")


TABLES: Mapping[str, Callable[[Reader], Iterator[Row]]] = {
    "entities": entities, "relations": relations, "figures": figures, "evidence": evidence,
}  # fmt: skip
"""What gives the rows of each table."""


# ---- Files ---------------------------------------------------------------------------------------


def write_table(part: Part, name: str, out: BinaryIO) -> None:
    """Write one table as CSV (RFC 4180) in UTF-8 with a byte order mark."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    text.write(_BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS[name])
    writer.writerows(TABLES[name](Reader(part)))
    text.flush()
    text.detach()


def write_archive(part: Part, out: BinaryIO) -> None:
    """Write all tables, and what their columns mean, as a ZIP."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in TABLES:
            with archive.open(entry(f"{name}.csv"), "w", force_zip64=True) as file:
                write_table(part, name, file)  # type: ignore[arg-type]  # it writes bytes, no more is asked
        with archive.open(entry("csv-metadata.json"), "w") as file:
            file.write(json.dumps(metadata(), ensure_ascii=False, indent=1).encode() + b"\n")


def entry(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """Return an entry of an archive, which has the same date as every other."""
    found = zipfile.ZipInfo(name, _EPOCH)
    found.compress_type = packing
    found.external_attr = 0o644 << 16
    return found


def metadata() -> dict[str, object]:
    """Return the CSVW description of the tables: their files, columns and datatypes."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [
            {"url": f"{name}.csv", "tableSchema": {"columns": [_column(c) for c in columns]}}
            for name, columns in COLUMNS.items()
        ],
    }


def _column(name: str) -> dict[str, object]:
    kind: object = "anyURI" if name in _IRIS - {"object"} else NUMBERS.get(name, "string")
    column: dict[str, object] = {"name": name, "titles": name, "datatype": kind}
    if name == "otherNames":
        column["separator"] = "|"
    return column
