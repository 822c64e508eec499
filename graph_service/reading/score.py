"""How good claims are, measured against facts that a person wrote down for the same document.

A claim answers a fact when both have the same relation and their ends name the same thing (`matching`), strictly or relaxed.
The tier `core` has relations to things, figures and dates; `full` has those to words too. A fact marked optional counts when
it is found and does not count when it is missed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from graph_service.reading import documents
from graph_service.reading.gold import Answer, Fact, load_claims, load_facts
from graph_service.reading.matching import match, read_at_value
from graph_service.vocabulary import MODALITIES

DERIVATIONS: Final = ("plain", "coreference", "alias", "group")
"""What finding a fact takes: its sentence alone, a pronoun's antecedent, the full name, an unnamed group."""

_CORE = (
    "alias formerName renamedTo mergedInto mergedWith locatedIn partOf",
    "inIndustry leadingIndustry industryCategory upstreamOf supplies hasRole",
    "relocatedFrom relocatedTo introduced facilitated",
    "memberOf alliedWith signedIntentWith founded incubates jointLab leads acquiredControlOf",
    "develops usesTechnology applicableTo awarded awardedBy certifiedAs draftedStandard exhibits",
    "builds signedProject startsProject openedIn foundedIn renewed operates",
    "invests outputValue annualSales expectedSales expectedTax landPrice area capacity shareOf",
    "hostsCompanyCount projectCount hasCount employeeCount yearsInIndustry",
    "patentApplicationCount softwareCopyrightCount author",
)
_WORDY = (
    "relocationReason enables firstOf ranked formerState renewalMethod",
    "positionedAs focusesOn implementsPolicy targets evaluatedAs",
)

CORE: Final = frozenset(" ".join(_CORE).split())
"""Relations to things, figures and dates: judged even where no fact of the document has them."""

WORDY: Final = frozenset(" ".join(_WORDY).split())
"""Relations to words: judged in the tier `full` only."""


@dataclass(frozen=True, slots=True)
class Count:
    """Facts found, claims that answer no fact, and facts that no claim answers."""

    found: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the judged claims that answer a fact; 0 without claims."""
        return _divide(self.found, self.found + self.extra)

    @property
    def recall(self) -> float:
        """Share of the facts that were found; 0 without facts."""
        return _divide(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _divide(2 * self.precision * self.recall, self.precision + self.recall)


@dataclass(frozen=True, slots=True)
class Share:
    """How many out of how many."""

    right: int
    total: int

    @property
    def part(self) -> float:
        """The quotient, from 0 to 1; 0 of nothing."""
        return _divide(self.right, self.total)

    def __str__(self) -> str:
        return f"{self.right}/{self.total}"


@dataclass(frozen=True, slots=True)
class Part:
    """The score of one tier, relaxed or strict, over all documents.

    Attributes:
        relations: count by relation, of those that were found, missed or claimed.
        derivations: facts found out of those wanted, by what finding them takes.
        claimed: claims that answer a fact out of those made, by what the reader took; of claims that say it.
        modalities: found facts whose claim has their modality, by that of the fact.
        bounds: found facts whose claim has their bound, out of those with a bound.
        values: facts whose figure was read at its value, out of those of which any claim has the figure.
        missed: facts not found that are not optional.
        extra: claims that answer no fact.
    """

    relations: dict[str, Count]
    derivations: dict[str, Share]
    claimed: dict[str, Share]
    modalities: dict[str, Share]
    bounds: Share
    values: Share
    missed: tuple[Fact, ...]
    extra: tuple[Answer, ...]

    @property
    def total(self) -> Count:
        """The count over all relations."""
        rows = self.relations.values()
        return Count(sum(r.found for r in rows), sum(r.extra for r in rows), sum(r.missed for r in rows))

    @property
    def modality(self) -> Share:
        """Found facts whose claim has their modality."""
        rows = self.modalities.values()
        return Share(sum(r.right for r in rows), sum(r.total for r in rows))


@dataclass(frozen=True, slots=True)
class Broken:
    """Claims of one document whose evidence does not hold."""

    document: Path
    claims: Share


@dataclass(frozen=True, slots=True)
class Score:
    """The four parts, by tier and strictness, and the evidence that does not hold in the texts given."""

    core_relaxed: Part
    core_strict: Part
    full_relaxed: Part
    full_strict: Part
    broken: tuple[Broken, ...]

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Yield each part after its name, such as `core relaxed`."""
        for name in ("core_relaxed", "core_strict", "full_relaxed", "full_strict"):
            yield name.replace("_", " "), getattr(self, name)


Marked = tuple[Sequence[Fact], Sequence[Answer]]
"""The facts and the claims of one document."""


def score(pairs: Iterable[tuple[Path, Path]], texts: Sequence[Path] = ()) -> Score:
    """Return the score of claims over all documents together.

    Args:
        pairs: for each document the file of facts and the file of claims.
        texts: the documents, in the order of the pairs; evidence is checked in as many as are given.

    Raises:
        UsageError: a file cannot be read or is ill-formed.
        DocumentError: a text cannot be read.
    """
    marked = [(load_facts(facts), load_claims(claims)) for facts, claims in pairs]
    broken = []
    for path, (_, answers) in zip(texts, marked, strict=False):
        text = documents.load(path).text
        broken.append(Broken(path, Share(sum(not a.holds(text) for a in answers), len(answers))))
    return Score(
        core_relaxed=compare(marked, words=False, strict=False),
        core_strict=compare(marked, words=False, strict=True),
        full_relaxed=compare(marked, words=True, strict=False),
        full_strict=compare(marked, words=True, strict=True),
        broken=tuple(broken),
    )


