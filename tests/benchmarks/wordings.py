"""How much of what Chinese documents say in other words the reader understands: `python -m tests.benchmarks.wordings`.

`tests/reading/wordings/FAMILY.yaml` holds, for each relation, sentences written from knowledge of the language before anybody
looked at the rules, and sentences that look alike and must not give it. Those at odd places are for work on the rules, those
at even places are only counted: their share is the estimate for wordings that nobody has seen. `--misses` prints what goes
wrong in the first half, never in the second.

A wording is a text whose last lines are its facts, `subject | relation | object`, and where needed ` | ` and marks:
a modality (`planned`, `target`, `possible`), `@2023-01` for a date, a number for the value of a figure, a bound
(`> < ~ >= <=`), `*` for a fact that may be missed. An unnamed group stands in `[]`; 本文 is the document.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from graph_service.graph.screening import screen
from graph_service.reading.claims import Document
from graph_service.reading.gold import Answer, Fact, load_claims
from graph_service.reading.matching import match
from graph_service.reading.score import WORDY, Share
from graph_service.reading.stages import read
from graph_service.settings import BASE_IRI
from graph_service.vocabulary import MODALITIES, vocabulary

FOLDER = Path(__file__).parents[1] / "reading" / "wordings"
SYMMETRIC = frozenset(("alliedWith", "signedIntentWith", "mergedWith"))
"""Relations between equals."""
PUBLISHED = "2024-06"
"""When all wordings were published, for 今年 and 去年."""

_BETWEEN = " | "
_BOUNDS = ("=", "<", ">", "~", "<=", ">=")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, the facts it gives, and the relation whose claims are judged besides them.

    Attributes:
        relation: the one it was written for.
        alike: whether it only looks as if it said it.
        text: its lines; a heading or what was said before may stand first.
        facts: all that count here; claims of other relations than `relation` beyond them are not judged.
        work: whether one may look at it when working on rules.
    """

    relation: str
    alike: bool
    text: str
    facts: tuple[Fact, ...]
    work: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A wording as it was read: facts not found or found with another modality or bound, and claims too many."""

    wording: Wording
    missed: tuple[Fact, ...] = ()
    changed: tuple[tuple[Fact, Answer], ...] = ()
    extra: tuple[Answer, ...] = ()

    @property
    def right(self) -> bool:
        """Whether everything was read as it is."""
        return not (self.missed or self.changed or self.extra)


@dataclass(slots=True)
class Tally:
    """Results of one relation or family, by the three shares that are reported."""

    results: list[Result] = field(default_factory=list)

    def share(self, kind: str) -> Share:
        """Return how many are right of those for `work`, those only `counted`, or those `alike` (both halves)."""
        chosen = [
            r for r in self.results
            if (r.wording.alike if kind == "alike" else not r.wording.alike and r.wording.work == (kind == "work"))
        ]  # fmt: skip
        return Share(sum(r.right for r in chosen), len(chosen))


KINDS = ("work", "counted", "alike")


def families() -> list[str]:
    """Return the names of the families that have wordings, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _file(family: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{family}.yaml").read_text("utf-8"))
    return content


def floors(family: str) -> dict[str, float]:
    """Return the least share of each kind that the tests let pass."""
    said: dict[str, float] = _file(family)["floors"]
    return said


@cache
def wordings(family: str) -> tuple[Wording, ...]:
    """Return the wordings of a family in the order of the file.

    Raises:
        ValueError: a fact has no three parts, an end that the text does not have, or an unknown relation or mark.
    """
    found = []
    for relation, halves in _file(family)["relations"].items():
        for kind in ("gives", "alike"):
            for place, lines in enumerate(halves.get(kind, ()), start=1):
                text, facts = _parse(lines, f"{family}.yaml, {relation}, {kind}, wording {place}")
                found.append(Wording(relation, kind == "alike", text, facts, work=place % 2 == 1))
    return tuple(found)


def _parse(lines: str, where: str) -> tuple[str, tuple[Fact, ...]]:
    """Return the text and the facts of a wording."""
    every = [line.strip() for line in lines.strip().split("\n")]
    text = "\n".join(line for line in every if _BETWEEN not in line)
    return text, tuple(_fact(line, text, where) for line in every if _BETWEEN in line)


def _fact(line: str, text: str, where: str) -> Fact:
    parts = line.split(_BETWEEN)
    if not 3 <= len(parts) <= 4:
        raise ValueError(f"{where}: “{line}” is not subject | relation | object.")
    (subject, first), relation, (target, second) = _end(parts[0]), parts[1], _end(parts[2])
    if relation not in vocabulary().relations:
        raise ValueError(f"{where}: the relation “{relation}” is unknown.")
    for name, unnamed in ((subject, first), (target, second)):
        if not unnamed and name not in text and name != "本文":
            raise ValueError(f"{where}: “{name}” does not stand in the text.")
    marks = _marks(parts[3] if len(parts) == 4 else "", where)
    tier = "text" if relation in WORDY else "core"
    return Fact(subject, relation, target, tier=tier, quote=text, unnamed=(first, second), **marks)


def _end(words: str) -> tuple[str, bool]:
    """Return the name of an end and whether it is an unnamed group."""
    words = words.strip()
    unnamed = words.startswith("[") and words.endswith("]")
    return words.strip("[]") if unnamed else words, unnamed


def _marks(words: str, where: str) -> dict[str, Any]:
    said: dict[str, Any] = {"modality": "actual"}
    for mark in words.split():
        if mark in MODALITIES:
            said["modality"] = mark
        elif mark in _BOUNDS:
            said["bound"] = mark
        elif mark == "*":
            said["optional"] = True
        elif mark.startswith("@"):
            said["date"] = mark[1:]
        else:
            try:
                said["values"] = (*said.get("values", ()), float(mark))
            except ValueError:
                raise ValueError(f"{where}: the mark “{mark}” is unknown.") from None
    return said


# ---- Reading and judging -------------------------------------------------------------------------


@cache
def results(family: str) -> tuple[Result, ...]:
    """Return how each wording of a family is read."""
    every = wordings(family)
    return tuple(judge(w, a) for w, a in zip(every, _answers([w.text for w in every]), strict=True))


def judge(wording: Wording, answers: Sequence[Answer]) -> Result:
    """Return what is wrong with the claims that were made of a wording."""
    answers = [a for answer in answers for a in _both_ways(answer, wording)]
    given = match(wording.facts, answers, strict=False)
    both = [(wording.facts[f], answers[a]) for f, a in given.items()]
    taken = set(given.values())
    return Result(
        wording,
        missed=tuple(f for i, f in enumerate(wording.facts) if i not in given and not f.optional),
        changed=tuple(
            (f, a) for f, a in both if f.modality != a.modality or (f.bound and f.bound != a.object.bound)
        ),
        extra=tuple(
            a
            for i, a in enumerate(answers)
            if i not in taken and a.relation == wording.relation and not _sums_up(a, wording.text)
        ),
    )


def _both_ways(answer: Answer, wording: Wording) -> Iterator[Answer]:
    """Yield a claim in the direction that the facts of a wording have: between equals, either end may come first."""
    turned = replace(answer, subject=answer.object, object=answer.subject)
    asked = answer.relation in SYMMETRIC and not match(wording.facts, [answer], strict=False)
    yield turned if asked and match(wording.facts, [turned], strict=False) else answer


def _sums_up(answer: Answer, text: str) -> bool:
    """Say whether an end of a claim is the group that a list only exemplifies (A、B等6家企业): right, and not asked for."""
    ends = (answer.subject, answer.object)
    return any(end.unnamed and any(f"等{name}" in text for name in end.names) for end in ends)


def _answers(texts: Sequence[str]) -> Iterator[list[Answer]]:
    """Yield the claims of each text as `zonegraph extract` gives them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "claims.jsonl"
        for text in texts:
            document = Document(text, title="", published=PUBLISHED)
            claims = screen(read(document)).claims
            lines = (json.dumps(c.as_json(document, BASE_IRI), ensure_ascii=False) for c in claims)
            path.write_text("\n".join(lines), encoding="utf-8")
            yield list(load_claims(path))


def tallies(family: str) -> dict[str, Tally]:
    """Return the results of a family by relation, and all of them under the name of the family."""
    found: dict[str, Tally] = {family: Tally()}
    for result in results(family):
        found[family].results.append(result)
        found.setdefault(result.wording.relation, Tally()).results.append(result)
    return found


# ---- Printing ------------------------------------------------------------------------------------


def report(names: Sequence[str]) -> str:
    """Return a table with a row for each relation and family."""
    lines = ["| Family, relation | Work | Counted | Look alike |", "| :--- | ---: | ---: | ---: |"]
    total = Tally()
    for family in names:
        for name, tally in tallies(family).items():
            lines.append(_row(f"**{name}**" if name == family else f"`{name}`", tally))
        total.results += results(family)
    return "\n".join([*lines, _row("**all**", total)])


def _row(name: str, tally: Tally) -> str:
    shares = (tally.share(kind) for kind in KINDS)
    return f"| {name} | " + " | ".join(f"{s.part:.2f} ({s})" if s.total else "–" for s in shares) + " |"


def misses(names: Sequence[str], relation: str | None = None) -> str:
    """Return what went wrong in the half that is for work."""
    lines = []
    for result in (r for family in names for r in results(family)):
        wording = result.wording
        if result.right or not wording.work or relation not in (None, wording.relation):
            continue
        lines.append(f"{wording.relation}{' (alike)' if wording.alike else ''}: {wording.text}")
        lines += [f"  missed  {f.subject} | {f.relation} | {f.object} | {f.modality}" for f in result.missed]
        lines += [f"  changed {f.object}: {f.modality} {f.bound or ''} read {a.modality} {a.object.bound or ''} by {a.rule}"
                  for f, a in result.changed]  # fmt: skip
        lines += [f"  extra   {_said(a)} by {a.rule}" for a in result.extra]
    return "\n".join(lines)


def _said(answer: Answer) -> str:
    return f"{'/'.join(answer.subject.names)} | {answer.relation} | {'/'.join(answer.object.names) or answer.object.date}"


def main(arguments: Sequence[str]) -> None:
    """Print the table, or what goes wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.wordings")
    options.add_argument("family", nargs="*", help="families to read  [all]")
    options.add_argument("--misses", action="store_true", help="print what goes wrong in the half for work")
    options.add_argument("--relation", help="print what goes wrong with this relation only")
    chosen = options.parse_args(arguments)
    names = chosen.family or families()
    if unknown := set(names) - set(families()):
        raise SystemExit(f"no wordings of {', '.join(sorted(unknown))}; there are {', '.join(families())}")
    if chosen.misses or chosen.relation:
        print(misses(names, chosen.relation))
    print(report(names))


if __name__ == "__main__":
    main(sys.argv[1:])
