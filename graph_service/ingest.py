"""The job: read, screen, map, store, publish.

Either all of it is published or nothing: an error, or an end of the process, leaves what was published.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph_service.errors import DocumentError
from graph_service.graph.ledger import Ledger, abide, laid_over
from graph_service.graph.mapping import Mapped, map_reading
from graph_service.graph.reviews import Overlay
from graph_service.graph.screening import screen
from graph_service.graph.store import GraphStore, open_store
from graph_service.reading.claims import Document, Status
from graph_service.reading.documents import SUFFIXES
from graph_service.reading.sidecars import load_stated
from graph_service.reading.stages import read
from graph_service.settings import Settings

Progress = Callable[[int, int, str], None]
"""Called after each document with how many are done, how many there are, and the name of the last one."""

STATUSES: tuple[Status, ...] = ("accepted", "unresolved", "quarantined")


@dataclass(slots=True)
class Summary:
    """What an ingestion did.

    Attributes:
        documents: identifiers of the documents that were read, in the order in which they were.
        changed: how many of them the store did not have in this form.
        claims: how many claims were read, by status; every status is there.
        snapshot: identifier of the snapshot that has them.
        problems: what could not be read within a folder, file by file, each with its cure.
    """

    documents: list[str] = field(default_factory=list)
    changed: int = 0
    claims: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    snapshot: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, and whether it was given by name or found in a folder."""

    path: Path
    given: bool


def ingest(
    paths: Iterable[Path],
    settings: Settings,
    *,
    published: str | None = None,
    title: str | None = None,
    source: str | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Read files and folders into the store of the settings and publish them together, under its decisions.

    Folders are read recursively. `NAME.yaml` beside `NAME.txt` may state `title`, `published` and `source`;
    what is given here goes before it. A file in a folder that cannot be read is reported and the others go
    on; one that was given by name is an error.

    Args:
        paths: files and folders.
        settings: which store, and the base IRI.
        published: when all of them were published.
        title: title of all of them.
        source: where all of them come from.
        progress: told of each document.

    Raises:
        DocumentError: a file that was given cannot be read, or there is nothing to read.
        StoreError: the store cannot be opened or written.
        ReviewError: the ledger of the store has a fault.
    """
    sources = list(sources_in(paths))
    said = {"published": published, "title": title, "source": source}
    summary, told = Summary(), progress or (lambda *_: None)
    with open_store(settings.store, settings.base_iri) as store:
        with store.transaction():
            store.keep_tables()
            abide(store, Ledger.of(settings.store).decisions())
            laid = laid_over(store, store.base)
            for done, entry in enumerate(sources, start=1):
                _take(entry, said, store, laid, summary)
                told(done, len(sources), entry.path.name)
        summary.snapshot = store.snapshot().id
    return summary


def _take(
    entry: Source, said: dict[str, str | None], store: GraphStore, laid: Overlay, summary: Summary
) -> None:
    """Read one file into the store, or note why it cannot be read where it was not given by name."""
    try:
        _add(load_stated(entry.path, said), store, laid, summary)
    except DocumentError as error:
        if entry.given:
            raise
        summary.problems.append(str(error))


def _add(document: Document, store: GraphStore, laid: Overlay, summary: Summary) -> None:
    mapped, claims = _mapped(document, store.base, laid)
    summary.changed += store.put(mapped)
    summary.documents.append(document.id)
    for status, count in claims.items():
        summary.claims[status] += count


def ingest_document(document: Document, store: GraphStore, base: str) -> Summary:
    """Read one document into an open store and publish it, perhaps together with what others write meanwhile.

    Args:
        document: its text and what is known of it.
        store: open for writing, by any number of threads; what went wrong leaves it as it was.
        base: the IRI that data IRIs start with, the store's own.

    Raises:
        StoreError: the store cannot be written, or has another base IRI.
    """
    mapped, claims = _mapped(document, base, laid_over(store.snapshot(), base))
    changed = store.write(lambda store: store.put(mapped))
    return Summary([document.id], int(changed), claims, store.snapshot().id)


def _mapped(document: Document, base: str, laid: Overlay) -> tuple[Mapped, dict[Status, int]]:
    """Return a document as quads, and how many claims were read in it by status."""
    reading = screen(read(document))
    return map_reading(reading, base, laid=laid), {
        s: sum(c.status == s for c in reading.claims) for s in STATUSES
    }


# ---- Files --------------------------------------------------------------------------------------


def sources_in(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield the files to read: those given, and all readable ones in the folders given, sorted."""
    empty = True
    for path in paths:
        found = sorted(_inside(path)) if path.is_dir() else []
        yield from (Source(file, given=False) for file in found)
        if not path.is_dir():
            yield Source(path, given=True)
        elif not found:
            raise DocumentError(
                f"{path} has no documents in it", f"Give a folder with {' '.join(SUFFIXES)} files."
            )
        empty = False
    if empty:
        raise DocumentError("There is nothing to ingest", "Name a file or a folder.")


def _inside(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in SUFFIXES and path.is_file():
            yield path
