"""Terms: what stands at the ends of a claim, from a mention or from the words of a slot."""

import re
from typing import NamedTuple

from graph_service.reading.aliases import industry
from graph_service.reading.claims import Date, Entity, Quantity, Term, Words
from graph_service.reading.goods import named as goods_named
from graph_service.reading.hits import Hit
from graph_service.reading.lexicon import area_at, lexicon
from graph_service.reading.listed import parts
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.slots import Slot
from graph_service.vocabulary import DATE, QUANTITY, WORDS, Vocabulary

_PHASE_BUILDS = re.compile("[一二三四五六首]期(?:计划|拟|将)?(?:建设|新建|兴建)")
"""How words begin that say what a phase builds, and are no name."""
_AND_OTHERS = re.compile("等[^,。;、]{3,}")
"""What the names of a list are, behind its last: 推动A、B等光伏项目建设."""
_HAS = re.compile(
    "^(?:[^的]{0,10}(?:拥有|具有|具备|兼具)|(?:打造|建设|建成|形成)?(?:面向|放眼|服务|辐射|立足))[^的]*$"
)
"""How the first part of a list goes that says what the last one has, or whom it serves."""
_AS_ONE = re.compile("(?:基地|高地|中心|枢纽|门户|新城)”?$")
"""Ends of what a thing may be that 和 joins the words for: 石化及精细化工产业基地."""
_GENERAL = re.compile(
    "(?:重点|相关|优质|主导|优势|特色)(?:区域|产业|企业|领域|项目|行业|环节|工作|任务|方向)"
)
"""Words that name no industry, and no kind of firms."""
_POINTED = ("这一", "这个", "这些", "该", "上述")
"""How words begin that only point at something."""
_DEED = re.compile("紧盯|盯紧|瞄准|坚持|不断|加快|推动|推进|促进|提升|做[大强优]|立足|锚定")
"""What is done about an industry, before its name."""
_WHOLE = ("园", "区", "城", "港", "谷")
"""Ends of names of districts that take no other: 北园、东园两个园区."""
_HEADED = re.compile(
    "(?:[区园城港谷廊带地圈网]|中心|枢纽|门户|平台|样板|标杆|名片|窗口|引擎|体系|格局|机制|集群|环境|能力|水平|产业链?|企业|项目|人才|服务|技术|产品|材料|装备|设备|示范|转型|融合|合作|创新|研究|器|机|[^的]*的.+)”?$"
)
"""Ends of what is a thing for itself in a list; else its parts together describe the last: 面向全省、服务全国的枢纽."""
_IS_THAT = re.compile(
    "(?P<what>[^的是]{2,12})(?:是[^,]*的[^的]{2,8}|(?:获得|荣获|获评|入选|通过|斩获|填补)[^,]*)$"
)
"""How words go that first say what a thing is, or got: 减速机是工业传动的关键部件,(用于……)."""
_FIRST_OF_ITS_KIND = re.compile("^(?:全球|国内|全国|我国|世界|国际|全省|行业|业内)首[款台套片条例个家颗创]")
_MADE_BY = re.compile(
    "^(?:(?:主要|主营|主导|核心|拳头|主打|主力|明星)产品(?=..)|(?:自主|联合|成功)?(?:生产|研发|研制|制造|开发|推出)(?:出)?的)"
)
_HOW_SOLD = re.compile(
    "(?:在?(?:国内|国际|全球|全国|世界|全省)的?)?(?:市场)?(?:占有率|市占率|份额|出货量|产销量|销量|年?产量|销售额|售价|价格).*$|在(?:国内|国际|全球|全国|世界)(?:首次|率先)?$"
)
"""What is said of a product behind its name: 压力传感器国内市场占有率第一."""
_SAID = re.compile(
    "(?<=[\u4e00-\u9fff]{2})(?:(?:现|早|均|都|也|还)?已(?!内)|正在|列入|入选|荣获|填补|打破|通过(?=[^,]*(?:认证|验收|检测|考核|测试|审批))).*$"
)
"""What is said of a product behind its name before something else is: 手术机器人已投产(,可用于……)."""
_ALSO_CALLED = re.compile("(?<=..)(?:又|也|亦|俗|全|简|学)(?:叫|称|名)(?:做|作|为)?[^的]+$")
"""What a thing is called besides, behind its name: IGBT又叫……晶体管."""
_PUBLISHED = re.compile("^.*(?:公布|发布|公示|印发|揭晓)(?:了|的)?")
"""Who made a list known, before its name."""
_WHOLLY_QUOTED = re.compile("^“([^“”]*)”$")
_IN_FIELD = re.compile(
    "^(?:上下游|上游|下游|中游)(?=[\u4e00-\u9fff]{3})|[两二三四五六七八九2-9]大(?:传统|新兴|未来|主导|支柱|特色|优势)?产业$|等(?:产业|行业|领域)$|(?:领域|行业)的?(?:(?:技术)?(?:研发|制造|生产|销售|服务|加工|设计|应用))?$"
)
"""What is done in an industry, behind its name: 电子材料领域研发."""
_STANDARD_OF = re.compile("^(?:国家|行业|团体|地方|国际|企业)标准(?=《)")
_NOT_INSIDE = {
    "District": frozenset(("Zone", "Park", "District")),
    "ChainSegment": frozenset(("Zone", "Park", "Company", "Laboratory", "GovernmentBody", "University")),
    "Industry": frozenset(("Zone", "Park", "Company", "Laboratory", "Project", "Facility")),
    "Certification": frozenset(("Role",)),
    "Product": frozenset(("Date",)),
    "Technology": frozenset(("Date",)),
}
"""What the words for a thing of a kind cannot name, too: no industry has a firm in it, no product a day."""
_SITES = frozenset("Project ProjectGroup Facility Park Zone District".split())
"""Kinds of which one is never the other's name: a mention of one is no words for another."""
_WANTED = ("确保", "力争", "争取", "保障")
"""How words begin for what is wanted of a thing."""
_AREAS = frozenset(("AdministrativeArea", "Place"))
_SHARED = re.compile(
    "(?:同步|一体|统筹)?(?:创建|打造|推进|建设|构建|提升|支持|加强|推动|实现|发展|培育|深化|优化|强化|集聚|汇聚|形成|吸引|引进|建成|完善|扩大|拓展)(?=.{3})"
)
_NO_SITE = frozenset("工业用地 建设用地 产业用地 新增用地 闲置土地资源".split())
"""Words for land in general, that name no site."""
_TITLE = re.compile("《[^》]+》")
"""The title of a standard, which is its name with and without what kind it is: 《晶圆键合试验方法》国家标准."""
_NOUNS = frozenset(("n", "nz", "vn", "ng", "an"))
"""Tags of words that go on a noun phrase."""
_EDGES = "“”‘’ 的等"
_ENDINGS = {
    "Technology": re.compile("(?:技术|工艺|算法|处理)$"),
    "Award": re.compile("^[^“”]+$|^“[^“”]+”$"),
    "Product": re.compile(
        "^(?!(?:[初首前近远]期)?(?:设计|新增|预计|规划|合计|总|提升|各类|相关|这些?|其|多种|一系列|一批|达产后|(?:新|主要|系列|自营|此类|同类)?产品)$)"
        "(?!多[项款种个类]|首[台辆架艘套批片颗]|.*(?:更是|众多|[投建][产成]后|建成时))"
    ),
    "District": re.compile("(?:[区城园带轴核翼片港谷镇湾岛]|组团|板块)$"),
    "Industry": re.compile(
        "^(?!其|相关)(?!(?:研发|生产|制造|销售|服务|加工|设计)$)(?!.*(?:企业|公司|城市|客户|目标|单位|项目|区域|载体|园区)$)(?!.{2,}生产(?!性|制造|加工|销售|服务|研发|线)..)(?!.*[两三四五六]个$)(?!支持|推动|推进|发展|培育|壮大|做[强大]|聚焦|围绕|促进|加快|决定)(?!.*(?:[最了]|[是有在()的将把向为以让使被由给]|突出|明显|清晰|完善|良好|[较更很]|[近约超逾]$))[\u4e00-\u9fffA-Za-z0-9“”]{2,12}$"
    ),
    "Standard": re.compile("(?:标准|规范|规程|》)$"),
    "Laboratory": re.compile("(?:中心|实验室|研究院|研究所|平台|基地|联合体)$"),
    "Facility": re.compile(
        "(?:中心|馆|厂|线|畔|交界处?|交汇处?|腹地|之滨|前沿|中心区域|前端|基地|大楼|大厦|园|站|场|区域|客厅|平台|厂房|车间|码头|机场|侧|口|路|号|街|旁|地块|土地|用地|楼宇|小镇|公寓|厨房|旧址|学校|医院|冷库|电站|隧道|大桥|管网|仓|窑|街区|综合体|展厅|粮库|工坊|社区|书院|营地|空间|孵化器)[”’]?$"
    ),
    "Project": re.compile("(?:项目|工程|基地)(?:[一二三四]期)?$"),
}
"""What the words for a thing of a kind must end in, to be taken for its name."""


