"""Names in one sentence: a typed grammar of suffixes, strong contexts, places, persons, roles, industries.

A name is found from its end: the suffix says the kind, the way to the left (`edges`) stops at what no name contains. Words
are cut by rjieba, whose tags are a hint for the left edge and nothing more (it knows no company).
"""

import re
from collections.abc import Iterator

from graph_service.reading.edges import ALONE, SPELT, Way
from graph_service.reading.endings import is_other_word
from graph_service.reading.firms import find_firms
from graph_service.reading.formed import find_formed
from graph_service.reading.industries import find_industries
from graph_service.reading.lexicon import Lexicon, area_at, lexicon
from graph_service.reading.localities import find_areas, find_localities
from graph_service.reading.made import find_made
from graph_service.reading.persons import find_persons
from graph_service.reading.placed import find_placed
from graph_service.reading.projects import find_projects
from graph_service.reading.stretches import Name, disjoint
from graph_service.reading.tokens import Tokens, cut, in_dictionary

_TAIL = re.compile(
    r"(?:\((?![^()]*称)[^()]{2,8}[区园]\))?(?:\(?第?[一二三四五六]期\)?|[东南西北](?:区(?!域)|园区|片区)|[A-H](?:区|座|栋|园)|(?:[一二三四五六七八九十]|\d{1,2})号线|\d{1,3}(?:号楼|栋(?!楼|[^,。;的]{0,6}厂房)|号厂房|幢))?"
)
_NUMBERING = re.compile(
    r"\d{0,2}(?:月|日(?![照喀土]))经?(?=.)|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]是(?=..)|第[一二三四五六七八九十](?!代),?|\([一二三四五六七八九十0-9]{1,3}\)|“(?=[^”]*$)"
)
_QUIP = re.compile("“.”$")
"""A word in quotation marks that is said of a kind of thing: “盯”项目."""
_DEICTIC = re.compile("[这那即就]是$|(?:这|那|该|此|上述|首|整|成)[批些类个座片处]?$")
_SUPERLATIVE = re.compile("(?:最[大高早新长]|首[个批]|第[一二三四五]个|唯一)(?:的|一个)*")
"""What picks one project out and is no name of it: 最大外资项目."""
_LONGEST_WORKS = 10
"""How far before 项目 the words for what it does begin, in code points."""
_COUNTED = re.compile("\\d[余多]?(?:[家个座所亩项]|强(?:企业)?|平方公里|(?:万)?平方米)")
"""What counts or measures things and begins no name of one: 河南省18家大数据产业园区, 3平方公里科技园."""
_COUNTED_CLASS = re.compile("[两三四五六七八九](?:大|个)(?:特色|重点|主要|核心|专业|产业)*功?能?$")
"""What counts things of a class at the end of what stands before a suffix: 康养服务区四大功能板块."""
_CHAINS = re.compile("\\d[余多]?(?:条|大)")
_LEVELS = ("一级", "二级", "三级")
"""Levels of firms below another: 央企三级公司 names none."""
_YEARLY = re.compile(
    r"年产\d[\d.]*[万亿]?(?:[\u4e00-\u9fff]{1,3}|[A-Za-z]{1,3})(?:[^,。;:、的“”()]{1,16}[及和与])?$"
)
"""What a project makes in a year, where its name begins with it: 年产3万吨氢氧化锂项目."""
_OWNER = re.compile("(?:^|[的,。;:、“])(?P<who>[\u4e00-\u9fff]{2,4})(?:新建|扩建)?$")
"""Who makes it, right before that, with nothing else in the clause or behind an attribute."""
_GOVERNED = re.compile(
    "(?:投资建设|投资新建|投资兴建|签约共建|签约|投建|新建|引进|落户|实施|启动|承建|推进|打造)(?=...)"
)
"""What somebody does with a project, where it stands in what looks like the project's name."""
_INNER = re.compile(r"(?:开发区|高新区|经开区|产业园区|工业园区)(?:\([^()]*\))?(?=..)")
"""A zone's name inside a longer one: what stands behind it is a name of its own."""
_ANY_WORKS = re.compile("[一几两]家(?:[^,。;:]{1,8}的)?$")
"""Before works that have no name: 从一家十几人的复合厂起步."""
_BEHIND_ZONE = re.compile(
    "(?:开发区|高新区|经开区)(?P<word>(?![内里的在与和将已正也现共有是])[\u4e00-\u9fff]{2})$"
)
"""Two characters between a zone and what looks like the name of a park in it."""
_DEED = re.compile(
    "投资|建设|兴建|新建|打造|设立|成立|组建|投建|布局|规划|举行|召开|开展|推进|推动|聚焦|发展|培育|引导|整合|升级|改造|盘活"
)
"""What a zone does with a park, and no word of the park's name."""
_BUILT_AT = re.compile(
    "(?:投资建设|投资兴建|投资打造|规划建设|合作共建|建设|兴建|新建|共建|打造|设立|成立|组建|投建|上马|布局)(?:了)?(?!及|和|与|工程|[一二三]期|改造|示范|试点|\\d)(?=..)"
)
"""The verb between a place and what is built there: 在东城建设B项目."""
_COUNTS = re.compile("(?:建设|新建|建成|打造|布局|新增|规划)(?=\\d)")
"""The verb before a count, which begins what a name may have of it: 计划建设8条生产线."""
_CLASSED = re.compile("(?:国家|省|市|自治区|世界|千亿|百亿)级$|^(?:国家|省|市|自治区)级")
"""A rank right before what a zone is, or before all the rest: a kind of zones, and no one of them."""
_DONE = "(?:(?:整体|易地|异地|退城|入园|技术|扩能|提标|转型)*(?:改?扩建|新建|[迁改]建|搬迁|升级|改造)及?)+"
_WORKS = re.compile(f"{_DONE}$")
"""What is done by a project, right before that word: 乙烯改扩建项目. It is a verb everywhere else."""
_ENLARGED = re.compile(f"(?:{_DONE}|扩产|扩能|技改)(?:第?[一二三四五六]期|工程)(?!项目|厂|建设[^,。;])")
"""What ends the name of works that enlarge or renew something and are not called 项目: 疫苗扩产三期, TDI扩建工程."""
_WORKED_ON = re.compile(f"(?:[一二三四五六]期(?:{_DONE})?|{_DONE})(?:工程|项目)")
"""What makes a project of the works before it: 污水处理厂二期工程."""
_WHOLE_ZONE = re.compile("(?:开发区|高新区|经开区|新区|集聚区)$")
"""The name of a zone that 园区 stands behind, and means the same; 项目 behind it are any of its projects."""
_PHASE = re.compile("[一二三四五六]期$")
_VERB_END = re.compile(
    "(?:[东西南北](?:接|邻|临|靠|连|至|依|抵|濒|倚|距)|毗邻|紧邻|比邻|邻近|靠近|紧靠|毗连|其|移址|这是|就(?![业近地医学餐])|(?<=是)继|(?<=[迁移搬转更址并])[至到往入]|原(?![子料油创始点野平有木味生态]))(?=..)"
)
"""What belongs to no name behind it: the end of a verb of moving (整体搬迁至苏州高新区), 这是, 就, 继, and 原 before a former name."""
_PLAIN_SITES = frozenset(
    """
    体育馆 展览馆 数据中心 算力中心
    """.split()
)
_DOING = ("专班", "领导小组", "指挥部")
"""Ends of offices that are named by what they do: verbs are part of their names."""
_SITES = frozenset(("Zone", "Park", "District"))
_JOINT = _SITES | {"GovernmentBody"}
"""Kinds whose names may begin with two countries."""
_PHASED = frozenset(("Base", "Project", "Facility"))
_WITH_TAIL = _SITES - {"District"} | _PHASED
"""Kinds whose names go on behind the suffix: 一期, (东区)."""
_DESCRIBED = frozenset(
    (
        "Project",
        "Base",
        "Facility",
        "Park",
        "Laboratory",
        "Alliance",
        "GovernmentBody",
        "Zone",
        "District",
        "Team",
    )
)
"""Kinds in whose names verbs say which thing is meant."""
_BRANCHES = ("分公司", "分会", "分院")
"""Ends of parts of organisations, which have their places before them."""
_HAVE_BRANCHES = frozenset(("Company", "Alliance", "Laboratory", "Organisation"))
_OWNED = re.compile("(?:有限公司|股份公司|集团|公司)(?=..)")
"""What ends the name of a firm before the name of what it owns: 晶岳集团光伏组件项目."""
_PARTNER = re.compile(
    "(?:公司|集团|大学|学院|研究院|银行|政府|管委会)(?:联合|携手|联手|牵手|会同|(?:联合|合作|共同)(?:共建|建设|组建|成立|设立|打造|创办)|共建|合建|合办)(?=..)"
)
"""Who joins hands with whom: 江屿集团联合青穗集团 are two."""
_PLAIN = frozenset(("Facility", "Base", "Park", "Laboratory", "Team", "GovernmentBody"))
"""Kinds whose names may be common words alone: 公共技术平台, 招商服务中心."""
_MADE = re.compile(
    "(?:(?:建设|打造|成立|组建|设立|建成|建起|新建|共建|兴建|创建|筹建|投建|开设|启用|改造成?|搭建|规划)(?:了|起|出|成)?(?:一[座个处条]|(?:占地)?[约近超]?\\d[\\d.]*[余多]?(?:亩|万?平方米|平方公里)的?)?|(?:建设|建起|建成|共建|打造|设立|兴建|搭建)的)$"
)
_PRAISED = re.compile(
    "高能级|高水平|一流|现代化|世界级|高质量|特色|重要|重点|主要|大型|中小|各类|相关|优质|标志性|引领性|重大"
)
"""Words of praise: what is called so is no one thing."""
_BEST_OF = re.compile(
    "(?:世界|国家|国际|全球)(?:级|一流|领先)|(?:全国|全球|世界|亚洲|国内|[东中西]部|华[东南北中]|长三角|珠三角)(?:最大|重要|一流|领先|知名)"
)
"""How words begin for what something is to be, among others: 世界级石化产业基地."""
_LISTED_SITE = re.compile("[园区城港谷][、和与]$|(?:高新区|开发区|经开区)$")
"""Before common words that name a park: another one in the same list, or the zone that it is in."""
_ENDS_THERE = re.compile("[,。;]|$|[由将已正]|启动|开工|投用|揭牌|占地|总投资")
_HAS_OWN = re.compile(
    r"(?:主导产业|(?:重点|主要|主攻)发展|由[^,。;]{2,30}?(?:建设|建成|运营|打造|投资|开发|管理)|[一二三]期|获批|获评|入选|是(?:国家级|省级|全[国省市球]|[本我]?[省市县])|又称|又名|简称|占地|位于|坐落|规划面积|建筑面积|总建筑面积|总投资|[已将]?(?:于|在)(?:[今去明]年)?\d+[年月]|建成投[产用]|\d{4}年|(?:正式|顺利|今年|去年)?(?:启动建设|揭牌|开园|开工|竣工|投产|启用|投用))"
)
"""What is said behind the words for a thing that is one: its size, place, cost or date."""


