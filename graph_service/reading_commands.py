"""`zonegraph extract`, `explain` and `score`: what reading finds, why, and how good it is; none touches a store."""

from pathlib import Path

import click

from graph_service.errors import UsageError
from graph_service.options import BASE, PUBLISHED, checked_base, option, progress

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE…")
@PUBLISHED
@option(
    "--status",
    type=click.Choice(["accepted", "all"]),
    default="accepted",
    show_default=True,
    help="Which claims: those that count, or all with what is unresolved or set aside.",
)
@BASE
def extract(files: tuple[Path, ...], published: str | None, status: str, base_iri: str) -> None:
    """Print the claims of documents as JSON Lines; touches no store."""
    import json

    from graph_service.graph.screening import screen
    from graph_service.reading.sidecars import load_stated
    from graph_service.reading.stages import read

    base, left = checked_base(base_iri), 0
    with progress("Reading") as told:
        for done, path in enumerate(files, start=1):
            document = load_stated(path, {"published": published})
            for claim in screen(read(document)).claims:
                if status in ("all", claim.status):
                    click.echo(json.dumps(claim.as_json(document, base), ensure_ascii=False))
                else:
                    left += 1
            told(done, len(files), path.name)
    if left:
        click.echo(f"{left} claims are not accepted; --status all prints them too.", err=True)


@click.command()
@click.argument("file", type=_PATH)
@option("--why-not", metavar="SENTENCE", help="Say instead why rules did not fire on this sentence.")
@option("--only", metavar="WORD", help="Only claims of this relation, rule, modality, status or derivation.")
@option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or JSON Lines.",
)  # fmt: skip
@PUBLISHED
def explain(file: Path, why_not: str | None, only: str | None, format_: str, published: str | None) -> None:
    """Say why each claim was made: rule, slots, coreference, alias, cues."""
    from graph_service.reading.explain import explain_document
    from graph_service.reading.sidecars import load_stated

    document = load_stated(file, {"published": published})
    told = explain_document(document, why_not=why_not, only=only, as_json=format_ == "json")
    click.echo(told.rstrip("\n"))


@click.command()
@click.argument("pairs", nargs=-1, required=True, type=_PATH, metavar="GOLD.json CLAIMS.jsonl…")
@option("--misses", is_flag=True, help="List what was missed and what answers nothing.")
@option("--document", type=_PATH, help="Text of the first pair, to check its evidence in.")
def score(pairs: tuple[Path, ...], misses: bool, document: Path | None) -> None:
    """Score claims against facts written by hand: precision, recall and F1."""
    from graph_service.reading.score import report

    if len(pairs) % 2:
        raise UsageError("The files are not in pairs", "Give each GOLD.json with its CLAIMS.jsonl.")
    both = list(zip(pairs[::2], pairs[1::2], strict=True))
    click.echo(report(both, misses=misses, text=document).rstrip("\n"))
