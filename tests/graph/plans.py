"""Plans known to be slow, found in the text of a query: what the engine would compute whole before it joins.

Oxigraph joins the patterns of a group in the order that it finds best, but only up to an OPTIONAL: required
patterns behind it are computed on their own, for every graph and every thing, and joined afterwards. An OPTIONAL of
one pattern is looked up for each row; one of several is computed for the whole graph first. So is a sub-select in an
OPTIONAL. Patterns that share no variable make every pair. A REGEX that is not anchored reads every text. What a bind join
puts in as values is where the engine begins only as long as no pattern fixes its object by a constant (`anchors`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph_service.graph.sparql import Token, closing, tokens

_LIGHT = frozenset("OPTIONAL FILTER BIND MINUS".split())
"""Words that may follow an OPTIONAL: they need nothing but the rows there are."""


@dataclass
class _Group:
    """A group under way: whether it has had an OPTIONAL, and what its required patterns hold."""

    optional: bool = False
    patterns: list[set[str]] = field(default_factory=list)


def faults(query: str) -> list[str]:
    """Return what is slow about a query; nothing where nothing is known to be."""
    found = list(tokens(query))
    return [*_late(found), *_large(found), *_apart(found), *_unanchored(found)]


def anchors(query: str) -> list[str]:
    """Return the required patterns of a query that have a constant object, at which the engine would begin.

    Where a list is computed from what comes in question (a bind join), it is to begin at that, however much it is.
    """
    found, skip, depth = list(tokens(query)), -1, 0
    fixed: list[str] = []
    for at, token in enumerate(found):
        depth += (token.text == "{") - (token.text == "}")
        if at <= skip or not depth:
            continue
        word = token.text.upper()
        if word in ("FILTER", "BIND"):
            skip = _end_of_step(found, at)
        elif word in ("OPTIONAL", "MINUS", "VALUES"):
            skip = closing(found, _brace(found, at))
        elif token.text in (".", ";", ",", "}") and found[at - 1].kind in ("iri", "name", "string"):
            fixed.append(" ".join(one.text for one in found[at - 2 : at]))
    return fixed


def _late(found: Sequence[Token]) -> Iterator[str]:
    """Yield the required patterns that stand behind an OPTIONAL of their group."""
    stack: list[_Group] = []
    skip = 0
    for place, token in enumerate(found):
        if token.text == "{":
            stack.append(_Group())
        elif token.text == "}":
            stack.pop()
            if stack and _opened_by(found, place) == "OPTIONAL":
                stack[-1].optional = True
                skip = place
        elif stack and stack[-1].optional and place == skip + 1 and token.text not in (".", ";"):
            if token.text.upper() not in _LIGHT:
                yield f"required pattern after OPTIONAL: {' '.join(t.text for t in found[place : place + 4])}"
            skip = _end_of_step(found, place)


def _large(found: Sequence[Token]) -> Iterator[str]:
    """Yield the OPTIONAL groups that have several patterns, or a sub-select."""
    for at, token in enumerate(found):
        if token.text == "{" and at and found[at - 1].says("OPTIONAL"):
            inside = found[at + 1 : closing(found, at)]
            if any(one.says("SELECT") for one in inside):
                yield "sub-select in an OPTIONAL"
            elif _several(inside):
                yield f"several patterns in an OPTIONAL: {' '.join(one.text for one in inside[:8])}"


def _several(inside: Sequence[Token]) -> bool:
    """Tell whether a group has several patterns, besides those of its filters and of other groups that may be missing."""
    patterns, skip = 0, -1
    for at, token in enumerate(inside):
        if at <= skip:
            continue
        if token.text.upper() in ("FILTER", "OPTIONAL", "BIND", "VALUES"):
            skip = (
                _end_of_step(inside, at)
                if token.text.upper() in ("FILTER", "BIND")
                else closing(inside, _brace(inside, at))
            )
        elif token.says("UNION"):
            patterns = 0
        elif token.text in (".", ";", ","):
            patterns += 1
    return patterns > 0


def _brace(found: Sequence[Token], at: int) -> int:
    return next(place for place in range(at, len(found)) if found[place].text == "{")


def _end_of_step(found: Sequence[Token], place: int) -> int:
    """Return the place of the last token of a FILTER or BIND, or of a word before a group."""
    if found[place].text.upper() not in ("FILTER", "BIND"):
        return -1
    depth = 0
    for at in range(place + 1, len(found)):
        depth += (found[at].text in ("(", "{")) - (found[at].text in (")", "}"))
        if depth == 0 and found[at].text in (")", "}"):
            return at
    return -1


def _opened_by(found: Sequence[Token], closing: int) -> str:
    """Return the word before the brace that a closing brace belongs to."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += (found[at].text == "}") - (found[at].text == "{")
        if depth == 0:
            return found[at - 1].text.upper() if at else ""
    return ""


def _apart(found: Sequence[Token]) -> Iterator[str]:
    """Yield patterns of a WHERE that share no variable with the others, whatever groups they stand in."""
    for at, token in enumerate(found):
        if token.text == "{" and at and found[at - 1].text.upper() == "WHERE":
            parts = _connected(_patterns(found, at))
            if len(parts) > 1:
                yield f"no variable in common: {' | '.join(' '.join(sorted(p)) for p in parts)}"


def _patterns(found: Sequence[Token], at: int) -> list[set[str]]:
    """Return the variables of each triple block or group of the WHERE that opens here; filters join nothing new."""
    runs: list[set[str]] = [set()]
    depth = 0
    for token in found[at + 1 :]:
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        if depth < 0:
            break
        if token.kind == "variable":
            runs[-1].add(token.text)
        if depth == 0 and token.text in (".", "}"):
            runs.append(set())
    return [run for run in runs if run]


def _connected(runs: list[set[str]]) -> list[set[str]]:
    parts: list[set[str]] = []
    for run in runs:
        joined = [part for part in parts if part & run]
        parts = [part for part in parts if not part & run] + [run.union(*joined)]
    return parts


def _unanchored(found: Sequence[Token]) -> Iterator[str]:
    for at, token in enumerate(found):
        if token.text.upper() == "REGEX":
            pattern = next((t.text for t in found[at:] if t.kind == "string"), "")
            if not pattern.startswith('"^'):
                yield f"REGEX that reads every text: {pattern}"
