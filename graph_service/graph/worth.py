"""What is worth seeing first in a graph: how much it holds, what the newest documents speak of, questions that have answers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from graph_service.errors import ZoneGraphError
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.named import LANGUAGES, Ask, NamedQueries, NamedQuery
from graph_service.graph.paging import Page
from graph_service.graph.parameters import Parameter
from graph_service.graph.store import Snapshot
from graph_service.graph.things import Thing, Things, graphs, number, text_of
from graph_service.vocabulary import vocabulary

_SHOWN, _OF_A_KIND, _TRIED, _NAMESAKES = 12, 3, 6, 5
"""Things that are shown, as many of one kind, things that a question is tried with, and of one name that are looked at."""


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


NOTHING = Worth((), (), {})
"""What is known to be worth seeing before anybody has looked."""


def worth(snapshot: Snapshot, named: NamedQueries, ask: Ask) -> dict[str, Worth]:
    """Return what is worth seeing first, by the language of its labels.

    Args:
        snapshot: the state of the graph.
        named: questions that may be asked.
        ask: tries them; one that takes it too long is left out.
    """
    rows = snapshot.query(text_of("newest")).rows()
    newest = [row["thing"].value for row in rows if row["thing"] is not None]  # type: ignore[union-attr]
    cards = {language: Things(snapshot, language).cards(newest) for language in LANGUAGES}
    spoken = [card for card in cards[LANGUAGES[0]].values() if card.degree]
    questions = [(query, given) for query in named for given in _asked(snapshot, named, query, spoken, ask)]
    shown, counts = [thing.iri for thing in _mixed(spoken)], _size(snapshot)
    found: dict[str, Worth] = {}
    for language in LANGUAGES:
        known = cards[language] | Things(snapshot, language).cards(
            iri for _, given in questions for iri in given.values()
        )
        asks = [
            Question(query, {name: known[iri] for name, iri in given.items()}) for query, given in questions
        ]
        found[language] = Worth(asks, [known[iri] for iri in shown], counts)
    return found


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
    snapshot: Snapshot, named: NamedQueries, query: NamedQuery, spoken: Sequence[Thing], ask: Ask
) -> Iterator[dict[str, str]]:
    """Yield the parameters, none or one, with which a query has an answer here; nothing where it needs others."""
    needed = [parameter for parameter in query.parameters if parameter.required]
    if len(needed) > 1 or any(parameter.type != "entity" for parameter in needed):
        return
    choices: list[dict[str, str]] = [{}]
    if needed:
        fitting = (thing.iri for thing in spoken if vocabulary().is_a(thing.type, needed[0].kind))
        known = _example(snapshot, needed[0])
        choices = [{needed[0].name: iri} for iri in dict.fromkeys((*known, *islice(fitting, _TRIED)))]
    # What takes too long, or gives no rows but a graph, is no question to begin with.
    with suppress(ZoneGraphError):
        for given in choices:
            if named.run(snapshot, query.name, given, ask=ask, page=Page(1)).rows:
                yield given
                return


def _example(snapshot: Snapshot, parameter: Parameter) -> list[str]:
    """Return the things of the right kind whose very name a parameter has as its example.

    The name is looked up as it is written: all names of a large graph are not gone through for a start page.
    """
    names = [ox.Literal(parameter.example, language=language) for language in LANGUAGES]
    found = (
        quad.subject.value
        for name in (*names, ox.Literal(parameter.example))
        for called in (PREF_LABEL, ALT_LABEL)
        for quad in islice(snapshot.quads(None, called, name, None), _NAMESAKES)
        if isinstance(quad.subject, ox.NamedNode)
    )
    kind = Things(snapshot, LANGUAGES[0]).kind
    return [iri for iri in dict.fromkeys(found) if vocabulary().is_a(kind(iri), parameter.kind)]
