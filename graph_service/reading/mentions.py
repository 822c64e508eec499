"""Mentions: every name, value, group and reference of a document, each in its place, none overlapping."""

import re
from collections.abc import Iterable, Iterator
from operator import attrgetter

from graph_service.reading.aliases import explicit
from graph_service.reading.census import Census, area_entity
from graph_service.reading.claims import Date, Document, Entity
from graph_service.reading.groups import find_groups
from graph_service.reading.heads import pointed
from graph_service.reading.layout import Unit, shadow
from graph_service.reading.lexicon import either, lexicon
from graph_service.reading.passages import HAVE_PHASES, Mention, Passage
from graph_service.reading.stretches import Name, disjoint, stretch, stretches
from graph_service.reading.tokens import cut
from graph_service.reading.units import CURRENCIES
from graph_service.reading.values import Value, find_values

_BEFORE_REFERENCE = re.compile(
    r"(?:^|[,。;:、!?“”‘(\s]|[在由与和对为是让把从据,]|该|目前|如今|此外|同时|随后|其中|此次|此番|本次"
    r"|[0-9][年月日]|[今去明]年|年[底末初来]|截至|今后|[未以多]来|期间|季度|半年|一步|日前|近日|当前|现在)$"
)
_ACTED_ON = re.compile("(?:同意|批准|批复|核准|认定|授予|确定|推动|支持|划归|划入|[将使令])$")
"""Verbs right before 其, and before a word for a zone that something is decided on: 批准其升级."""
_COMPOUND = re.compile(
    "(?<=期)(?:建设|规划(?!建设|占地|用地|总|投资|布局)|签约|引进)|建设(?=步伐|提速|成效|势头|全面|如火)|主要包括|(?<!期)分别|方(?!面)|部(?!署)|组(?!建|织|成)|地块|负责人(?![\u4e00-\u9fff]{2,3}(?:说|表示|介绍|告诉|透露|坦言|认为|称))|所在|名称|化|型|级|群|链|集群|类|制(?![造定订作备成出])|法(?!人)|书|库|季|清单|推进|招引"
)
"""What makes another word of a bare reference: 项目方, 公司法, 园区化."""
_THIS_FIRM = re.compile(
    "这家(?:(?=[^,。;:、“”]{2,24}的[^,。;:、的]{0,6}(?:企业|公司|工厂|厂家)(?![业链区园群库房]))|[^,。;:、的“”\\d]{1,10}?(?:企业|公司|工厂|厂家|供应商)(?![业链区园群库房]))"
)
"""What points at a firm, with what is said of it or not: 这家成立于2006年的企业, 这家模具企业."""
_COMING = frozenset(
    "落户 入驻 进驻 迁入 迁至 搬进 来到 走进 扎根 支持 帮助 带动 推动 促成 协助 助力 邀请 引导 指导 支撑 鼓励 据悉 成为 牵手".split()
)
_BUILT = re.compile(
    "(?:上马|实施|启动|推进|投建|建设|追加|开建|兴建|筹建|扩建)(?:了|其|的)?$|(?:[元亩米工中]|投产|开工|建成|在建)的$"
)
"""Before a phase that somebody builds, or whose cost or size is told: 总投资3亿元的二期."""
_COME_TO = ("Park", "Zone", "Place", "Company", "Facility")
_MOVED_IN = frozenset("落户 入驻 进驻 迁入 迁至 搬进 扎根".split())
"""Words for settling: the firms behind them are those that settled (入驻企业), and no firm that was spoken of."""
_THIS_ONE = re.compile("(?:^|[,。;:])这家[^,。;:、]{2,20}的$")
"""Before a word for the firm spoken of that something more is said of: 这家总部在A的企业."""
_PREMISES = re.compile("厂房|车间|厂区|工厂|宿舍|仓库")
"""What is called by a phase, and is no phase of a project: 二期厂房."""
_PHASE = re.compile("第?[一二三四五六首]期")
_PHASES = ("期", "期项目", "期工程")
"""Ends of words for a phase."""
_COUNTED = re.compile(
    "(?:入驻|总|数量|总数)*(?:数)?(?:已|共|达|有|超|近|约|逾|累计|突破|超过|增至|达到)*(?!(?:19|20)\\d\\d年)\\d"
)
"""What follows a noun that a figure counts: 企业达86家; a year counts nothing (公司2019年落户)."""
_COUNT_BEFORE = re.compile("[\\d两三四五六七八九十多余][个项]$")
_COUNT_BEHIND = re.compile("(?:共|共计|合计)?\\d+[个项](?!月)")
"""What stands before and behind words for projects that are counted."""
_HEAD = 200
"""How much of a text is looked at for the year it reports of, in code points."""
_REPORTED = re.compile(
    "((?:19|20)[0-9]{2})年(?:度)?[^\n。]{0,16}(?:总结|通报|回顾|年报|年度报告|工作报告|大事|简报|述评)"
)
_STATED = re.compile("((?:19|20)[0-9]{2})年")
_MODIFIED = re.compile("[^,。;:!?]”$")
_DESCRIBED = re.compile(
    f"(?P<this>[这那][家座个所])(?!{either(lexicon().reference_kind)}|[^,。;:“”]{{0,4}}?[企园项][业区目])[^,。;:“”]{{3,24}}的$"
)
"""What points at a thing and says something of it before its noun: 这家创立于2003年的企业."""
_FIGURES = dict.fromkeys(CURRENCIES, "Money") | {"M2": "Area", "KM2": "Area", "MU": "Area", "HA": "Area"}
_FIGURES |= {"PERSON": "Persons", "YEAR": "Duration", "FRACTION": "Share", "NUM": "Count"}


