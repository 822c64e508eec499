"""Topics: which mention is the subject of a clause."""

import re
from bisect import bisect_left

from graph_service.reading.lasting import approved, became, lasting
from graph_service.reading.lexicon import lexicon
from graph_service.reading.listed import summed_up
from graph_service.reading.passages import Mention, Passage, symbol
from graph_service.vocabulary import Vocabulary

_NOT_TOPIC = re.compile(
    r"(?:[继在与由从对把为向据于随给让跟和被将以及]|(?<![财已])经|通过|依托|围绕|根据|按照|随着|位于|来自|针对|聚焦|支持|帮助|坐落在|选址|落户|入驻|前往|奔赴|赴|走访|考察|除了?|叫|称|是|引进|引入|签下|签约|建设|建成|新建|兴建|投建|投资|研发|获得|获|批准|打造|迁[至到往入]|成立|组建|[与和同]|拥有|旗下|下属|包括|包含|例如|比如|[有如系属来]|原名|前身为|曾用名|更名为|变更为|地处|位处|厂址在|联合|携手|联手|牵手)$"
)
_LONGEST_BEFORE = 8
"""Longest word of `_NOT_TOPIC`, with room to spare: looking further back finds nothing and costs time."""
_VERBS = "|".join(
    """
    共建 新建 筹建 建成 打造 建设 形成 成为 新增 引进 招引 签约 签下 推动 支持 帮助
    发展 培育 依托 围绕 聚焦 按照 根据 研发 生产 成立 组建 设立 投资 实现 获评 入选
    荣获 位于 坐落 落户 入驻 拥有 推进 提升 创建 迈向 集聚 完成 达到 突破 改造 启动
    带动 举行 召开 邀请 赋能 实施
    """.split()
)
_PREDICATE = re.compile(_VERBS)
"""Verbs: a mention behind one in its clause is what it acts on, and no subject, but where 的 makes it an attribute."""
_ONE_MORE = re.compile("(?:既|也|还|又|更|不仅|不乏)[有是][^,。;:]*的$|不乏")
"""How a clause begins that brings one more thing of a kind: 也有前景广阔的A."""
_MODIFIES = re.compile(
    "(?:领域|行业|类)?(?:相关|规模以上|重点|骨干|龙头|上市)*(?:企业|公司|厂|项目|园|基地|示范|试点|人才|平台|机构|实验室|材料|装备|设备)"
)
"""Nouns right behind an industry that it only tells the kind of: 智能制造企业."""
_OF = re.compile("[里内]?的")
"""What makes a mention say only whose or where the next one is: 园区里的A."""
_OBJECT = re.compile("[由把将用给以](?!其|来|后|上|下|及)|其?前身(?:是|为|系)")
"""How a clause begins whose first mention is acted with or on, or was its subject: 由一座旧仓库改造而来, 前身是B."""
_WHOSE_AIM = re.compile(
    "的[^,。;:、\ue000-\uf8ff]{0,6}(?:目标|任务|底气|定位|重点|方向|愿景|账本)(?:,|——|更|很|是|就是|为)"
)
"""What stands behind somebody whose aim it is that the sentence tells: A的下一个目标,是……."""
_BY_OF = re.compile("由.{2,}的$")
"""How a clause begins whose subject is what somebody made: 由A发起成立的联盟, 由研究院孵化的A."""
_BY_WHOSE = re.compile(
    f"[^,。;:]由(?:{symbol('AdministrativeArea')}|{symbol('Place')}|{symbol('Zone')}|{symbol('Park')}|[本当]地|隔壁|同城|附近|[区园]内){{1,3}}的$"
)
"""How a clause goes up to who does something with its subject: 铜材由本地的A供应."""
_MADE_OVER = re.compile("改|升级|扩|演变|发展|转|整合|组")
"""Behind what something else was made of: 由一座废弃的仓库改造而来."""
_ATTRIBUTE = re.compile(
    f"(?:合办|合建|牵头|参与|{_VERBS})(?:了)?的$|(?:成立|创办|创立|落户|入驻|投产)(?:仅|只|才|刚满?|不到|不足|近|已)*[\ue000-\uf8ff](?:有?余|多)?的$|(?:投资|占地)[^,。;\ue000-\uf8ff]{{0,4}}[\ue000-\uf8ff]的$|(?:位于|坐落|地处|落户)[^,。;]{{1,14}}的$"
)
_ONE_OF_SUCH = re.compile(
    "(?:另外?|还有|首|第|其中|同为)?[一两三首批个家名的]*(?:入驻|落户|参展|签约|在孵|毕业|受邀|参会)(?:的)?(?:企业|公司|单位|机构|项目|园区)$"
)
"""How a clause begins whose subject is one of a class: 另一家入驻企业A."""
_HEADED = re.compile("(?:企业|单位|公司|项目|园区|机构|方|的|品牌|产品|平台|邻居|近邻|客户|伙伴|股东|对手)$")
"""Nouns right before a mention that a verb belongs to: 首批入驻企业A."""
_NEIGHBOURS = re.compile(
    "(?:[东西南北]{1,2}(?:面|侧|部)?(?:[接邻临靠连至依抵濒倚距望]|与[^,。;:]{2,12}(?:接|邻|毗))|毗邻|紧邻|比邻|邻近|靠近|紧靠|毗连|距离?(?=[^离]))"
)
"""How a clause begins that tells what lies beside a place: nothing in it is spoken of."""
_LABEL = re.compile(
    "(?:^|[,。;:])[\u4e00-\u9fff]{0,6}(?:单位|企业|公司|主体|地点|地址|时间|进度|名称|[投业方])[:]$"
)
"""The label of a field (实施单位:A): what follows it is no subject."""
_DEED = re.compile(
    "(?!的|[是为有]|[^的]{0,3}[与和同跟向对从把][^,。的]{1,5}的)"
    f"(?:在[{symbol('AdministrativeArea')}{symbol('Zone')}{symbol('Park')}])?[^,。;:、“”\ue000-\uf8ff]{{2,12}}"
    f"(?:{symbol('Money')}(?:投资)?(?:建设|兴建|投建|新建|打造)?)?的(?:(?:全资|控股)?子公司)?"
)
_IDENTIFIED = re.compile(
    "(?:(?:(?!其他|除)[\u4e00-\u9fff]{0,8}最[\u4e00-\u9fff]{1,2}?的?|首[个家批]|第[一二三四]|唯一|另一)[^,。;:]*|[\ue000-\uf8ff]的前身)(?:是|为)(?:[^,。;:]{0,6}的)?$"
)
"""How a clause goes that says which one is the first or the greatest: what it names is spoken of then."""
_ONLY_CALLED = re.compile("(?:最[大高早新强]|唯一|领先|著名|知名)的$|首[家个批]$")
"""How a clause goes up to its last word that only says what its sentence's subject is: ,华南最大的B,."""
_AMONG = re.compile("[之当]?中,")
"""Behind those among whom something is."""
_LOCAL = ("本地", "当地")
"""Words for a place that tell where what a rate is of comes from: 本地配套率."""
_RATES = re.compile("[^,。;:]{0,4}(?:率|占比|比重)")
_ENDS = (",", "。", ";")
"""Ends of clauses."""
_TOGETHER = re.compile("(?:深度|紧密|开展|达成|联合|长期)?(?:合作|联手|携手|签约|签订|签署|共建|战略合作)")
_LED_BY = ("牵头", "负责", "承担", "具体", "攻关", "研发", "研制")
"""What 由A does that makes A the subject of what follows."""
_PAID_BY = ("投资", "出资")
"""The same where the clause has words before 由A: else it is said of what the sentence before is about."""
_PIVOT = re.compile(
    "(?:引进|引入|招引|吸引|批准|批复|同意|核准|认定|确认|支持|推动|推荐|鼓励|引导|指导|帮助|协助|促成)$"
)
_PIVOTED = re.compile(
    "(?:正式|整体|单独|成功)*(?:投资|新建|建设|设立|[升晋转更]|改[为称名建]|成为|扩[区容]|纳入|列[为入]|入选|跻身|设立)"
    "|(?:联合|携手|会同|牵头|[与同和])[^,。;:]{2,40}?(?:组建|共建|成立|设立|建设|打造|开展)"
)
"""Before and behind what somebody lets become something, so that it is what the clause goes on about: 批准A升级为."""
_LEAD = re.compile(
    r"^(?:据了解|据介绍|据悉|此外|同时|目前|如今|近年来|日前|近日|其中|随后|而|但|今年以来|对此|另外|不仅|作为|于是|届时|现在|多年来|去年|今年|[上下]半年|[一二三四]季度|[0-9]+[年月日]|年[初底末中]|[初底末]|[\ue000-\uf8ff]?,)*$"
)
_EXAMPLE = re.compile("(?:比如|例如|譬如|像|如|其中)")
"""How a clause begins that gives an example: what follows it is a subject where the clause goes on to say something of it."""
_NAMED_ONLY = re.compile("[、。;和与]|等(?!,)|$")
"""What stands behind an example that is named and no more: 例如A、B等."""
_ITEM = re.compile(
    "(?![已现将先有则以])[\u4e00-\u9fffA-Za-z0-9]{2,10}、[^,。;:]{2,60}等(?:一批|一大批|多个|众多|[\ue000-\uf8ff])"
)
"""What stands behind a place that begins the words for one thing of a list."""
_RANK = re.compile(
    "籍|[人老]板|人[\ue000-\uf8ff]|一家|商人|客商|第[一二三四五六七八九十0-9]|前[列茅三十]|首[位个家]|唯一|领先|平均|榜首"
)
"""Behind a place that a rank is among, or that somebody comes from: 全市第一 says nothing of 全市, 浙江籍企业 nothing of 浙江."""
_RELATIVE = re.compile("的(?:[^,。;:、的\ue000-\uf8ff]{0,6}(?:企业|公司|供应商|厂商|龙头))?$")
"""How a long attribute ends before what it describes: 为A生产轴承的上游企业B."""
_GOES_ON_THEN = (",", "是", "已", "将", "也", "则", "还", "又", "先", "正", "今", "去", "于")
"""How a clause goes on behind the head of a long attribute that is its subject."""
_FRONT = 10
"""How far from the beginning of its clause a subject may stand, in code points."""
_MARK = re.compile("[,。;:!?“”]")
_GOES_ON = re.compile("同时(?![也还]是)|此外|另外|并[与和同在]|还[与和同在]")
"""How a clause begins that goes on about what its sentence began with."""
_NUMBERING = re.compile("[(]?(?:[一二三四五六七八九十]{1,3}|\\d{1,2})[、.)]+|其?[一二三四五六七八九十]是")
"""What numbers the points of a text, before the subject of a clause: 一、A项目."""
_SUBJECTS = frozenset(("Actor", "Project", "Facility", "Product", "Technology"))
_PLACES = frozenset(("Place",))
"""Towns: they do things, too, though the relations of areas are not theirs."""
_AND = ("、", "和", "与", "及", "以及", "暨")
_WHOSE = re.compile(
    "的?(?:旗下|下属|所属|全资|控股|参股|在投|投资|上游|下游|上下游|核心|主要|长期|配套|合作|关联)*"
    "(?:子公司|孙公司|企业|公司|单位|供应商|客户|伙伴|(?:建设|实施|运营)?(?:主体|单位|业主|方))"
)
"""Between two mentions, what makes the first only say whose the second is: 新城集团全资子公司A."""


