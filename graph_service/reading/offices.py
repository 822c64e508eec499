"""Who speaks for whom: offices for their zone or area, persons for the firm that they work for."""

import re

from graph_service.reading.claims import Entity
from graph_service.reading.hits import Hit
from graph_service.reading.passages import Mention, Passage

_CARRIES = re.compile("[搬迁]")
"""What somebody does with a firm, and not on a way of his own: he 来到 a town."""
_OWN_OFFICE = ("经开区", "高新区", "开发区", "新区", "园区", "区")
"""How the name of an office begins that is of the zone spoken of."""


def moves_alone(hit: Hit) -> bool:
    """Say whether somebody moves, and nothing of whom he works for with him."""
    moves = hit.rule.emit[0].relation.startswith("relocated")
    return moves and not _CARRIES.search(hit.match.group())


def right_before(office: Mention, passage: Passage) -> Entity | None:
    """Return the zone or area whose name stands right before that of an office: 澜海开发区投资促进中心."""
    before = next((m for m in passage.mentions if m.end == office.start), None)
    placed = before is not None and before.kind in ("Zone", "Park", "AdministrativeArea")
    return before.entity if before is not None and placed else None


def governed(office: Entity, hit: Hit) -> Entity | None:
    """Return the zone or area that an office is of, as far as its name says; None for whoever is no office."""
    if office.kind != "GovernmentBody" or (whole := hit.discourse.zone()) is None:
        return None
    named = any(office.name.startswith(name) for name in (whole.name, *whole.names))
    return whole if named or office.name.startswith(_OWN_OFFICE) else None
