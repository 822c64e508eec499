"""The graphs that the patterns of an update see.

The dataset of a request (`using-graph-uri`, `using-named-graph-uri`; SPARQL 1.1 Protocol, 2.2.3) is written
into the update as USING clauses, which is what it stands for; the engine has no argument for it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph_service.errors import QueryError
from graph_service.graph.sparql import Token, tokens

_WORDS = frozenset(
    "PREFIX BASE VERSION INSERT DELETE DATA WHERE WITH USING NAMED GRAPH DEFAULT ALL SILENT "
    "CLEAR DROP CREATE ADD COPY MOVE TO LOAD INTO".split()
)
"""The keywords that stand outside braces in an update."""
_BEFORE_NAMES = frozenset("PREFIX GRAPH WITH USING NAMED ADD COPY MOVE TO LOAD INTO SILENT".split())
"""Those of them that a prefixed name may follow."""

_EMPTIES = re.compile(
    r"\s*(?P<verb>CLEAR|DROP)\s+(?:SILENT\s+)?GRAPH\s*<(?P<name>[^<>\s]*)>\s*;?\s*", re.ASCII | re.IGNORECASE
)


def with_dataset(update: str, using: Sequence[str], using_named: Sequence[str]) -> str:
    """Return an update with the dataset of its request; as it was where the request names none.

    Each operation that has a WHERE gets USING clauses. `DELETE WHERE { … }` has no place for them and is
    spelled out as `DELETE { … } USING … WHERE { … }`.

    Args:
        update: SPARQL 1.1 Update.
        using: IRIs of the graphs that make up the default graph of every WHERE.
        using_named: IRIs of the named graphs that every WHERE sees.

    Raises:
        QueryError: the name of a graph is no IRI; the update names a dataset itself (USING or WITH); or it
            runs a keyword into what follows, so that nobody but the engine can tell what it says.
    """
    if not using and not using_named:
        return update
    clauses = _clauses(using, using_named)
    found = list(tokens(update))
    outer = _outermost(found)
    _check(found, outer)
    for index in reversed([i for i in outer if found[i].says("WHERE")]):
        start = found[index].start
        short = index > 0 and found[index - 1].says("DELETE")
        template = _braced(update, found, index + 1) if short else ""
        update = f"{update[:start]}{template} {clauses} {update[start:]}"
    return update


@dataclass(frozen=True, slots=True)
class Emptied:
    """A graph that an update empties; `dropped`: and whose name it removes."""

    name: str
    dropped: bool


def emptied(update: str) -> Emptied | None:
    """Return the graph that an update empties, where it does nothing else; None for any other update.

    What it means is `CLEAR` or `DROP` of a graph named by its whole IRI (SPARQL 1.1 Update, 3.1.3 and 3.2.2).
    The engine would take one transaction for it, with all of the graph in memory.
    """
    found = _EMPTIES.fullmatch(update)
    if found is None or not _is_whole(found["name"]):
        return None
    return Emptied(found["name"], found["verb"].upper() == "DROP")


def _is_whole(iri: str) -> bool:
    """Tell whether this is an absolute IRI, as it is written."""
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return "\\" not in iri


def _clauses(using: Sequence[str], using_named: Sequence[str]) -> str:
    try:
        default = [f"USING {ox.NamedNode(iri)}" for iri in using]
        named = [f"USING NAMED {ox.NamedNode(iri)}" for iri in using_named]
    except ValueError as error:
        raise QueryError(f"A graph's name is not an IRI: {error}", "Name graphs by absolute IRIs.") from error
    return " ".join([*default, *named])


def _outermost(found: Sequence[Token]) -> list[int]:
    """Return the indexes of the tokens that stand outside all braces, the braces themselves left out."""
    depth, outer = 0, []
    for index, token in enumerate(found):
        if token.kind == "mark" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth == 0:
            outer.append(index)
    return outer


def _check(found: Sequence[Token], outer: Sequence[int]) -> None:
    """Refuse an update that names a dataset, or might: to the engine `USINGex:g` is USING ex:g."""
    previous = ""
    for index in outer:
        token = found[index]
        said = token.text.upper()
        if token.kind == "word" and said in {"USING", "WITH"}:
            raise QueryError(
                f"The request names the graphs of the update, and so does its {said}",
                "Name them either in the request or in the update, not in both.",
            )
        strange = token.kind == "word" and said not in _WORDS
        if strange or (token.kind == "name" and previous not in _BEFORE_NAMES):
            raise QueryError(
                f"{token.text!r} is no keyword of SPARQL Update",
                "Write keywords apart from what follows them, as in `INSERT DATA` and `GRAPH ex:g`.",
            )
        previous = said


def _braced(update: str, found: Sequence[Token], at: int) -> str:
    """Return the braces that begin at this token with all that is in them; nothing where none begin there."""
    depth = 0
    for token in found[at:]:
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return update[found[at].start : token.start + 1] if found[at].text == "{" else ""
    return ""
