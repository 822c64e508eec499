"""Projects that only a list tells, as its end says what they are: A研发基地、B机器人等12个项目."""

import re
from collections.abc import Iterator

from graph_service.reading.edges import Way
from graph_service.reading.firmlike import falls_apart
from graph_service.reading.lexicon import area_at
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import cut, in_dictionary

_LIST = re.compile(
    "(?P<items>[^,。;:、]{4,40}(?:、[^,。;:、]{4,40})+)等(?:一批|\\d+余?[个项]|多[个项])?[^,。;:、的]{0,14}项目(?!负责|建设|经理)"
)
"""A list of projects, with the words that say they are."""
_SHORTEST, _LONGEST = 7, 24
"""How long what names a project is without an end of its own, in code points; what is shorter may be a firm."""
_NAMES = ("nr", "nz", "nt", "nrt", "ns")


def find_projects(way: Way) -> Iterator[Name]:
    """Yield the projects of lists whose names end in no word for one; they may overlap."""
    for match in _LIST.finditer(way.text):
        at = match.start("items")
        for number, item in enumerate(re.split("[、和]", match["items"])):
            end = at + len(item)
            start = at if number else way.trim(way.start(end, lenient=True), end, "Project")
            if start >= at and _SHORTEST <= end - start <= _LONGEST and _names(way, start, end):
                yield Name(start, end, "Project", "context")
            at = end + 1


def _names(way: Way, start: int, end: int) -> bool:
    """Say whether words name: they begin with a place or a word that is a name, and end in no name of another kind."""
    text = way.text
    if "的" in text[start:end] or any(m.end() == end for m in way.words.suffix.finditer(text, start, end)):
        return False
    words = cut(text[start:end])
    first = words[0]
    odd = not in_dictionary(first.word) if len(first.word) > 1 else falls_apart(words)
    return area_at(text, start) > 0 or odd or first.tag in _NAMES
