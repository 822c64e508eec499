"""How good reading is, as a page in Markdown: by document, relation, derivation, modality and tier.

`python -m tests.benchmarks.quality` prints it; `--output FILE` writes it, `--readme` puts the table of documents into both
READMEs, `--first` notes the scores of documents that were never scored before. Facts are those of `data/gold/` and, where
they stand beside the project, of `../shared/gold/`.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_service.graph.screening import screen
from graph_service.reading.documents import load
from graph_service.reading.gold import Answer, Fact, load_claims, load_facts
from graph_service.reading.score import Count, Part, Score, Share, compare, score
from graph_service.reading.stages import read
from graph_service.settings import BASE_IRI
from tests.benchmarks.texts import FIRST, ROOT, described, held_out, noted, published

FOLDERS = (ROOT / "data", ROOT.parent / "shared")
READMES = {ROOT / "README.md": "en", ROOT / "README.zh.md": "zh"}
_BLOCK = re.compile(r"(<!-- figures: [^>]*-->\n)(.*?)(<!-- end of figures -->)", re.DOTALL)
_HEADS = {
    "en": ("Document", "Genre", "Facts", "P first", "R first", "P now", "R now"),
    "zh": ("文献", "体裁", "事实数", "初读准确率", "初读召回率", "现准确率", "现召回率"),
}
_GENRES = {
    "announcement": "公告", "annual summary": "年度总结", "chronicle": "沿革", "company profile": "企业简介",
    "chain report": "产业链报告", "feature with quotations": "引语专版", "government notice": "公文",
    "industrial-chain report": "产业链报告", "laboratory report": "实验室简报", "local newspaper report": "地方报道",
    "annual work summary": "年度总结", "feature": "专版报道", "notice": "公文", "park introduction": "园区简介", "policy plan": "政策计划", "project signing": "项目签约",
    "newspaper page": "报纸专版", "award list": "获奖名单", "investment promotion": "招商推介",
    "WeChat article": "公众号文章", "progress report": "进展通报", "brief": "简报", "interview": "访谈", "inspection report": "调研报道",
}  # fmt: skip
_LEFT = frozenset(
    "Document Genre Tier Relation Derivation Name Place Places Compound Part List 文献 体裁".split()
)
_ALL = {"en": "all", "zh": "合计"}
_UNSEEN = {"en": "held out", "zh": "未用于调规则"}
_WAYS = {"en": ("retold", "invented"), "zh": ("重述", "虚构")}


@dataclass(frozen=True, slots=True)
class Measured:
    """A document, what its sidecar says of it, its facts and claims, and its score."""

    path: Path
    genre: str
    fictional: bool
    facts: tuple[Fact, ...]
    answers: tuple[Answer, ...]
    score: Score

    @property
    def count(self) -> Count:
        """What counts in the READMEs: core, relaxed."""
        return self.score.core_relaxed.total


def extract(path: Path, into: Path) -> Path:
    """Write the claims of a document as `zonegraph extract` does, and return their file."""
    document = load(path, published=published(path))
    lines = [
        json.dumps(c.as_json(document, BASE_IRI), ensure_ascii=False) for c in screen(read(document)).claims
    ]
    claims = into / f"{path.stem}.jsonl"
    claims.write_text("\n".join(lines), encoding="utf-8")
    return claims


def measure(folder: Path) -> list[Measured]:
    """Return the documents of a folder that have facts beside them, scored, by genre and name."""
    measured = []
    with TemporaryDirectory() as made:
        for path in sorted(folder.glob("documents/*.txt")):
            gold = folder / "gold" / f"{path.stem}.json"
            if gold.exists():
                claims, said = extract(path, Path(made)), described(path)
                result = score([(gold, claims)], [path])
                genre, invented = str(said.get("genre", "–")), bool(said.get("fictional"))
                measured.append(
                    Measured(path, genre, invented, load_facts(gold), load_claims(claims), result)
                )
    return sorted(measured, key=lambda m: (m.genre, m.path.stem))


# ---- Tables --------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; a share is printed as a part of one with its two numbers, a float with three places."""
    lines = [head, [":---" if name in _LEFT else "---:" for name in head], *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Share):
        return f"{value.part:.3f} ({value})" if value.total else "–"
    return str(value)


def _prf(count: Count) -> tuple[object, ...]:
    wanted, claimed = count.found + count.missed, count.found + count.extra
    return (
        count.precision if claimed else "–",
        count.recall if wanted else "–",
        count.f1 if claimed and wanted else "–",
    )


def pooled(measured: Sequence[Measured], *, words: bool = False, strict: bool = False) -> Part:
    """Return one part of the score over several documents together."""
    return compare([(m.facts, m.answers) for m in measured], words=words, strict=strict)


