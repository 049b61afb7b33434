"""Records where the broker put them: a row for each partition, a box for each record, later ones shaded."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import (
    BLUE,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PALE_BLUE,
    PALE_RED,
    PAPER,
    STYLE,
    TOP,
    WIDTH,
    page,
    surface,
    write,
)

LANE = 84  # pixels from one partition to the next
BAND = 62  # pixels of its band
LEFT = MARGIN + 116  # where the records begin, right of the partitions' names
STEP = 74  # pixels from one record to the next
WIDE, TALL = 66, 38  # pixels of a record
SHOWN = 8  # records drawn of a partition; a ninth place says how many more there are
LETTERS = 9  # of a key or value in a box
WRITTEN = 8  # partitions drawn

Drawn = tuple[int, str | None, str]  # offset, key, value


class Record(Protocol):
    """What is drawn of a record: kafka-python's ConsumerRecord has it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@rc_context(STYLE)
def partitions(
    records: Sequence[Record],
    count: int,
    *,
    value: Callable[[bytes], object] = bytes.decode,
    topic: str = "The topic",
    since: Sequence[int] | None = None,
) -> Figure:
    """Records in the partitions where the broker has them, in order of their offsets.

    records: as read from a topic, in any order. count: of the topic's partitions, 1 to 8. value: makes of a value what
    is written in its box. since: where a second round of writing began, an offset for each partition there was then;
    its records are shaded and called 2nd. Of a partition the first eight records are drawn. Raises FigureError.

    values: partitions (for each, a list of (offset, key, value) as written; key None where there is none).
    """
    if not 1 <= count <= WRITTEN or any(not 0 <= record.partition < count for record in records):
        met = sorted({record.partition for record in records})
        raise FigureError(
            f"partitions() got count={count} for records in partitions {met}: give the topic's count, 1 to {WRITTEN}."
        )
    lanes: list[list[Drawn]] = [[] for _ in range(count)]
    for record in sorted(records, key=lambda each: each.offset):
        key = None if record.key is None else record.key.decode(errors="replace")
        shown = "–" if record.value is None else str(value(record.value))
        lanes[record.partition].append((record.offset, key, shown))
    used = sum(map(bool, lanes))
    where = f"{used} of {_counted(count, 'partition')}" if 0 < used < count else _counted(count, "partition")
    headline = f"{topic}: {_counted(len(records), 'record')} in {where}."
    keyed = any(record.key is not None for record in records)
    subtitle = f"A box is a record: {'its key and ' if keyed else ''}its value. The number under it is its offset."
    begun = [math.inf] * count if since is None else [*since, *[0] * (count - len(since))]
    if since is not None:
        subtitle += " Shaded: the second round."
    figure = page(TOP + LANE * count + 8, headline, subtitle)
    axes = surface(figure)
    for number, (lane, second) in enumerate(zip(lanes, begun, strict=True)):
        _lane(figure, axes, TOP + LANE * number + 4, number, lane, second)
    told = [f"Partition {number}: {_told(*each)}." for number, each in enumerate(zip(lanes, begun, strict=True))]
    return Figure(figure, "\n".join([headline, *told]), {"partitions": lanes})


def _lane(figure: Page, axes: Axes, top: float, number: int, lane: Sequence[Drawn], second: float) -> None:
    axes.add_patch(Rectangle((LEFT - 8, top), WIDTH - MARGIN - LEFT + 8, BAND, facecolor=PALE_BLUE, linewidth=0))
    write(figure, MARGIN, top + 22, f"partition {number}", weight="bold")
    write(figure, MARGIN, top + 40, _counted(len(lane), "record"), 8, color=MUTED)
    for place, record in enumerate(lane[:SHOWN]):
        _box(figure, axes, LEFT + STEP * place, top + 5, record, again=record[0] >= second)
    if len(lane) > SHOWN:
        write(figure, LEFT + STEP * SHOWN, top + 24, f"… {len(lane) - SHOWN:,} more", 8, color=MUTED)


def _box(figure: Page, axes: Axes, x: float, y: float, record: Drawn, *, again: bool) -> None:
    offset, key, value = record
    look: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=5", "linewidth": 1.2}
    look |= {"facecolor": PALE_RED if again else PAPER, "edgecolor": BLUE if key is not None else LINE}
    axes.add_patch(FancyBboxPatch((x, y), WIDE, TALL, **look))
    middle = x + WIDE / 2
    if key is not None:
        write(figure, middle, y + 11, _short(key), 8, ha="center", weight="bold", color=BLUE)
    write(figure, middle, y + (27 if key is not None else TALL / 2), _short(value), 8, ha="center", color=INK)
    write(figure, middle, y + TALL + 10, f"{offset}{_round(again)}", 7, ha="center", color=MUTED)


def _told(lane: Sequence[Drawn], second: float) -> str:
    if not lane:
        return "nothing"
    words = [
        f"{value if key is None else f'{key} {value}'} at {offset}{_round(offset >= second)}"
        for offset, key, value in lane[:SHOWN]
    ]
    more = [f"and {len(lane) - SHOWN:,} more"] if len(lane) > SHOWN else []
    return ", ".join([*words, *more])


def _round(again: bool) -> str:
    return " · 2nd" if again else ""


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}" if count else f"no {what}s"
