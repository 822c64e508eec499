"""Review in Label Studio: what there is to decide as its tasks, and decisions from the annotations it exports.

A task is a claim or a pair of things that may be one. `CONFIG` is the labelling interface for a project of such
tasks. What comes back is Label Studio's JSON (not JSON-MIN): of each task the last annotation that was not skipped
counts, and a task without one decides nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError
from graph_service.graph.pending import Pending
from graph_service.graph.reviews import Decision, ReviewError
from graph_service.review import Review
from graph_service.vocabulary import MODALITIES

CONFIG = f"""<View>
  <Header value="$statement"/>
  <Text name="text" value="$text"/>
  <Choices name="verdict" toName="text" choice="single" showInLine="true">
    <Choice value="accept"/><Choice value="reject"/><Choice value="merge"/><Choice value="distinct"/>
  </Choices>
  <Choices name="modality" toName="text" choice="single" showInLine="true">
    {"".join(f'<Choice value="{modality}"/>' for modality in MODALITIES)}
  </Choices>
  <TextArea name="note" toName="text" rows="1" maxSubmissions="1" placeholder="note"/>
</View>
"""
"""The labelling interface that the tasks are for."""

_FORM_CURE = "Export the project from Label Studio as JSON (not JSON-MIN or CSV)."


def tasks(claims: Iterable[Pending], proposals: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return claims and pairs as tasks, with what is so far as prediction."""
    found = [
        _task(
            f"{c.subject} — {c.relation} → {c.object} [{c.modality}]",
            "\n".join(c.sentences),
            {
                "claim": c.claim,
                "document": c.document,
                "status": c.status,
                "rule": c.rule,
                "problem": c.problem,
            },
            [("verdict", "reject" if c.status == "rejected" else "accept"), ("modality", c.modality)]
            if c.status in ("accepted", "rejected")
            else [("modality", c.modality)],
            c.rule,
        )
        for c in claims
    ]
    for pair in proposals:
        reasons = "、".join(reason["label"] for reason in (*pair["supporting"], *pair["contradicting"]))
        one, other = pair["one"], pair["other"]
        data = {"one": one["iri"], "other": other["iri"], "score": pair["score"]}
        text = f"{one['label']}\n{other['label']}\n{reasons}"
        found.append(_task(f"{one['label']} = {other['label']} ?", text, data, [], "proposals"))
    return found


def _task(
    statement: str, text: str, data: Mapping[str, Any], so_far: Sequence[tuple[str, str]], made_by: str
) -> dict[str, Any]:
    result = [
        {"id": name, "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [value]}}
        for name, value in so_far
    ]
    kept = {key: value for key, value in data.items() if value is not None}
    return {
        "data": {"statement": statement, "text": text, **kept},
        "predictions": [{"model_version": made_by, "result": result}] if result else [],
    }


def decide(path: Path, review: Review) -> list[Decision]:
    """Make the decisions that a file of annotated tasks has; those that are in force already are passed over.

    Args:
        path: what Label Studio exported.
        review: where they are made; nothing is kept yet.

    Raises:
        UsageError: the file is no such JSON.
        ReviewError: an annotation decides what cannot be; `detail` names the task.
    """
    try:
        exported = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}", _FORM_CURE) from error
    if not isinstance(exported, list) or not all(isinstance(task, dict) for task in exported):
        raise UsageError(f"{path} is no list of tasks", _FORM_CURE)
    return [
        decision for number, task in enumerate(exported, 1) for decision in _of_task(task, number, review)
    ]


def _of_task(task: Mapping[str, Any], number: int, review: Review) -> Iterator[Decision]:
    said = _said(task, number)
    data = task.get("data", {})
    try:
        if not said:
            return
        if "claim" in data:
            yield from _on_claim(str(data["claim"]), said, review)
        elif "one" in data and "other" in data:
            yield from _on_pair(str(data["one"]), str(data["other"]), said, review)
        else:
            raise ReviewError(
                "the task is about neither a claim nor a pair", "Leave the data of tasks as exported."
            )
    except ReviewError as error:
        raise ReviewError(f"Task {task.get('id', number)}: {error.detail}", error.cure) from error


def _said(task: Mapping[str, Any], number: int) -> dict[str, str]:
    """Return the choices and the note of the last annotation that counts."""
    try:
        counting = [a for a in task.get("annotations", ()) if not a.get("was_cancelled")]
        said: dict[str, str] = {}
        for result in counting[-1]["result"] if counting else ():
            value = result["value"]
            said[result["from_name"]] = str((value.get("choices") or value.get("text") or [""])[0])
        return said
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise UsageError(
            f"Task {task.get('id', number)} has an annotation that is none", _FORM_CURE
        ) from error


def _on_claim(claim: str, said: Mapping[str, str], review: Review) -> Iterator[Decision]:
    verdict, modality = said.get("verdict", ""), said.get("modality")
    review.note = said.get("note") or None
    if verdict == "reject":
        if not review.holds("reject", claim):
            yield review.reject(claim)
    elif modality and modality != review.modality(claim):
        yield review.edit(claim, {"modality": modality})
    elif verdict == "accept":
        if not (review.holds("accept", claim) or review.holds("edit", claim)):
            yield review.accept(claim)
    elif verdict:
        raise ReviewError(f"{verdict!r} is no verdict on a claim", "Choose accept or reject.")


def _on_pair(one: str, other: str, said: Mapping[str, str], review: Review) -> Iterator[Decision]:
    verdict = said.get("verdict", "")
    review.note = said.get("note") or None
    if verdict == "merge":
        if not review.are_one(one, other):
            yield review.merge(other, one)
    elif verdict == "distinct":
        if not review.holds("distinct", one, other):
            yield review.distinct(one, other)
    elif verdict:
        raise ReviewError(f"{verdict!r} is no verdict on a pair", "Choose merge or distinct.")