def find_mentions(document: Document, units: Iterable[Unit]) -> tuple[list[Passage], Census]:
    """Return a document's units with all their mentions but for the references, and its census."""
    shadows = [(unit, shadow(unit.text)) for unit in units]
    tokens = [cut(text) for _, text in shadows]
    census = Census(document, zip((text for _, text in shadows), tokens, strict=True))
    made, year = [], _Years(document)
    for (unit, text), (_, names), words in zip(shadows, census.found, tokens, strict=True):
        found = _mentions(document, unit, text, names, census, year.before(unit), year.day)
        made.append(Passage(unit, text, found, words))
        year.note(text, found)
    return made, census


class _Years:
    """The year that a month without one is of: the last that its paragraph states, else that of which the text reports.

    Attributes:
        day: the last whole date that the text has named.
    """

    day: str | None = None

    def __init__(self, document: Document) -> None:
        self.text = document.text
        reported = _REPORTED.search(document.text[:_HEAD])
        self.whole = self.last = reported[1] if reported else None

    def before(self, unit: Unit) -> str | None:
        """Return the year known before a unit."""
        start = unit.position(0)
        if start == 0 or self.text[start - 1] in "\n\r\u3000":
            self.last = self.whole
        return self.last

    def note(self, text: str, found: list[Mention]) -> None:
        """Remember the last year that a text states, and the last whole date."""
        days = [m.value.date for m in found if isinstance(m.value, Date) and len(m.value.date) == 10]
        self.day = days[-1] if days else self.day
        if stated := _STATED.findall(text):
            self.last = stated[-1]


def _mentions(
    document: Document,
    unit: Unit,
    text: str,
    found_names: list[Name],
    census: Census,
    year: str | None,
    day: str | None,
) -> list[Mention]:
    names = _names(text, found_names, census)
    spans = [(n.start, n.end) for n in names]
    taken = stretches(spans)
    values = find_values(text, document.published, year, plain=text, day=day)
    values = [v for v in values if not taken & stretch(v.start, v.end)]
    groups = list(find_groups(document, unit, text, values, spans))
    grouped = stretches((g.start, g.end) for g in groups)
    found = groups + [_value(v) for v in values if not grouped >> v.start & 1]
    found += [_named(text, n, census) for n in names if not grouped >> n.start & 1]
    found += _this_firm(text, stretches((m.start, m.end) for m in found))
    found += _references(text, stretches((m.start, m.end) for m in found))
    found += _pointed(text, stretches((m.start, m.end) for m in found))
    return list(_with_brackets(text, sorted(found, key=attrgetter("start"))))


