"""Options of commands that environment variables set as well."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401 - passed on to click
    """Return a click option that `ZONEGRAPH_<NAME>` sets as well, by its long name."""
    name = next(name for name in names if name.startswith("--"))
    variable = "ZONEGRAPH_" + name.lstrip("-").upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


STORE = option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("zonegraph-store"),
    show_default=True,
    help="Folder of the store.",
)
"""The option that every command on a store has."""
