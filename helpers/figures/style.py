"""How all pictures look: one palette, one type, a white page measured in the pixels of the notebook's page."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DENSITY = 100  # pixels of the notebook's page for an inch of matplotlib's
WIDTH = 820  # pixels: fits the output area of JupyterLab on a laptop
MARGIN = 16
TOP = 76  # where the drawing begins, under the title and the line below it

INK = "#17222d"
MUTED = "#5b6875"
LINE = "#d3dae1"
PAPER = "#ffffff"
# Okabe and Ito's blue and vermilion differ for every kind of colour vision (https://jfly.uni-koeln.de/color/);
# the vermilion is darkened until small letters in it are legible on white.
BLUE = "#0072b2"
RED = "#b84700"
PALE_BLUE = "#e3eff7"
PALE_RED = "#fbeadf"

STYLE: Any = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "savefig.bbox": None,
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same picture everywhere
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.facecolor": PAPER,
    "axes.labelcolor": MUTED,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "image.interpolation": "nearest",
    "text.usetex": False,
    "path.sketch": None,
}


def page(height: int, title: str, subtitle: str = "", width: int = WIDTH) -> Figure:
    """An empty page of `width` × `height` pixels with a sentence on top and, if given, a quieter line under it."""
    figure = Figure(figsize=(width / DENSITY, height / DENSITY), dpi=2 * DENSITY)
    write(figure, MARGIN, 24, title, 12, weight="bold")
    write(figure, MARGIN, 48, subtitle, color=MUTED)
    return figure


def size(figure: Figure) -> tuple[float, float]:
    """Width and height of the page in its pixels."""
    width, height = figure.get_size_inches() * DENSITY
    return float(width), float(height)


def write(figure: Figure, x: float, y: float, text: str, points: float = 9, **look: Any) -> None:
    """Write at `x`, `y` pixels from the page's upper left corner; from there rightwards, centred in height."""
    width, height = size(figure)
    figure.text(
        x / width, 1 - y / height, text, fontsize=points, **{"ha": "left", "va": "center", "parse_math": False, **look}
    )


def panel(figure: Figure, x: float, y: float, width: float, height: float, *, frame: bool = True) -> Axes:
    """Axes with their upper left corner `x`, `y` pixels from the page's; without `frame` an empty surface."""
    across, down = size(figure)
    axes = figure.add_axes((x / across, 1 - (y + height) / down, width / across, height / down))
    if not frame:
        axes.set_axis_off()
    return axes


def surface(figure: Figure) -> Axes:
    """Axes over the whole page whose coordinates are its pixels, y downwards: for drawings."""
    width, height = size(figure)
    axes = panel(figure, 0, 0, width, height, frame=False)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return axes


def framed(axes: Axes, image: npt.NDArray[np.uint8], frame: str = LINE, thickness: float = 1) -> None:
    """Show a picture, 0 white and 255 black, in a thin frame and without ticks."""
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set(visible=True, color=frame, linewidth=thickness)
