"""What mentions say by themselves: short names, what is made in a year, authors; groups have `members`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph_service.reading.aliases import explicit
from graph_service.reading.census import document_entity
from graph_service.reading.claims import Claim, Document, Entity, Quantity, Reason, Term, Words
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.values import find_values

_BYLINE = re.compile(
    r"(?:本报|本版|见习|特约|实习|全媒体|融媒体)?(?:记者|通讯员|实习生|作者|文/|撰文|撰稿|执笔|采写|供稿|摄影报道|摄影|报道|本报讯|[:]|[ 、()/|])+"
)
_WRITTEN_BY = re.compile("(?:执笔|撰文|撰稿|采写|作者)(?:人)?:(?P<who>[\u4e00-\u9fff、 ]{2,20})(?=[),。;]|$)")
"""Who wrote a text, in a line that names others, too: (编写组供稿,执笔:张三)."""
_YEARLY = re.compile(
    r"年(?:产|处理|加工|回收)(?P<much>[0-9][0-9.]*[万亿]?[\u4e00-\u9fffA-Za-z]{1,3})|"
    r"(?<![0-9.])(?P<bare>[0-9][0-9.]*[万亿]?(?:吨|千瓦时?|兆瓦时?|吉瓦时?|[MG]Wh?)(?!级))"
)
"""What a project makes in a year, in its name: 年产3万吨氢氧化锂项目, 8GWh储能电芯产线."""
_NAME = re.compile("(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6}){1,3})$")


def implied(document: Document, passage: Passage) -> Iterator[Claim]:
    """Yield the claims that need no rule of relations: aliases, what names say, authors."""
    if passage.unit.role == "byline":
        yield from _authors(document, passage, passage.text)
        return
    if passage.unit.role != "body" and (by := _WRITTEN_BY.search(passage.text)):
        yield from _authors(document, passage, by["who"])
    for mention in passage.mentions:
        if mention.entity is not None and mention.how in ("plain", "alias"):
            yield from _name(passage, mention)


def founders(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield who founded the laboratories that several set up together.

    A 联合实验室 is no body of its own but something that its partners run; any other laboratory that A and B 共建 is one
    that they founded.
    """
    for claim in claims:
        lab = claim.object
        if claim.relation == "jointLab" and isinstance(lab, Entity) and "联合" not in lab.name:
            why = Reason("implied", f"{lab.name} is no 联合 one: who sets it up together founds it")
            yield replace(claim, relation="founded", reasons=(*claim.reasons, why))


def _claim(passage: Passage, subject: Entity, relation: str, target: Term, rule: str, why: str) -> Claim:
    return Claim(
        subject,
        relation,
        target,
        "actual",
        passage.unit.evidence,
        rule,
        reasons=(Reason("rule", why),),
    )


def _name(passage: Passage, mention: Mention) -> Iterator[Claim]:
    entity = mention.entity
    assert entity is not None
    yield from _yearly(passage, entity)
    opening = passage.text.rfind("(", mention.start, mention.end)
    if opening > 0 and (said := explicit(passage.text, opening)):
        why = f"the bracket behind the name says “{said[0]}”"
        yield _claim(passage, entity, "alias", Words(said[0]), "alias.said", why)


def _yearly(passage: Passage, entity: Entity) -> Iterator[Claim]:
    """Yield what a project makes in a year, as its name says."""
    said = _YEARLY.search(entity.name) if entity.kind in ("Project", "Facility") else None
    value = next(iter(find_values(said["much"] or said["bare"])), None) if said else None
    if value is not None and isinstance(value.term, Quantity):
        why = f"the name says “{said.group() if said else ''}”"
        yield _claim(passage, entity, "capacity", value.term, "name.yearly", why)


def _authors(document: Document, passage: Passage, names: str) -> Iterator[Claim]:
    for name in _BYLINE.split(names):
        if _NAME.match(name.strip()):
            yield _claim(
                passage,
                document_entity(document),
                "author",
                Entity(name.strip(), "Person"),
                "byline.author",
                "a byline names who wrote it",
            )
