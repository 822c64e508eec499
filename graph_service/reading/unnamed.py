"""Subjects without a name: whether a clause begins with a noun that is no mention, of which it tells.

What such a clause says is of that, whoever it is, and not of what the text spoke of before.
"""

import re

from graph_service.reading.hits import Hit
from graph_service.reading.passages import Mention, Passage, symbol

_OTHERS = re.compile("以上(?:企业|公司|单位|园区)|两大|三大|合计占")
"""How a clause begins whose subject is one of two, or both: it is not told which."""
_STAGE = re.compile("(?:其中,?)?(?:上游|中游|下游)(?![的为是有包环\ue000-\uf8ff]|主要)")
"""How a clause begins that tells what one part of a chain does: that is nobody's in particular."""
_THING = (
    "(?:产业园区?|工业园区?|(?:科创|创新|创业|孵化|双创|众创)(?:服务)?(?:中心|空间)|孵化器|生产线|产线|[一二三四五六]期|科技园|片区|公司|集团|项目|工程|基地|街道|组团|标段|"
    f"(?:[一二三四五六七八九十两0-9]大|{symbol('Count')})[^,。;:、\ue000-\uf8ff]{{0,6}}产业)"
)
"""What ends the words for a thing that figures are told of."""
_UNNAMED_OWNER = re.compile(
    f"(?:[^,。;:、\ue000-\uf8ff]{{0,12}}{_THING}|(?<![\u4e00-\u9fff\ue000-\uf8ff])[产行]业)(?:规划|现|已|共|累计|合计|入驻|引进|集聚|聚集|吸纳|全年|实现|完成|达产后|建成后)*$"
)
"""How a clause goes up to a figure that is of something without a name."""
_UNKNOWN_SITE = re.compile(
    "(?!全[区市县]|各|[园城]区|本|该|这)[^,。;:、\ue000-\uf8ff的在]{1,6}(?:园区|片区|组团|板块|分园|[东西南北]园|[东西南北]区)(?:则|主要|重点)*(?=[以侧聚主突布承重]|打造|发展|集聚)"
)
"""How a clause begins that is about a part of a zone without a name that was found: 主园区以……为主攻方向."""
_PART_OF_IT = re.compile(
    "其中,?(?!核心|起步|一期|首期|启动|规划|建成|建设|已|占地|建筑|总)[^,。;:、\ue000-\uf8ff]{2,10}?(?:占地|建筑|规划)?$"
)
"""How a clause goes up to the area of a part without a name: 其中水下特效棚面积."""
_ZONES_OF = re.compile(
    f"{symbol('AdministrativeArea')}(?:各|的)?[^,。;:、\ue000-\uf8ff]{{0,4}}(?:园区|开发区|高新区|经开区)"
)
"""All the zones of a place, which are not the place: 全市工业园区."""
_THING_THERE = re.compile(
    "[\ue000-\uf8ff][里内]?的[^,。;:、“”的\ue000-\uf8ff]{1,14}(?:项目|工程|线|厂|基地|中心|园|楼|大厦|平台|装置|车间|企业|公司|集团|港|站|库)(?:一期|二期|三期)?$"
)
"""How a clause goes up to a figure that is of a thing without a name, in or of what it begins with: 区内的第8代线总投资."""
_QUOTED_IS = re.compile("“[^“”\ue000-\uf8ff]{1,8}”(?:是|为|指|即)[^,。;:\ue000-\uf8ff]*,")
"""How a part of a sentence begins that tells what some words in quotation marks are: “一核”是中部整合区,."""
_SEVERAL = re.compile(
    f"(?:[^。;]*,)?(?:[{symbol('Date')}],?)?[{symbol('Count')}{symbol('Firms')}](?!的)[^,。;:、的\ue000-\uf8ff]{{0,4}}(?:园区|开发区|高新区|县区|区县|城市|乡镇|街道|基地|平台|高校|院校|部门|地区|片区|园|企业)(?:首次|联合|共同|集中|同时|携手|分别|先后|都|均|也|一起|[^,。;:]{{0,2}}(?:签|开|举|参|亮|启))[^。;]*,"
)
"""How a sentence begins that is about several that it only counts: 6个园区首次联合推介,."""
_ONE_OF_THEM = re.compile(",其中[^,。;:\ue000-\uf8ff]{2,16}(?:已|是|在|实现|获)[^,。;:\ue000-\uf8ff]*,$")
"""A clause about one of several, which has no name that was found: what follows is of that one (其中耐高温酶已投产,)."""
_ANOTHER = re.compile(
    "[,;](?:另外|其余|其他|还有)[一二两三四五六七八九十\ue000-\uf8ff]个?(?!项目)[^,。;:]{2,}[,](?:[^,。;:]*,)*$"
)
"""A clause about others that have no name: 另外两个来自A,总投资……."""
_UNNAMED = re.compile(
    f"(?:[^,。;:]{{0,8}}(?:[月年度来末底\ue000-\uf8ff]|目前|同时|据了解|据悉|据介绍),)?(?P<what>[^,。;:、“”\ue000-\uf8ff]{{0,12}}?)(?:(?:{_THING}|[新城园]区)(?![的和与及、\ue000-\uf8ff])|企业(?=[\ue000-\uf8ff]))"
)
"""How a part of a sentence begins whose subject has no name that was found: 东部拓展片区于……."""
_BRINGS = re.compile("引进|签约|签下|新签|招引|实施|吸引|落户")
"""What a place does with projects and firms: no subject of a clause before does it."""
_WORDED = re.compile(
    "(?![也还正仍便就都均又或若则])[\u4e00-\u9fffA-Za-z]{3,10}(?<![也还正仍便就都均又或若则前今时])"
)
"""Words without a name before 是 that are its subject, and do not only say when or how."""
_NOUNS = ("n", "r", "j", "l", "i", "eng", "s")
"""Tags of words that are a subject."""
_MANNER = frozenset("全部 全面 整体 悉数 重点 力争 专业 同步".split())
"""Words that are tagged as nouns and only say how."""
_MEASURED = frozenset(
    "产值 总产值 年产值 增加值 收入 营收 税收 投资 投资额 面积 销售额 利润 产能 产量 总量 规模 占比 增速".split()
)
"""Nouns that are measured of whom the sentence is about."""
_TIMES = frozenset(("Date", "Duration", "Order", "Count"))
"""Kinds of mentions that only say when, or how many."""
_PLACED = re.compile(
    f"{symbol('AdministrativeArea')}(?P<what>[\u4e00-\u9fff\ue000-\uf8ff]{{3,14}}?(?:基地|平台|协会|商会|联盟|中心|公司|集团|大厦|小镇))(?=[是为位占由于拥规现已将共,])"
)
"""How a part of a sentence begins that is about a thing that a place begins the words for, and no name was found for."""
_MATTERS = frozenset(("Industry", "Role"))
"""Kinds of mentions that are part of the words for somebody: 生物 in 伍星生物."""
_POINTS = re.compile(
    "(?:而|但|目前|现在|据悉|据介绍|其中)?(?:[这该]|此(?![次番前外]))(?:[条个家款座种项批类台套件处支]|些|一)?(?!由|在)(?=[\u4e00-\u9fff])"
)
"""How a clause begins that points at something."""
_ITEM = re.compile("、[^,。;:、“”\ue000-\uf8ff]{2,12}")
"""What stands between the first of a list and what is said of the next one by its words alone: A、长信年产……."""


