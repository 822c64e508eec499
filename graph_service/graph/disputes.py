"""Statements that contradict each other: which relations hold one way only, or with one thing only, and who says otherwise.

A relation that holds one way (a park is part of a zone, not the zone of the park) is disputed where it is stated both ways. One that a
thing has with one other only (a firm came from one place) is disputed where different documents name different things, none of
which lies in the other, and no document names both: a text that names two tells of two moves.
"""

from collections import deque
from collections.abc import Iterable
from itertools import islice

import pyoxigraph as ox

from graph_service.graph.store import Snapshot
from graph_service.graph.terms import DEFAULT, OBJECT, PREDICATE, SUBJECT, zg

ONE_WAY = frozenset({"partOf", "locatedIn", "mergedInto", "acquiredControlOf", "feedsInto"})
ONE_ONLY = frozenset({"relocatedFrom", "mergedInto", "renamedTo"})
_UP = (zg("partOf"), zg("locatedIn"))
_WAY_UP, _RIVALS, _CLAIMS = 12, 8, 300
"""Places that are looked at above one, other objects of a statement, and claims about a thing that are read."""
Key = tuple[str, str, str]
"""Subject, relation (its IRI) and object of a statement."""


def disputed(snapshot: Snapshot, keys: Iterable[Key]) -> set[Key]:
    """Return those of some facts that other documents contradict."""
    return {key for key in keys if _reversed(snapshot, key) or _rivalled(snapshot, key)}


def _reversed(snapshot: Snapshot, key: Key) -> bool:
    subject, relation, value = (ox.NamedNode(iri) for iri in key)
    if subject == value or relation not in {zg(name) for name in ONE_WAY}:
        return False
    return any(True for _ in snapshot.quads(value, relation, subject, DEFAULT))


def _rivalled(snapshot: Snapshot, key: Key) -> bool:
    subject, relation, value = (ox.NamedNode(iri) for iri in key)
    if relation not in {zg(name) for name in ONE_ONLY}:
        return False
    objects = (q.object for q in islice(snapshot.quads(subject, relation, None, DEFAULT), _RIVALS))
    rivals = [o for o in objects if isinstance(o, ox.NamedNode) and o != value]
    apart = [o for o in rivals if not _within(snapshot, value, o) and not _within(snapshot, o, value)]
    if not apart:
        return False
    says = _documents(snapshot, subject, relation)
    here = says.get(value, set())
    return any(here and there and not here & there for there in (says.get(o, set()) for o in apart))


def _documents(
    snapshot: Snapshot, subject: ox.NamedNode, relation: ox.NamedNode
) -> dict[ox.NamedNode, set[str]]:
    """Return which documents' graphs claim a relation of a thing, by what it is to."""
    found: dict[ox.NamedNode, set[str]] = {}
    for claim in islice(snapshot.quads(None, SUBJECT, subject, None), _CLAIMS):
        node, graph = claim.subject, claim.graph_name
        if any(True for _ in snapshot.quads(node, PREDICATE, relation, graph)):
            for quad in snapshot.quads(node, OBJECT, None, graph):
                if isinstance(quad.object, ox.NamedNode):
                    found.setdefault(quad.object, set()).add(str(graph))
    return found


def _within(snapshot: Snapshot, place: ox.NamedNode, other: ox.NamedNode) -> bool:
    """Tell whether a place lies in another, as far as the graph says."""
    seen, todo = {place}, deque([place])
    while todo and len(seen) <= _WAY_UP:
        here = todo.popleft()
        above = [q.object for way in _UP for q in snapshot.quads(here, way, None, DEFAULT)]
        fresh = [o for o in above if isinstance(o, ox.NamedNode) and o not in seen]
        if other in fresh:
            return True
        seen.update(fresh)
        todo.extend(fresh)
    return False
