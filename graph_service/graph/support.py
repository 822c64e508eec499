"""How many sentences stand behind a statement: those that accepted claims of just that have as evidence.

The claims of a thing are read once where they are few. Those of a hub are not: they are looked for from the other end.
"""

from collections import defaultdict
from itertools import islice

import pyoxigraph as ox

from graph_service.graph.changes import AnyTerm
from graph_service.graph.store import Snapshot
from graph_service.graph.terms import OBJECT, PREDICATE, SUBJECT, zg

_FEW = 100
"""Claims that are looked through from one end; where both ends have more, nothing is counted."""
_EVIDENCE, _STATUS, _ACCEPTED = zg("evidence"), zg("status"), ox.Literal("accepted")
_Ends = tuple[AnyTerm, AnyTerm, AnyTerm]


class Support:
    """Counts the sentences behind statements about one thing.

    Args:
        snapshot: the state of the graph.
        node: the thing.
    """

    def __init__(self, snapshot: Snapshot, node: ox.NamedNode) -> None:
        self._snapshot = snapshot
        self._node = node
        self._known: dict[bool, dict[_Ends, set[AnyTerm]] | None] = {}

    def sentences(self, triple: ox.Triple) -> int | None:
        """Return how many sentences say this; None where it would take too long to count them."""
        ends = (triple.subject, triple.predicate, triple.object)
        for is_subject, end in ((True, triple.subject), (False, triple.object)):
            if end == self._node and (known := self._own(is_subject)) is not None:
                return len(known.get(ends, ()))
        for place, end in ((SUBJECT, triple.subject), (OBJECT, triple.object)):
            if end != self._node and (claims := self._claims(place, end)) is not None:
                return len({e for claim in claims if self._says(claim, ends) for e in self._evidence(claim)})
        return None

    def _own(self, is_subject: bool) -> dict[_Ends, set[AnyTerm]] | None:
        """Return the evidence for each statement with the thing at one end; None where these are many."""
        if is_subject not in self._known:
            claims = self._claims(SUBJECT if is_subject else OBJECT, self._node)
            self._known[is_subject] = None if claims is None else self._gathered(claims)
        return self._known[is_subject]

    def _gathered(self, claims: list[ox.Quad]) -> dict[_Ends, set[AnyTerm]]:
        found: dict[_Ends, set[AnyTerm]] = defaultdict(set)
        for claim in (claim for claim in claims if self._has(claim, _STATUS, _ACCEPTED)):
            said = {place: self._one(claim, place) for place in (SUBJECT, PREDICATE, OBJECT)}
            said[claim.predicate] = claim.object
            subject, predicate, value = said.values()
            if subject is not None and predicate is not None and value is not None:
                found[subject, predicate, value].update(self._evidence(claim))
        return found

    def _claims(self, place: ox.NamedNode, end: AnyTerm) -> list[ox.Quad] | None:
        """Return what says that claims have a term at one place; None where it is said often."""
        quads = list(islice(self._snapshot.quads(None, place, end, None), _FEW + 1))
        return quads if len(quads) <= _FEW else None

    def _says(self, claim: ox.Quad, ends: _Ends) -> bool:
        """Tell whether an accepted claim states a triple; what most claims differ in is looked at first."""
        subject, predicate, value = ends
        parts = ((SUBJECT, subject), (OBJECT, value), (PREDICATE, predicate), (_STATUS, _ACCEPTED))
        return all(part == claim.predicate or self._has(claim, part, end) for part, end in parts)

    def _has(self, claim: ox.Quad, predicate: ox.NamedNode, value: AnyTerm) -> bool:
        return next(self._snapshot.quads(claim.subject, predicate, value, claim.graph_name), None) is not None

    def _one(self, claim: ox.Quad, predicate: ox.NamedNode) -> AnyTerm | None:
        quad = next(self._snapshot.quads(claim.subject, predicate, None, claim.graph_name), None)
        return None if quad is None else quad.object

    def _evidence(self, claim: ox.Quad) -> list[AnyTerm]:
        quads = self._snapshot.quads(claim.subject, _EVIDENCE, None, claim.graph_name)
        return [quad.object for quad in quads]
