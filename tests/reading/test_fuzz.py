"""Ten thousand texts that nobody would write: no exception, and every span and term holds.

Random code points of all planes are mixed with pieces of real text of the genre, words of the rules' examples, figures and
marks. Each text comes from its number alone, so that a failure can be read again: `read(fuzzed(NUMBER))`.
"""

import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

import pytest

from graph_service.reading.claims import Claim, Date, Document, Entity, Quantity, Reading, Words
from graph_service.reading.documents import parse_published
from graph_service.reading.rules import rules
from graph_service.reading.stages import read
from graph_service.resources import resource
from graph_service.settings import BASE_IRI
from graph_service.vocabulary import MODALITIES, vocabulary

INPUTS = 10_000
PORTIONS = 20
LONGEST = 90
PUBLISHED = (None, "2023", "2023-06", "2024-02-29")

_MARKS = "，。、；：！？“”‘’「」《》（）()【】—…·,.;:!?\"'-–~～%％‰+×/\\|&#@*_[]{}<>^`=\t \u3000\n\r\x0b\x0c\x85\u2028"
_DIGITS = (
    "0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿几数多余近超约半第年月日元家个项亩%"
)
_ODD = "\0\x1b\u200b\u200d\u200e\u202e\u2060\ufeff\ufffd\ufffe\uffff\u0301\ufe0f\ue000\uf8ff\U000f0000\U0010fffd\U0001f3ed㎡㎞①⑩㈠Ⅳ½ﬁ"
_WORDS = (
    "该公司 我们 其 这里 等4家企业 有限公司 开发区 产业园 实验室 项目 说 的 从 迁到 与 总投资 10亿元 2023年5月 "
    "今年 去年底 占比50% 孵化 签约 预计 有望 “ ” （ ） 《 》 更名为 前身是 位于 引进 记者 文/ 3.5万平方米"
).split()


@lru_cache(maxsize=1)
def _texts() -> tuple[str, ...]:
    """Return what pieces are cut from: the bundled documents, and the examples of the rules."""
    bundled = [p.read_text("utf-8") for p in sorted(resource("data", "documents").glob("*.txt"))]
    examples = (chain((hit["text"] for hit in rule.hits), rule.misses) for rule in rules())
    return (*bundled, "\n".join(chain.from_iterable(examples)))


def _any(chance: random.Random) -> str:
    """Return up to four code points of any plane; surrogates are no characters."""
    points = (chance.randrange(0x110000 if chance.random() < 0.5 else 0x3000) for _ in range(4))
    return "".join(chr(p) for p in points if not 0xD800 <= p < 0xE000)


def _piece(chance: random.Random) -> str:
    text = chance.choice(_texts())
    start = chance.randrange(len(text))
    return text[start : start + chance.randrange(1, 30)]


def _some(signs: str, most: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(signs, k=chance.randrange(1, most)))


def _han(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(chance.randrange(1, 6)))


def _changed(chance: random.Random) -> str:
    """Return a piece taken apart, put together in another form of Unicode, or the other way round."""
    piece = _piece(chance)
    forms = (unicodedata.normalize("NFKD", piece), unicodedata.normalize("NFKC", piece), piece[::-1])
    return chance.choice(forms)


_MAKERS: tuple[Callable[[random.Random], str], ...] = (
    _piece, _piece, _piece, _any, _han, _changed, _some(_MARKS, 4), _some(_DIGITS, 8), _some(_ODD, 3),
    lambda chance: chance.choice(_WORDS), lambda chance: chance.choice(_WORDS), lambda chance: chance.choice(_WORDS) * 3,
)  # fmt: skip


def fuzzed(number: int) -> Document:
    """Return the document of a number, at most `LONGEST` code points; one in five is of one kind of signs alone."""
    chance = random.Random(number)
    makers = _MAKERS if number % 5 else (chance.choice(_MAKERS),)
    text, length = "", chance.randrange(LONGEST + 1)
    while len(text) < length:
        text += chance.choice(makers)(chance)
    return Document(text[:length], published=PUBLISHED[number % len(PUBLISHED)])


def faults(document: Document, reading: Reading) -> Iterator[str]:
    """Yield what does not hold in a reading: spans that are not slices, terms and modalities that cannot be."""
    spans = [(s.start, s.end, s.text) for claim in reading.claims for s in claim.evidence]
    for start, end, words in chain(spans, ((s.start, s.end, s.text) for s in reading.sentences)):
        if not 0 <= start < end <= len(document.text) or document.text[start:end] != words:
            yield f"{start}–{end} is not {words!r}"
    for claim in reading.claims:
        if not claim.evidence or list(claim.evidence) != sorted(claim.evidence):
            yield f"evidence is missing or out of order: {claim}"
        if not _possible(claim):
            yield f"it cannot be said: {claim}"
        json.dumps(claim.as_json(document, BASE_IRI), ensure_ascii=False, allow_nan=False).encode("utf-8")


def _possible(claim: Claim) -> bool:
    """Say whether the ends of a claim are what the ontology, the calendar and arithmetic allow."""
    relation, term, words = vocabulary().relations[claim.relation], claim.object, vocabulary()
    if claim.modality not in MODALITIES or not words.fits(claim.subject.kind, relation.domain):
        return False
    if not claim.subject.name.strip():
        return False
    if isinstance(term, Quantity):
        ends = [end for end in (term.min, term.value, term.max) if end is not None]
        return ends == sorted(ends) and bool(term.text)
    if isinstance(term, Date):
        return parse_published(term.date) == term.date
    if isinstance(term, Entity) and relation.range and not words.fits(term.kind, relation.range):
        return False
    named = term.name if isinstance(term, Entity) else term.text if isinstance(term, Words) else ""
    return bool(named.strip())


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_ten_thousand_odd_texts_are_read_and_hold(portion: int) -> None:
    """No text raises, no span is anything but the slice it says, no claim says what cannot be."""
    size = INPUTS // PORTIONS
    for number in range(portion * size, (portion + 1) * size):
        document = fuzzed(number)
        assert list(faults(document, read(document))) == [], f"number {number}: {document.text!r}"


def test_fuzzed_texts_make_claims_of_many_rules() -> None:
    """The texts reach the rules: what would make no claims would prove nothing."""
    made = {claim.rule for number in range(0, INPUTS, 10) for claim in read(fuzzed(number)).claims}
    assert len(made) > 20


def test_a_fuzzed_text_is_read_the_same_again() -> None:
    """Neither what was read before nor the order changes a reading."""
    documents = [fuzzed(number) for number in range(0, INPUTS, 50)]
    first = [read(document) for document in documents]
    assert [read(document) for document in reversed(documents)] == first[::-1]
