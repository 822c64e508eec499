"""Which of several things of a name is meant: the one that the question has an answer for.

Two things may have one name (晶澳), and the words of a question may begin several names. Nobody is asked which is meant
where it makes no difference: where only one of them has an answer, or one has far more of it than all others, or none
has, or where they may well be one and the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from graph_service.asking.filling import Value
from graph_service.asking.understanding import Reading
from graph_service.graph.labels import Entity, Labels
from graph_service.graph.named import Result

_MOST = 8
"""How many ways to take a question are tried."""
_FAR_MORE = 2
"""How many times as many rows tell what is meant."""

Run = Callable[[Mapping[str, str]], Result]
"""Answers the query of a reading with these parameters."""
Alike = Callable[[str, str], bool]
"""Says of two things whether they may be the same."""


def settle(reading: Reading, run: Run, alike: Alike) -> tuple[Reading, Result | None]:
    """Return a reading with one thing for each name, and its answer; as it is and None where it stays open what is meant.

    Args:
        reading: one that is likely.
        run: answers its query.
        alike: says which things may be the same.
    """
    ways = list(islice(_ways(reading), _MOST + 1))
    if len(ways) > _MOST:
        return reading, None
    answers = sorted(
        ((way, run(given(way))) for way in ways), key=lambda answer: len(answer[1].rows), reverse=True
    )
    first, result = answers[0]
    rivals = [way for way, other in answers[1:] if len(result.rows) < _FAR_MORE * len(other.rows)]
    if not all(_same(first, way, alike) for way in rivals):
        return reading, None
    return _without_loose(first, result, run)


def given(reading: Reading) -> dict[str, str]:
    """Return what the parameters of the query are."""
    return {name: value.value for name, value in reading.values.items()}


def _same(one: Reading, other: Reading, alike: Alike) -> bool:
    """Say whether the things of two ways are the same, as far as anybody knows."""
    pairs = ((value.value, other.values[name].value) for name, value in one.values.items())
    return all(this == that or alike(this, that) for this, that in pairs)


def _ways(reading: Reading) -> list[Reading]:
    """Return the ways to take a reading, one for each row of things that its names may mean."""
    names = list(reading.values)
    rows = product(*(_takes(value) for value in reading.values.values()))
    return [replace(reading, values=dict(zip(names, row, strict=True))) for row in islice(rows, _MOST + 1)]


def _takes(value: Value) -> list[Value]:
    things: list[Entity] = list({thing.iri: thing for thing in value.choices}.values())
    return [
        replace(value, value=thing.iri, choices=(), others=tuple(t for t in things if t != thing))
        for thing in things
    ] or [value]


def _without_loose(reading: Reading, result: Result, run: Run) -> tuple[Reading, Result]:
    kept = {name: value for name, value in reading.values.items() if not value.loose}
    if result.rows or len(kept) == len(reading.values):
        return reading, result
    fewer = replace(reading, values=kept)
    again = run(given(fewer))
    return (fewer, again) if again.rows else (reading, result)


def told_apart(reading: Reading, labels: Labels) -> Reading:
    """Return a reading whose things that share a name have their labels, by which a reader tells them apart."""
    values = reading.values.values()
    labels.learn(thing.iri for value in values for thing in (*value.choices, *value.others))

    def labelled(things: Sequence[Entity]) -> tuple[Entity, ...]:
        return tuple(replace(thing, name=labels.of(thing.iri)) for thing in things)

    named = {
        name: replace(value, choices=labelled(value.choices), others=labelled(value.others))
        for name, value in reading.values.items()
    }
    return replace(reading, values=named)
