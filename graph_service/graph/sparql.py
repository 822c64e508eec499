"""SPARQL text as tokens: enough to refuse what must not run and to bind variables, never a parser.

The engine's grammar reads keywords without a break after numbers and literals (`1e5SERVICE<…>` is a call), so
the scan refuses a word that merely contains a forbidden one; no other keyword of SPARQL does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import pyoxigraph as ox

from graph_service.errors import QueryError, TooLongError

Term = ox.NamedNode | ox.Literal
"""What a variable can be bound to."""

DEEPEST = 200
"""How deep brackets may nest: a few thousand levels overflow the engine's stack, which no one can catch."""

SCANNED = 16_384
"""Characters up to which a text is scanned where it is taken; to scan a longer one takes time, which is charged to it
by scanning it where it is run."""
LONGEST = 1_000_000
"""How many characters a query may have."""
_NEGATIONS = 200
"""How many `!` may stand in a row; each is a level of the parser's stack, without a bracket."""

# The quantifiers give nothing back, and a prefix has an end: whatever the text, a scan takes time linear in it.
_TOKEN = re.compile(
    r"""
      (?P<space>\s++|\#[^\r\n]*+)
    | (?P<string>'{3}(?:(?:''?+)?+(?:[^'\\]|\\.))*+'{3} | "{3}(?:(?:""?+)?+(?:[^"\\]|\\.))*+"{3}
        | '(?:[^'\\\r\n]|\\.)*+' | "(?:[^"\\\r\n]|\\.)*+")
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f])*+>)
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<name>(?:_|[^\W\d_][\w.\-]{0,100}+)?+:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\.)*+)
    | (?P<number>\d++(?:\.\d*+)?+(?:[eE][+-]?\d++)?)
    | (?P<word>[^\W\d]\w*+)
    | (?P<mark>\\.|[!,;.|&=+*/^]++|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = re.compile(r"service|load", re.IGNORECASE)
_CHANGING = ("now", "rand", "uuid", "service")
_VOLATILE = re.compile(r"(?<![A-Za-z_?$])(?:now|rand|uuid|struuid|service)(?![A-Za-z0-9_])")
VARIABLE = re.compile(r"[^\W\d]\w*|_\w*", re.ASCII)
"""What a variable may be called; fewer names than SPARQL has, all of them safe."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is neither white space nor comment: what it is, its text and its offset in the query."""

    kind: str
    text: str
    start: int

    def says(self, word: str) -> bool:
        """Tell whether this is the keyword, in any case."""
        return self.kind == "word" and self.text.upper() == word


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query in order."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "mark"
        if kind != "space":
            yield Token(kind, match.group(), match.start())


def refuse(query: str) -> None:
    """Refuse a query or an update that would reach the network or overflow the engine's stack.

    Raises:
        QueryError: it holds SERVICE or LOAD outside strings, IRIs and comments, or nests too deep.
    """
    lowered = query.lower()
    calls = "service" in lowered or "load" in lowered
    deep = sum(map(query.count, "{([")) > DEEPEST or "!" * _NEGATIONS in query
    if not calls and not deep:
        return
    depth = 0
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup
        if kind == "mark":
            depth += _step(query, match)
        elif calls and kind in {"word", "name"}:
            _refuse_call(query, match)
        if depth > DEEPEST:
            raise QueryError(
                f"{place(query, match.start())}: brackets nest deeper than {DEEPEST}",
                "Write the query with fewer nested groups.",
            )


def _step(query: str, mark: re.Match[str]) -> int:
    """Return how much deeper it is behind a mark."""
    text = mark.group()
    if text.count("!") > _NEGATIONS:
        raise QueryError(
            f"{place(query, mark.start())}: more than {_NEGATIONS} negations in a row", "Write one or none."
        )
    return (text in "{([") - (text in "})]")


def _refuse_call(query: str, token: re.Match[str]) -> None:
    prefix = token.group().partition(":")[0]
    if _FORBIDDEN.search(prefix):
        raise QueryError(
            f"{place(query, token.start())}: {token.group()[:100]!r} would fetch data from another server, "
            "which is not allowed here",
            "Leave SERVICE and LOAD out (and give prefixes other names); query the stored graphs alone.",
        )


def refuse_length(query: str) -> None:
    """Refuse a query that is too long to be read.

    Raises:
        TooLongError: it has more than `LONGEST` characters.
    """
    if len(query) > LONGEST:
        raise TooLongError(
            f"The query has {len(query):,} characters, more than {LONGEST:,}",
            "Ask in several queries, or store the values in a graph first.",
        )


def is_volatile(query: str) -> bool:
    """Tell whether two answers may differ though the graph does not: by time, by chance, by other servers."""
    lowered = query.lower()  # quicker by far than to search in any case, and most have none of the words
    return any(map(lowered.__contains__, _CHANGING)) and _VOLATILE.search(lowered) is not None


def place(query: str, offset: int) -> str:
    """Return where an offset is for people: `line 2, column 7`."""
    before = query[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


def bind(query: str, bindings: Mapping[str, Term]) -> str:
    """Return the query with variables bound to terms, wherever in the query they stand.

    A VALUES block of one row goes right behind the brace that opens the outermost WHERE, so the engine joins
    it first; where a sub-select is all of the WHERE, it goes into that one. It goes into each GRAPH group and each
    branch of a UNION there too, with the variables that stand in it: the engine plans a group by itself, and would else
    compute all of it. Terms are written as N-Triples.

    Args:
        query: SELECT, ASK, CONSTRUCT or DESCRIBE.
        bindings: terms by variable, without its `?`.

    Raises:
        QueryError: a variable has an impossible name, a term is a blank node, or the query has no WHERE.
    """
    if not bindings:
        return query
    for name, term in bindings.items():
        if not VARIABLE.fullmatch(name):
            raise QueryError(f"{name!r} is not a variable", "Name parameters by letters, digits and _.")
        if not isinstance(term, ox.NamedNode | ox.Literal):
            raise QueryError(f"?{name} cannot be bound to {term}", "Bind variables to IRIs or literals.")
    return among(query, tuple(bindings), [tuple(bindings.values())])


def among(query: str, names: Sequence[str], rows: Sequence[Sequence[Term]]) -> str:
    """Return the query with some of its variables bound to one row of terms or another, as `bind` does to one.

    Args:
        query: SELECT, ASK, CONSTRUCT or DESCRIBE.
        names: of the variables, without `?`.
        rows: terms for them, in their order.

    Raises:
        QueryError: the query has no WHERE.
    """
    openings = _openings(query)
    if not openings:
        return insert(query, _values(names, rows))
    for inner, seen in sorted(openings, key=itemgetter(0), reverse=True):
        places = [place for place, name in enumerate(names) if seen is None or name in seen]
        if places:
            values = _values([names[p] for p in places], ([row[p] for p in places] for row in rows))
            query = f"{query[:inner]} {values} {query[inner:]}"
    return query


def _values(names: Sequence[str], rows: Iterable[Sequence[Term]]) -> str:
    written = dict.fromkeys(f"({' '.join(map(str, row))})" for row in rows)
    return f"VALUES ({' '.join('?' + name for name in names)}) {{ {' '.join(written)} }}"


_Names = frozenset[str] | None
"""Names of variables; None: all."""


@lru_cache(maxsize=256)
def _openings(query: str) -> tuple[tuple[int, _Names], ...]:
    """Return where a query takes values, with the variables that are bound there; nowhere in `CONSTRUCT WHERE`.

    That is at the front of its outermost WHERE, and of each group inside that is planned by itself.
    """
    found = list(tokens(query))
    at = _opening(found, find_start(found))
    if _short(found, at):
        return ()
    inner = ((opens, _held(found, opens), visible) for opens, visible in _groups(found, at, None))
    groups = ((opens, held if visible is None else held & visible) for opens, held, visible in inner)
    return ((found[at].start + 1, None), *((found[opens].start + 1, seen) for opens, seen in groups))


def _held(found: Sequence[Token], opens: int) -> frozenset[str]:
    """Return the variables in a group."""
    group = found[opens : closing(found, opens)]
    return frozenset(token.text[1:] for token in group if token.kind == "variable")


def _groups(found: Sequence[Token], at: int, visible: _Names) -> Iterator[tuple[int, _Names]]:
    """Yield the braces of GRAPH groups, branches of UNION and sub-selects in a group, and what of each is seen outside."""
    index, end = at + 1, closing(found, at)
    while index < end:
        if found[index].kind == "mark" and found[index].text == "{":
            closes = closing(found, index)
            opens, seen = index, visible
            if found[index + 1].says("SELECT"):
                opens, seen = _selected(found, index + 1, visible)
            if opens != index or _apart(found, index, closes):
                yield opens, seen
                yield from _groups(found, opens, seen)
            index = closes
        index += 1


def _apart(found: Sequence[Token], opens: int, closes: int) -> bool:
    """Tell whether a group is a GRAPH group or a branch of a UNION."""
    return found[opens - 2].says("GRAPH") or found[opens - 1].says("UNION") or found[closes + 1].says("UNION")


def _selected(found: Sequence[Token], select: int, visible: _Names) -> tuple[int, _Names]:
    """Return the brace of a sub-select's WHERE, and the variables that it gives without computing them."""
    depth = 0
    named: set[str] = set()
    for index in range(select + 1, len(found)):
        token = found[index]
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "{" and not depth:
            return index, frozenset(named) if visible is None else visible & named
        if token.kind == "variable" and not depth:
            named.add(token.text[1:])
    raise QueryError("A sub-select has no WHERE", "Give it a WHERE clause.")


def insert(query: str, pattern: str) -> str:
    """Return the query with one more graph pattern at the very front of its WHERE.

    Raises:
        QueryError: the query is none, or has no WHERE.
    """
    openings = _openings(query)
    if not openings:
        return _spelled_out(query, f" {pattern} ")
    inside, _ = openings[0]
    return f"{query[:inside]} {pattern} {query[inside:]}"


def find_start(found: Sequence[Token]) -> int:
    """Return the index of the word that opens the query proper; a CONSTRUCT template is behind it.

    Raises:
        QueryError: there is none.
    """
    for index, token in enumerate(found):
        if token.says("CONSTRUCT") and index + 1 < len(found) and found[index + 1].text == "{":
            return closing(found, index + 1)
        if any(token.says(form) for form in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")):
            return index
    raise QueryError("The query is none of SELECT, ASK, CONSTRUCT, DESCRIBE", "Begin it with one of these.")


def closing(found: Sequence[Token], at: int) -> int:
    """Return the index of the brace that closes the one at an index.

    Raises:
        QueryError: there is none.
    """
    depth = 0
    for index in range(at, len(found)):
        if found[index].kind == "mark":
            depth += (found[index].text == "{") - (found[index].text == "}")
        if not depth:
            return index
    raise QueryError("A brace of the query is not closed", "Close every { with a }.")


def _opening(found: Sequence[Token], start: int) -> int:
    """Return the index of the brace that opens the WHERE behind `start`, inside sub-selects that fill it."""
    depth = 0
    for index in range(start, len(found)):
        token = found[index]
        if token.kind != "mark":
            continue
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "{" and not depth:
            inner = index + 1
            nested = inner < len(found) and found[inner].says("SELECT")
            return _opening(found, inner) if nested else index
    raise QueryError("The query has no WHERE { … } whose variables could be bound", "Give it a WHERE clause.")


def _short(found: Sequence[Token], at: int) -> bool:
    """Tell whether this brace opens the body of `CONSTRUCT WHERE { … }`, which must hold triples alone."""
    for token in reversed(found[:at]):
        if token.says("CONSTRUCT"):
            return True
        if token.kind not in {"iri", "name"} and token.text.upper() not in {"WHERE", "FROM", "NAMED"}:
            return False
    return False


def _spelled_out(query: str, values: str) -> str:
    """Return `CONSTRUCT WHERE { … }` with its template, and with more in its WHERE than that."""
    found = list(tokens(query))
    at = _opening(found, find_start(found))
    body = query[found[at].start + 1 : found[closing(found, at)].start]
    construct = next(token for token in found if token.says("CONSTRUCT"))
    template = construct.start + len(construct.text)
    inside = found[at].start + 1
    return f"{query[:template]} {{{body}}}{query[template:inside]}{values}{query[inside:]}"
