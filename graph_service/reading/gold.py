"""Facts that a person wrote down, and claims to hold against them, read from their files.

Facts are a JSON list of objects: `subject`, `relation`, `object`, `tier` (`core` or `text`), `modality`
and `quote`; where they apply also `id`, `optional`, `value`, `min`, `max`, `bound`, `date`, `sAnon`,
`oAnon`, `coref` and `derived`. Claims are the lines of `zonegraph extract`. A fault in either names its
file and line.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_service.errors import UsageError
from graph_service.vocabulary import MODALITIES

_BOUNDS = ("=", "<", ">", "~", "<=", ">=")
_FACT_CURE = "Write each fact as an object with subject, relation, object, tier, modality and quote."
_CLAIM_CURE = "Give the lines of `zonegraph extract`, one claim a line, as they are."


@dataclass(frozen=True, slots=True)
class Fact:
    """What a person found in the document.

    Attributes:
        subject: name of the subject; 本文 is the document itself.
        relation: local name of the property.
        object: name, words, or the figure or date as written.
        tier: `core` or `text`.
        modality: `actual`, `planned`, `target` or `possible`.
        quote: the words that say it.
        optional: whether missing it is no fault.
        values: the figures that count as its value; empty where the object is none.
        date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` where the object is a date.
        bound: how the words limit the value, where a person noted it.
        unnamed: whether subject and object are unnamed groups.
        coref: the reference that stands for a name, where one does.
        derived: what else it takes, where anything.
    """

    subject: str
    relation: str
    object: str
    tier: str
    modality: str
    quote: str
    optional: bool = False
    values: tuple[float, ...] = ()
    date: str | None = None
    bound: str | None = None
    unnamed: tuple[bool, bool] = (False, False)
    coref: str | None = None
    derived: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a claim: names as given, kind, whether it is an unnamed group, figures, date, bound."""

    names: tuple[str, ...]
    kind: str
    unnamed: bool
    values: tuple[float, ...]
    date: str
    bound: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A claim as far as scoring looks at it.

    Attributes:
        evidence: start, end and text of each piece.
        derivation: what the reader took to make it (`plain`, `coreference`, `alias`, `group`), where the line says so.
    """

    subject: End
    relation: str
    object: End
    modality: str | None
    rule: str | None
    evidence: tuple[tuple[int, int, str], ...]
    derivation: str | None = None

    def holds(self, text: str) -> bool:
        """Say whether there is evidence and every piece is the slice of this text that it says it is."""
        return bool(self.evidence) and all(text[start:end] == words for start, end, words in self.evidence)


def load_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a gold file.

    Raises:
        UsageError: it cannot be read, is no JSON list, or a fact lacks a field or has a wrong one.
    """
    text = _read(path, "Name a file of facts (gold), a JSON list.")
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _ill_formed(path, error, _FACT_CURE) from error
    if not isinstance(records, list):
        raise UsageError(f"{path}, line 1: it is not a JSON list.", _FACT_CURE)
    return tuple(_fact(_Record(r, f"{path}, line {n}", _FACT_CURE)) for n, r in _with_lines(text, records))


def load_claims(path: Path) -> tuple[Answer, ...]:
    """Return the claims of a file of JSON lines; blank lines are passed over.

    Raises:
        UsageError: it cannot be read, or a line is no JSON object with subject, relation and object.
    """
    answers = []
    for number, line in enumerate(_read(path, "Name a file of claims, JSON Lines.").split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _ill_formed(path, error, _CLAIM_CURE, number) from error
            answers.append(_answer(_Record(record, f"{path}, line {number}", _CLAIM_CURE)))
    return tuple(answers)


def _read(path: Path, cure: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.", cure) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {line}: it is not UTF-8.", "Save the file as UTF-8.") from error
    return text.replace("\r\n", "\n")


def _ill_formed(path: Path, error: Exception, cure: str, line: int | None = None) -> UsageError:
    if isinstance(error, json.JSONDecodeError):
        what, line = error.msg, line or error.lineno
    else:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return UsageError(f"{path}, line {line or 1}: it is not JSON ({what}).", cure)


def _with_lines(text: str, records: list[Any]) -> Iterator[tuple[int, Any]]:
    """Yield each record of a JSON list that is known to parse, after the number of the line it begins in."""
    decoder, gap = json.JSONDecoder(), re.compile(r"[\s,]*")
    position, line = text.index("[") + 1, text.count("\n", 0, text.index("[")) + 1
    for record in records:
        between = gap.match(text, position)
        start = between.end() if between else position
        line += text.count("\n", position, start)
        yield line, record
        _, position = decoder.raw_decode(text, start)
        line += text.count("\n", start, position)


class _Record:
    """A JSON object of a file; each method returns one field, or says where it is wrong and what cures it."""

    def __init__(self, value: object, place: str, cure: str) -> None:
        self.place, self.cure = place, cure
        if not isinstance(value, dict):
            raise self.fault("it is not an object")
        self.fields: dict[str, Any] = value

    def fault(self, what: str) -> UsageError:
        return UsageError(f"{self.place}: {what}.", self.cure)

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise self.fault(
                f"it has no {name}" if value in (None, "") else f"{name} is not words: {value!r}"
            )
        return value

    def words(self, name: str) -> str | None:
        return None if self.fields.get(name) in (None, "") else self.text(name)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in choices:
            raise self.fault(f"{name} {value!r} is none of {' '.join(choices)}")
        return value

    def flag(self, name: str) -> bool:
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            raise self.fault(f"{name} is neither true nor false: {value!r}")
        return value

    def numbers(self, *names: str) -> tuple[float, ...]:
        """Return the numbers of those fields that are there."""
        values = {name: self.fields.get(name) for name in names}
        try:
            return tuple(float(value) for value in values.values() if value is not None)
        except (TypeError, ValueError, OverflowError) as error:
            wrong = ", ".join(f"{name} {value!r:.40}" for name, value in values.items() if value is not None)
            raise self.fault(f"not a number among {wrong}") from error

    def part(self, name: str) -> "_Record":
        """Return the object in a field."""
        if not isinstance(self.fields.get(name), dict):
            raise self.fault(f"it has no {name}, or one that is not an object")
        return _Record(self.fields[name], f"{self.place}, {name}", self.cure)

    def items(self, name: str) -> list[Any]:
        value = self.fields.get(name) or []
        if not isinstance(value, list):
            raise self.fault(f"{name} is not a list: {value!r:.40}")
        return value


def _fact(record: _Record) -> Fact:
    figure = record.fields.get("value") is not None or record.fields.get("min") is not None
    return Fact(
        subject=record.text("subject"),
        relation=record.text("relation"),
        object=record.text("object"),
        tier=record.choice("tier", ("core", "text")),
        modality=record.choice("modality", tuple(MODALITIES)),
        quote=record.text("quote"),
        optional=record.flag("optional"),
        values=record.numbers("value", "min", "max") if figure else (),
        date=record.words("date"),
        bound=record.choice("bound", _BOUNDS) if record.fields.get("bound") else None,
        unnamed=(record.flag("sAnon"), record.flag("oAnon")),
        coref=record.words("coref"),
        derived=record.words("derived"),
    )


def _end(record: _Record) -> End:
    names = [record.words("name"), *record.items("names"), record.words("text")]
    if not all(name is None or isinstance(name, str) for name in names):
        raise record.fault("names has something that is not words")
    kind = record.words("type") or ""
    return End(
        names=tuple(name for name in names if name),
        kind=kind,
        unnamed=kind.endswith("Group") or record.fields.get("size") is not None,
        values=record.numbers("value", "min", "max"),
        date=record.words("date") or "",
        bound=record.words("bound"),
    )


def _answer(record: _Record) -> Answer:
    pieces = [_Record(piece, f"{record.place}, evidence", record.cure) for piece in record.items("evidence")]
    return Answer(
        subject=_end(record.part("subject")),
        relation=record.text("relation"),
        object=_end(record.part("object")),
        modality=record.words("modality"),
        rule=record.words("rule"),
        evidence=tuple(_piece(piece) for piece in pieces),
        derivation=record.words("derivation"),
    )


def _piece(record: _Record) -> tuple[int, int, str]:
    start, end = record.fields.get("start"), record.fields.get("end")
    if type(start) is not int or type(end) is not int:
        raise record.fault(f"start and end are not whole numbers: {start!r}, {end!r}")
    return start, end, record.words("text") or ""
