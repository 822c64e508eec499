"""What a document is about: the zone, firm, park or laboratory of its title, else the zone that it names most."""

import re

from graph_service.reading.census import Census
from graph_service.reading.claims import Entity
from graph_service.reading.passages import Passage, is_prefix

_COMMITTEE = re.compile("(?:管理委员会|管委会)(?:[^管委]{2,8}[部局办处])?$")
"""What the name of a zone's office ends in behind the name of the zone."""
_ABOUT = ("Zone", "District", "Company", "Park", "Laboratory", "Alliance")


def subject_of(passages: list[Passage], census: Census) -> Entity | None:
    """Return what a document is about: the first zone, firm, park or laboratory of its title, else the zone named most."""
    for passage in passages[:4]:
        if passage.unit.role not in ("title", "heading"):
            break
        for number, mention in enumerate(passage.mentions):
            if mention.kind in _ABOUT and mention.entity is not None and not is_prefix(passage, number):
                return mention.entity
            if (
                mention.kind == "GovernmentBody"
                and (owner := _COMMITTEE.sub("", passage.text[mention.start : mention.end]))
                != passage.text[mention.start : mention.end]
            ):
                return census.entity(owner, "Zone")
    return census.entity(census.zone, "Zone") if census.zone else None
