"""Worker processes: what they know, and when they end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from graph_service.errors import StoreError
from graph_service.graph.snapshots import Snapshot
from graph_service.graph.workers import Workers
from tests.graph.pools import JSON, LINUX, RUNAWAY, numbers, outcome, until

_CLOSINGS = 10


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot to ask."""
    return numbers(tmp_path_factory.mktemp("snapshots"))


def descendants(process: int) -> dict[int, bytes]:
    """Return the environments of the processes that a process has started, and of theirs, by their numbers."""
    parents, said = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                said[int(entry.name)] = (entry / "environ").read_bytes()
            except OSError:
                continue
    found = {process}
    while fresh := {number for number, parent in parents.items() if parent in found} - found:
        found |= fresh
    return {number: said[number] for number in found - {process} if number in said}


@LINUX
def test_a_worker_does_not_know_the_token(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is that of the service, without the secret."""
    monkeypatch.setenv("ZONEGRAPH_TOKEN", "a secret of the tests")
    before = set(descendants(os.getpid()))
    with Workers(count=1, timeout=30, memory=256) as pool:
        pool.ask(snapshot, "ASK {}", JSON)
        new = {number: said for number, said in descendants(os.getpid()).items() if number not in before}
        assert new
        assert all(b"PATH=" in said and b"secret" not in said for said in new.values())
    assert not set(new) & set(descendants(os.getpid()))


@LINUX
def test_workers_end_with_the_process_that_owns_them(snapshot: Snapshot) -> None:
    """Even one that was killed while they compute or are held."""
    code = (
        "import sys, threading, time; from pathlib import Path\n"
        "from graph_service.formats import by_name; from graph_service.graph.snapshots import Snapshot\n"
        "from graph_service.graph.workers import Workers\n"
        "pool = Workers(1, 60, 256); s = Snapshot.at(Path(sys.argv[1]), 'urn:b/')\n"
        "for _ in range(4): threading.Thread(target=pool.ask, args=(s, sys.argv[2], by_name('json')), daemon=True).start()\n"
        "while not pool.statistics().held: time.sleep(0.01)\n"
        "print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(snapshot.path), RUNAWAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"held\n"
        orphans = descendants(owner.pid)
        assert orphans
        owner.send_signal(signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{number}").exists() and _alive(number) for number in orphans))


def _alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_pool_that_was_closed_answers_no_more(snapshot: Snapshot) -> None:
    """Whoever waits gets an error, whoever comes too."""
    pool = Workers(count=1, timeout=30, memory=256)
    found: list[str] = []
    asked = threading.Thread(target=lambda: found.append(outcome(lambda: pool.ask(snapshot, RUNAWAY, JSON))))
    asked.start()
    until(lambda: pool.statistics().running == 1 and pool.statistics().idle > 0)
    pool.close()
    asked.join()
    assert found == [StoreError.__name__]
    with pytest.raises(StoreError):
        pool.ask(snapshot, "ASK {}", JSON)


def test_a_pool_is_closed_once_while_readers_keep_asking(snapshot: Snapshot) -> None:
    """None of them is given a worker that is being ended, which two would end then."""

    def keep_asking(pool: Workers, found: list[str]) -> None:
        while not found or not found[-1]:
            found.append(outcome(lambda: pool.ask(snapshot, f"ASK {{}} # {len(found)}", JSON)))

    for _ in range(_CLOSINGS):
        pool, found = Workers(count=2, timeout=30, memory=256), list[str]()
        threads = [threading.Thread(target=keep_asking, args=(pool, found)) for _ in range(6)]
        for thread in threads:
            thread.start()
        until(_more_than(found, 20))
        pool.close()
        for thread in threads:
            thread.join()
        assert set(found) <= {"", StoreError.__name__}


def _more_than(found: list[str], number: int) -> Callable[[], bool]:
    return lambda: len(found) > number


@LINUX
def test_workers_are_started_anew_where_what_they_are_copies_of_has_ended(snapshot: Snapshot) -> None:
    """Queries under way fail, those that come are answered."""
    with Workers(count=1, timeout=30, memory=256) as pool:
        before = set(descendants(os.getpid()))
        pool.ask(snapshot, "ASK {}", JSON).read()
        cradle = next(n for n in set(descendants(os.getpid())) - before if _parent(n) == os.getpid())
        os.kill(cradle, signal.SIGKILL)
        until(lambda: outcome(lambda: pool.ask(snapshot, "ASK {}", JSON)) == "")
        assert pool.ask(snapshot, "ASK {}", JSON).read()


def _parent(number: int) -> int:
    return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
