"""The tables of a part as Parquet (https://parquet.apache.org/), for pandas, DuckDB, Spark and R: a ZIP with one file each.

They have the columns of the CSV tables, with types: numbers are 64-bit floats, offsets integers, other names a list,
and what is not said is null. It needs pyarrow, the extra `parquet`.
"""

import importlib.util
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from graph_service.errors import UsageError
from graph_service.graph.parts import Part
from graph_service.graph.sheets import COLUMNS, NUMBERS, TABLES, Reader, Row, entry

if TYPE_CHECKING:
    import pyarrow

_ROWS = 50_000
"""Rows of a group; that many are in memory at once."""
_LIST = "otherNames"


def is_installed() -> bool:
    """Tell whether the library is there."""
    return importlib.util.find_spec("pyarrow") is not None


def require_library() -> None:
    """Look whether the library is there.

    Raises:
        UsageError: it is not.
    """
    if not is_installed():
        raise UsageError(
            "Parquet needs pyarrow, which is not installed",
            "Install it: pip install 'zonegraph[parquet]'; or choose zip, the same tables as CSV.",
        )


def write_parquet(part: Part, out: BinaryIO) -> None:
    """Write all tables as Parquet files in a ZIP."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, rows in TABLES.items():
            with tempfile.TemporaryFile() as whole:
                _write_table(name, rows(Reader(part)), whole)
                whole.seek(0)
                packed = entry(f"{name}.parquet", zipfile.ZIP_STORED)
                with archive.open(packed, "w", force_zip64=True) as file:
                    shutil.copyfileobj(whole, file)


def _write_table(name: str, rows: Iterator[Row], out: BinaryIO) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = _schema(name)
    with ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS)):
            columns = [
                _column(c, values) for c, values in zip(schema.names, zip(*group, strict=True), strict=True)
            ]
            writer.write_table(pyarrow.table(columns, schema=schema))


def _schema(name: str) -> "pyarrow.Schema":
    import pyarrow

    types = {"decimal": pyarrow.float64(), "integer": pyarrow.int64(), "string": pyarrow.string()}
    lists = {_LIST: pyarrow.list_(pyarrow.string())}
    return pyarrow.schema([(c, lists.get(c) or types[NUMBERS.get(c, "string")]) for c in COLUMNS[name]])


def _column(name: str, values: Iterable[str]) -> list[Any]:
    """Return values as the schema has them; empty ones as null, but for a list without names."""
    if name == _LIST:
        return [value.split("|") if value else [] for value in values]
    make = {"decimal": float, "integer": int}.get(NUMBERS.get(name, ""), str)
    return [make(value) if value else None for value in values]
