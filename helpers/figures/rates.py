"""Rates that grow step by step, each with its factor."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from textwrap import fill

from matplotlib import rc_context
from matplotlib.figure import Figure as Page
from matplotlib.patches import Rectangle

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, LINE, MARGIN, MUTED, STYLE, TOP, WIDTH, page, surface, write

ROW = 44  # pixels of a step
HEAD = TOP + 24  # pixels above the first step
LEFT = MARGIN + 236  # where the bars begin, right of the steps' names
COLUMNS = (84, 154, 230)  # pixels right of the longest bar, where the columns of numbers end
RIGHT = WIDTH - MARGIN - COLUMNS[-1]


@rc_context(STYLE)
def factors(steps: Mapping[str, float], unit: str = "records/s") -> Figure:
    """Bars on a logarithmic scale, one a step in the order given: its rate, and by how much it multiplies.

    steps: name → rate (> 0), two or more; the first is what the others are compared with. unit: of the rates.
    Raises FigureError.

    values: rates, to_previous and to_first (factors; 1.0 for the first step).
    """
    if len(steps) < 2 or min(steps.values()) <= 0:
        raise FigureError(f"factors() got {dict(steps)}: give two steps or more, each with a rate above 0.")
    names, rates = list(steps), [float(rate) for rate in steps.values()]
    to_first = [rate / rates[0] for rate in rates]
    to_previous = [1.0, *(after / before for before, after in pairwise(rates))]
    rows = [
        (name, _short(rate), _times(previous), _times(first))
        for name, rate, previous, first in zip(names, rates, to_previous, to_first, strict=True)
    ]
    headline = f"From {rows[0][1]} to {rows[-1][1]} {unit}: {rows[-1][3]}."
    figure = page(HEAD + ROW * len(rows) + 34, headline, "The scale is logarithmic: each line is ten times the last.")
    _bars(figure, rates)
    for end, header in zip(COLUMNS, (unit, "step", "in all"), strict=True):
        write(figure, RIGHT + end, TOP + 8, header, 8, ha="right", color=MUTED)
    for place, (name, *numbers) in enumerate(rows):
        y = HEAD + ROW * (place + 0.5)
        write(figure, MARGIN, y, fill(name, 32), linespacing=1.4)
        for end, number, weight in zip(COLUMNS, numbers, ("normal", "normal", "bold"), strict=True):
            if place or end == COLUMNS[0]:  # the first step multiplies nothing
                write(figure, RIGHT + end, y, number, ha="right", weight=weight)
    told = [f"{name}: {rate}, {previous} the step before, {first} in all." for name, rate, previous, first in rows[1:]]
    text = "\n".join([headline, f"{names[0]}: {rows[0][1]}.", *told])
    return Figure(figure, text, {"rates": rates, "to_previous": to_previous, "to_first": to_first})


def _bars(figure: Page, rates: Sequence[float]) -> None:
    """A bar for each rate, from the power of ten below the smallest to the largest, over a grid of powers of ten."""
    axes, foot = surface(figure), HEAD + ROW * len(rates)
    low, high = floor(log10(min(rates))), log10(max(rates))

    def x(value: float) -> float:
        return LEFT + (RIGHT - LEFT) * (log10(value) - low) / max(high - low, 1)

    for power in range(low, floor(high) + 1, max(1, ceil((high - low) / 6))):
        line = x(10.0**power)
        axes.plot([line, line], [HEAD, foot], color=LINE, linewidth=0.8, zorder=0)
        write(figure, line, foot + 14, f"{10.0**power:,.10g}", 8, ha="center", color=MUTED)
    for place, rate in enumerate(rates):
        middle = HEAD + ROW * (place + 0.5)
        axes.add_patch(Rectangle((LEFT, middle - 9), x(rate) - LEFT, 18, facecolor=BLUE, linewidth=0))


def _short(value: float) -> str:
    """Three digits that count: 21.6, 274, 26,400."""
    digits = 2 - floor(log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def _times(factor: float) -> str:
    return f"×{_short(factor)}"
