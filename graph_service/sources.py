"""What `zonegraph ingest` is given, paths and addresses alike: into a store, or to a running service."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graph_service import ingest
from graph_service.client import Service, download
from graph_service.errors import UsageError
from graph_service.graph.store import open_store
from graph_service.reading.claims import Document
from graph_service.reading.documents import MAX_BYTES, SUFFIXES, decode
from graph_service.reading.sidecars import stated
from graph_service.settings import Settings

_WEB = ("http://", "https://")


def take_in(
    sources: Sequence[str], settings: Settings, said: Mapping[str, str | None], told: ingest.Progress
) -> ingest.Summary:
    """Read files, folders and web pages into the store of the settings.

    Args:
        sources: paths and addresses.
        settings: which store.
        said: `published`, `title` and `source`, where the user gave them.
        told: called after each document.

    Raises:
        DocumentError: one that was named cannot be read.
        StoreError: the store cannot be opened or written.
    """
    paths = [Path(source) for source in sources if not source.startswith(_WEB)]
    pages = [_page(source, said) for source in sources if source.startswith(_WEB)]
    summary = ingest.ingest(paths, settings, progress=told, **said) if paths else ingest.Summary()
    if pages:
        with open_store(settings.store, settings.base_iri) as store:
            for done, page in enumerate(pages, start=1):
                _add(summary, ingest.ingest_document(page, store, store.base))
                told(done, len(pages), page.title)
    return summary


def send(
    sources: Sequence[str],
    settings: Settings,
    server: str,
    said: Mapping[str, str | None],
    told: ingest.Progress,
) -> Iterator[dict[str, object]]:
    """Send files, and all in folders, to a running service; yield what it says of each.

    Args:
        sources: paths.
        settings: the token that the service asks for.
        server: address of the service.
        said: `published`, `title` and `source`, where the user gave them.
        told: called after each document.

    Raises:
        ServiceError: the service cannot be reached, or does not take one.
        UsageError: an address is among the sources.
    """
    addresses = [source for source in sources if source.startswith(_WEB)]
    if addresses:
        raise UsageError(f"{addresses[0]} is not sent to a service", "Save the page and send the file.")
    service = Service(server, settings.token)
    found = [entry.path for entry in ingest.sources_in(Path(source) for source in sources)]
    for done, path in enumerate(found, start=1):
        media_type = SUFFIXES.get(path.suffix.lower(), "application/octet-stream")
        known = {**stated(path), **{key: value for key, value in said.items() if value is not None}}
        yield service.send(path, media_type, **known)
        told(done, len(found), path.name)


def _page(url: str, said: Mapping[str, str | None]) -> Document:
    got = download(url, MAX_BYTES)
    return decode(got.body, url, got.media_type, **{**said, "source": said.get("source") or url})


def _add(summary: ingest.Summary, more: ingest.Summary) -> None:
    summary.documents += more.documents
    summary.changed += more.changed
    summary.snapshot = more.snapshot
    for status, number in more.claims.items():
        summary.claims[status] += number
