"""What a paragraph is on the page, by its form: title, byline, heading, caption, body or credit.

Only the form decides, never the subject: length, closing punctuation, numbering, names, white space around it
and what stands below.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇"
    "栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑"
    "桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师"
    "巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公佟言福肖闫覃占仝揭辜苟涂户代由来初丛归亓楼"
    "牟隋苑麦芦邝尧"
    "付邸但冼商岳帅缑亢况郏逢鹿敬修植展布鄢折衣迟战信令谌门问阳"
)
"""Single-character surnames."""
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯轩辕长孙宇文端木南宫独孤西门申屠百里呼延闻人",
    )
)
"""Surnames of two characters."""

TITLE, BYLINE, HEADING, CAPTION, BODY, CREDIT = "title", "byline", "heading", "caption", "body", "credit"
"""The roles a sentence can have."""

_SHORT, _HEADLINE, _LEAST_TITLE = 45, 70, 8
_FULL_STOP = re.compile(r"[。!?！？…;；:：][”’」』\"》)）\]]*$")
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节条部编篇](?:分)?[\s、:]?|[一二三四五六七八九十]{1,3}、|"
    r"[(（][一二三四五六七八九十]{1,3}[)）]、?|\d{1,2}(?:\.\d{1,2}){0,3}[.、)](?!\d)\s*|#{1,6}\s+)"
)
_BULLET = re.compile(r"(?:[-*+•●◆■▪·◇○]\s*|[①-⑳]|\(?\d{1,2}\)|>\s)")
_PICTURE = re.compile(r"(?:图|鸟瞰|一角|现场|外景|内景|掠影|风光|航拍|夜景|车间|全景|剪影|照片)$")
_DATE_LINE = re.compile(r"(?:\d{4}[-年/.]\d{1,2}|https?:|\d{1,2}:\d{2}|第?\d+版|www\.)")
_STAFF = re.compile(
    r"(?:本报|本网|本刊|本台|见习|实习|全媒体|融媒体|首席|特约|特派)*(?:记者|通讯员|实习生|评论员|摄影师)"
)
_ROLE_WORD = re.compile(
    r"(?:本版)?(?:作者|执笔|采写|供稿|摄影报道|报道|撰文|撰稿|文字|图文|编辑|文|图)(?=[\s:/|、]|$)"
)
_CREDIT = re.compile(
    r"(?:(?:本[版报文组]|以上|题|头|封面)?(?:图片|图|照片|资料图片?|供图|摄影|制图|海报|视频)(?:均?[由为]|来源|提供|[:/]|\s)|"
    r"(?:责任编辑|责编|编辑|值班编辑|校对|审核|审校|一审|二审|三审|终审|监制|版式|美编|来源|稿源|出处|供稿|转自|投稿)(?:[:/]|\s))"
)
_CREDIT_END = re.compile(r"(?:供图|摄影报道|摄影|提供|[^一-龥]摄|资料图片?|本版图片|\b摄)$|[一-龥]{2,3} ?摄$")
_INLINE_BYLINE = re.compile(r"(?:本报|本网|本台)?讯?\s*[(（【]([^()（）【】]{2,80})[)）】]\s*")


@dataclass(slots=True)
class Paragraph:
    """A paragraph of the page: the lines it was printed in, and its text with those lines put together.

    Attributes:
        lines: (offset in `text`, start, end in the document) of each line.
        text: the words, normalised by `shadow`.
        gap: how many blank lines stand above.
        role: what it is taken for.
        joined: whether it is one half of a sentence that the layout broke.
    """

    lines: list[tuple[int, int, int]]
    text: str
    gap: int = 0
    role: str = BODY
    joined: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the document."""
        return self.lines[0][1]


def assign(paragraphs: Sequence[Paragraph]) -> None:
    """Give every paragraph its role."""
    prose = [_is_prose(paragraphs, i) for i in range(len(paragraphs))]
    first = next(
        (i for i, p in enumerate(paragraphs) if prose[i] and not _is_headline(paragraphs, i)), len(paragraphs)
    )
    short = [i for i, p in enumerate(paragraphs) if i < first or not prose[i]]
    for i in short:
        paragraphs[i].role = _fixed(paragraphs[i].text, i < first or i >= len(paragraphs) - 3) or ""
    _title(paragraphs, first)
    if first == len(paragraphs):
        _no_prose(paragraphs)
    repeated = Counter(p.text for p in paragraphs if not p.role)
    for i in (i for i in short if not paragraphs[i].role):
        paragraphs[i].role = _heading_or_caption(paragraphs, i, repeated)


def _is_prose(paragraphs: Sequence[Paragraph], i: int) -> bool:
    """Say whether a paragraph reads as running text, a list item or a row of a table."""
    paragraph = paragraphs[i]
    text = paragraph.text
    if paragraph.joined or len(text) > _HEADLINE or "。" in text or "\t" in text or " | " in text:
        return not is_byline(text) and not is_credit(text)
    if _NUMBERED.match(text):
        return bool(_FULL_STOP.search(text)) or len(text) > _SHORT
    if len(text) > _SHORT or _FULL_STOP.search(text) or _BULLET.match(text):
        return not is_byline(text) and not is_credit(text)
    follows = i > 0 and paragraph.gap == 0 and bool(_FULL_STOP.search(paragraphs[i - 1].text))
    listed = follows and paragraphs[i - 1].text[-1:] in ":："
    return listed or (follows and len(text) >= 25 and bool(re.search("[,，;；]", text)))


