"""Goods: the noun phrases that say what somebody makes, wherever they end (即食鸡胸肉、酱卤鸭脖, 又薄又能折的FPC柔性板).

No list has all that is made. Behind a verb of making the phrase itself is read off the tags of its words: it goes on through
nouns and what describes them, and ends where a clause goes on (a verb that says something of it, an adverb, a figure) or
where a name stands. Such a slot is written `<what:^Product>`; it is a list.
"""

import re
from collections.abc import Iterator

from graph_service.reading.heads import abstract, closed, is_bare
from graph_service.reading.lexicon import area_at, lexicon
from graph_service.reading.passages import Passage

_JOINS = ("、", "和", "与", "及", "以及", "暨")
_WITHIN = frozenset(
    ("Industry", "Product", "Technology", "Figure", "Count", "Order", "Money", "Area", "Share", "Role")
)
"""Kinds of mentions that may be words of a phrase, or the figure before it."""
_FIGURES = frozenset(("Figure", "Count", "Order", "Money", "Area", "Share"))
_STOPS = ("u", "p", "c", "d", "r", "y", "e", "o", "t", "f")
"""Tags of words that are no part of a phrase."""
_STANDS = ("n", "nz", "ng", "x", "zg", "eng", "nrt", "nr", "j", "l", "q", "k", "g", "vn", "an")
"""Tags of words that a phrase may end in."""
_LEADS = re.compile(
    "(?:[0-9.]+[余多]?(?:万|亿)?[\u4e00-\u9fff]?)?(?:(?:一|两|多|数|几|首|第一|新|全新一代|新一代)[款台套批条种颗代类]|(?:全球|国内|全国|我国|世界|国际|全省|行业)(?:首|第一|唯一)[款台套批条种个片颗]|新型|新款|各类|各种|多种|系列|优质|高端|高品质|先进的?|主要|以)*"
)
"""What stands before a phrase and is no part of it."""
_TAIL = re.compile("(?:系列|新)?(?:产品|新品|制品系列)$|系列$")
"""What sums a phrase up at its end."""
_CONTINUES = re.compile(
    "(?:可|能|已|将|被|获|把|使|让|令|为|供|占|达|超|约|近|均|都|也|还|仅|只|每|年|月|日|远销|畅销|销往|出口|用于|用在|用来|应用|填补|打破|替代|量产|下线|投产|上市|问世|交付|亮相|落户|做到|卖到|打入|送到|装上|通过|配套|供应|供货|满足|产量|产能|产值|销量|销售|市场|份额|等|为主|为例|起家|入手)"
)
"""How a clause goes on behind a phrase: no noun that the tagger makes of it is a part."""
_ABLE = re.compile("的(?:生产|加工)?(?:能力|产能|规模|量)")
"""What is said of how much can be made, behind what it is."""
_MEANT_FOR = re.compile("用(?![于在来作到上以途户料的])(?=[\u4e00-\u9fffA-Za-z]{2})")
"""What joins a thing to what it is for: 减速器用轴承."""
_ENDS = re.compile("[,。;:、]|的[\u4e00-\u9fff]|$")
"""What stands behind a phrase of a single short word."""
_QUOTE = re.compile("“[^“”]{1,16}”")
_LONGEST = 24
"""Most code points of a phrase."""
_WRITTEN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9.\-/+%]+")
"""Characters that phrases are written in."""
_PARTICLES = frozenset("的是有在了着过等于到")
"""Words of one character that stand in no phrase, whatever their tag."""
FORM = r"[^,。;:!?…()《》]{2,48}"
"""The expression for a stretch that a list of goods may stand in."""


def goods(passage: Passage, start: int, end: int, whole: bool = False) -> list[tuple[int, int]]:
    """Return where in the text the phrases of a list stand that begins at an offset of the code; `whole`: that fills the stretch."""
    stop = _names(passage, start, end)
    text, limit = passage.text, passage.at[stop]
    found: list[tuple[int, int]] = []
    at = passage.at[start]
    while at < limit:
        piece = _phrase(passage, at, limit)
        if piece is None:
            return [] if whole else found
        begin, after = piece
        if after == limit and stop < end and text[limit - 1] == "的":
            return []
        found.append((begin, after))
        joint = next((j for j in _JOINS if text.startswith(j, after)), None)
        if joint is None or after + len(joint) >= limit:
            break
        at = after + len(joint)
    at = found[-1][1] if found else limit
    rest = text[at : passage.at[end]]
    if (rest.startswith("的") and not _ABLE.match(rest)) or (whole and rest and not rest.startswith("等")):
        return []
    return found


