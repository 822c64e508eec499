"""Charts of answers: horizontal bars in SVG, made on the server; the table below says the same to those who cannot see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph_service.graph.named import Result
from graph_service.graph.tables import Value, plain_text

_FEWEST = 2
"""Bars that are worth a chart."""
_MOST = 20
"""Bars that one group shows; the longest are kept."""
_GROUPS = 6
"""Groups that are drawn, those with most bars first."""
WIDTH, STEP, ROOM = 320, 34, 70
"""Of a chart in units: how wide it is, how high a bar with its label, how much room the figure beside a bar has."""

_WORDS = {
    "zh": ((1e8, (1e8, "亿")), (1e6, (1e4, "万"))),
    "en": ((1e9, (1e9, " bn")), (1e6, (1e6, " m"))),
}
"""From which amount on figures are told in larger units, by language: the unit and its name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it stands for, its figure in words, how long it is in units."""

    label: str
    figure: str
    length: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars that can be compared with one another: a title, the bars, how many there was no room for."""

    title: str
    bars: Sequence[Bar]
    left_out: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: labels of what is drawn by what, and its groups."""

    value: str
    label: str
    groups: Sequence[Bars]


def draw(result: Result) -> Drawing | None:
    """Return the chart that a query's header asks for; None where it asks for none, or there is too little to draw."""
    chart = result.query.chart
    if chart is None:
        return None
    groups = _grouped(result)
    drawn = [
        _bars(title, amounts, result.language, sort_by_label=chart.label == "year")
        for title, amounts in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
        if len(amounts) >= _FEWEST
    ][:_GROUPS]
    titles = {c["name"]: c["label"] for c in result.columns}
    counted = titles.get(chart.value, titles[chart.label])
    return Drawing(counted, titles[chart.label], drawn) if drawn else None


def _grouped(result: Result) -> dict[str, dict[str, float]]:
    """Return amounts by what a bar stands for, by group; rows that lack either are left to the table."""
    chart = result.query.chart
    assert chart is not None
    places = {column["name"]: place for place, column in enumerate(result.columns)}
    groups: dict[str, dict[str, float]] = defaultdict(dict)
    for row in result.rows:
        label = plain_text(row[places[chart.label]])
        amount = _amount(row[places[chart.value]], unsaid=1.0 if chart.sums else None) if chart.value else 1.0
        named = [plain_text(row[places[name]]) for name in chart.group]
        if not label or amount is None or amount < 0:
            continue
        bars = groups[" · ".join(filter(None, named))]
        bars[label] = bars.get(label, 0.0) + amount if chart.sums else max(bars.get(label, 0.0), amount)
    return groups


def _amount(value: Value, unsaid: float | None) -> float | None:
    """Return a figure, or what counts where none is said: a firm with a name has no size, and is one."""
    if value is None:
        return unsaid
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _bars(title: str, amounts: dict[str, float], language: str, *, sort_by_label: bool) -> Bars:
    kept = sorted(amounts.items(), key=lambda a: (-a[1], a[0]))[:_MOST]
    if sort_by_label:
        kept.sort()
    longest = max(amount for _, amount in kept) or 1.0
    bars = [
        Bar(label, short(amount, language), round((WIDTH - ROOM) * amount / longest, 1))
        for label, amount in kept
    ]
    return Bars(title, bars, len(amounts) - len(kept))


def short(amount: float, language: str) -> str:
    """Return a figure as people say it, which has room beside a bar; the table has it to the last digit.

    >>> short(158_360_000_000, "zh"), short(158_360_000_000, "en"), short(1234.5, "en")
    ('1,583.6亿', '158.36 bn', '1,234.5')
    """
    for least, words in _WORDS[language]:
        if amount >= least:
            return f"{round(amount / words[0], 2):,.10g}{words[1]}"
    return f"{amount:,.10g}"
