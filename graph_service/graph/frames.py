"""What a worker and the process that owns it say to each other: frames over two pipes.

A frame is one byte that says what it is, the length of its payload (four bytes, big-endian) and the payload.
A job goes to the worker as one frame of JSON; the answer comes back as a head, data, and an end or an error.
Nothing that a worker writes is ever run by its owner: payloads are bytes to pass on, or JSON.
"""

import json
import os
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

READY, JOB, HEAD, DATA, END, ERROR = b"R", b"J", b"H", b"D", b"E", b"X"
"""The kinds: a worker is ready; a job; what the answer is; a part of it; its end; why there is none."""

_HEADER = struct.Struct(">cI")
PIPE = 256 * 1024
"""Bytes that wait in the pipe of a worker while its reader is elsewhere (where the system allows so many)."""


def frame(kind: bytes, payload: bytes) -> bytes:
    """Return a payload as a frame."""
    return _HEADER.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, said: dict[str, Any]) -> bytes:
    """Return a value as a frame of JSON."""
    return frame(kind, json.dumps(said, separators=(",", ":")).encode("ascii"))


@lru_cache(maxsize=64)
def ending(payload: bytes) -> bool:
    """Tell whether a worker says at the end of an answer that it has grown too large to be kept."""
    return bool(read_json(payload).get("grown"))


def read_json(payload: bytes) -> dict[str, Any]:
    """Return what a payload of JSON says.

    Raises:
        ValueError: it is none.
    """
    said = json.loads(payload)
    if not isinstance(said, dict):
        raise ValueError("a frame of JSON holds no object")
    return said


def send(pipe: int, data: bytes | bytearray) -> None:
    """Write all of it, waiting as long as the other side does not read.

    Raises:
        OSError: the other side is gone.
    """
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


class Decoder:
    """Bytes in, frames out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the frames that are complete once this data has come: kind and payload."""
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer, at)
            end = at + _HEADER.size + length
            if len(self._buffer) < end:
                break
            yield kind, bytes(self._buffer[at + _HEADER.size : end])
            at = end
        del self._buffer[:at]
