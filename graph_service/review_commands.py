"""`zonegraph review`: what there is to decide, decisions on claims and entities, exchange with Label Studio."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph_service.errors import StoreError, UsageError
from graph_service.options import STORE, option

if TYPE_CHECKING:
    from graph_service.graph.reviews import Decision
    from graph_service.graph.store import Snapshot
    from graph_service.review import Review

WHAT = ("proposals", "claims", "decisions", "ledger")
_note = option("--note", metavar="WORDS", help="Why; kept with the decision.")
_by = option("--by", metavar="NAME", help="Who decides; kept in the ledger.")
_format = option(
    "--format",
    "format_",
    type=click.Choice(["label-studio"]),
    default="label-studio",
    show_default=True,
    help="Form of the file.",
)


@click.group(invoke_without_command=True)
@STORE
@click.pass_context
def review(ctx: click.Context, store: Path) -> None:
    """Decide on claims, and on things that may be one.

    Without a command: the same as `zonegraph review list`. A CLAIM is its IRI or the end of it, a THING its name or IRI.
    Decisions are kept in the ledger of the store, hold when documents are read again, and can be undone.
    """
    ctx.default_map = {name: {"store": store} for name in review.commands}
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, store=store)


@review.command("list")
@option("--what", type=click.Choice(WHAT), help="Only this.  [default: proposals and claims that wait]")
@option(
    "--status",
    metavar="STATUS",
    multiple=True,
    help="Claims of this status; repeatable.  [default: those that wait]",
)
@option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)
@option("--json", "as_json", is_flag=True, help="As JSON Lines.")
@STORE
def list_(
    what: str | None = None, status: tuple[str, ...] = (), lang: str = "zh", as_json: bool = False,
    store: Path = Path("zonegraph-store"),
) -> None:  # fmt: skip
    """List what there is to decide, or what was decided."""
    from graph_service.graph import pending
    from graph_service.graph.ledger import Ledger, as_line
    from graph_service.graph.named import load

    snapshot = _snapshot(store)
    if what in (None, "proposals"):
        _print(pending.proposals(snapshot, load(), lang), _proposal, as_json)
    if what in (None, "claims"):
        found = pending.claims(snapshot, _statuses(status), lang)
        _print([asdict(claim) for claim in found], _claim, as_json)
    if what == "decisions":
        _print([_as_json(d) for d in pending.decisions(snapshot)], _decision, as_json)
    if what == "ledger":
        _print([json.loads(as_line(d)) for d in Ledger.of(store).decisions()], _decision, as_json)


@review.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIM…")
@_note
@_by
@STORE
def accept(claims: tuple[str, ...], note: str | None, by: str | None, store: Path) -> None:
    """Confirm claims; those that were set aside become facts or prospects."""
    with _deciding(store, by, note) as made:
        for claim in claims:
            made.accept(claim)


@review.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIM…")
@_note
@_by
@STORE
def reject(claims: tuple[str, ...], note: str | None, by: str | None, store: Path) -> None:
    """Take claims out of facts and prospects."""
    with _deciding(store, by, note) as made:
        for claim in claims:
            made.reject(claim)


@review.command()
@click.argument("claim", metavar="CLAIM")
@option("--subject", metavar="THING", help="What it is about: a name or IRI, KIND:NAME, or JSON of a term.")
@option("--relation", metavar="NAME", help="The relation, by its name in the ontology.")
@option("--object", "object_", metavar="THING", help="The other end: as --subject, or words, or a date.")
@option("--modality", metavar="NAME", help="actual, planned, target or possible.")
@option("--speaker", metavar="WORDS", help="Who says so.")
@_note
@_by
@STORE
def edit(claim: str, note: str | None, by: str | None, store: Path, **said: str | None) -> None:
    """Change a claim, and accept it so."""
    with _deciding(store, by, note) as made:
        subject, other = made.ends(claim)
        change: dict[str, Any] = {key: said[key] for key in ("relation", "modality") if said[key] is not None}
        if said["speaker"] is not None:
            change["attributed_to"] = said["speaker"]
        for end, text, like in (("subject", said["subject"], subject), ("object", said["object_"], other)):
            if text is not None:
                change[end] = made.term(text, like)
        made.edit(claim, change)


@review.command()
@click.argument("old", metavar="THING")
@click.argument("kept", metavar="INTO")
@_note
@_by
@STORE
def merge(old: str, kept: str, note: str | None, by: str | None, store: Path) -> None:
    """Let INTO stand for THING as well; the IRI of THING leads to it."""
    with _deciding(store, by, note) as made:
        made.merge(old, kept)


@review.command()
@click.argument("one", metavar="THING")
@click.argument("other", metavar="OTHER")
@_note
@_by
@STORE
def distinct(one: str, other: str, note: str | None, by: str | None, store: Path) -> None:
    """Say that two things are two; they are proposed no more."""
    with _deciding(store, by, note) as made:
        made.distinct(one, other)


@review.command()
@click.argument("decision", metavar="DECISION")
@_by
@STORE
def undo(decision: str, by: str | None, store: Path) -> None:
    """Take a decision back; all is as it was before it."""
    with _deciding(store, by, None) as made:
        made.undo(decision)


@review.command("export")
@_format
@option(
    "--status",
    metavar="STATUS",
    multiple=True,
    help="Claims of this status; repeatable.  [default: those that wait]",
)
@option("--config", is_flag=True, help="Write the labelling interface instead of the tasks.")
@option("-o", "--output", type=click.Path(path_type=Path), help="File to write.  [default: standard output]")
@STORE
def export(format_: str, status: tuple[str, ...], config: bool, output: Path | None, store: Path) -> None:  # noqa: ARG001 - there is one format so far
    """Write what there is to decide as tasks of Label Studio."""
    from graph_service import label_studio
    from graph_service.graph import pending
    from graph_service.graph.named import load

    if config:
        text = label_studio.CONFIG
    else:
        snapshot = _snapshot(store)
        found = label_studio.tasks(
            pending.claims(snapshot, _statuses(status)), pending.proposals(snapshot, load())
        )
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{output} cannot be written: {error.strerror}", "Check the folder and the disk."
        ) from error


@review.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_format
@_note
@_by
@STORE
def import_(file: Path, format_: str, note: str | None, by: str | None, store: Path) -> None:  # noqa: ARG001 - there is one format so far
    """Take over the decisions in tasks that Label Studio exported: all of them or, where one is wrong, none."""
    from graph_service import label_studio

    with _deciding(store, by, note) as made:
        label_studio.decide(file, made)


# ---- What they share -----------------------------------------------------------------------------


@contextmanager
def _deciding(store: Path, by: str | None, note: str | None) -> "Iterator[Review]":
    """Open a store for decisions; at the end keep them, and say what they are and how many documents they touched."""
    from graph_service.graph.folder import Folder
    from graph_service.graph.ledger import Ledger
    from graph_service.graph.store import open_store
    from graph_service.review import Review

    base = Folder(store).describe()["base"]
    with open_store(store, base) as opened:
        made = Review(opened, Ledger.of(store), by, note)
        yield made
        decisions = list(made.made)
        again = made.keep()
    for decision in decisions:
        click.echo(_decision(_as_json(decision)))
    click.echo(f"{len(decisions)} decisions; {again} documents changed")


def _snapshot(store: Path) -> "Snapshot":
    from graph_service.graph.store import open_reader

    return open_reader(store).snapshot()


def _statuses(given: tuple[str, ...]) -> tuple[str, ...]:
    from graph_service.graph.pending import OPEN, STATUSES

    for status in given:
        if status not in STATUSES:
            raise UsageError(f"{status} is not a status of claims", f"Choose {', '.join(STATUSES)}.")
    return given or OPEN


def _as_json(decision: "Decision") -> dict[str, Any]:
    from graph_service.graph.ledger import as_line

    said: dict[str, Any] = json.loads(as_line(decision))
    return said


def _print(rows: list[dict[str, Any]], line: Callable[[dict[str, Any]], str], as_json: bool) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else line(row))


def _proposal(row: dict[str, Any]) -> str:
    reasons = [f"+{reason['label']}" for reason in row["supporting"]]
    reasons += [f"-{reason['label']}" for reason in row["contradicting"]]
    one, other = row["one"], row["other"]
    return f"{row['score']:.2f}\t{one['label']}\t{other['label']}\t{' '.join(reasons)}\t{one['iri']}\t{other['iri']}"


def _claim(row: dict[str, Any]) -> str:
    said = f"{row['subject']} — {row['relation']} → {row['object']}"
    words = " … ".join(row["sentences"]).replace("\n", " ")
    return f"{row['status']}\t{row['claim']}\t{said}\t[{row['modality']}]\t{row['problem'] or ''}\t{words}"


def _decision(row: dict[str, Any]) -> str:
    change = json.dumps(row["change"], ensure_ascii=False) if "change" in row else ""
    fields = (
        row.get("at", ""),
        row["id"],
        row["verdict"],
        row["about"],
        row.get("other", ""),
        change,
        row.get("note", ""),
    )
    return "\t".join(field for field in fields if field)
