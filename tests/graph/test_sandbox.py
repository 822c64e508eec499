"""A sandboxed process reaches nothing, by the kernel's word."""

import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()", "import socket; socket.socketpair()",
        "import subprocess; subprocess.run(['true'])", "import os; os.execv('/bin/true', ['true'])",
        "import ctypes; import os; r = ctypes.CDLL(None, use_errno=True).syscall(425, 8, 0); r == -1 and exec('raise PermissionError')",
    ],
)  # fmt: skip
def test_a_sandboxed_process_reaches_nothing(attempt: str) -> None:
    """Neither the network nor other programs, nor the ways around (io_uring)."""
    code = f"from graph_service.graph import sandbox\nassert sandbox.bar_network()\ntry:\n    {attempt}\nexcept PermissionError:\n    print('barred')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "barred\n"


def test_the_engine_itself_cannot_connect() -> None:
    """SERVICE and LOAD fail in a sandboxed process though a listener is there, and nothing reaches it."""
    code = """
import sys, pyoxigraph as ox
from graph_service.graph import sandbox
sandbox.bar_network()
for text in ("ASK { SERVICE %s {} }", "ASK { FILTER EXISTS { SERVICE %s { ?s ?p ?o } } }"):
    try:
        print(bool(ox.Store().query(text % sys.argv[1])))
    except (RuntimeError, OSError):
        print("failed")
print(len(list(ox.Store().query("SELECT * { SERVICE SILENT %s { ?s ?p ?o } }" % sys.argv[1]))))
try:
    ox.Store().update("LOAD %s" % sys.argv[1])
except (RuntimeError, OSError):
    print("failed")
"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        command = [sys.executable, "-c", code, there]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert run.stdout.startswith("failed\n")
    assert run.stdout.endswith("failed\n")