class End(NamedTuple):
    """One end of a claim: the term, how it was read and why, its kind, how many a group counts, and of what part of it a figure is."""

    term: Term | None
    how: str
    reason: str
    kind: str
    counted: Quantity | Date | None = None
    surface: str = ""
    part: str = ""


def mentioned(mention: Mention, surface: str = "") -> End:
    """Return the end that a mention is; `surface` are its words where they may be wanted."""
    term: Term | None = mention.entity if mention.entity is not None else mention.value
    return End(term, mention.how, mention.reason, mention.kind, mention.value, surface)


def meant(mention: Mention, surface: str = "") -> list[End]:
    """Return the ends that a mention is: one, or as many as it takes up (两家公司, which were just named)."""
    return [mentioned(mention._replace(entity=one), surface) for one in mention.members] or [
        mentioned(mention, surface)
    ]


def fitting(target: End, allowed: frozenset[str], words: Vocabulary) -> Term | None:
    """Return the term in the form the relation's range asks for; None where it does not fit."""
    term = target.term
    if isinstance(term, Quantity):
        return term if QUANTITY in allowed else None
    if isinstance(term, Date):
        return term if DATE in allowed else None
    if isinstance(term, Words):
        return term if WORDS in allowed else None
    if isinstance(term, Entity) and allowed == frozenset({QUANTITY}):
        return target.counted if isinstance(target.counted, Quantity) else None
    if isinstance(term, Entity) and allowed == frozenset({WORDS}):
        return Words(target.surface or term.name)
    if isinstance(term, Entity):
        return term if words.fits(term.kind, allowed) or not allowed else None
    return None


