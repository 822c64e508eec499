"""What stands beside a document: `NAME.yaml` states `title`, `published` and `source` of `NAME.txt`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from graph_service.errors import DocumentError
from graph_service.reading.claims import Document
from graph_service.reading.documents import load

STATED = ("title", "published", "source")
"""The keys that are read; others are for people."""


def load_stated(path: Path, said: Mapping[str, str | None]) -> Document:
    """Return the document in a file, with what its sidecar states; what is said goes before it.

    Args:
        path: of a format that `documents.load` knows.
        said: `title`, `published` and `source`, each as far as the user gave it.

    Raises:
        DocumentError: the document or its sidecar cannot be read.
    """
    given = {**stated(path), **{key: value for key, value in said.items() if value is not None}}
    document = load(path, **{key: given.get(key) for key in STATED})
    return document if document.title else replace(document, title=path.stem)


def stated(path: Path) -> dict[str, str]:
    """Return what the YAML file beside a document states of it; nothing where there is none.

    Raises:
        DocumentError: it is no YAML, or no list of keys and values.
    """
    beside = path.with_suffix(".yaml")
    if not beside.is_file():
        return {}
    try:
        found = yaml.safe_load(beside.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentError(
            f"{beside} cannot be read: {error}", "Write it as `title: …` lines in UTF-8."
        ) from error
    if not isinstance(found, dict):
        raise DocumentError(f"{beside} does not state keys and values", "Write it as `title: …` lines.")
    return {key: str(found[key]) for key in STATED if found.get(key) is not None}
