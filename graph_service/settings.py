"""The settings of one run: made once by the command line, handed down as a frozen value."""

import os
from dataclasses import dataclass, field
from pathlib import Path

BASE_IRI = "https://w3id.org/zonegraph/id/"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked for. Each field has an option of the same name and `ZONEGRAPH_<NAME>`.

    Attributes:
        store: folder of the embedded store.
        base_iri: the IRI every data IRI starts with; ends in `/`.
        host: address the service listens on.
        port: its port; 0 takes a free one.
        timeout: seconds a query may take.
        workers: how many queries run side by side.
        memory: MiB one query may take.
        token: the bearer token that writes over HTTP need; None: such writes are refused.
    """

    store: Path = Path("zonegraph-store")
    base_iri: str = BASE_IRI
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    workers: int = field(default_factory=lambda: os.cpu_count() or 2)
    memory: int = 2048
    token: str | None = None
