"""One thing as a page shows it: facts by relation, figures, events in order of time, and what points to it.

However much is said of a thing, only so much of it is read: the page of a hub costs little more than any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError
from graph_service.graph.around import NODES, QUANTITY, Found, Node, ground, nodes, one_relation, statements
from graph_service.graph.changes import DESCRIPTIVE, Graph
from graph_service.graph.labels import Labels, plain
from graph_service.graph.mapping import ALT_LABEL, PREF_LABEL
from graph_service.graph.reviews import REPLACED
from graph_service.graph.store import Snapshot
from graph_service.graph.support import Support
from graph_service.graph.terms import DEFAULT, TYPE, period, unit_name, zg
from graph_service.graph.units import unit_label
from graph_service.vocabulary import ZG, local

ROWS, PAGE = 20, 100
"""Statements of a relation that the page of a thing shows, and that a page of one relation shows."""

_NAMES = 50
_BOUNDS = {
    "Exact": "=", "LessThan": "<", "MoreThan": ">", "About": "~", "AtLeast": ">=", "AtMost": "<=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """The other end of a statement, labelled, what to ask `/evidence` for, and how many sentences that has.

    `sentences` is None where it would take too long to count them.
    """

    end: Any
    ground: dict[str, str]
    sentences: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of one relation.

    Attributes:
        relation: as IRI and label.
        inverse: whether the thing is their object.
        count: how many there are; the least number where `more`.
        more: whether there are more than were counted.
        rows: some of them; up to a hundred in order of the IRIs at the other end, else of the store's index.
    """

    relation: dict[str, str]
    inverse: bool
    count: int
    more: bool
    rows: Sequence[Row]

    @property
    def name(self) -> str:
        """The local name of the relation."""
        return local(self.relation["iri"])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: indicator as IRI and label, bound, value, unit, the words that give it, its time, modality, IRI.

    Value and unit are as people write them in the language of the page.
    """

    indicator: dict[str, str]
    bound: str
    value: Any
    unit: str
    text: str
    time: str
    modality: str
    iri: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its kind as IRI and label, its time, the words for it, roles with who has them, modality, IRI."""

    kind: dict[str, str]
    time: str
    words: str
    roles: Sequence[tuple[dict[str, str], Any]]
    modality: str
    iri: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A thing with labels in one language: its facts, what points to it, prospects, figures, events."""

    iri: str
    label: str
    names: list[str]
    kinds: list[dict[str, str]]
    similar: list[dict[str, str]]
    replaces: list[str]
    facts: list[Group]
    incoming: list[Group]
    prospects: list[Group]
    figures: list[Figure]
    events: list[Event]

    @property
    def is_cut(self) -> tuple[bool, bool]:
        """Whether there may be more figures, and more events, than are here."""
        return len(self.figures) >= NODES, len(self.events) >= NODES


def profile(snapshot: Snapshot, iri: str, language: str) -> Profile:
    """Return a thing as a page shows it; of one that the graph does not have there is nothing to show."""
    node = ox.NamedNode(iri)
    prospects = ox.NamedNode(identity.prospects_graph(snapshot.base))
    graphs: tuple[Graph, ...] = (DEFAULT, prospects)
    seen = _Seen(snapshot, node, Labels(snapshot, language))
    figures, events = (
        [n for graph in graphs for n in nodes(snapshot, node, graph, figures=wanted)][:NODES] for wanted in (True, False)
    )  # fmt: skip
    found = [
        [f for f in statements(snapshot, node, g, inverse=i) if not figures or not _counts(snapshot, f)]
        for g in graphs
        for i in (False, True)
    ]
    about = _about(snapshot, node)
    seen.learn(
        {iri, *about["kinds"], *about["similar"]}, (q for part in found for f in part for q in f.quads[:ROWS])
    )
    seen.measure(q for n in (*figures, *events) for q in n.quads)
    groups = [[seen.group(f, inverse=place % 2 == 1) for f in part] for place, part in enumerate(found)]
    return Profile(
        iri=iri,
        label=seen.labels.of(iri),
        names=sorted(about["names"] - {seen.labels.of(iri)}),
        kinds=[seen.labels.entity(kind) for kind in sorted(about["kinds"])],
        similar=[seen.labels.entity(other) for other in sorted(about["similar"])],
        replaces=sorted(about["replaces"]),
        facts=_ordered(groups[0]),
        incoming=_ordered(groups[1]),
        prospects=_ordered(groups[2]) + _ordered(groups[3]),
        figures=sorted(
            map(seen.figure, figures), key=lambda f: (f.indicator["label"], f.time, f.text, f.iri)
        ),
        events=sorted(map(seen.event, events), key=lambda e: (not e.time, e.time, e.kind["label"], e.iri)),
    )


def relation_page(
    snapshot: Snapshot, iri: str, language: str, relation: str, number: int, *, inverse: bool, prospects: bool = False
) -> tuple[Group, bool]:  # fmt: skip
    """Return one page of the facts of a relation about a thing, or of its prospects, and whether another follows.

    Args:
        snapshot: the state of the graph.
        iri: of the thing.
        language: of the labels.
        relation: local name.
        number: of the page, from 1.
        inverse: whether the thing is to be the object.
        prospects: whether prospects are wanted, not facts.

    Raises:
        NotFoundError: there is nothing on that page.
    """
    node, predicate = ox.NamedNode(iri), zg(relation)
    first = (number - 1) * PAGE
    graph = ox.NamedNode(identity.prospects_graph(snapshot.base)) if prospects else DEFAULT
    quads, more = one_relation(snapshot, node, predicate, graph, (first, PAGE), inverse=inverse)
    if not quads:
        raise NotFoundError(
            f"There is no page {number} of {relation}", "Begin with page 1, or another relation."
        )
    seen = _Seen(snapshot, node, Labels(snapshot, language))
    seen.learn({iri}, quads)
    rows = [seen.row(quad) for quad in quads]
    return Group(seen.labels.entity(predicate.value), inverse, first + len(rows), more, rows), more


def _counts(snapshot: Snapshot, found: Found) -> bool:
    """Tell whether the first of some statements gives a figure, which the figures of a thing have already."""
    end = found.quads[0].object
    prefix = f"{snapshot.base}{identity.hyphenated('Quantity')}/"
    return isinstance(end, ox.NamedNode) and end.value.startswith(prefix)


def _about(snapshot: Snapshot, node: ox.NamedNode) -> dict[str, set[str]]:
    """Return the kinds, names and doubles of a thing, as far as they are few."""

    def ends(predicate: ox.NamedNode) -> set[str]:
        quads = islice(snapshot.quads(node, predicate, None, None), _NAMES)
        return {str(getattr(quad.object, "value", "")) for quad in quads}

    replaced = islice(snapshot.quads(None, REPLACED, node, None), _NAMES)
    return {
        "kinds": {kind for kind in ends(TYPE) if kind.startswith(ZG)},
        "names": ends(PREF_LABEL) | ends(ALT_LABEL),
        "similar": ends(zg("possiblySameAs")),
        "replaces": {str(getattr(quad.subject, "value", "")) for quad in replaced},
    }


def _ordered(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (group.relation["label"], group.relation["iri"]))


@dataclass(slots=True)
class _Seen:
    """Puts labels on what was read of a thing."""

    snapshot: Snapshot
    node: ox.NamedNode
    labels: Labels
    measures: dict[str, Node] = field(default_factory=dict)
    support: Support = field(init=False)

    def __post_init__(self) -> None:
        self.support = Support(self.snapshot, self.node)

    def learn(self, iris: set[str], quads: Iterable[ox.Quad]) -> None:
        """Look up what the ends of statements, and their relations, are called."""
        ends = (term for quad in quads for term in (quad.subject, quad.predicate, quad.object))
        self.labels.learn(iris | {term.value for term in ends if isinstance(term, ox.NamedNode)})

    def measure(self, quads: Iterable[ox.Quad]) -> None:
        """Look up what is said of figures and events: quantities whole, of all else what it is called."""
        iris = set()
        for quad in quads:
            if quad.predicate == QUANTITY and isinstance(quad.object, ox.NamedNode):
                said = list(self.snapshot.quads(quad.object, None, None, quad.graph_name))
                self.measures[quad.object.value] = Node(quad.object.value, said)
            elif isinstance(quad.object, ox.NamedNode) and quad.object != self.node:
                iris.add(quad.object.value)
        self.labels.learn(iris)

    def row(self, quad: ox.Quad) -> Row:
        end = quad.object if quad.subject == self.node else quad.subject
        triple, sentences = quad.triple, self.support.sentences(quad.triple)
        if not sentences:  # nobody says just this: a rule may have derived it
            triple = ground(self.snapshot, quad, self.node, identity.derived_graph(self.snapshot.base))
            sentences = self.support.sentences(triple) if triple != quad.triple else sentences
        ends = {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
        asked = {key: value.value for key, value in ends.items() if isinstance(value, ox.NamedNode)}
        return Row(self.labels.value(end), asked, sentences)

    def group(self, found: Found, *, inverse: bool) -> Group:
        rows = [self.row(quad) for quad in found.quads[:ROWS]]
        relation = self.labels.entity(found.predicate.value)
        return Group(relation, inverse, found.count, found.more, rows)

    def figure(self, node: Node) -> Figure:
        measure = self.measures.get(node.text(QUANTITY), Node("", ()))
        values = measure.values(zg("value"))
        return Figure(
            indicator=self.labels.entity(node.text(zg("indicator"))),
            bound=_BOUNDS.get(local(measure.text(zg("modifier"))), ""),
            value=_number(plain(values[0]), measure) if values else None,
            unit=unit_label(unit_name(measure.text(zg("unit"))), self.labels.language),
            text=measure.text(zg("sourceText")),
            time=_time(node),
            modality=_modality(node),
            iri=node.iri,
        )

    def event(self, node: Node) -> Event:
        return Event(
            kind=self.labels.entity(node.text(TYPE)),
            time=_time(node),
            words=node.text(zg("timeText")),
            roles=list(self._roles(node)),
            modality=_modality(node),
            iri=node.iri,
        )

    def _roles(self, node: Node) -> Iterator[tuple[dict[str, str], Any]]:
        said = [quad for quad in node.quads if quad.predicate not in DESCRIPTIVE and quad.object != self.node]
        for quad in sorted(said, key=lambda q: (str(q.predicate), str(q.object))):
            yield self.labels.entity(quad.predicate.value), self._end(quad.object)

    def _end(self, value: object) -> object:
        measure = self.measures.get(str(getattr(value, "value", "")))
        return measure.text(zg("sourceText")) if measure else self.labels.value(value)  # type: ignore[arg-type]


def _number(value: object, measure: Node) -> object:
    """Return a value as people write it: fractions in hundredths."""
    if unit_name(measure.text(zg("unit"))) == "FRACTION" and isinstance(value, int | float):
        return f"{value * 100:.10g}%"
    return f"{value:,}" if isinstance(value, int | float) else value


def _modality(node: Node) -> str:
    return local(node.text(zg("modality"))).lower() or "actual"


def _time(node: Node) -> str:
    """Return when it was, as far as it is known: `2023`, `2023-05`, `2023-05-01`, or two of these with a slash."""
    first, last = node.text(zg("earliest")), node.text(zg("latest"))
    if not first or not last or first == last:
        return first or last
    whole = next((said for said in (first[:4], first[:7]) if period(said) == (first, last)), None)
    return whole or f"{first}/{last}"
