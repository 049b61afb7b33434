"""The columns of a row, and the names that every row has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpers.ksql.errors import StatementError
from helpers.ksql.language.names import backquoted
from helpers.ksql.language.types import BIGINT, INTEGER, SqlType


class Kind(StrEnum):
    """Where a column's value comes from."""

    KEY = "KEY"
    VALUE = "VALUE"
    HEADERS = "HEADERS"
    PSEUDO = "PSEUDO"  # the record itself: its time, partition, offset, window


PSEUDO = {"ROWTIME": BIGINT, "ROWPARTITION": INTEGER, "ROWOFFSET": BIGINT}
WINDOW_BOUNDS = {"WINDOWSTART": BIGINT, "WINDOWEND": BIGINT}
RESERVED = frozenset(PSEUDO | WINDOW_BOUNDS)


@dataclass(frozen=True)
class Column:
    """One column; `header` is the key of a `HEADER('key')` column."""

    name: str
    type: SqlType
    kind: Kind = Kind.VALUE
    header: str | None = None

    def __str__(self) -> str:
        name = f"{backquoted(self.name)} {self.type}"
        if self.kind is Kind.HEADERS:
            return f"{name} HEADER('{self.header}')" if self.header is not None else f"{name} HEADERS"
        return f"{name} KEY" if self.kind is Kind.KEY else name


@dataclass(frozen=True)
class Schema:
    """Columns in order, each name once.

    Raises:
        StatementError: a name occurs twice.
    """

    columns: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for column in self.columns:
            if column.name in seen:
                raise StatementError(
                    f"Duplicate column names: `{column.name}`. Each column has a name of its own: rename one with AS."
                )
            seen.add(column.name)

    def __str__(self) -> str:
        return ", ".join(map(str, (*self.keys, *(column for column in self.columns if column.kind is not Kind.KEY))))

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns of the record's key."""
        return self.of(Kind.KEY)

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns of the record's value."""
        return self.of(Kind.VALUE)

    def of(self, *kinds: Kind) -> tuple[Column, ...]:
        """The columns of some kinds."""
        return tuple(column for column in self.columns if column.kind in kinds)

    def find(self, name: str) -> Column | None:
        """The column of that exact name."""
        return next((column for column in self.columns if column.name == name), None)

    def position(self, name: str) -> int:
        """Where the column of that name stands; ValueError when there is none."""
        return [column.name for column in self.columns].index(name)

    def plus(self, more: Iterable[Column]) -> "Schema":
        """With more columns at its end."""
        return Schema((*self.columns, *more))

    def with_pseudo(self, *, windowed: bool) -> "Schema":
        """With ROWTIME, ROWPARTITION, ROWOFFSET and, of a windowed source, WINDOWSTART and WINDOWEND."""
        names = PSEUDO | WINDOW_BOUNDS if windowed else PSEUDO
        return self.plus(Column(name, of, Kind.PSEUDO) for name, of in names.items())
