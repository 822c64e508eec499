"""Whose project 项目 is, where it is no project that was spoken of but a new one: of the firm that its sentence begins with."""

from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.passages import Passage
from graph_service.reading.phases import PHASES
from graph_service.reading.topics import is_topic

_WORDS = frozenset(("项目", *PHASES))
"""Words that may mean a project that nobody has named yet, or a phase of it."""
_BUILT = frozenset(("Project", "ProjectGroup", "Facility", "Park"))
"""Kinds of what the word may stand for otherwise."""


def firm_of_project(passage: Passage, number: int, discourse: Discourse) -> Entity | None:
    """Return the firm whose project 项目 is that no text has named: A 2015年落户开发区,项目总投资……; None where one is spoken of.

    The firm is the first that its sentence names, it is new since anything that is built was named, and so is nothing built.
    """
    mention = passage.mentions[number]
    if mention.reason not in _WORDS:
        return None
    sentence = passage.text.rfind("。", 0, mention.start)
    before = [m for m in passage.mentions[:number] if m.start > sentence and m.entity is not None]
    if not before or before[0].kind != "Company" or any(m.kind in _BUILT for m in before):
        return None
    firm = before[0].entity
    if firm is None or before[0].how == "coreference" or not is_topic(passage.text, before[0]):
        return None
    earlier = [seen for seen in discourse.seen if seen.turn < discourse.turns]
    built = max((seen.turn for seen in earlier if seen.entity.kind in _BUILT), default=0)
    if mention.reason in PHASES and built >= discourse.turns - 1:
        return None  # the phases of what the sentence before named
    known = any(seen.entity == firm and seen.turn >= built - 1 for seen in earlier)
    return None if known else firm
