"""What a pool of workers tells of itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the pool has done, and what it does now.

    Attributes:
        running: queries that compute.
        waiting: queries that have not begun.
        held: queries that stand still until a processor is free.
        away: queries whose reader is slow.
        idle: processes that wait for a query.
        started: processes started so far.
        answered: queries answered so far, those from the cache not counted.
        killed: processes killed so far by why: `time`, `memory`, `crash`, `gone`, `busy`.
        cache_hits: answers given from the cache.
        cache_misses: answers that were not there.
        cache_entries: answers kept.
        cache_bytes: bytes they take.
    """

    running: int
    waiting: int
    held: int
    away: int
    idle: int
    started: int
    answered: int
    killed: Mapping[str, int]
    cache_hits: int
    cache_misses: int
    cache_entries: int
    cache_bytes: int
