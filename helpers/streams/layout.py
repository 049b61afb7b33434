"""Where the boxes of a drawn topology go: layer by layer, with few crossings and lines as straight as they come.

Sugiyama's method in its plain form: layers by longest path, order within a layer by the mean of the neighbours, then
places as near to the neighbours as the widths allow. A line that passes a layer has a waypoint in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any, NamedTuple

SWEEPS = 12
GAP = 26.0  # pixels between neighbours

Key = Any  # hashable
Cell = Any  # a key, or the waypoint (start, end, layer)
Neighbours = Mapping[Cell, Sequence[Cell]]


class Extent(NamedTuple):
    """How far something reaches to the left and to the right of the point its lines meet in, in pixels."""

    left: float
    right: float


WAYPOINT = Extent(4.0, 4.0)


@dataclass
class Layout:
    """x: of each key's meeting point, in pixels from the left edge; layer: of each key, from 0; width: of all.

    ways: for each edge the x in every layer from that of its start to that of its end.
    """

    x: dict[Key, float]
    layer: dict[Key, int]
    ways: dict[tuple[Key, Key], list[float]]
    width: float


def layered(extents: Mapping[Key, Extent], edges: Sequence[tuple[Key, Key]], last: Iterable[Key] = ()) -> Layout:
    """Lay out a graph without cycles; `last` names keys that belong into the last layer."""
    layer = _layers(extents, edges, set(last))
    chains = {edge: _chain(edge, layer) for edge in edges}
    above, below = _neighbours(chains.values())
    rows = _order(_rows(extents, chains, layer), above, below)
    reach = defaultdict(lambda: WAYPOINT, extents)
    x = _places(rows, above, below, reach)
    left = min(place - reach[cell].left for cell, place in x.items())
    x = {cell: place - left for cell, place in x.items()}
    return Layout(
        x={key: x[key] for key in extents},
        layer=layer,
        ways={edge: [x[cell] for cell in chain] for edge, chain in chains.items()},
        width=max(place + reach[cell].right for cell, place in x.items()),
    )


def spread(wanted: Sequence[float], extents: Sequence[Extent]) -> list[float]:
    """The places nearest to those wanted (least squares) that keep the order and a gap between neighbours."""
    if not wanted:
        return []
    offsets = [0.0]
    for before, after in pairwise(extents):
        offsets.append(offsets[-1] + before.right + GAP + after.left)
    shifted = [place - offset for place, offset in zip(wanted, offsets, strict=True)]
    return [place + offset for place, offset in zip(_rising(shifted), offsets, strict=True)]


def _rising(values: Sequence[float]) -> list[float]:
    """The numbers that never fall nearest to those given: neighbours in the wrong order share their mean."""
    pools: list[list[float]] = []
    for value in values:
        pools.append([value])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return [fmean(pool) for pool in pools for _ in pool]


def _layers(keys: Iterable[Key], edges: Sequence[tuple[Key, Key]], last: set[Key]) -> dict[Key, int]:
    """The length of the longest path to each key."""
    layer = dict.fromkeys(keys, 0)
    for _ in layer:  # a path has at most as many edges as there are keys
        for start, end in edges:
            layer[end] = max(layer[end], layer[start] + 1)
    deepest = max(layer.values())
    return {key: deepest if key in last else number for key, number in layer.items()}


def _chain(edge: tuple[Key, Key], layer: Mapping[Key, int]) -> list[Cell]:
    start, end = edge
    between = [(start, end, number) for number in range(layer[start] + 1, layer[end])]
    return [start, *between, end]


def _neighbours(chains: Iterable[Sequence[Cell]]) -> tuple[Neighbours, Neighbours]:
    above, below = defaultdict(list), defaultdict(list)
    for chain in chains:
        for upper, lower in pairwise(chain):
            below[upper].append(lower)
            above[lower].append(upper)
    return above, below


def _rows(keys: Iterable[Key], chains: Mapping[Any, Sequence[Cell]], layer: Mapping[Key, int]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[] for _ in range(max(layer.values()) + 1)]
    for key in keys:
        rows[layer[key]].append(key)
    for (start, _), chain in chains.items():
        for number, waypoint in enumerate(chain[1:-1], layer[start] + 1):
            rows[number].append(waypoint)
    return rows


def _order(rows: list[list[Cell]], above: Neighbours, below: Neighbours) -> list[list[Cell]]:
    for sweep in range(SWEEPS):
        side = above if sweep % 2 == 0 else below
        place = {cell: number for row in rows for number, cell in enumerate(row)}
        for row in rows if side is above else reversed(rows):
            row.sort(key=lambda cell: fmean([place[each] for each in side.get(cell, ())] or [place[cell]]))
            place.update({cell: number for number, cell in enumerate(row)})
    return rows


def _places(
    rows: list[list[Cell]], above: Neighbours, below: Neighbours, reach: Mapping[Cell, Extent]
) -> dict[Cell, float]:
    """Down and up in turn, and down at last: most lines then come straight from where they start."""
    x = {cell: 0.0 for row in rows for cell in row}
    for sweep in range(SWEEPS + 1):
        side = above if sweep % 2 == 0 else below
        for row in rows if side is above else reversed(rows):
            wanted = [fmean([x[each] for each in side.get(cell, ())] or [x[cell]]) for cell in row]
            x.update(zip(row, spread(wanted, [reach[cell] for cell in row]), strict=True))
    return x
