"""Rows of values as text: CSV, TSV, and tables that line up where Chinese characters take two cells."""

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence

Value = str | int | float | bool | None | dict[str, str] | list[dict[str, str]]
"""A value of a row: words, a number, nothing, an entity as `{"iri", "label"}`, or a list of those.

In a list that is a way, relations have a `direction` too: `out`, or `in` where the thing behind it is the subject.
"""
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""Answers do not contain themselves."""


def plain_text(value: Value) -> str:
    """Return a value as one reads it: labels for entities, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        way = any("direction" in one for one in value)
        return (" " if way else "、").join(one["label"] for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value["label"] if isinstance(value, dict) else str(value)


def write_json(said: Mapping[str, object]) -> str:
    """Return an answer as JSON that people can read: each key, and each entry of what it has, on a line of its own.

    What is inside an entry stays on its line: the encoder that breaks lines everywhere takes ten times as long.
    """
    keys = (f" {_ENCODE(key)}: {_on_lines(value)}" for key, value in said.items())
    return "{\n" + ",\n".join(keys) + "\n}\n"


def _on_lines(value: object) -> str:
    if isinstance(value, dict) and value:
        return "{\n  " + ",\n  ".join(_ENCODE({key: one})[1:-1] for key, one in value.items()) + "\n }"
    if isinstance(value, list | tuple) and value:
        return "[\n  " + ",\n  ".join(map(_ENCODE, value)) + "\n ]"
    return _ENCODE(value)


def write_csv(names: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """Return rows as CSV (RFC 4180) below a line of column names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([plain_text(value) for value in row] for row in rows)
    return out.getvalue()


def write_tsv(names: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """Return rows as tab-separated values below a line of names; white space in a value becomes a space."""
    lines = [list(names), *([_one_line(value) for value in row] for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def draw(names: Sequence[str], rows: Sequence[Sequence[Value]], room: int | None = None) -> str:
    """Return rows as a table for a terminal; below each other where a table is wider than the room.

    Args:
        names: of the columns.
        rows: one value for each column.
        room: cells that a line may take; None: any number.
    """
    lines = [[_one_line(value) for value in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(names, *lines, strict=True)]
    if room is not None and sum(widths) + 2 * len(widths) > room and rows:
        return _records(names, lines)
    ruled = [list(names), ["─" * width for width in widths], *lines]
    return "".join("  ".join(map(_padded, line, widths)).rstrip() + "\n" for line in ruled)


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes: two for wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _records(names: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    width = max(map(cells, names))
    shown = [
        "".join(f"{_padded(n, width)}  {v}\n" for n, v in zip(names, line, strict=True) if v)
        for line in lines
    ]
    return "\n".join(shown)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _one_line(value: Value) -> str:
    return " ".join(plain_text(value).split())
