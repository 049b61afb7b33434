"""What is taken for what: the confusion matrix in numbers, and told in pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Page
from matplotlib.patches import Rectangle

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import (
    BLUE,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PALE_BLUE,
    RED,
    STYLE,
    TOP,
    WIDTH,
    framed,
    page,
    panel,
    surface,
    write,
)

Classes = npt.ArrayLike
"""n class numbers."""
Counts = npt.NDArray[np.int64]
"""(classes, classes): a row for what it is, a column for what it was called."""

NAMES = 104  # pixels left of the matrix, for the names of its rows
TALL = 34  # pixels of a row
PAIRS = 3  # pairs of classes told in pictures
EXAMPLES = 5  # pictures of each kind of mistake


@dataclass(frozen=True)
class Mistake:
    """`count` pictures that show `truth` were called `guess` (names)."""

    truth: str
    guess: str
    count: int


@rc_context(STYLE)
def confusion(truth: Classes, guesses: Classes, labels: Sequence[str]) -> Figure:
    """How often each class was taken for each: a row for what it is, a column for what it was called.

    truth, guesses: n class numbers each, 0 … len(labels) - 1. Raises FigureError.

    values: matrix (int64, classes × classes), accuracy, mistakes (`Mistake`s, most frequent first).
    """
    matrix = _matrix(truth, guesses, labels)
    mistakes = _mistakes(matrix, labels)
    accuracy = float(np.trace(matrix) / matrix.sum())
    headline = f"{accuracy:.1%} are right. {_worst(mistakes)}"
    figure = page(TOP + 26 + TALL * len(labels) + MARGIN, headline, "Row: what it is. Column: what it was called.")
    axes, left, top = surface(figure), MARGIN + NAMES, TOP + 26
    wide = (WIDTH - MARGIN - left) / len(labels)
    for place, label in enumerate(labels):
        write(figure, left - 10, top + TALL * (place + 0.5), label, ha="right")
        write(figure, left + wide * (place + 0.5), top - 14, label, 7.5, ha="center")
    frequent = max((mistake.count for mistake in mistakes), default=1)
    for (row, column), count in np.ndenumerate(matrix):
        box = (left + wide * column, top + TALL * row, wide - 2, TALL - 2)
        _cell(axes, box, int(count), right=row == column, share=count / frequent)
    text = f"{headline}\n{_ranking(mistakes)} {_extremes(matrix, labels)}"
    return Figure(figure, text, {"matrix": matrix, "accuracy": accuracy, "mistakes": mistakes})


@rc_context(STYLE)
def confused_pictures(images: npt.NDArray[np.uint8], truth: Classes, guesses: Classes, labels: Sequence[str]) -> Figure:
    """The three pairs of classes confused most, each with up to five pictures taken for the other, both ways.

    images: uint8 (n, 28, 28). truth, guesses: n class numbers. The pictures are the first of their kind.
    Raises FigureError.

    values: pairs (for each pair its two `Mistake`s), shown (for each the positions of its pictures).
    """
    matrix = _matrix(truth, guesses, labels)
    if len(images) != matrix.sum():
        raise FigureError(f"confused_pictures() got {len(images)} images for {matrix.sum()} guesses: give one each.")
    pairs = sorted(combinations(range(len(labels)), 2), key=lambda pair: -_both_ways(matrix, *pair))
    pairs = [pair for pair in pairs[:PAIRS] if _both_ways(matrix, *pair)]
    if not pairs:
        raise FigureError("confused_pictures() has nothing to show: all guesses are right; draw confusion() instead.")
    names = [f"{labels[one]} or {labels[other]}" for one, other in pairs]
    headline = f"{names[0]}? This is what the network confuses most."
    figure = page(
        TOP + 126 * len(pairs), headline, "Each picture stands under its true name, and was called the other."
    )
    told, shown = [], []
    for row, (one, other) in enumerate(pairs):
        for side, (is_, called) in enumerate([(one, other), (other, one)]):
            chosen = np.flatnonzero((np.asarray(truth) == is_) & (np.asarray(guesses) == called))[:EXAMPLES]
            mistake = Mistake(labels[is_], labels[called], int(matrix[is_, called]))
            _strip(figure, MARGIN + side * 404, TOP + 126 * row, images[chosen], mistake)
            told.append(mistake)
            shown.append(chosen.tolist())
    text = f"{headline}\n" + "\n".join(_told(*told[place : place + 2]) for place in range(0, len(told), 2))
    return Figure(figure, text, {"mistakes": told, "shown": shown})


def _matrix(truth: Classes, guesses: Classes, labels: Sequence[str]) -> Counts:
    rows, columns = np.asarray(truth), np.asarray(guesses)
    if rows.shape != columns.shape or rows.ndim != 1 or not rows.size:
        raise FigureError(
            f"truth has shape {rows.shape} and guesses {columns.shape}: give one class number for each picture in both."
        )
    for what, classes in (("truth", rows), ("guesses", columns)):
        if classes.dtype.kind not in "iu" or not 0 <= classes.min() <= classes.max() < len(labels):
            raise FigureError(
                f"{what} holds {classes.dtype} from {classes.min()} to {classes.max()}: "
                f"give whole numbers from 0 to {len(labels) - 1}, such as probabilities.argmax(axis=1)."
            )
    matrix = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(matrix, (rows, columns), 1)
    return matrix


def _mistakes(matrix: Counts, labels: Sequence[str]) -> list[Mistake]:
    found = [
        Mistake(labels[row], labels[column], int(count))
        for (row, column), count in np.ndenumerate(matrix)
        if row != column and count
    ]
    return sorted(found, key=lambda mistake: -mistake.count)


def _both_ways(matrix: Counts, one: int, other: int) -> int:
    return int(matrix[one, other] + matrix[other, one])


def _worst(mistakes: Sequence[Mistake]) -> str:
    if not mistakes:
        return "Nothing is taken for anything else."
    return f"Most often wrong: {mistakes[0].truth} called {mistakes[0].guess}."


def _ranking(mistakes: Sequence[Mistake]) -> str:
    counted = [f"{each.truth} called {each.guess}, {each.count:,}" for each in mistakes[:3]]
    return f"Most frequent mistakes: {'; '.join(counted)}." if counted else ""


def _extremes(matrix: Counts, labels: Sequence[str]) -> str:
    present = np.flatnonzero(matrix.sum(axis=1))
    rate = matrix.diagonal()[present] / matrix.sum(axis=1)[present]
    best, worst = present[rate.argmax()], present[rate.argmin()]
    return f"Recognised best: {labels[best]}, {rate.max():.1%} of them; least: {labels[worst]}, {rate.min():.1%}."


def _told(one: Mistake, other: Mistake) -> str:
    return f"{one.truth} called {one.guess}: {one.count:,}. {other.truth} called {other.guess}: {other.count:,}."


def _cell(axes: Axes, box: tuple[float, float, float, float], count: int, *, right: bool, share: float) -> None:
    x, y, wide, tall = box
    fill, strength = (PALE_BLUE, 1.0) if right else (RED, 0.5 * share)
    axes.add_patch(Rectangle((x, y), wide, tall, facecolor=fill, alpha=strength, linewidth=0))
    look: dict[str, Any] = {"color": BLUE, "weight": "bold"} if right else {"color": INK if count else LINE}
    axes.text(x + wide / 2, y + tall / 2, f"{count:,}" if count else "0", ha="center", va="center", **look)


def _strip(figure: Page, x: float, y: float, images: npt.NDArray[np.uint8], mistake: Mistake) -> None:
    write(figure, x, y + 8, f"{mistake.truth}", weight="bold")
    write(figure, x + 380, y + 8, f"called {mistake.guess}: {mistake.count:,}", 8, ha="right", color=MUTED)
    for place, image in enumerate(images):
        axes = panel(figure, x + 77 * place, y + 24, 72, 72)
        framed(axes, image, LINE)
