"""`/exports/`: dumps to take away, each made once for a state of the graph, resumable, with its SHA-256."""

import math
from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from graph_service.errors import NotFoundError, UsageError
from graph_service.formats import EXPORT_FORMATS, Format, by_file_name
from graph_service.graph.dumps import CODINGS, PACKED
from graph_service.graph.export import DATASETS, formats_of
from graph_service.graph.growing import Growing
from graph_service.graph.press import Dump, Press
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.web.files import send, send_growing
from graph_service.web.pages import language, render
from graph_service.web.replies import client_gone
from graph_service.web.responses import (
    HTML,
    JSON,
    as_json,
    asked_snapshot,
    content_type,
    finished,
    negotiate,
    tag_of,
    unchanged,
)

_MEBIBYTE = 1024 * 1024
SMALL = 64 * _MEBIBYTE
"""Bytes of a store up to which the usual dumps are made for the list, not only when somebody wants one."""
_SOON = 1.0
"""Seconds after which a dump of a larger store is sent while it is made."""
_PATIENCE = 10.0
"""Seconds that the list waits for them."""
_SHELF = {
    "facts": ("ttl", "nt", "rdf", "jsonld", "csv", "zip", "graphml", "gexf"),
    "prospects": ("ttl",),
    "evidence": ("trig",),
    "all": ("nq", "trig"),
}


def shelf() -> list[tuple[str, Format]]:
    """Return the dumps that are made for the list."""
    return [(dataset, EXPORT_FORMATS[name]) for dataset, names in _SHELF.items() for name in names]


def blueprint(store: GraphStore, press: Press) -> Blueprint:
    """Return the routes of exports.

    Args:
        store: what is exported.
        press: makes and keeps the dumps.
    """
    routes = Blueprint("exports", __name__)

    @routes.get("/exports/")
    def listed() -> Response:
        media_type = JSON if request.args.get("format") == "json" else negotiate((JSON, HTML))
        snapshot = store.snapshot()
        dumps = on_shelf(snapshot, press)
        tag = tag_of(snapshot, media_type, request.full_path, *(dump.name for dump in dumps), language())
        body = _page(snapshot, dumps) if media_type == HTML else as_json(_list(snapshot, dumps))
        return unchanged(snapshot, tag) or finished(
            Response(body, content_type=content_type(media_type)), snapshot, tag
        )

    @routes.get("/exports/<path:name>")
    def dump(name: str) -> Response:
        snapshot = asked_snapshot(store)
        found = press.take(snapshot, *parse(name), client_gone(), _patience(snapshot, press))
        if isinstance(found, Growing):
            g.replies = [found]
            return send_growing(found)
        g.computed = found.seconds
        return send(found)

    return routes


def _patience(snapshot: Snapshot, press: Press) -> float:
    """Return the seconds until a dump is sent while it grows: for HEAD and for a part of it never.

    A small one is soon there, with its length, its SHA-256 as tag, and ready to be resumed.
    """
    if request.method != "GET" or "Range" in request.headers:
        return math.inf
    return press.timeout / 2 if snapshot.size() <= SMALL else _SOON


def on_shelf(snapshot: Snapshot, press: Press) -> list[Dump]:
    """Return the dumps that there are; of a small store the usual ones are made first."""
    if snapshot.size() <= SMALL:
        press.prepare(snapshot, shelf(), _PATIENCE)
    return press.made(snapshot)


def parse(name: str) -> tuple[str, Format, str]:
    """Return dataset, format and coding of a name such as `facts.ttl.gz`.

    Raises:
        NotFoundError: it does not end in a format.
    """
    coding = next((coding for coding in CODINGS if name.endswith(coding)), "")
    bare = name.removesuffix(coding)
    format_ = by_file_name(bare)
    dataset = bare.removesuffix(format_.suffix) if format_ else ""
    if not dataset or format_ is None:
        raise NotFoundError(
            f"There is no export {name}",
            f"Write DATASET.FORMAT, with .gz or .zst behind it if wanted; formats: {', '.join(f.suffix[1:] for f in EXPORT_FORMATS.values())}.",
        )
    if coding and format_.name in PACKED:
        raise UsageError("A zip is compressed already", f"Leave out {coding}.")
    return dataset, format_, coding


def date_of(dump: Dump) -> str:
    """Return when the state was published that a dump holds (RFC 3339)."""
    return datetime.fromtimestamp(int(dump.date), UTC).isoformat().replace("+00:00", "Z")


def _list(snapshot: Snapshot, dumps: list[Dump]) -> dict[str, object]:
    return {
        "snapshot": snapshot.id,
        "dumps": [
            {
                "dataset": dump.dataset, "format": dump.format.name, "mediaType": dump.media_type,
                "url": f"{request.host_url}exports/{dump.name}", "size": dump.size, "date": date_of(dump),
                "sha256": dump.sha256,
            }
            for dump in dumps
        ],
        "datasets": {dataset: [f.name for f in formats_of(dataset)] for dataset in DATASETS},
        "compressions": list(CODINGS),
    }  # fmt: skip


def _page(snapshot: Snapshot, dumps: list[Dump]) -> str:
    rows = [(dump, date_of(dump)) for dump in dumps]
    offers = [(dataset, [f.suffix[1:] for f in formats_of(dataset)]) for dataset in DATASETS]
    return render("exports.html", rows=rows, offers=offers, snapshot=snapshot.id, size=_size)


def _size(count: int) -> str:
    """Return a number of bytes as people read it."""
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
