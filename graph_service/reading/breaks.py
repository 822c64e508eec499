"""Which paragraph goes on with a sentence that the layout of the page broke off.

Columns, pictures and repeated frames can put the second half of a sentence far from the first, even above it.
The halves are put together only where the evidence singles out one pair: a paragraph without a full stop, and
one that cannot begin a sentence, best with a word that was cut in two between them.
"""

import re
from collections import Counter
from collections.abc import Sequence

import rjieba

from graph_service.reading import roles

_MOST = 100
"""More broken ends than this are a list or a table, not broken sentences."""
_LEAST_HEAD = 12
_STOPPED = re.compile(r"[。!?！？…;；:：][”’」』\"》)）\]]*$")
_UNFINISHED = re.compile(r"(?:[,，、(（“]|[的和与及在对将把被向从以])$")
_MARK_START = re.compile(r"[,，、;；:：。)）”%]")
_BOUND_TAGS = ("q", "u", "k", "y", "e", "zg", "ng", "vg", "g")
_SENTENCE_STARTS = frozenset(
    "该其此这那在从对向以为与和但而如若因由经据今现我你他她它各每全本首再还也又就只另或"
)


def continuations(paragraphs: Sequence[str]) -> dict[int, int]:
    """Return the number of each paragraph that breaks off, with that of the only one that can go on with it.

    Args:
        paragraphs: the text of each, in the order of the page; repeated ones count once, where they first
            stand.
    """
    first = {text: i for i, text in reversed(list(enumerate(paragraphs)))}
    heads = [i for i in first.values() if _breaks_off(paragraphs[i])]
    if not 0 < len(heads) <= _MOST:
        return {}
    tails = [i for i in first.values() if _STOPPED.search(paragraphs[i]) and _begins_within(paragraphs[i])]
    if not 0 < len(tails) <= _MOST:
        return {}
    pairs = [
        (h, t)
        for h in sorted(heads)
        for t in sorted(tails)
        if h != t and _shares_word(paragraphs[h], paragraphs[t])
    ]
    if not pairs:
        open_ended = [h for h in heads if _UNFINISHED.search(paragraphs[h])]
        pairs = [(h, t) for h in open_ended for t in tails]
    return _unique(pairs)


def _unique(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Return the pairs of which neither half stands in another pair."""
    by_head, by_tail = Counter(h for h, _ in pairs), Counter(t for _, t in pairs)
    return {h: t for h, t in pairs if by_head[h] == 1 and by_tail[t] == 1}


def _breaks_off(text: str) -> bool:
    """Say whether a paragraph can be the first half of a sentence: long enough, and without a full stop."""
    if len(text) < _LEAST_HEAD or _STOPPED.search(text) or "\t" in text:
        return False
    if not re.search("[,，、。]", text):
        return False
    return not (roles.is_byline(text) or roles.is_credit(text))


def _begins_within(text: str) -> bool:
    """Say whether a paragraph cannot be the beginning of a sentence."""
    if _MARK_START.match(text):
        return True
    if text[0] in _SENTENCE_STARTS or not "\u4e00" <= text[0] <= "\u9fff":
        return False
    word, tag = rjieba.tag(text[:10])[0]
    return len(word) == 1 and tag.startswith(_BOUND_TAGS)


def _shares_word(head: str, tail: str) -> bool:
    """Say whether a word of the dictionary stands across the break."""
    before, after = head[-6:], tail[:6]
    at = 0
    for word in rjieba.cut(before + after, False):
        if at < len(before) < at + len(word):
            return not word.isascii()
        at += len(word)
    return False
