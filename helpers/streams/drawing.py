"""A topology drawn in the shapes of the workbook's map: topics with round ends, processors square, stores as drums."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from helpers.figures import Figure
from helpers.figures.style import (
    BLUE,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PALE_BLUE,
    PAPER,
    STYLE,
    TOP,
    WIDTH,
    page,
    surface,
    write,
)
from helpers.streams.block import BOX, TITLE, Block, Box, Point
from helpers.streams.graph import Subtopology, label
from helpers.streams.scene import Scene, arrange

GROUND = "#f6f8fa"  # of a frame
SUBTITLE = "Round ends: topics. Square: processors. Double line on top: state stores. A frame: what runs together."


@rc_context(STYLE)
def draw(subtopologies: Sequence[Subtopology]) -> Figure:
    """The drawing. values: the names of subtopologies, topics, processors and stores, and ways: pairs of names."""
    scene = arrange(subtopologies, TOP, MARGIN, WIDTH)
    values = _values(subtopologies)
    counts = {what: len(names) for what, names in values.items() if what != "ways" and names}
    headline = ", ".join(_counted(number, what) for what, number in counts.items()) + "."
    figure = page(round(scene.height + MARGIN), headline, SUBTITLE, width=max(WIDTH, round(scene.width + MARGIN)))
    axes = surface(figure)
    for block in scene.blocks:
        _block(figure, axes, block, scene)
    for box in scene.topics.values():
        _box(figure, axes, box)
    return Figure(figure, "\n".join([headline, *map(_told, subtopologies)]), values)


def _values(subtopologies: Sequence[Subtopology]) -> dict[str, list[object]]:
    nodes = [node for each in subtopologies for node in each.processors]
    return {
        "subtopology": [each.title for each in subtopologies],
        "processor": [node.name for node in nodes],
        "state store": list(dict.fromkeys(store for node in nodes for store in node.stores)),
        "topic": list(dict.fromkeys(topic for each in subtopologies for topic in (*each.reads, *each.writes))),
        "ways": [(start.name, end.name) for each in subtopologies for start, end in each.ways()],
    }


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what[:-1] + 'ies' if what.endswith('y') else what + 's'}"


def _told(subtopology: Subtopology) -> str:
    """A subtopology in a sentence."""
    parts = [f"reads {_listed(subtopology.reads)}"]
    processors = [node.title for node in subtopology.processors]
    parts += [f"runs {' → '.join(processors)}"] if processors else []
    parts += [f"keeps {_listed(subtopology.stores)}"] if subtopology.stores else []
    parts += [f"writes {_listed(subtopology.writes)}"] if subtopology.writes else []
    return f"{subtopology.title.capitalize()} {', '.join(parts)}."


def _listed(names: Sequence[str]) -> str:
    *first, last = map(label, names)
    return f"{', '.join(first)} and {last}" if first else last


def _block(figure: Page, axes: Axes, block: Block, scene: Scene) -> None:
    corner, size = (block.left, block.top), (block.width, block.height)
    axes.add_patch(
        FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=8", facecolor=GROUND, edgecolor=LINE)
    )
    middle = block.top + block.height / 2
    title = block.subtopology.title
    write(figure, block.left + TITLE / 2 + 4, middle, title, 7, ha="center", rotation=90, color=MUTED)
    for start, points, end in block.arrows():
        if start.kind == "topic":
            points = [_facing(scene.topics[start.name], points[0]), *points]
        if end.kind == "topic":
            points = [*points, _facing(scene.topics[end.name], points[-1])]
        _arrow(axes, points)
    for processor, store in block.uses():
        _use(axes, processor, store)
    for box in block.boxes():
        _box(figure, axes, box)


def _facing(topic: Box, point: Point) -> Point:
    """The middle of a topic's upper or lower edge, whichever is nearer to the point."""
    return topic.x, topic.y + (BOX / 2 if point[1] > topic.y else -BOX / 2)


def _box(figure: Page, axes: Axes, box: Box) -> None:
    kind = box.place.kind
    bend = box.height / 2 if kind == "topic" else 3
    left, top = box.x - box.width / 2, box.y - box.height / 2
    axes.add_patch(
        FancyBboxPatch(
            (left, top),
            box.width,
            box.height,
            boxstyle=f"round,pad=0,rounding_size={bend}",
            facecolor=PALE_BLUE if kind == "topic" else PAPER,
            edgecolor=BLUE if kind != "processor" else MUTED,
            linewidth=1.2,
            zorder=3,
        )
    )
    if kind == "store":
        axes.plot([left, left + box.width], [top + 4] * 2, color=BLUE, linewidth=1.0, zorder=4)
    for number, line in enumerate(box.lines):
        y = box.y + (number - (len(box.lines) - 1) / 2) * 11 + (2 if kind == "store" else 0)
        write(figure, box.x, y, line, 8, ha="center", color=INK, weight="bold" if kind == "topic" else "normal")


def _arrow(axes: Axes, points: Sequence[Point]) -> None:
    head = "-|>,head_length=4,head_width=2.2"
    axes.add_patch(FancyArrowPatch(path=_curve(points), arrowstyle=head, color=MUTED, linewidth=1.2, zorder=2))


def _use(axes: Axes, processor: Box, store: Box) -> None:
    """A dotted line from a processor to a store beside it, or to one that another processor has beside it."""
    side = 1 if store.x > processor.x else -1
    if abs(store.y - processor.y) < BOX:
        points = [(processor.x + side * processor.width / 2, store.y), (store.x - side * store.width / 2, store.y)]
    else:
        down = 1 if store.y > processor.y else -1
        points = [
            (processor.x + side * processor.width / 4, processor.y + down * processor.height / 2),
            (store.x, store.y - down * store.height / 2),
        ]
    line = FancyArrowPatch(path=_curve(points), arrowstyle="-", color=BLUE, linewidth=1.1, linestyle=":", zorder=2)
    axes.add_patch(line)


def _curve(points: Sequence[Point]) -> Path:
    """A smooth line through the points that enters and leaves each of them vertically."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        vertices += [(x0, middle), (x1, middle), (x1, y1)]
        codes += [Path.CURVE4] * 3
    return Path(vertices, codes)
