"""Pictures of clothes: a wall of them with what the network says, and one so large that its numbers can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.figure import Figure as Page
from matplotlib.patches import Rectangle
from numpy.lib.stride_tricks import sliding_window_view

from helpers.figures.figure import Figure, FigureError
from helpers.figures.style import BLUE, INK, LINE, MARGIN, MUTED, RED, STYLE, TOP, WIDTH, framed, page, panel, write

Images = npt.NDArray[np.uint8]
Label = int | np.integer | str  # a class number, or its name already

T = TypeVar("T")

MOST = 64  # pictures on a wall: more are too small to see
WINDOW = 10  # pixels a side of the part that is shown in numbers


@dataclass(frozen=True)
class Tile:
    """What is known about one picture of a wall."""

    said: str | None
    real: str | None
    sure: float | None

    @property
    def wrong(self) -> bool:
        return None not in (self.said, self.real) and self.said != self.real

    @property
    def caption(self) -> str:
        mark = ("✗ " if self.wrong else "✓ ") if self.said and self.real else ""
        return f"{mark}{self.said or self.real or ''}"


@rc_context(STYLE)
def wall(
    images: Images,
    *,
    labels: Sequence[str],
    predictions: Sequence[Label] | None = None,
    confidence: Sequence[float] | None = None,
    truth: Sequence[Label] | None = None,
) -> Figure:
    """Pictures side by side, numbered from 0, each with what was predicted, how surely, and what it is.

    images: uint8 (n, 28, 28), 1 ≤ n ≤ 64. labels: the names of the classes. predictions, truth: n class numbers or
    names; without predictions the truth is written beneath, if given. confidence: n probabilities, of the predictions.
    A wrong prediction has a thick frame, a cross and the word "is" with the truth. Raises FigureError.

    values: predictions and truth (names), confidence, wrong (positions from 0).
    """
    count = _count(images)
    said, real = _names("predictions", predictions, labels, count), _names("truth", truth, labels, count)
    sure = _each("confidence", confidence, count)
    tiles = [Tile(*known) for known in zip(said, real, sure, strict=True)]
    wrong = [place for place, tile in enumerate(tiles) if tile.wrong]
    headline = _headline(tiles, len(wrong))

    columns = 5 if count <= 10 else 8
    across = (WIDTH - 2 * MARGIN) / columns
    down = across + (12 if wrong else 0)
    figure = page(round(TOP + down * -(-count // columns)), headline, _key(tiles[0]))
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        x, y, side = MARGIN + across * column, TOP + down * row, across - 34
        _tile(figure, x, y, side, images[place], tile)
        write(figure, x + side + 6, y + 6, str(place), 7, color=MUTED)
    values = {"predictions": said, "confidence": sure, "truth": real, "wrong": wrong}
    return Figure(figure, "\n".join([headline, *_details(tiles)]), values)


@rc_context(STYLE)
def picture(image: Images, name: str) -> Figure:
    """One picture as a person sees it beside a part of it as the network receives it: numbers.

    image: uint8 (28, 28) or any other rows × columns ≥ 10 × 10. name: what it shows. The part is the 10 × 10 pixels
    in which neighbours differ most. Raises FigureError.

    values: pixels (all), window (the part's numbers), corner (row and column of its first pixel).
    """
    if image.ndim != 2 or min(image.shape) < WINDOW or image.dtype != np.uint8:
        raise FigureError(
            f"picture() got {image.dtype} of shape {image.shape}: give one image, uint8 of shape (28, 28)."
        )
    rows, columns = image.shape
    row, column = _liveliest(image)
    window = image[row : row + WINDOW, column : column + WINDOW]
    headline = f"{name}: {rows} × {columns} = {image.size} numbers, from 0 for white to 255 for black."
    figure = page(470, headline, "What you see, and the framed part of it as the network gets it.")
    whole, part = panel(figure, 46, TOP + 4, 360, 360), panel(figure, 444, TOP + 4, 360, 360)
    framed(whole, image, LINE)
    whole.set_xticks([0, columns - 1])
    whole.set_yticks([0, rows - 1])
    corner = (column - 0.5, row - 0.5)
    whole.add_patch(Rectangle(corner, WINDOW, WINDOW, fill=False, edgecolor=BLUE, linewidth=2, clip_on=False))
    framed(part, window, BLUE, 2)
    for (y, x), value in np.ndenumerate(window):
        part.text(x, y, str(value), ha="center", va="center", size=8, color="white" if value > 130 else INK)
    last = f"{row + WINDOW - 1}, columns {column}–{column + WINDOW - 1}"
    text = (
        f"{headline}\n{np.count_nonzero(image == 0)} of them are 0. The part shown in numbers is rows {row}–{last}; "
        f"its first row reads {' '.join(map(str, window[0]))}."
    )
    return Figure(figure, text, {"pixels": image, "window": window, "corner": (row, column)})


def _headline(tiles: Sequence[Tile], wrong: int) -> str:
    pictures = f"{len(tiles)} pictures" if len(tiles) > 1 else "One picture"
    if tiles[0].said is None:
        return f"{pictures} of clothes, 28 × 28 pixels each."
    if tiles[0].real is None:
        return f"{pictures} and what the network takes them for."
    if wrong == 0:
        return f"{pictures}, named by the network: all right."
    return f"{pictures}, named by the network: {len(tiles) - wrong} right, {wrong} wrong."


def _key(tile: Tile) -> str:
    sure = ", and beside it how sure it is" if tile.sure is not None else ""
    if tile.said is None:
        return ""
    if tile.real is None:
        return f"Under each: what the network says{sure}."
    return f"Under each: what the network says{sure}; ✓ right, ✗ wrong, with what it is."


def _details(tiles: Sequence[Tile]) -> list[str]:
    """Name every picture of a small wall, and every mistake."""
    mistakes = [
        f"Picture {place}: {tile.real}, called {tile.said}{'' if tile.sure is None else f' ({tile.sure:.0%} sure)'}."
        for place, tile in enumerate(tiles)
        if tile.wrong
    ]
    names = [name for tile in tiles if (name := tile.real or tile.said)]
    return [f"In order: {', '.join(names)}.", *mistakes] if names and len(tiles) <= 10 else mistakes


def _tile(figure: Page, x: float, y: float, side: float, image: Images, tile: Tile) -> None:
    colour, weight, thickness = (RED, "bold", 2.5) if tile.wrong else (INK, "normal", 1)
    framed(panel(figure, x, y, side, side), image, RED if tile.wrong else LINE, thickness)
    write(figure, x, y + side + 12, tile.caption, 8, color=colour, weight=weight)
    if tile.wrong:
        write(figure, x, y + side + 28, f"is {tile.real}", 8)
    if tile.sure is not None:
        write(figure, x + side + 4, y + side - 5, f"{tile.sure:.0%}", 6.5, color=MUTED)


def _liveliest(image: Images) -> tuple[int, int]:
    """Row and column of the window in which neighbouring pixels differ most; the first of several."""
    down, across = np.gradient(image.astype(float))
    change = sliding_window_view(abs(down) + abs(across), (WINDOW, WINDOW)).sum(axis=(2, 3))
    row, column = np.unravel_index(change.argmax(), change.shape)
    return int(row), int(column)


def _count(images: Images) -> int:
    if images.ndim != 3 or not 1 <= len(images) <= MOST:
        raise FigureError(
            f"wall() got images of shape {images.shape}: give 1 to {MOST}, of shape (n, 28, 28), such as images[:10]."
        )
    return len(images)


def _names(what: str, given: Sequence[Label] | None, labels: Sequence[str], count: int) -> list[str | None]:
    def name(label: Label | None) -> str | None:
        return label if label is None or isinstance(label, str) else labels[int(label)]

    return [name(label) for label in _each(what, given, count)]


def _each(what: str, given: Sequence[T] | None, count: int) -> Sequence[T | None]:
    """One of `given` for each picture; None for each if nothing was given."""
    if given is None:
        return [None] * count
    if len(given) != count:
        raise FigureError(f"wall() got {len(given)} {what} for {count} pictures: give one for each.")
    return given
