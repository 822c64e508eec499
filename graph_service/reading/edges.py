"""Where a name begins: its left edge, found from its end.

The end of a name says what it is; where it begins nothing says. The way to the left stops at what no name contains, and goes
back over what stands before names: verbs, prepositions, appositions. Tags are a hint and nothing more.
"""

import re

from graph_service.reading.lexicon import Lexicon, area_at, areas
from graph_service.reading.tokens import Tokens, in_dictionary

LONGEST = 28
"""Longest name in code points."""
_STOP_TAGS = ("p", "c", "u", "r", "d", "v", "x", "y", "e", "o", "ad")
_SINGLE_STOPS = frozenset(("p", "c", "u", "ul", "uj", "uz", "ug", "r", "d", "v", "m", "q", "y", "e", "o"))
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile(r"(?!\+$)[A-Za-z0-9.&\-+]+$")
_APPOSITIONS = tuple(
    """
    企业 公司 单位 主体 机构 品牌 巨头 龙头 厂商 记者 供应商 服务商 客户 伙伴 作为 包括 其中 项目
    """.split()
)
_SIZES = frozenset(("中小企业", "小微企业", "中小微企业"))
"""Words for firms that say for whom something is, and of no name what it is: 中小企业产业园."""
_LEAD_VERBS = frozenset(
    """
    共建 合办 共办 联办 合建 新上 谋划 承建 创办 开建 上马 落地 加盟 归并 评价 托管 投资建设
    投建 供应 联合 会同 连同 组建 创建
    送进 送到 送往 运进 运到 运往 发往 卖给 交给 投资 建设 新建 打造 推进 合作 签约 提升 支持 开发 共建 筹建 规划 实施 启动 加强
    """.split()
)
_PREPOSITIONS = "其由从把被对向将为与和在以据因于给经有系是即同暨占"
_OF_OTHERS = frozenset(("Company", "Laboratory", "Park", "Base", "Organisation", "Project", "Facility"))
"""Kinds whose names may begin with whose they are, and go on with where."""
_OWNERS = ("大学", "学院", "科学院", "研究院", "研究所", "集团")
"""Ends of organisations that have others of their own elsewhere."""
_GOODS = frozenset("农产品 水产品 畜产品 副产品 农副产品 综合利用".split())
"""Words of names, though 产品 and 利用 are none: 农产品加工园."""
_NOUNS = ("n", "j")
_FIELDS = ("n", "vn", "a", "b", "an", "l")
"""Tags of the words for what somebody works on: none is a name."""
_COMMON = frozenset(
    "是系有做建造办开设看说来去到用占达居获列卖买供送搬迁拿给让成为在叫称任投引进签建产带助推拓"
)
"""Verbs of one character: any other between the characters of a name is none there (荡, 渡)."""
_ROLE_STEMS = ("投资", "建设", "承建", "施工", "运营", "合作", "设计", "项目", "开发", "出租", "转让")
"""What 方 makes of somebody: 投资方."""
_ENDS_CORE = re.compile("[\u4e00-\u9fff]{2}达(?![0-9一二三四五六七八九十百千万亿约近超到成产标])")
"""达 at the end of a firm's core, where no number that is reached follows: 科利达."""
_LEANS_ON = ("p", "u", "m", "q")
"""Tags of words behind which a verb before a noun says which thing is meant: 的缓释制剂, 建成首条涂布生产线."""
_OPENS = "的,。;:、“由与和跟暨"
"""What stands before the first word of a name."""
_MEASURED = re.compile(
    "第?[一二三四五六]期|第[一二三四五六七八九十]代|[多双单三][层晶轴]|第[一二三四五六七八九十]|未来|现代"
)
_JOINT = re.compile(
    "[\u4e00-\u9fff]—[\u4e00-\u9fff]|[\u4e00-\u9fffA-Za-z]·[\u4e00-\u9fff]|[A-Za-z0-9]/[A-Za-z0-9]"
)
"""A mark within a name, with what stands on both its sides."""
_OWNED = re.compile("有限公司(?=..)")
"""What ends the name of a firm before what is its own: 工博士技术有限公司研发及集成项目."""
_FIRM_NAME = re.compile("[\u4e00-\u9fff]{2,8}?(?:有限|股份)")
"""What goes on behind the core of a firm that is called by its legal name."""
_LEADS_ON = re.compile(r"[(·]")
"""Before a place within a name: 联东U谷·哈尔滨松北智造谷."""
_TOOLS = frozenset("器机剂仪")
"""What makes a noun of the verb before it: 增速器."""
_FROM_PLACE = 10
"""How far before what is left of a firm's name its place may begin, in code points: the place, its core and one trade."""
_MONEY = re.compile("[\\d百千万亿]元(?:人民币)?(?:的|投资)?(?:建设|新建|兴建|打造|实施|扩建)?")
"""A sum, with the verb behind it: no name of a project contains it."""
_PAIR = re.compile(
    "(?:(?<![\u4e00-\u9fff])|(?<=[在与和由对从为的到入]))"
    "(?:中[德韩日新法俄英意马白哈老越泰柬印澳瑞荷捷奥以葡欧非沙]|[德韩日新法俄英意马白哈老越泰柬印澳瑞荷捷奥以葡欧非沙]中)"
)
"""Two countries by one character each, as what they build together is called: 中韩(烟台)产业园."""
_CORE = re.compile("(?:(?![的了在与和将把由对为是从及园区])[\u4e00-\u9fffA-Za-z0-9]){0,4}")


