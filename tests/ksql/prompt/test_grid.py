"""Push rows as ksqlDB's command line draws them."""

from decimal import Decimal

import pytest

from helpers.ksql.client import Column, Row
from helpers.ksql.client.cells import cell
from helpers.ksql.prompt.grid import Grid

COLUMNS = (Column.named("U", "STRING"), Column.named("N", "INTEGER"))


def drawn(grid: Grid, *rows: Row) -> list[str]:
    return [*grid.head(), *(line for row in rows for line in grid.lines(row))]


def test_cells_share_the_terminal() -> None:
    assert drawn(Grid(COLUMNS, 28), Row(("ann", 3)), Row((None, None))) == [
        "+------------+------------+",
        "|U           |N           |",
        "+------------+------------+",
        "|ann         |3           |",
        "|null        |null        |",
    ]


def test_long_cells_wrap_or_are_cut() -> None:
    row = Row(("abcdefghijkl", 3))
    assert drawn(Grid(COLUMNS, 14), row)[3:] == ["|abcde|3    |", "|fghij|     |", "|kl   |     |"]
    assert drawn(Grid(COLUMNS, 14, wrap=False), row)[3:] == ["|ab...|3    |"]
    assert drawn(Grid(COLUMNS, 14, column_width=12), row)[3:] == ["|abcdefghijkl|3           |"]


def test_no_cell_is_narrower_than_five() -> None:
    assert drawn(Grid(COLUMNS * 9, 10))[0] == "+" + "-----+" * 18


def test_tombstones_and_line_feeds() -> None:
    assert drawn(Grid(COLUMNS, 28), Row(("ann", None), tombstone=True))[3] == "|ann         |<TOMBSTONE> |"
    assert drawn(Grid(COLUMNS, 28), Row(("a\nb", 1)))[3:] == [
        "|a           |1           |",
        "|b           |            |",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1.0, "1.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (1e7, "1.0E7"),
        (-123456789.5, "-1.234567895E8"),
        (1e22, "1.0E22"),
        (float("inf"), "Infinity"),
        (Decimal("1.20"), "1.20"),
        (b"\x00\xff", "AP8="),
        ([1, None, "a"], "[1, null, a]"),
        ({"A": 1, "b": [True]}, "{A=1, b=[true]}"),
    ],
    ids=repr,
)
def test_values_look_as_java_prints_them(value: object, text: str) -> None:
    assert cell(value) == text