def find_names(text: str, tokens: Tokens) -> list[Name]:
    """Return the names of a sentence (shadow form) in order, none overlapping; the longest wins, then the stronger."""
    words = lexicon()
    way = Way(text, tokens, words)
    firms = [*find_firms(way)]
    found = [
        *find_formed(text, words),
        *(formed := [*_suffixed(text, way, words)]),
        *firms,
        *_with_firm(formed, firms),
        *_branches(text, [*formed, *firms]),
        *_enlarged(text, way),
        *find_projects(way),
        *find_persons(text, words),
        *(name for name in find_industries(text, tokens, words) if not _ends_firm(text, name, firms)),
        *find_areas(text, tokens),
        *find_localities(way),
        *find_placed(way),
        *find_made(way),
    ]
    return disjoint(
        found,
        lambda name: (_doubtful(text, name), -(name.end - name.start), name.start, name.by != "form"),
    )


def _with_firm(formed: list[Name], firms: list[Name]) -> Iterator[Name]:
    """Yield the projects that begin inside the name of a firm, whose trade they are, with that name: 江屿电驱总成项目."""
    for project in formed:
        owner = next((f for f in firms if f.start < project.start < f.end < project.end), None)
        if project.kind == "Project" and owner is not None:
            yield project._replace(start=owner.start)


