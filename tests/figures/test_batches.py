"""What a record takes in batches small and large."""

from types import SimpleNamespace

import pytest

from helpers import figures
from helpers.figures import FigureError
from helpers.figures.batches import Batch


def batch(count: int, size: int) -> Batch:
    return SimpleNamespace(count=count, size=size)


def test_records_share_the_header_of_their_batch() -> None:
    drawn = figures.batches({"alone": [batch(1, 70)] * 19 + [batch(2, 140)], "together": [batch(10, 161)]})
    assert drawn.values == {"per_batch": {"alone": 1.05, "together": 10}, "bytes": {"alone": 70, "together": 16.1}}
    assert drawn.text.splitlines() == [
        "A record takes 70.0 bytes, or only 16.1.",
        "alone: 70.0 bytes, 1.05 records a batch; together: 16.1 bytes, 10.00 records a batch.",
    ]


def test_the_hatched_part_of_a_bar_is_the_headers_share() -> None:
    drawn = figures.batches({"alone": [batch(1, 122)]})
    bars = [patch for axes in drawn.figure.axes for patch in axes.patches]
    hatched, plain = (bar.get_width() for bar in bars)  # type: ignore[attr-defined]
    assert hatched == pytest.approx(plain)
    assert [bool(bar.get_hatch()) for bar in bars] == [True, False]


@pytest.mark.parametrize("ways", [{}, {"nothing": []}, {"empty": [batch(0, 61)]}])
def test_ways_without_records_are_refused(ways: dict[str, list[Batch]]) -> None:
    with pytest.raises(FigureError, match=r"give each way of sending its batches"):
        figures.batches(ways)
