"""What words can be a firm's: a core that no dictionary has, a trade behind it, nothing that describes or counts."""

import re

from graph_service.reading.edges import Way
from graph_service.reading.lexicon import Lexicon, area_at, areas
from graph_service.reading.tokens import Tokens, cut, in_dictionary

WORDED = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()·]{2,14}$")
"""Characters that firms are written in."""
_NO_FIRM = re.compile(
    "^中国·|^[一二两三四五六七八九十]+[到至]|^[占约超近仅均还各每]|^达[到至0-9近约]|合计|^[0-9]|[0-9]+强|[的了等]|(?:生产|加工)$|团队$|产品$|人$|[新老旧]厂$|(?:企业|厂商|厂家|供应商|组装|标注|装配|清洗|运维|研发|销售|养殖|种植)$"
    "|(?:分局|委员会|管委会|政府|办公室)$|^[A-Za-z]{1,3}-?[0-9]"
)
"""What begins, ends or stands in words that count or describe."""
_DOES = re.compile("(?:投资|建设|制造|开发|检测|控股)(?=[0-9新了超近约逾总建兴打年])")
"""A word of trades that is the verb of a firm here: 宏远铜业投资22亿元."""
_GROUP = re.compile("(?P<core>.{2,4})(?:集团|公司)")


def past_trade(text: str, end: int, words: Lexicon) -> int:
    """Return where the trade words of a firm's name end."""
    while not text.endswith(("集团", "股份"), 0, end) and (more := words.trade.match(text, end)) is not None:
        does = more.group() in words.trade_verbs and words.trade.match(text, more.end())
        if does or _DOES.match(text, more.start()):
            break  # 万谷电子制造半导体: what the firm does
        end = more.end()
    return end


def is_odd(item: str, way: Way) -> bool:
    """Say whether words are no common ones: a word that the dictionary lacks, or a core before a trade."""
    words = way.words
    body = item[area_at(item) :]
    # 中芯聚源: 中 is the first character of the name, and says no place.
    if len(body) < 2 or (body[0] in words.stops and body[0] != "中") or words.generic.fullmatch(body):
        return False
    trade = next(
        (m for m in words.trade.finditer(body) if past_trade(body, m.end(), words) == len(body)), None
    )
    if trade is not None:
        core = body[: trade.start()]
        placed = body != item and not described(core, words)
        return 2 <= len(core) <= 4 and (placed or is_name_like(core, words))
    cuts = cut(body)
    first = 1 if cuts.tags[0] == "f" and len(cuts.words[0]) == 1 else 0
    if any(tag in ("v", "d", "p", "c", "m", "r", "u", "uj", "f", "t", "q") for tag in cuts.tags[first:]):
        return False
    if (
        body != item
        and 3 <= len(body) <= 6
        and len(cuts.words) > 1
        and cuts.tags[0] in ("nz", "nr", "nt", "nrt")
    ):
        return True  # 慈溪恒泰电热: a place, a name and what it makes
    return len(body) <= 6 and (
        any(len(w) > 1 and not in_dictionary(w) for w in cuts.words) or falls_apart(cuts)
    )


def falls_apart(cuts: Tokens) -> bool:
    """Say whether words begin with two characters that are no word: 屿|澜|网布."""
    return len(cuts.words) > 2 and len(cuts.words[0]) == len(cuts.words[1]) == 1 and "a" not in cuts.tags[:2]


def described(core: str, words: Lexicon) -> bool:
    """Say whether a core before a trade is itself what describes: a general word, a trade, an industry."""
    forms = (words.generic.fullmatch(core), words.trade.fullmatch(core), words.industries.match(core))
    return any(form is not None for form in forms)


_HOW = ("d", "t", "p", "c", "m", "r", "u")
"""Tags of words that say when, how or how many: 先后, 目前."""


def may_be_called(word: str, words: Lexicon) -> bool:
    """Say whether a word of the dictionary may be what a firm is called, between other firms: 光明, 联想, and not 先后."""
    short = in_dictionary(word) and len(word) <= 4 and word not in words.reference_kind
    common = word in words.no_name or words.generic.fullmatch(word) is not None
    return short and not common and not cut(word).tags[0].startswith(_HOW)


def is_name_like(core: str, words: Lexicon) -> bool:
    """Say whether a core before a trade names: no word that describes, no trade, no industry, no verb."""
    if described(core, words):
        return False
    cuts = cut(core)
    return not (
        len(cuts.tags) == 1 and in_dictionary(core) and cuts.tags[0] in ("v", "vn", "a", "b", "d", "ad", "an")
    )


def can_be_firm(name: str, words: Lexicon) -> bool:
    """Say whether words can be a firm's name where a firm is waited for: no other name, no common word, nothing that describes."""
    if (
        name in areas()
        or (words.suffix.search(name) and not _is_group(name, words))
        or name in words.reference_kind
        or words.industries.fullmatch(name)
    ):
        return False
    if words.titles.search(name):
        return False
    common = in_dictionary(name) or words.roles.fullmatch(name) or words.generic.fullmatch(name)
    return not common and not _NO_FIRM.search(name) and not is_described(name, words)


def _is_group(name: str, words: Lexicon) -> bool:
    """Say whether words are a short core before 集团 or 公司, whatever it is taken for: 三一集团."""
    group = _GROUP.fullmatch(name)
    return group is not None and not words.generic.fullmatch(group["core"]) and not in_dictionary(name)


def is_described(name: str, words: Lexicon) -> bool:
    """Say whether words before a trade say which, how much or how they stand, and do not name: 先进材料, 占全区工业."""
    trade = next(
        (m for m in words.trade.finditer(name, 2) if past_trade(name, m.end(), words) == len(name)), None
    )
    if trade is None or area_at(name):
        return False
    tokens = cut(name[: trade.start()])
    does = tokens.tags[0] == "v" and len(tokens.words) > 1
    plain = all(len(word) > 1 and in_dictionary(word) for word in tokens.words[does:])
    if does and plain:
        return True
    said = {"a", "b", "m", "v", "d", "vn"} if len(tokens.words) == 1 else {"a", "b", "m"}
    return plain and not said.isdisjoint(tokens.tags)
