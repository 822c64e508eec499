"""What commands share: options that environment variables set as well, the base of IRIs, the bar of progress."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graph_service.errors import UsageError
from graph_service.settings import BASE_IRI

if TYPE_CHECKING:
    from graph_service.ingest import Progress

_ADDRESS = re.compile(
    r"https?://(?:[\w.\-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:/[^\s<>\"{}|^`\\#@]*)?", re.ASCII
)
"""Plain host, and no user or fragment: nothing that two readers could understand in two ways."""
F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401 - passed on to click
    """Return a click option that `ZONEGRAPH_<NAME>` sets as well, by its long name."""
    name = next(name for name in names if name.startswith("--"))
    variable = "ZONEGRAPH_" + name.lstrip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def addresses(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the addresses of endpoints that an option was given, several parted by commas; each once.

    Raises:
        UsageError: one is no address of HTTP.
    """
    found = dict.fromkeys(part for text in given for part in text.replace(",", " ").split())
    for address in found:
        if not _ADDRESS.fullmatch(address):
            raise UsageError(
                f"{address!r} is no address of an endpoint", "Write it as https://example.org/sparql."
            )
    return tuple(found)


def address(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    """Return the address that an option was given, or nothing; raises UsageError where it is none of HTTP."""
    if given and not _ADDRESS.fullmatch(given):
        raise UsageError(f"{given!r} is no address", "Write it as https://example.org/v1.")
    return given


def checked_model(url: str, name: str) -> tuple[str, str]:
    """Return the address and the name of a language model, both or neither.

    Raises:
        UsageError: one is missing.
    """
    if bool(url) != bool(name):
        raise UsageError(
            "A language model needs --model-url and --model",
            "Give both, and its secret in ZONEGRAPH_MODEL_KEY.",
        )
    return url, name


def model_key() -> str | None:
    """Return the secret that goes with calls to the language model: no option, so that no list of processes shows it."""
    return os.environ.get("ZONEGRAPH_MODEL_KEY") or None


MODEL_URL = option(
    "--model-url",
    default="",
    callback=address,
    metavar="URL",
    help="A language model's interface (OpenAI's chat completions), such as https://example.org/v1.",
)
"""The option that says where a language model is."""
MODEL = option("--model", default="", metavar="NAME", help="The model that may propose SPARQL there.")
"""The option that says which one."""
STORE = option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("zonegraph-store"),
    show_default=True,
    help="Folder of the store.",
)
"""The option that every command on a store has."""
BASE = option("--base-iri", default=BASE_IRI, show_default=True, help="What the IRIs of the data start with.")
"""The option that says what IRIs start with."""
PUBLISHED = option("--published", metavar="DATE", help="Date of publication: YYYY, YYYY-MM or YYYY-MM-DD.")
"""The option that says when documents were published."""


def checked_base(base: str) -> str:
    """Return a base IRI that data IRIs can start with.

    Raises:
        UsageError: it is no absolute IRI, or does not end in `/`.
    """
    if (
        "://" in base
        and base.endswith("/")
        and base.isascii()
        and not any(c.isspace() or c in '<>"{}|\\^`' for c in base)
    ):
        return base
    raise UsageError(
        f"--base-iri {base!r} cannot start IRIs", "Write it as https://example.org/id/, ending in a slash."
    )


@contextmanager
def progress(label: str) -> "Iterator[Progress]":
    """Give a function that moves a progress bar on standard error; there is none where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _done, _all, _name: None
        return
    bar = click.progressbar(
        length=1, label=label, file=sys.stderr, item_show_func=lambda name: name or "", show_eta=False
    )

    def told(done: int, total: int, name: str) -> None:
        bar.length = total
        bar.update(done - bar.pos, name)

    with bar:
        yield told
