"""The command line: what each command prints, writes and ends with."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph_service import cli, dumps
from graph_service.errors import StoreError
from graph_service.formats import RDF_FORMATS
from graph_service.graph import dumps as files
from graph_service.graph.store import Snapshot, open_reader

TEXT = "远星传感有限公司从苏州迁到镜湖智能产业园。\n园区2022年产值超500亿元。\n"
MOVED = "SELECT ?who WHERE { ?who <https://w3id.org/zonegraph/ont#relocatedTo> ?place }"


def run(*arguments: object, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli.main, [str(a) for a in arguments], env=environment, catch_exceptions=False)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document of two lines."""
    path = tmp_path_factory.mktemp("text") / "moved.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, text: Path) -> Path:
    """A store with that document."""
    path = tmp_path_factory.mktemp("cli") / "store"
    assert run("ingest", text, "--published", "2023-06", "--store", path).exit_code == 0
    return path


def test_help_names_every_command_and_option_variable() -> None:
    """Each command has a help text, each option its variable."""
    assert set(cli.main.commands) == {
        "serve", "extract", "ingest", "query", "ask", "search", "export", "check", "score", "explain", "review", "backup",
        "restore",
    }  # fmt: skip
    for name, command in cli.main.commands.items():
        assert command.help
        shown = run(name, "--help").stdout
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        assert shown.count("ZONEGRAPH_") >= len(options)
    assert "zonegraph" in run("--version").stdout


def test_the_bare_command_is_serve(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    """It takes its options from the environment."""
    served = []
    monkeypatch.setattr(
        "graph_service.web.server.serve", lambda _app, settings, _stop: served.append(settings)
    )
    environment = {"ZONEGRAPH_STORE": str(store), "ZONEGRAPH_PORT": "0", "ZONEGRAPH_TOKEN": "t"}
    assert run(**environment).exit_code == 0
    assert (served[0].port, served[0].store, served[0].token) == (0, store, "t")


def test_a_taken_port_is_wrong_use(store: Path) -> None:
    """The cure names the option."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = run("serve", "--store", store, "--port", taken.getsockname()[1])
    assert answer.exit_code == 2
    assert "--port 0" in answer.stderr


def test_extract_prints_a_claim_a_line(text: Path) -> None:
    """Evidence is the slice of the text, and no store is touched."""
    answer = run("extract", text, "--published", "2023-06")
    claims = [json.loads(line) for line in answer.stdout.splitlines()]
    assert {"relocatedFrom", "relocatedTo", "outputValue"} <= {claim["relation"] for claim in claims}
    for claim in claims:
        assert all(TEXT[e["start"] : e["end"]] == e["text"] for e in claim["evidence"])


def test_ingesting_again_changes_nothing(store: Path, text: Path) -> None:
    """The second time nothing is new, and the export is the same to the byte."""
    before = run("export", "--store", store).stdout_bytes
    answer = run("ingest", text, "--published", "2023-06", "--store", store)
    assert "0 of them new or changed" in answer.stdout
    assert run("export", "--store", store).stdout_bytes == before


def test_what_cannot_be_read_is_one_line_and_leaves_the_store(store: Path, tmp_path: Path) -> None:
    """Exit code 1, the file and the cure named, nothing stored."""
    before = open_reader(store).snapshot().id
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    for name in ("empty.txt", "binary.txt", "missing.txt"):
        answer = run("ingest", tmp_path / name, "--store", store)
        assert answer.exit_code == 1
        assert answer.stderr.startswith("Error: ")
        assert name in answer.stderr
        assert answer.stderr.count("\n") == 1
    assert open_reader(store).snapshot().id == before


def test_a_folder_goes_on_past_what_cannot_be_read(tmp_path: Path) -> None:
    """The good file is in, the bad one is reported, the exit code is 1."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "b.txt").write_bytes(b"")
    answer = run("ingest", folder, "--store", tmp_path / "store")
    assert answer.exit_code == 1
    assert "b.txt" in answer.stderr
    assert len(open_reader(tmp_path / "store").snapshot().documents()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("relocations",), "迁移者"),
        (("relocations", "--lang", "en"), "who"),
        (("relocations", "--format", "json"), '"rows"'),
        (("relocations", "--format", "csv"), "who,size"),
        (("relocations", "--format", "tsv"), "who\tsize"),
        (("relocations", "--format", "xml"), "<sparql"),
        (("figures", "-p", "entity=镜湖智能产业园"), "超500亿元"),
    ],
)
def test_a_named_query_is_answered_in_every_format(
    store: Path, arguments: tuple[str, ...], says: str
) -> None:
    """Results are on standard output."""
    answer = run("query", *arguments, "--store", store)
    assert answer.exit_code == 0
    assert says in answer.stdout


