"""What follows from a document: triples that the rules of `ontology/rules/` make of its claims.

A rule is run on the document alone, so what it derives depends on nothing else in the store. Each derived
triple has a record in the graph of derivations: its rule and the claims it rests on.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import RuleError
from graph_service.graph import reference
from graph_service.graph.answers import Value
from graph_service.graph.changes import Holding, alone, contribution
from graph_service.graph.headers import Titled, read_folder
from graph_service.graph.mapping import DERIVED_FROM, Mapped
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, TYPE, zg
from graph_service.resources import resource

Made = dict[tuple[Value, Value, Value], set[Value]]

_WEAKEST_FIRST = ("Possible", "Target", "Planned", "Actual")
_GRAPHS = {"facts": True, "prospects": False}


def rules(folder: Path | None = None) -> Sequence[Titled]:
    """Return the rules of a folder, by default the bundled ones.

    Raises:
        RuleError: a rule has no name, or its graph is neither `facts` nor `prospects`.
    """
    where = folder or resource("ontology", "rules")
    found = read_folder(where, ("name", "graph"))
    for rule in found:
        if rule.header["graph"] not in _GRAPHS:
            raise RuleError(
                f"{where}: rule {rule.header['name']} derives into {rule.header['graph']!r}",
                "Write `#+ graph: facts` or `#+ graph: prospects`.",
            )
    return found


def derive(mapped: Mapped, single: Snapshot, folder: Path | None = None) -> list[ox.Quad]:
    """Return the records of what the rules derive from a document, sorted; for the graph of derivations.

    Args:
        mapped: the document.
        single: the document alone: its graph, and what it makes of facts and prospects.
        folder: where the rules are; by default the bundled ones.
    """
    graph = ox.NamedNode(identity.document_graph(mapped.base, mapped.document))
    modalities = {str(q.subject): q.object for q in mapped.quads if q.predicate == zg("modality")}
    records: set[ox.Quad] = set()
    for rule in rules(folder):
        made: Made = {}
        for row in single.query(rule.sparql, bindings={"document": graph}).rows():
            subject, predicate, value, claim = (row[k] for k in ("subject", "predicate", "object", "claim"))
            if subject and predicate and value and claim:
                made.setdefault((subject, predicate, value), set()).add(claim)
        for triple, claims in made.items():
            names = {str(modalities.get(str(claim))).rpartition("#")[2].rstrip(">") for claim in claims}
            records.update(_record(mapped, rule, triple, claims, names))
    return sorted(records, key=str)


def holding(mapped: Mapped) -> Holding:
    """Return what a store holds of a document: its quads, and the records of what follows from it."""
    here = contribution(mapped.quads)
    known = (*mapped.quads, *alone(here, mapped.base), *reference.quads(mapped.base))
    records = derive(mapped, Snapshot.of(known, mapped.base))
    return Holding(frozenset(mapped.quads), frozenset(records))


def _record(
    mapped: Mapped, rule: Titled, triple: tuple[Value, Value, Value], claims: set[Value], modalities: set[str]
) -> Iterator[ox.Quad]:
    name = rule.header["name"]
    key = (mapped.document, name, *(str(term) for term in triple))
    node = ox.NamedNode(identity.node_iri(mapped.base, "Derivation", *key))
    weakest = next((m for m in _WEAKEST_FIRST if m in modalities), "Planned")
    graph = ox.NamedNode(identity.derived_graph(mapped.base))
    fields = [
        (TYPE, zg("Derivation")),
        *zip((SUBJECT, PREDICATE, OBJECT), triple, strict=True),
        (zg("rule"), ox.Literal(name)),
        (zg("modality"), zg("Actual" if _GRAPHS[rule.header["graph"]] else weakest)),
        *((DERIVED_FROM, claim) for claim in claims),
    ]
    return (ox.Quad(node, predicate, value, graph) for predicate, value in fields)
