"""What a clause leaves for those behind it: whom they go on about, where that is not its own subject."""

import re

from graph_service.reading.passages import Mention, Passage

_APPROVES = re.compile("(?:批准|批复|同意|核准)[^,。;:\ue000-\uf8ff]{0,6}(?P<what>[\ue000-\uf8ff])")
_GONE_INTO = re.compile(
    "(?:并入|划入|划归|归入|整合[到进入])(?P<what>[\ue000-\uf8ff])(?:管理|代管|统一管理|范围)?$"
)
_NOUN = 6
"""Longest noun at the beginning of a match that says what has grown, in code points."""
"""How a clause ends whose subject goes into something else, and how one begins that tells how large that is: A划入B,面积增至……."""
_BECOMES = re.compile(
    "(?:(?:更名|改名|改称|易名|变更|更新|盘活|改制|改组|升格|晋升|转型|重组|合并|整合|扩建|改造)[^,。;:\ue000-\uf8ff]{0,4}[为成称]|(?:组成|组建|成立|诞生)(?:了|为)?(?:新的)?)“?(?P<what>[\ue000-\uf8ff])”?$"
)
"""How a clause ends that says what something has become: what the next ones say is of that (A与B合并,组成C,随后……)."""
_CALLED = frozenset(("Certification", "Role", "Industry", "Award"))
"""Kinds of what somebody is, and does not become."""
_MERGES = re.compile("合并|重组|整合|合二为一")
"""What a sentence says before several become one."""
_GROWS = re.compile("(?:全域|管辖|辖区|规划|总|全区)*面积|全域")
_FORMERLY = re.compile("(?P<what>[\ue000-\uf8ff])的前身(?:是|为|系)")
"""How a clause begins that says what something was: the next ones are about that (A的前身是B,2003年建成……)."""
_SINCE = re.compile("更名|更为|改[称名]|升[级格为]|如今|目前|,现")
"""From where on they are about what it is now (……,如今有企业40家)."""
_COMERS = frozenset(("Company", "CompanyGroup"))
_CAME = re.compile(
    "(?:(?:先后|相继|陆续|纷纷|已|成功|接连|在此)(?:入驻|进驻|落户|扎根|集聚|落地)|[\ue000-\uf8ff](?:入驻|进驻|落户))$"
)
"""How a clause ends that says who came, with no word for where."""


def became(passage: Passage, begin: int, end: int) -> Mention | None:
    """Return what a clause says that something has become, or that several were joined to; None elsewhere."""
    match = _BECOMES.search(passage.code, begin, end)
    if match is None:
        return None
    joined = match.group()[:2] in ("组成", "组建", "成立", "诞生")
    sentence = passage.code.rfind("。", 0, begin) + 1
    if joined and _MERGES.search(passage.code, sentence, match.start()) is None:
        return None
    mention = passage.mentions[passage.index[match.start("what")]]
    return mention if mention.entity is not None and mention.kind not in _CALLED else None


def approved(passage: Passage, begin: int, end: int, found: list[Mention]) -> list[Mention]:
    """Return what an office approves in a clause: what the next ones are about (国务院批准设立A,规划面积……); empty elsewhere."""
    if (
        found[0].kind not in ("GovernmentBody", "AdministrativeArea")
        or (match := _APPROVES.search(passage.code, begin, end)) is None
    ):
        return []
    return [passage.mentions[passage.index[match.start("what")]]]


def lasting(passage: Passage, begin: int, end: int, found: list[Mention], position: int) -> list[Mention]:
    """Return the subject of a clause for the next ones: what it is now (A的前身是B,……如今), what it went into (A划入B), none where it only says who came (A等17家企业入驻)."""
    was = _FORMERLY.match(passage.code, begin, end)
    if was is not None and _SINCE.search(passage.code, end, position) is not None:
        return [passage.mentions[passage.index[was.start("what")]]]
    into = _GONE_INTO.search(passage.code, begin, end)
    if into is not None and _GROWS.search(passage.code, end + 1, position + _NOUN):
        return [passage.mentions[passage.index[into.start("what")]]]
    came = found[0].kind in _COMERS and _CAME.search(passage.code, begin, end) is not None
    return [] if came else found
