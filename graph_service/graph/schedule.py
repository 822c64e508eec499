"""Who may compute, and when: short queries never wait for long ones.

A query begins in a *lane* and may keep it for a moment. If it is not done by then it needs a *slot*; there
are as many as processors. Where none is free it is *held*: its process stands still until one is. A query
whose reader is elsewhere gives its slot up and asks for one again when the reader is back. So a hundred
runaways take the slots in turn, each until its time is over, and `ASK {}` is answered meanwhile.

Time is charged while a query computes for a reader who waits, never while it is held or its reader is slow.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from graph_service.errors import BusyError, GoneError, TimeLimitError, ZoneGraphError
from graph_service.graph.children import Child

_MOMENT = 0.04
"""Seconds of computing that a query may do in a lane where no other waits; less where some do."""
_SHORTEST, _LONGEST = 0.01, 2.0
"""The least that it may do; and how long it may keep the lane by the clock on the wall."""
_YOUNG, _CROWD = 0.1, 4
"""Seconds after which a lane is given to one more, as the processor is at fault; how many may share it so."""
_LONG = 0.15
"""Seconds of computing from which on the others go before a query. Its process is not used again, since that
cannot be taken back; a fresh one costs a tenth of this."""
_AWAY = 0.05
"""Seconds a reader may be elsewhere before the slot is given to another."""
PATIENCE = 60.0
"""Seconds a reader may be elsewhere before its answer is cut off."""
_HELD, _ABSENT, _QUEUE = 4, 8, 256
"""How many may be held, and how many readers may be elsewhere, for each slot; how many may wait for a lane."""
_FAITHFUL = 10
"""How many times longer than others a query is held that has answered in part."""
_POLL = 0.25


@dataclass(eq=False, slots=True)
class Turn:
    """One query's way through the schedule.

    Attributes:
        limit: seconds it may compute.
        child: the worker that computes it, once it has one.
        state: where it is: `queue`, `lane`, `slot`, `held`, `away` or `done`.
        spent: seconds charged so far.
        ended: why it was stopped, where it was.
        admitted: whether it has got a lane.
    """

    limit: float
    child: Child | None = None
    state: str = "queue"
    spent: float = 0.0
    ended: ZoneGraphError | None = None
    came: float = 0.0
    began: float = 0.0
    computed: float = 0.0
    waiting: float | None = None
    absent: float = 0.0
    admitted: bool = False
    told: Callable[[], None] | None = None
    """Called when it gets a lane, in any thread, while the schedule is locked."""
    bell: threading.Event | None = None
    """Set when it gets a lane, where a thread waits for that."""

    def charge(self, now: float) -> None:
        """Add what it has computed since it was last charged."""
        if self.waiting is not None:
            self.spent += now - self.waiting
            self.waiting = now


class Schedule:
    """Lanes, slots, and those who wait for them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._queue: deque[Turn] = deque()
        self._held: deque[Turn] = deque()
        self._lanes: set[Turn] = set()
        self._slots: set[Turn] = set()
        self._away: set[Turn] = set()

    def occupancy(self) -> tuple[int, int, int, int]:
        """Return how many compute, wait for a lane, are held, and have a reader who is elsewhere."""
        with self._lock:
            return len(self._lanes) + len(self._slots), len(self._queue), len(self._held), len(self._away)

    # ---- What a query does

    def enter(self, turn: Turn, gone: Callable[[], bool]) -> None:
        """Wait for a lane.

        Raises:
            BusyError: too many wait already, or none came free in the time that the query may take.
            GoneError: nobody waits for the answer any more.
        """
        self.join(turn)
        self.wait(turn, gone)

    def join(self, turn: Turn) -> None:
        """Take a lane, or queue for one; `admitted` tells which, and when.

        Raises:
            BusyError: too many wait already.
        """
        with self._lock:
            if len(self._queue) >= _QUEUE * self._count:
                raise _busy(len(self._queue), turn.limit)
            self._queue.append(turn)
            self._admit()

    def wait(self, turn: Turn, gone: Callable[[], bool]) -> None:
        """Wait until a turn that has joined has a lane; raises what `enter` raises."""
        with self._lock:
            if turn.admitted:
                return
            bell = turn.bell = threading.Event()
        deadline = time.monotonic() + turn.limit
        while not bell.wait(_POLL):
            if gone():
                self.leave(turn)
                raise GoneError("The reader has gone", "Ask again.")
            if time.monotonic() > deadline:
                self.leave(turn)
                raise _busy(len(self._queue), turn.limit)

    def reader_waits(self, turn: Turn) -> None:
        """Note that the reader wants more of the answer; from now on time is charged."""
        now = time.monotonic()
        with self._lock:
            if turn.state == "away":
                self._away.discard(turn)
                self._seat(turn)
            turn.waiting = now if turn.state in {"lane", "slot"} else None

    def reader_leaves(self, turn: Turn) -> None:
        """Note that the reader has something to do with what it got; no time is charged."""
        now = time.monotonic()
        with self._lock:
            turn.charge(now)
            turn.waiting, turn.absent = None, now

    def leave(self, turn: Turn) -> None:
        """Give up whatever the query has, for good."""
        now = time.monotonic()
        with self._lock:
            turn.charge(now)
            turn.waiting = None
            self._remove(turn)
            if turn.state == "held" and turn.child:
                turn.child.resume()
            turn.state = "done"
            self._fill()

    def begin(self, turn: Turn, child: Child) -> None:
        """Note the worker that computes the query; its moment in the lane begins now."""
        with self._lock:
            turn.child, turn.began, turn.computed = child, time.monotonic(), child.computed()

    # ---- What the clock does

    def tick(self) -> bool:
        """Move on, hold and stop queries as their time has come; tell whether there is any query."""
        now = time.monotonic()
        with self._lock:
            for turn in list(self._lanes):
                if turn.waiting is not None and self._has_had_its_moment(turn, now):
                    self._lanes.discard(turn)
                    self._seat(turn, newly=True)
            for turn in [*self._lanes, *self._slots]:
                self._watch(turn, now)
            for turn in list(self._held):
                if now - turn.began > turn.limit * (_FAITHFUL if turn.absent else 1):
                    self._stop(turn, _busy(len(self._held), turn.limit))
            for turn in list(self._away):
                if now - turn.absent > PATIENCE:
                    self._stop(turn, _slow_reader())
            if len(self._away) > _ABSENT * self._count:
                self._stop(min(self._away, key=lambda t: t.absent), _slow_reader())
            self._fill()
            return bool(self._lanes or self._slots or self._held or self._away or self._queue)

    def _watch(self, turn: Turn, now: float) -> None:
        if turn.waiting is not None:
            turn.charge(now)
            if turn.spent > turn.limit:
                self._stop(turn, over_time(turn.limit))
        elif turn.absent and now - turn.absent > _AWAY:
            self._remove(turn)
            self._away.add(turn)
            turn.state = "away"
        child = turn.child
        if child and turn.spent > _LONG and not child.lowered and child.computed() - turn.computed > _LONG:
            child.lower()

    def _has_had_its_moment(self, turn: Turn, now: float) -> bool:
        if turn.child is None:
            return False
        moment = max(_SHORTEST, _MOMENT / (1 + len(self._queue) / self._count))
        return turn.child.computed() - turn.computed > moment or now - turn.began > _LONGEST

    def _seat(self, turn: Turn, *, newly: bool = False) -> None:
        """Give it a slot, or hold it until there is one; a new one is sent away where too many are held."""
        now = time.monotonic()
        if len(self._slots) < self._count:
            turn.state = "slot"
            self._slots.add(turn)
            return
        turn.charge(now)
        turn.waiting = None
        if newly and len(self._held) >= _HELD * self._count:
            self._stop(turn, _busy(len(self._held), turn.limit))
            return
        turn.state, turn.began = "held", now
        self._held.append(turn)
        if turn.child:
            turn.child.pause()

    def _fill(self) -> None:
        """Give free slots and lanes to those who wait for them."""
        while self._held and len(self._slots) < self._count:
            turn = self._held.popleft()
            turn.state, turn.waiting = "slot", time.monotonic()
            self._slots.add(turn)
            if turn.child:
                turn.child.resume()
        self._admit()

    def _admit(self) -> None:
        while self._queue and self._has_room():
            turn = self._queue.popleft()
            turn.state, turn.came = "lane", time.monotonic()
            self._lanes.add(turn)
            turn.admitted = True
            if turn.bell:
                turn.bell.set()
            if turn.told:
                turn.told()

    def _has_room(self) -> bool:
        if len(self._lanes) < self._count:
            return True
        now = time.monotonic()
        young = sum(now - turn.came < _YOUNG for turn in self._lanes)
        return young < self._count and len(self._lanes) < _CROWD * self._count

    def _remove(self, turn: Turn) -> None:
        for place in (self._lanes, self._slots, self._away):
            place.discard(turn)
        for line in (self._queue, self._held):
            if turn in line:
                line.remove(turn)

    def _stop(self, turn: Turn, why: ZoneGraphError) -> None:
        """End a query; its worker dies, and its reader finds out why."""
        self._remove(turn)
        turn.state, turn.ended = "done", turn.ended or why
        if turn.child:
            turn.child.kill()


def _busy(waiting: int, limit: float) -> BusyError:
    return BusyError(
        f"The service is busy: {waiting} queries are waiting",
        f"Ask again in {max(1, round(limit / 2))} seconds.",
    )


def over_time(limit: float) -> TimeLimitError:
    """Return the error of what ran longer than it may."""
    return TimeLimitError(
        f"The query was stopped after {limit:g} seconds",
        "Ask for less: name more of the terms, add LIMIT, or join fewer patterns at a time.",
    )


def _slow_reader() -> GoneError:
    return GoneError(
        f"The reader took nothing of the answer for up to {PATIENCE:g} seconds", "Read it faster."
    )
