"""What a worker may not do, by the kernel's word: no network, no other programs, no more memory than its share.

The engine has no switch for `SERVICE` and `LOAD`. The scan of the text refuses them; this is the wall behind
it. On Linux a seccomp filter makes every call that could open a connection fail; elsewhere there is no such
wall, and `confine` says so.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

MEBIBYTE = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")

_BARRED: Mapping[str, tuple[int, Mapping[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50,
            "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "ptrace": 101, "accept4": 288,
            "sendmmsg": 307, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "execveat": 322,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "ptrace": 117, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202,
            "connect": 203, "sendto": 206, "sendmsg": 211, "execve": 221, "accept4": 242, "sendmmsg": 269,
            "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "execveat": 281,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
        },
    ),
}  # fmt: skip
"""By machine: what the kernel calls it (AUDIT_ARCH), and the numbers of the calls that are barred."""

_FOREIGN = 0x40000000
"""Numbers from here on are those of another calling convention (x32), which would go around the list."""
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1
"""Let it be; kill the process; fail with EPERM."""


def bar_network() -> bool:
    """Take from this process, for good, every way to open a connection or to start a program.

    To be called before the process has other threads: those that are there already keep their freedom.

    Returns:
        whether it is barred; False on systems that are not Linux on x86-64 or ARM64.
    """
    if sys.platform != "linux" or os.uname().machine not in _BARRED:
        return False
    code = b"".join(_filter(*_BARRED[os.uname().machine]))
    program = ctypes.create_string_buffer(code, len(code))
    described = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(described), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")
    return True


def die_with(parent: int) -> None:
    """Let the kernel end this process when the thread that started it ends; end it if that has happened."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _filter(machine: int, barred: Mapping[str, int]) -> Iterator[bytes]:
    """Yield the instructions (classic BPF) of the filter: right machine, no foreign numbers, none barred."""
    numbers = sorted(barred.values())
    yield _instruction(_LOAD, 4)
    yield _instruction(_EQUAL, machine, 1, 0)
    yield _instruction(_RETURN, _KILL)
    yield _instruction(_LOAD, 0)
    yield _instruction(_AT_LEAST, _FOREIGN, len(numbers) + 1, 0)
    for place, number in enumerate(numbers):
        yield _instruction(_EQUAL, number, len(numbers) - place, 0)
    yield _instruction(_RETURN, _ALLOW)
    yield _instruction(_RETURN, _REFUSE)


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)


def cap_memory(mebibytes: int) -> None:
    """Let this process take so much more memory than it has now; what it asks for beyond fails.

    What the stacks of its threads reserve is taken already: call it when they run. Core dumps are turned off.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        limit = _taken() + mebibytes * MEBIBYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def cap_time(seconds: float) -> None:
    """Let this process compute so many seconds more, in whole ones, before the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _taken() -> int:
    """Return the bytes that count towards the limit: memory of its own that may be written (VmData)."""
    return int(Path("/proc/self/statm").read_bytes().split()[5]) * _PAGE


def resident() -> int:
    """Return the bytes this process has in memory; 0 where the system does not say so."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * _PAGE
    except OSError:
        return 0


def end_with(work: Callable[..., None], *given: object) -> None:
    """Do the work that a process is for, and end the process with what stops it: 0 where nobody reads any more.

    To be called in whichever thread works. Where memory runs out, standard error gets the words of the engine for it.
    """
    try:
        work(*given)
    except BrokenPipeError:
        os._exit(0)
    except MemoryError:
        os.write(2, b"memory allocation failed\n")
        os._exit(1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(2)
