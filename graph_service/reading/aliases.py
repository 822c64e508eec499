"""Short names of one document: which short form belongs to which full name.

A firm's full name is [place][core][trade][form]; a zone's is place and type. The short forms that a full name can give
are made, and one is accepted when it stands in the text outside the full name and no other full name gives it.
"""

import re
from collections.abc import Collection, Iterator

from graph_service.reading.lexicon import area_at, areas, lexicon
from graph_service.reading.tokens import cut, in_dictionary

_FORMS = re.compile("(?:集团股份|股份|集团)?有限(?:责任)?公司$|控股集团$|集团公司$|集团$|公司$")
_ZONE = re.compile(
    "(?:经济技术|高新技术产业|高新技术|新兴技术|临港经济|循环经济|化学工业|经济|工业|综合)?(?:开发区|高新区|经开区)$"
)
_NATIONAL = ("中国", "中科")
"""How names of firms begin that belong to the state or its academy: 寒武纪 is short for 中科寒武纪."""
_CORE = 2
"""How long what tells one zone of a place from another is, in code points."""
_ABBREVIATED = {
    "综合保税区": "综保区",
    "自由贸易试验区": "自贸区",
    "自贸试验区": "自贸区",
    "保税港区": "保税港",
}
"""Kinds of zones with what they are called for short."""
_JOINT = re.compile("联合(?:实验室|研究院|研究中心|研发中心|创新中心)$")
_INDUSTRY = re.compile("(?:战略性新兴产业|支柱产业|产业|行业)$")
_EXPLICIT = re.compile(
    r"^\((?:(?:以下|下文|证券|股票)?(?:统一)?(?:简称|又称|又名|也称|亦称|俗称|习称|下称|统称|称|英文名|英文名称)(?:为|:)?"
    r"[“\"]?([^()“”\",;。]{2,20}?)[”\"]?(?:[,;][^()]{1,20})?|(?=[A-Z][a-z]{3})([A-Za-z][A-Za-z .&-]{3,30}))\)"
)


_GOES_ON = re.compile("[的在已将与和目也还是从把进为自于拥产年累\\d]")
"""What stands behind the subject of a clause."""


def _without_place(name: str) -> tuple[str, str]:
    """Split a name into the place it begins with (maybe empty) and the rest."""
    size = area_at(name)
    if size and name[size : size + 1] in ("省", "市", "县", "区"):
        size += 1
    head, rest = name[:size], name[size:]
    if size and (again := area_at(rest)):
        return head + rest[:again], rest[again:]
    return head, rest


def forms(name: str, kind: str) -> set[str]:
    """Return every short form that a full name of this kind can give and that is no word, the name itself left out."""
    return {form for form in _forms(name, kind) if not _is_word(form)}


def _forms(name: str, kind: str) -> set[str]:
    """Return every short form that a full name can give, be it a word of the dictionary."""
    if kind in (
        "Award",
        "University",
        "Policy",
        "Industry",
        "Certification",
        "Person",
        "Facility",
        "Campaign",
        "IndustryCategory",
    ):
        return set()
    made = {
        "Company": _firm,
        "Zone": _zone,
        "GovernmentBody": _office,
        "Park": _district,
        "District": _district,
    }.get(kind, _other)(name)
    if kind in ("Project", "Park"):
        made = made | _by_owner(name)
    # No longer than the name: 东岭经开区 is short for 东岭经济开发区, not the other way.
    return {form for form in made if 2 <= len(form) <= len(name) and form != name and form not in areas()}


def _firm(name: str) -> set[str]:
    stem = _FORMS.sub("", re.sub(r"\([^()]*\)", "", name))
    place, rest = _without_place(stem)
    trade = next((m for m in lexicon().trade.finditer(rest) if m.start() >= 2), None)
    core = rest[: trade.start()] if trade else rest
    made = {rest, stem, _without_place(name)[1]}
    if "集团" in name[len(stem) :]:
        made |= {f"{rest}集团", f"{core}集团"}
    if core.startswith(_NATIONAL) and len(core) >= 5:
        made.add(core[2:])
    if len(core) >= 5:
        made |= {rest[:3], rest[:4]}
    if trade:
        words = rest[trade.start() :]
        made |= {
            core,
            place + core,
            core + words[:2],
            core + words[:3],
            core + trade.group(),
            place + core + words[:2],
        }
        made |= {core + m.group() for m in lexicon().trade.finditer(words)}
        made |= {rest[:at] for at in (len(core) + 1, len(core) + 2) if _divides(rest, at)}
        made |= {core + suffix for suffix in ("公司", "集团", "科技", "股份")}
    elif _FORMS.search(name) and len(rest) >= 4:
        made |= {rest[:2], rest[:3], rest[:4]}
    return {form for form in made if len(form) > 1 and not lexicon().generic.fullmatch(form)}


