"""The sieve: which expressions can match in a sentence, told before any of them is tried."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from graph_service.reading.needs import Needs


class Needy(Protocol):
    """What says nothing of a text that does not meet its needs: a rule, or an expression with what it is for."""

    @property
    def needs(self) -> Needs:
        """What a text must hold."""


Form = TypeVar("Form", bound=Needy)


class Sieve(Generic[Form]):
    """Picks the forms that can match in a text, by the characters and pairs of characters that it holds.

    The needs of all forms stand in rows of bits, one bit for each form: the first need of each in the first row, the second
    in the next. What a text holds sets the bits of all needs that it meets, at once for all forms; one whose bit is set in
    every row can match.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        self.forms = forms
        self.rows = max((len(form.needs) for form in forms), default=0)
        self.met = 0  # the bits of the rows in which a form has no need any more
        self.bits: dict[str, int] = defaultdict(int)
        for number, form in enumerate(forms):
            for row in range(self.rows):
                bit = 1 << row * len(forms) + number
                for gram in form.needs[row] if row < len(form.needs) else ():
                    self.bits[gram] |= bit
                if row >= len(form.needs):
                    self.met |= bit

    def promising(self, text: str) -> Iterator[Form]:
        """Yield the forms for a text, in order."""
        met, width = self.met, len(self.forms)
        for gram in self.bits.keys() & _grams(text):
            met |= self.bits[gram]
        picked = (1 << width) - 1
        for _ in range(self.rows):
            picked &= met
            met >>= width
        while picked:
            lowest = picked & -picked
            picked ^= lowest
            yield self.forms[lowest.bit_length() - 1]


@lru_cache(maxsize=16)
def _grams(text: str) -> frozenset[str]:
    """Return the characters of a text and its pairs of neighbours; several sieves ask for those of one text in turn."""
    return frozenset((*text, *map("".join, pairwise(text))))
