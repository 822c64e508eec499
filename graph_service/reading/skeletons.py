"""Skeletons: a clause as a row of parts: its names, its verbs and what prepositions make of a name.

Rules match the string of a passage, with all that prose puts between a verb and whom it is about. A skeleton keeps of a clause
the names that something can be said of, joined where they are joined, the verbs, and the phrases of prepositions; adverbs,
attributes before 的 and what sums up a list are dropped. Each part is one letter, so that what is reduced is written as an
expression over the letters:

    N  a name, or a list of them          V  a verb that has a frame      R  a preposition with its name
    n  a noun, and what is like one       v  any other verb               P  a preposition that has none yet
    Q  a figure                           l  a verb of another verb       p  a preposition that joins names, too (与)
    T  a date                             y  a verb of standing           B  将, which is a preposition or an adverb
    d  的                                 c  、 and 以及                    e  等
    x  what is not known                  D  的, and the object of the verb before it
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from graph_service.reading.passages import Mention, Passage
from graph_service.reading.slots import FIGURE_KINDS
from graph_service.vocabulary import Vocabulary

_NAMED = frozenset("Actor Place Project Facility Product Technology Award Certification".split())
"""Kinds of mentions that a verb can be about; the others only describe."""
_LONGEST = 3
"""How many words of the tagger a word of the lists is at most: 研发|出."""
_ADVERBS = ("d", "ad", "ul", "uz", "ug", "y")
"""Tags of adverbs and of what marks the aspect of a verb."""


@dataclass(slots=True)
class Part:
    """A part of a clause.

    Attributes:
        sort: its letter.
        start: offset of the code at which it begins.
        end: offset of the code behind it.
        word: the word that it is; of a phrase, its preposition.
        names: the mentions that a name or a phrase is of.
        beside: how many of them stand before the 与 that joins the others to them; 0: none is joined so.
    """

    sort: str
    start: int
    end: int
    word: str = ""
    names: list[Mention] = field(default_factory=list)
    beside: int = 0


def skeleton(
    passage: Passage, begin: int, end: int, letters: Mapping[str, str], words: Vocabulary
) -> list[Part]:
    """Return the parts of the clause between two offsets of the code; `letters` are those of words, none for what is dropped."""
    return _reduced([part for part in _parts(passage, begin, end, letters, words) if part.sort])


def _parts(
    passage: Passage, begin: int, end: int, letters: Mapping[str, str], words: Vocabulary
) -> Iterator[Part]:
    """Yield the mentions of a clause and the words between them; what stands in brackets is none of either."""
    code, at = passage.code, begin
    while at < end:
        if code[at] == "(":
            at = code.find(")", at, end) + 1 or end
        elif (number := passage.index.get(at)) is not None:
            yield _named(passage.mentions[number], at, words)
            at += 1
        else:
            following = bisect_left(passage.offsets, at)
            stop = passage.offsets[following] if following < len(passage.offsets) else end
            stop = min(stop, end, code.find("(", at, end) % (end + 1))
            yield from _plain(passage, at, stop, letters)
            at = stop


def _named(mention: Mention, at: int, words: Vocabulary) -> Part:
    """Return the part that a mention is."""
    if mention.kind == "Date":
        return Part("T", at, at + 1)
    if mention.kind in FIGURE_KINDS:
        return Part("Q", at, at + 1)
    if not words.fits(mention.kind, _NAMED):
        return Part("n", at, at + 1)
    return Part("N", at, at + 1, "", [mention]) if mention.entity is not None else Part("x", at, at + 1)


def _plain(passage: Passage, begin: int, end: int, letters: Mapping[str, str]) -> Iterator[Part]:
    """Yield the words of a stretch without mentions: those of the lists, the longest first, else as they are tagged."""
    tokens, shift = passage.tokens, passage.at[begin] - begin
    while begin < end:
        number = tokens.number(begin + shift)
        ends = [min(stop - shift, end) for stop in tokens.starts[number + 1 : number + 1 + _LONGEST]]
        found = next((stop for stop in reversed(ends) if passage.code[begin:stop] in letters), None)
        stop = found or ends[0]
        word = passage.code[begin:stop]
        yield Part(letters[word] if found else _tagged(word, tokens.tags[number]), begin, stop, word)
        begin = stop


def _tagged(word: str, tag: str) -> str:
    """Return the letter of a word that is in no list."""
    if tag in _ADVERBS or word in "“”《》 ":
        return ""
    return "v" if tag == "v" else "x" if tag == "x" else "n"


def _reduced(parts: list[Part]) -> list[Part]:
    """Return the parts without those that only describe others."""
    letters = "".join(part.sort for part in parts)
    for form, made in _STEPS:
        at = 0
        while (match := form.search(letters, at)) is not None:
            begin, end = match.span()
            new = made(parts[begin:end])
            parts[begin:end] = new
            letters = letters[:begin] + "".join(part.sort for part in new) + letters[end:]
            at = 0 if len(new) < end - begin else begin + 1
    return parts


def _nothing(_parts: list[Part]) -> list[Part]:
    return []


def _first(parts: list[Part]) -> list[Part]:
    return parts[:1]


def _last(parts: list[Part]) -> list[Part]:
    return parts[-1:]


def _joined(parts: list[Part]) -> list[Part]:
    """Return one part for the names of a list."""
    names = [part for part in parts if part.sort == "N"]
    beside = sum(len(part.names) for part in names[:-1]) if parts[-2].sort == "p" else names[0].beside
    return [Part("N", parts[0].start, parts[-1].end, "", [m for part in names for m in part.names], beside)]


def _summed(parts: list[Part]) -> list[Part]:
    """Return a list without what sums it up, but for the group that it is of."""
    last = parts[-1]
    if last.sort != "N":
        return parts[:1]
    return _joined(parts) if last.names[0].kind.endswith("Group") else [parts[0], last]


def _noun(parts: list[Part]) -> list[Part]:
    """Return one noun, which still knows whose it is."""
    return [Part("n", parts[0].start, parts[-1].end, "", parts[0].names)]


def _of_object(parts: list[Part]) -> list[Part]:
    return [Part("D", parts[0].start, parts[-1].end)]


def _phrase(parts: list[Part]) -> list[Part]:
    """Return a preposition and the names behind it as one part."""
    head, last = parts[0], parts[-1]
    names = last.names if last.sort == "N" else []
    return [Part("R", head.start, last.end, head.word, names, last.beside)]


_STEPS: tuple[tuple[re.Pattern[str], Callable[[list[Part]], list[Part]]], ...] = tuple(
    (re.compile(form), made)
    for form, made in (
        ("B(?=[pPVvlTQ])", _nothing),  # 将与A共建
        ("N[cp]N", _joined),
        ("Nc[nx]+(?=[cePV]|$)", _first),  # A、某某食品等
        ("Ne[Qn]*N?", _summed),
        ("(?<=V)[QT]+(?=d)", _nothing),  # 由A投资5亿元的B
        ("(?<=V)[nQT]*nT*d(?=[nQ]*N)", _of_object),  # 给A供应铸件的B
        ("[nvl]*Qd(?=[nQ]*N)", _nothing),  # 总投资5亿元的B
        ("yN?n*d(?=n*N)", _nothing),  # 位于A的B
        ("Nn*d[nQ]*N", _last),  # A的B
        ("n+d(?=[nQ]*N)", _nothing),
        ("vd(?=[nQ]*N)", _nothing),
        ("[nQ]+N", _last),
        ("N[cp]N", _joined),  # 北部的A、南部的B
        ("n+cN", _last),
        ("Nd?n+", _noun),  # A的步伐, A配套设施
        ("NN", _last),  # A子公司B
        ("[PpB][nQTc]*N", _phrase),
        ("[PpB][nQT]+", _phrase),
    )
)
"""What is reduced, in this order."""
