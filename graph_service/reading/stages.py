"""The stages of reading in order: a document in, its sentences and claims out.

The stages are modules, each a function whose result can be looked at: `documents` (bytes to text), `layout` (text to
sentences and units), `names`, `values`, `groups`, `mentions` (what is spoken of), `references` (what pronouns mean), `topics`
and `subjects` (of whom something is said), `presence` (where it stands), `parts` (whose parts are gone through), `relations`
(what is said, by the rules of `patterns/relations/`), `continued` (what the later figures of a list say), `rolls` (lists of
honours), `modality` (whether it is so), `explain` (why).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from graph_service.reading.about import subject_of
from graph_service.reading.claims import Claim, Document, Entity, Reading, Span, term_key
from graph_service.reading.discourse import Discourse
from graph_service.reading.frames import Framer, frames
from graph_service.reading.gapped import filled
from graph_service.reading.implied import founders, implied
from graph_service.reading.layout import Layout, lay_out
from graph_service.reading.members import COUNTED, SIZES, grouped
from graph_service.reading.mentions import find_mentions
from graph_service.reading.passages import HAVE_PHASES, Passage
from graph_service.reading.phases import is_phase
from graph_service.reading.references import resolve, setting
from graph_service.reading.relations import Reader
from graph_service.reading.rolls import Rolls
from graph_service.reading.rules import rules
from graph_service.reading.topics import topics
from graph_service.vocabulary import vocabulary

_TOPICS = frozenset({"Actor", "Project", "Facility", "Industry"})
_PRESENTED = re.compile("(?:叫|名叫|正是|就是|来自)(?P<what>[\ue000-\uf8ff])(?=。|$)")
"""How a sentence ends that presents what the next ones are about: 那家公司，叫A。"""
_READ = frozenset(("body", "title", "heading", "caption"))


def read(document: Document) -> Reading:
    """Return the sentences and claims of a document; the same document gives the same claims in the same order."""
    claims: list[_Said] = []
    layout = lay_out(document.text)
    for _, said in _passages(document, layout):
        claims += [_Said(term_key(c.subject), term_key(c.object), c) for c in said]
    return Reading(document, layout.sentences, tuple(_merged(_sized_in_use(claims))))


class _Said(NamedTuple):
    """A claim with what makes its ends the same as those of others."""

    subject: str
    object: str
    claim: Claim


def prepare(document: Document) -> list[Passage]:
    """Return the passages of a document with everything that is recognised in them, references resolved."""
    return [passage for passage, _ in _passages(document, lay_out(document.text))]


def _passages(document: Document, layout: Layout) -> Iterator[tuple[Passage, list[Claim]]]:
    """Yield each passage, its references resolved, with the claims it makes."""
    found, census = find_mentions(document, layout.units)
    words = vocabulary()
    discourse, reader = Discourse(words, about=subject_of(found, census)), Reader(document, rules(), words)
    framer, rolls = Framer(document, frames(), words, reader.subjects), Rolls()
    for passage in found:
        discourse.turn(document.text, passage)
        place = setting(passage, discourse)
        resolve(passage, place, discourse)
        claims: list[Claim] = []
        if passage.unit.role in _READ:
            whole = filled(passage)
            said = list(reader.read(whole, place, discourse))
            said += reader.again(said, whole, place, discourse)
            said += framer.read(said, passage, place, discourse)
            claims += [*said, *founders(said)]
            _remember_names(said, discourse)
            _remember_topic(passage, discourse)
        claims += [
            *implied(document, passage),
            *grouped(passage, place, discourse.passages[-1:], claims),
            *rolls.read(passage),
        ]
        discourse.passages = [*discourse.passages[-2:], passage]
        yield passage, claims


def _remember_topic(passage: Passage, discourse: Discourse) -> None:
    spoken = topics(passage, len(passage.code), _TOPICS, discourse.words)
    for mention in (
        spoken if len(spoken) == 1 else ()
    ):  # what goes on without a subject is of no one of several
        if mention.entity is not None and not is_phase(mention):
            discourse.topics.append(mention.entity)
        elif (whole := _phased(passage)) is not None:
            discourse.topics.append(whole)
    presented = _PRESENTED.search(passage.code)
    number = passage.index.get(presented.start("what")) if presented else None
    if number is not None and (entity := passage.mentions[number].entity) is not None:
        discourse.topics.append(entity)
    del discourse.topics[:-6]


def _remember_names(said: list[Claim], discourse: Discourse) -> None:
    """Remember what has been renamed: what is said of it later is said of it under the new name."""
    for claim in said:
        if claim.relation == "renamedTo" and isinstance(new := claim.object, Entity):
            for old in [old for old, name in discourse.renamed.items() if name == claim.subject]:
                discourse.renamed[old] = new
            discourse.renamed[claim.subject] = new


def _phased(passage: Passage) -> Entity | None:
    """Return what a sentence that ends with its phases began with: A占地320亩,一期……,二期……."""
    first = next((m for m in passage.mentions if m.entity is not None), None)
    whole = first is not None and first.kind in HAVE_PHASES and not is_phase(first)
    return first.entity if first is not None and whole else None


def _sized_in_use(claims: list[_Said]) -> Iterable[_Said]:
    """Leave out the sizes of groups that nothing else is said of, and that are named in passing or have been counted before."""
    spoken = {key for s in claims if s.claim.rule not in SIZES for key in (s.subject, s.object)}
    counted: set[tuple[str, int | None]] = set()
    for said in claims:
        rule, group = said.claim.rule, said.claim.subject
        size = group.kind, group.size
        if rule not in SIZES or said.subject in spoken or (rule == COUNTED and size not in counted):
            yield said
        if rule in SIZES:
            counted.add(size)


def _merged(claims: Iterable[_Said]) -> list[Claim]:
    """Join claims that say the same into one with all the evidence; in order of the first piece of evidence."""
    joined: dict[tuple[str, ...], _Said] = {}
    evidence: dict[tuple[str, ...], set[Span]] = {}
    for said in claims:
        claim = said.claim
        key = (said.subject, claim.relation, said.object, claim.modality, repr(claim.qualifiers))
        joined.setdefault(key, said)
        evidence.setdefault(key, set()).update(claim.evidence)
    whole = [_supported(said, tuple(sorted(evidence[key]))) for key, said in joined.items()]
    # Names, not keys: those of unnamed groups hold places of the text, which sort as words (9 behind 12).
    whole.sort(key=lambda s: (s.claim.evidence[0], s.claim.rule, s.claim.subject.name, s.claim.relation))
    return [said.claim for said in whole]


def _supported(said: _Said, evidence: tuple[Span, ...]) -> _Said:
    """Return what is said with all its evidence."""
    claim = said.claim
    return said if claim.evidence == evidence else said._replace(claim=replace(claim, evidence=evidence))
