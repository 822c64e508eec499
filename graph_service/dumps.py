"""Exports as files: whole or not at all, and the same bytes for the same graph, compressed or not."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph_service.errors import StoreError
from graph_service.formats import RDF_FORMATS, Format, by_name
from graph_service.graph.export import export
from graph_service.graph.store import Snapshot

_GZIP = ".gz"


def format_of(name: str | None, output: Path | None) -> Format:
    """Return the format that is asked for: by name, else by what the file is called, else N-Quads.

    Raises:
        UsageError: no format has the name.
    """
    if name:
        return by_name(name)
    suffixes = [s for s in (output.suffixes if output else []) if s != _GZIP]
    return next((f for f in RDF_FORMATS.values() if suffixes and f.suffix == suffixes[-1]), RDF_FORMATS["nq"])


def dump(snapshot: Snapshot, dataset: str, format: Format, output: Path | None) -> None:  # noqa: A002 - as everywhere
    """Write a dataset to a file, compressed where its name ends in `.gz`, or to standard output.

    Raises:
        UsageError: the format cannot hold the dataset.
        NotFoundError: there is no such dataset.
        StoreError: the file cannot be written; what was there before still is.
    """
    if output is None:
        export(snapshot, dataset, format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with _replacing(output) as file:
        if output.suffix == _GZIP:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                export(snapshot, dataset, format, packed)  # type: ignore[arg-type]  # it writes bytes, no more is asked
        else:
            export(snapshot, dataset, format, file)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of another once all of it is on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}", "Check the folder and the disk."
        ) from error
