"""The things that words of a question may mean which are none of their names.

They may be the beginning of one, its pinyin, a short form that nobody has written (汇铸精密机械 for
潍坊汇铸精密机械有限公司), or the full form of a name that is only known short.
"""

from collections.abc import Sequence
from functools import lru_cache

from graph_service.asking.filling import Near
from graph_service.graph.labels import Entity
from graph_service.graph.search import Hit, Search
from graph_service.graph.wording import Tier
from graph_service.identity import fold
from graph_service.reading.aliases import forms
from graph_service.vocabulary import vocabulary

_LOOKED_AT = 20
_SHORTEST = 2
_SLIP = 3
_LEGAL = ("公司", "集团")
_KEPT = 1024
"""Words whose hits are kept: every form of question asks for the same ones."""


def by_search(search: Search) -> Near:
    """Return what finds things by an index of names.

    How a name begins counts, and no slip of the pen; what merely stands somewhere in a name is another thing's name
    as often as not (绍兴 in 英创新材料(绍兴)有限公司), unless it is a form that such a name is shortened to.
    """

    @lru_cache(maxsize=_KEPT)
    def hits(text: str, state: str) -> Sequence[Hit]:
        del state  # other states have other hits
        found = search.find(text, limit=_LOOKED_AT).things
        begun = [hit for hit in found if hit.tier <= Tier.START and hit.loose < _SLIP]
        return begun or [hit for hit in found if _shortened(text, hit)] or _in_full(text)

    def _in_full(text: str) -> list[Hit]:
        """Return the firms whose name is the stem of this one."""
        stems = forms(fold(text), "Company") if text.endswith(_LEGAL) else ()
        for stem in sorted(stems, key=len, reverse=True):
            found = search.find(stem, limit=_LOOKED_AT).things
            whole = [
                hit for hit in found if hit.tier == Tier.WHOLE and not hit.loose and hit.kind == "Company"
            ]
            if whole:
                return whole
        return []

    def near(text: str, kind: str) -> Sequence[Entity]:
        state = search.index.state() if len(text) >= _SHORTEST else None
        if not state:
            return ()
        fitting = [hit for hit in hits(text, state) if vocabulary().is_a(hit.kind, kind)]
        best = [hit for hit in fitting if (hit.tier, hit.loose) == (fitting[0].tier, fitting[0].loose)]
        return [Entity(hit.iri, hit.label, hit.kind) for hit in best]

    return near


def _shortened(text: str, hit: Hit) -> bool:
    """Say whether a text is what a name of a thing is shortened to, or begins it but for a quotation mark."""
    short, names = fold(text), [fold(name) for name in (hit.label, *hit.names)]
    return any(name.startswith(short) or short in forms(name, hit.kind) for name in names)
