"""Headers of query files as YAML that knows its lines, so that what is wrong can be found."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from graph_service.vocabulary import vocabulary

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE = "\0line"


class FaultError(Exception):
    """Something in a file that cannot be so: the line, counted from 1, and what."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


class _Loader(_LOADER):  # type: ignore[misc]
    """Notes in each mapping the line at which it begins."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: ANN401
        """Return a mapping with its line."""
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        found[_LINE] = node.start_mark.line
        return found


class Said:
    """What a mapping of a header says, and the line at which it begins."""

    def __init__(self, said: Mapping[str, Any], lines: Sequence[int]) -> None:
        self._said = said
        self._lines = lines
        self.line = lines[min(said.get(_LINE, 0), len(lines) - 1)]

    def __contains__(self, key: str) -> bool:
        return key in self._said

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as YAML has it
        """Return what stands at a key."""
        return self._said.get(key, default)

    def required(self, key: str) -> Any:  # noqa: ANN401 - as YAML has it
        """Return what must stand at a key."""
        if self._said.get(key) in (None, ""):
            raise FaultError(self.line, f"{key} is missing")
        return self._said[key]

    def only(self, *keys: str) -> None:
        """Refuse keys that nobody reads."""
        unknown = [key for key in self._said if key not in (*keys, _LINE)]
        if unknown:
            raise FaultError(self.line, f"{', '.join(map(str, unknown))} means nothing here")

    def text(self, key: str) -> str:
        """Return words that must stand at a key; YAML takes `yes` and `2` for something else."""
        value = self.required(key)
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

    def whole(self, key: str) -> int:
        """Return a whole number that must stand at a key."""
        value = self.required(key)
        if not isinstance(value, int):
            raise FaultError(self.line, f"{key} is {value!r}, no whole number")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false, which must stand at a key."""
        value = self.required(key)
        if not isinstance(value, bool):
            raise FaultError(self.line, f"{key} is {value!r}, neither true nor false")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of some words."""
        value = self.text(key)
        if value not in choices:
            raise FaultError(self.line, f"{key} {value!r} is none of {', '.join(choices)}")
        return value

    def kind(self, key: str) -> str:
        """Return the name of a class."""
        value = self.text(key)
        if value not in vocabulary().kinds:
            raise FaultError(self.line, f"{key} {value!r} is no class of the ontology")
        return value

    def labels(self, languages: Sequence[str]) -> dict[str, str]:
        """Return labels, which stand at keys named by languages."""
        return {language: self.text(language) for language in languages}

    def texts(self, key: str, apart: str, languages: Sequence[str]) -> dict[str, str]:
        """Return the texts that stand at one key, one for each language, in their order."""
        texts = [text.strip() for text in self.text(key).strip().split(apart)]
        if len(texts) != len(languages) or not all(texts):
            raise FaultError(
                self.line, f"{key} has not one text for each of {', '.join(languages)}, parted by {apart!r}"
            )
        return dict(zip(languages, texts, strict=True))

    def words(self, *keys: str) -> dict[str, str]:
        """Return the words at some keys, where there are any; no other key may be there."""
        self.only(*keys)
        return {key: self.text(key) for key in keys if key in self._said}

    def part(self, key: str) -> "Said":
        """Return the mapping at a key."""
        return self._at(self.required(key), key)

    def parts(self, key: str) -> Iterator["Said"]:
        """Yield the mappings of a list at a key, none where there is no such key."""
        listed = self.get(key) or []
        if not isinstance(listed, list):
            raise FaultError(self.line, f"{key} is no list")
        return (self._at(entry, key) for entry in listed)

    def _at(self, value: Any, key: str) -> "Said":  # noqa: ANN401 - as YAML has it
        if not isinstance(value, dict):
            raise FaultError(self.line, f"{value!r} in {key} says no keys and values")
        return Said(value, self._lines)


def head_of(text: str) -> tuple[Said, str]:
    """Return what the `#+` lines of a file say, and the rest of it.

    Raises:
        FaultError: there are none, or they are no YAML.
    """
    numbered = list(enumerate(text.splitlines(keepends=True), start=1))
    lines = [number for number, line in numbered if line.startswith("#+")]
    if not lines:
        raise FaultError(1, "there are no `#+` lines")
    head = "".join(line[2:].removeprefix(" ") for _, line in numbered if line.startswith("#+"))
    try:
        said = yaml.load(head, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = lines[min(mark.line, len(lines) - 1)] if mark else lines[0]
        raise FaultError(line, f"no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise FaultError(lines[0], f"no YAML: {error}") from error
    if not isinstance(said, dict):
        raise FaultError(lines[0], "the `#+` lines say no keys and values")
    return Said(said, lines), "".join(line for _, line in numbered if not line.startswith("#+"))
