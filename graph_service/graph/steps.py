"""What takes several queries, of which the SPARQL of a named query is one: `walks`, `leafing`, `bind_join`."""

from collections.abc import Mapping
from typing import Any

from graph_service.graph import walks
from graph_service.graph.bind_join import BindJoin
from graph_service.graph.leafing import Leafing
from graph_service.graph.walks import Ask, Walk

Steps = Walk | Leafing | BindJoin


def of(said: Mapping[str, Any]) -> Steps:
    """Return what `as_json` of one of them wrote."""
    if "first" in said:
        return BindJoin.of(said)
    return Leafing.of(said) if "by" in said else Walk.of(said)


def values(steps: Steps, step: str, ask: Ask) -> str:
    """Return a query that gives what is found; raises what `walks.values` raises."""
    return walks.values(steps, step, ask) if isinstance(steps, Walk) else steps.values(step, ask)