def _branches(text: str, found: list[Name]) -> Iterator[Name]:
    """Yield the branches that are named by their place, with whose they are: 江屿商会深圳分会."""
    ends = {owner.end: owner.start for owner in found if owner.kind in _HAVE_BRANCHES}
    for branch in found:
        if branch.start in ends and text.endswith(_BRANCHES, 0, branch.end) and area_at(text, branch.start):
            yield branch._replace(start=ends[branch.start])


def _ends_firm(text: str, industry: Name, firms: list[Name]) -> bool:
    """Say whether the words for an industry are the trade that a firm's name ends in: 华友钴业, but not 石化新材料."""
    trade = lexicon().trade
    ends = (firm for firm in firms if firm.start < industry.start and firm.end == industry.end)
    return any(trade.fullmatch(text, firm.start, industry.start) is None for firm in ends)


def _doubtful(text: str, name: Name) -> bool:
    """Say whether only the context speaks for a name, and no place it begins with."""
    return name.by == "context" and not area_at(text, name.start)


def _suffixed(text: str, way: Way, words: Lexicon) -> Iterator[Name]:
    """Yield the names that end in a suffix of the lexicon."""
    for suffix in words.suffix.finditer(text):
        if not is_other_word(text, suffix, words):
            yield from _ending(text, suffix, way, words)