class Way:
    """The way to the left from the end of a name over the words of one sentence.

    Attributes:
        text: the sentence in shadow form.
        tokens: its words.
        words: the lexicon.
    """

    def __init__(self, text: str, tokens: Tokens, words: Lexicon) -> None:
        self.text, self.tokens, self.words = text, tokens, words

    def start(self, end: int, lenient: bool, deeds: bool = False, describes: bool = False) -> int:
        """Return where a name begins whose part before the suffix ends at `end`.

        `deeds`: verbs are part of it. `describes`: those that say which thing is meant are (抽水蓄能电站).
        """
        position, floor = end, max(0, end - LONGEST)
        while position > floor:
            opening = self._bracket(position, floor)
            if opening is not None:
                position = opening
                continue
            if _JOINT.match(self.text, position - 2):
                position -= 1
                continue
            number = self.tokens.number(position - 1)
            start, tag = self.tokens.starts[number], self.tokens.tags[number]
            word = self.text[start:position]
            deed = (
                (deeds or self.text[position : position + 1] in _TOOLS)
                and tag.startswith("v")
                and len(word) > 1
                and word not in self.words.no_name
            )
            deed = deed or (word == "达" and _ENDS_CORE.match(self.text, start - 2) is not None)
            if len(word) > 1 and word[0] in _PREPOSITIONS and self._leads(start, tag, word):
                return start + (tag in ("nr", "nrt") or self._leads_in(word, start))
            if tag == "ns" and word.endswith("和") and self._follows_title(start):
                return position  # 书记罗建民和X: 民和 is a county, and here the end of a person's name
            if (by := word.find("由", 1)) > 0 and not in_dictionary(word):
                return start + by + 1  # 该片区由原A厂: cut as 区由原
            if tag == "v" and self.text[position : position + 1] in ("成", "为"):
                return position + 1
            deed = (
                deed or (describes and self._describes(number, word)) or self._begins_with_middle(start, word)
            )
            leads = self.text[position : position + 1] == "(" and len(word) > 1
            if start < floor or not (deed or leads or self._nameable(tag, word, lenient)):
                area = self._split_area(position)
                if area is None or area < floor:
                    break
                start = area
            position = start
        return position

    def _leads(self, start: int, tag: str, word: str) -> bool:
        """Say whether a word is a preposition and the beginning of a name: A园向B园, cut as if 向 were a family name."""
        if self._begins_with_preposition(word):
            return True
        if tag not in ("nr", "nrt") or word[0] not in "向于从":
            return False
        ends = self.words.suffix.finditer(self.text, max(0, start - 10), start)
        return any(name.end() == start for name in ends)

    def _follows_title(self, start: int) -> bool:
        """Say whether a title stands right before a word, or one character before it: the surname of who has it."""
        return any(
            found.end() in (start - 1, start) for found in self.words.titles.finditer(self.text, 0, start)
        )

    def _begins_with_middle(self, start: int, word: str) -> bool:
        """Say whether 中 is the first character of a name: nothing stands before it that it is the middle of (的中电项目), or one character behind (中材集团)."""
        if word != "中":
            return False
        behind = self.tokens.number(start) + 1
        return (
            not start
            or self.text[start - 1] in _OPENS
            or len("".join(self.tokens.words[behind : behind + 1])) == 1
        )

    def _split_area(self, position: int) -> int | None:
        """Return where an area begins that ends at a place of the text and that the tagger takes for several words: 新都."""
        ends = (position - size for size in (4, 3, 2) if position >= size)
        return next((at for at in ends if at + area_at(self.text, at) == position), None)

    def from_pair(self, start: int) -> int:
        """Return where the name of a site begins that says which two countries build it: 中韩(烟台)产业园."""
        return next((at for at in (start - 2, start - 1) if at >= 0 and _PAIR.match(self.text, at)), start)

    def _describes(self, number: int, word: str) -> bool:
        """Say whether a verb between nouns says which thing a name means, and is not what somebody does."""
        tags, words = self.tokens.tags, self.words
        if not tags[number].startswith("v") or word in words.no_name or word in _LEAD_VERBS or not number:
            return False
        if len(word) == 1:
            stops = word in _COMMON or word in self.words.stops
            return not stops and tags[number - 1].startswith(("n", "j", "t"))
        return word[0] not in _PREPOSITIONS and self._leans(self.tokens.starts[number])

    def with_core(self, start: int, end: int) -> int:
        """Return where a firm's name begins that would have no core else: 跃迁电池有限公司, where 跃迁 is a verb as well."""
        number = self.tokens.number(start)
        begins = self.tokens.starts[number] == start
        rest = self.text[start:end]
        if not begins or (rest and self.words.trade.sub("", rest)):
            return start
        if self.ends_in_and(start):
            return start - 2
        first = start
        while (
            number
            and start - first < 2
            and not self.tokens.tags[number - 1].startswith(("x", "p", "u", "m", "q", "r", "c"))
        ):
            number -= 1
            first = self.tokens.starts[number]
        if start - first > 2 and self.text[first] in "由被" and not in_dictionary(self.text[first:start]):
            first += 1
        core = self.text[first:start]
        if (before := self._named_by(number, first)) is not None:
            return before
        return (
            first
            if 2 <= len(core) <= 4 and core not in self.words.no_name and core not in _LEAD_VERBS
            else start
        )

    def _named_by(self, number: int, first: int) -> int | None:
        """Return where the word before the verb of a firm's name begins, where that word opens what stands there: 的深蓝探测科技."""
        words, tags, starts = self.tokens.words, self.tokens.tags, self.tokens.starts
        if not number or starts[number] != first or not tags[number].startswith("v"):
            return None
        begin, word = starts[number - 1], words[number - 1]
        named = len(word) in (2, 3) and tags[number - 1].startswith(("n", "b", "a", "j", "x"))
        opens = begin == 0 or self.text[begin - 1] in _OPENS
        plain = word in self.words.no_name or self.words.generic.fullmatch(word)
        return begin if named and opens and _HAN.match(word) and not plain else None

    def ends_in_and(self, start: int) -> bool:
        """Say whether a name begins with two characters, the last of which is 和 or 同: 由瑞和电子集团投建."""
        core, before = self.text[max(0, start - 2) : start], self.text[max(0, start - 3) : start - 2]
        return (
            len(core) == 2 and core[1] in "和同" and _HAN.match(core) is not None and before in ("", *_OPENS)
        )

    def follows(self, end: int, tags: tuple[str, ...]) -> bool:
        """Say whether a word of such a tag begins at a place of the text."""
        number = self.tokens.number(end)
        return end < len(self.text) and self.tokens.starts[number] == end and self.tokens.tags[number] in tags

    def precedes(self, start: int, tags: tuple[str, ...]) -> bool:
        """Say whether a word of two code points or more and of such a tag ends at a place of the text."""
        number = self.tokens.number(start - 1) if start else -1
        if number < 0 or self.tokens.starts[number + 1] != start or len(self.tokens.words[number]) < 2:
            return False
        return self.tokens.tags[number].startswith(tags)

    def starts_word(self, position: int) -> bool:
        """Say whether a word begins at a place of the text."""
        return self.tokens.starts[self.tokens.number(position)] == position

    def tags(self, start: int, end: int) -> set[str]:
        """Return the tags of the words that a stretch of the text has a part of."""
        first, last = self.tokens.number(start), self.tokens.number(end - 1)
        return set(self.tokens.tags[first : last + 1])

    def _begins_with_preposition(self, word: str) -> bool:
        """Say whether what looks like a word is a preposition and the beginning of a name: 由晶, and not 经开区."""
        known = in_dictionary(word) or self.words.suffix.fullmatch(word) is not None
        return len(word) > 1 and word[0] in _PREPOSITIONS and not known

    def _leads_in(self, word: str, start: int) -> bool:
        """Say whether a preposition begins what looks like a word at this place, and no core of a firm, which has two characters (同邦科技有限公司)."""
        firm = len(word) == 2 and _FIRM_NAME.match(self.text, start + 2) is not None
        return self._begins_with_preposition(word) and not firm

    def trim(self, start: int, end: int, kind: str) -> int:
        """Move the left edge past verbs and appositions (龙头企业X), and to the place a name begins with."""
        known, text = areas(), self.text
        start = self.past_role(self.past_verbs(start, end), end)
        starts, number = self.tokens.starts, self.tokens.number
        for index in range(number(start), number(end - 1) + 1) if start < end else ():
            at, stop = max(starts[index], start), min(starts[index + 1], end)
            if (
                (text[at:stop] in known or self.words.countries.fullmatch(text, at, stop))
                and kind != "Award"
                and not _LEADS_ON.search(text, start, at)
                and text[start:at]
            ):
                return start if area_at(text, start) or self._is_owner(start, at, kind) else at
            if stop < end and text.endswith(_APPOSITIONS, start, stop) and text[at:stop] not in _SIZES:
                return self.trim(stop, end, kind)
        return start

    def _is_owner(self, start: int, end: int, kind: str) -> bool:
        """Say whether what stands before a place tells whose a thing there is, as part of its name: 哈工大苏州研究院."""
        before, number = self.text[start:end], self.tokens.number(start)
        core = self.words.trade.sub("", before)
        if 2 <= len(core) <= 4 and before.startswith(core) and before != core and kind != "Company":
            return not self.words.generic.fullmatch(core)
        if kind not in _OF_OTHERS:
            return False
        if before.endswith(_OWNERS):
            return len(before) > 3
        token = self.tokens[number]
        known = token.tag == "nt" or (token.tag.startswith(_NOUNS) and not in_dictionary(before))
        return token.word == before and len(before) <= 4 and known and before[0] not in self.words.stops

    def past_role(self, start: int, end: int) -> int:
        """Return where a name begins behind 方, where that ends what somebody is before his name: 投资方A."""
        is_role = self.text[start : start + 1] == "方" and self.text.endswith(_ROLE_STEMS, 0, start)
        return start + 1 if is_role and end - start > 3 else start

    def past_verbs(self, start: int, end: int) -> int:
        """Return where a name begins behind the verbs and prepositions that stand at its left edge."""
        while start < end:
            token = self.tokens[self.tokens.number(start)]
            if end - start > 5 and self.text[start : start + 2] in _LEAD_VERBS:
                start += 2
                continue
            trade = token.tag == "v" and token.word in self.words.trade_verbs and not self._leans(token.start)
            verb = (trade or token.word in _LEAD_VERBS) and token.end <= end
            if verb:
                start = token.end
            elif self.text[start] == "记" and self.text[start - 1 : start] == "—":
                start += 1  # the title of a portrait: ——记X
            elif token.start == start and self._leads_in(token.word, start):
                start += 1
            else:
                break
        return start

    def _leans(self, start: int) -> bool:
        """Say whether what stands before a verb makes it one that describes: 就诊断试剂项目."""
        number = self.tokens.number(start) - 1
        if number < 0:
            return False
        known = self.tokens.words[number] in _LEAD_VERBS or self.tokens.words[number] in self.words.no_name
        governs = known and self.tokens.tags[number].startswith("v")
        return (
            governs
            or self.tokens.tags[number].startswith(_LEANS_ON)
            or self.tokens.words[number] in ("就", "起", "出")
        )

    def through_and(self, start: int, end: int, kind: str) -> int:
        """Go on over 和 where it is part of the name: 电池和组件项目; a place, one character, 和 (泛和科技)."""
        text = self.text
        if start < 2 or text[start - 1] not in "和与及":
            return start
        left = self.trim(self.start(start - 1, lenient=True), start - 1, kind)
        if owned := list(_OWNED.finditer(text, left, start - 1)):
            left = owned[-1].end()
        piece = text[left : start - 1]
        if (
            kind in ("Project", "Base")
            and 2 <= len(piece) <= 14
            and piece not in areas()
            and not self.words.suffix.search(piece)
        ):
            return _behind_money(text, left, start)
        institute = kind in ("Laboratory", "Park", "Team") or (
            kind == "University" and not text.startswith("大学", end)
        )
        if institute and not self._is_named(start) and self._is_field(left, start - 1):
            return left
        if (
            kind == "Company"
            and text[start - 1] == "和"
            and (piece in areas() or (len(piece) >= 3 and piece[:-1] in areas()))
        ):
            return left
        return start

    def _is_field(self, start: int, end: int) -> bool:
        """Say whether what stands before 与 is what an institute works on, with whose it is: 东海大学材料 in 东海大学材料与器件研究院."""
        text, words = self.text, self.words
        if (
            end - start < 2
            or text.endswith((*_APPOSITIONS, *words.made_kind), start, end)
            or words.generic.fullmatch(text, start, end)
        ):
            return False
        if any(
            found.end() == end
            for form in (words.suffix, words.titles)
            for found in form.finditer(text, start, end)
        ):
            return False
        first, last = self.tokens.number(start), self.tokens.number(end - 1)
        while first <= last and self.tokens.tags[first] in ("ns", "nt"):
            first += 1
        return first <= last and all(
            (tag in _FIELDS and in_dictionary(word)) or words.trade.fullmatch(word) is not None
            for word, tag in zip(
                self.tokens.words[first : last + 1], self.tokens.tags[first : last + 1], strict=True
            )
        )

    def _is_named(self, start: int) -> bool:
        """Say whether a name of a place or an organisation begins at a place of the text."""
        return self.tokens.tags[self.tokens.number(start)] in ("ns", "nt")

    def from_place(self, start: int, end: int) -> int:
        """Return where a firm's legal name begins: at the place shortly before, whatever the words between are taken for."""
        text = self.text
        for begin in range(max(0, start - _FROM_PLACE), start):
            size = 0 if text.startswith("其中", begin - 1) else area_at(text, begin)
            core = self.words.trade.sub("", text[begin + size : start]) if size else ""
            if size and end - begin <= LONGEST and _CORE.fullmatch(core):
                return begin
        return start

    def _bracket(self, position: int, floor: int) -> int | None:
        pair = {")": "(", "”": "“"}.get(self.text[position - 1])
        if pair is None:
            return None
        opening = self.text.rfind(pair, floor, position - 1)
        if opening >= 0 and any(mark in self.text[opening:position] for mark in ",。;!?"):
            return None
        if pair == "(" and "称" in self.text[opening:position]:
            return None
        return opening if opening >= 0 and position - opening <= 14 else None

    def _nameable(self, tag: str, word: str, lenient: bool) -> bool:
        if word.isascii() and _LATIN.match(word):
            return True
        if word in areas():
            return True
        if word not in _GOODS and (word[:2] in self.words.no_name or word[-2:] in self.words.no_name):
            return False
        if word in self.words.trade_verbs or _MEASURED.fullmatch(word):
            return True
        if len(word) == 1:
            unknown = lenient or tag not in _SINGLE_STOPS or word in "级型类式高多片双单超半"
            return word not in self.words.stops and unknown and bool(_HAN.match(word))
        if SPELT.fullmatch(word):
            return True
        if tag == "m" or tag == "t":
            return lenient and not any(c in "0123456789一二三四五六七八九十两几多" for c in word)
        if tag == "v":
            return not in_dictionary(word)
        if tag == "x":
            return _HAN.match(word) is not None  # a word that the dictionary does not have
        return tag in ("vn", "un", "vg") or not tag.startswith(_STOP_TAGS)


ALONE = "水电气热人路桥车煤油"
"""Nouns of one character that 和 joins to the next: 水和电力工程."""
SPELT = re.compile("[一二三四五六七八九]{2,3}")
"""Digits that count nothing where a name goes on behind them: 三一集团."""


def _behind_money(text: str, start: int, end: int) -> int:
    """Return where a name begins behind the last sum of a stretch of the text; its start where there is none."""
    return max((match.end() for match in _MONEY.finditer(text, start, end)), default=start)
