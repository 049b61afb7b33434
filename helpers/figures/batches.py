"""What a record costs on its way, by the batches it travels in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any, Protocol

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.patches import Rectangle

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, LINE, MARGIN, MUTED, PALE_RED, RED, STYLE, TOP, WIDTH, page, surface, write

HEADER = 61  # bytes of a batch before its first record (kafka.apache.org/documentation, "Record Batch")
ROW = 48  # pixels of a way of sending
HEAD = TOP + 26
LEFT = MARGIN + 226
COLUMNS = (96, 186)  # pixels right of the longest bar, where the columns of numbers end
RIGHT = WIDTH - MARGIN - COLUMNS[-1]


class Batch(Protocol):
    """What counts of a batch: `helpers.messaging.segments.Batch` has it."""

    @property
    def count(self) -> int:
        """Its records."""

    @property
    def size(self) -> int:
        """Its bytes, the header's included."""


@dataclass(frozen=True)
class _Way:
    name: str
    records: int
    batches: int
    size: int

    @classmethod
    def of(cls, name: str, batches: Sequence[Batch]) -> "_Way":
        return cls(name, sum(batch.count for batch in batches), len(batches), sum(batch.size for batch in batches))

    @property
    def header(self) -> float:
        """Bytes a record that belong to the batches."""
        return HEADER * self.batches / self.records

    @property
    def each(self) -> float:
        """Bytes a record."""
        return self.size / self.records

    @property
    def company(self) -> float:
        """Records in a batch."""
        return self.records / self.batches


@rc_context(STYLE)
def batches(ways: Mapping[str, Sequence[Batch]]) -> Figure:
    """Bars, one a way of sending: how many bytes a record takes, and how many of these are its share of the header.

    ways: name → the batches that came of it, one or more, as `helpers.messaging.segments.batches` reads them. Raises
    FigureError.

    values, by name: per_batch (records in a batch, on average), bytes (a record's, its share of the header included).
    """
    empty = [name for name, found in ways.items() if not any(batch.count for batch in found)]
    if empty or not ways:
        raise FigureError(f"batches() got no records for {empty or 'any way'}: give each way of sending its batches.")
    counted = [_Way.of(name, found) for name, found in ways.items()]
    bytes_each = [way.each for way in counted]
    headline = f"A record takes {max(bytes_each):,.1f} bytes, or only {min(bytes_each):,.1f}."
    key = f"Every batch begins with {HEADER} bytes of its own; its records share them (hatched)."
    figure = page(HEAD + ROW * len(counted) + 12, headline, key)
    for end, header in zip(COLUMNS, ("records a batch", "bytes a record"), strict=True):
        write(figure, RIGHT + end, TOP + 10, header, 8, ha="right", color=MUTED)
    axes = surface(figure)
    scale = (RIGHT - LEFT) / max(bytes_each)
    for place, way in enumerate(counted):
        _row(figure, axes, HEAD + ROW * (place + 0.5), way, scale)
    told = [f"{way.name}: {way.each:.1f} bytes, {way.company:,.2f} records a batch" for way in counted]
    values = {"per_batch": {w.name: w.company for w in counted}, "bytes": {w.name: w.each for w in counted}}
    return Figure(figure, f"{headline}\n{'; '.join(told)}.", values)


def _row(figure: Page, axes: Axes, y: float, way: _Way, scale: float) -> None:
    write(figure, MARGIN, y, fill(way.name, 32), linespacing=1.4)
    header, rest = scale * way.header, scale * (way.each - way.header)
    hatched: dict[str, Any] = {"facecolor": PALE_RED, "edgecolor": RED, "hatch": "////", "linewidth": 0.8}
    axes.add_patch(Rectangle((LEFT, y - 10), header, 20, **hatched))
    axes.add_patch(Rectangle((LEFT + header, y - 10), rest, 20, facecolor=BLUE, linewidth=0))
    axes.plot([LEFT, LEFT], [y - ROW / 2, y + ROW / 2], color=LINE, linewidth=1)
    write(figure, RIGHT + COLUMNS[0], y, f"{way.company:,.2f}", ha="right")  # two decimals: 1.05 is more than 1
    write(figure, RIGHT + COLUMNS[1], y, f"{way.each:.1f}", ha="right", weight="bold")