def is_item(passage: Passage, here: list[Mention], position: int) -> bool:
    """Say whether what stands at an offset of the code is said of a thing of a list, which has no name, and not of the subject."""
    if not here:
        return False
    behind = passage.offsets[passage.mentions.index(here[-1])] + 1
    between = passage.code[behind:position]
    if _ITEM.fullmatch(between) is None:
        return False
    return not passage.has_verb(passage.at[behind], passage.at[position])


def points_at_unnamed(passage: Passage, begin: int, end: int) -> bool:
    """Say whether a clause begins with words that point at a thing, which is no mention: 这条生产线是……."""
    points = _POINTS.match(passage.code, begin, end)
    return points is not None and begins_unnamed(passage, points.end(), end, bare=True)


def begins_unnamed(passage: Passage, begin: int, end: int, bare: bool = False) -> bool:
    """Say whether a noun that is no mention stands before the first verb of a stretch of the code, and is its subject.

    `bare`: it is one without a verb behind it, too.
    """
    tokens, last = passage.tokens, passage.at[end]
    position, noun, tag = passage.at[begin], False, ""
    spans = [(m.start, m.end, m.kind) for m in passage.mentions if position <= m.start < last]
    while position < last:
        inside = next((s for s in spans if s[0] <= position < s[1]), None)
        if inside is not None:
            if inside[2] not in _TIMES | _MATTERS:
                return False
            noun, position = noun or inside[2] in _MATTERS, inside[1]
            continue
        number = tokens.number(position)
        tag, position = tokens.tags[number], tokens.starts[number + 1]
        if tokens.words[number] in _MEASURED:
            return False
        if tag.startswith(("v", "p")):
            return noun
        noun = noun or (tag.startswith(_NOUNS) and tokens.words[number] not in _MANNER)
    return noun and (bare or tag == "ns")


