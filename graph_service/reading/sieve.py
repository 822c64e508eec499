"""The sieve: which rules can say anything in a sentence, told before any of them is matched."""

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import pairwise

from graph_service.reading.rules import Rule


class Sieve:
    """Picks the rules that can say anything in a sentence, by what it holds and by the kinds of its mentions.

    Each set of characters and pairs that some rule needs is one bit; a sentence has the bits of its own. Only rules are
    looked at whose rarest need the sentence has: rare in the examples of all rules, the texts that are at hand.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        seen = Counter(gram for rule in rules for hit in rule.hits for gram in _grams(hit["text"]))
        numbers = {
            need: n for n, need in enumerate(dict.fromkeys(need for rule in rules for need in rule.needs))
        }
        self.bits: dict[str, int] = defaultdict(int)
        for need, number in numbers.items():
            for gram in need:
                self.bits[gram] |= 1 << number
        self.wanted = [sum(1 << numbers[need] for need in rule.needs) for rule in rules]
        self.always = [number for number, rule in enumerate(rules) if not rule.needs]
        self.rarest: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(rules):
            if rule.needs:
                for gram in min(rule.needs, key=lambda need: sum(seen[gram] for gram in need)):
                    self.rarest[gram].append(number)

    def promising(self, code: str, kinds: frozenset[str]) -> list[Rule]:
        """Return the rules for a passage's code, in order; `kinds` are those of its mentions."""
        held = self.bits.keys() & _grams(code)
        found = 0
        for gram in held:
            found |= self.bits[gram]
        begun = {number for gram in held & self.rarest.keys() for number in self.rarest[gram]}
        picked = (n for n in sorted(begun.union(self.always)) if self.wanted[n] & found == self.wanted[n])
        return [rule for number in picked if (rule := self.rules[number]).possible(kinds)]


def _grams(text: str) -> set[str]:
    """Return the characters of a text and its pairs of neighbours."""
    return {*text, *map("".join, pairwise(text))}


@lru_cache(maxsize=8)
def sieve(rules: tuple[Rule, ...]) -> Sieve:
    """Return the sieve of these rules, made once."""
    return Sieve(rules)
