"""Answers as a notebook shows them: as HTML in JupyterLab, in its light and its dark theme, and as text everywhere."""

import html
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.ksql.client import Column, Row
from helpers.ksql.client.cells import TOMBSTONE, cell
from helpers.ksql.client.rows import frame
from helpers.ksql.display import descriptions
from helpers.ksql.display.layout import table
from helpers.ksql.display.tabular import WIDTH, Listing

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 100  # shown; all are kept
SIGNIFICANT = 7  # digits of a number in HTML, where a pointer over it tells all of them
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")
_FAINT = "opacity: 0.6"
_CELL = "white-space: pre-wrap; text-align: "  # colours are left to the theme


class Shown(ABC):
    """What a cell puts out, in both forms."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}

    def __repr__(self) -> str:
        return self.text()

    @abstractmethod
    def text(self) -> str:
        """For a terminal, and for nbval to compare."""

    @abstractmethod
    def html(self) -> str:
        """For JupyterLab."""


class Nothing(Shown):
    """A place in the output where something may be shown for a while."""

    def text(self) -> str:
        return ""

    def html(self) -> str:
        return ""


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """A list, such as SHOW STREAMS answers."""

    listing: Listing

    def text(self) -> str:
        titles, rows, _ = self.listing
        return table(titles, rows, WIDTH).strip("\n")

    def html(self) -> str:
        titles, rows, _ = self.listing
        cells = [[_html_cell(str(value)) for value in row] for row in rows]
        return _html_table([(title, "", "left") for title in titles], cells)


@dataclass(frozen=True, repr=False)
class Described(Shown):
    """A stream or table, as DESCRIBE tells of it. source: its description in ksqlDB's JSON."""

    source: dict[str, Any]

    def text(self) -> str:
        return descriptions.source(self.source, WIDTH).strip("\n")

    def html(self) -> str:
        if self.source["extended"]:
            return f"<pre>{html.escape(self.text())}</pre>"
        cells = [[_html_cell(each) for each in row] for row in descriptions.columns(self.source)]
        titles = [("Field", "", "left"), ("Type", "", "left")]
        return f"<p>{html.escape(self.source['name'])}</p>{_html_table(titles, cells)}"


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """Rows of a query. ending: why there are no more, such as "Limit Reached"; hint: what to do if there are none.

    seconds: for how long they were awaited, where that has ended them.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    ending: str = ""
    hint: str = ""
    seconds: float | None = None

    def frame(self) -> "pandas.DataFrame":
        """All rows as a DataFrame."""
        return frame(self.columns, self.rows)

    @property
    def note(self) -> str:
        """How many rows, and why no more."""
        count = len(self.rows)
        text = "No rows" if not count else "1 row" if count == 1 else f"{count:,} rows"
        text += "" if self.seconds is None else f" in {self.seconds:g} s"
        text += f", the last {MOST_ROWS} of them shown" if count > MOST_ROWS else ""
        if self.seconds is not None:
            text += "; more may come (--seconds)"
        elif self.ending:
            text += f": {self.ending}"
        return f"{text}. {self.hint}" if self.hint and not count else text

    def text(self) -> str:
        if not self.rows:
            return self.note
        cells = [
            [TOMBSTONE if _deleted(row, value) else cell(value) for value in row.values]
            for row in self.rows[-MOST_ROWS:]
        ]
        return f"{table([column.name for column in self.columns], cells, WIDTH).strip(chr(10))}\n{self.note}"

    def html(self) -> str:
        note = f'<p style="{_FAINT}">{html.escape(self.note)}</p>'
        if not self.rows:
            return note
        titles = [(column.name, str(column.type or ""), _side(column)) for column in self.columns]
        cells = [
            [_html_cell(None if _deleted(row, value) else value, _side(column), deleted=_deleted(row, value))
             for value, column in zip(row.values, self.columns, strict=True)]
            for row in self.rows[-MOST_ROWS:]
        ]  # fmt: skip
        return _html_table(titles, cells) + note


def _deleted(row: Row, value: Any) -> bool:
    return row.tombstone and value is None


def _side(column: Column) -> str:
    return "right" if column.type is not None and column.type.base in _NUMBERS else "left"


def _html_cell(value: Any, side: str = "left", *, deleted: bool = False) -> str:
    if deleted or value is None:
        return f'<td style="{_CELL}{side}; {_FAINT}">{html.escape(TOMBSTONE) if deleted else "null"}</td>'
    exact = cell(value)
    if isinstance(value, float) and len(exact) > SIGNIFICANT + 2:  # sign and point
        short = cell(float(f"{value:.{SIGNIFICANT}g}"))
        return f'<td style="{_CELL}{side}" title="{exact}">{short}</td>'
    return f'<td style="{_CELL}{side}">{html.escape(exact)}</td>'


def _html_table(titles: Sequence[tuple[str, str, str]], rows: Sequence[Sequence[str]]) -> str:
    """titles: the name, what a pointer over it tells, the side it stands on."""
    head = "".join(
        f'<th title="{html.escape(about)}" style="text-align: {side}">{html.escape(title)}</th>'
        for title, about, side in titles
    )
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table style="margin-left: 0"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
