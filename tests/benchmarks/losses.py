"""Where facts are lost, stage by stage, and what kinds of claims are too many; run `python -m tests.benchmarks.losses`.

Each fact that no claim answers is put down to the first stage that lost it: its sentence was not found, an end of it was not
recognised, no rule of its relation began in the sentence, a rule began and a slot failed, a rule matched without an end, or a
claim was made that differs. Each claim that answers no fact is put down to how it differs from the nearest one. Only counts are
printed; `--list` adds the facts and claims of the documents that rules are worked on, `--sealed` counts those held out instead.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_service.reading.claims import Document, Entity, Quantity
from graph_service.reading.documents import load
from graph_service.reading.gold import Answer, End, Fact, load_claims, load_facts
from graph_service.reading.matching import match, same_end, same_object
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.rules import Rule, rules
from graph_service.reading.score import CORE
from graph_service.reading.slots import prefixes
from graph_service.reading.stages import prepare
from tests.benchmarks.quality import FOLDERS, extract, table
from tests.benchmarks.texts import held_out, published

SENTENCE = "sentence not found"
FIGURE = "figure not read"
DATE = "date not read"
ELSEWHERE = "object is a mention, not in its sentence"
UNKNOWN, CUT, COMPOSED = "nothing found there", "found with other edges", "not in the text as such"
DIFFERS = "claim made: "
MATCHED = "rule matched, an end is missing"
SLOT = "rule began, then a slot failed"
NO_RULE = "no rule of the relation began"


@dataclass
class Case:
    """One document with its facts, the claims made of it, and its passages."""

    path: Path
    document: Document
    facts: list[Fact]
    answers: list[Answer]

    @cached_property
    def passages(self) -> list[Passage]:
        """The passages, references resolved."""
        return prepare(self.document)

    @cached_property
    def given(self) -> dict[int, int]:
        """Which fact is answered by which claim."""
        return match(self.facts, self.answers, strict=False)

    @property
    def missed(self) -> list[Fact]:
        """The facts that no claim answers and that are not optional."""
        return [f for n, f in enumerate(self.facts) if n not in self.given and not f.optional]

    @property
    def extra(self) -> list[Answer]:
        """The claims that answer no fact."""
        used = set(self.given.values())
        return [a for n, a in enumerate(self.answers) if n not in used]

    def quoted(self, fact: Fact) -> list[Passage]:
        """Return the passages that the quote of a fact stands in."""
        begin, spans = self.document.text.find(fact.quote), []
        while begin >= 0:
            spans.append((begin, begin + len(fact.quote)))
            begin = self.document.text.find(fact.quote, begin + 1)
        return [
            p
            for p in self.passages
            if any(e.start < b and a < e.end for e in p.unit.evidence for a, b in spans)
        ]


def cases(sealed: bool) -> Iterator[Case]:
    """Yield the documents that have facts: those held out, or the others."""
    with TemporaryDirectory() as made:
        for folder in FOLDERS:
            for path in sorted(folder.glob("documents/*.txt")):
                gold = folder / "gold" / f"{path.stem}.json"
                if gold.exists() and held_out(path) == sealed:
                    yield case(path, gold, Path(made))


def case(path: Path, gold: Path, into: Path) -> Case:
    """Return one document, read; facts and claims of the tier `core` alone."""
    facts = [fact for fact in load_facts(gold) if fact.tier == "core"]
    judged = CORE | {fact.relation for fact in facts}
    answers = [a for a in load_claims(extract(path, into)) if a.relation in judged]
    return Case(path, load(path, published=published(path)), facts, answers)


# ---- Facts that are missed -------------------------------------------------------------------------


def stage(fact: Fact, here: Case) -> str:
    """Return the first stage that lost a fact."""
    passages = here.quoted(fact)
    if not passages:
        return SENTENCE
    if (lost := _end_lost(fact, passages, here)) is not None:
        return lost
    made = [a for a in here.answers if _stands_in(a, passages)]
    return _differs(fact, made) or _rule_lost(fact, passages)


def _end_lost(fact: Fact, passages: list[Passage], here: Case) -> str | None:
    """Return which end of a fact was not recognised; None where both were."""
    ends = list(_ends(passages))
    if not any(same_object(fact, end, exact=False) for end in ends):
        if fact.date is not None:
            return DATE
        if fact.values:
            return FIGURE
        everywhere = [*_ends(here.passages), *(e for a in here.answers for e in (a.subject, a.object))]
        known = any(same_object(fact, end, exact=False) for end in everywhere)
        return ELSEWHERE if known else f"object no mention: {_how(fact.object, here)}"
    whole = [*_ends(here.passages), *(e for a in here.answers for e in (a.subject, a.object))]
    if fact.subject != "本文" and not any(
        same_end(fact.subject, fact.unnamed[0], e, exact=False) for e in whole
    ):
        return f"subject no mention: {_how(fact.subject, here)}"
    return None


def _how(name: str, here: Case) -> str:
    """Return how a name is no mention: its words do not stand in the text, or nothing, or something else was found there."""
    found = False
    for passage in here.passages:
        at = passage.unit.text.find(name)
        found |= at >= 0
        if at >= 0 and any(m.start < at + len(name) and at < m.end for m in passage.mentions):
            return CUT
    return UNKNOWN if found else COMPOSED


def _ends(passages: Iterable[Passage]) -> Iterator[End]:
    return (_end(mention) for passage in passages for mention in passage.mentions)


def _end(mention: Mention) -> End:
    """Return a mention as what scoring compares."""
    entity, value = mention.entity, mention.value
    names = (entity.name, *entity.names) if isinstance(entity, Entity) else ()
    figures = (value.value, value.min, value.max) if isinstance(value, Quantity) else ()
    date = "" if value is None or isinstance(value, Quantity) else value.date
    unnamed = mention.kind.endswith("Group") or (entity is not None and entity.size is not None)
    return End(names, mention.kind, unnamed, tuple(v for v in figures if v is not None), date, None)


def _stands_in(answer: Answer, passages: list[Passage]) -> bool:
    spans = [(e.start, e.end) for p in passages for e in p.unit.evidence]
    return any(start < b and a < end for start, end, _ in answer.evidence for a, b in spans)


def _differs(fact: Fact, made: list[Answer]) -> str | None:
    """Return how the nearest claim of the sentence differs from a fact; None where none has an end of it."""
    begins = [a for a in made if same_end(fact.subject, fact.unnamed[0], a.subject, exact=False)]
    meant = [a for a in made if same_object(fact, a.object, exact=False)]
    same = [a for a in made if a.relation == fact.relation]
    if any(a in same and a in meant for a in begins):
        return f"{DIFFERS}another fact has it"
    if any(a in same for a in meant):
        return f"{DIFFERS}wrong subject"
    if any(a in meant for a in begins):
        return f"{DIFFERS}another relation"
    return None


def _rule_lost(fact: Fact, passages: list[Passage]) -> str:
    """Return how far the rules of a relation got in the sentence of a fact."""
    furthest = NO_RULE
    for rule in _rules_of(fact.relation):
        for passage in passages:
            if rule.trigger and not rule.trigger.search(passage.text):
                continue
            if rule.pattern.search(passage.code):
                return MATCHED
            if _began(rule, passage):
                furthest = SLOT
    return furthest


def _began(rule: Rule, passage: Passage) -> bool:
    """Say whether words of a rule, and not slots alone, stand in a passage."""
    for expression in _beginnings(rule):
        found = expression.search(passage.code)
        if found and any(not "\ue000" <= sign <= "\uf8ff" for sign in found.group()):
            return True
    return False


@cache
def _beginnings(rule: Rule) -> tuple[re.Pattern[str], ...]:
    return tuple(expression for expression, _ in prefixes(rule.source))


@cache
def _rules_of(relation: str) -> tuple[Rule, ...]:
    return tuple(r for r in rules() if any(relation in (e.relation, r.forecast) for e in r.emit))


# ---- Claims that are too many ----------------------------------------------------------------------


def difference(answer: Answer, here: Case) -> str:
    """Return how a claim that answers no fact differs from the nearest fact."""
    facts = here.facts
    begins = [f for f in facts if same_end(f.subject, f.unnamed[0], answer.subject, exact=False)]
    meant = [f for f in facts if same_object(f, answer.object, exact=False)]
    same = [f for f in facts if f.relation == answer.relation]
    if any(f in meant and f in same for f in begins):
        return "said twice"
    if any(f in same for f in meant):
        return "wrong subject"
    if any(f in meant for f in begins):
        return "wrong relation"
    if any(f in same and f in here.missed for f in begins):
        return "wrong object"
    return "in no fact"


# ---- The page --------------------------------------------------------------------------------------


def page(found: Sequence[Case], listed: bool) -> str:
    """Return the counts in Markdown, with the facts and claims themselves where they are to be listed."""
    lost = [(stage(fact, here), fact, here) for here in found for fact in here.missed]
    extra = [(difference(answer, here), answer, here) for here in found for answer in here.extra]
    parts = [
        "## Facts missed, by the first stage that lost them\n", _counts("Stage", (s for s, _, _ in lost)),
        "### By relation\n", _crossed("Stage", ((s, f.relation) for s, f, _ in lost)),
        "## Claims that answer no fact\n", _counts("Difference", (d for d, _, _ in extra)),
        "### By derivation\n", _crossed("Difference", ((d, a.derivation or "–") for d, a, _ in extra)),
        "### By relation\n", _crossed("Difference", ((d, a.relation) for d, a, _ in extra)),
    ]  # fmt: skip
    if listed:
        rules_of = ((d, (a.rule or "–").partition(".")[0]) for d, a, _ in extra)
        parts += ["### By family of rules\n", _crossed("Difference", rules_of)]
        parts += [
            f"{s} | {h.path.stem} | {f.subject} {f.relation} {f.object} | {f.quote}"
            for s, f, h in sorted(lost, key=lambda t: t[0])
        ]
        parts += [f"{d} | {h.path.stem} | {_told(a)}" for d, a, h in sorted(extra, key=lambda t: t[0])]
    return "\n".join(parts)


def _told(answer: Answer) -> str:
    ends = [next(iter(end.names), end.date) for end in (answer.subject, answer.object)]
    return (
        f"{ends[0]} {answer.relation} {ends[1]} | {answer.derivation} {answer.rule} | {answer.evidence[0][2]}"
    )


def _counts(head: str, kinds: Iterable[str]) -> str:
    return table((head, "Count"), Counter(kinds).most_common())


def _crossed(head: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a row for each first of the pairs, with the second ones and how often."""
    tally: dict[str, Counter[str]] = {}
    for first, second in pairs:
        tally.setdefault(first, Counter())[second] += 1
    rows = sorted(tally.items(), key=lambda item: -item[1].total())
    return table(
        (head, "Count", "Of them"),
        [(k, c.total(), ", ".join(f"{name} {n}" for name, n in c.most_common())) for k, c in rows],
    )


def main(arguments: Sequence[str]) -> None:
    """Print the counts."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.losses", description=__doc__)
    options.add_argument("--sealed", action="store_true", help="the documents that are held out; counts only")
    options.add_argument(
        "--list", action="store_true", help="list the facts and claims; not of those held out"
    )
    options.add_argument("names", nargs="*", help="these documents alone")
    chosen = options.parse_args(arguments)
    found = [c for c in cases(chosen.sealed) if not chosen.names or c.path.stem in chosen.names]
    print(page(found, chosen.list and not chosen.sealed))


if __name__ == "__main__":
    main(sys.argv[1:])
