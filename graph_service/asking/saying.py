"""Rows of an answer as sentences of a person's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_service.graph.named import Result
from graph_service.graph.tables import Value
from graph_service.vocabulary import MODALITIES

_PART = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(\w+)\}")
_SOURCES = frozenset({"sentence", "document", "start", "end", "rule", "documentA", "documentB"})
"""Columns that say where it is written, not what."""
_MODALITY = {
    "zh": {"actual": "已成事实", "planned": "计划中", "target": "目标", "possible": "可能"},
    "en": {"actual": "is so", "planned": "planned", "target": "a target", "possible": "possible"},
}
_SIGNS = {
    "zh": {"=": "", ">": "超过", "<": "近", "~": "约", ">=": "不少于", "<=": "不超过"},
    "en": {"=": "", ">": "more than ", "<": "nearly ", "~": "about ", ">=": "at least ", "<=": "at most "},
}
_JOIN = {"zh": "、", "en": ", "}
_COLON = {"zh": "：", "en": ": "}
_STOP = {"zh": "；", "en": "; "}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer, and what it rests on: sentences of documents, `{"text", "document"}`, each once."""

    text: str
    evidence: tuple[Mapping[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as `/ask` has it."""
        return {"text": self.text, "evidence": [dict(piece) for piece in self.evidence]}


def say(result: Result, template: str | None) -> list[Said]:
    """Return the rows of an answer as sentences; rows that say the same are one sentence with the evidence of all.

    Args:
        result: the answer.
        template: a sentence with `{column}` in it; what is in square brackets is left out where a column in it is
            empty. None: the columns with their labels.
    """
    names = [column.name for column in result.query.columns]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for values in result.rows:
        row = dict(zip(names, values, strict=True))
        text = _filled(template, row, result.language) if template else _listed(result, row)
        pieces = found.setdefault(text, [])
        piece = _piece(row)
        if piece and piece not in pieces:
            pieces.append(piece)
    return [Said(text, tuple(pieces)) for text, pieces in found.items()]


def _piece(row: Mapping[str, Value]) -> Mapping[str, Any] | None:
    return {"text": row["sentence"], "document": row.get("document")} if row.get("sentence") else None


def _filled(template: str, row: Mapping[str, Value], language: str) -> str:
    def part(hit: re.Match[str]) -> str:
        named = _PLACE.findall(hit[1])
        return hit[1] if all(row.get(name) not in (None, "", []) for name in named) else ""

    kept = _PART.sub(part, template)
    return _PLACE.sub(lambda hit: shown(hit[1], row.get(hit[1]), language), kept)


def _listed(result: Result, row: Mapping[str, Value]) -> str:
    columns = [c for c in result.query.columns if c.name not in _SOURCES]
    parts = [
        f"{column.labels[result.language]}{_COLON[result.language]}{shown(column.name, row[column.name], result.language)}"
        for column in columns
        if row[column.name] not in (None, "", [])
    ]
    return _STOP[result.language].join(parts)


def shown(column: str, value: Value, language: str) -> str:
    """Return a value of a column as it stands in a sentence of a language."""
    if isinstance(value, dict):
        return str(value["label"])
    if isinstance(value, Sequence) and not isinstance(value, str):
        between = " " if column == "path" else _JOIN[language]
        return between.join(shown(column, one, language) for one in value)
    if column == "modality" and value in MODALITIES:
        return _MODALITY[language][str(value)]
    if column == "bound" and value in _SIGNS[language]:
        return _SIGNS[language][str(value)]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if column == "year" else f"{value:,}"
    return "" if value is None else str(value)
