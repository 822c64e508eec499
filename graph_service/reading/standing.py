"""Firms where only firms stand: behind or before words that tell it, whatever they are called (由A投资, 龙头企业为A、B)."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from graph_service.reading.edges import Way
from graph_service.reading.firmlike import WORDED, can_be_firm, is_odd, may_be_called
from graph_service.reading.lexicon import area_at
from graph_service.reading.needs import Needs, needs
from graph_service.reading.persons import SURNAMES
from graph_service.reading.sieve import Sieve
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import cut, in_dictionary

_FIRM = "(?:企业|公司|厂商|供应商|服务商|制造商|巨头|龙头)"
_ONE = "(?P<who>[^,。;:、的“”]{2,8}?)"
_LIST = "(?P<who>[^,。;:的“”]{2,36}?)"
_LONG = "(?P<who>[^,。;:“”]{2,120}?)"
_CLIENT = "(?:客户|供应商|合作伙伴|合作方|配套企业|配套商|经销商|买家)"
_STANDING = tuple(
    re.compile(form.replace("LIST", _LIST).replace("ONE", _ONE).replace("FIRM", _FIRM))
    for form in (
        "(?:引进|引入|引来|招引|招来|迎来|签下|签约|吸引|对接|拜访|走进|考察|扶持|孵化出|培育出|走出|涌现出|诞生)(?:了)?LIST(?:等(?![级号])|[,。;]|在|来|投资|落户|入驻|总部|项目)",
        "(?:由|被)(?:[^,。;、的]{0,8}(?:企业|公司|巨头)|[^,。;、的]{0,6}(?:本地|当地|隔壁|附近|[省市县区镇])的)?LIST(?:等[^,。;:、]{0,8})?(?:以[^,。;]{2,10})?(?:投资|出资|承建|建设|开发|运营|负责|供应|供货|提供|牵头|联合|共同|发起|收购|控股|并购|全资|独资|研发|研制|生产|制造|交付|承担|施工|推荐|介绍|引荐)",
        "(?:与|同|和|携手|联手|牵手|联合)LIST(?:等[^,。;:、]{0,8})?“?(?:牵手|握手|联姻|签约|签订|签署|签下|达成|合作|共建|合资|联手|携手|联合|共同|结成|建立|启动|打造|推出|研发|研制|在[^,。;]{2,12}签)",
        r"(?:^|[,。;:“的])ONE(?=\((?:股票代码|证券代码)?:?\d{6}(?:\.[A-Z]{2})?\))",
        "(?:收购|并购|控股|入股|参股)(?:了)?LIST(?=[,。;\\d]|[五六七八九]成)",
        "(?:客户|供应商|伙伴|同行|邻居)(?:有|是|为|包括|如)LIST(?:等|[,。;])",
        "(?:[^,。;:、的]*[、和与])LIST(?:[两三四五六七]方|双方|[两三四五六]家(?:企业|公司)?(?:同时|共同|联合|签|入驻|落户|也|均|都))",
        "(?:^|[。;])ONE(?=(?:\\d+月\\d+日)?(?:早间|午间|晚间|晚|日前|近日)?(?:发布|披露)?公告(?:称|显示|表示|,|:))",
        "(?:走进|来到|步入)ONE的?(?:智能|数字化|自动化|现代化|标准化|生产|总装|组装|焊装)*(?:车间|厂区|厂房|展厅|生产线|工厂)",
        "(?:^|[,。;、]|依托|由|与|和)ONE(?=旗下)",
        "(?:邻居|近邻|同行|对手|客户|母公司|子公司|大股东)ONE(?=[是为则也将已])",
        "(?:首家|首个|第一家|第一个|最早)(?:入园|入驻|落户|落地|入区|进驻|投产)?的?(?:企业|公司|项目)?(?:——|—)?ONE(?=动工|开工|投产|入驻|落户|正式|于|在|建成|签约|奠基|破土|也|就|便|来)",
        "(?:^|[,。;:]|园区|全区)以LIST(?:等[^,。;:、]{0,8})?为(?:龙头|链主|代表|核心企业|骨干)",
        "旗下(?:的|拥有|现有|设有|有)?ONE(?=[、,。;等])",
        "(?:成立|创办|创立|落户|入驻|投产)(?:仅|只|才|刚满?|不到|不足|近|已)*[一二两三四五六七八九十\\d]+(?:年|个月)[多余]?的ONE(?=[还也又已去今便就,]|近日|日前|先后|入选|获|荣获|被|成功|完成|拿)",
        "(?:做|生产|主营|专做|供应|配套)[^,。;、的]{2,10}的ONE(?=[把将也已从在是,。;、和与]|等)",
        (
            "(?:^|[,。;:])(?:而|像|如|比如|例如|其中|目前|近日|此外|同时|日前|据悉)?,?ONE(?=(?:自主|联合|成功)?(?:研制|研发|攻克|推出|开发)(?:出|了|的)|生产的|主营|主要(?:从事|生产)|专业?(?:从事|生产)|专注|深耕"
            "|(?:成立|创立|创办|始建|注册)于|(?:是|作为)(?:一家|国内|全国|全球|我国|中国|行业)*[^,。;]{0,24}FIRM(?:[,。;]|之一))"
        ),
    )
)
"""Where only organisations stand: what was brought, by whom something is done, with whom it is signed, who is bought, who makes things."""
_LISTS = tuple(
    re.compile(form.replace("LONG", _LONG).replace("FIRM", _FIRM))
    for form in (
        "(?:龙头|链主|领军|骨干|头部|代表)(?:企业)?(?:主要|分别)?(?:有|为|是|包括)LONG(?:等|[。;]|$)",
        "以LONG(?:等[^,。;]{0,8})?为(?:龙头|代表|链主|依托)(?:的(?!产业|行业))?",
        "(?:企业|公司|厂商)[^,。;]{1,16},(?:包括|如|例如|比如)LONG等?[。;]",
        "(?:FIRM|[药车]企),?(?:主要)?(?:如|例如|比如|包括|像|分别是|分别为)LONG(?:等(?![^,。;]{0,6}(?:产品|产业|行业|领域|项目|环节|技术))|[。;]|$)",
    )
)
"""Where a list of firms stands: behind what firms they are."""
_SURE = tuple(
    re.compile(form.replace("LONG", _LONG).replace("LIST", _LIST).replace("CLIENT", _CLIENT))
    for form in (
        "(?:^|[,。;:“])LONG(?:等[^,。;:、]{0,6})?,?(?:都|均|皆|全)(?:已)?(?:是|成为|成了)[^,。;:]{0,12}的[^,。;:]{0,6}CLIENT",
        "(?:^|[。;:])LONG(?:已)?(?:先后|相继|陆续|纷纷|分别)(?:落户|入驻|进驻|迁入|签约|搬到|迁到|把)",
        "CLIENT(?:主要|就)?(?:有|包括|涵盖|囊括|遍及)LONG(?:等|[。;]|$)",
        "(?:是|成为|成了|作为|为)LIST(?:等[^,。;:、]{0,8})?的[^,。;:、的]{0,6}(?:供应商|配套商|配套企业|合作伙伴|代工厂)",
        "(?:进入|打入|跻身|纳入|融入|嵌入|打进)(?:了)?LIST(?:等[^,。;:、]{0,8})?的?[^,。;:、的]{0,4}(?:供应链|供应商|配套体系|采购体系|供货体系)",
    )
)
"""Where nothing but firms is listed, be they called by common words: A、B都是公司的客户."""


_OWNER = re.compile(
    "(?:^|[,。;:、和及与])(?:还有|另有|包括|其中|有|是|为)?(?P<who>[^,。;:、的和及与“”]{2,12})的[^,。;:、的]{2,16}项目(?=[、和及与,。;等]|总?投资|分别|先后|相继|均|都|$)"
)
"""Whose project it is, in a list of such: A的B项目、C的D项目."""


_SETTLERS = tuple(
    re.compile(form.replace("LIST", _LIST).replace("ONE", _ONE))
    for form in (
        (
            "(?:^|[。;,:])(?:[^,。;:、的]{0,6},)?LIST(?:等[^,。;:、]{0,12})?(?:均|都|皆|先后|相继|陆续|纷纷)(?:已|也|先后|相继|陆续|纷纷)*"
            "(?:在[^,。;:、]{1,12}(?:设立|设厂|建厂|建成|建有|设有|建设|布局|投资|落户|扎根|落地|安家)|落户|入驻|进驻|迁入|落子|扎根|跟进)"
        ),
        "(?:^|[。;])ONE(?=\\d{4}年(?:\\d{1,2}月)?(?:率先|正式|首批|整体|也|就)*(?:入驻|落户|进驻|迁入|落地|入园))",
    )
)
"""Who settles somewhere, one after the other or in a year."""


_MAKING = "(?:主打|主营|主产|专做|专产|专门生产|主要生产|生产|加工|研制|试制|量产|下线|交付|造出|做(?=[^,。;:到了出过得好]{3}))"
_SAID_OF_GOODS = "(?:做到|卖到|卖进|打入|打进|送到|送进|装上|装到|用到|用在|用于|可用|填补|打破|通过|获批|下线|量产|问世|占(?:[国全]|到)|销往|出口|远销|拿到|摘得|入选|登上)"
_MAKERS = tuple(
    re.compile(form.replace("ONE", _ONE).replace("MAKING", _MAKING).replace("SAID", _SAID_OF_GOODS))
    for form in (
        "(?:^|[,。;:“])(?:而|像|如|比如|其中|目前|近日|此外|同时|落户[^,。;:的]{2,10}的|[省市县区园]内的|隔壁的|[^,。;:、的]{0,4}(?:企业|公司|巨头))?ONE(?=(?:则|还|也|已|正|主要|专门|自主|每年|将)*MAKING)",
        "(?:^|[,。;:“])ONE(?=的[^,。;:的]{2,14}?(?:已|还|也|可|能|将|都|先后|成功)*SAID)",
        "(?:^|[。;])(?:\\d{1,2}[.、])?ONE(?=:[^,。;:]{2,16}(?:,|\\d)[^。;:]{0,10}(?:规模|投资|占地|产能|年产|产值))",
    )
)
"""Who makes something, where the verb and what is made, or what is said of that, tells it."""
_NO_NAME = ("t", "d", "m", "p", "c", "r", "f", "uj", "ul", "uz", "ug")
"""Tags of words that are in no name of a maker."""


class _Form(NamedTuple):
    """Where organisations stand, with what reads their names from and to a place there; and what a sentence must hold for it."""

    pattern: re.Pattern[str]
    names: Callable[[Way, int, int], Iterator[Name]]
    needs: Needs


def find_standing(way: Way) -> Iterator[Name]:
    """Yield the firms of stretches where only organisations stand; they may overlap."""
    for form in _sieve().promising(way.text):
        for match in form.pattern.finditer(way.text):
            yield from form.names(way, *match.span("who"))
    yield from _owners(way)


@lru_cache(maxsize=1)
def _sieve() -> Sieve[_Form]:
    """Return the sieve of all the forms: hardly any of them can match in any one sentence."""
    read = (
        (_STANDING, _certain),
        (_SETTLERS, _settlers),
        (_MAKERS, _makers),
        (_LISTS, listed),
        (_SURE, _all),
    )
    return Sieve([_Form(form, names, needs(form.pattern)) for forms, names in read for form in forms])


def _owners(way: Way) -> Iterator[Name]:
    """Yield the firms of a list of whose projects they are: A的B项目、C的D项目."""
    if way.text.count("项目") < 2:
        return
    matches = list(_OWNER.finditer(way.text))
    owners = [found for match in matches for found in _items(way, *match.span("who"))]
    if len(matches) > 1 and any(certain for _, certain in owners):
        yield from (name for name, _ in owners)
        yield from (Name(*m.span("who"), "Company", "context") for m in matches if _is_placed(m["who"], way))


def _settlers(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield the firms of a list of those who settle somewhere, where one of them can be nothing but a name."""
    at, items = first, []
    for item in re.split("[、和与及]", way.text[first:end]):
        if 2 <= len(item) <= 8 and WORDED.fullmatch(item):
            items.append((Name(at, at + len(item), "Company", "context"), _is_called(item, way)))
        at += len(item) + 1
    if any(called for _, called in items):
        yield from (n for n, called in items if called or may_be_called(way.text[n.start : n.end], way.words))


