"""Phases: what 一期, 二期项目 and the like are phases of."""

import re
from dataclasses import replace

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.passages import HAVE_PHASES, Mention, Passage, resolved
from graph_service.reading.topics import is_topic

PHASES = {
    f"{before}{number}期{behind}": f"{number}期"
    for number in "一二三四五六首"
    for before, behind in (("", ""), ("第", ""), ("项目", ""), ("", "项目"), ("第", "项目"), ("", "工程"))
}
"""Words for a phase, with the phase they name: 一期项目 is 一期."""
_OWN_PHASE = re.compile("\\(?第?(?P<phase>[一二三四五六首]期)\\)?(?:\\([IVX]{1,3}\\))?(?:工程)?(?:项目)?$")
"""What ends the name of a thing that is a phase."""
_EXTENDS = re.compile("(?:上马|实施|启动|推进|投建|建设|追加|开建|兴建|筹建)(?:了|其|的)?$")
"""Before a phase that somebody builds."""
_PART_OF_PHASE = re.compile("\\([IVX]{1,3}\\)")
"""A number of a part of a phase: 一期(I)项目."""
_BUILD = re.compile("设立|成立|组建|建设|新建|兴建|打造|共建|投建|规划|实施")
_NUMBERED = re.compile("[一二三四五]号?(?:工厂|厂区|车间|生产基地)$")


def is_phase(mention: Mention) -> bool:
    """Say whether a mention means one phase of a project: what the next sentence says is of the whole again."""
    numbered = mention.entity is not None and _NUMBERED.match(mention.entity.name) is not None
    return numbered or (mention.how == "coreference" and mention.reason[1:3] in PHASES)


def phase_spoken_of(mention: Mention, discourse: Discourse) -> Mention:
    """Return the phase of the project, park or laboratory spoken of: 一期 is 华芯封装项目一期."""
    if discourse.head is not None:
        return phase_of(mention, discourse.head)
    if (named := _named_as_phase(discourse)) is not None:
        return phase_of(mention, named)
    whole = None if discourse.here("Project", "Park", "Facility") else discourse.here("Laboratory")
    whole = whole or discourse.antecedent(frozenset(("Project",)), pointed=True)
    whole = discourse.topic_after(whole, HAVE_PHASES) or whole
    whole = whole or discourse.antecedent(frozenset(("Park", "Facility")), pointed=True)
    whole = whole or discourse.antecedent(frozenset(("Laboratory",)), pointed=True)
    if whole is None:
        return mention
    return phase_of(mention, whole)


def _named_as_phase(discourse: Discourse) -> Entity | None:
    """Return what was named by a name that ends in a phase and is spoken of yet; None where a project was named after it."""
    for seen in reversed(discourse.seen):
        if seen.entity.kind in HAVE_PHASES and _OWN_PHASE.search(seen.entity.name):
            return seen.entity if discourse.is_late(seen) else None
        if seen.entity.kind == "Project":
            return None
    return None


def named_phase(text: str, mention: Mention, discourse: Discourse) -> Mention:
    """Return a project called 一期项目 as the phase of the project spoken of; as it was where none is."""
    surface = _PART_OF_PHASE.sub("", text[mention.start : mention.end])
    whole = discourse.antecedent(frozenset(("Project",)), pointed=True) if surface in PHASES else None
    if whole is None or whole.name in PHASES:
        return mention
    return phase_of(mention._replace(how="coreference", reason=surface), whole)


def phase_whole(passage: Passage, number: int) -> Entity | None:
    """Return what a phase is of, as far as its sentence tells.

    That is its subject, where that has phases; where it names nothing that has, the firm that builds the phase (A上马二期).
    """
    sentence = passage.text.rfind("。", 0, passage.mentions[number].start)
    before = [m for m in passage.mentions[:number] if m.start > sentence and m.entity is not None]
    phased = [m for m in before if m.kind in HAVE_PHASES]
    if phased or not before:
        if phased and _is_new(passage, phased[-1], number):
            return phased[-1].entity
        return next((m.entity for m in phased if is_topic(passage.text, m)), None)
    if not _EXTENDS.search(passage.text, 0, passage.mentions[number].start):
        return None
    return next((m.entity for m in reversed(before) if m.kind in ("Company", "Laboratory")), None)


def _is_new(passage: Passage, built: Mention, number: int) -> bool:
    """Say whether the clause right before a phase says that something is built: 建设占地500亩的A产业园,首期200亩."""
    behind = passage.text[built.end : passage.mentions[number].start]
    clause = max(passage.text.rfind(mark, 0, built.start) for mark in ",。;") + 1
    return behind in (",", ";") and _BUILD.search(passage.text, clause, built.start) is not None


def phase_of(mention: Mention, whole: Entity) -> Mention:
    """Return what a reference to a phase of this means."""
    phase, own = PHASES[mention.reason], _OWN_PHASE.search(whole.name)
    if own is not None and own["phase"] == phase:
        return resolved(mention, whole, f"“{mention.reason}” → {whole.name}")
    if own is not None:
        whole = replace(whole, name=whole.name[: own.start()])
    kind = whole.kind if whole.kind in ("Park", "Facility") else "Project"
    names = tuple(f"{name}{phase}" for name in whole.names)
    return resolved(
        mention, Entity(f"{whole.name}{phase}", kind, names), f"“{phase}” is a phase of {whole.name}"
    )
