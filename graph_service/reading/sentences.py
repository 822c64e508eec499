"""Where sentences, clauses and quotations begin and end inside a paragraph.

Everything here works on one string and gives offsets into it. All of it is linear: one pass over the marks.
"""

import re
from collections import deque
from dataclasses import dataclass

MAX_SENTENCE = 4000
"""Longest sentence in code points; what runs on without a full stop is cut at the last comma before that."""

_OPENING = "“‘「『（(《〈【["
_CLOSING = "”’」』）)》〉】]"
_PAIR = dict(zip(_OPENING, _CLOSING, strict=True))
_TERMINAL = "。！？!?"
_MARK = re.compile(rf"[{re.escape(_OPENING + _CLOSING + _TERMINAL)}\"…]|\.(?=\s+[A-Z“\"])")
_CLAUSE_MARK = re.compile(rf"[{re.escape(_OPENING + _CLOSING + _TERMINAL)}\",，;；:：]")
_RUN = re.compile(rf"[{re.escape(_TERMINAL)}…]*[”’」』）)\"]*")

_VERB = (
    "(?:告诉(?:记者|笔者)|介绍(?:说|道)?|表示|透露|坦言|直言|认为|指出|强调|称|感慨(?:道|地说)?|感叹(?:道)?|解释(?:说|道)?|"
    "回忆(?:说|道)?|补充(?:说|道)?|总结(?:说|道)?|建议|呼吁|回应(?:说|称)?|谈道|谈到|说道|如是说|说|笑言|笑道|预测|预计|分析(?:说|道)?)"
)
_MANNER = (
    "(?:[一-龥]{1,6}地|(?:向|对|跟|和)(?:本报)?(?:记者|笔者|媒体)|在?接受(?:本报)?(?:记者|媒体)?采访时|在会上|笑着|"
    "也|还|曾|则|日前|近日|此前)"
)
_NAME = r"[^，,。；;：:！!？?“”\"\s]{1,40}?"
_AFTER = re.compile(
    rf"\s*(?P<comma>[，,]?)(?P<who>{_NAME}){_MANNER}{{0,3}}{_VERB}(?=[，,。；;：:！!？?“\"]|$)"
)
_BEFORE = re.compile(rf"(?:^|[，,。；;：:！!？?”\"\s])(?P<who>{_NAME}){_MANNER}{{0,3}}{_VERB}[：:，,]?\s*$")
_INDIRECT = re.compile(
    rf"(?:^|[，,。；;：:！!？?\s])(?P<who>{_NAME}){_MANNER}{{0,3}}{_VERB}[，,：:](?!\s*[“\"])"
)
_SAID = re.compile(rf"{_VERB}[：:，,]?$")
"""What `_BEFORE` ends in; looking at the last few code points first saves the way there."""
_SAYING = re.compile(rf"{_VERB}[，,：:]")
"""What `_INDIRECT` cannot do without; most sentences have none, and need no more than this look."""
_REACH = 80
"""How far from a quotation its speaker is looked for, in code points."""
_NOBODY = frozenset(
    re.findall(
        r"\S+", "据 据了解 据悉 据介绍 可以 也就是 换句话 可 应该 俗话 常言 可谓 堪 被 他 她 有的 或者 总的来"
    )
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody says, in offsets of the text it was looked for in.

    Attributes:
        start: of the words said, its opening mark included where there is one.
        end: one past the last, its closing mark included.
        speaker: who says it, in the words of the text; None where it is not said.
        speaker_span: where those words stand.
        direct: whether it stands in quotation marks (`X说：“……”`) and not as reported speech (`X表示，……`).
    """

    start: int
    end: int
    speaker: str | None
    speaker_span: tuple[int, int] | None
    direct: bool = True


def split(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of a paragraph, trimmed of white space, in order.

    A sentence ends after 。！？!? or after … before a new sentence, but not inside quotation marks or
    brackets, and a quotation keeps the clause that names its speaker, before or after it. A mark that never
    closes runs to the end of the paragraph where that is near, and is taken for a stray one where it is not.
    """
    closes = _closings(text)
    spans, begin, at = [], 0, 0
    while match := _MARK.search(text, at):
        at = match.end()
        if match.start() in closes:
            at = closes[match.start()]
            if not _ends_quoted(text, match.start(), at):
                continue
        elif match[0] in _PAIR or match[0] in _CLOSING or match[0] == '"':
            continue
        elif match[0] == "…":
            at = _after_dots(text, at)
            if at < 0:
                at = match.end()
                continue
        else:
            at = _RUN.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches the empty string
        spans.append((begin, at))
        begin = at
    spans.append((begin, len(text)))
    return [piece for start, end in spans for piece in _bounded(text, start, end)]


def _closings(text: str) -> dict[int, int]:
    """Return, for each opening mark that is closed, the offset after its closing mark."""
    found: dict[int, int] = {}
    if not _PAIRED.search(text):
        return found
    stack: deque[tuple[str, int]] = deque(maxlen=_DEPTH)
    for match in _PAIRED.finditer(text):
        mark, at = match[0], match.start()
        if mark in _PAIR or (mark == '"' and all(opening != '"' for opening, _ in stack)):
            stack.append((mark, at))
        elif any(_closes(mark, opening) for opening, _ in stack):
            while not _closes(mark, stack[-1][0]):
                stack.pop()
            found[stack.pop()[1]] = at + 1
    open_quote = next((at for mark, at in stack if mark in "“「"), len(text))
    if 0 < len(text) - open_quote <= MAX_SENTENCE // 2:
        found[open_quote] = len(text)
    return found


_DEPTH = 16
"""How deep marks are followed; text that nests deeper has stray ones."""
_PAIRED = re.compile(rf"[{re.escape(_OPENING + _CLOSING)}\"]")


def _closes(mark: str, opening: str) -> bool:
    return mark in _CLOSERS[opening]


_CLOSERS = {**_PAIR, "“": '”"', "(": ")）", "（": "）)", '"': '"”'}


def _ends_quoted(text: str, start: int, end: int) -> bool:
    """Say whether a sentence ends with this quotation: it holds a full stop, and no speaker follows."""
    if text[start] not in '“"「『' or not text.endswith(_ENDINGS, start, end):
        return False
    return not (_AFTER.match(text, end, end + _REACH) or _CONTINUES.match(text, end))


_ENDINGS = tuple(a + b for a in "。！？!?…" for b in '”"」』') + tuple(a + "’”" for a in "。！？!?…")
_CONTINUES = re.compile(r"\s*[，,、；;：:。！？!?）)的等和与及或是为这那]")


def _after_dots(text: str, at: int) -> int:
    """Return where a sentence ends that ends in dots; -1 where it goes on after them."""
    end = _RUN.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches the empty string
    return end if end >= len(text) or _FRESH.match(text, end) else -1


_FRESH = re.compile(r"\s*(?:[“「『\"A-Z]|[如今现此这那当在从随眼走来])")


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a span trimmed of white space, in several parts where it is too long, none where it is empty."""
    parts = []
    while end - start > MAX_SENTENCE:
        window = text[start : start + MAX_SENTENCE]
        cut = max((window.rfind(mark) for mark in "；;，,、"), default=-1) + 1 or MAX_SENTENCE
        parts.append((start, start + cut))
        start += cut
    return [span for part in [*parts, (start, end)] if (span := trim(text, *part))[0] < span[1]]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends; empty at `end` where there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def clauses(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the spans of the clauses of a sentence: parted at ，；：。！？ outside brackets and quotes.

    A comma inside a number and a colon between digits part nothing. `start` and `end` narrow it, such as to
    the inside of a quotation.
    """
    last = len(text) if end is None else end
    part = text[start:last]
    closes, spans, begin, at = _closings(part), [], 0, 0
    while match := _CLAUSE_MARK.search(part, at):
        at = match.end()
        if match.start() in closes:
            at = closes[match.start()]
            if part.endswith(_ENDINGS, match.start(), at):
                spans.append((begin, at))
                begin = at
            continue
        if match[0] in _OPENING or match[0] in _CLOSING or match[0] == '"' or _in_number(part, match.start()):
            continue
        spans.append((begin, match.start()))
        begin = at
    spans.append((begin, len(part)))
    trimmed = (trim(part, *span) for span in spans)
    return [(start + a, start + b) for a, b in trimmed if a < b]


def _in_number(text: str, at: int) -> bool:
    if not (0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()):
        return False
    return text[at] in ":：" or (text[at] in ",，" and bool(re.match(r"\d{3}(?!\d)", text[at + 1 : at + 5])))


def quotations(text: str) -> list[Quotation]:
    """Return what is said by somebody in a sentence, in order.

    Direct speech is what stands in quotation marks and has a speaker or a full stop of its own; names and
    slogans in quotation marks are none. Reported speech (`X表示，……`) runs to the end of the text and is
    given where no direct speech is.
    """
    found = []
    for start, end in sorted(_closings(text).items()):
        if text[start] not in '“"「『':
            continue
        span = _speaker(text, start, end)
        if span or text[start:end].rstrip('”"」』’').endswith(("。", "！", "？", "!", "?", "…")):
            found.append(Quotation(start, end, text[slice(*span)] if span else None, span))
    return _shared(found) if found else _reported(text)


def _speaker(text: str, start: int, end: int) -> tuple[int, int] | None:
    last = text[start:end].rstrip('”"」』’')[-1:]
    complete = last in tuple("。！？!?，,…")
    speech = complete or end - start > 10
    after = _AFTER.match(text, end, end + _REACH)
    if after and (complete or (speech and after["comma"])) and after["who"] not in _NOBODY:
        return after.span("who")
    lead = text[max(0, start - _REACH) : start]
    before = _BEFORE.search(lead) if _SAID.search(lead.rstrip()[-8:]) else None
    if before and before["who"] not in _NOBODY and (speech or lead.rstrip().endswith(("：", ":"))):
        offset = start - len(lead)
        return before.start("who") + offset, before.end("who") + offset
    return None


def _shared(found: list[Quotation]) -> list[Quotation]:
    """Give the second half of `“……。”X说，“……。”` the speaker of the first."""
    out = [found[0]]
    for quote in found[1:]:
        last = out[-1]
        near = last.speaker_span is not None and quote.start - max(last.end, last.speaker_span[1]) <= 12
        if quote.speaker is None and near:
            quote = Quotation(quote.start, quote.end, last.speaker, last.speaker_span)
        out.append(quote)
    return out


def _reported(text: str) -> list[Quotation]:
    match = _INDIRECT.search(text) if _SAYING.search(text) else None
    if match is None or match["who"] in _NOBODY or match["who"].startswith("据"):
        return []
    start, end = trim(text, match.end(), len(text))
    return [Quotation(start, end, match["who"], match.span("who"), direct=False)] if start < end else []
