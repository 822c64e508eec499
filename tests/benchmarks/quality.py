"""How good reading is, document by document; run `python -m tests.benchmarks.quality`."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from graph_service.graph.screening import screen
from graph_service.reading.documents import load
from graph_service.reading.score import Score, score
from graph_service.reading.stages import read
from graph_service.settings import BASE_IRI
from tests.benchmarks.texts import ROOT, published

PARTS = ("core_relaxed", "core_strict", "full_relaxed", "full_strict")
FOLDERS = (ROOT / "data", ROOT.parent / "shared")


def extract(path: Path, into: Path) -> Path:
    """Write the claims of a document as `zonegraph extract` does, and return their file."""
    document = load(path, published=published(path))
    lines = [
        json.dumps(c.as_json(document, BASE_IRI), ensure_ascii=False) for c in screen(read(document)).claims
    ]
    claims = into / f"{path.stem}.jsonl"
    claims.write_text("\n".join(lines), encoding="utf-8")
    return claims


def describe(name: str, result: Score) -> str:
    """Return a line with precision, recall and F1 of each part, and the claims whose evidence does not hold."""
    cells = []
    for part in PARTS:
        count = getattr(result, part).total
        cells.append(f"{count.precision:.3f} {count.recall:.3f} {count.f1:.3f}")
    broken = sum(b.claims.right for b in result.broken)
    return f"{name:28}" + "   ".join(f"{cell:17}" for cell in cells) + f"   {broken}"


def measure(folder: Path) -> None:
    """Print the scores of the documents of a folder that have facts beside them, each alone and all together."""
    texts = [
        p for p in sorted(folder.glob("documents/*.txt")) if (folder / "gold" / f"{p.stem}.json").exists()
    ]
    if not texts:
        print(f"{folder}: no documents with facts")
        return
    print(f"{folder}, P R F1")
    print(f"{'':28}" + "   ".join(f"{part.replace('_', ' '):17}" for part in PARTS) + "   broken evidence")
    with TemporaryDirectory() as made:
        pairs = [(folder / "gold" / f"{path.stem}.json", extract(path, Path(made))) for path in texts]
        for path, pair in zip(texts, pairs, strict=True):
            print(describe(path.stem, score([pair], [path])))
        print(describe("together", score(pairs, texts)))


if __name__ == "__main__":
    for each in FOLDERS:
        measure(each)
