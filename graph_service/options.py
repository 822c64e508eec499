"""Options of commands that environment variables set as well."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from graph_service.errors import UsageError

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


STORE = option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("zonegraph-store"),
    show_default=True,
    help="Folder of the store.",
)
"""The option that every command on a store has."""
