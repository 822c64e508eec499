"""The words of questions: which concept each of them means, where they stand, and which words mean nothing.

`queries/asking/words.yaml` gives each concept its words in Chinese and English. A word ending in `*` stands for
all that begin with it (`relocat*`); English words are whole words, Chinese ones are found anywhere. The concept
`filler` has what a question may hold without saying anything (请问, 的, the).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from graph_service.errors import RuleError
from graph_service.resources import resource

FILLER = "filler"
"""The concept of words that say nothing."""
BEYOND = "beyond"
"""The concept of words for what is never in the graph."""
_CURE = "Write a concept as `name: {zh: [...], en: [...]}`."


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text: `start` and `end` in characters, end exclusive."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Say whether the other stretch lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Say whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """A word in a question: where it stands, the concept that it means, and whether it is part of a longer word.

    A part may explain a word that the longer one does not (企业 in 几家企业); it asks for nothing by itself (开发 in 开发区).
    """

    span: Span
    concept: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Finds the words of concepts in texts.

    Attributes:
        concepts: the names of all concepts.
    """

    concepts: frozenset[str]
    _pattern: re.Pattern[str]
    _meanings: Mapping[str, tuple[str, ...]]
    _stems: tuple[tuple[str, str], ...]

    def spot(self, text: str) -> list[Word]:
        """Return the words of a plain text in order, those that overlap included."""
        found = [(span, concept) for span, word in self._hits(text) for concept in self._concepts(word)]
        spans = {span for span, _ in found}
        return sorted(
            Word(span, concept, any(s != span and s.holds(span) for s in spans)) for span, concept in found
        )

    def _hits(self, text: str) -> Iterator[tuple[Span, str]]:
        """Yield the longest word that begins at each place, and those that begin there and are shorter."""
        for hit in self._pattern.finditer(text):
            word = hit[1]
            yield Span(hit.start(1), hit.end(1)), word
            for length in range(len(word) - 1, 0, -1):
                whole = not word.isascii() or word[length].isspace()
                if whole and word[:length] in self._meanings:
                    yield Span(hit.start(1), hit.start(1) + length), word[:length]

    def _concepts(self, found: str) -> Iterator[str]:
        word = " ".join(found.split())
        begun = (concept for stem, concept in self._stems if word.startswith(stem))
        yield from dict.fromkeys((*self._meanings.get(word, ()), *begun))


def plain(question: str) -> str:
    """Return a question as its words are looked for: NFKC, lower case; of the same length where that is possible."""
    return "".join(
        folded if len(folded := unicodedata.normalize("NFKC", c).lower()) == 1 else c for c in question
    )


def build(concepts: Mapping[str, Iterable[str]]) -> Words:
    """Return what finds the words of these concepts."""
    meanings: dict[str, list[str]] = {}
    stems: list[tuple[str, str]] = []
    for concept, words in concepts.items():
        for word in words:
            if word.endswith("*"):
                stems.append((word[:-1], concept))
            else:
                meanings.setdefault(word, []).append(concept)
    whole = [(len(word), _latin(word)) for word in meanings if word.isascii()]
    begun = [(len(stem), rf"{_latin(stem)}[a-z]*") for stem, _ in stems]
    latin = [pattern for _, pattern in sorted(whole + begun, key=lambda sized: -sized[0])]
    han = [re.escape(word) for word in sorted(meanings, key=len, reverse=True) if not word.isascii()]
    # A look-ahead, so that words that overlap are all found; the longest that begins at a place wins.
    parts = [rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])" if latin else "", *han]
    pattern = re.compile(f"(?=({'|'.join(part for part in parts if part)}))")
    return Words(
        frozenset(concepts), pattern, {word: tuple(named) for word, named in meanings.items()}, tuple(stems)
    )


@lru_cache(maxsize=1)
def load_glosses() -> Words:
    """Return what finds in English what the bundled file of glosses says to be a Chinese name."""
    path = resource("queries", "asking", "glosses.yaml")
    said: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))
    return build({name: [plain(word) for word in words] for name, words in said.items()})


def _latin(word: str) -> str:
    return r"\s+".join(map(re.escape, word.split()))


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> Words:
    """Return the words of a file, the bundled one by default.

    Raises:
        RuleError: the file is no YAML, or a concept is not written as it must be; `detail` names it.
    """
    path = path or resource("queries", "asking", "words.yaml")
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise RuleError(f"{path}: {' '.join(str(error).split())}", _CURE) from error
    concepts: dict[str, list[str]] = {}
    for concept, words in said.items():
        lists = list(words.values()) if isinstance(words, dict) and set(words) <= {"zh", "en"} else None
        if not lists or not all(isinstance(w, str) and w for words in lists for w in words):
            raise RuleError(f"{path}: the concept {concept} has no lists of words", _CURE)
        concepts[concept] = [plain(word) for words in lists for word in words]
    return build(concepts)
