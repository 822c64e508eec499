"""Continued figures: what the later figures of a list measure, whose noun or verb stands before the first alone.

A产能250万吨、电解铝40万吨: the words before the second say of what, all else is that of the first. A产值突破300亿元,B突破200亿元,
C、D各突破100亿元: it is told of others. 一期24亿元、二期21亿元: of the parts. 2020年达到3亿元,2023年达到5亿元: of another year.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from graph_service.reading.claims import Claim, Date, Modality, Quantity, Reason
from graph_service.reading.modality import judge
from graph_service.reading.outlook import is_to_come
from graph_service.reading.passages import Mention, Passage
from graph_service.vocabulary import Vocabulary

_REACHED = (
    "(?:则|也|将|要|可|已|已经|便|更|又|约|仅|只|预计|计划|力争|有望|确保|目标|再|进一步|各|均|都|分别|上升|增长|提升|提高|增加|扩大|攀升|跃升|发展|猛增|跃|升|增|扩)*"
    "(?:突破|达到|达|实现|完成|超过|超|增至|升至|为|是|跨上|跨过|迈上|站上|到|至)?(?:了)?"
)
"""How it is said that somebody or some year reached so much, its noun left out."""
_TOLD_OF = re.compile(f"[、,;和及](?P<who>[\ue000-\uf8ff](?:[、和及与][\ue000-\uf8ff])*)(?:项目)?{_REACHED}")
"""Between two figures: whom the second is told of."""
_THEN = re.compile(
    f"[,;、](?:到|至|而)?(?:(?P<when>[\ue000-\uf8ff])(?:底|末)?(?:时|内)?|如今|目前|现在|眼下|现),?{_REACHED}"
)
"""Between two figures: the year that the second is told of, or that it is so now."""
_OF_WHAT = re.compile(
    "(?:[、和及]|以及|,(?=[^,]{2,8}$))(?P<kind>[\u4e00-\u9fffA-Za-z“”\ue000-\uf8ff]{1,14}?)(?:达到?|约|为)?"
)
"""Between two figures: the words that say of what the second is."""
_NO_KIND = re.compile(
    "产值|收入|营收|投资|面积|占地|用地|产能|产量|税|利润|增长|年产|日产|能力|员工|人员|职工|岗位|其中|分别|预计|计划|新增|较|比|同比|每|均|率|累计|总|合计|"
    "项目$|耗|排放|贷款|融资|补|奖|距|长|宽|高(?!新|端|校|精|企)|深"
)
"""What measures something else, and no kind of the same."""
_ENDS = re.compile("[,。;:、()和及与以”]|左右|以上[,。;、]|$")
"""What stands behind a figure that tells how much, and describes nothing that follows."""
_KINDS_OF = frozenset(
    ("Industry", "Product", "Technology", "Certification", "Role", "Facility", "ChainSegment")
)
"""Kinds of mentions that are words for what is made or counted."""
_LISTED = frozenset(("capacity", "outputValue", "hasCount", "projectCount"))
"""What may be told of several kinds in one list."""
_PAID_BY = re.compile("(?:境内外?|市外|省外|区外)?(?:内资|外资)")
"""Whose money comes: of what is invested, its kinds."""
_FIGURES = _LISTED | frozenset(
    "hostsCompanyCount area invests annualSales expectedSales expectedTax employeeCount shareOf".split()
)
_FORECAST = {"annualSales": "expectedSales"}


def continued(
    passage: Passage, told: Mapping[int, list[Claim]], words: Vocabulary, published: str | None
) -> Iterator[Claim]:
    """Yield what the figures say that stand behind others of a list; `told` are the claims of each, by offset of the code."""
    known = dict(told)
    figures = [o for o in passage.offsets if _is_figure(passage.mentions[passage.index[o]])]
    for before, here in pairwise(figures):
        if here in known or before not in known or not _same_measure(passage, before, here):
            continue
        said = [
            c for claim in known[before] for c in _goes_on(passage, claim, before, here, words, published)
        ]
        if said:
            known[here] = said
            yield from said


def _is_figure(mention: Mention) -> bool:
    return mention.entity is None and isinstance(mention.value, Quantity)


def _same_measure(passage: Passage, before: int, here: int) -> bool:
    """Say whether two figures are in one unit, or both money, and the second describes nothing that follows it."""
    first, second = (passage.mentions[passage.index[offset]] for offset in (before, here))
    alike = first.kind == second.kind and (
        first.kind == "Money" or getattr(first.value, "unit", "") == getattr(second.value, "unit", "")
    )
    return alike and _ENDS.match(passage.code, here + 1) is not None


def _goes_on(
    passage: Passage, claim: Claim, before: int, here: int, words: Vocabulary, published: str | None
) -> Iterator[Claim]:
    """Yield what the second of two figures says, with what is told of the first."""
    if claim.relation not in _FIGURES:
        return
    value = passage.mentions[passage.index[here]].value
    assert isinstance(value, Quantity)
    between = passage.code, before + 1, here
    if (match := _TOLD_OF.fullmatch(*between)) is not None and (who := _whom(passage, match, claim, words)):
        for mention in who:
            assert mention.entity is not None
            yield _next(passage, claim, replace(value, year=_year(claim)), here, subject=mention)
    elif (match := _THEN.fullmatch(*between)) is not None and (when := _when(passage, match)) is not None:
        later: Modality | None = "planned" if when and is_to_come(when[0], published) else None
        year = int(when[0].date[:4]) if when else None
        yield _next(passage, claim, replace(value, year=year), here, later)
    elif (match := _OF_WHAT.fullmatch(*between)) is not None and _is_kind(passage, match, claim):
        yield _next(
            passage, claim, replace(value, year=_year(claim), kind=passage.words(*match.span("kind"))), here
        )


def _when(passage: Passage, match: re.Match[str]) -> list[Date] | None:
    """Return the day that a figure is told of, nothing for now; None where what stands there is no day."""
    if match["when"] is None:
        return []
    day = _at(passage, match.start("when")).value
    return [day] if isinstance(day, Date) else None


def _at(passage: Passage, offset: int) -> Mention:
    return passage.mentions[passage.index[offset]]


def _whom(passage: Passage, match: re.Match[str], claim: Claim, words: Vocabulary) -> list[Mention]:
    """Return whom a figure is told of; none where one of them can have no such figure."""
    start, end = match.span("who")
    who = [passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index]
    domain = words.relations[claim.relation].domain
    fits = all(m.entity is not None and m.kind != "Industry" and words.fits(m.kind, domain) for m in who)
    return who if fits else []


def _is_kind(passage: Passage, match: re.Match[str], claim: Claim) -> bool:
    """Say whether the words before a figure say of what it is, and name nobody."""
    start, end = match.span("kind")
    inside = (passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index)
    if claim.relation == "invests":
        return _PAID_BY.fullmatch(match["kind"]) is not None
    if claim.relation not in _LISTED or not all(m.kind in _KINDS_OF for m in inside):
        return False
    return _NO_KIND.search(match["kind"]) is None


def _year(claim: Claim) -> int | None:
    return claim.object.year if isinstance(claim.object, Quantity) else None


def _next(
    passage: Passage,
    claim: Claim,
    value: Quantity,
    here: int,
    later: Modality | None = None,
    subject: Mention | None = None,
) -> Claim:
    """Return a claim like that of the figure before, of this figure."""
    modality, cue = judge(passage.code, here, here + 1)
    if modality == "actual":
        modality, cue = (later, "a day after the text") if later else (claim.modality, "as the figure before")
    relation = _FORECAST.get(claim.relation, claim.relation) if modality != "actual" else claim.relation
    of = subject.entity if subject is not None and subject.entity is not None else claim.subject
    return replace(
        claim,
        subject=of,
        relation=relation,
        object=value,
        modality=modality,
        rule="figure.next",
        reasons=(
            Reason("rule", f"figure.next: goes on from {getattr(claim.object, 'text', '')}, {claim.rule}"),
            Reason("slot", f"subject = {of.name}"),
            Reason("modality", modality + (f" by “{cue}”" if cue else "")),
        ),
    )


def by_figure(found: Iterable[tuple[int, Claim]]) -> dict[int, list[Claim]]:
    """Return the claims of figures by the offset at which each figure stands."""
    told: dict[int, list[Claim]] = {}
    for offset, claim in found:
        if isinstance(claim.object, Quantity):
            told.setdefault(offset, []).append(claim)
    return told
