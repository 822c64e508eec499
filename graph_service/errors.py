"""The errors of ZoneGraph: a small tree on built-in bases.

Every error says what was wrong (`detail`) and how to cure it (`cure`). The command line prints both on one
line; the web service answers with them as `application/problem+json` (RFC 9457).
"""


class ZoneGraphError(Exception):
    """Something ZoneGraph was asked to do cannot be done.

    Attributes:
        detail: what was wrong and where, in one sentence.
        cure: what to do about it, in one sentence.
    """

    def __init__(self, detail: str, cure: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.detail} ({self.cure})"


class UsageError(ZoneGraphError, ValueError):
    """An option or a parameter has a value that is not allowed."""


class DocumentError(ZoneGraphError, ValueError):
    """A document cannot be read: empty, binary, damaged, of an unknown format or encoding."""


class RuleError(ZoneGraphError, ValueError):
    """A file of reading rules has a fault; `detail` names file, line and rule."""


class QueryError(ZoneGraphError, ValueError):
    """A query does not parse, or is not allowed."""


class NotFoundError(ZoneGraphError, LookupError):
    """A document, an entity or a query of that name does not exist."""


class StoreError(ZoneGraphError, OSError):
    """The store cannot be opened, read or written."""


class TimeLimitError(ZoneGraphError, TimeoutError):
    """A query or an update ran longer than it may, and was stopped."""


class MemoryLimitError(ZoneGraphError, MemoryError):
    """A query or an update needed more memory than it may have, and was stopped."""


class KilledError(MemoryLimitError):
    """A query was stopped from outside: as a rule by the system, when it had no memory left."""


class CrashError(ZoneGraphError, RuntimeError):
    """The engine ended while it worked on a query or an update; nothing else was harmed."""


class BusyError(ZoneGraphError, RuntimeError):
    """More queries are waiting than the service takes in."""


class TooLongError(QueryError):
    """A query or an update has more text than the service reads."""


class GoneError(ZoneGraphError, ConnectionError):
    """Nobody waits for the answer any more; the query was stopped."""


class RemoteError(ZoneGraphError, ConnectionError):
    """Another server that a query asks cannot be reached, or does not answer as it should."""


class UnfitError(UsageError):
    """None of the formats asked for can hold the answer."""
