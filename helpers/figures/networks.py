"""A network as a drawing with its parameters counted, and what its first layer has learnt, as pictures."""

from collections.abc import Sequence
from itertools import pairwise
from math import isqrt

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Page
from matplotlib.patches import Circle

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, MARGIN, MUTED, PAPER, STYLE, TOP, WIDTH, page, panel, surface, write

SHOWN = 10  # neurons drawn of a layer; where there are more, a gap says so
STEP = 25  # pixels from one neuron to the next
MIDDLE = TOP + 34 + STEP * (SHOWN + 1) / 2  # pixels from the top to where all layers are centred
FOOT = round(MIDDLE + STEP * (SHOWN + 1) / 2 + 12)  # where the sums are written
SIDE = 90  # pixels left of the first layer and right of the last, for what is written there
NEURONS = 12  # whose weights are shown: those that have a shape; most are speckles
COLUMNS = 6
# Lightness rises with the weight, so that sign and size can be read without seeing colours.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#08203c", "#2d6ea6", "#b9bfc4", "#f3c483", "#fffaf0"])


@rc_context(STYLE)
def network(sizes: Sequence[int], *, names: Sequence[str] | None = None, labels: Sequence[str] = ()) -> Figure:
    """Densely connected layers, drawn, with the parameters between them counted.

    sizes: neurons of each layer, inputs first, such as (784, 128, 10). names: a word or two for each layer; input,
    hidden and output if not given. labels: names of the output's neurons, at most 10. Raises FigureError.

    values: parameters (weights + biases of each layer but the first), total.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise FigureError(f"network() got sizes {tuple(sizes)}: give two or more from 1 up, such as (784, 128, 10).")
    names = names or ["input", *["hidden"] * (len(sizes) - 2), "output"]
    parameters = [before * after + after for before, after in pairwise(sizes)]
    headline = f"{' – '.join(map(str, sizes))}: {sum(parameters):,} numbers to learn."
    key = "Every neuron weighs every value of the layer before it, and adds a bias of its own."
    figure = page(FOOT + 54, headline, key)
    across = np.linspace(MARGIN + SIDE, WIDTH - MARGIN - SIDE, len(sizes))
    columns = [_column(x, size) for x, size in zip(across, sizes, strict=True)]
    _connect(surface(figure), columns, sizes)
    for x, size, name in zip(across.tolist(), sizes, names, strict=True):
        write(figure, x, TOP + 10, f"{size:,} {name}", weight="bold", ha="center")
    for (x, y), label in zip(columns[-1], labels, strict=False):
        write(figure, x + 18, y, label, 8)
    told = [headline]
    for place, ((before, after), count) in enumerate(zip(pairwise(sizes), parameters, strict=True)):
        x, sum_ = float(across[place : place + 2].mean()), f"{before:,} × {after:,} weights + {after:,} biases"
        write(figure, x, FOOT, sum_, ha="center", color=MUTED)
        write(figure, x, FOOT + 21, f"= {count:,}", 11, ha="center", weight="bold", color=BLUE)
        told.append(f"From {before:,} to {after:,}: {sum_} = {count:,}.")
    return Figure(figure, "\n".join(told), {"parameters": parameters, "total": sum(parameters)})


@rc_context(STYLE)
def weights(kernel: npt.NDArray[np.floating]) -> Figure:
    """The weights of a first layer as pictures, one a neuron: which pixels speak for it, which against it.

    kernel: float (pixels, neurons), pixels a square number, as `layer.get_weights()[0]` of a Dense layer on 784 inputs.
    Shown are the 12 neurons whose neighbouring weights agree most (correlation of each weight with those right of it
    and below), the clearest first, all on one scale. Raises FigureError.

    values: neurons (positions of those shown), weights (n, side, side), limit (the scale reaches from -limit to limit).
    """
    side = isqrt(kernel.shape[0])
    if kernel.ndim != 2 or side * side != kernel.shape[0]:
        raise FigureError(
            f"weights() got shape {kernel.shape}: give a first layer's kernel on square images, (784, n)."
        )
    pictures = kernel.T.reshape(-1, side, side)
    neurons = np.argsort(-_smoothness(pictures), kind="stable")[:NEURONS]
    shown = pictures[neurons]
    limit = float(np.quantile(abs(shown), 0.995))  # a few extremes must not leave the rest grey
    headline = (
        f"{len(shown)} of {kernel.shape[1]} neurons, {side * side} weights each: what speaks for each, what against."
    )
    key = "Light (orange to cream) speaks for the neuron, dark (blue to black) against it, grey hardly counts."
    step = (WIDTH - 2 * MARGIN) / COLUMNS
    foot = TOP + step * -(-len(shown) // COLUMNS)
    figure = page(round(foot + 52), headline, key)
    for place, image in enumerate(shown):
        row, column = divmod(place, COLUMNS)
        axes = panel(figure, MARGIN + step * column, TOP + step * row, step - 8, step - 8, frame=False)
        axes.imshow(image, cmap=SIGNED, vmin=-limit, vmax=limit)
    _scale(figure, foot + 14, limit)
    ordinary = float((abs(shown) < limit / 4).mean())
    text = (
        f"{headline}\nShown are those whose neighbouring weights agree most, the clearest first, each {side} × {side} "
        f"pixels. The scale ends at ±{limit:.2f}; {ordinary:.0%} of the weights are within a quarter of it."
    )
    return Figure(figure, text, {"neurons": neurons, "weights": shown, "limit": limit})


def _smoothness(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """How alike neighbouring weights are: 1 for a smooth picture, 0 for speckles or for one value everywhere."""
    level = (pictures - pictures.mean(axis=(1, 2), keepdims=True)).astype(np.float64)
    beside = (level[:, :, 1:] * level[:, :, :-1]).mean(axis=(1, 2))
    below = (level[:, 1:] * level[:, :-1]).mean(axis=(1, 2))
    spread = (level**2).mean(axis=(1, 2))
    alike: npt.NDArray[np.float64] = np.divide(
        (beside + below) / 2, spread, out=np.zeros_like(spread), where=spread > 0
    )
    return alike


def _column(x: float, size: int) -> list[tuple[float, float]]:
    """Where the neurons of a layer stand: centred, with a gap in the middle if not all of them are drawn."""
    count, gap = min(size, SHOWN), int(size > SHOWN)
    steps = [place + (gap if place >= count / 2 else 0) - (count - 1 + gap) / 2 for place in range(count)]
    return [(x, MIDDLE + STEP * step) for step in steps]


def _connect(axes: Axes, columns: Sequence[Sequence[tuple[float, float]]], sizes: Sequence[int]) -> None:
    for before, after in pairwise(columns):
        lines = [(start, end) for start in before for end in after]
        axes.add_collection(LineCollection(lines, colors=MUTED, linewidths=0.4, alpha=0.35))
    for column, size in zip(columns, sizes, strict=True):
        for place in column:
            axes.add_patch(Circle(place, 8, facecolor=PAPER, edgecolor=BLUE, linewidth=1.5, zorder=3))
        for dot in (-6, 0, 6) if size > SHOWN else ():
            axes.add_patch(Circle((column[0][0], MIDDLE + dot), 1.5, color=MUTED, zorder=3))


def _scale(figure: Page, y: float, limit: float) -> None:
    axes = panel(figure, MARGIN + 88, y, 160, 10, frame=False)
    axes.imshow(np.linspace(-1, 1, 160)[None], cmap=SIGNED, aspect="auto")
    write(figure, MARGIN, y + 5, f"against −{limit:.2f}", 8, color=MUTED)
    write(figure, MARGIN + 256, y + 5, f"+{limit:.2f} for", 8, color=MUTED)
