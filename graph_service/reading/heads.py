"""Noun phrases that name a thing by its head alone: 永磁牵引变流器, 双绕组冗余电机技术 (`patterns/things.yaml`).

No grammar of names sees them: they have neither a form nor a place of their own. Where a rule waits for a thing of a kind,
the phrase that begins there and ends in a head of the kind is taken, wherever in the clause it ends.
"""

import re
from functools import lru_cache
from typing import Any, Final

import yaml

from graph_service.reading.lexicon import PATTERNS, either

_OUT: Final = r",。;:!?、…“”()和及了的在由与将被把为给向从对是有并而但也又还就都已使让\ue000-\uf8ff"
"""Characters that stand in no noun phrase."""
_TAKES: Final = "填打替获达占超入出约于共等系进实"
"""Characters of verbs, that are not between two heads of one phrase: 变流器填补……电机."""
_VERBS: Final = "包括|包含|涵盖|可(?=[以用在应广配供将与按实])|能(?=[够使让用实在将把供与]|替代)|用(?=[于在来作到上])|成(?=[为了功])|主要|目前|去年|今年|正式|首次|累计"
"""Words of clauses that begin like words of names."""
_POINTING: Final = re.compile("^(?:[这那][款项种套台类]|该[款项型]?)(?:系列)?")
"""How words begin that point at a thing."""
_MOST: Final = 14
"""Most code points before a head."""


@lru_cache(maxsize=1)
def _things() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PATTERNS / "things.yaml").read_text(encoding="utf-8"))
    return found


def open_kinds() -> frozenset[str]:
    """Return the kinds that have heads."""
    return frozenset(_things())


@lru_cache(maxsize=1)
def pointed() -> re.Pattern[str]:
    """Return the expression for a thing that is pointed at by its head (这款雷达, 该工艺); the groups are its kinds."""
    ends = "|".join(
        f"(?P<{kind}>{either(words['heads'])}(?!{either(words['behind'])}))"
        for kind, words in _things().items()
    )
    return re.compile(f"{_POINTING.pattern.lstrip('^')}[\u4e00-\u9fffA-Za-z0-9]{{0,4}}?(?:{ends})")


def head_of(words: str) -> str:
    """Return what words that point at a thing say it is: 雷达 of 这款雷达."""
    return _POINTING.sub("", words)


def is_bare(words: str) -> bool:
    """Say whether words name no thing but only say of what kind one is: 设备, 技术."""
    return any(words in of["bare"] for of in _things().values())


def phrase(kind: str, codes: str = "") -> str:
    """Return an expression for a noun phrase with a head of a kind; `codes` is an expression for mentions that are words of one.

    Raises:
        KeyError: the kind has no heads.
    """
    words = _things()[kind]
    inside = rf"(?:(?!{_VERBS})[^{_OUT}]{f'|{codes}' if codes else ''})"
    more = rf"(?:(?!{_VERBS})[^{_OUT}{_TAKES}])"
    short = (f"(?<![{before}]){head}" if before else head for head, before in words["short"].items())
    ends = "|".join([either(words["heads"]), *(f"(?<=.){end}" for end in short), *([codes] if codes else [])])
    head, behind = f"(?:{ends})", either(words["behind"])
    far = either(words["far"])
    bare = f"(?:{either(words['vague'])})*{either(words['bare'])}"
    return (
        rf"(?!{bare}(?!{more}{{0,4}}{head}))"
        rf"(?:“[^“”]{{1,16}}”)?{inside}{{0,{_MOST}}}?{head}(?:{more}{{0,4}}?{head})*(?!{behind})(?!{more}{{0,4}}{far})"
    )


@lru_cache(maxsize=1)
def closed() -> re.Pattern[str]:
    """Return the expression for how words end that name a product, by their head."""
    words = _things()["Product"]
    short = (
        f"(?<=.)(?<![{before}]){head}" if before else f"(?<=.){head}"
        for head, before in words["short"].items()
    )
    return re.compile(f"(?:{'|'.join([either(words['heads']), *short])})$")


@lru_cache(maxsize=1)
def abstract() -> re.Pattern[str]:
    """Return the expression for how words end that name nothing which is made."""
    words = _things()["Product"]
    return re.compile(f"(?:{either([*words['abstract'], *words['behind']])})$")
