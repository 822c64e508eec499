"""Answers that are sent as they are written: a graph of any size takes little memory and stops when nobody reads."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

_CHUNK = 64 * 1024
_BEGINNING = 2
"""Parts to wait for: where there are fewer, the answer is whole and can say how long it is."""


def streamed(write: Callable[[BinaryIO], object]) -> list[bytes] | Iterator[bytes]:
    """Return what a function writes to a file, in parts, as it writes them; a list where it is little.

    It writes in a thread of its own and waits while nobody reads; closing the iterator ends it at its next
    write. Its beginning is there when this returns, so that what fails at once can still be an error status.

    Args:
        write: writes to the file it is given, whatever it returns.

    Raises:
        Exception: what the function raised, here or from the iterator, where parts may be out already.
    """
    parts = _parts(write)
    beginning = list(islice(parts, _BEGINNING))
    return beginning if len(beginning) < _BEGINNING else _all(beginning, parts)


def _all(beginning: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from beginning
    yield from rest


def _parts(write: Callable[[BinaryIO], object]) -> Iterator[bytes]:
    reading, writing = os.pipe()
    faults: list[BaseException] = []
    thread = threading.Thread(target=_write, args=(write, writing, faults), daemon=True)
    thread.start()
    try:
        while part := os.read(reading, _CHUNK):
            yield part
    finally:
        os.close(reading)
        thread.join()
    if faults:
        raise faults[0]


def _write(write: Callable[[BinaryIO], object], pipe: int, faults: list[BaseException]) -> None:
    """Write to a pipe; a reader who has gone is no fault."""
    out = os.fdopen(pipe, "wb", buffering=_CHUNK)
    try:
        write(out)
        out.flush()
    except BrokenPipeError:
        pass
    except BaseException as fault:
        faults.append(fault)
    finally:
        with contextlib.suppress(BrokenPipeError):
            out.close()