def topics(passage: Passage, position: int, kinds: frozenset[str], words: Vocabulary) -> list[Mention]:
    """Return the subject of the clause at an offset of the code, from this sentence alone: a list where several are joined.

    The nearest clause at or before the offset that begins with a mention of a fitting kind has it; a mention behind a
    preposition (在X, 与X) is none.
    """
    marks, end, subjects = passage.marks, position, kinds | _SUBJECTS
    goes_on = _GOES_ON.match(passage.code, marks[bisect_left(marks, end) - 1] + 1)
    if goes_on and (first := _first(passage, position, kinds, words)):
        return first
    while end > 0:
        begin = marks[bisect_left(marks, end) - 1] + 1
        if end < position and (new := became(passage, begin, end)) is not None:
            return [new] if words.fits(new.kind, kinds) else []
        found = _clause_topic(passage, begin, min(end, position), subjects, words)
        if found and end < position:
            whole = summed_up(passage, passage.mentions.index(found[0]), end)
            found = [whole] if whole is not None else found
            found = approved(passage, begin, end, found) or lasting(passage, begin, end, found, position)
        if found and not (_passing(found) and ";" in passage.code[begin:position]):
            return [m for m in found if words.fits(m.kind, kinds)]
        end = begin - 1
    return []


def _passing(found: list[Mention]) -> bool:
    """Say whether a subject is one that the next part of a sentence has no more: several things, or nobody knows which."""
    return any(mention.members or mention.entity is None for mention in found)


