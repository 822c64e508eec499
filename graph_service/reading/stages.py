"""The stages of reading in order: a document in, its sentences and claims out.

The stages are modules, each a function whose result can be looked at: `documents` (bytes to text), `layout` (text to
sentences and units), `names`, `values`, `mentions` (what is spoken of), `references` (what pronouns mean), `relations` (what
is said, by the rules of `patterns/relations/`), `modality` (whether it is so), `explain` (why).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph_service.reading.claims import Claim, Document, Entity, Reading, Span, term_key
from graph_service.reading.implied import implied
from graph_service.reading.layout import Layout, lay_out
from graph_service.reading.mentions import Passage, passages
from graph_service.reading.references import Discourse, subject_of, resolve, setting, topics
from graph_service.reading.relations import Reader
from graph_service.reading.rules import rules
from graph_service.vocabulary import vocabulary

_READ = frozenset(("body", "title", "heading", "caption"))


def read(document: Document) -> Reading:
    """Return the sentences and claims of a document; the same document gives the same claims in the same order."""
    claims: list[Claim] = []
    layout = lay_out(document.text)
    for _, said in _passages(document, layout):
        claims += said
    return Reading(document, layout.sentences, tuple(_merged(_sized_in_use(claims))))


def prepare(document: Document) -> list[Passage]:
    """Return the passages of a document with everything that is recognised in them, references resolved."""
    return [passage for passage, _ in _passages(document, lay_out(document.text))]


def _passages(document: Document, layout: Layout) -> Iterator[tuple[Passage, list[Claim]]]:
    """Yield each passage, its references resolved, with the claims it makes."""
    found, census = passages(document, layout.units)
    words = vocabulary()
    discourse, reader = Discourse(words, about=subject_of(found, census)), Reader(document, rules(), words)
    for passage in found:
        discourse.turn(document.text, passage)
        place = setting(passage, words)
        resolve(passage, place, discourse)
        claims: list[Claim] = []
        if passage.unit.role in _READ:
            claims += reader.read(passage, place, discourse)
            _remember_topic(passage, discourse)
        claims += implied(document, passage, census, place)
        yield passage, claims


def _remember_topic(passage: Passage, discourse: Discourse) -> None:
    for mention in reversed(
        topics(passage, len(passage.code), frozenset({"Actor", "Project", "Facility", "Industry"}), discourse.words)
    ):
        if mention.entity is not None:
            discourse.topics.append(mention.entity)
    del discourse.topics[:-6]


def _sized_in_use(claims: list[Claim]) -> Iterable[Claim]:
    """Leave out the sizes of groups that nothing else is said of."""
    ends = ((c, (c.subject, c.object)) for c in claims if c.rule != "group.size")
    spoken = {term_key(term) for _, pair in ends for term in pair if isinstance(term, Entity)}
    return (c for c in claims if c.rule != "group.size" or term_key(c.subject) in spoken)


def _merged(claims: Iterable[Claim]) -> list[Claim]:
    """Join claims that say the same into one with all the evidence; in order of the first piece of evidence."""
    joined: dict[tuple[str, ...], Claim] = {}
    evidence: dict[tuple[str, ...], set[Span]] = {}
    for claim in claims:
        ends = (term_key(claim.subject), claim.relation, term_key(claim.object))
        key = (*ends, claim.modality, repr(claim.qualifiers))
        joined.setdefault(key, claim)
        evidence.setdefault(key, set()).update(claim.evidence)
    whole = [replace(claim, evidence=tuple(sorted(evidence[key]))) for key, claim in joined.items()]
    return sorted(
        whole, key=lambda c: (c.evidence[0], c.rule, term_key(c.subject), c.relation, term_key(c.object))
    )
