"""Which zone is meant by a word for a kind of zones: 综保区, 高新区."""

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse

_HEADS = {
    "经开区": ("经开区", "经济技术开发区", "经济开发区"),
    "高新区": ("高新区", "高新技术产业开发区", "高新技术产业园区", "高新技术开发区"),
    "综保区": ("综保区", "综合保税区"),
    "综合保税区": ("综合保税区", "综保区"),
    "保税区": ("保税区", "综保区"),
    "开发区": ("开发区", "经开区"),
    "新区": ("新区",),
    "集聚区": ("集聚区",),
    "科学城": ("科学城",),
    "临空经济区": ("临空经济区",),
}
"""Words for a zone, with what the names end in of those that are called so."""


def zone_called(surface: str, discourse: Discourse) -> Entity | None:
    """Return the zone whose name ends in a word for zones, what the text, or its paragraph, is about first; None for other words."""
    heads = _HEADS.get(surface.removeprefix("该"), ())
    for zone in (discourse.rival(), discourse.about) if heads else ():
        if zone is not None and any(name.endswith(heads) for name in (zone.name, *zone.names)):
            return zone
    return discourse.called("Zone", *heads) if heads else None
