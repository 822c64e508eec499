"""Whose a figure is where several are named: what sums the list up, or nobody."""

import re

from graph_service.reading.hits import Hit
from graph_service.reading.listed import summed_up
from graph_service.reading.owners import says_figures
from graph_service.reading.passages import Mention
from graph_service.reading.terms import End, mentioned
from graph_service.reading.unnamed import is_item, is_unnamed
from graph_service.vocabulary import Vocabulary

_LIST_ON = re.compile(
    "等,|[、和及][^,。;:]{1,60}?等(?:,|[^,。;:]{0,6}(?:项目|企业))|[和及、][一二两三四五六七八九十0-9\ue000-\uf8ff]个?[^,。;:]{0,6}(?:园区|开发区|高新区)"
)
"""How a list goes on whose sum has no name: A、某某食品等项目, A和六个园区."""
_EACH = re.compile("分别|均|都|皆|各")


def of_list(hit: Hit, here: list[Mention], words: Vocabulary) -> list[End] | None:
    """Return whose figure it is where it is of a list as a whole, or of what has no name: what counts the list, or none."""
    if is_item(hit.passage, here, hit.start):
        return []
    if not says_figures(hit, words):
        return None
    if _is_sum(hit, here):
        return []
    if here:
        passage = hit.passage
        behind = passage.offsets[passage.mentions.index(here[-1])] + 1
        if (whole := summed_up(passage, passage.mentions.index(here[-1]), hit.start)) is not None:
            return [mentioned(whole)] if words.fits(whole.kind, hit.rule.topic) else []
        if _LIST_ON.match(passage.code, behind, hit.start):
            return []
    return [] if is_unnamed(hit, here) else None


def _is_sum(hit: Hit, here: list[Mention]) -> bool:
    """Say whether a figure told in a later clause than several named together is the sum of something, and none of each."""
    clause = hit.clause(",。;:")
    if len(here) < 2 or here[-1].start >= hit.passage.at[clause]:
        return False
    return _EACH.search(hit.passage.code, clause, hit.match.end()) is None