def _ending(text: str, suffix: re.Match[str], way: Way, words: Lexicon) -> Iterator[Name]:
    """Yield the names that end in this suffix."""
    kind, end = words.suffix_kind[suffix.group()], suffix.start()
    stored = words.stored_as.get(kind, kind)
    start = _beginning(text, suffix, kind, way)
    prefix = text[start:end]
    if len(prefix) < 2:
        yield from _bare(text, suffix, kind, prefix)
        return
    if (
        prefix[0] == "级"
        or prefix.count("“") != prefix.count("”")
        or _DEICTIC.fullmatch(prefix)
        or _QUIP.search(prefix)
    ):
        return
    common = words.generic.fullmatch(_PHASE.sub("", prefix) or prefix) is not None
    if common and not SPELT.fullmatch(prefix) and not _is_definite(text, start, suffix.end(), kind):
        return
    if _says_any(text, start, suffix, kind, words) or _COUNTED_CLASS.search(prefix):
        return
    start = _behind_place(text, start, end, suffix.end())
    start = way.past_verbs(_within(text, start, end, kind), end)
    if start >= end:
        yield from _phase_of_works(text, suffix, kind)
    if end - start >= 2:
        if kind == "Company" and (works := _WORKED_ON.match(text, suffix.end())):
            yield Name(start, works.end(), "Project", "suffix")
        yield Name(start, _tail(text, suffix.end(), kind), stored, "suffix")


def _bare(text: str, suffix: re.Match[str], kind: str, prefix: str) -> Iterator[Name]:
    """Yield what a suffix alone names, or a suffix with one character before it: 二期项目, 一座体育馆, 智能工厂二期."""
    end = suffix.start()
    if kind in _PHASED and (phase := _PHASE.search(text, 0, end)):
        stored = lexicon().stored_as.get(kind, kind)
        yield Name(phase.start(), _tail(text, suffix.end(), kind), stored, "suffix")
    if not prefix and suffix.group() in _PLAIN_SITES and text[end - 1 : end] in ("的", "座", "个"):
        yield Name(end, suffix.end(), "Facility", "suffix")
    if not prefix:
        yield from _phase_of_works(text, suffix, kind)


