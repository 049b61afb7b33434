"""A figure shows itself with its text, looks the same everywhere, and leaves nothing open."""

import io
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from helpers import figures
from helpers.figures.training import NEEDED


@pytest.fixture
def figure() -> figures.Figure:
    return figures.network((784, 128, 10))


def displayed(figure: figures.Figure, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a notebook receives: the picture, then its text."""
    shell = InteractiveShell.instance()
    monkeypatch.setattr(shell, "display_pub", CapturingDisplayPublisher())
    figure._ipython_display_()
    outputs: list[dict[str, Any]] = shell.display_pub.outputs
    return outputs


def test_display_gives_png_with_alt_and_the_text_folded(
    figure: figures.Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, words = displayed(figure, monkeypatch)
    assert shown["metadata"]["image/png"] == {"alt": figure.text, "width": 820, "height": 451}
    assert shown["data"]["text/plain"] == "<Figure: 784 – 128 – 10: 101,770 numbers to learn.>"
    assert shown["data"]["image/png"]
    assert words["data"]["text/plain"] == figure.text
    assert words["data"]["text/html"] == (
        f"<details><summary>In words</summary>{'<br>'.join(figure.text.splitlines())}</details>"
    )


def test_long_text_has_lines_of_a_hundred_where_there_is_no_html(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = figures.Figure(figures.network((2, 2)).figure, "word " * 45 + "\nend", {})
    _, words = displayed(drawn, monkeypatch)
    assert [len(line) for line in words["data"]["text/plain"].splitlines()] == [99, 99, 24, 3]


def test_text_cannot_become_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    _, words = displayed(figures.Figure(figures.network((2, 2)).figure, "a < b", {}), monkeypatch)
    assert "a &lt; b" in words["data"]["text/html"]


def test_png_has_two_pixels_for_each_of_the_page_and_the_same_bytes_each_time(figure: figures.Figure) -> None:
    assert Image.open(io.BytesIO(figure.png())).size == (1640, 902)
    assert figure.png() == figures.network((784, 128, 10)).png()


@pytest.mark.parametrize("style", [{"axes.facecolor": "black"}, {"font.size": 30}, {"xtick.color": "red"}])
def test_a_readers_own_style_changes_nothing(style: dict[str, object]) -> None:
    history = {name: [0.5, 0.4] for name in NEEDED}
    usual = figures.curves(history).png()
    with mpl.rc_context(style):
        assert figures.curves(history).png() == usual


def test_nothing_stays_open_and_the_readers_style_is_kept() -> None:
    before = dict(mpl.rcParams)
    figures.picture(np.eye(28, dtype=np.uint8), "Line").png()
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before
