"""Whether the rules are fitted to the texts they were worked on; run `python -m tests.benchmarks.fitting`.

It prints, as Markdown: names of one text that stand in the rules and compounds borrowed from one text (there must be none of
either), every word of the rules that one text alone has, and how far the lists lean on one text. `left_out` reads each text
without what it alone supports.

Texts that tell the same story are one *source*: our retellings would else vouch for the texts they retell.
"""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import comb
from pathlib import Path
from typing import Any

import rjieba
import yaml

from graph_service.identity import fold
from graph_service.reading.claims import Claim, Entity
from graph_service.reading.documents import load
from graph_service.reading.gold import Fact, load_facts
from graph_service.reading.stages import read
from graph_service.vocabulary import vocabulary
from tests.benchmarks.quality import table
from tests.benchmarks.texts import OWN, ROOT, SHARED, held_out, published

READING = ROOT / "graph_service" / "reading"
PATTERNS = READING / "patterns"
STANDARD = ROOT / "ontology" / "schemes" / "gbt4754.ttl"
FAMILY = 3
"""Words of the rules that a part must stand in to be one of the language: 负责人 in 相关负责人, 主要负责人 and others."""

DESCRIPTION = 3
"""Words that a description has at most; what has more is a name, be it made of common words."""

KINSHIP = 1 / 3
"""Share of the names of one text from which another tells the same story."""

LONG_LIST = 20
"""Entries from which a list is long enough to be judged as a whole."""

CHANCE = 1e-3
"""How unlikely the words of a list that one source alone has must be, before the list is called fitted to it."""

NAMED = ("Organisation", "Person", "Place", "Project")
"""Kinds whose names, found by the reader, are taken for proper names."""

PROPER = (*NAMED, "Award", "Entity", "Policy", "Product", "Standard", "Technology")
"""Kinds whose names, written in facts, are taken for proper names."""

COMMON = ("Certification", "Industry", "IndustryCategory", "IndustryChain", "Role")
"""Kinds whose names are words of the language."""

_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_SET = re.compile(r"\[[^\]]*\]|<[^>]*>|\(\?P<\w+>")
_OLDER = frozenset(
    """
    工业互联网 智能网联汽车 资料图片 综合保税区 中央厨房 超硬材料 党群工作 研究总院 进场施工
    工业和信息化部 外延片 技工贸总收入 首席运营官
    """.split()
)
"""Words that stood in the rules before the one text that has them was written or opened (`git log -S` says so), or that the law names: a
综合保税区 is one of the classes of zones that the State Council approves, 工业和信息化部 one of its ministries."""
_PART = re.compile("[东南西北中]+[区部片侧]")
_NOUNS = ("n", "b", "vn", "an", "s")


@dataclass(frozen=True, slots=True)
class Source:
    """Texts that tell one story: their paths, their words together, and whether rules may have been worked on them."""

    paths: tuple[Path, ...]
    text: str
    tuned: bool

    @property
    def name(self) -> str:
        """The names of the texts."""
        return " + ".join(path.stem for path in self.paths)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters in a rule, list or constant, and the places where it stands."""

    text: str
    places: tuple[str, ...]


# ---- Texts and their names -----------------------------------------------------------------------


@cache
def sources() -> tuple[Source, ...]:
    """Return all texts there are, ours and those beside the project, those of one story together."""
    groups: list[list[Path]] = []
    for path in sorted([*OWN.glob("*.txt"), *SHARED.glob("*.txt")]):
        kin = [group for group in groups if any(_akin(path, other) for other in group)]
        groups = [group for group in groups if group not in kin] + [[path, *(p for g in kin for p in g)]]
    return tuple(
        Source(tuple(sorted(g)), "\n".join(_text(p) for p in g), not all(held_out(p) for p in g))
        for g in sorted(groups, key=lambda group: min(p.stem for p in group))
    )


def _akin(one: Path, other: Path) -> bool:
    mine, theirs = _proper(one), _proper(other)
    fewer = min(len(mine), len(theirs))
    return fewer > 0 and len(mine & theirs) >= KINSHIP * fewer


@cache
def _text(path: Path) -> str:
    return fold(path.read_text("utf-8"))


@cache
def _proper(path: Path) -> frozenset[str]:
    """Return the proper names of a text: those of its facts, and those that the reader finds in it.

    A word of the dictionary is no proper name, whatever was called so (模具 as a product), nor is what a fact takes for a kind
    of thing, such as an industry.
    """
    gold = path.parents[1] / "gold" / f"{path.stem}.json"
    told = [*_ends(load_facts(gold))] if gold.exists() else []
    found = [(name, end.kind) for end in _entities(claims(path)) for name in (end.name, *end.names)]
    common = {name for name, kinds in told if _below(kinds, COMMON) == set(kinds)}
    common |= {name for name, kind in found if _below((kind,), COMMON)}
    names = {name for name, kinds in told if _below(kinds, PROPER)}
    names |= {name for name, kind in found if _below((kind,), NAMED)}
    folded = (fold(name) for name in names - common)
    return frozenset(n for n in folded if len(n) > 1 and n in _text(path) and not _is_word(n))


def _is_word(name: str) -> bool:
    """Say whether a name is a word of the dictionary, 老 or 新 before it apart, or one for a part of a place (中区)."""
    return _PART.fullmatch(name) is not None or len(rjieba.cut(name.lstrip("老旧新大小") or name, False)) == 1


def _ends(facts: Iterable[Fact]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names in facts, each with the kinds that its relation takes there."""
    for fact in facts:
        relation = vocabulary().relations[fact.relation]
        if fact.subject != "本文" and not fact.unnamed[0]:
            yield fact.subject, tuple(relation.domain)
        if fact.relation == "alias":
            yield fact.object, ("Entity",)
        elif not (fact.values or fact.date or fact.unnamed[1] or fact.tier == "text"):
            yield fact.object, tuple(relation.range)