def _phase_of_works(text: str, suffix: re.Match[str], kind: str) -> Iterator[Name]:
    """Yield the works that only their kind and their phase name: 智能工厂二期."""
    end = _tail(text, suffix.end(), kind)
    if kind == "Base" and len(suffix.group()) > 2 and end > suffix.end():
        yield Name(suffix.start(), end, "Facility", "suffix")


def _enlarged(text: str, way: Way) -> Iterator[Name]:
    """Yield the projects that are named by what they do to something, without 项目 at the end."""
    for works in _ENLARGED.finditer(text):
        end = works.start()
        start = way.trim(way.start(end, lenient=False, describes=True), end, "Project")
        start = _within(text, start, end, "Project")
        if end - start > 1 and not way.words.generic.fullmatch(text, start, end):
            yield Name(start, works.end(), "Project", "suffix")


def _says_any(text: str, start: int, suffix: re.Match[str], kind: str, words: Lexicon) -> bool:
    """Say whether what begins here and ends in this suffix names none: 面板厂 is any, X开发区园区 the zone itself."""
    end = suffix.start()
    if kind == "Project":
        bare = words.suffix.fullmatch(text, start, end) is not None
        bare = bare or (suffix.group() == "项目" and _WHOLE_ZONE.search(text, start, end) is not None)
        return bare or _only_picked_out(text, start, end, words)
    if kind in _SITES and _CLASSED.search(text[start:end]):
        return True
    if kind == "Company" and text.endswith(_LEVELS, start, end):
        return True
    if kind == "Base" and _BEST_OF.match(text, start, end):
        return True
    works = suffix.group() == "厂" and (
        _is_kind_of_works(text[start:end]) or _ANY_WORKS.search(text, 0, start) is not None
    )
    return works or (suffix.group() == "园区" and _WHOLE_ZONE.search(text, start, end) is not None)


def _is_kind_of_works(prefix: str) -> bool:
    """Say whether words before 厂 only say what is made there, or where by direction: 面板厂, 西部整车厂."""
    words = cut(prefix)
    placed = words.tags[0] in ("f", "s") and all(in_dictionary(word) for word in words.words[1:])
    return in_dictionary(prefix) or placed


def _only_picked_out(text: str, start: int, end: int, words: Lexicon) -> bool:
    """Say whether what stands before 项目 names none: 浙江省重大项目, 最大外资项目, 最大的通道项目."""
    bare = start + area_at(text, start)
    if start < bare < end and words.generic.fullmatch(text, bare, end):
        return True
    return any(m.end() >= start for m in _SUPERLATIVE.finditer(text, max(0, start - 4), start + 4))


def _is_definite(text: str, start: int, end: int, kind: str) -> bool:
    """Say whether a name of common words means one thing: what is made there, how much of it a year, or has a size, a place or a date of its own."""
    if kind == "Project" and _YEARLY.search(text, 0, start):
        return True
    if kind not in _PLAIN or text[start:end] in lexicon().reference_kind or _PRAISED.search(text, start, end):
        return False
    if kind == "Base" and _tail(text, end, kind) > end:
        return True
    ends = _ENDS_THERE.match(text, end) is not None
    made = ends and _MADE.search(text, 0, start) is not None
    beside = kind == "Park" and (ends or text[end : end + 1] == "、") and _LISTED_SITE.search(text, 0, start)
    return made or bool(beside) or _HAS_OWN.match(text, end) is not None


