"""Looking something up in the search index: the best things for a wording, how many of each class, sentences.

The index gives candidates, the best connected first; whether and how well one fits is judged here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from graph_service.graph import slips
from graph_service.graph.entries import Saying
from graph_service.graph.index_rows import Reader, Row, class_gram, classes
from graph_service.graph.spelling import spelt
from graph_service.graph.wording import Piece, Tier, Way, Wording, expression, fit, looseness

DOCUMENT = "Document"
_BATCH, _CHECKED = 100, 600
"""After how many candidates any that fit will do, and how many are looked at for one way of matching."""
_FEW = 60
"""Fewer candidates are all judged, and nothing more is looked for."""
_EXACT, _COUNTED = 100, 2_000
"""Up to how many candidates facets are exact, and how many are counted at most."""
_SLIP, _SLIPPED = 2, 3
"""How much looser a slip makes what was typed, and how loose that is at least."""
_BEST = (Tier.WHOLE, 0)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A thing that was found.

    Attributes:
        tier: how much of a name was typed.
        loose: 0 where it was typed as written, 1 in pinyin, 2 by first letters, 3 with a slip.
        rank: minus its number of relations.
        length: of the label.
        label: what it is called.
        iri: of the thing.
        matched: the name that fits.
        names: its other names.
        kind: local name of its class.
    """

    tier: Tier
    loose: int
    rank: int
    length: int
    label: str
    iri: str
    matched: str
    names: Sequence[str]
    kind: str

    @property
    def degree(self) -> int:
        """How many relations it has."""
        return -self.rank

    @property
    def score(self) -> float:
        """From 0 to 1: what is typed in full counts most, then the beginning, then how it was typed, then relations."""
        connected = self.degree / (self.degree + 10)
        return round((3 - self.tier) / 3 - self.loose / 15 * 0.8 + connected / 20 * 0.8 - 0.05, 4)


@dataclass(frozen=True, slots=True)
class Quote(Saying):
    """A sentence that was found, and where in its words the wording stands."""

    marks: Sequence[tuple[int, int]]


