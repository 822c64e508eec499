"""What a sentence brings up: the projects, buildings and groups of projects whose figures follow without a subject."""

import re

from graph_service.reading.claims import Quantity
from graph_service.reading.hits import Hit
from graph_service.reading.passages import Passage, symbol
from graph_service.reading.terms import End, mentioned
from graph_service.vocabulary import Vocabulary

_IS_SAID = re.compile(
    "(?:是|为|系|成为)[^,。;:]{0,14}$|(?:拥有|现有|配有|配备)(?:了)?$|既有[^。;]*$|(?:[是为获评定“]|入选)[^,。;:]*“$"
)
"""Before what a subject is said to be, to have or to consist of: it is no new subject."""
_PART = re.compile("(?:包括|包含|涵盖|[内下]设|配套建设|配建|含)[^,。;:]{0,20}$")
"""Before what is a part of something: the figures that follow are of the whole."""
_MEANS = re.compile("(?:依托|依靠|借助|围绕|毗邻|搬离|迁离|离开|[与同从])$")
"""Before what somebody relies on or leaves, or with whom he is: the figures that follow are not of it."""
COUNTED = re.compile("[0-9一两三四五六七八九十]+[个座条栋家处项]")
"""How a name begins that only says how many there are: the figures that follow are of the whole, too."""
_CREATED = re.compile(
    "(?:创办|创立|注册成立|组建|组成|成立|设立|新设|建立|建设|打造|新建|兴建|合建|共建|合办|筹建|规划建设|改造成|改造为|改建成|改建为)(?:了|起)?(?:新的|全新的|一个|一支)?$"
)
_OF_PROJECTS = frozenset(("invests", "area", "openedIn", "capacity"))
"""What is said of the project that a firm comes with."""
_BRINGS = re.compile(
    f"(?:引来|引进|引入|招引|招来|带来|吸引|迎来)(?:了|到)?[^,。;:]*[{symbol('Company')}{symbol('CompanyGroup')}][^,。;:]*,$"
)
"""A clause that says who is brought."""
_RUNNING = re.compile(
    "(?:达产|达效|满产|投产|投运|建成|投用|竣工|运营|投入使用|交付)(?:达效|达产)?(?:之?后|以后|时)|达产(?=年|[^,。;]{0,2}预计)"
)
"""What says that something has been built by then: who runs it has no figures of that time, but what runs."""
_RUN = frozenset(("outputValue", "annualSales", "expectedSales", "expectedTax", "capacity", "employeeCount"))
"""Figures of what runs."""
_BUILT = frozenset(("Project", "ProjectGroup", "Facility", "Park", "Laboratory"))
"""Kinds of what is built and runs."""
BROUGHT_UP = frozenset(("Project", "Facility", "ProjectGroup"))
"""Kinds of things that a sentence brings up by naming them."""


def brought_up(passage: Passage) -> list[tuple[int, End]]:
    """Return the projects, buildings and groups of projects of a passage: figures that follow without a subject are theirs."""
    found = []
    for offset, number in passage.index.items():
        mention = passage.mentions[number]
        news = mention.kind in BROUGHT_UP or _CREATED.search(passage.code[max(0, offset - 8) : offset])
        if mention.entity is None or not news:
            continue
        is_said = any(said.search(passage.code, 0, offset) for said in (_IS_SAID, _PART, _MEANS))
        counted = mention.kind == "Facility" and (
            COUNTED.match(passage.text, mention.start) or is_counted(passage, offset)
        )
        if not (is_said or counted or _listed(passage, offset)):
            found.append((offset, mentioned(mention)))
    return found


def brought_along(hit: Hit) -> list[End] | None:
    """Return the firm that the clause before says is brought, where its project's figures follow: 引来A,总投资N.

    Of several firms together nobody is told to have them; None where no firm is brought.
    """
    if hit.rule.emit[0].relation not in _OF_PROJECTS:
        return None
    code, begin = hit.passage.code, hit.clause(",。;:“”")
    clause = _BRINGS.search(code, hit.clause("。;:“”"), begin)
    if clause is None or clause.end() != begin:
        return None
    inside = (hit.passage.mentions[n] for o, n in hit.passage.index.items() if clause.start() < o < begin)
    firms = [m for m in inside if m.kind in ("Company", "CompanyGroup")]
    alone = len(firms) == 1 and not {"、", "等"} & set(code[clause.start() : begin])
    return [mentioned(firms[0])] if alone else []


def running(hit: Hit, ends: list[End], words: Vocabulary) -> list[End]:
    """Return what was last said to be built for a figure that it has when it runs (达产后年产值……); else the ends as they are."""
    code, begin = hit.passage.code, hit.clause("。;")
    if hit.rule.emit[0].relation not in _RUN or any(words.fits(end.kind, _BUILT) for end in ends):
        return ends
    if _RUNNING.search(code, begin, hit.match.end()) is None:
        return ends
    if any(m.kind in _BUILT and m.start < hit.passage.at[hit.start] for m in hit.passage.mentions):
        named = [end for offset, end in brought_up(hit.passage) if offset < hit.start and end.kind in _BUILT]
        return named[-1:] if ends else []
    seen = (s for s in reversed(hit.discourse.seen) if hit.discourse.is_late(s))
    built = next((s.entity for s in seen if words.fits(s.entity.kind, _BUILT)), None)
    about = hit.discourse.about
    built = built or (about if about is not None and words.fits(about.kind, _BUILT) else None)
    if built is None or not words.fits(built.kind, hit.rule.topic):
        return ends
    return [End(built, "coreference", f"{built.name} is what runs by then", built.kind)]


def is_counted(passage: Passage, offset: int) -> bool:
    """Say whether a figure tells how many or how much of a thing there is, so that it is not brought up: 6个基地, 厂房7万平方米."""
    before, behind = (passage.index.get(o) for o in (offset - 1, offset + 1))
    count = passage.mentions[before].value if before is not None else None
    several = isinstance(count, Quantity) and count.unit == "NUM" and count.value > 1
    return several or (behind is not None and passage.mentions[behind].kind in ("Area", "Count"))


def _listed(passage: Passage, offset: int) -> bool:
    """Say whether a thing is one of a list: the figures that follow are of the whole."""
    before, behind = passage.code[offset - 1 : offset], passage.code[offset + 1 : offset + 2]
    return "" != before in "、和及暨" or "" != behind in "、和及暨"
