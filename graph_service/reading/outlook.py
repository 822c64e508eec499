"""Whether what a match says is so or to come: by its rule, its cues (`modality`), the years it names, and the tasks of a plan."""

import re

from graph_service.reading.claims import Date, Modality
from graph_service.reading.hits import Hit
from graph_service.reading.modality import is_done, judge
from graph_service.reading.rules import Emission

_AIMED = re.compile("[^,。;:]{0,30}?的(?:奋斗|预期|年度)?目标(?!$)")
"""What says behind a match that it is what somebody aims at: 为实现产值突破8亿元的目标作贡献."""
_BY = re.compile("(?<![从自\ue000-\uf8ff])到$")
"""What stands before the year by which something is to be so, and not before the end of a time (从A到B)."""
_DEEDS = frozenset("builds founded jointLab renewed openedIn introduced capacity area invests".split())
"""What is yet to be done where a plan sets tasks, unless its sentence says that it is done."""


def outlook(hit: Hit) -> tuple[Modality, str]:
    """Return whether what a match says is so, with the cue that tells."""
    rule, code = hit.rule, hit.passage.code
    if not rule.cues:
        return rule.modality or "actual", ""
    modality, cue = judge(code, hit.start, hit.match.end())
    if modality == "actual" and (by := _by_then(hit)):
        return "target", by
    if modality == "actual" and _AIMED.match(code, hit.match.end()):
        return "target", "目标"
    if modality == "actual" and code.startswith("意向", hit.match.end()):
        return "planned", "意向"
    if rule.modality is not None and modality == "actual":
        return rule.modality, f"rule {rule.id}"
    return modality, cue


def to_do(emission: Emission, hit: Hit, judged: tuple[Modality, str]) -> tuple[Modality, str]:
    """Return what is planned for what is said as done in the tasks of a plan; what was judged elsewhere."""
    if (
        judged[0] != "actual"
        or not hit.discourse.tasks
        or not hit.rule.cues
        or emission.relation not in _DEEDS
    ):
        return judged
    passage, sentence = hit.passage, hit.clause("。!?")
    past = any(
        isinstance(date := passage.mentions[number].value, Date) and not is_to_come(date, hit.published)
        for offset, number in passage.index.items()
        if sentence <= offset < hit.match.end()
    )
    return (
        judged
        if past or is_done(passage.code, sentence, hit.match.end())
        else ("planned", "a task of a plan")
    )


def is_to_come(date: Date, published: str | None) -> bool:
    """Say whether a date is later than the day of publication, as far as both are known; the end of its year is (今年底)."""
    known = min(len(date.date), len(published or ""))
    if date.date == (published or "")[:4] and date.text.endswith(("年底", "年末")):
        return (published or "")[5:7] not in ("", "12")
    return date.date[:known] > (published or "")[:known]


def says_to_come(hit: Hit) -> bool:
    """Say whether the clause of a match names a year later than that of publication, and nothing that is done by now."""
    passage, start, end = hit.passage, hit.clause(), hit.match.end()
    dates = (passage.mentions[n].value for o, n in passage.index.items() if start <= o < end)
    later = any(isinstance(d, Date) and d.date[:4] > (hit.published or "9999")[:4] for d in dates)
    return later and not is_done(passage.code, start, end)


def _by_then(hit: Hit) -> str:
    """Return the words of a year to come by which something is to be so (到2027年); empty where none is said before the match ends."""
    passage, published = hit.passage, hit.published
    sentence = hit.clause("。!?")
    if not published or "到" not in passage.code[sentence : hit.match.end()]:
        return ""
    for offset, number in passage.index.items():
        value = passage.mentions[number].value
        named = sentence < offset < hit.match.end() and _BY.search(passage.code, sentence, offset) is not None
        if named and isinstance(value, Date) and value.date[:4] > published[:4]:
            return f"到{passage.words(offset, offset + 1)}"
    return ""
