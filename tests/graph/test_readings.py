"""Readings that graphs keep: what is written is read again, whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.errors import StoreError
from graph_service.graph import readings
from graph_service.graph.mapping import READING, map_reading, remapped
from graph_service.graph.readings import Kept
from graph_service.graph.reviews import NOTHING
from graph_service.reading.claims import Date, Entity, Quantity, Span, Term, Words
from tests.graph.factory import BASE, HEGUANG, LINJIANG, PARK, Draft, relocation_story

WORDS = st.text(min_size=1, max_size=8)
TERMS: st.SearchStrategy[Term] = st.one_of(
    st.builds(Words, WORDS),
    st.builds(Date, WORDS, WORDS),
    st.builds(
        Quantity, st.floats(allow_nan=False), WORDS, st.sampled_from(["=", ">", "~"]), WORDS,
        st.none() | st.floats(allow_nan=False), st.none(), st.none() | st.integers(1, 9999), st.none() | WORDS,
    ),
    st.builds(Entity, WORDS, WORDS, st.lists(WORDS, max_size=2).map(tuple), st.none() | WORDS, st.none() | WORDS),
)  # fmt: skip


def kept(draft: Draft) -> Kept:
    """Return a draft's reading as it is kept."""
    return Kept(draft.reading(), "rules", "1.0")


def test_a_reading_comes_back_whole() -> None:
    """Sentences with their links, claims with groups, figures, qualifiers, problems and evidence outside the text."""
    draft = relocation_story()
    said = draft.sentence("再说一遍。", role="caption", duplicate_of=0, continued_by=3)
    draft.claim(
        LINJIANG, "locatedIn", PARK, said, Span(900, 905, "不在其中"), status="quarantined", problem="不符",
        qualifiers=(("position", "董事长"),), derivation="coreference", attributed_to="某人", modality="target",
    )  # fmt: skip
    draft.claim(HEGUANG, "foundedIn", Date("2020-03", "2020年3月"), said)
    written = readings.write(kept(draft))
    assert readings.read(written, draft.text) == kept(draft)
    assert "\n" not in written


@given(TERMS)
def test_every_term_comes_back(value: Term) -> None:
    """Entities, quantities, dates and words, of any content."""
    assert readings.term(readings.written(value)) == value


def test_words_of_the_document_are_not_repeated() -> None:
    """Sentence and evidence are offsets."""
    draft = relocation_story()
    assert draft.sentences[1].text not in readings.write(kept(draft))


def test_a_document_is_mapped_again_from_its_graph() -> None:
    """Extractor and version stay what they were."""
    mapped = map_reading(relocation_story().reading(), BASE, extractor="llm", made_by="0.0.7")
    assert remapped(mapped.quads, BASE, NOTHING) == mapped


def test_a_graph_without_reading_cannot_be_mapped_again() -> None:
    """The error says how to get one."""
    quads = [q for q in map_reading(relocation_story().reading(), BASE).quads if q.predicate != READING]
    with pytest.raises(StoreError, match="anew"):
        remapped(quads, BASE, NOTHING)
