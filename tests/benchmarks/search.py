"""How fast names are found over HTTP, and what the index takes: `python -m tests.benchmarks.search [NAMES]`.

Companies with names made of places, two to four characters, trades and forms, one in four with an alias; then
queries by alias, pinyin, first letters, mixtures, parts of two and three characters, and slips, each asked once. The
answers are not kept anywhere before. Over HTTP the time on the clock is taken, which whatever else the machine does makes
longer; beside it stands the time that a processor computes for the same searches in this process.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from urllib.parse import quote, urlsplit

from graph_service.formats import RDF_FORMATS
from graph_service.graph.search import Search
from graph_service.graph.spelling import is_han, readings
from graph_service.graph.store import open_store
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import Limits, Settings
from graph_service.vocabulary import RDF, SKOS, ZG
from tests.benchmarks.quads import BASE
from tests.benchmarks.services import served

_PLACES = "北京 上海 天津 重庆 浙江 江苏 广东 山东 四川 湖北 深圳 苏州 杭州 诸暨 合肥 西安 成都 武汉 宁波 无锡".split()
_CORES = "德广信和光华中科天瑞海远星明达创新宏盛安泰嘉诚恒力智联云峰金石蓝禾青松百川万里长风正元思源博雅卓越腾飞凯旋"
_TRADES = (
    "电子 光电 医药 新材料 智能装备 机械 半导体 生物 能源 软件 信息 汽车零部件 环保 纺织 食品 物流".split()
)
_FORMS = "科技有限公司 股份有限公司 有限公司 集团有限公司 技术有限公司 制造有限公司".split()
_PER_LOAD = 50_000
_QUERIES, _BEFORE = 600, 24
"""How many queries are made, and how many of them are asked before the others, and not counted."""
_IDLE = 5
"""Hundredths of a second for which a process computes in a second that has nothing to do."""


def names(count: int) -> Iterator[tuple[str, str]]:
    """Yield so many names, each with an alias or nothing; the same number gives the same names."""
    chance = random.Random(5)
    for number in range(count):
        core = "".join(chance.choices(_CORES, k=chance.choice((2, 3, 3, 4))))
        name = f"{chance.choice(_PLACES)}{core}{chance.choice(_TRADES)}{chance.choice(_FORMS)}"
        yield name, core if number % 4 == 0 else ""


def fill(folder: Path, count: int) -> None:
    """Put so many named things, each somewhere, into a new store beside the bundled documents."""
    ingest([resource("data", "documents")], Settings(store=folder, base_iri=BASE))
    with open_store(folder, BASE, Limits(timeout=600, memory=8192)) as store:
        lines: list[str] = []
        for number, (name, alias) in enumerate(names(count)):
            thing = f"<{BASE}company/c{number}>"
            lines.append(
                f'{thing} <{RDF}type> <{ZG}Company> ; <{SKOS}prefLabel> "{name}"@zh ; <{ZG}locatedIn> <{BASE}p/{number % 500}>'
            )
            lines.append(f'; <{SKOS}altLabel> "{alias}"@zh .\n' if alias else ".\n")
            if number % _PER_LOAD == _PER_LOAD - 1 or number == count - 1:
                store.load("".join(lines).encode(), RDF_FORMATS["ttl"], None)
                lines.clear()
        store.commit()


def queries(count: int) -> list[str]:
    """Return what is asked: every way of typing, of names that are there."""
    chance = random.Random(7)
    known = [pair for pair in names(min(count, 50_000)) if pair[1]]
    return [_typed(*chance.choice(known), place % 8, chance) for place in range(_QUERIES)]


def _typed(name: str, alias: str, way: int, chance: random.Random) -> str:
    read = [readings(c)[0] if is_han(c) else c for c in alias]
    start = chance.randrange(len(name) - 3)
    slip = chance.randrange(1, len("".join(read)) - 1)
    letters = "".join(read)
    return (
        alias, letters, letters[:-1], "".join(r[0] for r in read), alias[0] + "".join(r[0] for r in read[1:]),
        name[start : start + 2], name[start : start + 3], letters[:slip] + letters[slip + 1 :],
    )[way]  # fmt: skip


def asked(address: str, texts: Sequence[str]) -> list[float]:
    """Return the milliseconds that each answer took over one connection."""
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    times = []
    for text in texts:
        began = time.perf_counter()
        connection.request("GET", f"/search?q={quote(text)}&limit=10&format=json")
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, body
    connection.close()
    return times


def indexed(address: str) -> float | None:
    """Wait until a service has indexed its names; return the seconds that took, None where it had done so before."""
    parts, began, waited = urlsplit(address), time.monotonic(), False
    while True:
        connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        connection.request("GET", "/search?q=a&format=json")
        status = connection.getresponse().status
        connection.close()
        if status != 503:
            return time.monotonic() - began if waited else None
        waited = True
        time.sleep(1)


def timed(folder: Path, texts: Sequence[str]) -> tuple[list[float], int]:
    """Return the milliseconds of the answers of a service of its own, and its MiB in memory."""
    with served(folder) as service:
        settle(service.pid)
        asked(service.url, texts[:_BEFORE])
        times = asked(service.url, texts[_BEFORE:])
        status = Path(f"/proc/{service.pid}/status").read_text()
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return times, memory // 1024


def settle(pid: int) -> None:
    """Wait until a process has done what it does when it begins, for a minute at most."""
    for _ in range(60):
        before = _ticks(pid)
        time.sleep(1)
        if _ticks(pid) - before <= _IDLE:
            return


def _ticks(pid: int) -> int:
    said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(said[11]) + int(said[12])


def computed(folder: Path, texts: Sequence[str]) -> list[float]:
    """Return the milliseconds that each search computes, as a service asks for it."""
    times = []
    with Search(folder) as search:
        for text in texts:
            began = time.thread_time()
            search.find(text, limit=10, documents=5, sentences=5)
            times.append((time.thread_time() - began) * 1000)
    return times[_BEFORE:]


def _row(label: str, times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    figures = (cuts[49], cuts[94], cuts[98], max(times))
    return f"{label:22} {'  '.join(f'{figure:8.1f}' for figure in figures)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--store", type=Path, help="a store to keep; filled where it is not there")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill(given.store, given.names)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.store or Path(scratch) / "store"
        if not folder.exists():
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.search",
                str(given.names),
                "--store",
                str(folder),
            ]
            subprocess.run([*command, "--fill"], check=True)  # its memory is not that of who makes the index
        with open_store(folder, BASE) as store, Search(folder) as search:
            began = time.monotonic()
            search.follow(store.snapshot())
            print(f"names {given.names:,}")
            print(f"index made in {time.monotonic() - began:.0f} s, {search.index.size() / 2**20:.0f} MiB")
            peak = getrusage(RUSAGE_SELF).ru_maxrss // 1024
            print(f"memory of the process that made it: at most {peak} MiB")
        texts = queries(given.names)
        times, memory = timed(folder, texts)
        computing = computed(folder, texts)
        print(f"memory of the service: {memory} MiB")
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"\n{len(times)} queries, milliseconds: median, 95th and 99th percentile, slowest")
        print(_row("over HTTP", times))
        print(_row("computing", computing))
        for way, label in enumerate("alias pinyin partial initials mixed two three slip".split()):
            print(_row(f"  {label}, HTTP", times[(way - _BEFORE) % 8 :: 8]))
            print(_row(f"  {label}, computing", computing[(way - _BEFORE) % 8 :: 8]))


if __name__ == "__main__":
    main()