@dataclass(slots=True)
class Looking:
    """One search: what was typed, and things as they are found."""

    reader: Reader
    written: Wording
    spelt: dict[str, str] = field(default_factory=dict)
    candidates: dict[str, list[int]] = field(default_factory=dict)
    whole: Counter[str] | None = None

    def things(self, kind: str, limit: int) -> list[Hit]:
        """Return the best things, in order: as typed, then word by word, then with a slip."""
        narrow = self._narrow(kind)
        if narrow is None or not limit:
            return []
        hits: dict[str, Hit] = {}
        many = [ways for ways in self._sorts() if not self._few(hits, ways, kind)]
        for tier, ways in ((tier, ways) for tier in Tier for ways in many):
            least = min(map(looseness, ways))
            if not _enough(hits, tier, least, limit):
                rows = self._rows(expression(ways, tier), narrow, limit)
                self._collect(hits, rows, partial(self._hit, ways=ways), limit, (tier, least))
        if self.written.words and len(hits) < limit:
            least = max(min(map(looseness, ways)) for ways in self.written.words)
            self._collect(
                hits, self._rows(self._apart(), narrow, limit), self._hit_apart, limit, (Tier.INSIDE, least)
            )
        elif not many and not kind:
            self.whole = Counter(hit.kind for hit in hits.values())
        if not hits:
            self._slips(hits, narrow, limit)
        return sorted(hits.values())[:limit]

    def documents(self, limit: int) -> list[Hit]:
        """Return the best documents by their titles, which are few: one look has them all, or more than are wanted."""
        narrow = self._narrow(DOCUMENT)
        if narrow is None or not limit:
            return []
        numbers = self._all()
        if numbers is not None:
            titled = self.reader.of_kinds(numbers, self._kinds(DOCUMENT))
            rows = self.reader.numbered(titled[:_BATCH]) if titled else iter(())
        else:
            rows = self.reader.things(f"({self._widest()}){narrow}", _BATCH)
        found = (
            self._hit(row, self.written.joined) or (self._hit_apart(row) if self.written.words else None)
            for row in rows
        )
        return sorted(hit for hit in found if hit)[:limit]

    def all(self, most: int) -> list[str] | None:
        """Return every thing that fits, as typed or word by word; None where there may be more than so many."""
        rows = list(self.reader.things(f"({self._widest()}){self._narrow('')}", most + 1))
        return [row.iri for row in rows if self._fits(row, ())] if len(rows) <= most else None

    def _narrow(self, kind: str) -> str | None:
        """Return what narrows a query to a class; None where the index has none of it. Documents are asked for by name."""
        numbers = {name: number for number, name in self.reader.kinds.items()}
        if kind:
            return f' AND "{class_gram(numbers[kind])}"' if kind in numbers else None
        return f' NOT "{class_gram(numbers[DOCUMENT])}"' if DOCUMENT in numbers else ""

    def _sorts(self) -> Iterator[list[Way]]:
        """Yield the ways to look for: letter by letter, whole syllables, those that have first letters."""
        every = self.written.joined
        if any(piece.read for way in every for piece in way):
            yield [tuple(map(Piece, self.written.text))]
        strict = [way for way in every if looseness(way) < 2]
        loose = [way for way in every if looseness(way) == 2]
        yield from (some for some in (strict, loose) if some)

    # Candidates

    def _numbers(self, match: str) -> list[int]:
        """Return the rows that have the grams of a query, as many as are counted at most. It is asked once."""
        found = self.candidates.get(match)
        if found is None:
            found = self.candidates[match] = self.reader.numbers(match, _COUNTED)
        return found

    def _all(self) -> list[int] | None:
        """Return the rows of all candidates, documents too; None where they are too many to be counted."""
        parts = [self._numbers(match) for match in self._matches()]
        return None if any(len(part) == _COUNTED for part in parts) else sorted(set().union(*parts))

    def _matches(self) -> Iterator[str]:
        """Yield the queries that together find all candidates."""
        yield from (expression(ways, Tier.INSIDE) for ways in self._sorts())
        if self.written.words:
            yield self._apart()

    def _kinds(self, kind: str) -> set[int]:
        """Return the classes, by their numbers, that are within a class; those that are no documents, where it is empty."""
        known = ((number, classes(name)) for number, name in self.reader.kinds.items())
        return {number for number, above in known if (kind in above if kind else DOCUMENT not in above)}

    def _few(self, hits: dict[str, Hit], ways: Sequence[Way], kind: str) -> bool:
        """Add all that fits anywhere in a name, where that is little, which saves looking for each tier; tell whether it is."""
        numbers = self._numbers(expression(ways, Tier.INSIDE))
        if len(numbers) == _COUNTED:
            return False
        ours = self.reader.of_kinds(numbers, self._kinds(kind))
        if len(ours) >= _FEW:
            return False
        if ours:
            judge = partial(self._hit, ways=ways)
            self._collect(hits, self.reader.numbered(ours), judge, _FEW, _BEST)
        return True

    def _rows(self, match: str, narrow: str, limit: int) -> Iterator[Row]:
        return self.reader.things(f"({match}){narrow}", max(_CHECKED, limit))

    def _collect(
        self,
        hits: dict[str, Hit],
        rows: Iterable[Row],
        judge: Callable[[Row], Hit | None],
        limit: int,
        best: tuple[Tier, int],
    ) -> None:
        """Add what fits among the candidates, the best connected first, until there is enough.

        Args:
            hits: what was found before, by IRIs.
            rows: the candidates.
            judge: tells how one fits.
            limit: how many are enough.
            best: how much of a name they are at most, and how loosely typed at least; what comes later does not outdo
                as many of them.
        """
        fitting = unbeaten = 0
        for number, row in enumerate(rows, 1):
            if (hit := judge(row)) is not None:
                fitting += 1
                unbeaten += (hit.tier, hit.loose) <= best
                hits[row.iri] = min(hit, hits.get(row.iri, hit))
            if unbeaten >= limit or (number % _BATCH == 0 and fitting >= limit):
                return

    def _spelt(self, name: str) -> str:
        found = self.spelt.get(name)
        if found is None:
            found = self.spelt[name] = spelt(name)
        return found

    def _hit(self, row: Row, ways: Sequence[Way], slip: int = 0) -> Hit | None:
        """Return the hit that the best fitting name of a thing makes."""
        fitting = [
            (placed[0], 0 if self.written.text in self._spelt(name) else looseness(way) + slip, name)
            for name in row.names
            for way in ways
            if (placed := fit(way, self._spelt(name))) is not None
        ]
        return _hit(row, *min(fitting, key=lambda f: f[:2])) if fitting else None

    # Word by word

    def _apart(self) -> str:
        return " AND ".join(f"({expression(ways, Tier.INSIDE)})" for ways in self.written.words)

    def _hit_apart(self, row: Row) -> Hit | None:
        """Return the hit of a thing each word of which stands in some name of it."""
        found = [hit for ways in self.written.words if (hit := self._hit(row, ways))]
        if len(found) < len(self.written.words):
            return None
        return _hit(row, Tier.INSIDE, max(hit.loose for hit in found), found[0].matched)

    # With a slip

    def _slips(self, hits: dict[str, Hit], narrow: str, limit: int) -> None:
        ways = slips.meant(self.written)
        if ways:
            rows = self._rows(expression(ways, Tier.INSIDE), narrow, limit)
            self._collect(
                hits, rows, partial(self._hit, ways=ways, slip=_SLIP), limit, (Tier.WHOLE, _SLIPPED)
            )
        halves = slips.halves(self.written)
        if halves:
            rows = self._rows(expression(halves, Tier.INSIDE), narrow, limit)
            self._collect(hits, rows, self._hit_near, limit, (Tier.WHOLE, _SLIPPED))

    def _hit_near(self, row: Row) -> Hit | None:
        near = next((name for name in row.names if slips.near_word(self.written.text, name)), None)
        return _hit(row, Tier.INSIDE, _SLIPPED, near) if near else None

    # How many

    def facets(self, shown: Sequence[Hit], kind: str, limit: int) -> dict[str, Any]:
        """Return how many things there are of each class, whatever class is asked for, and of the one asked for."""
        if self.whole is not None:
            counted, exact = dict(self.whole or Counter(hit.kind for hit in shown)), True
        else:
            counted, exact = self._counted(shown)
        facets = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        total = len(shown) if kind and len(shown) < limit else sum(counted.values())
        return {"facets": facets, "total": total, "whole": exact}

    def _counted(self, shown: Sequence[Hit]) -> tuple[dict[str, int], bool]:
        """Return how many candidates there are of each class, or hits where they are few; tell whether that is exact."""
        every = set[int]().union(*map(self._numbers, self._matches()))
        numbers = self.reader.of_kinds(every, self._kinds(""))
        if len(numbers) > _EXACT:
            return self.reader.count(numbers), False
        exact = Counter(row.kind for row in self.reader.numbered(numbers) if self._fits(row, shown))
        return exact or Counter(hit.kind for hit in shown), True  # none but with a slip

    def _fits(self, row: Row, shown: Sequence[Hit]) -> bool:
        """Tell whether a candidate is a hit, which those that are shown are known to be."""
        if any(row.iri == hit.iri for hit in shown):
            return True
        return bool(self._hit(row, self.written.joined) or (self.written.words and self._hit_apart(row)))

    def _widest(self) -> str:
        match = expression(self.written.joined, Tier.INSIDE)
        return f"{match} OR ({self._apart()})" if self.written.words else match


