"""What stands behind a match and tells of whom it is: the subject of the next clause, what the money is for, who does it."""

import re

from graph_service.reading.brought import BROUGHT_UP
from graph_service.reading.hits import Hit
from graph_service.reading.owners import says_figures
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.reading.terms import End, meant, mentioned
from graph_service.reading.topics import has_subject
from graph_service.vocabulary import Vocabulary

_SPENT_ON = re.compile(
    "(?:人民币|资金)?,?(?:用于|用来)?(?:在[^,。;]{1,12}?)?(?:开工|动工|规划|全面|正式)?(?:新建|建设|建起|建成|兴建|投建|打造|上马|实施|启动|开建|扩建|改造|推进)(?:了)?[^,。;:、\\ue000-\\uf8ff]{0,6}"
    f"(?P<what>[{symbol('Project')}{symbol('Facility')}{symbol('Park')}])"
)
"""What follows a sum that somebody pays for something: 投资N,启动A."""
_PAYS = re.compile("(?:再次|追加|拟|将|计划|累计|再|又)*(?:投资|出资|斥资|投入|拿出|投下)")
"""How a sum begins that somebody pays."""
_DONE_BY = re.compile(
    f"[^。;]*?,(?:项目)?由(?P<who>[{symbol('Company')}{symbol('GovernmentBody')}{symbol('Laboratory')}{symbol('University')}])"
    "(?:负责|承担|牵头|独家|全额|单独)*(?:投资|出资|建设|承建|实施|开发|打造|运营建设)"
)
"""What follows something that is built, where it is told behind by whom: 建设A,总投资N,由B负责建设."""
_DEEDS = frozenset(("builds", "startsProject"))
"""What is done by who is told behind."""


def spent_on(hit: Hit, words: Vocabulary) -> End | None:
    """Return what a sum is paid for that somebody invests, where it follows: 投资5亿元,启动A; None elsewhere."""
    if hit.rule.emit[0].relation != "invests" or _PAYS.match(hit.passage.code, hit.start) is None:
        return None
    match = _SPENT_ON.match(hit.passage.code, hit.match.end())
    return _at(match, "what", hit, words)


_BY_AGENTS = frozenset(
    "founded builds develops introduced renewed operates draftedStandard incubates".split()
)
"""Relations whose subject does something."""
_AGENTS = re.compile(
    "由(?P<who>[\ue000-\uf8ff](?:(?:、|和|与|同|及|以及|会同|联合|携手)[\ue000-\uf8ff])*)(?:等[^,。;:]{0,8})?(?:共同|联合|牵头|合作|携手|联手|投资|出资|负责|发起|一道|一起|具体|统一)*$"
)
"""Who does something, right before the verb."""


def done_by(hit: Hit, words: Vocabulary) -> End | None:
    """Return who builds what nobody is said to build in its own clause, where it is told behind; None elsewhere."""
    if hit.rule.emit[0].relation not in _DEEDS or hit.rule.emit[0].subject != "topic":
        return None
    return _at(_DONE_BY.match(hit.passage.code, hit.match.end()), "who", hit, words)


def agents(hit: Hit, words: Vocabulary) -> list[End] | None:
    """Return who does what a match says, where 由 tells it right before: 由A与B、C|组建D; None elsewhere."""
    if hit.rule.emit[0].relation not in _BY_AGENTS or hit.rule.emit[0].subject != "topic":
        return None
    passage, clause = hit.passage, hit.clause(",。;:“”")
    match = _AGENTS.search(passage.code, clause, hit.start)
    if match is None:
        return None
    said = [passage.mentions[passage.index[o]] for o in range(*match.span("who")) if o in passage.index]
    found = [end for mention in said if words.fits(mention.kind, hit.rule.topic) for end in meant(mention)]
    return found or None


def _at(match: re.Match[str] | None, group: str, hit: Hit, words: Vocabulary) -> End | None:
    """Return what a group of a match took, where it fits the rule's subject."""
    if match is None:
        return None
    found = hit.passage.mentions[hit.passage.index[match.start(group)]]
    return mentioned(found) if found.entity is not None and words.fits(found.kind, hit.rule.topic) else None


_FRONT = 4
"""How far from the beginning of its clause what is said of the next clause's subject begins, in code points."""


def _projects_of(passage: Passage, number: int) -> Mention | None:
    """Return the projects of the clause that begins with a place or a firm, where it is about them; None elsewhere."""
    if passage.mentions[number].kind in BROUGHT_UP:
        return None
    offset = passage.offsets[number]
    end = min((mark for mark in passage.marks if mark > offset), default=len(passage.code))
    inside = (passage.mentions[n] for o, n in passage.index.items() if offset < o < end)
    return next((m for m in inside if m.kind in ("Project", "ProjectGroup")), None)


def following(hit: Hit, words: Vocabulary) -> list[End]:
    """Return the subject of the next clause, for a sentence that begins without one (深耕多年，A……)."""
    passage, code = hit.passage, hit.passage.code
    if hit.start - hit.clause(",。;:“”") > _FRONT:
        return []  # who it is said of stands there, though nobody knows the name
    comma = code.find(",", hit.match.end())
    if comma < 0 or "," in code[hit.clause("。;:“”") : hit.start]:
        return []
    number = passage.index.get(comma + 1)
    if number is None or has_subject(passage, hit.start, words):
        return []
    found = passage.mentions[number]
    if says_figures(hit, words) and (of_it := _projects_of(passage, number)) is not None:
        found = of_it  # 总投资48亿元,A的7个项目签约
    return [mentioned(found)] if words.fits(found.kind, hit.rule.topic) else []
