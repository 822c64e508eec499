"""Which media type answers a request: `Accept` (RFC 9110, section 12.5.1) against what is offered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_RANGE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Range:
    """A media range: `type` and `subtype` (either may be `*`) and its weight from 0 to 1."""

    type: str
    subtype: str
    weight: float

    def specificity(self, media_type: str) -> int:
        """Return how narrowly it takes in a type: 3 the very type, 2 its family, 1 any, 0 not at all."""
        family, _, name = media_type.partition("/")
        if self.type == "*":
            return 1
        if self.type != family:
            return 0
        return 2 if self.subtype == "*" else 3 if self.subtype == name else 0


def parse_accept(header: str) -> list[Range]:
    """Return the ranges of an `Accept` header without ill-formed ones; of parameters only `q` counts."""
    found = []
    for part in _RANGE.findall(header):
        name = part.partition(";")[0].strip().lower()
        family, slash, subtype = name.partition("/")
        weight = next((v for k, v in _PARAMETER.findall(part) if k.lower() == "q"), "1")
        if (
            slash
            and family
            and subtype
            and _WEIGHT.fullmatch(weight)
            and not (family == "*" and subtype != "*")
        ):
            found.append(Range(family, subtype, float(weight)))
    return found


def choose(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type that suits best.

    The narrowest range that takes an offer in decides its weight; among equal weights the narrower range
    wins, then the order of the offers. Without a well-formed range the first offer is taken.

    Returns:
        one of the offers, or None where the header takes none of them.
    """
    ranges = parse_accept(header or "")
    if not ranges:
        return offers[0]
    ranked = []
    for place, offer in enumerate(offers):
        narrowest = max(ranges, key=lambda r: (r.specificity(offer), r.weight))
        if narrowest.specificity(offer) and narrowest.weight > 0:
            ranked.append((-narrowest.weight, -narrowest.specificity(offer), place))
    return offers[min(ranked)[2]] if ranked else None


def choose_coding(header: str | None, codings: Sequence[str]) -> str | None:
    """Return the content coding that suits best: the highest weight, then the order of those offered.

    `*` stands for the codings that the header does not name (RFC 9110, section 12.5.3).

    Returns:
        one of `codings`, or None where the answer goes out as it is: nothing is asked for, none of them is
        taken, or `identity` is liked better.
    """
    said: dict[str, float] = {}
    for part in (header or "").split(","):
        name, _, rest = part.partition(";")
        weight = next((v for k, v in _PARAMETER.findall(f";{rest}") if k.lower() == "q"), "1")
        if _WEIGHT.fullmatch(weight):
            said[name.strip().lower()] = float(weight)
    weights = {coding: said.get(coding, said.get("*", 0.0)) for coding in codings}
    best = max(codings, key=lambda coding: weights[coding])
    return best if weights[best] > said.get("identity", 0.0) or weights[best] == 1 else None


def choose_language(header: str | None, languages: Sequence[str]) -> str:
    """Return the language that an `Accept-Language` header likes best of those offered, else the first."""
    ranked: list[tuple[float, int, str]] = []
    for part in (header or "").split(","):
        tag, _, rest = part.partition(";")
        weight = rest.partition("=")[2].strip() or "1"
        primary = tag.strip().lower().partition("-")[0]
        if primary in languages and _WEIGHT.fullmatch(weight) and float(weight) > 0:
            ranked.append((-float(weight), len(ranked), primary))
    return min(ranked)[2] if ranked else languages[0]
