"""Why a claim was made, and why a sentence gave none.

`explain_document` prints, for each claim, the rule, the words it matched, what filled each slot and how (short name,
reference, group), and the cue of its modality. With `why_not` it takes one sentence and lists what was recognised in it and
the rules whose words stand in it, with the first slot that kept each from firing.
"""

import json
import re
from dataclasses import dataclass

from graph_service.errors import UsageError
from graph_service.reading.claims import Claim, Document, Entity
from graph_service.reading.mentions import Passage
from graph_service.reading.rules import Rule, prefixes, rules
from graph_service.reading.stages import prepare, read
from graph_service.settings import BASE_IRI


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that did not fire on a sentence: how far its pattern got, and what it wanted next."""

    rule: str
    why: str
    matched: str
    wanted: str


def explain_document(document: Document, *, why_not: str | None = None, as_json: bool = False) -> str:
    """Return the explanation of every claim of a document, or of the rules that did not fire on the sentence `why_not`.

    Raises:
        UsageError: no sentence of the document has the words of `why_not`.
    """
    if why_not is not None:
        return _why_not(document, why_not, as_json)
    claims = read(document).claims
    if as_json:
        lines = [
            {
                **c.as_json(document, BASE_IRI),
                "reasons": [{"step": r.step, "text": r.text} for r in c.reasons],
            }
            for c in claims
        ]
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return "\n\n".join(_paragraph(claim) for claim in claims)


def _paragraph(claim: Claim) -> str:
    target = claim.object.name if isinstance(claim.object, Entity) else claim.object.text
    head = f"{claim.subject.name} — {claim.relation} → {target}  [{claim.modality}, {claim.status}]"
    lines = [head, *(f"  {span.start}–{span.end}  {span.text}" for span in claim.evidence)]
    if claim.attributed_to:
        lines.append(f"  said by    {claim.attributed_to}")
    lines += [f"  {reason.step:<10} {reason.text}" for reason in claim.reasons]
    return "\n".join(lines)


def _why_not(document: Document, sentence: str, as_json: bool) -> str:
    found = [p for p in prepare(document) if sentence.strip() in p.unit.text or p.unit.text in sentence]
    if not found:
        raise UsageError(
            f"No sentence of the document has the words “{sentence[:60]}”",
            "Give words of one sentence as they stand in the text.",
        )
    passage = found[0]
    seen = [
        {
            "words": passage.unit.text[m.start : m.end],
            "kind": m.kind,
            "means": m.entity.name if m.entity else None,
        }
        for m in passage.mentions
    ]
    failures = [f for f in (_failure(rule, passage) for rule in rules()) if f is not None]
    failures.sort(key=lambda f: (-len(f.matched), f.rule))
    if as_json:
        rows = [{"rule": f.rule, "why": f.why, "matched": f.matched, "wanted": f.wanted} for f in failures]
        return json.dumps(
            {"sentence": passage.unit.text, "mentions": seen, "rules": rows}, ensure_ascii=False, indent=1
        )
    lines = [passage.unit.text, "", "recognised:"]
    lines += [
        f"  {m['words']}  {m['kind']}"
        + (f" → {m['means']}" if m["means"] and m["means"] != m["words"] else "")
        for m in seen
    ]
    if made := sorted({claim.rule for claim in read(document).claims if _about(claim, passage)}):
        lines += ["", f"rules that did fire: {', '.join(made)}"]
    lines += ["", "rules that came near:"]
    lines += [f"  {f.rule}: matched “{f.matched}”, then wanted {f.wanted}" for f in failures[:12]] or [
        "  none: no rule has words of this sentence"
    ]
    return "\n".join(lines)


def _about(claim: Claim, passage: Passage) -> bool:
    return not set(claim.evidence).isdisjoint(passage.unit.evidence)


def _failure(rule: Rule, passage: Passage) -> Failure | None:
    """Return how far the rule's pattern gets in the passage; None where it fires, or where only a bare slot matches."""
    if rule.pattern.search(passage.code) or (rule.trigger and not rule.trigger.search(passage.text)):
        return None
    best: tuple[int, re.Match[str], str] | None = None
    for number, (expression, wanted) in enumerate(prefixes(rule)):
        match = expression.search(passage.code)
        if match is None or match.end() == match.start():
            break
        best = (number, match, wanted)
    if best is None:
        return None
    matched = passage.words(best[1].start(), best[1].end())
    return Failure(rule.id, rule.why, matched, best[2]) if len(matched) > 1 else None
