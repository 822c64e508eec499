"""Whether a clause says what is, what is planned, what is wanted or what may be.

In this order: the rule's own modality, a cue in the clause before the words that matter, the carry-over of a plan from an
earlier clause of the sentence (计划……，投资……；建成后……), a slogan in a heading. Each decision names its cue. The tasks of a
plan and days after the text are planned, too (`outlook`).
"""

import re

from graph_service.reading.claims import Modality

_POSSIBLE = re.compile(
    "可能|或将|或许|有望成为|不排除|考虑|可(?=以|望|广泛|应用|用于|替代|实现|助|通过|供|作为|使|提[升高]|降低|减少|有效|在[^,。;]{1,10}使用)|(?<![功性节产动智赋可不才只储未核光电热氢万势技效体机职])能(?=使|让|替代|将|把|用[于在到]|实现|降低|减少|提[升高]|延长|有效)|能够"
)
_TARGET = re.compile(
    "目标|力争|争取(?!到|了)|努力|奋力|着力|全力(?!以赴)|旨在|致力于(?![^,。;]{2,20}(?:研发|生产|制造|开发|设计|销售))|为导向|争创|冲刺|目的|以期|力求|志在|剑指"
)
_PLANNED = re.compile(
    "(?<!已)(?<!已经)将(?!近|[^,。;]{2,16}(?:的|[\ue000-\uf8ff])投入|[\ue000-\uf8ff“]|(?:公司|企业|其)?(?:总部|工厂|厂房|厂子|生产线|产线|研发中心|车间|基地|名称)|[^,。;]{2,12}(?:由|从)[^,。;]{1,10}[迁搬转])|拟|计划(?!单列|生育)|预计|有望|规划(?!(?:总|管理|控制|建设|开发|占地|可用)*(?:面积|用地)|建筑|区|建设了|了)|即将|准备|原定|拟定|预期|待建|谋划|(?:^|(?<=[,。;:“]))未来|未来(?=[几数\\d一二三四五十,将还会可我\ue000-\uf8ff]|的?(?:目标|规划))|下一步|明年|后续|届时|正筹备|筹建|有意"
)
_AFTER = re.compile(
    "(?:建成|投产|达产|满产|投用|落成|完工|竣工|运营|投入使用)(?:投产|投用|达产|运营)?(?:之)?后"
)
_DONE = re.compile("实际完成|已|了(?!解)|现有|目前|如今|截至|累计|曾")
_ANY = re.compile("|".join(cue.pattern for cue in (_POSSIBLE, _PLANNED, _AFTER, _TARGET, _DONE)))
"""Any cue that settles it: most clauses have none, and need no more than this look."""
_CARRIED = re.compile("(?<!已)(?<!已经)将(?!近|[^,。;]{2,16}(?:的|[\ue000-\uf8ff])投入)|拟|计划|预计")
_WANTED = re.compile("力争|确保|争取|目标(?:是|为|:)")
"""What makes targets of the clauses behind it, too: 力争产值达到8亿元,企业突破20家."""


def _last(pattern: re.Pattern[str], text: str) -> str | None:
    found = None
    for match in pattern.finditer(text):
        found = match.group()
    return found


def judge(code: str, start: int, end: int) -> tuple[Modality, str]:
    """Return the modality of a match in a passage's code, and the cue that decided ("" where none did).

    `start` and `end` are those of the match. Cues count in the clause before and inside the match; a plan in an earlier
    clause of the same sentence is carried on as long as no clause between says that something is done.
    """
    sentence = max([code.rfind(mark, 0, start) for mark in "。!?;"]) + 1
    clause = max(code.rfind(",", sentence, start), code.rfind(":", sentence, start), sentence - 1) + 1
    window = code[clause:end]
    if not _ANY.search(window):
        return _carried(code[sentence:clause])
    if cue := _last(_POSSIBLE, window):
        plan = _last(_PLANNED, window) or _last(_AFTER, window) if cue == "可" else None
        carried = _carried(code[sentence:clause]) if cue == "可" and plan is None else ("actual", "")
        if plan or carried[0] == "planned":
            return ("planned", plan) if plan else carried
        return "possible", cue
    if cue := _last(_PLANNED, window):
        return "planned", cue
    if cue := _last(_AFTER, window):
        return "planned", cue
    if cue := _last(_TARGET, window):
        return "target", cue
    if _DONE.search(window):
        return "actual", ""
    return _carried(code[sentence:clause])


def is_done(code: str, start: int, end: int) -> bool:
    """Say whether a stretch of a passage's code says that something is so by now."""
    return _DONE.search(code, start, end) is not None


def _carried(before: str) -> tuple[Modality, str]:
    for clause in reversed(before.split(",")) if before else ():
        if cue := _last(_WANTED, clause):
            return "target", f"{cue}, earlier in the sentence"
        if cue := _last(_AFTER, clause) or _last(_CARRIED, clause):
            return "planned", f"{cue}, earlier in the sentence"
        if _DONE.search(clause):
            break
    return "actual", ""
