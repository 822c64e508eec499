"""Files of named queries: SPARQL below `#+` lines that say what the query takes and gives.

The lines are YAML: `title` and `description` by language, `parameters`, `columns`, and `search` where the SPARQL is
one step of a search (see `walks`). Variables of the SPARQL take the parameters as terms; no text of a user ever
becomes text of a query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from graph_service.errors import QueryError
from graph_service.graph.parameters import TYPES, Bound, Parameter
from graph_service.graph.walks import Walk

LANGUAGES = ("zh", "en")
"""Languages of titles, descriptions and labels; the first is taken where none is asked for."""

WAY = "way"
"""What a column lists that holds ways between things."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a named query gives.

    Attributes:
        name: of its variable.
        labels: by language.
        list: whether it lists things, as IRIs parted by blanks: nothing, `things`, or `way`: things and relations in turn.
    """

    name: str
    labels: Mapping[str, str]
    list: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Which variables say what a search by steps begins at, ends at, how far it goes, whether through hubs."""

    start: str
    steps: str
    goal: str = ""
    hubs: str = ""

    def walk(self, bound: Bound) -> Walk:
        """Return the search for these terms."""
        goal = bound[self.goal].value if self.goal else None
        return Walk(bound[self.start].value, goal, int(bound[self.steps].value), self.hubs in bound)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name: titles and descriptions by language, what it takes and gives, its SPARQL, its place."""

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    place: int = 0
    search: Search | None = None

    @property
    def finds_ways(self) -> bool:
        """Whether it looks for the ways between two things."""
        return self.search is not None and bool(self.search.goal)

    def asked(self, bound: Bound) -> Bound | Walk:
        """Return what its SPARQL is asked with: terms for its variables, or the walk of which it is one step."""
        return self.search.walk(bound) if self.search else bound

    def as_json(self, language: str) -> dict[str, Any]:
        """Return what a user must know to ask it, in one language."""
        return {
            "name": self.name, "title": self.titles[language], "description": self.descriptions[language],
            "parameters": [
                {
                    "name": p.name, "label": p.labels[language], "type": p.type, "required": p.required,
                    "example": p.example,
                }
                for p in self.parameters
            ],
            "columns": [{"name": c.name, "label": c.labels[language]} for c in self.columns],
            "sparql": self.sparql,
        }  # fmt: skip


def read(path: Path) -> NamedQuery:
    """Return the named query in a file; raises what `parse` raises."""
    return parse(path.stem, path.read_text("utf-8"))


def parse(name: str, text: str) -> NamedQuery:
    """Return the named query in a file's text.

    Raises:
        QueryError: its header is missing something, or says something that cannot be.
    """
    lines = text.splitlines(keepends=True)
    head = "".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    body = "".join(line for line in lines if not line.startswith("#+"))
    try:
        said = yaml.safe_load(head)
        parameters = tuple(_parameter(entry) for entry in said.get("parameters") or [])
        columns = tuple(Column(c["name"], _texts(c), _listing(c)) for c in said["columns"])
        search = Search(**said["search"]) if "search" in said else None
        texts = _texts(said["title"]), _texts(said["description"])
        return NamedQuery(name, *texts, parameters, columns, body, said["place"], search)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(
            f"{name}.rq: the header does not say what it must: {error}",
            "Write it like the other named queries.",
        ) from error


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    if entry["type"] not in TYPES:
        raise ValueError(f"type {entry['type']!r} is none of {', '.join(TYPES)}")
    name = str(entry["name"])
    kind, binds, default = entry.get("kind", "Entity"), entry.get("binds", name), entry.get("default", "")
    return Parameter(
        name, entry["type"], bool(entry["required"]), _texts(entry), str(entry["example"]), kind, binds,
        str(default), entry.get("least"), entry.get("most"),
    )  # fmt: skip


def _listing(entry: Mapping[str, Any]) -> str:
    listed = entry.get("list", "")
    if listed in ("", WAY):
        return str(listed)
    if listed is not True:
        raise ValueError(f"list {listed!r} of column {entry['name']} is neither true nor {WAY}")
    return "things"


def _texts(entry: Mapping[str, Any]) -> dict[str, str]:
    return {language: str(entry[language]) for language in LANGUAGES}
