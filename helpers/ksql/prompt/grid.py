"""Rows in a grid as ksqlDB's command line draws it, one by one: all cells have the same width, long ones wrap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpers.ksql.client.cells import TOMBSTONE, cell
from helpers.ksql.client.columns import Column
from helpers.ksql.client.framing import Row

_NARROWEST = 5


@dataclass(frozen=True)
class Grid:
    """The look. width: of the terminal. column_width: of each cell, 0 to share that. wrap: else long cells are cut."""

    columns: Sequence[Column]
    width: int
    column_width: int = 0
    wrap: bool = True

    @property
    def cell_width(self) -> int:
        """Of what stands between two borders."""
        return self.column_width or max(self.width // max(1, len(self.columns)) - 2, _NARROWEST)

    def head(self) -> Iterator[str]:
        """The lines above the rows."""
        border = f"+{'+'.join('-' * self.cell_width for _ in self.columns)}+"
        yield border
        yield from self._lines([column.name for column in self.columns])
        yield border

    def lines(self, row: Row) -> Iterator[str]:
        """The lines of a row."""
        yield from self._lines([TOMBSTONE if row.tombstone and value is None else cell(value) for value in row.values])

    def _lines(self, cells: Sequence[str]) -> Iterator[str]:
        pieces = [list(self._pieces(text)) for text in cells]
        for number in range(max(map(len, pieces), default=0)):
            line = (each[number] if number < len(each) else "" for each in pieces)
            yield f"|{'|'.join(text.ljust(self.cell_width) for text in line)}|"

    def _pieces(self, text: str) -> Iterator[str]:
        size = self.cell_width
        lines = text.splitlines() or [""]
        if not self.wrap:
            whole = " ".join(lines)
            yield whole if len(whole) <= size else whole[: size - 3] + "..."
            return
        for line in lines:
            yield from (line[at : at + size] for at in range(0, max(1, len(line)), size))