def test_a_query_comes_from_a_file_and_from_standard_input(store: Path, tmp_path: Path) -> None:
    """Both give the same table; parameters are bound."""
    (tmp_path / "q.rq").write_text(MOVED, "utf-8")
    file = run("query", tmp_path / "q.rq", "--store", store)
    piped = CliRunner().invoke(cli.main, ["query", "-", "--store", str(store)], input=MOVED)
    assert file.stdout == piped.stdout
    assert "远星传感有限公司" in file.stdout
    bound = run("query", tmp_path / "q.rq", "-p", "place=https://example.org/nowhere", "--store", store)
    assert "远星" not in bound.stdout


@pytest.mark.parametrize(
    ("query", "format_", "says"),
    [
        ("ASK { ?s ?p ?o }", None, "true\n"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }", None, "@prefix"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }", "nt", "<http"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }", "table", "subject"),
        (MOVED, "json", '"bindings"'),
    ],
)
def test_each_kind_of_answer_has_its_form(store: Path, query: str, format_: str | None, says: str) -> None:
    """A table for solutions, Turtle for graphs, a word for ASK."""
    chosen = ["--format", format_] if format_ else []
    answer = CliRunner().invoke(cli.main, ["query", "-", "--store", str(store), *chosen], input=query)
    assert says in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing",), "relocations"),
        (("figures",), "entity"),
        (("figures", "-p", "entity"), "NAME=VALUE"),
        (("figures", "-p", "entity=镜湖园"), "镜湖智能产业园"),
        (("relocations", "--format", "nonsense"), "table"),
        (("relocations", "--format", "ttl"), "Choose"),
    ],
)
def test_wrong_questions_end_with_2_and_a_cure(store: Path, arguments: tuple[str, ...], says: str) -> None:
    """One line on standard error, nothing on standard output."""
    answer = run("query", *arguments, "--store", store)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert says in answer.stderr