def has_subject(passage: Passage, position: int, words: Vocabulary) -> bool:
    """Say whether the sentence up to an offset of the code has a subject of its own, of whatever kind."""
    return bool(topics(passage, position, _SUBJECTS | _PLACES, words))


def is_topic(text: str, mention: Mention) -> bool:
    """Say whether a mention is the topic of its clause: near its beginning, and behind no preposition."""
    before = text[max(0, mention.start - 12) : mention.start]
    clause = _MARK.split(before)[-1]
    near = len(clause) <= 4 or not clause.strip()
    return (near and not _is_ruled_out(before)) or bool(_LEAD.match(clause))


def _first(passage: Passage, position: int, kinds: frozenset[str], words: Vocabulary) -> list[Mention]:
    """Return the subject a sentence begins with, which a clause with 同时 or 还 takes up again."""
    sentence = max(passage.code.rfind(mark, 0, position) for mark in "。!?") + 1
    begins = [mark + 1 for mark in passage.marks if sentence - 1 <= mark < position]
    for begin, end in zip(begins, [*begins[1:], position], strict=True):
        if found := _clause_topic(passage, begin, end, kinds | _SUBJECTS, words):
            return [m for m in found if words.fits(m.kind, kinds)]
    return []


def _clause_topic(
    passage: Passage, begin: int, end: int, kinds: frozenset[str], words: Vocabulary
) -> list[Mention]:
    """Return the subject of the clause that begins at an offset of the code, as far as it stands before the end."""
    if _is_labelled(passage.code, begin) or _NEIGHBOURS.match(passage.code, begin):
        return []
    numbers = range(bisect_left(passage.offsets, begin), bisect_left(passage.offsets, end))
    for number in numbers:
        if _can_be_topic(passage, begin, number, kinds, words):
            joined, last = _joined(passage, range(number, numbers.stop), kinds, words)
            return _described(passage, last, end, kinds, words) or joined
    return []


