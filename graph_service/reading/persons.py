"""Persons in one sentence: what stands behind a title and begins with a family name."""

import re
from collections.abc import Iterator

from graph_service.reading.lexicon import Lexicon
from graph_service.reading.roles import COMPOUND_SURNAMES
from graph_service.reading.roles import SURNAMES as _ALL
from graph_service.reading.stretches import Name
from graph_service.reading.tokens import cut, in_dictionary

SURNAMES = _ALL - frozenset("由任占都能来")
"""Family names that are no words before a person: 由该校教授X担任 names no 由该校."""
_NAMED = f"(?:{'|'.join(sorted(COMPOUND_SURNAMES))}|[{''.join(sorted(SURNAMES))}])[\u4e00-\u9fff]{{1,2}}"
"""A family name and a given one."""
_PERSON = re.compile(_NAMED)
_BEHIND = (
    "(?=说|表示|介绍|告诉|坦言|透露|认为|指出|称[,:]|强调|谈到|回忆|感慨|直[言摇]|[给对向](?:记者|我们)|领衔|带领|率领|担任|出任|兼任|是|原[是为系本]|曾|毕业于|没有|没想|希望|回国|创办|创立"
    "|任(?=[^,。;]{0,10}长)|带(?=[着领学团])|[,。、:)”]|$)"
)
"""What follows the name of a person and tells its end."""
_SPEAKER = re.compile(f"{_NAMED}?{_BEHIND}")
"""A person's name behind a title, where what follows tells its end."""
_DOTTED = re.compile(f"[\u4e00-\u9fff]{{1,6}}(?:·[\u4e00-\u9fff]{{1,6}}?){{1,3}}{_BEHIND}")
"""The same, of a name in several parts, as those of other peoples and languages are written: 古丽·艾山."""
_GIVEN = re.compile(
    "(?![说表介告透坦认指称强谈的在直也还就都则正摇笑感等与和及、有是将曾又再对向从以一])[\u4e00-\u9fff]"
)
"""A character that can end a given name and begins no verb of saying."""
_TITLE_BEHIND = re.compile(
    f"(?:^|[,。;:、“学院所司大校由为])(?P<who>{_NAMED})(?:教授|院士|博士|研究员|副?董事长|副?总经理|副?总裁|总工程师|副?市长|副?县长|副?区长|副?院长|副?厂长)(?!团队|生|点|后|办|室|单位)"
)
"""A person whose title stands behind the name: 谭立英教授."""
_TOLD_BEHIND = re.compile(f"(?:^|[,。;:、)])(?P<who>{_NAMED})\\((?P<post>[^()]{{2,30}})\\)")
"""A person whose post stands in brackets: A(某某公司董事长)."""
_ACTOR = re.compile(
    f"(?:(?<=[,。;:、“”年月日由为请者人主任员授士生记长师])|^)(?P<who>{_NAMED}?)(?:院士|教授|博士)?"
    "(?=(?:说(?=[,。:])|表示(?=[,。:])|回忆(?=[,。:])|坦言(?=[,。:])|告诉记者|出任|担任|兼任|接任|继任|就任|当选|受聘|一手|创办|创立|创建|领衔|带领|率领|于\\d{4}年创)"
    "|任[^,。;]{0,16}(?:长|主任|主席|总师|书记|经理|总监)(?=[,。;]|$)|是[^,。;]{2,20}的(?:董事长|总经理|总工程师|创始人|负责人))"
    "|(?<=法定代表人为)(?P<head>[\u4e00-\u9fff]{2,3})(?=[,。;]|$)"
)
"""A person without a title, by what he does: A出任院长, 由A担任主任, A创办了公司."""
_SAYS = "说表介告透坦认指称强谈的在"
"""First characters of what follows a speaker's name."""
_SAID = re.compile(f"[{_SAYS}]")
_NO_GIVEN = "区市县镇局厅"
"""Characters that places and offices end in, and no given name: 高新区."""
_LOOKED_AT = 6
"""How many code points behind a title are cut into words: no name is longer, with its verb."""


def find_persons(text: str, words: Lexicon) -> Iterator[Name]:
    """Yield the persons whose title stands right before their name, or labels it (法定代表人:A)."""
    for match in words.titles.finditer(text):
        start = match.end() + text.startswith((":", "为", "是"), match.end())
        if (end := _end(text, start)) is not None:
            yield Name(start, end, "Person", "title")
    for match in (*_TITLE_BEHIND.finditer(text), *_told_behind(text, words)):
        if not _no_person(match["who"]) and not _is_word(match["who"]):
            yield Name(*match.span("who"), "Person", "title")
    for match in _ACTOR.finditer(text):
        group = "who" if match["who"] else "head"
        if not (_no_person(match[group]) or cut(match[group])[0].tag.startswith("ns")):
            yield Name(*match.span(group), "Person", "deed")


def _told_behind(text: str, words: Lexicon) -> Iterator[re.Match[str]]:
    """Yield what may be a person before a bracket that ends in a title: A(某某公司董事长)."""
    for match in _TOLD_BEHIND.finditer(text):
        if any(post.end() == match.end("post") for post in words.titles.finditer(text, *match.span("post"))):
            yield match


def _end(text: str, start: int) -> int | None:
    """Return where the person's name ends that stands at a position, behind a title; None where none does."""
    if (dotted := _DOTTED.match(text, start)) is not None:
        return dotted.end()
    person = _PERSON.match(text, start)
    if person is None:
        return None
    if (certain := _SPEAKER.match(text, start)) is not None and certain.group()[-1] not in _NO_GIVEN:
        return certain.end()
    name = _cut_out(text[start : start + _LOOKED_AT]) or person.group()
    if name[-1] in _SAYS:
        name = name[:-1]
    return start + len(name) if len(name) >= 2 and not _no_person(name) else None


def ends_person(text: str, position: int, words: Lexicon) -> bool:
    """Say whether a character is the last of a person's name behind a title: 总经理周怀谷."""
    ends = {found.end() for found in words.titles.finditer(text, max(0, position - 8), position)}
    return any(at in ends and text[at] in SURNAMES for at in (position - 1, position - 2))


def _cut_out(text: str) -> str | None:
    """Return the name that a text begins with as its words are cut; None where that gives no name."""
    pieces = cut(text).words
    joined = pieces[0] if len(pieces[0]) > 1 else "".join(pieces[:2])
    if len(joined) == 2 and len(pieces) > 1 and _GIVEN.fullmatch(pieces[1]):
        joined += pieces[1]
    return joined if 2 <= len(joined) <= 3 and not _SAID.search(joined) else None


def _is_word(name: str) -> bool:
    """Say whether the dictionary has what stands before a title, and not as the name of a person: 成立院士工作站."""
    return in_dictionary(name) and not cut(name)[0].tag.startswith("nr")


def _no_person(name: str) -> bool:
    """Say whether what stands behind a title is a word (副理事长单位) or an office to hold (书记任组长)."""
    return (
        name.startswith("任")
        or name[-1] in _NO_GIVEN
        or (cut(name)[0].tag in ("n", "v", "d", "p", "c") and in_dictionary(name))
    )
