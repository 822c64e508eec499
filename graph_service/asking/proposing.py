"""Proposing: a language model writes SPARQL for a question. What it writes is checked and shown; nothing here runs it.

The model is told how the graph is written, the things that the question names, and the named queries that come nearest. It
gets a second try where its first is no query.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graph_service.asking.asking import Asking
from graph_service.asking.model import Complete, Message
from graph_service.asking.things import spot
from graph_service.errors import QueryError, RemoteError
from graph_service.graph.labels import ontology_labels
from graph_service.graph.query_files import NamedQuery
from graph_service.graph.store import Snapshot
from graph_service.identity import prospects_graph
from graph_service.vocabulary import DATE, PREFIXES, QUANTITY, WORDS, ZG, vocabulary

LONGEST = 8000
"""Characters that a proposed query may have."""
_TRIES = 2
_EXAMPLES, _THINGS = 3, 20
_FENCED = re.compile(r"```[a-z]*\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_RULES = """\
You write SPARQL 1.1 for ZoneGraph, a graph of statements read from Chinese documents about development zones.
Answer with one query in a code block and nothing else. It reads only: SELECT, ASK or CONSTRUCT; never SERVICE, never an
update. Declare each prefix. Select labels beside IRIs, and LIMIT what may be long.
- The default graph has what is so, each fact a plain triple: ?company zg:locatedIn ?place.
- GRAPH <{prospects}> has plans, targets and possibilities in the same words; the variable ?prospects of the examples is it.
- Each document has a graph with its claims and sentences: GRAPH ?document {{ ?claim a zg:Claim ; rdf:subject ?s ;
  rdf:predicate ?p ; rdf:object ?o ; zg:modality ?modality ; zg:evidence/zg:text ?sentence }}.
- Names: skos:prefLabel and skos:altLabel, in Chinese. Figures: the object is a node with zg:value (a number in zg:unit),
  zg:min, zg:max, zg:sourceText. Dates: literals of xsd:gYear, xsd:gYearMonth or xsd:date; compare STR(?date).
Classes: {kinds}
Relations (subjects → objects): {relations}
Prefixes: {prefixes}"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A query that a language model wrote for a question; it has not been run.

    Attributes:
        question: as it was asked.
        sparql: the query: it parses, reads only, and reaches no other server.
        model: who wrote it.
    """

    question: str
    sparql: str
    model: str

    def as_json(self) -> dict[str, Any]:
        """Return it for programs; `run` says that there is no answer in it."""
        return {"question": self.question, "sparql": self.sparql, "model": self.model, "run": False}


def propose(
    asking: Asking, snapshot: Snapshot, question: str, model: str, complete: Complete, check: Callable[[str], None]
) -> Proposal:  # fmt: skip
    """Return the query that a model writes for a question.

    Args:
        asking: knows the named queries that come near.
        snapshot: the graph; it is looked into for the names in the question.
        question: in Chinese or English.
        model: its name.
        complete: asks it.
        check: raises QueryError for what is no query, or may not run here.

    Raises:
        UsageError: there is no question, or it is too long.
        RemoteError: the model cannot be asked, or wrote no query that could run here.
        TimeLimitError: it took too long.
    """
    text = asking.checked(question)
    messages: list[Message] = [
        {"role": "system", "content": instructions(snapshot.base)},
        {"role": "user", "content": _asked(asking, snapshot, text)},
    ]
    for _ in range(_TRIES):
        said = complete(messages)
        try:
            query = written(said)
            check(query)
            return Proposal(text, query, model)
        except QueryError as error:
            fault = error
            wrong = f"That cannot run here: {error.detail}. Write it again."
            messages += [{"role": "assistant", "content": said[:LONGEST]}, {"role": "user", "content": wrong}]
    raise RemoteError(
        f"The language model {model} wrote no query that could run here: {fault.detail}",
        "Ask in other words, or write the query yourself at /sparql.",
    ) from fault


def written(said: str) -> str:
    """Return the query in what a model said: its last code block, or all of it.

    Raises:
        QueryError: there is none, or it is too long.
    """
    blocks = _FENCED.findall(said)
    query = str(blocks[-1] if blocks else said).strip()
    if not query or len(query) > LONGEST:
        raise QueryError(
            f"The query has {len(query):,} characters", f"Write one of at most {LONGEST:,} characters."
        )
    return query


@lru_cache(maxsize=4)
def instructions(base: str) -> str:
    """Return what a model is told of the graph, whatever the question.

    Args:
        base: what the IRIs of the data start with.
    """
    words, labels = vocabulary(), ontology_labels()

    def called(name: str) -> str:
        return f"zg:{name} {labels.get(ZG + name, {}).get('zh', '')}".strip()

    def ends(kinds: Iterable[str]) -> str:
        return "|".join(sorted(kinds)) or "Entity"

    relations = (
        f"{called(name)} ({ends(r.domain)} → {ends(r.range)})" for name, r in sorted(words.relations.items())
    )
    return _RULES.format(
        prospects=prospects_graph(base),
        kinds="; ".join(called(name) for name in sorted(words.kinds) if name not in {QUANTITY, DATE, WORDS}),
        relations="; ".join(relations),
        prefixes=" ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()),
    )


def _asked(asking: Asking, snapshot: Snapshot, question: str) -> str:
    """Return a question with the things that it names and the named queries that come nearest."""
    called = asking.named.called(snapshot)
    named = {thing.iri: thing for name in spot(question, called) for thing in name.things}
    near = {reading.form.query.name: reading.form.query for reading in asking.read(question, called)}
    parts = [f"<{iri}> is zg:{thing.kind} {thing.name}" for iri, thing in list(named.items())[:_THINGS]]
    parts += [_example(query) for query in list(near.values())[:_EXAMPLES]]
    return "\n\n".join([*parts, f"Question: {question}"])


def _example(query: NamedQuery) -> str:
    taken = ", ".join(f"?{p.binds} ({p.labels['en']})" for p in query.parameters)
    return f"A query that answers “{query.titles['zh']}”, for given {taken or 'nothing'}:\n{query.sparql.strip()}"
