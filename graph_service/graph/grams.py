"""What names are found by: short pieces of how they are written and read, as words of an index.

Each is one letter that says what it is, and the piece:

| Word | Of a name |
|---|---|
| `c德` | a character |
| `b德广` | two neighbouring characters |
| `pde` | a reading of a character |
| `qde_guang` | readings of two neighbouring Chinese characters |
| `id`, `jdg`, `kdgx` | first letters of the readings of one, two, three neighbouring characters |
| `wdgx3` | first letters of the readings of the first two characters and the last, and how many there are |

`^` stands for the beginning of a name. Nearly all names of firms end in the same few characters, so
what is a whole name is told by `w`. A character with several readings gives the words of all.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product

from graph_service.graph.spelling import is_han, readings

START = "^"
TOKENIZER = f"ascii tokenchars '{START}_'"
"""How SQLite is to cut them apart: at white space, which none has."""


def grams(name: str) -> set[str]:
    """Return the words that a name (as `spelt`) is found by, in strings of several that white space keeps apart."""
    found = set(map(_of_two, START + name, name))
    found.update(map(_of_three, name, name[1:], name[2:]))
    found.update(wholes([initials(character) for character in name]))
    return found


def wholes(firsts: Sequence[str]) -> Iterator[str]:
    """Yield the words of names as a whole, of each of whose characters there are the letters that its readings begin with."""
    ends = (*firsts[:2], *firsts[-1:])
    return (f"w{''.join(letters)}{len(firsts)}" for letters in product(*ends) if letters)


def text_grams(text: str) -> set[str]:
    """Return the words that a text (as `spelt`) is found by, which is not to be found by how it sounds."""
    return {f"c{c}" for c in text} | {f"b{a}{b}" for a, b in pairwise(text)}


def _of_one(character: str) -> Iterator[str]:
    yield f"c{character}"
    yield from (f"p{reading}" for reading in _sounds(character))
    yield from (f"i{first}" for first in initials(character))


@lru_cache(maxsize=262_144)
def _of_two(one: str, other: str) -> str:
    """Return the words of two neighbours, and those of the second by itself."""
    said = (f"q{a}_{b}" for a in _sounds(one) for b in _sounds(other))
    firsts = (f"j{a}{b}" for a, b in product(initials(one), initials(other)))
    return " ".join((f"b{one}{other}", *said, *firsts, *_of_one(other)))


@lru_cache(maxsize=262_144)
def _of_three(one: str, two: str, three: str) -> str:
    return " ".join(f"k{a}{b}{c}" for a, b, c in product(initials(one), initials(two), initials(three)))


def _sounds(character: str) -> tuple[str, ...]:
    """Return the readings of a Chinese character; a mark stands for itself, what is neither has none."""
    return readings(character) if is_han(character) or character == START else ()


@lru_cache(maxsize=65_536)
def initials(character: str) -> str:
    """Return the letters that the readings of a character begin with, each once."""
    return "".join(dict.fromkeys(reading[0] for reading in readings(character)))
