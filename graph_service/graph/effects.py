"""What a user's write changes, found while it is made, so that whoever follows the graph need not compare everything.

The patterns of an operation are asked, and what its templates give for the solutions is taken out and put in: that is
what the operation means. Operations that nobody takes apart here, or that change much, are left to the engine, which
does not tell. Nothing is wholly or not at all: where a write fails, the store is to be thrown away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from graph_service.formats import Format
from graph_service.graph.operations import Managing, Operation, Rewriting, grounded, operations

MOST = 20_000
"""Quads that a write may change for its effects to be told."""
_LONGEST = 1_000_000
"""Characters of an update that is taken apart."""
_VARIABLE = "urn:x-zonegraph:variable:"
"""What the IRIs begin with that stand for variables while the engine reads a template."""

_Solution = Mapping[str, object]
_Template = Sequence[ox.Quad]
_Graph = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Effect:
    """What one operation changed: quads that went and quads that came, none of them twice or in both."""

    removed: Sequence[ox.Quad] = ()
    added: Sequence[ox.Quad] = ()

    @property
    def size(self) -> int:
        """How many quads."""
        return len(self.removed) + len(self.added)


class _UnclearError(Exception):
    """What an operation changes is not known before the engine has made it, or is too much."""


def update(store: ox.Store, text: str, base: str) -> list[Effect] | None:
    """Run an update; return what each of its operations changed, None where that is not known.

    Raises:
        SyntaxError: it does not parse.
        RuntimeError, ValueError, OSError: the engine cannot run it.
    """
    known = operations(text) if len(text) <= _LONGEST else None
    if known is None:
        store.update(text, base_iri=base)
        return None
    with suppress(RuntimeError, ValueError, OSError):  # on nothing: only whether all of it parses
        ox.Store().update(text, base_iri=base)
    found: list[Effect] = []
    for operation in known:
        try:
            found.append(_made(store, operation, base, MOST - sum(effect.size for effect in found)))
        except _UnclearError:
            store.update(operation.prologue + text[operation.start :], base_iri=base)
            return None
    return found


def load(
    store: ox.Store, payload: bytes, format_: Format, base: str, graph: ox.NamedNode | None
) -> list[Effect] | None:
    """Add what a payload says; return what that changed, None where it is too much.

    Raises:
        SyntaxError: the payload is malformed.
        OSError: the engine cannot write.
    """
    said = ox.Store()
    said.load(payload, format_.rdf, base_iri=base, to_graph=graph)
    quads = _few(iter(said), MOST)
    if not quads:
        store.load(payload, format_.rdf, base_iri=base, to_graph=graph)
        return None if quads is None else []
    return [_exchanged(store, (), quads)]


def of_emptying(store: ox.Store, graph: _Graph) -> list[Effect] | None:
    """Return what emptying a graph is going to change, None where that is too much."""
    quads = _few(store.quads_for_pattern(None, None, None, graph), MOST)
    return None if quads is None else [Effect(quads)]


# ---- Operations ----------------------------------------------------------------------------------


def _made(store: ox.Store, operation: Operation, base: str, most: int) -> Effect:
    """Make an operation; return what it changed.

    Raises:
        _UnclearError: that is not known, or more than `most` quads; it has not been made.
    """
    if isinstance(operation, Rewriting):
        return _rewritten(store, operation, base, most)
    assert isinstance(operation, Managing)
    gone: list[ox.Quad] | None = []
    if operation.empties is not None:
        graph = _graph(operation, operation.empties, base)
        gone = _few(store.quads_for_pattern(None, None, None, graph), most)
    if gone is None:
        raise _UnclearError
    store.update(operation.prologue + operation.text, base_iri=base)
    return Effect(gone)


def _rewritten(store: ox.Store, operation: Rewriting, base: str, most: int) -> Effect:
    within = _graph(operation, operation.graph, base)
    deleted = _template(operation, operation.deleted, within, base)
    inserted = _template(operation, operation.inserted, within, base)
    gone: dict[ox.Quad, None] = {}
    come: dict[ox.Quad, None] = {}
    for solution in _solutions(store, operation, within, deleted, inserted, base, most):
        gone.update(dict.fromkeys(_filled(deleted, solution)))
        come.update(dict.fromkeys(_filled(inserted, solution)))
        if len(gone) + len(come) > most:
            raise _UnclearError
    return _exchanged(store, gone, come)


def _exchanged(store: ox.Store, gone: Iterable[ox.Quad], come: Iterable[ox.Quad]) -> Effect:
    """Take quads out and put quads in, which wins; return what that changed."""
    stays = set(come)
    removed = [quad for quad in gone if quad not in stays and quad in store]
    added = [quad for quad in stays if quad not in store]
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    return Effect(removed, added)


def _solutions(
    store: ox.Store,
    operation: Rewriting,
    within: _Graph,
    deleted: _Template,
    inserted: _Template,
    base: str,
    most: int,
) -> Iterator[_Solution]:
    """Yield the solutions of the patterns of an operation; one without variables where it has data alone."""
    if not operation.where:
        yield {}
        return
    names = {name for quad in (*deleted, *inserted) for name in _variables(quad)}
    blank = any(isinstance(term, ox.BlankNode) for quad in inserted for term in quad)
    wanted = " ".join(f"?{name}" for name in sorted(names)) or "(1 AS ?one)"
    # Each solution makes blank nodes of its own, however much it is like another.
    query = f"SELECT {'' if blank else 'DISTINCT '}{wanted} {operation.dataset} WHERE {operation.where} LIMIT {most + 1}"
    graph = None if operation.dataset else within
    answer = store.query(operation.prologue + query, base_iri=base, default_graph=graph)
    assert isinstance(answer, ox.QuerySolutions)
    for number, solution in enumerate(answer):
        if number == most:
            raise _UnclearError
        yield {name: solution[name] for name in names}


# ---- Templates -----------------------------------------------------------------------------------


def _template(operation: Rewriting, text: str, within: _Graph, base: str) -> _Template:
    """Return the quads of a template, in which IRIs stand for variables.

    Raises:
        _UnclearError: it speaks of triples, in which variables would not be found.
    """
    if not text:
        return ()
    read = ox.Store()
    read.update(f"{operation.prologue}INSERT DATA {grounded(text, _VARIABLE)}", base_iri=base)
    quads = list(read)
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        raise _UnclearError
    default = ox.DefaultGraph()
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, within) if quad.graph_name == default else quad
        for quad in quads
    ]


def _variables(quad: ox.Quad) -> Iterator[str]:
    for term in quad:
        if isinstance(term, ox.NamedNode) and term.value.startswith(_VARIABLE):
            yield term.value.removeprefix(_VARIABLE)


def _filled(template: _Template, solution: _Solution) -> Iterator[ox.Quad]:
    """Yield the quads that a template gives for a solution; what would be none is left out."""
    fresh: dict[ox.BlankNode, ox.BlankNode] = {}
    for quad in template:
        terms = [_put(term, solution, fresh) for term in quad]
        with suppress(TypeError):  # a literal as a subject, or nothing at all
            yield ox.Quad(*terms)  # type: ignore[arg-type]


def _put(term: object, solution: _Solution, fresh: dict[ox.BlankNode, ox.BlankNode]) -> object:
    if isinstance(term, ox.BlankNode):
        return fresh.setdefault(term, ox.BlankNode())
    if isinstance(term, ox.NamedNode) and term.value.startswith(_VARIABLE):
        return solution.get(term.value.removeprefix(_VARIABLE))
    return term


def _graph(operation: Operation, name: str, base: str) -> _Graph:
    """Return the graph of a name as it is written in an operation; empty: the default graph."""
    if not name:
        return ox.DefaultGraph()
    query = f"{operation.prologue}SELECT * {{ VALUES ?name {{ {name} }} }}"
    answer = ox.Store().query(query, base_iri=base)
    assert isinstance(answer, ox.QuerySolutions)
    found = next(answer)["name"]
    assert isinstance(found, ox.NamedNode)
    return found


def _few(quads: Iterator[ox.Quad], most: int) -> list[ox.Quad] | None:
    found = list(islice(quads, most + 1))
    return found if len(found) <= most else None
