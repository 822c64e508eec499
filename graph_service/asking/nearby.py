"""The things that words of a question may mean which are none of their names: the beginning of one, or its pinyin."""

from collections.abc import Sequence
from functools import lru_cache

from graph_service.asking.understanding import Near
from graph_service.graph.labels import Entity
from graph_service.graph.search import Hit, Search
from graph_service.graph.wording import Tier
from graph_service.vocabulary import vocabulary

_LOOKED_AT = 20
_SHORTEST = 2
_SLIP = 3
_KEPT = 1024
"""Words whose hits are kept: every form of question asks for the same ones."""


def by_search(search: Search) -> Near:
    """Return what finds things by an index of names.

    Only how a name begins counts, and no slip of the pen: what merely stands somewhere in a name is another thing's name
    as often as not (绍兴 in 英创新材料(绍兴)有限公司).
    """

    @lru_cache(maxsize=_KEPT)
    def hits(text: str, state: str) -> Sequence[Hit]:
        del state  # other states have other hits
        found = search.find(text, limit=_LOOKED_AT).things
        return [hit for hit in found if hit.tier <= Tier.START and hit.loose < _SLIP]

    def near(text: str, kind: str) -> Sequence[Entity]:
        state = search.index.state() if len(text) >= _SHORTEST else None
        if not state:
            return ()
        fitting = [hit for hit in hits(text, state) if vocabulary().is_a(hit.kind, kind)]
        best = [hit for hit in fitting if (hit.tier, hit.loose) == (fitting[0].tier, fitting[0].loose)]
        return [Entity(hit.iri, hit.label, hit.kind) for hit in best]

    return near
