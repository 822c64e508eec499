"""Review: what there is to decide, and decisions made, checked against the store before they are kept.

Whatever is wrong with a decision, it is refused as a whole and nothing is lost or half done.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pyoxigraph as ox

from graph_service import identity
from graph_service.errors import NotFoundError, UsageError
from graph_service.graph import readings
from graph_service.graph.labels import Entities
from graph_service.graph.ledger import Ledger, abide, change_text
from graph_service.graph.mapping import READING, TEXT
from graph_service.graph.reviews import (
    ON_CLAIMS,
    UNDO,
    Decision,
    ReviewError,
    decided,
    overlay,
    standing,
)
from graph_service.graph.store import GraphStore
from graph_service.graph.terms import TYPE, zg
from graph_service.reading.claims import Claim, Date, Entity, Quantity, Reading, Term, Words, claim_iri
from graph_service.vocabulary import MODALITIES, ZG, local, vocabulary

_NEVER_MERGED = ("Group", "Document")
_SHOW = "`zonegraph review` lists what there is to decide, `zonegraph query evidence` the claims of a thing."


class Review:
    """Decisions on one store: made by the methods, kept by `keep`."""

    def __init__(
        self, store: GraphStore, ledger: Ledger, by: str | None = None, note: str | None = None
    ) -> None:
        self.store, self.ledger = store, ledger
        self.by, self.note = by, note
        self._made: list[Decision] = []
        self._before = ledger.decisions()
        self._entities = Entities()

    def holds(self, verdict: str, *ends: str) -> bool:
        """Tell whether such a decision on these claims or entities is in force, or made."""
        names = sorted(end.removeprefix(self.store.base) for end in ends)
        return any(d.verdict == verdict and sorted(d.ends) == names for d in self._standing())

    def are_one(self, one: str, other: str) -> bool:
        """Tell whether two IRIs stand for one thing under the decisions so far."""
        merged = overlay(self._standing(), self.store.base).merged
        return merged.get(one, one) == merged.get(other, other)

    def modality(self, claim: str) -> str:
        """Return the modality that a claim has under the decisions so far."""
        name, read, reading = self._claim(claim)
        held = self._on(name)
        return (decided(read, held, reading.document) if held else read).modality

    # ---- Keeping

    def keep(self) -> int:
        """Write the decisions made down, let the store abide by them and publish it.

        Returns:
            how many documents changed.

        Raises:
            ReviewError: they contradict each other.
            StoreError: ledger or store cannot be written; the decisions are then not kept.
        """
        with self.store.transaction():
            again = abide(self.store, [*self._before, *self._made])
            if self._made:
                self.ledger.append(self._made)
        self._before, self._made = [*self._before, *self._made], []
        return again

    @property
    def made(self) -> Sequence[Decision]:
        """The decisions made since the last `keep`."""
        return self._made

    def _make(
        self, verdict: str, about: str, other: str | None = None, change: str | None = None
    ) -> Decision:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        decision = Decision(verdict, about, other, change, self.note, self.by, now)
        standing([*self._before, *self._made, decision])
        self._made.append(decision)
        return decision

    def _standing(self) -> list[Decision]:
        return standing([*self._before, *self._made])

    # ---- Claims

    def accept(self, claim: str) -> Decision:
        """Confirm a claim; one that was set aside becomes a fact or a prospect.

        Raises:
            ReviewError: it breaks the ontology as it stands, or was accepted before.
            NotFoundError: there is no such claim.
        """
        name, read, reading = self._claim(claim)
        held = self._on(name)
        if held is not None and held.verdict != "reject":
            raise ReviewError(f"{name} was reviewed and is accepted", "Nothing is left to do.")
        self._fits(read, Decision("accept", name), reading)
        return self._make("accept", name)

    def reject(self, claim: str) -> Decision:
        """Take a claim out of facts and prospects; it stays in its document, as rejected.

        Raises:
            ReviewError: it was rejected before.
            NotFoundError: there is no such claim.
        """
        name, _, _ = self._claim(claim)
        held = self._on(name)
        if held is not None and held.verdict == "reject":
            raise ReviewError(f"{name} was rejected before", "Undo that decision to have it back.")
        return self._make("reject", name)

    def edit(self, claim: str, change: Mapping[str, Any]) -> Decision:
        """Change fields of a claim; what was changed before stays changed.

        Args:
            claim: the claim.
            change: new values of `relation`, `modality`, `attributed_to`, `qualifiers`, and of `subject` and
                `object` as `readings.written` writes terms.

        Raises:
            ReviewError: nothing changes, or the claim would break the ontology.
            NotFoundError: there is no such claim.
        """
        name, read, reading = self._claim(claim)
        held = self._on(name)
        whole = {**(json.loads(held.change) if held is not None and held.change else {}), **change}
        text = change_text(whole)
        if not change or (held is not None and held.change == text):
            raise ReviewError(f"Nothing of {name} is to be changed", "Give at least one field a new value.")
        if whole.get("modality", "actual") not in MODALITIES:
            raise UsageError(
                f"{whole['modality']} is not a modality", f"Choose one of {', '.join(MODALITIES)}."
            )
        decision = Decision("edit", name, change=text)
        if self._fits(read, decision, reading) == read:
            raise ReviewError(f"{name} says so already", "Give at least one field another value.")
        return self._make("edit", name, change=text)

    def _fits(self, read: Claim, decision: Decision, reading: Reading) -> Claim:
        after = decided(read, decision, reading.document)
        if after.status != "accepted":
            raise ReviewError(
                f"{decision.about} cannot be accepted: {after.problem}",
                "Edit what is wrong with it, or reject it.",
            )
        return after

    def _on(self, claim: str) -> Decision | None:
        found = (d for d in self._standing() if d.verdict in ON_CLAIMS and d.about == claim)
        return next(found, None)

    def _claim(self, text: str) -> tuple[str, Claim, Reading]:
        """Return a claim's name without the base IRI, the claim as it was read, and its reading."""
        name = named(text, self.store.base, "claim")
        found = next(
            iter(self.store.quads(ox.NamedNode(self.store.base + name), TYPE, zg("Claim"), None)), None
        )
        if found is not None:
            reading = self._reading(cast(ox.NamedNode, found.graph_name))
            for claim in reading.claims:
                if claim_iri(claim, reading.document, self.store.base) == self.store.base + name:
                    return name, claim, reading
            raise ReviewError(f"{name} follows from others", "Decide on the claims it is derived from.")
        raise NotFoundError(f"There is no claim {text}", _SHOW)

    def _reading(self, graph: ox.NamedNode) -> Reading:
        said = [
            next((cast(ox.Literal, q.object).value for q in self.store.quads(None, p, None, graph)), None)
            for p in (READING, TEXT)
        ]
        if said[0] is None or said[1] is None:
            raise ReviewError(f"<{graph.value}> keeps no reading", "Ingest the document anew.")
        return readings.read(said[0], said[1]).reading

    # ---- Entities

    def merge(self, old: str, kept: str) -> Decision:
        """Let one entity stand for another; the IRI of the other leads to it.

        Args:
            old: name or IRI of what is replaced.
            kept: name or IRI of what stands for both.

        Raises:
            ReviewError: they are of different kinds, groups, one already, or decided to be two.
            NotFoundError: one of them is not in the graph.
        """
        gone, stays = self._entity(old), self._entity(kept)
        kinds = [self._kind(iri) for iri in (gone, stays)]
        if gone == stays:
            raise ReviewError(f"{old} and {kept} are one already", "Name two different things.")
        if kinds[0] != kinds[1]:
            raise ReviewError(
                f"{old} is a {kinds[0]} and {kept} is a {kinds[1]}: they cannot be one",
                "Edit the claims that give the wrong kind first.",
            )
        if any(vocabulary().is_a(kinds[0], kind) for kind in _NEVER_MERGED):
            raise ReviewError(f"A {kinds[0]} is never merged with another", "Merge things that have a name.")
        pair = [iri.removeprefix(self.store.base) for iri in (gone, stays)]
        apart = (d for d in self._standing() if d.verdict == "distinct" and set(d.ends) == set(pair))
        if other := next(apart, None):
            raise ReviewError(f"They were decided to be two ({other.id})", f"Undo {other.id} first.")
        return self._make("merge", *pair)

    def distinct(self, one: str, other: str) -> Decision:
        """Say that two things are two, so that they are proposed no more.

        Raises:
            ReviewError: they are one thing, or were decided to be two before.
            NotFoundError: one of them is not in the graph.
        """
        pair = sorted(self._entity(text).removeprefix(self.store.base) for text in (one, other))
        if pair[0] == pair[1]:
            raise ReviewError(f"{one} and {other} are one", "Undo their merger first.")
        if any(d.verdict == "distinct" and sorted(d.ends) == pair for d in self._standing()):
            raise ReviewError("They were decided to be two before", "Nothing is left to do.")
        return self._make("distinct", *pair)

    def _entity(self, text: str) -> str:
        """Return the IRI of what a name, an IRI or an IRI without its base stands for, after the mergers so far.

        Raises:
            ReviewError: the IRI was replaced by another one.
        """
        iri = text
        if not text.startswith(("http://", "https://", "urn:")) and "/" in text and text.isascii():
            iri = self.store.base + text
        merged = overlay(self._standing(), self.store.base).merged
        if iri in merged:
            raise ReviewError(f"<{iri}> was replaced by <{merged[iri]}>", "Name the one that replaced it.")
        return self._entities.find(self.store.snapshot(), iri).value

    def _kind(self, iri: str) -> str:
        kinds = sorted({q.object.value for q in self.store.quads(ox.NamedNode(iri), TYPE, None, None)})  # type: ignore[union-attr]
        found = [
            local(kind) for kind in kinds if kind.startswith(ZG) and vocabulary().is_a(local(kind), "Entity")
        ]
        if not found:
            raise ReviewError(f"<{iri}> is no entity", "Name a company, a zone, a place or the like.")
        return found[0]

    # ---- Undoing

    def undo(self, decision: str) -> Decision:
        """Take a decision back; what was before it is again, to the byte.

        Raises:
            NotFoundError: no such decision is in force.
        """
        name = named(decision, self.store.base, "decision")
        if not any(held.id == name for held in self._standing()):
            raise NotFoundError(
                f"No decision {decision} is in force", "`zonegraph review list --what decisions` lists them."
            )
        return self._make(UNDO, name)

    # ---- Terms of edits

    def term(self, text: str, like: Term) -> dict[str, Any]:
        """Return what a user means by the new end of a claim, as `edit` takes it.

        Args:
            text: JSON of a term, `KIND:NAME`, the name or IRI of a thing in the graph; or the words, where the end so
                far is words or a date.
            like: the end so far.

        Raises:
            UsageError: a quantity that is not given as JSON.
        """
        if text.lstrip().startswith("{"):
            return _parsed(text)
        if isinstance(like, Quantity):
            raise UsageError(
                f"{text} is no quantity",
                'Write {"quantity": {"value": 5e8, "unit": "CNY", "bound": "=", "text": "5亿元"}}.',
            )
        if isinstance(like, Words):
            return readings.written(Words(text))
        if isinstance(like, Date):
            return readings.written(Date(text, text))
        kind, colon, name = text.partition(":")
        if colon and kind in vocabulary().kinds:
            return readings.written(Entity(name.strip(), kind))
        return readings.written(self._known(self._entity(text), text))

    def ends(self, claim: str) -> tuple[Term, Term]:
        """Return subject and object of a claim as it was read."""
        _, read, _ = self._claim(claim)
        return read.subject, read.object

    def _known(self, iri: str, text: str) -> Entity:
        """Return the entity of an IRI as a document has it."""
        documents = identity.document_graph(self.store.base, "")
        for quad in self.store.quads(ox.NamedNode(iri), TYPE, None, None):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and graph.value.startswith(documents):
                for claim in self._reading(graph).claims:
                    for end in (claim.subject, claim.object):
                        if isinstance(end, Entity) and end.iri(self.store.base) == iri:
                            return end
        raise NotFoundError(f"No document speaks of {text}", "Write KIND:NAME, such as Company:和光科技.")


def named(text: str, base: str, kind: str) -> str:
    """Return the name without base IRI of what a user gives as IRI, as `kind/…` or as the last part alone."""
    name = text.removeprefix(base)
    return name if "/" in name else f"{kind}/{name}"


def _parsed(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
        readings.term(said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{text} is no term: {error}", 'Write {"entity": {"name": …, "kind": …}}.'
        ) from error
    return cast(dict[str, Any], said)