def _below(kinds: Iterable[str], ancestors: tuple[str, ...]) -> set[str]:
    return {kind for kind in kinds if vocabulary().fits(kind, frozenset(ancestors))}


def _entities(said: Iterable[Claim]) -> Iterator[Entity]:
    for claim in said:
        ends = (claim.subject, claim.object)
        yield from (end for end in ends if isinstance(end, Entity) and end.size is None)


@cache
def claims(path: Path) -> tuple[Claim, ...]:
    """Return the claims of a text, read once."""
    return read(load(path, published=published(path))).claims


# ---- Words of the rules --------------------------------------------------------------------------


def strings() -> Iterator[tuple[str, str]]:
    """Yield every string of rules, lists and constants after the place where it stands; examples and reasons too."""
    for path in sorted(PATTERNS.rglob("*.yaml")):
        yield from _inside(yaml.safe_load(path.read_text("utf-8")), path.stem)
    for path in sorted(READING.glob("*.py")):
        yield from ((path.name, text) for text in _constants(path))


def _inside(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        place = str(value.get("id", place))
        for key, part in value.items():
            yield from _inside(part, f"{place}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from _inside(part, place)


def _constants(path: Path) -> Iterator[str]:
    """Yield the strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@cache
def words() -> tuple[Word, ...]:
    """Return the words that rules, lists and constants look for; not those of their examples and reasons."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for place, text in strings():
        if not place.endswith((".why", ".misses", ".text", ".says", ".hits")):
            for run in _HAN.findall(_SET.sub(" ", text)):
                found[run].add(place)
    return tuple(Word(text, tuple(sorted(places))) for text, places in sorted(found.items()))


def lists() -> dict[str, list[str]]:
    """Return the long lists of `names.yaml` by name."""
    raw: dict[str, Any] = yaml.safe_load((PATTERNS / "names.yaml").read_text("utf-8"))
    return {
        name: entries
        for name, entries in raw.items()
        if isinstance(entries, list) and len(entries) >= LONG_LIST
    }


def only_source(text: str) -> Source | None:
    """Return the one source that has these words; None where none has them, or several."""
    having = [source for source in sources() if text in source.text]
    return having[0] if len(having) == 1 else None


# ---- What is fitted ------------------------------------------------------------------------------


def names_in_rules() -> list[tuple[str, str, str]]:
    """Return name, source and place of every proper name of one source that stands in a rule, list, example or constant.

    What only describes is no name: two or three words of the dictionary that other sources have, too (闲置土地, 联合研发中心).
    """
    said = [(place, fold(text)) for place, text in strings()]
    found = set()
    for source in sources():
        for name in {n for path in source.paths for n in _proper(path)}:
            if only_source(name) is source and name not in _OLDER and not _describes(name, source):
                found |= {(name, source.name, place) for place, text in said if name in text}
    return sorted(found)


def _describes(name: str, source: Source) -> bool:
    parts = rjieba.cut(name, False)
    others = [other.text for other in sources() if other is not source]
    known = all(len(part) > 1 and any(part in text for text in others) for part in parts)
    return known and len(parts) <= DESCRIPTION


def fitted_compounds() -> list[tuple[Word, str, str]]:
    """Return the compounds that look borrowed from one text, with the borrowed part and the source.

    A compound of two words of the language or more looks borrowed when one source has it and no other, rules were worked on
    that source, and one of its nouns is neither in another source nor in a family of words of the rules: 篮球中心, but not
    数据中心. It says for one text what a form would say for all. Words that the dictionary has whole are no compounds; the
    names of GB/T 4754 are nobody's, and what is older than the text does not come from it.
    """
    standard, found = STANDARD.read_text("utf-8"), []
    for word in words():
        source = only_source(word.text)
        parts = [(text, tag) for text, tag in rjieba.tag(word.text, False) if len(text) > 1]
        if (
            source is None
            or not source.tuned
            or len(parts) < 2
            or word.text in standard
            or word.text in _OLDER
        ):
            continue
        nouns = (text for text, tag in parts if tag in _NOUNS and not _in_family(text))
        borrowed = next((text for text in nouns if only_source(text) is source), None)
        if borrowed is not None:
            found.append((word, borrowed, source.name))
    return found


@cache
def _in_family(part: str) -> bool:
    return sum(part in word.text for word in words()) >= FAMILY


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a list leans on one source: entries that it alone has, out of those that one source alone has."""

    list: str
    source: str
    own: int
    single: int
    chance: float


def leanings() -> list[Leaning]:
    """Return, for each long list and source, how likely so many words of its own are for a text of that length."""
    whole = sum(len(source.text) for source in sources())
    found = []
    for name, entries in lists().items():
        owners = Counter(s.name for e in entries if (s := only_source(e)) is not None)
        for source in sources():
            own, single = owners[source.name], owners.total()
            chance = _at_least(own, single, len(source.text) / whole)
            found.append(Leaning(name, source.name, own, single, chance))
    return sorted(found, key=lambda leaning: (leaning.chance, leaning.list, leaning.source))


def _at_least(hits: int, trials: int, share: float) -> float:
    """Return the binomial probability of this many hits or more."""
    return sum(comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(hits, trials + 1))


# ---- The page ------------------------------------------------------------------------------------


def page() -> str:
    """Return the report in Markdown."""
    single = [(w, s) for w in words() if len(w.text) > 1 and (s := only_source(w.text)) is not None]
    seen = Counter(min(sum(word.text in s.text for s in sources()), 2) for word in words())
    share = f"{len(words())} words: {seen[0]} in no source, {seen[1]} in one, {seen[2]} in several"
    parts = (
        "# What the rules owe to single texts\n",
        "## Sources\n", table(("Document", "Characters", "Worked on", "Words that it alone has", "per 1 000 characters"),
                             [_source_row(source, single) for source in sources()]),
        "## Names of one source in rules, lists, examples and constants\n",
        table(("Name", "Document", "Place"), [(n, s, f"`{p}`") for n, s, p in names_in_rules()]),
        "## Compounds borrowed from one source\n",
        table(("Compound", "Document", "Part", "Places"),
              [(w.text, s, part, ", ".join(w.places)) for w, part, s in fitted_compounds()]),
        f"## Words that one source alone has\n\n{share}.\n", _listed(single),
        "## How far the lists lean on one source\n",
        table(("List", "Document", "Its own", "Of one source", "Chance"),
              [(x.list, x.source, x.own, x.single, x.chance) for x in leanings()[:10]]),
    )  # fmt: skip
    return "\n".join(parts)


def _source_row(source: Source, single: list[tuple[Word, Source]]) -> tuple[object, ...]:
    own, size = sum(s is source for _, s in single), len(source.text)
    return source.name, size, "yes" if source.tuned else "no", own, f"{1000 * own / size:.1f}"


def _listed(single: list[tuple[Word, Source]]) -> str:
    """Return a paragraph for each source with the words it alone has, those of three characters and more first."""
    lines = []
    for source in sources():
        own = sorted((w for w, s in single if s is source), key=lambda w: (len(w.text) < 3, w.text))
        lines.append(f"**{source.name}**: " + " ".join(f"{w.text} ({w.places[0]})" for w in own) + "\n")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page())