def documents_table(measured: Sequence[Measured]) -> str:
    """Return a row for each document, one for each genre with several, one for those held out, one for all."""
    head = ("Document", "Genre", "Facts", "P", "R", "F1", "F1 strict", "R full", "Modality", "Bounds",
            "Values", "Spans that do not hold")  # fmt: skip
    rows = [_row(f"`{m.path.stem}`", m.genre, [m]) for m in measured]
    groups = {
        genre: [m for m in measured if m.genre == genre] for genre in sorted({m.genre for m in measured})
    }
    rows += [_row("*together*", genre, same) for genre, same in groups.items() if len(same) > 1]
    unseen = [m for m in measured if held_out(m.path)]
    rows += [_row("**held out**", "", unseen)] if unseen else []
    return table(head, [*rows, _row("**together**", "", measured), _average(measured)])


def _row(name: str, genre: str, measured: Sequence[Measured]) -> tuple[object, ...]:
    core, full = pooled(measured), pooled(measured, words=True)
    strict = pooled(measured, strict=True).total.f1
    count, broken = core.total, sum(b.claims.right for m in measured for b in m.score.broken)
    facts = count.found + count.missed
    return (name, genre, facts, *_prf(count), strict, full.total.recall,
            core.modality, core.bounds, core.values, broken)  # fmt: skip


def _average(measured: Sequence[Measured]) -> tuple[object, ...]:
    """Return the mean over documents of what is a number in each: a long document counts as one."""
    counts = [m.count for m in measured]
    full = [m.score.full_relaxed.total.recall for m in measured]
    strict = [m.score.core_strict.total.f1 for m in measured]
    columns = (
        [c.precision for c in counts],
        [c.recall for c in counts],
        [c.f1 for c in counts],
        strict,
        full,
    )
    return ("**average**", "", "", *(sum(c) / len(c) for c in columns), "", "", "", "")


def tiers_table(measured: Sequence[Measured]) -> str:
    """Return a row for each tier and strictness, all documents together."""
    rows: list[tuple[object, ...]] = []
    for words in (False, True):
        for strict in (False, True):
            part = pooled(measured, words=words, strict=strict)
            name = f"{'full' if words else 'core'}, {'strict' if strict else 'relaxed'}"
            total = part.total
            rows.append((name, *_prf(total), total.found, total.extra, total.missed,
                         part.modality, part.bounds, part.values))  # fmt: skip
    head = ("Tier", "P", "R", "F1", "Found", "Extra", "Missed", "Modality", "Bounds", "Values")
    return table(head, rows)


def relations_table(part: Part) -> str:
    """Return a row for each relation, those with the most facts first."""
    ordered = sorted(part.relations.items(), key=lambda item: (-item[1].found - item[1].missed, item[0]))
    head = ("Relation", "Facts", "P", "R", "F1", "Found", "Extra", "Missed")
    return table(
        head,
        [(f"`{r}`", c.found + c.missed, *_prf(c), c.found, c.extra, c.missed) for r, c in ordered],
    )


def derivations_table(part: Part) -> str:
    """Return a row for each derivation: recall by what a fact takes, precision by what the reader took."""
    rows = []
    for kind, wanted in part.derivations.items():
        made = part.claimed[kind]
        both = 2 * wanted.part * made.part / (wanted.part + made.part) if wanted.part + made.part else 0.0
        rows.append((kind, made, wanted, both))
    return table(("Derivation", "P (right of claims)", "R (found of facts)", "F1"), rows)


def modalities_table(part: Part) -> str:
    """Return a row for each modality: found facts that were read with it."""
    return table(("Modality", "Right of the facts found"), list(part.modalities.items()))


# ---- The page ------------------------------------------------------------------------------------


def section(folder: Path, measured: Sequence[Measured]) -> str:
    """Return the part of the page for one folder of documents."""
    core = pooled(measured)
    everything = pooled(measured, words=True)
    name = folder.relative_to(ROOT.parent if folder.parent == ROOT.parent else ROOT)
    parts = (
        f"## Documents of `{name}/`\n", documents_table(measured), "### Tiers\n", tiers_table(measured),
        "### Relations (tier full, relaxed)\n", relations_table(everything),
        "### Derivations (core, relaxed)\n", derivations_table(core),
        "### Modality (core, relaxed)\n", modalities_table(core),
    )  # fmt: skip
    return "\n".join(parts)


_INTRODUCTION = """# How well ZoneGraph reads

Claims of the reader against facts that a person wrote down. *Core* are relations to things, figures and dates, *full* those
to words too; names are compared *relaxed* (seven tenths of their character pairs) unless it says *strict*. P is the share of
claims that answer a fact, R the share of facts that are answered; *together* counts facts, *average* counts documents, and on those *held out* no
rule was worked yet: they are the estimate for a text that nobody has seen.
Modality and bounds are judged on facts found; values on every figure that was read from where the fact stands, whoever it is
said of. Facts count by what finding them takes, claims by what the reader took.
"""


def page(measured: dict[Path, list[Measured]]) -> str:
    """Return the whole page; the same reader and documents give the same bytes."""
    return "\n".join(
        [_INTRODUCTION, *(section(folder, found) for folder, found in measured.items() if found)]
    )


