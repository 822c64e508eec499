"""Each text read without what it alone supports; run `python -m tests.benchmarks.left_out`.

For every source of `fitting`, the rules are copied without the entries of lists and the alternatives of patterns that no other
text has, and without the rules that fire in no other text; a new process reads the source with the copy. What is left is the
estimate for a text that nobody has seen: it knows of that text only what other texts, too, need. Constants of modules stay.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from graph_service.reading import lexicon
from tests.benchmarks.texts import ROOT, described

if TYPE_CHECKING:
    from graph_service.reading.score import Count

# What loads the rules is imported where it is needed: a process that reads with other rules must not have them yet.

_ALTERNATIVE = r"(?:(?<=[(|:>]){0}\||\|{0}(?=[)|]))"
"""A word between two bars of an expression, or at either end of its bracket."""


def read_with(patterns: Path, into: Path, documents: Sequence[Path]) -> None:
    """Write the claims of documents, read with another folder of rules; only in a process that has read nothing yet."""
    lexicon.PATTERNS = patterns
    from tests.benchmarks.quality import extract

    for path in documents:
        extract(path, into)


def copy_without(own_words: frozenset[str], own_rules: frozenset[str], into: Path) -> None:
    """Copy the rules without these words and these rules.

    A list keeps at least one entry.
    """
    shutil.copytree(Path(lexicon.__file__).parent / "patterns", into)
    for path in into.rglob("*.yaml"):
        raw = _without(yaml.safe_load(path.read_text("utf-8")), own_words)
        if isinstance(raw.get("rules"), list):
            raw["rules"] = [rule for rule in raw["rules"] if rule["id"] not in own_rules]
        path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), "utf-8")


def _without(value: Any, own: frozenset[str]) -> Any:
    if isinstance(value, str):
        for word in own:
            value = re.sub(_ALTERNATIVE.format(re.escape(word)), "", value)
        return value
    if isinstance(value, dict):
        return {key: _without(part, own) for key, part in value.items()}
    if isinstance(value, list):
        kept = [part for part in value if not (isinstance(part, str) and part in own)]
        return [_without(part, own) for part in kept or value[:1]]
    return value


# ---- The page ------------------------------------------------------------------------------------


@cache
def fired() -> dict[str, frozenset[str]]:
    """Return the rules that fire in each source, by its name."""
    from tests.benchmarks.fitting import claims, sources

    return {s.name: frozenset(c.rule for path in s.paths for c in claims(path)) for s in sources()}


def own_rules(name: str) -> frozenset[str]:
    """Return the rules that fire in this source and in no other."""
    others = (rules for source, rules in fired().items() if source != name)
    return fired()[name].difference(*others)


def own_words(name: str) -> frozenset[str]:
    """Return the words of the rules that this source has and no other."""
    from tests.benchmarks.fitting import only_source, words

    singles = ((word.text, only_source(word.text)) for word in words())
    return frozenset(text for text, source in singles if source is not None and source.name == name)


@dataclass(frozen=True, slots=True)
class Row:
    """A document with facts: how many words and rules were left out, and its counts with all rules and without those."""

    path: Path
    words: int
    rules: int
    now: "Count"
    left: "Count"


def rows() -> Iterator[Row]:
    """Yield every document with facts, read with all rules and with those of the other texts."""
    from graph_service.reading.score import score
    from tests.benchmarks.fitting import sources
    from tests.benchmarks.quality import extract

    for source in sources():
        words, rules = own_words(source.name), own_rules(source.name)
        with TemporaryDirectory() as folder:
            read_apart(words, rules, source.paths, Path(folder))
            for path in (p for p in source.paths if _gold(p).exists()):
                left = score([(_gold(path), Path(folder) / f"{path.stem}.jsonl")]).core_relaxed.total
                now = score([(_gold(path), extract(path, Path(folder)))]).core_relaxed.total
                yield Row(path, len(words), len(rules), now, left)


def page() -> str:
    """Return the report in Markdown."""
    from tests.benchmarks.quality import added, table

    found = list(rows())
    lines: list[tuple[object, ...]] = [
        (f"`{r.path.stem}`", described(r.path).get("genre", "–"), r.words, r.rules,
         r.now.precision, r.now.recall, r.left.precision, r.left.recall)
        for r in found
    ]  # fmt: skip
    now, left = added(r.now for r in found), added(r.left for r in found)
    lines.append(("**together**", "", "", "", now.precision, now.recall, left.precision, left.recall))
    head = ("Document", "Genre", "Words left out", "Rules left out", "P", "R", "P left out", "R left out")
    return f"# Each text read without what it alone supports\n\nCore, relaxed.\n\n{table(head, lines)}"


def _gold(path: Path) -> Path:
    return path.parents[1] / "gold" / f"{path.stem}.json"


def read_apart(words: frozenset[str], rules: frozenset[str], paths: Sequence[Path], folder: Path) -> None:
    """Read documents in a new process with the rules that do not come from them; claims stand in the folder."""
    copy_without(words, rules, folder / "patterns")
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.left_out",
        "--patterns",
        folder / "patterns",
        "--into",
        folder,
    ]
    subprocess.run([*map(str, command), *map(str, paths)], cwd=ROOT, check=True)


def main(arguments: Sequence[str]) -> None:
    """Print the page, or read documents with a folder of rules."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.left_out", description=__doc__)
    options.add_argument("--patterns", type=Path, help="read with the rules of this folder")
    options.add_argument("--into", type=Path, help="write claims to this folder")
    options.add_argument("documents", nargs="*", type=Path)
    chosen = options.parse_args(arguments)
    if chosen.patterns:
        read_with(chosen.patterns, chosen.into, chosen.documents)
    else:
        print(page())


if __name__ == "__main__":
    main(sys.argv[1:])
