"""Five questions of an analyst, asked of a running service, with two plots.

    zonegraph serve &
    pip install 'zonegraph[notebook]'
    python data/notebook/questions.py http://127.0.0.1:8000 --plots /tmp

Named queries come as JSON over HTTP, SPARQL by SPARQLWrapper; nothing of ZoneGraph is imported.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import font_manager, pyplot
from pypinyin import lazy_pinyin
from SPARQLWrapper import JSON, SPARQLWrapper

Row = dict[str, Any]
FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback",
)  # fmt: skip
"""Fonts with Chinese characters, of which one is on most machines."""
LEADING = """
PREFIX zg: <https://w3id.org/zonegraph/ont#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?place ?industry WHERE { ?p zg:leadingIndustry ?i ; skos:prefLabel ?place . ?i skos:prefLabel ?industry }
ORDER BY ?place ?industry
"""


def ask(server: str, query: str, **parameters: str) -> list[Row]:
    """Return the rows of a named query, things by their labels."""
    with urlopen(f"{server}/queries/{query}?{urlencode({**parameters, 'format': 'json'})}") as answer:
        rows: list[Row] = json.load(answer)["rows"]
    return [{column: _plain(value) for column, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, list):
        return "、".join(str(_plain(one)) for one in value)
    return value["label"] if isinstance(value, dict) else value


def select(server: str, sparql: str) -> list[Row]:
    """Return the rows of a SELECT, each value as text."""
    service = SPARQLWrapper(f"{server}/sparql")
    service.setReturnFormat(JSON)
    service.setQuery(sparql)
    found = service.query().convert()
    assert isinstance(found, dict)
    return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]


def show(question: str, rows: Iterable[Row], *columns: str) -> None:
    """Print a question and some columns of its answer."""
    print(f"\n{question}")
    for row in rows:
        print("  " + " | ".join("–" if row[column] is None else str(row[column]) for column in columns))


def bars(title: str, amounts: Mapping[str, float], path: Path) -> None:
    """Draw horizontal bars, the longest on top; in pinyin where no font has Chinese characters."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in FONTS if name in known), None)
    if font:
        mpl.rcParams["font.family"] = font
    ordered = sorted(amounts.items(), key=lambda amount: (amount[1], amount[0]))
    labels = [label if font else "".join(lazy_pinyin(label)) for label, _ in ordered]
    figure, axes = pyplot.subplots(figsize=(8, 1 + 0.4 * len(ordered)), layout="constrained")
    axes.barh(labels, [amount for _, amount in ordered], color="#14655f")
    axes.set_title(title if font else "".join(lazy_pinyin(title)))
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def answer(server: str, plots: Path) -> None:
    """Ask all five questions, print the answers, and draw the two plots into a folder."""
    came = ask(server, "co-relocated-suppliers", company="德广信")
    show("1 谁随德广信而来,谁还可能来?", came, "supplier", "size", "modality", "sentence")

    moves = ask(server, "relocations", modality="actual")
    origins: Counter[str] = Counter()
    for move in moves:
        origins[move["origin"] or "未说明"] += move["size"] or 1
    show("2 迁来的企业从哪里来?", ({"from": k, "n": n} for k, n in origins.most_common()), "from", "n")
    bars("迁入企业数,按迁出地", origins, plots / "origins.png")

    large = ask(server, "figures-above", indicator="invests", amount="5000000000")
    yuan = [row for row in large if row["unit"] == "CNY"]
    show("3 哪些投资确定不低于50亿元?", yuan, "entity", "text", "document")
    bars(
        "投资(亿元,确定的下限)",
        {row["entity"]: row["atLeast"] / 1e8 for row in yuan},
        plots / "investment.png",
    )

    gaps = ask(server, "chain-gaps", industry="锂电产业", place="铜仁市")
    show("4 铜仁的锂电产业链缺哪些环节,别处有谁?", gaps, "position", "segment", "elsewhere")

    show("5 各地的主导产业是什么?", select(server, LEADING), "place", "industry")


def main() -> None:
    """Read the arguments and answer."""
    parser = argparse.ArgumentParser(description="Five questions of an analyst, with two plots.")
    parser.add_argument("server", nargs="?", default="http://127.0.0.1:8000", help="address of the service")
    parser.add_argument("--plots", type=Path, default=Path(), help="folder for the plots")
    given = parser.parse_args()
    answer(given.server.rstrip("/"), given.plots)


if __name__ == "__main__":
    main()