def _names(passage: Passage, start: int, end: int) -> int:
    """Return the offset of the code up to which no name stands that is no word of a phrase."""
    index = passage.index
    return next(
        (o for o in range(start, end) if o in index and passage.mentions[index[o]].kind not in _WITHIN), end
    )


def _phrase(passage: Passage, at: int, limit: int) -> tuple[int, int] | None:
    """Return where the phrase begins and ends that stands at a place of the text; None where none does."""
    text = passage.text
    for _ in range(3):
        begin = _past_figure(passage, at, limit)
        lead = _LEADS.match(text, begin, limit)
        begin = lead.end() if lead else begin
        after = _walk(passage, begin, limit)
        if text.startswith("的", after) and after < limit:
            at = after + 1
            continue
        if after <= begin:
            mark = text.find("的", begin, min(limit, begin + 10))
            if mark < 0 or any(j in text[begin:mark] for j in "、"):
                return None
            at = mark + 1
            continue
        return _checked(passage, begin, after)
    return None


def _past_figure(passage: Passage, at: int, limit: int) -> int:
    """Return where a phrase begins behind the figure that says how much there is: 20万吨磷酸铁锂."""
    ends = (m.end for m in passage.mentions if m.start == at and m.kind in _FIGURES and m.end < limit)
    return next(ends, at)


def _walk(passage: Passage, begin: int, limit: int) -> int:
    """Return where the words of a phrase end that begins at a place of the text."""
    text, tokens = passage.text, passage.tokens
    ends = {m.start for m in passage.mentions if m.kind in _FIGURES and m.start > begin}
    at = begin
    while at < limit:
        if (quote := _QUOTE.match(text, at, limit)) is not None:
            at = quote.end()
            continue
        number = tokens.number(at)
        stop = tokens.starts[number + 1]
        word, tag = text[at:stop], tokens.tags[number]
        meant_for = at > begin and _MEANT_FOR.match(text, at, limit) is not None
        if at in ends or stop > limit or word in _JOINS or not (meant_for or _goes_on(word, tag)):
            break
        if at > begin and _CONTINUES.match(text, at):
            break
        at = stop
    return at


def _goes_on(word: str, tag: str) -> bool:
    """Say whether a word may be one of a phrase."""
    if _WRITTEN.fullmatch(word) is None or word in _PARTICLES:
        return False
    return not (tag.startswith(_STOPS) and not (tag == "f" and len(word) == 1))


def _checked(passage: Passage, begin: int, after: int) -> tuple[int, int] | None:
    """Return a phrase without what sums it up, where it names what can be made."""
    text, tokens = passage.text, passage.tokens
    tail = _TAIL.search(text, begin, after)
    if tail is not None and tail.start() > begin:
        after = tail.start()
    words = text[begin:after]
    if not 2 <= len(words) <= _LONGEST or is_bare(words) or area_at(words) or abstract().search(words):
        return None
    if closed().search(words):
        return begin, after
    numbers = range(tokens.number(begin), tokens.number(after - 1) + 1)
    tags = [tokens.tags[n] for n in numbers]
    no_name = lexicon().no_name
    describes = tags[0] == "v" and words[:2] not in no_name and len(numbers) > 1 and len(words) > 3
    verbal = any(_is_deed(tokens.words[n]) for n in numbers[describes:] if tokens.tags[n] == "v")
    short = len(words) < 3 and not (tags in (["n"], ["ng"], ["nz"]) and _ENDS.match(text, after))
    if not tags[-1].startswith(_STANDS) or verbal or short or tags[0] == "ns":
        return None
    return begin, after


def _is_deed(word: str) -> bool:
    """Say whether a verb says something of somebody, and is no part of a noun: 拓展, and not the 制冷 of 制冷片."""
    return len(word) != 2 or word in lexicon().no_name


def named(passage: Passage, start: int, end: int, whole: bool) -> Iterator[str]:
    """Yield the words of the goods of a stretch of the code."""
    for begin, after in goods(passage, start, end, whole):
        yield passage.unit.text[begin:after]
