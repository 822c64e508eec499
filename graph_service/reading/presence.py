"""Presence: where the text stands when a clause says that somebody comes, is built or works and names no place of its own.

The place is told once and holds on: by an adverbial (在A, A里), by a word that points at it (区内), by what a clause of the
sentence is about; for who settles (落户, 入驻), which is always somewhere, also by what the paragraph or the text is about.
"""

import re

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.hits import Hit
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.reading.phases import is_phase
from graph_service.reading.topics import topics
from graph_service.vocabulary import Vocabulary

_PLACES = frozenset(("Zone", "Park", "District", "AdministrativeArea", "Facility", "Place"))
_SITES = frozenset(("Zone", "Park", "District"))
"""What a text or a paragraph is about whose firms it tells of."""
_PLACE = "".join(map(symbol, sorted(_PLACES)))
_TOLD = re.compile(
    f"(?:(?:在|走进|来到|步入|走访|漫步|放眼|聚焦|(?:^|(?<=[,。;:!?“])))(?P<front>[{_PLACE}])"
    "(?:[^,。;:\ue000-\uf8ff]{0,6}(?:里|内|上|中|一带))?(?=,)"
    f"|(?P<within>[{_PLACE}])(?:园区|区)?(?:里|内|境内|之内|一带)(?!的?[^,。;:]{{0,8}}(?:生产|研发|设立|建设)的))"
)
"""What tells a place that holds on: 在A,…; A里…; A内…."""
_POINTS = frozenset(("区内", "园内", "区里", "这里", "当地", "本地"))
"""Words that are a place and a preposition at once."""


WHERE = ("inside", "there", "home")
"""Ends of emissions that mean where the text stands: as its sentence tells, or is about, or as its paragraph is about."""


_HERE = re.compile("[在于]此|在这里|就地")
"""Words that point at the site that was named last."""


def stands_at(name: str, hit: Hit, words: Vocabulary) -> tuple[Entity | None, str]:
    """Return what an end of `WHERE` means for a match, and why."""
    place = _told(hit.passage, hit.clause("。!?"), hit.start)
    if place is not None or name == "inside":
        return (place.entity if place is not None else None), "told in the sentence"
    about = _about(hit, words)
    if about is not None or name == "there":
        return (about.entity if about is not None else None), "what the sentence is about"
    if _HERE.search(hit.match.group()):
        return hit.discourse.place(), "the site spoken of"
    return _home(hit.discourse), "what the paragraph is about"


def _told(passage: Passage, sentence: int, start: int) -> Mention | None:
    """Return the place that the sentence told last before an offset of the code."""
    found = -1
    for match in _TOLD.finditer(passage.code, sentence, start):
        found = match.start(match.lastgroup or 0)
    for offset in passage.offsets:
        if found < offset < start and offset >= sentence:
            mention = passage.mentions[passage.index[offset]]
            found = (
                offset if mention.reason and passage.text[mention.start : mention.end] in _POINTS else found
            )
    told = passage.mentions[passage.index[found]] if found in passage.index else None
    return told if told is not None and told.entity is not None else None


def _about(hit: Hit, words: Vocabulary) -> Mention | None:
    """Return the zone, park or district that the clause, or an earlier one of the sentence, is about."""
    passage, sentence = hit.passage, hit.clause("。!?")
    for end in (hit.start, *reversed([mark for mark in passage.marks if sentence <= mark < hit.start])):
        spoken = topics(passage, end, _SITES, words)
        if (
            len(spoken) == 1
            and not is_phase(spoken[0])
            and spoken[0].start >= passage.at[sentence]
            and spoken[0].entity is not None
        ):
            return spoken[0]
    return None


def _home(discourse: Discourse) -> Entity | None:
    """Return the zone, park or district that the paragraph is about, else the one of the text."""
    spoken = (entity for entity in reversed(discourse.topics) if entity.kind in _SITES)
    about = discourse.about if discourse.about is not None and discourse.about.kind in _SITES else None
    return next(spoken, None) or discourse.rival() or about
