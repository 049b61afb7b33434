"""A topology arranged for drawing: subtopologies in rows by what they wait for, topics between the rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from helpers.streams.block import BOX, Block, Box
from helpers.streams.graph import Place, Subtopology
from helpers.streams.layout import Extent, spread

BETWEEN = 30.0  # pixels between topics and frames
TALLEST, WIDEST = 520.0, 1000.0  # pixels that JupyterLab shows of an output at 1366 × 768


@dataclass(frozen=True)
class Scene:
    """Everything in its place, in pixels from the upper left corner of a page."""

    blocks: list[Block]
    topics: Mapping[str, Box]
    width: float
    height: float


def arrange(subtopologies: Sequence[Subtopology], top: float, margin: float, width: float) -> Scene:
    """Give everything its place below `top`, in the middle of a page so wide, or wider if need be.

    What would be taller than a laptop's screen has its subtopologies side by side, if these are not too wide for it.
    """
    level = _levels(subtopologies)
    tall = _arranged(subtopologies, level, _topic_rows(subtopologies, level), top, margin, width)
    if tall.height <= TALLEST or len(subtopologies) == 1:
        return tall
    ordered = sorted(subtopologies, key=lambda each: level[each.id])
    read = {topic for each in subtopologies for topic in each.reads}
    row = {topic: 0 if topic in read else 1 for each in ordered for topic in (*each.reads, *each.writes)}
    flat = _arranged(ordered, dict.fromkeys(level, 0), row, top, margin, width)
    return flat if flat.width <= WIDEST else tall


def _arranged(
    subtopologies: Sequence[Subtopology],
    level: Mapping[int, int],
    row: Mapping[str, int],
    top: float,
    margin: float,
    width: float,
) -> Scene:
    blocks = [Block(each, {topic for topic, at in row.items() if at <= level[each.id]}) for each in subtopologies]
    by_level: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_level[level[block.subtopology.id]].append(block)
    for number in sorted(by_level):
        _under_what_feeds(by_level[number], blocks)
    topics = _topics_in_rows(blocks, row)
    sides = [(block.left, block.left + block.width) for block in blocks]
    sides += [(box.x - box.width / 2, box.x + box.width / 2) for box in topics.values()]
    left, right = min(start for start, _ in sides), max(end for _, end in sides)
    width = max(width, right - left + 2 * margin)
    shift = (width - left - right) / 2
    for block in blocks:
        block.left += shift
    topics = {topic: replace(box, x=box.x + shift) for topic, box in topics.items()}
    tops, height = _stack(by_level, set(row.values()), top)
    topics = {topic: replace(box, y=tops[row[topic]] + BOX / 2) for topic, box in topics.items()}
    return Scene(blocks, topics, width, height + margin)


def _levels(subtopologies: Sequence[Subtopology]) -> dict[int, int]:
    """How many others each subtopology waits for, one after the other; what waits for itself is not counted."""
    level: dict[int, int] = {}

    def depth(each: Subtopology, waiting: tuple[int, ...]) -> int:
        if each.id not in level:
            before = [
                depth(other, (*waiting, each.id)) + 1
                for other in subtopologies
                if set(other.writes) & set(each.reads)
                and other.id not in (*waiting, each.id)
                and not (other.id > each.id and set(each.writes) & set(other.reads))
            ]
            level[each.id] = max(before, default=0)
        return level[each.id]

    for each in subtopologies:
        depth(each, ())
    return level


def _topic_rows(subtopologies: Sequence[Subtopology], level: Mapping[int, int]) -> dict[str, int]:
    """The row of each topic; row n lies above the subtopologies of level n."""
    readers: dict[str, list[int]] = defaultdict(list)
    writers: dict[str, list[int]] = defaultdict(list)
    for each in subtopologies:
        for topic in each.reads:
            readers[topic].append(level[each.id])
        for topic in each.writes:
            writers[topic].append(level[each.id])
    rows = {}
    for topic in (*readers, *writers):
        after = max(writers[topic], default=-1) + 1
        before = min(readers[topic], default=after)
        rows[topic] = before if before >= after else max(readers[topic]) + 1
    return rows


def _under_what_feeds(level: list[Block], blocks: Sequence[Block]) -> None:
    """Put the frames of a level next to each other, each as near as possible to where its topics come from."""
    lefts: dict[Block, float] = {}
    for number, block in enumerate(level):
        shifts = [
            other.port(topic)[0] - block.port(topic)[0]
            for topic in block.subtopology.reads
            for other in blocks
            if other not in level and topic in other.subtopology.writes
        ]
        lefts[block] = fmean(shifts) if shifts else number
    level.sort(key=lambda block: lefts[block])
    extents = [Extent(block.width / 2, block.width / 2) for block in level]
    for block, middle in zip(level, spread([lefts[block] + block.width / 2 for block in level], extents), strict=True):
        block.left = middle - block.width / 2


def _topics_in_rows(blocks: Sequence[Block], row: Mapping[str, int]) -> dict[str, Box]:
    """Each topic as near as possible to where its lines enter the frames."""
    ports: dict[str, list[float]] = defaultdict(list)
    for block in blocks:
        for topic in {*block.subtopology.reads, *block.subtopology.writes}:
            ports[topic].append(block.port(topic)[0])
    wanted = {topic: fmean(places) for topic, places in ports.items()}
    found = {}
    for number in set(row.values()):
        topics = sorted((topic for topic in row if row[topic] == number), key=lambda topic: (wanted[topic], topic))
        boxes = [Box.of(Place("topic", topic)) for topic in topics]
        places = spread([wanted[topic] for topic in topics], [box.extent for box in boxes])
        found.update({topic: replace(box, x=x) for topic, box, x in zip(topics, boxes, places, strict=True)})
    return found


def _stack(levels: Mapping[int, Sequence[Block]], rows: set[int], top: float) -> tuple[dict[int, float], float]:
    """Give every level its height; returns the upper edge of each row of topics, and the lower edge of all."""
    tops, y = {}, top
    for number in range(max([*levels, *rows]) + 1):
        if number in rows:
            tops[number] = y
            y += BOX + BETWEEN
        blocks = levels.get(number, [])
        for block in blocks:
            block.top = y
        if blocks:
            y += max(block.height for block in blocks) + BETWEEN
    return tops, y - BETWEEN
