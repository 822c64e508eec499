"""What lists can be narrowed by, and what would be left: claims of a document by relation, modality, rule, status."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph_service.graph.documents import Opened, Stated
from graph_service.vocabulary import local

CLAIM_FACETS: Mapping[str, Callable[[Stated], str]] = {
    "relation": lambda claim: local(claim.relation["iri"]),
    "modality": lambda claim: claim.modality,
    "status": lambda claim: claim.status,
    "rule": lambda claim: claim.rule,
}
"""By the name of a facet: what a claim has there."""
DOCUMENT_FACETS = ("year", "place")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow a list by, what it is called, how many would be left, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


Choices = Mapping[str, Sequence[Choice]]


# ---- Claims of a document ------------------------------------------------------------------------


def narrow(document: Opened, given: Mapping[str, str]) -> Opened:
    """Return a document with those claims only that have the values given, by the name of the facet."""
    return replace(document, claims=[claim for claim in document.claims if _fits(claim, given)])


def claim_choices(document: Opened, given: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Return what the claims of a document can be narrowed by; counts are with all other choices in force.

    A value has the label of its relation; those of other facets are labelled by pages.
    """
    labels = {local(claim.relation["iri"]): claim.relation["label"] for claim in document.claims}
    found = {}
    for facet, of in CLAIM_FACETS.items():
        others = {key: value for key, value in given.items() if key != facet}
        counts = Counter(of(claim) for claim in document.claims if _fits(claim, others))
        found[facet] = choices(counts, labels, given.get(facet))
    return found


def _fits(claim: Stated, given: Mapping[str, str]) -> bool:
    return all(CLAIM_FACETS[facet](claim) == value for facet, value in given.items())


def choices(counts: Mapping[str, int], labels: Mapping[str, str], chosen: str | None) -> list[Choice]:
    """Return as choices the values that there are, and the chosen one, the most frequent first."""
    every = {**counts} if chosen is None else {chosen: 0, **counts}
    made = [Choice(value, labels.get(value, value), n, value == chosen) for value, n in every.items()]
    return sorted(made, key=lambda choice: (-choice.count, choice.label, choice.value))


def chosen(given: Iterable[tuple[str, str]], facets: Iterable[str]) -> dict[str, str]:
    """Return the values given for facets, without empty ones."""
    wanted = set(facets)
    return {key: value for key, value in given if key in wanted and value}
