"""Exchange with Label Studio: tasks out, annotations in."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.errors import UsageError
from graph_service.graph import pending
from graph_service.graph.ledger import Ledger
from graph_service.graph.named import load
from graph_service.graph.reviews import ReviewError
from graph_service.graph.store import GraphStore, open_store
from graph_service.label_studio import CONFIG, decide, tasks
from graph_service.reading.claims import Entity
from graph_service.review import Review
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, Draft, lines, put, rows

ZONE, SAME_ZONE = Entity("浙江诸暨经济开发区", "Zone"), Entity("诸暨经济开发区", "Zone")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """A store with an accepted claim, one that waits, and two zones that may be one."""
    draft = Draft()
    moved, here = draft.sentence("和光迁到镜湖园。"), draft.sentence("它在那里,两个开发区也在。")
    draft.claim(HEGUANG, "relocatedTo", PARK, moved)
    draft.claim(HEGUANG, "locatedIn", LINJIANG, here, status="unresolved", problem="没有先行词")
    draft.claim(ZONE, "locatedIn", LINJIANG, here).claim(SAME_ZONE, "locatedIn", LINJIANG, here)
    with open_store(tmp_path / "store", BASE) as opened:
        put(opened, draft.reading())
        yield opened


@pytest.fixture
def review(store: GraphStore, tmp_path: Path) -> Review:
    """A review of it."""
    return Review(store, Ledger(tmp_path / "store" / "reviews.jsonl"))


def exported(store: GraphStore) -> list[dict[str, Any]]:
    """Return the tasks of all claims and pairs."""
    snapshot = store.snapshot()
    return tasks(pending.claims(snapshot, pending.STATUSES), pending.proposals(snapshot, load()))


def annotate(task: dict[str, Any], **said: str) -> dict[str, Any]:
    """Return a task as Label Studio exports it once somebody chose."""
    result = [
        {
            "id": key, "from_name": key, "to_name": "text", "origin": "manual",
            "type": "textarea" if key == "note" else "choices",
            "value": {"text": [value]} if key == "note" else {"choices": [value]},
        }
        for key, value in said.items()
    ]  # fmt: skip
    return {**task, "id": 7, "annotations": [{"id": 1, "was_cancelled": False, "result": result}]}


def write(path: Path, *annotated: dict[str, Any]) -> Path:
    """Write tasks to a file."""
    path.write_text(json.dumps(annotated, ensure_ascii=False), "utf-8")
    return path


def task(store: GraphStore, words: str) -> dict[str, Any]:
    """Return the one task whose statement has these words."""
    (found,) = [task for task in exported(store) if words in task["data"]["statement"]]
    return found


def test_tasks_fit_the_interface(store: GraphStore) -> None:
    """What the interface shows, tasks have; what predictions choose, it offers."""
    root = ET.fromstring(CONFIG)
    shown = {e.attrib["value"][1:] for e in root.iter() if e.attrib.get("value", "").startswith("$")}
    offered = {c.attrib["name"]: {o.attrib["value"] for o in c} for c in root.iter("Choices")}
    found = exported(store)
    assert len(found) == 5
    for one in found:
        assert shown <= one["data"].keys()
        for prediction in one["predictions"]:
            for result in prediction["result"]:
                assert set(result["value"]["choices"]) <= offered[result["from_name"]]
                assert result["to_name"] == "text"


def test_a_task_shows_the_sentence_and_why_it_waits(store: GraphStore) -> None:
    """And has no verdict as a prediction."""
    waiting = task(store, "临江和光科技有限公司 — 位于")
    assert waiting["data"]["text"] == "它在那里,两个开发区也在。"
    assert waiting["data"]["problem"] == "没有先行词"
    assert [r["from_name"] for r in waiting["predictions"][0]["result"]] == ["modality"]


def test_annotations_become_decisions(store: GraphStore, review: Review, tmp_path: Path) -> None:
    """Accept, change and merge, in one file; the note is kept."""
    file = write(
        tmp_path / "done.json",
        annotate(task(store, "和光科技有限公司 — 位于"), verdict="accept", note="指和光"),
        annotate(task(store, "迁至"), verdict="accept", modality="planned"),
        annotate(task(store, "= "), verdict="merge"),
    )
    made = decide(file, review)
    assert [decision.verdict for decision in made] == ["accept", "edit", "merge"]
    assert made[0].note == "指和光"
    review.keep()
    snapshot = store.snapshot()
    assert rows(snapshot, "SELECT ?o { ?s zg:relocatedTo ?o }") == []
    assert len(rows(snapshot, "SELECT ?z { ?z a zg:Zone }")) == 1
    assert rows(snapshot, "SELECT ?o { ?c a zg:Company ; zg:locatedIn ?o }") == [(LINJIANG.iri(BASE),)]
    assert decide(file, Review(store, review.ledger)) == []


def test_what_was_decided_comes_back_as_a_prediction(
    store: GraphStore, review: Review, tmp_path: Path
) -> None:
    """A rejected claim is a task with that verdict; pairs that are two are no tasks."""
    file = write(
        tmp_path / "done.json",
        annotate(task(store, "迁至"), verdict="reject"),
        annotate(task(store, "= "), verdict="distinct"),
    )
    assert len(decide(file, review)) == 2
    review.keep()
    chosen = {r["from_name"]: r["value"]["choices"] for r in task(store, "迁至")["predictions"][0]["result"]}
    assert chosen["verdict"] == ["reject"]
    assert not [one for one in exported(store) if "one" in one["data"]]
    assert decide(file, Review(store, review.ledger)) == []


def test_tasks_without_annotations_decide_nothing(store: GraphStore, review: Review, tmp_path: Path) -> None:
    """Nor do those that were skipped."""
    skipped = annotate(task(store, "迁至"), verdict="reject")
    skipped["annotations"][0]["was_cancelled"] = True
    assert decide(write(tmp_path / "done.json", *exported(store), skipped), review) == []


@pytest.mark.parametrize(
    ("words", "verdict"), [("迁至", "merge"), ("= ", "accept"), ("迁至", "burn")]
)  # fmt: skip
def test_a_verdict_that_does_not_fit_is_an_error(
    store: GraphStore, review: Review, tmp_path: Path, words: str, verdict: str
) -> None:
    """It names the task, and nothing of the file is kept."""
    before = lines(store.snapshot())
    wrong = annotate(task(store, words), verdict=verdict)
    with pytest.raises(ReviewError, match="Task 7"):
        decide(write(tmp_path / "done.json", wrong), review)
    assert lines(store.snapshot()) == before


@pytest.mark.parametrize(
    "text", ["no", "{}", "[1]", '[{"annotations": [{"result": [{"value": {}}]}]}]', '[{"annotations": [1]}]']
)
def test_a_file_that_is_not_from_label_studio_is_an_error(review: Review, tmp_path: Path, text: str) -> None:
    """With the way to export it."""
    file = tmp_path / "done.json"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        decide(file, review)
    assert "JSON" in caught.value.cure


def test_a_task_about_nothing_is_an_error(review: Review, tmp_path: Path) -> None:
    """Its data were lost on the way."""
    with pytest.raises(ReviewError, match="neither"):
        decide(write(tmp_path / "done.json", annotate({"data": {"text": "x"}}, verdict="accept")), review)
