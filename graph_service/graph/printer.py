"""A process that makes dumps: one job after the other from standard input, a line of JSON each way.

A job names a snapshot, what is to be made of it, and the file; the answer has the size and SHA-256 of the file, or the
error. It runs behind queries, has no network, and ends with its owner.
"""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph_service.errors import ZoneGraphError
from graph_service.formats import export_format
from graph_service.graph import sandbox
from graph_service.graph.census import CENSUS, count
from graph_service.graph.dumps import replacing, write
from graph_service.graph.shelf import Shelf
from graph_service.graph.store import Snapshot

_BLOCK = 1024 * 1024
_LOWER = 10


def do(job: Mapping[str, str]) -> dict[str, Any]:
    """Do a job and return the answer.

    Args:
        job: `path` and `base` of the snapshot; `target`, the file; `dataset`, `format` and `coding` of a dump, or an empty
            `dataset` for what the name of the file says, as JSON: the census, or the shelf.
    """
    try:
        snapshot, target = Snapshot.at(Path(job["path"]), job["base"]), Path(job["target"])
        target.parent.mkdir(parents=True, exist_ok=True)
        if job["dataset"]:
            write(snapshot, job["dataset"], export_format(job["format"]), job["coding"], target)
        else:
            made = count(snapshot) if target.name == CENSUS else Shelf.of(snapshot).as_json()
            with replacing(target) as file:
                file.write(json.dumps(made, ensure_ascii=False).encode())
        return {"size": target.stat().st_size, "sha256": _digest(target)}
    except ZoneGraphError as error:
        return {"error": type(error).__name__, "detail": error.detail, "cure": error.cure}
    except OSError as error:
        return {
            "error": "StoreError",
            "detail": f"The dump cannot be written: {error}",
            "cure": "Make room on the disk.",
        }


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def main() -> None:
    """Do jobs until standard input ends. Argument: the id of the owner."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sandbox.die_with(int(sys.argv[1]))
    sandbox.bar_network()
    os.nice(_LOWER)
    for line in sys.stdin:
        print(json.dumps(do(json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()
