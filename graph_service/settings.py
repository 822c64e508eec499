"""The settings of one run: made once by the command line, handed down as a frozen value."""

import os
from dataclasses import dataclass, field
from pathlib import Path

BASE_IRI = "https://w3id.org/zonegraph/id/"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, or one write of a user's own making, may take.

    Attributes:
        timeout: seconds.
        memory: MiB.
    """

    timeout: float = 30.0
    memory: int = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for. Each field has an option of the same name and `ZONEGRAPH_<NAME>`.

    Attributes:
        store: folder of the embedded store.
        base_iri: the IRI every data IRI starts with; ends in `/`.
        host: address the service listens on.
        port: its port; 0 takes a free one.
        timeout: seconds a query, or an update, may take.
        workers: how many queries compute side by side.
        memory: MiB one query, or update, may take.
        cache: MiB of answers that are kept; 0 keeps none.
        rate: seconds of computing that one client may use in a minute; 0 sets no limit.
        federate: addresses of the SPARQL endpoints that a query may ask by SERVICE, written exactly so.
        model_url: what the addresses of a language model's interface start with; it speaks OpenAI's chat completions.
        model: which model may propose SPARQL there; empty: none does.
        model_key: secret that goes with each call to it; None: none does.
        access_log: file that gets a line for each request; `-` is standard error, None writes none.
        token: the bearer token that writes over HTTP need; None: such writes are refused.
    """

    store: Path = Path("zonegraph-store")
    base_iri: str = BASE_IRI
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    workers: int = field(default_factory=lambda: os.cpu_count() or 2)
    memory: int = 1024
    cache: int = 64
    rate: float = 0.0
    federate: tuple[str, ...] = ()
    model_url: str = ""
    model: str = ""
    model_key: str | None = None
    access_log: str | None = None
    token: str | None = None

    @property
    def limits(self) -> Limits:
        """What one query or write may take."""
        return Limits(self.timeout, self.memory)
