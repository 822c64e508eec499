"""What is worth seeing first in a graph: how much it holds, what the newest documents speak of, questions that have answers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from graph_service.errors import NotFoundError, ZoneGraphError
from graph_service.graph.kept import Kept
from graph_service.graph.labels import AmbiguityError
from graph_service.graph.named import Ask, NamedQueries, NamedQuery
from graph_service.graph.parameters import Parameter
from graph_service.graph.store import Snapshot
from graph_service.graph.things import Thing, Things, graphs, number, text_of
from graph_service.vocabulary import vocabulary

_SHOWN, _OF_A_KIND, _TRIED = 12, 3, 6
"""Things that are shown, as many of one kind, and things that a question is tried with."""


@dataclass(frozen=True, slots=True)
class Question:
    """A named query with parameters that give an answer.

    Attributes:
        query: the query.
        things: what its parameters stand for, by their names.
    """

    query: NamedQuery
    things: Mapping[str, Thing]


@dataclass(frozen=True, slots=True)
class Worth:
    """What a reader sees first: questions, things, and how many documents, claims and things there are."""

    questions: Sequence[Question]
    things: Sequence[Thing]
    counts: Mapping[str, int]


_kept: Kept[str, Worth] = Kept(4)


def worth(snapshot: Snapshot, named: NamedQueries, language: str, ask: Ask) -> Worth:
    """Return what is worth seeing first, labelled in a language.

    Args:
        snapshot: the state of the graph.
        named: questions that may be asked.
        language: of labels.
        ask: tries them; one that takes it too long is left out.
    """
    return _kept.of(snapshot, language, lambda: _worth(snapshot, named, language, ask))


def _worth(snapshot: Snapshot, named: NamedQueries, language: str, ask: Ask) -> Worth:
    rows = snapshot.query(text_of("newest")).rows()
    cards = Things(snapshot, language).cards(row["thing"].value for row in rows if row["thing"] is not None)  # type: ignore[union-attr]
    spoken = [card for card in cards.values() if card.degree]
    questions = [
        Question(query, things)
        for query in named
        for things in _asked(snapshot, named, query, spoken, language, ask)
    ]
    return Worth(questions, list(_mixed(spoken)), _size(snapshot))


def _size(snapshot: Snapshot) -> dict[str, int]:
    row = next(iter(snapshot.query(text_of("size"), bindings=graphs(snapshot)).rows()))
    return {name: number(row[name]) for name in ("documents", "claims", "things")}


def _mixed(spoken: Iterable[Thing]) -> Iterator[Thing]:
    """Yield the first things, but no more than a few of one kind; groups without a name tell nobody anything."""
    seen: Counter[str] = Counter()
    fitting = (thing for thing in spoken if not vocabulary().is_a(thing.type, "Group"))
    for thing in fitting:
        seen[thing.type] += 1
        if seen[thing.type] <= _OF_A_KIND and sum(min(n, _OF_A_KIND) for n in seen.values()) <= _SHOWN:
            yield thing


def _asked(
    snapshot: Snapshot,
    named: NamedQueries,
    query: NamedQuery,
    spoken: Sequence[Thing],
    language: str,
    ask: Ask,
) -> Iterator[dict[str, Thing]]:
    """Yield the parameters, none or one, with which a query has an answer here; nothing where it needs others."""
    needed = [parameter for parameter in query.parameters if parameter.required]
    choices: list[dict[str, Thing]] = [{}]
    if needed:
        fitting = (thing for thing in spoken if vocabulary().is_a(thing.type, needed[0].kind))
        known = _example(snapshot, named, needed[0], language)
        choices = [{needed[0].name: thing} for thing in (*known, *islice(fitting, _TRIED))]
    if len(needed) > 1 or any(parameter.type != "entity" for parameter in needed):
        return
    # What takes too long, or gives no rows but a graph, is no question to begin with.
    with suppress(ZoneGraphError):
        for things in choices:
            given = {name: thing.iri for name, thing in things.items()}
            if named.run(snapshot, query.name, given, language, ask).rows:
                yield things
                return


def _example(snapshot: Snapshot, named: NamedQueries, parameter: Parameter, language: str) -> Sequence[Thing]:
    """Return the thing that a parameter has as its example, if the graph has it."""
    try:
        node = named.entity(snapshot, parameter.example, parameter.kind)
    except (NotFoundError, AmbiguityError):
        return ()
    return tuple(Things(snapshot, language).cards([node.value]).values())