def _is_headline(paragraphs: Sequence[Paragraph], i: int) -> bool:
    """Say whether text above all prose is a headline that is long, or ends in ! or ?."""
    text = paragraphs[i].text
    if len(text) > _HEADLINE or len(paragraphs) == 1 or "。" in text or "\t" in text or paragraphs[i].joined:
        return False
    return i <= 3 and text[-1:] not in ";；:：…" and not _BULLET.match(text)


def _fixed(text: str, edge: bool) -> str | None:
    """Return the role that the words alone settle; `edge`: it stands near either end of the text."""
    if is_credit(text):
        return CREDIT
    if is_byline(text) or (edge and _bare_names(text)):
        return BYLINE
    return HEADING if _NUMBERED.match(text) and not text.startswith("# ") else None


def _title(paragraphs: Sequence[Paragraph], first: int) -> None:
    """Mark the first headline above the text; all short lines above it are captions."""
    head = [p for p in paragraphs[:first] if not p.role]
    marked = (p for p in head if p.text.startswith("# "))
    long = (p for p in head if len(p.text) >= _LEAST_TITLE and not _DATE_LINE.match(p.text))
    title = next(marked, None) or next(long, head[0] if len(head) == 1 else None)
    if title is None:
        return
    title.role = TITLE
    for paragraph in head:
        if paragraph is title:
            break
        paragraph.role = CAPTION


def _no_prose(paragraphs: Sequence[Paragraph]) -> None:
    """Take lines for text where a document has nothing else: a note, a list, a single line."""
    for i, paragraph in enumerate(paragraphs):
        long_enough = len(paragraph.text) >= _LEAST_TITLE
        if (paragraph.role == TITLE and len(paragraphs) == 1) or (i and not paragraph.role and long_enough):
            paragraph.role = BODY


def _heading_or_caption(paragraphs: Sequence[Paragraph], i: int, repeated: Counter[str]) -> str:
    """Tell headings (text follows) from captions (pictures, repeated lines, lines among captions)."""
    here, below = paragraphs[i], paragraphs[i + 1] if i + 1 < len(paragraphs) else None
    if below is None or below.role not in (BODY, HEADING, BYLINE):
        return CAPTION
    if repeated[here.text] > 1 or _PICTURE.search(here.text):
        return CAPTION
    apart = here.gap >= below.gap + 2 and i > 0 and paragraphs[i - 1].role == CAPTION
    return CAPTION if apart and " " not in here.text else HEADING


def is_credit(text: str) -> bool:
    """Say whether a line names who made the pictures or the page, as `责任编辑：…` and `张三 摄` do."""
    if len(text) > 100 or "。" in text:
        return False
    inner = text.strip("()（）【】[] ")
    return bool(_CREDIT.match(inner)) or (
        len(inner) < 40 and bool(_CREDIT_END.search(inner)) and "," not in inner
    )


def is_byline(text: str) -> bool:
    """Say whether a line names its authors with their office: `记者 张三 通讯员 李四`, in brackets or not."""
    if len(text) > 100 or "。" in text:
        return False
    inner = text.strip("()（）【】[]□■◎●▲ ")
    bare = _ROLE_WORD.sub(" ", _STAFF.sub(" ", inner))
    return bare != inner and all(is_name(piece) for piece in re.split(r"[\s、,:/|]+", bare) if piece)


def _bare_names(text: str) -> bool:
    """Say whether a line consists of one to four personal names and nothing else."""
    pieces = re.split(r"[\s、]+", text.strip("□■◎●▲ "))
    if not 1 <= len(pieces) <= 4 or not all(is_name(p) for p in pieces):
        return False
    return all(_tagged_name(p) or (len(pieces) > 1 and len(rjieba.cut(p)) > 1) for p in pieces)


def _tagged_name(word: str) -> bool:
    """Say whether the dictionary takes a word for a person; words that end as places do are none."""
    return rjieba.tag(word) == [(word, "nr")] and word[-1] not in "区县市镇园城港村"


def is_name(word: str) -> bool:
    """Say whether a word has the form of a personal name: surname and given name, or with a dot."""
    if not all("\u4e00" <= c <= "\u9fff" or c == "·" for c in word):
        return False
    if "·" in word:
        return 4 <= len(word) <= 12
    return (len(word) in (2, 3) and word[0] in SURNAMES) or (
        len(word) in (3, 4) and word[:2] in COMPOUND_SURNAMES
    )


def opening_byline(text: str) -> int:
    """Return the length of a byline that a paragraph begins with, such as `本报讯(记者 张三)`; 0: none."""
    match = _INLINE_BYLINE.match(text)
    return match.end() if match and is_byline(match[1]) and match.end() < len(text) else 0
