"""How fast the explorer unfolds a graph; run `python -m tests.benchmarks.explorer --quads 10000000`.

The graph has the shape of ours, claims with their sentences in documents' graphs included, and a hub: a province that
100 000 firms stand in. Measured is the time of requests to `zonegraph serve` over one connection, for things drawn at random
and for the hub: counting what is around a thing, a page of fifty neighbours, and names looked for inside the hub, each beside
`/healthz`, which computes nothing. Each is asked for once: what the service keeps of answers does not help it. A service
that is new to a large store indexes its names first; some of the requests are sent meanwhile, all of them once that is done.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from graph_service.graph.store import open_store
from graph_service.vocabulary import PREFIXES
from tests.benchmarks.endpoint import _load
from tests.benchmarks.quads import BASE
from tests.benchmarks.search import indexed
from tests.benchmarks.services import Service, served

FIRMS, PARKS, OF_A_DOCUMENT = 100_000, 1000, 20
HUB = f"{BASE}administrative-area/hub"
_ZG, _RDF, _SKOS, _DCT = (PREFIXES[name] for name in ("zg", "rdf", "skos", "dct"))
_XSD, _SCHEMA = PREFIXES["xsd"], PREFIXES["schema"]
_SENTENCE = "该企业位于产业园。"
_OF_A_FIRM, _OF_A_CLAIM = 7, 13


def firm(number: int) -> str:
    """Return the IRI of a firm."""
    return f"{BASE}company/c{number % FIRMS}"


def park(number: int) -> str:
    """Return the IRI of a park."""
    return f"{BASE}park/p{number % PARKS}"


def lines(count: int) -> Iterator[str]:
    """Yield about so many quads as N-Quads; the same number gives the same quads."""
    yield from _named(HUB, "AdministrativeArea", "枢纽省")
    for number in range(PARKS):
        yield from _named(park(number), "Park", f"第{number}号产业园")
        yield f"<{park(number)}> <{_ZG}locatedIn> <{HUB}> .\n"
    for number in range(FIRMS):
        yield from _named(firm(number), "Company", f"第{number}号光电科技有限公司")
        yield f'<{firm(number)}> <{_SKOS}altLabel> "光电{number}"@zh .\n'
        yield from (f"<{s}> <{_ZG}{p}> <{o}> .\n" for s, p, o in _stated(number))
    documents = (count - FIRMS * _OF_A_FIRM) // (OF_A_DOCUMENT * (4 * _OF_A_CLAIM + 4))
    for number in range(documents):
        yield from _document(number)


def _named(iri: str, kind: str, name: str) -> Iterator[str]:
    yield f"<{iri}> <{_RDF}type> <{_ZG}{kind}> .\n"
    yield f'<{iri}> <{_SKOS}prefLabel> "{name}"@zh .\n'


def _stated(number: int) -> Iterator[tuple[str, str, str]]:
    yield firm(number), "locatedIn", HUB
    yield firm(number), "locatedIn", park(number * 31)
    yield firm(number), "relocatedTo", park(number * 17)
    yield firm(number * 7919 + 1), "upstreamOf", firm(number)


def _document(number: int) -> Iterator[str]:
    document, graph = f"{BASE}document/d{number}", f"<{BASE}graph/doc/d{number}>"
    yield f"<{document}> <{_RDF}type> <{_ZG}Document> {graph} .\n"
    said = {
        f"{_DCT}title": f'"第{number}篇报道"@zh', f"{_DCT}source": f'"报社{number % 7}"',
        f"{_ZG}sha256Digest": f'"{number:064x}"', f"{_SCHEMA}text": f'"{_SENTENCE * OF_A_DOCUMENT}"',
        f"{_ZG}published": f'"{2000 + number % 26}-05-01"^^<{_XSD}date>',
    }  # fmt: skip
    yield from (f"<{document}> <{predicate}> {value} {graph} .\n" for predicate, value in said.items())
    for place in range(OF_A_DOCUMENT):
        spoken = list(_stated(number * OF_A_DOCUMENT + place))
        ends = dict.fromkeys(end for triple in spoken for end in (triple[0], triple[2]))
        yield from (f"<{end}> <{_RDF}type> <{_ZG}{_kind(end)}> {graph} .\n" for end in ends)
        for part, triple in enumerate(spoken):
            yield from _claim(document, graph, f"{number}-{place}-{part}", triple)


def _kind(iri: str) -> str:
    return "Company" if "/company/" in iri else "Park" if "/park/" in iri else "AdministrativeArea"


def _claim(document: str, graph: str, key: str, triple: tuple[str, str, str]) -> Iterator[str]:
    start = int(key.split("-")[1]) * len(_SENTENCE)
    claim, sentence = f"<{BASE}claim/{key}>", f"<{BASE}sentence/{key}>"
    said = {
        claim: {
            f"{_RDF}type": f"<{_ZG}Claim>", f"{_RDF}subject": f"<{triple[0]}>",
            f"{_RDF}predicate": f"<{_ZG}{triple[1]}>", f"{_RDF}object": f"<{triple[2]}>",
            f"{_ZG}modality": f"<{_ZG}Actual>", f"{_ZG}rule": '"bench"', f"{_ZG}status": '"accepted"',
            f"{_ZG}evidence": sentence,
        },
        sentence: {
            f"{_RDF}type": f"<{_ZG}Sentence>", f"{_ZG}document": f"<{document}>",
            f"{_ZG}text": f'"{_SENTENCE}"@zh', f"{_ZG}start": f'"{start}"^^<{_XSD}integer>',
            f"{_ZG}end": f'"{start + len(_SENTENCE)}"^^<{_XSD}integer>',
        },
    }  # fmt: skip
    for subject, parts in said.items():
        yield from (f"{subject} <{predicate}> {value} {graph} .\n" for predicate, value in parts.items())


# ---- Measured ------------------------------------------------------------------------------------


def main() -> None:
    """Make the graph, serve it, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=200, help="things that are unfolded")
    parser.add_argument("--folder", type=Path, default=None, help="where to make the store")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        file, store = Path(folder, "quads.nq"), Path(folder, "store")
        with file.open("w", encoding="utf-8") as out:
            out.writelines(lines(given.quads))
        with open_store(store, BASE) as opened:
            _load(opened, file)
            print(f"{opened.snapshot().count():,} quads; milliseconds: median, 95th percentile, slowest\n")
        file.unlink()
        with served(store) as running:
            _print_beside(_Asked(running), given.times)
            took = indexed(running.url)  # for minutes, in which a connection would be closed
            when = "before the service listened" if took is None else f"{took:.0f} s later"
            print(f"\nonce the names are indexed ({when})", flush=True)
            _print(_Asked(running), given.times)


