"""One subtopology arranged for drawing: its processors in layers, each with its stores, in a frame with ports."""

import textwrap
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from helpers.streams.graph import Place, Subtopology, label
from helpers.streams.layout import WAYPOINT, Extent, Key, Layout, layered

BOX = 34.0  # pixels: height of a topic and of a processor
STORE = 26.0  # height of a store
LAYER = 58.0  # from one layer of processors to the next, at least
SIDE = 16.0  # between a frame's sides and what is in it
TITLE = 18.0  # for the title, upright at a frame's left side, where no line crosses it
END = 44.0  # from a frame's upper and lower edge to the middle of the nearest processors
BESIDE = 20.0  # between a processor and its stores
LETTER = 5.9  # width of a letter in a label
LONGEST = 22  # letters in a line of a label

Point = tuple[float, float]


class Port(NamedTuple):
    """Where a topic's line crosses a frame's upper or lower edge."""

    topic: str
    upper: bool


@dataclass(frozen=True)
class Box:
    """Something with a label; x, y: its centre."""

    place: Place
    lines: tuple[str, ...]
    width: float
    height: float = BOX
    x: float = 0.0
    y: float = 0.0

    @classmethod
    def of(cls, place: Place, title: str = "") -> "Box":
        """A box as wide as its label needs, on two lines at most."""
        lines = textwrap.wrap(title or label(place.name), LONGEST, max_lines=2, placeholder="…")
        height = STORE if place.kind == "store" and len(lines) == 1 else BOX
        return cls(place, tuple(lines), max(map(len, lines)) * LETTER + 28, height)

    @property
    def extent(self) -> Extent:
        """How far it reaches to both sides."""
        return Extent(self.width / 2, self.width / 2)


class Block:
    """A subtopology in its frame, whose corner is at left, top. upper: topics that lie above it; others lie below."""

    def __init__(self, subtopology: Subtopology, upper: Set[str]) -> None:
        self.subtopology = subtopology
        self.left = self.top = 0.0
        self._upper = upper
        self._nodes = {node.name: node for node in subtopology.processors}
        self._processors = {name: Box.of(Place("processor", name), node.title) for name, node in self._nodes.items()}
        self._owners = {store: name for name, node in reversed(self._nodes.items()) for store in node.stores}
        self._stores = {store: Box.of(Place("store", store)) for store in self._owners}
        self._layout = self._lay_out()
        self._first = min((self._layout.layer[name] for name in self._nodes), default=0)
        self._pitch = max(LAYER, max(map(self._stacked, self._nodes), default=0) + 12)

    @property
    def width(self) -> float:
        """Of the frame."""
        return TITLE + self._layout.width + 2 * SIDE

    @property
    def height(self) -> float:
        """Of the frame."""
        layers = [self._layout.layer[name] - self._first for name in self._nodes]
        return 2 * END + self._pitch * max(layers, default=0)

    def port(self, topic: str) -> Point:
        """Where the line of a topic crosses the frame."""
        port = self._port(topic)
        return self._x(port), self.top if port.upper else self.top + self.height

    def boxes(self) -> Iterator[Box]:
        """Processors and stores."""
        for name, box in self._processors.items():
            yield replace(box, x=self._x(name), y=self._y(self._layout.layer[name]))
        for store, owner in self._owners.items():
            yield self._store(store, owner)

    def arrows(self) -> Iterator[tuple[Place, list[Point], Place]]:
        """From where to where records go, and the points in the frame and on its edge that they pass."""
        for start, end in self.subtopology.ways():
            edge, turned = self._edge(start, end)
            points = self._points(edge)
            if turned:
                points = self._beside(edge, points)[::-1]
            yield start, points, end

    def uses(self) -> Iterator[tuple[Box, Box]]:
        """Processors and the stores they use."""
        boxes = {box.place: box for box in self.boxes()}
        for name, node in self._nodes.items():
            for store in node.stores:
                yield boxes[Place("processor", name)], boxes[Place("store", store)]

    def _lay_out(self) -> Layout:
        ways = [self._edge(start, end)[0] for start, end in self.subtopology.ways()]
        extents: dict[Key, Extent] = {key: WAYPOINT for edge in ways for key in edge if isinstance(key, Port)}
        for name, box in self._processors.items():
            stores = [each.width for store, each in self._stores.items() if self._owners[store] == name]
            beside = BESIDE + max(stores) if stores else 0.0
            extents[name] = Extent(box.width / 2, box.width / 2 + beside)
        last = [key for key in extents if isinstance(key, Port) and not key.upper]
        return layered(extents, list(dict.fromkeys(ways)), last)

    def _edge(self, start: Place, end: Place) -> tuple[tuple[Key, Key], bool]:
        """The edge of the layout, which goes downwards, and whether records go the other way."""
        upper, lower = self._key(start), self._key(end)
        turned = (isinstance(upper, Port) and not upper.upper) or (isinstance(lower, Port) and lower.upper)
        return ((lower, upper) if turned else (upper, lower)), turned

    def _points(self, edge: tuple[Key, Key]) -> list[Point]:
        upper, lower = edge
        layer = self._layout.layer
        xs = [self.left + TITLE + SIDE + x for x in self._layout.ways[edge]]
        first = self.top if isinstance(upper, Port) else self._y(layer[upper]) + BOX / 2
        last = self.top + self.height if isinstance(lower, Port) else self._y(layer[lower]) - BOX / 2
        passed = [
            (x, self._y(number) + side * BOX / 2)
            for number, x in enumerate(xs[1:-1], layer[upper] + 1)
            for side in (-1, 1)
        ]
        return [(xs[0], first), *passed, (xs[-1], last)]

    def _beside(self, edge: tuple[Key, Key], points: list[Point]) -> list[Point]:
        """The points of a line that goes upwards, off the middle of its processor, where lines go downwards."""
        ends = [self._processors[key].width / 4 if key in self._processors else 0.0 for key in edge]
        (x0, y0), *passed, (x1, y1) = points
        return [(x0 + ends[0], y0), *passed, (x1 + ends[1], y1)]

    def _store(self, store: str, owner: str) -> Box:
        box, processor = self._stores[store], self._processors[owner]
        mates = [each for each, other in self._owners.items() if other == owner]
        x = self._x(owner) + processor.width / 2 + BESIDE + box.width / 2
        above = (mates.index(store) - (len(mates) - 1) / 2) * (box.height + 6)
        return replace(box, x=x, y=self._y(self._layout.layer[owner]) + above)

    def _stacked(self, name: str) -> float:
        """Height of a processor's stores."""
        return sum(self._stores[store].height + 6 for store, owner in self._owners.items() if owner == name)

    def _key(self, place: Place) -> Key:
        return self._port(place.name) if place.kind == "topic" else place.name

    def _port(self, topic: str) -> Port:
        return Port(topic, topic in self._upper)

    def _x(self, key: Key) -> float:
        return self.left + TITLE + SIDE + self._layout.x[key]

    def _y(self, layer: int) -> float:
        return self.top + END + self._pitch * (layer - self._first)