def readme_table(measured: Sequence[Measured], language: str) -> str:
    """Return the table of the READMEs: each document when it was first read, and now."""
    first = {name: Count(e["found"], e["extra"], e["missed"]) for name, e in noted().items()}
    rows: list[tuple[object, ...]] = []
    for m in measured:
        way = _WAYS[language][m.fictional]
        genre = _GENRES.get(m.genre, m.genre) if language == "zh" else m.genre
        mark = ("，" if language == "zh" else ", ").join(
            (genre, way, *([_UNSEEN[language]] if held_out(m.path) else ()))
        )
        rows.append((f"`{m.path.stem}`", mark, *_figures(m.count, first.get(m.path.stem))))
    both = [(m.count, first[m.path.stem]) for m in measured if m.path.stem in first]
    rows.append(
        (_ALL[language], "", *_figures(added(now for now, _ in both), added(then for _, then in both)))
    )
    return table(_HEADS[language], rows).replace(" 0.", " .")


def added(counts: Iterable[Count]) -> Count:
    """Return the counts of several documents together."""
    every = list(counts)
    return Count(sum(c.found for c in every), sum(c.extra for c in every), sum(c.missed for c in every))


def _figures(now: Count, first: Count | None) -> tuple[object, ...]:
    then = (f"{first.precision:.2f}", f"{first.recall:.2f}") if first else ("–", "–")
    return now.found + now.missed, *then, f"{now.precision:.2f}", f"{now.recall:.2f}"


def note_first(measured: Sequence[Measured]) -> list[str]:
    """Append the scores of our documents that have none yet to `first.yaml`, and return their names.

    Raises:
        SystemExit: the reader is not the one of a commit, so that nobody could make the figures again.
    """
    if _git("status", "--porcelain", "--", "graph_service"):
        raise SystemExit(
            "graph_service/ differs from the last commit: commit it, or note them in a clean clone."
        )
    commit, known = _git("rev-parse", "--short", "HEAD"), noted()
    new = {m.path.stem: m.count for m in measured if m.path.stem not in known}
    with FIRST.open("a", encoding="utf-8") as file:
        for name, c in sorted(new.items()):
            entry = (
                f"commit: {commit}, found: {c.found}, extra: {c.extra}, missed: {c.missed}, held_out: true"
            )
            file.write(f"{name}: {{{entry}}}\n")
    return sorted(new)


def _git(*words: str) -> str:
    run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


_HELD_OUT = {
    "en": "\nOn {n} of them, held out, no rule was worked yet: P {count.precision:.2f}, R {count.recall:.2f}.\n",
    "zh": "\n其中 {n} 篇尚未用于调规则：准确率 {count.precision:.2f}，召回率 {count.recall:.2f}。\n",
}
_LEFT_OUT = {
    "en": "\nEvery document, those of `../shared/` too where it is there, read without the words and rules that it alone supports:\n"
    "P {left.precision:.2f}, R {left.recall:.2f}; all rules give P {now.precision:.2f}, R {now.recall:.2f}.\n",
    "zh": "\n每篇文献（若有 `../shared/`，其中的也算）去掉只有它才支持的词和规则再读：\n"
    "准确率 {left.precision:.2f}，召回率 {left.recall:.2f}；用全部规则则为 {now.precision:.2f} 和 {now.recall:.2f}。\n",
}


def write_readmes(measured: Sequence[Measured]) -> None:
    """Put the table of documents, and the two estimates for unseen texts, between the marks in both READMEs."""
    from tests.benchmarks.left_out import rows

    unseen, apart = [m for m in measured if held_out(m.path)], list(rows())
    now, left = added(row.now for row in apart), added(row.left for row in apart)
    for path, language in READMES.items():
        said = _LEFT_OUT[language].format(left=left, now=now)
        if unseen:
            said = _HELD_OUT[language].format(n=len(unseen), count=added(m.count for m in unseen)) + said
        block = readme_table(measured, language) + said.replace(" 0.", " .")
        path.write_text(_with_block(path.read_text("utf-8"), block), "utf-8")


def _with_block(text: str, block: str) -> str:
    """Return a README with other words between its marks; as it is where it has none."""
    found = _BLOCK.search(text)
    return f"{text[: found.start(2)]}{block}{text[found.end(2) :]}" if found else text


def main(arguments: Sequence[str]) -> None:
    """Print or write the page."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__)
    options.add_argument("--output", type=Path, help="write the page to this file")
    options.add_argument("--readme", action="store_true", help="put the table of documents into the READMEs")
    options.add_argument("--first", action="store_true", help="note documents that were never scored before")
    chosen = options.parse_args(arguments)
    measured = {folder: measure(folder) for folder in FOLDERS}
    if chosen.first:
        print("noted:", ", ".join(note_first(measured[FOLDERS[0]])) or "nothing new", file=sys.stderr)
    if chosen.readme:
        write_readmes(measured[FOLDERS[0]])
    if chosen.output:
        chosen.output.write_text(page(measured), encoding="utf-8")
    elif not (chosen.readme or chosen.first):
        print(page(measured))


if __name__ == "__main__":
    main(sys.argv[1:])