def _by_owner(name: str) -> set[str]:
    """Return what a project or a park is called by whose it is, as far as its name begins with that: 明途机械产业园 is 明途项目."""
    rest = _without_place(name)[1]
    trade = next((m for m in lexicon().trade.finditer(rest) if m.start() >= 2), None)
    return {f"{rest[: trade.start()]}项目"} if trade else set()


def _is_word(form: str) -> bool:
    return len(form) <= 3 and in_dictionary(form)


def _is_name(form: str, text: str) -> bool:
    """Say whether a text uses a form as a name: one that is a word must stand as the subject of clauses."""
    if not _is_word(form):
        return True
    named = cut(form).tags[0] in ("nr", "nz", "nt", "nrt")
    before = [(text[at - 1 : at], text[at + len(form) : at + len(form) + 1]) for at in _found(form, text)]
    if named and any(left and left in "为给向" and right and right in "供配提生" for left, right in before):
        return True
    subjects = (left in "\n,。;:“" and _GOES_ON.match(right) is not None for left, right in before)
    return sum(subjects) > 1


def _found(word: str, text: str) -> Iterator[int]:
    """Yield where a word stands in a text; an expression made for each word would take far longer."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _divides(rest: str, at: int) -> bool:
    """Say whether a trade begins at a place of a firm's name, with a word of two characters before it that another trade cuts: 中材高新|材料."""
    return in_dictionary(rest[at - 2 : at]) and lexicon().trade.match(rest, at) is not None


def _zone(name: str) -> set[str]:
    bracket = re.search(r"\(([^()]+)\)$", name)
    plain = name[: bracket.start()] if bracket else name
    kind = _ZONE.search(plain)
    if not kind or kind.start() < 2:
        return {short for short in (_abbreviated(plain), plain if bracket else None) if short} or _other(name)
    stem = plain[: kind.start()]
    short = {
        stem,
        stem.removesuffix("市"),
        stem.removesuffix("县"),
        _without_place(stem)[1],
        stem[area_at(stem) :],
    }
    core = _without_place(stem)[1]
    if (
        _CORE < len(core) <= _CORE + 2
    ):  # 古屿港经济开发区, 临港沿海经济技术开发区: where it lies stands behind its core
        short |= {core[:_CORE], stem[: len(stem) - len(core) + _CORE]}
    types = {"开发区", kind.group()}
    if "高新" in kind.group():
        types.add("高新区")
    elif "经济" in kind.group() or "经开" in kind.group():
        types |= {"经开区", "经济开发区"}
    if bracket:
        types |= {bracket.group(1), kind.group() + bracket.group()}
    return {plain, *(s + t for s in short if len(s) >= 2 for t in types)}


def _abbreviated(name: str) -> str | None:
    """Return the name of a zone with its kind for short: 湾东综保区; None where its kind has no short form."""
    found = next(((full, short) for full, short in _ABBREVIATED.items() if name.endswith(full)), None)
    return name.removesuffix(found[0]) + found[1] if found else None


def _office(name: str) -> set[str]:
    """Short forms of an office: the committee of a zone has those of the zone."""
    owner = re.sub("(?:管理委员会|管委会)$", "", name)
    if owner == name:
        return _other(name)
    return {f"{form}{end}" for form in {owner, *_zone(owner)} for end in ("管委会", "管理委员会")}


def _district(name: str) -> set[str]:
    """Short forms of a park or a district: what is behind its place, and its last word, where that names no kind: 生物城."""
    last = name[-3:]
    known = lexicon().suffix.fullmatch(last) is not None or lexicon().generic.fullmatch(last[:-1]) is not None
    whole = len(name) < 6 or last[-1] not in "城谷港岛湾" or known
    return _other(name) | (set() if whole else {last})