def _print_beside(service: "_Asked", times: int) -> None:
    """Print how long things take while the names are being indexed; things that are not drawn again."""
    print("while the names are being indexed", flush=True)
    drawn = [{"iri": firm(n * 7 + 3)} for n in range(times)]
    service.row("/healthz", "/healthz", [{}] * times)
    service.row("counts, any thing", "/explorer/counts", drawn)
    service.row("fifty neighbours, any thing", "/explorer/neighbours", drawn)


def _print(service: "_Asked", times: int) -> None:
    chance = random.Random(7)
    drawn = [firm(chance.randrange(FIRMS)) if n % 4 else park(n) for n in range(times)]
    pages = [chance.randrange(FIRMS) for _ in range(50)]
    inside = {"relation": "locatedIn", "direction": "in"}
    service.row("/healthz", "/healthz", [{}] * times)
    service.row("counts, the hub, first time", "/explorer/counts", [{"iri": HUB}])
    service.row("counts, any thing", "/explorer/counts", [{"iri": iri} for iri in drawn])
    service.row("fifty neighbours, any thing", "/explorer/neighbours", [{"iri": iri} for iri in drawn])
    service.row(
        "fifty neighbours, the hub", "/explorer/neighbours", [{"iri": HUB, "offset": n} for n in pages]
    )
    service.row("classes of a relation of the hub", "/explorer/counts", [{"iri": HUB, **inside}])
    parks = [{"iri": HUB, "type": "Park", "offset": n, **inside} for n in range(10)]
    service.row("its parks", "/explorer/neighbours", parks)
    rare = [{"iri": HUB, "q": f"第{n}号", **inside} for n in pages]
    service.row("a name in the hub", "/explorer/neighbours", rare)
    common = [{"iri": HUB, "q": words, **inside} for words in ("光电", "科技", "有限公司")]
    service.row("words that all its names have", "/explorer/neighbours", common)


class _Asked:
    """Asks a service over one connection."""

    def __init__(self, service: Service) -> None:
        self._connection = HTTPConnection(*service.place, timeout=120)

    def row(self, name: str, path: str, asked: Sequence[Mapping[str, object]]) -> None:
        """Ask for each of these and print how long that took."""
        ordered = sorted(self._time(f"{path}?{urlencode(one)}") for one in asked)
        figures = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])
        print(f"{name:36} {'  '.join(f'{figure:8.1f}' for figure in figures)}", flush=True)

    def _time(self, path: str) -> float:
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept": "application/json"})
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
