"""Whether a store keeps its promises: shapes in SHACL, and one query for each quality gate.

A gate is a file in `queries/checks/`: its header names it, its level, the problem and the solution; it
selects `?entity` and may select `?detail`. `?prospects` and `?derived` are bound to the graphs so named.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from graph_service import identity
from graph_service.errors import QueryError, RuleError, UsageError
from graph_service.graph.changes import DESCRIPTIVE
from graph_service.graph.headers import Titled, read_folder
from graph_service.graph.sparql import insert
from graph_service.graph.store import MergedStore, Snapshot
from graph_service.graph.terms import TYPE, zg
from graph_service.resources import resource
from graph_service.vocabulary import SCHEMA, ZG, local, vocabulary

Level = Literal["error", "warning"]

_LEVELS: dict[str, Level] = {"error": "error", "warning": "warning"}
_REQUIRED = ("name", "level", "problem-zh", "problem-en", "solution-zh", "solution-en")
_CURE = rdflib.URIRef(ZG + "cure")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        level: `error`, or `warning` where the graph is sound but someone should look.
        rule: name of the gate or of the shape.
        entity: IRI of the node that breaks it.
        message: what is wrong, in Chinese and English, and the value that shows it.
        cure: what to do, in Chinese and English.
    """

    level: Level
    rule: str
    entity: str
    message: str
    cure: str


def check(snapshot: Snapshot) -> list[Finding]:
    """Return all that is wrong with a snapshot, errors first, sorted.

    Raises:
        UsageError: the extra `check` is not installed.
        RuleError: a gate's file has a fault.
    """
    return sorted({*gates(snapshot), *slices(snapshot), *shapes(snapshot)})


# ---- Gates --------------------------------------------------------------------------------------


def gates(snapshot: Snapshot, folder: Path | None = None) -> Iterator[Finding]:
    """Yield what the queries of a folder find, by default the bundled ones.

    Raises:
        RuleError: a header lacks a key, or its level is neither `error` nor `warning`.
    """
    graphs = {
        "prospects": ox.NamedNode(identity.prospects_graph(snapshot.base)),
        "derived": ox.NamedNode(identity.derived_graph(snapshot.base)),
    }
    for gate in read_folder(folder or resource("queries", "checks"), _REQUIRED):
        level = _level(gate)
        said = gate.header
        for row in snapshot.query(gate.sparql, bindings=graphs).rows():
            entity, detail = row["entity"], row.get("detail")
            yield Finding(
                level,
                said["name"],
                _plain(entity),
                _both(said["problem-zh"], said["problem-en"], _plain(detail)),
                _both(said["solution-zh"], said["solution-en"]),
            )


def _level(gate: Titled) -> Level:
    level = gate.header["level"]
    if level in _LEVELS:
        return _LEVELS[level]
    raise RuleError(f"Check {gate.header['name']} has the level {level!r}", "Write `error` or `warning`.")


def _plain(term: object) -> str:
    return getattr(term, "value", "") if term is not None else ""


def _both(zh: str, en: str, detail: str = "") -> str:
    return f"{zh} / {en}" + (f" [{detail}]" if detail else "")


