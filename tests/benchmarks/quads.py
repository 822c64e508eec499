"""Quads in the shape of ours, as many as are asked for: companies, sites, moves, suppliers, figures."""

from collections.abc import Iterator
from pathlib import Path

from graph_service.vocabulary import PREFIXES

BASE = "https://example.org/id/"
SITES = 1000
A_COMPANY = 8
"""Quads that each company has."""

_ZG, _RDF, _SKOS = PREFIXES["zg"], PREFIXES["rdf"], PREFIXES["skos"]
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def company(number: int) -> str:
    """Return the IRI of a company."""
    return f"{BASE}company/c{number}"


def site(number: int) -> str:
    """Return the IRI of a site."""
    return f"{BASE}place/p{number % SITES}"


def lines(count: int) -> Iterator[str]:
    """Yield so many quads as N-Quads, at least; the same number gives the same quads."""
    companies = count // A_COMPANY
    for number in range(companies):
        one, supplier = company(number), company((number * 7919 + 1) % companies)
        graph = f"<{BASE}document/d{number // 50}>"
        yield f"<{one}> <{_RDF}type> <{_ZG}Company> .\n"
        yield f'<{one}> <{_SKOS}prefLabel> "第{number}号光电科技有限公司"@zh .\n'
        yield f"<{one}> <{_ZG}locatedIn> <{site(number * 31)}> .\n"
        yield f"<{one}> <{_ZG}relocatedTo> <{site(number * 17)}> .\n"
        yield f"<{supplier}> <{_ZG}upstreamOf> <{one}> .\n"
        yield f'<{one}> <{_ZG}size> "{number * 13 % 5000}"^^<{_INTEGER}> .\n'
        yield f"<{one}> <{_ZG}locatedIn> <{site(number * 31)}> {graph} .\n"
        yield f'<{one}> <{_ZG}text> "第{number}号企业从外地迁来，产值{number * 13 % 5000}万元。" {graph} .\n'


def write(path: Path, count: int) -> Path:
    """Write so many quads to a file that is not there yet and return its path."""
    if not path.exists():
        with path.with_suffix(".part").open("w", encoding="utf-8") as out:
            out.writelines(lines(count))
        path.with_suffix(".part").rename(path)
    return path


def point(number: int) -> str:
    """Return a query for what is said of one company: three rows or so."""
    return f"SELECT ?p ?o {{ <{company(number)}> ?p ?o }}"


def relation(number: int) -> str:
    """Return a query that follows four relations from one company: suppliers of its neighbours."""
    return (
        f"SELECT ?near ?name ?supplier {{ <{company(number)}> <{_ZG}locatedIn> ?site . ?near <{_ZG}locatedIn> ?site ; "
        f"<{_SKOS}prefLabel> ?name . ?supplier <{_ZG}upstreamOf> ?near }} LIMIT 100"
    )


def aggregate(number: int) -> str:
    """Return a query that counts and adds up over all companies of ten sites."""
    sites = " ".join(f"<{site(number * 10 + n)}>" for n in range(10))
    return (
        f"SELECT ?site (COUNT(?c) AS ?n) (SUM(?size) AS ?sum) {{ VALUES ?site {{ {sites} }} "
        f"?c <{_ZG}relocatedTo> ?site ; <{_ZG}size> ?size }} GROUP BY ?site"
    )


KINDS = {"point": point, "relation": relation, "aggregate": aggregate}
"""Queries by kind; each number gives another query of the kind."""
EXPORT = f"CONSTRUCT {{ ?c <{_SKOS}prefLabel> ?name }} {{ ?c <{_SKOS}prefLabel> ?name }}"
"""A query whose answer is an eighth of all there is."""
