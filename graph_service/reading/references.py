"""What 该公司, 园区, 我们 and 这里 mean.

A reference takes the nearest antecedent before it whose kind fits, a topic before a mere mention; inside a quotation 我们 and
公司 are the speaker's. Without an antecedent it stays open, and a claim that needs it is marked as unresolved.
"""

import re

from graph_service.reading.census import area_entity
from graph_service.reading.claims import Entity
from graph_service.reading.discourse import Discourse
from graph_service.reading.heads import head_of, is_bare
from graph_service.reading.lexicon import area_at
from graph_service.reading.own_projects import firm_of_project
from graph_service.reading.passages import PARTS, Mention, Passage, is_prefix, resolved
from graph_service.reading.phases import PHASES, is_phase, named_phase, phase_of, phase_spoken_of, phase_whole
from graph_service.reading.recalled import PAIRS, recalled
from graph_service.reading.roles import SURNAMES
from graph_service.reading.sentences import Quotation, quotations
from graph_service.reading.speakers import Setting, employer, introduce
from graph_service.reading.topics import is_topic
from graph_service.reading.zones import zone_called

_CAN_SPEAK = ("Organisation", "Zone", "Park", "Person")
_OWN = frozenset(
    (
        "区内",
        "区里",
        "园内",
        "新区",
        "集聚区",
        "公司",
        "企业",
        "开发区",
        "经开区",
        "高新区",
        "全区",
        "园区",
        "我区",
        "我司",
        "实验室",
    )
)
_WITHIN = frozenset(("区内", "区里", "园内"))
"""Words for what is inside the zone or park that the sentence is about."""
_LISTED = re.compile("(?:包括|包含|涵盖)(?P<before>[^,。;:“”]*)$")
"""Before a part of a whole."""
_NO_PARKS = frozenset(("Project", "Facility", "Company"))
"""What is named behind a park where 项目 is not the park itself but something in it."""
_FOR_PROJECTS = frozenset(("项目", "该项目", "这一项目", "这个项目", "该工程"))
_BUILDS = re.compile("(?:建设|新建|兴建|打造|共建|投建)(?:了)?$")
"""Before what somebody builds."""
_BUILT_BY = re.compile("(?:是|项目)?由[^,。;]{2,60}?(?:投资|建设|兴建|投建|筹建|新建|出资|开发|打造)")
"""Behind what the builders are named of."""
_ORIGIN = ("从", "由", "自", "来自", "离开")
"""Before a place that somebody left: it is not where 这里 is."""
_LEARNT = ("获悉", "了解到", "得知")
"""Behind where something was heard: 从A获悉."""
_FORMER = re.compile("(?:前身|原名|曾用名)[为是系叫]?[^,。;]{0,12}$")
"""Before what something was: nothing that is said later is meant of it."""
_LED_BY = re.compile(f"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}(?:、|教授|院士|博士|团队)")
"""A team by who leads it, which is a name of its own: 马晶、谭立英团队."""
_DISTRICT = frozenset(("全区", "该区", "这个区", "我区", "区内"))
"""Words for a zone, or for a district of a city."""
_BY_HEAD = frozenset(
    "实验区 集中区 示范区 试验区 合作区 先行区 投资区 研究院 研究所 研究中心 小镇 该小镇 这座小镇 这个小镇 科技园 软件园 创业园 物流园 孵化器 众创空间 协会 该协会 商会".split()
)
"""Words that mean what was named by a name that ends in them, and nothing else of its kind."""
_POINTING = re.compile("^(?:该|这[座个])")
_NEW_FIRM = frozenset(("新公司", "合资公司"))
"""Words for the firm that was just founded, which is named behind its founders."""
_OURS = frozenset(("我们", "我司", "本公司"))
"""Words of a profile for the firm that wrote it."""
_THINGS = frozenset(("Product", "Technology"))
_SPEAKERS = frozenset(("我们", "我司", "公司", "本公司", "团队"))