def slices(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the sentences whose words are not those of their document at their offsets."""
    for document in snapshot.documents():
        graph = ox.NamedNode(identity.document_graph(snapshot.base, document))
        node = ox.NamedNode(identity.document_iri(snapshot.base, document))
        whole = next(
            (_plain(q.object) for q in snapshot.quads(node, ox.NamedNode(SCHEMA + "text"), None, graph)), ""
        )
        for sentence in snapshot.quads(None, zg("text"), None, graph):
            at = {
                name: int(_plain(q.object))
                for name in ("start", "end")
                for q in snapshot.quads(sentence.subject, zg(name), None, graph)
            }
            if whole[at.get("start", 0) : at.get("end", 0)] != _plain(sentence.object):
                yield Finding(
                    "error",
                    "sentence-slice",
                    _plain(sentence.subject),
                    _both(
                        "句子与文献在该处的原文不同。",
                        "A sentence differs from the document's words there.",
                        str(at),
                    ),
                    _both("重新摄取该文献。", "Ingest the document anew."),
                )


# ---- Shapes -------------------------------------------------------------------------------------


def shapes(snapshot: Snapshot, folder: Path | None = None) -> Iterator[Finding]:
    """Yield what breaks the SHACL shapes of a folder, by default the bundled ones.

    Raises:
        UsageError: the extra `check` is not installed.
        RuleError: a shape's query does not parse.
    """
    rules = _shapes(folder or resource("ontology", "shapes"))
    data = _facts_and_claims(snapshot)
    yield from _core(data, rules)
    yield from _queries(Snapshot("check", snapshot.base, data), rules)


@lru_cache(maxsize=4)
def _shapes(folder: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted(folder.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def _facts_and_claims(snapshot: Snapshot) -> MergedStore:
    """Return the data for SHACL as one graph, with the ontology for the kinds of kinds.

    A document's graph repeats the descriptions of its nodes, which facts and prospects hold once and settled
    between documents: the repetitions stay out.
    """
    documents = identity.document_graph(snapshot.base, "")
    repeated = DESCRIPTIVE - {TYPE, zg("modality")}

    def keep(quad: ox.Quad) -> bool:
        graph = quad.graph_name
        inside = isinstance(graph, ox.NamedNode) and graph.value.startswith(documents)
        return not (inside and quad.predicate in repeated)

    schemes: Sequence[Path] = sorted(resource("ontology", "schemes").glob("*.ttl"))
    return snapshot.merged(keep, resource("ontology", "zonegraph.ttl"), *schemes)


def _core(data: MergedStore, rules: rdflib.Graph) -> Iterator[Finding]:
    """Yield what pySHACL finds by all constraints but those in SPARQL."""
    try:
        import pyshacl
        from pyshacl.graph_abstraction import OxigraphDataGraph
    except ImportError as error:
        raise UsageError(
            "Checking shapes needs pySHACL, which is not installed",
            "Install it: pip install 'zonegraph[check]'.",
        ) from error

    class Data(OxigraphDataGraph):
        """Says at once that it is there: pySHACL asks at every failed branch, and would count all triples."""

        def __bool__(self) -> bool:
            return True

    core = rdflib.Graph()
    core += rules
    core.remove((None, SH.sparql, None))
    logging.getLogger("pyshacl-validate").setLevel(logging.ERROR)
    _, report, _ = pyshacl.validate(Data(data), shacl_graph=core)
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        shape, value = report.value(result, SH.sourceShape), report.value(result, SH.value)
        focus, message = report.value(result, SH.focusNode), _languages(report, result, SH.resultMessage)
        yield _finding(rules, shape, str(focus), "" if value is None else str(value), message)


def _queries(data: Snapshot, rules: rdflib.Graph) -> Iterator[Finding]:
    """Yield what breaks the constraints that are SPARQL queries, each asked once for all its targets.

    One by one, the engine reads all claims again for every focus node: minutes where this takes a moment.
    """
    for shape, constraint in sorted(rules.subject_objects(SH.sparql)):
        select = str(rules.value(constraint, SH.select))
        for targets in _targets(rules, shape):
            try:
                rows = data.query(_prologue(rules, constraint) + insert(select, targets)).rows()
            except QueryError as error:
                raise RuleError(f"Shape {shape}: {error.detail}", error.cure) from error
            for entity, value in sorted({(_plain(row["this"]), _plain(row.get("value"))) for row in rows}):
                yield _finding(rules, shape, entity, value)


def _targets(rules: rdflib.Graph, shape: rdflib.term.Node) -> Iterator[str]:
    """Yield patterns that bind ?this to the focus nodes of a shape."""
    classes = {local(str(kind)) for kind in rules.objects(shape, SH.targetClass)}
    if classes:
        kinds = sorted({kind for name in classes for kind in (name, *vocabulary().below(name))})
        yield f"VALUES ?targetKind {{ {' '.join(str(zg(kind)) for kind in kinds)} }} ?this a ?targetKind ."
    for property_ in rules.objects(shape, SH.targetSubjectsOf):
        yield f"?this <{property_}> ?targetValue ."


def _prologue(rules: rdflib.Graph, constraint: rdflib.term.Node) -> str:
    declared = (d for p in rules.objects(constraint, SH.prefixes) for d in rules.objects(p, SH.declare))
    return "".join(f"PREFIX {rules.value(d, SH.prefix)}: <{rules.value(d, SH.namespace)}> " for d in declared)


def _finding(
    rules: rdflib.Graph, shape: rdflib.term.Node | None, entity: str, value: str, message: str = ""
) -> Finding:
    warns = rules.value(shape, SH.severity) in (SH.Warning, SH.Info)
    said = _languages(rules, shape, SH.message) or message
    return Finding(
        "warning" if warns else "error",
        local(str(shape)) if isinstance(shape, rdflib.URIRef) else "shape",
        entity,
        said + (f" [{value}]" if value else ""),
        _languages(rules, shape, _CURE),
    )


def _languages(graph: rdflib.Graph, node: rdflib.term.Node | None, said: rdflib.URIRef) -> str:
    """Return a text in Chinese and English, parted by ` / `, of what a node says of itself."""
    texts = {getattr(text, "language", None) or "": str(text) for text in graph.objects(node, said)}
    ordered = [texts.pop(language) for language in ("zh", "en") if language in texts]
    return " / ".join([*ordered, *(texts[language] for language in sorted(texts))])
