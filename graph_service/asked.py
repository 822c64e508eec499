"""What `zonegraph ask` is asked, and the answer as text: from a store, or from a running service."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph_service import asking
from graph_service.asking.model import Model
from graph_service.asking.nearby import by_search
from graph_service.asking.proposing import propose
from graph_service.client import Service
from graph_service.errors import UsageError
from graph_service.graph.named import load
from graph_service.graph.search import Search
from graph_service.graph.store import Snapshot
from graph_service.graph.tables import draw, write_json
from graph_service.graph.workers import Workers
from graph_service.settings import Limits


def ask_store(question: str, language: str | None, snapshot: Snapshot, store: Path) -> dict[str, Any]:
    """Return the answer of a graph to a question, as `/ask` has it; raises what `Asking.ask` raises.

    Args:
        question: in Chinese or English.
        language: of the answer; None: the question's.
        snapshot: the graph.
        store: its folder; where a service has left its index of names there, beginnings of names and pinyin are understood too.
    """
    with Search(store) as search:
        return asking.load(load()).ask(snapshot, question, language, near=by_search(search)).as_json()


def ask_service(question: str, language: str | None, server: str) -> dict[str, Any]:
    """Return the answer of a running service to a question; raises ServiceError where it gives none."""
    parameters = {"q": question, **({"lang": language} if language else {})}
    return Service(server).told("ask", parameters)


def propose_here(question: str, snapshot: Snapshot, url: str, name: str, key: str | None) -> dict[str, Any]:
    """Return the query that a language model writes for a question, as `/ask/proposal` has it; raises what `propose` raises."""
    if not name:
        raise UsageError("No language model is named", "Give --model-url and --model.")
    model, limits = Model(url, name, key), Limits()
    with Workers(1, limits.timeout, limits.memory, 0) as workers:

        def check(query: str) -> None:
            workers.parse(query, snapshot.base, limits.timeout)

        return propose(asking.load(load()), snapshot, question, name, model.complete, check).as_json()


def propose_by_service(question: str, server: str) -> dict[str, Any]:
    """Return the query that the language model of a running service writes; raises ServiceError where it writes none."""
    return Service(server).proposal(question)


def proposal_written(proposal: Mapping[str, Any], format_: str) -> str:
    """Return a proposal as JSON, or as SPARQL under a comment that says whose it is: `zonegraph query -` takes it."""
    if format_ == "json":
        return write_json(proposal)
    return f"# Written by the language model {proposal['model']}; not run.\n{proposal['sparql']}\n"


def written(said: Mapping[str, Any], format_: str, room: int | None) -> str:
    """Return an answer as JSON, or for people: what was understood, its sentences with what they rest on, the table.

    Args:
        said: as `/ask` has it.
        format_: `json` or `table`.
        room: cells that a line may take; None: any number.
    """
    if format_ == "json":
        return write_json(said)
    return _answer(said, room) if said["understood"] else _refusal(said)


def _answer(said: Mapping[str, Any], room: int | None) -> str:
    given = ", ".join(f"{name}={value}" for name, value in said["parameters"].items())
    lines = [f"{said['query']}({given}): {said['title']}"]
    lines += [f"Set aside: {words}" for words in said.get("left", ()) if len(words) > 1]
    lines += [
        f"{name} may also be {thing['label']} ({thing['type']}) <{thing['iri']}>"
        for name, things in said.get("others", {}).items()
        for thing in things
    ]
    lines.append("")
    for one in said["sentences"]:
        lines.append(f"• {one['text']}")
        for piece in one["evidence"]:
            document = (piece.get("document") or {}).get("label", "")
            lines.append(f"    “{piece['text']}” {document}".rstrip())
    columns = said["columns"]
    rows = [[row[column["name"]] for column in columns] for row in said["rows"]]
    return "\n".join(lines) + "\n\n" + draw([column["label"] for column in columns], rows, room)


def _refusal(said: Mapping[str, Any]) -> str:
    lines = ["Not understood" + (f": {'、'.join(said['left'])}" if said.get("left") else "")]
    for name, choices in said.get("choices", {}).items():
        lines += [
            f"{name} may be {choice['label']} ({choice['type']}) <{choice['iri']}>" for choice in choices
        ]
    lines += ["Nearest questions:", *(f"  {one['question']}" for one in said["alternatives"])]
    return "\n".join(lines) + "\n"
