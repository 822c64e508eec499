"""A language model behind an endpoint that speaks OpenAI's chat completions: messages in, words out.

Nothing is asked but the address that was given: redirects are not followed, proxies not used. Every call ends in time.
"""

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from graph_service.errors import RemoteError, TimeLimitError

PATIENCE = 60.0
"""Seconds that a model may take for an answer."""
_LARGEST = 256 * 1024
"""Bytes of an answer."""
_PIECE = 16 * 1024
_SETTINGS = "Check --model-url, --model and ZONEGRAPH_MODEL_KEY."
_LATER = "Ask again later, or write the query yourself at /sparql."

Message = Mapping[str, str]
"""`role` (system, user or assistant) and `content`."""
Complete = Callable[[Sequence[Message]], str]
"""Gives what a model says next in a conversation."""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model.

    Attributes:
        url: what the paths of its interface start with, such as https://example.org/v1.
        name: which model is asked there.
        key: secret that goes with each call; None: none does.
        patience: seconds that it may take for an answer.
    """

    url: str
    name: str
    key: str | None = None
    patience: float = PATIENCE

    def complete(self, messages: Sequence[Message]) -> str:
        """Return what the model says next.

        Raises:
            RemoteError: it cannot be reached, refuses, or answers something else.
            TimeLimitError: it was not done in time.
        """
        end = time.monotonic() + self.patience
        address = urlsplit(self.url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=self.patience)
        try:
            return self._said(*self._exchange(connection, address.path, messages, end))
        except TimeoutError as error:
            raise TimeLimitError(
                f"The language model {self.name} had not answered after {self.patience:g} seconds", _LATER
            ) from error
        except RemoteError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RemoteError(
                f"The language model at {address.netloc} cannot be asked: {type(error).__name__}: {error}",
                _SETTINGS,
            ) from error
        finally:
            connection.close()

    def _exchange(
        self, connection: http.client.HTTPConnection, path: str, messages: Sequence[Message], end: float
    ) -> tuple[int, bytes]:
        """Return the status and the body that the endpoint answers with; raises TimeoutError behind the end."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "ZoneGraph",
        }
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps({"model": self.name, "messages": list(messages), "temperature": 0})
        connection.request("POST", f"{path.rstrip('/')}/chat/completions", body, headers)
        with connection.getresponse() as answer:
            said = b""
            while piece := answer.read1(_PIECE):
                said += piece
                if time.monotonic() > end:
                    raise TimeoutError
                if len(said) > _LARGEST:
                    raise RemoteError(
                        f"The language model {self.name} answered more than {_LARGEST:,} bytes", _LATER
                    )
            return answer.status, said

    def _said(self, status: int, body: bytes) -> str:
        if status != 200:
            later = status == 429 or status >= 500
            raise RemoteError(
                f"The language model {self.name} was refused: status {status}", _LATER if later else _SETTINGS
            )
        try:
            return str(json.loads(body)["choices"][0]["message"]["content"] or "")
        except (ValueError, LookupError, TypeError) as error:
            raise RemoteError(
                f"The language model {self.name} did not answer as chat completions do", _SETTINGS
            ) from error
