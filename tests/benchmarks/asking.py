"""How well questions are understood that were written by somebody who did not know the rules.

    python -m tests.benchmarks.asking [--wrong]

`tests/asking/blind.yaml` has four wordings and more for each competency question, `blind-nothing.yaml` questions that
no graph of this kind can answer. A question counts as right where it becomes one of the queries that answer it, with the
things, years and modalities that it names. Questions about things that reading has not found in the bundled documents
cannot be right, and are counted apart.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from graph_service.asking import Answered, Asking, load
from graph_service.asking.filling import Near
from graph_service.asking.nearby import by_search
from graph_service.graph.named import load as load_named
from graph_service.graph.search import Search
from graph_service.graph.store import Snapshot, open_reader
from graph_service.identity import fold
from graph_service.ingest import ingest
from graph_service.resources import resource
from graph_service.settings import Settings

HERE = Path(__file__).parents[1] / "asking"
ANSWERS = {
    "CQ01": "locations", "CQ02": "zone-industries", "CQ03": "names", "CQ04": "things-named", "CQ05": "tenants",
    "CQ06": "products", "CQ07": "certifications", "CQ08": "standards", "CQ09": "awards", "CQ10": "alliances",
    "CQ11": "parts", "CQ12": "positionings", "CQ13": "figures", "CQ14": "figures tenants", "CQ15": "figures-above",
    "CQ16": "openings", "CQ17": "incubated", "CQ18": "listings", "CQ19": "relocations",
    "CQ20": "cross-province-relocations", "CQ21": "referrals", "CQ22": "co-relocated-suppliers",
    "CQ23": "relocation-totals relocations", "CQ24": "relocations prospects", "CQ25": "planned-projects prospects",
    "CQ26": "prospects", "CQ27": "figures", "CQ28": "chain", "CQ29": "segments-between", "CQ30": "chain-gaps",
    "CQ31": "local-upstream upstream", "CQ32": "leading-companies", "CQ33": "gap-candidates",
    "CQ34": "applications products", "CQ35": "renewals", "CQ36": "project-progress", "CQ37": "evidence",
    "CQ38": "document-claims", "CQ39": "corroborated", "CQ40": "contradictions", "X-prospects": "prospects",
    "X-paths": "paths", "X-contradictions": "contradictions", "X-duplicates": "possible-duplicates",
    "X-about": "evidence", "X-evidence": "evidence", "X-figures": "figures", "X-upstream": "upstream",
}  # fmt: skip
"""The queries that answer a question, by the beginning of its name."""
_WORDS = ("indicator", "modality", "year", "amount", "name")
"""What a question gives that is no thing of the graph."""


def _names(given: Mapping[str, Any]) -> list[str]:
    return [str(value) for key, value in given.items() if key not in _WORDS]


def _known(asking: Asking, snapshot: Snapshot, near: Near, name: str) -> set[str]:
    """Return the IRIs that a name may stand for; queries about a chain take its industry too."""
    called = asking.named.called(snapshot)
    things = [*called(fold(name)), *called(fold(name.removesuffix("链")))] or near(name, "Entity")
    return {thing.iri for thing in things}


def _right(answered: Answered, name: str, given: Mapping[str, Any], wanted: list[set[str]]) -> bool:
    if answered.result is None:
        return False
    queries = next(q for start, q in ANSWERS.items() if name.startswith(start)).split()
    bound = {getattr(term, "value", "") for term in answered.result.bound.values()}
    said = all(str(given[key]) in answered.result.parameters.values() for key in ("year",) if key in given)
    return answered.result.query.name in queries and all(iris & bound for iris in wanted) and said


def measure(asking: Asking, snapshot: Snapshot, near: Near) -> tuple[Counter[str], list[str]]:
    """Return how many questions were right, wrong, not understood or about unknown things, and which were not right."""
    counted, wrong = Counter[str](), []
    for name, case in yaml.safe_load((HERE / "blind.yaml").read_text("utf-8")).items():
        given = case.get("with") or {}
        wanted = [_known(asking, snapshot, near, text) for text in _names(given)]
        for question in case["questions"]:
            answered = asking.ask(snapshot, question, near=near)
            if not all(wanted):
                outcome = "unknown thing"
            elif _right(answered, name, given, wanted):
                outcome = "right"
            else:
                outcome = "wrong" if answered.understood else "not understood"
            counted[outcome] += 1
            if outcome in ("wrong", "not understood"):
                wrong.append(f"{outcome}: {name}: {question} → {_told(answered)}")
    return counted, wrong


def _even(told: str) -> bool:
    """Say whether a question is of those that rules were worked on: even numbers, and those beyond the forty."""
    number = told.partition("CQ")[2][:2]
    return not number.isdigit() or int(number) % 2 == 0


def _told(answered: Answered) -> str:
    reading = answered.reading
    if reading is None:
        return "nothing"
    return f"{reading.form.query.name} {answered.shown} left {list(reading.left)} missing {list(reading.missing)}"


def main() -> None:
    """Print the figures, and with `--wrong` the questions that were not understood rightly."""
    asking = load(load_named())
    with tempfile.TemporaryDirectory() as folder, Search(Path(folder)) as search:
        store = Path(folder) / "store"
        ingest([resource("data", "documents")], Settings(store=store))
        snapshot = open_reader(store).snapshot()
        search.follow(snapshot)
        near = by_search(search)
        counted, wrong = measure(asking, snapshot, near)
        halves = [[w for w in wrong if _even(w) is even] for even in (True, False)]
        nothing = yaml.safe_load((HERE / "blind-nothing.yaml").read_text("utf-8"))
        answered = [q for q in nothing if asking.ask(snapshot, q, near=near).understood]
    fair = counted.total() - counted["unknown thing"]
    print(
        f"{fair} questions: {counted['right'] / fair:.1%} right, {counted['wrong'] / fair:.1%} wrong, "
        f"{counted['not understood'] / fair:.1%} not understood; {counted['unknown thing']} more name things that are "
        f"not in the graph; of {len(nothing)} without an answer {len(answered)} were answered"
    )
    print(f"not right: {len(halves[0])} of even numbers, {len(halves[1])} of odd ones (never looked at)")
    if "--wrong" in sys.argv:
        print("\n".join([*halves[0], *(f"answered: {question}" for question in answered)]))


if __name__ == "__main__":
    main()
