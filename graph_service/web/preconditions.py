"""Writes that are made only if nobody else has written meanwhile (RFC 9110, section 13)."""

from dataclasses import dataclass
from typing import Self

from flask import request
from werkzeug.datastructures import ETags

from graph_service.graph.store import GraphStore
from graph_service.web.problems import RefusedError
from graph_service.web.responses import tag_of


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a request wants of a graph before it is written to.

    Attributes:
        match: tags of `If-Match`: the graph is still one of these; None: it may be anything.
        none_match: tags of `If-None-Match`: the graph is none of these; None likewise.
    """

    match: ETags | None
    none_match: ETags | None

    @classmethod
    def of_request(cls) -> Self:
        """Return what this request wants."""
        return cls(
            request.if_match if "If-Match" in request.headers else None,
            request.if_none_match if "If-None-Match" in request.headers else None,
        )

    def check(self, writing: GraphStore, exists: bool, media_types: list[str], graph: str) -> None:
        """Let a change go on that may; to be called within it.

        Tags follow the whole store, so that any write makes an old one fail: never is one lost, though one may
        be refused that did no harm.

        Args:
            writing: the store of the change.
            exists: whether the graph is there.
            media_types: those that the graph can be had in, each with a tag of its own.
            graph: its name in the tag.

        Raises:
            RefusedError: 412; the graph is another than the request takes it for.
        """
        snapshot = writing.snapshot()
        tags = (
            [tag_of(snapshot, kind, graph) for kind in media_types] if exists and not writing.changes else []
        )
        if self.match is not None and not _holds(self.match, exists, tags):
            raise RefusedError(
                412,
                "The graph is not what If-Match says",
                "Read it again, and write with the tag it has now.",
            )
        if self.none_match is not None and _holds(self.none_match, exists, tags):
            raise RefusedError(
                412,
                "The graph is what If-None-Match rules out",
                "Leave the header out to replace what is there.",
            )


def _holds(wanted: ETags, exists: bool, tags: list[str]) -> bool:
    return exists if wanted.star_tag else any(wanted.contains_weak(tag) for tag in tags)
