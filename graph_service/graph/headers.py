"""The `#+ key: value` lines that open rules and checks and say what the query is."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graph_service.errors import RuleError


@dataclass(frozen=True, slots=True)
class Titled:
    """A query file: what its header says, and its text."""

    header: dict[str, str]
    sparql: str


@lru_cache(maxsize=8)
def read_folder(folder: Path, required: tuple[str, ...]) -> tuple[Titled, ...]:
    """Return the query files of a folder, sorted by file name.

    Raises:
        RuleError: a header lacks a key it must have; `detail` names the file and the key.
    """
    return tuple(_read(path, required) for path in sorted(folder.glob("*.rq")))


def _read(path: Path, required: tuple[str, ...]) -> Titled:
    text = path.read_text(encoding="utf-8")
    lines = (line[2:].partition(":") for line in text.splitlines() if line.startswith("#+"))
    header = {key.strip(): value.strip() for key, _, value in lines}
    missing = [key for key in required if not header.get(key)]
    if missing:
        raise RuleError(f"{path}: the header lacks {', '.join(missing)}", f"Add a line `#+ {missing[0]}: …`.")
    return Titled(header, text)