def _makers(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield who makes something, where words can be nothing but a name."""
    item = way.text[first:end]
    tags = cut(item).tags
    if tags[0] in _NO_NAME or any(tag in ("v", "a", *_NO_NAME) for tag in tags[1:]) or is_person(item):
        return
    called = is_odd(item, way) or (3 <= len(item) <= 4 and tags[-1] in ("nrt", "nz", "nr"))
    if called and WORDED.fullmatch(item) and can_be_firm(item, way.words):
        yield Name(first, end, "Company", "context")


def _is_called(item: str, way: Way) -> bool:
    """Say whether words are a name: one of the dictionary, or some that it has not all."""
    cuts = cut(item)
    if in_dictionary(item):
        return cuts.tags[0] in ("nz", "nt", "nrt", "nr") and not is_person(item)
    odd = any(len(word) == 1 or not in_dictionary(word) for word in cuts.words)
    return odd and can_be_firm(item, way.words) and not is_person(item)


def listed(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield the firms of a list of firms; what can be another word is one where another item is certainly one."""
    items = list(_items(way, first, end))
    if any(certain for _, certain in items):
        yield from (name for name, _ in items)


def _certain(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield what can be nothing but firms in a stretch of the text."""
    return (name for name, certain in _items(way, first, end) if certain)


def _all(way: Way, first: int, end: int) -> Iterator[Name]:
    """Yield what can be firms in a stretch of the text."""
    return (name for name, _ in _items(way, first, end))


def _items(way: Way, first: int, end: int) -> Iterator[tuple[Name, bool]]:
    """Yield what can be firms in a stretch of the text, each with whether it can be nothing else."""
    at = first
    for whole in re.split("[、和与及]", way.text[first:end]):
        item = whole.rpartition("的")[2]  # 来安县的A: the attribute says where A is
        at += len(whole) - len(item)
        if 2 <= len(item) <= 14 and WORDED.fullmatch(item):
            certain = is_odd(item, way) and can_be_firm(item, way.words) and not is_person(item)
            if certain or _may_name(item, way):
                yield Name(at, at + len(item), "Company", "context"), certain
        at += len(item) + 1


def _is_placed(who: str, way: Way) -> bool:
    """Say whether words are a place and a short core that describes nothing: 浙江大屿达."""
    core = who[area_at(who) :]
    return core != who and 2 <= len(core) <= 4 and way.words.generic.fullmatch(core) is None


def _may_name(item: str, way: Way) -> bool:
    """Say whether words that can mean something else may name a firm: a word, or a few with one that no dictionary has."""
    body = item[area_at(item) :] or item
    if in_dictionary(body):
        return may_be_called(body, way.words)
    odd = any(len(word) > 1 and not in_dictionary(word) for word in cut(item).words)
    return odd and len(item) <= 6 and can_be_firm(item, way.words)


def is_person(item: str) -> bool:
    """Say whether words are the name of a person."""
    return len(item) <= 3 and item[0] in SURNAMES and all(tag.startswith("nr") for tag in cut(item).tags)
