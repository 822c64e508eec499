"""Groups and who is of them: how many they are, whom a list names before or behind them, how many a part of them is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graph_service.reading.claims import Claim, Entity, Modality, Quantity, Reason, Term
from graph_service.reading.lexicon import lexicon
from graph_service.reading.listed import items
from graph_service.reading.modality import judge
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.reading.speakers import Setting

COUNTED = "group.counted"
"""The rule for the size of a group that is news by itself."""
SIZES = ("group.size", COUNTED)
"""Rules that say how many a group is."""
_SITES = "Organisation University Laboratory Alliance Facility Park Zone GovernmentBody Team"
_OF = {
    "CompanyGroup": frozenset(("Company", "Laboratory", "Organisation")),
    "ProjectGroup": frozenset(("Project", "Facility", "Park")),
    "OrganisationGroup": frozenset(("Company", *_SITES.split())),
    "TalentGroup": frozenset(("Team",)),
}
"""Which kinds of things can be of a group of a kind."""
_WORDED = {"CompanyGroup": "Company", "ProjectGroup": "Project"}
"""What the words of a list become that have no name, by the group that they are of."""
_NAMED = "".join(map(symbol, sorted(frozenset().union(*_OF.values()))))
_GROUPS = "".join(map(symbol, _OF))
_COUNTS = "".join(map(symbol, ("Firms", "Count", "Persons"))) + _GROUPS
_SUMS_UP = re.compile("等(?:首批|一批|近|约|超|共|这|各类)?$")
"""What stands between the names of a list and the group that they are of."""
_BEHIND = re.compile(
    "[^。;]{0,40}?[,(](?:其中|主要|就|既|具体|分别)*,?(?:包括|包含|涵盖|囊括|不乏|例如|比如|诸如|如|有|是)(?:了)?(?P<list>[^,。;()]{2,80})"
)
"""How it goes on behind a group where some of it are named: 3家企业落户,包括A和B."""
_ONE = re.compile(f"[^。]{{0,80}}?[,;(]其中,?(?:最大的|首家|[^,。;:]{{2,24}}?的)?(?P<one>[{_NAMED}])(?!的)")
"""How it goes on where something is said of one of them: 其中,A已投产."""
_ARE_OF = re.compile(
    "(?:^|(?<=[,。;:]))(?P<list>[^,。;:]{2,60}?)(?:就|便|正|即|都|均|也|皆|全)*"
    "(?:(?:是|为)(?:其中(?:之一|的?一[家个员])|(?:其|[\ue000-\uf8ff])一)|在其列|位列其中|名列其中|跻身其中|在其中)(?=[,。;]|$)"
)
"""How a clause goes that names some of a group: A、B都在其列."""
_PART = f"(?P<kind{{0}}>[^,。;:、{_COUNTS}{_NAMED}]{{{{0,12}}}}?)(?:有|达|占|共|共有|为)?(?P<n{{0}}>[{_COUNTS}])(?!的)"
_PARTS = re.compile(
    f"(?:(?P<group>[{_GROUPS}])|(?P<noun>[^,。;:、的\ue000-\uf8ff]{{0,10}}(?:{lexicon().group_nouns}))(?:数量|总数|数)?"
    f"(?:已经|已|共|达到|达|有|增至|突破|超过|为)*(?P<whole>[{_COUNTS}]))"
    f"(?:[^。;{_COUNTS}]{{0,40}}?[,;(]其中,?(?:有|包括|含|既有)?|(?:中|里|之中|当中),?(?:有)?)"
    + _PART.format(1)
    + "".join(f"(?:[^,。;、\ue000-\uf8ff]{{0,6}}[,、和与及]{_PART.format(n)})?" for n in (2, 3))
)
"""How parts of a group are counted: 12家企业落户,其中已投产3家; 其中有3家A企业和4家B公司; 9个项目里,外资5个."""
_OF_PLACE = re.compile("规上|规模以上|企业$|专精特新|小巨人|瞪羚|独角兽|上市|高新")
"""Parts of the firms of a place that are firms of the place: 企业80家,其中规上企业7家."""
_COUNTED_BY = ("hasCount", "projectCount", "hostsCompanyCount", "employeeCount")
"""Relations of counts: a figure that a rule has read as one is no part of a group besides."""
_NO_NEWS = re.compile("[再能可第这该]$|每[^,。;]{0,6}$|邀请[^,。;]{0,10}$")
"""What stands before a group that is none yet, or none that is new."""
_PASSING = re.compile(
    ".*类|.*——|.*左右|[两二三四五六2-6][家个户所](?:企业|公司|项目|单位|机构|园区|平台|实验室)$"
)
"""Words for a group that only take up what was named, or count kinds of things."""


def grouped(
    passage: Passage, place: Setting, before: Sequence[Passage], said: Sequence[Claim]
) -> Iterator[Claim]:
    """Yield the claims that groups make by themselves: how many they are, their members, the sizes of their parts.

    `before` are the passages right before: A就是其中之一 is of the group that was counted last; what is `said` by rules is not said again.
    """
    known = {c.object.text for c in said if c.relation in _COUNTED_BY and isinstance(c.object, Quantity)}
    parts = list(_parts(passage))
    counted = {number for _, number, _ in parts}
    for number, mention in enumerate(passage.mentions):
        if mention.how == "group" and mention.entity is not None and not mention.members:
            yield from _group(passage, number, mention.entity, place, number in counted)
    for whole, number, kind in parts:
        value = passage.mentions[number].value
        if value is None or value.text in known:
            continue
        yield from _part(passage, number, whole, kind, place)
    yield from _some(passage, place, before)


def _said(
    passage: Passage,
    place: Setting,
    mention: Mention,
    said: tuple[Entity, str, Term],
    rule: str,
    why: str,
    modality: Modality = "actual",
) -> Claim:
    """Return what a mention of a group, or of one of it, says."""
    spoken = place.quotation(mention.start)
    return Claim(
        *said, modality, passage.unit.evidence, rule,
        attributed_to=spoken[0].speaker if spoken else None, derivation="group", reasons=(Reason("rule", why),),
    )  # fmt: skip


def _group(passage: Passage, number: int, group: Entity, place: Setting, is_part: bool) -> Iterator[Claim]:
    """Yield how many a group is, and who is of it by the lists around it."""
    mention, offset = passage.mentions[number], passage.offsets[number]
    modality, _ = judge(passage.code, offset, offset + 3)
    if group.size is not None and isinstance(mention.value, Quantity):
        news = not is_part and modality == "actual" and _is_news(passage, offset, group)
        why = f"the words count the group: {group.name}"
        yield _said(passage, place, mention, (group, "hasCount", mention.value), SIZES[news], why, modality)
    why = f"a list names some of {group.name}"
    for member in dict.fromkeys([*_before(passage, offset, group), *_behind(passage, number, group)]):
        yield _said(passage, place, mention, (member, "memberOf", group), "group.members", why)


def _part(passage: Passage, number: int, whole: Entity, kind: str, place: Setting) -> Iterator[Claim]:
    """Yield how many a part of a group is."""
    part, offset = passage.mentions[number], passage.offsets[number]
    modality, _ = judge(passage.code, offset, offset + 1)
    if isinstance(part.value, Quantity) and modality in ("actual", "planned"):
        value = replace(part.value, kind=kind or None)
        why = f"其中 counts a part of {whole.name}"
        yield _said(passage, place, part, (whole, "hasCount", value), "group.part", why, modality)


def _is_news(passage: Passage, offset: int, group: Entity) -> bool:
    """Say whether a group is counted where it stands, and neither wanted nor pointed at."""
    if group.kind == "TalentGroup" or passage.unit.role != "body" or _PASSING.match(group.name):
        return False
    return _NO_NEWS.search(passage.code, 0, offset) is None


def _before(passage: Passage, offset: int, group: Entity) -> list[Entity]:
    """Return the members that a list before a group names: A、B等10家企业."""
    summed = _SUMS_UP.search(passage.code, max(0, offset - 3), offset)
    return _members(passage, 0, summed.start(), group) if summed is not None else []


def _behind(passage: Passage, number: int, group: Entity) -> list[Entity]:
    """Return the members that are named behind a group, up to the next group: 3家企业,包括A和B; 3家企业,其中A已投产."""
    offset = passage.offsets[number]
    end = next((o for o in passage.offsets if o > offset and passage.code[o] in _GROUPS), len(passage.code))
    if (listed := _BEHIND.match(passage.code, offset + 1, end)) is not None:
        return _members(passage, *listed.span("list"), group)
    one = _ONE.match(passage.code, offset + 1, end)
    return _members(passage, *one.span("one"), group) if one is not None else []


def _some(passage: Passage, place: Setting, before: Sequence[Passage]) -> Iterator[Claim]:
    """Yield who is of the group that was counted last, where a clause says so: A、B都在其列."""
    for match in _ARE_OF.finditer(passage.code):
        groups = [m for p in before for m in p.mentions] + passage.mentions[
            : sum(o < match.start() for o in passage.offsets)
        ]
        group = next((m for m in reversed(groups) if m.how == "group" and not m.members), None)
        if group is None or group.entity is None:
            continue
        for member in _members(passage, *match.span("list"), group.entity):
            why = f"the clause says that it is one of {group.entity.name}"
            yield _said(passage, place, group, (member, "memberOf", group.entity), "group.members", why)


def _members(passage: Passage, begin: int, end: int, group: Entity) -> list[Entity]:
    """Return the things of a list that can be of a group."""
    return items(passage, begin, end, _OF.get(group.kind, frozenset()), _WORDED.get(group.kind, ""))


def _parts(passage: Passage) -> Iterator[tuple[Entity, int, str]]:
    """Yield each part of a group that is counted: the group, the number of the mention, and which they are."""
    for match in _PARTS.finditer(passage.code) if "中" in passage.code or "里" in passage.code else ():
        whole = _whole(passage, match)
        size = whole.size if whole is not None else None
        for n in "123":
            number = passage.index.get(match.start(f"n{n}"))
            value = passage.mentions[number].value if number is not None else None
            if whole is None or number is None or not isinstance(value, Quantity):
                continue
            kind = passage.words(*match.span(f"kind{n}"))
            if (size is None or value.value <= size) and not (match["noun"] and _OF_PLACE.search(kind)):
                yield whole, number, kind


def _whole(passage: Passage, match: re.Match[str]) -> Entity | None:
    """Return the group whose parts are counted; what a noun counts that is no group yet becomes one."""
    if match["group"]:
        mention = passage.mentions[passage.index[match.start("group")]]
        return None if mention.kind == "TalentGroup" else mention.entity
    value = passage.mentions[passage.index[match.start("whole")]].value
    if not isinstance(value, Quantity):
        return None
    kind = next(k for noun, k in lexicon().group_noun.items() if match["noun"].endswith(noun))
    if kind == "TalentGroup":
        return None
    words = passage.words(match.start("noun"), match.end("whole"))
    at = passage.unit.position(passage.at[match.start("noun")])
    return Entity(words, kind, size=int(value.value), local=f"{passage.unit.evidence[0]}/{at}")
