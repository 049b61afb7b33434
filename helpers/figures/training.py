"""How training went: cost (Keras says loss) and accuracy by epoch, and where validation turns for the worse."""

from collections.abc import Mapping, Sequence
from math import floor, log10

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, INK, LINE, PALE_RED, RED, STYLE, TOP, page, panel, write

TURNED = 1.02  # validation cost at the end over its lowest: beyond this it has turned, below it only wavers
EARLY = 3  # epochs: with fewer, no turn can be seen, and a line is a point or two
TITLES = {"loss": "Cost", "accuracy": "Accuracy"}  # of the panels, by Keras's names
NEEDED = ("loss", "val_loss", "accuracy", "val_accuracy")
HEIGHT = 230  # of each panel, pixels
LETTERS = 17  # pixels two labels must be apart to be read


@rc_context(STYLE)
def curves(history: Mapping[str, Sequence[float]]) -> Figure:
    """Cost and accuracy of training and validation after each epoch, and the epoch of the lowest validation cost.

    history: `History.history` of Keras's fit() with validation data and metrics=["accuracy"]: one float an epoch under
    loss, val_loss, accuracy, val_accuracy. Turned means: after three epochs or more, validation cost ends at least 2 %
    above its lowest value.
    Raises FigureError.

    values: the four lists, best (the epoch of the lowest validation cost, from 1), turned (bool).
    """
    missing = [name for name in NEEDED if not len(history.get(name, ()))]
    if missing:
        raise FigureError(
            f"curves() finds no {missing[0]} in {sorted(history)}: fit with validation data and metrics=['accuracy']."
        )
    drawn = {name: [float(value) for value in history[name]] for name in NEEDED}
    epochs, best = len(drawn["loss"]), int(np.argmin(drawn["val_loss"])) + 1
    turned = epochs >= EARLY and drawn["val_loss"][-1] > TURNED * min(drawn["val_loss"])
    headline = _headline(epochs, best, turned)
    key = "Solid: training, the pictures it learns from. Dashed: validation, pictures kept from it."
    figure = page(TOP + HEIGHT + 76, headline, key)
    for place, (name, title) in enumerate(TITLES.items()):
        x = 56 + 402 * place
        write(figure, x - 40, TOP + 8, title, weight="bold")
        axes = panel(figure, x, TOP + 34, 228, HEIGHT)
        _lines(axes, drawn[name], drawn[f"val_{name}"], percent=name == "accuracy")
        if turned:
            _turning(axes, best, epochs, label=name == "loss")
    text = f"{headline}\n{_told(drawn)}"
    return Figure(figure, text, {**drawn, "best": best, "turned": turned})


def _headline(epochs: int, best: int, turned: bool) -> str:
    if epochs < EARLY:
        counted = "1 epoch" if epochs == 1 else f"{epochs} epochs"
        return f"After {counted} it is too early to see whether validation cost turns upwards."
    if turned:
        return f"Validation cost is lowest after epoch {best} of {epochs}; from there it learns by heart."
    return f"In {epochs} epochs validation cost has not turned upwards: it is not yet learning by heart."


def _lines(axes: Axes, training: Sequence[float], validation: Sequence[float], *, percent: bool) -> None:
    last = len(training)
    epochs, marker = range(1, last + 1), "o" if last < EARLY else ""
    axes.plot(epochs, training, color=BLUE, linewidth=2, marker=marker, clip_on=False)
    axes.plot(epochs, validation, color=RED, linewidth=2, linestyle=(0, (4, 1.5)), marker=marker, clip_on=False)
    axes.set(xlabel="epoch", xlim=(min(1, last - 1), last))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    if percent:
        step = 100 * float(np.diff(axes.get_yticks()).min())
        digits = max(0, -floor(log10(step) + 1e-9))  # so many that no two labels read alike
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.{digits}%}")
    _end_labels(axes, {"training": (training[-1], BLUE), "validation": (validation[-1], RED)}, percent)


def _end_labels(axes: Axes, ends: Mapping[str, tuple[float, str]], percent: bool) -> None:
    """Name each line at its end, pushed apart where the ends are too close to read."""
    low, high = axes.get_ylim()
    lower, upper = sorted(ends, key=lambda name: ends[name][0])
    heights = {name: (value - low) / (high - low) * HEIGHT for name, (value, _) in ends.items()}
    push = max(0.0, LETTERS - (heights[upper] - heights[lower])) / 2
    heights[lower] -= push
    heights[upper] += push
    for name, (value, colour) in ends.items():
        number = f"{value:.1%}" if percent else f"{value:.3f}"
        place = (1.03, heights[name] / HEIGHT)
        axes.annotate(f"{name} {number}", place, xycoords="axes fraction", color=colour, va="center")


def _turning(axes: Axes, best: int, epochs: int, *, label: bool) -> None:
    axes.axvspan(best, epochs, color=PALE_RED, linewidth=0, zorder=0)
    axes.axvline(best, color=INK, linewidth=0.8)
    if label:
        words = f" epoch {best}: lowest\n validation cost"
        axes.annotate(words, (best, 0.98), xycoords=("data", "axes fraction"), va="top", color=INK, size=8)


def _told(drawn: Mapping[str, Sequence[float]]) -> str:
    training, validation = drawn["loss"], drawn["val_loss"]
    return (
        f"Validation cost goes from {validation[0]:.3f} to {validation[-1]:.3f}, its lowest is {min(validation):.3f}; "
        f"training cost goes from {training[0]:.3f} to {training[-1]:.3f}. "
        f"Accuracy ends at {drawn['accuracy'][-1]:.1%} in training and {drawn['val_accuracy'][-1]:.1%} in validation."
    )
