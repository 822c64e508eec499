"""Files of named queries: SPARQL below `#+` lines that say what the query takes and gives.

The lines are YAML, with the keys of grlc (`summary`, `description`, `tags`, `method`, `endpoint_in_url`) and ours:

    #+ summary: 迁移 / Relocations
    #+ description: |
    #+   列出谁从哪里迁到哪里。
    #+   Who moved from where to where.
    #+ tags: [moves]
    #+ place: 2
    #+ budget: point
    #+ parameters:
    #+   - {name: to, type: entity, required: false, zh: 迁入地, en: to, example: 诸暨, kind: Place}
    #+ columns:
    #+   - {name: who, zh: 迁移者, en: who}

`chart` names the columns of a chart, `search` makes the SPARQL one step of a search (see `walks`). `leaf` names the
variables that the order begins with and a pattern for what they take, so that pages are found without sorting the whole
(see `leafing`). `first` is a query for what comes in question at all (see `bind_join`). Variables of the SPARQL take
the parameters as terms; no text of a user ever becomes text of a query.

A line that ends in `# if to` stands only where the parameter `to` is given, one that ends in `# unless to` only where
it is not. So what narrows a query is a pattern for the engine to begin at, not a filter over all that it would find.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graph_service.errors import QueryError
from graph_service.graph import sparql
from graph_service.graph.bind_join import BindJoin
from graph_service.graph.faults import FaultError, Said, head_of
from graph_service.graph.leafing import LONGEST, Leafing
from graph_service.graph.paging import WHOLE, Page
from graph_service.graph.parameters import TYPES, Bound, Parameter
from graph_service.graph.steps import Steps
from graph_service.graph.walks import COLUMNS, Walk

LANGUAGES = ("zh", "en")
"""Languages of titles, descriptions and labels; the first is taken where none is asked for."""
WAY = "way"
"""What a column lists that holds ways between things."""
TAGS = (
    "moves",
    "places",
    "organisations",
    "industry",
    "innovation",
    "projects",
    "figures",
    "names",
    "evidence",
)
"""What queries are about, in the order in which they are shown."""
BUDGETS = {"point": 0.01, "aggregate": 2.0}
"""Seconds that a query of each sort may take in a graph of ten million quads."""

_CURE = "Write it like the other named queries."
_CONDITION = re.compile(r"#\s*(if|unless) (\w+)\s*$")


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
class Chart:
    """Which columns a chart is drawn of.

    Attributes:
        label: what a bar stands for.
        value: how long it is; empty: by the number of rows.
        group: what parts bars that cannot be compared.
        sums: whether rows of one label add up; where they do not, the largest counts.
    """

    label: str
    value: str
    group: tuple[str, ...]
    sums: bool


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
class Leaf:
    """Which variables the order of a list begins with, and the pattern that gives what they take."""

    by: tuple[str, ...]
    through: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with a name.

    Attributes:
        name: of the query and its file.
        titles: by language.
        descriptions: by language.
        parameters: what it takes.
        columns: what it gives.
        sparql: the query.
        place: where it stands among the others.
        tags: what it is about, of `TAGS`.
        budget: what sort it is, a key of `BUDGETS`.
        chart: what can be drawn of its answer.
        search: the search that the SPARQL is a step of.
        leaf: how pages of it are found, where it is not about one thing.
        first: SPARQL for what comes in question there, without prefixes; empty where nothing is known of that.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    place: int = 0
    tags: tuple[str, ...] = ()
    budget: str = "point"
    chart: Chart | None = None
    search: Search | None = None
    leaf: Leaf | None = None
    first: str = ""

    @property
    def finds_ways(self) -> bool:
        """Whether it looks for the ways between two things."""
        return self.search is not None and bool(self.search.goal)

    @property
    def constructs(self) -> bool:
        """Whether its answer is a graph."""
        return tuple(column.name for column in self.columns) == ("subject", "predicate", "object")

    def asked(self, bound: Bound, page: Page = WHOLE, more: int = 0) -> tuple[str, Bound | Steps]:
        """Return its SPARQL, and what that is asked with: terms for variables, or that of which it is one step.

        Args:
            bound: the terms of its parameters.
            page: the part of the answer that is wanted.
            more: so many rows behind it are wanted too.
        """
        text = self.written(bound)
        if self.search:
            return text, replace(self.search.walk(bound), part=page.clause(more))
        part = text + page.clause(more)
        if any(p.type == "entity" and p.binds in bound for p in self.parameters):
            return part, bound
        leafing = self._leafing(bound, page, more)
        if leafing:
            return sparql.bind(text, bound), leafing
        if self.first:
            return sparql.bind(part, bound), BindJoin(self._beside(self.first, bound))
        return part, bound

    def _leafing(self, bound: Bound, page: Page, more: int) -> Leafing | None:
        """Return how a page is found, where it is one of a long list."""
        if self.leaf is None or page.limit is None or page.limit + more > LONGEST:
            return None
        names = " ".join(f"?{name}" for name in self.leaf.by)
        things = f"SELECT DISTINCT {names} WHERE {{ {self.leaf.through} }}"
        columns = tuple(column.name for column in self.columns)
        return Leafing(self.leaf.by, self._beside(things, bound), columns, page.limit + more, page.offset)

    def _beside(self, query: str, bound: Bound) -> str:
        """Return a query of the header with the prefixes of the SPARQL below, its variables bound."""
        heads = "".join(line for line in self.sparql.splitlines(keepends=True) if line.startswith("PREFIX "))
        return sparql.bind(heads + query, {name: term for name, term in bound.items() if f"?{name}" in query})

    def written(self, bound: Bound) -> str:
        """Return its SPARQL without the lines that do not stand where these variables are bound."""
        given = {p.name for p in self.parameters if p.binds in bound}
        return "".join(line for line in self.sparql.splitlines(keepends=True) if _stands(line, given))

    def as_json(self, language: str) -> dict[str, Any]:
        """Return what a user must know to ask it, in one language."""
        return {
            "name": self.name, "title": self.titles[language], "description": self.descriptions[language],
            "tags": list(self.tags),
            "parameters": [
                {
                    "name": p.name, "label": p.labels[language], "type": p.type, "required": p.required,
                    "example": p.example, **({"default": p.default} if p.default else {}),
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
        QueryError: its header is missing something, or says something that cannot be; with the line.
    """
    try:
        said, body = head_of(text)
        return _query(name, said, body)
    except FaultError as fault:
        raise QueryError(f"{name}.rq, line {fault.line}: {fault.what}", _CURE) from fault