def _is_labelled(code: str, begin: int) -> bool:
    """Say whether the label of a field stands before a clause; hardly any has a colon there."""
    return code[begin - 1 : begin] == ":" and _LABEL.search(code, 0, begin) is not None


def _can_be_topic(
    passage: Passage, begin: int, number: int, kinds: frozenset[str], words: Vocabulary
) -> bool:
    """Say whether a mention can be the subject, or the first of several, of the clause that begins at an offset."""
    code, offset = passage.code, passage.offsets[number]
    mention = passage.mentions[number]
    if not words.fits(mention.kind, kinds) or _only_tells(code, begin, offset, mention):
        return False
    before = code[begin:offset]
    if not before and _WHOSE_AIM.match(code, offset + 1):
        return True
    if (_IDENTIFIED.match(before) and code[offset + 1 : offset + 2] != "的") or _is_pivot(
        code, begin, offset
    ):
        return True
    leads = _leads(code, offset) and (begin == 0 or code[begin - 1] in "。;!?")
    leads = leads or (_EXAMPLE.fullmatch(before) is not None and not _NAMED_ONLY.match(code, offset + 1))
    leads = leads or _NUMBERING.fullmatch(before) is not None
    if (_is_ruled_out(before) and not leads) or _is_called(code, begin) or _ONE_MORE.search(before):
        return False
    if mention.kind == "AdministrativeArea" and _only_says_where(code, offset + 1):
        return False
    if _OF.match(code, offset + 1) or (code[offset - 1] in "、和与" and not leads):
        return False
    made = _BY_OF.match(before) and not _MADE_OVER.match(code, offset + 1)
    if _OBJECT.match(before) and not (made or leads):
        return False
    relative = len(before) > _FRONT and _head_of_relative(code, offset)
    if len(before) > _FRONT and not relative:
        return False
    if (_acted_on(before) and not relative) or _titled(passage, number):
        return False
    return leads or not _behind_verb(passage, begin, offset)


def _only_tells(code: str, begin: int, offset: int, mention: Mention) -> bool:
    """Say whether a mention only tells of what kind something is: 智能制造企业, 华南最大的A."""
    if mention.kind == "Industry" and _MODIFIES.match(code, offset + 1):
        return True
    if mention.reason in _LOCAL or mention.reason[1:3] in _LOCAL:
        return _RATES.match(code, offset + 1) is not None
    return code[offset + 1 : offset + 2] in _ENDS and _ONLY_CALLED.search(code, begin, offset) is not None


def _is_pivot(code: str, begin: int, offset: int) -> bool:
    """Say whether a clause goes on about what somebody lets become something: 国务院批准A升级为."""
    return _PIVOT.search(code, begin, offset) is not None and _PIVOTED.match(code, offset + 1) is not None


