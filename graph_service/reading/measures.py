"""Measures: what a figure says that no rule has read, told by its unit and the nearest noun that is measured.

`patterns/relations/measures.yaml` lists them, each a short form of a rule that is tried behind all others:

    cue      the nouns and verbs that tell what is measured, or what happens on a day
    value    the kind of mention that is its figure, or `Date`
    units    what the figure may be measured in; any unit where none is given
    relation, topic, why, hits, misses, modality, forecast, cues   as in a rule

Between the cue and its figure any words may stand that belong to the clause, no other figure, and none of those that make
something else of it (`{unmeasured}` of `words.yaml`: what grew, what is compared, what is per unit). A day stands before
what happens on it. A short form that has a `pattern` of its own says itself how cue and value stand.
"""

from collections.abc import Iterable, Mapping
from typing import Any

_BEHIND = "(?<!均)(?P<cue>{cue})(?:(?!{{unmeasured}}|<:Number>)[^,。;:!?“”、]){{0,20}}?(?:每[年月日天])?<n:{value}>(?!{{unmeasured}})"
"""A figure behind its measure noun, in the same clause."""
_BEFORE = "(?<!<:Date>、)<n:Date>(?:(?!<:Date>|的)[^,。;:!?“”、]){{0,36}}?(?P<cue>{cue})(?=[,。;]|$|、<:Date>|的[,。;])(?!,(?:升级|升格|晋升))"
"""A day before what happens on it, at the end of the clause."""
_OWN = frozenset(("cue", "value", "relation"))


def as_rules(measures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules that a list of measures is short for."""
    return [_as_rule(measure) for measure in measures]


def _as_rule(measure: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in measure.items() if name not in _OWN}
    form = _BEFORE if measure.get("value") == "Date" else _BEHIND
    made: dict[str, Any] = {"last": True}
    if "pattern" not in measure:
        made["pattern"] = form.format(cue=measure["cue"], value=measure["value"])
        made["emit"] = [f"topic {measure['relation']} n"]
    return made | rest
