"""Things that are named where somebody makes them, by what they are: 共建硅光芯片研发平台, 设立创投基金和产业孵化器.

Such a name has no edge of its own: it begins behind the verb, or behind the attribute that tells its size, and ends in a head
(`made` in `names.yaml`). Elsewhere in the text the census finds it again.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from graph_service.reading.edges import Way
from graph_service.reading.lexicon import Lexicon, area_at, either, lexicon
from graph_service.reading.stretches import Name

_VERB = re.compile(
    "(?:合资|联合|共同|合作|携手|牵头|投资|规划|先后|发起|率先|启动|筹备)*"
    "(?:建设|新建|兴建|共建|合建|投建|开建|扩建|改建|修建|筹建|组建|建立|建成|建起|建好|建有|搭建|设立|成立|创办|创建|发起|布局|上马|合办|联办|设有|开设|办起|添置|谋划|启用|运营)"
    "(?:了|起|出|好)?"
)
"""What makes something, or has it made."""
_ADVISED = re.compile(
    "(?:鼓励|支持|引导|推动|允许|要求|帮助|对|凡|可|用于|参与|加强|推进|加快|完善|围绕)[^,。;:]{0,10}$"
)
"""Before a verb of making that others are told or helped to do, or that is a task in general."""
_STRETCH = re.compile("[^,。;:!?()]{2,60}")
_ITEM = re.compile("、|以及|[和与及](?=..)")
_COUNT = re.compile("(?:一|首|新)?[一二三两\\d]*[个座条家支所处批](?=..)")
_ATTRIBUTE = re.compile(".*的|其(?![他中余])")
_VAGUE = re.compile(
    "高能级|高水平|一流|现代化|世界级|高质量|各类|相关|优质|标志性|重大|一批|多个|更多|若干|[一二三四五六七八九十两\\d]+[个大家座条]|系列|级$|全国|全省|全市"
)
"""What is said of any thing, or of several: it makes a name of none."""
_INSIDE = re.compile("[\u4e00-\u9fffA-Za-z0-9“”·\\-/—]*")
_BEHIND = re.compile("[一二三两\\d]|(?:项目)?(?:并|用于|用来|以|来|后|在|时)")
"""What stands behind a thing that is made: how many, or what is done then."""
_PASSIVE = re.compile(
    "(?:(?<=[,。;:])|^)(?P<what>[^,。;:、的了由已将正与和]{2,18})"
    "(?=由[^,。;]{2,30}?(?:建|办|设立|组建|运营|打造|牵头)|(?:正式|已|将|也|同步|顺利|今年|去年|成功)*(?:建成|投用|启用|揭牌|挂牌|落成|投入使用|投入运营|建设))"
)
"""A thing that a clause begins with and that is made, or opens."""

_SAYS = frozenset(("v", "d", "p", "r", "c", "uj"))
"""Tags of words that make a clause of what stands before a head: 要把基地建成."""


def find_made(way: Way) -> Iterator[Name]:
    """Yield the things of a sentence that are made there; they may overlap with other names."""
    for verb in _VERB.finditer(way.text):
        if not _ADVISED.search(way.text, max(0, verb.start() - 14), verb.start()):
            stretch = _STRETCH.match(way.text, verb.end())
            if stretch is not None:
                yield from _items(way, stretch.start(), stretch.end())
    for thing in _PASSIVE.finditer(way.text):
        yield from _item(way, *thing.span("what"), whole=True)


def _items(way: Way, start: int, end: int) -> Iterator[Name]:
    """Yield the things of a list, up to the first that is none."""
    text = way.text
    bounds = [(m.start(), m.end()) for m in _ITEM.finditer(text, start, end)]
    begins, ends = [start, *(b for _, b in bounds)], [*(a for a, _ in bounds), end]
    for begin, stop in zip(begins, ends, strict=True):
        found = list(_item(way, begin, stop))
        if not found:
            return
        yield from found


def _item(way: Way, start: int, end: int, whole: bool = False) -> Iterator[Name]:
    """Yield the thing that a stretch of the text begins with; `whole`: that it is."""
    text, heads = way.text, _heads()
    if not whole and (attribute := _ATTRIBUTE.match(text, start, end)) is not None:
        start = attribute.end()
    if (counted := _COUNT.match(text, start, end)) is not None:
        start = counted.end()
    head = next((h for h in heads.finditer(text, start, end) if not whole or h.end() == end), None)
    if head is None or not _ends(text, head.end(), end):
        return
    if whole and not way.tags(start, head.end()).isdisjoint(_SAYS):
        return
    if _is_name(text[start : head.start()], head.group(), way.words):
        yield Name(start, head.end(), way.words.made_kind[head.group()], "form")


def _ends(text: str, head: int, end: int) -> bool:
    """Say whether nothing but a count or what is done then stands behind a head."""
    return head == end or _BEHIND.match(text, head, end) is not None


def _is_name(before: str, head: str, words: Lexicon) -> bool:
    """Say whether words before a head tell which thing it is."""
    plain = words.generic.fullmatch(before) is not None
    if not _INSIDE.fullmatch(before) or _VAGUE.search(before) or len(before) > 20:
        return False
    if plain or area_at(before) == len(before) > 0:
        return len(head) > 2 and not before and head not in words.reference_kind
    return len(before) >= 2


@lru_cache(maxsize=1)
def _heads() -> re.Pattern[str]:
    """Return the expression for a head."""
    return re.compile(either(lexicon().made_kind))
