"""`zg:search` in SPARQL: `?thing zg:search "words"` holds for what a search finds.

The pattern is written anew before the engine sees it, as VALUES of at most a thousand things, the best first; so it is
fast whatever the size of the graph, and under the limits of every query. It stands in queries, not in updates.
"""

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from graph_service.errors import QueryError
from graph_service.graph.sparql import Token, tokens
from graph_service.vocabulary import ZG

MOST = 1000
"""How many things a pattern stands for at most."""
_IRI = ZG + "search"
_CURE = 'Write it as ?thing zg:search "words", the words a string and the thing a variable.'
_OPEN, _CLOSED = frozenset("([{"), frozenset(")]}")


def mentions(query: str) -> bool:
    """Tell whether a query may have such a pattern."""
    return "search" in query


def written_out(query: str, find: Callable[[str], Sequence[str]]) -> str:
    """Return a query with what each such pattern stands for in its place.

    Args:
        query: in SPARQL.
        find: returns the IRIs of what words lead to.

    Raises:
        QueryError: a pattern is not as it must be.
    """
    if not mentions(query):
        return query
    found = list(tokens(query))
    names = _names(found)
    edits = [
        edit for at, token in enumerate(found) if token.text in names for edit in _edits(found, at, find)
    ]
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _names(found: Sequence[Token]) -> set[str]:
    """Return how the query may spell the predicate: its IRI, and names by prefixes that it declares."""
    declared = zip(found, found[1:], found[2:], strict=False)
    prefixes = {name.text for word, name, iri in declared if word.says("PREFIX") and iri.text == f"<{ZG}>"}
    return {f"<{_IRI}>", *(f"{prefix}search" for prefix in prefixes)}


def _edits(
    found: Sequence[Token], at: int, find: Callable[[str], Sequence[str]]
) -> list[tuple[int, int, str]]:
    """Return what is to be put in place of what: from, to, text."""
    if not 0 < at < len(found) - 2 or found[at + 1].kind != "string" or found[at + 2].text in (",", "^^"):
        raise QueryError("zg:search is not used as it must be", _CURE)
    before, words = found[at - 1], found[at + 1]
    end, more = words.start + len(words.text), at + 2
    subject = found[_subject(found, at - 1)] if before.text == ";" else before
    if subject.kind != "variable":
        raise QueryError("zg:search is not said of a variable", _CURE)
    values = " ".join(str(ox.NamedNode(iri)) for iri in find(_words(words.text))[:MOST])
    text = f"VALUES {subject.text} {{ {values} }} "
    if before.text == ";":
        return [(subject.start, subject.start, text), (before.start, end, "")]
    while found[more].text == ";":
        end, more = found[more].start + 1, more + 1
    if more > at + 2 and found[more].text not in (".", "}"):
        text += f"{subject.text} "
    return [(subject.start, end, text)]


def _subject(found: Sequence[Token], at: int) -> int:
    """Return where the triples begin that a semicolon goes on with."""
    depth = 0
    while at > 0:
        text = found[at].text
        if not depth and text in {".", "{", "}"}:
            return at + 1
        depth += (text in _CLOSED) - (text in _OPEN)
        at -= 1
    return at


def _words(literal: str) -> str:
    """Return what a string of SPARQL says."""
    try:
        quad = next(iter(ox.parse(f"<urn:a> <urn:b> {literal} .", format=ox.RdfFormat.TURTLE)))
    except (SyntaxError, StopIteration) as error:
        raise QueryError(f"{literal[:40]} is no string", _CURE) from error
    return str(getattr(quad.object, "value", ""))
