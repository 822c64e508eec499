"""A dump that is being made, read as far as it has been written: who asks for a large one gets it at once."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from graph_service.errors import ZoneGraphError
from graph_service.formats import Format
from graph_service.graph.dumps import Named

_BLOCK = 1024 * 1024
_TICK = 0.02


@dataclass(slots=True)
class Growing(Named):
    """A file that another process writes from its beginning to its end.

    Attributes:
        dataset: what it holds.
        format: how it is written.
        coding: `.gz`, `.zst`, or empty.
        snapshot: the state of the graph that it holds.
        date: seconds since 1970 when that was published.
        target: where the file is once it is whole.
        file: as it is now, opened for reading.
        done: set when the work is over.
        error: returns why it failed; None where it did not.
        seconds: for which it was read, for the account of who asked.
        cached: never; it stands among answers of which some are.
    """

    dataset: str
    format: Format
    coding: str
    snapshot: str
    date: float
    target: Path
    file: BinaryIO
    done: threading.Event
    error: Callable[[], ZoneGraphError | None]
    seconds: float = 0.0
    cached: bool = field(default=False, init=False)

    def blocks(self) -> Iterator[bytes]:
        """Yield what is in the file, waiting for more as long as it grows.

        Raises:
            ZoneGraphError: the work failed; what came until then is not the whole.
        """
        began = time.monotonic()
        with self.file:
            while True:
                over = self._is_over()
                block = self.file.read(_BLOCK)
                self.seconds = time.monotonic() - began
                if block:
                    yield block
                elif over:
                    return
                else:
                    self.done.wait(_TICK)

    def _is_over(self) -> bool:
        """Tell whether nothing more will come: the file has its name, or the work is over.

        Raises:
            ZoneGraphError: the work failed.
        """
        if self.done.is_set():
            if error := self.error():
                raise error
            return True
        return self.target.exists()
