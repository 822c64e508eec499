"""How much computing one client may use: query-seconds in a minute, counted as they are used."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from flask import Flask, request

from graph_service.web.problems import RefusedError

_MINUTE = 60.0
_COMPUTING = frozenset({"sparql", "queries", "exports"})
"""The blueprints whose requests compute on behalf of a client."""
_MOST_CLIENTS = 10_000


@dataclass(slots=True)
class _Account:
    """What a client has used and not yet earned back, as of a time, and when its running requests began."""

    used: float = 0.0
    at: float = 0.0
    running: list[float] = field(default_factory=list)


class Allowance:
    """Query-seconds by client: so many may be used in a minute; they come back evenly.

    Not to be shared without `charge` being called once for every `enter`. Safe for threads by the interpreter's
    lock on each step; two steps that cross over can only misplace one request.

    Args:
        rate: seconds in a minute; 0 for no limit.
        clock: tells the time in seconds.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._accounts: dict[str, _Account] = {}

    def enter(self, client: str) -> float:
        """Let a request begin and return when it did.

        Raises:
            RefusedError: 429 with `Retry-After`; the client has used what it may.
        """
        now = self._clock()
        if not self.rate:
            return now
        account = self._settled(client, now)
        used = account.used + sum(now - begun for begun in account.running)
        if used >= self.rate:
            wait = max(1, math.ceil((used - self.rate) * _MINUTE / self.rate))
            raise RefusedError(
                429,
                f"This client has used its {self.rate:g} seconds of computing for a minute",
                f"Wait {wait} s, or ask queries that compute less.",
                {"Retry-After": str(wait)},
            )
        account.running.append(now)
        return now

    def charge(self, client: str, begun: float, seconds: float) -> None:
        """End a request that began then and computed so long."""
        account = self._accounts.get(client)
        if not self.rate or account is None or begun not in account.running:
            return
        account.running.remove(begun)
        self._settled(client, self._clock()).used += seconds

    def _settled(self, client: str, now: float) -> _Account:
        if client not in self._accounts and len(self._accounts) >= _MOST_CLIENTS:
            self._forget(now)
        account = self._accounts.setdefault(client, _Account(at=now))
        account.used = max(0.0, account.used - (now - account.at) * self.rate / _MINUTE)
        account.at = now
        return account

    def _forget(self, now: float) -> None:
        """Close the accounts of clients that owe nothing any more."""
        for client, account in list(self._accounts.items()):
            if not account.running and account.used <= (now - account.at) * self.rate / _MINUTE:
                del self._accounts[client]


def register(app: Flask, allowance: Allowance) -> None:
    """Make the app refuse requests that compute where their client has used its allowance.

    The environment of a request that was let in has `zonegraph.begun`, for `charge`.
    """

    @app.before_request
    def enter() -> None:
        if request.blueprint in _COMPUTING and request.method != "OPTIONS":
            request.environ["zonegraph.begun"] = allowance.enter(client(request.remote_addr))


@lru_cache(maxsize=4096)
def client(address: str | None) -> str:
    """Return whom an address stands for: itself; of IPv6 the network of 64 bits, as one client has all of it."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
