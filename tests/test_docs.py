"""What users can type, set or ask stands in the README, and both READMEs have the same shape."""

import re
from collections.abc import Iterator
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest

from graph_service.cli import main
from graph_service.settings import Settings

ROOT = Path(__file__).parents[1]
ENGLISH = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh.md").read_text("utf-8")
BOTH = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])


def _variables() -> Iterator[str]:
    for command in main.commands.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and isinstance(parameter.envvar, str):
                yield parameter.envvar


def _options() -> Iterator[tuple[str, str]]:
    """Yield each command with what a user may type for each of its options, the short way first."""
    for name, command in main.commands.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield name, min(parameter.opts, key=len)


def _folders() -> set[str]:
    ignored = [line.strip(" /") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    names = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    return {name for name in names if not any(fnmatch(name, pattern) for pattern in ignored if pattern)}


def _levels(readme: str) -> list[int]:
    """Return the levels of the headings in order; what is in code blocks is no heading."""
    prose = re.sub(r"^```.*?^```", "", readme, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]


def _missing(names: set[str], readme: str, form: str = "`{}`") -> list[str]:
    assert names, "nothing was found that could be missing"
    return sorted(name for name in names if form.format(name) not in readme)


@BOTH
def test_every_command_stands_in_the_readme(readme: str) -> None:
    assert _missing(set(main.commands), readme, "| `zonegraph {}` |") == []


@BOTH
def test_every_option_stands_in_the_row_of_its_command(readme: str) -> None:
    rows = dict(re.findall(r"^\| `zonegraph (\w+)` \|(.*)$", readme, flags=re.MULTILINE))
    assert [(name, typed) for name, typed in _options() if f"`{typed}`" not in rows[name]] == []


@BOTH
def test_every_variable_of_an_option_stands_in_the_readme(readme: str) -> None:
    assert _missing(set(_variables()), readme) == []


@BOTH
@pytest.mark.parametrize("folder", ["named", "checks"])
def test_every_query_stands_in_a_table_of_the_readme(folder: str, readme: str) -> None:
    names = {path.stem for path in (ROOT / "queries" / folder).glob("*.rq")}
    assert _missing(names, readme, "\n| `{}` |") == []


@BOTH
def test_every_setting_stands_in_a_table_of_the_readme(readme: str) -> None:
    assert _missing({field.name for field in fields(Settings)}, readme, "\n| `{}` |") == []


@BOTH
def test_every_folder_at_the_top_stands_in_a_table_of_the_readme(readme: str) -> None:
    assert _missing(_folders(), readme, "\n| `{}/` |") == []


def test_both_readmes_have_the_same_headings_in_number_and_level() -> None:
    assert _levels(ENGLISH) == _levels(CHINESE)


def test_both_readmes_show_the_same_figures_of_reading() -> None:
    def figures(readme: str) -> list[str]:
        return re.findall(r"\| \d+ \| \.\d+ \| \.\d+ \|", readme)

    assert figures(ENGLISH)
    assert figures(ENGLISH) == figures(CHINESE)
