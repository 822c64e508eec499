"""How fast reading is, whether it is linear, and what memory it takes; run `python -m tests.benchmarks.reading`.

All figures are of one process on one core. The reference, in the same run and on the same text, is rjieba
cutting and tagging alone, the work that no reading by words can do without.
"""

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import rjieba

from graph_service.reading.claims import Document
from graph_service.reading.stages import read
from tests.benchmarks.texts import documents, long_document, variants

ROUNDS = 5
SCALES = (1, 10, 100)
MANY = 10_000
"""Documents read one after the other to see what memory they leave behind."""


def rate(work: Callable[[Document], object], texts: Iterable[Document]) -> float:
    """Return the characters that a function works through in a second of processor time."""
    texts = list(texts)
    gc.collect()
    start = time.process_time()
    for document in texts:
        work(document)
    return sum(len(d.text) for d in texts) / (time.process_time() - start)


def tag(document: Document) -> object:
    """Return the words of a document with their tags, line by line as the tagger likes it."""
    return [rjieba.tag(line) for line in document.text.splitlines()]


def memory() -> tuple[float, float]:
    """Return the memory that this process holds now and the most it has held, in MiB.

    Where the system does not tell what is held now, both are the most it has held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        said = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        return int(said["VmRSS"].split()[0]) / 1024, int(said["VmHWM"].split()[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1024 / 1024
    return most, most


def measure_speed() -> None:
    """Print the speed over the documents as they are and over distinct variants, and the ratio to tagging."""
    texts = documents()
    start = time.process_time()
    for document in texts:
        read(document)
        tag(document)
    print(f"first reading of {len(texts)} documents, tables loaded: {time.process_time() - start:.2f} s")
    _compare("the documents again", lambda _: texts)
    fresh = list(variants(ROUNDS * len(texts)))
    _compare("variants, each read once", lambda i: fresh[i * len(texts) : (i + 1) * len(texts)])


def _compare(what: str, texts: Callable[[int], list[Document]]) -> None:
    """Print the median speed of reading and tagging, taken in turn so that a busy machine slows both."""
    pairs = [(rate(read, texts(i)), rate(tag, texts(i))) for i in range(ROUNDS)]
    ours, theirs = (sorted(column)[ROUNDS // 2] for column in zip(*pairs, strict=True))
    print(f"{what}: {ours:,.0f} characters/s; rjieba tagging alone {theirs:,.0f} ({theirs / ours:.1f} x)")


def measure_linearity() -> None:
    """Print the speed over one document of growing length; where reading is linear it stays the same."""
    for scale in SCALES:
        document = long_document(scale)
        speed = rate(read, [document])
        print(f"one document, {scale:>3} x, {len(document.text):>9,} characters: {speed:,.0f} characters/s")


def measure_memory(many: int) -> None:
    """Print the memory held while many distinct documents are read one after the other, and what each leaves behind."""
    gc.collect()
    print(f"memory before: {memory()[0]:.0f} MiB")
    characters, held = 0, [0.0]
    for done, document in enumerate(variants(many), start=1):
        read(document)
        characters += len(document.text)
        if done % max(1, many // 5) == 0:
            gc.collect()
            held.append(memory()[0])
            print(f"memory after {done:>6,} documents, {characters:>10,} characters: {held[-1]:.1f} MiB")
    grown = (held[-1] - held[1]) * 1024 / (many - many // 5)
    print(f"peak: {memory()[1]:.0f} MiB; after the first fifth, each document left {grown:.2f} KiB behind")


def main(arguments: list[str]) -> None:
    """Print all of it."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading", description=__doc__)
    options.add_argument(
        "--documents", type=int, default=MANY, help="how many to read for memory  [%(default)s]"
    )
    chosen = options.parse_args(arguments)
    measure_speed()
    measure_memory(chosen.documents)
    # Last, since one huge document would hide in the peak what many small ones take.
    measure_linearity()


if __name__ == "__main__":
    main(sys.argv[1:])