def _with_brackets(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the mentions, a name with the bracket that gives its short name (以下简称“X”) as one."""
    past = 0
    for mention in mentions:
        if mention.start < past:
            continue
        if mention.entity is not None and mention.how in ("plain", "alias") and explicit(text, mention.end):
            past = text.find(")", mention.end) + 1
            mention = mention._replace(end=past)
        yield mention


def _names(text: str, found: list[Name], census: Census) -> list[Name]:
    own = [n for n in found if n.by != "context" or text[n.start : n.end] in census.kinds]
    names = [n for n in [*own, *census.occurrences(text), *_roles(text)] if not _is_counted(text, n)]
    return disjoint(names, lambda n: (-(n.end - n.start), n.by != "census", n.start))


def _is_counted(text: str, name: Name) -> bool:
    """Say whether a number stands before or behind words for projects, so that they are no name: 16个重大项目, 园区项目5个."""
    if name.kind != "Project":
        return False
    before = _COUNT_BEFORE.search(text, max(0, name.start - 4), name.start)
    return before is not None or _COUNT_BEHIND.match(text, name.end) is not None


def _roles(text: str) -> Iterator[Name]:
    return (Name(m.start(), m.end(), "Role", "form") for m in lexicon().roles.finditer(text))


def _named(text: str, name: Name, census: Census) -> Mention:
    surface = text[name.start : name.end]
    if name.kind == "AdministrativeArea":
        return Mention(name.start, name.end, name.kind, area_entity(surface))
    if name.by == "here":  # 新厂 is one thing in this text, and another in the next
        return Mention(
            name.start,
            name.end,
            name.kind,
            Entity(surface, name.kind, local=f"{census.document.id}/{surface}"),
        )
    entity = census.entity(surface, name.kind)
    if entity.name == surface or entity.kind == "Industry":
        return Mention(name.start, name.end, entity.kind, entity)
    return Mention(
        name.start,
        name.end,
        entity.kind,
        entity,
        how="alias",
        reason=f"“{surface}” is short for {entity.name}",
    )


def _value(value: Value) -> Mention:
    if isinstance(value.term, Date):
        return Mention(value.start, value.end, "Date", value=value.term)
    kind = _FIGURES.get(value.term.unit, "Figure")
    if value.term.text.endswith(("级", "级别")):
        kind = "Order"
    if kind == "Count" and value.classifier in ("家", "户"):
        kind = "Firms"
    return Mention(value.start, value.end, kind, value=value.term)


def _references(text: str, taken: int) -> Iterator[Mention]:
    """Yield what stands for something named before (该公司, 园区, 其), in the text that is not taken."""
    kinds, last = lexicon().reference_kind, 0
    for match in lexicon().reference.finditer(text):
        phase = match.start() == last > 0 and match.group().endswith(_PHASES)
        if taken & stretch(*match.span()):
            continue
        if match.group() == "其" and _PHASE.match(text, match.end()):
            last = match.end()  # 其一期: only the phase is spoken of
            continue
        if described := _DESCRIBED.search(text, 0, match.start()):
            pointing = described["this"] + match.group()
            yield Mention(*match.span(), kinds[match.group()], how="coreference", reason=pointing)
        elif phase or _is_reference(text, match, kinds[match.group()]):
            last = match.end() if kinds[match.group()] in HAVE_PHASES else 0
            yield Mention(*match.span(), kinds[match.group()], how="coreference", reason=match.group())


def _this_firm(text: str, taken: int) -> Iterator[Mention]:
    """Yield the firms that are pointed at, in the text that is not taken: 这家模具企业."""
    for match in _THIS_FIRM.finditer(text) if "这家" in text else ():
        if not taken & stretch(*match.span()):
            yield Mention(*match.span(), "Company", how="coreference", reason=match.group())


def _pointed(text: str, taken: int) -> Iterator[Mention]:
    """Yield the things that are pointed at by their heads (这款雷达, 该工艺), in the text that is not taken."""
    for match in pointed().finditer(text) if "这" in text or "该" in text or "那" in text else ():
        if not taken & stretch(*match.span()):
            yield Mention(*match.span(), match.lastgroup or "", how="coreference", reason=match.group())


def _is_reference(text: str, match: re.Match[str], kind: str) -> bool:
    """Say whether a word refers to something here, and is neither described (“X”园区) nor part of another word."""
    surface = match.group()
    if surface in ("其", "它") and text[match.end() : match.end() + 1] in "中他余实次们列":
        return False
    if surface.startswith(("该", "这", "本", "我", "上述")):
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    if surface.endswith("期") and _PREMISES.match(text, match.end()):
        return False
    if surface in ("企业", "公司") and _THIS_ONE.search(text, 0, match.start()):
        return True
    if surface in ("企业", "公司") and (before in _MOVED_IN or _COUNTED.match(text, match.end())):
        return False
    if surface.endswith(_PHASES) and _BUILT.search(text, max(0, match.start() - 4), match.start()):
        return True
    decided = surface in ("其", "它") or kind in ("Zone", "Park")
    begins = (
        (decided and _ACTED_ON.search(before) is not None)
        or _BEFORE_REFERENCE.search(before) is not None
        or (kind in _COME_TO and (before in _COMING or before.endswith(("到", "至", "往", "入"))))
    )
    return begins and not _MODIFIED.search(before) and not _COMPOUND.match(text, match.end())
