"""What every piece of a parsed statement has: the place where it stands."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Position:
    """Where a piece stands in its script: line and column from 1, offsets `start` up to, not including, `end`."""

    line: int
    column: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


NOWHERE = Position(0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A piece of a statement. Two pieces are equal when they say the same, wherever they stand."""

    at: Position = field(default=NOWHERE, compare=False, repr=False)