def worded(slot: Slot, hit: Hit, start: int, end: int) -> list[End]:
    """Return the ends that the words of a slot are, from and to these offsets of the code: one, or those of a list."""
    passage = hit.passage
    if slot.cast in _SITES and end == start + 1 and _holds(passage, start, end, _SITES):
        return []
    if slot.cast in _NOT_INSIDE and _holds(passage, start, end, _NOT_INSIDE[slot.cast]):
        return []
    if slot.cast == "Industry" and end == start + 1 and _holds(passage, start, end, _AREAS):
        return []
    if slot.open and not _ends_phrase(passage, end):
        return []
    text = _spelt_out(passage, start, end) if slot.cast else passage.words(start, end)
    tail = (hit.match["tail"] or "") if slot.cast and hit.has("tail") else ""
    named = []
    for piece in _pieces(slot, passage, text, start, end):
        words = _cleaned(piece, slot.cast, tail)
        if (not slot.cast and _says_nothing(words)) or _is_deed(words, slot.cast):
            continue
        ending = _ENDINGS[slot.cast].search(words) if slot.cast in _ENDINGS else None
        if len(words) < 2 or (slot.cast in _ENDINGS and ending is None):
            continue
        if (
            slot.cast in ("Facility", "Project") and ending is not None and ending.start() == 0
        ) or words in _NO_SITE:
            continue
        if slot.cast and (known := _mentioned_as(words, slot.cast, passage, start, end)) is not None:
            named.append(mentioned(known))
            continue
        term: Term = _thing(words, slot.cast) if slot.cast else Words(words)
        named.append(End(term, "plain", "", slot.cast or WORDS))
    return named


def _pieces(slot: Slot, passage: Passage, text: str, start: int, end: int) -> list[str]:
    """Return the parts of what a slot took: the goods that it names, those of a list, or all of it."""
    if slot.goods:
        return list(goods_named(passage, start, end, not slot.last))
    several = slot.many and (slot.cast is not None or not _describes_together(text))
    return _shared_verb(parts(text)) if several else [text]


def _mentioned_as(words: str, kind: str, passage: Passage, start: int, end: int) -> Mention | None:
    """Return the mention of a kind in a stretch of the code that these words are; None where they are none."""
    inside = (passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index)
    return next(
        (m for m in inside if m.kind == kind and m.entity and passage.unit.text[m.start : m.end] == words),
        None,
    )


def _says_nothing(words: str) -> bool:
    """Say whether words are too general to be what somebody cares for: 招商, 重点产业."""
    if words.startswith(_POINTED):
        return True
    return words in lexicon().generic_words or _GENERAL.fullmatch(words) is not None


