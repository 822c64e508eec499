"""`/dataset` and `/.well-known/void`: what the dataset is, as VoID and DCAT 3 or as a page."""

from collections.abc import Callable

import pyoxigraph as ox
from flask import Blueprint, Response, request

from graph_service.errors import TimeLimitError
from graph_service.formats import RDF_FORMATS, by_media_type
from graph_service.graph import catalog
from graph_service.graph.census import CENSUS, Census
from graph_service.graph.press import Dump, Press
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.settings import Settings
from graph_service.vocabulary import local, vocabulary
from graph_service.web.exports import SMALL, on_shelf
from graph_service.web.pages import language, render
from graph_service.web.replies import client_gone
from graph_service.web.responses import HTML, content_type, finished, negotiate, tag_of, unchanged

_SOON, _SHORT = 1.0, 0.2
"""Seconds that a reader waits for the figures of a large graph where there are none, and where there are older ones."""
_FORMATS = [RDF_FORMATS[name] for name in ("ttl", "nt", "rdf", "jsonld", "nq", "trig")]
OFFERS = [media_type for format_ in _FORMATS for media_type in format_.media_types]
"""Media types of the description, the one first that is sent where nothing is asked for."""


def blueprint(store: GraphStore, press: Press, settings: Settings) -> Blueprint:
    """Return the routes of the description.

    Args:
        store: what is described.
        press: counts it, and knows which dumps there are.
        settings: whether there is a token, without which nobody can write.
    """
    routes = Blueprint("catalog", __name__)
    counts = _Counts(press)

    @routes.get("/dataset")
    @routes.get("/.well-known/void")
    def described() -> Response:
        media_type = negotiate((*OFFERS, HTML))
        snapshot, census = counts.newest(store.snapshot())
        site = catalog.Site(request.host_url, settings.token is not None)
        return _answer(snapshot, census, on_shelf(snapshot, press), media_type, site)

    return routes


class _Counts:
    """Gives the figures of the newest state, or those of the last one that was counted while a large one is being counted."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._last: tuple[Snapshot, Census] | None = None

    def newest(self, snapshot: Snapshot) -> tuple[Snapshot, Census]:
        """Return figures and the state that they are of.

        Raises:
            TimeLimitError: none has been counted yet; ask again.
        """
        patience = _SOON if self._last is None else _SHORT
        patience = self._press.timeout if snapshot.size() <= SMALL else patience
        try:
            self._last = snapshot, self._press.counted(snapshot, CENSUS, client_gone(), patience)
        except TimeLimitError as error:
            if self._last is None:
                raise TimeLimitError("The graph is still being counted", error.cure) from error
        return self._last


def _answer(
    snapshot: Snapshot, census: Census, dumps: list[Dump], media_type: str, site: catalog.Site
) -> Response:
    """Return the description, which changes as dumps are made; 304 where the reader has it."""
    tag = tag_of(
        snapshot, media_type, language(), request.full_path, request.host_url, *(d.name for d in dumps)
    )
    same = unchanged(snapshot, tag)
    if same is not None:
        return same
    if media_type == HTML:
        body: str | bytes = _page(snapshot, census)
    else:
        found = catalog.describe(snapshot, census, dumps, site)
        body = ox.serialize(found, format=by_media_type(media_type).rdf, prefixes=catalog.PREFIXES) or b""
    return finished(Response(body, content_type=content_type(media_type)), snapshot, tag)


def _page(snapshot: Snapshot, census: Census) -> str:
    parts = [(name, census[name]["triples"]) for name in ("facts", "prospects", "evidence")]
    facts, known = census["facts"], vocabulary()
    classes = _labelled(
        facts["classes"], lambda name: known.kinds[name].labels if name in known.kinds else {}
    )
    properties = _labelled(
        facts["properties"], lambda name: known.relations[name].labels if name in known.relations else {}
    )
    return render(
        "dataset.html", parts=parts, quads=census["quads"], documents=census["evidence"]["documents"],
        classes=classes, properties=properties, snapshot=snapshot.id,
    )  # fmt: skip


def _labelled(numbers: dict[str, int], labels: Callable[[str], dict[str, str]]) -> list[tuple[str, str, int]]:
    """Return IRI, label and number of each, the largest number first."""
    tongue = language()
    found = [(iri, labels(local(iri)).get(tongue) or local(iri), number) for iri, number in numbers.items()]
    return sorted(found, key=lambda row: (-row[2], row[0]))
