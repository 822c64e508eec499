"""What is said of a thing as data: all of it in RDF or JSON, in words of schema.org, or one relation page by page."""

from collections.abc import Callable, Iterable
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from flask import request

from graph_service.errors import NotFoundError
from graph_service.formats import RDF_FORMATS
from graph_service.graph import portions
from graph_service.graph.description import describe, triples
from graph_service.graph.portions import HYDRA, Portion, Wanted, portion
from graph_service.graph.profile import Profile, profile
from graph_service.graph.schema_org import described, in_rdf
from graph_service.graph.store import Snapshot
from graph_service.vocabulary import PREFIXES, vocabulary
from graph_service.web.pages import language
from graph_service.web.responses import JSON, as_json
from graph_service.web.streams import streamed

DATA = {RDF_FORMATS[name].media_type: name for name in ("ttl", "nt", "rdf", "jsonld")} | {JSON: "json"}
MEDIA_TYPES = {name: media_type for media_type, name in DATA.items()}
"""Formats of data by the ends of their addresses."""
WAYS = ("incoming", "outgoing")
"""Parameters that name one relation."""
SAFE = "%:/?#[]@!$&'()*+,;=-._~"
"""What stays as it is in an address."""
_PREFIXES = PREFIXES | {"hydra": HYDRA}
Body = str | bytes | Iterable[bytes]


def address(snapshot: Snapshot, prefix: str, iri: str) -> str:
    """Return the address, in ASCII, of what tells of a thing."""
    return prefix + quote(iri.removeprefix(snapshot.base), safe=SAFE)


def evidence(iri: str) -> str:
    """Return the address of the claims about a thing."""
    return f"/evidence?{urlencode({'subject': iri})}"


def asked_relation() -> Wanted | None:
    """Return the relation, and the page of it, that the parameters ask for; None where they ask for none.

    Raises:
        NotFoundError: there is no such relation, or no page of this number.
    """
    way = next((way for way in WAYS if way in request.args), None)
    if way is None:
        return None
    asked, number = request.args.get("page", "1"), 0
    if asked.isascii() and asked.isdigit():
        number = int(asked[:6])
    if number < 1:
        raise NotFoundError(f"There is no page {asked[:20]}", "Number pages from 1.")
    relation = request.args[way]
    if relation not in vocabulary().relations:
        raise NotFoundError(f"There is no relation {relation[:80]}", "Choose one that /ontology lists.")
    return Wanted(relation, way == "incoming", bool(request.args.get("prospects")), number)


def schema_org(snapshot: Snapshot, iri: str, said: Profile) -> dict[str, object]:
    """Return a thing in words of schema.org, as JSON-LD."""
    return described(said, request.host_url.rstrip("/") + address(snapshot, "/page/", iri))


def body(snapshot: Snapshot, iri: str, name: str) -> Body:
    """Return all that is said of a thing in a format; what is long as it is written."""
    if name == "json":
        return _labelled(snapshot, iri)
    found = triples(snapshot, iri, request.host_url.rstrip("/") + evidence(iri))
    format_ = RDF_FORMATS[name].rdf
    if isinstance(found, list):
        return ox.serialize(found, format=format_, prefixes=PREFIXES) or b""
    if request.method == "HEAD":
        return b""
    return streamed(lambda out: ox.serialize(found, out, format_, prefixes=PREFIXES))


def schema_body(snapshot: Snapshot, iri: str, name: str) -> Body:
    """Return a thing in words of schema.org, in a format of RDF."""
    said = schema_org(snapshot, iri, profile(snapshot, iri, language()))
    return as_json(said) if name == "jsonld" else in_rdf(said, RDF_FORMATS[name])


def _labelled(snapshot: Snapshot, iri: str) -> str:
    found, here = describe(snapshot, iri, language()), address(snapshot, "/data/", iri) + ".json"
    cut = [
        {
            "relation": c.relation, "direction": WAYS[not c.inverse], "prospects": c.prospect,
            "url": f"{here}?{urlencode(Wanted(_local(c.relation), c.inverse, c.prospect, 1).parameters())}",
        }
        for c in found.cut
    ]  # fmt: skip
    return as_json({**found.as_json(), "evidence": evidence(iri), "more": cut})


def _local(relation: dict[str, str]) -> str:
    return relation["iri"].rpartition("#")[2]


def part(snapshot: Snapshot, iri: str, wanted: Wanted, name: str) -> tuple[Callable[[], Body], str]:
    """Return what writes one page of the statements of a relation, and the links from it to the pages beside it.

    Raises:
        NotFoundError: there is nothing on that page.
    """
    page = portion(snapshot, iri, wanted)
    here = f"{address(snapshot, '/data/', iri)}.{name}"
    others = {key: f"{here}?{urlencode(other.parameters())}" for key, other in page.others().items()}
    links = ", ".join(f'<{there}>; rel="{key}"' for key, there in others.items())
    return (lambda: _part(snapshot, page, name, here, others)), links


def _part(snapshot: Snapshot, page: Portion, name: str, here: str, others: dict[str, str]) -> Body:
    if name == "json":
        links = {"previous": others.get("prev"), "next": others.get("next")}
        return as_json({**portions.as_json(snapshot, page, language()), **links})
    root, wanted = request.host_url.rstrip("/"), page.wanted
    first = Wanted(wanted.relation, wanted.inverse, wanted.prospects, 1)
    found = portions.as_triples(
        snapshot, page, f"{root}{here}?{urlencode(first.parameters())}",
        f"{root}{here}?{urlencode(wanted.parameters())}", {k: root + v for k, v in others.items()},
    )  # fmt: skip
    return ox.serialize(dict.fromkeys(found), format=RDF_FORMATS[name].rdf, prefixes=_PREFIXES) or b""