def setting(passage: Passage, discourse: Discourse) -> Setting:
    """Return the quotations of a passage with the organisation (or person) that speaks; 公司总经理 is one of 公司."""
    words = discourse.words
    found: list[tuple[Quotation, Entity | None]] = []
    for quotation in quotations(passage.text):
        who = None
        if quotation.speaker_span:
            start, end = quotation.speaker_span
            spoken = [m for m in passage.mentions if start <= m.start < end]
            nobody = Setting(())
            meant = (
                m if m.entity or m.how != "coreference" else _meaning(m, nobody, discourse) for m in spoken
            )
            inside = [m.entity for m in meant if m.entity]
            who = next((e for kind in _CAN_SPEAK for e in inside if words.is_a(e.kind, kind)), None)
            if who is not None and who.kind == "Person":
                who = employer(who, passage, quotation, discourse)
        found.append((quotation, who))
    return Setting(tuple(found))


def resolve(passage: Passage, place: Setting, discourse: Discourse) -> None:
    """Fill in the references of a passage, in order, and make its code; notes every mention in the discourse."""
    for number, mention in enumerate(passage.mentions):
        if mention.how == "coreference" and mention.entity is None and mention.reason not in PAIRS:
            mention = passage.mentions[number] = _referred(passage, number, place, discourse)
        if mention.kind == "Project" and mention.how == "plain":
            mention = passage.mentions[number] = named_phase(passage.text, mention, discourse)
        if mention.how == "group" or mention.reason in PAIRS:
            mention = passage.mentions[number] = recalled(passage, number, discourse)
        if mention.kind == "Team" and mention.entity is not None:
            mention = _team(passage, number, mention)
        if mention.kind == "Person":
            introduce(passage, number, discourse)
        if _is_spoken_of(passage, number):
            for entity in () if _is_listed(passage.text, mention) else mention.meant:
                discourse.note(entity, is_topic(passage.text, mention))
    passage.encode()


def _is_listed(text: str, mention: Mention) -> bool:
    """Say whether a project is one of several that a whole has: the whole is what the text goes on about."""
    listed = _LISTED.search(text, 0, mention.start) if mention.kind == "Project" else None
    return listed is not None and ("、" in listed["before"] or text.startswith("、", mention.end))


def _is_spoken_of(passage: Passage, number: int) -> bool:
    """Say whether what a mention names can be meant later: no phase, nothing that was left or is no more, no part of a name."""
    mention, text = passage.mentions[number], passage.text
    if mention.entity is None or (mention.how == "coreference" and is_phase(mention)):
        return False
    if _FORMER.search(text, 0, mention.start) or is_prefix(passage, number):
        return False
    return not text.endswith(_ORIGIN, 0, mention.start) or text.startswith(_LEARNT, mention.end)


def _is_predicate(text: str, mention: Mention) -> bool:
    """Say whether a pronoun tells what its sentence's subject is of, and does not mean that subject: A、B都是它的客户."""
    return mention.reason in ("它", "其") and text.endswith(("是", "成为", "成了"), 0, mention.start)


def _referred(passage: Passage, number: int, place: Setting, discourse: Discourse) -> Mention:
    """Return a reference with what it means, as far as that is known."""
    mention = passage.mentions[number]
    word, built = mention.reason, _park_built(passage, number)
    whole = phase_whole(passage, number) if word in PHASES else None
    if whole is None and (firm := firm_of_project(passage, number, discourse)) is not None:
        if word in PHASES:
            return phase_of(mention, firm)
        return resolved(mention, firm, f"“{word}” is a project of {firm.name} that has no name")
    if built is not None:
        mention = resolved(mention, built, f"“{word}” → {built.name} (just said to be built)")
    else:
        known = discourse.before() if _is_predicate(passage.text, mention) else discourse
        mention = phase_of(mention, whole) if whole else _meaning(mention, place, known)
    if word in _FOR_PROJECTS and mention.entity is not None:
        discourse.built.add(mention.entity)
    return mention


def _park_built(passage: Passage, number: int) -> Entity | None:
    """Return the park that the sentence says is built, for a word for projects: 投资10亿元建设A产业园,该项目……; A由B投资兴建,项目……."""
    if passage.mentions[number].reason not in _FOR_PROJECTS or not number:
        return None
    before, sentence = (
        passage.mentions[number - 1],
        passage.text.rfind("。", 0, passage.mentions[number].start),
    )
    first = next((m for m in passage.mentions[:number] if m.start > sentence), before)
    if first.kind == "Park" and _BUILT_BY.match(passage.text, first.end):
        return first.entity
    if before.kind != "Park":
        return None
    ends = passage.text[before.end : passage.mentions[number].start] in (",", "。")
    return before.entity if ends and _BUILDS.search(passage.text, 0, before.start) else None


