"""The things that words of a question may mean which are none of their names: the beginning of one, or its pinyin."""

from collections.abc import Sequence

from graph_service.asking.understanding import Near
from graph_service.graph.labels import Entity
from graph_service.graph.search import Search
from graph_service.graph.wording import Tier
from graph_service.vocabulary import vocabulary

_LOOKED_AT = 20
_SHORTEST = 2
_SLIP = 3


def by_search(search: Search) -> Near:
    """Return what finds things by an index of names.

    Only how a name begins counts, and no slip of the pen: what merely stands somewhere in a name is another thing's name
    as often as not (绍兴 in 英创新材料(绍兴)有限公司).
    """

    def near(text: str, kind: str) -> Sequence[Entity]:
        if len(text) < _SHORTEST or not search.ready:
            return ()
        hits = search.find(text, limit=_LOOKED_AT).things
        fitting = [
            hit
            for hit in hits
            if hit.tier <= Tier.START and hit.loose < _SLIP and vocabulary().is_a(hit.kind, kind)
        ]
        best = [hit for hit in fitting if (hit.tier, hit.loose) == (fitting[0].tier, fitting[0].loose)]
        return [Entity(hit.iri, hit.label, hit.kind) for hit in best]

    return near