def _enough(hits: Mapping[str, Hit], tier: Tier, loose: int, limit: int) -> bool:
    """Tell whether so many hits are better than any of a tier can be that is as loosely typed."""
    return sum((hit.tier, hit.loose) < (tier, loose) for hit in hits.values()) >= limit


def _hit(row: Row, tier: Tier, loose: int, matched: str) -> Hit:
    label, *others = row.names
    return Hit(tier, loose, -row.degree, len(label), label, row.iri, matched, tuple(others), row.kind)


# ---- Sentences -----------------------------------------------------------------------------------


def quotes(reader: Reader, text: str, limit: int) -> list[Quote]:
    """Return sentences in which every word stands as it was typed."""
    words = [word for part in text.split() if (word := spelt(part))]
    grams = [f"b{a}{b}" for word in words for a, b in pairwise(word)][:40]
    grams += [f"c{word}" for word in words if len(word) == 1]
    match = " AND ".join(f'"{gram}"' for gram in dict.fromkeys(grams))
    found = []
    for saying in reader.sentences(match, _BATCH):
        marks = _marks(saying.text, words)
        if marks:
            found.append(
                Quote(
                    saying.iri,
                    saying.document,
                    saying.start,
                    saying.end,
                    saying.text,
                    saying.published,
                    marks,
                )
            )
    return found[:limit]


def _marks(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where words stand in a text, as code points; nothing where one of them does not."""
    places = [(place, c) for place, raw in enumerate(text) for c in spelt(raw)]
    written = "".join(c for _, c in places)
    found = []
    for word in words:
        at = written.find(word)
        if at < 0:
            return []
        while at >= 0:
            found.append((places[at][0], places[at + len(word) - 1][0] + 1))
            at = written.find(word, at + len(word))
    return sorted(found)