def test_a_store_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Reading makes no store."""
    answer = run("export", "--store", tmp_path / "none")
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: ")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["all.nq", "all.trig", "facts.ttl", "facts.nt", "facts.rdf", "all.jsonld"])
def test_the_name_of_the_file_says_the_format(store: Path, tmp_path: Path, name: str) -> None:
    """The same bytes as by `--format`, compressed or not, each time."""
    path, packed = tmp_path / name, tmp_path / f"{name}.gz"
    for output in (path, packed):
        assert run("export", "-o", output, "--store", store).exit_code == 0
    first = packed.read_bytes()
    assert gzip.decompress(first) == path.read_bytes()
    format_ = name.partition(".")[2]
    assert run("export", "--format", format_, "--store", store).stdout_bytes == path.read_bytes()
    assert run("export", "-o", packed, "--store", store).exit_code == 0
    assert packed.read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == [name, f"{name}.gz"]


def test_an_export_that_fails_leaves_the_file_as_it_was(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is half written."""
    path = tmp_path / "a.nq"
    path.write_text("before")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "export", broken)
    snapshot: Snapshot = open_reader(store).snapshot()
    with pytest.raises(StoreError, match="No space"):
        dumps.dump(snapshot, "all", RDF_FORMATS["nq"], path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.nq"]
    assert path.read_text() == "before"


@pytest.mark.parametrize(
    "arguments", [("--dataset", "nothing"), ("--format", "tsv"), ("--dataset", "all", "--format", "ttl")]
)
def test_what_cannot_be_exported_is_wrong_use(store: Path, arguments: tuple[str, ...]) -> None:
    """The cure lists what can."""
    answer = run("export", *arguments, "--store", store)
    assert answer.exit_code == 2
    assert "Choose" in answer.stderr


def test_check_says_what_it_found(store: Path) -> None:
    """A sound store has no errors and exit code 0."""
    answer = run("check", "--store", store)
    assert answer.stdout.splitlines()[-1].startswith("0 errors")
    assert answer.exit_code == 0


def test_check_ends_with_1_on_errors(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Level, rule, entity and cure are on the line."""
    from graph_service.graph import checks

    finding = checks.Finding("error", "a-rule", "https://example.org/x", "It is wrong.", "Mend it.")
    monkeypatch.setattr(checks, "check", lambda _snapshot: [finding])
    answer = run("check", "--store", store)
    assert answer.exit_code == 1
    assert all(part in answer.stdout for part in ("error", "a-rule", "https://example.org/x", "Mend it."))


def test_score_compares_claims_with_facts(text: Path, tmp_path: Path) -> None:
    """Precision and recall on standard output; files come in pairs."""
    claims, facts = tmp_path / "claims.jsonl", tmp_path / "facts.json"
    claims.write_text(run("extract", text, "--published", "2023-06").stdout, "utf-8")
    fact = {
        "subject": "远星传感有限公司", "relation": "relocatedTo", "object": "镜湖智能产业园", "tier": "core",
        "modality": "actual", "quote": "迁到镜湖智能产业园", "optional": False, "id": "1",
    }  # fmt: skip
    facts.write_text(json.dumps([fact]), "utf-8")
    answer = run("score", facts, claims, "--document", text)
    assert answer.exit_code == 0
    assert "core" in answer.stdout
    assert run("score", facts).exit_code == 2


def test_explain_says_which_rule_made_a_claim(text: Path) -> None:
    """The relation and the rule are named."""
    answer = run("explain", text, "--published", "2023-06")
    assert answer.exit_code == 0
    assert "relocatedTo" in answer.stdout
    lines = run("explain", text, "--format", "json").stdout.splitlines()
    assert {"relocatedTo"} <= {json.loads(line)["relation"] for line in lines}
    assert {"match", "modality", "rule", "slot"} <= {r["step"] for r in json.loads(lines[0])["reasons"]}


def test_explain_takes_claims_of_one_kind(text: Path) -> None:
    """By relation, rule, modality, status or derivation; another word is wrong use and says what there is."""
    lines = run("explain", text, "--only", "relocatedTo", "--format", "json").stdout.splitlines()
    assert [json.loads(line)["relation"] for line in lines] == ["relocatedTo"]
    answer = run("explain", text, "--only", "flies")
    assert answer.exit_code == 2
    assert "relocatedTo" in answer.stderr


def test_extract_and_explain_take_the_date_of_the_sidecar(tmp_path: Path) -> None:
    """As ingest does; an option goes before it, and a sidecar that is none is named."""
    path = tmp_path / "opened.txt"
    path.write_text("浣江实验室今年1月正式揭牌。\n", "utf-8")
    path.with_suffix(".yaml").write_text('published: "2023-06"\n', "utf-8")
    for command in ("extract", "explain"):
        assert "2023-01" in run(command, path, *(["--format", "json"] if command == "explain" else [])).stdout
    assert '"2021-01"' in run("extract", path, "--published", "2021-06").stdout
    path.with_suffix(".yaml").write_text("- a list\n", "utf-8")
    answer = run("extract", path)
    assert answer.exit_code == 1
    assert "opened.yaml" in answer.stderr


@pytest.mark.parametrize("base", ["nonsense", "https://example.org/id", "https://example.org/开发区/"])
def test_a_base_that_cannot_start_iris_is_refused(text: Path, base: str) -> None:
    """The cure shows one that can."""
    answer = run("extract", text, "--base-iri", base)
    assert answer.exit_code == 2
    assert "https://example.org/id/" in answer.stderr


def test_the_module_runs_as_the_command_in_any_locale(text: Path) -> None:
    """Chinese comes out as UTF-8 where the locale is plain C."""
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C"}
    command = [sys.executable, "-m", "graph_service", "extract", str(text)]
    answer = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "远星传感" in answer.stdout.decode("utf-8")


def test_a_backup_is_put_back_into_an_empty_store(store: Path, tmp_path: Path) -> None:
    """Both say which snapshot it is; the export is the same to the byte."""
    made = run("backup", tmp_path / "backup", "--store", store)
    assert made.exit_code == 0
    assert open_reader(store).snapshot().id in made.stdout
    assert run("restore", tmp_path / "backup", "--store", tmp_path / "other").exit_code == 0
    before, after = (run("export", "--store", path).stdout_bytes for path in (store, tmp_path / "other"))
    assert before == after


def test_a_backup_is_not_put_over_something(store: Path, tmp_path: Path) -> None:
    """Neither into a store that holds data, nor out to a folder that is there."""
    assert run("backup", tmp_path / "backup", "--store", store).exit_code == 0
    assert run("backup", tmp_path / "backup", "--store", store).exit_code == 2
    assert run("restore", tmp_path / "backup", "--store", store).exit_code == 2


def test_serve_takes_its_limits_from_options_and_variables(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    """An option wins over its variable; `off` turns the log off."""
    served = []
    monkeypatch.setattr(
        "graph_service.web.server.serve", lambda _app, settings, _stop: served.append(settings)
    )
    options = ("--timeout", "1.5", "--memory", "256", "--workers", "3", "--access-log", "off")
    assert run("serve", "--store", store, *options, ZONEGRAPH_RATE="20", ZONEGRAPH_TIMEOUT="9").exit_code == 0
    got = served[0]
    assert (got.timeout, got.memory, got.workers, got.rate, got.cache) == (1.5, 256, 3, 20, 64)
    assert got.access_log is None
    assert run("serve", "--store", store, "--timeout", "0").exit_code == 2


def test_search_finds_names_however_they_are_typed(tmp_path: Path) -> None:
    """The index is made at the first search and kept beside the store; nothing found ends with 1."""
    store = tmp_path / "store"
    source = tmp_path / "note.txt"
    source.write_text("临江市和光科技有限公司从南山市迁到镜湖智能产业园。", encoding="utf-8")
    assert CliRunner().invoke(cli.main, ["ingest", str(source), "--store", str(store)]).exit_code == 0
    found = CliRunner().invoke(cli.main, ["search", "jinghu", "--store", str(store), "--format", "json"])
    assert found.exit_code == 0
    assert json.loads(found.stdout)["results"][0]["label"] == "镜湖智能产业园"
    assert (store / "search.db").exists()
    table = CliRunner().invoke(cli.main, ["search", "镜湖", "--store", str(store), "--type", "Park"])
    assert "镜湖智能产业园" in table.stdout
    assert CliRunner().invoke(cli.main, ["search", "qqqq", "--store", str(store)]).exit_code == 1
