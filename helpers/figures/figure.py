"""A picture together with what it shows: in words for readers who cannot see it, in numbers for tests."""

import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib.figure
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from helpers.errors import LabError
from helpers.figures.style import STYLE, size


class FigureError(LabError):
    """What was given cannot be drawn; the sentence says what was met and what is needed."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A drawing that also speaks.

    figure: the matplotlib figure, unknown to pyplot, so nothing stays open. text: what it shows, computed from the
    data. values: the numbers drawn, by name.
    """

    figure: matplotlib.figure.Figure
    text: str
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Figure: {self.text.splitlines()[0]}>"

    def png(self) -> bytes:
        """The drawing as a PNG file, twice as wide and high as it is shown: sharp on dense screens too."""
        canvas, png = FigureCanvasAgg(self.figure), BytesIO()
        with rc_context(STYLE):
            canvas.draw()  # type: ignore[no-untyped-call]
            drawn = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        # 256 colours are plenty for these drawings, and a third of the bytes, which notebooks carry for ever
        picture = Image.fromarray(drawn).convert("RGB")
        picture.quantize(256, dither=Image.Dither.NONE).save(png, format="png", optimize=True)
        return png.getvalue()

    def _ipython_display_(self) -> None:
        """Show the PNG with its text as `alt`, and the text once more beneath it, folded: JupyterLab shows no `alt`.

        The second display is also what nbval compares.
        """
        from IPython.display import display  # here, so that scripts draw without IPython

        width, height = size(self.figure)
        about = {"alt": self.text, "width": round(width), "height": round(height)}
        display({"image/png": self.png(), "text/plain": repr(self)}, metadata={"image/png": about}, raw=True)  # type: ignore[no-untyped-call]
        display({"text/html": self._folded(), "text/plain": self._wrapped()}, raw=True)  # type: ignore[no-untyped-call]

    def _folded(self) -> str:
        lines = "<br>".join(html.escape(line) for line in self.text.splitlines())
        return f"<details><summary>In words</summary>{lines}</details>"

    def _wrapped(self) -> str:
        return "\n".join(textwrap.fill(line, 100) for line in self.text.splitlines())
