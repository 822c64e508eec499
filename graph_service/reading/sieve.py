"""The sieve: which rules can say anything in a sentence, told before any of them is matched."""

from functools import lru_cache

from graph_service.reading.rules import Rule


class Sieve:
    """Picks the rules that can say anything in a sentence, by its characters and by the kinds of its mentions.

    Each set of characters that some rule needs is one bit; a sentence has the bits of its characters.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.bits: dict[str, int] = {}
        numbers: dict[frozenset[str], int] = {}
        for need in (need for rule in rules for need in rule.needs):
            numbers.setdefault(need, len(numbers))
        for need, number in numbers.items():
            for character in need:
                self.bits[character] = self.bits.get(character, 0) | 1 << number
        self.rules = [(rule, sum(1 << numbers[need] for need in rule.needs)) for rule in rules]
        self._by_kinds = lru_cache(maxsize=4096)(self._possible)

    def promising(self, code: str, kinds: frozenset[str]) -> list[Rule]:
        """Return the rules for a passage's code, in order; `kinds` are those of its mentions."""
        bits, found = self.bits, 0
        for character in self.bits.keys() & code:
            found |= bits[character]
        return [rule for rule, wanted in self._by_kinds(kinds) if wanted & found == wanted]

    def _possible(self, kinds: frozenset[str]) -> list[tuple[Rule, int]]:
        return [(rule, wanted) for rule, wanted in self.rules if rule.possible(kinds)]


@lru_cache(maxsize=8)
def sieve(rules: tuple[Rule, ...]) -> Sieve:
    """Return the sieve of these rules, made once."""
    return Sieve(rules)
