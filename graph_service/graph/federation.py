"""SERVICE by allow-list: what listed endpoints say is put into the query, so that no worker has to ask them.

`SERVICE <endpoint> { pattern }` stands for the solutions of the pattern at the endpoint, joined with what is
around it (SPARQL 1.1 Federated Query, section 4). So each block is cut out, asked as `SELECT * { pattern }`,
and replaced by a VALUES block of its solutions. Nothing here opens a connection: whoever calls gives the
function that does.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from graph_service.errors import QueryError, RemoteError, TooLongError
from graph_service.graph.sparql import (
    LONGEST,
    VARIABLE,
    Token,
    closing,
    find_start,
    place,
    refuse,
    tokens,
)

MOST_CALLS = 8
"""How many endpoints, or patterns of one, a query may ask."""
LONGEST_CALLING = 16_384
"""How many characters a query may have that asks other servers; it is read here, not in a worker."""
_CURE = "Write SERVICE <address> { pattern } with an address that is listed, and nothing of the kind inside."

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

Ask = Callable[[str, str], bytes]
"""Asks an endpoint, by its address, a query; returns its answer, SPARQL 1.1 Query Results in JSON."""


@dataclass(frozen=True, slots=True)
class Block:
    """A SERVICE block: where it stands in the query, whom it asks, and its pattern."""

    start: int
    end: int
    endpoint: str
    pattern: str


def calls(query: str) -> bool:
    """Tell whether a query has a SERVICE block; False for one that is too long to be read here."""
    if "service" not in query.lower() or len(query) > LONGEST_CALLING:
        return False
    return any(token.says("SERVICE") for token in tokens(query))


def answered(query: str, base: str, listed: Collection[str], ask: Ask) -> str:
    """Return a query with the solutions of its SERVICE blocks in their place.

    Args:
        query: that has SERVICE blocks.
        base: what its relative IRIs are resolved against.
        listed: addresses of the endpoints that may be asked, compared as they are written.
        ask: asks one of them.

    Raises:
        QueryError: a block is not as it must be, or asks an endpoint that is not listed; nobody was asked.
        TooLongError: the query together with what was answered is too long.
        RemoteError: an endpoint answered something that is no solutions.
    """
    found = list(tokens(query))
    start = find_start(found)
    blocks = list(_blocks(query, found, start, listed))
    refuse(_replaced(query, blocks, [""] * len(blocks)))
    prologue = f"BASE <{base}>\n{query[: _form(found).start]}"
    wanted = [(b.endpoint, f"{prologue}SELECT * WHERE {{{b.pattern}\n}}") for b in blocks]
    if len(set(wanted)) > MOST_CALLS:
        raise QueryError(
            f"The query asks other servers {len(set(wanted))} times, more than {MOST_CALLS}",
            "Join patterns of the same server in one SERVICE block, or ask in several queries.",
        )
    said = {one: _values(one[0], base, ask(*one)) for one in dict.fromkeys(wanted)}
    return _joined(query, blocks, [said[one] for one in wanted])


def _joined(query: str, blocks: Sequence[Block], values: Sequence[str]) -> str:
    whole = _replaced(query, blocks, values)
    if len(whole) > LONGEST:
        raise TooLongError(
            f"The other servers' answers have {len(whole):,} characters as terms, more than {LONGEST:,}",
            "Say more in the SERVICE pattern, or select less there by a sub-select with LIMIT.",
        )
    return whole


def _replaced(query: str, blocks: Sequence[Block], values: Sequence[str]) -> str:
    """Return the query with something else for each block; what follows stays in its line and column."""
    for block, value in reversed(list(zip(blocks, values, strict=True))):
        gone = query[block.start : block.end]
        lines = "\n" * gone.count("\n")
        room = " " * (len(gone) - gone.rfind("\n") - 1) if lines else ""
        query = f"{query[: block.start]}{{ {value} }}{lines}{room}{query[block.end :]}"
    return query


# ---- Finding the blocks --------------------------------------------------------------------------


def _form(found: Sequence[Token]) -> Token:
    """Return the word that says what kind of query it is; `find_start` has made sure that there is one."""
    return next(token for token in found if token.kind == "word" and token.text.upper() in _FORMS)


def _blocks(query: str, found: Sequence[Token], start: int, listed: Collection[str]) -> Iterator[Block]:
    index = start
    while index < len(found):
        if found[index].says("SERVICE"):
            end = _end(query, found, index, listed)
            first, last = found[index + 2], found[end]
            pattern = query[first.start + 1 : last.start]
            yield Block(found[index].start, last.start + 1, found[index + 1].text[1:-1], pattern)
            index = end
        index += 1


def _end(query: str, found: Sequence[Token], at: int, listed: Collection[str]) -> int:
    """Return the index of the brace that closes a SERVICE block, after a look at all of it."""
    asked, opening = [*found[at + 1 : at + 3], *[Token("mark", "", len(query))] * 2][:2]
    _check_address(query, asked, listed)
    if opening.text != "{":
        raise QueryError(f"{place(query, asked.start)}: SERVICE has no {{ pattern }}", _CURE)
    end = closing(found, at + 2)
    nested = next((token for token in found[at + 3 : end] if token.says("SERVICE")), None)
    if nested is not None:
        raise QueryError(f"{place(query, nested.start)}: SERVICE within SERVICE is not allowed here", _CURE)
    refuse(query[opening.start : found[end].start])
    return end


def _check_address(query: str, asked: Token, listed: Collection[str]) -> None:
    """Refuse whatever follows SERVICE but a listed address.

    Raises:
        QueryError: it is none.
    """
    where = place(query, asked.start)
    if asked.says("SILENT"):
        raise QueryError(
            f"{where}: SERVICE SILENT would hide that rows are missing, which is not done here",
            "Leave out SILENT; an endpoint that fails is told of as an error.",
        )
    if asked.kind != "iri":
        what = "a variable" if asked.kind == "variable" else f"{asked.text[:100]!r}"
        raise QueryError(f"{where}: SERVICE is followed by {what}, not by an address in < >", _CURE)
    if asked.text[1:-1] not in listed:
        raise QueryError(
            f"{where}: {asked.text[:200]} is no endpoint that may be asked from here",
            f"Ask {', '.join(f'<{address}>' for address in sorted(listed))}, written exactly so.",
        )


# ---- Reading what they answered ------------------------------------------------------------------


def _values(endpoint: str, base: str, answer: bytes) -> str:
    """Return solutions (SPARQL 1.1 Query Results JSON Format, section 3) as a VALUES block."""
    try:
        said = json.loads(answer)
        names = [_name(name) for name in said["head"]["vars"]]
        rows = [_row(row, names, endpoint, base) for row in said["results"]["bindings"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RemoteError(
            f"{endpoint} answered what are no solutions in JSON: {type(error).__name__}: {str(error)[:100]}",
            "Ask it by itself to see what it says.",
        ) from error
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"


def _name(name: object) -> str:
    if not isinstance(name, str) or not VARIABLE.fullmatch(name):
        raise ValueError(f"{str(name)[:40]!r} is no variable")
    return name


def _row(row: Mapping[str, Any], names: Sequence[str], endpoint: str, base: str) -> str:
    return f"({' '.join(_term(row[name], endpoint, base) if name in row else 'UNDEF' for name in names)})"


def _term(said: Mapping[str, Any], endpoint: str, base: str) -> str:
    """Return a term as SPARQL writes it.

    A blank node cannot stand in VALUES: it becomes an IRI of its own (RDF 1.1 Concepts, 3.5), the same for the
    same label of the same endpoint.
    """
    kind, value = said["type"], said["value"]
    if kind == "uri":
        return str(ox.NamedNode(value))
    if kind == "bnode":
        where = urlsplit(base)
        label = hashlib.sha256(f"{endpoint}\n{value}".encode()).hexdigest()[:32]
        return f"<{where.scheme}://{where.netloc}/.well-known/genid/{label}>"
    if kind not in {"literal", "typed-literal"} or not isinstance(value, str):
        raise ValueError(f"a term of the type {str(kind)[:40]!r}")
    if "xml:lang" in said:
        return str(ox.Literal(value, language=said["xml:lang"]))
    datatype = said.get("datatype")
    return str(ox.Literal(value, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(value))
