"""The ledger of decisions: JSON Lines that are only ever added to, and how a store comes to abide by them.

A store has its ledger in its folder, `reviews.jsonl`; decisions that come with ZoneGraph (`data/reviews/*.jsonl`) go
before it. What counts is what stands when all lines are read in order.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import StoreError
from graph_service.graph import reviews
from graph_service.graph.changes import Lookup
from graph_service.graph.mapping import remapped
from graph_service.graph.reviews import Decision, Overlay, ReviewError, overlay, standing
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import TYPE, zg
from graph_service.resources import resource

NAME = "reviews.jsonl"
"""Name of the ledger in the folder of a store."""


class Ledger:
    """The decisions of one store, with those that are bundled before them."""

    def __init__(self, path: Path, bundled: Path | None = None) -> None:
        self.path = path
        self._bundled = bundled

    @classmethod
    def of(cls, store: Path) -> "Ledger":
        """Return the ledger of the store in a folder."""
        return cls(store / NAME, resource("data", "reviews"))

    def decisions(self) -> list[Decision]:
        """Return every decision in the order in which they were made, undone ones included.

        Raises:
            ReviewError: a line is no decision.
            StoreError: a file cannot be read.
        """
        bundled = sorted(self._bundled.glob("*.jsonl")) if self._bundled and self._bundled.is_dir() else []
        own = [self.path] if self.path.exists() else []
        return [decision for path in [*bundled, *own] for decision in _read(path)]

    def append(self, decisions: Iterable[Decision]) -> None:
        """Write decisions behind those that are there; on return they are on the disk.

        Raises:
            StoreError: the file cannot be written.
        """
        lines = "".join(as_line(decision) + "\n" for decision in decisions)
        try:
            with self.path.open("a+b") as file:
                if file.tell() and not _ends_in_line_break(file.fileno(), file.tell()):
                    lines = "\n" + lines
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be written: {error.strerror or error}", "Check the folder and the disk."
            ) from error


def as_line(decision: Decision) -> str:
    """Return a decision as a line of the ledger, without its line break."""
    said: dict[str, Any] = {"id": decision.id, **asdict(decision)}
    if decision.change:
        said["change"] = json.loads(decision.change)
    return json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False)


def from_line(line: str) -> Decision:
    """Return the decision of a line.

    Raises:
        ReviewError: it is none.
    """
    try:
        said = json.loads(line)
        change = said.pop("change", None)
        said.pop("id", None)
        decision = Decision(**said, change=None if change is None else change_text(change))
    except (ValueError, TypeError, AttributeError) as error:
        raise ReviewError(
            f"This is no decision: {line[:80]}", 'Write `{"verdict": …, "about": …}` on one line.'
        ) from error
    two = decision.verdict in reviews.ON_ENTITIES
    if decision.verdict not in reviews.VERDICTS or not decision.about or two != bool(decision.other):
        raise ReviewError(
            f"This is no decision: {line[:80]}", f"Its verdict is one of {', '.join(reviews.VERDICTS)}."
        )
    return decision


def change_text(change: dict[str, Any]) -> str:
    """Return a change of a claim in the one form that makes equal changes equal text."""
    return json.dumps(change, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _read(path: Path) -> Iterator[Decision]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}", "Restore it from a backup.") from error
    *whole, torn = lines
    for number, line in enumerate([*whole, torn], start=1):
        try:
            if line.strip():
                yield from_line(line)
        except ReviewError as error:
            if line is torn:  # the end of a line that was being written when the machine stopped
                return
            raise ReviewError(f"{path}, line {number}: {error.detail}", error.cure) from error


def _ends_in_line_break(file: int, size: int) -> bool:
    return os.pread(file, 1, size - 1) == b"\n"


# ---- What a store makes of it --------------------------------------------------------------------


def in_force(store: Lookup, base: str) -> list[Decision]:
    """Return the decisions that a store abides by."""
    return reviews.from_quads(store.quads(None, None, None, ox.NamedNode(identity.reviews_graph(base))), base)


def laid_over(store: Lookup, base: str) -> Overlay:
    """Return what lies over the readings of a store, for documents that come to it."""
    return overlay(in_force(store, base), base)


def abide(store: GraphStore, decisions: Sequence[Decision]) -> int:
    """Make a store abide by the decisions that stand, and by no others; publishes nothing.

    Documents that a change concerns are mapped again from the readings that their graphs keep.

    Returns:
        how many documents changed.

    Raises:
        ReviewError: entities would replace each other in a circle.
        StoreError: the store cannot be written, or a document has no reading.
    """
    wanted, held = standing(decisions), in_force(store, store.base)
    if wanted == held:
        return 0
    laid = overlay(wanted, store.base)
    before = overlay(held, store.base)
    concerned = {g for d in set(wanted) ^ set(held) for g in _graphs(d, store, before)}
    again = [
        remapped(store.quads(None, None, None, ox.NamedNode(graph)), store.base, laid)
        for graph in sorted(concerned)
    ]
    store.restate(identity.reviews_graph(store.base), reviews.as_quads(wanted, store.base))
    return sum(store.put(mapped) for mapped in again)


def _graphs(decision: Decision, store: GraphStore, before: Overlay) -> Iterator[str]:
    """Yield the graphs of the documents that a decision concerns, under the decisions so far."""
    if decision.verdict in reviews.ON_CLAIMS:
        claim = ox.NamedNode(store.base + decision.about)
        found: Iterable[ox.Quad] = store.quads(claim, TYPE, zg("Claim"), None)
    elif decision.verdict == "merge":
        # What is to be replaced is found by its own IRI, what was replaced by the one that it has since.
        old = store.base + decision.about
        found = store.quads(ox.NamedNode(before.merged.get(old, old)), None, None, None)
    else:
        return
    documents = identity.document_graph(store.base, "")
    for quad in found:
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(documents):
            yield quad.graph_name.value
