"""What the process runs that workers are copies of: it reads all that they need, and waits to be told to copy itself.

Standard input is a socket that it shares with its owner. It never opens a store and never starts a thread, so
that nothing is half done in a copy. It ends with its owner, and its copies end with it.
"""

import gc
import json
import os
import socket
import sys
from typing import Any

from graph_service.graph import sandbox, worker

_LONGEST, _PIPES = 65_536, 3


def main() -> None:
    """Copy itself whenever it is told to, until its owner has gone. Arguments: id of the owner."""
    sandbox.die_with(int(sys.argv[1]))
    link = socket.socket(fileno=os.dup(0))
    gc.collect()
    gc.freeze()
    while True:
        said, pipes, _, _ = socket.recv_fds(link, _LONGEST, _PIPES)
        if not said:
            return
        job = json.loads(said)
        answer = _ended(job["ended"]) if "ended" in job else _copied(job, pipes, link)
        link.send(json.dumps(answer).encode("ascii"))


def _ended(pid: int) -> dict[str, int]:
    """Return how a copy ended, minus the number of a signal that ended it; it is forgotten then."""
    return {"code": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}


def _copied(job: dict[str, Any], pipes: list[int], link: socket.socket) -> dict[str, int]:
    """Return the number of a copy, which has begun to work with these pipes."""
    ours = os.getpid()
    pid = os.fork()
    if pid == 0:
        link.close()
        _become_worker(job, pipes, ours)
    for pipe in pipes:
        os.close(pipe)
    return {"started": pid}


def _become_worker(job: dict[str, Any], pipes: list[int], parent: int) -> None:
    """Work as a worker does that was started anew; does not return."""
    try:
        os.setpgid(0, 0)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
            os.close(pipe)
        worker.work(job["memory"], parent, job["path"])
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