def is_of_another(hit: Hit) -> bool:
    """Say whether a clause of the sentence before a match begins with a noun that has no name, and does something: 台资企业十年间增资,总投资……."""
    passage, begin = hit.passage, hit.clause("。!?")
    last = hit.clause(",。;:!?")
    while begin < last:
        end = min((mark for mark in passage.marks if mark >= begin), default=last)
        if begins_unnamed(passage, begin, end):
            return True
        begin = end + 1
    return begins_unnamed(passage, last, hit.start)


def is_untold(hit: Hit, figure: bool) -> bool:
    """Say whether a clause has a subject that nobody can name: one of two, or a figure's that is called a site and no more."""
    code = hit.passage.code
    clause = hit.clause(",。;:")
    if _QUOTED_IS.match(code, hit.clause("。;:"), clause) or _THING_THERE.match(code, clause, hit.start):
        return True
    if _OTHERS.match(code, clause) or points_at_unnamed(hit.passage, clause, hit.start):
        return True
    if not figure and (_STAGE.match(code, clause) or (hit.start > hit.match.start() and _noun_before(hit))):
        return True
    if clause < hit.start and _is_kind_of_zones(hit.passage, clause):
        return True
    if figure and _ANOTHER.search(code, hit.clause("。;"), clause):
        return True
    placed = _PLACED.match(code, hit.clause("。;"), hit.start)
    if placed is not None and not _holds_name(hit.passage, placed.end(), hit.start):
        begin = hit.passage.at[placed.start("what")]
        return not hit.passage.has_verb(begin, begin + 1)
    unknown = _UNKNOWN_SITE.match(code, clause, hit.match.end())
    if unknown is not None and unknown.end() <= hit.start + 1:
        return True
    if hit.rule.emit[0].relation == "area" and _PART_OF_IT.match(code, clause, hit.start):
        return True
    return figure and bool(_UNNAMED_OWNER.search(code, hit.clause(",。;:、"), hit.start))


def _noun_before(hit: Hit) -> bool:
    """Say whether a noun that names nothing stands right before the verb of a match: 年内半数以上项目|开工."""
    passage, before = hit.passage, hit.start - 1
    number = passage.tokens.number(passage.at[before])
    return before not in passage.index and passage.tokens.tags[number] == "n"


def is_of_several(hit: Hit) -> bool:
    """Say whether the part of a sentence before the clause of a match is about several that have no names."""
    return _SEVERAL.match(hit.passage.code, hit.clause("。;"), hit.clause(",。;:")) is not None


def _is_kind_of_zones(passage: Passage, offset: int) -> bool:
    """Say whether all zones of a rank stand at an offset of the code: 国家级经开区集聚了……."""
    number = passage.index.get(offset)
    mention = passage.mentions[number] if number is not None else None
    return mention is not None and mention.kind == "Certification" and passage.text[mention.end - 1] == "区"


def _holds_name(passage: Passage, start: int, end: int) -> bool:
    """Say whether a stretch of the code names somebody or something."""
    named = (passage.mentions[n] for o, n in passage.index.items() if start <= o < end)
    return any(m.entity is not None and m.kind not in _MATTERS for m in named)


def is_unnamed(hit: Hit, here: list[Mention]) -> bool:
    """Say whether a figure is of something that no name was found for, after whatever else is spoken of."""
    passage, code = hit.passage, hit.passage.code
    if _ZONES_OF.search(code, hit.clause(",。;:"), hit.start):
        return True
    segment = hit.clause("。;")
    if _ONE_OF_THEM.search(code, segment, hit.clause(",。;:")):
        return True
    if here and here[-1].start >= passage.at[segment]:
        return False
    if _BRINGS.search(code, hit.clause(",。;:"), hit.match.end()):
        return False
    first = code.find(",", segment, hit.clause(",。;:"))
    if code[segment - 1 : segment] == ";" and first >= 0 and begins_unnamed(passage, segment, first):
        return True
    unnamed = _UNNAMED.match(code, segment, hit.start)
    return unnamed is not None and not passage.has_verb(*(passage.at[o] for o in unnamed.span("what")))


def is_unknown(hit: Hit, figure: bool) -> bool:
    """Say whether no name was found for what a clause begins with: 某某电子是A的全资子公司, 镇里建设A; figures are of whose sentence it is."""
    if not figure and begins_unnamed(hit.passage, hit.clause(",。;:"), hit.start):
        return True
    passage, clause = hit.passage, hit.clause(",。;:“”")
    before = passage.code[clause : hit.start]
    if hit.match.group()[:1] not in ("是", "系", "被") or not _WORDED.fullmatch(before):
        return False
    return not passage.has_verb(passage.at[clause], passage.at[hit.start])
