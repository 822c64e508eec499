"""What names are found by: short pieces of how they are written and read, as words of an index.

Each is one letter that says what it is, and the piece:

| Word | Of a name |
|---|---|
| `c德` | a character |
| `b德广` | two neighbouring characters |
| `pde` | a reading of a character |
| `qde_guang` | readings of two neighbouring Chinese characters |
| `id`, `jdg`, `kdgx` | first letters of the readings of one, two, three neighbouring characters |

`^` stands for the beginning of a name and `$` for its end. A character with several readings gives the words of all.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product

from graph_service.graph.spelling import is_han, readings

START, END = "^", "$"
TOKENIZER = f"ascii tokenchars '{START}{END}_'"
"""How SQLite is to cut them apart: at white space, which none has."""


def grams(name: str) -> set[str]:
    """Return the words that a name (as `spelt`) is found by."""
    return set(_written(name)) | set(_read(name)) | set(_initials(name))


def text_grams(text: str) -> set[str]:
    """Return the words that a text (as `spelt`) is found by, which is not to be found by how it sounds."""
    return {f"c{c}" for c in text} | {f"b{a}{b}" for a, b in pairwise(text)}


def _written(name: str) -> Iterator[str]:
    yield from (f"c{c}" for c in name)
    yield from (f"b{a}{b}" for a, b in pairwise(f"{START}{name}{END}"))


def _read(name: str) -> Iterator[str]:
    ways = [(START,), *(readings(c) if is_han(c) else () for c in name), (END,)]
    yield from (f"p{reading}" for way in ways[1:-1] for reading in way)
    for one, other in pairwise(ways):
        yield from (f"q{a}_{b}" for a in one for b in other)


def _initials(name: str) -> Iterator[str]:
    firsts = [START, *(initials(c) for c in name), END]
    yield from (f"i{a}" for first in firsts[1:-1] for a in first)
    yield from (f"j{a}{b}" for one, two in pairwise(firsts) for a, b in product(one, two))
    inner = firsts[1:-1]
    for three in zip(inner, inner[1:], inner[2:], strict=False):
        yield from (f"k{a}{b}{c}" for a, b, c in product(*three))


@lru_cache(maxsize=65_536)
def initials(character: str) -> str:
    """Return the letters that the readings of a character begin with, each once."""
    return "".join(dict.fromkeys(reading[0] for reading in readings(character)))
