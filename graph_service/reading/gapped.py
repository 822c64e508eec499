"""Gapping: a clause with a subject and a place, a day or words of its own takes the verb of the clause before.

A落户东区,B西区; 一期2023年投产,二期2025年; A的主导产业是纺织,B是食品. The words that such a clause leaves out are put into the string
that rules match; offsets still lead to the text, so that evidence and words stay true. Figures have `measures`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from graph_service.reading.passages import Passage, symbol

_FAMILIES = tuple(
    frozenset(family.split())
    for family in (
        "Company CompanyGroup Laboratory University Organisation OrganisationGroup Team",
        "Zone Park District AdministrativeArea",
        "Project Facility ProjectGroup Park",
        "Product Technology Industry",
    )
)
"""Kinds of subjects that one verb is said of, one after the other."""
_SUBJECTS = "".join(sorted(map(symbol, frozenset().union(*_FAMILIES))))
_PLACES = "".join(map(symbol, ("Zone", "Park", "District", "AdministrativeArea")))
_DAY = symbol("Date")
_LIST = f"[{_SUBJECTS}](?:[、和与及][{_SUBJECTS}])*"
_LIGHT = "(?:则|也|又|各|均|都|分别|在)*"
_GAP = re.compile(
    f"(?<=[,;])(?:其中|其余|另外|而|另)?,?(?P<who>{_LIST})(?P<mid>{_LIGHT})(?P<what>[{_DAY}{_PLACES}])(?=[,。;)]|$)"
)
"""A clause with a subject and where or when, and nothing that says what."""
_WHOLE = re.compile(
    f"(?P<who>{_LIST})(?:{_DAY}(?=[^,。;:]*[{_PLACES}]))?(?P<mid>[^,。;:、\ue000-\uf8ff]{{0,12}}?)(?P<what>[{_DAY}{_PLACES}])(?P<tail>[^,。;:、\ue000-\uf8ff]{{0,6}})(?=[,;])"
)
"""A clause that has all of it."""
_NAMES = re.compile(
    "的?(?P<noun>(?:主导|主要|特色|重点|支柱|首位|优势|龙头|主力|拳头|核心)[^,。;:、\ue000-\uf8ff]{0,2}(?:产业|产品|业务|定位|方向))(?:主要|分别)?(?:为|是|有)[^,。;:]{2,40}$"
)
"""A clause that says what the main thing of its subject is."""
_NAMES_ON = re.compile(
    f"(?:其中|而)?[{_SUBJECTS}](?P<mid>则?(?:以|是|为|做|有|发展|主做|主打))(?=(?![^,。;]*(?:[的了家区园城港]|为主|基地|企业|中心|平台|项目))[^,。;:]{{2,24}}(?:[,。;]|$))"
)
"""A clause that says it of another one with no more than 是 or 做."""


def filled(passage: Passage) -> Passage:
    """Return a passage with the words put in that its clauses leave out; the same where there are none."""
    code = passage.code
    if passage.unit.role != "body" or not ("," in code or ";" in code):
        return passage
    inserted = {start: (end, words) for start, end, words in [*_verbs(passage), *_names(code)]}
    return _with(passage, inserted) if inserted else passage


def _verbs(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Yield which stretch of the code gives way to which words, where a clause leaves its verb out."""
    code = passage.code
    last: re.Match[str] | None = None
    for gap in _GAP.finditer(code):
        begin = max(code.rfind(mark, 0, gap.start()) for mark in "。!?;") + 1
        whole = next(reversed(list(_WHOLE.finditer(code, begin, gap.start()))), last)
        if whole is None or not _parallel(passage, whole, gap):
            last = None
        elif whole["mid"]:
            yield *gap.span("mid"), whole["mid"]
            last = whole
        else:
            yield gap.end("what"), gap.end("what"), whole["tail"]
            last = whole


def _parallel(passage: Passage, whole: re.Match[str], gap: re.Match[str]) -> bool:
    """Say whether a clause says where or when something is of the same kind of thing as the one that leaves its verb out."""
    same = whole["what"] == gap["what"] == _DAY or (whole["what"] in _PLACES and gap["what"] in _PLACES)
    if not same or re.fullmatch(_LIGHT, whole["mid"] + whole["tail"]) or (whole["mid"] and whole["tail"]):
        return False
    one, other = (passage.mentions[passage.index[m.start("who")]].kind for m in (whole, gap))
    phase = passage.words(*gap.span("who")).endswith("期")
    return phase or any({one, other} <= family for family in _FAMILIES)


def _names(code: str) -> Iterator[tuple[int, int, str]]:
    """Yield the same for clauses that name the main thing of one after the other: A的主导产业是X,B是Y."""
    noun = ""
    for clause in re.finditer("[^,。;:]+", code) if "产" in code or "业务" in code or "定位" in code else ():
        if (told := _NAMES.search(code, *clause.span())) is not None:
            noun = told["noun"]
        elif noun and (on := _NAMES_ON.match(code, clause.start())) is not None:
            yield *on.span("mid"), f"{noun}为"
        elif code[clause.start() - 1 : clause.start()] == "。":
            noun = ""


def _with(passage: Passage, inserted: dict[int, tuple[int, str]]) -> Passage:
    """Return a passage with words in the place of stretches of its code."""
    parts: list[str] = []
    at: list[int] = []
    index: dict[int, int] = {}
    position = 0
    for start in [*sorted(inserted), len(passage.code)]:
        end, words = inserted.get(start, (start, ""))
        index |= {
            len(at) + o - position: passage.index[o] for o in range(position, start) if o in passage.index
        }
        at += [*passage.at[position:start], *[passage.at[start]] * len(words)]
        parts += [passage.code[position:start], words]
        position = end
    at.append(passage.at[-1])
    whole = replace(passage, code="".join(parts), at=at, index=index, offsets=list(index))
    whole.mark()
    return whole
