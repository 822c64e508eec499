"""Speaking HTTP to others: a document fetched from its address, and a ZoneGraph service that is running."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from graph_service.errors import DocumentError, UsageError, ZoneGraphError

_PATIENCE = 60
"""Seconds without a byte after which a server counts as silent."""


_PATIENCE_WITH_MODELS = 150
"""The same for a service that asks a language model, twice if need be."""


class ServiceError(ZoneGraphError, OSError):
    """A service cannot be reached, or refuses what it was asked; `status` is its answer, None without one."""

    def __init__(self, detail: str, cure: str, status: int | None = None) -> None:
        super().__init__(detail, cure)
        self.status = status


@dataclass(frozen=True, slots=True)
class Received:
    """What a server sent: the bytes, and their media type with its parameters."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Service:
    """A running ZoneGraph service: its address, and the token that writes need."""

    url: str
    token: str | None = None

    def send(self, path: Path, media_type: str, **details: str | None) -> dict[str, object]:
        """Send a document and return what the service says of it (`id`, `title`, `claims`).

        Raises:
            ServiceError: the service cannot be reached, or does not take the document.
            DocumentError: the file cannot be read.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DocumentError(f"{path}: {error.strerror}", "Check the path.") from error
        query = urllib.parse.urlencode({key: value for key, value in details.items() if value})
        headers = {"Content-Type": media_type, "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = _exchange(self._address("documents", query), data, headers)
        return dict(json.loads(answer.body))

    def ask(self, name: str, parameters: Mapping[str, str], media_type: str) -> bytes:
        """Return the answer of the service to a named query; raises ServiceError where it refuses."""
        return self.fetch(f"queries/{urllib.parse.quote(name, safe='')}", parameters, media_type)

    def fetch(self, path: str, parameters: Mapping[str, str], media_type: str) -> bytes:
        """Return what the service has at a path; raises ServiceError where it refuses."""
        address = self._address(path, urllib.parse.urlencode(parameters))
        return _exchange(address, None, {"Accept": media_type}).body

    def told(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return what the service says in JSON at a path; raises what `fetch` raises."""
        return dict(json.loads(self.fetch(path, parameters, "application/json")))

    def proposal(self, question: str) -> dict[str, Any]:
        """Return the query that the service's language model writes for a question; raises ServiceError where it refuses."""
        form = urllib.parse.urlencode({"q": question}).encode("ascii")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = _exchange(self._address("ask/proposal", ""), form, headers, patience=_PATIENCE_WITH_MODELS)
        return dict(json.loads(answer.body))

    def query(self, sparql: str, media_types: str) -> Received:
        """Return the answer of the service to a SPARQL query; raises ServiceError where it refuses."""
        headers = {"Content-Type": "application/sparql-query", "Accept": media_types}
        return _exchange(self._address("sparql", ""), sparql.encode(), headers)

    def _address(self, path: str, query: str) -> str:
        if not self.url.startswith(("http://", "https://")):
            raise UsageError(
                f"{self.url!r} is not the address of a service", "Write it as http://HOST:PORT/."
            )
        return f"{self.url.rstrip('/')}/{path}" + (f"?{query}" if query else "")


def download(url: str, most: int) -> Received:
    """Return what an address gives.

    Args:
        url: http or https.
        most: bytes that are read.

    Raises:
        DocumentError: it gives nothing, or more than that.
    """
    try:
        answer = _exchange(
            url, None, {"Accept": "text/html, text/plain;q=0.9, application/pdf;q=0.8, */*;q=0.1"}, most
        )
    except ServiceError as error:
        raise DocumentError(
            error.detail, "Check the address, or save the page and ingest the file."
        ) from error
    if len(answer.body) > most:
        raise DocumentError(
            f"{url} gives more than {most // 2**20} MiB", "Save it, split it and ingest the parts."
        )
    return answer


def _exchange(
    url: str,
    data: bytes | None,
    headers: Mapping[str, str],
    most: int | None = None,
    patience: float = _PATIENCE,
) -> Received:
    request = urllib.request.Request(_ascii(url), data, {"User-Agent": "ZoneGraph", **headers})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            body = answer.read() if most is None else answer.read(most + 1)
            return Received(body, answer.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(url, error) from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise ServiceError(
            f"{url} does not answer: {reason}", "Check the address and that the service runs."
        ) from error


def _refused(url: str, error: urllib.error.HTTPError) -> ServiceError:
    """Return what a service said it refused for, or its bare status."""
    try:
        said = json.loads(error.read())
        return ServiceError(str(said["detail"]), str(said["cure"]), error.code)
    except (ValueError, KeyError, TypeError, OSError):
        return ServiceError(f"{url} answers {error.code} {error.reason}", "Check the address.", error.code)


def _ascii(url: str) -> str:
    """Return an address with everything percent-encoded that is not ASCII."""
    return urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]")
