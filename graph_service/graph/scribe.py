"""What the scribe runs: a process that the writer lends its database to, for what users wrote.

An update or a payload that runs away, takes all memory or ends the engine ends the scribe, and the writer goes
back to what was published. The scribe has no network; it dies with its owner, whatever the engine is doing.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph_service.errors import QueryError
from graph_service.formats import RDF_FORMATS
from graph_service.graph import effects, emptying, frames, payloads, sandbox, sparql

_STACK = 512 * sandbox.MEBIBYTE
"""The engine's parsers recurse, about 4 KiB a level; address space alone, until it is used."""
_LARGE = 4 * sandbox.MEBIBYTE
"""Bytes from which a payload is loaded in bulk: with half the memory, but nobody knows what that changed."""
_Job = tuple[dict[str, Any], bytes]
_Told = list[list[str]] | None
"""What was changed, step by step: quads that went and quads that came, as N-Quads; None where nobody knows."""


class Scribe:
    """Does to the database what the writer says, one thing after the other.

    Args:
        mebibytes: what a job may take beyond what an open database takes.
    """

    def __init__(self, mebibytes: int) -> None:
        self._store: ox.Store | None = None
        self._mebibytes = mebibytes
        self._capped = False
        self._path = Path()
        self._verbs: Mapping[str, Callable[[dict[str, Any], bytes], object]] = {
            "open": self._open, "close": self._close, "update": self._update, "load": self._load,
            "has": self._has, "large": self._large, "clear": self._clear, "backup": self._backup,
        }  # fmt: skip

    def do(self, job: dict[str, Any], payload: bytes) -> dict[str, Any]:
        """Return what came of a job: `value`, or `error` (its kind), `detail` and perhaps `cure`."""
        sandbox.cap_time(job["seconds"])
        try:
            return {"value": self._verbs[job["does"]](job, payload)}
        except QueryError as error:
            return {"error": "query", "detail": error.detail, "cure": error.cure}
        except SyntaxError as error:
            return {"error": "syntax", "detail": str(error)}
        except (RuntimeError, ValueError) as error:
            return {"error": "refused", "detail": str(error)}
        except OSError as error:
            return {"error": "unwritten", "detail": str(error)}

    def _engine(self) -> ox.Store:
        if self._store is None:
            raise RuntimeError("no database has been lent")
        return self._store

    def _open(self, job: dict[str, Any], _: bytes) -> None:
        self._path = Path(job["path"])
        self._store = ox.Store(job["path"])
        if not self._capped:
            sandbox.cap_memory(self._mebibytes)
            self._capped = True

    def _close(self, _job: dict[str, Any], _: bytes) -> None:
        self._store = None

    def _update(self, job: dict[str, Any], payload: bytes) -> _Told:
        update = payload.decode("utf-8")
        if len(update) > sparql.SCANNED:
            sparql.refuse(update)
        return _told(effects.update(self._engine(), update, job["base"]))

    def _load(self, job: dict[str, Any], payload: bytes) -> _Told:
        format_, graph = RDF_FORMATS[job["format"]], job["graph"]
        into = None if graph is None else ox.NamedNode(graph)
        payloads.check(payload, format_, job["base"])
        if len(payload) < _LARGE:
            return _told(effects.load(self._engine(), payload, format_, job["base"], into))
        self._engine().bulk_load(payload, format_.rdf, base_iri=job["base"], to_graph=into)
        return None

    def _has(self, job: dict[str, Any], _: bytes) -> bool:
        if job["graph"] is not None:
            return self._engine().contains_named_graph(ox.NamedNode(job["graph"]))
        return next(self._engine().quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None

    def _large(self, job: dict[str, Any], _: bytes) -> bool:
        return emptying.is_large(self._engine(), ox.NamedNode(job["graph"]))

    def _clear(self, job: dict[str, Any], _: bytes) -> _Told:
        name, store = job["graph"], self._engine()
        graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
        told = _told(effects.of_emptying(store, graph))
        emptying.empty(store, graph, self._path, self._mebibytes * sandbox.MEBIBYTE)
        if job["drop"]:
            store.remove_graph(graph)
        return told

    def _backup(self, job: dict[str, Any], _: bytes) -> None:
        self._engine().backup(job["path"])


def _told(found: Sequence[effects.Effect] | None) -> _Told:
    return None if found is None else [[_lines(one.removed), _lines(one.added)] for one in found]


def _lines(quads: Sequence[ox.Quad]) -> str:
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode("utf-8")


def main() -> None:
    """Do jobs until standard input ends. Arguments: MiB that a job may take."""
    jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sandbox.bar_network()
    threading.stack_size(_STACK)
    threading.Thread(target=sandbox.end_with, args=(_work, jobs, pipe, int(sys.argv[1])), daemon=True).start()
    inlet = frames.Inlet(0)
    job: dict[str, Any] = {}
    while (found := inlet.receive()) is not None:
        for kind, payload in found:
            if kind == frames.JOB:
                job = json.loads(payload)
            else:
                jobs.put((job, payload))
    os._exit(0)


def _work(jobs: queue.SimpleQueue[_Job], pipe: int, mebibytes: int) -> None:
    ox.Store().query("ASK {}")
    scribe = Scribe(mebibytes)
    while True:
        frames.send(pipe, frames.json_frame(frames.END, scribe.do(*jobs.get())))


if __name__ == "__main__":
    main()