def _is_deed(words: str, cast: str | None) -> bool:
    """Say whether the words for an industry begin with what is done about it: 不断加快产业."""
    if words.startswith(_WANTED):
        return cast is not None
    if cast == "Facility" and _PHASE_BUILDS.match(words):
        return True
    return cast == "Industry" and (words[:2] in lexicon().no_name or _DEED.match(words) is not None)


def _ends_phrase(passage: Passage, end: int) -> bool:
    """Say whether a noun phrase ends at an offset of the code: a word does, and no noun goes on there."""
    tokens, at = passage.tokens, passage.at[end]
    if at >= len(passage.text) or end in passage.index:
        return True
    number = tokens.number(at)
    return tokens.starts[number] == at and tokens.tags[number] not in _NOUNS


def _holds(passage: Passage, start: int, end: int, kinds: frozenset[str]) -> bool:
    """Say whether a stretch names something of these kinds."""
    inside = (passage.mentions[passage.index[o]] for o in range(start, end) if o in passage.index)
    return any(mention.kind in kinds for mention in inside)


def _cleaned(piece: str, cast: str | None, tail: str) -> str:
    """Return the words of a term without what stands around and before a name; `tail` is what a list has in common."""
    piece = piece.strip(" ,。")
    if cast:
        piece = _named(_MADE_BY.sub("", _tidy(piece)))
        piece += "" if cast == "District" and piece.endswith(_WHOLE) else tail
    if cast == "Standard":
        return _STANDARD_OF.sub("", piece)
    if cast == "DesignationList":
        return _WHOLLY_QUOTED.sub(r"\1", _PUBLISHED.sub("", piece))
    if cast == "Product":
        return _HOW_SOLD.sub("", _SAID.sub("", _ALSO_CALLED.sub("", _FIRST_OF_ITS_KIND.sub("", piece))))
    return _IN_FIELD.sub("", piece) if cast == "Industry" else piece


def _spelt_out(passage: Passage, start: int, end: int) -> str:
    """Return the words of a stretch with the shortest name in the place of 我们的 and the like."""
    text, at = "", passage.at[start]
    for offset in range(start, end):
        number = passage.index.get(offset)
        mention = passage.mentions[number] if number is not None else None
        if mention is None or mention.how != "coreference" or mention.entity is None:
            continue
        name = min((mention.entity.name, *mention.entity.names), key=lambda n: (len(n), n))
        text += passage.unit.text[at : mention.start] + name
        at = mention.end + (passage.text[mention.end : mention.end + 1] == "的")
    return text + passage.unit.text[at : passage.at[end]]


def _describes_together(text: str) -> bool:
    """Say whether what looks like a list describes one thing: 面向全省、服务全国的枢纽, 拥有A、B生产线的平台."""
    *before, last = parts(text)
    if before and _SHARED.match(text) and _AND_OTHERS.search(last):
        return True
    if not before:
        return False
    if "的" not in last:
        one = _AS_ONE.search(last) is not None and _SHARED.match(last) is None and "、" not in text
        return one and not any(map(_HEADED.search, before))
    return _HAS.search(before[0]) is not None or not any(map(_HEADED.search, before))


def _shared_verb(pieces: list[str]) -> list[str]:
    """Give each of a list the verb that the first has for all: 创建A和B is 创建A, 创建B."""
    verb = _SHARED.match(pieces[0])
    if verb is None:
        return pieces
    return [pieces[0], *(p if _SHARED.match(p) else verb.group() + p for p in pieces[1:])]


def _tidy(words: str) -> str:
    text = words.strip(_EDGES)
    return words.strip(" 的等") if "“" in text or "”" in text else text


def _named(words: str) -> str:
    """Return the thing that a relative clause describes: 能自主行走的机器人 is 机器人."""
    if (told := _IS_THAT.match(words)) is not None:
        return told["what"]
    head = words.rpartition("的")[2]
    return head if len(head) >= 3 and len(words) - len(head) > 3 and "“" not in words else words


def _thing(name: str, kind: str) -> Entity:
    """Return a thing that has its name from the words of a rule alone."""
    if kind == "Standard" and (title := _TITLE.search(name)) and title.group() != name:
        return Entity(name, kind, (title.group(),))
    if kind == "Product" and _ENDINGS["Technology"].search(name):
        return Entity(name, "Technology")
    if kind != "Industry":
        return Entity(name, kind)
    whole, stem = industry(name[area_at(name) :] if len(name) - area_at(name) > 1 else name)
    return Entity(whole, kind, tuple(sorted({stem, name} - {whole})))
