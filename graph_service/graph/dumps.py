"""Exports as files: whole or not at all, and the same bytes for the same graph, compressed or not."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import zstandard

from graph_service.errors import StoreError, UsageError
from graph_service.formats import Format
from graph_service.graph.export import export
from graph_service.graph.store import Snapshot

CODINGS = {".gz": "application/gzip", ".zst": "application/zstd"}
"""What the name of a compressed file ends in, with its media type."""
PACKED = frozenset({"zip", "parquet"})
"""Formats that are compressed already."""
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 3
_BUFFER = 256 * 1024


def write(snapshot: Snapshot, dataset: str, format: Format, coding: str, path: Path) -> None:  # noqa: A002
    """Write a part of the graph to a file.

    Args:
        snapshot: what to write.
        dataset: see `export`.
        format: see `export`.
        coding: one of `CODINGS`, or empty for none.
        path: the file; what was there before is replaced once all of the new one is on the disk.

    Raises:
        UsageError: the format cannot hold the dataset, or is compressed already.
        NotFoundError: there is no such dataset.
        StoreError: the file cannot be written; what was there before still is.
    """
    if coding and format.name in PACKED:
        raise UsageError(f"{format.name} is compressed already", f"Leave out {coding}.")
    with replacing(path) as file, _coded(coding, file) as out:
        export(snapshot, dataset, format, out)


@contextmanager
def _coded(coding: str, file: BinaryIO) -> Iterator[BinaryIO]:
    """Give a file that compresses into another one."""
    if coding == ".gz":
        with gzip.GzipFile(
            filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=file, mtime=0
        ) as packed:
            yield packed  # type: ignore[misc]  # it writes bytes, no more is asked
    elif coding == ".zst":
        compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as packed:
            yield packed
    else:
        yield file


def file_name(dataset: str, format: Format, coding: str) -> str:  # noqa: A002 - as everywhere
    """Return what an export is called: `facts.ttl.gz`."""
    return f"{dataset}{format.suffix}{coding}"


def media_type(format: Format, coding: str) -> str:  # noqa: A002 - as everywhere
    """Return the media type of an export as a file."""
    return CODINGS.get(coding, format.media_type)


class Named:
    """What an export is called and what it is, by its dataset, its format and the coding of its file."""

    __slots__ = ()
    dataset: str
    format: Format
    coding: str

    @property
    def name(self) -> str:
        """What it is called: `facts.ttl.gz`."""
        return file_name(self.dataset, self.format, self.coding)

    @property
    def media_type(self) -> str:
        """Of the file as it is."""
        return media_type(self.format, self.coding)


def part_of(path: Path, process: int) -> Path:
    """Return where a process writes a file until all of it is there."""
    return path.with_name(f".{path.name}.{process}.part")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of another once all of it is on the disk.

    Raises:
        StoreError: it cannot be written.
    """
    part = part_of(path, os.getpid())
    try:
        try:
            with part.open("xb", buffering=_BUFFER) as file:
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
