"""Work that follows what happens: in a thread of its own, again after whatever happened meanwhile, and none when idle."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Errand:
    """Calls a function in a thread of its own, once more whenever it is nudged meanwhile.

    Args:
        name: of the thread, and in the log where the function fails.
        work: what is called; it must be right at any moment.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name, self._do = name, work
        self._changed = threading.Condition()
        self._again = self._running = False

    def nudge(self) -> None:
        """See to it that it is called after this moment; returns at once."""
        with self._changed:
            self._again = True
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def wait(self) -> None:
        """Wait until nothing is left to do."""
        with self._changed:
            while self._running:
                self._changed.wait()

    def _work(self) -> None:
        while self._goes_on():
            try:
                self._do()
            except Exception:  # whatever it is, the next nudge must find a thread that works
                _log.exception("%s: failed", self._name)

    def _goes_on(self) -> bool:
        with self._changed:
            self._running, self._again = self._again, False
            if not self._running:
                self._changed.notify_all()
            return self._running
