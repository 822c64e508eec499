"""What a graph holds, counted: triples, subjects, objects, classes and properties of each dataset."""

from collections import Counter
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import PREFIXES

Census = dict[str, Any]
CENSUS = "census"
"""What the file of it is called."""

_HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
_CLASSES = "SELECT ?key (COUNT(DISTINCT ?s) AS ?n) { ?s a ?key } GROUP BY ?key"
_PROPERTIES = "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key"
_GRAPHS = "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key"
_EXAMPLE = "SELECT (MIN(?s) AS ?key) (COUNT(*) AS ?n) { ?s a zg:Company ; skos:prefLabel ?name }"


def count(snapshot: Snapshot) -> Census:
    """Return the figures of a snapshot.

    Returns:
        `facts` and `prospects`, each with `triples`, `subjects`, `objects`, `classes` (things by IRI) and
        `properties` (triples by IRI); `evidence` with `triples` and `documents`; `quads` of everything; `example`,
        the IRI of some thing, or null.
    """
    prospects = identity.prospects_graph(snapshot.base)
    graphs = _counted(snapshot, _GRAPHS, None)
    evidence = sum(graphs.values()) - graphs.get(prospects, 0)
    facts = _figures(snapshot, None)
    documents = identity.document_graph(snapshot.base, "")
    return {
        "facts": facts,
        "prospects": _figures(snapshot, prospects),
        "evidence": {
            "triples": evidence,
            "documents": sum(name.startswith(documents) for name in graphs),
        },
        "quads": facts["triples"] + sum(graphs.values()),
        "example": next(iter(_counted(snapshot, _EXAMPLE, None)), None),
    }


def _figures(snapshot: Snapshot, graph: str | None) -> Census:
    """Return the figures of one graph; None is the default graph."""
    properties = _counted(snapshot, _PROPERTIES, graph)
    return {
        "triples": sum(properties.values()),
        "subjects": sum(_counted(snapshot, _SUBJECTS, graph).values()),
        "objects": sum(_counted(snapshot, _OBJECTS, graph).values()),
        "classes": _counted(snapshot, _CLASSES, graph),
        "properties": properties,
    }


def _counted(snapshot: Snapshot, query: str, graph: str | None) -> dict[str, int]:
    """Return numbers by IRI, sorted; a number without one is that of the empty name."""
    answer = snapshot.query(_HEAD + query, default_graphs=[graph] if graph else None)
    found: Counter[str] = Counter()
    for row in answer.rows():
        key, number = row.get("key"), row["n"]
        if isinstance(number, ox.Literal) and (key is not None or "key" not in row):
            found[str(getattr(key, "value", ""))] = int(number.value)
    return dict(sorted(found.items()))
