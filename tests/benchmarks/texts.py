"""The documents that benchmarks read, and as many variants of them as are asked for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from graph_service.reading.claims import Document
from graph_service.reading.documents import load

ROOT = Path(__file__).parents[2]
OWN = ROOT / "data" / "documents"
SHARED = ROOT.parent / "shared" / "documents"
FIRST = Path(__file__).with_name("first.yaml")
_PUBLISHED = {
    "zhuji-development-zone": "2023-06", "dev-01": "2022-05-11", "dev-05": "2021-12-31", "dev-08": "2022-05-10",
}  # fmt: skip
_NAME = re.compile("[\u4e00-\u9fff]{2}(?=科技|电子|智能|新材料|实验室|产业园|经济开发区|有限公司)")
_FIGURE = re.compile(r"(?<!\d)\d{2,3}(?=[家个项亿万])")
_SYLLABLES = "安宝成达恩丰冠海和恒华辉嘉金康凌明宁鹏启瑞盛泰通旺祥信阳永源远泽正中卓"


def documents() -> list[Document]:
    """Return every document there is: our own, and those beside the project where they are present."""
    paths = sorted([*OWN.glob("*.txt"), *SHARED.glob("*.txt")])
    return [load(path, published=published(path)) for path in paths]


def described(path: Path) -> dict[str, Any]:
    """Return what the description beside a document says of it; nothing where there is none."""
    beside = path.with_suffix(".yaml")
    said: dict[str, Any] = yaml.safe_load(beside.read_text("utf-8")) if beside.exists() else {}
    return said


def published(path: Path) -> str | None:
    """Return when a document was published: as its description says, or as its folder's does."""
    said = described(path).get("published", _PUBLISHED.get(path.stem))
    return None if said is None else str(said)


def noted() -> dict[str, dict[str, Any]]:
    """Return what `first.yaml` notes of our documents: counts of the first reading, its commit, whether it is held out."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FIRST.read_text("utf-8"))
    return found


def held_out(path: Path) -> bool:
    """Say whether no rule was worked on a document yet; those beside the project are what the rules began with."""
    # However a path is written: one that is held out and taken for another shows what nobody may see.
    return path.resolve().parent == OWN.resolve() and bool(
        noted().get(path.stem, {"held_out": True}).get("held_out")
    )


def vary(text: str, seed: int) -> str:
    """Return a text in which names and figures are others, by a number; the same number gives the same text.

    Repeating a text would let every cache answer for it, and so would measure the caches.
    """
    first, second = _SYLLABLES[seed % len(_SYLLABLES)], _SYLLABLES[seed // len(_SYLLABLES) % len(_SYLLABLES)]
    text = _NAME.sub(first + second, text)
    return _FIGURE.sub(lambda found: str(11 + (int(found[0]) * 7 + seed) % 980), text)


def variants(count: int) -> Iterator[Document]:
    """Yield this many distinct documents, made from those there are in turn."""
    originals = documents()
    for seed in range(count):
        document = originals[seed % len(originals)]
        yield Document(vary(document.text, seed), document.title, document.published, document.source)


def long_document(times: int) -> Document:
    """Return one document of our own texts, each paragraph given this many times in variants."""
    originals = [load(path, published="2023-06") for path in sorted(OWN.glob("*.txt"))]
    text = "\n".join(vary(document.text, seed) for seed in range(times) for document in originals)
    return Document(text, "长文", "2023-06", None)
