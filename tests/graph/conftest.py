"""Readings made by hand, and stores of their own for each test."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, Snapshot, open_store
from graph_service.reading.claims import Claim, Document, Entity, Quantity, Reading, Sentence, Span, Term

BASE = "https://example.org/id/"

HEGUANG = Entity("临江和光科技有限公司", "Company", names=("和光科技",))
YUANXING = Entity("远星传感有限公司", "Company")
PARK = Entity("镜湖智能产业园", "Park", names=("镜湖产业园",))
LINJIANG = Entity("临江市", "AdministrativeArea", code="330999")
NANSHAN = Entity("南山市", "AdministrativeArea")
LAB = Entity("镜湖实验室", "Laboratory")
ALLIANCE = Entity("镜湖光学产业联盟", "Alliance")
HONOURS = Entity("省级创新平台名单", "DesignationList", size=17)


def group(size: int | None, local: str, name: str = "上游企业", kind: str = "CompanyGroup") -> Entity:
    """Return an unnamed group of a size."""
    return Entity(name, kind, size=size, local=local)


def money(value: float, text: str, **said: Any) -> Quantity:  # noqa: ANN401 - any field of Quantity
    """Return an amount of yuan."""
    return Quantity(**{"value": value, "unit": "CNY", "bound": "=", "text": text, **said})


@dataclass
class Draft:
    """A document in the making: sentences come one after the other, claims point to them."""

    title: str = "一篇报道"
    published: str | None = "2023-06"
    source: str | None = None
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def sentence(self, text: str, **said: Any) -> Span:  # noqa: ANN401 - any field of Sentence
        """Add a sentence and return it as evidence."""
        start = len(self.text)
        self.text += text + "\n"
        self.sentences.append(Sentence(start, start + len(text), text, **said))
        return Span(start, start + len(text), text)

    def claim(
        self, subject: Entity, relation: str, value: Term, *evidence: Span, modality: str = "actual", **said: Any
    ) -> "Draft":
        """Add a claim and return the draft."""
        rule = said.pop("rule", f"test.{relation}")
        made = Claim(subject, relation, value, modality, tuple(sorted(evidence)), rule, **said)  # type: ignore[arg-type]
        self.claims.append(made)
        return self

    def reading(self) -> Reading:
        """Return the reading."""
        document = Document(self.text, self.title, self.published, self.source)
        return Reading(document, tuple(self.sentences), tuple(self.claims))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty store."""
    with open_store(tmp_path / "store", BASE) as opened:
        yield opened


def put(store: GraphStore, *readings: Reading) -> Snapshot:
    """Put readings one by one and return the snapshot with all of them."""
    for reading in readings:
        store.put(map_reading(reading, BASE))
    return store.commit()


def lines(snapshot: Snapshot) -> list[str]:
    """Return every quad of a snapshot as a line of N-Quads, sorted."""
    return sorted(str(quad) for quad in snapshot.quads(None, None, None, None))


def facts(snapshot: Snapshot) -> set[str]:
    """Return the triples of the default graph, in N-Triples."""
    return {str(quad.triple) for quad in snapshot.quads(None, None, None, ox.DefaultGraph())}


def rows(snapshot: Snapshot, sparql: str, **bindings: ox.NamedNode | ox.Literal) -> Sequence[tuple[str | None, ...]]:
    """Return the sorted values of a SELECT, with the prefixes of the project bound."""
    from graph_service.vocabulary import PREFIXES

    prologue = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    answer = snapshot.query(prologue + sparql, bindings=bindings)
    found = answer.rows()
    value = [tuple(None if row[c] is None else row[c].value for c in answer.columns) for row in found]  # type: ignore[union-attr]
    return sorted(value, key=str)
