"""What `zonegraph export` is asked for: a format, by name or by what the file is called, and where to write."""

import sys
from pathlib import Path

from graph_service.formats import EXPORT_FORMATS, Format, by_file_name, export_format
from graph_service.graph.dumps import CODINGS, write
from graph_service.graph.export import export, formats_of
from graph_service.graph.store import Snapshot

HOLD_ALL = formats_of("all")
"""Formats that everything fits into."""


def format_of(name: str | None, output: Path | None) -> Format:
    """Return the format that is asked for: by name, else by what the file is called, else N-Quads.

    Raises:
        UsageError: no format has the name.
    """
    if name:
        return export_format(name)
    named = output.name if output else ""
    if output and output.suffix in CODINGS:
        named = output.stem
    return by_file_name(named) or EXPORT_FORMATS["nq"]


def dump(snapshot: Snapshot, dataset: str, format: Format, output: Path | None) -> None:  # noqa: A002 - as everywhere
    """Write a part of the graph to a file, compressed where its name ends in `.gz` or `.zst`, or to standard output.

    Raises:
        UsageError: the format cannot hold the dataset.
        NotFoundError: there is no such dataset.
        StoreError: the file cannot be written; what was there before still is.
    """
    if output is None:
        export(snapshot, dataset, format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    write(snapshot, dataset, format, output.suffix if output.suffix in CODINGS else "", output)
