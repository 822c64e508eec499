"""`zonegraph review` on the command line."""

import json
from pathlib import Path

import pytest

from graph_service import cli
from graph_service.graph.store import open_store
from graph_service.reading.claims import Entity
from graph_service.review_commands import WHAT, review
from tests.graph.factory import BASE, PARK, YUANXING, Draft, put
from tests.test_cli import run

MOVED = "SELECT ?who WHERE { ?who <https://w3id.org/zonegraph/ont#relocatedTo> ?place }"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a move, and with two zones and two industries that may be one each."""
    draft = Draft()
    moved, zones = draft.sentence("远星传感迁到镜湖园。"), draft.sentence("两个开发区都以智能视觉为主。")
    draft.claim(YUANXING, "relocatedTo", PARK, moved)
    for zone, industry in (("浙江诸暨经济开发区", "智能视觉"), ("诸暨经济开发区", "智能视觉产业")):
        draft.claim(Entity(zone, "Zone"), "leadingIndustry", Entity(industry, "Industry"), zones)
    with open_store(tmp_path / "store", BASE) as opened:
        put(opened, draft.reading())
    return tmp_path / "store"


def claim(store: Path) -> str:
    """Return the claim of the move."""
    found = run("review", "list", "--what", "claims", "--status", "accepted", "--json", "--store", store)
    (moved,) = [c for c in map(json.loads, found.stdout.splitlines()) if c["relation"] == "迁至"]
    return str(moved["claim"])


def count(store: Path) -> int:
    """Return how many moves are facts."""
    query = store.parent / "moved.rq"
    query.write_text(MOVED, "utf-8")
    return len(run("query", query, "--format", "csv", "--store", store).stdout.splitlines()) - 1


def test_every_command_has_a_help_text() -> None:
    """And each option its variable."""
    for name, command in review.commands.items():
        assert command.help
        shown = run("review", name, "--help").stdout
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        assert shown.count("ZONEGRAPH_") >= len(options)
    assert cli.main.commands["review"] is review


def test_without_a_command_it_lists_what_may_be_one(store: Path) -> None:
    """With score, names, reasons and IRIs."""
    answer = run("review", "--store", store)
    assert answer.exit_code == 0
    pairs = [line.split("\t") for line in answer.stdout.splitlines()]
    assert {"智能视觉", "智能视觉产业"} in [{one, other} for _, one, other, *_ in pairs]
    assert all("+名称写法不同" in pair[3] for pair in pairs)
    assert run("review", "list", "--lang", "en", "--store", store).stdout.count("variant of the name") == len(
        pairs
    )


def test_a_claim_is_rejected_and_the_decision_undone(store: Path) -> None:
    """The export is what it was, the ledger has both."""
    before = run("export", "--store", store).stdout_bytes
    answer = run("review", "reject", claim(store), "--note", "错", "--by", "某人", "--store", store)
    assert answer.exit_code == 0
    assert "1 decisions; 1 documents changed" in answer.stdout
    assert count(store) == 0
    (held,) = run("review", "list", "--what", "decisions", "--json", "--store", store).stdout.splitlines()
    decision = json.loads(held)
    assert (decision["verdict"], decision["note"]) == ("reject", "错")
    assert run("review", "undo", decision["id"], "--store", store).exit_code == 0
    assert run("export", "--store", store).stdout_bytes == before
    ledger = run("review", "list", "--what", "ledger", "--json", "--store", store).stdout.splitlines()
    assert [json.loads(line)["verdict"] for line in ledger] == ["reject", "undo"]
    assert json.loads(ledger[0])["by"] == "某人"


def test_a_claim_is_edited(store: Path) -> None:
    """Modality, other end and speaker."""
    answer = run(
        "review", "edit", claim(store), "--modality", "planned", "--object", "Park:另一产业园", "--speaker", "园区",
        "--store", store,
    )  # fmt: skip
    assert answer.exit_code == 0, answer.stderr
    assert count(store) == 0
    (found,) = [
        c
        for c in map(
            json.loads,
            run(
                "review", "list", "--what", "claims", "--status", "accepted", "--json", "--store", store
            ).stdout.splitlines(),
        )
        if c["relation"] == "迁至"
    ]
    assert (found["object"], found["modality"]) == ("另一产业园", "planned")
    assert found["decision"].startswith("decision/")
    assert run("review", "accept", claim(store), "--store", store).exit_code == 1


def test_two_things_are_merged_or_said_to_be_two(store: Path) -> None:
    """Either way they are proposed no more."""
    proposals = len(run("review", "--store", store).stdout.splitlines())
    assert run("review", "merge", "智能视觉产业", "智能视觉", "--store", store).exit_code == 0
    left = run("review", "--store", store).stdout.splitlines()
    assert len(left) == proposals - 1
    one, other = left[0].split("\t")[4:6]
    assert run("review", "distinct", one, other, "--store", store).exit_code == 0
    assert len(run("review", "--store", store).stdout.splitlines()) == proposals - 2


def test_wrong_use_ends_with_two_and_a_wrong_decision_with_one(store: Path) -> None:
    """One line with a cure."""
    for arguments, code in (
        (("reject", "nonsense"), 2),
        (("merge", "远星传感有限公司", "镜湖智能产业园"), 1),
        (("undo", "nonsense"), 2),
        (("list", "--status", "nonsense"), 2),
        (("import", "/nowhere.json"), 2),
    ):
        answer = run("review", *arguments, "--store", store)
        assert answer.exit_code == code, arguments
        assert answer.stderr.startswith("Error: ")
        assert len(answer.stderr.splitlines()) == 1


def test_there_must_be_a_store(tmp_path: Path) -> None:
    """None is made."""
    assert run("review", "reject", "x", "--store", tmp_path / "none").exit_code == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("what", WHAT)
def test_each_list_is_lines_or_json(store: Path, what: str) -> None:
    """Also where it is empty."""
    plain = run("review", "list", "--what", what, "--store", store)
    as_json = run("review", "list", "--what", what, "--json", "--store", store)
    assert plain.exit_code == as_json.exit_code == 0
    assert len(plain.stdout.splitlines()) == len([json.loads(line) for line in as_json.stdout.splitlines()])


def test_tasks_go_out_and_decisions_come_in(store: Path, tmp_path: Path) -> None:
    """A round through the form of Label Studio."""
    assert run("review", "export", "--config", "--store", store).stdout.startswith("<View>")
    out = tmp_path / "tasks.json"
    assert run("review", "export", "--status", "accepted", "-o", out, "--store", store).exit_code == 0
    tasks = json.loads(out.read_text("utf-8"))
    for task in tasks:
        if "迁至" in task["data"]["statement"]:
            verdict = {
                "from_name": "verdict",
                "to_name": "text",
                "type": "choices",
                "value": {"choices": ["reject"]},
            }
            task["annotations"] = [{"was_cancelled": False, "result": [verdict]}]
    out.write_text(json.dumps(tasks), "utf-8")
    answer = run("review", "import", out, "--by", "标注员", "--store", store)
    assert "1 decisions" in answer.stdout
    assert count(store) == 0
    assert "0 decisions; 0 documents changed" in run("review", "import", out, "--store", store).stdout
    assert run("review", "export", "-o", tmp_path / "no" / "x.json", "--store", store).exit_code == 1
