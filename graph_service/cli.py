"""The command line: results on standard output, progress and one-line errors on standard error."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph_service.errors import NotFoundError, QueryError, UsageError, ZoneGraphError
from graph_service.options import (
    BASE,
    MODEL,
    MODEL_URL,
    PUBLISHED,
    STORE,
    addresses,
    checked_base,
    checked_model,
    model_key,
    option,
    progress,
)
from graph_service.reading_commands import explain, extract, score
from graph_service.review_commands import review
from graph_service.settings import Settings

if TYPE_CHECKING:
    from graph_service.graph.store import Snapshot
    from graph_service.ingest import Summary

# What takes time to import is imported by the command that needs it: `serve` starts without reading rules.

_PATH = click.Path(path_type=Path)
_WRONG_USE = (UsageError, QueryError, NotFoundError)


class _Commands(click.Group):
    """Commands whose errors are one line with a cure; they exit with 2 for wrong use, else with 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except ZoneGraphError as error:
            click.echo(f"Error: {' '.join(str(error).split())}", err=True)
            ctx.exit(2 if isinstance(error, _WRONG_USE) else 1)


_server = option("--server", metavar="URL", help="A running service to use instead of a store.")


@click.group(
    cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="zonegraph", prog_name="zonegraph")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Read documents about development zones into a graph that answers with its sources.

    Without a command: the same as `zonegraph serve`.
    """
    if ctx.invoked_subcommand is None:
        with serve.make_context("serve", [], parent=ctx) as inner:
            serve.invoke(inner)


@main.command()
@STORE
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@option(
    "--timeout",
    type=click.FloatRange(0.1, 86400),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Time that a query or an update may take.",
)
@option(
    "--workers", type=click.IntRange(1, 256), help="Queries that compute side by side.  [default: processors]"
)
@option(
    "--memory",
    type=click.IntRange(64),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="Memory that a query or an update may take.",
)
@option(
    "--cache",
    type=click.IntRange(0),
    default=64,
    show_default=True,
    metavar="MIB",
    help="Room for answers that are kept; 0 keeps none.",
)
@option(
    "--rate",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Computing time that a client may use in a minute.  [default: no limit]",
)
@option(
    "--federate",
    multiple=True,
    callback=addresses,
    metavar="URL",
    help="A SPARQL endpoint that queries may ask by SERVICE, written exactly so; repeatable, or with commas.",
)
@option(
    "--access-log",
    default="-",
    show_default=True,
    metavar="FILE",
    help="Gets a line for each request: a file, - for standard error, or off.",
)
@MODEL_URL
@MODEL
@BASE
def serve(
    base_iri: str, workers: int | None, access_log: str, model_url: str, model: str,
    **given: Any,  # noqa: ANN401 - by option
) -> None:  # fmt: skip
    """Answer over HTTP; an empty store is first filled with the bundled documents."""
    token = os.environ.get("ZONEGRAPH_TOKEN") or None
    model_url, model = checked_model(model_url, model)
    settings = Settings(
        base_iri=checked_base(base_iri),
        token=token,
        model_url=model_url,
        model=model,
        model_key=model_key(),
        access_log=None if access_log == "off" else access_log,
        **given,
    )
    settings = replace(settings, workers=workers or settings.workers)
    _fill(settings)
    _serve(settings)


_INDEXING = 10.0
"""Seconds that the first request waits for the index of names, so that who starts a small store finds all of it."""


def _serve(settings: Settings) -> None:
    from graph_service.graph.labels import warm_up
    from graph_service.graph.store import open_store
    from graph_service.graph.workers import Workers
    from graph_service.web import create_app
    from graph_service.web.server import raise_file_limit
    from graph_service.web.server import serve as listen

    raise_file_limit()
    pool = Workers(settings.workers, settings.timeout, settings.memory, settings.cache)
    with open_store(settings.store, settings.base_iri, settings.limits) as opened, pool as workers:

        def stop() -> None:
            workers.close()
            opened.close()

        workers.start()  # so that the first query finds them ready
        app = create_app(opened, settings, workers)
        warm_up(opened.snapshot())
        if not app.extensions["zonegraph.follower"].wait(opened.snapshot(), _INDEXING):
            click.echo("The names are still being indexed: searches answer 503 until they are.", err=True)
        listen(app, settings, stop)


def _fill(settings: Settings) -> None:
    """Ingest the bundled documents where the store has none; the tables are kept as they are bundled."""
    from graph_service.graph.store import open_store
    from graph_service.resources import resource

    with open_store(settings.store, settings.base_iri) as opened:
        with opened.transaction():
            opened.keep_tables()
        empty = not opened.snapshot().documents()
    if empty:
        from graph_service.ingest import ingest as take_in

        with progress("Reading the bundled documents") as told:
            take_in([resource("data", "documents")], settings, progress=told)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="PATH|URL…")
@PUBLISHED
@option("--title", help="Title of the document.")
@option("--source", metavar="IRI", help="Where it comes from.")
@STORE
@_server
@BASE
def ingest(
    sources: tuple[str, ...], published: str | None, title: str | None, source: str | None,
    store: Path, server: str | None, base_iri: str,
) -> None:  # fmt: skip
    """Take documents into the graph: files, folders (with all inside) and addresses of pages."""
    from graph_service import sources as given

    settings = Settings(
        store=store, base_iri=checked_base(base_iri), token=os.environ.get("ZONEGRAPH_TOKEN") or None
    )
    said = {"published": published, "title": title, "source": source}
    with progress("Ingesting") as told:
        if server:
            for document in given.send(sources, settings, server, said, told):
                click.echo(f"{document['id']}\t{document['title']}")
            return
        summary = given.take_in(sources, settings, said, told)
    _report(summary)


def _report(summary: "Summary") -> None:
    claims = ", ".join(f"{number} {status}" for status, number in summary.claims.items())
    click.echo(
        f"{len(summary.documents)} documents, {summary.changed} of them new or changed; claims: {claims}"
    )
    for problem in summary.problems:
        click.echo(f"Error: {' '.join(problem.split())}", err=True)
    if summary.problems:
        sys.exit(1)


@main.command()
@click.argument("query", metavar="NAME|FILE.rq|-")
@option("--param", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@option("--format", "format_", help="table, json, csv, tsv, xml, ttl, nt …  [default: table; ttl for graphs]")
@option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)
@STORE
@_server
def query(
    query: str, parameters: tuple[str, ...], format_: str | None, lang: str, store: Path, server: str | None
) -> None:
    """Answer a named query, a file of SPARQL, or SPARQL from standard input."""
    from graph_service import questions

    question = questions.question(query, dict(_parameter(text) for text in parameters), lang)
    room = _room()
    if server:
        click.echo(questions.ask_service(question, server, format_, room), nl=False)
        return
    answer = questions.ask_store(question, _snapshot(store), format_, room)
    click.echo(answer, nl=not answer.endswith(b"\n"))


@main.command()
@click.argument("question", metavar="QUESTION")
@option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="Sentences and a table, or JSON.",
)  # fmt: skip
@option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer.  [default: the question's]")
@option("--propose", is_flag=True, help="Let a language model write SPARQL for it; it is shown, not run.")
@MODEL_URL
@MODEL
@STORE
@_server
def ask(
    question: str, format_: str, lang: str | None, propose: bool, model_url: str, model: str,
    store: Path, server: str | None,
) -> None:  # fmt: skip
    """Answer a question in Chinese or English; exit code 1 where it is not understood."""
    from graph_service import asked

    if propose:
        proposal = (
            asked.propose_by_service(question, server)
            if server
            else asked.propose_here(question, _snapshot(store), *checked_model(model_url, model), model_key())
        )
        click.echo(asked.proposal_written(proposal, format_), nl=False)
        return
    if server:
        said = asked.ask_service(question, lang, server)
    else:
        said = asked.ask_store(question, lang, _snapshot(store), store)
    click.echo(asked.written(said, format_, _room()), nl=False)
    if not said["understood"]:
        sys.exit(1)


@main.command()
@click.argument("text", metavar="QUERY")
@option("--type", "kind", default="", metavar="CLASS", help="Only things of this class, such as Company.")
@option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Things at most.")
@option(
    "--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="For people, or JSON.",
)  # fmt: skip
@option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of labels."
)
@STORE
@_server
def search(
    text: str, kind: str, limit: int, format_: str, lang: str, store: Path, server: str | None
) -> None:  # fmt: skip
    """Find things by any part of a name: characters, pinyin, first letters, mixed; exit code 1 where there are none."""
    from graph_service import searched

    if server:
        said = searched.search_service(text, kind, limit, lang, server)
    else:
        with progress("Indexing names") as told:
            said = searched.search_store(text, kind, limit, lang, _snapshot(store), store, told)
    click.echo(searched.written(said, format_, _room()), nl=False)
    if not said["results"] and not said["sentences"]:
        sys.exit(1)


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--param {text} is no parameter", "Write it as --param NAME=VALUE.")
    return name, value


def _room() -> int | None:
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@main.command()
@option("--dataset", metavar="facts|prospects|evidence|all|ID|IRI", help="What to write.  [default: all]")
@option(
    "--format",
    "format_",
    help="nq, trig, nt, ttl, rdf, jsonld, ttl12, trig12, nanopub, csv, zip, graphml or gexf.  "
    "[default: by the file's name, else nq]",
)
@option(
    "-o",
    "--output",
    type=_PATH,
    help="File to write; .gz or .zst in its name compresses.  [default: standard output]",
)
@STORE
def export(dataset: str | None, format_: str | None, output: Path | None, store: Path) -> None:
    """Write the graph, or a part of it, to a file: equal graphs give equal bytes."""
    from graph_service import dumps

    chosen = dumps.format_of(format_, output)
    part = dataset or ("all" if chosen in dumps.HOLD_ALL else "facts")
    dumps.dump(_snapshot(store), part, chosen, output)


@main.command()
@click.argument("folder", type=_PATH, metavar="DIR")
@STORE
def backup(folder: Path, store: Path) -> None:
    """Copy the store as it was last published to a new folder, also while it is being served."""
    from graph_service.graph.backups import back_up

    with progress("Copying") as told:
        made = back_up(store, folder, told)
    click.echo(f"{folder}: snapshot {made.snapshot}, {made.size} bytes in {made.files} files")


@main.command()
@click.argument("folder", type=_PATH, metavar="DIR")
@STORE
def restore(folder: Path, store: Path) -> None:
    """Put a backup into a store that is empty, or that is not there yet."""
    from graph_service.graph.backups import restore as put_back

    with progress("Checking and copying") as told:
        made = put_back(folder, store, told)
    click.echo(f"{store}: snapshot {made.snapshot}, {made.size} bytes in {made.files} files")


@main.command()
@STORE
def check(store: Path) -> None:
    """Check the store against shapes and quality gates; exit code 1 where it has errors."""
    from graph_service.graph.checks import check as find

    findings = find(_snapshot(store))
    for finding in findings:
        click.echo(f"{finding.level}\t{finding.rule}\t{finding.entity}\t{finding.message}\t→ {finding.cure}")
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings")
    if errors:
        sys.exit(1)


for command in (extract, explain, score, review):
    main.add_command(command)

# ---- What commands share -------------------------------------------------------------------------


def _snapshot(store: Path) -> "Snapshot":
    from graph_service.graph.store import open_reader

    return open_reader(store).snapshot()
