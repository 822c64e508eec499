"""Removes snapshots that nobody needs any more, beside the writer: an answer to a write does not wait for it."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Sweeper:
    """Calls a function in a thread of its own, once more whenever it is nudged meanwhile.

    Args:
        sweep: what is called; it must be right at any moment.
    """

    def __init__(self, sweep: Callable[[], None]) -> None:
        self._sweep = sweep
        self._changed = threading.Condition()
        self._again = self._running = False

    def nudge(self) -> None:
        """See to it that it is called after this moment; returns at once."""
        with self._changed:
            self._again = True
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name="sweeper", daemon=True).start()

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        with self._changed:
            while self._running:
                self._changed.wait()

    def _work(self) -> None:
        while self._goes_on():
            try:
                self._sweep()
            except OSError:
                _log.exception("What is not needed any more could not be removed")

    def _goes_on(self) -> bool:
        with self._changed:
            self._running, self._again = self._again, False
            if not self._running:
                self._changed.notify_all()
            return self._running