def _only_says_where(code: str, behind: int) -> bool:
    """Say whether a place only says among whom (全市第一), or begins the words for a thing without a name (江西星源隔膜、B等一批项目)."""
    if _RANK.match(code, behind):
        return True
    return _ITEM.match(code, behind) is not None and not _PREDICATE.match(code, behind)


def _behind_verb(passage: Passage, begin: int, offset: int) -> bool:
    """Say whether the tagger sees a verb before a mention in its clause, and none of an attribute's (首批入驻企业A)."""
    last = max((o for o in passage.offsets if begin <= o < offset), default=begin - 1)
    if _HEADED.search(passage.code, last + 1, offset) or _leads(passage.code, offset):
        return False
    return passage.has_verb(passage.at[last + 1], passage.at[offset])


def _joined(
    passage: Passage, numbers: range, kinds: frozenset[str], words: Vocabulary
) -> tuple[list[Mention], int]:
    """Return the subject whose first mention is the first of these, with those joined to it, and the offset of the last."""
    code, last = passage.code, passage.offsets[numbers[0]]
    joined = [passage.mentions[numbers[0]]]
    for number in numbers[1:]:
        offset, mention = passage.offsets[number], passage.mentions[number]
        between = code[last + 1 : offset]
        owned = _WHOSE.fullmatch(between) is not None
        if mention.kind == "Role" and not between:
            last = offset  # 区内龙头企业A: what it is called
            continue
        if (between and between not in _AND and not owned) or not words.fits(mention.kind, kinds):
            break
        if not between and _AMONG.match(code, offset + 1):
            break  # 该市41家企业中: only says among whom
        if between and not owned:
            joined.append(mention)
        else:
            joined[-1] = mention  # 该公司首席科学家团队: the last noun is the head
        last = offset
    beside = len(joined) > 1 and code[passage.offsets[numbers[0]] + 1] in "与和同跟"
    several = code[last - 1] == "、"  # A与B、C签约,共同投资: all of them do
    if beside and (code.startswith("合作", last + 1) if several else _TOGETHER.match(code, last + 1)):
        joined = joined[:1]  # A与B、C合作,开发出D: what follows is A's
    return joined, last


def _head_of_relative(code: str, offset: int) -> bool:
    """Say whether a mention far from the beginning ends a long attribute and its clause: 在X摸爬滚打了23年的A,是B."""
    return _RELATIVE.search(code, 0, offset) is not None and code[offset + 1 : offset + 2] in _GOES_ON_THEN


def _described(
    passage: Passage, last: int, end: int, kinds: frozenset[str], words: Vocabulary
) -> list[Mention]:
    """Return C of A与B共建的C: what the first mentions only describe is the subject."""
    if (match := _DEED.match(passage.code, last + 1)) is None or match.end() >= end:
        return []
    number = passage.index.get(match.end())
    mention = passage.mentions[number] if number is not None else None
    return [mention] if mention is not None and words.fits(mention.kind, kinds) else []


def _titled(passage: Passage, number: int) -> bool:
    """Say whether a mention only says whose title a person has: 中国科学院院士王长河."""
    after = passage.mentions[number + 1] if number + 1 < len(passage.mentions) else None
    if after is None or after.kind != "Person":
        return False
    return lexicon().titles.fullmatch(passage.text[passage.mentions[number].end : after.start]) is not None


def _leads(code: str, offset: int) -> bool:
    """Say whether 由A牵头 makes A the subject of what follows."""
    if code[offset - 1 : offset] != "由":
        return False
    begins = offset == 1 or _MARK.match(code, offset - 2) is not None
    return code.startswith(_LED_BY if begins else _LED_BY + _PAID_BY, offset + 1)


def _is_called(code: str, begin: int) -> bool:
    """Say whether a clause that begins behind a quotation mark is only what something is called: X是“A”“B”."""
    close, before = code.find("”", begin), code[begin - 2 : begin - 1]
    if code[begin - 1 : begin] != "“" or close < 0 or before in ("", *",。;:!?"):
        return False
    return _MARK.search(code, begin, close) is None


def _acted_on(before: str) -> bool:
    """Say whether a verb or an agent's 由 stands before a mention in its clause, so that it is no subject."""
    if _BY_WHOSE.search(before):
        return True
    if _PREDICATE.search(before) is None or _ATTRIBUTE.search(before):
        return False
    return _ONE_OF_SUCH.match(before) is None


def _is_ruled_out(before: str) -> bool:
    """Say whether a text ends in a word behind which no subject stands."""
    return bool(_NOT_TOPIC.search(before[-_LONGEST_BEFORE:]))
