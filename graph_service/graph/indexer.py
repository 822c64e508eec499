"""Brings a search index to a snapshot in a process of its own, so that what takes long holds up nothing else.

It runs behind all others, has no network, and ends with its owner. An index that is made anew takes the place of the
old one when it is done, and changes to one are a transaction: wherever the process is killed, there is a whole index or none.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from graph_service.errors import CrashError, StoreError, ZoneGraphError
from graph_service.graph import sandbox
from graph_service.graph.nursery import unstarted
from graph_service.graph.search import Search
from graph_service.graph.snapshots import Snapshot

_SECRET = "ZONEGRAPH_TOKEN"
_LOWER = 15


def follow_apart(folder: Path, snapshot: Snapshot, changed: Iterable[str] | None) -> None:
    """Bring the index in a folder to a snapshot as `Search.follow` does, by a process that ends with this thread.

    Args:
        folder: of the store.
        snapshot: one that has a folder.
        changed: IRIs of what differs from the state that the index holds; None: that is not known.

    Raises:
        StoreError: the index cannot be written.
        CrashError: the process ended before it was done.
    """
    job = {
        "folder": str(folder), "snapshot": str(snapshot.path), "base": snapshot.base,
        "changed": None if changed is None else list(changed),
    }  # fmt: skip
    command = [sys.executable, "-m", "graph_service.graph.indexer", str(os.getpid())]
    environment = {name: value for name, value in os.environ.items() if name != _SECRET}
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, process_group=0
        )
    except OSError as error:
        raise unstarted(error) from error
    with process:
        said, _ = process.communicate(json.dumps(job).encode())
    if said:
        raise StoreError(*json.loads(said))
    if process.returncode:
        raise CrashError(
            f"The process that makes the search index ended with {process.returncode}", "Look into the log."
        )


def main() -> None:
    """Do the job that standard input has; print what went wrong and its cure. Argument: the id of the owner."""
    sandbox.die_with(int(sys.argv[1]))
    sandbox.bar_network()
    os.nice(_LOWER)
    job = json.load(sys.stdin)
    try:
        with Search(Path(job["folder"])) as search:
            search.follow(Snapshot.at(Path(job["snapshot"]), job["base"]), job["changed"])
    except ZoneGraphError as error:
        print(json.dumps([error.detail, error.cure]))


if __name__ == "__main__":
    main()