def report(pairs: list[tuple[Path, Path]], *, misses: bool = False, text: Path | None = None) -> str:
    """Return the score as text for people: a line for each part, details for core relaxed.

    Args:
        pairs: for each document the file of facts and the file of claims.
        misses: list the facts that were missed and the claims that answer none.
        text: the document of the first pair, to check evidence in.

    Raises:
        UsageError: a file cannot be read or is ill-formed.
        DocumentError: the text cannot be read.
    """
    result = score(pairs, [text] if text else [])
    lines: list[str] = []
    for name, part in result.parts():
        lines.append(f"{name}: {_figures(part.total)}")
        if part is result.core_relaxed:
            lines += [*_details(part), *(_misses(part) if misses else ())]
    lines += [
        f"evidence spans that do not hold in {b.document}: {b.claims.right} of {b.claims.total} claims"
        for b in result.broken
    ]
    return "\n".join(lines)


def compare(marked: Sequence[Marked], *, words: bool, strict: bool) -> Part:
    """Return one part of the score.

    Args:
        marked: facts and claims of each document.
        words: judge relations to words too (the tier `full`).
        strict: take names only as they are.
    """
    found: list[tuple[Fact, Answer]] = []
    missed: list[Fact] = []
    extra: list[Answer] = []
    values: list[bool] = []
    for every_fact, every_answer in marked:
        facts = [f for f in every_fact if f.tier == "core" or (words and f.tier == "text")]
        judged = CORE | (WORDY if words else frozenset()) | {f.relation for f in facts}
        answers = [a for a in every_answer if a.relation in judged]
        given = match(facts, answers, strict)
        found += [(facts[f], answers[a]) for f, a in given.items()]
        lost = [f for i, f in enumerate(facts) if i not in given and not f.optional]
        missed += lost
        extra += [a for i, a in enumerate(answers) if i not in set(given.values())]
        values += [True for f in given if facts[f].values]
        values += [at for f in lost if f.values and (at := read_at_value(f, every_answer)) is not None]
    part = _part(found, missed, extra, _short_names(f for facts, _ in marked for f in facts))
    return replace(part, values=_share(values))


def _part(
    found: list[tuple[Fact, Answer]], missed: list[Fact], extra: list[Answer], short: dict[str, set[str]]
) -> Part:
    hits = Counter(fact.relation for fact, _ in found)
    extras, misses = Counter(a.relation for a in extra), Counter(f.relation for f in missed)
    right = Counter(_derivation(fact, short) for fact, _ in found)
    took = Counter(answer.derivation for _, answer in found)
    return Part(
        relations={r: Count(hits[r], extras[r], misses[r]) for r in sorted({*hits, *extras, *misses})},
        derivations=_shares(DERIVATIONS, right, right + Counter(_derivation(f, short) for f in missed)),
        claimed=_shares(DERIVATIONS, took, took + Counter(a.derivation for a in extra)),
        modalities=_shares(
            MODALITIES,
            Counter(fact.modality for fact, answer in found if fact.modality == answer.modality),
            Counter(fact.modality for fact, _ in found),
        ),
        bounds=_share(fact.bound == answer.object.bound for fact, answer in found if fact.bound),
        values=Share(0, 0),
        missed=tuple(missed),
        extra=tuple(extra),
    )


def _share(judged: Iterable[bool]) -> Share:
    every = list(judged)
    return Share(sum(every), len(every))


def _shares(kinds: Iterable[str], right: Counter[Any], total: Counter[Any]) -> dict[str, Share]:
    return {kind: Share(right[kind], total[kind]) for kind in kinds}


def _divide(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _short_names(facts: Iterable[Fact]) -> dict[str, set[str]]:
    """Return the short names that the facts themselves give for each full one."""
    short: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.relation == "alias":
            short[fact.subject].add(fact.object)
    return short


def _derivation(fact: Fact, short: dict[str, set[str]]) -> str:
    if any(fact.unnamed):
        return "group"
    if fact.coref:
        return "coreference"
    said = (
        name not in fact.quote and any(s in fact.quote for s in short.get(name, ()))
        for name in (fact.subject, fact.object)
    )
    return "alias" if fact.derived == "alias" or any(said) else "plain"


def _figures(count: Count) -> str:
    return (
        f"P {count.precision:.3f} R {count.recall:.3f} F1 {count.f1:.3f} "
        f"(found {count.found}, extra {count.extra}, missed {count.missed})"
    )


def _details(part: Part) -> Iterator[str]:
    yield f"modality {part.modality}, bounds {part.bounds}"
    yield f"figures read at their value: {part.values}"
    yield f"facts found by derivation: {_row(part.derivations)}"
    if any(share.total for share in part.claimed.values()):
        yield f"claims right by derivation: {_row(part.claimed)}"
    yield f"right by modality: {_row(part.modalities)}"
    for relation, count in part.relations.items():
        row = f"found {count.found}, extra {count.extra}, missed {count.missed}"
        yield f"  {relation:24} P {count.precision:.2f} R {count.recall:.2f} ({row})"


def _row(shares: dict[str, Share]) -> str:
    return ", ".join(f"{kind} {share}" for kind, share in shares.items())


def _misses(part: Part) -> Iterator[str]:
    for fact in part.missed:
        yield f"MISSED {fact.subject} {fact.relation} {fact.object} | {fact.quote}"
    for answer in part.extra:
        subject, words = (next(iter(end.names), end.date) for end in (answer.subject, answer.object))
        yield f"EXTRA  {subject} {answer.relation} {words} | {answer.rule}"
