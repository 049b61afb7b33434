"""The fates of records."""

import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from helpers import figures
from helpers.figures import FigureError
from helpers.figures.losses import COLUMNS, FATES


def counted(*rows: tuple[str, str, int, int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def dots(figure: figures.Figure) -> list[dict[str, int]]:
    """How many of each fate stand in each field."""
    fields = [[each for each in axes.collections if isinstance(each, PathCollection)] for axes in figure.figure.axes]
    names = (*FATES, "neither")
    return [{name: len(each.get_offsets()) for name, each in zip(names, field, strict=True)} for field in fields]  # type: ignore[arg-type]


def test_each_record_is_a_dot_of_its_fate() -> None:
    drawn = figures.losses(counted(("well", "1", 10, 10, 9, 1, 0), ("well", "all", 10, 4, 4, 0, 5)))
    assert dots(drawn) == [
        {"kept": 9, "lost": 1, "later": 0, "neither": 0},
        {"kept": 4, "lost": 0, "later": 5, "neither": 1},
    ]
    assert drawn.values == {"lost": {"1": 1, "all": 0}}
    assert drawn.text.splitlines() == [
        "Acknowledged and lost: 1 with acks=1, none with acks=all.",
        "Lost, well: 1 of 10 with acks=1.",
        "Not acknowledged in time, there in the end: 5 with acks=all.",
    ]


def test_sums_are_of_all_moments() -> None:
    drawn = figures.losses(counted(("well", "0", 10, 10, 9, 1, 0), ("behind", "0", 10, 10, 3, 7, 0)))
    assert drawn.values["lost"] == {"0": 8}
    assert "✕ 8 lost in all" in [text.get_text() for text in drawn.figure.texts]
    assert drawn.text.splitlines()[1:] == ["Lost, well: 1 of 10 with acks=0.", "Lost, behind: 7 of 10 with acks=0."]


def test_more_records_than_dots_are_drawn_in_proportion() -> None:
    (field,) = dots(figures.losses(counted(("well", "0", 5_000, 5_000, 4_000, 1_000, 0))))
    assert sum(field.values()) == 100
    assert field["lost"] == pytest.approx(20, abs=1)


def test_a_table_of_another_kind_is_refused() -> None:
    with pytest.raises(FigureError, match=r"got the columns \['topic'\]"):
        figures.losses(pd.DataFrame({"topic": ["orders"]}))