def _other(name: str) -> set[str]:
    _, rest = _without_place(name)
    if ending := _JOINT.search(rest):
        return {rest, ending.group()} - {name}
    return (
        {rest}
        if len(rest) >= 4 and not lexicon().generic.fullmatch(rest) and not lexicon().suffix.fullmatch(rest)
        else set()
    )


def industry(surface: str) -> tuple[str, str]:
    """Return the one name of an industry, whatever ending it is given, and its stem: 光伏, 光伏行业 → (光伏产业, 光伏)."""
    stem = _INDUSTRY.sub("", surface)
    if len(stem) < 2:
        return surface, surface
    if stem.endswith(("业", "经济")):
        return stem, stem
    return stem + ("业" if stem.endswith(("制造", "加工", "服务")) else "产业"), stem


_CALLED = re.compile("^,[^,。;“”]{0,4}(?:习称|俗称|简称|人称|惯称)(?:为)?“([^“”]{2,12})”")


def called(text: str, end: int) -> str | None:
    """Return the short name that a text says is used for a name that ends at `end`: ……，业内习称“X”."""
    match = _CALLED.match(text[end : end + 40])
    return match.group(1) if match else None


def explicit(text: str, end: int) -> tuple[str, int] | None:
    """Return the short name a text gives in brackets right behind a name that ends at `end`, and where it starts."""
    match = _EXPLICIT.match(text[end : end + 40])
    group = 2 if match and match[2] else 1
    return (match[group], end + match.start(group)) if match else None


def accept(full: dict[str, str], text: str) -> dict[str, str]:
    """Return short form to full name for all full names (name → kind) of a document with this text.

    A form is accepted where it stands outside the full names. One that several full names give is accepted for none, but for
    the one that is the shortest extension of all the others (a park beside its second phase is one name with two endings, and
    is left out), or that was called so before the others were named (a firm, and later what it founded).
    """
    owners: dict[str, set[str]] = {}
    made = {name: {f for f in _forms(name, kind) if _is_name(f, text)} for name, kind in full.items()}
    shorter = {form for given in made.values() for form in given}
    for name, given in made.items():
        for form in given if name not in shorter else ():
            owners.setdefault(form, set()).add(name)
    single = {
        f: owner for f, names in owners.items() if (owner := _owner(f, names - {f}, text, full)) is not None
    }
    rest = "\n".join(_between(text, full))
    alone = {rest[start:end] for start, end in _places(rest, single)}
    return {f: single[f] for f in sorted(single, key=lambda f: (-len(f), f)) if f in alone or f in full}


def _owner(form: str, names: set[str], text: str, full: dict[str, str]) -> str | None:
    """Return whose a form is that these names give: of one, or of the first firm that is called so before the next is named."""
    if not names:
        return None
    whole = {name for name in names if form in name and form.endswith("集团")}  # 宁波[澜一集团]股份有限公司
    first, *others = sorted(whole or names, key=text.find)
    if form.endswith("集团") and any(
        form in line.replace(first, "") for line in text.split("\n") if first in line
    ):
        return None  # A集团设立某某A有限公司: a sentence that names both tells of two
    if others and full[first] != "Company":
        return None
    before = text[text.find(first) : min((text.find(name) for name in others), default=0)]
    return first if not others or form in before.replace(first, "") else None


_WITH_SHORT_FORMS = ("Company", "Zone", "Park", "Laboratory", "Alliance", "GovernmentBody", "Project")


def _between(text: str, full: dict[str, str]) -> Iterator[str]:
    """Yield the pieces of a text between the full names that can give short forms."""
    whole = [name for name, kind in full.items() if kind in _WITH_SHORT_FORMS and len(name) > 4]
    at = 0
    for start, end in _places(text, whole):
        yield text[at:start]
        at = end
    yield text[at:]


def _places(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where words of two code points or more stand in a text, none overlapping, the longest at each place.

    The time is that of the text, however many words there are: a long document has many.
    """
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[:2], set()).add(len(word))
    sizes = {begin: sorted(found, reverse=True) for begin, found in lengths.items()}
    known, at = frozenset(words), 0
    firsts = {word[0] for word in known}
    for start in [place for place, sign in enumerate(text) if sign in firsts]:
        if start >= at and (found := sizes.get(text[start : start + 2])):
            at = next((start + n for n in found if text[start : start + n] in known), at)
            if at > start:
                yield start, at