def _beginning(text: str, suffix: re.Match[str], kind: str, way: Way) -> int:
    """Return where the name begins that ends in a suffix; the suffix's own place where nothing stands before it."""
    end = suffix.start()
    works = _WORKS.search(text, max(0, end - _LONGEST_WORKS), end) if kind == "Project" else None
    if works is not None:
        begins = way.start(works.start(), lenient=False, describes=True)
        return way.trim(begins, works.start(), kind) if works.start() - begins > 1 else end
    legal = kind == "Company" and suffix.group().endswith(("有限公司", "有限责任公司"))
    start = way.start(end, legal, deeds=suffix.group().endswith(_DOING), describes=kind in _DESCRIBED)
    start = way.trim(way.through_and(start, end, kind), end, kind)
    if legal:
        start = way.from_place(start, end)
    if legal or (kind == "Company" and suffix.group().endswith("集团")):
        start = way.with_core(start, end)
    for counted in (_CHAINS if kind == "IndustryChain" else _COUNTED).finditer(text, start, end):
        start = counted.end()
    if numbering := _NUMBERING.match(text[start:end]):
        start = way.past_verbs(start + numbering.end(), end)
    if (verb := _VERB_END.match(text, start, end)) and not area_at(text, start):
        start = verb.end()
    if way.ends_in_and(start) and text[start - 2] not in ALONE:
        return start - 2
    return way.from_pair(start) if kind in _JOINT else start


def _within(text: str, start: int, end: int, kind: str) -> int:
    """Return where a name begins with what a project makes in a year, or behind the zone that a park's name names first."""
    if kind in ("Project", "Facility", "Base"):
        owners = list(_OWNED.finditer(text, start, end))
        if owners and not lexicon().generic.fullmatch(text, owners[-1].end(), end):
            start = owners[-1].end()
    if kind == "Team":
        posts = lexicon().titles.finditer(text, start, end)
        start = max((post.end() for post in posts if post.end() < end), default=start)
    for partner in _PARTNER.finditer(text, start, end):
        start = partner.end()
    if kind == "Project":
        governed = list(_GOVERNED.finditer(text, start, end))
        start = governed[-1].end() if governed else start
        yearly = _YEARLY.search(text, 0, start)
        return _past_owner(text, yearly.start()) if yearly else start
    parts = text.startswith("分区", end)
    inner = _INNER.search(text, start, end) if not parts and kind in (*_SITES, "Facility", "Base") else None
    return inner.end() if inner else _behind_zone(text, start)


def _behind_zone(text: str, start: int) -> int:
    """Return where the name of a park begins right behind its zone's, where a word that is a verb elsewhere parts them: 高新区换热设备产业园."""
    found = _BEHIND_ZONE.search(text, max(0, start - 6), start)
    if found is None or found["word"][:2] in lexicon().no_name or _DEED.match(found["word"]):
        return start
    return found.start("word")


def _behind_place(text: str, start: int, end: int, whole: int) -> int:
    """Return where a name begins of what is built somewhere: behind the verb, where a place stands before it; `whole` is its own end."""
    if (counted := _COUNTS.search(text, start, end)) is not None:
        return counted.end()
    verb = _BUILT_AT.search(text, start, whole)
    if verb is None or verb.end() > end:
        return start
    is_place = text[start - 1 : start] == "在" or area_at(text, start) == verb.start() - start
    return verb.end() if is_place else start


def _past_owner(text: str, yearly: int) -> int:
    """Return where a project's name begins with the short name of whose it is: 华友年产10万吨前驱体项目."""
    owner = _OWNER.search(text, 0, yearly)
    if owner is None or lexicon().stops.intersection(owner["who"]):
        return yearly
    if in_dictionary(owner["who"]) and not cut(owner["who"]).tags[0].startswith(("nz", "nr", "nt")):
        return yearly
    return owner.start("who")


def _tail(text: str, end: int, kind: str) -> int:
    """Return where a name ends whose suffix ends here: behind its phase or its part, where it has one."""
    if kind in _WITH_TAIL:
        tail = _TAIL.match(text, end)
        return tail.end() if tail and tail.end() > end else _past_area(text, end)
    return end


def _past_area(text: str, end: int) -> int:
    """Return where a name ends that says behind it which area it is one with: 杭州高新区(滨江), 黄石开发区·铁山区."""
    size = area_at(text, end + 1) if text.startswith(("(", "·"), end) else 0
    if size and text[end] == "·":
        return end + 1 + size
    return end + size + 2 if size and text.startswith(")", end + 1 + size) else end
