"""The way of the data as a map: its stations, what each has counted, and where the reader is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.patches import FancyBboxPatch

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, INK, MARGIN, MUTED, PAPER, STYLE, TOP, WIDTH, page, surface, write

WIDE, TALL = 92, 64  # pixels of a station
ACROSS = (WIDTH - 2 * MARGIN - WIDE) / 6  # from one column to the next
DOWN = 100  # from one row to the next


@dataclass(frozen=True)
class Station:
    """A place on the way: its name, one word about it, what kind of thing it is, where it is drawn."""

    name: str
    note: str
    kind: Literal["topic", "program", "store"]
    column: int
    row: int

    @property
    def left(self) -> float:
        return MARGIN + ACROSS * self.column

    @property
    def top(self) -> float:
        return TOP + 8 + DOWN * self.row

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + WIDE / 2, self.top + TALL / 2


STATIONS = {
    "data": Station("Data", "pictures", "store", 0, 1),
    "training": Station("Network", "trained", "program", 1, 0),
    "registry": Station("Registry", "models in Redis", "store", 3, 0),
    "producer": Station("Producer", "writes", "program", 1, 1),
    "images": Station("images", "784 bytes each", "topic", 2, 1),
    "scorer": Station("Scorer", "asks the model", "program", 3, 1),
    "predictions": Station("predictions", "a label each", "topic", 4, 1),
    "ksql": Station("KSQL", "tables", "program", 5, 1),
    "plots": Station("Answers", "what you see", "program", 6, 1),
    "images.dlq": Station("images.dlq", "dead letters", "topic", 2, 2),
    "redis": Station("Redis", "latest, counts", "store", 4, 2),
}
"""The map, named as on the strip above every lesson, topics by their own names; `counts` and `lit` name the keys."""

# from, to, and how the arrow leaves and arrives: right, up, down … as an angle in degrees
WAYS = (
    ("data", "producer", 0, 180),
    ("producer", "images", 0, 180),
    ("images", "scorer", 0, 180),
    ("scorer", "predictions", 0, 180),
    ("predictions", "ksql", 0, 180),
    ("ksql", "plots", 0, 180),
    ("data", "training", 90, 180),
    ("training", "registry", 0, 180),
    ("registry", "scorer", 270, 90),
    ("scorer", "images.dlq", 270, 0),
    ("scorer", "redis", 270, 180),
)


@rc_context(STYLE)
def pipeline(counts: Mapping[str, int] | None = None, *, lit: str | None = None) -> Figure:
    """The way of the data from the pictures to the answers, with live counts and the station where we are.

    counts: station → number of records seen there. lit: the station to light. Stations: data, training, registry,
    producer, images, scorer, predictions, ksql, plots, images.dlq, redis. Raises FigureError.

    values: counts, lit.
    """
    counts = dict(counts or {})
    unknown = [name for name in (*counts, *([lit] if lit else [])) if name not in STATIONS]
    if unknown:
        raise FigureError(f"pipeline() knows no station {unknown[0]!r}: choose from {', '.join(STATIONS)}.")
    headline = _headline(counts, lit)
    figure = page(
        TOP + DOWN * 2 + TALL + 24, headline, "Round ends: Kafka topics. Square: programs. Double line on top: stores."
    )
    axes = surface(figure)
    for start, end, leaves, arrives in WAYS:
        _arrow(axes, STATIONS[start], STATIONS[end], leaves, arrives)
    for name, station in STATIONS.items():
        _station(figure, axes, station, counts.get(name), lit=name == lit)
    return Figure(figure, f"{headline}\n{_told(counts)}", {"counts": counts, "lit": lit})


def _headline(counts: Mapping[str, int], lit: str | None) -> str:
    ends = {"images": "pictures in", "predictions": "predictions out", "images.dlq": "put aside"}
    counted = [f"{counts[name]:,} {what}" for name, what in ends.items() if name in counts]
    if counted:
        return f"{', '.join(counted)}."
    if lit:
        return f"You are here: {STATIONS[lit].name}."
    return "The way of the data, from the pictures to the answers."


def _told(counts: Mapping[str, int]) -> str:
    names = {key: station.name for key, station in STATIONS.items()}
    names |= {key: f"{names[key]} ({count:,})" for key, count in counts.items()}
    way = " → ".join(names[key] for key in ("data", "producer", "images", "scorer", "predictions", "ksql", "plots"))
    return (
        f"{way}. The {names['scorer']} takes its model from the {names['registry']}, where the trained "
        f"{names['training']} lies; it also writes to {names['redis']} and, what fails, to {names['images.dlq']}."
    )


def _station(figure: Page, axes: Axes, station: Station, count: int | None, *, lit: bool) -> None:
    x, y = station.middle
    fill, ink, quiet = (BLUE, PAPER, PAPER) if lit else (PAPER, INK, MUTED)
    bend = 20 if station.kind == "topic" else 3
    box = FancyBboxPatch(
        (station.left, station.top),
        WIDE,
        TALL,
        boxstyle=f"round,pad=0,rounding_size={bend}",
        facecolor=fill,
        edgecolor=BLUE if lit else MUTED,
        linewidth=1.4,
    )
    axes.add_patch(box)
    if station.kind == "store":
        axes.plot([station.left, station.left + WIDE], [station.top + 5] * 2, color=quiet, linewidth=1.2)
    write(figure, x, y - (16 if count is not None else 8), station.name, 8, ha="center", weight="bold", color=ink)
    if count is not None:
        write(figure, x, y + 2, f"{count:,}", 11, ha="center", color=ink)
    write(
        figure,
        x,
        y + (20 if count is not None else 10),
        "you are here" if lit else station.note,
        7,
        ha="center",
        color=quiet,
    )


def _arrow(axes: Axes, start: Station, end: Station, leaves: int, arrives: int) -> None:
    look = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
    bent = leaves % 180 != arrives % 180
    path = f"angle,angleA={leaves},angleB={arrives},rad=8" if bent else "arc3"
    axes.annotate("", _edge(end, arrives), _edge(start, leaves), arrowprops={**look, "connectionstyle": path})


def _edge(station: Station, angle: int) -> tuple[float, float]:
    """The middle of a station's right (0), upper (90), left (180) or lower (270) side."""
    x, y = station.middle
    return {0: (x + WIDE / 2, y), 90: (x, y - TALL / 2), 180: (x - WIDE / 2, y), 270: (x, y + TALL / 2)}[angle]
