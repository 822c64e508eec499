"""Why a claim was made, and why a sentence gave none.

`explain_document` prints, for each claim, the rule, the words it matched, what filled each slot and how (short name,
reference, group), and the cue of its modality. With `why_not` it takes one sentence and lists what was recognised in it and
the rules whose words stand in it, with the first slot that kept each from firing.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from graph_service.errors import UsageError
from graph_service.reading.claims import Claim, Document, Entity, Reason
from graph_service.reading.passages import Mention, Passage
from graph_service.reading.rules import Rule, rules
from graph_service.reading.slots import prefixes
from graph_service.reading.stages import prepare, read
from graph_service.settings import BASE_IRI

_SHOWN = 12
"""How many rules that came near are printed; JSON has all of them."""

_MADE_NONE = "ends that the relation takes; where a figure fits several rules, the first has it"


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that made no claim of a sentence: how far its pattern got, and what it wanted next."""

    rule: str
    why: str
    matched: str
    wanted: str


def explain_document(
    document: Document, *, why_not: str | None = None, only: str | None = None, as_json: bool = False
) -> str:
    """Return the explanation of the claims of a document, or of the rules that did not fire on the sentence `why_not`.

    Args:
        document: its text and date.
        why_not: words of one sentence; explains that sentence instead.
        only: explain the claims of this relation, rule, modality, status or derivation alone.
        as_json: claims as JSON Lines, each with its `reasons`; a sentence as one JSON object.

    Raises:
        UsageError: no sentence of the document has the words of `why_not`, or no claim is of what `only` says.
    """
    if why_not is not None:
        return _why_not(document, why_not, as_json)
    claims = _chosen(read(document).claims, only)
    if as_json:
        return "\n".join(json.dumps(_as_json(claim, document), ensure_ascii=False) for claim in claims)
    told = (_paragraph(list(same)) for _, same in groupby(claims, key=lambda claim: claim.evidence))
    return "\n\n".join(told)


# ---- Claims --------------------------------------------------------------------------------------


def _chosen(claims: tuple[Claim, ...], only: str | None) -> list[Claim]:
    def marks(claim: Claim) -> tuple[str, ...]:
        return claim.relation, claim.rule, claim.modality, claim.status, claim.derivation

    found = [claim for claim in claims if only is None or only in marks(claim)]
    if only is not None and not found:
        known = sorted({mark for claim in claims for mark in marks(claim)})
        raise UsageError(
            f"No claim of the document is of “{only}”", f"It has {', '.join(known) or 'no claims'}."
        )
    return found


def _as_json(claim: Claim, document: Document) -> dict[str, Any]:
    return {**claim.as_json(document, BASE_IRI), "reasons": [_step(reason) for reason in claim.reasons]}


def _step(reason: Reason) -> dict[str, str]:
    """Return a reason; a slot with its name, what fills it, and why that is meant, each apart."""
    if reason.step != "slot":
        return {"step": reason.step, "text": reason.text}
    name, _, rest = reason.text.partition(" = ")
    filled, _, because = rest.partition("; ")
    parts = {"step": "slot", "text": reason.text, "name": name, "filled": filled}
    return {**parts, "because": because} if because else parts


def _paragraph(claims: list[Claim]) -> str:
    """Return the evidence that claims share, and under it each of them with its reasons."""
    lines = [f"{span.start}–{span.end}  {' '.join(span.text.split())}" for span in claims[0].evidence]
    for claim in claims:
        lines += ["", *_lines(claim)]
    return "\n".join(lines)


def _lines(claim: Claim) -> Iterator[str]:
    target = claim.object.name if isinstance(claim.object, Entity) else claim.object.text
    how = "" if claim.derivation == "plain" else f", by {claim.derivation}"
    yield f"  {claim.subject.name} — {claim.relation} → {target}  [{claim.modality}, {claim.status}{how}]"
    if claim.problem:
        yield f"    problem   {claim.problem}"
    if claim.attributed_to:
        yield f"    said by   {claim.attributed_to}"
    for name, value in claim.qualifiers:
        yield f"    {name:<9} {value}"
    for reason in claim.reasons:
        yield f"    {reason.step:<9} {reason.text}"


# ---- A sentence ----------------------------------------------------------------------------------


def _why_not(document: Document, sentence: str, as_json: bool) -> str:
    wanted = sentence.strip()
    passage = next((p for p in prepare(document) if wanted in p.unit.text or p.unit.text in wanted), None)
    if passage is None or not wanted:
        raise UsageError(
            f"No sentence of the document has the words “{sentence[:60]}”",
            "Give words of one sentence as they stand in the text.",
        )
    fired = sorted({claim.rule for claim in read(document).claims if _about(claim, passage)})
    failures = [f for rule in rules() if rule.id not in fired and (f := _failure(rule, passage)) is not None]
    failures.sort(key=lambda f: (-len(f.matched), f.rule))
    if not as_json:
        return "\n".join(_told(passage, fired, failures))
    seen = [
        {"words": _words(passage, m), "kind": m.kind, "means": m.entity.name if m.entity else None, "how": m.how,
         "because": m.reason}
        for m in passage.mentions
    ]  # fmt: skip
    said = {"sentence": passage.unit.text, "mentions": seen, "fired": fired}
    return json.dumps({**said, "rules": [asdict(f) for f in failures]}, ensure_ascii=False, indent=1)


def _told(passage: Passage, fired: list[str], failures: list[Failure]) -> Iterator[str]:
    yield from (passage.unit.text, "", "recognised:")
    for mention in passage.mentions:
        yield f"  {_words(passage, mention)}  {mention.kind}{_meaning(passage, mention)}"
    if not passage.mentions:
        yield "  nothing: no name, figure, date or reference"
    if fired:
        yield from ("", f"rules that did fire: {', '.join(fired)}")
    yield from ("", "rules that came near:")
    for failure in failures[:_SHOWN]:
        yield f"  {failure.rule}: matched “{failure.matched}”, then wanted {failure.wanted}"
    if not failures:
        yield "  none: no rule has words of this sentence"


def _words(passage: Passage, mention: Mention) -> str:
    return passage.unit.text[mention.start : mention.end]


def _meaning(passage: Passage, mention: Mention) -> str:
    """Return what a mention stands for, where that is not what it says, with the reason."""
    if mention.how == "coreference" and mention.entity is None:
        return " → ? (nothing before it that it could mean)"
    if mention.entity is None or mention.entity.name == _words(passage, mention):
        return ""
    reason = f" ({mention.reason})" if mention.how in ("coreference", "alias") and mention.reason else ""
    return f" → {mention.entity.name}{reason}"


def _about(claim: Claim, passage: Passage) -> bool:
    return not set(claim.evidence).isdisjoint(passage.unit.evidence)


def _failure(rule: Rule, passage: Passage) -> Failure | None:
    """Return how far a rule that made no claim gets in the passage; None where only a bare slot matches, or nothing."""
    if rule.trigger and not rule.trigger.search(passage.text):
        return None
    if whole := rule.pattern.search(passage.code):
        wanted = f"a subject: {'|'.join(sorted(rule.topic))}" if rule.topic else _MADE_NONE
        return Failure(rule.id, rule.why, passage.words(whole.start(), whole.end()), wanted)
    best: tuple[re.Match[str], str] | None = None
    for expression, wanted in prefixes(rule.source):
        match = expression.search(passage.code)
        if match is None or match.end() == match.start():
            break
        best = (match, wanted)
    if best is None:
        return None
    matched = passage.words(best[0].start(), best[0].end())
    return Failure(rule.id, rule.why, matched, best[1]) if len(matched) > 1 else None
