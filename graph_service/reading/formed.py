"""Names that their form alone tells: titles of policies, what stands in quotation marks, teams by who leads them, sites by number."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from graph_service.reading.lexicon import Lexicon, area_at, lexicon
from graph_service.reading.needs import Needs, needs
from graph_service.reading.roles import SURNAMES
from graph_service.reading.sieve import Sieve
from graph_service.reading.stretches import Name

_POLICY = re.compile(
    "《[^《》]{2,60}(?<![强榜])(?<!榜单|名单|指数|日报|时报|晚报)(?<!蓝皮书|白皮书|协议书)(?<!协议|合同)(?<!意向书)》"
)
_SITE_HEADS = "社区|工坊|工场|街区|加速器|会客厅|客厅|大厦|驿站"
"""What a site may be that is known by a name in quotation marks, and that is no name elsewhere."""
_QUOTED_SITE = re.compile(
    f"“[^“”]{{2,10}}”(?:[一二三四五六]期|[\u4e00-\u9fff]{{0,4}}(?:{_SITE_HEADS}))|(?<=“)[^“”]{{2,10}}(?:{_SITE_HEADS})(?=”)"
)
_QUOTED_PROJECT = re.compile("“[^“”。]{4,60}”项目|(?<=“)[^“”]{4,40}项目(?=”)")
_HONOUR = re.compile(
    "(?:获评|荣获|获得|授予|摘得|捧回|评为)[^,。;:“”]{0,8}“(?P<what>[^“”]{3,20})”(?!项目|企业|产品|技术)"
)
_LED_TEAM = re.compile("(?:领衔|带领|率领|牵头|领导)的(?P<what>[^,。;:、的]{0,8})(?:团队|课题组)")
_PROJECT = re.compile(
    r"(?:(?:投资建设|投建|兴建|签下|签约|实施|引进|建设)(?:了|的)?|投资[^,。;的]{2,10}元的)"
    r"(?P<what>(?![\d一两三四五六七八九十]+[个项])(?:(?!的|一批|重点|重大|产业链|等|各类|多个|若干|亿元|以上|此类|上述|配套)[\u4e00-\u9fffA-Za-z0-9.“”—]){4,20})项目(?=[,。;]|在|正式|开工|落户|签约|$)"
)
"""A project behind the verb of building or signing, up to the end of its clause."""
_HEAD = re.compile(
    r"^(?:[(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[、.)]+|——|[•■◆●▲])(?P<what>(?![一二两三四五六七八九十\d]+[个项])[\u4e00-\u9fffA-Za-z0-9()·—-]{2,28}(?:项目|工程|基地|产业园|生产线))(?=[。:]|——|$)"
)
"""A project that a point of a list begins with, and says no more of before its full stop or colon."""
_INSTITUTE = re.compile(
    "(?:中科院|中国科学院|农科院|中国农业科学院|社科院)(?:(?![所与和及的、])[\u4e00-\u9fff]){2,8}所(?![有在以长属需得])"
)
"""An institute of an academy, by its field: 中科院电工所."""
_NAMED_TEAM = re.compile(
    f"(?<![^\u0000-\u4dff大院司所室长任授士师人])(?:[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}、)*[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}(?:教授|院士|博士)?团队"
)
"""A team by the persons who lead it: 马晶、谭立英团队."""
_NUMBERED_SITE = re.compile(
    "(?<![一二三四五六七八九十第\u0030-\u0039])[一二三四五](?:号)?(?:工厂|厂区|车间|生产基地)"
    "|第?[一二三四五六]期(?:厂房|车间|厂区|工厂)"
)
"""The second works of a firm, by number: 二工厂."""
_BUILT_THAT = re.compile(
    "(?:建设|兴建|投建|新建)的(?P<what>(?![一二三四五六七八九十两几首新该这]|全新|智能化|现代化)(?:(?![的等和与及、])[\u4e00-\u9fffA-Za-z0-9]){3,12}(?:基地|工厂|生产线|总部))(?=[,。;]|[今去明]年|于|已|将|正|在|\\d)"
)
"""A site that an attribute says is built: A投资建设的B基地今年竣工."""
_NEW_SITE = re.compile(
    "(?:(?<=[,。;:“])|^)(?:新(?:厂区?|厂房|工厂|基地|总部|产线|生产线)|[二三四五]期(?:厂房|工厂|厂区|车间|生产线))(?=[占总于已将今去计设建年全位投]|\\d)"
)
"""The site that somebody has moved to or built, which is new and has no name: 新厂占地60亩."""
_BUILT_SITE = re.compile(
    r"(?:投建|兴建|新建|建设|建起|(?<=[区园县市里地])建)(?:了)?(?P<which>(?:(?!的|其|等|重要|全国|全省|世界|国际|一流|项目|[一二三两四五六七八九十\d]+[个座条处])[\u4e00-\u9fffA-Za-z0-9“”]){4,16})"
    r"(?:基地|工厂|生产线|总部)(?=[,。;]|$)"
)
"""A site behind the verb of building, up to the end of its clause."""

_MEASURED_SITE = re.compile(
    r"(?:^|(?<=[,。;:的]))(?P<what>(?:(?![的了在是和与将由该这])[\u4e00-\u9fff]){2,8}(?:中心|大楼|展厅|会客厅))(?=(?:项目)?,?(?:计划|预计)?(?:总投资|投资(?:额)?约?\d|(?:总)?(?:建筑)?面积|占地))"
)
"""A building that only its end and its size or cost tell: 创造中心,投资约5亿元."""


class _Form(NamedTuple):
    """A form of names: its expression, what reads a name off a match of it, and what a sentence must hold for it."""

    pattern: re.Pattern[str]
    name: Callable[[re.Match[str], Lexicon], Name | None]
    needs: Needs


def find_formed(text: str, words: Lexicon) -> Iterator[Name]:
    """Yield the names that their form alone tells: 《…》, “…”二期, certificates, honours, teams by their leader."""
    for form in _sieve().promising(text):
        for match in form.pattern.finditer(text):
            if (name := form.name(match, words)) is not None:
                yield name


@lru_cache(maxsize=1)
def _sieve() -> Sieve[_Form]:
    """Return the sieve of all the forms: hardly any of them can match in any one sentence."""
    words = lexicon()
    read = (
        (words.certificates, _called("Certification", "form")),
        (words.offices, _called("GovernmentBody", "form")),
        (_POLICY, _called("Policy", "title")),
        (_QUOTED_SITE, _called("Facility", "quoted")),
        (_QUOTED_PROJECT, _called("Project", "quoted")),
        (_INSTITUTE, _called("Laboratory", "form")),
        (_NAMED_TEAM, _called("Team", "form")),
        (_NUMBERED_SITE, _called("Facility", "form")),
        (_BUILT_THAT, _called("Facility", "form", "what")),
        (_NEW_SITE, _called("Facility", "here")),
        (_MEASURED_SITE, _called("Facility", "form", "what")),
        (_HONOUR, _honour),
        (_LED_TEAM, _led_team),
        (_PROJECT, _project),
        (_HEAD, _head),
        (_BUILT_SITE, _built_site),
    )
    return Sieve([_Form(pattern, name, needs(pattern.pattern)) for pattern, name in read])


def _called(kind: str, by: str, group: str | int = 0) -> Callable[[re.Match[str], Lexicon], Name]:
    """Return what reads a name of this kind off a match: a group of it, or all."""
    return lambda match, _: Name(*match.span(group), kind, by)


def _honour(match: re.Match[str], words: Lexicon) -> Name | None:
    known = words.certificates.search(match["what"])
    return None if known else Name(*match.span("what"), "Award", "form")


def _led_team(match: re.Match[str], words: Lexicon) -> Name:
    named = len(match["what"]) > 2 and not words.generic.fullmatch(match["what"])
    return Name(match.start("what") if named else match.start(), match.end(), "Team", "form")


def _project(match: re.Match[str], words: Lexicon) -> Name | None:
    plain = words.generic.fullmatch(match["what"])
    return None if plain else Name(match.start("what"), match.end(), "Project", "form")


def _head(match: re.Match[str], words: Lexicon) -> Name | None:
    plain = words.generic.fullmatch(match["what"])
    return (
        None
        if plain
        else Name(*match.span("what"), "Park" if match["what"].endswith("园") else "Project", "form")
    )


def _built_site(match: re.Match[str], words: Lexicon) -> Name | None:
    plain = words.generic.fullmatch(match["which"]) or area_at(match["which"])
    return None if plain else Name(match.start("which"), match.end(), "Facility", "form")
