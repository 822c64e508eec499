"""What looks like the end of a name and is part of another word: 格局, 中心城区, 示范区创建名单."""

import re

from graph_service.reading.lexicon import Lexicon, area_at
from graph_service.reading.persons import ends_person
from graph_service.reading.tokens import in_dictionary

_NO_CENTRE = re.compile("[区城镇位点线度]|任务|工作|环节|思想|下移|化")
_BEHIND = {"分会": "场"}
"""What stands behind the end of a name where it is none: 分会场."""
_BEFORE = {"新区": "创更翻", "商会": "招"}
"""What stands before the end of a name where it is none: 招商会."""
_MEETING = re.compile("推介会|对接会|洽谈会|推进会|招商会|路演|季|库|组(?![建织成])|经理")
"""What makes of 项目 the name of an occasion or of a list."""
_NUMBERED = re.compile("(?:共|已|达|近|超|约|累计)*\\d+[多余]?个")
_ROLL = re.compile("(?:创建|培育|建设|试点|认定|入围|入选|公示)*(?:名单|名录|目录)")
"""What makes the name of a list of what stands before it."""
_PLACED_PART = re.compile("(?:[区园城]|[县市州])$")
"""What stands before 分区 where that is a part of a zone by its place, be it a full name: 海宁分区 has the short one."""
_NO_WORKS = re.compile("[区房家商长址里矿内外企界史子]")
_NO_FOUNDING = "建办设开迁搬进出入投"
_NO_PARK = "建中进开校公花家乐庄果茶田桃陵物儿游梨菜葡入全本该产业区园"
_NO_OFFICE = "局格布结大全开当时僵残败破困对变定终棋饭战"


def is_other_word(text: str, suffix: re.Match[str], words: Lexicon) -> bool:
    """Say whether what looks like a suffix is part of another word: 格局, 中心城区, 示范区创建名单."""
    behind = _BEHIND.get(suffix.group())
    if _ROLL.match(text, suffix.end()) or (behind and text.startswith(behind, suffix.end())):
        return True
    if suffix.group() in _BEFORE:
        return text[suffix.start() - 1] in _BEFORE[suffix.group()]
    if suffix.group() == "分区":
        return not (_PLACED_PART.search(text, 0, suffix.start()) or _area_ends(text, suffix.start()))
    if suffix.group() == "板块":
        return text.endswith(("产业", "业务", "经济", "行业"), 0, suffix.start())
    if suffix.group() == "局":
        before = suffix.start()
        officer = text.startswith("副局长", before - 1)
        return officer or text[before - 1] in _NO_OFFICE or text.endswith("董事", 0, before)
    if suffix.group().endswith("项目"):
        return any(form.match(text, suffix.end()) for form in (_NUMBERED, _MEETING))
    if suffix.group() == "厂":
        return (
            suffix.start() < 3
            or text[suffix.start() - 1] in _NO_FOUNDING
            or _NO_WORKS.match(text, suffix.end()) is not None
        )
    if suffix.group().endswith("谷"):
        firm = words.trade.match(text, suffix.end()) is not None
        word = suffix.group() == "谷" and in_dictionary(text[suffix.start() - 1 : suffix.end()])
        return word or firm or ends_person(text, suffix.start(), words)
    if suffix.group() == "园":
        return (
            suffix.start() < 3
            or text[suffix.start() - 1] in _NO_PARK
            or text[suffix.end() : suffix.end() + 1] in "区林地丁"
        )
    return suffix.group() == "中心" and _NO_CENTRE.match(text, suffix.end()) is not None


def _area_ends(text: str, end: int) -> bool:
    """Say whether the name of an area ends at a place of the text."""
    return any(end >= size and area_at(text, end - size) == size for size in (2, 3, 4))
