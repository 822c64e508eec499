"""Parts: whose parts a text goes through, one by one, behind a sentence that says how many there are (下辖5个区块。其中,A……)."""

import re

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.hits import Hit
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.reading.topics import topics
from graph_service.vocabulary import Vocabulary

_WHOLES = frozenset(("Zone", "Park", "District"))
_COUNTED = re.compile(
    "(?:下辖|下设|管辖|辖|分为|分成|划分为|划为|由|包括|包含|设有|设|形成|布局|规划)(?:了|有)?"
    f"[{symbol('Count')}]?(?:[两二三四五六七八九]大|[两二三四五六七八九]个)?[^,。;:\ue000-\uf8ff]{{0,4}}(?:区块|园区|片区|板块|组团|功能区|分园|园)(?:组成|构成)?(?=[,。;:]|$)"
    "|一[区核城][两二三四五六七八九多][园区片]"
)
"""How a clause says that something has parts, and names none."""


def whole_of(hit: Hit, words: Vocabulary) -> tuple[Entity | None, str]:
    """Return the zone whose parts the text goes through, where its sentence or the one before says that it has such."""
    for passage, end in ((hit.passage, hit.start), *((p, len(p.code)) for p in hit.discourse.passages[-1:])):
        counted = list(_COUNTED.finditer(passage.code, 0, end))
        if counted:
            whole = _before(passage, counted[-1].start(), words)
            return (whole.entity if whole else _spoken_of(hit.discourse)), "its parts are gone through"
    return None, "no whole was told of"


def _before(passage: Passage, end: int, words: Vocabulary) -> Mention | None:
    """Return the zone that a clause is about, else the last that stands before it in its sentence."""
    spoken = topics(passage, end, _WHOLES, words)
    named = [passage.mentions[passage.index[o]] for o in passage.offsets if o < end]
    zones = [m for m in (*spoken, *reversed(named)) if m.kind in _WHOLES and m.entity is not None]
    return zones[0] if zones else None


def _spoken_of(discourse: Discourse) -> Entity | None:
    """Return the zone that the text is about, else the last that was spoken of before this sentence."""
    about = discourse.about
    return about if about is not None and about.kind in _WHOLES else discourse.before().zone()