def _team(passage: Passage, number: int, mention: Mention) -> Mention:
    """A team named by its class alone is the team of the organisation right before it (该公司首席科学家团队)."""
    owner = passage.mentions[number - 1] if number else None
    if (
        owner is None
        or owner.entity is None
        or mention.entity is None
        or passage.text[owner.end : mention.start] not in ("", "的")
        or _LED_BY.match(mention.entity.name)
    ):
        return mention
    name = f"{owner.entity.name}{passage.text[mention.start : mention.end]}"
    found = resolved(mention, Entity(name, "Team"), f"the team of {owner.entity.name}")
    passage.mentions[number] = found
    return found


def _meaning(mention: Mention, place: Setting, discourse: Discourse) -> Mention:
    if mention.reason in PHASES:
        return phase_spoken_of(mention, discourse)
    if mention.kind in _THINGS:
        return _thing(mention, discourse)
    return _own(mention, place, discourse) or _nearest(mention, place, discourse)


def _own(mention: Mention, place: Setting, discourse: Discourse) -> Mention | None:
    """Return who speaks, or what the text is about, for a word that means that; None for others."""
    surface, about = mention.reason, discourse.about
    speaker = place.speaker(mention.start)
    if speaker is not None and _speaks(surface, speaker):
        return resolved(mention, speaker, f"“{surface}” is the speaker's: {speaker.name}")
    if surface in _OURS and place.quotation(mention.start) is None and about is not None:
        return resolved(mention, about, f"“{surface}” is who speaks in the text: {about.name}")
    if surface in _DISTRICT and discourse.district() is not None:
        return None
    if surface in _WITHIN and (site := discourse.topic_here("Zone", "Park")) is not None:
        return resolved(mention, site, f"“{surface}” is what the sentence is about: {site.name}")
    if surface in _OWN and about and mention.kind == about.kind:
        own = discourse.now_called(zone_called(surface, discourse) or discourse.rival() or about)
        return resolved(mention, own, f"“{surface}” is what the text, or its paragraph, is about: {own.name}")
    return None


def _speaks(surface: str, who: Entity) -> bool:
    """Say whether a word inside a quotation means who speaks: 公司 is no person, and 团队 is said for a firm or an institute."""
    return surface == "我们" or (surface in _SPEAKERS and who.kind not in ("Person", "Zone", "Park"))


def _nearest(mention: Mention, place: Setting, discourse: Discourse) -> Mention:
    """Return what a reference means that points back: the nearest that its word can mean; as it was where there is none."""
    surface, about = mention.reason, discourse.about
    wanted = frozenset(_wanted(surface, mention.kind))
    entity = _called(mention, place.quotation(mention.start) is not None, discourse)
    entity = entity or (zone_called(surface, discourse) if mention.kind == "Zone" else None)
    if entity is None and mention.kind not in ("AdministrativeArea", "Place") and surface not in _BY_HEAD:
        if (site := _site(surface, wanted, discourse)) is not None:
            return resolved(mention, site, f"“{surface}” → {site.name} (in the last sentence that has one)")
        entity = discourse.antecedent(wanted, pointed=surface.startswith(("该", "这家", "这款")))
        if entity is not None and surface.endswith("平台") and PARTS.search(entity.name):
            entity = discourse.antecedent(wanted - {"Facility"})  # no platform is a line or a hall
    if entity is None and surface == "上述项目":
        entity = discourse.antecedent(frozenset(("Project",)), pointed=True)
    if mention.kind == "Park" and about is not None and about.kind in ("Zone", "District"):
        spoken = discourse.was_topic(entity) or discourse.goes_on_about(entity)
        entity = entity if surface != "园区" or spoken else about
        entity = entity or about
    if entity is None and mention.kind == "IndustryChain":
        entity = discourse.chain
    if entity is None and surface == "园区":
        entity = discourse.nearest("Zone")
    if entity is None:
        return mention
    return resolved(mention, entity, f"“{surface}” → {entity.name} (nearest {mention.kind})")


