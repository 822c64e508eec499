"""The operations of a SPARQL update, taken apart at their keywords and braces: enough to find out what they change.

Whether an update is well formed only the engine knows. Of one that is, the parts are what they are called here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graph_service.graph.sparql import Token, tokens

_DECLARED = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
"""What a prologue declares, and of how many tokens a declaration is."""
_END = Token("end", "", 0)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        prologue: all that is declared before it.
        start: where it begins in the update.
    """

    prologue: str
    start: int


@dataclass(frozen=True, slots=True)
class Managing(Operation):
    """CREATE, CLEAR or DROP of one graph.

    Attributes:
        text: how it is written, without what is declared.
        empties: what graph it empties: its name as it is written, or empty for the default graph; None for none.
    """

    text: str
    empties: str | None


@dataclass(frozen=True, slots=True)
class Rewriting(Operation):
    """INSERT and DELETE, of data or by patterns; each part as it is written, empty where it is not there.

    Attributes:
        graph: the name of the graph that WITH says.
        deleted: the template of what goes, in braces.
        inserted: the template of what comes, in braces.
        dataset: what USING says, as a query says it.
        where: the patterns, in braces; where they are empty, all is data.
    """

    graph: str = ""
    deleted: str = ""
    inserted: str = ""
    dataset: str = ""
    where: str = ""


def operations(update: str) -> list[Operation] | None:
    """Return the operations of an update in order; None where one of them is not taken apart here, or it is no update."""
    try:
        return list(_Reader(update).operations())
    except _OtherError:
        return None


def grounded(template: str, prefix: str) -> str:
    """Return a template with IRIs, of a prefix and a name, in place of its variables."""
    for token in reversed([token for token in tokens(template) if token.kind == "variable"]):
        end = token.start + len(token.text)
        template = f"{template[: token.start]}<{prefix}{token.text[1:]}>{template[end:]}"
    return template


class _OtherError(Exception):
    """It is something else."""


class _Reader:
    """Reads an update from its first token to its last."""

    def __init__(self, update: str) -> None:
        self._update = update
        self._tokens = [*tokens(update), _END]
        self._at = 0

    def operations(self) -> Iterator[Operation]:
        """Yield the operations."""
        prologue = ""
        while True:
            prologue += self._prologue()
            if self._token is _END:
                return
            yield self._operation(prologue)
            if self._token is not _END and self._next() != ";":
                raise _OtherError

    def _prologue(self) -> str:
        first = self._at
        while any(map(self._token.says, _DECLARED)):
            self._at = min(self._at + _DECLARED[self._token.text.upper()], len(self._tokens) - 1)
        return f"{self._since(first)}\n" if self._at > first else ""

    def _operation(self, prologue: str) -> Operation:
        start = self._token.start
        if any(map(self._token.says, ("CREATE", "CLEAR", "DROP"))):
            return Managing(prologue, start, *self._managing())
        graph = self._next() if self._take("WITH") else ""
        deletes = self._take("DELETE")
        if deletes and self._take("DATA"):
            return Rewriting(prologue, start, deleted=self._braced())
        if deletes and self._take("WHERE"):
            pattern = self._braced()
            return Rewriting(prologue, start, deleted=pattern, where=pattern)
        deleted = self._braced() if deletes else ""
        inserts = self._take("INSERT")
        if inserts and self._take("DATA"):
            return Rewriting(prologue, start, inserted=self._braced())
        inserted = self._braced() if inserts else ""
        dataset = " ".join(self._using())
        if not (deletes or inserts) or not self._take("WHERE"):
            raise _OtherError
        return Rewriting(prologue, start, graph, deleted, inserted, dataset, self._braced())

    def _managing(self) -> tuple[str, str | None]:
        """Return the text of an operation that makes or empties one graph, and which it empties."""
        first, makes = self._at, self._token.says("CREATE")
        self._next()
        self._take("SILENT")
        if self._take("GRAPH"):
            graph = self._next()
        elif not makes and self._take("DEFAULT"):
            graph = ""
        else:
            raise _OtherError
        return self._since(first), None if makes else graph

    def _using(self) -> Iterator[str]:
        while self._take("USING"):
            yield "FROM NAMED" if self._take("NAMED") else "FROM"
            yield self._next()

    # ---- Tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> str:
        if self._token is _END:
            raise _OtherError
        self._at += 1
        return self._tokens[self._at - 1].text

    def _take(self, word: str) -> bool:
        """Tell whether a keyword comes next, and go on behind it."""
        says = self._token.says(word)
        self._at += says
        return says

    def _since(self, first: int) -> str:
        """Return the text from a token to the one that was read last."""
        last = self._tokens[self._at - 1]
        return self._update[self._tokens[first].start : last.start + len(last.text)]

    def _braced(self) -> str:
        """Return the braces that come next with all that is in them."""
        first, depth = self._at, 0
        while True:
            text = self._next()
            depth += (text == "{") - (text == "}")
            if not depth:
                break
        if self._tokens[first].text != "{":
            raise _OtherError
        return self._since(first)