def _query(name: str, said: Said, body: str) -> NamedQuery:
    said.only("summary", "description", "tags", "place", "budget", "parameters", "columns", "chart", "search", "leaf",
              "first", "method", "endpoint_in_url")  # fmt: skip
    titles = said.texts("summary", " / ", LANGUAGES)
    descriptions = said.texts("description", "\n", LANGUAGES)
    search = (
        Search(**said.part("search").words("start", "steps", "goal", "hubs")) if "search" in said else None
    )
    columns = tuple(_column(entry, body, search) for entry in said.parts("columns"))
    if not columns:
        raise FaultError(said.line, "columns names no column")
    chart = _chart(said.part("chart"), columns) if "chart" in said else None
    parameters = tuple(_parameter(entry, body, search) for entry in said.parts("parameters"))
    return NamedQuery(
        name, titles, descriptions, parameters, columns, _conditions(said, body, parameters),
        said.whole("place"), _tags(said), said.choice("budget", tuple(BUDGETS)), chart, search,
        _leaf(said.part("leaf"), body) if "leaf" in said else None,
        said.text("first").strip() if "first" in said else "",
    )  # fmt: skip


def _stands(line: str, given: Container[str]) -> bool:
    """Tell whether a line of SPARQL stands where these parameters are given."""
    condition = _CONDITION.search(line)
    return condition is None or (condition[2] in given) == (condition[1] == "if")


def _conditions(said: Said, body: str, parameters: Sequence[Parameter]) -> str:
    """Return a body whose conditions are all of parameters that may be left out."""
    optional = {p.name for p in parameters if not p.required and not p.default}
    for line in body.splitlines():
        condition = _CONDITION.search(line)
        if condition and condition[2] not in optional:
            raise FaultError(said.line, f"{condition[0].strip()}: no parameter of this name may be left out")
    return body


def _tags(said: Said) -> tuple[str, ...]:
    tags = tuple(said.required("tags"))
    unknown = [tag for tag in tags if tag not in TAGS]
    if unknown or not tags:
        raise FaultError(said.line, f"tags {', '.join(unknown)}: choose among {', '.join(TAGS)}")
    return tags


def _chart(said: Said, columns: Sequence[Column]) -> Chart:
    said.only("label", "value", "group", "sums")
    group = tuple(said.get("group", []))
    chart = Chart(said.text("label"), said.get("value", ""), group, bool(said.get("sums", False)))
    unknown = {chart.label, *group, *filter(None, [chart.value])} - {c.name for c in columns}
    if unknown:
        raise FaultError(said.line, f"the chart is drawn of {', '.join(sorted(unknown))}, which is no column")
    return chart


def _leaf(said: Said, body: str) -> Leaf:
    said.only("by", "through")
    leaf = Leaf(tuple(said.text("by").split()), said.text("through"))
    names = [f"?{name}" for name in leaf.by]
    if body.rpartition("ORDER BY")[2].split()[: len(names)] != names:
        raise FaultError(said.line, f"the order does not begin with {' '.join(names)}")
    return leaf


def _column(said: Said, body: str, search: Search | None) -> Column:
    said.only("name", *LANGUAGES, "list")
    name = said.text("name")
    if search is None and f"?{name}" not in body:
        raise FaultError(said.line, f"the query has no variable ?{name}")
    if search is not None and name not in COLUMNS[bool(search.goal)]:
        raise FaultError(said.line, f"a search gives no {name}, but {', '.join(COLUMNS[bool(search.goal)])}")
    listed = said.get("list", "")
    if listed not in ("", True, WAY):
        raise FaultError(said.line, f"list {listed!r} of column {name} is neither true nor {WAY}")
    return Column(name, said.labels(LANGUAGES), "things" if listed is True else listed)


def _parameter(said: Said, body: str, search: Search | None) -> Parameter:
    said.only("name", "type", "required", *LANGUAGES, "example", "kind", "binds", "default", "least", "most")
    name, type_ = said.text("name"), said.choice("type", TYPES)
    binds = said.get("binds", name)
    if search is None and f"?{binds}" not in body:
        raise FaultError(said.line, f"the query has no variable ?{binds}")
    return Parameter(
        name, type_, said.flag("required"), said.labels(LANGUAGES), said.text("example"),
        said.kind("kind") if type_ == "entity" else "Entity", binds,
        str(said.get("default", "")), said.get("least"), said.get("most"),
    )  # fmt: skip