def _thing(mention: Mention, discourse: Discourse) -> Mention:
    """Return what is pointed at by its head: the product or technology spoken of lately that ends so.

    A head that says nothing else (该设备) means the last one; one that says which (那套力控算法) names it.
    """
    surface, head = mention.reason, head_of(mention.reason)
    lately = [seen.entity for seen in reversed(discourse.seen) if discourse.is_late(seen)]
    things = [entity for entity in lately if entity.kind in _THINGS]
    found = next((entity for entity in things if entity.name.endswith(head[-2:])), None)
    if found is None and is_bare(head):
        found = next(iter(things), None) or discourse.antecedent(frozenset((mention.kind,)), pointed=True)
    elif found is None and len(head) > 3:
        found = Entity(head, mention.kind)
    return (
        resolved(mention, found, f"“{surface}” → {found.name} (the last that ends so)") if found else mention
    )


def _called(mention: Mention, spoken: bool, discourse: Discourse) -> Entity | None:
    """Return what was named by a name that ends in the word of a reference (该县, 全区, 集团), or what 这里 points at."""
    if mention.reason in _DISTRICT:
        return discourse.district()
    if mention.reason in _BY_HEAD:
        return discourse.called(mention.kind, _POINTING.sub("", mention.reason))
    if mention.reason in _NEW_FIRM:
        return discourse.nearest("Company")
    if mention.reason.startswith("这家"):
        return discourse.single_firm(described=len(mention.reason) > 4)
    if mention.reason == "集团":
        return discourse.called("Company", mention.reason) or discourse.group_firm()
    if mention.kind == "AdministrativeArea":
        ending = mention.reason.removesuffix("里")[-1]
        return discourse.called("AdministrativeArea", ending) or _governed(ending, discourse)
    if mention.kind == "Facility":
        return discourse.called("Facility", _POINTING.sub("", mention.reason))
    if mention.kind != "Place":
        return None
    area = discourse.nearest("AdministrativeArea") if spoken or mention.reason != "这里" else None
    return area or (discourse.place() if mention.reason == "这里" else None)


def _governed(ending: str, discourse: Discourse) -> Entity | None:
    """Return the area of the office that was named last, for 全县 where no area was: 长兴县人民政府."""
    for seen in reversed(discourse.seen):
        area = seen.entity.name[: area_at(seen.entity.name)] if seen.entity.kind == "GovernmentBody" else ""
        if area.endswith(ending):
            return area_entity(area)
    return None


def _site(surface: str, wanted: frozenset[str], discourse: Discourse) -> Entity | None:
    """Return the zone or park that this sentence named, for 园区, or what is built, for a word for projects."""
    if surface == "园区":
        return discourse.here("Zone", "Park")
    return _built(wanted, discourse) if "Project" in wanted and surface not in ("其", "它") else None


def _built(wanted: frozenset[str], discourse: Discourse) -> Entity | None:
    """Return what is built that is spoken of: the project, not a part of it, else the building."""
    found = discourse.antecedent(wanted | {"Facility"}, pointed=True, rather="Project")
    if (park := discourse.named_after(found, "Park", _NO_PARKS)) is not None:
        return park
    if found is None:
        return discourse.antecedent(frozenset(("Laboratory",)), pointed=True)
    if found.kind == "Facility" and PARTS.search(found.name):
        found = discourse.antecedent(wanted, pointed=True) or found
    if found.kind == "Facility" and not discourse.is_near(found):
        return None
    if "ProjectGroup" in wanted and (group := discourse.group_of(found)) is not None:
        return group
    return found


def _wanted(surface: str, kind: str) -> tuple[str, ...]:
    if surface in ("平台", "该平台", "这个平台", "这座平台"):
        return ("Park", "Laboratory", "Alliance", "Facility")
    if kind == "Park":
        return ("Park",)
    if surface in ("该区", "这个区", "新区"):
        return ("Zone", "District")
    if surface in ("其", "它"):
        things = ("Company", "Laboratory", "Alliance", "University", "Zone", "Park", "Project")
        return (*things, "Person") if surface == "其" else things
    if kind.endswith("Group"):
        return (kind,)
    if surface == "项目":
        return ("Project", "ProjectGroup")
    return (kind,)
