"""The copies of a topic's partitions on the brokers that keep them, and which copy leads."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure as Page
from matplotlib.patches import FancyBboxPatch

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, INK, LINE, MARGIN, MUTED, PAPER, STYLE, TOP, WIDTH, page, surface, write

LEFT = MARGIN + 104  # where the brokers begin, right of the partitions' names
HEAD = 58  # pixels of a broker above its copies
ROW = 38  # pixels from one partition to the next
TALL = 27  # pixels of a copy
GAP = 16  # pixels between brokers
MOST = (6, 12)  # brokers, partitions
Rows = Mapping[int, tuple[int, tuple[int, ...]]]  # partition → its leader, and all that hold a copy


@rc_context(STYLE)
def brokers(table: pd.DataFrame) -> Figure:
    """A column for each broker with its copies of the partitions; who leads is filled and says so.

    table: of one topic, as `helpers.messaging.describe` gives it: partition, leader, replicas (tuples of broker ids).
    At most 6 brokers and 12 partitions. Raises FigureError.

    values: leads and follows (broker → the partitions it leads, and those it only copies).
    """
    rows: Rows = {
        int(row["partition"]): (int(row["leader"]), tuple(map(int, row["replicas"])))
        for row in table.to_dict("records")
    }
    nodes = sorted({node for _, replicas in rows.values() for node in replicas})
    if not 1 <= len(nodes) <= MOST[0] or not len(rows) <= MOST[1]:
        raise FigureError(
            f"brokers() got {len(rows)} partitions on {len(nodes)} brokers: give one topic's table with 1 to "
            f"{MOST[0]} brokers and 1 to {MOST[1]} partitions."
        )
    leads = {node: [at for at, (leader, _) in rows.items() if leader == node] for node in nodes}
    follows = {node: [at for at, (leader, held) in rows.items() if node in held and leader != node] for node in nodes}
    headline = f"{len(rows)} partitions on {len(nodes)} brokers, each in {_copies(rows)}."
    subtitle = "Filled: the copy that leads. Outlined: copies that follow it."
    figure = page(TOP + HEAD + ROW * len(rows) + 16, headline, subtitle)
    for place, at in enumerate(rows):
        write(figure, MARGIN, TOP + HEAD + ROW * place + TALL / 2, f"partition {at}", weight="bold")
    across = (WIDTH - MARGIN - LEFT + GAP) / len(nodes)
    for place, node in enumerate(nodes):
        _broker(figure, LEFT + across * place, across - GAP, node, rows)
    told = [f"{kind}: {_listed(held)}." for kind, held in (("Leaders", leads), ("Followers", follows))]
    return Figure(figure, "\n".join([headline, *told]), {"leads": leads, "follows": follows})


def _broker(figure: Page, x: float, width: float, node: int, rows: Rows) -> None:
    axes = surface(figure)
    look: dict[str, Any] = {"linewidth": 1.2}
    frame = "round,pad=0,rounding_size=8"
    axes.add_patch(
        FancyBboxPatch((x, TOP), width, HEAD + ROW * len(rows), boxstyle=frame, facecolor=PAPER, edgecolor=LINE, **look)
    )
    count = sum(leader == node for leader, _ in rows.values())
    write(figure, x + width / 2, TOP + 18, f"broker {node}", 10, ha="center", weight="bold")
    write(figure, x + width / 2, TOP + 38, f"leads {count}", 8, ha="center", color=MUTED)
    for place, (leader, held) in enumerate(rows.values()):
        if node not in held:
            continue
        y, first = TOP + HEAD + ROW * place, leader == node
        chip = FancyBboxPatch(
            (x + 14, y),
            width - 28,
            TALL,
            boxstyle="round,pad=0,rounding_size=5",
            facecolor=BLUE if first else PAPER,
            edgecolor=BLUE if first else MUTED,
            **look,
        )
        axes.add_patch(chip)
        words, ink = ("leader", PAPER) if first else ("follower", INK)
        weight = "bold" if first else "normal"
        write(figure, x + width / 2, y + TALL / 2, words, 8, ha="center", weight=weight, color=ink)


def _copies(rows: Rows) -> str:
    counts = sorted({len(held) for _, held in rows.values()})
    one = counts == [1]
    return f"{' or '.join(map(str, counts))} {'copy' if one else 'copies'}"


def _listed(held: Mapping[int, list[int]]) -> str:
    return "; ".join(f"broker {node} of {', '.join(map(str, of)) or 'none'}" for node, of in held.items())
