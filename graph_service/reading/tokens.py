"""The words of a sentence as rjieba cuts and tags them, in columns."""

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import rjieba

from graph_service.reading.lexicon import areas

_NEW_WORDS = (
    "经开区", "高新区", "农高区", "综保区", "自创区", "自贸区", "集聚区", "临空经济区", "产业园", "产业园区", "智造园", "科创园",
)  # fmt: skip
"""Ends of names of zones and parks that are younger than the dictionary."""
_OFTEN = 2000
"""How often such a word stands in the corpus of the dictionary, were it in it."""
_TAGS = dict.fromkeys(("海洋", "深度", "智能家居"), "n") | dict.fromkeys(
    ("参观", "致力于", "上市", "扎根", "云集", "会见", "亮相", "前往", "主攻"), "v"
)
"""What words are that the dictionary has as something else, as names for the most part."""


class Token(NamedTuple):
    """A word with its tag (`n` noun, `v` verb, … as ICTCLAS has them) and its place."""

    start: int
    end: int
    word: str
    tag: str


class Tokens:
    """The words of a text by number, in columns: a token is made only where one is looked at.

    Attributes:
        starts: where each word begins, and last where the text ends.
        words: the words.
        tags: their tags.
    """

    __slots__ = ("starts", "tags", "words")

    def __init__(self, tagged: list[tuple[str, str]]) -> None:
        self.words = [word for word, _ in tagged]
        self.tags = [tag for _, tag in tagged]
        self.starts = list(accumulate(map(len, self.words), initial=0))

    def number(self, position: int) -> int:
        """Return the number of the word that a place of the text is in."""
        return bisect_right(self.starts, position) - 1

    def __getitem__(self, number: int) -> Token:
        return Token(self.starts[number], self.starts[number + 1], self.words[number], self.tags[number])


def cut(text: str) -> Tokens:
    """Return the words of a text with their offsets."""
    return Tokens(_tagged(text))


def _tagged(text: str) -> list[tuple[str, str]]:
    """Return the words with their tags; a long “person” that begins with a place is cut again behind the place."""
    tagged = [(word, _TAGS.get(word, tag)) for word, tag in _tagger().tag(text)]
    at = 0
    for number, (word, tag) in enumerate(tagged):
        if tag == "nr" and len(word) > 2 and word[:2] in areas():
            return [*tagged[:number], (word[:2], "ns"), *_tagged(text[at + 2 :])]
        at += len(word)
    return tagged


@lru_cache(maxsize=1)
def _tagger() -> rjieba.Jieba:
    """Return the tagger; words that its dictionary lacks are words to it: 县|经开区, and not 县经|开区."""
    tagger = rjieba.Jieba()
    for word in _NEW_WORDS:
        tagger.add_word(word, _OFTEN, "n")
    return tagger


def in_dictionary(word: str) -> bool:
    """Say whether a word stands in the general dictionary: such a word alone is no firm's short name."""
    return bool(_tagger().has_word(word))
