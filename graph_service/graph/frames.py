"""What a worker and the process that owns it say to each other: frames over two pipes.

A frame is one byte that says what it is, the length of its payload (four bytes, big-endian) and the payload.
A job goes to the worker as one frame of JSON; the answer comes back as a head, data, and an end or an error.
Nothing that a worker writes is ever run by its owner: payloads are bytes to pass on, or JSON.
"""

import json
import os
import struct
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


class Inlet:
    """The end of a pipe that frames come out of.

    It reads into room of its own: room for all that may wait in the pipe, made anew for each small frame, would cost
    more than all else about it.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._room = memoryview(bytearray(PIPE))
        self._rest = bytearray()

    def receive(self) -> list[tuple[bytes, bytes]] | None:
        """Wait until something comes; return the frames that are complete now, kind and payload.

        Returns:
            None once the other side is gone.
        """
        count = os.readv(self._pipe, (self._room,))
        if not count:
            return None
        self._rest += self._room[:count]
        found, at = [], 0
        while len(self._rest) - at >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._rest, at)
            end = at + _HEADER.size + length
            if len(self._rest) < end:
                break
            found.append((kind, bytes(self._rest[at + _HEADER.size : end])))
            at = end
        del self._rest[:at]
        return found
