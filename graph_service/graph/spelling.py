"""How names are compared and read aloud: one form for every way of writing them, and pinyin.

A name is a row of *characters*: letters, digits and Han, each in one form whatever width, case or script (traditional,
simplified) it was written in; all else is left out. Every character has *readings*: the pinyin of Han without tones,
of any other the character itself.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from opencc import OpenCC
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

_HAN = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_VOWELS = frozenset("aeiouv")
_SELDOM = 5
"""A character in fewer words of the dictionary keeps every reading: names of places are full of such."""


def spelt(text: str) -> str:
    """Return the characters of a text in the form in which they are compared.

    >>> spelt("ＴＣＬ（廣東）科技")
    'tcl广东科技'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_forms)


def is_han(character: str) -> bool:
    """Tell whether this is a Chinese character."""
    return any(first <= character <= last for first, last in _HAN)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


class _Forms(dict[int, str]):
    """The one form of each character, by itself, so that part of a name is spelt as within the whole; found when asked for."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        form = _converter().convert(character) if is_han(character) else character
        self[code] = form if character.isalnum() else ""
        return self[code]


_forms = _Forms()


@lru_cache(maxsize=65_536)
def readings(character: str) -> tuple[str, ...]:
    """Return how a character is read, the usual reading first; of a common one not what no word of today has.

    >>> readings("重"), readings("绿"), readings("x")
    (('zhong', 'chong'), ('lv', 'lu'), ('x',))
    """
    said = PINYIN_DICT.get(ord(character), "") if is_han(character) else ""
    usual = [_toneless(syllable) for syllable in said.split(",") if syllable]
    in_words = _in_words().get(character, Counter[str]())
    if sum(in_words.values()) >= _SELDOM:
        usual = [*usual[:1], *in_words]
    return tuple(dict.fromkeys(s for syllable in usual for s in _spellings(syllable))) or (character,)


@lru_cache(maxsize=1)
def _in_words() -> dict[str, Counter[str]]:
    """Return how often each character has which reading in the words of pypinyin's dictionary."""
    found: dict[str, Counter[str]] = {}
    for word, said in PHRASES_DICT.items():
        for character, syllable in zip(word, said, strict=False):
            found.setdefault(character, Counter())[_toneless(syllable[0])] += 1
    return found


@lru_cache(maxsize=8192)
def _toneless(syllable: str) -> str:
    """Return a syllable without its tone: `lǜ` as `lv`, which is how it is typed."""
    bare = unicodedata.normalize("NFD", syllable.replace("ê", "e"))
    marks = "".join(c for c in bare if unicodedata.category(c) != "Mn" or c == "\u0308")
    return unicodedata.normalize("NFC", marks).replace("ü", "v")


def _spellings(syllable: str) -> Iterator[str]:
    """Yield a syllable as it is typed; nothing for the few that are mere consonants."""
    if _VOWELS.isdisjoint(syllable):
        return
    yield syllable
    if "v" in syllable:
        yield syllable.replace("v", "u")


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable that a character can be read as."""
    return frozenset(
        r for code in PINYIN_DICT if is_han(chr(code)) for r in readings(chr(code)) if r.isascii()
    )


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for syllable in sorted(syllables()):
        for end in range(1, len(syllable) + 1):
            found.setdefault(syllable[:end], []).append(syllable)
    return {beginning: tuple(whole) for beginning, whole in found.items()}


def completions(beginning: str) -> tuple[str, ...]:
    """Return the syllables that begin so; none where there are none."""
    return _beginnings().get(beginning, ())
