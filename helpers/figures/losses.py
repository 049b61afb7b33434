"""Promised, kept, lost: the records that producers wrote while their brokers failed, each one drawn."""

from collections.abc import Hashable, Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure as Page

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, LINE, MARGIN, MUTED, PAPER, RED, STYLE, TOP, WIDTH, page, panel, write

LEFT = MARGIN + 150  # where the producers begin, right of the moments' names
HEAD = TOP + 30
ROW = 106  # pixels from one moment to the next
DOTS = 66  # pixels of a field of dots
ACROSS, DOWN = 20, 5  # dots; more records than these are drawn in proportion
FATES = ("kept", "lost", "later")
KEY = "● acknowledged and there   ✕ acknowledged and lost   ○ not acknowledged in time, sent again, there"
COLUMNS = ["moment", "acks", "sent", "promised", *FATES]


@rc_context(STYLE)
def losses(counted: pd.DataFrame) -> Figure:
    """A field of dots for each moment (row) and setting of acks (column): there, lost although promised, there later.

    counted: as `helpers.messaging.losses.Trial.count` gives it, with the columns moment, acks, sent, promised, kept,
    lost, later. Raises FigureError.

    values: lost (acks → records that were promised and are not there).
    """
    if counted.empty or not set(COLUMNS) <= set(counted.columns):
        raise FigureError(f"losses() got the columns {list(counted.columns)}: give {COLUMNS}, as Trial.count() does.")
    lost = {str(acks): int(sum_) for acks, sum_ in counted.groupby("acks", sort=False)["lost"].sum().items()}
    moments = list(dict.fromkeys(counted["moment"]))
    words = [f"{number or 'none'} with acks={acks}" for acks, number in lost.items()]
    headline = f"Acknowledged and lost: {', '.join(words)}."
    figure = page(HEAD + ROW * len(moments) + 34, headline, KEY)
    across = (WIDTH - MARGIN - LEFT) / len(lost)
    cells = {(cell["moment"], str(cell["acks"])): cell for cell in counted.to_dict("records")}
    for column, (acks, number) in enumerate(lost.items()):
        x = LEFT + across * column
        write(figure, x, TOP + 14, f"acks={acks}", 10, weight="bold")
        colour = RED if number else BLUE
        write(figure, x, HEAD + ROW * len(moments) + 8, _sum(number), weight="bold", color=colour)
        for row, moment in enumerate(moments):
            _cell(figure, x, HEAD + ROW * row, across - 30, cells[moment, acks])
    for row, moment in enumerate(moments):
        write(figure, MARGIN, HEAD + ROW * row + DOTS / 2, fill(moment, 19), linespacing=1.4)
    return Figure(figure, "\n".join([headline, *_told(counted)]), {"lost": lost})


def _told(counted: pd.DataFrame) -> list[str]:
    """Where records were lost, and which came late: what is in none of the two is there as promised."""
    told = []
    for moment, cells in counted[counted["lost"] > 0].groupby("moment", sort=False):
        words = [f"{cell.lost} of {cell.promised} with acks={cell.acks}" for cell in cells.itertuples()]
        told.append(f"Lost, {moment}: {', '.join(words)}.")
    late = counted.groupby("acks", sort=False)["later"].sum()
    if late.any():
        words = [f"{number} with acks={acks}" for acks, number in late.items() if number]
        told.append(f"Not acknowledged in time, there in the end: {', '.join(words)}.")
    return told


def _cell(figure: Page, x: float, y: float, width: float, cell: Mapping[Hashable, Any]) -> None:
    axes = panel(figure, x, y, width, DOTS, frame=False)
    axes.set(xlim=(-0.6, ACROSS - 0.4), ylim=(DOWN - 0.4, -0.6))
    fates = _dots([int(cell[fate]) for fate in FATES], int(cell["sent"]))
    places = np.arange(len(fates))
    columns, rows = places % ACROSS, places // ACROSS
    for fate, look in (
        ("kept", {"marker": "o", "color": BLUE, "s": 13}),
        ("lost", {"marker": "x", "color": RED, "s": 15, "linewidths": 1.1}),
        ("later", {"marker": "o", "facecolors": PAPER, "edgecolors": BLUE, "s": 13, "linewidths": 1}),
        ("", {"marker": ".", "color": LINE, "s": 6}),
    ):
        chosen = fates == fate
        axes.scatter(columns[chosen], rows[chosen], **look)  # type: ignore[arg-type]
    words = f"{cell['promised']} acknowledged, {cell['lost']} lost" if cell["promised"] else "none acknowledged in time"
    write(figure, x, y + DOTS + 12, words, 8, color=MUTED)


def _dots(counts: Sequence[int], sent: int) -> npt.NDArray[np.str_]:
    """The fate of each dot in a field; "" for a record that was neither promised nor is there."""
    names = np.repeat(np.array([*FATES, ""]), [*counts, sent - sum(counts)])
    places = np.linspace(0, sent - 1, min(sent, ACROSS * DOWN)).round().astype(int)
    shown: npt.NDArray[np.str_] = names[places]
    return shown


def _sum(lost: int) -> str:
    return f"✕ {lost} lost in all" if lost else "● nothing lost"
