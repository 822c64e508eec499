"""Readings made by hand, and short ways to look at a store."""

from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from graph_service.graph.mapping import map_reading
from graph_service.graph.store import GraphStore, Snapshot
from graph_service.reading.claims import Claim, Document, Entity, Quantity, Reading, Sentence, Span, Term
from graph_service.vocabulary import PREFIXES

BASE = "https://example.org/id/"

HEGUANG = Entity("临江和光科技有限公司", "Company", names=("和光科技",))
YUANXING = Entity("远星传感有限公司", "Company")
PARK = Entity("镜湖智能产业园", "Park", names=("镜湖产业园",))
LINJIANG = Entity("临江市", "AdministrativeArea", code="330999")
NANSHAN = Entity("南山市", "AdministrativeArea")
LAB = Entity("镜湖实验室", "Laboratory")
ALLIANCE = Entity("镜湖光学产业联盟", "Alliance")
HONOURS = Entity("省级创新平台名单", "DesignationList", size=17)

UNTOLD = "ADD SILENT DEFAULT TO DEFAULT"
"""An operation of SPARQL Update that changes nothing, but nobody tells what an update with it changes."""


def group(size: int | None, local: str, name: str = "上游企业", kind: str = "CompanyGroup") -> Entity:
    """Return an unnamed group of a size."""
    return Entity(name, kind, size=size, local=local)


def money(value: float, text: str, **said: Any) -> Quantity:
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

    def sentence(self, text: str, **said: Any) -> Span:
        """Add a sentence and return it as evidence."""
        start = len(self.text)
        self.text += text + "\n"
        self.sentences.append(Sentence(start, start + len(text), text, **said))
        return Span(start, start + len(text), text)

    def claim(
        self,
        subject: Entity,
        relation: str,
        value: Term,
        *evidence: Span,
        modality: str = "actual",
        **said: Any,
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


def put(store: GraphStore, *readings: Reading) -> Snapshot:
    """Put readings one by one and return the snapshot with all of them."""
    for reading in readings:
        store.put(map_reading(reading, BASE))
    return store.commit()


def lines(snapshot: Snapshot) -> list[str]:
    """Return every quad of a snapshot as a line of N-Quads, sorted."""
    return sorted(str(quad) for quad in snapshot.quads(None, None, None, None))


def rows(
    snapshot: Snapshot, sparql: str, **bindings: ox.NamedNode | ox.Literal
) -> list[tuple[str | None, ...]]:
    """Return the sorted values of a SELECT, with the prefixes of the project bound."""
    prologue = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    answer = snapshot.query(prologue + f"PREFIX id: <{BASE}> " + sparql, bindings=bindings)
    found = [tuple(getattr(row[column], "value", None) for column in answer.columns) for row in answer.rows()]
    return sorted(found, key=str)


def relocation_story() -> Draft:
    """Return a firm that moved and referred two suppliers who moved, two more that may, and a park's output."""
    draft = Draft()
    moved = draft.sentence("和光科技从南山市迁到镜湖智能产业园,还介绍了两个上游企业迁址到临江市。")
    maybe = draft.sentence("还有两家企业也可能搬过来。")
    output = draft.sentence("2022年,园区产值超500亿元。")
    suppliers, others = group(2, "story-1-1"), group(2, "story-2-1", "企业")
    figure = money(5e10, "超500亿元", bound=">", min=5e10, year=2022)
    draft.claim(HEGUANG, "relocatedFrom", NANSHAN, moved).claim(HEGUANG, "relocatedTo", PARK, moved)
    draft.claim(HEGUANG, "introduced", suppliers, moved).claim(suppliers, "relocatedTo", LINJIANG, moved)
    draft.claim(suppliers, "upstreamOf", HEGUANG, moved)
    draft.claim(others, "relocatedTo", LINJIANG, maybe, modality="possible", attributed_to="和光科技负责人")
    return draft.claim(PARK, "outputValue", figure, output)
