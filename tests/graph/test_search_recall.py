"""Of things in the bundled documents, typed in the ways people type, all but one in a hundred are among the first ten."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from pypinyin import lazy_pinyin

from graph_service.graph.entries import Thing, entry
from graph_service.graph.search import Search
from graph_service.graph.spelling import is_han, spelt
from graph_service.graph.store import Snapshot, open_reader
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import Settings
from tests.graph.test_search import every

_QUERIES, _FIRST = 200, 10


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Search, list[Thing]]]:
    """An index of the bundled documents, and the things to look for."""
    folder = tmp_path_factory.mktemp("recall")
    ingest([resource("data", "documents")], Settings(store=folder / "store"))
    with open_reader(folder / "store") as reader, Search(folder) as opened:
        snapshot = reader.snapshot()
        opened.follow(snapshot)
        yield opened, _things(snapshot)


def _things(snapshot: Snapshot) -> list[Thing]:
    """Return the named things whose names are Chinese, in a fixed order; no groups that documents do not name."""
    found = (entry(snapshot, iri) for iri in sorted(set(every(snapshot))))
    return [
        thing
        for thing in found
        if isinstance(thing, Thing) and thing.kind != "Document" and not thing.kind.endswith("Group")
        if 2 <= len(thing.label) <= 30 and all(map(is_han, spelt(thing.label)))
    ]


def _queries(things: list[Thing]) -> Iterator[tuple[str, str, str]]:
    """Yield the way of typing, what is typed and the IRI of what is meant, by rule and always the same.

    An alias, the pinyin of a name, the first letters of a name of three or more characters, and the two neighbouring
    characters of a name that fewest other names have.
    """
    shared = Counter(
        pair for thing in things for pair in {p for n in thing.names for p in pairwise(spelt(n))}
    )
    aliased = [thing for thing in things if len(thing.names) > 1]
    chance = random.Random(6)
    for _ in range(_QUERIES // 4):
        alias = chance.choice(aliased)
        yield "alias", alias.names[-1], alias.iri
        thing = chance.choice(things)
        yield "pinyin", "".join(lazy_pinyin(spelt(thing.label))), thing.iri
        long = chance.choice([thing for thing in things if len(thing.label) > 3])
        yield "initials", "".join(syllable[0] for syllable in lazy_pinyin(spelt(long.label))), long.iri
        thing = chance.choice(things)
        rarest: tuple[str, str] = min(pairwise(spelt(thing.label)), key=lambda pair: shared[pair])
        yield "infix", "".join(rarest), thing.iri


def test_ninety_nine_of_a_hundred_are_among_the_first_ten(asked: tuple[Search, list[Thing]]) -> None:
    search, things = asked
    queries = list(_queries(things))
    assert len(queries) == _QUERIES
    missed = [
        (way, typed)
        for way, typed, iri in queries
        if iri not in {hit.iri for hit in search.find(typed, limit=_FIRST).things}
    ]
    assert len(missed) <= _QUERIES // 100, missed
